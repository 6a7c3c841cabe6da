//! Which connected apps users have allowed to act for them, with which scopes.

use rusqlite::params;

use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::Org;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS \"_approval\" \
     (\"user\" TEXT NOT NULL, client_id TEXT NOT NULL, scopes TEXT NOT NULL, PRIMARY KEY (\"user\", client_id))";

/// The scopes that a user has allowed an app (by consumer key); `None` when the user has not allowed it at all.
pub fn find(org: &Org, user: Id, client_id: &str) -> Result<Option<Vec<String>>, Fault> {
    org.store.execute(TABLE, [])?;
    let sql = "SELECT scopes FROM \"_approval\" WHERE \"user\" = ?1 AND client_id = ?2";
    let scopes = org.store.row(sql, params![user.as_str(), client_id], |row| row.get::<_, String>(0))?;
    Ok(scopes.map(|scopes| scopes.split_ascii_whitespace().map(str::to_owned).collect()))
}

/// Notes that a user allows an app these scopes, besides those allowed before.
pub fn grant(org: &Org, user: Id, client_id: &str, scopes: &[String]) -> Result<(), Fault> {
    let mut all = find(org, user, client_id)?.unwrap_or_default();
    for scope in scopes {
        if !all.contains(scope) {
            all.push(scope.clone());
        }
    }
    let sql = "INSERT OR REPLACE INTO \"_approval\" VALUES (?1, ?2, ?3)";
    org.store.execute(sql, params![user.as_str(), client_id, all.join(" ")])?;
    Ok(())
}

/// Takes back what a user has allowed an app.
pub fn withdraw(org: &Org, user: Id, client_id: &str) -> Result<(), Fault> {
    org.store.execute(TABLE, [])?;
    let sql = "DELETE FROM \"_approval\" WHERE \"user\" = ?1 AND client_id = ?2";
    org.store.execute(sql, params![user.as_str(), client_id])?;
    Ok(())
}

/// Whether a user has allowed an app (by consumer key) all of these scopes.
pub fn covers(org: &Org, user: Id, client_id: &str, scopes: &[String]) -> Result<bool, Fault> {
    let given = find(org, user, client_id)?;
    Ok(given.is_some_and(|given| scopes.iter().all(|scope| given.contains(scope))))
}
