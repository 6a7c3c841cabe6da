//! `urls`: where an object's resources are.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::view::View;
use crate::model::schema::SObject;
use crate::world::ApiVersion;

/// The `urls` of an object.
pub struct Urls<'a> {
    object: &'a SObject,
    view: View<'a>,
    /// The describe of one object also names its pages.
    pages: bool,
}

impl<'a> Urls<'a> {
    pub(super) fn new(object: &'a SObject, view: View<'a>, pages: bool) -> Self {
        Urls { object, view, pages }
    }

    /// The keys in the order of the answer.
    fn keys(&self) -> Vec<&'static str> {
        let mut keys = resources(self.object);
        if self.view.version <= LAST_WITH_DEFAULT_VALUES {
            insert(&mut keys, "defaultValues", |key| matches!(key, "listviews" | "describe"));
        }
        if self.pages && self.object.is("layoutable") {
            let is_late = |key: &str| !matches!(key, "compactLayouts" | "rowTemplate" | "approvalLayouts");
            insert(&mut keys, "uiDetailTemplate", is_late);
            insert(&mut keys, "uiEditTemplate", |key| is_late(key) && key != "uiDetailTemplate");
            insert(&mut keys, "uiNewRecord", |key| matches!(key, "quickActions" | "layouts" | "sobject"));
        }
        keys
    }

    fn url(&self, key: &str) -> String {
        let View { version, origin, .. } = self.view;
        let base = format!("/services/data/v{version}/sobjects/{}", self.object.name);
        match key {
            "approvalLayouts" | "compactLayouts" | "layouts" => format!("{base}/describe/{key}"),
            "namedLayouts" => format!("{base}/describe/namedLayouts/{{LayoutName}}"),
            "caseArticleSuggestions" => format!("{base}/suggestedArticles"),
            "caseRowArticleSuggestions" => format!("{base}/{{ID}}/suggestedArticles"),
            "defaultValues" => format!("{base}/defaultValues?recordTypeId&fields"),
            "eventSeriesUpdates" => format!("{base}/{{ID}}/fromThisEventOnwards"),
            "passwordUtilities" => format!("{base}/{{ID}}/password"),
            "rowTemplate" => format!("{base}/{{ID}}"),
            "sobject" => base,
            "uiDetailTemplate" => format!("{origin}/{{ID}}"),
            "uiEditTemplate" => format!("{origin}/{{ID}}/e"),
            "uiNewRecord" => format!("{origin}/{}/e", self.object.key_prefix.as_deref().unwrap_or_default()),
            // describe, listviews, quickActions
            _ => format!("{base}/{key}"),
        }
    }
}

impl Serialize for Urls<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = self.keys();
        let mut map = serializer.serialize_map(Some(keys.len()))?;
        for key in keys {
            map.serialize_entry(key, &self.url(key))?;
        }
        map.end()
    }
}

/// Answers of 48 still name `defaultValues`, those of 52 no longer do.
const LAST_WITH_DEFAULT_VALUES: ApiVersion = ApiVersion::new(49);

/// The resources of an object: as recorded for some, by its flags for the rest.
fn resources(object: &SObject) -> Vec<&'static str> {
    if let Some(keys) = recorded().get(object.name.as_str()) {
        return keys.clone();
    }
    let (custom, layoutable) = (object.is("custom"), object.is("layoutable"));
    let all = [
        ("compactLayouts", object.is("compactLayoutable")),
        ("rowTemplate", true),
        ("approvalLayouts", custom && layoutable),
        ("describe", true),
        ("quickActions", custom && layoutable),
        ("layouts", layoutable),
        ("sobject", true),
    ];
    all.into_iter().filter(|(_, has)| *has).map(|(key, _)| key).collect()
}

/// Puts a key before the first of those that must follow it.
fn insert(keys: &mut Vec<&'static str>, key: &'static str, follows: impl Fn(&str) -> bool) {
    let place = keys.iter().position(|key| follows(key)).unwrap_or(keys.len());
    keys.insert(place, key);
}

/// `describeUrls` of `objects/_describe.json`, a constant read once.
fn recorded() -> &'static HashMap<&'static str, Vec<&'static str>> {
    #[derive(Deserialize)]
    struct File {
        #[serde(rename = "describeUrls", borrow)]
        describe_urls: HashMap<&'static str, Vec<&'static str>>,
    }
    static READ: OnceLock<HashMap<&'static str, Vec<&'static str>>> = OnceLock::new();
    READ.get_or_init(|| {
        let text = include_str!("../../objects/_describe.json");
        serde_json::from_str::<File>(text).map(|file| file.describe_urls).unwrap_or_default()
    })
}
