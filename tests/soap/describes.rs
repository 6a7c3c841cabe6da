//! `describeGlobal`, `describeSObject(s)`, `describeLayout`, `describeTabs`.

use crate::assert_told;
use crate::emulator::{Answer, Api, Emulator, builder};

/// The elements of an answer by name, each shape once: `a(b c(d))`.
fn outline(answer: &Answer) -> String {
    let document = roxmltree::Document::parse(&answer.body).expect("XML");
    let body = document
        .descendants()
        .find(|node| node.has_tag_name(("http://schemas.xmlsoap.org/soap/envelope/", "Body")));
    shape(body.and_then(|body| body.first_element_child()).expect("a body"))
}

fn shape(node: roxmltree::Node) -> String {
    let mut children: Vec<String> = Vec::new();
    for child in node.children().filter(roxmltree::Node::is_element) {
        let shape = shape(child);
        if children.last() != Some(&shape) {
            children.push(shape);
        }
    }
    let name = node.tag_name().name();
    if children.is_empty() { name.to_owned() } else { format!("{name}({})", children.join(" ")) }
}

#[test]
fn one_object_in_old_and_new_words() {
    let emulator = Emulator::of(builder().min_api_version(20));
    let mut told = Vec::new();
    for version in [28, 40, 67] {
        let body = "<describeSObject><sObjectType>UserLogin</sObjectType></describeSObject>";
        told.push(format!("{version}: {}", emulator.call(Api::Partner, version, "", body).inside()));
    }
    assert_told!("soap_describe_object", told.join("\n"));
    let account = |version| {
        let body = "<describeSObject><sObjectType>account</sObjectType></describeSObject>";
        emulator.call(Api::Enterprise, version, "", body)
    };
    // Addresses have no type of their own in old versions.
    assert!(!account(28).texts("name").contains(&"BillingAddress".to_owned()));
    assert!(account(59).body.contains("<name>BillingAddress</name>"));
    assert!(account(59).body.contains("<soapType>tns:address</soapType>"));
}

#[test]
fn several_objects() {
    let emulator = Emulator::start();
    let ask = |names: &[&str]| {
        let names: String = names.iter().map(|name| format!("<sObjectType>{name}</sObjectType>")).collect();
        emulator.partner(&format!("<describeSObjects>{names}</describeSObjects>"))
    };
    let both = ask(&["Contact", "user"]);
    assert_eq!(both.texts("urlNew").len(), 2);
    assert!(both.body.contains("<name>External_Id__c</name>"));
    let told = [ask(&["Contact", "Nope"]).inside(), ask(&[]).inside(), ask(&["User"; 101]).inside()];
    assert_told!("soap_describe_objects", told.join("\n"));
}

#[test]
fn all_objects() {
    let emulator = Emulator::of(builder().min_api_version(20));
    for version in [20, 31, 59] {
        let answer = emulator.call(Api::Partner, version, "", "<describeGlobal/>");
        assert_eq!(
            (answer.text("encoding"), answer.text("maxBatchSize")),
            ("UTF-8".to_owned(), "200".to_owned())
        );
        assert!(answer.texts("name").contains(&"User".to_owned()));
        assert_eq!(answer.body.contains("<mruEnabled>"), version >= 38);
    }
}

#[test]
fn layouts_and_tabs() {
    let emulator = Emulator::start();
    let layout = |object: &str, more: &str| {
        emulator
            .partner(&format!("<describeLayout><sObjectType>{object}</sObjectType>{more}</describeLayout>"))
    };
    let contact = layout("Contact", "<recordTypeIds>012000000000000AAA</recordTypeIds>");
    assert!(contact.body.contains("<required>true</required>"));
    let told = [
        outline(&contact),
        layout("Contact", "<recordTypeIds>012Ff0000000009</recordTypeIds>").inside(),
        layout("Profile", "").inside(),
        outline(&emulator.partner("<describeTabs/>")),
        emulator.partner("<describeTabs/>").texts("sobjectName").join(" "),
    ];
    assert_told!("soap_layouts", told.join("\n"));
}
