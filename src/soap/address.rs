//! What the URL of a SOAP request says: which API, in which version.

use crate::world::ApiVersion;

/// What the paths of all SOAP APIs begin with.
pub const PREFIX: &str = "/services/Soap/";

/// The SOAP APIs. They share operations and differ in namespaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// Loosely typed: `u`.
    Partner,
    /// Strongly typed: `c`.
    Enterprise,
    /// `T`
    Tooling,
    /// `m`
    Metadata,
    /// `s`
    Apex,
}

impl Api {
    pub const ALL: [Api; 5] = [Api::Partner, Api::Enterprise, Api::Tooling, Api::Metadata, Api::Apex];

    fn of_letter(letter: &str) -> Option<Api> {
        match letter {
            "u" | "U" => Some(Api::Partner),
            "c" | "C" => Some(Api::Enterprise),
            "t" | "T" => Some(Api::Tooling),
            "m" | "M" => Some(Api::Metadata),
            "s" | "S" => Some(Api::Apex),
            _ => None,
        }
    }

    /// The path segment.
    pub fn letter(self) -> &'static str {
        match self {
            Api::Partner => "u",
            Api::Enterprise => "c",
            Api::Tooling => "T",
            Api::Metadata => "m",
            Api::Apex => "s",
        }
    }

    /// The namespace of operations and their results.
    pub fn namespace(self) -> &'static str {
        match self {
            Api::Partner => "urn:partner.soap.sforce.com",
            Api::Enterprise => "urn:enterprise.soap.sforce.com",
            Api::Tooling => "urn:tooling.soap.sforce.com",
            Api::Metadata => "http://soap.sforce.com/2006/04/metadata",
            Api::Apex => "http://soap.sforce.com/2006/08/apex",
        }
    }

    /// The namespace of sObjects and their fields.
    pub fn sobject_namespace(self) -> &'static str {
        match self {
            Api::Partner => "urn:sobject.partner.soap.sforce.com",
            Api::Enterprise => "urn:sobject.enterprise.soap.sforce.com",
            Api::Tooling => "urn:sobject.tooling.soap.sforce.com",
            Api::Metadata | Api::Apex => self.namespace(),
        }
    }

    /// The namespace of fault details.
    pub fn fault_namespace(self) -> &'static str {
        match self {
            Api::Partner => "urn:fault.partner.soap.sforce.com",
            Api::Enterprise => "urn:fault.enterprise.soap.sforce.com",
            Api::Tooling => "urn:fault.tooling.soap.sforce.com",
            Api::Metadata | Api::Apex => self.namespace(),
        }
    }

    /// As `LoginHistory.ApiType` has it.
    pub fn name(self) -> &'static str {
        match self {
            Api::Partner => "SOAP Partner",
            Api::Enterprise => "SOAP Enterprise",
            Api::Tooling => "SOAP Tooling",
            Api::Metadata => "SOAP Metadata",
            Api::Apex => "SOAP Apex",
        }
    }
}

/// `/services/Soap/u/59.0[/00D…]`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    pub api: Api,
    /// `None` for what is no version: `v59.0`, `59.5`.
    pub version: Option<ApiVersion>,
}

impl Address {
    /// Reads a path. `None` when it names no SOAP API. What follows the version (org id, id of a WSDL) is not looked at:
    /// the session says which org is meant.
    pub fn of(path: &str) -> Option<Address> {
        let (letter, rest) = path.strip_prefix(PREFIX)?.split_once('/')?;
        let api = Api::of_letter(letter)?;
        let version = rest.split('/').next().unwrap_or_default();
        let number = version.strip_suffix(".0").unwrap_or(version);
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        Some(Address { api, version: number.parse().ok().filter(|_| digits).map(ApiVersion::new) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let at = |api, version: Option<u32>| Some(Address { api, version: version.map(ApiVersion::new) });
        assert_eq!(Address::of("/services/Soap/u/59.0"), at(Api::Partner, Some(59)));
        assert_eq!(Address::of("/services/Soap/u/64.0/"), at(Api::Partner, Some(64)));
        assert_eq!(Address::of("/services/Soap/c/47/00D000000000001/0DF1"), at(Api::Enterprise, Some(47)));
        assert_eq!(Address::of("/services/Soap/u/v51.0"), at(Api::Partner, None));
        assert_eq!(Address::of("/services/Soap/u/51.5"), at(Api::Partner, None));
        assert_eq!(Address::of("/services/Soap/u/+51"), at(Api::Partner, None));
        assert_eq!(Address::of("/services/Soap/u/"), at(Api::Partner, None));
        assert_eq!(Address::of("/services/Soap/x/59.0"), None);
        assert_eq!(Address::of("/services/Soap/u"), None);
    }
}
