//! Many components at once: what an archive of files and its `package.xml` say.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/file_based_zip_file.htm>

use crate::error_entry::Rows;

mod deploy;
mod files;
mod manifest;
mod retrieve;

pub use deploy::{DeployOptions, Deployed, Message, deploy};
pub use files::Files;
pub use manifest::{MANIFEST, Manifest};
pub use retrieve::{Retrieved, retrieve};

/// What is wrong with packages.
pub(crate) const ERRORS: &[Rows] = &[deploy::ERRORS, retrieve::ERRORS];
