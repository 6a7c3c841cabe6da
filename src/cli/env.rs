//! `fauxforce env`: what clients of a running server need in their environment.

use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

use super::control_client::ControlClient;
use super::shell_word::quoted;

/// Variables by keys of the facts of a world. curl, Python's requests and httpx, and Node trust what the last four name.
const VARIABLES: &[(&str, &str)] = &[
    ("FAUXFORCE_URL", "url"),
    ("SF_INSTANCE_URL", "url"),
    ("SF_HTTPS_URL", "httpsUrl"),
    ("SF_USERNAME", "username"),
    ("SF_PASSWORD", "password"),
    ("SF_SECURITY_TOKEN", "securityToken"),
    ("SF_CLIENT_ID", "clientId"),
    ("SF_CLIENT_SECRET", "clientSecret"),
    ("SF_REFRESH_TOKEN", "refreshToken"),
    ("SF_ACCESS_TOKEN", "accessToken"),
    ("SF_ORG_ID", "orgId"),
    ("CURL_CA_BUNDLE", "caFile"),
    ("REQUESTS_CA_BUNDLE", "caFile"),
    ("SSL_CERT_FILE", "caFile"),
    ("NODE_EXTRA_CA_CERTS", "caFile"),
];

#[derive(Debug, Args)]
pub struct Env {
    /// How the lines are written
    #[arg(long, value_enum, default_value_t = Format::Sh)]
    format: Format,

    #[command(flatten)]
    client: ControlClient,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// export NAME=value, for eval "$(fauxforce env)"
    Sh,
    /// NAME=value, for env files of containers and $GITHUB_ENV
    Dotenv,
    /// $env:NAME = 'value'
    Powershell,
    /// An object
    Json,
}

impl Env {
    /// Prints the variables of the world that is meant.
    ///
    /// # Errors
    /// One sentence when the server does not answer.
    pub fn run(self) -> Result<(), String> {
        let told = self.client.ask("GET", "worlds", None)?;
        let told: Value =
            serde_json::from_str(&told).map_err(|error| format!("no list of worlds: {error}"))?;
        let worlds = told.get("worlds").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let facts = self.client.meant(worlds).ok_or("the server has no such world")?;
        print!("{}", text(&variables(facts), self.format));
        Ok(())
    }
}

/// What is in the facts, in order.
fn variables(facts: &Value) -> Vec<(&'static str, &str)> {
    let known = VARIABLES.iter().filter_map(|(name, key)| Some((*name, facts.get(key)?.as_str()?)));
    known.collect()
}

fn text(variables: &[(&str, &str)], format: Format) -> String {
    let line = |(name, value): &(&str, &str)| match format {
        Format::Sh => format!("export {name}={}\n", quoted(value)),
        Format::Dotenv => format!("{name}={value}\n"),
        Format::Powershell => format!("$env:{name} = '{}'\n", value.replace('\'', "''")),
        Format::Json => String::new(),
    };
    if format == Format::Json {
        let map: Map<_, _> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        return format!("{:#}\n", Value::Object(map));
    }
    let lines: String = variables.iter().map(line).collect();
    let Some((_, ca)) = variables.iter().find(|(name, _)| *name == "CURL_CA_BUNDLE") else { return lines };
    if format != Format::Sh {
        return lines;
    }
    let ca = quoted(ca);
    lines
        + &format!(
            "# Java, for HTTPS: keytool -importcert -noprompt -alias fauxforce -file {ca} -keystore fauxforce.p12 \
             -storepass changeit\n\
             #   then JAVA_TOOL_OPTIONS='-Djavax.net.ssl.trustStore=fauxforce.p12 -Djavax.net.ssl.trustStorePassword=changeit'\n"
        )
}
