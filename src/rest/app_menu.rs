//! `GET /appMenu` and its menus: the apps to switch between, and what stands in the menu of the mobile app. Orgs here
//! have one app, no tabs of their own and no connected app with a start URL, which would be in the menus too.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_appmenu.htm>

use super::encode::Writer;
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use crate::describe::app;
use crate::world::ApiVersion;

const FIRST: ApiVersion = ApiVersion::new(29);

/// Type, label and URL of what a new org has in the menu of the mobile app.
const MOBILE: [(&str, &str, &str); 4] = [
    ("Standard.Search", "Smart Search Items", "/search"),
    ("Standard.MyDay", "Today", "/myDay"),
    ("Standard.Tasks", "Tasks", "/tasks"),
    ("Standard.Dashboards", "Dashboards", "/dashboards"),
];

/// The menus that there are.
pub fn menus(exchange: &Exchange) -> RestResult {
    since_first(exchange)?;
    Ok(exchange.ok("urls", |w| {
        for menu in ["AppSwitcher", "Salesforce1", "NetworkTabs"] {
            w.text(menu, &format!("/services/data/v{}/appMenu/{menu}", exchange.version));
        }
    }))
}

/// The apps.
pub fn app_switcher(exchange: &Exchange) -> RestResult {
    since_first(exchange)?;
    let url = format!("/home/home.jsp?tsid={}", app::id().short());
    Ok(exchange.ok("DescribeAppMenu", |w| {
        w.items("appMenuItems", |w| item(w, "Tabset", app::LABEL, &url));
    }))
}

/// The menu of the mobile app.
pub fn mobile(exchange: &Exchange) -> RestResult {
    since_first(exchange)?;
    Ok(exchange.ok("DescribeAppMenu", |w| {
        w.items("appMenuItems", |w| {
            for (kind, label, url) in MOBILE {
                item(w, kind, label, url);
            }
        });
    }))
}

fn item(w: &mut Writer, kind: &str, label: &str, url: &str) {
    w.group("appMenuItems", |w| {
        w.text("type", kind);
        w.null("content");
        w.null("icons");
        w.null("colors");
        w.text("label", label);
        w.text("url", url);
    });
}

fn since_first(exchange: &Exchange) -> Result<(), RestFault> {
    if exchange.version < FIRST { Err(RestFault::not_found()) } else { Ok(()) }
}
