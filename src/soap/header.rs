//! What the header blocks of a request ask for. Clients send every block they have with every call: one that the
//! operation has no use for is no error.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/soap_headers.htm>

use super::call::Call;
use crate::dml::{Options, OwnerChange};
use crate::lexical;
use crate::world::{ApiVersion, LARGEST_PAGE, page_of};

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
            owner_changes: self.owner_changes(),
            user_mail: self.asks_for_user_mail(),
            mixes: false,
        }
    }

    /// The options in their order; before version 35 there were two, by name.
    fn owner_changes(&self) -> Vec<OwnerChange> {
        let Some(header) = self.envelope.header("OwnerChangeOptions") else { return Vec::new() };
        let mut wanted: Vec<_> = header
            .all("options")
            .filter(|option| option.text_of("execute").is_some_and(is_true))
            .filter_map(|option| OwnerChange::named(option.text_of("type")?.trim()))
            .collect();
        if header.text_of("transferAttachments").is_some_and(is_true) {
            wanted.push(OwnerChange::TransferNotesAndAttachments);
        }
        if header.text_of("transferOpenActivities").is_some_and(is_true) {
            wanted.push(OwnerChange::TransferOpenActivities);
        }
        wanted
    }

    /// Notes what a header asks for in vain.
    pub fn note_gaps(&self) {
        // Labels and messages are English.
        let language = self.envelope.header("LocaleOptions").and_then(|header| header.text_of("language"));
        if let Some(language) =
            language.map(str::trim).filter(|text| !text.is_empty() && !text.starts_with("en"))
        {
            self.state.gaps.note(&format!("SOAP LocaleOptions language {language}"));
        }
    }

    /// The log that `DebuggingHeader` asks for. There is no Apex to tell of: it has the beginning and the end that every
    /// log has.
    pub fn debug_log(&self) -> Option<String> {
        let header = self.envelope.header("DebuggingHeader")?;
        let categories = header.all("categories").filter_map(|category| {
            let (name, level) = (category.text_of("category")?.trim(), category.text_of("level")?.trim());
            Some(format!("{},{}", name.to_uppercase(), level.to_uppercase()))
        });
        let categories: Vec<_> = categories.collect();
        let mut time = Vec::new();
        lexical::datetime(&mut time, self.state.clock.now());
        let time = String::from_utf8(time).unwrap_or_default();
        let (_, time) = time.split_once('T').unwrap_or_default();
        let (version, categories) = (self.version, categories.join(";"));
        Some(format!("{version} {categories}\n{time} (0)|EXECUTION_STARTED\n{time} (0)|EXECUTION_FINISHED\n"))
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
        value.is_some_and(is_true)
    }
}

fn is_true(text: &str) -> bool {
    matches!(text.trim(), "true" | "1")
}
