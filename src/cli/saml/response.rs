//! `fauxforce saml response`

use std::io::Write as _;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use fauxforce::assertion::Certificate;
use fauxforce::assertion::issue::{Cipher, Defect, Hash, Sign};

use super::draft::{Draft, attribute, form_value};
use super::post;
use super::provider::{self, Audience, Ends};

#[derive(Debug, Args)]
pub struct Response {
    /// Subject: the Federation ID of the user
    #[arg(long, value_name = "TEXT")]
    name_id: String,

    /// Attribute such as User.Email=ada@example.com; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = attribute)]
    attribute: Vec<(String, String)>,

    /// Whose login it is in the default org, or in the ready file's
    #[arg(long, value_enum, default_value_t = Audience::Internal)]
    to: Audience,

    /// Address of the server
    #[arg(long, env = "FAUXFORCE_URL", default_value = "http://localhost:7332")]
    server: String,

    /// Take issuer, audience, URL and keys from what `serve --ready-file` wrote
    #[arg(long, env = "FAUXFORCE_READY_FILE", value_name = "FILE")]
    ready_file: Option<PathBuf>,

    /// Assertion consumer URL
    #[arg(long, value_name = "URL")]
    acs: Option<String>,

    /// Entity id of the identity provider
    #[arg(long, value_name = "ID")]
    issuer: Option<String>,

    /// Entity id of the service provider
    #[arg(long, value_name = "ID")]
    audience: Option<String>,

    /// Private key, PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,

    /// Its certificate, PEM
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,

    /// What to sign
    #[arg(long, value_enum, default_value_t = What::Assertion)]
    sign: What,

    /// Hash of digest and signature
    #[arg(long, value_enum, default_value_t = HashName::Sha256)]
    hash: HashName,

    /// Encrypt the assertion for the owner of this certificate, PEM
    #[arg(long, value_name = "FILE")]
    encrypt_for: Option<PathBuf>,

    /// Id of the AuthnRequest that it answers
    #[arg(long, value_name = "ID")]
    in_response_to: Option<String>,

    /// Where to go after the login
    #[arg(long, value_name = "TEXT")]
    relay_state: Option<String>,

    /// When it is issued, such as 2026-01-01T00:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<jiff::Timestamp>,

    /// Make it wrong in this way
    #[arg(long, value_name = "HOW", value_parser = PossibleValuesParser::new(Defect::ALL.map(|(name, _)| name)))]
    r#break: Option<String>,

    /// Post it to the assertion consumer URL and print the answer
    #[arg(long)]
    post: bool,

    /// Print XML instead of the form field's base64
    #[arg(long, conflicts_with = "post")]
    xml: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    Response,
    Assertion,
    Both,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum HashName {
    Sha256,
    Sha384,
    Sha512,
}

impl Response {
    /// Makes the Response, then prints or posts it.
    ///
    /// # Errors
    /// One sentence for the user.
    pub fn run(self) -> Result<(), String> {
        let draft = self.draft()?;
        let xml = draft.xml()?;
        if !self.post {
            let text = if self.xml { xml } else { form_value(&xml) };
            // Nobody reads it any more: no reason to fail.
            let _ = writeln!(std::io::stdout(), "{text}");
            return Ok(());
        }
        let times = if draft.broken == Some(Defect::Replay) { 2 } else { 1 };
        for _ in 0..times {
            let answer = post::post(&draft.ends.acs, &form_value(&xml), self.relay_state.as_deref())?;
            let _ = write!(std::io::stdout(), "{answer}");
        }
        Ok(())
    }

    fn ends(&self) -> Result<Ends, String> {
        let mut ends = match &self.ready_file {
            Some(path) => provider::from_ready_file(self.to, path)?,
            None => provider::built_in(self.to, &self.server)?,
        };
        for (given, end) in [
            (&self.acs, &mut ends.acs),
            (&self.issuer, &mut ends.issuer),
            (&self.audience, &mut ends.audience),
        ] {
            if let Some(given) = given {
                end.clone_from(given);
            }
        }
        if let (Some(key), Some(cert)) = (&self.key, &self.cert) {
            ends.signer = provider::signer(key, cert)?;
        }
        Ok(ends)
    }

    fn draft(&self) -> Result<Draft, String> {
        let issued = self.at.unwrap_or_else(jiff::Timestamp::now).as_millisecond();
        let mut draft = Draft::new(self.ends()?, &self.name_id, issued);
        for (name, value) in &self.attribute {
            draft.say(name, value);
        }
        draft.broken = self.r#break.as_deref().and_then(Defect::from_name);
        let statement = &mut draft.statement;
        statement.in_response_to.clone_from(&self.in_response_to);
        statement.sign = match self.sign {
            What::Response => Sign::Response,
            What::Assertion => Sign::Assertion,
            What::Both => Sign::Both,
        };
        statement.style.hash = match self.hash {
            HashName::Sha256 => Hash::Sha256,
            HashName::Sha384 => Hash::Sha384,
            HashName::Sha512 => Hash::Sha512,
        };
        if let Some(path) = &self.encrypt_for {
            let certificate = Certificate::from_text(&provider::read(path)?);
            let certificate = certificate.map_err(|error| format!("{}: {error}", path.display()))?;
            statement.encrypt = Some((certificate, Cipher::Aes256Gcm));
        }
        Ok(draft)
    }
}
