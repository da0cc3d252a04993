//! Columns and blocks read from the file, shared by all connections of a store and bounded by bytes.
//! Segments and blocks never change and their numbers are never used again, so nothing goes stale.

use std::collections::HashMap;
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
/// Bytes of columns kept where values are counted again and again: what that reads of ten million entries, and their
/// times.
const COUNTED_BYTES: usize = 192 << 20;
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

    /// Makes room for who counts values; who imports has none to spare.
    pub(super) fn widen(&self) {
        locked(&self.columns.0).limit = COUNTED_BYTES;
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

/// Values by key; any of those not asked for lately make room. Not the oldest: who goes through more than there is
/// room for, again and again, would find nothing.
pub(super) struct Shelf<K, V>(Mutex<Inner<K, V>>);

struct Inner<K, V> {
    kept: HashMap<K, Kept<V>>,
    keys: Vec<K>,
    bytes: usize,
    limit: usize,
    /// Draws who makes room.
    lot: u64,
}

struct Kept<V> {
    value: V,
    bytes: usize,
    used: bool,
}

impl<K: Copy + Eq + Hash, V: Clone> Shelf<K, V> {
    fn new(limit: usize) -> Shelf<K, V> {
        Shelf(Mutex::new(Inner { kept: HashMap::new(), keys: Vec::new(), bytes: 0, limit, lot: 1 }))
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
            inner.keys.push(key);
            inner.bytes += bytes;
        }
        inner.make_room();
    }
}

impl<K: Copy + Eq + Hash, V> Inner<K, V> {
    /// Drops values that were not asked for since they were last passed over.
    fn make_room(&mut self) {
        while self.bytes > self.limit && !self.keys.is_empty() {
            // A generator of Lehmer's: what it draws need not be unforeseeable.
            self.lot = self.lot.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let at = (self.lot >> 32) as usize % self.keys.len();
            if self.kept.get_mut(&self.keys[at]).is_some_and(|kept| std::mem::take(&mut kept.used)) {
                continue;
            }
            let gone = self.kept.remove(&self.keys.swap_remove(at));
            self.bytes -= gone.map_or(0, |kept| kept.bytes);
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
        assert!((0..50).filter(|key| shelf.get(*key).is_some()).count() <= 10);
        assert_eq!(shelf.get(0), Some(0));
        assert!(shelf.0.lock().unwrap().bytes <= 100);
    }

    #[test]
    fn going_through_more_than_there_is_room_for_finds_some() {
        let shelf = Shelf::new(100);
        let mut found = 0;
        for key in (0..20).flat_map(|_| 0..13) {
            match shelf.get(key) {
                Some(_) => found += 1,
                None => shelf.put(key, key, 10),
            }
        }
        assert!(found > 60, "{found}");
    }
}
