//! A body in parts (RFC 7578), as far as it makes jobs and deployments.

/// One part.
pub struct Part<'a> {
    pub name: String,
    pub body: &'a [u8],
}

/// The boundary in a `multipart/form-data` media type.
pub fn boundary(media_type: &str) -> Option<String> {
    let (kind, parameters) = media_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    parameter(parameters, "boundary").filter(|boundary| !boundary.is_empty())
}

/// The parts of a body that have names.
pub fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<Part<'a>> {
    let delimiter = format!("--{boundary}");
    let pieces = split(body, delimiter.as_bytes());
    pieces.into_iter().skip(1).filter_map(part).collect()
}

fn part(piece: &[u8]) -> Option<Part<'_>> {
    let piece = piece.strip_prefix(b"\r\n").or(piece.strip_prefix(b"\n"))?;
    let (end, gap) = find(piece, b"\r\n\r\n").map(|at| (at, 4)).or(find(piece, b"\n\n").map(|at| (at, 2)))?;
    let (head, rest) = piece.split_at_checked(end)?;
    let body = rest.get(gap..)?;
    let body = body.strip_suffix(b"\r\n").or(body.strip_suffix(b"\n")).unwrap_or(body);
    let head = String::from_utf8_lossy(head);
    let disposition = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let name = parameter(disposition, "name")?;
    Some(Part { name, body })
}

/// A parameter of a header: `name="job"`.
fn parameter(text: &str, name: &str) -> Option<String> {
    let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
    let mut found = pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.trim().trim_matches('"').to_owned())
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, wanted)
}

fn split<'a>(mut text: &'a [u8], delimiter: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while let Some((piece, rest)) = find(text, delimiter).and_then(|at| text.split_at_checked(at)) {
        pieces.push(piece);
        text = rest.get(delimiter.len()..).unwrap_or_default();
    }
    pieces.push(text);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_names_and_bodies() {
        let body = b"--BOUNDARY\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name=\"job\"\r\n\r\n\
            {}\r\n--BOUNDARY\nContent-Disposition: form-data; name=\"content\"; filename=\"c.csv\"\n\na,b\n1,2\n\n--BOUNDARY--";
        let found = parts(body, "BOUNDARY");
        let found: Vec<_> = found.iter().map(|part| (part.name.as_str(), part.body)).collect();
        assert_eq!(found, [("job", &b"{}"[..]), ("content", &b"a,b\n1,2\n"[..])]);
        assert_eq!(boundary("multipart/form-data; charset=x; boundary=\"a b\"").as_deref(), Some("a b"));
        for none in ["multipart/form-data", "application/json", "text/csv; boundary=x"] {
            assert_eq!(boundary(none), None);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_body_is_taken_apart(body in "(--b|\r|\n|:|name=\"x\"|Content-Disposition| )*") {
            _ = parts(body.as_bytes(), "b");
        }
    }
}
