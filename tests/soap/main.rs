//! The SOAP APIs on the wire: envelopes as they are, and what they do to an org.

mod data_loader;
mod describes;
mod emulator;
mod faults;
#[path = "../harness/fixture.rs"]
mod fixture;
mod headers;
mod merges;
mod metadata;
mod metadata_communities;
mod metadata_numbers;
mod metadata_packages;
mod metadata_refusals;
mod metadata_renames;
mod queries;
mod replication;
mod saves;
mod searches;
mod users;
mod versions;
mod wsdl;

/// Compares with a snapshot of the whole conversation.
#[macro_export]
macro_rules! assert_told {
    ($name:literal, $told:expr) => {{
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.add_filter(r"http://127\.0\.0\.1:\d+", "[server]");
        settings.bind(|| insta::assert_snapshot!($name, $told));
    }};
}
