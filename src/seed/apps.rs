//! The connected apps and logins of `org.json`.

use super::app_file::{ConnectedAppFile, PermittedUsersFile, TokenExchangeFile};
use super::named_records::{permission_set, profile, user, user_record};
use super::org_file::{OrgFile, PATH};
use super::seed_error::SeedError;
use super::seed_files::Seed;
use crate::credentials::{oauth_token, password};
use crate::dml::{Call, insert_as_platform};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::value::Value;
use crate::org::Org;
use crate::org::connected_app::{
    ConnectedApp, PermittedUsers, RefreshToken, RefreshTokenPolicy, SCOPES, SeedFile, TokenExchange,
};

/// Inserts a row of ConnectedApplication for each app, and one of OauthToken for each of its refresh tokens.
pub(super) fn load_rows(call: Call, file: &OrgFile) -> Result<(), SeedError> {
    apps_differ(file)?;
    for app in &file.connected_apps {
        let failed = |fault: Fault| SeedError::of_fault(PATH, file.mistake(&app.name, "", "").line, &fault);
        let admins_only = matches!(app.permitted_users, PermittedUsersFile::AdminApprovedPreAuthorized);
        let fields = [
            ("Name", Value::from(app.name.as_str())),
            ("OptionsAllowAdminApprovedUsersOnly", Value::from(admins_only)),
        ];
        insert_as_platform(call, "ConnectedApplication", &fields).map_err(failed)?;
        for token in &app.refresh_tokens {
            let user = user(call.org, file, &token.username)?;
            oauth_token::granted(call.org, call.environment, user, &app.name, &token.token)
                .map_err(failed)?;
        }
    }
    Ok(())
}

/// The apps as OAuth asks about them.
pub(super) fn connected_apps(seed: &Seed, org: &Org, file: &OrgFile) -> Result<Vec<ConnectedApp>, SeedError> {
    file.connected_apps.iter().map(|app| connected_app(seed, org, file, app)).collect()
}

fn connected_app(
    seed: &Seed,
    org: &Org,
    file: &OrgFile,
    app: &ConnectedAppFile,
) -> Result<ConnectedApp, SeedError> {
    let failed = |fault: Fault| SeedError::of_fault(PATH, file.mistake(&app.name, "", "").line, &fault);
    let object = org.standard("ConnectedApplication").map_err(failed)?;
    let ids = org.ids_where(&object, "Name", &Value::from(app.name.as_str()), 1).map_err(failed)?;
    let id = ids.first().copied().ok_or_else(|| {
        file.mistake(
            &app.name,
            format!("the database has no connected app {:?}", app.name),
            "the seed it was made from",
        )
    })?;
    let permitted_users = match app.permitted_users {
        PermittedUsersFile::AllSelfAuthorized => PermittedUsers::AllSelfAuthorized,
        PermittedUsersFile::AdminApprovedPreAuthorized => PermittedUsers::AdminApprovedPreAuthorized {
            profiles: app.profiles.iter().map(|name| profile(org, file, name)).collect::<Result<_, _>>()?,
            permission_sets: app
                .permission_sets
                .iter()
                .map(|name| permission_set(org, file, name))
                .collect::<Result<_, _>>()?,
        },
    };
    let mut approved_users = Vec::new();
    let tokens = app.refresh_tokens.iter().map(|token| &token.username);
    for username in app.approved_users.iter().chain(tokens) {
        let id = user(org, file, username)?;
        if !approved_users.contains(&id) {
            approved_users.push(id);
        }
    }
    scopes_are_known(org, file, app)?;
    let refresh_tokens = app.refresh_tokens.iter().map(|token| {
        Ok(RefreshToken { token: token.token.clone(), user: user(org, file, &token.username)? })
    });
    let (certificate, key_file) = certificate(seed, file, app)?;
    Ok(ConnectedApp {
        id,
        name: app.name.clone(),
        client_id: app.client_id.clone(),
        client_secret: app.client_secret.clone(),
        callback_urls: app.callback_urls.clone(),
        scopes: app.scopes.clone(),
        permitted_users,
        approved_users,
        client_credentials_user: app
            .client_credentials_user
            .as_ref()
            .map(|name| user(org, file, name))
            .transpose()?,
        certificate,
        key_file,
        refresh_tokens: refresh_tokens.collect::<Result<_, SeedError>>()?,
        refresh_token_rotation: app.refresh_token_rotation,
        refresh_token_policy: refresh_token_policy(file, app)?,
        requires_pkce: app.is_pkce_required,
        requires_secret_for_code: !app.is_consumer_secret_optional,
        requires_secret_for_refresh: app.is_secret_required_for_refresh_token,
        device_flow: app.is_device_flow_enabled,
        code_credentials: app.is_code_credential_enabled,
        token_exchange: app
            .token_exchange
            .as_ref()
            .map(|exchange| token_exchange(org, file, exchange))
            .transpose()?,
        installed: app.is_installed,
        session_timeout: app.session_timeout,
    })
}

/// A scope is one of the platform's, or a custom scope of the org.
fn scopes_are_known(org: &Org, file: &OrgFile, app: &ConnectedAppFile) -> Result<(), SeedError> {
    let failed = |fault: Fault| SeedError::of_fault(PATH, 0, &fault);
    let custom = org.standard("OauthCustomScope").map_err(failed)?;
    for scope in app.scopes.iter().filter(|scope| !SCOPES.contains(&scope.as_str())) {
        if org
            .ids_where(&custom, "DeveloperName", &Value::from(scope.as_str()), 1)
            .map_err(failed)?
            .is_empty()
        {
            let what = format!("there is no scope {scope:?}");
            return Err(file.mistake(scope, what, "api, refresh_token, openid or another scope of OAuth"));
        }
    }
    Ok(())
}

/// An app is found by its name, and by its client id.
fn apps_differ(file: &OrgFile) -> Result<(), SeedError> {
    for (index, app) in file.connected_apps.iter().enumerate() {
        let earlier = file.connected_apps.get(..index).unwrap_or_default();
        // The line is found by what the two do not share.
        let (key, text, line) = if earlier.iter().any(|other| other.client_id == app.client_id) {
            ("clientId", &app.client_id, &app.name)
        } else if earlier.iter().any(|other| other.name == app.name) {
            ("name", &app.name, &app.client_id)
        } else {
            continue;
        };
        let what = format!("two connected apps have the {key} {text:?}");
        return Err(file.mistake(line, what, "one of its own for each"));
    }
    Ok(())
}

fn refresh_token_policy(file: &OrgFile, app: &ConnectedAppFile) -> Result<RefreshTokenPolicy, SeedError> {
    let Some(text) = &app.refresh_token_policy else { return Ok(RefreshTokenPolicy::default()) };
    RefreshTokenPolicy::parse(text).ok_or_else(|| {
        let what = format!("{text:?} is no refresh token policy");
        file.mistake(
            text,
            what,
            "infinite, zero, specific_lifetime:8:HOURS or specific_inactivity:30:DAYS (or MONTHS)",
        )
    })
}

fn token_exchange(
    org: &Org,
    file: &OrgFile,
    exchange: &TokenExchangeFile,
) -> Result<TokenExchange, SeedError> {
    let subjects = exchange
        .subjects
        .iter()
        .map(|(token, username)| Ok((token.clone(), user(org, file, username)?)))
        .collect::<Result<_, SeedError>>()?;
    let claim = match &exchange.claim {
        Some(claim) => {
            let field = exchange.field.as_deref().unwrap_or("Username");
            let users = org.standard("User").map_err(|fault| SeedError::of_fault(PATH, 0, &fault))?;
            let Some(known) = users.field(field).filter(|field| field.length > 0) else {
                let what = format!("User has no text field {field}");
                return Err(file.mistake(field, what, "Username, FederationIdentifier, Email or another"));
            };
            Some((claim.clone(), known.name.clone()))
        }
        None => None,
    };
    Ok(TokenExchange { handler: exchange.handler.clone(), subjects, claim })
}

/// The certificate that verifies JWTs, and the private key beside it.
fn certificate(
    seed: &Seed,
    file: &OrgFile,
    app: &ConnectedAppFile,
) -> Result<(Option<String>, Option<SeedFile>), SeedError> {
    let Some(path) = &app.jwt_certificate else { return Ok((None, None)) };
    let text = seed.file(path).filter(|text| text.contains("BEGIN CERTIFICATE")).ok_or_else(|| {
        file.mistake(path, format!("{path} is no PEM certificate"), "the path of one, from the seed folder")
    })?;
    let key_path = path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem).to_owned() + ".key";
    let key = seed.file(&key_path).map(|text| SeedFile { path: seed.path(&key_path), text: text.to_owned() });
    Ok((Some(text.to_owned()), key))
}

/// Stores the passwords and security tokens of the users.
pub(super) fn load_logins(call: Call, file: &OrgFile) -> Result<(), SeedError> {
    for login in &file.logins {
        let user = user(call.org, file, &login.username)?;
        password::store(call.org, call.environment, user, &login.password, login.security_token.as_deref())
            .map_err(|fault| SeedError::of_fault(PATH, file.mistake(&login.username, "", "").line, &fault))?;
    }
    Ok(())
}

/// The passwords in clear.
pub(super) fn logins(org: &Org, file: &OrgFile) -> Result<Vec<(Id, String, String)>, SeedError> {
    let login = |login: &super::org_file::LoginFile| {
        let user = user(org, file, &login.username)?;
        let token =
            password::security_token(org, user).map_err(|fault| SeedError::of_fault(PATH, 0, &fault))?;
        Ok((user, login.password.clone(), token.unwrap_or_default()))
    };
    file.logins.iter().map(login).collect()
}

/// The administrator may do everything.
pub(super) fn admin_is_one(org: &Org, file: &OrgFile) -> Result<(), SeedError> {
    let profile = user_record(org, file, &file.admin)?.id("ProfileId").map(|id| org.profile(id));
    let profile = profile.transpose().map_err(|fault| SeedError::of_fault(PATH, 0, &fault))?.flatten();
    if profile.is_some_and(|profile| profile.modifies_all_data) {
        return Ok(());
    }
    let what = format!("{} is no administrator", file.admin);
    Err(file.mistake(&file.admin, what, "a user with the profile System Administrator"))
}
