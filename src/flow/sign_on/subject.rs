//! Whom the subject of an assertion denotes.

use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::Org;
use crate::org::sso_config::IdentityMapping;
use crate::world::{Stage, Trace};

/// The user of a subject: by username in any case, by federation id to the letter, or by id.
pub(super) fn user(
    org: &Org,
    mapping: IdentityMapping,
    subject: &str,
    trace: &mut Trace,
) -> Result<Option<Id>, Fault> {
    let users = org.standard("User")?;
    let found = match mapping {
        IdentityMapping::UserId => match Id::parse(subject) {
            Some(id) => org.find(&users, id)?.and(Some(id)),
            None => None,
        },
        IdentityMapping::Username => org.ids_where(&users, "Username", &subject.into(), 1)?.first().copied(),
        IdentityMapping::FederationId => {
            let mut exact = None;
            for id in org.ids_where(&users, "FederationIdentifier", &subject.into(), 50)? {
                let user = org.find(&users, id)?;
                if user.is_some_and(|user| user.text("FederationIdentifier") == Some(subject)) {
                    exact = Some(id);
                    break;
                }
            }
            exact
        }
    };
    let field = match mapping {
        IdentityMapping::UserId => "Id",
        IdentityMapping::Username => "Username",
        IdentityMapping::FederationId => "FederationIdentifier",
    };
    match found {
        Some(id) => trace.note(Stage::User, format!("User {id} has {field} {subject:?}")),
        None => trace.fail(Stage::User, format!("no User with {field} {subject:?}, and provisioning is off")),
    }
    Ok(found)
}
