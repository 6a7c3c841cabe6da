//! Logging in at the hosts that clients have built in, by the proxy: whither the answer sends them on.

use fauxforce::Server;
use tempfile::TempDir;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::emulator::{ADMIN, Answer, CLIENT, Emulator, PASSWORD, encoded, read};
use crate::fixture::changed_seed;

/// A server with HTTPS, and a client that reaches whatever it names by the proxy.
struct Proxied {
    server: Server,
    agent: Agent,
    _folders: [TempDir; 2],
}

fn start(my_domain: Option<&str>) -> Proxied {
    let seed = changed_seed(|org| org["myDomain"] = my_domain.into());
    let authority = tempfile::tempdir().expect("a folder");
    let builder = Server::builder().deterministic().ca_dir(authority.path()).seed(seed.path());
    let server = builder.start().expect("a server");
    let ca = std::fs::read(server.ca_file.as_ref().expect("a CA")).expect("a file");
    let roots = RootCerts::new_with_certs(&[Certificate::from_pem(&ca).expect("a certificate")]);
    let tls = TlsConfig::builder().root_certs(roots).build();
    let proxy = ureq::Proxy::new(&server.url).expect("a proxy");
    let config = Agent::config_builder().http_status_as_error(false).tls_config(tls).proxy(Some(proxy));
    Proxied { server, agent: config.build().into(), _folders: [seed, authority] }
}

impl Proxied {
    fn post(&self, url: &str, content_type: &str, body: &str) -> Answer {
        let request = self.agent.post(url).header("content-type", content_type).header("SOAPAction", "login");
        read(request.send(body).expect("an answer"))
    }

    fn grant(&self, host: &str) -> Answer {
        let password = [("grant_type", "password"), ("username", ADMIN), ("password", PASSWORD)];
        let url = format!("https://{host}/services/oauth2/token");
        self.post(&url, "application/x-www-form-urlencoded", &encoded(&[CLIENT, &password]))
    }
}

#[test]
fn a_host_of_all_orgs_sends_on_to_my_domain() {
    let proxied = start(Some("acme"));
    for (host, instance) in [
        ("login.salesforce.com", "https://acme.my.salesforce.com"),
        ("test.salesforce.com", "https://acme.my.salesforce.com"),
        ("acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        ("acme--uat.sandbox.my.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com"),
    ] {
        let answer = proxied.grant(host);
        assert_eq!(answer.field("instance_url"), instance);
        let id = answer.field("id");
        assert!(id.starts_with(&format!("https://{host}/id/00D")), "{id}");
        let bearer = format!("Bearer {}", answer.field("access_token"));
        for url in [id, format!("{instance}/services/data/v60.0/limits")] {
            let followed =
                proxied.agent.get(&url).header("authorization", &bearer).call().expect("an answer");
            assert_eq!(read(followed).status, 200, "{url}");
        }
    }
    let login = format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:u=\"urn:partner.soap.sforce.com\"><soapenv:Body><u:login><u:username>{ADMIN}</u:username>\
         <u:password>{PASSWORD}</u:password></u:login></soapenv:Body></soapenv:Envelope>"
    );
    let answer = proxied.post("https://login.salesforce.com/services/Soap/u/59.0", "text/xml", &login);
    assert!(
        answer.body.contains("<serverUrl>https://acme.my.salesforce.com/services/Soap/u/59.0/00D"),
        "{answer:?}"
    );
}

#[test]
fn without_my_domain_or_proxy_the_host_stays() {
    let proxied = start(None);
    assert_eq!(proxied.grant("login.salesforce.com").field("instance_url"), "https://login.salesforce.com");
    let emulator = Emulator::with(|org| org["myDomain"] = "acme".into());
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("host", "login.salesforce.com")];
    let password = [("grant_type", "password"), ("username", ADMIN), ("password", PASSWORD)];
    let answer = emulator.post("/services/oauth2/token", &headers, &encoded(&[CLIENT, &password]));
    assert_eq!(answer.field("instance_url"), "https://login.salesforce.com");
    drop(proxied.server);
}
