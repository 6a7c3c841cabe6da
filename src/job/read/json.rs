//! A list of JSON objects, read within bounds: a value that is kept takes many times the bytes that it was written with.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

use super::Fields;
use crate::job::batch_error::BatchError;

/// Reads the objects.
///
/// # Errors
/// When the content is no such list, has more than `most` objects, or more than `most_values` values in all of them.
pub fn objects(content: &[u8], most: usize, most_values: usize) -> Result<Vec<Fields>, BatchError> {
    let mut all = Vec::new();
    let mut reader = serde_json::Deserializer::from_slice(content);
    let mut left = most_values;
    let list = List { all: &mut all, most, left: &mut left };
    let read = list.deserialize(&mut reader).and_then(|()| reader.end());
    match read {
        Ok(()) => Ok(all),
        Err(_) if all.len() > most => Err(BatchError::too_many_records(most)),
        Err(error) => Err(BatchError::unreadable("JSON", &error.to_string())),
    }
}

struct List<'a> {
    all: &'a mut Vec<Fields>,
    most: usize,
    left: &'a mut usize,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(fields) = items.next_element_seed(Object(&mut *self.left))? {
            self.all.push(fields);
            if self.all.len() > self.most {
                return Err(A::Error::custom("too many records"));
            }
        }
        Ok(())
    }
}

/// An object; the number says how many values more there may be.
struct Object<'a>(&'a mut usize);

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = Fields;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Fields, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Fields, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            fields.insert(name, members.next_value_seed(Any(&mut *self.0))?);
        }
        Ok(fields)
    }
}

/// Any value, counted.
struct Any<'a>(&'a mut usize);

impl<'de> DeserializeSeed<'de> for Any<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Json, D::Error> {
        *self.0 = self.0.checked_sub(1).ok_or_else(|| D::Error::custom("there are too many values"))?;
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(Any(&mut *self.0))? {
            all.push(item);
        }
        Ok(Json::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Json, A::Error> {
        Object(self.0).visit_map(members).map(Json::Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(content: &str) -> String {
        format!("{:?}", objects(content.as_bytes(), 2, 5).expect_err("a refusal"))
    }

    #[test]
    fn what_is_within_bounds_is_read_as_ever() {
        let content = r#"[{"a":1,"b":-1.5e3,"c":"x\n","d":{"e":[null,true]}},{}]"#;
        let read = objects(content.as_bytes(), 2, 100).expect("objects");
        assert_eq!(read, serde_json::from_str::<Vec<Fields>>(content).expect("objects"));
    }

    #[test]
    fn what_is_too_much_is_refused_while_it_is_read() {
        assert!(refusal("[{},{},{},garbage").contains("exceeded the limit of 2"));
        assert!(refusal(r#"[{"a":[1,1,1,1,1,garbage"#).contains("too many values"));
        assert!(refusal("[{},{}] x").contains("trailing"));
        assert!(refusal("{}").contains("expected a sequence"));
        assert!(refusal("[1]").contains("expected a map"));
        let deep = format!("[{{\"a\":{}", "[".repeat(100_000));
        assert!(format!("{:?}", objects(deep.as_bytes(), 2, 1_000_000)).contains("recursion limit"));
    }
}
