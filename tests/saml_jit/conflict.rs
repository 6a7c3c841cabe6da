//! What the assertion says and what the org holds do not fit: nothing is stored, the error says why.

use crate::community::fred;
use crate::support::{CUSTOMER, Home, PARTNER, PLUS, To, home, snapshot};

const CORA: &[(&str, &str)] = &[
    ("Contact.LastName", "Holt"),
    ("Contact.Email", "cora@acme.test"),
    ("User.Username", "cora@acme.test"),
    ("User.Email", "cora@acme.test"),
    ("User.LastName", "Holt"),
    ("User.ProfileId", CUSTOMER),
];

fn cora(home: &Home, more: &[(&str, &str)]) -> String {
    let mut attributes = CORA.to_vec();
    attributes.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    attributes.extend(more.iter().filter(|(_, value)| *value != "-"));
    home.login(To::Customers, "cora", &attributes)
}

#[test]
fn two_contacts_have_the_email() {
    let home = home();
    home.contact("Acme Customers", "One", "cora@acme.test");
    home.contact("Acme Partners", "Two", "cora@acme.test");
    snapshot("conflict_two_contacts", &cora(&home, &[]));
}

#[test]
fn two_accounts_have_the_number() {
    let home = home();
    for name in ["Acme Customers", "Acme Partners"] {
        home.update("Account", home.account(name), &[("AccountNumber", "AC-1")]);
    }
    let told = cora(&home, &[("Account.AccountNumber", "AC-1"), ("Account.Name", "Acme Customers")]);
    snapshot("conflict_two_accounts", &told);
}

#[test]
fn email_or_last_name_is_missing_though_a_contact_would_match() {
    let home = home();
    home.contact("Acme Customers", "Holt", "cora@acme.test");
    snapshot("conflict_no_email", &cora(&home, &[("Contact.Email", "-")]));
    snapshot("conflict_no_last_name", &cora(&home, &[("Contact.LastName", "-")]));
}

#[test]
fn the_contact_id_is_none() {
    let home = home();
    let account = home.account("Acme Customers");
    snapshot("conflict_contact_id", &cora(&home, &[("User.Contact", account.as_str())]));
    snapshot("conflict_contact_text", &cora(&home, &[("User.Contact", "nobody")]));
}

#[test]
fn the_account_id_is_none() {
    snapshot("conflict_account_id", &cora(&home(), &[("Contact.Account", "001Ff0000000999")]));
}

#[test]
fn name_or_number_of_a_new_account_is_missing() {
    let home = home();
    snapshot("conflict_no_account_name", &cora(&home, &[("Account.AccountNumber", "X-1")]));
    snapshot("conflict_no_account_number", &cora(&home, &[("Account.Name", "Nobody")]));
    snapshot("conflict_no_account_at_all", &cora(&home, &[]));
}

#[test]
fn the_contact_is_on_another_account() {
    let home = home();
    home.contact("Acme Customers", "Holt", "cora@acme.test");
    let partners = home.account("Acme Partners");
    home.update("Account", partners, &[("AccountNumber", "AP-1")]);
    snapshot("conflict_account_by_id", &cora(&home, &[("Contact.Account", partners.as_str())]));
    snapshot("conflict_account_by_number", &cora(&home, &[("Account.AccountNumber", "AP-1")]));
}

#[test]
fn the_contact_has_a_user_already() {
    let home = home();
    let contact = home.contact("Acme Customers", "Holt", "cora@acme.test");
    cora(&home, &[]);
    let other = [("User.Username", "other@acme.test"), ("User.Contact", contact.as_str())];
    let mut attributes = CORA.to_vec();
    attributes.retain(|(name, _)| *name != "User.Username");
    attributes.extend(other);
    snapshot("conflict_contact_has_user", &home.login(To::Customers, "another", &attributes));
}

#[test]
fn a_known_user_has_another_contact() {
    let home = home();
    fred(&home);
    let other = home.contact("Acme Partners", "Other", "other@acme.test");
    let login = |attributes: &[(&str, &str)]| home.login(To::Partners, "cust-77", attributes);
    snapshot("conflict_user_contact", &login(&[("User.Contact", other.as_str())]));
    snapshot("conflict_user_email_of_other", &login(&[("Contact.Email", "other@acme.test")]));
    snapshot("conflict_user_email_of_nobody", &login(&[("Contact.Email", "new@foobar.test")]));
}

#[test]
fn a_known_user_has_another_account() {
    let home = home();
    fred(&home);
    home.update("Account", home.account("Acme Partners"), &[("AccountNumber", "AP-1")]);
    let login = |attributes: &[(&str, &str)]| home.login(To::Partners, "cust-77", attributes);
    snapshot("conflict_user_number_of_nobody", &login(&[("Account.AccountNumber", "FB-999")]));
    snapshot("conflict_user_number_of_other", &login(&[("Account.AccountNumber", "AP-1")]));
}

#[test]
fn a_known_user_has_another_portal_role() {
    let mut home = crate::support::home_with(|org| {
        org.replace("\"portalRolesPerAccount\": 1", "\"portalRolesPerAccount\": 2")
    });
    fred(&home);
    snapshot(
        "conflict_user_portal_role",
        &home.login(To::Partners, "cust-77", &[("User.PortalRole", "Manager")]),
    );
    home = crate::support::home();
    fred(&home);
    let told = home.login(To::Partners, "cust-77", &[("User.PortalRole", "Manager")]);
    snapshot("conflict_user_portal_role_absent", &told);
}

#[test]
fn the_profile_is_not_for_this_place() {
    let home = home();
    let org = fauxforce::model::id::Id::numbered("00D", 1);
    snapshot("conflict_profile_unknown", &cora(&home, &[("User.ProfileId", "Nonexistent")]));
    snapshot("conflict_profile_internal", &cora(&home, &[("User.ProfileId", "Standard User")]));
    snapshot("conflict_profile_missing", &cora(&home, &[("User.ProfileId", "-")]));
    let mut attributes = CORA.to_vec();
    attributes[5].1 = "Standard User";
    attributes.extend([("portal_id", "0600000000000AA"), ("organization_id", org.short())]);
    snapshot("conflict_profile_portal", &home.login(To::Internal, "cora", &attributes));
}

#[test]
fn the_contact_is_a_person_accounts() {
    let home = crate::support::home_with(|org| {
        org.replace("\"features\": [\"Communities\"]", "\"features\": [\"Communities\", \"PersonAccounts\"]")
    });
    home.insert("Account", &[("LastName", "Person"), ("PersonEmail", "cora@acme.test")]);
    snapshot("conflict_person_account", &cora(&home, &[]));
}

#[test]
fn the_contact_is_on_no_account() {
    let home = home();
    home.insert("Contact", &[("LastName", "Private"), ("Email", "cora@acme.test")]);
    snapshot("conflict_private_contact", &cora(&home, &[]));
}

#[test]
fn the_owner_does_not_fit() {
    let home = home();
    let told = |name: &str, owner: &str| {
        let new = [
            ("Account.Name", "New"),
            ("Account.AccountNumber", "N-1"),
            ("Account.Owner", owner),
            ("User.ProfileId", PLUS),
        ];
        snapshot(name, &cora(&home, &new));
    };
    told("conflict_owner_missing", "-");
    told("conflict_owner_unknown", "005Ff0000000999");
    told("conflict_owner_read_only", home.user("readonly.owner").short());
    told("conflict_owner_without_role", home.user("norole.owner").short());
    home.update("User", home.user("channel.manager"), &[("IsActive", "false")]);
    told("conflict_owner_inactive", home.user("channel.manager").short());
    let mut attributes = CORA.to_vec();
    attributes[5].1 = PARTNER;
    attributes.push(("Contact.Account", "001Ff0000000003"));
    snapshot("conflict_owner_of_found_account", &home.login(To::Partners, "cora", &attributes));
}
