//! `GET /limits`: what the org may use, and how much of it is left.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_limits.htm>

use std::ops::RangeInclusive;

use super::encode::Writer;
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use crate::model::fault::faults;
use crate::world::{ApiVersion, DAILY_API_CALLS};

const FIRST: ApiVersion = ApiVersion::new(29);

/// The limits of a Developer Edition, in the order of the answer: name, most, and the versions that have it. Only API
/// requests are counted.
/// Sources: the resource's page, and a public list of the names that an org answered with in September 2026. Most numbers that
/// the pages do not say are ours.
const LIMITS: &[(&str, i64, RangeInclusive<u32>)] = &[
    ("ActiveScratchOrgs", 3, ALL),
    ("AnalyticsExternalDataSizeMB", 40_960, ALL),
    ("CdpAiInferenceApiMonthlyLimit", 500_000_000, ALL),
    ("ConcurrentAsyncGetReportInstances", 200, ALL),
    ("ConcurrentEinsteinDataInsightsStoryCreation", 5, ALL),
    ("ConcurrentEinsteinDiscoveryStoryCreation", 2, ALL),
    ("ConcurrentSyncReportRuns", 20, ALL),
    ("ContentDistBandwidthLimitMB", 10_240, ALL),
    ("ContentDistViewLimit", 20_000, ALL),
    ("ContentPublicationLimit", 2_500, ALL),
    ("DailyAnalyticsDataflowJobExecutions", 60, ALL),
    ("DailyAnalyticsUploadedFilesSizeMB", 51_200, ALL),
    ("DailyApexCursorLimit", 10_000, ALL),
    ("DailyApexCursorRowsLimit", 100_000_000, ALL),
    ("DailyApexPCursorLimit", 200_000, ALL),
    (API_REQUESTS, DAILY_API_CALLS as i64, ALL),
    ("DailyAsyncApexExecutions", 250_000, ALL),
    ("DailyAsyncApexTests", 500, 56..=u32::MAX),
    ("DailyBulkApiBatches", 15_000, 38..=u32::MAX),
    ("DailyBulkApiRequests", 15_000, 0..=37),
    ("DailyBulkV2QueryFileStorageMB", 976_562, 47..=u32::MAX),
    ("DailyBulkV2QueryJobs", 10_000, 47..=u32::MAX),
    ("DailyDataCloudCursorLimit", 10_000, ALL),
    ("DailyDataCloudCursorRowsLimit", 100_000_000, ALL),
    ("DailyDataCloudFlexCredits", 0, ALL),
    ("DailyDeliveredPlatformEvents", 10_000, ALL),
    ("DailyDurableGenericStreamingApiEvents", 10_000, 37..=u32::MAX),
    ("DailyDurableStreamingApiEvents", 10_000, 37..=u32::MAX),
    ("DailyEinsteinDataInsightsStoryCreation", 1000, ALL),
    ("DailyEinsteinDiscoveryOptimizationJobRuns", 0, ALL),
    ("DailyEinsteinDiscoveryPredictAPICalls", 50_000, ALL),
    ("DailyEinsteinDiscoveryPredictionsByCDC", 500_000, ALL),
    ("DailyEinsteinDiscoveryStoryCreation", 100, ALL),
    ("DailyFunctionsApiCallLimit", 235_000, 53..=u32::MAX),
    ("DailyGenericStreamingApiEvents", 10_000, ALL),
    ("DailyMetadataRetrievesWithDependencies", 10_000, ALL),
    ("DailyScratchOrgs", 6, ALL),
    ("DailyServiceEmailAgentforceCalls", 0, ALL),
    ("DailyStandardVolumePlatformEvents", 10_000, ALL),
    ("DailyStreamingApiEvents", 10_000, ALL),
    ("DailyWorkflowEmails", 390, ALL),
    ("DataStorageMB", 5, ALL),
    ("DurableStreamingApiConcurrentClients", 20, 37..=u32::MAX),
    ("ExternalServicesActiveObjects", 400, ALL),
    ("ExternalServicesActiveOperations", 200, ALL),
    ("ExternalServicesObjectProperties", 300_000, ALL),
    ("ExternalServicesObjects", 15_000, ALL),
    ("ExternalServicesOperations", 10_000, ALL),
    ("ExternalServicesRegistrations", 150, ALL),
    ("FileStorageMB", 20, ALL),
    ("HourlyAsyncReportRuns", 1200, ALL),
    ("HourlyDashboardRefreshes", 200, ALL),
    ("HourlyDashboardResults", 5000, ALL),
    ("HourlyDashboardStatuses", 999_999_999, ALL),
    ("HourlyElevateAsyncReportRuns", 1200, ALL),
    ("HourlyElevateSyncReportRuns", 500, ALL),
    ("HourlyLongTermIdMapping", 100_000, ALL),
    ("HourlyManagedContentPublicRequests", 50_000, ALL),
    ("HourlyODataCallout", 20_000, ALL),
    ("HourlyPublishedPlatformEvents", 50_000, ALL),
    ("HourlyPublishedStandardVolumePlatformEvents", 1000, ALL),
    ("HourlyShortTermIdMapping", 100_000, ALL),
    ("HourlySyncReportRuns", 500, ALL),
    ("HourlyTimeBasedWorkflow", 50, ALL),
    ("MassEmail", 10, ALL),
    ("MaxContentDocumentsLimit", 30_000_000, ALL),
    ("MonthlyEinsteinDiscoveryStoryCreation", 500, ALL),
    ("Package2VersionCreates", 6, ALL),
    ("Package2VersionCreatesWithoutValidation", 500, ALL),
    (PERMISSION_SETS, 1500, 41..=u32::MAX),
    ("PlatformEventTriggersWithParallelProcessing", 5, ALL),
    ("PrivateConnectOutboundCalloutHourlyLimitMB", 0, ALL),
    ("PublishCallbackUsageInApex", 5_242_880, ALL),
    ("ScheduledFlowRunLimit", 250_000, ALL),
    ("ScheduledPathRunLimit", 1_000, ALL),
    ("SingleEmail", 15, ALL),
    ("StreamingApiConcurrentClients", 20, ALL),
];
const ALL: RangeInclusive<u32> = 0..=u32::MAX;
const API_REQUESTS: &str = "DailyApiRequests";
const PERMISSION_SETS: &str = "PermissionSets";
const CUSTOM_PERMISSION_SETS: i64 = 1000;

/// Lists the limits.
///
/// # Errors
/// 403 without "View Setup and Configuration".
pub fn limits(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST {
        return Err(RestFault::not_found());
    }
    if !exchange.context.runner.may("ViewSetup") {
        return Err(no_setup().into());
    }
    let used = i64::try_from(exchange.context.state.api_calls(exchange.context.org.id)).unwrap_or(i64::MAX);
    Ok(exchange.ok("LimitsSnapshot", |w| {
        let version = exchange.version.number();
        for (name, max, _) in LIMITS.iter().filter(|(.., versions)| versions.contains(&version)) {
            let used = if *name == API_REQUESTS { used } else { 0 };
            w.group(name, |w| {
                limit(w, *max, used);
                if *name == PERMISSION_SETS {
                    w.group("CreateCustom", |w| limit(w, CUSTOM_PERMISSION_SETS, 0));
                }
            });
        }
    }))
}

fn limit(w: &mut Writer, max: i64, used: i64) {
    w.int("Max", max);
    w.int("Remaining", max.saturating_sub(used).max(0));
}

faults! {
    /// the limits of the org are read by a user without "View Setup and Configuration"
    no_setup() = INSUFFICIENT_ACCESS,
        "You do not have permission to view the limits of this organization.", Assumed;
}
