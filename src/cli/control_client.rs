//! Asks the control API of a running server.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use clap::Args;
use serde_json::Value;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which server is asked, and which world of it.
#[derive(Debug, Args)]
pub struct ControlClient {
    /// Where the server is: http://127.0.0.1:7332, or http://w1.localhost:7332 for the world w1
    #[arg(long, env = "FAUXFORCE_URL", value_name = "URL", default_value = "http://127.0.0.1:7332")]
    url: String,

    /// Name of the world that is meant, if it is not the one of the URL
    #[arg(long, env = "FAUXFORCE_WORLD", value_name = "NAME")]
    world: Option<String>,

    /// The token that the server was started with
    #[arg(long, env = "FAUXFORCE_CONTROL_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    control_token: Option<String>,
}

impl ControlClient {
    /// Sends a request below `/_fauxforce/`; gives the body of the answer.
    ///
    /// # Errors
    /// One sentence: the server's, when it refuses.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<String, String> {
        let url = &self.url;
        let (host, port, authority) = address(url)?;
        let failed = |error: std::io::Error| format!("cannot reach {url}: {error}; is the server running?");
        // Few systems resolve the names below it.
        let stream = match host == "localhost" || host.ends_with(".localhost") {
            true => TcpStream::connect((Ipv4Addr::LOCALHOST, port)),
            false => TcpStream::connect((host, port)),
        };
        let mut stream = stream.map_err(failed)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
        let mut head =
            format!("{method} /_fauxforce/{path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n");
        let mut header = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                head += &format!("{name}: {value}\r\n");
            }
        };
        let token = self.control_token.as_deref().map(|token| format!("Bearer {token}"));
        header("Authorization", token.as_deref());
        header("X-Fauxforce-World", self.world.as_deref());
        let body = body.map(Value::to_string).unwrap_or_default();
        header("Content-Length", Some(&body.len().to_string()));
        header("Content-Type", Some("application/json").filter(|_| !body.is_empty()));
        stream.write_all(format!("{head}\r\n{body}").as_bytes()).map_err(failed)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map_err(failed)?;
        read(url, &String::from_utf8_lossy(&answer))
    }
}

impl ControlClient {
    /// Of the facts of all worlds those of the one that is meant: by its name, by its URL, else `main`.
    pub fn meant<'a>(&self, worlds: &'a [Value]) -> Option<&'a Value> {
        let of = |key: &str, text: &str| {
            worlds.iter().find(|world| world.get(key).and_then(Value::as_str) == Some(text))
        };
        if let Some(name) = &self.world {
            return of("name", name);
        }
        let url = self.url.trim_end_matches('/');
        let host = url.split_once("://").map_or(url, |(_, host)| host);
        of("url", url).or_else(|| of("host", host)).or_else(|| of("name", "main"))
    }
}

/// The body of a whole answer, which has no transfer coding.
fn read(url: &str, answer: &str) -> Result<String, String> {
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| format!("{url} does not speak HTTP"))?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status.starts_with('2') {
        return Ok(body.to_owned());
    }
    let told = serde_json::from_str::<Value>(body).ok();
    let sentence = told.and_then(|told| told.get("error")?.as_str().map(str::to_owned));
    Err(sentence.unwrap_or_else(|| format!("{url} answers {}", head.lines().next().unwrap_or_default())))
}

/// Host, port and both as they were written.
fn address(url: &str) -> Result<(&str, u16, &str), String> {
    let wrong =
        || format!("{url:?} is not the URL of a server; expected something like http://127.0.0.1:7332");
    if url.starts_with("https://") {
        return Err("name the server by its http:// URL; both are at the same port".to_owned());
    }
    let authority = url.strip_prefix("http://").ok_or_else(wrong)?.trim_end_matches('/');
    if authority.is_empty() || authority.contains(['/', '@', ' ', '\r', '\n']) {
        return Err(wrong());
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
        _ => (authority, 80),
    };
    Ok((host.trim_matches(['[', ']']), port, authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        assert_eq!(address("http://w1.localhost:7332/"), Ok(("w1.localhost", 7332, "w1.localhost:7332")));
        assert_eq!(address("http://[::1]:80"), Ok(("::1", 80, "[::1]:80")));
        assert_eq!(address("http://[::1]"), Ok(("::1", 80, "[::1]")));
        for wrong in
            ["https://localhost:7332", "localhost:7332", "http://", "http://a/b", "http://a:b", "http://a b"]
        {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_refusal_is_the_servers_sentence() {
        let head = "HTTP/1.1 404 Not Found\r\nX: y\r\n\r\n";
        assert_eq!(read("u", &format!("{head}{{\"error\": \"no\"}}")), Err("no".to_owned()));
        assert_eq!(read("u", head), Err("u answers HTTP/1.1 404 Not Found".to_owned()));
        assert_eq!(read("u", "HTTP/1.1 201 Created\r\n\r\nyes"), Ok("yes".to_owned()));
    }
}
