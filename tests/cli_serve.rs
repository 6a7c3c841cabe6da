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
        .env("FAUXFORCE_DETERMINISTIC", "1")
        .env("FAUXFORCE_STRICT", "yes")
        .env("FAUXFORCE_JOBS_AT_ONCE", "on")
        .env("FAUXFORCE_NO_CONNECT_PROXY", "off")
        .env("FAUXFORCE_READY_FILE", "ready.json")
        .env("FAUXFORCE_CA_DIR", "ca")
        .current_dir(home.path())
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
    // Absolute, whatever was asked for.
    let here = home.path().canonicalize().expect("a folder");
    for key in ["caFile", "jwtKeyFile"] {
        let file = Path::new(ready[key].as_str().expect("a file"));
        assert!(file.canonicalize().expect("a file").starts_with(&here) && file.is_absolute(), "{file:?}");
    }
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
fn what_was_refused_is_logged_with_its_reason() {
    let mut process = Process::start(&["--log", "json"]);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let bearer = format!("Bearer {}", process.text("accessToken"));
    let post = |path: &str, body: &str| {
        let url = format!("{}{path}", process.text("url"));
        let request =
            agent.post(&url).header("authorization", &bearer).header("content-type", "application/json");
        request.send(body).expect("an answer")
    };
    post("/services/data/v60.0/sobjects/Contact", "{}");
    let record = r#"{"attributes":{"type":"Contact"}}"#;
    post("/services/data/v60.0/composite/sobjects", &format!(r#"{{"records":[{record}]}}"#));
    post("/services/oauth2/token", "grant_type=nonsense");
    process.child.kill().expect("an end");
    let log = errors(&mut process.child);
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    // A slow machine has other lines besides.
    let whys: Vec<_> = lines.iter().filter_map(|line| line["fields"]["why"].as_str()).collect();
    assert_eq!(whys.len(), 3, "{log}");
    assert!(whys[..2].iter().all(|why| why.starts_with("REQUIRED_FIELD_MISSING: ")), "{log}");
    assert!(whys[2].starts_with("unsupported_grant_type: "), "{log}");
    assert_eq!(lines[0]["fields"]["path"], "/services/data/v60.0/sobjects/Contact");
}

#[test]
fn a_start_that_fails_is_a_line_of_a_json_log() {
    let directory = tempfile::tempdir().expect("a directory");
    let (code, log) = run(directory.path(), &["serve", "--log", "json", "--seed", "nowhere"]);
    let line: Value = serde_json::from_str(&log).expect("one line of JSON");
    assert_eq!(code, Some(2));
    assert_eq!(line["level"], "ERROR");
    assert!(line["fields"]["message"].as_str().is_some_and(|text| text.contains("nowhere")), "{line}");
}

/// Runs to the end with success; gives standard output.
fn told(directory: &Path, arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = command(directory).args(arguments).output().expect("a process");
    assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("text")
}

#[test]
fn shells_and_man_know_the_command() {
    let directory = tempfile::tempdir().expect("a directory");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = told(directory.path(), &["completions", shell]);
        assert!(script.contains("--ready-file") || script.contains("ready-file"), "{shell}");
    }
    assert!(told(directory.path(), &["man"]).contains(".TH fauxforce 1"));
    let pages = directory.path().join("pages");
    told(directory.path(), &["man", "--dir", pages.to_str().expect("text")]);
    let page = fs::read_to_string(pages.join("fauxforce-serve.1")).expect("a page");
    assert!(page.contains("ready\\-file"), "{page}");
}

#[test]
fn health_is_asked_for() {
    let process = Process::start(&[]);
    let home = process.home.path();
    let health = told(home, &["health", "--url", process.text("url")]);
    let health: Value = serde_json::from_str(&health).expect("JSON");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let (code, error) = run(home, &["health", "--url", &format!("http://{free}")]);
    assert!(code == Some(2) && error.contains("is the server running?"), "{error}");
}

#[cfg(unix)]
#[test]
fn clients_find_all_they_need_in_their_environment() {
    let process = Process::start(&[]);
    let home = process.home.path();
    let fork = told(home, &["world", "fork", "mine", "--url", process.text("url")]);
    let fork: Value = serde_json::from_str(&fork).expect("JSON");
    let lines = |arguments: &[&str]| told(home, &[&["env", "--url"], arguments].concat());
    // By the URL of its port, by its name, and main.
    let own = fork["url"].as_str().expect("a URL");
    assert!(lines(&[own]).contains(&format!("export SF_INSTANCE_URL={own}\n")));
    let by_name = lines(&[process.text("url"), "--world", "mine", "--format", "dotenv"]);
    assert!(by_name.contains(&format!("SF_INSTANCE_URL={own}\n")) && !by_name.contains('#'), "{by_name}");
    let script = lines(&[process.text("url")]);
    // As a shell takes them: an org answers whom it trusts.
    if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("SKIPPED: there is no curl");
        return;
    }
    let ask =
        "curl -s \"$SF_HTTPS_URL/services/oauth2/userinfo\" -H \"Authorization: Bearer $SF_ACCESS_TOKEN\"";
    let output = Command::new("sh").args(["-c", &format!("{script}\n{ask}")]).output().expect("a shell");
    let user: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(user["preferred_username"], "admin@fauxforce.test");
}

#[test]
fn trust_says_what_to_do_and_makes_the_authority() {
    let directory = tempfile::tempdir().expect("a directory");
    let folder = directory.path().join("ca");
    let told = told(directory.path(), &["trust", "--ca-dir", folder.to_str().expect("text")]);
    let ca = folder.join("ca.pem");
    assert!(fs::read_to_string(&ca).expect("a certificate").contains("BEGIN CERTIFICATE"));
    assert!(told.contains(&format!("NODE_EXTRA_CA_CERTS={}", ca.display())), "{told}");
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
