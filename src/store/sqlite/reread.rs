//! Rejects read once more: what a mended reader understands becomes a record of its source.

use std::collections::HashMap;

use crate::domain::{Entry, EntryId};
use crate::store::block::{Blocks, Draft, encode_slots};
use crate::store::segment::rows::Locator;
use crate::store::{RecordRef, Result, StoredRecord};

use super::rebuild::Rebuild;
use super::schema::database;
use super::session::Session;
use super::writer::transaction;

/// Rejects looked at in one go: each may hold 64 KiB.
const PAGE: usize = 64;

/// A reject that is kept whole.
struct Kept {
    number: i64,
    source: u32,
    record: u64,
    offset: u64,
    raw: Vec<u8>,
}

/// Reads all rejects again. Those that became records lie in new, unpublished blocks; their numbers are returned,
/// with that of their source.
pub(super) fn rejects(session: &mut Session, rebuild: &mut Rebuild) -> Result<Vec<(i64, u32)>> {
    let mut read = Vec::new();
    let mut seen: HashMap<(u32, EntryId), u32> = HashMap::new();
    let mut last = 0;
    loop {
        let page = page(session, last)?;
        let Some(end) = page.last().map(|kept| kept.number) else { return Ok(read) };
        last = end;
        for same in page.chunk_by(|a, b| a.source == b.source) {
            some(session, rebuild, same, &mut seen, &mut read)?;
        }
    }
}

fn page(session: &Session, behind: i64) -> Result<Vec<Kept>> {
    let sql = format!(
        "SELECT number, source, record, offset, raw FROM rejects
         WHERE number > ?1 AND import <= ?2 AND sha256 IS NULL AND length > 0 AND length = length(raw)
         ORDER BY number LIMIT {PAGE}"
    );
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Kept {
            number: row.get(0)?,
            source: row.get(1)?,
            record: row.get::<_, i64>(2)? as u64,
            offset: row.get::<_, i64>(3)? as u64,
            raw: row.get(4)?,
        })
    };
    session
        .connection
        .prepare_cached(&sql)
        .and_then(|mut query| query.query_map((behind, session.snapshot.published), read)?.collect())
        .map_err(database("reading the rejects"))
}

/// Reads rejects of one source.
fn some(
    session: &mut Session,
    rebuild: &mut Rebuild,
    kept: &[Kept],
    seen: &mut HashMap<(u32, EntryId), u32>,
    read: &mut Vec<(i64, u32)>,
) -> Result<()> {
    let Some(source) = kept.first().map(|one| one.source) else { return Ok(()) };
    let info = session.source(source)?;
    let interpret = session.shared.interpret.clone();
    let mut blocks = Blocks::default();
    let mut found: Vec<(u64, u32, u64, Vec<Entry<'static>>)> = Vec::new();
    for one in kept {
        let mut stored = StoredRecord {
            raw: one.raw.clone(),
            source: info.clone(),
            format: info.format.clone(),
            record: one.record,
            offset: one.offset,
            occurrence: 0,
        };
        let mut entries = interpret.entries(&stored);
        let Some(first) = entries.first() else { continue };
        // Identical records of a source are told apart.
        let before = seen.entry((source, first.id)).or_default();
        if *before > 0 {
            stored.occurrence = *before;
            entries = interpret.entries(&stored);
        }
        let at = RecordRef { record: one.record, offset: one.offset, unidentified: *before > 0 };
        *before += 1;
        let (block, slot) = blocks.push(at, &one.raw);
        blocks.occurs(stored.occurrence);
        found.push((block, slot, one.record, entries));
        read.push((one.number, source));
    }
    let numbers = insert(session, source, &blocks.finish())?;
    for (block, slot, record, entries) in found {
        let Some(number) = numbers.get(block as usize) else { continue };
        rebuild.record(session, source, Locator { record, block: *number, slot }, &entries)?;
    }
    numbers.iter().for_each(|number| rebuild.settle(*number));
    Ok(())
}

/// Writes blocks that nobody sees before the new index is published.
fn insert(session: &Session, source: u32, drafts: &[Draft]) -> Result<Vec<u64>> {
    let import = session.snapshot.published + 1;
    transaction(&session.connection, "writing what was read again", |connection| {
        drafts
            .iter()
            .map(|draft| {
                connection
                    .prepare_cached(
                        "INSERT INTO blocks (import, source, raw_bytes, live, slots) VALUES (?1, ?2, ?3, 0, ?4)",
                    )?
                    .execute((import, source, draft.raw_bytes as i64, encode_slots(&draft.slots)))?;
                let number = connection.last_insert_rowid();
                connection
                    .prepare_cached("INSERT INTO block_data (block, data) VALUES (?1, ?2)")?
                    .execute((number, &draft.data))?;
                Ok(number as u64)
            })
            .collect()
    })
}
