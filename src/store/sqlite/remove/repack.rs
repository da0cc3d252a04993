//! Records of removed entries that others still need, packed into new blocks.

use crate::store::block::{Block, Blocks, encode_slots};
use crate::store::segment::Segment;
use crate::store::segment::rows::Locator;
use crate::store::{RecordRef, Result};

use super::super::import::push_removed;
use super::super::session::Session;
use super::{removed_of, run};

/// A block that is being taken apart.
struct Old {
    number: u64,
    block: Block,
    removed: Vec<(u32, u32)>,
}

/// Records being packed into new blocks.
#[derive(Default)]
struct Repack {
    blocks: Blocks,
    /// Of each new record, by block and slot, how often it occurred before.
    occurrences: Vec<(u64, u32, u32)>,
    /// Entries that were removed before and stay so, by new block, slot and part.
    gone: Vec<(u64, u32, u32)>,
}

impl Repack {
    fn push(&mut self, old: &Old, place: Locator) -> Result<Locator> {
        let (slot, raw) = old.block.get(place.slot).ok_or_else(|| {
            crate::store::segment::frame::damaged(
                &format!("block {}", old.number),
                "a record of it is missing",
            )
        })?;
        let at = RecordRef { record: slot.record, offset: slot.offset, unidentified: slot.unidentified };
        let (block, number) = self.blocks.push(at, raw);
        self.occurrences.push((block, number, slot.occurrence));
        let before = old.removed.iter().filter(|(slot, _)| *slot == place.slot);
        self.gone.extend(before.map(|(_, part)| (block, number, *part)));
        Ok(Locator { record: place.record, block, slot: number })
    }

    /// Writes the new blocks; returns their numbers. `lives` counts the entries of each.
    fn write(mut self, session: &Session, source: u32, lives: &dyn Fn(u64) -> usize) -> Result<Vec<u64>> {
        let mut drafts = self.blocks.finish();
        for (block, slot, occurrence) in self.occurrences {
            drafts[block as usize].slots[slot as usize].occurrence = occurrence;
        }
        let connection = &session.connection;
        let mut numbers = Vec::with_capacity(drafts.len());
        for (at, draft) in (0u64..).zip(&drafts) {
            let mut removed = Vec::new();
            let here = self.gone.iter().filter(|(block, ..)| *block == at);
            here.for_each(|(_, slot, part)| push_removed(&mut removed, *slot, *part));
            run(
                connection,
                "INSERT INTO blocks (import, source, raw_bytes, live, slots, removed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (
                    session.snapshot.published,
                    source,
                    draft.raw_bytes as i64,
                    lives(at) as i64,
                    encode_slots(&draft.slots),
                    (!removed.is_empty()).then_some(removed),
                ),
            )?;
            let number = connection.last_insert_rowid();
            run(connection, "INSERT INTO block_data (block, data) VALUES (?1, ?2)", (number, &draft.data))?;
            numbers.push(number as u64);
        }
        Ok(numbers)
    }
}

/// Packs the records of rows, sorted by where they lie, into new blocks of a source; returns where they lie
/// then.
pub(super) fn repack(
    session: &mut Session,
    whole: &Segment,
    rows: &[usize],
    source: u32,
) -> Result<Vec<Locator>> {
    let mut packing = Repack::default();
    let mut places: Vec<Locator> = Vec::with_capacity(rows.len());
    let mut last: Option<(Locator, Locator)> = None;
    let mut old: Option<Old> = None;
    for row in rows {
        let place = whole.place(*row);
        if let Some((_, to)) = last.filter(|(from, _)| *from == place) {
            places.push(to);
            continue;
        }
        let from = match old.take() {
            Some(old) if old.number == place.block => old,
            _ => Old {
                number: place.block,
                removed: removed_of(&session.connection, place.block)?,
                block: session.read_block(place.block)?,
            },
        };
        let to = packing.push(&from, place)?;
        (last, old) = (Some((place, to)), Some(from));
        places.push(to);
    }
    let lives = |block: u64| places.iter().filter(|place| place.block == block).count();
    let numbers = packing.write(session, source, &lives)?;
    places.iter_mut().for_each(|place| place.block = numbers[place.block as usize]);
    Ok(places)
}
