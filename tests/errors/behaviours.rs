//! The behaviours that provisioning relies on, and what proves each of them on the wire: errors that scenarios provoke
//! through REST and, where they are a save's, over SOAP with the same code, text and fields; and tests of this crate, which
//! are run here once more. `docs/behaviours.md` is written from this table.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use fauxforce::error_entry::Family;
use fauxforce::errors;

/// One behaviour.
struct Behaviour {
    what: &'static str,
    /// Names of rows of the table of errors.
    errors: &'static [&'static str],
    /// What is no error, or is one on a surface of its own.
    runs: &'static [Run],
    /// Where else it is tested: `path::function`, below `tests/`.
    also: &'static [&'static str],
}

/// A test of this crate: its name, and the test itself.
type Run = (&'static str, fn());

macro_rules! run {
    ($module:ident::$function:ident) => {
        (concat!("errors/", stringify!($module), ".rs::", stringify!($function)), crate::$module::$function)
    };
}

/// Behaviours whose errors SOAP does not repeat, by their number.
const NOT_OVER_SOAP: &[(usize, &str)] = &[
    (11, "what is addressed is in the path: 404"),
    (17, "SOAP has no answer with a list; the code is the same: tests/rules/lists.rs"),
    (67, "SOAP says it in longer words: tests/soap/saves.rs"),
    (68, "a query or a path"),
    (77, "planted for one call"),
];

#[rustfmt::skip]
const BEHAVIOURS: &[Behaviour] = &[
    Behaviour { what: "A user lacks required fields: all of them are told at once, in their order", errors: &["required_field_missing"], runs: &[], also: &["rules/user.rs::required_fields_of_a_user_are_told_in_their_order", "scim/refusals.rs::users"] },
    Behaviour { what: "A contact, an account or a person account has no name", errors: &["required_field_missing"], runs: &[], also: &["rules/contact_account.rs::contacts_and_accounts_need_a_name", "rest/people.rs::person_accounts"] },
    Behaviour { what: "A permission set assignment, a group member or another setup row lacks required fields", errors: &["required_field_missing"], runs: &[], also: &["rules/setup.rs::setup_rows_need_their_fields"] },
    Behaviour { what: "A username has not the form of an email address", errors: &["username_no_address"], runs: &[], also: &[] },
    Behaviour { what: "An email has not the form of an address, on users, contacts and person accounts", errors: &["invalid_email_address"], runs: &[], also: &["rules/user.rs::an_email_of_a_user_has_the_form_of_an_address", "rules/contact_account.rs::an_email_of_a_contact_has_the_form_of_an_address"] },
    Behaviour { what: "An email is not in an allowed domain", errors: &["email_domain_not_allowed"], runs: &[], also: &[] },
    Behaviour { what: "A text is too long for its field", errors: &["string_too_long"], runs: &[], also: &[] },
    Behaviour { what: "A restricted picklist gets a value that it does not have", errors: &["bad_picklist_value"], runs: &[], also: &[] },
    Behaviour { what: "A reference gets a text that is no id", errors: &["malformed_id"], runs: &[], also: &[] },
    Behaviour { what: "A reference gets the id of another object", errors: &["id_of_other_object"], runs: &[], also: &[] },
    Behaviour { what: "A record that is referenced or updated does not exist", errors: &["invalid_cross_reference"], runs: &[], also: &["rules/user.rs::an_id_that_does_not_exist_is_refused"] },
    Behaviour { what: "A record that is referenced is not visible to the user", errors: &["no_sight_of_record"], runs: &[], also: &[] },
    Behaviour { what: "A username is taken, in this org or in another", errors: &["duplicate_username"], runs: &[], also: &["rules/user.rs::a_username_is_unique_in_all_orgs", "scim/refusals.rs::users", "saml_jit/error.rs::error_05_the_save_of_the_user_fails"] },
    Behaviour { what: "A nickname is taken", errors: &["duplicate_nickname"], runs: &[], also: &[] },
    Behaviour { what: "A Federation ID is taken; capitals make a difference", errors: &["duplicate_federation_id"], runs: &[], also: &["rules/user.rs::a_federation_id_is_unique_and_heeds_case"] },
    Behaviour { what: "A unique field or an external id has the value in another record", errors: &["duplicate_value"], runs: &[], also: &[] },
    Behaviour { what: "An upsert finds several records with the external id", errors: &["several_have_the_external_id"], runs: &[], also: &["rest/external_ids.rs::several_matches_are_listed_and_nothing_is_written"] },
    Behaviour { what: "The role of a user is not of the kind of its profile", errors: &["role_type_mismatch"], runs: &[], also: &[] },
    Behaviour { what: "An internal user is given a contact", errors: &["contact_on_internal_user"], runs: &[], also: &[] },
    Behaviour { what: "An external user has no contact", errors: &["portal_user_without_contact"], runs: &[], also: &[] },
    Behaviour { what: "A guest user is created", errors: &["guest_not_inserted"], runs: &[], also: &[] },
    Behaviour { what: "A standard profile for external users is used without the setting that allows it", errors: &["standard_external_profile"], runs: &[], also: &[] },
    Behaviour { what: "A user gets a profile of a licence that does not fit", errors: &["incompatible_profile"], runs: &[], also: &[] },
    Behaviour { what: "A user moves to the Identity licence", errors: &["identity_profile"], runs: &[], also: &[] },
    Behaviour { what: "A profile with Modify All Data is given or taken by somebody who has not that permission", errors: &["admin_profile"], runs: &[], also: &[] },
    Behaviour { what: "A portal administrator gets a profile that may not manage external users", errors: &["portal_administrator_profile"], runs: &[], also: &[] },
    Behaviour { what: "No seat of the licence is free, when a user is created, activated or given a profile", errors: &["license_limit_exceeded"], runs: &[], also: &["saml_jit/error.rs::error_11_no_license"] },
    Behaviour { what: "No seat of a feature licence is free", errors: &["feature_license_limit_exceeded", "content_license_limit_exceeded"], runs: &[], also: &[] },
    Behaviour { what: "The owner of the account of an external user has no role", errors: &["owner_must_have_a_role", "role_of_portal_account_owner"], runs: &[], also: &["saml_jit/error.rs::error_05_the_save_of_the_user_fails", "saml_jit/self_registration.rs::the_administrator_is_told_why_a_registration_failed", "scim/external.rs::without_an_account_one_is_made_and_its_owner_needs_a_role"] },
    Behaviour { what: "A contact has an external user already", errors: &["portal_user_exists"], runs: &[], also: &["saml_jit/conflict.rs::the_contact_has_a_user_already", "scim/external.rs::a_contact_is_taken_or_made"] },
    Behaviour { what: "An external user is to own records of a partner account", errors: &["portal_users_cannot_own"], runs: &[], also: &[] },
    Behaviour { what: "A partner user is created on a person account", errors: &["partner_on_person_account"], runs: &[], also: &["saml_jit/conflict.rs::the_contact_is_a_person_accounts"] },
    Behaviour { what: "The contact, the account or a read-only field of a user is changed", errors: &["fields_not_writeable"], runs: &[], also: &[] },
    Behaviour { what: "The default owner of cases is deactivated", errors: &["default_case_owner"], runs: &[], also: &[] },
    Behaviour { what: "The default workflow user is deactivated", errors: &["default_workflow_user"], runs: &[], also: &[] },
    Behaviour { what: "The creator of web leads is deactivated", errors: &["web_to_lead_creator"], runs: &[], also: &[] },
    Behaviour { what: "A portal administrator is deactivated", errors: &["portal_administrator"], runs: &[], also: &[] },
    Behaviour { what: "A user of case rules is deactivated", errors: &["case_rule_user"], runs: &[], also: &[] },
    Behaviour { what: "A user who is the value of a hierarchy field is deactivated", errors: &["value_of_hierarchy_field"], runs: &[], also: &[] },
    Behaviour { what: "The last administrator is deactivated", errors: &["last_administrator"], runs: &[], also: &[] },
    Behaviour { what: "A user deactivates their own user", errors: &["own_user"], runs: &[], also: &[] },
    Behaviour { what: "A user is deleted", errors: &["entity_cannot_be"], runs: &[], also: &["rules/user.rs::users_are_not_deleted"] },
    Behaviour { what: "A user without create permission on an object creates a record", errors: &["entity_cannot_be"], runs: &[], also: &["rules/access.rs::an_object_without_create_permission_is_not_inserted", "saml_jit/conflict.rs::the_owner_does_not_fit"] },
    Behaviour { what: "A user without edit permission on an object updates a record", errors: &["entity_cannot_be"], runs: &[], also: &["rules/access.rs::an_object_without_edit_permission_is_not_updated"] },
    Behaviour { what: "A user updates a record that they may read only", errors: &["no_access_to_record"], runs: &[], also: &[] },
    Behaviour { what: "A user sets or sees the password of somebody whom they may not manage", errors: &["no_access_to_password"], runs: &[], also: &["soap/users.rs::who_may_not_manage_users_sets_no_passwords_but_the_own"] },
    Behaviour { what: "A user sets their own password by the API though the org does not allow it", errors: &["no_own_password"], runs: &[], also: &["soap/users.rs::passwords"] },
    Behaviour { what: "A new password does not obey the policy", errors: &["too_short", "not_letters_and_numbers", "easy_to_guess", "contains_username"], runs: &[], also: &["soap/users.rs::passwords", "saml_jit/self_registration.rs::what_is_wrong_with_a_password_is_told_to_the_visitor"] },
    Behaviour { what: "A new password was used lately", errors: &["invalid_repeated_password"], runs: &[], also: &["soap/users.rs::passwords"] },
    Behaviour { what: "A session with an expired password is used for anything but another password", errors: &["expired"], runs: &[run!(passwords::an_expired_password_stops_soap_calls)], also: &["login/soap.rs::an_expired_password_opens_a_session_that_is_good_for_nothing_else"] },
    Behaviour { what: "Managers would make a circle", errors: &["own_manager", "user_hierarchy_violated"], runs: &[], also: &["rules/user.rs::managers_make_no_circle"] },
    Behaviour { what: "Parents of accounts would make a circle", errors: &["circular_dependency"], runs: &[], also: &[] },
    Behaviour { what: "Contacts would report to each other in a circle", errors: &["hierarchy_violated"], runs: &[], also: &["rules/contact_account.rs::reports_to_makes_no_circle"] },
    Behaviour { what: "An inactive user becomes the owner of a record", errors: &["inactive_owner", "inactive_user"], runs: &[], also: &[] },
    Behaviour { what: "A contact or an account with an external user is deleted", errors: &["associated_with"], runs: &[], also: &["rules/contact_account.rs::a_record_with_a_portal_user_is_not_deleted"] },
    Behaviour { what: "A record is deleted on which others depend", errors: &["associated_with"], runs: &[], also: &["rules/contact_account.rs::a_record_with_cases_is_not_deleted"] },
    Behaviour { what: "A deleted record is used", errors: &["entity_is_deleted"], runs: &[], also: &[] },
    // Nothing locks a record but an approval process or Apex, and there is neither: it is planted.
    Behaviour { what: "A locked record is saved", errors: &["record_locked"], runs: &[], also: &[] },
    Behaviour { what: "A person account is given a name as a whole", errors: &["bad_field_names"], runs: &[], also: &["rules/person_account.rs::a_person_account_has_no_name_of_its_own"] },
    Behaviour { what: "A business account is given fields of persons", errors: &["bad_field_names"], runs: &[], also: &["rules/person_account.rs::a_business_account_has_no_person_fields"] },
    Behaviour { what: "An account that is created with fields of persons becomes a person account", errors: &[], runs: &[run!(successes::person_fields_make_a_person_account)], also: &["rest/people.rs::person_accounts", "rules/person_account.rs::person_fields_make_a_person_account"] },
    Behaviour { what: "A country is not in the list", errors: &["unknown_country"], runs: &[], also: &[] },
    Behaviour { what: "A state is not in the list of its country, or has no country", errors: &["unknown_state", "state_without_country"], runs: &[], also: &[] },
    Behaviour { what: "A duplicate rule finds a record like this one", errors: &["duplicates_detected"], runs: &[], also: &["soap/merges.rs::duplicates_are_told_and_may_be_saved"] },
    Behaviour { what: "A validation rule refuses a record", errors: &["validation_failed"], runs: &[], also: &[] },
    Behaviour { what: "A lookup filter refuses a reference", errors: &["lookup_filtered"], runs: &[], also: &[] },
    Behaviour { what: "A field does not exist, because its feature is off or it is hidden", errors: &["unknown_column"], runs: &[], also: &["soap/saves.rs::create"] },
    Behaviour { what: "An object does not exist or is hidden", errors: &["no_object"], runs: &[], also: &["rules/access.rs::what_is_hidden_is_absent"] },
    Behaviour { what: "A permission set is assigned twice", errors: &["duplicate_assignment"], runs: &[], also: &["connectors/pingone.rs::permission_sets"] },
    Behaviour { what: "The licence of a user does not allow a permission of the set", errors: &["license_does_not_allow"], runs: &[], also: &[] },
    Behaviour { what: "A guest user gets a permission set that gives more than reading and creating", errors: &["too_much_for_a_guest"], runs: &[], also: &[] },
    Behaviour { what: "A permission set licence is assigned twice", errors: &["row_is_there"], runs: &[], also: &[] },
    Behaviour { what: "No seat of a permission set licence is free", errors: &["no_permission_set_license"], runs: &[], also: &[] },
    Behaviour { what: "A user who is in a group already is added again: it is the same row", errors: &[], runs: &[run!(successes::the_same_member_again_is_no_error)], also: &["connectors/pingone.rs::groups"] },
    Behaviour { what: "A group gets a member that it cannot have: a high-volume user, or itself", errors: &["high_volume_member", "group_in_itself"], runs: &[], also: &[] },
    Behaviour { what: "Memberships of groups are being worked out", errors: &["groups_busy"], runs: &[], also: &[] },
    Behaviour { what: "A row is locked by another transaction", errors: &["row_locked"], runs: &[], also: &["saml_jit/error.rs::error_04_creation_is_locked"] },
    Behaviour { what: "The org has used up its API calls", errors: &["quota_spent"], runs: &[run!(requests::a_spent_quota_stops_soap_calls)], also: &["login/control.rs::faults_are_planted_listed_and_taken_back"] },
    Behaviour { what: "A transaction saves setup objects and others", errors: &["mixed_dml"], runs: &[run!(composite::a_transaction_is_setup_or_is_not)], also: &[] },
    Behaviour { what: "A converted lead is updated", errors: &["converted_lead"], runs: &[], also: &[] },
    Behaviour { what: "A user without the permission API Enabled uses an API", errors: &["api_disabled"], runs: &[run!(requests::a_user_without_api_enabled_does_not_log_in_over_soap)], also: &["login/soap.rs::refusals_that_the_seed_decides"] },
    Behaviour { what: "A developer name is taken", errors: &["duplicate_developer_name"], runs: &[], also: &[] },
    Behaviour { what: "The email of an employee changes when its link has been followed", errors: &[], runs: &[run!(successes::an_employees_email_waits_for_its_link)], also: &["connectors/entra.rs::an_email_is_updated_until_somebody_approves"] },
    Behaviour { what: "The email of an external user changes at once", errors: &[], runs: &[run!(successes::an_external_users_email_changes_at_once)], also: &[] },
    Behaviour { what: "A frozen user is out until unfrozen", errors: &[], runs: &[run!(successes::freeze_and_unfreeze)], also: &["connectors/pingone.rs::freezing", "login/states.rs::a_frozen_user_is_out_until_unfrozen"] },
    Behaviour { what: "The lock of a user after wrong passwords is set by hand", errors: &["lock_is_only_ended"], runs: &[], also: &[] },
    Behaviour { what: "An external user that is disabled is deactivated, unlinked and given an invalid username; the contact can have another", errors: &[], runs: &[run!(successes::a_disabled_user_is_unlinked_and_the_contact_free)], also: &["rules/user_external.rs::a_disabled_user_comes_back_without_contact_only"] },
    Behaviour { what: "A partner user makes its account a partner account", errors: &[], runs: &[run!(successes::a_partner_user_makes_a_partner_account)], also: &["saml_jit/community.rs::account_contact_and_user_are_made"] },
    Behaviour { what: "A customer account is to be none any more", errors: &["customer_portal_is_for_good"], runs: &[], also: &[] },
    Behaviour { what: "Who registers takes the one contact with their address that has no user; else a new one is made", errors: &[], runs: &[run!(logins::who_registers_takes_the_one_unused_contact)], also: &["saml_jit/self_registration.rs::one_unused_contact_is_taken", "saml_jit/self_registration.rs::a_contact_that_has_a_user_is_refused", "saml_jit/self_registration.rs::of_several_contacts_none_is_taken"] },
    Behaviour { what: "A visitor who cannot be registered is told little, the administrator why", errors: &["page.cannot_be_processed"], runs: &[], also: &["saml_jit/self_registration.rs::the_administrator_is_told_why_a_registration_failed", "saml_jit/self_registration.rs::a_taken_username_alerts_nobody"] },
    Behaviour { what: "A visitor registers outside a live community", errors: &["page.not_in_a_site"], runs: &[], also: &["saml_jit/self_registration.rs::nobody_registers_outside_a_live_community"] },
    Behaviour { what: "SCIM refuses what it refuses in its own words", errors: &["scim.taken", "scim.refused", "scim.no_such_resource", "scim.not_found", "scim.method_not_supported", "scim.no_json", "scim.improper_schema", "scim.improper_operation", "scim.missing_path", "scim.unsupported_attribute", "scim.unsupported_operator", "scim.illegal_token", "scim.several_memberships", "scim.all_entitlements_removed"], runs: &[], also: &["scim/refusals.rs::users", "scim/refusals.rs::filters", "scim/users.rs::from_hiring_to_leaving", "clients/main.rs::scim2_client"] },
    // Employee2 is there only with a licence of its own (Unified Employee, Talent Recruitment Management), which no org of
    // the emulator has: it answers as an org without that.
    Behaviour { what: "An org without the licence has no employees", errors: &[], runs: &[run!(behaviours::an_org_without_the_licence_has_no_employees)], also: &[] },
];

const HEAD: &str = "\
# What provisioning relies on

Written by `tests/errors/behaviours.rs`, whose tests prove each of these on the wire: the errors (see [errors.md](errors.md))
are provoked through REST and over SOAP, the tests are run. Further tests of the same are named behind them.

| # | behaviour | errors | tests | also |
| --- | --- | --- | --- | --- |
";

/// What is not proved: `repeated` are the rows of the table of errors that a scenario has repeated over SOAP. Every error
/// has been provoked.
pub fn gaps(repeated: &BTreeSet<&str>) -> Vec<String> {
    let sections = errors::sections();
    let rows = sections.iter().flat_map(|section| &section.rows);
    let faults: BTreeSet<_> = rows.filter(|row| row.family == Family::Fault).map(|row| row.name).collect();
    let mut wrong = Vec::new();
    for (number, Behaviour { errors, runs, .. }) in (1..).zip(BEHAVIOURS) {
        let is_fault = errors.iter().any(|error| faults.contains(error));
        let excused = NOT_OVER_SOAP.iter().any(|(excused, _)| *excused == number);
        let over_soap = errors.iter().any(|error| repeated.contains(error));
        if is_fault && !over_soap && runs.is_empty() && !excused {
            wrong.push(format!("behaviour {number}: proved on no surface but REST"));
        }
    }
    wrong
}

#[test]
fn every_behaviour_is_proved() {
    let sections = errors::sections();
    let known: BTreeSet<_> = sections.iter().flat_map(|section| &section.rows).map(|row| row.name).collect();
    let mut wrong = Vec::new();
    for (number, Behaviour { what, errors, runs, .. }) in (1..).zip(BEHAVIOURS) {
        if errors.is_empty() && runs.is_empty() {
            wrong.push(format!("behaviour {number}: nothing proves it ({what})"));
        }
        for error in errors.iter().filter(|error| !known.contains(**error)) {
            wrong.push(format!("behaviour {number}: the table of errors has no {error}"));
        }
        for (name, test) in *runs {
            if catch_unwind(test).is_err() {
                wrong.push(format!("behaviour {number}: {name} fails"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_says_what_the_table_says() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for named in BEHAVIOURS.iter().flat_map(|behaviour| behaviour.also) {
        let (file, function) = named.split_once("::").expect("path::function");
        let text = fs::read_to_string(tests.join(file)).unwrap_or_default();
        assert!(text.contains(&format!("fn {function}(")), "docs/behaviours.md would name no test: {named}");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join("behaviours.md");
    if std::env::var_os("FAUXFORCE_BLESS").is_some() {
        fs::write(&path, page()).expect("docs/behaviours.md can be written");
        return;
    }
    let written = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        written == page(),
        "docs/behaviours.md is old: FAUXFORCE_BLESS=1 cargo test --test errors writes it anew"
    );
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for (number, Behaviour { what, errors, runs, also }) in (1..).zip(BEHAVIOURS) {
        let runs: Vec<&str> = runs.iter().map(|(name, _)| *name).collect();
        let [errors, runs, also] = [*errors, &runs, *also].map(|names| {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            names.join(", ")
        });
        writeln!(page, "| {number} | {what} | {errors} | {runs} | {also} |")
            .expect("a text takes everything");
    }
    page
}

/// Source: <https://developer.salesforce.com/docs/atlas.en-us.psc_api.meta/psc_api/sforce_api_objects_employee2.htm>
#[test]
pub fn an_org_without_the_licence_has_no_employees() {
    let rig = crate::surroundings::Surroundings::emulator();
    assert_eq!(rig.get("v62.0/sobjects/Employee2/describe").status, 404);
    let got = rig.query("SELECT Id FROM Employee2").json();
    assert_eq!(got[0]["errorCode"], "INVALID_TYPE");
    assert!(
        got[0]["message"]
            .as_str()
            .is_some_and(|text| text.contains("sObject type 'Employee2' is not supported."))
    );
}
