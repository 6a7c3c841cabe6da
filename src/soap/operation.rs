//! Which operations there are.

use super::address::Api;
use super::call::Call;
use super::element::Element;
use super::fault::SoapFault;
use super::writer::Writer;
use super::wsdl::model::Model;
use super::{
    create, delete, describe, describe_layout, describe_tabs, duplicates, empty_recycle_bin,
    get_server_timestamp, get_user_info, invalidate_sessions, login, logout, merge, metadata, password,
    query, replication, retrieve, search, send_email, undelete, update, upsert,
};
use crate::world::{ApiVersion, RequestContext};

/// How an operation is carried out.
#[derive(Clone, Copy)]
pub enum Operation {
    /// Without a session.
    Open(fn(&Call, &mut Writer) -> Result<(), SoapFault>),
    /// In a session.
    InSession {
        run: fn(&Call, &RequestContext, &mut Writer) -> Result<(), SoapFault>,
        /// The answer carries `LimitInfoHeader`.
        tells_usage: bool,
    },
    /// The real service has it.
    NotEmulated,
}

/// What every API with a login has.
const EVERYWHERE: &[(&str, Operation)] = &[
    ("login", Operation::Open(login::run)),
    ("logout", without_usage(logout::run)),
    ("getUserInfo", in_session(get_user_info::run)),
    ("getServerTimestamp", in_session(get_server_timestamp::run)),
];

/// What the partner and the enterprise API have besides.
const OF_DATA: &[(&str, Operation)] = &[
    ("create", in_session(create::run)),
    ("update", in_session(update::run)),
    ("upsert", in_session(upsert::run)),
    ("delete", in_session(delete::run)),
    ("undelete", in_session(undelete::run)),
    ("merge", in_session(merge::run)),
    ("emptyRecycleBin", in_session(empty_recycle_bin::run)),
    ("findDuplicates", in_session(duplicates::find)),
    ("findDuplicatesByIds", in_session(duplicates::find_by_ids)),
    ("retrieve", in_session(retrieve::run)),
    ("query", in_session(query::query)),
    ("queryAll", in_session(query::query_all)),
    ("queryMore", in_session(query::query_more)),
    ("search", in_session(search::run)),
    ("describeGlobal", in_session(describe::global)),
    ("describeSObject", in_session(describe::one)),
    ("describeSObjects", in_session(describe::several)),
    ("describeLayout", in_session(describe_layout::run)),
    ("describeTabs", in_session(describe_tabs::run)),
    ("getUpdated", in_session(replication::updated)),
    ("getDeleted", in_session(replication::deleted)),
    ("setPassword", in_session(password::set)),
    ("resetPassword", in_session(password::reset)),
    ("changeOwnPassword", in_session(password::change_own)),
    ("invalidateSessions", in_session(invalidate_sessions::run)),
    ("sendEmail", in_session(send_email::run)),
];

/// What the Metadata API has.
const OF_METADATA: &[(&str, Operation)] = &[
    ("createMetadata", without_usage(metadata::save::create)),
    ("updateMetadata", without_usage(metadata::save::update)),
    ("upsertMetadata", without_usage(metadata::save::upsert)),
    ("deleteMetadata", without_usage(metadata::save::delete)),
    ("renameMetadata", without_usage(metadata::rename::run)),
    ("readMetadata", without_usage(metadata::read::run)),
    ("listMetadata", without_usage(metadata::list::run)),
    ("describeMetadata", without_usage(metadata::describe::run)),
    ("describeValueType", without_usage(metadata::describe_value_type::run)),
    ("deploy", without_usage(metadata::deploy::run)),
    ("deployRecentValidation", without_usage(metadata::deploy::run_validated)),
    ("checkDeployStatus", without_usage(metadata::deploy::check)),
    ("cancelDeploy", without_usage(metadata::deploy::cancel)),
    ("retrieve", without_usage(metadata::retrieve::run)),
    ("checkRetrieveStatus", without_usage(metadata::retrieve::check)),
];

const fn without_usage(run: fn(&Call, &RequestContext, &mut Writer) -> Result<(), SoapFault>) -> Operation {
    Operation::InSession { run, tells_usage: false }
}

const fn in_session(run: fn(&Call, &RequestContext, &mut Writer) -> Result<(), SoapFault>) -> Operation {
    Operation::InSession { run, tells_usage: true }
}

/// The other operations of the partner and the enterprise API.
/// <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_list.htm>
const PARTNER: &str = "convertLead deleteByExample describeAllTabs describeAppMenu describeApprovalLayout describeAvailableQuickActions \
    describeCompactLayouts describeDataCategoryGroupStructures describeDataCategoryGroups \
    describeDataCategoryMappings describeGlobalTheme describeKnowledgeSettings describeNouns \
    describePathAssistants describePrimaryCompactLayouts describeQuickActions describeQuickActionsForRecordType \
    describeSObjectListViews describeSearchLayouts describeSearchScopeOrder describeSearchableEntities \
    describeSoftphoneLayout describeSoqlListViews describeTheme describeVisualForce executeListView \
    performQuickActions process renderEmailTemplate renderStoredEmailTemplate \
    retrieveMassQuickActionTemplates retrieveQuickActionTemplates sendEmailMessage";

/// <https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/reference_soap_calls.htm>
const TOOLING: &str = "changeOwnPassword create delete describeGlobal describeLayout describeSObject \
    describeSObjects describeSoqlListViews describeValueType describeWorkitemActions executeAnonymous getDeleted \
    getUpdated invalidateSessions query queryAll queryMore retrieve runTests runTestsAsynchronous search setPassword \
    update upsert";

/// The Metadata API had these before.
const FIRST_WITHOUT_OLD_METADATA_CALLS: ApiVersion = ApiVersion::new(31);

/// <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_calls_intro.htm>
const METADATA: &str = "checkStatus create delete update";

const APEX: &str = "compileAndTest compileClasses compileTriggers executeAnonymous runTests wsdlToApex";

/// The operation that a body's element calls; `None` when the API has none of that name in that namespace and version.
pub fn find(api: Api, version: ApiVersion, called: &Element) -> Option<Operation> {
    if *called.namespace != *api.namespace() {
        return None;
    }
    let model = if api == Api::Metadata { Model::of_metadata() } else { Model::get() };
    let of_version = |name| model.operations(version).any(|signature| signature.name == name);
    let emulated = table(api).find(|(name, _)| *name == called.name).filter(|(name, _)| of_version(*name));
    let known = || not_emulated(api).any(|name| name == called.name) && !gone(api, version);
    emulated.map(|(_, operation)| *operation).or_else(|| known().then_some(Operation::NotEmulated))
}

/// The old calls of the Metadata API were taken away.
fn gone(api: Api, version: ApiVersion) -> bool {
    api == Api::Metadata && version >= FIRST_WITHOUT_OLD_METADATA_CALLS
}

/// Whether answers of an operation may have a header with a log.
pub fn tells_debug_log(name: &str) -> bool {
    let mut known = Model::get().operations(ApiVersion::NEWEST);
    let signature = known.find(|signature| signature.name == name);
    signature.is_some_and(|signature| signature.response_headers().any(|header| header == "DebuggingInfo"))
}

/// The names of the operations that are emulated.
pub fn emulated(api: Api) -> impl Iterator<Item = &'static str> {
    table(api).map(|(name, _)| *name)
}

/// The names of the operations that the real service has besides.
pub fn not_emulated(api: Api) -> impl Iterator<Item = &'static str> {
    let names = match api {
        Api::Partner | Api::Enterprise => PARTNER,
        Api::Tooling => TOOLING,
        Api::Metadata => METADATA,
        Api::Apex => APEX,
    };
    names.split_ascii_whitespace()
}

fn table(api: Api) -> impl Iterator<Item = &'static (&'static str, Operation)> {
    let (everywhere, of_data) = match api {
        Api::Partner | Api::Enterprise => (EVERYWHERE, OF_DATA),
        Api::Tooling => (EVERYWHERE, &[][..]),
        Api::Metadata => (OF_METADATA, &[][..]),
        Api::Apex => (&[][..], &[][..]),
    };
    everywhere.iter().chain(of_data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wsdls_have_every_operation() {
        let of_data = include_str!("wsdl/operations.txt");
        let of_metadata = include_str!("wsdl/metadata_operations.txt");
        for (table, lines) in [(EVERYWHERE, of_data), (OF_DATA, of_data), (OF_METADATA, of_metadata)] {
            let listed: Vec<_> = lines.lines().filter_map(|line| line.split(' ').next()).collect();
            for (name, _) in table {
                assert!(listed.contains(name), "src/soap/wsdl lacks {name}");
            }
        }
    }
}
