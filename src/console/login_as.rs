//! `/servlet/servlet.su`: an administrator logs in as a user, of the org or of a community.
//! <https://help.salesforce.com/s/articleView?id=xcloud.logging_in_as_another_user.htm>

use super::place;
use super::trouble::{PageResult, Trouble};
use super::visit::Visit;
use crate::message::Response;
use crate::message::form_of;
use crate::model::id::Id;
use crate::world::{LoginContext, LoginMethod, Site};

pub(super) fn switch(visit: &Visit) -> PageResult {
    let browser = visit.browser;
    let value = |name: &str| visit.form.get(name).map(str::to_owned).or_else(|| visit.parameter(name));
    let id = |name: &str| value(name).and_then(|id| Id::parse(&id));
    // The real address takes GET. A page of another site must not make use of it.
    if browser.request.header("sec-fetch-site") == Some("cross-site") {
        return Err(Trouble::Forged);
    }
    let back = value("retURL").filter(|url| browser.is_own(url)).unwrap_or_else(|| place::HOME.to_owned());
    // Without an org nothing happens.
    if id("oid") != Some(visit.org().id) {
        return visit.go(&back);
    }
    let network = id("sunetworkid");
    let found = visit.org().sites.iter().find(|site| Some(site.network) == network);
    let site = found.map(|site| Site { org: visit.org().id, network: site.network, path: &site.path });
    let user = if site.is_some() { id("sunetworkuserid") } else { id("suorgadminid") };
    let context = LoginContext { site, ..browser.login_context(LoginMethod::LogInAs) };
    let session = user.map(|user| browser.state.log_in_as(visit.context, user, &context));
    let Some(Ok(session)) = session else {
        let login = format!("/login?{}", form_of(&[("ec", "301"), ("startURL", &back)]));
        return Ok(Response::found(&browser.url(&login)));
    };
    let target = value("targetURL").filter(|url| browser.within(url) == Some(url));
    let target = match site {
        Some(site) => format!("/{}/s/", site.path),
        None => target.unwrap_or_else(|| place::HOME.to_owned()),
    };
    Ok(browser.set_cookie(visit.go(&target)?, "sid", &session.token))
}
