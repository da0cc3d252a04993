//! What the values of a segment's dictionary are called in a facet: each text once for all segments, so that
//! merging the counts of segments is adding numbers.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::domain::{Field, Ip, ip};
use crate::query::facet_values;
use crate::store::segment::columns::DictCol;
use crate::store::segment::dict::Values;
use crate::store::segment::values::{read_ip, text};
use crate::store::segment::{SegmentRef, probe};

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

/// For the ids of one dictionary, the numbers of their texts.
pub(super) struct Numbers {
    /// Where the numbers of each id end; nothing where every id but the first, that of no value, has one.
    ends: Vec<u32>,
    numbers: Vec<u32>,
    limit: usize,
}

impl Numbers {
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

    /// Returns the texts' numbers of a segment's dictionary.
    pub(super) fn of(&mut self, session: &Session, segment: &SegmentRef, values: &Values) -> Arc<Numbers> {
        if let Some(numbers) = self.segments.get(&segment.number) {
            return numbers.clone();
        }
        let mut numbers = self.read(session, values);
        numbers.limit = self.ends.len();
        self.size += values.len();
        let numbers = Arc::new(numbers);
        self.segments.insert(segment.number, numbers.clone());
        numbers
    }

    fn read(&mut self, session: &Session, values: &Values) -> Numbers {
        let ids = 1..values.len() as u32;
        let values_of = ids.map(|id| values.get(id).unwrap_or_default());
        let one = |numbers| Numbers { ends: Vec::new(), numbers, limit: 0 };
        match self.field {
            // These are kept as they are shown.
            Field::Workspace
            | Field::EventType
            | Field::Activity
            | Field::ActionCode
            | Field::Country
            | Field::Request
            | Field::Session => one(values_of.map(|value| self.number(text(value).as_bytes())).collect()),
            Field::Ip => one(values_of.map(|value| self.number(&ip_key(&read_ip(value)))).collect()),
            _ => self.read_any(session, values),
        }
    }

    fn read_any(&mut self, session: &Session, values: &Values) -> Numbers {
        let mut entry = probe::blank();
        let mut all = Numbers { ends: Vec::with_capacity(values.len()), numbers: Vec::new(), limit: 0 };
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

/// Returns what an address is known by. A text that reads like an address is shown like it, so it is the same.
fn ip_key(value: &Ip<'_>) -> Vec<u8> {
    let address = match value {
        Ip::Addr(addr) => Some(*addr),
        Ip::Text(text) => ip::parse_addr(text).filter(|addr| Ip::Addr(*addr).to_string() == **text),
    };
    match (address, value) {
        (Some(addr), _) => [&[0], ip::to_bytes(addr).as_slice()].concat(),
        (None, value) => [&[1], value.to_string().as_bytes()].concat(),
    }
}
