//! A fork is whole, nobody sees what happens in another, and a world can be put back.

use fauxforce::Server;
use serde_json::{Value, json};

use super::client::{Answer, Emulator, To, user};

fn profile(emulator: &Emulator, to: &To) -> String {
    let query = "query?q=SELECT+Id+FROM+Profile+WHERE+Name='Standard+User'";
    let answer = emulator.rest(to, "GET", query, None).with(200).json();
    answer["records"][0]["Id"].as_str().expect("an id").to_owned()
}

/// What a client does: it logs in, provisions, reads, fails, runs a job.
fn script(emulator: &Emulator, to: &To) -> Vec<Answer> {
    let form = "grant_type=password&client_id=fauxforce-client-id&client_secret=fauxforce-client-secret\
                &username=admin%40fauxforce.test&password=fauxforce1";
    let mut request =
        ureq::http::Request::builder().method("POST").uri(format!("{}/services/oauth2/token", to.base));
    for (name, value) in &to.headers {
        request = request.header(name, value);
    }
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let mut answer =
        super::client::agent().run(request.body(form.to_owned()).expect("a request")).expect("an answer");
    let body = answer.body_mut().read_to_string().expect("text");
    let login = Answer { status: answer.status().as_u16(), date: String::new(), body };
    let profile = profile(emulator, to);
    let mut answers = vec![login];
    let account = emulator.rest(to, "POST", "sobjects/Account", Some(&json!({"Name": "Acme"})));
    let id = account.text("id");
    answers.push(account);
    answers.push(emulator.rest(to, "POST", "sobjects/User", Some(&user("grace", &profile))));
    answers.push(emulator.rest(to, "POST", "sobjects/User", Some(&user("grace", &profile))));
    answers.push(emulator.rest(to, "GET", &format!("sobjects/Account/{id}"), None));
    let job = json!({"object": "Contact", "operation": "insert"});
    let job = emulator.rest(to, "POST", "jobs/ingest", Some(&job)).text("id");
    answers.push(emulator.rest(to, "GET", &format!("jobs/ingest/{job}"), None));
    answers.push(emulator.rest(to, "GET", "limits", None));
    answers.push(emulator.get(to, "/_fauxforce/outbox"));
    answers.push(emulator.get(to, "/_fauxforce/clock"));
    answers
}

#[test]
fn two_forks_of_one_state_answer_one_script_with_the_same_bytes() {
    let emulator = Emulator::start();
    emulator.create(&emulator.main(), "Account", json!({"Name": "Before"}));
    let answers = |_| {
        let facts = emulator.fork(json!({"name": "twin", "port": false}));
        let answers =
            script(&emulator, &emulator.main().with("host", facts["host"].as_str().expect("a host")));
        emulator.delete(&emulator.main(), "/_fauxforce/worlds/twin").with(204);
        answers
    };
    // The first is a copy, the others may be spare copies.
    let all: Vec<_> = (0..4).map(answers).collect();
    assert!(all.iter().all(|other| *other == all[0]), "{all:#?}");
    assert_eq!(all[0].iter().map(|answer| answer.status).collect::<Vec<_>>()[..5], [200, 201, 201, 400, 200]);
}

#[test]
fn what_happens_in_a_fork_is_seen_nowhere_else() {
    let emulator = Emulator::start();
    let main = emulator.main();
    let [one, two] = [(); 2].map(|()| To::url(emulator.fork(json!({}))["url"].as_str().expect("a URL")));
    let profile = profile(&emulator, &main);
    // The same username in all of them, with the same id.
    let ids = [&one, &two, &main].map(|to| emulator.create(to, "User", user("grace", &profile)));
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    emulator.create(&one, "Account", json!({"Name": "Only here"}));
    let counts =
        [&one, &two, &main].map(|to| emulator.count(to, "SELECT Id FROM Account WHERE Name = 'Only here'"));
    assert_eq!(counts, [1, 0, 0]);
    // Metadata, sessions, faults.
    let fault = json!({"error": "REQUEST_LIMIT_EXCEEDED", "times": null});
    emulator.post(&one, "/_fauxforce/faults", fault).with(201);
    assert_eq!(emulator.rest(&one, "GET", "limits", None).status, 403);
    assert_eq!(emulator.rest(&two, "GET", "limits", None).status, 200);
    let revoke = format!("/services/oauth2/revoke?token={}", emulator.token());
    emulator.get(&two, &revoke).with(200);
    assert_eq!(emulator.rest(&two, "GET", "limits", None).status, 401);
    assert_eq!(emulator.rest(&main, "GET", "limits", None).status, 200);
    emulator.put(&two, "/_fauxforce/clock", json!({"advance": "7d"})).with(200);
    assert_ne!(emulator.now(&two), emulator.now(&main));
}

#[test]
fn a_fork_goes_on_where_its_parent_is() {
    let emulator = Emulator::start();
    let main = emulator.main();
    let first = emulator.create(&main, "Account", json!({"Name": "First"}));
    let (fork, deeper) = {
        let fork = emulator.fork(json!({"name": "one"}));
        let fork = To::url(fork["url"].as_str().expect("a URL"));
        let second = emulator.create(&fork, "Account", json!({"Name": "Second"}));
        assert!(second > first);
        // A fork of a fork, by asking the fork itself and by naming it.
        let asked = emulator.post(&fork, "/_fauxforce/worlds", json!({})).with(201).text("url");
        let named = emulator.fork(json!({"from": "one"}));
        (fork, [asked, named["url"].as_str().expect("a URL").to_owned()])
    };
    for url in deeper {
        let deeper = To::url(&url);
        assert_eq!(emulator.count(&deeper, "SELECT Id FROM Account WHERE Name IN ('First', 'Second')"), 2);
        assert_eq!(emulator.now(&deeper), emulator.now(&fork));
    }
    assert_eq!(emulator.count(&main, "SELECT Id FROM Account WHERE Name = 'Second'"), 0);
}

#[test]
fn a_reset_makes_a_world_what_it_was_when_it_was_made() {
    let emulator = Emulator::start();
    let fork = To::url(emulator.fork(json!({}))["url"].as_str().expect("a URL"));
    for to in [&emulator.main(), &fork, &fork] {
        let before = emulator.now(to);
        let bytes = emulator.get(to, "/_fauxforce/outbox");
        let answers = script(&emulator, to);
        let fault = json!({"error": "UNABLE_TO_LOCK_ROW", "object": "Account"});
        emulator.post(to, "/_fauxforce/faults", fault).with(201);
        emulator.get(to, &format!("/services/oauth2/revoke?token={}", emulator.token())).with(200);
        emulator.send(to, "POST", "/_fauxforce/reset", None).with(204);
        assert_eq!(emulator.now(to), before);
        assert_eq!(emulator.get(to, "/_fauxforce/faults").json(), json!([]));
        assert_eq!(emulator.get(to, "/_fauxforce/outbox").body, bytes.body);
        // Records, ids, sessions and random numbers, too.
        assert_eq!(script(&emulator, to), answers);
        emulator.send(to, "POST", "/_fauxforce/reset", None).with(204);
    }
}

#[test]
fn a_checkpoint_can_be_gone_back_to_and_forked() {
    let emulator = Emulator::start();
    let main = emulator.main();
    emulator.create(&main, "Account", json!({"Name": "Kept"}));
    let made = emulator.put(&main, "/_fauxforce/checkpoints/with%20one", json!({})).with(201);
    assert_eq!(made.text("name"), "with one");
    let kept = emulator.now(&main);
    emulator.create(&main, "Account", json!({"Name": "Gone"}));
    let names = "SELECT Id FROM Account WHERE Name IN ('Kept', 'Gone')";
    for _ in 0..2 {
        emulator.send(&main, "POST", "/_fauxforce/checkpoints/with%20one/restore", None).with(204);
        assert_eq!((emulator.count(&main, names), emulator.now(&main)), (1, kept.clone()));
        emulator.create(&main, "Account", json!({"Name": "Gone"}));
    }
    let fork = emulator.fork(json!({"from": "with one"}));
    assert_eq!(emulator.count(&To::url(fork["url"].as_str().expect("a URL")), names), 1);
    // Replaced under its name; a reset leaves it.
    emulator.put(&main, "/_fauxforce/checkpoints/with%20one", json!({})).with(200);
    emulator.send(&main, "POST", "/_fauxforce/reset", None).with(204);
    assert_eq!(emulator.count(&main, names), 0);
    emulator.send(&main, "POST", "/_fauxforce/checkpoints/with%20one/restore", None).with(204);
    assert_eq!(emulator.count(&main, names), 2);
    let listed = emulator.get(&main, "/_fauxforce/checkpoints").with(200).json();
    assert_eq!(listed["checkpoints"].as_array().map(Vec::len), Some(1));
    emulator.delete(&main, "/_fauxforce/checkpoints/with%20one").with(204);
    emulator.get(&main, "/_fauxforce/checkpoints/with%20one").with(404);
}

#[test]
fn a_bulk_job_goes_on_in_a_fork() {
    let emulator = Emulator::of(Server::builder());
    let main = emulator.main();
    let job = json!({"object": "Account", "operation": "insert", "lineEnding": "LF"});
    let job = emulator.rest(&main, "POST", "jobs/ingest", Some(&job)).with(200).text("id");
    // Half of a job is there when the world is forked: uploaded in the parent, closed in the fork.
    let csv = "Name\nOne\nTwo\n";
    let to = main.clone().with("authorization", &format!("Bearer {}", emulator.token()));
    let request = ureq::http::Request::builder()
        .method("PUT")
        .uri(format!("{}/services/data/v62.0/jobs/ingest/{job}/batches", to.base))
        .header("authorization", format!("Bearer {}", emulator.token()))
        .header("content-type", "text/csv");
    let answer = super::client::agent().run(request.body(csv).expect("a request")).expect("an answer");
    assert_eq!(answer.status(), 201);
    let fork = To::url(emulator.fork(json!({}))["url"].as_str().expect("a URL"));
    let close = json!({"state": "UploadComplete"});
    emulator.rest(&fork, "PATCH", &format!("jobs/ingest/{job}"), Some(&close)).with(200);
    let state =
        |to: &To| emulator.rest(to, "GET", &format!("jobs/ingest/{job}"), None).with(200).text("state");
    while !["JobComplete", "Failed"].contains(&&*state(&fork)) {
        std::thread::yield_now();
    }
    assert_eq!((state(&fork), state(&main)), ("JobComplete".into(), "Open".into()));
    assert_eq!(emulator.count(&fork, "SELECT Id FROM Account WHERE Name IN ('One', 'Two')"), 2);
}

#[test]
fn a_world_can_be_made_of_a_seed_in_the_request() {
    let emulator = Emulator::start();
    let seed = json!({
        "org": {
            "orgName": "Inline", "admin": "ada@inline.test",
            "licenses": {"Salesforce": 2},
            "connectedApps": [{"name": "Sync", "clientId": "sync", "clientSecret": "s", "callbackUrls": [], "scopes": ["api"]}],
            "logins": [{"username": "ada@inline.test", "password": "correct-horse-1"}],
        },
        "data": {
            "User": [{
                "attributes": {"referenceId": "Ada"},
                "Username": "ada@inline.test", "LastName": "Ada", "Email": "ada@inline.test", "Alias": "ada",
                "TimeZoneSidKey": "Europe/London", "LocaleSidKey": "en_GB", "EmailEncodingKey": "UTF-8",
                "LanguageLocaleKey": "en_US", "Profile": {"Name": "System Administrator"},
            }],
            "Account": {"records": [{"attributes": {"referenceId": "One"}, "Name": "Inline One", "OwnerId": "@Ada"}]},
        },
    });
    let facts = emulator.fork(json!({"name": "inline", "seed": seed}));
    assert_eq!(
        (facts["orgName"].as_str(), facts["password"].as_str()),
        (Some("Inline"), Some("correct-horse-1"))
    );
    let to = To::url(facts["url"].as_str().expect("a URL"))
        .with("authorization", &format!("Bearer {}", facts["accessToken"].as_str().expect("a session")));
    let path = "/services/data/v62.0/query?q=SELECT+Name+FROM+Account";
    let found = emulator.get(&to, path).with(200).json();
    assert_eq!(found["records"][0]["Name"], json!("Inline One"));
    // It can be put back and forked like any other.
    emulator.send(&to, "POST", "/_fauxforce/reset", None).with(204);
    assert_eq!(emulator.get(&to, path).with(200).json()["totalSize"], json!(1));
    emulator.fork(json!({"from": "inline"}));
    let mistake = json!({"org": {"orgName": 7}});
    let refused = emulator.post(&emulator.main(), "/_fauxforce/worlds", json!({"seed": mistake})).with(400);
    assert!(refused.text("error").starts_with("the seed cannot be loaded: org.json"), "{}", refused.body);
}

#[test]
fn worlds_are_listed_with_their_age_and_end() {
    let emulator = Emulator::start();
    let main = emulator.main();
    emulator.fork(json!({"name": "a"}));
    let b = emulator.fork(json!({"name": "b", "port": false, "ttl": 3600}));
    assert!(b["url"].as_str().is_some_and(|url| url.starts_with("http://b.localhost:")), "{b}");
    let listed = emulator.get(&main, "/_fauxforce/worlds").with(200).json();
    let worlds = listed["worlds"].as_array().expect("a list");
    let names: Vec<_> = worlds.iter().map(|world| world["name"].as_str().unwrap_or_default()).collect();
    assert_eq!(names, ["a", "b", "main"]);
    for world in worlds {
        assert!(world["age"].is_number() && world["lastUse"].is_string(), "{world}");
        // What the issue allows for a world is 1.5 MiB.
        assert!((100_000..1_000_000).contains(&world["memory"].as_u64().expect("bytes")), "{world}");
    }
    assert_eq!(emulator.get(&main, "/_fauxforce/worlds/b").with(200).json()["ttl"], json!(3600));
    let port =
        To::url(emulator.get(&main, "/_fauxforce/worlds/a").with(200).json()["url"].as_str().expect("a URL"));
    // A world may end itself by its own port.
    emulator.delete(&port, "/_fauxforce/worlds/a").with(204);
    emulator.delete(&main, "/_fauxforce/worlds/a").with(404);
    assert!(super::client::agent().get(format!("{}/services/data", port.base)).call().is_err());
    // Its name is free at once.
    emulator.fork(json!({"name": "a"}));
    let kept: Value = emulator.get(&main, "/_fauxforce/worlds/main").with(200).json();
    assert_eq!(kept["url"], json!(emulator.server.url));
}

#[test]
fn a_world_that_nobody_uses_ends_after_its_time() {
    let emulator = Emulator::start();
    emulator.fork(json!({"name": "brief", "ttl": 0}));
    let main = emulator.main();
    while emulator.get(&main, "/_fauxforce/worlds/brief").status == 200 {
        std::thread::yield_now();
    }
    emulator.get(&emulator.by_header("brief"), "/services/data").with(404);
}
