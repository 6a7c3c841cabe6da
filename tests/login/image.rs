//! What an earlier start has left: a server made from an image is the one made from the seed, to the byte.

use std::fs;
use std::path::Path;

use fauxforce::Server;

use super::emulator::{ADMIN, Emulator, PASSWORD, TOKEN, two_orgs};

/// What a server says in the course of a few calls, ids, times and tokens included.
fn story(emulator: &Emulator) -> Vec<String> {
    let ready = serde_json::to_value(&emulator.server.ready).expect("JSON")["accessToken"].to_string();
    let login = emulator.password_grant(ADMIN, &format!("{PASSWORD}{TOKEN}"));
    let bearer = format!("Bearer {}", login.field("access_token"));
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let get = |path: &str| emulator.get(&format!("/services/data/v59.0{path}"), &headers).line();
    let post = |path: &str, body: &str| {
        emulator.post(&format!("/services/data/v59.0/sobjects/{path}"), &headers, body).line()
    };
    vec![
        ready,
        login.field("access_token"),
        get("/query?q=SELECT+FIELDS(ALL)+FROM+User+LIMIT+200"),
        get("/query?q=SELECT+Id,Name,UserLicense.UsedLicenses,CreatedDate,CreatedById+FROM+Profile"),
        post("Account", r#"{"Name":"Made later"}"#),
        post("Contact", r#"{"LastName":"Made later"}"#),
        post("Lead", r#"{"LastName":"In a table","Company":"made later"}"#),
        post("User", "{}"),
        get("/query?q=SELECT+Id,LoginTime,Status,UserId+FROM+LoginHistory"),
        get("/query?q=SELECT+FIELDS(ALL)+FROM+Account+LIMIT+200"),
        get("/sobjects/Account/describe").replace(&emulator.server.url, "URL"),
    ]
}

fn start(ca_dir: &Path, seed: Option<&Path>, fresh: bool) -> Emulator {
    let builder = Server::builder().deterministic().ca_dir(ca_dir);
    let builder = if fresh { builder.fresh() } else { builder };
    Emulator::of(seed.into_iter().fold(builder, |builder, seed| builder.seed(seed)), None)
}

/// Fails with the first call that went otherwise.
fn assert_same(story: &[String], other: &[String]) {
    for (line, other) in story.iter().zip(other) {
        assert_eq!(line, other);
    }
}

fn images(ca_dir: &Path) -> Vec<std::path::PathBuf> {
    let folder = fs::read_dir(ca_dir.join("images"));
    let mut paths: Vec<_> = folder.into_iter().flatten().map(|file| file.expect("a file").path()).collect();
    paths.sort();
    paths
}

#[test]
fn an_image_says_what_the_seed_says() {
    let directory = tempfile::tempdir().expect("a directory");
    let fresh = story(&start(directory.path(), None, true));
    assert_eq!(images(directory.path()).len(), 1, "a start leaves an image");
    let image = &images(directory.path())[0];
    let written = fs::metadata(image).expect("a file").modified().expect("a time");
    assert_same(&story(&start(directory.path(), None, false)), &fresh);
    let now = fs::metadata(image).expect("a file").modified().expect("a time");
    assert_eq!(now, written, "what was taken from an image is not written again");
}

#[test]
fn a_damaged_image_is_made_anew() {
    let directory = tempfile::tempdir().expect("a directory");
    let fresh = story(&start(directory.path(), None, false));
    let image = images(directory.path()).remove(0);
    let whole = fs::read(&image).expect("a file");
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    for damaged in [&b""[..], &whole[..10_000], &changed] {
        fs::write(&image, damaged).expect("a file");
        assert_same(&story(&start(directory.path(), None, false)), &fresh);
        assert!(fs::read(&image).expect("a file") != damaged, "it is written again");
    }
}

#[test]
fn each_org_has_an_image_and_each_seed_its_own() {
    let directory = tempfile::tempdir().expect("a directory");
    let seed = two_orgs();
    let fresh = story(&start(directory.path(), Some(seed.path()), false));
    assert_eq!(images(directory.path()).len(), 2);
    assert_same(&story(&start(directory.path(), Some(seed.path()), false)), &fresh);
    let org_file = seed.path().join("org.json");
    let text = fs::read_to_string(&org_file).expect("org.json");
    fs::write(&org_file, text.replace("\"orgName\": \"fauxforce\"", "\"orgName\": \"other\""))
        .expect("org.json");
    start(directory.path(), Some(seed.path()), false);
    assert_eq!(images(directory.path()).len(), 4);
}
