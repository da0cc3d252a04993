//! Entries that were read from an export without their record: their id is only what the export says. The
//! original, whose id follows from its record, takes the place of such a copy, never the other way round, so
//! that neither a masked nor a forged export can stand before what the vendor wrote.

use std::collections::HashSet;

use crate::domain::{EntryId, is_copy_format};
use crate::store::Result;
use crate::store::segment::bits::Bitmap;
use crate::store::segment::columns::DictCol;
use crate::store::segment::{Load, SegmentRef};

use super::remove::{recount, take_out};
use super::session::Session;
use super::snapshot::Snapshot;

/// What an import knows of copies.
#[derive(Default)]
pub(super) struct Copies {
    /// Whether there can be any in a segment.
    stored: bool,
    /// Copies in rows that are in no segment yet.
    open: HashSet<EntryId>,
    /// Copies whose originals have come.
    gone: HashSet<EntryId>,
}

impl Copies {
    pub(super) fn new(snapshot: &Snapshot) -> Copies {
        let stored = snapshot.sources.values().any(|source| is_copy_format(source.info.format.as_bytes()));
        Copies { stored, ..Copies::default() }
    }

    /// Notes a copy that was taken; returns whether it was.
    pub(super) fn take(&mut self, id: EntryId, taken: bool) -> bool {
        if taken {
            self.open.insert(id);
        }
        taken
    }

    /// The open rows have become a segment.
    pub(super) fn close(&mut self) {
        self.stored |= !self.open.is_empty();
        self.open.clear();
    }

    /// Returns whether what is known under the id of an original is a copy, which then gives way to it.
    pub(super) fn give_way(
        &mut self,
        load: &mut dyn Load,
        segments: &[SegmentRef],
        pending: &[SegmentRef],
        id: EntryId,
    ) -> Result<bool> {
        if self.gone.contains(&id) || !(self.stored || self.open.contains(&id)) {
            return Ok(false);
        }
        let mut found = self.open.remove(&id);
        for segment in segments.iter().chain(pending) {
            found = found || !copies(load, segment, id)?.is_empty();
        }
        if found {
            self.gone.insert(id);
        }
        Ok(found)
    }

    /// Takes the copies out whose originals have come; returns how many. All rows are in segments by now.
    pub(super) fn remove(&mut self, session: &mut Session, pending: &[SegmentRef]) -> Result<u64> {
        if self.gone.is_empty() {
            return Ok(0);
        }
        let mut removed = 0;
        let mut segments: Vec<SegmentRef> =
            session.snapshot.segments.iter().chain(pending).cloned().collect();
        for segment in &mut segments {
            let mut rows = Bitmap::empty(segment.zone.rows);
            for id in &self.gone {
                copies(session, segment, *id)?.into_iter().for_each(|row| rows.insert(row));
            }
            removed += take_out(session, segment, &rows)?;
        }
        self.gone.clear();
        recount(session, &segments)?;
        Ok(removed)
    }
}

/// Returns the rows of a segment that are copies with an id.
fn copies(load: &mut dyn Load, segment: &SegmentRef, id: EntryId) -> Result<Vec<usize>> {
    let mut rows = load.find(segment, id, id)?;
    if rows.is_empty() {
        return Ok(rows);
    }
    let values = load.values(segment, DictCol::Format)?;
    let formats = load.ids(segment, DictCol::Format, &values)?;
    rows.retain(|row| values.get(formats.get(*row) as u32).is_some_and(is_copy_format));
    Ok(rows)
}
