//! What the values of a segment's dictionary are called in a facet: each text once for all segments, so that
//! merging the counts of segments is adding numbers.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::Field;
use crate::query::facet_values;
use crate::store::Result;
use crate::store::segment::columns::DictCol;
use crate::store::segment::dict::Values;
use crate::store::segment::{Load as _, SegmentRef, probe};

use super::session::Session;

/// Values remembered before all are forgotten.
const MANY: usize = 1 << 21;

/// The texts of one field.
#[derive(Default)]
pub(super) struct Labels {
    texts: Vec<Arc<str>>,
    known: HashMap<Arc<str>, u32>,
    segments: HashMap<u64, Arc<Numbers>>,
    size: usize,
}

/// For the ids of one dictionary, the numbers of their texts.
pub(super) struct Numbers {
    /// Where the numbers of each id end.
    ends: Vec<u32>,
    numbers: Vec<u32>,
}

impl Numbers {
    /// Returns the numbers of an id's texts; nothing where it has no value.
    pub(super) fn of(&self, id: usize) -> &[u32] {
        let start = id.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.numbers[start as usize..self.ends[id] as usize]
    }
}

impl Labels {
    /// Returns the texts' numbers of a segment's dictionary.
    pub(super) fn of(
        &mut self,
        session: &mut Session,
        segment: &SegmentRef,
        field: Field,
    ) -> Result<Arc<Numbers>> {
        if let Some(numbers) = self.segments.get(&segment.number) {
            return Ok(numbers.clone());
        }
        let values = session.values(segment, DictCol::of(field))?;
        let numbers = Arc::new(self.read(session, &values, field));
        self.size += values.len();
        self.segments.insert(segment.number, numbers.clone());
        Ok(numbers)
    }

    fn read(&mut self, session: &Session, values: &Values, field: Field) -> Numbers {
        let mut entry = probe::blank();
        let mut all = Numbers { ends: Vec::with_capacity(values.len()), numbers: Vec::new() };
        for id in 0..values.len() as u32 {
            probe::fill(&mut entry, DictCol::of(field), values.get(id), &session.snapshot.names);
            for text in facet_values(&entry, field) {
                all.numbers.push(self.number(&text));
            }
            all.ends.push(all.numbers.len() as u32);
        }
        all
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.known.get(text) {
            return *number;
        }
        let (number, text) = (self.texts.len() as u32, Arc::<str>::from(text));
        self.texts.push(text.clone());
        self.known.insert(text, number);
        number
    }

    /// Returns the text of a number.
    pub(super) fn text(&self, number: usize) -> &Arc<str> {
        &self.texts[number]
    }

    /// Returns how many texts there are.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether it is time to forget all, before the next question.
    pub(super) fn is_full(&self) -> bool {
        self.size + self.texts.len() > MANY
    }
}
