//! Where kept answers stand: bounded in bytes, each until its time.

use std::collections::{HashMap, VecDeque};

use super::{Find, Key};
use crate::time::Timestamp;

/// What an entry takes beside its value.
const ENTRY_BYTES: u64 = 256;

/// Kept values. Belongs behind one lock; every call on it is short, and takes constant time on
/// average, except [`Shelf::sweep`].
#[derive(Debug)]
pub struct Shelf<V> {
    capacity: u64,
    held: u64,
    entries: HashMap<Key, Entry<V>>,
    /// Every key of `entries` once, in the order in which they are looked at for eviction.
    order: VecDeque<Key>,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    bytes: u64,
    kept: Timestamp,
    until: Timestamp,
    recency: Recency,
}

/// Whether an entry was used since it was last looked at for eviction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recency {
    Used,
    Unused,
}

/// A value that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found<V> {
    /// The value.
    pub value: V,
    /// How long it has been kept, in milliseconds.
    pub age_ms: i64,
}

impl<V: Clone> Shelf<V> {
    /// An empty shelf that holds at most so many bytes.
    #[must_use]
    pub fn new(capacity: u64) -> Self {
        Self { capacity, held: 0, entries: HashMap::new(), order: VecDeque::new() }
    }

    /// How many bytes are held, a fixed part for each entry included.
    #[must_use]
    pub const fn held(&self) -> u64 {
        self.held
    }

    /// How many values are held, expired ones included until they are swept out.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Holds at most so many bytes from now on.
    pub fn resize(&mut self, capacity: u64) {
        self.capacity = capacity;
        self.make_room();
    }

    /// Looks for a value that is neither expired nor older than wished.
    pub fn find(&mut self, key: &Key, wish: Find, now: Timestamp) -> Option<Found<V>> {
        let entry = self.entries.get_mut(key)?;
        let age_ms = now.since(entry.kept).max(0);
        let wanted = match wish {
            Find::Nothing => false,
            Find::AtMost(most_ms) => age_ms <= most_ms,
            Find::Any => true,
        };
        if now >= entry.until || !wanted {
            return None;
        }
        entry.recency = Recency::Used;
        Some(Found { value: entry.value.clone(), age_ms })
    }

    /// Keeps a value of so many bytes until a time, in place of one with the same key. One that is
    /// larger than the shelf is not kept.
    pub fn keep(&mut self, key: Key, (value, bytes): (V, u64), (now, until): (Timestamp, Timestamp)) {
        let bytes = bytes.saturating_add(ENTRY_BYTES);
        if bytes > self.capacity {
            return;
        }
        let entry = Entry { value, bytes, kept: now, until, recency: Recency::Used };
        self.held += bytes;
        match self.entries.insert(key, entry) {
            Some(before) => self.held -= before.bytes,
            None => self.order.push_back(key),
        }
        self.make_room();
    }

    /// Lets go of what has expired. Looks at every entry.
    pub fn sweep(&mut self, now: Timestamp) {
        self.entries.retain(|_, entry| now < entry.until);
        self.order.retain(|key| self.entries.contains_key(key));
        self.held = self.entries.values().map(|entry| entry.bytes).sum();
    }

    /// Evicts until what is held fits. Each turn marks an entry or removes one, so it ends.
    fn make_room(&mut self) {
        while self.held > self.capacity {
            let Some(key) = self.order.pop_front() else { return };
            match self.entries.get_mut(&key) {
                Some(entry) if entry.recency == Recency::Used => {
                    entry.recency = Recency::Unused;
                    self.order.push_back(key);
                }
                Some(_) | None => {
                    self.held -= self.entries.remove(&key).map_or(0, |entry| entry.bytes);
                }
            }
        }
    }
}
