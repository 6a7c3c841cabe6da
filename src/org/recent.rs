//! What each user has looked at lately. Kept in memory: a write per read would cost more than the read.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};

use foldhash::fast::FixedState;

use crate::model::id::Id;

/// As many records as the service remembers per user.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_recent_items.htm>
const PER_USER: usize = 200;

/// So many users' views are remembered; of more, those of the quarter that has viewed nothing for longest are forgotten.
/// The bound is our own.
const MOST_USERS: usize = 1000;

/// The records that users have viewed, newest first.
#[derive(Debug, Clone, Default)]
pub struct Recent {
    /// With the number of the user's last view.
    viewed: RefCell<HashMap<Id, (u64, VecDeque<Id>), FixedState>>,
    views: Cell<u64>,
}

impl Recent {
    /// Notes that a user has viewed a record.
    pub fn view(&self, user: Id, record: Id) {
        let mut all = self.viewed.borrow_mut();
        self.views.set(self.views.get() + 1);
        if all.len() >= MOST_USERS && !all.contains_key(&user) {
            let mut last: Vec<u64> = all.values().map(|(last, _)| *last).collect();
            let (_, bound, _) = last.select_nth_unstable(MOST_USERS / 4);
            let bound = *bound;
            all.retain(|_, (last, _)| *last > bound);
        }
        let (last, viewed) = all.entry(user).or_default();
        *last = self.views.get();
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
        self.viewed
            .borrow()
            .get(&user)
            .map(|(_, viewed)| viewed.iter().copied().collect())
            .unwrap_or_default()
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
        for number in 2..5000 {
            recent.view(Id::numbered("005", number), id(1));
            recent.view(user, id(1));
        }
        assert!(recent.viewed.borrow().len() <= MOST_USERS);
        assert_eq!(recent.of(user).len(), PER_USER);
    }
}
