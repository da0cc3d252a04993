//! Taking entries out: all of a source but what another one also holds, or all before an instant. Rows are
//! only marked in their segments; blocks without a row left are dropped.

mod estate;
mod recount;
mod repack;

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::domain::Timestamp;
use crate::query::{Answer, Watch};
use crate::store::Result;
use crate::store::segment::bits::Bitmap;
use crate::store::segment::{Load as _, Segment, SegmentRef};

use super::import::push_removed;
use super::schema::database;
use super::session::Session;
use super::tidy::drop_segment;
use super::writer::atomically;
use estate::{Estate, heirs};
pub(super) use recount::recount;

/// Entries that were taken out of blocks: of each block, the slots and parts.
type Gone = BTreeMap<u64, Vec<(u32, u32)>>;

/// Removes a source; returns the entries removed.
pub(super) fn remove_source(session: &mut Session, source: u32) -> Result<u64> {
    // What stands for a removed source goes with the one it is shown under, never on its own.
    if session.snapshot.sources.get(&source).is_none_or(|stored| stored.owner.is_some()) {
        return Ok(0);
    }
    let victims: Vec<u32> = session
        .snapshot
        .sources
        .iter()
        .filter(|(number, stored)| **number == source || stored.owner == Some(source))
        .map(|(number, _)| *number)
        .collect();
    atomically(session, "removing a source", |session| {
        let heirs = heirs(session, source)?;
        let mut estate = Estate::new(session, heirs)?;
        let mut removed = 0;
        let mut segments = session.snapshot.segments.as_ref().clone();
        for segment in &mut segments {
            removed += estate.divide(session, segment, &victims)?;
        }
        estate.settle(session)?;
        forget_source(&session.connection, source).map_err(database("removing a source"))?;
        segments.append(&mut estate.new_segments);
        recount(session, &segments)?;
        bump(session)?;
        Ok(removed)
    })
}

/// Removes all entries before an instant; returns how many.
pub(super) fn prune(session: &mut Session, before: Timestamp, watch: &mut dyn Watch) -> Result<Answer<u64>> {
    atomically(session, "removing old entries", |session| {
        let mut removed = 0;
        let mut segments = session.snapshot.segments.as_ref().clone();
        for segment in &mut segments {
            if watch.cancelled() {
                return Ok(None);
            }
            if segment.zone.span.is_none_or(|(first, _)| first >= before.0) {
                continue;
            }
            let times = session.times(segment)?;
            let mut rows = Bitmap::run(segment.zone.rows, times.timeless()..times.lower(before.0));
            if let Some(gone) = &segment.removed {
                rows.subtract(gone);
            }
            removed += take_out(session, segment, &rows)?;
        }
        if removed == 0 {
            return Ok(Some(0));
        }
        let less = recount(session, &segments)?;
        let partial = less.iter().map(|number| (*number,));
        each(&session.connection, "UPDATE sources SET whole = 0 WHERE number = ?1", partial)?;
        bump(session)?;
        Ok(Some(removed))
    })
}

/// Tells readers that something has changed.
fn bump(session: &Session) -> Result<()> {
    run(&session.connection, "UPDATE meta SET generation = generation + 1", [])
}

fn run(connection: &Connection, sql: &str, values: impl rusqlite::Params) -> Result<()> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute(values))
        .map(drop)
        .map_err(database("removing entries"))
}

fn each<P: rusqlite::Params>(
    connection: &Connection,
    sql: &str,
    rows: impl Iterator<Item = P>,
) -> Result<()> {
    rows.into_iter().try_for_each(|row| run(connection, sql, row))
}

/// Marks rows of a segment as removed, in it and in their blocks; returns how many.
pub(super) fn take_out(session: &mut Session, segment: &mut SegmentRef, rows: &Bitmap) -> Result<u64> {
    let count = rows.count() as u64;
    if count == 0 {
        return Ok(0);
    }
    let whole = Segment::load(session, segment)?;
    let mut gone = Gone::new();
    for row in rows.rows() {
        let place = whole.place(row);
        let part = whole.part(row);
        gone.entry(place.block).or_default().push((place.slot, part));
    }
    let mut removed = segment.removed.as_deref().cloned().unwrap_or_else(|| Bitmap::empty(segment.zone.rows));
    removed.unite(rows);
    let key = segment.number as i64;
    if removed.count() == segment.zone.rows {
        drop_segment(&session.connection, segment.number).map_err(database("removing entries"))?;
    } else {
        run(
            &session.connection,
            "UPDATE segments SET removed = ?2 WHERE number = ?1",
            (key, removed.to_bytes()),
        )?;
    }
    segment.removed = Some(removed.into());
    take_out_of_blocks(&session.connection, &gone)?;
    Ok(count)
}

/// Notes in blocks which entries of them are gone, and drops those without any left.
fn take_out_of_blocks(connection: &Connection, gone: &Gone) -> Result<()> {
    let doing = || database("removing entries");
    for (block, entries) in gone {
        let mut list = Vec::with_capacity(entries.len() * 8);
        entries.iter().for_each(|(slot, part)| push_removed(&mut list, *slot, *part));
        let live: i64 = connection
            .prepare_cached(
                "UPDATE blocks SET live = live - ?2, removed = CAST(coalesce(removed, x'') || ?3 AS BLOB)
                 WHERE number = ?1 RETURNING live",
            )
            .and_then(|mut update| {
                update.query_row((*block as i64, entries.len() as i64, list), |row| row.get(0))
            })
            .map_err(doing())?;
        if live <= 0 {
            drop_block(connection, *block).map_err(doing())?;
        }
    }
    Ok(())
}

fn drop_block(connection: &Connection, block: u64) -> rusqlite::Result<()> {
    for sql in ["DELETE FROM blocks WHERE number = ?1", "DELETE FROM block_data WHERE block = ?1"] {
        connection.prepare_cached(sql)?.execute([block as i64])?;
    }
    Ok(())
}

/// Returns the entries of a block that are not in the store, by slot and part.
pub(super) fn removed_of(connection: &Connection, block: u64) -> Result<Vec<(u32, u32)>> {
    let list = super::tidy::blob(connection, "SELECT removed FROM blocks WHERE number = ?1", block as i64)?;
    let list = list.unwrap_or_default();
    let half = |bytes: &[u8]| bytes.try_into().map(u32::from_le_bytes).unwrap_or_default();
    Ok(list.chunks_exact(8).map(|entry| (half(&entry[..4]), half(&entry[4..]))).collect())
}

fn forget_source(connection: &Connection, source: u32) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM sources WHERE number = ?1 OR owner = ?1",
        "DELETE FROM duplicates WHERE source = ?1",
        "DELETE FROM rejects WHERE source = ?1",
        "DELETE FROM blocks WHERE source = ?1 AND live <= 0",
    ] {
        connection.execute(sql, [source])?;
    }
    Ok(())
}
