//! One published state of the store: the list of its segments and the small tables.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rusqlite::{Connection, Row};

use crate::domain::{EntryId, Timestamp};
use crate::store::segment::bits::Bitmap;
use crate::store::segment::frame::damaged;
use crate::store::segment::probe::Names;
use crate::store::segment::{SegmentRef, Zone};
use crate::store::{Generation, Result, SourceInfo};

use super::schema::database;

/// What is in memory of a published state.
#[derive(Clone, Default)]
pub(super) struct Snapshot {
    pub(super) generation: Generation,
    /// The greatest import that is seen.
    pub(super) published: i64,
    /// Latest first, by their last time; those without any time last.
    pub(super) segments: Arc<Vec<SegmentRef>>,
    /// Sources by number, with those kept for an owner.
    pub(super) sources: HashMap<u32, Stored>,
    pub(super) names: Arc<Names>,
    pub(super) newest_first: Arc<HashSet<u32>>,
    pub(super) noted: Vec<EntryId>,
    pub(super) marked: Vec<EntryId>,
}

/// A source as stored.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) info: Arc<SourceInfo>,
    /// The source in whose name it is shown, where it was removed and that one holds its entries too.
    pub(super) owner: Option<u32>,
    /// Whether all of it is in the store.
    pub(super) whole: bool,
}

/// Returns the generation and the greatest import that is seen.
pub(super) fn state(connection: &Connection) -> Result<(Generation, i64)> {
    connection
        .prepare_cached("SELECT generation, published FROM meta")
        .and_then(|mut query| {
            query.query_row([], |row| Ok((Generation(row.get::<_, i64>(0)? as u64), row.get(1)?)))
        })
        .map_err(database("reading the store's state"))
}

impl Snapshot {
    /// Reads the state that the connection's transaction sees.
    pub(super) fn read(connection: &Connection) -> Result<Snapshot> {
        let (generation, published) = state(connection)?;
        let doing = || database("reading the list of segments");
        let mut segments = segments(connection, "import <= ?1", published)?;
        segments.sort_by_key(|segment| {
            (std::cmp::Reverse(segment.zone.span.map(|(_, last)| last)), segment.number)
        });
        let sources = sources(connection, published).map_err(doing())?;
        let shown = |stored: &Stored| match stored.owner.and_then(|owner| sources.get(&owner)) {
            Some(owner) => owner.info.name.clone(),
            None => stored.info.name.clone(),
        };
        let names = sources.iter().map(|(number, stored)| (*number, shown(stored))).collect();
        let newest_first = sources.iter().filter(|(_, s)| s.info.newest_first).map(|(n, _)| *n).collect();
        Ok(Snapshot {
            generation,
            published,
            segments: Arc::new(segments),
            names: Arc::new(names),
            newest_first: Arc::new(newest_first),
            sources,
            noted: ids(connection, "SELECT id FROM notes ORDER BY id").map_err(doing())?,
            marked: ids(connection, "SELECT id FROM marks ORDER BY id").map_err(doing())?,
        })
    }

    /// Returns the entries there are.
    pub(super) fn entries(&self) -> u64 {
        self.segments.iter().map(|segment| segment.live_rows() as u64).sum()
    }
}

/// Returns the segments that meet a condition on `?1`.
pub(super) fn segments(connection: &Connection, condition: &str, value: i64) -> Result<Vec<SegmentRef>> {
    let sql = format!(
        "SELECT number, rows, timeless, first_time, last_time, removed FROM segments WHERE {condition}"
    );
    let doing = || database("reading the list of segments");
    let mut query = connection.prepare_cached(&sql).map_err(doing())?;
    let rows = query.query_map([value], segment).map_err(doing())?;
    rows.map(|row| row.map_err(doing())?).collect()
}

fn segment(row: &Row<'_>) -> rusqlite::Result<Result<SegmentRef>> {
    let number = row.get::<_, i64>(0)? as u64;
    let (rows, timeless) = (row.get::<_, i64>(1)?, row.get::<_, i64>(2)?);
    let span: (Option<i64>, Option<i64>) = (row.get(3)?, row.get(4)?);
    let removed: Option<Vec<u8>> = row.get(5)?;
    let bad = |reason: &str| Ok(Err(damaged(&format!("segment {number}"), reason)));
    let (Ok(rows), Ok(timeless)) = (u32::try_from(rows), u32::try_from(timeless)) else {
        return bad("its extent makes no sense");
    };
    let span = span.0.zip(span.1);
    if timeless > rows || span.is_none() != (timeless == rows) || span.is_some_and(|(a, b)| a > b) {
        return bad("its extent makes no sense");
    }
    let removed = match removed {
        None => None,
        Some(bytes) => match Bitmap::from_bytes(&bytes, rows as usize) {
            Some(set) => Some(Arc::new(set)),
            None => return bad("its removed rows are cut short"),
        },
    };
    Ok(Ok(SegmentRef {
        number,
        zone: Zone { rows: rows as usize, timeless: timeless as usize, span },
        removed,
    }))
}

fn ids(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<EntryId>> {
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map([], |row| row.get::<_, [u8; 16]>(0).map(EntryId))?;
    rows.collect()
}

fn sources(connection: &Connection, published: i64) -> rusqlite::Result<HashMap<u32, Stored>> {
    let mut query = connection.prepare_cached(
        "SELECT number, owner, whole, name, sha256, bytes, format, format_version, context, newest_first,
                imported, entries, duplicates, rejects, timeless, first_time, last_time
         FROM sources WHERE import <= ?1",
    )?;
    let rows = query.query_map([published], |row| {
        let text = |at| row.get::<_, String>(at).map(Arc::<str>::from);
        let count = |at| row.get::<_, i64>(at).map(|count| count as u64);
        let time = |at| row.get::<_, Option<i64>>(at).map(|time| time.map(Timestamp));
        let info = SourceInfo {
            id: row.get(0)?,
            name: text(3)?,
            sha256: row.get(4)?,
            bytes: count(5)?,
            format: text(6)?,
            format_version: row.get(7)?,
            context: text(8)?,
            newest_first: row.get(9)?,
            imported: time(10)?,
            entries: count(11)?,
            duplicates: count(12)?,
            rejects: count(13)?,
            timeless: count(14)?,
            span: time(15)?.zip(time(16)?),
        };
        Ok((info.id, Stored { info: Arc::new(info), owner: row.get(1)?, whole: row.get(2)? }))
    })?;
    rows.collect()
}
