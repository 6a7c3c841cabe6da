//! Where a browser may be sent on to: into the org, by any of its names. A RelayState, `retURL` or `startURL` that leads to
//! another site ends on a page that says so.
//! <https://help.salesforce.com/s/articleView?id=xcloud.security_trusted_urls_external_redirections_understand.htm>

use super::browser_request::BrowserRequest;
use crate::org::Org;

impl BrowserRequest<'_> {
    /// Whether a URL from outside leads into the org: a path, or a URL of this host or of another that is the org's My Domain.
    pub fn is_own(&self, target: &str) -> bool {
        self.within(target).is_some()
    }

    /// The place in the org that a URL from outside leads to. Of a URL by a My Domain only what is below the host is kept: this
    /// server may be known to the browser by another name.
    pub fn within<'t>(&self, target: &'t str) -> Option<&'t str> {
        if target.starts_with('/') {
            return (!target.starts_with("//") && !target.starts_with("/\\")).then_some(target);
        }
        let rest = target.strip_prefix(self.target.origin());
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#'])) {
            return Some(target);
        }
        let rest = target.strip_prefix("https://").or_else(|| target.strip_prefix("http://"))?;
        let (authority, below) = rest.split_at(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()));
        let serves = |org: &&Org| {
            self.state.host_serves(self.request.host(), org.id)
                && self.site().is_none_or(|site| site.org == org.id)
                && self.state.is_my_domain(authority, org.id)
        };
        let is_ours = !authority.contains('@') && self.state.orgs.iter().any(|org| serves(&org));
        let below = if below.is_empty() { "/" } else { below };
        is_ours.then_some(below).filter(|below| below.starts_with('/') && self.is_own(below))
    }

    /// Whether a URL from outside leads to another site.
    pub fn is_foreign(&self, target: &str) -> bool {
        let begins =
            |prefix: &str| target.get(..prefix.len()).is_some_and(|it| it.eq_ignore_ascii_case(prefix));
        let is_url = ["https:", "http:", "//", "/\\", "\\"].iter().any(|prefix| begins(prefix));
        is_url && !self.is_own(target)
    }

    /// Whether a text from outside is a place to go on to, be it ours or not.
    pub fn leads_somewhere(&self, target: &str) -> bool {
        self.is_own(target) || self.is_foreign(target)
    }
}
