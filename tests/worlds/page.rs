//! The first example of `docs/testing.md`, as it stands there.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::client::Emulator;

#[test]
fn the_shortest_test_runs_as_it_is_written() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/testing.md");
    let page = fs::read_to_string(page).expect("the page");
    let script = page.split("```sh\n").nth(1).and_then(|block| block.split("```").next()).expect("a block");
    let emulator = Emulator::start();
    let folder = tempfile::tempdir().expect("a folder");
    let run = |expected: &str| {
        fs::write(folder.path().join("expected.txt"), expected).expect("a file");
        let ran = Command::new("bash")
            .args(["-e", "-o", "pipefail", "-c", script])
            .current_dir(folder.path())
            .env("SERVER", &emulator.server.url)
            .output()
            .expect("bash runs");
        (ran.status.success(), String::from_utf8(ran.stdout).expect("text"))
    };
    let right =
        "+ Account Acme (A-1)\n    CreatedBy: admin@fauxforce.test\n    Owner: admin@fauxforce.test\n";
    assert_eq!(run(right), (true, String::new()));
    let (success, difference) = run("+ Account Other\n");
    assert!(!success && difference.contains("> + Account Acme (A-1)"), "{difference}");
}
