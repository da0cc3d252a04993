//! What the columns hold of the records of some blocks: texts that a search looks at and that the record itself
//! need not hold, since formats name and translate. With them in the filter a block left out is left out whole,
//! and a search for a rare text reads no dictionary.

use std::sync::Arc;

use crate::query::mapped_texts;
use crate::store::Result;
use crate::store::segment::columns::{DictCol, IntCol};
use crate::store::segment::dict::{NONE, Values};
use crate::store::segment::ints::Ints;
use crate::store::segment::probe::{self, Names};
use crate::store::segment::scan::TEXTS;
use crate::store::segment::{Load as _, SegmentRef};

use super::super::session::Session;
use super::trigrams::Trigrams;

/// A column with its dictionary.
type Column = (DictCol, Arc<Values>, Arc<Ints>);

/// Numbers that occur among others, each once: without sorting them, since a block has a hundred of each column.
#[derive(Default)]
pub(super) struct Once {
    seen: Vec<u64>,
    numbers: Vec<u32>,
}

impl Once {
    fn of(&mut self, numbers: impl Iterator<Item = u32>) -> &[u32] {
        self.numbers.clear();
        for number in numbers {
            let (word, bit) = ((number / 64) as usize, 1 << (number % 64));
            if self.seen.len() <= word {
                self.seen.resize(word + 1, 0);
            }
            if self.seen[word] & bit == 0 {
                self.seen[word] |= bit;
                self.numbers.push(number);
            }
        }
        self.numbers.iter().for_each(|number| self.seen[(number / 64) as usize] = 0);
        &self.numbers
    }
}

/// The columns that hold the texts of some blocks.
pub(super) struct Mapped {
    names: Arc<Names>,
    segments: Vec<Vec<Column>>,
    /// (index of the block, index of the segment, row), sorted.
    rows: Vec<(u32, u32, u32)>,
}

impl Mapped {
    /// Finds the rows of blocks, which are sorted by their numbers.
    pub(super) fn of(session: &mut Session, blocks: &[u64]) -> Result<Mapped> {
        let mut mapped =
            Mapped { names: session.snapshot.names.clone(), segments: Vec::new(), rows: Vec::new() };
        for segment in session.snapshot.segments.clone().iter() {
            let held = session.blocks_of(segment)?;
            if held.iter().any(|block| blocks.binary_search(block).is_ok()) {
                mapped.add(session, segment, blocks)?;
            }
        }
        mapped.rows.sort_unstable();
        Ok(mapped)
    }

    fn add(&mut self, session: &mut Session, segment: &SegmentRef, blocks: &[u64]) -> Result<()> {
        let at = self.segments.len() as u32;
        let numbers = session.ints(segment, IntCol::Block)?;
        let live = (0..segment.zone.rows).filter(|row| !segment.is_removed(*row));
        // Neighbours mostly lie in one block.
        let mut last = (None, None);
        self.rows.extend(live.filter_map(|row| {
            let number = numbers.get(row);
            if last.0 != Some(number) {
                last = (Some(number), blocks.binary_search(&number).ok());
            }
            Some((last.1? as u32, at, row as u32))
        }));
        let mut columns = Vec::with_capacity(TEXTS.len());
        for col in TEXTS {
            let values = session.values(segment, col)?;
            let ids = session.ids(segment, col, &values)?;
            columns.push((col, values, ids));
        }
        self.segments.push(columns);
        Ok(())
    }

    /// Adds the texts of one block.
    pub(super) fn add_block(&self, block: usize, once: &mut Once, trigrams: &mut Trigrams) {
        let start = self.rows.partition_point(|row| (row.0 as usize) < block);
        let end = self.rows.partition_point(|row| row.0 as usize <= block);
        for run in self.rows[start..end].chunk_by(|a, b| a.1 == b.1) {
            for (col, values, ids) in &self.segments[run[0].1 as usize] {
                let used = once.of(run.iter().map(|row| ids.get(row.2 as usize) as u32));
                self.add_values(*col, values, used, trigrams);
            }
        }
    }

    fn add_values(&self, col: DictCol, values: &Values, used: &[u32], trigrams: &mut Trigrams) {
        if col.is_text() {
            return used.iter().filter_map(|id| values.get(*id)).for_each(|value| trigrams.add(value));
        }
        let mut entry = probe::blank();
        for id in used.iter().filter(|id| **id != NONE) {
            probe::fill(&mut entry, col, values.get(*id), &self.names);
            mapped_texts(&entry, &mut |text| {
                trigrams.add(text.as_bytes());
                false
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn numbers_are_listed_once_in_their_order(lists in proptest::collection::vec(proptest::collection::vec(0u32..200, 0..40), 1..4)) {
            let mut once = Once::default();
            for numbers in lists {
                let mut seen = std::collections::HashSet::new();
                let wanted: Vec<u32> = numbers.iter().copied().filter(|number| seen.insert(*number)).collect();
                assert_eq!(once.of(numbers.into_iter()), wanted);
            }
        }
    }
}
