//! What people and programs prove themselves with: passwords, tokens, connected apps; and the logins that came of it.

pub mod approval;
pub mod login;
pub mod oauth_token;
pub mod password;
pub mod refresh_token;
