//! A package's components are made and changed, and those that its destructive changes name deleted.
//! Sources: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_deploy.htm>,
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_deploy_deleting_files.htm>

use std::collections::BTreeSet;

use super::super::component::{How, delete_one, save_one};
use super::super::elements::{self, Misplaced};
use super::super::tree::Broken;
use super::files::{Files, component_at, path};
use super::manifest::{MANIFEST, Manifest};
use crate::dml::Call;
use crate::error_entry::declare_errors;
use crate::metadata::component_type::ComponentType;
use crate::metadata::tree::Node;
use crate::model::fault::{Fault, StatusCode};
use crate::model::id::Id;
use crate::store::StoreError;

/// What the request asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DeployOptions {
    /// Nothing stays; the answer is as if.
    pub check_only: bool,
    /// One failure undoes all.
    pub rollback_on_error: bool,
    pub ignore_warnings: bool,
    /// A member without a file is only worth a warning.
    pub allow_missing_files: bool,
    /// Told as they were asked for; they change nothing.
    pub purge_on_delete: bool,
    pub single_package: bool,
    pub test_level: Option<String>,
    pub run_tests: Vec<String>,
}

/// How a component fared.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub file: String,
    pub full_name: String,
    /// Empty for the manifest.
    pub kind: String,
    pub created: bool,
    pub deleted: bool,
    pub id: Option<Id>,
    pub problem: Option<Problem>,
}

/// What is wrong with a component.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub text: String,
    pub warning: bool,
    /// 1-based.
    pub line: Option<usize>,
}

/// How a package fared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Deployed {
    pub messages: Vec<Message>,
    /// Types that the package names and that are not emulated.
    pub unknown_types: Vec<String>,
}

impl Message {
    /// Whether the component is not as it should be.
    pub fn failed(&self) -> bool {
        self.problem.as_ref().is_some_and(|problem| !problem.warning)
    }
}

impl Deployed {
    /// Components that failed.
    pub fn errors(&self) -> usize {
        self.messages.iter().filter(|message| message.failed()).count()
    }

    /// Components besides the manifest.
    pub fn total(&self) -> usize {
        self.messages.iter().filter(|message| message.file != MANIFEST).count()
    }
}

/// The root element of lists of components.
const PACKAGE: &str = "Package";
/// The files that name what is to be deleted, before and after the rest.
const BEFORE: &str = "destructiveChangesPre.xml";
const AFTER: [&str; 2] = ["destructiveChanges.xml", "destructiveChangesPost.xml"];

/// One component of the files.
struct Part {
    kind: ComponentType,
    full_name: String,
    file: String,
    line: usize,
    node: Node,
}

/// Deploys a package. `newest` is the newest API version that there is.
///
/// # Errors
/// A store that failed.
pub fn deploy(call: Call, files: &Files, options: &DeployOptions, newest: u32) -> Result<Deployed, Fault> {
    let mut deployed = Deployed::default();
    let work = || {
        run(call, files, options, newest, &mut deployed);
        let failed = deployed.errors() > 0;
        if options.check_only || (failed && options.rollback_on_error) { Err(Stop::Undone) } else { Ok(()) }
    };
    match call.org.redefine(work) {
        Ok(()) => {
            call.org.find_sites()?;
            call.org.send_mails(call.environment);
        }
        // Components that had no time left are no mistakes of the package.
        Err(Stop::Undone) => call.org.check_deadline()?,
        Err(Stop::Store(error)) => return Err(error.into()),
    }
    Ok(deployed)
}

/// Why a package leaves nothing behind.
enum Stop {
    Undone,
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Store(error)
    }
}

fn run(call: Call, files: &Files, options: &DeployOptions, newest: u32, deployed: &mut Deployed) {
    let Some(text) = files.get(MANIFEST) else {
        return deployed.refuse(MANIFEST, MANIFEST, "", &no_package().message, None);
    };
    let Some(manifest) = deployed.list(MANIFEST, text) else { return };
    if let Some(problem) = no_version(manifest.version.as_deref().unwrap_or_default(), newest) {
        return deployed.refuse(MANIFEST, MANIFEST, "", &problem, Some(1));
    }
    let (parts, broken) = deployed.parts(files);
    deployed.manifest();
    deployed.delete(call, files, BEFORE);
    let mut found = BTreeSet::new();
    for kind in ComponentType::ALL {
        for part in parts.iter().filter(|part| part.kind == kind) {
            if manifest.has(kind, &part.full_name) || whole_object(&manifest, part) {
                found.insert((kind, part.full_name.clone()));
                deployed.save(call, part);
            } else if kind != ComponentType::CustomObject {
                deployed.warn(&part.file, &part.full_name, kind.name(), &not_in_package().message);
            }
        }
        for member in manifest.members(kind).filter(|member| *member != super::manifest::ALL) {
            let file = match kind.part_of_object() {
                Some(_) => (ComponentType::CustomObject, object_of(member)),
                None => (kind, member.as_str()),
            };
            if found.contains(&(kind, member.clone())) || broken.contains(&file) {
                continue;
            }
            let problem = not_in_archive(member, kind.name()).message;
            match options.allow_missing_files {
                true => deployed.warn(MANIFEST, member, kind.name(), &problem),
                false => deployed.refuse(MANIFEST, member, kind.name(), &problem, None),
            }
        }
    }
    for file in AFTER {
        deployed.delete(call, files, file);
    }
}

/// What is wrong with the version of a `package.xml`.
/// <https://github.com/forcedotcom/source-deploy-retrieve/pull/684>,
/// <https://github.com/RoseSilverSoftware/IlluminatedCloud/issues/275>
fn no_version(version: &str, newest: u32) -> Option<String> {
    let number = version.strip_suffix(".0").unwrap_or(version).parse::<u32>();
    match number {
        _ if version.is_empty() => Some(no_version_specified().message),
        Ok(number) if number <= newest => None,
        _ => Some(invalid_version(version).message),
    }
}

/// A part goes with its object.
fn whole_object(manifest: &Manifest, part: &Part) -> bool {
    part.kind.part_of_object().is_some()
        && manifest.has(ComponentType::CustomObject, object_of(&part.full_name))
}

fn object_of(full_name: &str) -> &str {
    full_name.split('.').next().unwrap_or_default()
}

impl Deployed {
    fn manifest(&mut self) {
        if !self.messages.iter().any(|message| message.file == MANIFEST) {
            self.messages.push(message(MANIFEST, MANIFEST, ""));
        }
    }

    fn refuse(&mut self, file: &str, full_name: &str, kind: &str, text: &str, line: Option<usize>) {
        let problem = Problem { text: text.to_owned(), warning: false, line };
        self.messages.push(Message { problem: Some(problem), ..message(file, full_name, kind) });
    }

    fn warn(&mut self, file: &str, full_name: &str, kind: &str, text: &str) {
        let problem = Problem { text: text.to_owned(), warning: true, line: None };
        self.messages.push(Message { problem: Some(problem), ..message(file, full_name, kind) });
    }

    /// The components of all files, and of which files that cannot be read.
    fn parts<'f>(&mut self, files: &'f Files) -> (Vec<Part>, BTreeSet<(ComponentType, &'f str)>) {
        let (mut parts, mut broken) = (Vec::new(), BTreeSet::new());
        for (file, text) in files.iter().filter(|(file, _)| !is_manifest(file)) {
            let Some((kind, name)) = component_at(file) else { continue };
            match read(text, kind.name()) {
                Ok(node) => parts.extend(pieces(file, text, kind, name, node)),
                Err(Broken { what, at }) => {
                    let problem = unreadable_file(&what).message;
                    self.refuse(file, name, kind.name(), &problem, Some(line_of(text, at)));
                    broken.insert((kind, name));
                }
            }
        }
        (parts, broken)
    }

    fn save(&mut self, call: Call, part: &Part) {
        let Part { kind, full_name, file, line, node } = part;
        match call.org.redefine(|| save_one(call, How::Upsert, *kind, full_name, node)) {
            Ok(created) => {
                let listed = super::super::component::list(call.org, *kind).unwrap_or_default();
                let id = listed.into_iter().find(|listed| listed.full_name == *full_name).and_then(|l| l.id);
                self.messages.push(Message { created, id, ..message(file, full_name, kind.name()) });
            }
            Err(fault) => self.refuse(file, full_name, kind.name(), &fault.message, Some(*line)),
        }
    }

    /// Reads a list of components. Types that are not emulated are refused one by one.
    fn list(&mut self, file: &str, text: &str) -> Option<Manifest> {
        let manifest = match read(text, PACKAGE) {
            Ok(node) => Manifest::of(&node),
            Err(Broken { what, at }) => {
                self.refuse(file, file, "", &unreadable_file(&what).message, Some(line_of(text, at)));
                return None;
            }
        };
        for (name, _) in manifest.types.iter().filter(|(name, _)| ComponentType::named(name).is_none()) {
            let problem = unknown_type_in(name, file).message;
            self.refuse(file, name, "", &problem, None);
            self.unknown_types.push(name.clone());
        }
        Some(manifest)
    }

    fn delete(&mut self, call: Call, files: &Files, list: &str) {
        let Some(manifest) = files.get(list).and_then(|text| self.list(list, text)) else { return };
        // Parts go before what they are a part of.
        for kind in ComponentType::ALL.into_iter().rev() {
            for member in manifest.members(kind) {
                match call.org.redefine(|| delete_one(call, kind, member)) {
                    Ok(()) => {
                        let done = Message { deleted: true, ..message(list, member, kind.name()) };
                        self.messages.push(done);
                    }
                    Err(fault) if fault.code == StatusCode::INVALID_CROSS_REFERENCE_KEY => {
                        self.warn(list, member, kind.name(), &nothing_to_delete(kind.name(), member).message);
                    }
                    Err(fault) => self.refuse(list, member, kind.name(), &fault.message, None),
                }
            }
        }
    }
}

fn message(file: &str, full_name: &str, kind: &str) -> Message {
    Message {
        file: file.to_owned(),
        full_name: full_name.to_owned(),
        kind: kind.to_owned(),
        created: false,
        deleted: false,
        id: None,
        problem: None,
    }
}

fn is_manifest(file: &str) -> bool {
    file == MANIFEST || file == BEFORE || AFTER.contains(&file)
}

/// A file's component, and those that stand in it.
fn pieces(file: &str, text: &str, kind: ComponentType, name: &str, mut node: Node) -> Vec<Part> {
    let mut parts = Vec::new();
    for part in [ComponentType::CustomField, ComponentType::RecordType]
        .into_iter()
        .filter(|_| kind == ComponentType::CustomObject)
    {
        let element = part.part_of_object().unwrap_or_default();
        let (own, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut node.children).into_iter().partition(|child| child.name == element);
        node.children = rest;
        parts.extend(own.into_iter().map(|node| Part {
            kind: part,
            full_name: format!("{name}.{}", node.full_name()),
            file: path(part, name),
            line: line_of(text, node.at),
            node,
        }));
    }
    let line = line_of(text, node.at);
    parts.insert(0, Part { kind, full_name: name.to_owned(), file: file.to_owned(), line, node });
    parts
}

/// A file whose root is an element of that type, and that has no elements that the type does not have.
fn read(text: &str, kind: &str) -> Result<Node, Broken> {
    let node = Node::parse(text)?;
    let misplaced = match node.name == kind {
        true => elements::check(kind, &node).err(),
        false => Some(Misplaced {
            element: node.name.clone(),
            kind: kind.to_owned(),
            at: node.at,
            how: elements::How::Unknown,
        }),
    };
    match misplaced {
        Some(misplaced) => Err(Broken { at: misplaced.at, what: misplaced.text() }),
        None => Ok(node),
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

declare_errors! {
    fn as Package "deploy";

    /// the archive has no `package.xml`
    no_package() = "", "No package.xml found", Seen "public issues of the Salesforce CLI";

    /// `package.xml` says no version
    no_version_specified() = "",
        "No version specified", Seen "https://github.com/forcedotcom/source-deploy-retrieve/pull/684";

    /// the version of `package.xml` is none of the API's
    invalid_version(version: &str) = "",
        "Invalid version specified:{version}",
        Seen "https://github.com/RoseSilverSoftware/IlluminatedCloud/issues/275";

    /// a file of the archive is not named in `package.xml`: a warning
    not_in_package() = "", "Not in package.xml", Seen "public issues of the Salesforce CLI";

    /// `package.xml` names a component that no file has: a warning with `allowMissingFiles`
    not_in_archive(member: &str, kind: &str) = "",
        "An object '{member}' of type {kind} was named in package.xml, but was not found in zipped directory",
        Seen "public issues of the Salesforce CLI";

    /// a file of the archive is no XML, or has an element where none may be: in the words of the parser
    unreadable_file(what: &str) = "", "Error parsing file: {what}", Seen "public issues of the Salesforce CLI";

    /// `package.xml` or a list of deletions names a type that there is not, or that is not emulated
    unknown_type_in(name: &str, file: &str) = "",
        "Unknown type name '{name}' specified in {file}", Seen "public issues of the Salesforce CLI";

    /// a list of deletions names a component that is not there: a warning
    nothing_to_delete(kind: &str, member: &str) = "",
        "No {kind} named: {member} found", Seen "public issues of the Salesforce CLI";
}
