//! Record ids: 15 case-sensitive characters plus a 3-character checksum of their case.
//!
//! Layout: key prefix (3), instance (2), reserved (1), base-62 counter (9), checksum (3). Each org of a world is on an
//! instance of its own, so that no two orgs have an id in common.
//! Source: <https://help.salesforce.com/s/articleView?id=000385008&type=1>

use std::fmt;
use std::str;

const CHECKSUM: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Where the counter begins. Its first character has been `0` in every id there ever was.
const COUNTER: usize = 6;
const FOREIGN: u8 = 0;
const UPPER: u8 = 2;
/// What a byte is in an id: no part of one, a digit or lower-case letter, an upper-case letter.
const CLASSES: [u8; 256] = {
    let mut classes = [FOREIGN; 256];
    let mut place = 0;
    while place < BASE62.len() {
        let byte = BASE62[place];
        classes[byte as usize] = if byte.is_ascii_uppercase() { UPPER } else { 1 };
        place += 1;
    }
    classes
};
/// The instance of a world's first org, as a base-62 number: `Ff`.
const FIRST_INSTANCE: usize = 15 * 62 + 41;
const INSTANCES: usize = 62 * 62;

/// A record id in its 18-character form. Equal ids are equal bytes, whichever form was parsed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id([u8; 18]);

impl Id {
    /// Reads a 15- or 18-character id. The case of an 18-character id is restored from its
    /// checksum, as the real service does for ids that passed through case-blind systems.
    /// `None` when the text is no id: wrong length, foreign characters, wrong checksum, an impossible counter.
    pub fn parse(text: &str) -> Option<Id> {
        Id::spelled(text).filter(|id| id.0[COUNTER] == b'0')
    }

    /// The id that a text spells, though its counter may be one that no org ever reaches: the service takes those for no
    /// ids at all.
    pub fn spelled(text: &str) -> Option<Id> {
        let (body, suffix) = text.as_bytes().split_first_chunk::<15>()?;
        let (id, is_one) = Id::of_body(*body);
        match suffix {
            _ if !is_one => None,
            [] => Some(id),
            [_, _, _] if id.0.ends_with(suffix) => Some(id),
            [_, _, _] => Id::restored(*body, suffix),
            _ => None,
        }
    }

    /// The id with the case that its checksum tells of.
    fn restored(mut body: [u8; 15], suffix: &[u8]) -> Option<Id> {
        for (chunk, symbol) in body.chunks_mut(5).zip(suffix) {
            let bits = bits(*symbol)?;
            for (place, byte) in chunk.iter_mut().enumerate() {
                let upper = bits >> place & 1 == 1;
                if upper && !byte.is_ascii_alphabetic() {
                    return None;
                }
                *byte = if upper { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() };
            }
        }
        Some(Id::from_body(body))
    }

    /// The id of the `index`th org of a world; 0 is the first.
    pub fn of_org(index: usize) -> Id {
        let instance = (FIRST_INSTANCE + index) % INSTANCES;
        Id::on_instance([BASE62[instance / 62], BASE62[instance % 62], b'0'], "00D", 1)
    }

    /// The id of the `number`th record under a 3-character key prefix, in the org with this id.
    pub fn in_org(self, key_prefix: &str, number: u64) -> Id {
        Id::on_instance([self.0[3], self.0[4], self.0[5]], key_prefix, number)
    }

    /// The id of the `number`th record under a 3-character key prefix, in the first org of a world.
    pub fn numbered(key_prefix: &str, number: u64) -> Id {
        Id::of_org(0).in_org(key_prefix, number)
    }

    fn on_instance(instance: [u8; 3], key_prefix: &str, number: u64) -> Id {
        let mut body = [b'0'; 15];
        for (slot, byte) in body.iter_mut().zip(key_prefix.bytes().chain(instance)) {
            *slot = byte;
        }
        let mut rest = number;
        for slot in body[6..].iter_mut().rev() {
            *slot = BASE62[(rest % 62) as usize];
            rest /= 62;
        }
        Id::from_body(body)
    }

    fn from_body(body: [u8; 15]) -> Id {
        Id::of_body(body).0
    }

    /// The id with its checksum, and whether all its characters are those of ids.
    fn of_body(body: [u8; 15]) -> (Id, bool) {
        let mut all = [0u8; 18];
        let (head, suffix) = all.split_at_mut(15);
        head.copy_from_slice(&body);
        // One bit a character, the first lowest: five of them make a character of the checksum.
        let (mut upper, mut lowest) = (0, UPPER);
        for (place, byte) in body.iter().enumerate() {
            let class = CLASSES[usize::from(*byte)];
            upper |= usize::from(class / UPPER) << place;
            lowest = lowest.min(class);
        }
        for (place, slot) in suffix.iter_mut().enumerate() {
            *slot = CHECKSUM[upper >> (5 * place) & 31];
        }
        (Id(all), lowest > FOREIGN)
    }

    /// The 18-character form.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The 15-character form, which some messages and URLs print.
    pub fn short(&self) -> &str {
        str::from_utf8(&self.0[..15]).unwrap_or_default()
    }

    /// The key prefix, which names the object: `003` is a Contact. Case-sensitive.
    pub fn key_prefix(&self) -> &str {
        str::from_utf8(&self.0[..3]).unwrap_or_default()
    }

    /// The counter at the end of the id, or `None` for an id this emulator did not make.
    pub fn number(&self) -> Option<u64> {
        self.0[6..15].iter().try_fold(0u64, |number, c| {
            let digit = BASE62.iter().position(|b| b == c)? as u64;
            number.checked_mul(62)?.checked_add(digit)
        })
    }
}

/// Which of five characters are upper-case, by a character of the checksum in either case.
fn bits(symbol: u8) -> Option<u8> {
    match symbol.to_ascii_uppercase() {
        letter @ b'A'..=b'Z' => Some(letter - b'A'),
        digit @ b'0'..=b'5' => Some(digit - b'0' + 26),
        _ => None,
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn checksums_of_recorded_ids() {
        for id in ["0015500001QdQWfAAN", "003R000001WzfOsIAJ"] {
            assert_eq!(Id::parse(&id[..15]).map(|i| i.to_string()).as_deref(), Some(id));
        }
    }

    #[test]
    fn what_is_no_id() {
        for text in
            ["", "001", "001550000!QdQWf", "0015500001QdQWfAA!", "0015500001QdQWfZZZ", "0015500001QdQWfAANX"]
        {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_counter_that_no_org_reaches() {
        for text in ["001AAAAAAAAAAAA", "001AAAAAAAAAAAAIA5", "001000100000000"] {
            assert_eq!(Id::parse(text), None, "{text}");
            assert_eq!(
                Id::spelled(text).map(|id| id.key_prefix().to_owned()).as_deref(),
                Some("001"),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn both_forms_and_any_case_of_the_long_one_are_one_id(text in "[A-Za-z0-9]{6}0[A-Za-z0-9]{8}") {
            let id = Id::parse(&text).expect("15 characters");
            prop_assert_eq!(id.short(), &text);
            prop_assert_eq!(Id::parse(id.as_str()), Some(id));
            prop_assert_eq!(Id::parse(&id.as_str().to_lowercase()), Some(id));
            prop_assert_eq!(Id::parse(&id.as_str().to_uppercase()), Some(id));
        }

        #[test]
        fn orgs_share_no_id(one in 0usize..INSTANCES, other in 0usize..INSTANCES, number in 0u64..1_000_000) {
            let id = |org| Id::of_org(org).in_org("005", number);
            prop_assert_eq!(id(one) == id(other), one == other);
            prop_assert_eq!(id(one).number(), Some(number));
        }

        #[test]
        fn numbers_come_back(number in 0u64..10_000_000_000_000_000) {
            prop_assert_eq!(Id::numbered("005", number).number(), Some(number));
        }

        #[test]
        fn any_text_parses_or_not(text in ".*") {
            let _ = Id::parse(&text);
        }
    }
}
