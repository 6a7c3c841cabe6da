//! The rules of User.

use super::declare::rule;
use super::{address, network, portal, user_login};
use crate::dml::Rule;
use crate::model::fault::Rows;

mod activation;
mod assignment;
mod contact;
mod defaults;
mod disabled;
pub(super) mod email;
mod identity;
mod manager;
mod profile;
mod role;
mod runner;
mod seats;

pub(super) const RULES: &[Rule] = &[
    rule!(Default INSERT defaults::new_user_is_active),
    rule!(Default INSERT defaults::new_user_gets_mails_and_digest),
    rule!(Default SAVE defaults::username_is_lower_case),
    rule!(Default SAVE defaults::user_type_follows_profile),
    rule!(Default INSERT defaults::nickname_is_generated),
    rule!(Default UPDATE disabled::disabled_portal_user_is_unlinked),
    rule!(Default SAVE contact::account_follows_contact),
    rule!(Default UPDATE role::role_goes_with_license),
    rule!(Default UPDATE email::external_email_is_no_longer_verified),
    rule!(Before SAVE identity::username_is_an_email_address),
    rule!(Before SAVE identity::email_is_in_an_allowed_domain),
    rule!(Before SAVE identity::federation_id_is_unique),
    rule!(Before SAVE address::addresses_are_in_the_lists),
    rule!(Before INSERT profile::guests_are_not_inserted),
    rule!(Before SAVE runner::runner_may_manage_the_user),
    rule!(Before SAVE profile::standard_external_profiles_are_allowed),
    rule!(Before UPDATE profile::profile_fits_the_license),
    rule!(Before SAVE profile::admin_profile_is_granted_by_admins),
    rule!(Before UPDATE contact::contact_does_not_change),
    rule!(Before SAVE contact::only_portal_users_have_a_contact),
    rule!(Before SAVE contact::portal_user_has_a_contact),
    rule!(Before SAVE contact::partner_is_no_person_account),
    rule!(Before SAVE contact::portal_account_owner_has_a_role),
    rule!(Before SAVE contact::contact_has_one_portal_user),
    rule!(Before SAVE contact::partner_user_needs_a_partner_account),
    rule!(Before SAVE role::role_type_matches_user_type),
    rule!(Before UPDATE role::owner_of_portal_accounts_keeps_a_role),
    rule!(Before SAVE manager::managers_form_no_circle),
    rule!(Before SAVE manager::hierarchy_fields_form_no_circle),
    rule!(Before UPDATE activation::last_administrator_stays),
    rule!(Before UPDATE activation::nobody_deactivates_themselves),
    rule!(Before UPDATE activation::hierarchy_field_values_stay_active),
    rule!(Before UPDATE activation::users_with_duties_stay_active),
    rule!(Before UPDATE activation::portal_administrator_keeps_the_permission),
    rule!(Unique SAVE identity::username_is_unique),
    rule!(Unique SAVE identity::nickname_is_unique),
    rule!(Count SAVE seats::license_has_a_seat),
    rule!(Count SAVE seats::feature_license_has_a_seat),
    rule!(Count UPDATE email::email_change_pends),
    rule!(Count SAVE role::portal_user_gets_a_role),
    rule!(After SAVE contact::account_is_enabled),
    rule!(After INSERT assignment::user_has_a_login_row),
    rule!(After SAVE assignment::user_is_assigned_the_profile),
    rule!(After SAVE network::user_is_member_by_profile),
    rule!(After UPDATE role::portal_roles_follow_the_owners_role),
    rule!(After UPDATE disabled::disabled_portal_user_loses_access),
    rule!(After INSERT email::new_user_is_welcomed),
    rule!(After UPDATE email::username_change_is_announced),
];

pub(super) const FAULTS: &[Rows] = &[
    identity::FAULTS,
    profile::FAULTS,
    seats::FAULTS,
    manager::FAULTS,
    activation::FAULTS,
    user_login::FAULTS,
];
pub(super) const EXTERNAL_FAULTS: &[Rows] = &[contact::FAULTS, role::FAULTS, portal::FAULTS];

/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_user.htm>
const REQUIRED: &[&str] = &[
    "Username",
    "LastName",
    "Email",
    "Alias",
    "TimeZoneSidKey",
    "LocaleSidKey",
    "EmailEncodingKey",
    "ProfileId",
    "LanguageLocaleKey",
];

/// The service lists missing fields in this order, not in describe order.
pub(super) fn order_of_missing(missing: &mut [&str]) {
    missing.sort_by_key(|name| REQUIRED.iter().position(|known| known == name).unwrap_or(usize::MAX));
}
