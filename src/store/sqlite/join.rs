//! Small blocks become one, where the segments with their entries do: what trickled in is then stored as tightly as
//! what came at once.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _};

use crate::store::block::{Blocks, Draft, encode_slots};
use crate::store::segment::rows::Locator;
use crate::store::segment::{Segment, SegmentRef};
use crate::store::{RecordRef, Result};

use super::import::{last_number, push_removed};
use super::remove::removed_of;
use super::schema::database;
use super::session::Session;

/// A block with fewer bytes of records than this is small.
const SMALL: u64 = 48 << 10;

/// Bytes of records joined at once.
const MOST: u64 = 8 << 20;

/// Blocks to be joined, and what they become.
#[derive(Default)]
pub(super) struct Joined {
    /// Where each record goes: its block and number there.
    places: HashMap<(u64, u32), (u64, u32)>,
    new: Vec<New>,
    old: Vec<u64>,
}

struct New {
    number: u64,
    source: u32,
    draft: Draft,
    live: u64,
    removed: Vec<u8>,
}

/// A small block all of whose entries lie in the segments at hand.
struct Small {
    number: u64,
    source: u32,
}

/// Joins the small blocks of segments that are about to become one.
pub(super) fn join(session: &mut Session, segments: &[SegmentRef]) -> Result<Joined> {
    let mut joined = Joined::default();
    let small = small(session, segments)?;
    let mut next = last_number(session, "blocks")? + 1;
    for same in small.chunk_by(|a, b| a.source == b.source).filter(|same| same.len() > 1) {
        next = joined.source(session, same, next)?;
    }
    Ok(joined)
}

/// Returns the small blocks by source and number.
fn small(session: &mut Session, segments: &[SegmentRef]) -> Result<Vec<Small>> {
    let mut rows: HashMap<u64, u64> = HashMap::new();
    for segment in segments {
        let whole = Segment::load(session, segment)?;
        for row in (0..segment.zone.rows).filter(|row| !segment.is_removed(*row)) {
            *rows.entry(whole.place(row).block).or_default() += 1;
        }
    }
    let mut blocks: Vec<u64> = rows.keys().copied().collect();
    blocks.sort_unstable();
    let (mut found, mut bytes) = (Vec::new(), 0);
    let mut query = session
        .connection
        .prepare_cached("SELECT source, raw_bytes, live FROM blocks WHERE number = ?1")
        .map_err(database("looking for small blocks"))?;
    for number in blocks {
        let block: Option<(u32, i64, i64)> = query
            .query_row([number as i64], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()
            .map_err(database("looking for small blocks"))?;
        let Some((source, raw, live)) = block else { continue };
        // Others may hold entries of a block too: it then stays as it is.
        if raw as u64 >= SMALL || rows.get(&number) != Some(&(live as u64)) || bytes + raw as u64 > MOST {
            continue;
        }
        bytes += raw as u64;
        found.push(Small { number, source });
    }
    found.sort_by_key(|block| (block.source, block.number));
    Ok(found)
}

impl Joined {
    /// Joins blocks of one source; returns the next free number.
    fn source(&mut self, session: &Session, same: &[Small], first: u64) -> Result<u64> {
        let mut blocks = Blocks::default();
        let mut totals: HashMap<u64, (u64, Vec<u8>)> = HashMap::new();
        for small in same {
            let block = session.read_block(small.number)?;
            let mut entries = HashMap::new();
            for at in 0..block.slots().len() as u32 {
                let Some((slot, raw)) = block.get(at) else { continue };
                let record =
                    RecordRef { record: slot.record, offset: slot.offset, unidentified: slot.unidentified };
                let (draft, to) = blocks.push(record, raw);
                blocks.occurs(slot.occurrence);
                self.places.insert((small.number, at), (first + draft, to));
                entries.insert(at, (first + draft, to));
            }
            for (at, part) in removed_of(&session.connection, small.number)? {
                if let Some((number, to)) = entries.get(&at) {
                    push_removed(&mut totals.entry(*number).or_default().1, *to, part);
                }
            }
            self.old.push(small.number);
        }
        for (at, draft) in blocks.finish().into_iter().enumerate() {
            let number = first + at as u64;
            let removed = totals.remove(&number).unwrap_or_default().1;
            let source = same.first().map_or(0, |small| small.source);
            self.new.push(New { number, source, draft, live: 0, removed });
        }
        Ok(self.new.last().map_or(first, |new| new.number + 1))
    }

    /// Returns where a record is after joining, and counts its entry there.
    pub(super) fn place(&self, place: Locator) -> Locator {
        match self.places.get(&(place.block, place.slot)) {
            Some(&(block, slot)) => Locator { block, slot, ..place },
            None => place,
        }
    }

    /// Counts the entries of the new blocks, given the places of all that were kept.
    pub(super) fn count(&mut self, places: impl Iterator<Item = Locator>) {
        let Some(first) = self.new.first().map(|new| new.number) else { return };
        for place in places {
            let at = place.block.checked_sub(first).and_then(|at| usize::try_from(at).ok());
            if let Some(new) = at.and_then(|at| self.new.get_mut(at)) {
                new.live += 1;
            }
        }
    }

    /// Writes the new blocks and removes the old ones, in the caller's transaction.
    pub(super) fn write(&self, connection: &Connection, import: i64) -> rusqlite::Result<()> {
        for new in &self.new {
            let removed = (!new.removed.is_empty()).then_some(&new.removed);
            connection
                .prepare_cached(
                    "INSERT INTO blocks (number, import, source, raw_bytes, live, slots, removed)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute((
                    new.number as i64,
                    import,
                    new.source,
                    new.draft.raw_bytes as i64,
                    new.live as i64,
                    encode_slots(&new.draft.slots),
                    removed,
                ))?;
            connection
                .prepare_cached("INSERT INTO block_data (block, data) VALUES (?1, ?2)")?
                .execute((new.number as i64, &new.draft.data))?;
        }
        for number in &self.old {
            for sql in ["DELETE FROM blocks WHERE number = ?1", "DELETE FROM block_data WHERE block = ?1"] {
                connection.prepare_cached(sql)?.execute([*number as i64])?;
            }
        }
        Ok(())
    }
}
