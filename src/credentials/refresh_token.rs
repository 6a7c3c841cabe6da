//! Refresh tokens: what users have granted to connected apps.

use rusqlite::params;

use super::approval;
use super::oauth_token;
use crate::credentials::password::random_text;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::connected_app::RefreshTokenPolicy;
use crate::org::{Environment, Org};

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
    /// When it was given out and last used, in milliseconds since 1970 UTC; `None` for one of a seed.
    pub times: Option<(i64, i64)>,
}

impl RefreshToken {
    /// Whether a policy lets it be used at that time.
    pub fn lasts(&self, policy: RefreshTokenPolicy, now: i64) -> bool {
        let (issued, used) = self.times.unwrap_or((now, now));
        match policy {
            RefreshTokenPolicy::Infinite => true,
            RefreshTokenPolicy::Zero => false,
            RefreshTokenPolicy::Lifetime(length) => now < issued + length,
            RefreshTokenPolicy::Inactivity(length) => now < used + length,
        }
    }
}

/// Tokens that a seed gives are in here only once they are used, revoked or replaced.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS \"_refresh_token\" (token TEXT PRIMARY KEY NOT NULL, \
     family TEXT NOT NULL, \"user\" TEXT NOT NULL, client_id TEXT NOT NULL, scopes TEXT NOT NULL, live INTEGER NOT NULL, \
     issued INTEGER, used INTEGER)";

/// How many tokens a user has of an app; another takes the place of the oldest.
/// <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_request_manage.htm>
const MOST: i64 = 5;

/// So many of the tokens given out last are remembered though they are dead, to tell them from what never was one and to
/// see the reuse of one that rotation has replaced. The bound is our own.
const MOST_DEAD: i64 = 5000;
/// Dead tokens are swept at every so manieth token.
const SWEEP_EVERY: i64 = 500;

/// Forgets the oldest dead tokens, now and then.
fn sweep(org: &Org) -> Result<(), Fault> {
    let last: Option<i64> =
        org.store.row("SELECT max(rowid) FROM \"_refresh_token\"", [], |row| row.get(0))?.flatten();
    if let Some(last) = last.filter(|last| *last > MOST_DEAD && last % SWEEP_EVERY == 0) {
        let sql = "DELETE FROM \"_refresh_token\" WHERE rowid <= ?1 AND NOT live";
        org.store.execute(sql, [last - MOST_DEAD])?;
    }
    Ok(())
}

/// Finds a token by its text, live or not.
pub fn find(org: &Org, token: &str) -> Result<Option<RefreshToken>, Fault> {
    org.store.execute(TABLE, [])?;
    let sql = "SELECT \"user\", client_id, scopes, family, live, issued, used FROM \"_refresh_token\" WHERE token = ?1";
    let row = org.store.row(sql, [token], |row| {
        let texts: (String, String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let times: (Option<i64>, Option<i64>) = (row.get(5)?, row.get(6)?);
        Ok((texts, row.get::<_, bool>(4)?, times))
    })?;
    let stored = row.and_then(|((user, client_id, scopes, family), is_live, (issued, used))| {
        let scopes = scopes.split_ascii_whitespace().map(str::to_owned).collect();
        let times = issued.zip(used);
        Some(RefreshToken { user: Id::parse(&user)?, client_id, scopes, family, is_live, times })
    });
    Ok(stored.or_else(|| seeded(org, token)))
}

/// Gives out a token to an app, by consumer key and name.
pub fn issue(
    org: &Org,
    environment: &dyn Environment,
    user: Id,
    (client_id, name): (&str, &str),
    scopes: &[String],
) -> Result<String, Fault> {
    org.store.execute(TABLE, [])?;
    let sql = "SELECT family FROM \"_refresh_token\" WHERE \"user\" = ?1 AND client_id = ?2 AND live \
         ORDER BY rowid DESC LIMIT -1 OFFSET ?3";
    let too_many = params![user.as_str(), client_id, MOST - 1];
    let token = new_token(environment);
    let now = environment.now();
    let granted = RefreshToken {
        user,
        client_id: client_id.to_owned(),
        scopes: scopes.to_vec(),
        family: token.clone(),
        is_live: true,
        times: Some((now, now)),
    };
    org.savepoint(|| {
        for family in org.store.rows(sql, too_many, |row| row.get::<_, String>(0))? {
            end(org, environment, &family)?;
        }
        write(org, &token, &granted)?;
        sweep(org)?;
        oauth_token::granted(org, environment, user, name, &token)
    })?;
    Ok(token)
}

fn end(org: &Org, environment: &dyn Environment, family: &str) -> Result<(), Fault> {
    org.store.execute("UPDATE \"_refresh_token\" SET live = 0 WHERE family = ?1", [family])?;
    oauth_token::revoked(org, environment, family)
}

/// The token to whose family a `DeleteToken` of OauthToken belongs.
pub fn of_delete_token(org: &Org, text: &str) -> Result<Option<String>, Fault> {
    org.store.execute(TABLE, [])?;
    let sql = "SELECT DISTINCT family FROM \"_refresh_token\"";
    let given = org.store.rows(sql, [], |row| row.get::<_, String>(0))?;
    let seeded = org.seeded.connected_apps.iter().flat_map(|app| &app.refresh_tokens);
    let mut families = given.into_iter().chain(seeded.map(|known| known.token.clone()));
    Ok(families.find(|family| oauth_token::delete_token(family) == text))
}

/// Notes that a token was used.
pub fn note_use(
    org: &Org,
    environment: &dyn Environment,
    token: &str,
    found: &RefreshToken,
) -> Result<(), Fault> {
    let now = environment.now();
    let issued = found.times.map_or(now, |(issued, _)| issued);
    org.savepoint(|| {
        write(org, token, &RefreshToken { times: Some((issued, now)), ..found.clone() })?;
        oauth_token::used(org, environment, &found.family)
    })
}

/// Ends a token with all of its family. The last one of a user takes their approval of the app with it.
pub fn revoke(org: &Org, environment: &dyn Environment, token: &str) -> Result<(), Fault> {
    let Some(found) = find(org, token)? else { return Ok(()) };
    org.savepoint(|| {
        write(org, token, &RefreshToken { is_live: false, ..found.clone() })?;
        end(org, environment, &found.family)?;
        let sql = "SELECT 1 FROM \"_refresh_token\" WHERE \"user\" = ?1 AND client_id = ?2 AND live LIMIT 1";
        let other = org.store.row(sql, params![found.user.as_str(), found.client_id], |_| Ok(()))?;
        if other.is_none() { approval::withdraw(org, found.user, &found.client_id) } else { Ok(()) }
    })
}

/// Gives a new token in the place of one that ends.
pub fn rotate(
    org: &Org,
    environment: &dyn Environment,
    token: &str,
    found: &RefreshToken,
) -> Result<String, Fault> {
    let new = new_token(environment);
    let now = environment.now();
    org.savepoint(|| {
        write(org, token, &RefreshToken { is_live: false, ..found.clone() })?;
        write(org, &new, &RefreshToken { times: Some((now, now)), ..found.clone() })?;
        sweep(org)?;
        oauth_token::used(org, environment, &found.family)
    })?;
    Ok(new)
}

/// `5Aep861` and 80 characters.
fn new_token(environment: &dyn Environment) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    format!("5Aep861{}", random_text(environment, 80, ALPHABET))
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
            times: None,
        })
    })
}

fn write(org: &Org, token: &str, granted: &RefreshToken) -> Result<(), Fault> {
    let RefreshToken { user, client_id, scopes, family, is_live, times } = granted;
    org.store.execute(
        "INSERT INTO \"_refresh_token\" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
         ON CONFLICT (token) DO UPDATE SET live = excluded.live, issued = excluded.issued, used = excluded.used",
        params![
            token,
            family,
            user.as_str(),
            client_id,
            scopes.join(" "),
            is_live,
            times.map(|(issued, _)| issued),
            times.map(|(_, used)| used)
        ],
    )?;
    Ok(())
}
