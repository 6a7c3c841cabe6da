//! `fauxforce saml idp`

use std::borrow::Cow;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use fauxforce::assertion::authn_request::AuthnRequest;
use fauxforce::assertion::issue::Defect;
use fauxforce::http::{Limits, listen};
use fauxforce::message::{Method, Request, Response, StatusCode};
use tokio::sync::oneshot;

use super::draft::{Draft, attribute, form_value};
use super::page::{self, LoginForm};
use super::provider::{self, Audience, Ends};

#[derive(Debug, Args)]
pub struct Idp {
    /// Name or address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    host: String,

    /// Port; 0 takes a free one
    #[arg(long, env = "FAUXFORCE_IDP_PORT", default_value_t = 7333)]
    port: u16,

    /// Address of the server that users log in to
    #[arg(long, env = "FAUXFORCE_URL", default_value = "http://localhost:7332")]
    server: String,

    /// Take issuer, audience, URL and keys from what `serve --ready-file` wrote
    #[arg(long, env = "FAUXFORCE_READY_FILE", value_name = "FILE")]
    ready_file: Option<PathBuf>,

    /// When its Responses are issued, such as 2026-01-01T00:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<jiff::Timestamp>,
}

impl Idp {
    /// Serves until Ctrl-C.
    ///
    /// # Errors
    /// One sentence for the user.
    pub fn run(self) -> Result<(), String> {
        let provider = Provider::new(&self.server, self.ready_file.as_deref(), self.at)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("cannot listen: {error}"))?;
        let listener = listen::bind(&self.host, self.port).map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        // Nobody reads it any more: no reason to fail.
        let _ = writeln!(
            std::io::stdout(),
            "identity provider  http://{address}/\nsingle sign-on     http://{address}/sso\n\nCtrl-C ends it."
        );
        let service = std::sync::Arc::new(move |request: Request| provider.respond(&request));
        let end = async { _ = tokio::signal::ctrl_c().await };
        let served = runtime.block_on(listen::run(
            listener,
            None,
            service,
            Limits::default(),
            end,
            oneshot::channel().0,
        ));
        served.map_err(|error| error.to_string())
    }
}

/// The identity provider: what it may say, to whom, in whose name.
struct Provider {
    ends: Vec<(Audience, Ends)>,
    /// When it speaks; `None` for now.
    at: Option<jiff::Timestamp>,
}

impl Provider {
    fn new(
        server: &str,
        ready_file: Option<&std::path::Path>,
        at: Option<jiff::Timestamp>,
    ) -> Result<Provider, String> {
        let (mut ends, mut missing) = (Vec::new(), String::new());
        for to in Audience::ALL {
            let found = match ready_file {
                Some(path) => provider::from_ready_file(to, path),
                None => provider::built_in(to, server),
            };
            // An org need not have communities, nor a seed all keys.
            match found {
                Ok(found) => ends.push((to, found)),
                Err(why) if missing.is_empty() => missing = why,
                Err(_) => {}
            }
        }
        if ends.is_empty() { Err(missing) } else { Ok(Provider { ends, at }) }
    }

    fn respond(&self, request: &Request) -> Response {
        match (request.path(), &request.method) {
            ("/", &Method::GET | &Method::HEAD) => self.begin(request),
            ("/sso", &Method::GET | &Method::HEAD) => self.asked(&Fields::of_query(request), true),
            ("/sso", &Method::POST) => self.asked(&Fields::of_body(request), false),
            ("/login", &Method::POST) => self.log_in(&Fields::of_body(request)),
            ("/" | "/sso" | "/login", _) => {
                Response::text(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
            }
            _ => Response::html(StatusCode::NOT_FOUND, page::refusal("There is no such page.")),
        }
    }

    fn show(&self, form: &LoginForm) -> Response {
        let known: Vec<Audience> = self.ends.iter().map(|(to, _)| *to).collect();
        Response::html(StatusCode::OK, page::login(form, &known))
    }

    fn ends(&self, to: Audience) -> Option<&Ends> {
        self.ends.iter().find(|(known, _)| *known == to).map(|(_, ends)| ends)
    }

    /// The form for a login that begins here.
    fn begin(&self, request: &Request) -> Response {
        let fields = Fields::of_query(request);
        let first = self.ends.first().map_or(Audience::Internal, |(to, _)| *to);
        let to = audience(fields.get("to")).unwrap_or(first);
        let Some(ends) = self.ends(to) else { return refuse("nobody is known by that name") };
        self.show(&LoginForm {
            acs: ends.acs.clone(),
            audience: ends.audience.clone(),
            attributes: page::example(to).to_owned(),
            name_id: Some(fields.get("name_id"))
                .filter(|id| !id.is_empty())
                .unwrap_or(page::subject(to))
                .to_owned(),
            to: Some(to),
            ..LoginForm::default()
        })
    }

    /// The form for a login that the service provider asked for.
    fn asked(&self, fields: &Fields<'_>, deflated: bool) -> Response {
        let request = match AuthnRequest::read(fields.get("SAMLRequest"), deflated) {
            Ok(request) => request,
            Err(why) => return refuse(&why),
        };
        // Both communities have one entity id; their URLs differ.
        let to = self
            .ends
            .iter()
            .filter(|(_, ends)| ends.audience == request.issuer)
            .max_by_key(|(_, ends)| common_start(&ends.acs, &request.acs))
            .map(|(to, _)| *to);
        let to = to.unwrap_or(Audience::Internal);
        self.show(&LoginForm {
            acs: request.acs,
            audience: request.issuer,
            in_response_to: request.id,
            relay_state: fields.get("RelayState").to_owned(),
            attributes: page::example(to).to_owned(),
            name_id: page::subject(to).to_owned(),
            to: Some(to),
            ..LoginForm::default()
        })
    }

    /// Says what the form says, and sends the browser on with it.
    fn log_in(&self, fields: &Fields<'_>) -> Response {
        match self.draft(fields).and_then(|draft| Ok((draft.xml()?, draft.ends.acs))) {
            Ok((xml, acs)) => {
                Response::html(StatusCode::OK, page::post(&acs, &form_value(&xml), fields.get("RelayState")))
            }
            Err(problem) => self.show(&LoginForm {
                acs: fields.get("acs").to_owned(),
                audience: fields.get("audience").to_owned(),
                in_response_to: fields.get("in_response_to").to_owned(),
                relay_state: fields.get("RelayState").to_owned(),
                name_id: fields.get("name_id").to_owned(),
                attributes: fields.get("attributes").to_owned(),
                to: audience(fields.get("to")),
                broken: fields.get("break").to_owned(),
                problem,
            }),
        }
    }

    fn draft(&self, fields: &Fields<'_>) -> Result<Draft, String> {
        let to = audience(fields.get("to")).unwrap_or(Audience::Internal);
        let mut ends = self.ends(to).cloned().ok_or("nobody is known by that name")?;
        fields.get("acs").clone_into(&mut ends.acs);
        fields.get("audience").clone_into(&mut ends.audience);
        if !ends.acs.starts_with("http://") && !ends.acs.starts_with("https://") {
            return Err("the assertion consumer URL begins with http:// or https://".to_owned());
        }
        let issued = self.at.unwrap_or_else(jiff::Timestamp::now).as_millisecond();
        let mut draft = Draft::new(ends, fields.get("name_id"), issued);
        for line in fields.get("attributes").lines().filter(|line| !line.trim().is_empty()) {
            let (name, value) = attribute(line)?;
            draft.say(&name, &value);
        }
        draft.statement.in_response_to =
            Some(fields.get("in_response_to")).filter(|id| !id.is_empty()).map(str::to_owned);
        draft.broken = Defect::from_name(fields.get("break"));
        Ok(draft)
    }
}

fn audience(name: &str) -> Option<Audience> {
    Audience::ALL.into_iter().find(|to| to.name() == name)
}

fn common_start(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

fn refuse(why: &str) -> Response {
    Response::html(StatusCode::BAD_REQUEST, page::refusal(why))
}

/// The fields of a query or a form.
struct Fields<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Fields<'a> {
    fn of_query(request: &'a Request) -> Fields<'a> {
        Fields(request.query_pairs().collect())
    }

    fn of_body(request: &'a Request) -> Fields<'a> {
        Fields(form_urlencoded::parse(&request.body).collect())
    }

    /// The first value of that name, or nothing.
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| &**value).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use fauxforce::assertion::{Expectation, Identity, Report, SKEW, verify};
    use fauxforce::message::Uri;

    use super::*;

    fn provider() -> Provider {
        Provider::new("http://localhost:7332/", None, None).expect("the built-in keys")
    }

    fn ask(method: Method, target: &str, form: &[(&str, &str)]) -> (StatusCode, String) {
        let mut request = Request::new(method, target.parse::<Uri>().expect("a target"));
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        request.body = body.into();
        let response = provider().respond(&request);
        (response.status, String::from_utf8(response.body.to_vec()).expect("UTF-8"))
    }

    /// The value of a field of a page.
    fn field(page: &str, name: &str) -> String {
        let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_default();
        let value = after.split('"').next().unwrap_or_default();
        quick_xml::escape::unescape(value).expect("escaped").into_owned()
    }

    fn believed(page: &str, to: Audience, request: Option<&str>) -> Report {
        let ends = provider::built_in(to, "http://localhost:7332").expect("built in");
        let expect = Expectation {
            issuer: ends.issuer,
            certificates: Arc::from([ends.signer.certificate]),
            audiences: vec![ends.audience],
            recipients: vec![ends.acs],
            identity: Identity::NameId,
            decryption_key: None,
            request: request.map(str::to_owned),
            organization: None,
            sites: Vec::new(),
            skew: SKEW,
        };
        let now = jiff::Timestamp::now().as_millisecond();
        verify(&expect, field(page, "SAMLResponse").as_bytes(), now)
    }

    #[test]
    fn a_login_may_begin_here() {
        let (status, page) = ask(Method::GET, "/?to=customers&name_id=cust-77", &[]);
        assert_eq!(status, StatusCode::OK);
        assert_eq!(field(&page, "acs"), "http://localhost:7332/customers/login");
        let form = [
            ("to", "customers"),
            ("name_id", &field(&page, "name_id")),
            ("acs", &field(&page, "acs")),
            ("audience", &field(&page, "audience")),
            ("attributes", "User.Email=a@b.c\r\n\r\nUser.LastName=Foo=Bar\r\n"),
            ("RelayState", "/\"home\""),
        ];
        let (_, page) = ask(Method::POST, "/login", &form);
        assert_eq!(field(&page, "RelayState"), "/\"home\"");
        let verified = believed(&page, Audience::Customers, None).outcome.expect("accepted");
        assert_eq!(verified.subject, "cust-77");
        assert_eq!(verified.attribute("User.LastName"), Some("Foo=Bar"));
    }

    #[test]
    fn a_login_may_begin_at_the_service_provider() {
        let request = "<saml2p:AuthnRequest xmlns:saml2p=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_2CAAAA\" \
             AssertionConsumerServiceURL=\"http://localhost:7332/partners/login\">\
             <saml2:Issuer xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">https://fauxforce.my.site.com</saml2:Issuer>\
             </saml2p:AuthnRequest>";
        let request = STANDARD.encode(request);
        let (status, page) = ask(Method::POST, "/sso", &[("SAMLRequest", &request), ("RelayState", "/x")]);
        assert_eq!(status, StatusCode::OK, "{page}");
        let names = ["to", "in_response_to", "acs", "audience", "RelayState"];
        let values = names.map(|name| field(&page, name));
        assert_eq!(values[..2], ["partners", "_2CAAAA"]);
        let mut form: Vec<(&str, &str)> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
        form.push(("name_id", "p-1"));
        let (_, page) = ask(Method::POST, "/login", &form);
        let report = believed(&page, Audience::Partners, Some("_2CAAAA"));
        assert_eq!(report.outcome.expect("accepted").in_response_to.as_deref(), Some("_2CAAAA"));
        form.push(("break", "unsigned"));
        let (_, page) = ask(Method::POST, "/login", &form);
        assert!(believed(&page, Audience::Partners, Some("_2CAAAA")).outcome.is_err());
    }

    #[test]
    fn mistakes_are_told() {
        let (status, _) = ask(Method::GET, "/sso?SAMLRequest=x", &[]);
        assert_eq!(status, StatusCode::BAD_REQUEST);
        let form = [("acs", "http://localhost:7332"), ("attributes", "<nonsense>")];
        let (_, page) = ask(Method::POST, "/login", &form);
        assert!(page.contains("an attribute is written Name=Value"), "{page}");
        assert!(page.contains("&lt;nonsense&gt;"));
        let (_, page) = ask(Method::POST, "/login", &[("acs", "javascript:alert(1)")]);
        assert!(page.contains("role=\"alert\""), "{page}");
    }
}
