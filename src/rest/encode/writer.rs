//! The tree of an answer, in each layout.

use super::record_url::record_url;
use super::{json, value, xml};
use crate::lexical;
use crate::world::ApiVersion;
use crate::xml::push_escaped;

/// How an answer is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    Json,
    /// As Jackson prints prettily: asked for by `X-PrettyPrint: 1`.
    PrettyJson,
    Xml,
}

/// Writes the members of an object or the items of a list.
#[derive(Debug)]
pub struct Writer {
    out: Vec<u8>,
    layout: Layout,
    /// Whether the innermost container is a list.
    in_list: bool,
    /// Whether the innermost container has nothing in it yet.
    empty: bool,
    /// How many objects are open.
    depth: usize,
    /// Where the name of the root element ends, for its namespace declaration.
    root_end: usize,
    /// Whether an `xsi:nil` was written.
    nil: bool,
    /// Records are where the Tooling API has them.
    tooling: bool,
}

impl Writer {
    /// A whole document that is an object; `root` names it in XML.
    pub fn object(layout: Layout, root: &str, members: impl FnOnce(&mut Writer)) -> Vec<u8> {
        Writer::document(layout, |w| w.group(root, members))
    }

    /// A whole document that is a list; `root` is the element around it in XML.
    pub fn list(layout: Layout, root: &str, items: impl FnOnce(&mut Writer)) -> Vec<u8> {
        Writer::document(layout, |w| match layout {
            Layout::Xml => w.group(root, items),
            Layout::Json | Layout::PrettyJson => w.items(root, items),
        })
    }

    /// A whole document that is a record.
    pub fn record_document(
        layout: Layout,
        object: &str,
        at: Option<(ApiVersion, &str)>,
        members: impl FnOnce(&mut Writer),
    ) -> Vec<u8> {
        Writer::document(layout, |w| w.record(object, object, at, members))
    }

    fn document(layout: Layout, root: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let out = Vec::with_capacity(1024);
        let mut writer = Writer {
            out,
            layout,
            in_list: true,
            empty: true,
            depth: 0,
            root_end: 0,
            nil: false,
            tooling: false,
        };
        match layout {
            Layout::Xml => {
                writer.out.extend_from_slice(xml::DECLARATION);
                root(&mut writer);
                if writer.nil {
                    writer.out.splice(writer.root_end..writer.root_end, xml::XSI.iter().copied());
                }
            }
            Layout::Json | Layout::PrettyJson => root(&mut writer),
        }
        writer.out
    }

    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// From here on records are where the Tooling API has them.
    pub fn of_tooling(&mut self) {
        self.tooling = true;
    }

    pub fn is_xml(&self) -> bool {
        self.layout == Layout::Xml
    }

    /// An object.
    pub fn group(&mut self, name: &str, members: impl FnOnce(&mut Writer)) {
        self.name(name);
        self.braced(name, &[], members);
    }

    /// A record: an object that begins with what it is and where. Aggregate results are nowhere.
    pub fn record(
        &mut self,
        name: &str,
        object: &str,
        at: Option<(ApiVersion, &str)>,
        members: impl FnOnce(&mut Writer),
    ) {
        self.name(name);
        let url = at.map(|(version, id)| match self.tooling {
            true => format!("/services/data/v{version}/tooling/sobjects/{object}/{id}"),
            false => record_url(version, object, id),
        });
        match self.layout {
            Layout::Xml => {
                let url = url.as_deref().map(|url| ("url", url));
                let attributes = [Some(("type", object)), url];
                self.braced(name, &attributes, members);
            }
            Layout::Json | Layout::PrettyJson => self.braced(name, &[], |w| {
                w.group("attributes", |w| {
                    w.text("type", object);
                    if let Some(url) = &url {
                        w.text("url", url);
                    }
                });
                members(w);
            }),
        }
    }

    /// A list. In XML its items stand side by side, each under the name it is written with.
    pub fn items(&mut self, name: &str, items: impl FnOnce(&mut Writer)) {
        if self.is_xml() {
            return items(self);
        }
        self.name(name);
        self.out.push(b'[');
        let outer = self.enter(true);
        items(self);
        if self.layout == Layout::PrettyJson {
            self.out.push(b' ');
        }
        self.leave(outer);
        self.out.push(b']');
    }

    pub fn text(&mut self, name: &str, value: &str) {
        self.leaf(name, |out, layout| match layout {
            Layout::Xml => push_escaped(out, value),
            Layout::Json | Layout::PrettyJson => json::string(out, value),
        });
    }

    /// A text, or null.
    pub fn optional_text(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(name, value),
            None => self.null(name),
        }
    }

    pub fn bool(&mut self, name: &str, value: bool) {
        self.leaf(name, |out, _| out.extend_from_slice(if value { b"true" } else { b"false" }));
    }

    pub fn int(&mut self, name: &str, value: i64) {
        self.leaf(name, |out, _| lexical::int(out, value));
    }

    /// A number as Java prints doubles: `100.0`, `3.5E8`.
    pub fn double(&mut self, name: &str, value: f64) {
        self.leaf(name, |out, _| lexical::double(out, value));
    }

    /// Milliseconds since 1970 UTC, as `2024-01-01T00:00:00.000+0000` (XML: `…Z`).
    pub fn datetime(&mut self, name: &str, value: i64) {
        self.quoted(name, |out, layout| value::datetime(out, value, layout));
    }

    pub fn null(&mut self, name: &str) {
        if self.is_xml() {
            self.nil = true;
            self.out.push(b'<');
            self.out.extend_from_slice(name.as_bytes());
            self.out.extend_from_slice(b" xsi:nil=\"true\"/>");
            return;
        }
        self.leaf(name, |out, _| out.extend_from_slice(b"null"));
    }

    /// A tree of another maker, such as the details of a duplicate.
    pub fn tree(&mut self, name: &str, tree: &serde_json::Value) {
        use serde_json::Value;
        match tree {
            Value::Null => self.null(name),
            Value::Bool(flag) => self.bool(name, *flag),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => self.int(name, whole),
                None => self.double(name, number.as_f64().unwrap_or_default()),
            },
            Value::String(text) => self.text(name, text),
            Value::Array(list) => self.items(name, |w| list.iter().for_each(|item| w.tree(name, item))),
            Value::Object(members) => self.group(name, |w| {
                for (name, value) in members {
                    w.tree(name, value);
                }
            }),
        }
    }

    /// A JSON document of our own making, as it is or laid out anew.
    pub fn document_in(&mut self, name: &str, document: &[u8]) {
        if self.layout == Layout::Json {
            return self.leaf(name, |out, _| out.extend_from_slice(document));
        }
        match serde_json::from_slice(document) {
            Ok(tree) => self.tree(name, &tree),
            Err(_) => self.null(name),
        }
    }

    /// A value that JSON writes between quotes and that needs no escapes.
    fn quoted(&mut self, name: &str, write: impl FnOnce(&mut Vec<u8>, Layout)) {
        self.leaf(name, |out, layout| match layout {
            Layout::Xml => write(out, layout),
            Layout::Json | Layout::PrettyJson => {
                out.push(b'"');
                write(out, layout);
                out.push(b'"');
            }
        });
    }

    pub(super) fn leaf(&mut self, name: &str, write: impl FnOnce(&mut Vec<u8>, Layout)) {
        self.name(name);
        match self.layout {
            Layout::Xml => {
                xml::open(&mut self.out, name);
                write(&mut self.out, self.layout);
                xml::close(&mut self.out, name);
            }
            Layout::Json | Layout::PrettyJson => write(&mut self.out, self.layout),
        }
    }

    /// What stands before a value in JSON: separator, line break, key.
    fn name(&mut self, name: &str) {
        let first = std::mem::replace(&mut self.empty, false);
        match self.layout {
            Layout::Xml => {}
            Layout::Json if self.in_list => {
                if !first {
                    self.out.push(b',');
                }
            }
            Layout::Json => {
                self.out.reserve(name.len() + 4);
                if !first {
                    self.out.push(b',');
                }
                self.out.push(b'"');
                self.out.extend_from_slice(name.as_bytes());
                self.out.extend_from_slice(b"\":");
            }
            Layout::PrettyJson if self.in_list => {
                if !first {
                    self.out.push(b',');
                }
                // The root is the first item of a list that is not written.
                if self.out.last().is_some() {
                    self.out.push(b' ');
                }
            }
            Layout::PrettyJson => {
                if !first {
                    self.out.push(b',');
                }
                json::line(&mut self.out, self.depth);
                self.out.push(b'"');
                self.out.extend_from_slice(name.as_bytes());
                self.out.extend_from_slice(b"\" : ");
            }
        }
    }

    fn braced(&mut self, name: &str, attributes: &[Option<(&str, &str)>], members: impl FnOnce(&mut Writer)) {
        if self.is_xml() {
            xml::open_with(&mut self.out, name, attributes);
            if self.root_end == 0 {
                self.root_end = xml::DECLARATION.len() + 1 + name.len();
            }
            members(self);
            return xml::close(&mut self.out, name);
        }
        self.out.push(b'{');
        let outer = self.enter(false);
        self.depth += 1;
        members(self);
        self.depth -= 1;
        if self.layout == Layout::PrettyJson {
            match self.empty {
                true => self.out.push(b' '),
                false => json::line(&mut self.out, self.depth),
            }
        }
        self.leave(outer);
        self.out.push(b'}');
    }

    fn enter(&mut self, list: bool) -> (bool, bool) {
        (std::mem::replace(&mut self.in_list, list), std::mem::replace(&mut self.empty, true))
    }

    fn leave(&mut self, (in_list, empty): (bool, bool)) {
        self.in_list = in_list;
        self.empty = empty;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::Id;

    fn sample(layout: Layout) -> String {
        let id = Id::parse("0015500001QdQWfAAN").expect("an id");
        let bytes = Writer::object(layout, "QueryResult", |w| {
            w.int("totalSize", 2);
            w.bool("done", true);
            w.items("records", |w| {
                w.record("records", "Account", Some((ApiVersion::new(59), id.as_str())), |w| {
                    w.text("Name", "A \"B\" & <C>");
                    w.null("Phone");
                    w.double("AnnualRevenue", 3.5e8);
                    w.datetime("CreatedDate", 1_704_067_200_000);
                    w.items("none", |_| {});
                    w.group("nothing", |_| {});
                });
                w.record("records", "AggregateResult", None, |w| w.int("expr0", 1));
            });
        });
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn compact_json() {
        insta::assert_snapshot!(sample(Layout::Json), @r#"{"totalSize":2,"done":true,"records":[{"attributes":{"type":"Account","url":"/services/data/v59.0/sobjects/Account/0015500001QdQWfAAN"},"Name":"A \"B\" & <C>","Phone":null,"AnnualRevenue":3.5E8,"CreatedDate":"2024-01-01T00:00:00.000+0000","none":[],"nothing":{}},{"attributes":{"type":"AggregateResult"},"expr0":1}]}"#);
    }

    #[test]
    fn pretty_json() {
        insta::assert_snapshot!(sample(Layout::PrettyJson), @r#"
        {
          "totalSize" : 2,
          "done" : true,
          "records" : [ {
            "attributes" : {
              "type" : "Account",
              "url" : "/services/data/v59.0/sobjects/Account/0015500001QdQWfAAN"
            },
            "Name" : "A \"B\" & <C>",
            "Phone" : null,
            "AnnualRevenue" : 3.5E8,
            "CreatedDate" : "2024-01-01T00:00:00.000+0000",
            "none" : [ ],
            "nothing" : { }
          }, {
            "attributes" : {
              "type" : "AggregateResult"
            },
            "expr0" : 1
          } ]
        }
        "#);
    }

    #[test]
    fn xml() {
        insta::assert_snapshot!(sample(Layout::Xml), @r#"<?xml version="1.0" encoding="UTF-8"?><QueryResult xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><totalSize>2</totalSize><done>true</done><records type="Account" url="/services/data/v59.0/sobjects/Account/0015500001QdQWfAAN"><Name>A &quot;B&quot; &amp; &lt;C&gt;</Name><Phone xsi:nil="true"/><AnnualRevenue>3.5E8</AnnualRevenue><CreatedDate>2024-01-01T00:00:00.000Z</CreatedDate><nothing></nothing></records><records type="AggregateResult"><expr0>1</expr0></records></QueryResult>"#);
    }

    #[test]
    fn a_list_may_be_the_root() {
        let list = |layout| Writer::list(layout, "Errors", |w| w.group("Error", |w| w.text("message", "x")));
        assert_eq!(list(Layout::Json), br#"[{"message":"x"}]"#);
        assert_eq!(list(Layout::PrettyJson), b"[ {\n  \"message\" : \"x\"\n} ]");
        assert!(list(Layout::Xml).ends_with(b"<Errors><Error><message>x</message></Error></Errors>"));
        let texts = |layout| Writer::list(layout, "x", |w| ["a", "b"].iter().for_each(|t| w.text("y", t)));
        assert_eq!(texts(Layout::Json), br#"["a","b"]"#);
        assert_eq!(texts(Layout::PrettyJson), br#"[ "a", "b" ]"#);
        assert_eq!(Writer::list(Layout::PrettyJson, "x", |_| {}), b"[ ]");
    }
}
