//! What a call wants done when records change their owner.
//! Source: <https://developer.salesforce.com/docs/platform/api/guide/sforce-api-header-ownerchangeoptions.html>

/// One of the actions that have an effect here. There are no teams, contracts, orders or articles to keep or to hand over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerChange {
    EnforceNewOwnerHasReadAccess,
    TransferAllOwnedCases,
    TransferContacts,
    TransferNotesAndAttachments,
    TransferOpenActivities,
    TransferOthersOpenOpportunities,
    TransferOwnedClosedOpportunities,
    TransferOwnedOpenCases,
    TransferOwnedOpenOpportunities,
}

impl OwnerChange {
    /// The action of that name in the API; `None` for one without effect.
    pub fn named(name: &str) -> Option<OwnerChange> {
        Some(match name {
            "EnforceNewOwnerHasReadAccess" => OwnerChange::EnforceNewOwnerHasReadAccess,
            "TransferAllOwnedCases" => OwnerChange::TransferAllOwnedCases,
            "TransferContacts" => OwnerChange::TransferContacts,
            "TransferNotesAndAttachments" => OwnerChange::TransferNotesAndAttachments,
            "TransferOpenActivities" => OwnerChange::TransferOpenActivities,
            "TransferOthersOpenOpportunities" => OwnerChange::TransferOthersOpenOpportunities,
            "TransferOwnedClosedOpportunities" => OwnerChange::TransferOwnedClosedOpportunities,
            "TransferOwnedOpenCases" => OwnerChange::TransferOwnedOpenCases,
            "TransferOwnedOpenOpportunities" => OwnerChange::TransferOwnedOpenOpportunities,
            _ => return None,
        })
    }
}
