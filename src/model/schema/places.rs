//! Where the fields of an object are: by name, and those that every save looks at.

use super::{Field, FieldFlag, FieldType};

const NONE: u16 = u16::MAX;

/// The places of fields among the fields of their object. Names are found in any case, by a table of places with open
/// addressing: a save asks for a hundred of them.
#[derive(Debug, Clone, Default)]
pub struct Places {
    by_name: Vec<u16>,
    unique: Vec<u16>,
    references: Vec<u16>,
    required: Vec<u16>,
    defaulted: Vec<u16>,
}

impl Places {
    pub(super) fn of(fields: &[Field]) -> Places {
        let mut places = Places {
            by_name: vec![NONE; (2 * fields.len()).next_power_of_two()],
            unique: those(fields, |field| field.is(FieldFlag::Unique)),
            references: those(fields, |field| field.kind == FieldType::Reference),
            required: those(fields, Field::is_required),
            defaulted: those(fields, gets_a_default),
        };
        for (at, field) in fields.iter().enumerate() {
            // Of two fields with one name the first counts.
            let free = places.free_slot(&field.name);
            if places.named(fields, &field.name).is_none()
                && let (Some(slot), Ok(at)) = (places.by_name.get_mut(free), u16::try_from(at))
            {
                *slot = at;
            }
        }
        places
    }

    /// The place of the field with this name, in any case.
    pub(super) fn named(&self, fields: &[Field], name: &str) -> Option<usize> {
        let mut slot = self.first_slot(name);
        loop {
            let at = usize::from(self.at(slot).filter(|at| *at != NONE)?);
            let known = &fields.get(at)?.name;
            if known == name || known.eq_ignore_ascii_case(name) {
                return Some(at);
            }
            slot = self.next_slot(slot);
        }
    }

    /// The slot in which a name that is not there can be put. There is always one, for the table is half empty.
    fn free_slot(&self, name: &str) -> usize {
        let mut slot = self.first_slot(name);
        while self.at(slot).is_some_and(|at| at != NONE) {
            slot = self.next_slot(slot);
        }
        slot
    }

    /// Fields whose values no two records share.
    pub fn unique(&self) -> impl Iterator<Item = usize> {
        self.unique.iter().map(|at| usize::from(*at))
    }

    /// Fields that refer to records.
    pub fn references(&self) -> impl Iterator<Item = usize> {
        self.references.iter().map(|at| usize::from(*at))
    }

    /// Fields that a new record must have.
    pub fn required(&self) -> impl Iterator<Item = usize> {
        self.required.iter().map(|at| usize::from(*at))
    }

    /// Fields that a new record has without being sent them; that others are false goes without saying.
    pub fn defaulted(&self) -> impl Iterator<Item = usize> {
        self.defaulted.iter().map(|at| usize::from(*at))
    }

    fn at(&self, slot: usize) -> Option<u16> {
        self.by_name.get(slot).copied()
    }

    fn first_slot(&self, name: &str) -> usize {
        hash(name) as usize & self.by_name.len().wrapping_sub(1)
    }

    fn next_slot(&self, slot: usize) -> usize {
        (slot + 1) & self.by_name.len().wrapping_sub(1)
    }
}

/// The same number for names that differ in case only: of their length and their first and last letters, eight or four.
fn hash(name: &str) -> u64 {
    const LOWER: u64 = 0x2020_2020_2020_2020;
    let bytes = name.as_bytes();
    let (first, last) = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
            }
            _ => (bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0),
        },
    };
    let mixed = ((first | LOWER) ^ bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 32 ^ (last | LOWER)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed >> 32
}

fn those(fields: &[Field], is_one: impl Fn(&Field) -> bool) -> Vec<u16> {
    let places = fields.iter().enumerate().filter(|(_, field)| is_one(field));
    places.filter_map(|(at, _)| u16::try_from(at).ok()).collect()
}

fn gets_a_default(field: &Field) -> bool {
    let is_false = matches!(field.default, None | Some(serde_json::Value::Bool(false)));
    (field.default.is_some() && !(is_false && field.kind == FieldType::Boolean))
        || (field.kind == FieldType::Picklist && field.is(FieldFlag::DefaultedOnCreate))
        || field.is(FieldFlag::AutoNumber)
}
