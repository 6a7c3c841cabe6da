//! The networks (communities) of `org.json`.

use super::named_records::{self, permission_set, profile, user_record};
use super::org_file::{NetworkFile, OrgFile, PATH};
use super::seed_error::SeedError;
use crate::dml::{Call, insert_as_platform};
use crate::metadata::guest_user::add_guest_user;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::value::Value;
use crate::org::Org;

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
        site(call, file, network, id)?;
    }
    Ok(())
}

fn fields(call: Call, file: &OrgFile, network: &NetworkFile) -> Result<Vec<(String, Value)>, SeedError> {
    let admin = user_record(call.org, file, &file.admin)?;
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
        fields.push((
            "SelfRegProfileId".to_owned(),
            Value::from(named_records::profile(call.org, file, profile)?),
        ));
    }
    Ok(fields)
}

/// The community's place on the web. To let visitors register themselves it needs a guest user, in whose name it is done,
/// and the account that they belong to.
fn site(call: Call, file: &OrgFile, network: &NetworkFile, id: Id) -> Result<(), SeedError> {
    let failed = |fault: Fault| SeedError::of_fault(PATH, file.mistake(&network.name, "", "").line, &fault);
    let admin = user_record(call.org, file, &file.admin)?;
    let registers = network.self_registration_profile.is_some();
    let guest = match registers {
        true => {
            let profile = profile(call.org, file, "Guest License User")?;
            let place = (network.name.as_str(), network.url_path_prefix.as_str());
            Some(add_guest_user(call, place, &admin, profile).map_err(failed)?)
        }
        false => None,
    };
    let site = [
        ("Name", Value::from(network.name.replace(' ', "_"))),
        ("MasterLabel", Value::from(network.name.as_str())),
        ("UrlPathPrefix", Value::from(network.url_path_prefix.as_str())),
        ("Status", Value::from("Active")),
        ("SiteType", Value::from("ChatterNetwork")),
        ("GuestUserId", guest.map_or(Value::Null, Value::from)),
        ("AdminId", admin.get("Id").clone()),
    ];
    insert_as_platform(call, "Site", &site).map_err(failed)?;
    let Some(name) = &network.self_registration_account else { return Ok(()) };
    if !registers {
        let what = "an account without a profile registers nobody";
        return Err(file.mistake(name, what, "selfRegistrationProfile beside it"));
    }
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
