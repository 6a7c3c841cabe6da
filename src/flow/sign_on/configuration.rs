//! Which configuration a Response is for, and what it must then say.

use crate::assertion::{Claims, Expectation, Identity, PrivateKey, SKEW, Status};
use crate::model::id::Id;
use crate::org::Org;
use crate::org::sso_config::SsoConfig;
use crate::world::{Site, State};

use std::sync::Arc;

/// A Response as it was posted.
#[derive(Debug, Clone)]
pub struct Arrival<'a> {
    /// The form field `SAMLResponse`.
    pub response: &'a str,
    /// `scheme://host[:port]` as clients reach the server.
    pub origin: String,
    /// Query parameter `so`: the org.
    pub org: Option<&'a str>,
    /// Query parameter `sc`: the configuration.
    pub config: Option<&'a str>,
    /// The community at whose login URL it was posted.
    pub site: Option<Site<'a>>,
}

impl<'a> Arrival<'a> {
    /// The orgs that it may be for.
    pub(super) fn candidates(&self, state: &'a State) -> Vec<&'a Org> {
        let asked = self.org.map(Id::parse);
        let site = self.site.map(|site| site.org);
        let host = self.origin.split_once("://").map_or("", |(_, host)| host);
        let fits = |org: &&Org| {
            asked.is_none_or(|asked| asked == Some(org.id))
                && site.is_none_or(|site| site == org.id)
                && state.host_serves(host, org.id)
        };
        state.orgs.iter().filter(fits).collect()
    }

    /// The configuration of `sc`, else the one for issuer and audience.
    pub(super) fn choose(
        &self,
        state: &'a State,
        claims: &Claims,
    ) -> Result<(&'a Org, Arc<SsoConfig>, Expectation), Status> {
        let mut status = Status::InvalidIssuer;
        for org in self.candidates(state) {
            let configs = org.sso_configs().map_err(|_| Status::InvalidConfig)?;
            for config in configs.iter() {
                if let Some(pinned) = self.config {
                    if Id::parse(pinned) != Some(config.id) {
                        continue;
                    }
                } else if config.issuer != claims.issuer {
                    continue;
                } else if !claims.encrypted
                    && !claims.without_assertion
                    && !claims.audiences.contains(&config.entity_id)
                {
                    status = Status::InvalidAudience;
                    continue;
                }
                let expectation = self.expectation(state, org, config, claims)?;
                return Ok((org, config.clone(), expectation));
            }
        }
        Err(if self.config.is_some() { Status::InvalidConfig } else { status })
    }

    /// As [`Arrival::choose`], but the recipient may be the login URL of any community.
    pub(super) fn for_validation(
        &self,
        state: &'a State,
        claims: &Claims,
    ) -> Result<(&'a Org, Arc<SsoConfig>, Expectation), Status> {
        let (org, config, mut expectation) = self.choose(state, claims)?;
        for site in org.sites.iter() {
            let site = Site { org: org.id, network: site.network, path: &site.path };
            let there = Arrival { site: Some(site), ..self.clone() };
            expectation.recipients.extend(there.recipients(state, org, &config));
        }
        Ok((org, config, expectation))
    }

    fn expectation(
        &self,
        state: &State,
        org: &Org,
        config: &SsoConfig,
        claims: &Claims,
    ) -> Result<Expectation, Status> {
        let certificates = state.sso.certificates(&config.certificate).map_err(|_| Status::InvalidConfig)?;
        let key = org.sso_keys(config.id).and_then(|keys| keys.decryption_key.as_ref());
        let decryption_key = key
            .map(|file| PrivateKey::from_pem(&file.text).map(Arc::new))
            .transpose()
            .map_err(|_| Status::InvalidConfig)?;
        let request = claims.in_response_to.as_deref();
        let request = request.and_then(|id| state.sso.pending(id, config.id, state.clock.now()));
        let sites = &org.sites;
        let addresses = state.addresses(org, &self.origin);
        Ok(Expectation {
            issuer: config.issuer.clone(),
            certificates,
            audiences: vec![config.entity_id.clone()],
            recipients: self.recipients(state, org, config),
            identity: match &config.subject_attribute {
                Some(name) => Identity::Attribute(name.clone()),
                None => Identity::NameId,
            },
            decryption_key,
            request: request.map(|request| request.id),
            // Error 3 of provisioning says it then.
            organization: (!config.provisioning).then(|| org.id.short().to_owned()),
            sites: addresses
                .iter()
                .flat_map(|address| sites.iter().map(move |site| format!("{address}/{}", site.path)))
                .collect(),
            skew: SKEW,
        })
    }

    /// The forms of the assertion consumer URL that was posted to, and the token endpoint, by each name that the org has.
    fn recipients(&self, state: &State, org: &Org, config: &SsoConfig) -> Vec<String> {
        let (site, paths): (&[&str], &[&str]) = match &self.site {
            Some(site) => (&["/", site.path], &["/login", ""]),
            None => (&[], &["", "/login", "/services/oauth2/token"]),
        };
        let site = site.concat();
        let addresses = state.addresses(org, &self.origin);
        let (org, config) = (org.id.short(), config.id.short());
        let forms = |address: &String| {
            let urls = paths.iter().map(|path| [address.as_str(), &site, path].concat());
            let with_org = urls
                .map(|url| [[&url, "?so=", org].concat(), [&url, "?so=", org, "&sc=", config].concat(), url]);
            with_org.flatten().collect::<Vec<_>>()
        };
        addresses.iter().flat_map(forms).collect()
    }
}
