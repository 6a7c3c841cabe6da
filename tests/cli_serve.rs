//! The command itself: what it prints, the ready file, how it ends, what it says of mistakes.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const KEYS: &[&str] = &[
    "name",
    "url",
    "httpsUrl",
    "host",
    "caFile",
    "otherCaFile",
    "orgId",
    "orgName",
    "myDomain",
    "username",
    "password",
    "securityToken",
    "clientId",
    "clientSecret",
    "refreshToken",
    "jwtKeyFile",
    "accessToken",
    "saml",
    "orgs",
];

fn command(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fauxforce"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FAUXFORCE_")) {
        command.env_remove(name);
    }
    command.env("XDG_DATA_HOME", home).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A server in a process of its own, killed when the test is over.
struct Process {
    child: Child,
    home: TempDir,
    /// What it printed until the line that ends the banner.
    banner: String,
    ready: Value,
}

impl Process {
    fn start(arguments: &[&str]) -> Process {
        let home = tempfile::tempdir().expect("a directory");
        let ready_file = home.path().join("ready.json");
        let mut child = command(home.path())
            .args(["serve", "--port", "0", "--ready-file"])
            .arg(&ready_file)
            .args(arguments)
            .spawn()
            .expect("a process");
        let mut banner = String::new();
        let mut lines = BufReader::new(child.stdout.take().expect("standard output"));
        while !banner.ends_with("Ctrl-C ends it.\n") {
            let read = lines.read_line(&mut banner).expect("a line");
            assert!(read > 0, "it ended: {banner}{}", errors(&mut child));
        }
        let ready =
            serde_json::from_str(&fs::read_to_string(&ready_file).expect("a ready file")).expect("JSON");
        Process { child, home, banner, ready }
    }

    fn text(&self, key: &str) -> &str {
        self.ready[key].as_str().unwrap_or_else(|| panic!("no {key}"))
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn errors(child: &mut Child) -> String {
    let mut text = String::new();
    if let Some(mut stream) = child.stderr.take() {
        stream.read_to_string(&mut text).expect("text");
    }
    text
}

/// Runs to the end; gives the exit code and standard error, with the directory's name taken out.
fn run(directory: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = command(directory).args(arguments).output().expect("a process");
    let text = String::from_utf8(stderr).expect("text");
    (status.code(), text.replace(&directory.display().to_string(), "DIR"))
}

#[test]
fn the_ready_file_has_what_a_client_needs() {
    let process = Process::start(&[]);
    let keys: Vec<_> = process.ready.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys, KEYS);
    assert_eq!(process.text("username"), "admin@fauxforce.test");
    assert_eq!(process.text("password"), "fauxforce1");
    assert_eq!(process.text("securityToken"), "FAUXFORCETOKEN1");
    assert_eq!(process.text("clientId"), "fauxforce-client-id");
    assert_eq!(process.text("refreshToken"), "fauxforce-refresh-token");
    assert!(fs::read_to_string(process.text("jwtKeyFile")).expect("a key").contains("PRIVATE KEY"));
    let ca_file = process.home.path().join("fauxforce/ca.pem");
    assert_eq!(Path::new(process.text("caFile")), ca_file);
    let bearer = format!("Bearer {}", process.text("accessToken"));
    let certificate = fs::read(ca_file).expect("a certificate");
    let root = ureq::tls::Certificate::from_pem(&certificate).expect("a certificate").to_owned();
    let roots = ureq::tls::RootCerts::Specific(std::sync::Arc::new(vec![root]));
    let tls = ureq::tls::TlsConfig::builder().root_certs(roots).build();
    let agent: ureq::Agent = ureq::Agent::config_builder().tls_config(tls).build().into();
    for url in ["url", "httpsUrl"] {
        let address = format!("{}/services/oauth2/userinfo", process.text(url));
        let mut answer = agent.get(&address).header("authorization", &bearer).call().expect("an answer");
        let user: Value = answer.body_mut().read_json().expect("JSON");
        assert_eq!(user["preferred_username"], "admin@fauxforce.test");
        assert!(user["sub"].as_str().expect("a URL").starts_with(process.text(url)), "{user}");
    }
}

#[cfg(unix)]
#[test]
fn the_banner_has_lines_that_work_when_pasted() {
    if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("SKIPPED: there is no curl");
        return;
    }
    let process = Process::start(&[]);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.add_filter(r"127\.0\.0\.1:\d+", "HOST");
    settings.add_filter(r"![\w.]{96}", "!TOKEN");
    settings.add_filter(r"/\S+/fauxforce/ca\.pem", "CA");
    settings.bind(|| insta::assert_snapshot!("cli_banner", process.banner));
    let commands = process.banner.split("\n\n").filter(|part| part.starts_with("  curl "));
    let outputs: Vec<_> = commands
        .map(|line| {
            let output = Command::new("sh").args(["-c", line]).output().expect("a shell");
            String::from_utf8(output.stdout).expect("text")
        })
        .collect();
    assert_eq!(outputs.len(), 2);
    assert!(outputs[0].contains("\"access_token\":"), "{outputs:?}");
}

#[cfg(unix)]
#[test]
fn signals_end_it_with_success_and_free_the_port() {
    for signal in ["INT", "TERM"] {
        let mut process = Process::start(&[]);
        process.signal(signal);
        assert_eq!(process.child.wait().expect("an end").code(), Some(0), "{signal}");
        assert!(!process.home.path().join("ready.json").exists());
        let port = process.text("url").rsplit_once(':').expect("a port").1.parse().expect("a port");
        TcpListener::bind(("127.0.0.1", port)).expect("a free port");
    }
}

#[test]
fn the_environment_stands_in_for_flags() {
    let process = Process::start(&["--deterministic", "--public-url", "https://sf.example.com"]);
    let home = tempfile::tempdir().expect("a directory");
    let ready_file = home.path().join("ready.json");
    let mut child = command(home.path())
        .arg("serve")
        .env("FAUXFORCE_PORT", "0")
        .env("FAUXFORCE_DETERMINISTIC", "true")
        .env("FAUXFORCE_READY_FILE", &ready_file)
        .env("FAUXFORCE_CA_DIR", home.path().join("ca"))
        .spawn()
        .expect("a process");
    let mut lines = BufReader::new(child.stdout.take().expect("standard output"));
    let mut banner = String::new();
    while !banner.ends_with("Ctrl-C ends it.\n") {
        assert!(lines.read_line(&mut banner).expect("a line") > 0, "{banner}{}", errors(&mut child));
    }
    let ready: Value = serde_json::from_str(&fs::read_to_string(ready_file).expect("a file")).expect("JSON");
    child.kill().expect("an end");
    child.wait().expect("an end");
    assert_eq!(ready["accessToken"], process.ready["accessToken"]);
    assert_eq!(Path::new(ready["caFile"].as_str().expect("a file")), home.path().join("ca/ca.pem"));
}

#[cfg(unix)]
#[test]
fn a_database_outlives_the_process() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("org.db");
    let file = file.to_str().expect("text");
    let mut first = Process::start(&["--db", file]);
    let revoke = format!("{}/services/oauth2/revoke?token=fauxforce-refresh-token", first.text("url"));
    assert_eq!(ureq::get(&revoke).call().expect("an answer").status(), 200);
    first.signal("TERM");
    first.child.wait().expect("an end");
    let second = Process::start(&["--db", file]);
    assert_eq!(second.ready["orgId"], first.ready["orgId"]);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let revoke = format!("{}/services/oauth2/revoke?token=fauxforce-refresh-token", second.text("url"));
    assert_eq!(agent.get(&revoke).call().expect("an answer").status(), 400);
}

#[test]
fn mistakes_are_one_sentence_and_exit_code_2() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name).to_str().expect("text").to_owned();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let seed = |name: &str, org: &str| {
        fs::create_dir(path(name)).expect("a folder");
        fs::write(directory.path().join(name).join("org.json"), org).expect("a file");
    };
    seed("broken", "{\n  \"orgName\": \"Acme\",\n  \"admin\": \n}\n");
    seed("unknown", "{\n  \"orgName\": \"Acme\",\n  \"admin\": \"a@b.test\",\n  \"colour\": \"red\"\n}\n");
    fs::create_dir(path("empty")).expect("a folder");
    fs::write(path("foreign.db"), b"SQLite format 3\0 and then something else entirely").expect("a file");
    fs::write(path("text.db"), "hello ".repeat(1000)).expect("a file");
    let cases: &[&[&str]] = &[
        &["--port", &port],
        &["--host", "192.0.2.1"],
        &["--host", "no.such.host.invalid"],
        &["--seed", &path("nowhere")],
        &["--seed", &path("empty")],
        &["--seed", &path("broken")],
        &["--seed", &path("unknown")],
        &["--db", &path("text.db")],
        &["--db", &path("foreign.db")],
        &["--db", &path("empty")],
        &["--db", &path("nowhere/org.db")],
        &["--public-url", "sf.example.com"],
        &["--public-url", "https://sf.example.com/path"],
        &["--min-api-version", "99"],
        &["--log", "fauxforce=loud"],
        &["--ready-file", &path("nowhere/ready.json")],
    ];
    let mut lines = Vec::new();
    for case in cases {
        let arguments: Vec<_> = ["serve", "--port", "0"].iter().chain(*case).copied().collect();
        let arguments = if case[0] == "--port" { [&["serve"], *case].concat() } else { arguments };
        let (code, error) = run(directory.path(), &arguments);
        let shown =
            case.join(" ").replace(&directory.path().display().to_string(), "DIR").replace(&port, "PORT");
        lines.push(format!("{shown}\n  {code:?} {}", error.replace(&port, "PORT").trim_end()));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("cli_mistakes", lines.join("\n")));
    for (case, line) in cases.iter().zip(&lines) {
        assert!(line.contains("Some(2) error: ") && line.lines().count() == 2, "{case:?}: {line}");
    }
}

#[test]
fn the_bare_command_prints_its_help() {
    let directory = tempfile::tempdir().expect("a directory");
    let output = command(directory.path()).output().expect("a process");
    let help = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success() && help.contains("serve"), "{help}");
    let output = command(directory.path()).args(["serve", "--help"]).output().expect("a process");
    let help = String::from_utf8(output.stdout).expect("text");
    for flag in [
        "host",
        "port",
        "seed",
        "db",
        "deterministic",
        "jobs-at-once",
        "world-ports",
        "min-api-version",
        "public-url",
        "control-token",
        "ready-file",
        "strict",
        "log",
        "ca-dir",
    ] {
        let environment = format!("FAUXFORCE_{}", flag.to_uppercase().replace('-', "_"));
        assert!(help.contains(&format!("--{flag}")) && help.contains(&environment), "{flag}: {help}");
    }
}

#[test]
fn requests_are_logged_when_asked_for() {
    let mut process = Process::start(&["--log", "debug", "--log-format", "json", "--strict"]);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let url = format!("{}/services/nowhere/provision", process.text("url"));
    assert_eq!(agent.get(&url).call().expect("an answer").status(), 501);
    process.child.kill().expect("an end");
    let log = errors(&mut process.child);
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let has = |message: &str| lines.iter().any(|line| line["fields"]["message"] == message);
    assert!(has("not emulated") && has("request"), "{log}");
}

#[test]
fn the_proxy_can_be_switched_off() {
    let lead = |process: &Process| {
        let proxy = ureq::Proxy::new(process.text("url")).expect("a proxy");
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(Some(proxy)).build().into();
        agent.get("https://login.salesforce.com/services/data").call().expect_err("no trust").to_string()
    };
    let (with, without) = (Process::start(&[]), Process::start(&["--no-connect-proxy"]));
    assert!(!lead(&with).contains("proxy"), "{}", lead(&with));
    assert!(lead(&without).contains("proxy"), "{}", lead(&without));
}
