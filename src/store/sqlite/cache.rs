//! Columns and blocks read from the file, shared by all connections of a store and bounded by bytes.
//! Segments and blocks never change and their numbers are never used again, so nothing goes stale.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex};

use super::locked;
use crate::domain::EntryId;
use crate::query::Term;
use crate::store::block::Block;
use crate::store::segment::bits::Selection;
use crate::store::segment::{Loaded, SegmentRef};

/// Bytes of columns kept.
const COLUMN_BYTES: usize = 128 << 20;
/// Bytes of blocks kept.
const BLOCK_BYTES: usize = 8 << 20;
/// Bytes of entries' places kept.
const PLACE_BYTES: usize = 1 << 20;

/// Bytes of what slow conditions let through.
const FOUND_BYTES: usize = 8 << 20;
/// Bytes of lists of blocks kept.
const LIST_BYTES: usize = 4 << 20;

/// What was read before.
pub(super) struct Cache {
    pub(super) columns: Shelf<(u64, u8), Loaded>,
    pub(super) blocks: Shelf<u64, Arc<Block>>,
    /// The blocks with the records of a segment.
    pub(super) blocks_of: Shelf<u64, Arc<[u64]>>,
    /// What slow conditions let through.
    pub(super) found: Found,
    /// Segment and row of entries shown lately, by any connection.
    pub(super) places: Shelf<EntryId, (u64, usize)>,
}

impl Cache {
    pub(super) fn new() -> Cache {
        Cache {
            columns: Shelf::new(COLUMN_BYTES),
            blocks: Shelf::new(BLOCK_BYTES),
            blocks_of: Shelf::new(LIST_BYTES),
            found: Found::default(),
            places: Shelf::new(PLACE_BYTES),
        }
    }
}

/// The rows that conditions on records let through, for the ones asked lately: who refines a search for text, and
/// who counts what it shows, need not search again.
#[derive(Default)]
pub(super) struct Found(Mutex<Vec<OfTerm>>);

/// By segment and how many rows of it there were: rows are removed, and never come back.
struct OfTerm {
    term: Term,
    segments: HashMap<(u64, usize), Selection>,
    bytes: usize,
}

impl Found {
    /// Returns the rows of a segment that meet a condition.
    pub(super) fn get(&self, term: &Term, segment: &SegmentRef) -> Option<Selection> {
        let known = locked(&self.0);
        let of_term = known.iter().find(|of_term| of_term.term == *term)?;
        of_term.segments.get(&(segment.number, segment.live_rows())).cloned()
    }

    /// Keeps the rows of a segment that meet a condition.
    pub(super) fn put(&self, term: &Term, segment: &SegmentRef, found: &Selection) {
        let mut known = locked(&self.0);
        let mut of_term = match known.iter().position(|of_term| of_term.term == *term) {
            Some(at) => known.remove(at),
            None => OfTerm { term: term.clone(), segments: HashMap::new(), bytes: 0 },
        };
        let key = (segment.number, segment.live_rows());
        if of_term.segments.insert(key, found.clone()).is_none() {
            of_term.bytes += found.bytes() + 64;
        }
        known.push(of_term);
        while known.len() > 1 && known.iter().map(|of_term| of_term.bytes).sum::<usize>() > FOUND_BYTES {
            known.remove(0);
        }
    }
}

/// Values by key; those not asked for lately make room.
pub(super) struct Shelf<K, V>(Mutex<Inner<K, V>>);

struct Inner<K, V> {
    kept: HashMap<K, Kept<V>>,
    queue: VecDeque<K>,
    bytes: usize,
    limit: usize,
}

struct Kept<V> {
    value: V,
    bytes: usize,
    used: bool,
}

impl<K: Copy + Eq + Hash, V: Clone> Shelf<K, V> {
    fn new(limit: usize) -> Shelf<K, V> {
        Shelf(Mutex::new(Inner { kept: HashMap::new(), queue: VecDeque::new(), bytes: 0, limit }))
    }

    /// Returns the value of a key.
    pub(super) fn get(&self, key: K) -> Option<V> {
        let mut inner = locked(&self.0);
        let kept = inner.kept.get_mut(&key)?;
        kept.used = true;
        Some(kept.value.clone())
    }

    /// Keeps a value of so many bytes.
    pub(super) fn put(&self, key: K, value: V, bytes: usize) {
        let mut inner = locked(&self.0);
        if inner.kept.insert(key, Kept { value, bytes, used: false }).is_none() {
            inner.queue.push_back(key);
            inner.bytes += bytes;
        }
        inner.make_room();
    }
}

impl<K: Copy + Eq + Hash, V> Inner<K, V> {
    /// Drops the oldest values that were not asked for since they were last passed over.
    fn make_room(&mut self) {
        while self.bytes > self.limit {
            let Some(key) = self.queue.pop_front() else { return };
            let Some(kept) = self.kept.get_mut(&key) else { continue };
            if std::mem::take(&mut kept.used) {
                self.queue.push_back(key);
            } else {
                self.bytes -= kept.bytes;
                self.kept.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_used_within_its_limit() {
        let shelf = Shelf::new(100);
        for key in 0..50 {
            shelf.put(key, key, 10);
            shelf.get(0);
        }
        assert_eq!(shelf.get(0), Some(0));
        assert_eq!(shelf.get(5), None);
        assert_eq!(shelf.get(49), Some(49));
        assert!(shelf.0.lock().unwrap().bytes <= 100);
    }
}
