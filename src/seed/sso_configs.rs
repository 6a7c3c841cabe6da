//! The single sign-on configurations of a seed: `ssoConfigs` of `org.json`, and `*.samlssoconfig-meta.xml` of
//! `force-app/`.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_samlssoconfig.htm>

use serde_json::{Map, Value as Json};

use super::named_records;
use super::org_file::{HandlerFile, OneOrMore, OrgFile, PATH, SsoConfigFile};
use super::seed_error::{SeedError, json_error, line_at};
use super::seed_files::Seed;
use crate::assertion::Certificate;
use crate::dml::{Call, RecordInput, insert_as_platform, insert_given};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::value::{Input, Raw, Value};
use crate::org::Org;
use crate::org::connected_app::SeedFile;
use crate::org::sso_config::{ConfigKeys, HandlerRules, INTERNAL, JitHandler, SsoSeed};

/// What names a metadata file of a configuration.
pub(super) const SUFFIXES: [&str; 2] = [".samlssoconfig-meta.xml", ".samlssoconfig"];

/// Inserts a row of ApexClass for each handler, and one of SamlSsoConfig for each configuration.
pub(super) fn load(call: Call, seed: &Seed, file: &OrgFile) -> Result<(), SeedError> {
    for handler in &file.saml_jit_handlers {
        class(call, &handler.class).map_err(|fault| at(file, &handler.class, &fault))?;
    }
    for config in configs(seed, file)? {
        save(call, seed, file, &config).or_else(|mistake| seed.note(mistake))?;
    }
    Ok(())
}

fn save(call: Call, seed: &Seed, file: &OrgFile, config: &Source) -> Result<(), SeedError> {
    let sent = sent(call, seed, file, config)?;
    insert_given(call, &sent).map(drop).map_err(|faults| match faults.first() {
        Some(fault) => {
            let SeedError { expected, .. } = SeedError::of_record_fault(PATH, 0, fault, &sent.object);
            SeedError { expected, ..config.mistake(file, fault) }
        }
        None => file.mistake(&config.file.name, "the configuration cannot be saved", ""),
    })
}

/// Handlers and keys, which are no records.
pub(super) fn besides_records(seed: &Seed, org: &Org, file: &OrgFile) -> Result<SsoSeed, SeedError> {
    let mut keys = Vec::new();
    for config in configs(seed, file)? {
        let failed = |fault: Fault| config.mistake(file, &fault);
        let object = org.standard("SamlSsoConfig").map_err(failed)?;
        let name = Value::from(config.developer_name());
        let Some(id) = org.ids_where(&object, "DeveloperName", &name, 1).map_err(failed)?.first().copied()
        else {
            continue;
        };
        org.find_sites().map_err(failed)?;
        let known = |page: &&String| {
            *page == INTERNAL || org.sites.iter().any(|site| site.path.eq_ignore_ascii_case(page))
        };
        if let Some(page) = config.file.login_pages.iter().flatten().find(|page| !known(page)) {
            let what = format!("there is no login page {page:?}");
            return Err(file.mistake(page, what, "internal, or the urlPathPrefix of a network"));
        }
        keys.push(config.keys(seed, file, id)?);
    }
    Ok(SsoSeed { handlers: file.saml_jit_handlers.iter().map(handler).collect(), keys })
}

/// A configuration and where it stands.
struct Source {
    /// `None` in `org.json`.
    path: Option<String>,
    file: SsoConfigFile,
}

impl Source {
    fn developer_name(&self) -> &str {
        self.file.full_name.as_deref().unwrap_or(&self.file.name)
    }

    fn mistake(&self, file: &OrgFile, fault: &Fault) -> SeedError {
        match &self.path {
            Some(path) => SeedError::of_fault(path, 0, fault),
            None => at(file, &self.file.name, fault),
        }
    }

    fn keys(&self, seed: &Seed, file: &OrgFile, config: Id) -> Result<ConfigKeys, SeedError> {
        let decryption_certificate =
            self.file.decryption_certificate.as_deref().map(|path| needed(seed, file, path)).transpose()?;
        Ok(ConfigKeys {
            config,
            login_pages: self.file.login_pages.clone(),
            idp_certificate: seed_file(seed, &self.file.validation_cert),
            idp_key: key_beside(seed, &self.file.validation_cert),
            decryption_key: decryption_certificate.as_ref().and_then(|file| key_beside(seed, &file.path)),
            decryption_certificate,
        })
    }
}

fn configs(seed: &Seed, file: &OrgFile) -> Result<Vec<Source>, SeedError> {
    let mut configs: Vec<Source> =
        file.sso_configs.iter().map(|config| Source { path: None, file: config.clone() }).collect();
    for (path, text) in seed.files.iter().filter(|(path, _)| path.starts_with("force-app/")) {
        let Some(stem) = SUFFIXES.iter().find_map(|suffix| path.strip_suffix(suffix)) else { continue };
        let mut file = metadata(path, text)?;
        let name = stem.rsplit('/').next().unwrap_or(stem);
        file.full_name.get_or_insert_with(|| name.to_owned());
        configs.push(Source { path: Some(path.clone()), file });
    }
    Ok(configs)
}

/// Reads a metadata file: the elements are the keys of `ssoConfigs`.
fn metadata(path: &str, text: &str) -> Result<SsoConfigFile, SeedError> {
    let broken = |error: roxmltree::Error| SeedError {
        file: path.to_owned(),
        line: error.pos().row as usize,
        what: error.to_string(),
        expected: "well-formed XML".to_owned(),
    };
    let document = roxmltree::Document::parse(text).map_err(broken)?;
    let root = document.root_element();
    if root.tag_name().name() != "SamlSsoConfig" {
        return Err(SeedError::whole(path, "the root element is another", "SamlSsoConfig"));
    }
    let mut keys = Map::new();
    for element in root.children().filter(roxmltree::Node::is_element) {
        let value = match element.text().unwrap_or_default().trim() {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            text => Json::String(text.to_owned()),
        };
        keys.insert(element.tag_name().name().to_owned(), value);
    }
    serde_json::from_value(Json::Object(keys)).map_err(|error| {
        let SeedError { what, expected, .. } = json_error(path, &error);
        SeedError { file: path.to_owned(), line: line_at(text, root.range().start), what, expected }
    })
}

fn sent(call: Call, seed: &Seed, file: &OrgFile, config: &Source) -> Result<RecordInput, SeedError> {
    let failed = |fault: Fault| config.mistake(file, &fault);
    let from = &config.file;
    let certificate = match seed.file(&from.validation_cert) {
        Some(pem) => Certificate::from_text(pem).map(|certificate| certificate.base64()).map_err(|bad| {
            file.mistake(
                &from.validation_cert,
                format!("{}: {bad}", from.validation_cert),
                "a PEM certificate",
            )
        })?,
        None if is_path(&from.validation_cert) => {
            let what = format!("the seed has no file {}", from.validation_cert);
            let expected = "the path of a PEM certificate from the seed's folder, or base64";
            let mistake = file.mistake(&from.validation_cert, what, expected);
            return Err(match &config.path {
                Some(path) => SeedError { file: path.clone(), line: 0, ..mistake },
                None => mistake,
            });
        }
        None => from.validation_cert.split_ascii_whitespace().collect(),
    };
    let handler =
        from.saml_jit_handler_id.as_deref().map(|name| class(call, name)).transpose().map_err(failed)?;
    let execution_user = from
        .execution_user_id
        .as_deref()
        .map(|username| named_records::user(call.org, file, username))
        .transpose()?;
    let mut fields = vec![
        field("DeveloperName", Some(config.developer_name())),
        field("MasterLabel", Some(&from.name)),
        field("Version", Some(&from.saml_version)),
        field("Issuer", Some(&from.issuer)),
        field("Audience", Some(&from.saml_entity_id)),
        field("ValidationCert", Some(&certificate)),
        field("IdentityMapping", Some(&from.identity_mapping)),
        field("IdentityLocation", Some(&from.identity_location)),
        field("AttributeName", from.attribute_name.as_deref()),
        field("AttributeFormat", from.attribute_name_id_format.as_deref()),
        field("LoginUrl", from.login_url.as_deref()),
        field("LogoutUrl", from.logout_url.as_deref()),
        field("ErrorUrl", from.error_url.as_deref()),
        field("SingleLogoutUrl", from.single_logout_url.as_deref()),
        field("SingleLogoutBinding", from.single_logout_binding.as_deref()),
        field("RequestSignatureMethod", from.request_signature_method.as_deref()),
        field("SamlJitHandlerId", handler.as_ref().map(Id::as_str)),
        field("ExecutionUserId", execution_user.as_ref().map(Id::as_str)),
    ];
    for (name, value) in [
        ("OptionsSpInitBinding", from.redirect_binding),
        ("OptionsUserProvisioning", from.user_provisioning),
        ("OptionsUseConfigRequestMethod", from.use_config_request_method),
        ("OptionsUseSameDigestAlgoForSigning", from.use_same_digest_algo_for_signing),
    ] {
        fields.push((name.to_owned(), Input::new(Raw::Bool(value))));
    }
    let object = call.org.standard("SamlSsoConfig").map_err(failed)?;
    Ok(RecordInput { object, id: None, fields })
}

/// Whether a certificate is meant by its file: it has what base64 has not.
fn is_path(certificate: &str) -> bool {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "+/=".contains(c);
    !certificate.chars().all(is_base64)
}

fn field(name: &str, value: Option<&str>) -> (String, Input) {
    let raw = value.map_or(Raw::Null, |value| Raw::Text(value.to_owned()));
    (name.to_owned(), Input::new(raw))
}

/// The class of a name, made if it is not there.
fn class(call: Call, name: &str) -> Result<Id, Fault> {
    let object = call.org.standard("ApexClass")?;
    match call.org.ids_where(&object, "Name", &name.into(), 1)?.first() {
        Some(id) => Ok(*id),
        None => {
            let fields = [
                ("Name", Value::from(name)),
                ("ApiVersion", Value::Double(66.0)),
                ("Status", Value::from("Active")),
                ("IsValid", Value::Bool(true)),
            ];
            insert_as_platform(call, "ApexClass", &fields)
        }
    }
}

fn handler(file: &HandlerFile) -> JitHandler {
    let rules = HandlerRules {
        fields: lists(&file.fields),
        defaults: file.defaults.clone(),
        matches: lists(&file.matches),
        required: file.required.clone(),
    };
    let class = file.class.clone();
    JitHandler { class, rules: (rules != HandlerRules::default()).then_some(rules) }
}

fn lists(
    from: &std::collections::BTreeMap<String, OneOrMore>,
) -> std::collections::BTreeMap<String, Vec<String>> {
    let list = |values: &OneOrMore| match values {
        OneOrMore::One(value) => vec![value.clone()],
        OneOrMore::More(values) => values.clone(),
    };
    from.iter().map(|(key, values)| (key.clone(), list(values))).collect()
}

fn seed_file(seed: &Seed, path: &str) -> Option<SeedFile> {
    seed.file(path).map(|text| SeedFile { path: seed.path(path), text: text.to_owned() })
}

fn needed(seed: &Seed, file: &OrgFile, path: &str) -> Result<SeedFile, SeedError> {
    seed_file(seed, path)
        .ok_or_else(|| file.mistake(path, format!("the seed has no file {path}"), "a PEM certificate"))
}

/// The file with the same name and the ending `.key`.
fn key_beside(seed: &Seed, path: &str) -> Option<SeedFile> {
    let (stem, _) = path.rsplit_once('.')?;
    seed_file(seed, &format!("{stem}.key"))
}

fn at(file: &OrgFile, text: &str, fault: &Fault) -> SeedError {
    SeedError::of_fault(PATH, file.mistake(text, "", "").line, fault)
}
