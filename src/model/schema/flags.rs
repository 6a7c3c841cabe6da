//! The booleans of a field's describe, as a bit set.

macro_rules! flags {
    ($($variant:ident $word:literal),* $(,)?) => {
        /// A boolean of a field's describe; but for `OnGrant`, which says that field-level security hides the field from
        /// all to whom it is not granted, and `SingleByte`, which says that a character of the field takes one byte.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum FieldFlag { $($variant),* }

        impl FieldFlag {
            /// The flag with this name in describe.
            pub fn named(word: &str) -> Option<FieldFlag> {
                match word { $($word => Some(FieldFlag::$variant),)* _ => None }
            }
        }
    };
}

flags! {
    Nillable "nillable",
    Createable "createable",
    Updateable "updateable",
    DefaultedOnCreate "defaultedOnCreate",
    Filterable "filterable",
    Sortable "sortable",
    Groupable "groupable",
    Aggregatable "aggregatable",
    Unique "unique",
    CaseSensitive "caseSensitive",
    IdLookup "idLookup",
    ExternalId "externalId",
    RestrictedPicklist "restrictedPicklist",
    AutoNumber "autoNumber",
    Calculated "calculated",
    Encrypted "encrypted",
    HtmlFormatted "htmlFormatted",
    CascadeDelete "cascadeDelete",
    RestrictedDelete "restrictedDelete",
    DependentPicklist "dependentPicklist",
    Permissionable "permissionable",
    NameField "nameField",
    NamePointing "namePointing",
    PolymorphicForeignKey "polymorphicForeignKey",
    Custom "custom",
    OnGrant "onGrant",
    SingleByte "singleByte",
}

/// A set of [`FieldFlag`]s.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FieldFlags(u32);

impl FieldFlags {
    pub fn has(self, flag: FieldFlag) -> bool {
        self.0 & (1 << flag as u32) != 0
    }

    pub fn with(self, flag: FieldFlag) -> FieldFlags {
        FieldFlags(self.0 | 1 << flag as u32)
    }

    /// Reads a space-separated list of names; unknown names are left out.
    pub fn read(words: &str) -> FieldFlags {
        words
            .split_ascii_whitespace()
            .filter_map(FieldFlag::named)
            .fold(FieldFlags::default(), FieldFlags::with)
    }
}
