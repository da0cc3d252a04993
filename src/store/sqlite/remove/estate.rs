//! What a removed source leaves to others that hold the same entries.

use std::collections::{BTreeMap, HashMap};

use crate::domain::EntryId;
use crate::store::Result;
use crate::store::segment::bits::Bitmap;
use crate::store::segment::columns::DictCol;
use crate::store::segment::rows::{Rows, Take};
use crate::store::segment::{Load as _, Segment, SegmentRef, record_order, source_number};

use super::super::schema::database;
use super::super::session::Session;
use super::super::tidy::put_segment;
use super::repack::repack;
use super::{run, take_out};

/// Returns for each id that a source shares with others which of them gets its entry.
pub(super) fn heirs(session: &Session, source: u32) -> Result<HashMap<EntryId, u32>> {
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
pub(super) struct Estate {
    heirs: HashMap<EntryId, u32>,
    /// The source that stands for a pair of a removed source and its heir.
    shares: HashMap<(u32, u32), Share>,
    inherited: Vec<EntryId>,
    next_source: u32,
    pub(super) new_segments: Vec<SegmentRef>,
}

struct Share {
    number: u32,
    rows: Rows,
}

impl Estate {
    pub(super) fn new(session: &Session, heirs: HashMap<EntryId, u32>) -> Result<Estate> {
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
    pub(super) fn divide(
        &mut self,
        session: &mut Session,
        segment: &mut SegmentRef,
        victims: &[u32],
    ) -> Result<u64> {
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
    pub(super) fn settle(&mut self, session: &mut Session) -> Result<()> {
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
    pub(super) fn cross_out(&self, session: &Session) -> Result<()> {
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
