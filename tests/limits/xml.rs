//! Whatever is stored, the XML of every surface can be read.

use fauxforce::Server;
use proptest::prelude::*;
use roxmltree::Document;
use serde_json::{Value, json};
use ureq::{Agent, http};

struct Emulator {
    server: Server,
    agent: Agent,
    token: String,
}

impl Emulator {
    fn start() -> Emulator {
        let server = Server::builder().deterministic().without_https().start().expect("a server");
        let token = server.ready.first.access_token.clone().expect("a token");
        let agent = Agent::config_builder().http_status_as_error(false).build().new_agent();
        Emulator { server, agent, token }
    }

    fn send(&self, method: &str, path: &str, media_type: &str, accept: &str, body: &str) -> String {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.server.url))
            .header("authorization", format!("Bearer {}", self.token))
            .header("x-sfdc-session", &self.token)
            .header("soapaction", "\"\"")
            .header("content-type", media_type)
            .header("accept", accept)
            .body(body.to_owned())
            .expect("a request");
        self.agent.run(request).expect("an answer").body_mut().read_to_string().expect("UTF-8")
    }

    fn json(&self, path: &str, body: &Value) -> String {
        self.send("POST", path, "application/json", "application/json", &body.to_string())
    }

    /// An answer in XML.
    fn xml(&self, method: &str, path: &str, media_type: &str, body: &str) -> String {
        let answer = self.send(method, path, media_type, "application/xml", body);
        let bare: String = answer.chars().take(2000).collect();
        assert!(
            Document::parse(&answer).is_ok(),
            "{method} {path}: {:?}: {bare:?}",
            Document::parse(&answer)
        );
        answer
    }

    fn soap(&self, body: &str) -> String {
        let envelope = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:partner.soap.sforce.com\">\
             <e:Header><SessionHeader><sessionId>{}</sessionId></SessionHeader></e:Header><e:Body>{body}</e:Body>\
             </e:Envelope>",
            self.token
        );
        self.xml("POST", "/services/Soap/u/59.0", "text/xml", &envelope)
    }
}

/// The text of the first element of that name.
fn text_of(answer: &str, name: &str) -> String {
    let document = Document::parse(answer).expect("XML");
    let found = document.descendants().find(|node| node.tag_name().name() == name);
    found.and_then(|node| node.text()).unwrap_or_else(|| panic!("no {name}: {answer}")).to_owned()
}

/// What XML can hold of a text, and what of it the store keeps.
fn expected(text: &str) -> String {
    let fits = |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(fits).collect()
}

fn everywhere(emulator: &Emulator, text: &str) {
    let last_name = format!("a{text}b");
    let made: Value = serde_json::from_str(
        &emulator.json("/services/data/v62.0/sobjects/Contact", &json!({ "LastName": last_name })),
    )
    .expect("JSON");
    let id = made["id"].as_str().unwrap_or_else(|| panic!("{made}"));
    let expected = expected(&last_name);
    let query = format!("SELECT Id, LastName FROM Contact WHERE Id = '{id}'");
    let encoded = query.replace(' ', "+");
    let answers = [
        emulator.xml("GET", &format!("/services/data/v62.0/sobjects/Contact/{id}"), "text/plain", ""),
        emulator.xml("GET", &format!("/services/data/v62.0/query?q={encoded}"), "text/plain", ""),
        emulator.soap(&format!("<query><queryString>{query}</queryString></query>")),
    ];
    for answer in answers {
        assert_eq!(text_of(&answer, "LastName"), expected);
    }
    // Errors repeat what was sent.
    let wrong = json!({ "LastName": last_name, "Email": last_name, "AccountId": last_name, "FirstName": last_name.repeat(40) });
    emulator.send(
        "POST",
        "/services/data/v62.0/sobjects/Contact",
        "application/json",
        "application/xml",
        &wrong.to_string(),
    );
    let refused = emulator.send(
        "POST",
        "/services/data/v62.0/sobjects/Contact",
        "application/json",
        "application/xml",
        &json!({ "LastName": last_name, "Email": last_name }).to_string(),
    );
    assert!(Document::parse(&refused).is_ok() && refused.contains("INVALID_EMAIL_ADDRESS"), "{refused:?}");
    // Rows of a query and outcomes of an ingest, as the Bulk API has them.
    let bulk = "/services/async/62.0/job";
    let job = |operation: &str, kind: &str| {
        let settings = format!(
            "<jobInfo xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\"><operation>{operation}</operation>\
             <object>Contact</object><contentType>{kind}</contentType></jobInfo>"
        );
        format!("{bulk}/{}", text_of(&emulator.xml("POST", bulk, "application/xml", &settings), "id"))
    };
    let results = |job: &str, media_type: &str, content: &str| {
        let batch = emulator.send("POST", &format!("{job}/batch"), media_type, "application/xml", content);
        let batch = format!("{job}/batch/{}", text_of(&batch, "id"));
        emulator.xml("GET", &batch, "application/xml", "");
        format!("{batch}/result")
    };
    let result = results(&job("query", "XML"), "application/xml", &query);
    let place = text_of(&emulator.xml("GET", &result, "application/xml", ""), "result");
    let rows = emulator.xml("GET", &format!("{result}/{place}"), "application/xml", "");
    assert_eq!(text_of(&rows, "LastName"), expected);
    let xml = format!(
        "<sObjects xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\"><sObject><LastName>x</LastName><Email>a{}b</Email>\
         </sObject></sObjects>",
        text.replace(['<', '&'], "").replace("]]>", "")
    );
    let result = results(&job("insert", "XML"), "application/xml", &xml);
    emulator.send("GET", &result, "application/xml", "application/xml", "");
    // Refusals, among them those of paths and names.
    let segment: String =
        form_urlencoded::byte_serialize(last_name.as_bytes()).collect::<String>().replace('+', "%20");
    emulator.xml("GET", &format!("{bulk}/{segment}"), "application/xml", "");
    emulator.xml("GET", &format!("/services/data/v62.0/sobjects/Contact/{segment}"), "text/plain", "");
    emulator.xml(
        "GET",
        &format!("/services/data/v62.0/query?q=SELECT+Id+FROM+Contact+WHERE+LastName='{segment}"),
        "text/plain",
        "",
    );
    emulator.xml(
        "POST",
        &format!("/services/oauth2/token?format=xml&grant_type={segment}"),
        "text/plain",
        "",
    );
}

#[test]
fn what_xml_cannot_hold_is_left_out() {
    let emulator = Emulator::start();
    everywhere(&emulator, "\u{b}\u{1}\u{1f}\u{fffe}\u{ffff}<&>\"'\u{85}]]>");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn any_text_makes_good_xml(texts in prop::collection::vec("[\u{1}-\u{8}\u{b}-\u{1f}\u{21}-\u{a0}\u{d7ff}\u{e000}\u{fff0}-\u{ffff}\u{10ffff}]{0,20}", 4)) {
        let emulator = Emulator::start();
        for text in texts {
            everywhere(&emulator, &text);
        }
    }
}
