//! The clock of a world: what moves it, and what follows it.

use fauxforce::Server;
use serde_json::json;

use super::client::{Emulator, To};

fn set(emulator: &Emulator, to: &To, change: serde_json::Value) -> serde_json::Value {
    emulator.put(to, "/_fauxforce/clock", change).with(200).json()
}

#[test]
fn a_deterministic_clock_moves_with_writes_and_not_with_reads() {
    let emulator = Emulator::start();
    let main = emulator.main();
    let id = emulator.create(&main, "Account", json!({"Name": "One"}));
    let before = emulator.now(&main);
    for path in [
        "query?q=SELECT+Id+FROM+Case".to_owned(),
        "query?q=SELECT+Name,(SELECT+Id+FROM+Contacts)+FROM+Account".to_owned(),
        format!("sobjects/Account/{id}"),
        "sobjects/Lead/describe".to_owned(),
        "sobjects".to_owned(),
        "search?q=FIND+{One}".to_owned(),
        "limits".to_owned(),
        "sobjects/Account/00000000000000".to_owned(),
        "ui-api/object-info/PermissionSet".to_owned(),
    ] {
        emulator.rest(&main, "GET", &path, None);
        assert_eq!(emulator.now(&main), before, "{path}");
    }
    let batch = json!({"batchRequests": [{"method": "GET", "url": "v62.0/limits"}]});
    emulator.rest(&main, "POST", "composite/batch", Some(&batch)).with(200);
    emulator.get(&main, "/services/oauth2/userinfo");
    emulator.get(&main, "/_fauxforce/outbox").with(200);
    emulator.get(&main, "/login");
    assert_eq!(emulator.now(&main), before);
    emulator.rest(&main, "PATCH", &format!("sobjects/Account/{id}"), Some(&json!({"Phone": "1"}))).with(204);
    assert_eq!(
        (before.as_str(), emulator.now(&main).as_str()),
        ("2026-01-01T00:00:02Z", "2026-01-01T00:00:03Z")
    );
}

#[test]
fn the_clock_is_set_moved_stopped_and_let_go() {
    let emulator = Emulator::of(Server::builder());
    let main = emulator.main();
    let clock = emulator.get(&main, "/_fauxforce/clock").json();
    assert_eq!((&clock["frozen"], &clock["step"]), (&json!(false), &json!(null)));
    let clock = set(&emulator, &main, json!({"now": "2026-03-01T00:00:00Z", "frozen": true}));
    assert_eq!(clock, json!({"now": "2026-03-01T00:00:00Z", "frozen": true, "step": "0s"}));
    for (by, now) in [
        ("36h", "2026-03-02T12:00:00Z"),
        ("90s", "2026-03-02T12:01:30Z"),
        ("15m", "2026-03-02T12:16:30Z"),
        ("7d", "2026-03-09T12:16:30Z"),
        ("PT30S", "2026-03-09T12:17:00Z"),
        ("P1M", "2026-04-09T12:17:00Z"),
        ("P1DT2H", "2026-04-10T14:17:00Z"),
        ("-2h", "2026-04-10T12:17:00Z"),
    ] {
        assert_eq!(set(&emulator, &main, json!({"advance": by}))["now"], json!(now), "{by}");
    }
    emulator.create(&main, "Account", json!({"Name": "One"}));
    assert_eq!(emulator.now(&main), "2026-04-10T12:17:00Z");
    assert_eq!(set(&emulator, &main, json!({"step": "1500ms"}))["step"], json!("1s 500ms"));
    emulator.create(&main, "Account", json!({"Name": "Two"}));
    assert_eq!(emulator.now(&main), "2026-04-10T12:17:01.5Z");
    assert_eq!(set(&emulator, &main, json!({"step": 0}))["step"], json!("0s"));
    let clock = set(&emulator, &main, json!({"frozen": false}));
    assert!(clock["now"].as_str().is_some_and(|now| now.starts_with("2026-04-10T12:17")), "{clock}");
    assert_eq!((&clock["frozen"], &clock["step"]), (&json!(false), &json!(null)));
    // Answers have its date.
    assert!(emulator.get(&main, "/services/data").date.starts_with("Fri, 10 Apr 2026"));
}

#[test]
fn sessions_and_dates_in_queries_follow() {
    let emulator = Emulator::start();
    let main = emulator.main();
    emulator.create(&main, "Account", json!({"Name": "Old"}));
    let today = "SELECT Id FROM Account WHERE Name = 'Old' AND CreatedDate = TODAY";
    assert_eq!(emulator.count(&main, today), 1);
    // A session lives two hours; use in its second half extends it.
    for times in 0..9 {
        let of_today = emulator.count(&main, today);
        // The clock started at midnight UTC; the user is in Los Angeles, where it was four in the afternoon.
        assert_eq!(of_today, u64::from(times * 90 < 8 * 60), "{times} times 90 minutes");
        set(&emulator, &main, json!({"advance": "PT90M"}));
    }
    set(&emulator, &main, json!({"advance": "121m"}));
    assert_eq!(emulator.rest(&main, "GET", "limits", None).status, 401);
}

#[test]
fn what_cannot_be_read_changes_nothing() {
    let emulator = Emulator::start();
    let main = emulator.main();
    let before = emulator.get(&main, "/_fauxforce/clock").body;
    for wrong in [
        json!({}),
        json!({"now": "yesterday"}),
        json!({"now": "2026-03-01T00:00:00"}),
        json!({"advance": "soon"}),
        json!({"advance": "9000y"}),
        json!({"step": "-1s"}),
        json!({"step": 7}),
        json!({"step": "1s", "frozen": false}),
        json!({"now": "2027-01-01T00:00:00Z", "advance": "x"}),
        json!({"later": true}),
        json!([]),
    ] {
        let refused = emulator.put(&main, "/_fauxforce/clock", wrong.clone()).with(400);
        assert!(!refused.text("error").is_empty(), "{wrong}");
        assert_eq!(emulator.get(&main, "/_fauxforce/clock").body, before, "{wrong}");
    }
}
