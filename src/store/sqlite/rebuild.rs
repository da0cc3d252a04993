//! Making everything but the raw records again: each record is mapped anew, new segments are written beside
//! the old ones and take their place in one transaction.

use std::collections::HashMap;

use crate::query::{Answer, Watch};
use crate::store::segment::rows::{Locator, Rows, Take};
use crate::store::segment::{SegmentRef, record_order};
use crate::store::{Result, StoredRecord};

use super::dedup::Known;
use super::import::push_removed;
use super::remove::{recount, removed_of};
use super::schema::database;
use super::session::Session;
use super::tidy::{drop_segment, insert_segment};
use super::writer::{atomically, clean};

/// Rebuilds all segments; returns the entries there are after.
pub(super) fn reindex(session: &mut Session, watch: &mut dyn Watch) -> Result<Answer<u64>> {
    let mut rebuild = Rebuild::default();
    let mut last = 0;
    let total = session.snapshot.entries();
    while let Some(block) = next_block(session, last)? {
        if watch.cancelled() {
            clean(&session.connection)?;
            return Ok(None);
        }
        rebuild.block(session, block)?;
        watch.progress(rebuild.entries, rebuild.entries, total);
        last = block;
    }
    rebuild.read = super::reread::rejects(session, &mut rebuild)?;
    rebuild.close(session)?;
    rebuild.publish(session)?;
    Ok(Some(rebuild.entries))
}

fn next_block(session: &Session, behind: u64) -> Result<Option<u64>> {
    session
        .connection
        .prepare_cached("SELECT min(number) FROM blocks WHERE number > ?1 AND import <= ?2")
        .and_then(|mut query| {
            query.query_row((behind as i64, session.snapshot.published), |row| row.get::<_, Option<i64>>(0))
        })
        .map(|number| number.map(|number| number as u64))
        .map_err(database("reading the blocks"))
}

#[derive(Default)]
pub(super) struct Rebuild {
    open: Rows,
    known: Known,
    segments: Vec<SegmentRef>,
    /// For each block its entries in the store and, where they changed, those that are not.
    blocks: Vec<(u64, u64, Option<Vec<u8>>)>,
    entries: u64,
    /// Rejects that are records now, with their sources.
    read: Vec<(i64, u32)>,
    /// For each new block its entries in the store, and those that are not.
    live: HashMap<u64, u64>,
    lost: HashMap<u64, Vec<u8>>,
}

impl Rebuild {
    /// Takes the entries of a record in a new block.
    pub(super) fn record(
        &mut self,
        session: &mut Session,
        source: u32,
        place: Locator,
        entries: &[crate::domain::Entry<'_>],
    ) -> Result<()> {
        let mut rows = Rows::default();
        for entry in entries {
            let time = entry.time.as_ref().map(|moment| moment.at.0);
            if self.is_new(session, entry.id, time)? {
                rows.push(entry, place);
            } else {
                let list = self.lost.entry(place.block).or_default();
                push_removed(list, place.slot, entry.place.part);
            }
        }
        *self.live.entry(place.block).or_default() += rows.len() as u64;
        self.entries += rows.len() as u64;
        self.take(session, &rows, source)
    }

    /// Takes what is known of a new block when all its records came.
    pub(super) fn settle(&mut self, block: u64) {
        let live = self.live.remove(&block).unwrap_or(0);
        self.blocks.push((block, live, self.lost.remove(&block)));
    }

    /// Maps the records of a block again.
    fn block(&mut self, session: &mut Session, number: u64) -> Result<()> {
        let block = session.read_block(number)?;
        let mut removed = removed_of(&session.connection, number)?;
        let before = removed.len();
        let info = session.source(block.source)?;
        let interpret = session.shared.interpret.clone();
        let mut rows = Rows::default();
        for at in 0..block.slots().len() as u32 {
            let Some((slot, raw)) = block.get(at) else { continue };
            let stored = StoredRecord {
                raw: raw.to_vec(),
                source: info.clone(),
                format: info.format.clone(),
                record: slot.record,
                offset: slot.offset,
                occurrence: slot.occurrence,
            };
            let place = Locator { record: slot.record, block: number, slot: at };
            for entry in interpret.entries(&stored) {
                let part = entry.place.part;
                if !removed.contains(&(at, part)) {
                    let time = entry.time.as_ref().map(|moment| moment.at.0);
                    if self.is_new(session, entry.id, time)? {
                        rows.push(&entry, place);
                    } else {
                        removed.push((at, part));
                    }
                }
            }
        }
        let list = (removed.len() > before).then(|| {
            let mut list = Vec::new();
            removed.iter().for_each(|(slot, part)| push_removed(&mut list, *slot, *part));
            list
        });
        self.blocks.push((number, rows.len() as u64, list));
        self.entries += rows.len() as u64;
        self.take(session, &rows, block.source)
    }

    fn is_new(
        &mut self,
        session: &mut Session,
        id: crate::domain::EntryId,
        time: Option<i64>,
    ) -> Result<bool> {
        if self.known.is_full() {
            self.known.learn(session, &self.segments)?;
        }
        self.known.insert(session, &[], &self.segments, id, time)
    }

    fn take(&mut self, session: &mut Session, rows: &Rows, source: u32) -> Result<()> {
        let takes: Vec<Take> = (0..rows.len()).map(|row| Some((rows.place(row), source))).collect();
        self.open.extend(rows, &takes);
        if self.open.is_full(session.shared.options.segment_rows) { self.close(session) } else { Ok(()) }
    }

    fn close(&mut self, session: &mut Session) -> Result<()> {
        let open = std::mem::take(&mut self.open);
        let newest_first = session.snapshot.newest_first.clone();
        let order = |source: u32, record: u64| record_order(newest_first.contains(&source), record);
        let import = session.snapshot.published + 1;
        for rows in open.pieces(session.shared.options.segment_rows) {
            let sealed = rows.seal(&order);
            let number = insert_segment(&session.connection, import, &sealed)?;
            self.segments.push(SegmentRef { number, zone: sealed.zone, removed: None });
        }
        self.known.close();
        Ok(())
    }

    /// Puts the new segments in the place of the old ones.
    fn publish(&self, session: &mut Session) -> Result<()> {
        let old = session.snapshot.segments.clone();
        let import = session.snapshot.published + 1;
        let doing = || database("publishing the new index");
        atomically(session, "publishing the new index", |session| {
            for segment in old.iter() {
                drop_segment(&session.connection, segment.number).map_err(doing())?;
            }
            for (number, live, removed) in &self.blocks {
                session
                    .connection
                    .prepare_cached(
                        "UPDATE blocks SET live = ?2, removed = coalesce(?3, removed)
                         WHERE number = ?1 AND (live <> ?2 OR ?3 IS NOT NULL)",
                    )
                    .and_then(|mut update| update.execute((*number as i64, *live as i64, removed)))
                    .map_err(doing())?;
            }
            for (number, source) in &self.read {
                session
                    .connection
                    .prepare_cached("DELETE FROM rejects WHERE number = ?1")
                    .and_then(|mut delete| delete.execute([number]))
                    .map_err(doing())?;
                session
                    .connection
                    .prepare_cached("UPDATE sources SET rejects = rejects - 1 WHERE number = ?1")
                    .and_then(|mut update| update.execute([source]))
                    .map_err(doing())?;
            }
            recount(session, &self.segments)?;
            note_versions(session)?;
            // Text filters hold what the columns held.
            for forget in [
                "DELETE FROM filters",
                "DELETE FROM filter_parts",
                "UPDATE blocks SET filtered = 0 WHERE filtered = 1",
            ] {
                session.connection.execute(forget, []).map_err(doing())?;
            }
            session
                .connection
                .execute("UPDATE meta SET published = ?1, generation = generation + 1", [import])
                .map_err(doing())?;
            Ok(())
        })
    }
}

/// Notes with which versions of their formats the records of all sources were mapped.
fn note_versions(session: &mut Session) -> Result<()> {
    let doing = || database("noting the versions of formats");
    let names: Vec<String> = session
        .connection
        .prepare("SELECT DISTINCT format FROM sources")
        .and_then(|mut names| names.query_map([], |row| row.get(0))?.collect())
        .map_err(doing())?;
    for name in names {
        let Some(version) = session.shared.interpret.version(&name) else { continue };
        session
            .connection
            .execute("UPDATE sources SET format_version = ?2 WHERE format = ?1", (&name, version))
            .map_err(doing())?;
    }
    Ok(())
}
