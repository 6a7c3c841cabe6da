//! Refresh tokens: what users have granted to connected apps.

use rusqlite::params;

use super::fault::Fault;
use super::id::Id;
use super::{Org, World};
use crate::org::password::random_text;

/// A refresh token that was given out.
#[derive(Debug, Clone, PartialEq)]
pub struct RefreshToken {
    pub user: Id,
    /// The connected app's consumer key.
    pub client_id: String,
    pub scopes: Vec<String>,
    /// The first token of those that rotation put in each other's place; itself without rotation.
    pub family: String,
    /// Neither revoked nor replaced.
    pub is_live: bool,
}

/// Tokens that a seed gives are in here only once they are revoked or replaced.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS \"_refresh_token\" (token TEXT PRIMARY KEY NOT NULL, \
     family TEXT NOT NULL, \"user\" TEXT NOT NULL, client_id TEXT NOT NULL, scopes TEXT NOT NULL, live INTEGER NOT NULL)";

/// Finds a token by its text, live or not.
pub fn find(org: &Org, token: &str) -> Result<Option<RefreshToken>, Fault> {
    org.store.execute(TABLE, [])?;
    let sql = "SELECT \"user\", client_id, scopes, family, live FROM \"_refresh_token\" WHERE token = ?1";
    let row = org.store.row(sql, [token], |row| {
        let texts: (String, String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok((texts, row.get::<_, bool>(4)?))
    })?;
    let stored = row.and_then(|((user, client_id, scopes, family), is_live)| {
        let scopes = scopes.split_ascii_whitespace().map(str::to_owned).collect();
        Some(RefreshToken { user: Id::parse(&user)?, client_id, scopes, family, is_live })
    });
    Ok(stored.or_else(|| seeded(org, token)))
}

/// Ends a token with all of its family.
pub fn revoke(org: &Org, token: &str) -> Result<(), Fault> {
    let Some(found) = find(org, token)? else { return Ok(()) };
    write(org, token, &RefreshToken { is_live: false, ..found.clone() })?;
    let sql = "UPDATE \"_refresh_token\" SET live = 0 WHERE family = ?1";
    org.store.execute(sql, [&found.family])?;
    Ok(())
}

/// Gives a new token in the place of one that ends.
pub fn rotate(org: &Org, world: &dyn World, token: &str, found: &RefreshToken) -> Result<String, Fault> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    let new = format!("5Aep861{}", random_text(world, 80, ALPHABET));
    write(org, token, &RefreshToken { is_live: false, ..found.clone() })?;
    write(org, &new, found)?;
    Ok(new)
}

fn seeded(org: &Org, token: &str) -> Option<RefreshToken> {
    org.seeded.connected_apps.iter().find_map(|app| {
        let known = app.refresh_tokens.iter().find(|known| known.token == token)?;
        Some(RefreshToken {
            user: known.user,
            client_id: app.client_id.clone(),
            scopes: app.scopes.clone(),
            family: token.to_owned(),
            is_live: true,
        })
    })
}

fn write(org: &Org, token: &str, granted: &RefreshToken) -> Result<(), Fault> {
    let RefreshToken { user, client_id, scopes, family, is_live } = granted;
    org.store.execute(
        "INSERT OR REPLACE INTO \"_refresh_token\" VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![token, family, user.as_str(), client_id, scopes.join(" "), is_live],
    )?;
    Ok(())
}
