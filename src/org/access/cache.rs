//! Computed access, kept until a record that decides it is written.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::profile_facts::ProfileFacts;
use super::{Access, Runner};
use crate::model::id::Id;
use crate::model::record::Record;

/// Runners that are kept, of a few hundred bytes each.
const MOST_RUNNERS: usize = 4096;
/// Combinations of permission sets, and profiles, of which what they add up to is kept.
const MOST_ACCESS: usize = 256;

/// Runners by user, what they share, and what the rules ask about profiles.
#[derive(Default)]
pub(crate) struct Cache {
    writes: u64,
    pub runners: HashMap<Id, Runner, FixedState>,
    /// By the permission sets that add up to it, sorted.
    pub access: HashMap<Vec<Id>, Arc<Access>, FixedState>,
    pub profiles: HashMap<Id, Arc<ProfileFacts>, FixedState>,
}

impl Cache {
    /// Grows with every write that made something old.
    pub fn writes(&self) -> u64 {
        self.writes
    }

    /// Makes room for what is computed next: a cache that is full starts anew.
    pub fn make_room(&mut self) {
        if self.runners.len() >= MOST_RUNNERS {
            self.runners.clear();
        }
        if self.access.len() >= MOST_ACCESS {
            self.access.clear();
        }
        if self.profiles.len() >= MOST_ACCESS {
            self.profiles.clear();
        }
    }

    pub fn forget_all(&mut self) {
        self.writes += 1;
        self.runners.clear();
        self.access.clear();
        self.profiles.clear();
    }

    /// A user's own rows make only that user's runner old, and that only if they say something else: provisioning writes
    /// them all the time.
    pub fn note_write(&mut self, record: &Record) {
        let user = match record.object.name.as_str() {
            "User" => record.id("Id"),
            "UserLogin" => record.id("UserId"),
            "PermissionSetAssignment" => record.id("AssigneeId"),
            "Profile"
            | "PermissionSet"
            | "PermissionSetGroup"
            | "PermissionSetGroupComponent"
            | "ObjectPermissions"
            | "FieldPermissions"
            | "UserLicense" => return self.forget_all(),
            // Delegated administrators reach the users of roles below those that they are given.
            "UserRole" => {
                self.writes += 1;
                return self.runners.retain(|_, runner| runner.delegated().is_none());
            }
            _ => return,
        };
        self.writes += 1;
        if let Some(user) = user {
            let stays = |runner: &Runner| record.object.name == "User" && runner.is_as(record);
            if !self.runners.get(&user).is_some_and(stays) {
                self.runners.remove(&user);
            }
        }
    }
}
