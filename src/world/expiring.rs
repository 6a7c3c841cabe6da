//! A map whose entries expire, with a bound on their number.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::FixedState;

/// Below this number of entries nothing is swept.
const SMALLEST_SWEEP: usize = 64;

/// Entries by key. An insertion costs constant time on average: the expired entries are swept only when the map has
/// twice as many entries as the last sweep left. When `most` are left that have not expired, the quarter that was used
/// longest ago makes room.
#[derive(Debug, Clone)]
pub struct Expiring<K, V> {
    most: usize,
    entries: HashMap<K, Entry<V>, FixedState>,
    sweep_at: usize,
    uses: u64,
}

/// A value, and when it expires.
#[derive(Debug, Clone)]
pub struct Entry<V> {
    pub value: V,
    /// Milliseconds since 1970 UTC.
    pub expires: i64,
    /// The number of the use of the map that was the last of this entry.
    used: u64,
}

impl<K: Eq + Hash, V> Expiring<K, V> {
    /// A map of at most `most` entries; `most` is 4 or more.
    pub fn new(most: usize) -> Expiring<K, V> {
        let sweep_at = SMALLEST_SWEEP.min(most);
        Expiring { most, entries: HashMap::default(), sweep_at, uses: 0 }
    }

    /// Keeps a value until `expires`; gives the one that it takes the place of. `now` is the time of the insertion.
    pub fn insert(&mut self, key: K, value: V, expires: i64, now: i64) -> Option<Entry<V>> {
        if self.entries.len() >= self.sweep_at {
            self.sweep(now);
        }
        self.uses += 1;
        self.entries.insert(key, Entry { value, expires, used: self.uses })
    }

    /// An entry, expired or not. This is no use of it.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&Entry<V>>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key)
    }

    /// The same, and a use of it.
    pub fn get_mut<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<&mut Entry<V>>
    where
        K: Borrow<Q>,
    {
        self.uses += 1;
        let entry = self.entries.get_mut(key)?;
        entry.used = self.uses;
        Some(entry)
    }

    /// Takes a value out.
    pub fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<Entry<V>>
    where
        K: Borrow<Q>,
    {
        self.entries.remove(key)
    }

    /// Keeps the entries that `keeps` says yes to; gives the number of the others.
    pub fn retain(&mut self, mut keeps: impl FnMut(&V) -> bool) -> usize {
        let before = self.entries.len();
        self.entries.retain(|_, entry| keeps(&entry.value));
        before - self.entries.len()
    }

    /// All entries, expired or not, in no particular order (but in the same one in each run).
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, entry)| (key, &entry.value))
    }

    /// All values, expired or not, to be changed. This is no use of them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.values_mut().map(|entry| &mut entry.value)
    }

    fn sweep(&mut self, now: i64) {
        self.entries.retain(|_, entry| entry.expires > now);
        if self.entries.len() >= self.most {
            let mut used: Vec<u64> = self.entries.values().map(|entry| entry.used).collect();
            let (_, bound, _) = used.select_nth_unstable(self.most / 4);
            let bound = *bound;
            self.entries.retain(|_, entry| entry.used > bound);
        }
        self.sweep_at = (self.entries.len() * 2).max(SMALLEST_SWEEP).min(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_expired_is_swept() {
        let mut map = Expiring::new(1_000_000);
        for now in 0..100_000_i64 {
            map.insert(now, (), now + 10, now);
        }
        assert!(map.iter().count() <= SMALLEST_SWEEP);
    }

    #[test]
    fn the_least_recently_used_make_room() {
        let mut map = Expiring::new(100);
        for number in 0..1000 {
            map.insert(number, (), i64::MAX, 0);
            assert!(map.get_mut(&0).is_some(), "after {number}");
            assert!(map.iter().count() <= 100);
        }
        assert!(map.get(&1).is_none() && map.get(&999).is_some());
    }
}
