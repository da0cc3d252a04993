//! The order of rows by a field: every value of every segment's dictionary has a rank, rows of one rank are
//! newest first.

use std::sync::Arc;

use crate::domain::{Field, Timestamp};
use crate::query::{Position, Row, shown_value, sort_text};
use crate::store::Result;
use crate::store::segment::bits::{Bitmap, Selection};
use crate::store::segment::columns::DictCol;
use crate::store::segment::merge::{Place, Walk};
use crate::store::segment::{Load as _, SegmentRef, probe};

use super::session::Session;
use super::view::View;

/// Rows that may be collected and sorted at once.
const MANY: u64 = 1 << 17;

/// The ranks of a field's values over all segments, in rising order.
pub(super) struct Ranks {
    field: Field,
    /// What values sort by, each once.
    texts: Vec<Box<str>>,
    /// For each segment the rank of each id; rows without a value have the rank behind all.
    ids: Vec<Vec<u32>>,
}

impl Ranks {
    /// Ranks the values of a field.
    pub(super) fn build(session: &mut Session, segments: &[SegmentRef], field: Field) -> Result<Ranks> {
        let mut known: std::collections::HashMap<Box<str>, u32> = std::collections::HashMap::new();
        let mut ids = Vec::with_capacity(segments.len());
        for segment in segments {
            let values = session.values(segment, DictCol::of(field))?;
            let mut entry = probe::blank();
            let mut ranks = Vec::with_capacity(values.len());
            for id in 0..values.len() as u32 {
                probe::fill(&mut entry, DictCol::of(field), values.get(id), &session.snapshot.names);
                let text = shown_value(&entry, field).map(|shown| sort_text(field, &shown));
                ranks.push(text.map_or(u32::MAX, |text| {
                    let next = known.len() as u32;
                    *known.entry(text.into_boxed_str()).or_insert(next)
                }));
            }
            ids.push(ranks);
        }
        let mut texts: Vec<(Box<str>, u32)> = known.into_iter().collect();
        texts.sort_unstable();
        let mut rank_of = vec![0u32; texts.len()];
        for (rank, (_, first)) in texts.iter().enumerate() {
            rank_of[*first as usize] = rank as u32;
        }
        let behind = texts.len() as u32;
        for ranks in &mut ids {
            ranks.iter_mut().for_each(|rank| *rank = rank_of.get(*rank as usize).copied().unwrap_or(behind));
        }
        Ok(Ranks { field, texts: texts.into_iter().map(|(text, _)| text).collect(), ids })
    }
}

/// Rows in the order of a field.
pub(super) struct Ranked<'a> {
    view: View<'a>,
    ranks: Arc<Ranks>,
    descending: bool,
    /// Rows before each rank in the order shown, and all rows at the end.
    before: Vec<u64>,
}

impl<'a> Ranked<'a> {
    /// Counts the rows of each rank.
    pub(super) fn new(
        session: &mut Session,
        view: View<'a>,
        ranks: Arc<Ranks>,
        descending: bool,
    ) -> Result<Ranked<'a>> {
        let len = ranks.texts.len() + 1;
        let mut counts = vec![0u64; len];
        let mut ranked = Ranked { view, ranks, descending, before: Vec::new() };
        for at in 0..view.segments.len() {
            let per_id = super::counts::count_ids(
                session,
                &view.segments[at],
                &view.selections[at],
                DictCol::of(ranked.ranks.field),
            )?;
            for (id, count) in per_id.iter().enumerate().filter(|(_, count)| **count > 0) {
                counts[ranked.shown(at, id as u32) as usize] += u64::from(*count);
            }
        }
        let mut sum = 0;
        ranked.before.push(0);
        ranked.before.extend(counts.iter().map(|count| {
            sum += count;
            sum
        }));
        Ok(ranked)
    }

    fn none(&self) -> u32 {
        self.ranks.texts.len() as u32
    }

    /// Returns a rank in the order shown.
    fn turned(&self, rank: u32) -> u32 {
        if self.descending && rank < self.none() { self.none() - 1 - rank } else { rank }
    }

    fn shown(&self, segment: usize, id: u32) -> u32 {
        self.turned(self.ranks.ids[segment].get(id as usize).copied().unwrap_or(self.none()))
    }

    /// Returns the rows whose shown rank lies within.
    fn selections(&self, session: &mut Session, ranks: std::ops::Range<u32>) -> Result<Vec<Selection>> {
        let mut selections = Vec::with_capacity(self.view.segments.len());
        for (at, segment) in self.view.segments.iter().enumerate() {
            let selection = &self.view.selections[at];
            let values = session.values(segment, DictCol::of(self.ranks.field))?;
            let wanted = |id: u32| ranks.contains(&self.shown(at, id));
            if *selection == Selection::None || !(0..values.len() as u32).any(wanted) {
                selections.push(Selection::None);
                continue;
            }
            let ids = session.ids(segment, DictCol::of(self.ranks.field), &values)?;
            let table: Vec<bool> = (0..values.len() as u32).map(wanted).collect();
            let rows = Bitmap::from_fn(ids.len(), |row| table[ids.get(row) as usize]);
            selections.push(Selection::Some(rows).and(selection.clone()).simplify());
        }
        Ok(selections)
    }

    /// Returns how many rows sort before one, or are it, with `behind`.
    pub(super) fn before_row(&self, session: &mut Session, row: &Row, behind: bool) -> Result<u64> {
        let text = row.shown_value(self.ranks.field).map(|shown| sort_text(self.ranks.field, &shown));
        let found = match text {
            None => Ok(self.ranks.texts.len()),
            Some(text) => self.ranks.texts.binary_search_by(|known| (**known).cmp(text.as_str())),
        };
        match found {
            Ok(rank) => self.before_in(session, self.turned(rank as u32), &row.position, behind),
            // No row has its value: those of the next greater one come behind it, or before it.
            Err(next) => {
                let rank = if self.descending { self.none() - next as u32 } else { next as u32 };
                Ok(self.before[rank as usize])
            }
        }
    }

    fn before_in(&self, session: &mut Session, rank: u32, at: &Position, behind: bool) -> Result<u64> {
        let selections = self.selections(session, rank..rank + 1)?;
        let view = View { segments: self.view.segments, selections: &selections };
        let walk = Walk::of(true);
        let inside = if behind {
            view.total() - view.before(session, walk.reversed(), at)?
        } else {
            view.before(session, walk, at)?
        };
        Ok(self.before[rank as usize] + inside)
    }

    /// Returns the number of the first row in the order shown that is not later than an instant.
    pub(super) fn first_until(&self, session: &mut Session, at: Timestamp) -> Result<Option<u64>> {
        let col = DictCol::of(self.ranks.field);
        let mut least: Option<u32> = None;
        for (index, segment) in self.view.segments.iter().enumerate() {
            let times = session.times(segment)?;
            let end = at.0.checked_add(1).map_or(times.len(), |next| times.lower(next));
            let values = session.values(segment, col)?;
            let ids = session.ids(segment, col, &values)?;
            let mut rows = times.timeless()..end;
            while let Some(row) = self.view.selections[index].next(rows.clone()) {
                let rank = self.shown(index, ids.get(row) as u32);
                least = Some(least.map_or(rank, |least| least.min(rank)));
                rows.start = row + 1;
            }
        }
        let edge = Position { time: Some(at), source: u32::MAX, order: u64::MAX, part: u32::MAX };
        least.map(|rank| self.before_in(session, rank, &edge, false)).transpose()
    }

    /// Calls `each` with runs of rows in order, from the row with a number, until it returns false.
    pub(super) fn runs(
        &self,
        session: &mut Session,
        rank: u64,
        limit: u64,
        each: &mut dyn FnMut(&mut Session, &[Place]) -> Result<bool>,
    ) -> Result<()> {
        let total = *self.before.last().unwrap_or(&0);
        let end = total.min(rank.saturating_add(limit));
        let mut at = rank;
        while at < end {
            let first = self.before.partition_point(|before| *before <= at) - 1;
            let room =
                |last: usize| self.before[last + 1] - self.before[first] <= MANY && self.before[last] < end;
            let last =
                (first + 1..self.before.len() - 1).take_while(|last| room(*last)).last().unwrap_or(first);
            let until = self.before[last + 1].min(end);
            if !self.run(session, first as u32..last as u32 + 1, at, until, each)? {
                return Ok(());
            }
            at = until;
        }
        Ok(())
    }

    fn run(
        &self,
        session: &mut Session,
        ranks: std::ops::Range<u32>,
        from: u64,
        until: u64,
        each: &mut dyn FnMut(&mut Session, &[Place]) -> Result<bool>,
    ) -> Result<bool> {
        let skip = from - self.before[ranks.start as usize];
        let selections = self.selections(session, ranks.clone())?;
        let view = View { segments: self.view.segments, selections: &selections };
        if ranks.len() > 1 || view.total() <= MANY {
            let mut places = self.sorted(session, &selections)?;
            places = places.split_off((skip as usize).min(places.len()));
            places.truncate((until - from) as usize);
            return places.chunks(2048).try_fold(true, |go, chunk| Ok(go && each(session, chunk)?));
        }
        let walk = Walk::of(true);
        let mut at = skip;
        while at < skip + (until - from) {
            let places =
                view.starting_at(session, walk, at, ((skip + (until - from) - at) as usize).min(1 << 14))?;
            if places.is_empty() || !each(session, &places)? {
                return Ok(!places.is_empty());
            }
            at += places.len() as u64;
        }
        Ok(true)
    }

    /// Returns the rows of selections by rank, then newest first.
    fn sorted(&self, session: &mut Session, selections: &[Selection]) -> Result<Vec<Place>> {
        let col = DictCol::of(self.ranks.field);
        let walk = Walk::of(true);
        let mut rows = Vec::new();
        for (at, segment) in self.view.segments.iter().enumerate() {
            if selections[at] == Selection::None {
                continue;
            }
            let keys = session.keys(segment)?;
            let values = session.values(segment, col)?;
            let ids = session.ids(segment, col, &values)?;
            let mut left = 0..segment.zone.rows;
            while let Some(row) = selections[at].next(left.clone()) {
                rows.push((self.shown(at, ids.get(row) as u32), walk.key(&keys.position(row)), (at, row)));
                left.start = row + 1;
            }
        }
        rows.sort_unstable();
        Ok(rows.into_iter().map(|(_, _, place)| place).collect())
    }
}
