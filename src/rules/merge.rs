//! What keeps records from being merged.

use crate::dml::Merging;
use crate::model::fault::{Fault, faults};
use crate::model::record::Record;
use crate::model::value::Value;

type Rule = fn(&Merging) -> Result<(), Fault>;

/// The rules, in the order they run; the first fault ends the merge.
const RULES: &[Rule] = &[
    converted_leads_stay,
    persons_merge_with_persons,
    persons_merge_through_their_accounts,
    master_of_portal_accounts_is_one,
    portal_types_are_compatible,
    portal_contacts_share_an_account,
];

pub(crate) fn check(merging: &Merging) -> Result<(), Fault> {
    RULES.iter().try_for_each(|rule| rule(merging))
}

fn all<'a>(merging: &'a Merging) -> impl Iterator<Item = &'a Record> {
    std::iter::once(&merging.master).chain(&merging.losers)
}

fn converted_leads_stay(merging: &Merging) -> Result<(), Fault> {
    let converted = all(merging).any(|record| record.get("IsConverted").is_true());
    if converted { Err(super::lead::converted_lead()) } else { Ok(()) }
}

/// Source: <https://developer.salesforce.com/docs/platform/api/guide/sforce-api-calls-merge.html>
fn persons_merge_with_persons(merging: &Merging) -> Result<(), Fault> {
    let is_person =
        |record: &Record| merging.object.name == "Account" && record.get("IsPersonAccount").is_true();
    let person = is_person(&merging.master);
    let alike = merging.losers.iter().all(|loser| is_person(loser) == person);
    if alike { Ok(()) } else { Err(person_with_business()) }
}

fn persons_merge_through_their_accounts(merging: &Merging) -> Result<(), Fault> {
    let hidden = merging.object.name == "Contact"
        && all(merging).any(|record| record.get("IsPersonAccount").is_true());
    if hidden { Err(super::contact::person_contact()) } else { Ok(()) }
}

fn is_portal_account(record: &Record) -> bool {
    record.get("IsPartner").is_true() || record.get("IsCustomerPortal").is_true()
}

/// Source: <https://github.com/SalesforceFoundation/NPSP/issues/232>
fn master_of_portal_accounts_is_one(merging: &Merging) -> Result<(), Fault> {
    if merging.losers.iter().any(is_portal_account) && !is_portal_account(&merging.master) {
        return Err(master_is_no_portal_account());
    }
    Ok(())
}

/// Source: <https://help.salesforce.com/apex/HTViewSolution?id=000205350&language=en_US>
fn portal_types_are_compatible(merging: &Merging) -> Result<(), Fault> {
    let enabled: Vec<_> = all(merging).filter(|record| is_portal_account(record)).collect();
    let any = |field: &str| enabled.iter().any(|record| record.get(field).is_true());
    if enabled.len() > 1 && any("IsPartner") && any("IsCustomerPortal") {
        return Err(incompatible_portal_types());
    }
    Ok(())
}

/// Source: <https://help.salesforce.com/s/articleView?id=sales.contacts_merging_contacts_associated_with_portal_users.htm>
fn portal_contacts_share_an_account(merging: &Merging) -> Result<(), Fault> {
    if merging.object.name != "Contact" {
        return Ok(());
    }
    let account = merging.master.get("AccountId");
    let org = merging.call.org;
    let users = org.standard("User")?;
    for record in all(merging) {
        let Some(id) = record.id("Id") else { continue };
        let elsewhere = merging.losers.iter().any(|loser| loser.get("AccountId") != account);
        if elsewhere && !org.ids_where(&users, "ContactId", &Value::from(id), 1)?.is_empty() {
            return Err(portal_contacts_of_several_accounts());
        }
    }
    Ok(())
}

faults! {
    /// a person account is merged with a business account
    person_with_business() = MERGE_FAILED,
        "Person accounts can only be merged with other person accounts.", Assumed;

    /// an account with a portal is merged into one without
    master_is_no_portal_account() = MERGE_FAILED,
        "When merging portal enabled accounts, the master record must be portal enabled.",
        Seen "https://github.com/SalesforceFoundation/NPSP/issues/232";

    /// accounts are merged of which some are partner and some customer accounts; the code is a choice
    incompatible_portal_types() = MERGE_FAILED,
        "The accounts cannot be merged. Selected records do not have compatible portal types and cannot be merged together.",
        Documented "https://help.salesforce.com/apex/HTViewSolution?id=000205350&language=en_US";

    /// contacts of several accounts are merged, and one has a portal user
    portal_contacts_of_several_accounts() = MERGE_FAILED,
        "When merging portal enabled contacts, the contacts must belong to the same account.", Assumed;
}
