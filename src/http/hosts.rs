//! The hosts of the real service, which clients have built in and this server stands in for.

/// Every host below one of these is the real service's.
/// <https://help.salesforce.com/s/articleView?id=000384136&type=1>
pub(super) const DOMAINS: [&str; 4] =
    [".salesforce.com", ".force.com", ".my.site.com", ".my.salesforce-sites.com"];

/// Whether a host name (without port) is one of the real service's.
pub fn is_salesforce(name: &str) -> bool {
    DOMAINS.iter().any(|domain| ends_with(name, domain))
}

/// Whether a host name is this machine's by RFC 6761, 6.3.
pub fn is_localhost(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost") || ends_with(name, ".localhost")
}

fn ends_with(name: &str, domain: &str) -> bool {
    let begin = name.len().checked_sub(domain.len()).filter(|begin| *begin > 0);
    begin.and_then(|begin| name.get(begin..)).is_some_and(|end| end.eq_ignore_ascii_case(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_the_real_service() {
        let real = ["login.salesforce.com", "TEST.Salesforce.com", "acme--uat.sandbox.my.salesforce.com"];
        let real = real.iter().chain(&["acme.lightning.force.com", "acme.my.site.com"]);
        assert!(real.clone().all(|name| is_salesforce(name)));
        let other =
            ["salesforce.com", ".salesforce.com", "notsalesforce.com", "site.com", "x.site.com", "é.com"];
        let other = other.iter().chain(&["login.salesforce.com.example.com", "localhost", ""]);
        assert!(!other.clone().any(|name| is_salesforce(name)));
        assert!(is_localhost("LocalHost") && is_localhost("f42.localhost"));
        assert!(!is_localhost(".localhost") && !is_localhost("mylocalhost"));
    }
}
