//! What the header blocks of a request ask for. Clients send every block they have with every call: one that the
//! operation has no use for is no error.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/soap_headers.htm>

use super::Call;
use crate::cloud::{ApiVersion, LARGEST_PAGE, page_of};
use crate::org::dml::Options;

/// From this version on a query's answer is as large as it may be, unless a client wants less.
const FIRST_WITH_LARGE_PAGES: ApiVersion = ApiVersion::new(37);
/// Rows of a page before.
const OLD_PAGE: usize = 500;

impl Call<'_> {
    /// How records are to be saved.
    pub fn save_options(&self) -> Options {
        Options {
            all_or_none: self.asks("AllOrNoneHeader", "allOrNone"),
            truncate: self.asks("AllowFieldTruncationHeader", "allowFieldTruncation"),
            allow_duplicates: self.asks("DuplicateRuleHeader", "allowSave"),
            duplicate_details: self.asks("DuplicateRuleHeader", "includeRecordDetails"),
            user_mail: self.asks_for_user_mail(),
            mixes: false,
        }
    }

    /// Users are to be told by mail of what is done to them.
    pub fn asks_for_user_mail(&self) -> bool {
        self.asks("EmailHeader", "triggerUserEmail")
    }

    /// What is read or saved is to be among the user's recent records.
    pub fn asks_for_recent(&self) -> bool {
        self.asks("MruHeader", "updateMru")
    }

    /// Rows of a query's answer.
    pub fn page_size(&self) -> usize {
        let wanted = self.envelope.header("QueryOptions").and_then(|header| header.text_of("batchSize"));
        match wanted.and_then(|size| size.trim().parse().ok()) {
            Some(size) => page_of(size),
            None if self.version >= FIRST_WITH_LARGE_PAGES => LARGEST_PAGE,
            None => OLD_PAGE,
        }
    }

    fn asks(&self, header: &str, name: &str) -> bool {
        let value = self.envelope.header(header).and_then(|header| header.text_of(name));
        value.is_some_and(|value| matches!(value.trim(), "true" | "1"))
    }
}
