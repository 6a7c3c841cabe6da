//! The networks (communities) of `org.json`.

use super::SeedError;
use super::org_file::{NetworkFile, OrgFile, PATH};
use crate::org::Org;
use crate::org::connected_app::Site;
use crate::org::dml::{Call, insert_as_platform};
use crate::org::fault::Fault;
use crate::org::id::Id;
use crate::org::value::Value;

/// Inserts a Network and a NetworkMemberGroup per member for each entry.
pub(super) fn load(call: Call, file: &OrgFile) -> Result<(), SeedError> {
    if let Some(network) = file.networks.first().filter(|_| !call.org.schema.has_feature("Communities")) {
        let what = "networks need the feature Communities";
        return Err(file.mistake(&network.name, what, "it in features"));
    }
    for network in &file.networks {
        let failed =
            |fault: Fault| SeedError::of_fault(PATH, file.mistake(&network.name, "", "").line, &fault);
        let fields = fields(call, file, network)?;
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let id = insert_as_platform(call, "Network", &fields).map_err(failed)?;
        for parent in members(call.org, file, network)? {
            let member = [("NetworkId", Value::from(id)), ("ParentId", Value::from(parent))];
            insert_as_platform(call, "NetworkMemberGroup", &member).map_err(failed)?;
        }
        self_registration(call, file, network, id)?;
    }
    Ok(())
}

fn fields(call: Call, file: &OrgFile, network: &NetworkFile) -> Result<Vec<(String, Value)>, SeedError> {
    let admin = super::apps::user_record(call.org, file, &file.admin)?;
    let sender = network.email_sender_name.as_deref().unwrap_or(&file.org_name);
    let address = network.email_sender_address.as_deref().or(admin.text("Email")).unwrap_or_default();
    if !["Live", "UnderConstruction", "DownForMaintenance"].contains(&network.status.as_str()) {
        let what = format!("there is no status {:?}", network.status);
        return Err(file.mistake(&network.status, what, "Live, UnderConstruction or DownForMaintenance"));
    }
    let mut fields = vec![
        ("Name".to_owned(), Value::from(network.name.as_str())),
        ("Status".to_owned(), Value::from(network.status.as_str())),
        ("UrlPathPrefix".to_owned(), Value::from(network.url_path_prefix.as_str())),
        ("EmailSenderName".to_owned(), Value::from(sender)),
        ("EmailSenderAddress".to_owned(), Value::from(address)),
        ("Description".to_owned(), network.description.as_deref().map_or(Value::Null, Value::from)),
    ];
    let object = call.org.standard("Network").map_err(|fault| SeedError::of_fault(PATH, 0, &fault))?;
    for option in &network.options {
        let name = format!("Options{option}");
        if object.field(&name).is_none() {
            let what = format!("Network has no field {name:?}");
            return Err(file.mistake(option, what, "a field Options* without that prefix"));
        }
        fields.push((name, Value::from(true)));
    }
    if let Some(profile) = &network.self_registration_profile {
        fields.push(("OptionsSelfRegistrationEnabled".to_owned(), Value::from(true)));
        fields.push(("SelfRegProfileId".to_owned(), Value::from(self::profile(call.org, file, profile)?)));
    }
    Ok(fields)
}

/// What a community needs to let visitors register themselves: a site with a guest user, in whose name it is done, and
/// the account that they belong to.
fn self_registration(call: Call, file: &OrgFile, network: &NetworkFile, id: Id) -> Result<(), SeedError> {
    let failed = |fault: Fault| SeedError::of_fault(PATH, file.mistake(&network.name, "", "").line, &fault);
    if network.self_registration_profile.is_none() {
        return match &network.self_registration_account {
            Some(account) => {
                let what = "an account without a profile registers nobody";
                Err(file.mistake(account, what, "selfRegistrationProfile beside it"))
            }
            None => Ok(()),
        };
    }
    let admin = super::apps::user_record(call.org, file, &file.admin)?;
    let copied = ["TimeZoneSidKey", "LocaleSidKey", "LanguageLocaleKey", "EmailEncodingKey", "Email"];
    let mut guest: Vec<_> = copied.map(|name| (name, admin.get(name).clone())).into();
    let username =
        format!("{}@{}.guest", network.url_path_prefix.replace('/', "-"), call.org.id).to_lowercase();
    guest.extend([
        ("FirstName", Value::from(network.name.as_str())),
        ("LastName", Value::from("Site Guest User")),
        ("Username", Value::from(username)),
        ("Alias", Value::from("guest")),
        ("ProfileId", Value::from(profile(call.org, file, "Guest License User")?)),
    ]);
    let guest = insert_as_platform(call, "User", &guest).map_err(failed)?;
    let site = [
        ("Name", Value::from(network.name.replace(' ', "_"))),
        ("MasterLabel", Value::from(network.name.as_str())),
        ("UrlPathPrefix", Value::from(network.url_path_prefix.as_str())),
        ("Status", Value::from("Active")),
        ("SiteType", Value::from("ChatterNetwork")),
        ("GuestUserId", Value::from(guest)),
        ("AdminId", admin.get("Id").clone()),
    ];
    insert_as_platform(call, "Site", &site).map_err(failed)?;
    let Some(name) = &network.self_registration_account else { return Ok(()) };
    let accounts = call.org.standard("Account").map_err(failed)?;
    let found = call.org.ids_where(&accounts, "Name", &Value::from(name.as_str()), 1).map_err(failed)?;
    let account = found.first().ok_or_else(|| {
        file.mistake(name, format!("there is no account {name:?}"), "the name of an account in data/")
    })?;
    let row = [("NetworkId", Value::from(id)), ("AccountId", Value::from(*account))];
    insert_as_platform(call, "NetworkSelfRegistration", &row).map(drop).map_err(failed)
}

fn members(org: &Org, file: &OrgFile, network: &NetworkFile) -> Result<Vec<Id>, SeedError> {
    let profiles = network.member_profiles.iter().map(|name| profile(org, file, name));
    let sets = network.member_permission_sets.iter().map(|name| permission_set(org, file, name));
    profiles.chain(sets).collect()
}

/// The id of a profile that `org.json` names.
pub(super) fn profile(org: &Org, file: &OrgFile, name: &str) -> Result<Id, SeedError> {
    let id = org.platform.profile_id(name);
    id.ok_or_else(|| file.mistake(name, format!("there is no profile {name:?}"), "the name of a profile"))
}

/// The id of a permission set that `org.json` names.
pub(super) fn permission_set(org: &Org, file: &OrgFile, name: &str) -> Result<Id, SeedError> {
    let id = org.platform.permission_set_id(name);
    id.ok_or_else(|| {
        file.mistake(name, format!("there is no permission set {name:?}"), "the name of a permission set")
    })
}

/// Where the networks are on the web.
pub(super) fn sites(org: &Org, file: &OrgFile) -> Result<Vec<Site>, SeedError> {
    let failed = |fault: Fault| SeedError::of_fault(PATH, 0, &fault);
    let mut sites = Vec::new();
    for network in &file.networks {
        let object = org.standard("Network").map_err(failed)?;
        let ids = org.ids_where(&object, "Name", &Value::from(network.name.as_str()), 1).map_err(failed)?;
        if let Some(id) = ids.first() {
            sites.push(Site {
                network: *id,
                name: network.name.clone(),
                path: network.url_path_prefix.clone(),
            });
        }
    }
    Ok(sites)
}
