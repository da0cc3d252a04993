//! Whether the bytes of a store are those that were written: every part of it carries a checksum, and SQLite
//! knows how its pages belong together. Reads all of the file and keeps nothing of it.

use rusqlite::{OptionalExtension as _, params};

use crate::query::{Answer, Watch};
use crate::store::block::{Block, decode_slots};
use crate::store::segment::frame::unwrap;
use crate::store::{Checked, Damage, Result, StoreError, unless_damaged};

use super::schema::database;
use super::session::Session;

/// Reads every part of the store and calls `found` with what is damaged; what lies behind it is read all the same.
pub(super) fn check(
    session: &Session,
    watch: &mut dyn Watch,
    found: &mut dyn FnMut(Damage),
) -> Result<Answer<Checked>> {
    let rejects = tell_damage("the records not parsed", rejects(session), found)?;
    let mut sums = Checked { rejects: rejects.unwrap_or(0), ..Checked::default() };
    pages(session, found)?;
    let whole = blocks(session, watch, &mut sums, found)?
        && frames(session, "columns", &segment_column, watch, &mut sums, found)?
        && frames(session, "filter_parts", &filter_part, watch, &mut sums, found)?;
    Ok(whole.then_some(sums))
}

/// Makes a finding of damage.
fn tell_damage<T>(what: &str, read: Result<T>, found: &mut dyn FnMut(Damage)) -> Result<Option<T>> {
    unless_damaged(read, |error| found(Damage { what: what.to_owned(), reason: reason(error) }))
}

/// How many records are kept that were not parsed.
fn rejects(session: &Session) -> Result<u64> {
    let sql = "SELECT count(*) FROM rejects WHERE import <= ?1";
    let count =
        session.connection.query_row(sql, params![session.snapshot.published], |row| row.get::<_, i64>(0));
    count.map(|count| count as u64).map_err(database("counting the rejects"))
}

/// Returns the keys of a table, from both ends where a page in its middle cannot be read: what such a page lists is
/// lost, what lies behind it is not.
fn keys(session: &Session, table: &str, key: &str, found: &mut dyn FnMut(Damage)) -> Result<Vec<i64>> {
    let mut keys = Vec::new();
    let up = format!("SELECT {key} FROM {table} ORDER BY {key}");
    let read = read_keys(session, &up, &mut |key| {
        keys.push(key);
        true
    });
    let last = keys.last().copied();
    let what =
        format!("the list of {table} behind {}", last.map_or("its start".to_owned(), |key| key.to_string()));
    if tell_damage(&what, read, found)?.is_some() {
        return Ok(keys);
    }
    let mut behind = Vec::new();
    let down = format!("{up} DESC");
    let read = read_keys(session, &down, &mut |key| {
        let more = last.is_none_or(|last| key > last);
        behind.extend(more.then_some(key));
        more
    });
    // It ends at the same page.
    tell_damage("", read, &mut |_| ())?;
    keys.extend(behind.into_iter().rev());
    Ok(keys)
}

fn read_keys(session: &Session, sql: &str, take: &mut dyn FnMut(i64) -> bool) -> Result<()> {
    let doing = || database("reading a list of the store");
    let mut query = session.connection.prepare(sql).map_err(doing())?;
    let mut rows = query.query([]).map_err(doing())?;
    while let Some(row) = rows.next().map_err(doing())? {
        if !take(row.get(0).map_err(doing())?) {
            break;
        }
    }
    Ok(())
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
    let total = session.snapshot.segments.iter().map(|segment| segment.zone.rows as u64).sum();
    for number in keys(session, "blocks", "number", found)? {
        if watch.cancelled() {
            return Ok(false);
        }
        let listed = tell_damage(&format!("block {number}"), listed(session, number), found)?.flatten();
        let Some((source, slots)) = listed else { continue };
        sums.parts += 2;
        let at = (number as u64, source);
        let block = data(session, number)
            .and_then(|data| Block::decode(at.0, source, &slots, data.as_deref().unwrap_or_default()));
        match block {
            Ok(block) => {
                sums.records += block.slots().len() as u64;
                sums.raw_bytes += block.raw().len() as u64;
            }
            Err(error) if error.is_damage() => found(lost(session, at, &slots, &error)),
            Err(error) => return Err(error),
        }
        watch.progress(0, sums.records, total);
    }
    Ok(true)
}

/// The source of a block and the list of its records; `None` where its import is not published.
fn listed(session: &Session, number: i64) -> Result<Option<(u32, Vec<u8>)>> {
    let sql = "SELECT source, slots FROM blocks WHERE number = ?1 AND import <= ?2";
    let doing = || database("reading the list of a block");
    let mut query = session.connection.prepare_cached(sql).map_err(doing())?;
    let row =
        query.query_row(params![number, session.snapshot.published], |row| Ok((row.get(0)?, row.get(1)?)));
    row.optional().map_err(doing())
}

/// The bytes of a block's records.
fn data(session: &Session, number: i64) -> Result<Option<Vec<u8>>> {
    let doing = || database("reading a block");
    let sql = "SELECT data FROM block_data WHERE block = ?1";
    let mut query = session.connection.prepare_cached(sql).map_err(doing())?;
    query.query_row([number], |row| row.get(0)).optional().map_err(doing())
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
    let part = format!("SELECT data FROM {table} WHERE key = ?1");
    let keys = keys(session, table, "key", found)?;
    let mut query = session.connection.prepare(&part).map_err(doing())?;
    for key in keys {
        if watch.cancelled() {
            return Ok(false);
        }
        let what = name(key as u64);
        let part = query.query_row([key], |row| row.get::<_, Vec<u8>>(0)).optional().map_err(doing());
        // Another process may have merged it with others meanwhile.
        let Some(data) = tell_damage(&what, part, found)?.flatten() else { continue };
        sums.parts += 1;
        tell_damage(&what, unwrap("a part", &data), found)?;
    }
    Ok(true)
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
        StoreError::Database { source, .. } => source.to_string(),
        other => other.to_string(),
    }
}
