//! Lists of states and countries.

use fauxforce::model::id::Id;

use crate::support::{Fields, Home, home_with, refused};

const CODE: &str = "FIELD_INTEGRITY_EXCEPTION";

fn listed() -> Home {
    home_with(|org| {
        let org = org
            .replace(r#"["Communities"]"#, r#"["Communities", "PersonAccounts", "StateAndCountryPicklist"]"#);
        let countries = r#""addressSettings": { "countriesAndStates": { "countries": [
            { "isoCode": "US", "integrationValue": "USA", "orgDefault": true,
              "states": [{ "isoCode": "TX", "integrationValue": "TX" }, { "isoCode": "PR", "label": "Puerto Rico" }] },
            { "isoCode": "AQ", "active": false }
        ] } },"#;
        org.replace(r#""settings": {"#, &format!(r#""settings": {{ {countries}"#))
    })
}

fn address(home: &Home, id: Id, prefix: &str) -> String {
    let record = home.record(id);
    let part = |part: &str| record.text(&format!("{prefix}{part}")).unwrap_or("-").to_owned();
    ["Country", "CountryCode", "State", "StateCode"].map(part).join(" ")
}

fn a_contact(home: &Home, fields: Fields) -> Id {
    home.inserted("Contact", &[&[("LastName", "Doe")], fields].concat())
}

#[test]
fn text_and_code_say_the_same() {
    let home = listed();
    let by_text = a_contact(&home, &[("MailingCountry", "canada"), ("MailingState", "Ontario")]);
    assert_eq!(address(&home, by_text, "Mailing"), "Canada CA Ontario ON");
    let by_code = a_contact(&home, &[("OtherCountryCode", "IT"), ("OtherStateCode", "RM")]);
    assert_eq!(address(&home, by_code, "Other"), "Italy IT Rome RM");
    // The text is the integration value, not the label.
    let us = a_contact(&home, &[("MailingCountry", "USA"), ("MailingState", "TX")]);
    assert_eq!(address(&home, us, "Mailing"), "USA US TX TX");
    home.updated("Contact", us, &[("MailingStateCode", "PR")]);
    assert_eq!(address(&home, us, "Mailing"), "USA US Puerto Rico PR");
    home.updated("Contact", us, &[("MailingCountryCode", "GB"), ("MailingState", "null")]);
    assert_eq!(address(&home, us, "Mailing"), "United Kingdom GB - -");
    home.updated("Contact", us, &[("MailingCountry", "null")]);
    assert_eq!(address(&home, us, "Mailing"), "- - - -");
    // Other fields of an address have nothing to do with it.
    home.updated("Contact", us, &[("MailingCity", "Oslo")]);
}

#[test]
fn every_address_has_a_list() {
    let home = listed();
    let fields = [("BillingCountry", "France"), ("ShippingCountryCode", "DE"), ("Name", "Acme")];
    let account = home.inserted("Account", &fields);
    assert_eq!(address(&home, account, "Billing"), "France FR - -");
    assert_eq!(address(&home, account, "Shipping"), "Germany DE - -");
    let lead = home.inserted("Lead", &[("LastName", "Doe"), ("Company", "Acme"), ("CountryCode", "FR")]);
    assert_eq!(address(&home, lead, ""), "France FR - -");
    let user = home.a_user("Standard User", &[("Country", "Brazil"), ("StateCode", "SP")]);
    assert_eq!(address(&home, user, ""), "Brazil BR São Paulo SP");
    let person = home.inserted("Account", &[("LastName", "Doe"), ("PersonMailingCountryCode", "FR")]);
    assert_eq!(address(&home, person, "PersonMailing"), "France FR - -");
    let contact = home.record(person).id("PersonContactId").expect("a contact");
    assert_eq!(address(&home, contact, "Mailing"), "France FR - -");
}

#[test]
fn countries_come_from_the_list() {
    let home = listed();
    let message = "There's a problem with this country, even though it may appear correct. Please select a \
                   country/territory from the list of valid countries.";
    for country in ["Atlantis", "US", "United States", "Antarctica"] {
        let outcome = home.insert("Contact", &[("LastName", "Doe"), ("MailingCountry", country)]);
        refused(&outcome, CODE, message, &["MailingCountry"]);
    }
    let outcome = home.new_user("Standard User", &[("Country", "Atlantis")]);
    refused(&outcome, CODE, message, &["Country"]);
    let outcome = home.insert("Contact", &[("LastName", "Doe"), ("MailingCountryCode", "XX")]);
    let message = "The MailingCountryCode field contains XX, which isn't an available country. Your administrator can \
                   add it for you.";
    refused(&outcome, CODE, message, &["MailingCountryCode"]);
    let fields = [("LastName", "Doe"), ("MailingCountryCode", "FR"), ("MailingCountry", "Germany")];
    let message = "Mismatched integration value and ISO code for field: Mailing Country Code";
    refused(&home.insert("Contact", &fields), CODE, message, &["MailingCountryCode"]);
}

#[test]
fn states_come_from_the_list() {
    let home = listed();
    let message = "There's a problem with this state, even though it may appear correct. Please select a state from the \
                   list of valid states.";
    for country in ["USA", "France"] {
        let fields = [("LastName", "Doe"), ("MailingCountry", country), ("MailingState", "Ontario")];
        refused(&home.insert("Contact", &fields), CODE, message, &["MailingState"]);
    }
    let message = "A country/territory must be specified before specifying a state value for field: Mailing State/Province";
    let outcome = home.insert("Contact", &[("LastName", "Doe"), ("MailingState", "Ontario")]);
    refused(&outcome, CODE, message, &["MailingState"]);
    let message = "A country/territory must be specified before specifying a state value for field: State/Province Code";
    let outcome = home.new_user("Standard User", &[("StateCode", "ON")]);
    refused(&outcome, CODE, message, &["StateCode"]);
    let fields = [("LastName", "Doe"), ("MailingCountryCode", "FR"), ("MailingStateCode", "ON")];
    let message = "The existing country/territory doesn't recognize the state value for field: Mailing State/Province Code";
    refused(&home.insert("Contact", &fields), CODE, message, &["MailingStateCode"]);
    // A country that changes leaves the state behind.
    let contact = a_contact(&home, &[("MailingCountryCode", "CA"), ("MailingStateCode", "ON")]);
    let outcome = home.update("Contact", contact, &[("MailingCountryCode", "FR")]);
    refused(&outcome, CODE, message, &["MailingStateCode"]);
    let fields = [("LastName", "Doe"), ("MailingCountryCode", "CA"), ("MailingStateCode", "QQ")];
    let message = "The MailingStateCode field contains QQ, which isn't an available state. Your administrator can add it for you.";
    refused(&home.insert("Contact", &fields), CODE, message, &["MailingStateCode"]);
}
