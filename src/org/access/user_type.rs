//! Which types of users are external.

/// True for the user types of portals and communities.
pub(crate) fn is_external_type(user_type: &str) -> bool {
    matches!(
        user_type,
        "PowerPartner"
            | "PowerCustomerSuccess"
            | "CustomerSuccess"
            | "CspLitePortal"
            | "Guest"
            | "SelfService"
    )
}
