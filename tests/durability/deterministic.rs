//! `--deterministic` over a database file: the second start goes on behind the first.

use std::path::Path;

use fauxforce::{Builder, Server};
use serde_json::Value;

use crate::process::Client;

struct Run {
    server: Server,
    client: Client,
}

impl Run {
    fn of(builder: Builder) -> Run {
        let server = builder.without_https().deterministic().start().expect("a server");
        let client = Client::new(&server.url, server.ready.first.access_token.as_deref().expect("a token"));
        Run { server, client }
    }

    fn over(file: &Path) -> Run {
        Run::of(Server::builder().database(file))
    }

    /// A contact; gives its id and the time it was made at.
    fn contact(&self, name: &str) -> (String, String) {
        let made: Value = serde_json::from_str(&self.client.create(name).body).expect("JSON");
        let id = made["id"].as_str().expect("an id");
        let got = self.client.json("GET", &format!("/services/data/v62.0/sobjects/Contact/{id}"), "");
        let record: Value = serde_json::from_str(&got.body).expect("JSON");
        (id.to_owned(), record["CreatedDate"].as_str().expect("a time").to_owned())
    }

    /// The tokens of a log-in.
    fn tokens(&self) -> String {
        let form = "grant_type=refresh_token&client_id=fauxforce-client-id&client_secret=fauxforce-client-secret\
                    &refresh_token=fauxforce-refresh-token";
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let got = self.client.ask("POST", "/services/oauth2/token", &headers, form);
        let tokens: Value = serde_json::from_str(&got.body).expect("JSON");
        tokens["access_token"].as_str().unwrap_or_else(|| panic!("{}", got.body)).to_owned()
    }

    fn told(&self) -> (String, String, String, String) {
        let (id, time) = self.contact("Doe");
        (self.server.ready.first.access_token.clone().expect("a token"), id, time, self.tokens())
    }
}

#[test]
fn a_second_start_repeats_nothing_and_is_itself_repeatable() {
    let two_runs = || {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("org.db");
        [Run::over(&file), { Run::of(Server::builder()) }]
            .map(|run| {
                let told = run.told();
                run.server.stop();
                told
            })
            .into_iter()
            .chain([0; 2].map(|_| {
                let run = Run::over(&file);
                let told = run.told();
                run.server.stop();
                told
            }))
            .collect::<Vec<_>>()
    };
    let runs = two_runs();
    assert_eq!(runs, two_runs());
    let [first, in_memory, second, third] = runs.as_slice() else { panic!("{runs:?}") };
    assert_eq!(first, in_memory, "a new file changes nothing");
    for (earlier, later) in [(first, second), (second, third), (first, third)] {
        assert_ne!(earlier.0, later.0, "the ready file's session");
        assert_ne!(earlier.1, later.1, "ids");
        assert!(earlier.2 < later.2, "times: {} and {}", earlier.2, later.2);
        assert_ne!(earlier.3, later.3, "tokens");
    }
}

/// No signal, no end: what a killed run has used is not used again.
#[test]
fn a_start_goes_on_behind_what_a_login_has_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    let history = |run: &Run| {
        let query = "/services/data/v62.0/query?q=SELECT+LoginTime+FROM+LoginHistory+ORDER+BY+LoginTime";
        let got = run.client.json("GET", query, "");
        let page: Value = serde_json::from_str(&got.body).expect("JSON");
        let rows = page["records"].as_array().unwrap_or_else(|| panic!("{}", got.body)).clone();
        rows.iter().map(|row| row["LoginTime"].as_str().expect("a time").to_owned()).collect::<Vec<_>>()
    };
    for logins in 1..=3 {
        let run = Run::over(&file);
        run.tokens();
        let times = history(&run);
        assert_eq!(times.len(), logins);
        assert!(times.is_sorted_by(|one, next| one < next), "{times:?}");
        run.server.stop();
    }
}
