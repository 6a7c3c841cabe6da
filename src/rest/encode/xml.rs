//! XML elements.

use crate::xml::push_escaped;

pub(super) const DECLARATION: &[u8] = br#"<?xml version="1.0" encoding="UTF-8"?>"#;
/// The namespace of `xsi:nil`, declared on roots that need it.
pub(super) const XSI: &[u8] = br#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance""#;

pub(super) fn open(out: &mut Vec<u8>, name: &str) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
}

pub(super) fn open_with(out: &mut Vec<u8>, name: &str, attributes: &[Option<(&str, &str)>]) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    for (key, value) in attributes.iter().flatten() {
        out.push(b' ');
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(b"=\"");
        push_escaped(out, value);
        out.push(b'"');
    }
    out.push(b'>');
}

pub(super) fn close(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b"</");
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
}
