//! The checks of a Response, in the order and words of the SAML Assertion Validator.

/// A check. The order is the order they are made in; the first that fails decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Decoding, parsing, decrypting, the shape that signatures are only believed in.
    Exceptions,
    /// An SSO configuration for this issuer and audience.
    Config,
    Status,
    AuthnStatement,
    Conditions,
    Timestamps,
    Attribute,
    Format,
    Issuer,
    SubjectConfirmation,
    Audience,
    Recipient,
    Signature,
    SiteUrl,
    Portal,
    SessionLevel,
}

impl Check {
    /// For JSON: stable, in snake case.
    pub fn name(self) -> &'static str {
        self.both().0
    }

    /// The heading on the validator page, number included.
    pub fn heading(self) -> &'static str {
        self.both().1
    }

    fn both(self) -> (&'static str, &'static str) {
        match self {
            Check::Exceptions => ("exceptions", "Unexpected Exceptions"),
            Check::Config => ("config", "Loading the single sign-on configuration"),
            Check::Status => ("status", "1. Validating the Status"),
            Check::AuthnStatement => ("authn_statement", "2. Looking for an Authentication Statement"),
            Check::Conditions => ("conditions", "3. Looking for a Conditions statement"),
            Check::Timestamps => ("timestamps", "4. Checking that the timestamps in the assertion are valid"),
            Check::Attribute => {
                ("attribute", "5. Checking that the Attribute namespace matches, if provided")
            }
            Check::Format => ("format", "6. Miscellaneous format confirmations"),
            Check::Issuer => ("issuer", "7. Confirming Issuer matches"),
            Check::SubjectConfirmation => (
                "subject_confirmation",
                "8. Confirming a Subject Confirmation was provided and contains valid timestamps",
            ),
            Check::Audience => ("audience", "9. Checking that the Audience matches"),
            Check::Recipient => ("recipient", "10. Checking the Recipient"),
            Check::Signature => ("signature", "11. Validating the Signature"),
            Check::SiteUrl => (
                "site_url",
                "12. Checking that the Site URL Attribute contains a valid site url, if provided",
            ),
            Check::Portal => ("portal", "13. Looking for portal and organization id, if provided"),
            Check::SessionLevel => {
                ("session_level", "14. Checking if session security level is valid, if provided")
            }
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    Ok,
    /// Nothing to check: the assertion says nothing about it, and need not.
    NotProvided,
    Failed,
}

impl Verdict {
    /// As the validator prints it; a failed check prints its detail instead.
    pub fn text(self) -> &'static str {
        match self {
            Verdict::Ok => "Ok",
            Verdict::NotProvided => "Not Provided",
            Verdict::Failed => "Failed",
        }
    }
}

/// A check that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub check: Check,
    pub verdict: Verdict,
    /// What was compared with what, in lines; empty where there is nothing to say.
    pub detail: String,
}

impl Step {
    /// The lines that the validator prints under the heading: the detail of a failure and of the signature, otherwise
    /// the verdict.
    pub fn printed(&self) -> impl Iterator<Item = &str> {
        let told = self.verdict == Verdict::Failed || self.check == Check::Signature;
        if told { self.detail.lines() } else { self.verdict.text().lines() }
    }
}
