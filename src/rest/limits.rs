//! `GET /limits`: what the org may use, and how much of it is left.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_limits.htm>

use super::encode::Writer;
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use crate::model::fault::faults;
use crate::world::{ApiVersion, DAILY_API_CALLS};

const FIRST: ApiVersion = ApiVersion::new(29);

/// The limits of a Developer Edition, in the order of the answer. Only API requests are counted.
const LIMITS: &[(&str, i64)] = &[
    ("ActiveScratchOrgs", 3),
    ("AnalyticsExternalDataSizeMB", 40_960),
    ("ConcurrentAsyncGetReportInstances", 200),
    ("ConcurrentEinsteinDataInsightsStoryCreation", 5),
    ("ConcurrentEinsteinDiscoveryStoryCreation", 2),
    ("ConcurrentSyncReportRuns", 20),
    ("DailyAnalyticsDataflowJobExecutions", 60),
    ("DailyAnalyticsUploadedFilesSizeMB", 51_200),
    (API_REQUESTS, DAILY_API_CALLS as i64),
    ("DailyAsyncApexExecutions", 250_000),
    ("DailyAsyncApexTests", 500),
    ("DailyBulkApiBatches", 15_000),
    ("DailyBulkV2QueryFileStorageMB", 976_562),
    ("DailyBulkV2QueryJobs", 10_000),
    ("DailyDeliveredPlatformEvents", 10_000),
    ("DailyDurableGenericStreamingApiEvents", 10_000),
    ("DailyDurableStreamingApiEvents", 10_000),
    ("DailyEinsteinDataInsightsStoryCreation", 1000),
    ("DailyEinsteinDiscoveryPredictAPICalls", 50_000),
    ("DailyEinsteinDiscoveryPredictionsByCDC", 500_000),
    ("DailyEinsteinDiscoveryStoryCreation", 100),
    ("DailyFunctionsApiCallLimit", 235_000),
    ("DailyGenericStreamingApiEvents", 10_000),
    ("DailyScratchOrgs", 6),
    ("DailyStandardVolumePlatformEvents", 10_000),
    ("DailyStreamingApiEvents", 10_000),
    ("DailyWorkflowEmails", 390),
    ("DataStorageMB", 5),
    ("DurableStreamingApiConcurrentClients", 20),
    ("FileStorageMB", 20),
    ("HourlyAsyncReportRuns", 1200),
    ("HourlyDashboardRefreshes", 200),
    ("HourlyDashboardResults", 5000),
    ("HourlyDashboardStatuses", 999_999_999),
    ("HourlyLongTermIdMapping", 100_000),
    ("HourlyManagedContentPublicRequests", 50_000),
    ("HourlyODataCallout", 20_000),
    ("HourlyPublishedPlatformEvents", 50_000),
    ("HourlyPublishedStandardVolumePlatformEvents", 1000),
    ("HourlyShortTermIdMapping", 100_000),
    ("HourlySyncReportRuns", 500),
    ("HourlyTimeBasedWorkflow", 50),
    ("MassEmail", 10),
    ("MonthlyEinsteinDiscoveryStoryCreation", 500),
    ("Package2VersionCreates", 6),
    ("Package2VersionCreatesWithoutValidation", 500),
    (PERMISSION_SETS, 1500),
    ("PrivateConnectOutboundCalloutHourlyLimitMB", 0),
    ("SingleEmail", 15),
    ("StreamingApiConcurrentClients", 20),
];
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
        for (name, max) in LIMITS {
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
