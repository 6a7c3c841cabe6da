//! The metadata types that an org has components of.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_types_list.htm>

use std::fmt;

/// A metadata type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ComponentType {
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
pub struct PackageFolder {
    pub folder: &'static str,
    pub suffix: &'static str,
}

impl ComponentType {
    /// In the order in which a package is deployed: what others refer to comes first.
    pub const ALL: [ComponentType; 8] = [
        ComponentType::CustomObject,
        ComponentType::CustomField,
        ComponentType::RecordType,
        ComponentType::SamlSsoConfig,
        ComponentType::Profile,
        ComponentType::PermissionSet,
        ComponentType::CustomSite,
        ComponentType::Network,
    ];

    /// The type of that name.
    pub fn named(name: &str) -> Option<ComponentType> {
        ComponentType::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            ComponentType::CustomObject => "CustomObject",
            ComponentType::CustomField => "CustomField",
            ComponentType::RecordType => "RecordType",
            ComponentType::Profile => "Profile",
            ComponentType::PermissionSet => "PermissionSet",
            ComponentType::SamlSsoConfig => "SamlSsoConfig",
            ComponentType::CustomSite => "CustomSite",
            ComponentType::Network => "Network",
        }
    }

    /// The place of its files; components that are a part of an object lie in the object's.
    pub fn package_folder(self) -> PackageFolder {
        let place = |folder, suffix| PackageFolder { folder, suffix };
        match self {
            ComponentType::CustomObject | ComponentType::CustomField | ComponentType::RecordType => {
                place("objects", "object")
            }
            ComponentType::Profile => place("profiles", "profile"),
            ComponentType::PermissionSet => place("permissionsets", "permissionset"),
            ComponentType::SamlSsoConfig => place("samlssoconfigs", "samlssoconfig"),
            ComponentType::CustomSite => place("sites", "site"),
            ComponentType::Network => place("networks", "network"),
        }
    }

    /// The element of an object's file that holds components of this type.
    pub fn part_of_object(self) -> Option<&'static str> {
        match self {
            ComponentType::CustomField => Some("fields"),
            ComponentType::RecordType => Some("recordTypes"),
            _ => None,
        }
    }

    /// Whether any of its components can be deleted.
    pub fn can_be_deleted(self) -> bool {
        !matches!(self, ComponentType::RecordType | ComponentType::CustomSite | ComponentType::Network)
    }

    /// The key prefix of the ids of its components; records have those of their objects.
    pub(super) fn key_prefix(self) -> &'static str {
        match self {
            ComponentType::CustomObject => "01I",
            ComponentType::CustomField => "00N",
            ComponentType::RecordType => "012",
            ComponentType::Profile => "00e",
            ComponentType::PermissionSet => "0PS",
            ComponentType::SamlSsoConfig => "0LE",
            ComponentType::CustomSite => "0DM",
            ComponentType::Network => "0DB",
        }
    }
}

impl fmt::Display for ComponentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
