//! Dictionaries: each different value of a column once, and how many rows have it.

use std::hash::BuildHasher as _;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::addresses;
use super::frame::{Reader, damaged, push_varint, unwrap, wrap_small};
use crate::domain::short::same;
use crate::query::TextMatcher;
use crate::store::Result;

/// Bytes that a dictionary keeps room for from one set of values to the next: more than most columns take.
const KEPT_BYTES: usize = 4 << 20;

/// Fewest rows of a batch that tell whether the values of a column mostly differ.
const TELLING: usize = 64;
/// For how many batches values that mostly differ are listed before it is looked again whether they still do.
const LISTED: u8 = 15;

/// The id that says a row has no value.
pub(crate) const NONE: u32 = 0;

/// Values end to end; the first one has id 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dict {
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

impl Dict {
    /// Returns the ids there are, with that of no value.
    pub(crate) fn len(&self) -> usize {
        self.ends.len() + 1
    }

    /// Returns the value of an id; `None` for [`NONE`].
    #[inline]
    pub(crate) fn get(&self, id: u32) -> Option<&[u8]> {
        let at = (id as usize).checked_sub(1)?;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        Some(&self.bytes[start as usize..self.ends[at] as usize])
    }

    /// Returns no values yet, with room for so many of so many bytes.
    pub(super) fn with_room(values: usize, bytes: usize) -> Dict {
        Dict { ends: Vec::with_capacity(values), bytes: Vec::with_capacity(bytes) }
    }

    /// Adds a value, whether it is there or not; returns its id.
    pub(super) fn push(&mut self, value: &[u8]) -> u32 {
        self.bytes.extend_from_slice(value);
        // A batch or segment is closed long before its values take 4 GiB; see `Rows::is_full`.
        self.ends.push(self.bytes.len() as u32);
        self.ends.len() as u32
    }

    /// Returns the bytes of all values.
    pub(crate) fn value_bytes(&self) -> usize {
        self.bytes.len()
    }
}

/// A dictionary being built.
#[derive(Debug, Default)]
pub(crate) struct DictBuilder {
    dict: Dict,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// Id of the value asked for last: records mostly repeat what the one before them says.
    last: u32,
    /// For how many batches more values are listed as they come. What takes them over looks them up, and where most
    /// differ, as the ids of requests do, that once is enough.
    listed: u8,
}

impl DictBuilder {
    /// Returns the id of a value, a new one where it was not seen before or is only listed.
    #[inline]
    pub(crate) fn intern(&mut self, value: &[u8]) -> u32 {
        if !self.dict.get(self.last).is_some_and(|last| same(last, value)) {
            self.last = match self.listed {
                0 => self.look_up(value),
                _ => self.dict.push(value),
            };
        }
        self.last
    }

    fn look_up(&mut self, value: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(value);
        let dict = &mut self.dict;
        if let Some(id) = self.table.find(hash, |id| dict.get(*id).is_some_and(|known| same(known, value))) {
            return *id;
        }
        let id = dict.push(value);
        let hasher = &self.hasher;
        self.table.insert_unique(hash, id, |id| hasher.hash_one(dict.get(*id).unwrap_or_default()));
        id
    }

    /// Returns an empty one for the next batch, with room for as much as this holds for so many rows.
    pub(crate) fn room(&self, rows: usize) -> DictBuilder {
        let Dict { ends, bytes } = &self.dict;
        let differ = rows >= TELLING && ends.len() > rows / 8 * 7;
        let listed = match self.listed {
            0 if differ => LISTED,
            listed => listed.saturating_sub(1),
        };
        DictBuilder {
            dict: Dict {
                ends: Vec::with_capacity(ends.len()),
                bytes: Vec::with_capacity(bytes.len().min(KEPT_BYTES)),
            },
            table: HashTable::with_capacity(if listed > 0 { 0 } else { ends.len() }),
            hasher: self.hasher.clone(),
            last: NONE,
            listed,
        }
    }

    /// Forgets all values and keeps the memory they lay in.
    pub(crate) fn clear(&mut self) {
        self.dict.ends.clear();
        self.dict.bytes.clear();
        self.dict.bytes.shrink_to(KEPT_BYTES);
        self.table.clear();
        (self.last, self.listed) = (NONE, 0);
    }

    /// Returns the dictionary so far.
    pub(crate) fn dict(&self) -> &Dict {
        &self.dict
    }
}

/// A dictionary with the rows of each value counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Values {
    dict: Dict,
    counts: Vec<u32>,
}

impl Values {
    /// Returns the values that rows use, most frequent first and those of one number as they came, and the new
    /// ids of the rows.
    pub(crate) fn build(dict: &Dict, ids: &[u32]) -> (Values, Vec<u32>) {
        Values::build_in(dict, ids, |_| {})
    }

    /// Does the same with the values of one number in an order: `arrange` is given their ids.
    pub(super) fn build_in(dict: &Dict, ids: &[u32], arrange: impl Fn(&mut [u32])) -> (Values, Vec<u32>) {
        let mut counts = vec![0u32; dict.len()];
        ids.iter().for_each(|id| counts[*id as usize] += 1);
        let mut order: Vec<u32> = (1..dict.len() as u32).filter(|id| counts[*id as usize] > 0).collect();
        order.sort_by_key(|id| std::cmp::Reverse(counts[*id as usize]));
        order.chunk_by_mut(|a, b| counts[*a as usize] == counts[*b as usize]).for_each(arrange);
        let mut renumbered = vec![NONE; dict.len()];
        let mut values = Values { dict: Dict::default(), counts: vec![counts[NONE as usize]] };
        values.dict.bytes.reserve_exact(dict.bytes.len());
        for old in order {
            renumbered[old as usize] = values.dict.push(dict.get(old).unwrap_or_default());
            values.counts.push(counts[old as usize]);
        }
        (values, ids.iter().map(|id| renumbered[*id as usize]).collect())
    }

    /// Returns a dictionary of values and how many rows have each id.
    pub(super) fn of(dict: Dict, counts: Vec<u32>) -> Values {
        Values { dict, counts }
    }

    /// Returns the ids there are, with that of no value.
    pub(crate) fn len(&self) -> usize {
        self.dict.len()
    }

    /// Returns the value of an id.
    pub(crate) fn get(&self, id: u32) -> Option<&[u8]> {
        self.dict.get(id)
    }

    /// Returns the ids of the values that hold a literal, in their order, found in one pass over all values.
    pub(crate) fn holding(&self, literal: &TextMatcher) -> Vec<u32> {
        let Dict { ends, bytes } = &self.dict;
        let (mut ids, mut at, mut from) = (Vec::new(), 0, 0);
        while let Some(hit) = literal.find(bytes, from) {
            at += ends[at..].partition_point(|end| *end as usize <= hit.start);
            let Some(end) = ends.get(at) else { break };
            // One that begins in a value and ends behind it is none, and may hide one that begins later.
            from = hit.start + 1;
            if hit.end <= *end as usize {
                ids.push(at as u32 + 1);
                from = *end as usize;
            }
        }
        ids
    }

    /// Returns how many rows have each id.
    pub(crate) fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// Returns the bytes it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.dict.bytes.len() + self.dict.ends.len() * 8 + 128
    }

    /// Writes the dictionary as a BLOB.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.dict.bytes.len() + self.dict.ends.len() * 3 + 8);
        push_varint(&mut out, self.dict.ends.len() as u64);
        self.counts.iter().for_each(|count| push_varint(&mut out, u64::from(*count)));
        let mut start = 0;
        for end in &self.dict.ends {
            push_varint(&mut out, u64::from(end - start));
            start = *end;
        }
        out.extend_from_slice(&self.dict.bytes);
        wrap_small(&out)
    }

    /// Reads the dictionary of a column of `rows` rows from its BLOB.
    pub(crate) fn decode(what: &str, blob: &[u8], rows: usize) -> Result<Values> {
        let payload = unwrap(what, blob)?;
        if let Some(values) = addresses::read_values(what, &payload, rows) {
            return values;
        }
        let mut reader = Reader::new(what, &payload);
        let len = reader.count()?;
        let mut counts = Vec::with_capacity(len + 1);
        for _ in 0..=len {
            counts.push(u32::try_from(reader.varint()?).map_err(|_| reader.bad("a count is too great"))?);
        }
        if counts.iter().map(|count| u64::from(*count)).sum::<u64>() != rows as u64 {
            return Err(reader.bad("its counts do not add up to its rows"));
        }
        let mut ends = Vec::with_capacity(len);
        let mut end = 0u64;
        for _ in 0..len {
            end = end.saturating_add(reader.varint()?);
            ends.push(u32::try_from(end).map_err(|_| reader.bad("a value is too long"))?);
        }
        let bytes = reader.rest().to_vec();
        if bytes.len() as u64 != end {
            return Err(damaged(what, "its values are cut short"));
        }
        Ok(Values { dict: Dict { ends, bytes }, counts })
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::wrap;
    use super::*;
    use crate::query::Text;

    proptest::proptest! {
        #[test]
        fn dictionaries_read_back(values in proptest::collection::vec(proptest::option::of("[a-c]{0,3}"), 0..60)) {
            let mut builder = DictBuilder::default();
            let ids: Vec<u32> = values.iter().map(|v| v.as_ref().map_or(NONE, |v| builder.intern(v.as_bytes()))).collect();
            let (dict, ids) = Values::build(builder.dict(), &ids);
            let read = Values::decode("x", &dict.encode(), values.len()).unwrap();
            assert_eq!(read, dict);
            for (id, value) in ids.iter().zip(&values) {
                assert_eq!(read.get(*id), value.as_ref().map(String::as_bytes));
                assert_eq!(read.counts()[*id as usize] as usize, values.iter().filter(|v| *v == value).count());
            }
            assert!(Values::decode("x", &dict.encode(), values.len() + 1).is_err());
        }

        #[test]
        fn what_is_listed_says_the_same(
            batches in proptest::collection::vec((70usize..90, 1u32..200), 1..40),
        ) {
            let mut batch = DictBuilder::default();
            let mut next = 0u32;
            for (rows, kinds) in batches {
                let values: Vec<String> = (0..rows).map(|_| { next += 7; (next % kinds).to_string() }).collect();
                let ids: Vec<u32> = values.iter().map(|value| batch.intern(value.as_bytes())).collect();
                let read: Vec<_> = ids.iter().map(|id| batch.dict().get(*id).unwrap()).collect();
                assert_eq!(read, values.iter().map(String::as_bytes).collect::<Vec<_>>());
                batch = batch.room(rows);
            }
        }

        #[test]
        fn junk_is_an_error_and_no_panic(payload: Vec<u8>, rows in 0usize..9) {
            let _ = Values::decode("x", &wrap(&payload), rows);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_holds_a_literal_is_found(
            values in proptest::collection::btree_set("[abAé]{0,4}", 0..12),
            literal in "[abé]{1,3}",
            exact_case: bool,
        ) {
            let mut builder = DictBuilder::default();
            let ids: Vec<u32> = values.iter().map(|value| builder.intern(value.as_bytes())).collect();
            let (dict, _) = Values::build(builder.dict(), &ids);
            let matcher = TextMatcher::literal(&Text { literal, exact_case });
            let holds = |id: &u32| dict.get(*id).is_some_and(|value| matcher.is_match(value));
            let all: Vec<u32> = (0..dict.len() as u32).filter(holds).collect();
            assert_eq!(dict.holding(&matcher), all);
        }
    }

    #[test]
    fn only_what_differs_is_listed_and_not_for_ever() {
        let fill = |batch: &mut DictBuilder, kinds: usize| {
            for row in 0..100 {
                batch.intern((row % kinds).to_string().as_bytes());
            }
            let len = batch.dict().len() - 1;
            *batch = batch.room(100);
            len
        };
        let mut batch = DictBuilder::default();
        assert_eq!([fill(&mut batch, 10), fill(&mut batch, 10)], [10, 10]);
        assert_eq!([fill(&mut batch, 100), fill(&mut batch, 10)], [100, 100]);
        (0..14).for_each(|_| assert_eq!(fill(&mut batch, 10), 100));
        assert_eq!([fill(&mut batch, 10), fill(&mut batch, 10)], [10, 10]);
    }
}
