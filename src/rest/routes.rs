//! Every route of the REST surface, on one screen.

use std::sync::LazyLock;

use super::composite::{self, batch, collections, graph, subrequests, tree};
use super::exchange::{Exchange, OpenRequest, RestResult};
use super::gap::{self, GAPS};
use super::jobs::{ingest, query as query_jobs};
use super::{
    actions, app_menu, chatter, deploy_request, describe, layouts, limits, list_views, object_home,
    object_info, password, query, query_more, recent, record_count, record_create, record_delete, record_get,
    record_update, related, replication, resources, search, tabs, tooling, versions,
};
use crate::router::{CallClass, Methods, Route, Router, TableError};

/// What answers a route.
#[derive(Clone, Copy)]
pub enum Handler {
    /// Anyone may ask.
    Open(fn(&OpenRequest) -> RestResult),
    /// A session is needed.
    Session(fn(&Exchange) -> RestResult),
    /// The same, and the call is [`CallClass::Quick`].
    Quick(fn(&Exchange) -> RestResult),
}

impl Handler {
    /// Where its calls are run.
    pub fn class(self) -> CallClass {
        match self {
            Open(_) | Quick(_) => CallClass::Quick,
            Session(_) => CallClass::Slow,
        }
    }
}

use Handler::{Open, Quick, Session};

const GET: Methods = Methods::GET;
const POST: Methods = Methods::POST;
const PATCH: Methods = Methods::PATCH;
const PUT: Methods = Methods::PUT;
const DELETE: Methods = Methods::DELETE;
const ROWS: Methods = GET.and(PATCH).and(DELETE);
const DEPLOYMENTS: Methods = GET.and(POST).and(PATCH);
const PASSWORDS: Methods = GET.and(POST).and(DELETE);
const ALL: Methods = GET.and(POST).and(PATCH).and(DELETE).and(Methods::PUT);

/// The one resource that a session with an expired password may use.
pub const PASSWORD: &str = "/services/data/{version}/sobjects/{object}/{id}/password";

/// The resources that take archives.
pub const DEPLOY_REQUESTS: &str = "/services/data/{version}/metadata/deployRequest";
pub const DEPLOY_REQUEST: &str = "/services/data/{version}/metadata/deployRequest/{id}";

/// Method, pattern, handler. Not emulated resources: [`GAPS`].
#[rustfmt::skip]
pub const ROUTES: &[Route<Handler>] = &[
    (GET,      "/services/data",                                                     Open(versions::list)),
    (GET,      "/services/data/{version}",                                           Quick(resources::list)),
    (GET,      "/services/data/{version}/sobjects",                                  Session(describe::list)),
    (GET,      "/services/data/{version}/sobjects/{object}",                         Session(object_home::answer)),
    (POST,     "/services/data/{version}/sobjects/{object}",                         Quick(record_create::create)),
    (GET,      "/services/data/{version}/sobjects/{object}/describe",                Session(describe::whole)),
    (GET,      "/services/data/{version}/sobjects/{object}/describe/layouts",        Session(layouts::layouts)),
    (GET,      "/services/data/{version}/sobjects/{object}/describe/layouts/{recordType}", Session(layouts::of_record_type)),
    (GET,      "/services/data/{version}/sobjects/{object}/describe/namedLayouts/{name}", Session(layouts::named)),
    (GET,      "/services/data/{version}/sobjects/{object}/describe/compactLayouts", Session(layouts::compact)),
    (GET,      "/services/data/{version}/sobjects/{object}/describe/compactLayouts/{recordType}", Session(layouts::compact_of_record_type)),
    (GET,      "/services/data/{version}/sobjects/{object}/describe/approvalLayouts", Session(layouts::approval)),
    (GET,      "/services/data/{version}/sobjects/{object}/listviews",               Session(list_views::list)),
    (GET,      "/services/data/{version}/sobjects/{object}/listviews/{view}",        Session(list_views::one)),
    (GET,      "/services/data/{version}/sobjects/{object}/listviews/{view}/describe", Session(list_views::describe)),
    (GET,      "/services/data/{version}/sobjects/{object}/listviews/{view}/results", Session(list_views::results)),
    (GET,      "/services/data/{version}/compactLayouts",                            Session(layouts::compact_of_several)),
    (GET,      "/services/data/{version}/tabs",                                      Session(tabs::tabs)),
    (GET,      "/services/data/{version}/theme",                                     Session(tabs::theme)),
    (GET,      "/services/data/{version}/sobjects/{object}/updated",                 Session(replication::updated)),
    (GET,      "/services/data/{version}/sobjects/{object}/deleted",                 Session(replication::deleted)),
    (POST,     "/services/data/{version}/sobjects/{object}/Id",                      Session(record_create::create_at_id)),
    (GET,      "/services/data/{version}/sobjects/{object}/{id}",                    Quick(record_get::by_id)),
    (PATCH,    "/services/data/{version}/sobjects/{object}/{id}",                    Session(record_update::by_id)),
    (DELETE,   "/services/data/{version}/sobjects/{object}/{id}",                    Session(record_delete::by_id)),
    (PASSWORDS, PASSWORD,                                                            Session(password::answer)),
    (ROWS,     "/services/data/{version}/sobjects/{object}/{id}/{part}",             Session(related::of_record_or_external_id)),
    (ROWS,     "/services/data/{version}/sobjects/{object}/{id}/{part}/{*rest}",     Session(related::of_record)),
    (GET,      "/services/data/{version}/query",                                     Session(query::query)),
    (GET,      "/services/data/{version}/query/{locator}",                           Session(query_more::query_more)),
    (GET,      "/services/data/{version}/queryAll",                                  Session(query::query_all)),
    (GET,      "/services/data/{version}/queryAll/{locator}",                        Session(query_more::query_more)),
    (GET,      "/services/data/{version}/composite",                                 Session(composite::resources)),
    (POST,     "/services/data/{version}/composite",                                 Session(subrequests::run)),
    (POST,     "/services/data/{version}/composite/batch",                           Session(batch::run)),
    (POST,     "/services/data/{version}/composite/graph",                           Session(graph::run)),
    (POST,     "/services/data/{version}/composite/tree/{object}",                   Session(tree::create)),
    (POST,     "/services/data/{version}/composite/sobjects",                        Session(collections::create)),
    (PATCH,    "/services/data/{version}/composite/sobjects",                        Session(collections::update)),
    (DELETE,   "/services/data/{version}/composite/sobjects",                        Session(collections::delete)),
    (GET,      "/services/data/{version}/composite/sobjects/{object}",               Session(collections::retrieve::retrieve)),
    (POST,     "/services/data/{version}/composite/sobjects/{object}",               Session(collections::retrieve::retrieve)),
    (PATCH,    "/services/data/{version}/composite/sobjects/{object}/{field}",       Session(collections::upsert)),
    (POST,     "/services/data/{version}/jobs/ingest",                               Session(ingest::create)),
    (GET,      "/services/data/{version}/jobs/ingest",                               Session(ingest::list)),
    (GET,      "/services/data/{version}/jobs/ingest/{job}",                         Session(ingest::get)),
    (PATCH,    "/services/data/{version}/jobs/ingest/{job}",                         Session(ingest::change)),
    (DELETE,   "/services/data/{version}/jobs/ingest/{job}",                         Session(ingest::delete)),
    (PUT,      "/services/data/{version}/jobs/ingest/{job}/batches",                 Session(ingest::upload)),
    (GET,      "/services/data/{version}/jobs/ingest/{job}/{file}",                  Session(ingest::file)),
    (POST,     "/services/data/{version}/jobs/query",                                Session(query_jobs::create)),
    (GET,      "/services/data/{version}/jobs/query",                                Session(query_jobs::list)),
    (GET,      "/services/data/{version}/jobs/query/{job}",                          Session(query_jobs::get)),
    (PATCH,    "/services/data/{version}/jobs/query/{job}",                          Session(query_jobs::change)),
    (DELETE,   "/services/data/{version}/jobs/query/{job}",                          Session(query_jobs::delete)),
    (GET,      "/services/data/{version}/jobs/query/{job}/results",                  Session(query_jobs::rows)),
    (GET,      "/services/data/{version}/jobs/query/{job}/resultPages",              Session(query_jobs::pages)),
    (GET,      "/services/data/{version}/search",                                    Session(search::search)),
    (GET.and(POST), "/services/data/{version}/parameterizedSearch",                  Session(search::parameterized)),
    (GET,      "/services/data/{version}/limits",                                    Quick(limits::limits)),
    (GET,      "/services/data/{version}/limits/recordCount",                        Session(record_count::record_count)),
    (GET,      "/services/data/{version}/recent",                                    Session(recent::recent)),
    (POST,     DEPLOY_REQUESTS,                                                      Session(deploy_request::create)),
    (DEPLOYMENTS, DEPLOY_REQUEST,                                                    Session(deploy_request::answer)),
    (GET,      "/services/data/{version}/tooling/query",                             Session(tooling::query)),
    (GET,      "/services/data/{version}/tooling/query/{locator}",                   Session(tooling::query_more)),
    (GET,      "/services/data/{version}/actions",                                   Session(actions::list)),
    (GET,      "/services/data/{version}/actions/custom",                            Session(actions::custom)),
    (GET,      "/services/data/{version}/actions/custom/{kind}",                     Session(actions::own)),
    (GET,      "/services/data/{version}/appMenu",                                   Session(app_menu::menus)),
    (GET,      "/services/data/{version}/appMenu/AppSwitcher",                       Session(app_menu::app_switcher)),
    (GET,      "/services/data/{version}/appMenu/Salesforce1",                       Session(app_menu::mobile)),
    (GET,      "/services/data/{version}/chatter/users/me",                          Session(chatter::me)),
    (GET,      "/services/data/{version}/chatter/users/{user}",                      Session(chatter::user)),
    (GET,      "/services/data/{version}/ui-api/object-info",                        Session(object_info::directory)),
    (GET,      "/services/data/{version}/ui-api/object-info/{object}",               Session(object_info::object)),
    (GET,      "/services/data/{version}/ui-api/object-info/batch/{objects}",        Session(object_info::batch)),
    (GET,      "/services/data/{version}/ui-api/object-info/{object}/picklist-values/{recordType}", Session(object_info::picklist::collection)),
    (GET,      "/services/data/{version}/ui-api/object-info/{object}/picklist-values/{recordType}/{field}", Session(object_info::picklist::one)),
];

/// The routes ready for look-ups; `None` if the table contradicts itself, which a test rules out.
pub(super) fn router() -> Option<&'static Router<Handler>> {
    static ROUTER: LazyLock<Option<Router<Handler>>> = LazyLock::new(|| build().ok());
    ROUTER.as_ref()
}

fn build() -> Result<Router<Handler>, TableError> {
    let mut table = ROUTES.to_vec();
    for pattern in GAPS {
        // A pattern lives as long as the router, which is as long as the process.
        for tail in ["", "/{*rest}"] {
            let pattern = format!("/services/data/{{version}}{pattern}{tail}");
            table.push((ALL, pattern.leak(), Session(gap::answer)));
        }
    }
    Router::new(&table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_does_not_contradict_itself() {
        assert!(build().is_ok(), "{:?}", build().err());
    }
}
