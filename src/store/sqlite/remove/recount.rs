//! Counting again what sources have in the segments.

use std::collections::{BTreeMap, HashMap};

use crate::store::Result;
use crate::store::segment::columns::DictCol;
use crate::store::segment::{Load as _, SegmentRef, source_number};

use super::super::schema::database;
use super::super::session::Session;
use super::run;

/// What a source has in the segments.
#[derive(Clone, Copy, Default)]
struct Tally {
    entries: u64,
    timeless: u64,
    span: Option<(i64, i64)>,
}

/// Counts the entries of all sources again; returns those that have fewer than before.
pub(in super::super) fn recount(session: &mut Session, segments: &[SegmentRef]) -> Result<Vec<u32>> {
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
