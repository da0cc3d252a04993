//! What the values of a segment's dictionary are called in a facet: each text once for all segments, so that
//! merging the counts of segments is adding numbers.

mod bulk;
mod keys;

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::Field;
use crate::query::facet_values;
use crate::store::Result;
use crate::store::segment::columns::DictCol;
use crate::store::segment::dict::Values;
use crate::store::segment::probe::Names;
use crate::store::segment::values::text;
use crate::store::segment::{Load as _, SegmentRef, probe};

use super::selections::Selected;
use super::session::Session;
use keys::{Addresses, Texts};

/// Numbers remembered for all fields before all are forgotten: four bytes each, and their texts.
pub(super) const MANY: usize = 1 << 24;

/// Questions whose counts are remembered to begin the next one with.
const LATELY: usize = 3;

/// The texts of one field.
pub(super) struct Labels {
    field: Field,
    keys: Keys,
    segments: HashMap<u64, Arc<Numbers>>,
    size: usize,
    total: Option<Total>,
    lately: Vec<Lately>,
}

/// What texts are known by.
enum Keys {
    Texts(Texts),
    Addresses(Addresses),
}

/// How many rows of some segments have each text: who asks for most rows need not count them all.
struct Total {
    segments: Vec<u64>,
    sums: Arc<Sums>,
}

/// The rows of all segments of one state of the store that were asked for, and what was counted of them.
type Lately = (Selected, Arc<Sums>);

/// Rows by the numbers of their texts. Additions and subtractions wrap, in any order, and come to what there is: a
/// store has fewer than four billion rows.
#[derive(Clone, Default)]
pub(super) struct Sums {
    pub(super) labels: Vec<u32>,
    pub(super) without: u32,
}

impl Sums {
    /// Makes room for numbers below a limit.
    pub(super) fn reach(&mut self, limit: usize) {
        if self.labels.len() < limit {
            self.labels.resize(limit, 0);
        }
    }

    /// Adds what was counted elsewhere.
    pub(super) fn add(&mut self, other: &Sums) {
        self.reach(other.labels.len());
        self.labels.iter_mut().zip(&other.labels).for_each(|(sum, more)| *sum = sum.wrapping_add(*more));
        self.without = self.without.wrapping_add(other.without);
    }

    /// Counts every row of a segment so many times.
    pub(super) fn add_all(&mut self, numbers: &Numbers, times: u32) {
        self.reach(numbers.limit());
        for (ids, count) in numbers.runs().filter(|(_, count)| *count > 0) {
            let count = count.wrapping_mul(times);
            // Where all values differ there are as many as rows: nothing but the additions may be done for each.
            if let Some(all) = numbers.of_all(ids.clone()) {
                all.iter().for_each(|number| self.put(*number, count));
                continue;
            }
            ids.for_each(|id| self.add_id(id, count, numbers));
        }
    }

    /// Counts so many rows with an id.
    #[inline]
    pub(super) fn add_id(&mut self, id: usize, count: u32, numbers: &Numbers) {
        let shown = numbers.of(id);
        if shown.is_empty() {
            self.without = self.without.wrapping_add(count);
        }
        shown.iter().for_each(|number| self.put(*number, count));
    }

    /// Counts so many rows with a text.
    #[inline]
    pub(super) fn put(&mut self, number: u32, count: u32) {
        let sum = &mut self.labels[number as usize];
        *sum = sum.wrapping_add(count);
    }
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

    /// Returns the numbers of all ids but the first, that of no value, where each has one.
    pub(super) fn one_each(&self) -> Option<&[u32]> {
        self.ends.is_empty().then_some(&self.numbers)
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
        let keys = match field {
            Field::Ip => Keys::Addresses(Addresses::default()),
            _ => Keys::Texts(Texts::default()),
        };
        Labels { field, keys, segments: HashMap::new(), size: 0, total: None, lately: Vec::new() }
    }

    /// Returns the texts' numbers of a segment's dictionary, which is read only where they are not known yet.
    fn of(&mut self, session: &mut Session, segment: &SegmentRef) -> Result<Arc<Numbers>> {
        if let Some(numbers) = self.known(segment) {
            return Ok(numbers);
        }
        let values = session.values(segment, DictCol::of(self.field))?;
        Ok(self.read(segment, &values, &session.snapshot.names))
    }

    /// Returns the texts' numbers of a segment's dictionary, where they are known.
    pub(super) fn known(&self, segment: &SegmentRef) -> Option<Arc<Numbers>> {
        self.segments.get(&segment.number).cloned()
    }

    /// Returns the texts' numbers of a segment's dictionary, and knows them from then on.
    pub(super) fn read(&mut self, segment: &SegmentRef, values: &Values, names: &Names) -> Arc<Numbers> {
        let mut numbers = self.number(names, values);
        numbers.limit = self.len();
        numbers.set_counts(values.counts());
        self.size += values.len();
        let numbers = Arc::new(numbers);
        self.segments.insert(segment.number, numbers.clone());
        numbers
    }

    fn number(&mut self, names: &Names, values: &Values) -> Numbers {
        let ids = 1..values.len() as u32;
        let values_of = ids.map(|id| values.get(id).unwrap_or_default());
        let one = |numbers| Numbers::new(Vec::new(), numbers);
        match (&mut self.keys, self.field) {
            (Keys::Addresses(keys), _) => one(values_of.map(|value| keys.number_in(value)).collect()),
            // These are kept as they are shown.
            (
                Keys::Texts(keys),
                Field::Workspace
                | Field::EventType
                | Field::Activity
                | Field::ActionCode
                | Field::Country
                | Field::Request
                | Field::Session,
            ) => one(values_of.map(|value| keys.number(text(value).as_bytes())).collect()),
            (Keys::Texts(keys), field) => read_any(keys, field, names, values),
        }
    }

    /// Returns how many texts there are.
    fn len(&self) -> usize {
        match &self.keys {
            Keys::Texts(keys) => keys.len(),
            Keys::Addresses(keys) => keys.len(),
        }
    }

    /// Appends the text of a number.
    pub(super) fn write(&self, number: u32, out: &mut Vec<u8>) {
        match &self.keys {
            Keys::Texts(keys) => out.extend_from_slice(keys.get(number)),
            Keys::Addresses(keys) => keys.write(number, out),
        }
    }

    /// Returns the place of a number's text among others that have one: of addresses of the fourth version.
    pub(super) fn place(&self, number: u32) -> Option<u32> {
        match &self.keys {
            Keys::Texts(_) => None,
            Keys::Addresses(keys) => keys.place(number),
        }
    }

    /// Returns how much is remembered.
    pub(super) fn size(&self) -> usize {
        self.size + self.len()
    }

    /// Remembers how many rows of all segments have each text.
    pub(super) fn keep_total(&mut self, segments: &[SegmentRef], sums: Arc<Sums>) {
        let segments = segments.iter().map(|segment| segment.number).collect();
        self.total = Some(Total { segments, sums });
    }

    /// Remembers how many of some rows have each text, until the store is another.
    pub(super) fn keep_lately(&mut self, rows: &Selected, sums: &Arc<Sums>) {
        self.lately.retain(|(known, _)| !Arc::ptr_eq(known, rows));
        if self.lately.len() == LATELY {
            self.lately.remove(0);
        }
        self.lately.push((rows.clone(), sums.clone()));
    }

    /// Forgets what was counted of another state of the store.
    pub(super) fn forget_lately(&mut self) {
        self.lately.clear();
    }

    /// Returns rows asked for lately, and how many of them have each text.
    pub(super) fn lately(&self) -> impl Iterator<Item = &Lately> {
        self.lately.iter()
    }

    /// Returns how many rows of all segments have each text, where that was counted for these, or for some of them
    /// since when a few came or went.
    pub(super) fn total(
        &mut self,
        session: &mut Session,
        segments: &[SegmentRef],
    ) -> Result<Option<Arc<Sums>>> {
        let Some(mut total) = self.total.take() else { return Ok(None) };
        if total.segments.iter().eq(segments.iter().map(|segment| &segment.number)) {
            let sums = total.sums.clone();
            self.total = Some(total);
            return Ok(Some(sums));
        }
        let gone = |number: &u64| !segments.iter().any(|segment| segment.number == *number);
        for number in total.segments.extract_if(.., |number| gone(number)) {
            let Some(numbers) = self.segments.remove(&number) else { return Ok(None) };
            Arc::make_mut(&mut total.sums).add_all(&numbers, u32::MAX);
        }
        for segment in segments {
            if !total.segments.contains(&segment.number) {
                let numbers = self.of(session, segment)?;
                Arc::make_mut(&mut total.sums).add_all(&numbers, 1);
            }
        }
        total.segments = segments.iter().map(|segment| segment.number).collect();
        let sums = total.sums.clone();
        self.total = Some(total);
        Ok(Some(sums))
    }
}

fn read_any(keys: &mut Texts, field: Field, names: &Names, values: &Values) -> Numbers {
    let mut entry = probe::blank();
    let mut all = Numbers::new(Vec::with_capacity(values.len()), Vec::new());
    for id in 0..values.len() as u32 {
        probe::fill(&mut entry, DictCol::of(field), values.get(id), names);
        for text in facet_values(&entry, field) {
            all.numbers.push(keys.number(text.as_bytes()));
        }
        all.ends.push(all.numbers.len() as u32);
    }
    all
}
