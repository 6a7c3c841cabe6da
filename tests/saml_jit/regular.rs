//! Internal users.

use crate::support::{Home, To, home, snapshot};

const ADA: &[(&str, &str)] = &[
    ("User.Username", "ada@acme.test"),
    ("User.Email", "ada@acme.test"),
    ("User.FirstName", "Ada"),
    ("User.LastName", "Lovelace"),
    ("User.ProfileId", "Standard User"),
];

fn ada(home: &Home) -> String {
    home.login(To::Internal, "emp-1001", ADA)
}

#[test]
fn a_new_user_is_made() {
    snapshot("regular_create", &ada(&home()));
}

#[test]
fn a_later_login_updates() {
    let home = home();
    ada(&home);
    let attributes = [
        ("User.Title", "Countess"),
        ("User.Zip", "SW1A"),
        ("User.UserRoleId", "CEO"),
        ("user.lastname", "King"),
        ("User.ProfileId", "Marketing User"),
        ("User.External_Id__c", "x-1"),
        ("Contact.Nonsense", "is not looked at"),
        ("department", "has no prefix"),
    ];
    snapshot("regular_update", &home.login(To::Internal, "emp-1001", &attributes));
}

#[test]
fn the_profile_may_be_named_by_id() {
    let home = home();
    let profile = home.id("Profile", "Name", "Standard User");
    let mut attributes = ADA.to_vec();
    attributes[4].1 = profile.short();
    snapshot("regular_profile_by_id", &home.login(To::Internal, "emp-1002", &attributes));
}

#[test]
fn case_of_the_federation_id_matters() {
    let home = home();
    ada(&home);
    let attributes = [
        ("User.Username", "other@acme.test"),
        ("User.Email", "o@acme.test"),
        ("User.LastName", "Other"),
        ("User.ProfileId", "Standard User"),
    ];
    let told = home.login(To::Internal, "EMP-1001", &attributes);
    assert!(told.contains("new User"), "{told}");
}

#[test]
fn an_inactive_user_is_updated_and_stays_inactive() {
    let home = home();
    ada(&home);
    home.update("User", home.id("User", "Username", "ada@acme.test"), &[("IsActive", "false")]);
    snapshot("regular_inactive", &home.login(To::Internal, "emp-1001", &[("User.Title", "Late")]));
    let told = home.login(To::Internal, "emp-1001", &[("User.IsActive", "1")]);
    snapshot("regular_reactivated", &told);
}

#[test]
fn nicknames_get_a_number() {
    let home = home();
    ada(&home);
    let attributes = [
        ("User.Username", "ada@other.test"),
        ("User.Email", "ada@other.test"),
        ("User.LastName", "Byron"),
        ("User.ProfileId", "Standard User"),
    ];
    let told = home.login(To::Internal, "emp-2", &attributes);
    assert!(told.contains("CommunityNickname ada1\n"), "{told}");
    assert!(told.contains("Alias Byron\n"), "{told}");
}
