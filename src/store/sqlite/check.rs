//! Whether the bytes of a store are those that were written: every part of it carries a checksum, and SQLite
//! knows how its pages belong together. Reads all of the file and keeps nothing of it.

use rusqlite::{OptionalExtension as _, params};

use crate::query::{Answer, Watch};
use crate::store::block::{Block, decode_slots};
use crate::store::segment::frame::unwrap;
use crate::store::{Checked, Damage, Result, StoreError};

use super::schema::database;
use super::session::Session;

/// Reads every part of the store and calls `found` with what is damaged.
pub(super) fn check(
    session: &Session,
    watch: &mut dyn Watch,
    found: &mut dyn FnMut(Damage),
) -> Result<Answer<Checked>> {
    let mut sums = Checked { rejects: rejects(session)?, ..Checked::default() };
    pages(session, found)?;
    let whole = blocks(session, watch, &mut sums, found)?
        && frames(session, "columns", &segment_column, watch, &mut sums, found)?
        && frames(session, "filter_parts", &filter_part, watch, &mut sums, found)?;
    Ok(whole.then_some(sums))
}

/// How many records are kept that were not parsed.
fn rejects(session: &Session) -> Result<u64> {
    let sql = "SELECT count(*) FROM rejects WHERE import <= ?1";
    let count =
        session.connection.query_row(sql, params![session.snapshot.published], |row| row.get::<_, i64>(0));
    count.map(|count| count as u64).map_err(database("counting the rejects"))
}

/// What SQLite itself finds wrong with its file.
fn pages(session: &Session, found: &mut dyn FnMut(Damage)) -> Result<()> {
    let doing = || database("checking the file's pages");
    let mut query = session.connection.prepare("PRAGMA integrity_check(20)").map_err(doing())?;
    let lines = query.query_map([], |row| row.get::<_, String>(0)).map_err(doing())?;
    for line in lines {
        match line {
            Ok(line) if line == "ok" => {}
            Ok(reason) => found(Damage { what: "the file".to_owned(), reason }),
            Err(error) => found(Damage { what: "the file".to_owned(), reason: error.to_string() }),
        }
    }
    Ok(())
}

/// The records. Returns false where the check was stopped.
fn blocks(
    session: &Session,
    watch: &mut dyn Watch,
    sums: &mut Checked,
    found: &mut dyn FnMut(Damage),
) -> Result<bool> {
    let doing = || database("reading the blocks");
    let sql = "SELECT number, source, slots, data FROM blocks LEFT JOIN block_data ON block = number
               WHERE import <= ?1 ORDER BY number";
    let mut query = session.connection.prepare(sql).map_err(doing())?;
    let mut rows = query.query(params![session.snapshot.published]).map_err(doing())?;
    let total = session.snapshot.segments.iter().map(|segment| segment.zone.rows as u64).sum();
    while let Some(row) = rows.next().map_err(doing())? {
        if watch.cancelled() {
            return Ok(false);
        }
        let number = row.get::<_, i64>(0).map_err(doing())? as u64;
        let source: u32 = row.get(1).map_err(doing())?;
        let slots: Vec<u8> = row.get(2).map_err(doing())?;
        let data: Option<Vec<u8>> = row.get(3).map_err(doing())?;
        sums.parts += 2;
        let block = Block::decode(number, source, &slots, data.as_deref().unwrap_or_default());
        match block {
            Ok(block) => {
                sums.records += block.slots().len() as u64;
                sums.raw_bytes += block.raw().len() as u64;
            }
            Err(error) => found(lost(session, (number, source), &slots, &error)),
        }
        watch.progress(0, sums.records, total);
    }
    Ok(true)
}

/// Says which records a damaged block held, as far as its list can still be read.
fn lost(session: &Session, (number, source): (u64, u32), slots: &[u8], error: &StoreError) -> Damage {
    let name = session.snapshot.sources.get(&source).map_or("a removed source", |stored| &stored.info.name);
    let held = decode_slots("its list", slots).ok();
    let ends = held.as_ref().and_then(|slots| Some((slots.first()?.record, slots.last()?.record)));
    let what = match ends {
        Some((first, last)) => format!("records {first} to {last} of {name} (block {number})"),
        None => format!("block {number} of {name}"),
    };
    Damage { what, reason: reason(error) }
}

/// The BLOBs of a table. Returns false where the check was stopped.
fn frames(
    session: &Session,
    table: &str,
    name: &dyn Fn(u64) -> String,
    watch: &mut dyn Watch,
    sums: &mut Checked,
    found: &mut dyn FnMut(Damage),
) -> Result<bool> {
    let doing = || database("reading the index");
    let next = format!("SELECT key, data FROM {table} WHERE key > ?1 ORDER BY key LIMIT 1");
    let mut query = session.connection.prepare(&next).map_err(doing())?;
    let mut last = -1i64;
    loop {
        if watch.cancelled() {
            return Ok(false);
        }
        let part = query.query_row([last], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)));
        let Some((key, data)) = part.optional().map_err(doing())? else { return Ok(true) };
        last = key;
        sums.parts += 1;
        if let Err(error) = unwrap("a part", &data) {
            found(Damage { what: name(key as u64), reason: reason(&error) });
        }
    }
}

fn segment_column(key: u64) -> String {
    format!("column {} of segment {} of the index", key & 255, key >> 8)
}

fn filter_part(key: u64) -> String {
    format!("part {} of group {} of the text filters", key & 0xffff, key >> 16)
}

fn reason(error: &StoreError) -> String {
    match error {
        StoreError::Damaged { reason, .. } => reason.clone(),
        other => other.to_string(),
    }
}
