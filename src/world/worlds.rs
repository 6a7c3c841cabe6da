//! The worlds of a server by name, and the names of hosts at which they are reached.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::World;

/// The name of the world that a server begins with.
pub const MAIN: &str = "main";

/// The worlds of a server by name.
#[derive(Default)]
pub struct Worlds {
    all: RwLock<BTreeMap<String, Arc<World>>>,
}

impl Worlds {
    /// A world by its name, in any case.
    pub fn find(&self, name: &str) -> Option<Arc<World>> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        match all.get(name) {
            Some(world) => Some(world.clone()),
            None => all.get(&name.to_ascii_lowercase()).cloned(),
        }
    }

    /// All worlds, by name.
    pub fn all(&self) -> Vec<Arc<World>> {
        self.all.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Takes a world in; `false` when its name is taken.
    pub fn add(&self, world: Arc<World>) -> bool {
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        let is_free = !all.contains_key(world.name());
        if is_free {
            all.insert(world.name().to_owned(), world);
        }
        is_free
    }

    /// Takes a world out.
    pub fn remove(&self, name: &str) -> Option<Arc<World>> {
        self.all.write().unwrap_or_else(PoisonError::into_inner).remove(name)
    }
}

/// Whether a text can be the name of a world: a label of a host name (RFC 1123, 2.1) in lower case.
pub fn is_world_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=63).contains(&name.len())
        && name.bytes().all(|byte| is_letter(byte) || byte == b'-')
        && name.bytes().next().is_some_and(is_letter)
        && name.bytes().next_back().is_some_and(is_letter)
}

/// A host name below `localhost` (or the name of the public URL), in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostName<'a> {
    /// What stands before the world: the My Domain of an org in it.
    pub my_domain: Option<&'a str>,
    /// The label before the base: the name of a world, or the My Domain of an org.
    pub label: &'a str,
}

impl<'a> HostName<'a> {
    /// Of `[DOMAIN.]LABEL.base[:port]`; `None` for all other hosts.
    pub fn below(host: &'a str, base: &str) -> Option<HostName<'a>> {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let end = name.len().checked_sub(base.len()).filter(|end| *end > 1)?;
        let below = name.get(end..)?.eq_ignore_ascii_case(base).then(|| name.get(..end))??;
        let below = below.strip_suffix('.')?;
        Some(match below.rsplit_once('.') {
            Some((before, label)) => HostName { my_domain: before.split('.').next(), label },
            None => HostName { my_domain: None, label: below },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_label_of_a_host_name() {
        assert!(["w1", "a", "test-7", "0"].iter().all(|name| is_world_name(name)));
        assert!(
            !["", "-a", "a-", "A", "a.b", "a_b", "ä", &"a".repeat(64)].iter().any(|name| is_world_name(name))
        );
    }

    #[test]
    fn hosts_are_taken_apart() {
        let below = |host| HostName::below(host, "localhost").map(|name| (name.my_domain, name.label));
        assert_eq!(below("w1.localhost"), Some((None, "w1")));
        assert_eq!(below("W1.LocalHost:7332"), Some((None, "W1")));
        assert_eq!(below("acme.w1.localhost:7332"), Some((Some("acme"), "w1")));
        for host in ["localhost", "localhost:1", ".localhost", "xlocalhost", "127.0.0.1:80", "w1.example.com"]
        {
            assert_eq!(below(host), None, "{host}");
        }
    }
}
