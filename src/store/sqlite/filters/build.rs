//! Building text filters: some blocks without one at a time, and small groups made one again.

use crate::query::Watch;
use crate::store::Result;
use crate::store::segment::frame::wrap_small;

use super::super::schema::database;
use super::super::session::Session;
use super::super::writer::transaction;
use super::lanes::{THREADS, lanes};
use super::trigrams::{BITS, Lane};
use super::{GROUP, encode_blocks, groups, part_key, rows_of_part, width};

/// Groups of fewer blocks that are made one when there are so many of them.
const SMALL: usize = GROUP / 8;
const FAN: usize = 8;

/// Builds the filters of some blocks; returns whether there is more to do.
pub(in super::super) fn build_some(session: &mut Session, watch: &mut dyn Watch) -> Result<bool> {
    let doing = || database("looking for blocks without a text filter");
    // The segments of what is not published are not known, and with them not all that a block's rows say.
    let blocks: Vec<i64> = session
        .connection
        .prepare_cached(
            "SELECT number FROM blocks WHERE filtered = 0 AND import <= ?2 ORDER BY number LIMIT ?1",
        )
        .and_then(|mut query| {
            query.query_map((GROUP as i64, session.snapshot.published), |row| row.get(0))?.collect()
        })
        .map_err(doing())?;
    let blocks: Vec<u64> = blocks.into_iter().map(|block| block as u64).collect();
    if blocks.is_empty() {
        return open_small_again(session);
    }
    let full = blocks.len() == GROUP;
    let Some(lanes) = lanes(session, &blocks, watch)? else { return Ok(true) };
    store(session, &blocks, &lanes)?;
    Ok(full || open_small_again(session)?)
}

/// Forgets groups of whose blocks none is left, and marks the blocks of small groups as without a filter where there
/// are many such groups, so that the next piece of work makes one group of them; returns whether it did.
fn open_small_again(session: &mut Session) -> Result<bool> {
    let groups = groups(session)?;
    let mut gone = Vec::new();
    for (group, blocks) in &groups {
        if !any_left(session, blocks)? {
            gone.push(*group);
        }
    }
    let small: Vec<_> =
        groups.iter().filter(|(group, blocks)| blocks.len() < SMALL && !gone.contains(group)).collect();
    let join = small.len() >= FAN;
    if gone.is_empty() && !join {
        return Ok(false);
    }
    transaction(&session.connection, "joining text filters", |connection| {
        gone.iter().try_for_each(|group| drop_group(connection, *group))?;
        for (group, blocks) in small.iter().filter(|_| join) {
            drop_group(connection, *group)?;
            for block in blocks {
                connection
                    .prepare_cached("UPDATE blocks SET filtered = 0 WHERE number = ?1")?
                    .execute([*block as i64])?;
            }
        }
        Ok(())
    })?;
    Ok(join)
}

fn any_left(session: &Session, blocks: &[u64]) -> Result<bool> {
    let range = (blocks.first().map(|block| *block as i64), blocks.last().map(|block| *block as i64));
    session
        .connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM blocks WHERE number BETWEEN ?1 AND ?2)")
        .and_then(|mut query| query.query_row(range, |row| row.get(0)))
        .map_err(database("looking for the blocks of text filters"))
}

fn drop_group(connection: &rusqlite::Connection, group: u64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM filters WHERE number = ?1")?.execute([group as i64])?;
    connection
        .prepare_cached("DELETE FROM filter_parts WHERE key >= ?1 AND key < ?2")?
        .execute((part_key(group, 0), part_key(group + 1, 0)))?;
    Ok(())
}

/// Writes the filters of blocks as one group.
fn store(session: &Session, blocks: &[u64], lanes: &[Lane]) -> Result<()> {
    let parts = pack(blocks.len(), lanes);
    transaction(&session.connection, "writing text filters", |connection| {
        connection
            .prepare_cached("INSERT INTO filters (blocks) VALUES (?1)")?
            .execute([encode_blocks(blocks)])?;
        let group = connection.last_insert_rowid() as u64;
        let mut insert = connection.prepare_cached("INSERT INTO filter_parts (key, data) VALUES (?1, ?2)")?;
        for (at, part) in parts.iter().enumerate() {
            insert.execute((part_key(group, at), part))?;
        }
        let (first, last) =
            (blocks.first().map(|block| *block as i64), blocks.last().map(|block| *block as i64));
        connection
            .prepare_cached(
                "UPDATE blocks SET filtered = 1
                 WHERE filtered = 0 AND import <= ?3 AND number BETWEEN ?1 AND ?2",
            )?
            .execute((first, last, session.snapshot.published))?;
        Ok(())
    })
}

/// Returns the parts of a group: the rows of its filters, each the bits of all blocks.
fn pack(blocks: usize, lanes: &[Lane]) -> Vec<Vec<u8>> {
    let width = width(blocks);
    let rows = rows_of_part(width);
    let half = (BITS / rows).div_ceil(THREADS);
    let some = |from: usize| -> Vec<Vec<u8>> {
        let parts = from..(from + half).min(BITS / rows);
        parts.map(|part| wrap_small(&rows_of(part * rows..(part + 1) * rows, width, lanes))).collect()
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..THREADS).map(|thread| scope.spawn(move || some(thread * half))).collect();
        let mut parts = some(0);
        for other in others {
            parts.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        parts
    })
}

fn rows_of(bits: std::ops::Range<usize>, width: usize, lanes: &[Lane]) -> Vec<u8> {
    let mut rows = vec![0u8; bits.len() * width];
    for (at, lane) in lanes.iter().enumerate() {
        let cells = rows.iter_mut().skip(at).step_by(width);
        cells.zip(lane.get(bits.clone()).unwrap_or_default()).for_each(|(cell, bits)| *cell = *bits);
    }
    rows
}
