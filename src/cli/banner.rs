//! What `serve` prints once the port is open.

use std::fmt::Write as _;
use std::io::Write as _;

use fauxforce::Ready;

use super::shell_word::quoted;

/// Prints to standard output. That nobody reads it is no reason to stop.
pub fn print(ready: &Ready) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text(ready).as_bytes());
    let _ = out.flush();
}

fn text(ready: &Ready) -> String {
    let mut text = format!("fauxforce {}\n\n", env!("CARGO_PKG_VERSION"));
    let mut line = |label: &str, value: Option<&str>| {
        if let Some(value) = value {
            let _ = writeln!(text, "{}", format!("  {label:<16}{value}").trim_end());
        }
    };
    line("HTTP", Some(&ready.url));
    line("HTTPS", ready.https_url.as_deref());
    line("CA", ready.ca_file.as_deref().map(|path| path.to_string_lossy()).as_deref());
    let other_ca = ready.other_ca_file.as_deref().map(|path| path.to_string_lossy());
    line("CA, other hosts", other_ca.as_deref());
    for (index, org) in ready.orgs.iter().enumerate() {
        if index > 0 {
            line("", Some(""));
        }
        line("org", Some(&org.org_id));
        line("name", org.org_name.as_deref().filter(|_| ready.orgs.len() > 1));
        line("My Domain", org.my_domain.as_deref());
        line("username", org.username.as_deref());
        line("password", org.password.as_deref());
        line("security token", org.security_token.as_deref());
        line("client id", org.client_id.as_deref());
        line("client secret", org.client_secret.as_deref());
    }
    if let Some(login) = login_line(ready) {
        let _ = write!(text, "\nLog in:\n\n{login}\n");
    }
    if let Some(token) = &ready.first.access_token {
        let url = quoted(&format!("{}/services/data/v60.0/query", ready.url));
        let authorization = quoted(&format!("Authorization: Bearer {token}"));
        let query = quoted("q=SELECT Id, Name FROM Account");
        let _ = write!(
            text,
            "\nQuery, in a session that is open already:\n\n  curl -G {url} \\\n    --data-urlencode {query} \\\n    -H {authorization}\n"
        );
    }
    text.push_str("\nCtrl-C ends it.\n");
    text
}

fn login_line(ready: &Ready) -> Option<String> {
    let fields = [
        ("client_id", ready.first.client_id.as_ref()?),
        ("client_secret", ready.first.client_secret.as_ref()?),
        ("username", ready.first.username.as_ref()?),
        ("password", ready.first.password.as_ref()?),
    ];
    let url = quoted(&format!("{}/services/oauth2/token", ready.url));
    let mut line = format!("  curl {url} -d grant_type=password");
    for (name, value) in fields {
        let _ = write!(line, " \\\n    --data-urlencode {}", quoted(&format!("{name}={value}")));
    }
    line.push('\n');
    Some(line)
}
