//! The identity provider of this server, at `/_fauxforce/idp`: it speaks for each single sign-on configuration whose private key
//! the seed has, says what one wants said, right or wrong, and sends the browser on with it.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::form::{Choice, Group, Input};
use crate::assertion::authn_request::AuthnRequest;
use crate::assertion::issue::{self, Defect, Signer, Statement, malformed_response};
use crate::message::{Method, Response, StatusCode};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::Org;
use crate::org::sso_config::{INTERNAL, IdentityMapping, SsoConfig};
use crate::web::browser_request::BrowserRequest;
use crate::web::request_target::acs;

const PATH: &str = "/_fauxforce/idp";
/// Users to choose from.
const MOST_USERS: usize = 100;

/// Whose login it is: a configuration at one of its login pages.
struct End<'a> {
    org: &'a Org,
    config: std::sync::Arc<SsoConfig>,
    /// [`INTERNAL`], or the path of a community.
    page: String,
    acs: String,
    key: &'a str,
    certificate: &'a str,
}

impl End<'_> {
    fn name(&self) -> String {
        format!("{}.{}.{}", self.org.id.short(), self.config.developer_name, self.page)
    }
}

#[derive(Template)]
#[template(path = "console/idp.html")]
struct IdpPage {
    problem: String,
    /// Label, address, whether it is this one.
    ends: Vec<(String, String, bool)>,
    /// What the service provider has asked for.
    hidden: Vec<(&'static str, String)>,
    inputs: Vec<Input>,
    is_asked: bool,
}

#[derive(Template)]
#[template(path = "console/idp_post.html")]
struct PostPage {
    action: String,
    response: String,
    relay_state: String,
}

/// Answers a request to the identity provider; `None` for another path.
pub(super) fn answer(browser: BrowserRequest, path: &str) -> Option<Response> {
    let is_post = browser.request.method == Method::POST;
    let is_get = matches!(browser.request.method, Method::GET | Method::HEAD);
    let result = match path.strip_prefix(PATH)? {
        "" if is_get => begin(browser),
        "/sso" if is_get || is_post => asked(browser, is_post),
        "/login" if is_post => log_in(browser),
        _ => return None,
    };
    Some(result.unwrap_or_else(|fault| Response::text(StatusCode::BAD_REQUEST, fault.message)))
}

/// Every end that the seeds of the orgs have a private key for.
fn ends<'a>(browser: BrowserRequest<'a>) -> Result<Vec<End<'a>>, Fault> {
    let mut found = Vec::new();
    for org in &browser.state.orgs {
        let configs = org.sso_configs()?;
        for keys in &org.seeded.sso.keys {
            let (Some(key), Some(certificate)) = (&keys.idp_key, &keys.idp_certificate) else { continue };
            let Some(config) = configs.iter().find(|config| config.id == keys.config) else { continue };
            let sites = org.sites.iter().map(|site| site.path.clone());
            let pages = std::iter::once(INTERNAL.to_owned()).chain(sites);
            let has = |page: &String| keys.login_pages.as_ref().is_none_or(|pages| pages.contains(page));
            for page in pages.filter(has) {
                let site = Some(page.as_str()).filter(|page| *page != INTERNAL);
                found.push(End {
                    org,
                    config: config.clone(),
                    acs: acs(browser.target.origin(), org, site),
                    page,
                    key: &key.text,
                    certificate: &certificate.text,
                });
            }
        }
    }
    Ok(found)
}

/// What the form is filled with.
#[derive(Default)]
struct Filled {
    subject: String,
    attributes: String,
    acs: String,
    audience: String,
    in_response_to: String,
    relay_state: String,
    broken: String,
}

/// A login that begins here.
fn begin(browser: BrowserRequest) -> Result<Response, Fault> {
    let ends = ends(browser)?;
    let wanted = browser.parameter("to").unwrap_or_default();
    let Some(end) = ends.iter().find(|end| end.name() == wanted).or(ends.first()) else {
        let why = "No seed of this world has the private key of an identity provider.";
        return show(browser, &ends, None, Filled::default(), why.to_owned());
    };
    let filled = Filled { acs: end.acs.clone(), audience: end.config.entity_id.clone(), ..example(end)? };
    show(browser, &ends, Some(end), filled, String::new())
}

/// A login that a service provider has asked for.
fn asked(browser: BrowserRequest, by_post: bool) -> Result<Response, Fault> {
    let form = browser.form();
    let value = |name: &str| match by_post {
        true => form.get(name).map(str::to_owned),
        false => browser.parameter(name),
    };
    let ends = ends(browser)?;
    let request = match AuthnRequest::read(&value("SAMLRequest").unwrap_or_default(), !by_post) {
        Ok(request) => request,
        Err(why) => return show(browser, &ends, None, Filled::default(), why),
    };
    // Communities may share an entity id; their URLs differ.
    let fits = ends.iter().filter(|end| end.config.entity_id == request.issuer);
    let common = |end: &&End| end.acs.bytes().zip(request.acs.bytes()).take_while(|(a, b)| a == b).count();
    let Some(end) = fits.max_by_key(common) else {
        let why =
            format!("No configuration whose private key is known has the Entity ID {}.", request.issuer);
        return show(browser, &ends, None, Filled::default(), why);
    };
    let filled = Filled {
        acs: request.acs,
        audience: request.issuer,
        in_response_to: request.id,
        relay_state: value("RelayState").unwrap_or_default(),
        ..example(end)?
    };
    show(browser, &ends, Some(end), filled, String::new())
}

/// Says what the form says, and sends the browser on with it.
fn log_in(browser: BrowserRequest) -> Result<Response, Fault> {
    let form = browser.form();
    let value = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let ends = ends(browser)?;
    let end = ends.iter().find(|end| end.name() == value("to"));
    let mut filled = Filled {
        subject: value("name_id"),
        attributes: value("attributes"),
        acs: value("acs"),
        audience: value("audience"),
        in_response_to: value("in_response_to"),
        relay_state: value("RelayState"),
        broken: value("break"),
    };
    let Some(end) = end else {
        return show(browser, &ends, None, filled, "nobody is known by that name".to_owned());
    };
    if let Some(user) = Id::parse(&value("user")) {
        let users = end.org.standard("User")?;
        if let Some(user) = end.org.find(&users, user)? {
            let field = match end.config.mapping {
                IdentityMapping::FederationId => "FederationIdentifier",
                IdentityMapping::UserId => "Id",
                IdentityMapping::Username => "Username",
            };
            user.text(field).unwrap_or_default().clone_into(&mut filled.subject);
            filled.attributes.clear();
        }
    }
    match response(browser, end, &filled) {
        Ok(response) => Ok(Response::page(&PostPage {
            action: filled.acs,
            response: STANDARD.encode(response),
            relay_state: filled.relay_state,
        })),
        Err(why) => show(browser, &ends, Some(end), filled, why),
    }
}

/// The signed Response.
fn response(browser: BrowserRequest, end: &End, filled: &Filled) -> Result<String, String> {
    if !filled.acs.starts_with("http://") && !filled.acs.starts_with("https://") {
        return Err("the assertion consumer URL begins with http:// or https://".to_owned());
    }
    let signer = Signer::from_pem(end.key, end.certificate).map_err(|error| error.to_string())?;
    let now = browser.state.clock.now();
    let config = &end.config;
    let mut statement = Statement::new(&config.issuer, &filled.audience, &filled.acs, &filled.subject, now);
    statement.session_index = Some(issue::new_id());
    for line in filled.attributes.lines().filter(|line| !line.trim().is_empty()) {
        let pair = line.split_once('=').filter(|(name, _)| !name.trim().is_empty());
        let (name, value) = pair.ok_or("an attribute is written Name=Value")?;
        let name = name.trim();
        match statement.attributes.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value.to_owned()),
            None => statement.attributes.push((name.to_owned(), vec![value.to_owned()])),
        }
    }
    if let Some(name) = &config.subject_attribute {
        statement.attributes.push((name.clone(), vec![filled.subject.clone()]));
    }
    statement.in_response_to = Some(filled.in_response_to.clone()).filter(|id| !id.is_empty());
    let signed = match Defect::from_name(&filled.broken) {
        Some(how) => malformed_response(how, &statement, &signer),
        None => issue::response(&statement, &signer),
    };
    signed.map_err(|error| format!("cannot make the Response: {error}"))
}

/// A new person as people usually assert one; the owner of a new account is a user of the org who has a role.
fn example(end: &End) -> Result<Filled, Fault> {
    let org = end.org;
    let network = org.sites.iter().find(|site| site.path == end.page).map(|site| site.network);
    let profile = match network {
        None => None,
        Some(network) => profile_of(org, network)?,
    };
    let (subject, first, last) = match (&profile, end.page.as_str()) {
        (None, _) => ("ada", "Ada", "Lovelace"),
        (Some((_, true)), _) => ("alan", "Alan", "Turing"),
        (Some((_, false)), _) => ("grace", "Grace", "Hopper"),
    };
    let name = format!("{}.{}", first.to_lowercase(), last.to_lowercase());
    let mut attributes = format!(
        "User.Username={name}@fauxforce.test\nUser.Email={name}@example.com\nUser.FirstName={first}\nUser.LastName={last}\n"
    );
    match profile {
        None => attributes += "User.ProfileId=Standard User\n",
        Some((profile, is_partner)) => {
            attributes += &format!("User.ProfileId={profile}\n");
            if is_partner {
                attributes += "User.PortalRole=Worker\n";
            }
            attributes += &format!(
                "Contact.Email={name}@example.com\nContact.LastName={last}\nAccount.Name={last} Ltd\nAccount.AccountNumber={}-1\n",
                last.chars().next().unwrap_or('X')
            );
            let sql = "SELECT \"Id\" FROM \"User\" WHERE \"UserRoleId\" IS NOT NULL AND \"IsActive\" AND \"UserType\" = 'Standard' LIMIT 1";
            let owner = org.store.row(sql, [], |row| row.get::<_, String>(0))?;
            attributes += &owner.map(|owner| format!("Account.Owner={owner}\n")).unwrap_or_default();
        }
    }
    Ok(Filled { subject: subject.to_owned(), attributes, ..Filled::default() })
}

/// An external profile whose users are members of a community, and whether they are partners.
fn profile_of(org: &Org, network: Id) -> Result<Option<(String, bool)>, Fault> {
    let sql = "SELECT \"ParentId\" FROM \"NetworkMemberGroup\" WHERE \"NetworkId\" = ?1";
    org.standard("NetworkMemberGroup")?;
    for parent in org.store.rows(sql, [network.as_str()], |row| row.get::<_, String>(0))? {
        let Some(id) = Id::parse(&parent).filter(|id| id.key_prefix() == "00e") else { continue };
        if let Some(profile) = org.profile(id)?.filter(|profile| profile.license.is_external()) {
            return Ok(Some((profile.name.clone(), profile.license.user_type == "PowerPartner")));
        }
    }
    Ok(None)
}

/// Users that the configuration can find.
fn users(end: &End) -> Result<Vec<Choice>, Fault> {
    let with_id = match end.config.mapping {
        IdentityMapping::FederationId => " AND \"FederationIdentifier\" IS NOT NULL",
        _ => "",
    };
    let is_internal = end.page == INTERNAL;
    let kind = if is_internal { "\"UserType\" = 'Standard'" } else { "\"UserType\" <> 'Standard'" };
    let sql = format!(
        "SELECT \"Id\", \"Name\", \"Username\" FROM \"User\" WHERE \"IsActive\" AND {kind}{with_id} LIMIT {MOST_USERS}"
    );
    let read = |row: &rusqlite::Row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?, row.get::<_, Option<String>>(2)?))
    };
    let mut choices = vec![Choice::new("", "A new person, or the subject below", "")];
    for (id, name, username) in end.org.store.rows(&sql, [], read)? {
        let label = format!("{} ({})", name.unwrap_or_default(), username.unwrap_or_default());
        choices.push(Choice::new(id, label, ""));
    }
    Ok(choices)
}

fn show(
    browser: BrowserRequest,
    ends: &[End],
    end: Option<&End>,
    filled: Filled,
    problem: String,
) -> Result<Response, Fault> {
    let several = browser.state.orgs.len() > 1;
    let listed = ends.iter().map(|known| {
        let of_org = if several { format!(" ({})", known.org.id.short()) } else { String::new() };
        let query: String = form_urlencoded::byte_serialize(known.name().as_bytes()).collect();
        let is_it = end.is_some_and(|end| end.name() == known.name());
        (format!("{}: {}{of_org}", known.config.label, known.page), format!("{PATH}?to={query}"), is_it)
    });
    let input = |name: &str, label: &str, kind: &'static str, value: &str| Input {
        name: name.to_owned(),
        id: name.to_owned(),
        label: label.to_owned(),
        kind,
        value: value.to_owned(),
        ..Input::default()
    };
    let mut inputs = Vec::new();
    if let Some(end) = end {
        let choices = users(end)?;
        let group = |choices| vec![Group { label: String::new(), choices }];
        inputs.push(Input { groups: group(choices), ..input("user", "Who logs in", "select", "") });
        inputs.push(input("name_id", "Subject", "text", &filled.subject));
        inputs.push(Input {
            hint: "Name=Value, one a line. Just-in-Time provisioning takes User., Contact. and Account. fields.",
            ..input("attributes", "Attributes", "textarea", &filled.attributes)
        });
        let mut ways = vec![Choice::new("", "not at all", &filled.broken)];
        ways.extend(Defect::ALL.iter().map(|(name, _)| Choice::new(*name, *name, &filled.broken)));
        inputs.push(Input { groups: group(ways), ..input("break", "Make it wrong", "select", "") });
        inputs.push(input("acs", "Assertion consumer URL", "text", &filled.acs));
        inputs.push(input("audience", "Audience", "text", &filled.audience));
        inputs.push(input("RelayState", "RelayState", "text", &filled.relay_state));
    }
    let hidden = vec![
        ("to", end.map(End::name).unwrap_or_default()),
        ("in_response_to", filled.in_response_to.clone()),
    ];
    Ok(Response::page(&IdpPage {
        problem,
        ends: listed.collect(),
        is_asked: !filled.in_response_to.is_empty(),
        hidden,
        inputs,
    }))
}
