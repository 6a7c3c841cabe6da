//! Which objects User Interface API has, and their colours and icons.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_all_supported_objects.htm>, colours:
//! <https://www.lightningdesignsystem.com/icons/>

use serde_json::{Value, json};

use crate::model::schema::SObject;

/// The standard objects that it has: name, colour, icon.
const STANDARD: &[(&str, Option<(&str, &str)>)] = &[
    ("Account", Some(("5867E8", "account"))),
    ("AccountContactRelation", None),
    ("Campaign", Some(("9050E9", "campaign"))),
    ("CampaignMember", Some(("FF5D2D", "campaign_members"))),
    ("Case", Some(("FF538A", "case"))),
    ("Contact", Some(("9602C7", "contact"))),
    ("DuplicateRecordItem", None),
    ("DuplicateRecordSet", None),
    ("Employee", Some(("1B96FF", "employee"))),
    ("Group", Some(("1B96FF", "groups"))),
    ("Holiday", None),
    ("Individual", Some(("1B96FF", "individual"))),
    ("Lead", Some(("1B96FF", "lead"))),
    ("Note", Some(("B60554", "note"))),
    ("Opportunity", Some(("FF5D2D", "opportunity"))),
    ("OpportunityContactRole", Some(("5867E8", "opportunity_contact_role"))),
    ("Organization", None),
    ("Product2", Some(("9050E9", "product"))),
    ("RecordType", None),
    ("StaticResource", None),
    ("User", Some(("107CAD", "user"))),
];

/// Whether it has the object: all custom ones, and some of the standard ones.
pub fn is_supported(object: &SObject) -> bool {
    object.is("custom") || STANDARD.iter().any(|(name, _)| *name == object.name)
}

/// `labelPlural`: users are called otherwise than in describe.
pub fn label_plural(object: &SObject) -> &str {
    if object.name == "User" { "People" } else { &object.label_plural }
}

/// `themeInfo`. What has no tab has the colour of nothing in particular, and no icon.
pub fn theme(object: &SObject, origin: &str) -> Value {
    let known = STANDARD.iter().find(|(name, _)| *name == object.name).and_then(|(_, theme)| *theme);
    match known {
        Some((color, icon)) => {
            json!({ "color": color, "iconUrl": format!("{origin}/img/icon/t4v35/standard/{icon}_120.png") })
        }
        None => json!({ "color": "747E96", "iconUrl": null }),
    }
}
