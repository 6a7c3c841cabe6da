//! The numbers in ids: one counter per key prefix.

use std::cell::RefCell;
use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::store::{Result, Store};

const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS \"_counter\" (prefix TEXT PRIMARY KEY, next INTEGER NOT NULL)";

/// So many numbers are reserved in the store at a time: those that are left are lost at a restart.
const BLOCK: u64 = 1000;

/// The counters of an org, by key prefix.
#[derive(Default, Clone)]
pub(super) struct Counters(RefCell<HashMap<String, Counter, FixedState>>);

/// The numbers of one key prefix: the next to give, and the first that the store has not reserved.
#[derive(Clone, Copy)]
struct Counter {
    next: u64,
    reserved: u64,
}

impl Counters {
    /// The next number under a key prefix; never one that was given before, in an earlier run either.
    pub fn next(&self, store: &Store, prefix: &str) -> Result<u64> {
        let mut counters = self.0.borrow_mut();
        let counter = match counters.get_mut(prefix) {
            Some(counter) => counter,
            None => {
                store.execute(TABLE, [])?;
                let sql = "SELECT next FROM \"_counter\" WHERE prefix = ?1";
                let next = store.row(sql, [prefix], |row| row.get::<_, i64>(0))?;
                let counter = Counter { next: next.map_or(1, |next| next as u64), reserved: 0 };
                counters.entry(prefix.to_owned()).or_insert(counter)
            }
        };
        let number = counter.next;
        if number >= counter.reserved {
            save(store, prefix, number + BLOCK)?;
            counter.reserved = number + BLOCK;
        }
        counter.next += 1;
        Ok(number)
    }

    /// Makes the next number of a key prefix at least `first`.
    pub fn reserve(&self, store: &Store, prefix: &str, first: u64) -> Result<()> {
        let next = self.0.borrow().get(prefix).map_or(0, |counter| counter.next);
        if next < first {
            save(store, prefix, first)?;
            self.0.borrow_mut().insert(prefix.to_owned(), Counter { next: first, reserved: 0 });
        }
        Ok(())
    }

    /// After a roll-back: it may have undone a reservation while later numbers are in use, which is written again.
    pub fn reserve_anew(&self) {
        for counter in self.0.borrow_mut().values_mut() {
            counter.reserved = 0;
        }
    }
}

fn save(store: &Store, prefix: &str, next: u64) -> Result<()> {
    store.execute(TABLE, [])?;
    let sql =
        "INSERT INTO \"_counter\" VALUES (?1, ?2) ON CONFLICT (prefix) DO UPDATE SET next = excluded.next";
    store.execute(sql, rusqlite::params![prefix, next as i64])?;
    Ok(())
}
