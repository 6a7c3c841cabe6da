//! Seeds for tests: the default one, changed.

use fauxforce::seed::Seed;

/// The default seed with another `org.json` and more files, or others.
pub fn seed_with(change: impl Fn(String) -> String, more: &[(&str, &str)]) -> Seed {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/default");
    let text = |path: &str| std::fs::read_to_string(folder.join(path)).expect("a file of the default seed");
    let data = ["plan.json", "UserRole.json", "User.json", "Account.json", "PermissionSetAssignment.json"];
    let mut files: Vec<(String, String)> =
        data.iter().map(|name| (format!("data/{name}"), text(&format!("data/{name}")))).collect();
    for key in ["keys/jwt.crt", "keys/jwt.key", "keys/idp-internal.crt", "keys/idp-communities.crt"] {
        files.push((key.to_owned(), text(key)));
    }
    files.push(("org.json".to_owned(), change(text("org.json"))));
    for object in ["Account", "Contact", "User"] {
        let path = format!("force-app/main/default/objects/{object}/fields/External_Id__c.field-meta.xml");
        files.push((path.clone(), text(&path)));
    }
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    Seed::from_files(files.chain(more.iter().copied()))
}
