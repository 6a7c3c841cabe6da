//! The WSDLs: what stands in them, by version and for whom. Toolkits read them in `tests/clients/`.

use std::collections::BTreeSet;

use crate::assert_told;
use crate::emulator::{Emulator, builder};

#[test]
fn where_they_are() {
    let emulator = Emulator::start();
    let head = |path: &str| {
        let answer = emulator.get(path);
        let namespace =
            answer.body.split("targetNamespace=\"").nth(1).and_then(|rest| rest.split('"').next());
        let location =
            answer.body.split("<soap:address location=\"").nth(1).and_then(|rest| rest.split('"').next());
        format!("{path}: {} {} {}", answer.status, namespace.unwrap_or("-"), location.unwrap_or("-"))
    };
    let told = [
        head("/soap/wsdl.jsp"),
        head("/soap/wsdl.jsp?type=*"),
        head("/services/Soap/u/41.0?wsdl"),
        head("/services/Soap/c/59.0/00DFf0000000001?WSDL"),
        head("/services/Soap/u/19.0?wsdl"),
        head("/services/Soap/u/59.0"),
        head("/services/wsdl/metadata"),
        head("/services/Soap/m/41.0?wsdl"),
        head("/services/Soap/T/59.0?wsdl"),
    ];
    assert_told!("soap_wsdl_places", told.join("\n"));
}

#[test]
fn the_partner_wsdl_is_whole() {
    let emulator = Emulator::start();
    let text = emulator.get("/services/Soap/u/59.0?wsdl").body;
    // The codes would hide the rest.
    let lines = text.lines().filter(|line| !line.starts_with("<enumeration value="));
    assert_told!("soap_wsdl_partner", lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_enterprise_wsdl_has_the_objects_of_the_org() {
    let emulator = Emulator::start();
    let text = emulator.get("/soap/wsdl.jsp?type=*").body;
    let of = |name: &str| {
        let (_, rest) = text.split_once(&format!("<complexType name=\"{name}\">")).expect("the type");
        rest.split("</complexType>").next().unwrap_or_default().trim().to_owned()
    };
    assert!(of("Contact").contains("<element name=\"External_Id__c\" type=\"xsd:string\""));
    assert_told!(
        "soap_wsdl_enterprise",
        ["UserLogin", "sObject", "AggregateResult", "Case"].map(of).join("\n\n")
    );
}

/// Every name that is used is there, in every version.
#[test]
fn no_reference_leads_nowhere() {
    let emulator = Emulator::of(builder().min_api_version(20));
    for version in [20, 22, 28, 29, 31, 38, 41, 47, 51, 58, 67] {
        for letter in ["u", "c", "m"] {
            let text = emulator.get(&format!("/services/Soap/{letter}/{version}.0?wsdl")).body;
            let document = roxmltree::Document::parse(&text).expect("XML");
            let mut known = BTreeSet::new();
            let mut used = BTreeSet::new();
            for node in document.descendants().filter(|node| node.is_element()) {
                let tag = node.tag_name().name();
                if let Some(name) = node.attribute("name")
                    && matches!(
                        tag,
                        "complexType" | "simpleType" | "element" | "message" | "portType" | "binding"
                    )
                {
                    let top = node
                        .parent()
                        .is_some_and(|parent| matches!(parent.tag_name().name(), "schema" | "definitions"));
                    if top {
                        known.insert(name.to_owned());
                    }
                }
                for attribute in ["type", "base", "element", "message", "binding"] {
                    if let Some((prefix, name)) =
                        node.attribute(attribute).and_then(|value| value.split_once(':'))
                        && prefix != "xsd"
                    {
                        used.insert(name.to_owned());
                    }
                }
            }
            let lost: Vec<_> = used.difference(&known).collect();
            assert!(lost.is_empty(), "{letter} {version}: {lost:?}");
        }
    }
}
