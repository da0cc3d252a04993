//! Segments as rows of tables, and housekeeping: small segments become one, and what readers want to know
//! about the state of the store.

use rusqlite::{Connection, OptionalExtension as _};

use crate::query::Watch;
use crate::store::segment::columns::DictCol;
use crate::store::segment::rows::{Locator, Rows, Sealed, Take};
use crate::store::segment::{Load as _, Segment, SegmentRef, record_order, source_number};
use crate::store::{Result, StoreStats};

use super::schema::database;
use super::session::{Session, column_key};
use super::writer::transaction;

/// Segments of about one size that are worth joining: more would join less often, and leave more that are small, which
/// take more room.
const FAN: usize = 3;
/// Rows that may be joined before `publish` returns.
const QUICK_ROWS: usize = 1 << 14;

/// Writes a segment in a transaction of its own; returns its number.
pub(super) fn insert_segment(connection: &Connection, import: i64, sealed: &Sealed) -> Result<u64> {
    transaction(connection, "writing a segment", |connection| put_segment(connection, import, sealed))
}

/// Writes a segment; returns its number.
pub(super) fn put_segment(connection: &Connection, import: i64, sealed: &Sealed) -> rusqlite::Result<u64> {
    let zone = &sealed.zone;
    connection
        .prepare_cached(
            "INSERT INTO segments (import, rows, timeless, first_time, last_time) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            import,
            zone.rows as i64,
            zone.timeless as i64,
            zone.span.map(|(first, _)| first),
            zone.span.map(|(_, last)| last),
        ))?;
    let number = connection.last_insert_rowid() as u64;
    let mut insert = connection.prepare_cached("INSERT INTO columns (key, data) VALUES (?1, ?2)")?;
    for (code, blob) in &sealed.blobs {
        insert.execute((column_key(number, *code), blob))?;
    }
    Ok(number)
}

/// Removes a segment in a transaction of its own.
pub(super) fn delete_segment(connection: &Connection, number: u64) -> Result<()> {
    transaction(connection, "removing a segment", |connection| drop_segment(connection, number))
}

/// Removes a segment.
pub(super) fn drop_segment(connection: &Connection, number: u64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM segments WHERE number = ?1")?.execute([number as i64])?;
    connection
        .prepare_cached("DELETE FROM columns WHERE key >= ?1 AND key < ?2")?
        .execute((column_key(number, 0), column_key(number + 1, 0)))?;
    Ok(())
}

/// Whether a segment has rows of a source.
pub(super) fn holds_source(session: &mut Session, segment: &SegmentRef, source: u32) -> Result<bool> {
    let values = session.values(segment, DictCol::Source)?;
    Ok((1..values.len() as u32).any(|id| source_number(values.get(id)) == source))
}

/// Adds the rows of a segment that were not removed to others; `take` decides on each by its number, place
/// and source.
pub(super) fn copy_rows(
    session: &mut Session,
    segment: &SegmentRef,
    rows: &mut Rows,
    take: &dyn Fn(usize, Locator, u32) -> Take,
) -> Result<()> {
    let whole = Segment::load(session, segment)?;
    let takes: Vec<Take> = (0..segment.zone.rows)
        .map(|row| match segment.is_removed(row) {
            true => None,
            false => take(row, whole.place(row), whole.source(row)),
        })
        .collect();
    rows.extend_segment(&whole, &takes);
    Ok(())
}

/// Returns segments that should become one: several of about one size, or one with many rows removed.
fn mergeable(segments: &[SegmentRef], max_rows: usize) -> Option<Vec<SegmentRef>> {
    let hollow =
        |segment: &&SegmentRef| segment.removed.is_some() && segment.live_rows() * 2 < segment.zone.rows;
    if let Some(segment) = segments.iter().find(hollow) {
        return Some(vec![segment.clone()]);
    }
    let class = |segment: &SegmentRef| segment.live_rows().max(1).ilog(FAN);
    let mut small: Vec<&SegmentRef> =
        segments.iter().filter(|segment| segment.live_rows() * 2 <= max_rows).collect();
    // Neighbours in time are joined, so that segments stay narrow.
    small.sort_by_key(|segment| (class(segment), segment.zone.span, segment.number));
    for group in small.chunk_by(|a, b| class(a) == class(b)) {
        let mut rows = 0;
        let joined: Vec<SegmentRef> = group
            .iter()
            .take_while(|segment| {
                rows += segment.live_rows();
                rows <= max_rows
            })
            .map(|segment| (*segment).clone())
            .collect();
        if joined.len() >= FAN || (joined.len() > 1 && joined.len() < group.len()) {
            return Some(joined);
        }
    }
    None
}

/// Joins segments into one, in one transaction.
fn merge(session: &mut Session, segments: &[SegmentRef]) -> Result<()> {
    let mut joined = super::join::join(session, segments)?;
    let mut rows = Rows::default();
    for segment in segments {
        copy_rows(session, segment, &mut rows, &|_, place, source| Some((joined.place(place), source)))?;
    }
    joined.count((0..rows.len()).map(|row| rows.place(row)));
    let newest_first = session.snapshot.newest_first.clone();
    let sealed = (rows.len() > 0)
        .then(|| rows.seal(&|source, record| record_order(newest_first.contains(&source), record)));
    let published = session.snapshot.published;
    transaction(&session.connection, "merging segments", |connection| {
        if let Some(sealed) = &sealed {
            put_segment(connection, published, sealed)?;
        }
        joined.write(connection, published)?;
        segments.iter().try_for_each(|segment| drop_segment(connection, segment.number))?;
        connection.execute("UPDATE meta SET generation = generation + 1", [])?;
        Ok(())
    })?;
    session.forget();
    session.read(|_| Ok(()))
}

/// Joins the smallest segments, a bounded piece of work.
pub(super) fn merge_small(session: &mut Session) -> Result<()> {
    session.forget();
    session.read(|_| Ok(()))?;
    let max_rows = session.shared.options.segment_rows;
    let mut left = QUICK_ROWS.min(max_rows);
    while let Some(segments) = mergeable(&session.snapshot.segments, max_rows) {
        let rows = segments.iter().map(SegmentRef::live_rows).sum::<usize>().max(1);
        let Some(rest) = left.checked_sub(rows) else { break };
        left = rest;
        merge(session, &segments)?;
    }
    Ok(())
}

/// Does one piece of housekeeping; returns whether more is left.
pub(super) fn maintain(session: &mut Session, watch: &mut dyn Watch) -> Result<bool> {
    if watch.cancelled() {
        return Ok(true);
    }
    let max_rows = session.shared.options.segment_rows;
    if let Some(segments) = mergeable(&session.snapshot.segments, max_rows) {
        merge(session, &segments)?;
        return Ok(true);
    }
    super::filters::build_some(session, watch)
}

/// Returns sizes and state.
pub(super) fn stats(session: &mut Session) -> Result<StoreStats> {
    let doing = || database("counting");
    let published = session.snapshot.published;
    let (blocks, raw_bytes, unfiltered): (i64, i64, i64) = session
        .connection
        .query_row(
            "SELECT count(*), coalesce(sum(raw_bytes), 0), coalesce(sum(filtered = 0), 0)
             FROM blocks WHERE import <= ?1",
            [published],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .map_err(doing())?;
    let max_rows = session.shared.options.segment_rows;
    Ok(StoreStats {
        entries: session.snapshot.entries(),
        segments: session.snapshot.segments.len() as u64,
        blocks: blocks as u64,
        raw_bytes: raw_bytes as u64,
        file_bytes: file_bytes(&session.shared.path),
        unfiltered_blocks: unfiltered as u64,
        mergeable: mergeable(&session.snapshot.segments, max_rows).map_or(0, |group| group.len() as u64),
    })
}

fn file_bytes(path: &std::path::Path) -> u64 {
    ["", "-wal", "-shm"]
        .iter()
        .filter_map(|ending| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            std::fs::metadata(name).ok()
        })
        .map(|metadata| metadata.len())
        .sum()
}

/// Returns one optional column of one row, by its key.
pub(super) fn blob(connection: &Connection, sql: &str, key: i64) -> Result<Option<Vec<u8>>> {
    connection
        .prepare_cached(sql)
        .and_then(|mut query| query.query_row([key], |row| row.get(0)).optional())
        .map(Option::flatten)
        .map_err(database("reading the store"))
}
