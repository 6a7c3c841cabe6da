//! User: fields, identity, profile, licence.

use crate::support::{CUSTOMER, PLUS, home, home_with, refused};

const STANDARD: &str = "Standard User";
const DUPLICATE_USERNAME: &str = "Duplicate Username.<br>The username already exists in this or another Salesforce \
     organization. Usernames must be unique across all Salesforce organizations. To resolve, use a different username \
     (it doesn't need to match the user's email address). ";

#[test]
fn required_fields_of_a_user_are_told_in_their_order() {
    let home = home();
    let outcome = home.insert("User", &[]);
    let all = "Username, LastName, Email, Alias, TimeZoneSidKey, LocaleSidKey, EmailEncodingKey, ProfileId, LanguageLocaleKey";
    let names: Vec<_> = all.split(", ").collect();
    refused(&outcome, "REQUIRED_FIELD_MISSING", &format!("Required fields are missing: [{all}]"), &names);
    let outcome = home.new_user(STANDARD, &[("Email", "-"), ("ProfileId", "-")]);
    let message = "Required fields are missing: [Email, ProfileId]";
    refused(&outcome, "REQUIRED_FIELD_MISSING", message, &["Email", "ProfileId"]);
    let outcome = home.update("User", home.user("norole.owner"), &[("LastName", "null")]);
    refused(&outcome, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", &["LastName"]);
}

#[test]
fn a_value_that_cannot_be_read_is_not_missing() {
    let outcome = home().new_user(STANDARD, &[("Alias", "abcdefghi"), ("LastName", "-")]);
    refused(&outcome, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", &["LastName"]);
}

#[test]
fn a_username_has_the_form_of_an_address() {
    let message = "Username must be in the form of an email address (for example, john@acme.com): Username";
    for username in ["jo", "jo@example", "jo doe@example.com"] {
        let outcome = home().new_user(STANDARD, &[("Username", username)]);
        refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["Username"]);
    }
}

#[test]
fn an_email_of_a_user_has_the_form_of_an_address() {
    let outcome = home().new_user(STANDARD, &[("Email", "notanemail")]);
    refused(&outcome, "INVALID_EMAIL_ADDRESS", "Email: invalid email address: notanemail", &["Email"]);
}

#[test]
fn email_domains_may_be_restricted() {
    let home = home_with(|org| {
        org.replace("\"settings\": {", "\"settings\": {\"allowedEmailDomains\": [\"fauxforce.test\"],")
    });
    let message = "Invalid Email Address: Must be in domain(s) fauxforce.test: Email";
    refused(&home.new_user(STANDARD, &[]), "FIELD_INTEGRITY_EXCEPTION", message, &["Email"]);
}

#[test]
fn a_text_that_is_too_long_is_refused() {
    let outcome = home().new_user(STANDARD, &[("Alias", "abcdefghi")]);
    refused(&outcome, "STRING_TOO_LONG", "Alias: data value too large: abcdefghi (max length=8)", &["Alias"]);
}

#[test]
fn restricted_picklists_take_their_values_only() {
    let code = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST";
    for (field, label, value) in [
        ("TimeZoneSidKey", "Time Zone", "Europe/Nowhere"),
        ("LocaleSidKey", "Locale", "xx"),
        ("LanguageLocaleKey", "Language", "english"),
        ("EmailEncodingKey", "Email Encoding", "utf8"),
    ] {
        let message = format!("{label}: bad value for restricted picklist field: {value}");
        refused(&home().new_user(STANDARD, &[(field, value)]), code, &message, &[field]);
    }
}

#[test]
fn a_malformed_id_is_refused() {
    let outcome = home().new_user(STANDARD, &[("ProfileId", "BadValue")]);
    refused(&outcome, "MALFORMED_ID", "Profile ID: id value of incorrect type: BadValue", &["ProfileId"]);
}

#[test]
fn an_id_of_another_object_is_refused() {
    let home = home();
    let account = home.account("Acme Customers");
    let outcome = home.new_user(STANDARD, &[("ProfileId", account.as_str())]);
    let message = format!("Profile ID: id value of incorrect type: {account}");
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", &message, &["ProfileId"]);
}

#[test]
fn an_id_that_does_not_exist_is_refused() {
    let home = home();
    let outcome = home.new_user(STANDARD, &[("ProfileId", "00e000000000001AAA")]);
    refused(&outcome, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[]);
    let nobody = fauxforce::model::id::Id::numbered("005", 99_999);
    let outcome = home.update("User", nobody, &[("LastName", "X")]);
    refused(&outcome, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[]);
    assert!(outcome.faults.iter().all(|fault| fault.addressed));
}

#[test]
fn a_username_is_unique() {
    let home = home();
    home.a_user(STANDARD, &[]);
    let again = home.new_user(STANDARD, &[("Username", "JO@Example.com")]);
    refused(&again, "DUPLICATE_USERNAME", DUPLICATE_USERNAME, &["Username"]);
}

#[test]
fn a_username_is_unique_in_all_orgs() {
    let home = home();
    home.environment.taken.borrow_mut().push("jo@example.com".to_owned());
    refused(&home.new_user(STANDARD, &[]), "DUPLICATE_USERNAME", DUPLICATE_USERNAME, &["Username"]);
    // High-volume users are unique within their org only.
    let contact = home.contact("Acme Customers", "Doe");
    home.a_user(CUSTOMER, &[("ContactId", contact.as_str())]);
}

#[test]
fn a_nickname_is_unique() {
    let home = home();
    home.a_user(STANDARD, &[("CommunityNickname", "jo")]);
    let again = home.new_user(STANDARD, &[("Username", "jo2@example.com"), ("CommunityNickname", "JO")]);
    let message =
        "Duplicate Nickname.<br>Another user has already selected this nickname.<br>Please select another.";
    refused(&again, "DUPLICATE_COMM_NICKNAME", message, &["CommunityNickname"]);
}

#[test]
fn nickname_is_generated_and_username_lowered() {
    let home = home();
    let one = home.record(home.a_user(STANDARD, &[("Username", "Jo@Example.COM")]));
    let two = home.record(home.a_user(STANDARD, &[("Username", "jo2@example.com")]));
    assert_eq!(one.text("Username"), Some("jo@example.com"));
    assert!(one.text("CommunityNickname").is_some_and(|name| name.starts_with("User")));
    assert_ne!(one.text("CommunityNickname"), two.text("CommunityNickname"));
}

#[test]
fn a_federation_id_is_unique_and_heeds_case() {
    let home = home();
    home.a_user(STANDARD, &[("FederationIdentifier", "Fed1")]);
    let other = [("Username", "jo2@example.com"), ("FederationIdentifier", "Fed1")];
    let message = "This Federation ID is already in use. Use a different Federation ID.: SAML Federation ID";
    refused(
        &home.new_user(STANDARD, &other),
        "FIELD_INTEGRITY_EXCEPTION",
        message,
        &["FederationIdentifier"],
    );
    home.a_user(STANDARD, &[("Username", "jo2@example.com"), ("FederationIdentifier", "fed1")]);
}

#[test]
fn faults_of_one_stage_come_together() {
    let home = home();
    home.a_user(STANDARD, &[("FederationIdentifier", "Fed1")]);
    let outcome = home.new_user(STANDARD, &[("Username", "jo"), ("FederationIdentifier", "Fed1")]);
    let fields: Vec<_> = outcome.faults.iter().map(|fault| fault.fields.join(",")).collect();
    assert_eq!(fields, ["Username", "FederationIdentifier"]);
}

#[test]
fn an_external_id_is_unique() {
    let home = home();
    let first = home.a_user(STANDARD, &[("External_Id__c", "E1")]);
    let outcome = home.new_user(STANDARD, &[("Username", "jo2@example.com"), ("External_Id__c", "e1")]);
    let message = format!(
        "duplicate value found: External_Id__c duplicates value on record with id: {}",
        first.short()
    );
    refused(&outcome, "DUPLICATE_VALUE", &message, &[]);
}

#[test]
fn a_role_fits_the_type_of_the_user() {
    let home = home();
    let message = "role type must match user type";
    let role = home.id("UserRole", "Name", "CEO");
    let contact = home.contact("Acme Customers", "Doe");
    for profile in [PLUS, CUSTOMER] {
        let outcome =
            home.new_user(profile, &[("ContactId", contact.as_str()), ("UserRoleId", role.as_str())]);
        refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &[]);
    }
    let portal_role = home.id("UserRole", "Name", "Acme Partners Partner User");
    let outcome = home.new_user(STANDARD, &[("UserRoleId", portal_role.as_str())]);
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &[]);
}

#[test]
fn a_guest_user_is_not_inserted() {
    let outcome = home().new_user("Guest License User", &[]);
    refused(&outcome, "INSUFFICIENT_ACCESS_OR_READONLY", "Cannot insert a user of type guest.", &[]);
}

#[test]
fn a_profile_of_an_incompatible_licence_is_refused() {
    let home = home();
    let user = home.a_user(STANDARD, &[]);
    let message = "You can only assign profiles that are compatible with the user's license. For a list of compatible \
                   licenses and profiles, see the Salesforce Help.";
    let outcome = home.update("User", user, &[("ProfileId", home.profile("Chatter Free User").as_str())]);
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["ProfileId"]);
    home.updated("User", user, &[("ProfileId", home.profile("Standard Platform User").as_str())]);
    // What else the other profile would ask of the user is beside the point.
    let outcome = home.update("User", user, &[("ProfileId", home.profile(CUSTOMER).as_str())]);
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["ProfileId"]);
    let customer = home.a_portal_user(CUSTOMER, "Acme Customers", "Doe");
    let outcome = home.update("User", customer, &[("ProfileId", home.profile(STANDARD).as_str())]);
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["ProfileId"]);
}

#[test]
fn nobody_moves_to_the_identity_licence() {
    let home = home();
    let user = home.a_user(STANDARD, &[]);
    let outcome = home.update("User", user, &[("ProfileId", home.profile("Identity User").as_str())]);
    let message = "User's Profile can't be set to 'Identity User' because it's derived from a license that doesn't \
                   require the following permission(s): ChatterInternalUser. Select a different profile.";
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["ProfileId"]);
}

#[test]
fn only_administrators_make_administrators() {
    let home = home().run_by("integration");
    let message = "Cannot grant or remove a profile with modify all data, without having the modify all data permission yourself.";
    let outcome = home.new_user("System Administrator", &[]);
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &[]);
    let minimum = home.profile("Minimum Access - Salesforce");
    let outcome = home.update("User", home.user("admin"), &[("ProfileId", minimum.as_str())]);
    assert_eq!(outcome.faults.first().map(|fault| fault.message.as_str()), Some(message));
}

#[test]
fn an_active_user_needs_a_seat() {
    let home = home_with(|org| org.replace("\"Salesforce Platform\": 1000", "\"Salesforce Platform\": 1"));
    let platform = "Standard Platform User";
    let first = home.a_user(platform, &[]);
    assert_eq!(home.used("Salesforce Platform"), 1);
    let message = "License Limit Exceeded - Salesforce Platform";
    let other = ("Username", "jo2@example.com");
    refused(&home.new_user(platform, &[other]), "LICENSE_LIMIT_EXCEEDED", message, &[]);
    let inactive = home.a_user(platform, &[other, ("IsActive", "false")]);
    refused(&home.update("User", inactive, &[("IsActive", "true")]), "LICENSE_LIMIT_EXCEEDED", message, &[]);
    let third = home.a_user(STANDARD, &[("Username", "jo3@example.com")]);
    let profile = home.profile(platform);
    let outcome = home.update("User", third, &[("ProfileId", profile.as_str())]);
    refused(&outcome, "LICENSE_LIMIT_EXCEEDED", message, &[]);
    home.updated("User", first, &[("IsActive", "false")]);
    assert_eq!(home.used("Salesforce Platform"), 0);
    home.updated("User", inactive, &[("IsActive", "true")]);
}

#[test]
fn read_only_fields_are_not_written() {
    let home = home();
    for field in ["UserType", "AccountId", "Name", "LastLoginDate", "NumberOfFailedLogins"] {
        let value =
            if field == "AccountId" { home.account("Acme Customers").to_string() } else { "1".to_owned() };
        let outcome = home.update("User", home.user("norole.owner"), &[(field, &value)]);
        let message = format!(
            "Unable to create/update fields: {field}. Please check the security settings of this field and verify that \
             it is read/write for your profile or permission set."
        );
        refused(&outcome, "INVALID_FIELD_FOR_INSERT_UPDATE", &message, &[field]);
    }
}

#[test]
fn the_value_of_a_hierarchy_field_stays_active() {
    let home = crate::seeds::home_with_hierarchy_field();
    let manager = home.user("norole.owner");
    home.updated("User", home.user("channel.manager"), &[("Mentor__c", manager.as_str())]);
    let message = "Cannot complete this operation. Cannot inactivate user that is the value of a hierarchy field: \
                   Mentor. : Casey Manager";
    let outcome = home.update("User", manager, &[("IsActive", "false")]);
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["IsActive"]);
}

#[test]
fn the_last_administrator_stays() {
    let home = home();
    let second = home.a_user("System Administrator", &[]);
    home.updated("User", second, &[("IsActive", "false")]);
    let home = home.run_by("integration");
    let admin = home.user("admin");
    let outcome = home.update("User", admin, &[("IsActive", "false")]);
    let message = "You cannot deactivate or change the profile of the last active system administrator";
    refused(&outcome, "CANNOT_DISABLE_LAST_ADMIN", message, &["IsActive"]);
}

#[test]
fn nobody_deactivates_their_own_user() {
    let home = home();
    home.a_user("System Administrator", &[]);
    let outcome = home.update("User", home.user("admin"), &[("IsActive", "false")]);
    refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", "Cannot de-activate self: Active", &["IsActive"]);
}

#[test]
fn users_are_not_deleted() {
    let home = home();
    let outcome = home.delete(home.user("norole.owner"));
    refused(&outcome, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be deleted: User", &[]);
}

#[test]
fn managers_make_no_circle() {
    let home = home();
    let (one, two) = (home.user("channel.manager"), home.user("readonly.owner"));
    home.updated("User", one, &[("ManagerId", two.as_str())]);
    let circle = "You cannot set a hierarchy field to point to itself or a child record";
    for (user, manager, message) in [(two, one, circle), (one, one, "A user can't be his or her own manager")]
    {
        let outcome = home.update("User", user, &[("ManagerId", manager.as_str())]);
        refused(&outcome, "FIELD_INTEGRITY_EXCEPTION", message, &["ManagerId"]);
    }
}

#[test]
fn the_email_of_an_employee_waits_for_its_link() {
    let home = home();
    let user = home.user("norole.owner");
    home.updated("User", user, &[("Email", "new@example.com"), ("Title", "Dr")]);
    let record = home.record(user);
    assert_eq!(record.text("Email"), Some("norole.owner@fauxforce.test"));
    assert_eq!(record.text("Title"), Some("Dr"));
    let mails = home.environment.mails.take();
    let sent: Vec<_> = mails.iter().map(|mail| (mail.kind, mail.to.as_str())).collect();
    assert_eq!(
        sent,
        [("email_change", "new@example.com"), ("email_change_notice", "norole.owner@fauxforce.test")]
    );
    let token = mails.first().and_then(|mail| mail.body.rsplit(' ').next()).unwrap_or_default();
    let confirm =
        |token| fauxforce::rules::confirm_email_change(&home.org, &home.environment, token).expect("a store");
    assert_eq!(confirm("other"), None);
    assert_eq!(confirm(token), Some(user));
    assert_eq!(home.record(user).text("Email"), Some("new@example.com"));
    assert_eq!(confirm(token), None);
}

#[test]
fn a_failed_save_sends_no_mail() {
    let home = home();
    let user = home.user("norole.owner");
    let other = home.user("readonly.owner");
    home.updated("User", other, &[("CommunityNickname", "taken")]);
    let kinds = || home.environment.mails.take().into_iter().map(|mail| mail.kind).collect::<Vec<_>>();
    // The mails are written before the nickname is found to be taken.
    let outcome = home.update("User", user, &[("Email", "new@example.com"), ("CommunityNickname", "taken")]);
    assert!(!outcome.is_success());
    assert_eq!(kinds(), [""; 0]);
    // All or none: the first record was right.
    let change = home.sent("User", Some(user), &[("Email", "new@example.com")]);
    let broken = home.sent("User", Some(other), &[("LastName", "null")]);
    let options = fauxforce::dml::Options { all_or_none: true, ..home.options.clone() };
    let call = fauxforce::dml::Call { options: &options, ..home.call() };
    let outcomes = call.update(&[change, broken]).expect("a store");
    assert!(outcomes.iter().all(|outcome| !outcome.is_success()));
    assert_eq!(kinds(), [""; 0]);
    // Nothing was kept for the next save.
    home.updated("User", other, &[("Email", "other@example.com")]);
    assert_eq!(kinds(), ["email_change", "email_change_notice"]);
}

#[test]
fn mails_wait_for_the_outermost_transaction() {
    use fauxforce::credentials::password;
    use fauxforce::model::fault::Fault;
    let home = home();
    let user = home.user("norole.owner");
    let reset = || {
        password::reset(&home.org, &home.environment, user, true)?;
        let outcome = home.update("User", user, &[("Username", "other@example.com")]);
        assert!(outcome.is_success());
        assert!(home.environment.mails.borrow().is_empty());
        Ok::<_, Fault>(())
    };
    let undone =
        home.org.transaction(&home.environment, || reset().and(Err::<(), _>(Fault::entity_is_deleted())));
    assert!(undone.is_err());
    assert!(home.environment.mails.borrow().is_empty());
    home.org.transaction(&home.environment, reset).expect("a store");
    let kinds: Vec<_> = home.environment.mails.borrow().iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, ["password_reset", "username_change"]);
}

#[test]
fn who_is_inactive_is_not_told_of_another_username() {
    let home = home();
    let user = home.a_user(STANDARD, &[]);
    home.environment.mails.take();
    home.updated("User", user, &[("IsActive", "false"), ("Username", "gone@example.com")]);
    home.updated("User", user, &[("Username", "still.gone@example.com")]);
    assert!(home.environment.mails.take().is_empty());
    home.updated("User", user, &[("IsActive", "true"), ("Username", "back@example.com")]);
    let kinds: Vec<_> = home.environment.mails.take().iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, ["username_change"]);
}

#[test]
fn what_comes_with_a_user() {
    let home = home();
    let user = home.a_user(STANDARD, &[("FirstName", "Jo")]);
    let record = home.record(user);
    assert_eq!(record.text("Name"), Some("Jo Doe"));
    assert_eq!(record.text("UserType"), Some("Standard"));
    assert_eq!(record.text("DigestFrequency"), Some("D"));
    assert!(record.get("IsActive").is_true());
    let [login] = home.ids("UserLogin", "UserId", user)[..] else { panic!("one UserLogin") };
    assert!(!home.record(login).get("IsFrozen").is_true());
    let [assignment] = home.ids("PermissionSetAssignment", "AssigneeId", user)[..] else { panic!("one row") };
    let set = home.record(assignment).id("PermissionSetId").expect("a set");
    assert_eq!(home.record(set).id("ProfileId"), Some(home.profile(STANDARD)));
    home.updated("User", user, &[("ProfileId", home.profile("Read Only").as_str())]);
    let set = home.record(assignment).id("PermissionSetId").expect("a set");
    assert_eq!(home.record(set).id("ProfileId"), Some(home.profile("Read Only")));
}
