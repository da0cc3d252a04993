//! Building text filters: some blocks without one at a time, and small groups made one again.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::domain::json::for_each_string;
use crate::query::Watch;
use crate::store::block::Block;
use crate::store::segment::frame::wrap_small;
use crate::store::{Interpret, Result, SourceInfo};

use super::super::schema::database;
use super::super::session::Session;
use super::super::writer::transaction;
use super::mapped::Mapped;
use super::trigrams::{BITS, Trigrams};
use super::{GROUP, encode_blocks, groups, part_key, rows_of_part, width};

/// Threads that build.
const THREADS: usize = 2;
/// Blocks read at once.
const RUN: usize = 32;
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
    let Some(columns) = columns(session, &blocks, watch)? else { return Ok(true) };
    store(session, &blocks, &columns)?;
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

/// Returns the filter of each block; `None` where the watch said stop.
fn columns(session: &mut Session, blocks: &[u64], watch: &dyn Watch) -> Result<Option<Vec<Box<[u8; BITS]>>>> {
    let mut columns = Vec::with_capacity(blocks.len());
    let interpret = session.shared.interpret.clone();
    let mapped = Mapped::of(session, blocks)?;
    for (first, run) in (0..).step_by(RUN).zip(blocks.chunks(RUN)) {
        if watch.cancelled() {
            return Ok(None);
        }
        let mut read = Vec::with_capacity(run.len());
        for block in run {
            let packed = session.packed_block(*block)?;
            read.push((session.source(packed.source)?, packed));
        }
        let next = AtomicUsize::new(0);
        let work = || -> Result<Vec<(usize, Box<[u8; BITS]>)>> {
            let mut trigrams = Trigrams::new();
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some((source, packed)) = read.get(at) else { return Ok(done) };
                add_block(&mut trigrams, &*interpret, source, &packed.unpack()?);
                mapped.add_block(first + at, &mut trigrams);
                done.push((at, trigrams.take()));
            }
        };
        let mut built = std::thread::scope(|scope| {
            let others: Vec<_> = (1..THREADS).map(|_| scope.spawn(work)).collect();
            let mut built = work()?;
            for other in others {
                built.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok::<_, crate::store::StoreError>(built)
        })?;
        built.sort_by_key(|(at, _)| *at);
        columns.extend(built.into_iter().map(|(_, column)| column));
    }
    Ok(Some(columns))
}

/// Writes the filters of blocks as one group.
fn store(session: &Session, blocks: &[u64], columns: &[Box<[u8; BITS]>]) -> Result<()> {
    let width = width(blocks.len());
    let rows = rows_of_part(width);
    let mut parts = vec![vec![0u8; rows * width]; BITS / rows];
    for (block, column) in columns.iter().enumerate() {
        let (byte, bit) = (block / 8, 1 << (block % 8));
        for (part, seen) in parts.iter_mut().zip(column.chunks(rows)) {
            for (row, seen) in seen.iter().enumerate() {
                part[row * width + byte] |= seen * bit;
            }
        }
    }
    transaction(&session.connection, "writing text filters", |connection| {
        connection
            .prepare_cached("INSERT INTO filters (blocks) VALUES (?1)")?
            .execute([encode_blocks(blocks)])?;
        let group = connection.last_insert_rowid() as u64;
        let mut insert = connection.prepare_cached("INSERT INTO filter_parts (key, data) VALUES (?1, ?2)")?;
        for (at, part) in parts.iter().enumerate() {
            insert.execute((part_key(group, at), wrap_small(part)))?;
        }
        for block in blocks {
            connection
                .prepare_cached("UPDATE blocks SET filtered = 1 WHERE number = ?1")?
                .execute([*block as i64])?;
        }
        Ok(())
    })
}

fn add_block(trigrams: &mut Trigrams, interpret: &dyn Interpret, source: &SourceInfo, block: &Block) {
    let verbatim = interpret.is_verbatim(source);
    for slot in 0..block.slots().len() as u32 {
        if let Some((_, raw)) = block.get(slot) {
            add_record(trigrams, interpret, source, raw, verbatim);
        }
    }
}

/// Adds all that a search looks at in a record: its bytes and its decoded strings.
fn add_record(
    trigrams: &mut Trigrams,
    interpret: &dyn Interpret,
    source: &SourceInfo,
    raw: &[u8],
    verbatim: bool,
) {
    trigrams.add(raw);
    if verbatim && memchr::memchr(b'\\', raw).is_none() {
        return;
    }
    interpret.document(raw, source, &mut |node| {
        if !verbatim {
            // Numbers and words that a `raw.PATH:` may ask for need not stand so in the record.
            trigrams.add(node.raw().as_bytes());
        }
        for_each_string(node, &mut |text| {
            // A string without an escape stands in the bytes that were added.
            trigrams.add(text.as_bytes());
            false
        });
    });
}
