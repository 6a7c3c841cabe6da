//! Request targets as people type them. `WHERE+CreatedDate+>+YESTERDAY` reaches the wire as it is from curl, Python's
//! http.client or Java's HttpURLConnection, and the real service takes it; RFC 3986 and hyper do not allow it.

use memchr::memchr;
use tokio::io::ReadBuf;

/// Percent-encodes `"`, `<`, `>` and `` ` `` in the request lines of a connection before hyper sees them. What is
/// pipelined behind another request in one read is left alone.
#[derive(Debug)]
pub struct RequestLine {
    /// The next byte read belongs to a request line.
    open: bool,
    /// Bytes read for which there was no room any more.
    left_over: Vec<u8>,
}

impl RequestLine {
    /// For a new connection.
    pub fn new() -> Self {
        RequestLine { open: true, left_over: Vec::new() }
    }

    /// The next byte read begins a request.
    pub fn begin(&mut self) {
        self.open = true;
    }

    /// Gives out bytes left over from the last read; false when there are none.
    pub fn give_left_over(&mut self, buf: &mut ReadBuf<'_>) -> bool {
        let count = self.left_over.len().min(buf.remaining());
        buf.put_slice(&self.left_over[..count]);
        self.left_over.drain(..count);
        count > 0
    }

    /// Encodes what of the request line has just been read into `buf` from `start` on.
    pub fn encode(&mut self, buf: &mut ReadBuf<'_>, start: usize) {
        if !self.open {
            return;
        }
        let read = &buf.filled()[start..];
        let end = memchr(b'\n', read);
        self.open = end.is_none();
        let line = &read[..end.map_or(read.len(), |end| end + 1)];
        if !any_to_encode(line) {
            return;
        }
        let mut encoded = Vec::with_capacity(read.len() + 64);
        for &byte in line {
            match byte {
                b'"' => encoded.extend_from_slice(b"%22"),
                b'<' => encoded.extend_from_slice(b"%3C"),
                b'>' => encoded.extend_from_slice(b"%3E"),
                b'`' => encoded.extend_from_slice(b"%60"),
                _ => encoded.push(byte),
            }
        }
        encoded.extend_from_slice(&read[line.len()..]);
        buf.set_filled(start);
        self.left_over = encoded;
        self.give_left_over(buf);
    }
}

/// Most request lines end here, so this is written for the compiler to take many bytes at a time.
fn any_to_encode(bytes: &[u8]) -> bool {
    let found = |byte: u8| {
        u8::from(byte == b'"') | u8::from(byte == b'<') | u8::from(byte == b'>') | u8::from(byte == b'`')
    };
    bytes.iter().fold(0, |any, byte| any | found(*byte)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes out when `input` is read in pieces into buffers of `room` bytes.
    fn through(input: &[&[u8]], room: usize) -> String {
        let mut line = RequestLine::new();
        let mut output = Vec::new();
        for piece in input {
            let mut space = vec![0; room];
            let mut buf = ReadBuf::new(&mut space);
            buf.put_slice(piece);
            line.encode(&mut buf, 0);
            loop {
                output.extend_from_slice(buf.filled());
                buf.clear();
                if !line.give_left_over(&mut buf) {
                    break;
                }
            }
        }
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn only_the_request_line_is_encoded() {
        let request: &[u8] = b"GET /?q=a+>+\"b\" HTTP/1.1\r\nIf-Match: \"<x>\"\r\n\r\n<body>";
        let expected = "GET /?q=a+%3E+%22b%22 HTTP/1.1\r\nIf-Match: \"<x>\"\r\n\r\n<body>";
        assert_eq!(through(&[request], 100), expected);
        assert_eq!(through(&[request], request.len()), expected);
        let (first, second) = request.split_at(10);
        assert_eq!(through(&[first, second], request.len()), expected);
    }
}
