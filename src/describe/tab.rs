//! Tabs: the start page, and one for each of the standard app's objects that the user may read. Their icons and colours
//! are what the theme consists of.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_tabs.htm>,
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_themes.htm>

use std::sync::Arc;

use serde_json::{Value, json};

use super::View;
use crate::model::schema::SObject;

/// Objects with a tab, in the order of the app, and their colours in the themes of 2010 and of Lightning Experience.
const TABS: [(&str, &str, &str); 6] = [
    ("Campaign", "D17A00", "F49756"),
    ("Lead", "E89B00", "F88962"),
    ("Account", "236FBD", "7F8DE1"),
    ("Contact", "56458C", "A094ED"),
    ("Opportunity", "66895F", "FCB95B"),
    ("Case", "B7A752", "F2CF5B"),
];

/// An object's tab.
struct Tab<'a> {
    object: Arc<SObject>,
    colors: [&'static str; 2],
    view: View<'a>,
}

fn shown(view: View<'_>) -> impl Iterator<Item = Tab<'_>> {
    TABS.iter().filter_map(move |(name, classic, lightning)| {
        let object = view.schema.object(name).filter(|object| view.runner.object(object).read)?;
        Some(Tab { object, colors: [*classic, *lightning], view })
    })
}

impl Tab<'_> {
    fn icon(&self, pixels: u32) -> String {
        let name = self.object.label_plural.to_lowercase();
        format!("{}/img/icon/{name}{pixels}.png", self.view.origin)
    }

    fn colors(&self) -> Vec<Value> {
        let themes = ["theme3", "theme4"].into_iter().zip(self.colors);
        themes.map(|(theme, color)| json!({ "color": color, "context": "primary", "theme": theme })).collect()
    }

    fn icons(&self) -> Vec<Value> {
        let icon = |pixels: u32| {
            json!({
                "contentType": "image/png",
                "height": pixels,
                "theme": "theme3",
                "url": self.icon(pixels),
                "width": pixels,
            })
        };
        vec![icon(32), icon(16)]
    }
}

/// The tabs of a user.
pub fn tabs(view: View) -> Vec<Value> {
    let origin = view.origin;
    let home = json!({
        "colors": [],
        "custom": false,
        "iconUrl": format!("{origin}/img/icon/home32.png"),
        "icons": [],
        "label": "Home",
        "miniIconUrl": format!("{origin}/img/icon/home16.png"),
        "name": "standard-home",
        "sobjectName": "",
        "url": format!("{origin}/home/home.jsp"),
    });
    let of_object = |tab: Tab| {
        json!({
            "colors": tab.colors(),
            "custom": false,
            "iconUrl": tab.icon(32),
            "icons": tab.icons(),
            "label": tab.object.label_plural,
            "miniIconUrl": tab.icon(16),
            "name": format!("standard-{}", tab.object.name),
            "sobjectName": tab.object.name,
            "url": format!("{origin}/{}/o", tab.object.key_prefix.as_deref().unwrap_or_default()),
        })
    };
    std::iter::once(home).chain(shown(view).map(of_object)).collect()
}

/// The icons and colours of the objects that have some.
pub fn theme_items(view: View) -> Vec<Value> {
    shown(view)
        .map(|tab| json!({ "colors": tab.colors(), "icons": tab.icons(), "name": tab.object.name }))
        .collect()
}
