//! Taking entries out: all of a source but what another one also holds, or all before an instant. Rows are
//! only marked in their segments; blocks without a row left are dropped.

use std::collections::{BTreeMap, HashMap};

use rusqlite::Connection;

use crate::domain::{EntryId, Timestamp};
use crate::query::{Answer, Watch};
use crate::store::block::{Block, Blocks, encode_slots};
use crate::store::segment::bits::Bitmap;
use crate::store::segment::columns::DictCol;
use crate::store::segment::rows::{Locator, Rows, Take};
use crate::store::segment::{Load as _, Segment, SegmentRef, record_order, source_number};
use crate::store::{RecordRef, Result};

use super::import::push_removed;
use super::schema::database;
use super::session::Session;
use super::tidy::{drop_segment, put_segment};
use super::writer::atomically;

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
    for sql in [
        "DELETE FROM blocks WHERE number = ?1",
        "DELETE FROM block_data WHERE block = ?1",
        "DELETE FROM block_filters WHERE block = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([block as i64])?;
    }
    Ok(())
}

/// Returns for each id that a source shares with others which of them gets its entry.
fn heirs(session: &Session, source: u32) -> Result<HashMap<EntryId, u32>> {
    let doing = || database("looking for what another source holds");
    let mut query = session
        .connection
        .prepare_cached(
            "SELECT source, ids FROM duplicates WHERE source <> ?1 AND import <= ?2 ORDER BY number DESC",
        )
        .map_err(doing())?;
    let rows = query
        .query_map((source, session.snapshot.published), |row| {
            Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?))
        })
        .map_err(doing())?;
    let mut heirs = HashMap::new();
    for row in rows {
        let (heir, ids) = row.map_err(doing())?;
        // A later row is an earlier source, which comes first.
        heirs.extend(ids.as_chunks().0.iter().map(|id| (EntryId(*id), heir)));
    }
    Ok(heirs)
}

/// What a removed source leaves to others: its records go on under a source of their own, read as before but
/// shown in the heir's name.
struct Estate {
    heirs: HashMap<EntryId, u32>,
    /// The source that stands for a pair of a removed source and its heir.
    shares: HashMap<(u32, u32), Share>,
    inherited: Vec<EntryId>,
    next_source: u32,
    new_segments: Vec<SegmentRef>,
}

struct Share {
    number: u32,
    rows: Rows,
}

impl Estate {
    fn new(session: &Session, heirs: HashMap<EntryId, u32>) -> Result<Estate> {
        let last: i64 = session
            .connection
            .query_row(
                "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'sources'",
                [],
                |row| row.get(0),
            )
            .map_err(database("removing a source"))?;
        Ok(Estate {
            heirs,
            shares: HashMap::new(),
            inherited: Vec::new(),
            next_source: last as u32 + 1,
            new_segments: Vec::new(),
        })
    }

    /// Takes the rows of some sources out of a segment, and keeps those that have an heir for it. Returns
    /// how many have none.
    fn divide(&mut self, session: &mut Session, segment: &mut SegmentRef, victims: &[u32]) -> Result<u64> {
        let values = session.values(segment, DictCol::Source)?;
        if !(1..values.len() as u32).any(|id| victims.contains(&source_number(values.get(id)))) {
            return Ok(0);
        }
        let whole = Segment::load(session, segment)?;
        let mut rows = Bitmap::empty(segment.zone.rows);
        let mut shares: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
        for row in 0..segment.zone.rows {
            let source = whole.source(row);
            if segment.is_removed(row) || !victims.contains(&source) {
                continue;
            }
            rows.insert(row);
            if let Some(heir) = self.heirs.get(&whole.id(row)) {
                shares.entry((source, *heir)).or_default().push(row);
                self.inherited.push(whole.id(row));
            }
        }
        let kept: usize = shares.values().map(Vec::len).sum();
        for (pair, rows) in shares {
            self.inherit(session, &whole, pair, &rows)?;
        }
        Ok(take_out(session, segment, &rows)? - kept as u64)
    }

    /// Packs the records of rows into new blocks and adds the rows to their share.
    fn inherit(
        &mut self,
        session: &mut Session,
        whole: &Segment,
        pair: (u32, u32),
        rows: &[usize],
    ) -> Result<()> {
        let max_rows = session.shared.options.segment_rows;
        let number = self.share(session, pair)?;
        let mut order = rows.to_vec();
        order.sort_by_key(|row| (whole.place(*row).block, whole.place(*row).slot, whole.part(*row)));
        let mut takes: Vec<Take> = vec![None; whole.times.len()];
        for records in order.chunks(4096) {
            let places = repack(session, whole, records, number)?;
            records.iter().zip(places).for_each(|(row, place)| takes[*row] = Some((place, number)));
        }
        let Some(share) = self.shares.get_mut(&pair) else { return Ok(()) };
        share.rows.extend_segment(whole, &takes);
        if share.rows.len() * 2 > max_rows {
            let rows = std::mem::take(&mut share.rows);
            self.close(session, &rows)?;
        }
        Ok(())
    }

    /// Returns the number of the source that stands for a pair, made where there is none yet.
    fn share(&mut self, session: &Session, pair: (u32, u32)) -> Result<u32> {
        if let Some(share) = self.shares.get(&pair) {
            return Ok(share.number);
        }
        let number = self.next_source;
        self.next_source += 1;
        run(
            &session.connection,
            "INSERT INTO sources (number, import, owner, whole, name, sha256, bytes, format, format_version,
                 context, newest_first, imported, entries, duplicates, rejects, timeless)
             SELECT ?1, gone.import, heir.number, 0, heir.name, '', 0, gone.format, gone.format_version,
                 gone.context, gone.newest_first, gone.imported, 0, 0, 0, 0
             FROM sources AS gone, sources AS heir WHERE gone.number = ?2 AND heir.number = ?3",
            (number, pair.0, pair.1),
        )?;
        self.shares.insert(pair, Share { number, rows: Rows::default() });
        Ok(number)
    }

    /// Closes all shares.
    fn settle(&mut self, session: &mut Session) -> Result<()> {
        for pair in self.shares.keys().copied().collect::<Vec<_>>() {
            let Some(share) = self.shares.get_mut(&pair) else { continue };
            let rows = std::mem::take(&mut share.rows);
            if rows.len() > 0 {
                self.close(session, &rows)?;
            }
        }
        self.cross_out(session)
    }

    fn close(&mut self, session: &mut Session, rows: &Rows) -> Result<()> {
        let by_number: HashMap<u32, bool> = self
            .shares
            .iter()
            .map(|(pair, share)| (share.number, session.snapshot.newest_first.contains(&pair.0)))
            .collect();
        let order =
            |source: u32, record: u64| record_order(by_number.get(&source).copied().unwrap_or(false), record);
        let max_rows = session.shared.options.segment_rows;
        for piece in rows.pieces(max_rows) {
            let sealed = piece.seal(&order);
            let number = put_segment(&session.connection, session.snapshot.published, &sealed)
                .map_err(database("removing a source"))?;
            self.new_segments.push(SegmentRef { number, zone: sealed.zone, removed: None });
        }
        Ok(())
    }

    /// Strikes what was inherited from the heirs' lists of duplicates.
    fn cross_out(&self, session: &Session) -> Result<()> {
        let doing = || database("removing a source");
        let inherited: HashMap<EntryId, u32> =
            self.inherited.iter().filter_map(|id| Some((*id, *self.heirs.get(id)?))).collect();
        if inherited.is_empty() {
            return Ok(());
        }
        let mut query =
            session.connection.prepare("SELECT number, source, ids FROM duplicates").map_err(doing())?;
        let lists: Vec<(i64, u32, Vec<u8>)> = query
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .and_then(|rows| rows.collect())
            .map_err(doing())?;
        for (number, source, ids) in lists {
            let kept: Vec<u8> = ids
                .as_chunks()
                .0
                .iter()
                .filter(|id| inherited.get(&EntryId(**id)) != Some(&source))
                .flatten()
                .copied()
                .collect();
            let struck = (ids.len() - kept.len()) / 16;
            if struck > 0 {
                run(&session.connection, "UPDATE duplicates SET ids = ?2 WHERE number = ?1", (number, kept))?;
                let sql = "UPDATE sources SET duplicates = duplicates - ?2 WHERE number = ?1";
                run(&session.connection, sql, (source, struck as i64))?;
            }
        }
        Ok(())
    }
}

/// A block that is being taken apart.
struct Old {
    number: u64,
    block: Block,
    removed: Vec<(u32, u32)>,
}

/// Records being packed into new blocks.
#[derive(Default)]
struct Repack {
    blocks: Blocks,
    /// Of each new record, by block and slot, how often it occurred before.
    occurrences: Vec<(u64, u32, u32)>,
    /// Entries that were removed before and stay so, by new block, slot and part.
    gone: Vec<(u64, u32, u32)>,
}

impl Repack {
    fn push(&mut self, old: &Old, place: Locator) -> Result<Locator> {
        let (slot, raw) = old.block.get(place.slot).ok_or_else(|| {
            crate::store::segment::frame::damaged(
                &format!("block {}", old.number),
                "a record of it is missing",
            )
        })?;
        let at = RecordRef { record: slot.record, offset: slot.offset, unidentified: slot.unidentified };
        let (block, number) = self.blocks.push(at, raw);
        self.occurrences.push((block, number, slot.occurrence));
        let before = old.removed.iter().filter(|(slot, _)| *slot == place.slot);
        self.gone.extend(before.map(|(_, part)| (block, number, *part)));
        Ok(Locator { record: place.record, block, slot: number })
    }

    /// Writes the new blocks; returns their numbers. `lives` counts the entries of each.
    fn write(self, session: &Session, source: u32, lives: &dyn Fn(u64) -> usize) -> Result<Vec<u64>> {
        let mut drafts = self.blocks.finish();
        for (block, slot, occurrence) in self.occurrences {
            drafts[block as usize].slots[slot as usize].occurrence = occurrence;
        }
        let connection = &session.connection;
        let mut numbers = Vec::with_capacity(drafts.len());
        for (at, draft) in (0u64..).zip(&drafts) {
            let mut removed = Vec::new();
            let here = self.gone.iter().filter(|(block, ..)| *block == at);
            here.for_each(|(_, slot, part)| push_removed(&mut removed, *slot, *part));
            run(
                connection,
                "INSERT INTO blocks (import, source, raw_bytes, live, slots, removed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (
                    session.snapshot.published,
                    source,
                    draft.raw_bytes as i64,
                    lives(at) as i64,
                    encode_slots(&draft.slots),
                    (!removed.is_empty()).then_some(removed),
                ),
            )?;
            let number = connection.last_insert_rowid();
            run(connection, "INSERT INTO block_data (block, data) VALUES (?1, ?2)", (number, &draft.data))?;
            numbers.push(number as u64);
        }
        Ok(numbers)
    }
}

/// Packs the records of rows, sorted by where they lie, into new blocks of a source; returns where they lie
/// then.
fn repack(session: &mut Session, whole: &Segment, rows: &[usize], source: u32) -> Result<Vec<Locator>> {
    let mut packing = Repack::default();
    let mut places: Vec<Locator> = Vec::with_capacity(rows.len());
    let mut last: Option<(Locator, Locator)> = None;
    let mut old: Option<Old> = None;
    for row in rows {
        let place = whole.place(*row);
        if let Some((_, to)) = last.filter(|(from, _)| *from == place) {
            places.push(to);
            continue;
        }
        let from = match old.take() {
            Some(old) if old.number == place.block => old,
            _ => Old {
                number: place.block,
                removed: removed_of(&session.connection, place.block)?,
                block: session.read_block(place.block)?,
            },
        };
        let to = packing.push(&from, place)?;
        (last, old) = (Some((place, to)), Some(from));
        places.push(to);
    }
    let lives = |block: u64| places.iter().filter(|place| place.block == block).count();
    let numbers = packing.write(session, source, &lives)?;
    places.iter_mut().for_each(|place| place.block = numbers[place.block as usize]);
    Ok(places)
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

/// What a source has in the segments.
#[derive(Clone, Copy, Default)]
struct Tally {
    entries: u64,
    timeless: u64,
    span: Option<(i64, i64)>,
}

/// Counts the entries of all sources again; returns those that have fewer than before.
pub(super) fn recount(session: &mut Session, segments: &[SegmentRef]) -> Result<Vec<u32>> {
    let mut tallies: HashMap<u32, Tally> = HashMap::new();
    for segment in segments.iter().filter(|segment| segment.live_rows() > 0) {
        tally(session, segment, &mut tallies)?;
    }
    let doing = || database("counting the entries of sources");
    let mut query =
        session.connection.prepare("SELECT number, owner, entries FROM sources").map_err(doing())?;
    let sources: Vec<(u32, Option<u32>, i64)> = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .and_then(|rows| rows.collect())
        .map_err(doing())?;
    let mut shown: BTreeMap<u32, (Tally, i64)> = BTreeMap::new();
    for (number, owner, before) in &sources {
        let one = tallies.get(number).copied().unwrap_or_default();
        let (sum, known) = shown.entry(owner.unwrap_or(*number)).or_default();
        sum.add(one);
        *known += if owner.is_none() { *before } else { 0 };
    }
    let mut less = Vec::new();
    for (number, (tally, before)) in shown {
        run(
            &session.connection,
            "UPDATE sources SET entries = ?2, timeless = ?3, first_time = ?4, last_time = ?5 WHERE number = ?1",
            (
                number,
                tally.entries as i64,
                tally.timeless as i64,
                tally.span.map(|span| span.0),
                tally.span.map(|span| span.1),
            ),
        )?;
        less.extend(((tally.entries as i64) < before).then_some(number));
    }
    Ok(less)
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.entries += other.entries;
        self.timeless += other.timeless;
        self.span = match (self.span, other.span) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
    }
}

fn tally(session: &mut Session, segment: &SegmentRef, tallies: &mut HashMap<u32, Tally>) -> Result<()> {
    let values = session.values(segment, DictCol::Source)?;
    let ids = session.ids(segment, DictCol::Source, &values)?;
    let times = session.times(segment)?;
    let mut by_id = vec![Tally::default(); values.len()];
    for row in (0..segment.zone.rows).filter(|row| !segment.is_removed(*row)) {
        let time = times.get(row);
        by_id[ids.get(row) as usize].add(Tally {
            entries: 1,
            timeless: u64::from(time.is_none()),
            span: time.map(|time| (time, time)),
        });
    }
    for (id, one) in by_id.into_iter().enumerate() {
        tallies.entry(source_number(values.get(id as u32))).or_default().add(one);
    }
    Ok(())
}
