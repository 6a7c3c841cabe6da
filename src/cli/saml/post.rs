//! Posts a form as a browser would, and says what came back.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

/// How long to wait for a server on this machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Of an answer only the head is of interest.
const MAX_ANSWER: u64 = 1 << 20;

/// What the server answered.
#[derive(Debug, PartialEq, Eq)]
pub struct PostOutcome {
    /// `302 Found`
    status: String,
    location: Option<String>,
}

/// Posts a SAML Response over plain HTTP.
///
/// # Errors
/// When the URL is not `http://…`, or nobody answers there.
pub fn post(url: &str, response: &str, relay_state: Option<&str>) -> Result<PostOutcome, String> {
    let (authority, target) = address(url)?;
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("SAMLResponse", response);
    if let Some(relay_state) = relay_state {
        form.append_pair("RelayState", relay_state);
    }
    let body = form.finish();
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: {authority}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let answer = exchange(authority, &[head.as_bytes(), body.as_bytes()].concat());
    let answer = answer.map_err(|error| format!("cannot post to {url}: {error}"))?;
    PostOutcome::parse(&answer).ok_or_else(|| format!("{authority} does not speak HTTP"))
}

/// Host and port, and the target of the request.
fn address(url: &str) -> Result<(&str, String), String> {
    let rest = url.strip_prefix("http://");
    let rest = rest.ok_or_else(|| {
        format!("can only post to http:// URLs, not to {url}; print the Response and post it yourself")
    })?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    Ok((authority, target))
}

fn exchange(authority: &str, request: &[u8]) -> io::Result<Vec<u8>> {
    let with_port = if authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
        authority.to_owned()
    } else {
        format!("{authority}:80")
    };
    let mut reached = Err(io::ErrorKind::NotFound.into());
    for address in with_port.to_socket_addrs()? {
        reached = TcpStream::connect_timeout(&address, PATIENCE);
        if reached.is_ok() {
            break;
        }
    }
    let mut stream = reached?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request)?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER).read_to_end(&mut answer)?;
    Ok(answer)
}

impl PostOutcome {
    fn parse(bytes: &[u8]) -> Option<PostOutcome> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines();
        let status = lines.next()?.split_once(' ')?.1.trim().to_owned();
        let head = lines.take_while(|line| !line.is_empty());
        let mut fields = head.filter_map(|line| line.split_once(':'));
        let location = fields.find(|(name, _)| name.eq_ignore_ascii_case("location"));
        Some(PostOutcome { status, location: location.map(|(_, value)| value.trim().to_owned()) })
    }
}

/// The status and where it leads; the parameters of that, such as ErrorCode, one a line.
impl fmt::Display for PostOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status)?;
        let Some(location) = &self.location else { return Ok(()) };
        writeln!(f, "Location: {location}")?;
        let query = location.split_once('?').map(|(_, query)| query).unwrap_or_default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            writeln!(f, "  {name}: {value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let apart = |url| address(url).map(|(authority, target)| format!("{authority} {target}"));
        assert_eq!(apart("http://localhost:7332").as_deref(), Ok("localhost:7332 /"));
        assert_eq!(apart("http://localhost:7332?so=1").as_deref(), Ok("localhost:7332 /?so=1"));
        assert_eq!(apart("http://[::1]:80/a/b?c").as_deref(), Ok("[::1]:80 /a/b?c"));
        assert!(apart("https://localhost:7332").is_err());
    }

    #[test]
    fn the_parameters_of_the_error_page_are_legible() {
        let head =
            b"HTTP/1.1 302 Found\r\nlocation: /e?ErrorCode=5&ErrorDescription=Unable+to+create+user\r\n\r\n";
        let answer = PostOutcome::parse(head).expect("HTTP").to_string();
        let lines: Vec<&str> = answer.lines().collect();
        assert_eq!(lines[0], "302 Found");
        assert_eq!(lines[2..], ["  ErrorCode: 5", "  ErrorDescription: Unable to create user"]);
    }
}
