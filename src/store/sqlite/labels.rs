//! What the values of a segment's dictionary are called in a facet: each text once for all segments, so that
//! merging the counts of segments is adding numbers.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::domain::{Field, Ip, ip};
use crate::query::facet_values;
use crate::store::Result;
use crate::store::segment::columns::DictCol;
use crate::store::segment::dict::Values;
use crate::store::segment::values::{read_ip, text};
use crate::store::segment::{Load as _, SegmentRef, probe};

use super::session::Session;

/// Numbers remembered for all fields before all are forgotten: four bytes each, and their texts.
pub(super) const MANY: usize = 1 << 24;

/// The texts of one field.
pub(super) struct Labels {
    field: Field,
    /// What texts are known by, end to end: themselves; of an address its bytes behind a zero.
    keys: Vec<u8>,
    ends: Vec<usize>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
    segments: HashMap<u64, Arc<Numbers>>,
    size: usize,
}

/// For the ids of one dictionary, the numbers of their texts and how many rows have each: all that counting needs
/// of a dictionary, in a fraction of its bytes.
pub(super) struct Numbers {
    /// Where the numbers of each id end; nothing where every id but the first, that of no value, has one.
    ends: Vec<u32>,
    numbers: Vec<u32>,
    limit: usize,
    /// How many rows have each id: the id behind a run of those alike, and their count.
    runs: Vec<(u32, u32)>,
}

impl Numbers {
    fn new(ends: Vec<u32>, numbers: Vec<u32>) -> Numbers {
        Numbers { ends, numbers, limit: 0, runs: Vec::new() }
    }

    /// Remembers how many rows have each id. Dictionaries begin with what most rows have, so runs are long.
    fn set_counts(&mut self, counts: &[u32]) {
        // The first id, that of no value, is a run of its own.
        let (none, some) = counts.split_at(counts.len().min(1));
        let mut end = 0;
        for run in none.chunk_by(|a, b| a == b).chain(some.chunk_by(|a, b| a == b)) {
            end += run.len() as u32;
            self.runs.push((end, run[0]));
        }
    }

    /// Returns how many ids there are.
    pub(super) fn ids(&self) -> usize {
        self.runs.last().map_or(0, |run| run.0 as usize)
    }

    /// Returns runs of ids and how many rows have each of them.
    pub(super) fn runs(&self) -> impl Iterator<Item = (std::ops::Range<usize>, u32)> {
        let starts = std::iter::once(0).chain(self.runs.iter().map(|run| run.0));
        starts.zip(&self.runs).map(|(start, (end, count))| (start as usize..*end as usize, *count))
    }

    /// Returns how many rows have each id.
    pub(super) fn counts(&self) -> Vec<u32> {
        let mut counts = Vec::with_capacity(self.ids());
        self.runs().for_each(|(ids, count)| counts.resize(ids.end, count));
        counts
    }

    /// Returns the numbers of ids that have one each; `None` where some have none or several.
    pub(super) fn of_all(&self, ids: std::ops::Range<usize>) -> Option<&[u32]> {
        if !self.ends.is_empty() {
            return None;
        }
        self.numbers.get(ids.start.checked_sub(1)?..ids.end.checked_sub(1)?)
    }

    /// Returns the numbers of an id's texts; nothing where it has no value.
    pub(super) fn of(&self, id: usize) -> &[u32] {
        if self.ends.is_empty() {
            return id.checked_sub(1).map_or(&[], |at| &self.numbers[at..=at]);
        }
        let start = id.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.numbers[start as usize..self.ends[id] as usize]
    }

    /// Returns a number that all are below.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }
}

impl Labels {
    /// Returns no texts yet of a field.
    pub(super) fn of_field(field: Field) -> Labels {
        Labels {
            field,
            keys: Vec::new(),
            ends: Vec::new(),
            table: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            segments: HashMap::new(),
            size: 0,
        }
    }

    /// Returns the texts' numbers of a segment's dictionary, which is read only where they are not known yet.
    pub(super) fn of(&mut self, session: &mut Session, segment: &SegmentRef) -> Result<Arc<Numbers>> {
        if let Some(numbers) = self.segments.get(&segment.number) {
            return Ok(numbers.clone());
        }
        let values = &*session.values(segment, DictCol::of(self.field))?;
        let mut numbers = self.read(session, values);
        numbers.limit = self.ends.len();
        numbers.set_counts(values.counts());
        self.size += values.len();
        let numbers = Arc::new(numbers);
        self.segments.insert(segment.number, numbers.clone());
        Ok(numbers)
    }

    fn read(&mut self, session: &Session, values: &Values) -> Numbers {
        let ids = 1..values.len() as u32;
        let values_of = ids.map(|id| values.get(id).unwrap_or_default());
        let one = |numbers| Numbers::new(Vec::new(), numbers);
        match self.field {
            // These are kept as they are shown.
            Field::Workspace
            | Field::EventType
            | Field::Activity
            | Field::ActionCode
            | Field::Country
            | Field::Request
            | Field::Session => one(values_of.map(|value| self.number(text(value).as_bytes())).collect()),
            Field::Ip => one(values_of.map(|value| self.number_of_ip(&read_ip(value))).collect()),
            _ => self.read_any(session, values),
        }
    }

    fn read_any(&mut self, session: &Session, values: &Values) -> Numbers {
        let mut entry = probe::blank();
        let mut all = Numbers::new(Vec::with_capacity(values.len()), Vec::new());
        for id in 0..values.len() as u32 {
            let col = DictCol::of(self.field);
            probe::fill(&mut entry, col, values.get(id), &session.snapshot.names);
            for text in facet_values(&entry, self.field) {
                all.numbers.push(self.number(text.as_bytes()));
            }
            all.ends.push(all.numbers.len() as u32);
        }
        all
    }

    /// An address is known by its bytes; a text that reads like one is shown like it, so it is the same.
    fn number_of_ip(&mut self, value: &Ip<'_>) -> u32 {
        let address = match value {
            Ip::Addr(addr) => Some(*addr),
            Ip::Text(text) => ip::parse_addr(text).filter(|addr| Ip::Addr(*addr).to_string() == **text),
        };
        let mut key = [0; 17];
        match address {
            Some(addr) => {
                key[1..].copy_from_slice(&ip::to_bytes(addr));
                self.number(&key)
            }
            None => self.number(&[&[1], value.to_string().as_bytes()].concat()),
        }
    }

    fn number(&mut self, key: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(key);
        let (keys, ends) = (&mut self.keys, &mut self.ends);
        if let Some(number) = self.table.find(hash, |number| key_of(keys, ends, *number) == key) {
            return *number;
        }
        let number = ends.len() as u32;
        keys.extend_from_slice(key);
        ends.push(keys.len());
        let hasher = &self.hasher;
        self.table.insert_unique(hash, number, |number| hasher.hash_one(key_of(keys, ends, *number)));
        number
    }

    /// Returns the text of a number.
    pub(super) fn text(&self, number: u32) -> Arc<str> {
        let key = key_of(&self.keys, &self.ends, number);
        if self.field != Field::Ip {
            return text(key).into();
        }
        match key.split_first() {
            Some((0, bytes)) => match <[u8; 16]>::try_from(bytes) {
                Ok(bytes) => Ip::Addr(ip::from_bytes(bytes)).to_string().into(),
                Err(_) => Arc::default(),
            },
            Some((_, bytes)) => text(bytes).into(),
            None => Arc::default(),
        }
    }

    /// Returns how much is remembered.
    pub(super) fn size(&self) -> usize {
        self.size + self.ends.len()
    }
}

fn key_of<'k>(keys: &'k [u8], ends: &[usize], number: u32) -> &'k [u8] {
    let at = number as usize;
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    &keys[start..ends[at]]
}
