//! One call while it is answered: which rows a filter lets through, and in which order.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::Field;
use crate::query::{Answer, Filter, Position, Watch};
use crate::store::Result;
use crate::store::segment::bits::Selection;
use crate::store::segment::merge::Walk;
use crate::store::segment::scan::Plan;
use crate::store::segment::{Load as _, SegmentRef};

use super::super::labels::Labels;
use super::super::ranks::{Ranked, Ranks};
use super::super::selections::Selected;
use super::super::session::{Session, Watched};
use super::super::view::View;

/// Rows of the segments scanned first while the first page is not full: few to begin with, so that something
/// shows at once.
const FIRST_ROWS: &[usize] = &[256, 2048, 8192, usize::MAX];

/// One call while it is answered.
pub(super) struct Asked<'a> {
    pub(super) session: &'a mut Session,
    pub(super) segments: Arc<Vec<SegmentRef>>,
    pub(super) ranks: &'a mut Vec<(Field, Arc<Ranks>)>,
    pub(super) labels: &'a mut HashMap<Field, Labels>,
}

impl Asked<'_> {
    /// Returns what a filter lets through, latest segments first; `early` makes rows that are certain known
    /// to the watch before the rest is scanned.
    pub(super) fn select(
        &mut self,
        filter: &Filter,
        early: usize,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Selected>> {
        let shared = self.session.shared.clone();
        let generation = self.session.snapshot.generation;
        let task = shared.selections.of(generation, filter, self.segments.len());
        if let Some(known) = task.known() {
            return Ok(Some(known));
        }
        let plan = Plan::new(filter);
        // Of what slow conditions let through each segment is known to all as soon as it is to one.
        if plan.is_deep() {
            return Ok(self.scan(&plan, early, watch)?.map(|found| task.tell(found)));
        }
        let (segments, total) = (self.segments.clone(), self.session.snapshot.entries());
        let session = &mut *self.session;
        task.work(&segments, total, watch, &mut |segment, watch| {
            let mut watched = Watched { session, watch, stopped: false };
            let selection = plan.scan_rows(&mut watched, segment, 0..segment.zone.rows)?;
            Ok((!watched.stopped).then_some(selection))
        })
    }

    fn scan(&mut self, plan: &Plan, early: usize, watch: &mut dyn Watch) -> Result<Answer<Vec<Selection>>> {
        let total = self.session.snapshot.entries();
        let segments = self.segments.clone();
        let mut selections = vec![Selection::None; segments.len()];
        let (mut matched, mut seen, mut shown) = (0u64, 0u64, 0);
        for (at, segment) in segments.iter().enumerate() {
            let mut left = segment.zone.rows;
            for size in if shown < early { FIRST_ROWS } else { &[usize::MAX] } {
                if watch.cancelled() {
                    return Ok(None);
                }
                let rows = left.saturating_sub(*size)..left;
                left = rows.start;
                let mut watched = Watched { session: self.session, watch, stopped: false };
                let selection = plan.scan_rows(&mut watched, segment, rows)?;
                if watched.stopped {
                    return Ok(None);
                }
                matched += selection.count(segment.zone.rows) as u64;
                selections[at] =
                    std::mem::replace(&mut selections[at], Selection::None).or(selection).simplify();
                watch.progress(matched, seen + (segment.zone.rows - left) as u64, total);
                if shown < early {
                    shown = self.show_certain(&selections, (at, left), shown, early, watch)?;
                }
                if left == 0 {
                    break;
                }
            }
            seen += segment.live_rows() as u64;
        }
        Ok(Some(selections))
    }

    /// Tells the watch the first rows, newest first, that no row still to be scanned can come before: those of
    /// the segment at hand from `left` down, and the segments behind it.
    fn show_certain(
        &mut self,
        selections: &[Selection],
        (scanned, left): (usize, usize),
        shown: usize,
        limit: usize,
        watch: &mut dyn Watch,
    ) -> Result<usize> {
        let segments = self.segments.clone();
        let next = segments.get(scanned + 1).and_then(|segment| segment.zone.span.map(|(_, last)| last));
        let here = match left.checked_sub(1) {
            Some(row) => self.session.times(&segments[scanned])?.get(row),
            None => None,
        };
        let view = View { segments: &segments, selections };
        let certain = if left == 0 && scanned + 1 == segments.len() {
            view.total()
        } else {
            // Where no time is left to come, rows without one are, and those come last.
            let edge = Position {
                time: next.max(here).map(crate::domain::Timestamp),
                source: u32::MAX,
                order: u64::MAX,
                part: u32::MAX,
            };
            view.before(self.session, Walk::of(true), &edge)?
        };
        let certain = usize::try_from(certain).unwrap_or(limit).min(limit);
        if certain > shown {
            let places = view.take(self.session, Walk::of(true), None, 0, certain)?;
            let rows = self.session.rows(&segments, &places)?;
            watch.rows(&rows);
        }
        Ok(certain.max(shown))
    }

    pub(super) fn ranked<'v>(
        &mut self,
        view: View<'v>,
        field: Field,
        descending: bool,
    ) -> Result<Ranked<'v>> {
        let known = self.ranks.iter().find(|(known, _)| *known == field).map(|(_, ranks)| ranks.clone());
        let ranks = match known {
            Some(ranks) => ranks,
            None => {
                let ranks = Arc::new(Ranks::build(self.session, &self.segments, field)?);
                // One other order is kept: that of a table being sorted to and fro.
                if self.ranks.len() > 1 {
                    self.ranks.remove(0);
                }
                self.ranks.push((field, ranks.clone()));
                ranks
            }
        };
        Ranked::new(self.session, view, ranks, descending)
    }
}
