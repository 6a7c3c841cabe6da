//! The behaviours that provisioning relies on, and what proves each: rows of the table of errors, which scenarios provoke
//! through REST and, where it is a save, over SOAP with the same code, text and fields; and tests.

use std::collections::BTreeSet;
use std::path::Path;

use fauxforce::errors;

/// One behaviour.
struct Row {
    number: usize,
    /// Names of rows of the table of errors.
    faults: &'static [&'static str],
    /// `path::function`, below `tests/`: what is no error, and the same on other surfaces.
    tests: &'static [&'static str],
}

const fn row(number: usize, faults: &'static [&'static str], tests: &'static [&'static str]) -> Row {
    Row { number, faults, tests }
}

/// Rows whose faults are no save's: SOAP and Just-in-Time provisioning meet them in the tests that are named, or not at all.
const NOT_A_SAVE: &[(usize, &str)] = &[
    (11, "what is addressed is in the path: 404"),
    (17, "SOAP has no answer with a list; the code is the same: tests/rules/lists.rs"),
    (67, "SOAP says it in longer words: tests/soap/saves.rs"),
    (68, "a query or a path"),
    (77, "planted for one call"),
];

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row(1,  &["required_field_missing"], &["rules/user.rs::row_01_required_fields_in_their_order", "scim/refusals.rs::users"]),
    row(2,  &["required_field_missing"], &["rules/contact_account.rs::row_02_required_fields", "rest/people.rs::person_accounts"]),
    row(3,  &["required_field_missing"], &["rules/setup.rs::row_03_required_fields"]),
    row(4,  &["username_no_address"], &[]),
    row(5,  &["invalid_email_address"], &["rules/user.rs::row_05_email_syntax", "rules/contact_account.rs::row_05_email_syntax"]),
    row(6,  &["email_domain_not_allowed"], &[]),
    row(7,  &["string_too_long"], &[]),
    row(8,  &["bad_picklist_value"], &[]),
    row(9,  &["malformed_id"], &[]),
    row(10, &["id_of_other_object"], &[]),
    row(11, &["invalid_cross_reference"], &["rules/user.rs::row_11_id_that_does_not_exist"]),
    row(12, &["no_sight_of_record"], &[]),
    row(13, &["duplicate_username"], &["rules/user.rs::row_13_duplicate_username_of_another_org", "scim/refusals.rs::users", "saml_jit/error.rs::error_05_the_save_of_the_user_fails"]),
    row(14, &["duplicate_nickname"], &[]),
    row(15, &["duplicate_federation_id"], &["rules/user.rs::row_15_duplicate_federation_id_heeds_case"]),
    row(16, &["duplicate_value"], &[]),
    row(17, &["several_have_the_external_id"], &["rest/external_ids.rs::several_matches_are_listed_and_nothing_is_written"]),
    row(18, &["role_type_mismatch"], &[]),
    row(19, &["contact_on_internal_user"], &[]),
    row(20, &["portal_user_without_contact"], &[]),
    row(21, &["guest_not_inserted"], &[]),
    row(22, &["standard_external_profile"], &[]),
    row(23, &["incompatible_profile"], &[]),
    row(24, &["identity_profile"], &[]),
    row(25, &["admin_profile"], &[]),
    row(26, &["portal_administrator_profile"], &[]),
    row(27, &["license_limit_exceeded"], &["saml_jit/error.rs::error_11_no_license"]),
    row(28, &["feature_license_limit_exceeded", "content_license_limit_exceeded"], &[]),
    row(29, &["owner_must_have_a_role", "role_of_portal_account_owner"], &["saml_jit/error.rs::error_05_the_save_of_the_user_fails", "saml_jit/self_registration.rs::row_91_the_administrator_is_told_why", "scim/external.rs::without_an_account_one_is_made_and_its_owner_needs_a_role"]),
    row(30, &["portal_user_exists"], &["saml_jit/conflict.rs::the_contact_has_a_user_already", "scim/external.rs::a_contact_is_taken_or_made"]),
    row(31, &["portal_users_cannot_own"], &[]),
    row(32, &["partner_on_person_account"], &["saml_jit/conflict.rs::the_contact_is_a_person_accounts"]),
    row(33, &["fields_not_writeable"], &[]),
    row(34, &["default_case_owner"], &[]),
    row(35, &["default_workflow_user"], &[]),
    row(36, &["web_to_lead_creator"], &[]),
    row(37, &["portal_administrator"], &[]),
    row(38, &["case_rule_user"], &[]),
    row(39, &["value_of_hierarchy_field"], &[]),
    row(40, &["last_administrator"], &[]),
    row(41, &["own_user"], &[]),
    row(42, &["entity_cannot_be"], &["rules/user.rs::row_42_delete"]),
    row(43, &["entity_cannot_be"], &["rules/access.rs::row_43_no_create_permission", "saml_jit/conflict.rs::the_owner_does_not_fit"]),
    row(44, &["entity_cannot_be"], &["rules/access.rs::row_44_no_update_permission"]),
    row(45, &["no_access_to_record"], &[]),
    row(46, &["no_access_to_password"], &["soap/users.rs::who_may_not_manage_users_sets_no_passwords_but_the_own"]),
    row(47, &["no_own_password"], &["soap/users.rs::passwords"]),
    row(48, &["too_short", "not_letters_and_numbers", "easy_to_guess", "contains_username"], &["soap/users.rs::passwords", "saml_jit/self_registration.rs::row_91_passwords_are_told_to_the_visitor"]),
    row(49, &["invalid_repeated_password"], &["soap/users.rs::passwords"]),
    row(50, &["expired"], &["login/soap.rs::an_expired_password_opens_a_session_that_is_good_for_nothing_else"]),
    row(51, &["own_manager", "user_hierarchy_violated"], &["rules/user.rs::row_51_manager_circle"]),
    row(52, &["circular_dependency"], &[]),
    row(53, &["hierarchy_violated"], &["rules/contact_account.rs::row_53_reports_to_circle"]),
    row(54, &["inactive_owner", "inactive_user"], &[]),
    row(55, &["associated_with"], &["rules/contact_account.rs::row_55_portal_user_attached"]),
    row(56, &["associated_with"], &["rules/contact_account.rs::row_56_other_children"]),
    row(57, &["entity_is_deleted"], &[]),
    // Nothing locks a record but an approval process or Apex, and there is neither: it is planted.
    row(58, &["record_locked"], &[]),
    row(59, &["bad_field_names"], &["rules/person_account.rs::row_59_name_of_a_person_account"]),
    row(60, &["bad_field_names"], &["rules/person_account.rs::row_60_person_fields_of_a_business_account"]),
    row(61, &[], &["rest/people.rs::person_accounts", "rules/person_account.rs::row_61_person_fields_make_a_person_account"]),
    row(62, &["unknown_country"], &[]),
    row(63, &["unknown_state", "state_without_country"], &[]),
    row(64, &["duplicates_detected"], &["soap/merges.rs::duplicates_are_told_and_may_be_saved"]),
    row(65, &["validation_failed"], &[]),
    row(66, &["lookup_filtered"], &[]),
    row(67, &["unknown_column"], &["soap/saves.rs::create"]),
    row(68, &["no_object"], &["rules/access.rs::row_67_and_68_what_is_hidden_is_absent"]),
    row(69, &["duplicate_assignment"], &["connectors/pingone.rs::permission_sets"]),
    row(70, &["license_does_not_allow"], &[]),
    row(71, &["too_much_for_a_guest"], &[]),
    row(72, &["row_is_there"], &[]),
    row(73, &["no_permission_set_license"], &[]),
    row(74, &[], &["errors/successes.rs::row_74_same_member_again", "connectors/pingone.rs::groups"]),
    row(75, &["high_volume_member", "group_in_itself"], &[]),
    row(76, &["groups_busy"], &[]),
    row(77, &["row_locked"], &["saml_jit/error.rs::error_04_creation_is_locked"]),
    row(78, &["quota_spent"], &["login/control.rs::faults_are_planted_listed_and_taken_back"]),
    row(79, &["mixed_dml"], &["errors/composite.rs::row_79_a_transaction_is_setup_or_is_not"]),
    row(80, &["converted_lead"], &[]),
    row(81, &["api_disabled"], &["login/soap.rs::refusals_that_the_seed_decides"]),
    row(82, &["duplicate_developer_name"], &[]),
    row(83, &[], &["errors/successes.rs::row_83_an_employees_email_waits_for_its_link", "connectors/entra.rs::an_email_is_updated_until_somebody_approves"]),
    row(84, &[], &["errors/successes.rs::row_84_an_external_users_email_changes_at_once"]),
    row(85, &[], &["errors/successes.rs::row_85_freeze_and_unfreeze", "connectors/pingone.rs::freezing", "login/states.rs::a_frozen_user_is_out_until_unfrozen"]),
    row(86, &["lock_is_only_ended"], &[]),
    row(87, &[], &["errors/successes.rs::row_87_a_disabled_user_is_unlinked_and_the_contact_free"]),
    row(88, &[], &["errors/successes.rs::row_88_a_partner_user_makes_a_partner_account", "saml_jit/community.rs::account_contact_and_user_are_made"]),
    row(89, &["customer_portal_is_for_good"], &[]),
    row(90, &[], &["saml_jit/self_registration.rs::row_90_one_unused_contact_is_taken", "saml_jit/self_registration.rs::row_90_a_contact_that_has_a_user_is_refused", "saml_jit/self_registration.rs::row_90_of_several_contacts_none_is_taken"]),
    row(91, &[], &["saml_jit/self_registration.rs::row_91_the_administrator_is_told_why", "saml_jit/self_registration.rs::row_91_a_taken_username_alerts_nobody"]),
    row(92, &[], &["saml_jit/self_registration.rs::row_92_outside_a_live_community"]),
    row(93, &[], &["scim/refusals.rs::users", "scim/refusals.rs::filters", "scim/users.rs::from_hiring_to_leaving", "clients/main.rs::scim2_client"]),
    // Employee2 is there only with a licence of its own (Unified Employee, Talent Recruitment Management), which no org of
    // the emulator has: it answers as an org without that.
    row(94, &[], &["errors/checklist.rs::row_94_employees_need_a_licence"]),
];

/// What is wrong with the table: `repeated` are the rows of the table of errors that a scenario has repeated over SOAP.
pub fn gaps(repeated: &BTreeSet<&str>) -> Vec<String> {
    let mut wrong = Vec::new();
    for Row { number, faults, tests } in ROWS {
        let elsewhere = tests.iter().any(|test| !test.starts_with("rules/"));
        let excused = NOT_A_SAVE.iter().any(|(row, _)| row == number);
        let over_soap = faults.iter().any(|fault| repeated.contains(fault));
        if !faults.is_empty() && !over_soap && !elsewhere && !excused {
            wrong.push(format!("row {number}: proved on no surface but REST"));
        }
    }
    wrong
}

#[test]
fn every_behaviour_is_proved() {
    let numbers: Vec<_> = ROWS.iter().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=94).collect::<Vec<_>>());
    let known: BTreeSet<_> =
        errors::sections().into_iter().flat_map(|section| section.rows).map(|row| row.name).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut wrong = Vec::new();
    for Row { number, faults, tests } in ROWS {
        if faults.is_empty() && tests.iter().all(|test| test.starts_with("rules/")) {
            wrong.push(format!("row {number}: nothing proves it on the wire"));
        }
        for fault in faults.iter().filter(|fault| !known.contains(**fault)) {
            wrong.push(format!("row {number}: the table of errors has no {fault}"));
        }
        for test in *tests {
            let (file, function) = test.split_once("::").expect("path::function");
            let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
            if !text.contains(&format!("fn {function}(")) {
                wrong.push(format!("row {number}: there is no test {test}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Source: <https://developer.salesforce.com/docs/atlas.en-us.psc_api.meta/psc_api/sforce_api_objects_employee2.htm>
#[test]
fn row_94_employees_need_a_licence() {
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
