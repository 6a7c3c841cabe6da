//! Which operations there are.

use super::address::Api;
use super::element::Element;
use super::fault::SoapFault;
use super::writer::Writer;
use super::{Call, get_server_timestamp, get_user_info, login, logout};
use crate::cloud::Visit;

/// How an operation is carried out.
#[derive(Clone, Copy)]
pub enum Operation {
    /// Without a session.
    Open(fn(&Call, &mut Writer) -> Result<(), SoapFault>),
    /// In a session.
    InSession {
        run: fn(&Call, &Visit, &mut Writer) -> Result<(), SoapFault>,
        /// The answer carries `LimitInfoHeader`.
        tells_usage: bool,
    },
    /// The real service has it.
    NotEmulated,
}

const EMULATED: &[(&str, Operation)] = &[
    ("login", Operation::Open(login::run)),
    ("logout", Operation::InSession { run: logout::run, tells_usage: false }),
    ("getUserInfo", Operation::InSession { run: get_user_info::run, tells_usage: true }),
    ("getServerTimestamp", Operation::InSession { run: get_server_timestamp::run, tells_usage: true }),
];

/// The other operations of the partner and the enterprise API.
/// <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_list.htm>
const PARTNER: &str = "changeOwnPassword convertLead create delete deleteByExample describeAllTabs describeAppMenu \
    describeApprovalLayout describeAvailableQuickActions describeCompactLayouts describeDataCategoryGroupStructures \
    describeDataCategoryGroups describeDataCategoryMappings describeGlobal describeGlobalTheme \
    describeKnowledgeSettings describeLayout describeNouns describePathAssistants describePrimaryCompactLayouts \
    describeQuickActions describeQuickActionsForRecordType describeSObject describeSObjectListViews describeSObjects \
    describeSearchLayouts describeSearchScopeOrder describeSearchableEntities describeSoftphoneLayout \
    describeSoqlListViews describeTabs describeTheme describeVisualForce emptyRecycleBin executeListView \
    findDuplicates findDuplicatesByIds getDeleted getUpdated invalidateSessions merge performQuickActions process \
    query queryAll queryMore renderEmailTemplate renderStoredEmailTemplate resetPassword retrieve \
    retrieveMassQuickActionTemplates retrieveQuickActionTemplates search sendEmail sendEmailMessage setPassword \
    undelete update upsert";

/// <https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/reference_soap_calls.htm>
const TOOLING: &str = "changeOwnPassword create delete describeGlobal describeLayout describeSObject \
    describeSObjects describeSoqlListViews describeValueType describeWorkitemActions executeAnonymous getDeleted \
    getUpdated invalidateSessions query queryAll queryMore retrieve runTests runTestsAsynchronous search setPassword \
    update upsert";

/// <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_calls_intro.htm>
const METADATA: &str = "cancelDeploy checkDeployStatus checkRetrieveStatus createMetadata deleteMetadata deploy \
    deployRecentValidation describeMetadata describeValueType listMetadata readMetadata renameMetadata retrieve \
    updateMetadata upsertMetadata";

const APEX: &str = "compileAndTest compileClasses compileTriggers executeAnonymous runTests wsdlToApex";

/// The operation that a body's element calls; `None` when the API has none of that name in that namespace.
pub fn find(api: Api, called: &Element) -> Option<Operation> {
    if called.namespace != api.namespace() {
        return None;
    }
    let emulated = EMULATED.iter().find(|(name, _)| has_emulated(api) && *name == called.name);
    let known = || not_emulated(api).any(|name| name == called.name);
    emulated.map(|(_, operation)| *operation).or_else(|| known().then_some(Operation::NotEmulated))
}

/// The names of the operations that are emulated.
pub fn emulated(api: Api) -> impl Iterator<Item = &'static str> {
    EMULATED.iter().filter(move |_| has_emulated(api)).map(|(name, _)| *name)
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

fn has_emulated(api: Api) -> bool {
    !matches!(api, Api::Metadata | Api::Apex)
}
