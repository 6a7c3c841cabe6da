//! What each user has looked at lately. Kept in memory: a write per read would cost more than the read.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};

use foldhash::fast::FixedState;

use super::id::Id;

/// As many records as the service remembers per user.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_recent_items.htm>
const PER_USER: usize = 200;

/// The records that users have viewed, newest first.
#[derive(Debug, Default)]
pub struct Recent {
    viewed: RefCell<HashMap<Id, VecDeque<Id>, FixedState>>,
}

impl Recent {
    /// Notes that a user has viewed a record.
    pub fn view(&self, user: Id, record: Id) {
        let mut all = self.viewed.borrow_mut();
        let viewed = all.entry(user).or_default();
        if viewed.front() == Some(&record) {
            return;
        }
        if let Some(place) = viewed.iter().position(|id| *id == record) {
            viewed.remove(place);
        }
        viewed.push_front(record);
        viewed.truncate(PER_USER);
    }

    /// The records a user has viewed, newest first; some may be gone.
    pub fn of(&self, user: Id) -> Vec<Id> {
        self.viewed.borrow().get(&user).map(|viewed| viewed.iter().copied().collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_comes_first_and_once() {
        let recent = Recent::default();
        let (user, id) = (Id::numbered("005", 1), |number| Id::numbered("001", number));
        for number in [1, 2, 3, 1, 1] {
            recent.view(user, id(number));
        }
        assert_eq!(recent.of(user), [id(1), id(3), id(2)]);
        (0..500).for_each(|number| recent.view(user, id(number)));
        assert_eq!(recent.of(user).len(), PER_USER);
        assert!(recent.of(id(1)).is_empty());
    }
}
