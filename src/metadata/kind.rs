//! The metadata types that an org has components of.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_types_list.htm>

use std::fmt;

/// A metadata type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    CustomObject,
    CustomField,
    RecordType,
    Profile,
    PermissionSet,
    SamlSsoConfig,
    CustomSite,
    Network,
}

/// Where files of a type lie in a package, and how their names end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub folder: &'static str,
    pub suffix: &'static str,
}

impl Kind {
    /// In the order in which a package is deployed: what others refer to comes first.
    pub const ALL: [Kind; 8] = [
        Kind::CustomObject,
        Kind::CustomField,
        Kind::RecordType,
        Kind::SamlSsoConfig,
        Kind::Profile,
        Kind::PermissionSet,
        Kind::CustomSite,
        Kind::Network,
    ];

    /// The type of that name.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Kind::CustomObject => "CustomObject",
            Kind::CustomField => "CustomField",
            Kind::RecordType => "RecordType",
            Kind::Profile => "Profile",
            Kind::PermissionSet => "PermissionSet",
            Kind::SamlSsoConfig => "SamlSsoConfig",
            Kind::CustomSite => "CustomSite",
            Kind::Network => "Network",
        }
    }

    /// The place of its files; components that are a part of an object lie in the object's.
    pub fn place(self) -> Place {
        let place = |folder, suffix| Place { folder, suffix };
        match self {
            Kind::CustomObject | Kind::CustomField | Kind::RecordType => place("objects", "object"),
            Kind::Profile => place("profiles", "profile"),
            Kind::PermissionSet => place("permissionsets", "permissionset"),
            Kind::SamlSsoConfig => place("samlssoconfigs", "samlssoconfig"),
            Kind::CustomSite => place("sites", "site"),
            Kind::Network => place("networks", "network"),
        }
    }

    /// The element of an object's file that holds components of this type.
    pub fn part_of_object(self) -> Option<&'static str> {
        match self {
            Kind::CustomField => Some("fields"),
            Kind::RecordType => Some("recordTypes"),
            _ => None,
        }
    }

    /// Whether any of its components can be deleted.
    pub fn can_be_deleted(self) -> bool {
        !matches!(self, Kind::RecordType | Kind::CustomSite | Kind::Network)
    }

    /// The key prefix of the ids of its components; records have those of their objects.
    pub(super) fn key_prefix(self) -> &'static str {
        match self {
            Kind::CustomObject => "01I",
            Kind::CustomField => "00N",
            Kind::RecordType => "012",
            Kind::Profile => "00e",
            Kind::PermissionSet => "0PS",
            Kind::SamlSsoConfig => "0LE",
            Kind::CustomSite => "0DM",
            Kind::Network => "0DB",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
