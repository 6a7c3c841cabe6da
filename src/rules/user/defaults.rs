//! What a user gets without being sent.

use std::sync::Arc;

use crate::credentials::password::random_text;
use crate::dml::Save;
use crate::model::fault::Fault;
use crate::model::value::Value;
use crate::org::access::ProfileFacts;

/// The profile after the save; none for the platform's own users.
pub(super) fn profile(save: &Save) -> Result<Option<Arc<ProfileFacts>>, Fault> {
    match save.id_in("ProfileId") {
        Some(id) => save.call.org.profile(id),
        None => Ok(None),
    }
}

/// The profile before the save.
pub(super) fn old_profile(save: &Save) -> Result<Option<Arc<ProfileFacts>>, Fault> {
    match save.old.id("ProfileId") {
        Some(id) => save.call.org.profile(id),
        None => Ok(None),
    }
}

/// `IsActive` is true unless sent: describe says false, the service does otherwise.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_user.htm>
pub(super) fn new_user_is_active(save: &mut Save) -> Result<(), Fault> {
    if !save.is_given("IsActive") {
        save.set("IsActive", true);
    }
    Ok(())
}

/// Users get the service's mails and a daily digest unless they say otherwise.
/// Source: as [`new_user_is_active`]
pub(super) fn new_user_gets_mails_and_digest(save: &mut Save) -> Result<(), Fault> {
    for field in ["ReceivesInfoEmails", "ReceivesAdminInfoEmails"] {
        if !save.is_given(field) {
            save.set(field, true);
        }
    }
    if !save.was_sent("DigestFrequency") {
        save.set("DigestFrequency", "D");
    }
    Ok(())
}

/// Source: <https://help.salesforce.com/s/articleView?id=000385306&type=1>
pub(super) fn username_is_lower_case(save: &mut Save) -> Result<(), Fault> {
    if let Some(username) = save.text("Username") {
        let lower = username.to_lowercase();
        if lower != username {
            save.set("Username", lower);
        }
    }
    Ok(())
}

/// `UserType` is that of the profile's licence.
/// Source: as [`new_user_is_active`]
pub(super) fn user_type_follows_profile(save: &mut Save) -> Result<(), Fault> {
    if let Some(profile) = profile(save)? {
        let external = profile.license.is_external();
        save.set("UserType", profile.license.user_type.as_str());
        save.set("IsExtIndicatorVisible", external);
    }
    Ok(())
}

/// `User` and a long number.
/// Source: as [`new_user_is_active`]
pub(super) fn nickname_is_generated(save: &mut Save) -> Result<(), Fault> {
    if !save.value("CommunityNickname").is_null() {
        return Ok(());
    }
    let mut ending = random_text(save.call.environment, 6, b"0123456789");
    let mut others = 0;
    while save.value("CommunityNickname").is_null() {
        let nickname = format!("User{}{ending}", save.call.environment.now());
        let taken =
            save.call.org.ids_where(&save.object, "CommunityNickname", &Value::from(nickname.as_str()), 1)?;
        if taken.is_empty() {
            save.set("CommunityNickname", nickname);
        }
        others += 1;
        ending = format!("{others:06}");
    }
    Ok(())
}
