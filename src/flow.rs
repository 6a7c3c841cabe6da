//! Provisioning procedures and logins that provision: each is made of ordinary saves.

pub mod external_user;
pub mod jit;
pub mod scim_user;
pub mod self_registration;
pub mod sign_on;
