//! Character data of XML 1.0, for every surface that writes XML.
//!
//! What XML 1.0 cannot hold in any form is left out: the control characters but tab, line feed and carriage return, and
//! U+FFFE and U+FFFF (<https://www.w3.org/TR/xml/#charsets>). A record may well have them: JSON and CSV bring them in.
//! How the real service writes them is not known; what counts is that each document can be read.

use std::borrow::Cow;

/// A text with `< > & ' "` escaped, and without the characters that XML 1.0 cannot hold.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len() + 16);
    push_escaped(&mut out, text);
    Cow::Owned(String::from_utf8(out).unwrap_or_default())
}

/// Writes a text as [`escaped`] gives it.
pub fn push_escaped(out: &mut Vec<u8>, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| !is_plain(byte)) {
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.extend_from_slice(plain.as_bytes());
        let mut characters = special.chars();
        let Some(character) = characters.next() else { return };
        let mut buffer = [0; 4];
        let escape = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&apos;",
            // A parser would make a line feed of it.
            '\r' => "&#13;",
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => "",
            character => character.encode_utf8(&mut buffer),
        };
        out.extend_from_slice(escape.as_bytes());
        rest = characters.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
}

/// Whether a byte stands for itself. U+FFFE and U+FFFF begin with 0xEF.
fn is_plain(byte: u8) -> bool {
    match byte {
        b'&' | b'<' | b'>' | b'"' | b'\'' | 0xef => false,
        b'\t' | b'\n' => true,
        _ => byte >= 0x20,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(
            escaped("a<b>&'\"\r\n\t\u{1}\u{fffe}ﬁ\u{feff}"),
            "a&lt;b&gt;&amp;&apos;&quot;&#13;\n\tﬁ\u{feff}"
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "[^\u{0}-\u{8}\u{b}\u{c}\u{e}-\u{1f}\u{fffe}\u{ffff}]*") {
            let document = format!("<a>{}</a>", escaped(&text));
            let document = roxmltree::Document::parse(&document).expect("XML");
            prop_assert_eq!(document.root_element().text().unwrap_or_default(), text);
        }

        #[test]
        fn any_text_makes_a_document(text in any::<String>(), odd in "[\u{0}-\u{20}\u{7f}-\u{9f}\u{fff0}-\u{ffff}<>&'\"]*") {
            for text in [text, odd] {
                let text = escaped(&text);
                let document = format!("<a b=\"{text}\" c='{text}'>{text}</a>");
                prop_assert!(roxmltree::Document::parse(&document).is_ok(), "{:?}", document);
            }
        }
    }
}
