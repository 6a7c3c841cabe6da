//! On which line each value of a JSON text stands.

use std::collections::HashMap;

/// Lines by JSON pointer (RFC 6901, without escapes) of a text that is known to be JSON.
pub(super) fn lines(source: &str) -> HashMap<String, usize> {
    let mut reader = Reader { bytes: source.as_bytes(), at: 0, line: 1, lines: HashMap::new() };
    reader.value("");
    reader.lines
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
    lines: HashMap<String, usize>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        if byte == b'\n' {
            self.line += 1;
        }
        Some(byte)
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.next();
        }
    }

    /// Past a text, whose raw content it gives.
    fn text(&mut self) -> String {
        let start = self.at + 1;
        self.next();
        while let Some(byte) = self.next() {
            match byte {
                b'\\' => _ = self.next(),
                b'"' => break,
                _ => {}
            }
        }
        let raw = self.bytes.get(start..self.at.saturating_sub(1)).unwrap_or_default();
        String::from_utf8_lossy(raw).into_owned()
    }

    fn value(&mut self, pointer: &str) {
        self.blanks();
        self.lines.insert(pointer.to_owned(), self.line);
        match self.peek() {
            Some(b'{') => self.members(pointer, b'}', true),
            Some(b'[') => self.members(pointer, b']', false),
            Some(b'"') => _ = self.text(),
            _ => {
                while self.peek().is_some_and(|byte| !b",]}".contains(&byte) && !byte.is_ascii_whitespace()) {
                    self.next();
                }
            }
        }
    }

    fn members(&mut self, pointer: &str, end: u8, named: bool) {
        self.next();
        let mut index = 0;
        loop {
            self.blanks();
            match self.peek() {
                None => return,
                Some(byte) if byte == end => {
                    self.next();
                    return;
                }
                Some(b',') => {
                    self.next();
                }
                Some(b'"') if named => {
                    let line = self.line;
                    let name = self.text();
                    self.blanks();
                    self.next();
                    let pointer = format!("{pointer}/{name}");
                    self.value(&pointer);
                    // What is wrong with a value is told where its name stands.
                    self.lines.insert(pointer, line);
                }
                Some(_) => {
                    self.value(&format!("{pointer}/{index}"));
                    index += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn each_value_has_its_line() {
        let found =
            lines("{\n \"a\": 1,\n \"b\": [\n  {\"c\\\"\": \"x\\\\\"},\n  null\n ],\n \"d\":\n  true\n}");
        let expected =
            [("", 1), ("/a", 2), ("/b", 3), ("/b/0", 4), ("/b/0/c\\\"", 4), ("/b/1", 5), ("/d", 7)];
        assert_eq!(found, expected.map(|(pointer, line)| (pointer.to_owned(), line)).into());
    }
}
