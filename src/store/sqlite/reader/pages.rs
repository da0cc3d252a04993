//! Pages: from an anchor to the rows of a table.

use crate::query::{Anchor, Page, PageRequest, Position, SortKey};
use crate::store::Result;
use crate::store::segment::bits::Selection;
use crate::store::segment::merge::{Place, Walk, walk_of};

use super::super::ranks::Ranked;
use super::super::view::View;
use super::asked::Asked;

impl Asked<'_> {
    pub(super) fn page(&mut self, request: &PageRequest, selections: &[Selection]) -> Result<Page> {
        let segments = self.segments.clone();
        let view = View { segments: &segments, selections };
        let window = match request.sort.key {
            SortKey::Time => self.page_by_time(request, view)?,
            SortKey::Field(field) => {
                let ranked = self.ranked(view, field, request.sort.descending)?;
                self.page_by_field(request, view, &ranked)?
            }
        };
        let rows = self.session.rows(&segments, &window.places)?;
        for (row, (at, number)) in rows.iter().zip(&window.places) {
            self.session.remember(row.id, segments[*at].number, *number);
        }
        Ok(Page { first: window.first, total: view.total(), focus: window.focus, rows })
    }

    fn page_by_time(&mut self, request: &PageRequest, view: View<'_>) -> Result<Window> {
        let walk = walk_of(&request.sort);
        let (total, limit) = (view.total(), request.limit);
        match &request.anchor {
            Anchor::First => Ok(Window::new(view.take(self.session, walk, None, 0, limit)?, 0)),
            Anchor::Last => self.last(view, walk, None, total, limit),
            Anchor::After(row) => {
                let behind = view.before(self.session, walk.reversed(), &row.position)?;
                let places = view.take(self.session, walk, Some((row.position, true)), 0, limit)?;
                Ok(Window::new(places, total - behind))
            }
            Anchor::Before(row) => {
                let before = view.before(self.session, walk, &row.position)?;
                self.last(view, walk, Some((row.position, true)), before, limit)
            }
            Anchor::Rank(rank) => {
                let (start, focus) = window(*rank, 0, total, limit);
                Ok(Window {
                    places: view.starting_at(self.session, walk, start, limit)?,
                    first: start,
                    focus,
                })
            }
            Anchor::Around { id, above } => {
                let Some((at, row)) = self.session.locate(*id)? else {
                    return Ok(Window::new(view.take(self.session, walk, None, 0, limit)?, 0));
                };
                let position = self.session.keys(&view.segments[at])?.position(row);
                self.around(view, walk, &position, *above, limit)
            }
            Anchor::Time { at, above } => {
                let far = if walk.descending { (u32::MAX, u64::MAX) } else { (0, 0) };
                let edge = Position { time: Some(*at), source: far.0, order: far.1, part: far.0 };
                self.around(view, walk, &edge, *above, limit)
            }
        }
    }

    /// Returns the last `limit` of the first `count` rows: those before a position, or all.
    fn last(
        &mut self,
        view: View<'_>,
        walk: Walk,
        start: Option<(Position, bool)>,
        count: u64,
        limit: usize,
    ) -> Result<Window> {
        let mut places = view.take(self.session, walk.reversed(), start, 0, limit)?;
        places.reverse();
        let first = count - places.len() as u64;
        Ok(Window::new(places, first))
    }

    fn around(
        &mut self,
        view: View<'_>,
        walk: Walk,
        position: &Position,
        above: usize,
        limit: usize,
    ) -> Result<Window> {
        let total = view.total();
        let wanted = view.before(self.session, walk, position)?;
        let (start, focus) = window(wanted, above, total, limit);
        let before = (wanted.saturating_sub(start) as usize).min(limit.saturating_add(above));
        let mut places = view.take(self.session, walk.reversed(), Some((*position, true)), 0, before)?;
        places.reverse();
        places.extend(view.take(
            self.session,
            walk,
            Some((*position, false)),
            0,
            limit.saturating_sub(before),
        )?);
        places.truncate(limit);
        Ok(Window { places, first: start, focus })
    }

    fn page_by_field(
        &mut self,
        request: &PageRequest,
        view: View<'_>,
        ranked: &Ranked<'_>,
    ) -> Result<Window> {
        let (total, limit) = (view.total(), request.limit);
        let (start, limit, focus) = match &request.anchor {
            Anchor::First => (0, limit, None),
            Anchor::Last => (total.saturating_sub(limit as u64), limit, None),
            Anchor::After(row) => (ranked.before_row(self.session, row, true)?, limit, None),
            Anchor::Before(row) => {
                let before = ranked.before_row(self.session, row, false)?;
                let start = before.saturating_sub(limit as u64);
                (start, (before - start) as usize, None)
            }
            Anchor::Rank(rank) => {
                let (start, focus) = window(*rank, 0, total, limit);
                (start, limit, focus)
            }
            Anchor::Around { id, above } => match self.session.locate(*id)? {
                None => (0, limit, None),
                Some(place) => {
                    let row = self.session.rows(view.segments, &[place])?.remove(0);
                    let (start, focus) =
                        window(ranked.before_row(self.session, &row, false)?, *above, total, limit);
                    (start, limit, focus)
                }
            },
            Anchor::Time { at, above } => {
                let wanted = ranked.first_until(self.session, *at)?;
                let (start, focus) = window(wanted.unwrap_or(total), *above, total, limit);
                (start, limit, focus)
            }
        };
        let mut places = Vec::new();
        ranked.runs(self.session, start, limit as u64, &mut |_, run| {
            places.extend_from_slice(run);
            Ok(true)
        })?;
        Ok(Window { places, first: start, focus })
    }
}

/// Rows found for a page.
struct Window {
    places: Vec<Place>,
    first: u64,
    focus: Option<usize>,
}

impl Window {
    fn new(places: Vec<Place>, first: u64) -> Window {
        Window { places, first, focus: None }
    }
}

/// Returns where a page begins that has `above` rows before a wanted one, and where in it that one is.
fn window(wanted: u64, above: usize, total: u64, limit: usize) -> (u64, Option<usize>) {
    let wanted = wanted.min(total.saturating_sub(1));
    let above = above.min(limit.saturating_sub(1));
    let start = wanted.saturating_sub(above as u64).min(total.saturating_sub(limit as u64));
    let at = (wanted - start) as usize;
    (start, (total > 0 && at < limit).then_some(at))
}
