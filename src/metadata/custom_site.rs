//! CustomSite: a community's place on the web. Its pages are the platform's own.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_sites.htm>

use super::component_fault::{no_component, no_enum_value};
use super::component_record::{Named, element, find, insert_component, live, update_component};
use super::component_type::ComponentType;
use super::custom_field::required_element;
use super::guest_user::add_guest_user;
use super::tree::Node;
use super::{profile, unmapped_elements};
use crate::dml::{Call, update_as_platform};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::Org;

/// What a new site must say.
const REQUIRED: [&str; 9] = [
    "active",
    "allowHomePage",
    "allowStandardIdeasPages",
    "allowStandardLookups",
    "allowStandardSearch",
    "clickjackProtectionLevel",
    "indexPage",
    "masterLabel",
    "siteType",
];

/// Elements that are texts, and their fields.
const TEXTS: [(&str, &str); 6] = [
    ("analyticsTrackingCode", "AnalyticsTrackingCode"),
    ("clickjackProtectionLevel", "ClickjackProtectionLevel"),
    ("description", "Description"),
    ("masterLabel", "MasterLabel"),
    ("siteType", "SiteType"),
    ("urlPathPrefix", "UrlPathPrefix"),
];

/// Elements that are true or false, and their fields.
const OPTIONS: [(&str, &str); 11] = [
    ("allowHomePage", "OptionsAllowHomePage"),
    ("allowStandardAnswersPages", "OptionsAllowStandardAnswersPages"),
    ("allowStandardIdeasPages", "OptionsAllowStandardIdeasPages"),
    ("allowStandardLookups", "OptionsAllowStandardLookups"),
    ("allowStandardPortalPages", "OptionsAllowStandardPortalPages"),
    ("allowStandardSearch", "OptionsAllowStandardSearch"),
    ("browserXssProtection", "OptionsBrowserXssProtection"),
    ("cachePublicVisualforcePagesInProxyServers", "OptionsCachePublicVfPagesInProxies"),
    ("contentSniffingProtection", "OptionsContentSniffingProtection"),
    ("redirectToCustomDomain", "OptionsRedirectToCustomDomain"),
    ("referrerPolicyOriginWhenCrossOrigin", "OptionsReferrerPolicyOriginWhenCrossOrigin"),
];

/// The pages that an org has when communities are switched on.
const PAGES: &str = "AnswersHome BandwidthExceeded ChangePassword CommunitiesLanding CommunitiesLogin CommunitiesSelfReg \
    CommunitiesSelfRegConfirm CommunitiesTemplate Exception FileNotFound ForgotPassword ForgotPasswordConfirm IdeasHome \
    InMaintenance MicrobatchSelfReg MyProfilePage SiteLogin SiteRegister SiteRegisterConfirm SiteTemplate \
    StdExceptionTemplate Unauthorized UnderConstruction";

/// The page that a site begins with.
const INDEX_PAGE: &str = "CommunitiesLanding";

/// The profile of the guest user, unless the site names one.
const GUEST_PROFILE: &str = "Guest License User";

const LEVELS: [&str; 4] = ["AllowAllFraming", "External", "SameOriginOnly", "NoFraming"];
const COMMUNITY: &str = "ChatterNetwork";
const OTHER_TYPES: [&str; 3] = ["ChatterNetworkPicasso", "Siteforce", "Visualforce"];

pub(super) fn all(org: &Org) -> Result<Vec<Named>, Fault> {
    if org.schema.object("Site").is_none() {
        return Ok(Vec::new());
    }
    let named =
        |record: Record| Named { full_name: record.text("Name").unwrap_or_default().to_owned(), record };
    Ok(live(org, "Site")?.into_iter().map(named).collect())
}

pub(super) fn read(org: &Org, named: &Named) -> Result<Node, Fault> {
    let Named { full_name, record } = named;
    let mut node = Node {
        children: unmapped_elements::of(org, ComponentType::CustomSite, full_name),
        ..Node::default()
    };
    for (name, field) in TEXTS {
        node = element(node, name, record, field);
    }
    for (name, field) in OPTIONS {
        node = node.flag(name, record.get(field).is_true());
    }
    if node.child("indexPage").is_none() {
        node = node.leaf("indexPage", INDEX_PAGE);
    }
    let user = |field| record.id(field).map(|id| org.find(&org.standard("User")?, id)).transpose();
    let admin = user("AdminId")?.flatten();
    let node = node.maybe("siteAdmin", admin.as_ref().and_then(|admin| admin.text("Username")));
    Ok(node.flag("active", record.text("Status") == Some("Active")))
}

/// What a component does not name stays as it is.
pub(super) fn save(call: Call, full_name: &str, old: Option<&Record>, node: &Node) -> Result<(), Fault> {
    if call.org.schema.object("Network").is_none() {
        return Err(not_available());
    }
    let required = REQUIRED.iter().filter(|_| old.is_none());
    if let Some(missing) = required.copied().find(|name| node.text_of(name).is_none()) {
        return Err(required_element(missing));
    }
    check(node)?;
    let path = node.text_of("urlPathPrefix").or(old.and_then(|old| old.text("UrlPathPrefix")));
    let path = path.ok_or_else(no_path)?;
    if let Some(other) = at_path(call.org, path)?
        && Some(other.full_name.as_str()) != old.and_then(|old| old.text("Name"))
    {
        return Err(path_taken());
    }
    let mut fields: Vec<(&str, Value)> = Vec::new();
    fields.extend(TEXTS.iter().filter_map(|(name, field)| Some((*field, Value::from(node.text_of(name)?)))));
    let options = OPTIONS.iter().filter(|(name, _)| node.child(name).is_some());
    fields.extend(options.map(|(name, field)| (*field, Value::from(node.is(name)))));
    if node.child("active").is_some() {
        fields.push(("Status", Value::from(if node.is("active") { "Active" } else { "Inactive" })));
    }
    let admin = match node.text_of("siteAdmin") {
        Some(username) => Some(user_named(call.org, username)?),
        None => None,
    };
    fields.extend(admin.map(|admin| ("AdminId", Value::from(admin))));
    let id = match old.and_then(|old| old.id("Id")) {
        Some(id) => update_component(call, "Site", id, &fields).map(|()| id)?,
        None => {
            let admin = admin.unwrap_or(call.runner.user);
            let guest = guest(call, node, path, admin)?;
            fields.extend([
                ("Name", Value::from(full_name)),
                ("AdminId", Value::from(admin)),
                ("GuestUserId", Value::from(guest)),
            ]);
            insert_component(call, "Site", &fields)?
        }
    };
    unmapped_elements::keep(call, (ComponentType::CustomSite, full_name, id), node, is_of_record)
}

fn is_of_record(name: &str) -> bool {
    let texts = TEXTS.iter().map(|(name, _)| *name);
    let mut all = texts.chain(OPTIONS.iter().map(|(name, _)| *name));
    matches!(name, "fullName" | "active" | "siteAdmin") || all.any(|known| known == name)
}

fn check(node: &Node) -> Result<(), Fault> {
    match node.text_of("siteType") {
        None | Some(COMMUNITY) => {}
        Some(other) if OTHER_TYPES.contains(&other) => return Err(site_not_emulated(other)),
        Some(other) => return Err(no_enum_value("siteType", other, "SiteType")),
    }
    if let Some(level) = node.text_of("clickjackProtectionLevel").filter(|level| !LEVELS.contains(level)) {
        return Err(no_enum_value("clickjackProtectionLevel", level, "SiteClickjackProtectionLevel"));
    }
    let mut pages = node.children.iter().filter(|child| child.name.ends_with("Page"));
    // `allowHomePage` says whether there is one.
    let missing = pages.find(|page| {
        !page.text.is_empty()
            && !is_of_record(&page.name)
            && !PAGES.split(' ').any(|known| known == page.text)
    });
    missing.map_or(Ok(()), |page| Err(no_component(&page.name, "ApexPage", &page.text)))
}

/// The guest user of a new site.
fn guest(call: Call, node: &Node, path: &str, admin: Id) -> Result<Id, Fault> {
    let profile = node.text_of("guestProfile").unwrap_or(GUEST_PROFILE);
    let found = find(profile::all(call.org)?, profile).and_then(|named| named.record.id("Id"));
    let profiles = call.org.standard("Profile")?;
    let found = match found {
        Some(found) => Some(found),
        None => call.org.ids_where(&profiles, "Name", &Value::from(profile), 1)?.first().copied(),
    };
    let profile = found.ok_or_else(|| no_component("guestProfile", ComponentType::Profile, profile))?;
    let users = call.org.standard("User")?;
    let admin = call.org.find(&users, admin)?.unwrap_or_else(|| Record::empty(users));
    add_guest_user(call, (node.text_of("masterLabel").unwrap_or(path), path), &admin, profile)
}

/// Whoever registers at a community does so in the name of its site's guest user.
pub(super) fn give_guest(call: Call, path: &str) -> Result<(), Fault> {
    let site = at_path(call.org, path)?.map(|named| named.record);
    let Some(site) = site.filter(|site| site.id("GuestUserId").is_none()) else { return Ok(()) };
    let label = site.text("MasterLabel").unwrap_or(path);
    let guest = guest(
        call,
        &Node::default().leaf("masterLabel", label),
        path,
        site.id("AdminId").unwrap_or(call.runner.user),
    )?;
    match site.id("Id") {
        Some(id) => update_as_platform(call, "Site", id, &[("GuestUserId", Value::from(guest))]),
        None => Ok(()),
    }
}

fn user_named(org: &Org, username: &str) -> Result<Id, Fault> {
    let users = org.standard("User")?;
    let found = org.ids_where(&users, "Username", &Value::from(username), 1)?;
    found.first().copied().ok_or_else(|| no_component("siteAdmin", "User", username))
}

/// The site with a path.
pub(super) fn at_path(org: &Org, path: &str) -> Result<Option<Named>, Fault> {
    let is_it = |named: &Named| {
        named.record.text("UrlPathPrefix").is_some_and(|known| known.eq_ignore_ascii_case(path))
    };
    Ok(all(org)?.into_iter().find(is_it))
}

faults! {
    /// metadata of a site has no URL path prefix; the code is inferred
    no_path() = FIELD_INTEGRITY_EXCEPTION on ["urlPathPrefix"], "Enter a URL for your site.",
        Seen "https://github.com/forcedotcom/cli/issues/2005";

    /// metadata gives a site the path of another; the words are ours
    path_taken() = DUPLICATE_VALUE on ["urlPathPrefix"], "This URL path prefix is already in use by another site", Assumed;

    /// metadata of a site is of a type that is none of communities, which is not emulated
    site_not_emulated(kind: &str) = FUNCTIONALITY_NOT_ENABLED on ["siteType"],
        "fauxforce has no sites of type {kind}, but ChatterNetwork", Assumed;

    /// metadata makes a community in an org without digital experiences; the code is inferred
    pub(super) not_available() = INVALID_TYPE, "Not available for deploy for this organization",
        Seen "https://github.com/trailheadapps/ebikes-lwc/issues/63";
}
