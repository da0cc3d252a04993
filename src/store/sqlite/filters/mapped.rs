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
use super::lanes::LANE;
use super::trigrams::{Lane, each_bit};

/// A column with its dictionary.
type Column = (DictCol, Arc<Values>, Arc<Ints>);

/// Numbers that occur in some of the blocks of a lane, each once with the blocks it occurs in: without sorting them,
/// since a block has a hundred of each column.
#[derive(Default)]
pub(super) struct Once {
    blocks: Vec<u8>,
    numbers: Vec<u32>,
}

impl Once {
    /// Returns the numbers of (number, block) and for each a bit for each of its blocks.
    fn of(&mut self, numbers: impl Iterator<Item = (u32, usize)>) -> impl Iterator<Item = (u32, u8)> {
        for (number, block) in numbers {
            if self.blocks.len() <= number as usize {
                self.blocks.resize(number as usize + 1, 0);
            }
            let blocks = &mut self.blocks[number as usize];
            if *blocks == 0 {
                self.numbers.push(number);
            }
            *blocks |= 1 << block;
        }
        self.numbers.drain(..).map(|number| (number, std::mem::take(&mut self.blocks[number as usize])))
    }
}

/// The columns that hold the texts of some blocks.
pub(super) struct Mapped {
    names: Arc<Names>,
    segments: Vec<Vec<Column>>,
    /// (index of the lane, index of the segment, index of the block, row), sorted.
    rows: Vec<(u32, u32, u32, u32)>,
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
        // In order of time and so mostly in that of the blocks: this sort makes use of it.
        mapped.rows.sort();
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
            let block = last.1?;
            Some(((block / LANE) as u32, at, (block % LANE) as u32, row as u32))
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

    /// Adds the texts of the blocks of a lane: each value is looked at once for all of them.
    pub(super) fn add_lane(&self, at: usize, once: &mut Once, lane: &mut Lane) {
        let start = self.rows.partition_point(|row| (row.0 as usize) < at);
        let end = self.rows.partition_point(|row| row.0 as usize <= at);
        let mut folded = Vec::new();
        for run in self.rows[start..end].chunk_by(|a, b| a.1 == b.1) {
            for (col, values, ids) in &self.segments[run[0].1 as usize] {
                let used = once.of(run.iter().map(|row| (ids.get(row.3 as usize) as u32, row.2 as usize)));
                self.add_values(*col, values, used, &mut |text, blocks| {
                    each_bit(text, &mut folded, &mut |bit| lane[bit as usize] |= blocks);
                });
            }
        }
    }

    fn add_values(
        &self,
        col: DictCol,
        values: &Values,
        used: impl Iterator<Item = (u32, u8)>,
        add: &mut impl FnMut(&[u8], u8),
    ) {
        let mut entry = probe::blank();
        for (id, blocks) in used.filter(|(id, _)| *id != NONE) {
            if col.is_text() {
                add(values.get(id).unwrap_or_default(), blocks);
                continue;
            }
            probe::fill(&mut entry, col, values.get(id), &self.names);
            mapped_texts(&entry, &mut |text| {
                add(text.as_bytes(), blocks);
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
        fn numbers_are_listed_once_with_their_blocks(lists in proptest::collection::vec(proptest::collection::vec((0u32..200, 0usize..8), 0..40), 1..4)) {
            let mut once = Once::default();
            for numbers in lists {
                let mut wanted: Vec<(u32, u8)> = Vec::new();
                for (number, block) in &numbers {
                    match wanted.iter_mut().find(|(known, _)| known == number) {
                        Some((_, blocks)) => *blocks |= 1 << block,
                        None => wanted.push((*number, 1 << block)),
                    }
                }
                assert_eq!(once.of(numbers.into_iter()).collect::<Vec<_>>(), wanted);
            }
        }
    }
}
