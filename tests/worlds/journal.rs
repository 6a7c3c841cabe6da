//! The journal: what was asked, what came of it, and why.

use fauxforce::Server;
use serde_json::{Value, json};

use super::client::{Emulator, To, agent};

fn requests(emulator: &Emulator, to: &To, query: &str) -> Vec<Value> {
    let got = emulator.get(to, &format!("/_fauxforce/requests{query}")).with(200).json();
    got["requests"].as_array().expect("a list").clone()
}

/// A user with the profile that has no seat left.
fn user(emulator: &Emulator, to: &To, username: &str) -> super::client::Answer {
    let profile = emulator.rest(to, "GET", "query?q=SELECT+Id+FROM+Profile+WHERE+Name='Read+Only'", None);
    let profile = profile.json()["records"][0]["Id"].clone();
    let body = json!({
        "Username": username, "LastName": "Doe", "Email": "doe@acme.test", "Alias": "doe", "ProfileId": profile,
        "TimeZoneSidKey": "Europe/London", "LocaleSidKey": "en_GB", "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "en_US",
    });
    emulator.rest(to, "POST", "sobjects/User", Some(&body))
}

#[test]
fn a_save_tells_what_was_sent_filled_in_and_done_besides() {
    let emulator = Emulator::start();
    let main = emulator.main();
    user(&emulator, &main, "doe@acme.test").with(201);
    let entry = &requests(&emulator, &main, "?object=User&method=POST")[0];
    assert_eq!(entry["surface"], "REST");
    assert_eq!(entry["operation"], "POST /sobjects/{object}");
    assert_eq!((&entry["status"], &entry["world"]), (&json!(201), &json!("main")));
    assert_eq!(entry["user"], "admin@fauxforce.test");
    assert_eq!(entry["errors"], json!([]));
    let save = &entry["saves"][0];
    assert_eq!(
        (&save["object"], &save["operation"], &save["result"]),
        (&json!("User"), &json!("insert"), &json!("saved"))
    );
    assert_eq!(save["sent"]["Username"], "doe@acme.test");
    assert_eq!(save["filled"]["UserType"], "Standard");
    assert!(save["sent"].get("UserType").is_none(), "{save}");
    let effects = save["effects"].as_array().expect("effects");
    assert!(effects.iter().any(|effect| effect["object"] == "UserLogin"), "{save}");
    // An update names what it changes and nothing else.
    let id = save["id"].as_str().expect("an id");
    emulator.rest(&main, "PATCH", &format!("sobjects/User/{id}"), Some(&json!({"Title": "CTO"}))).with(204);
    let update = &requests(&emulator, &main, "?method=PATCH")[0]["saves"][0];
    assert_eq!((&update["sent"], &update["filled"]), (&json!({"Title": "CTO"}), &json!({})));
}

#[test]
fn a_refusal_tells_which_rule_refused_and_why() {
    let emulator = Emulator::start();
    let main = emulator.main();
    user(&emulator, &main, "admin@fauxforce.test").with(400);
    let found = requests(&emulator, &main, "?error=duplicate_username&status=4xx");
    assert_eq!(found.len(), 1);
    let save = &found[0]["saves"][0];
    assert_eq!((&save["result"], &save["id"]), (&json!("refused"), &json!(null)));
    assert_eq!(save["refusedBy"], json!(["username_is_unique"]));
    assert_eq!(save["errors"][0]["code"], "DUPLICATE_USERNAME");
    assert_eq!(save["errors"][0]["why"], "another user of this org is admin@fauxforce.test");
    assert_eq!(found[0]["errors"][0]["name"], "duplicate_username");
    // What could not even be begun is there, too.
    emulator.rest(&main, "PATCH", "sobjects/Account/001000000000001", Some(&json!({"Name": "x"}))).with(404);
    let save = &requests(&emulator, &main, "?method=PATCH")[0]["saves"][0];
    assert_eq!((&save["object"], &save["result"]), (&json!("Account"), &json!("refused")));
    assert_eq!(save["errors"][0]["code"], "INVALID_CROSS_REFERENCE_KEY");
}

#[test]
fn what_was_undone_is_told_so() {
    let emulator = Emulator::start();
    let main = emulator.main();
    let account = |name: &str| json!({"attributes": {"type": "Account"}, "Name": name});
    let body = json!({"allOrNone": true, "records": [account("One"), account("")]});
    emulator.rest(&main, "POST", "composite/sobjects", Some(&body)).with(200);
    let saves = &requests(&emulator, &main, "?method=POST")[0]["saves"];
    assert_eq!((&saves[0]["result"], &saves[1]["result"]), (&json!("undone"), &json!("refused")));
    assert_eq!(saves[1]["errors"][0]["code"], "REQUIRED_FIELD_MISSING");
}

#[test]
fn an_answer_names_its_entry_and_secrets_are_shortened() {
    let emulator = Emulator::start();
    let main = emulator.main();
    let form = "grant_type=password&client_id=fauxforce-client-id&client_secret=fauxforce-client-secret\
                &username=admin%40fauxforce.test&password=wrong-password";
    let got = agent()
        .post(format!("{}/services/oauth2/token", main.base))
        .header("content-type", "application/x-www-form-urlencoded")
        .send(form)
        .expect("an answer");
    let number = got.headers()["x-fauxforce-request"].to_str().expect("a number").to_owned();
    let entry = emulator.get(&main, &format!("/_fauxforce/requests/{number}")).with(200).json();
    assert_eq!((&entry["surface"], &entry["operation"]), (&json!("OAuth"), &json!("password")));
    assert_eq!(entry["status"], 400);
    assert_eq!(entry["errors"][0]["name"], "oauth.authentication_failure");
    let body = entry["request"]["body"].as_str().expect("a body");
    assert!(body.contains("client_secret=faux…&") && body.ends_with("password=wron…"), "{body}");
    emulator.rest(&main, "GET", "limits", None).with(200);
    let newest = requests(&emulator, &main, "?limit=1");
    let whole = emulator.get(&main, &format!("/_fauxforce/requests/{}", newest[0]["id"])).json();
    let token = emulator.server.ready.first.access_token.clone().expect("a token");
    assert!(!whole.to_string().contains(&token), "{whole}");
    let har = emulator.get(&main, "/_fauxforce/requests?format=har").with(200).json();
    assert_eq!(har["log"]["version"], "1.2");
    assert_eq!(har["log"]["entries"][0]["request"]["postData"]["text"].as_str(), Some(body));
    assert!(!har.to_string().contains(&token));
}

#[test]
fn it_is_emptied_and_begins_anew_with_a_reset_and_a_fork() {
    let emulator = Emulator::start();
    let main = emulator.main();
    for _ in 0..3 {
        emulator.rest(&main, "GET", "limits", None).with(200);
    }
    assert_eq!(requests(&emulator, &main, "").len(), 3);
    assert_eq!(requests(&emulator, &main, "?after=2").len(), 1);
    let fork = emulator.server.main().fork().expect("a fork");
    assert_eq!(requests(&emulator, &To::url(fork.url()), "").len(), 0);
    emulator.delete(&main, "/_fauxforce/requests").with(204);
    assert_eq!(requests(&emulator, &main, "").len(), 0);
    emulator.rest(&main, "GET", "limits", None).with(200);
    assert_eq!(requests(&emulator, &main, "")[0]["id"], 4);
    emulator.post(&main, "/_fauxforce/reset", json!({})).with(204);
    emulator.rest(&main, "GET", "limits", None).with(200);
    assert_eq!(requests(&emulator, &main, "")[0]["id"], 1);
    emulator.get(&main, "/_fauxforce/requests/2").with(404);
}

#[test]
fn what_is_asked_wrongly_is_refused() {
    let emulator = Emulator::start();
    let main = emulator.main();
    for (query, words) in [
        ("?colour=red", "there is no parameter colour; there are after, surface,"),
        ("?limit=many", "limit=many is no number"),
        ("?status=bad", "status=bad is no status"),
        ("?format=xml", "there is no format xml"),
    ] {
        let got = emulator.get(&main, &format!("/_fauxforce/requests{query}")).with(400);
        assert!(got.text("error").starts_with(words), "{}", got.body);
    }
}

#[test]
fn without_a_journal_answers_are_those_of_the_service() {
    let emulator = Emulator::of(Server::builder().journal(0));
    let main = emulator.main();
    let token = emulator.server.ready.first.access_token.clone().expect("a token");
    let got = ureq::get(format!("{}/services/data/v62.0/limits", main.base))
        .header("authorization", format!("Bearer {token}"))
        .call()
        .expect("an answer");
    assert!(got.headers().get("x-fauxforce-request").is_none());
    let got = emulator.get(&main, "/_fauxforce/requests").with(404);
    assert_eq!(got.text("error"), "this server keeps no journal; start it without --journal 0");
}

/// The oldest make room: by number, and by the bytes of their bodies.
#[test]
fn it_keeps_the_last_entries_only() {
    let emulator = Emulator::of(Server::builder().deterministic().journal(5));
    let main = emulator.main();
    for _ in 0..9 {
        emulator.rest(&main, "GET", "limits", None).with(200);
    }
    let ids: Vec<u64> =
        requests(&emulator, &main, "").iter().filter_map(|entry| entry["id"].as_u64()).collect();
    assert_eq!(ids, [9, 8, 7, 6, 5]);
    let long = json!({"Name": "x".repeat(100_000)});
    emulator.rest(&main, "POST", "sobjects/Account", Some(&long)).with(400);
    let entry = emulator.get(&main, "/_fauxforce/requests/10").with(200).json();
    assert_eq!(
        (&entry["request"]["bodyIsCut"], &entry["request"]["bodyBytes"]),
        (&json!(true), &json!(100_011))
    );
    assert_eq!(entry["request"]["body"].as_str().map(str::len), Some(64 * 1024));
}

/// What a bulk job saves is told, too, though no request waits for it.
#[test]
fn a_bulk_job_has_entries_of_its_own() {
    let emulator = Emulator::of(Server::builder());
    let main = emulator.main();
    let job = json!({"object": "Account", "operation": "insert", "lineEnding": "LF"});
    let job = emulator.rest(&main, "POST", "jobs/ingest", Some(&job)).with(200).text("id");
    let token = emulator.server.ready.first.access_token.clone().expect("a token");
    ureq::put(format!("{}/services/data/v62.0/jobs/ingest/{job}/batches", main.base))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "text/csv")
        .send("Name\nOne\nTwo\n")
        .expect("an answer");
    emulator
        .rest(&main, "PATCH", &format!("jobs/ingest/{job}"), Some(&json!({"state": "UploadComplete"})))
        .with(200);
    let done = |state: &Value| state["state"] == "JobComplete";
    while !done(&emulator.rest(&main, "GET", &format!("jobs/ingest/{job}"), None).with(200).json()) {}
    let found = requests(&emulator, &main, "?surface=Bulk");
    let saves = found[0]["saves"].as_array().expect("saves");
    assert_eq!(saves.len(), 2, "{found:?}");
    assert_eq!(saves[1]["sent"]["Name"], "Two");
}
