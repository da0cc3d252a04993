//! Answers: pages, counts, facets, single records. Each call sees one published state, the latest.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::{EntryId, Field, IdPrefix};
use crate::query::{
    Anchor, Answer, Facet, Filter, Histogram, Page, PageRequest, Position, Row, Sort, SortKey, Watch,
};
use crate::store::segment::bits::Selection;
use crate::store::segment::merge::{Place, Walk, walk_of};
use crate::store::segment::scan::Plan;
use crate::store::segment::{Load as _, SegmentRef};
use crate::store::{
    Generation, Kept, Reader, Reject, Result, SourceId, SourceInfo, StoreStats, StoredRecord,
};

use super::counts;
use super::labels::Labels;
use super::ranks::{Ranked, Ranks};
use super::schema::database;
use super::session::{Session, Watched};
use super::view::View;

/// Selections kept for filters asked lately, in bytes.
const SELECTION_BYTES: usize = 16 << 20;

/// A connection to read.
pub(super) struct SqliteReader {
    session: Session,
    /// What filters let through, the latest asked last; all of one generation.
    selections: Vec<(Filter, Arc<Vec<Selection>>)>,
    ranks: Vec<(Field, Arc<Ranks>)>,
    labels: HashMap<Field, Labels>,
    generation: Generation,
}

impl SqliteReader {
    pub(super) fn new(session: Session) -> SqliteReader {
        SqliteReader {
            session,
            selections: Vec::new(),
            ranks: Vec::new(),
            labels: HashMap::new(),
            generation: Generation(0),
        }
    }

    /// Runs `work` on the latest state, with what was kept of older ones dropped.
    fn read<T>(&mut self, work: impl FnOnce(&mut Asked<'_>) -> Result<T>) -> Result<T> {
        let (selections, ranks, generation) = (&mut self.selections, &mut self.ranks, &mut self.generation);
        let labels = &mut self.labels;
        self.session.read(|session| {
            if *generation != session.snapshot.generation {
                selections.clear();
                ranks.clear();
                // Segments never change, but a source may be shown under another's name.
                labels.remove(&Field::Source);
                *generation = session.snapshot.generation;
            }
            let segments = session.snapshot.segments.clone();
            work(&mut Asked { session, segments, selections, ranks, labels })
        })
    }
}

/// One call while it is answered.
pub(super) struct Asked<'a> {
    pub(super) session: &'a mut Session,
    pub(super) segments: Arc<Vec<SegmentRef>>,
    selections: &'a mut Vec<(Filter, Arc<Vec<Selection>>)>,
    ranks: &'a mut Vec<(Field, Arc<Ranks>)>,
    labels: &'a mut HashMap<Field, Labels>,
}

impl Asked<'_> {
    /// Returns what a filter lets through, latest segments first; `early` makes rows that are certain known
    /// to the watch before the rest is scanned.
    pub(super) fn select(
        &mut self,
        filter: &Filter,
        early: usize,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Arc<Vec<Selection>>>> {
        if let Some(at) = self.selections.iter().position(|(known, _)| known == filter) {
            let known = self.selections.remove(at);
            let selection = known.1.clone();
            self.selections.push(known);
            return Ok(Some(selection));
        }
        let Some(selections) = self.scan(filter, early, watch)? else { return Ok(None) };
        let selections = Arc::new(selections);
        self.selections.push((filter.clone(), selections.clone()));
        let bytes = |kept: &[(Filter, Arc<Vec<Selection>>)]| -> usize {
            kept.iter().flat_map(|(_, selections)| selections.iter().map(|s| s.bytes() + 24)).sum()
        };
        while self.selections.len() > 1 && bytes(self.selections) > SELECTION_BYTES {
            self.selections.remove(0);
        }
        Ok(Some(selections))
    }

    fn scan(
        &mut self,
        filter: &Filter,
        early: usize,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Vec<Selection>>> {
        let plan = Plan::new(filter);
        let early = if plan.is_deep() { early } else { 0 };
        let total = self.session.snapshot.entries();
        let segments = self.segments.clone();
        let mut selections = vec![Selection::None; segments.len()];
        let (mut matched, mut seen, mut shown) = (0u64, 0u64, 0);
        for (at, segment) in segments.iter().enumerate() {
            if watch.cancelled() {
                return Ok(None);
            }
            let mut watched = Watched { session: self.session, watch, stopped: false };
            let selection = plan.scan(&mut watched, segment)?;
            if watched.stopped {
                return Ok(None);
            }
            matched += selection.count(segment.zone.rows) as u64;
            seen += segment.live_rows() as u64;
            selections[at] = selection;
            watch.progress(matched, seen, total);
            if shown < early {
                shown = self.show_certain(&selections, at, shown, early, watch)?;
            }
        }
        Ok(Some(selections))
    }

    /// Tells the watch the first rows, newest first, that no segment still to be scanned can come before.
    fn show_certain(
        &mut self,
        selections: &[Selection],
        scanned: usize,
        shown: usize,
        limit: usize,
        watch: &mut dyn Watch,
    ) -> Result<usize> {
        let segments = self.segments.clone();
        let next = segments.get(scanned + 1).map(|segment| segment.zone.span.map(|(_, last)| last));
        let view = View { segments: &segments, selections };
        let certain = match next {
            Some(Some(last)) => {
                let edge = Position {
                    time: Some(crate::domain::Timestamp(last)),
                    source: u32::MAX,
                    order: u64::MAX,
                    part: u32::MAX,
                };
                view.before(self.session, Walk::of(true), &edge)?
            }
            // Only rows without a time are left, which come last; or none at all.
            _ => view.total(),
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

    fn page(&mut self, request: &PageRequest, selections: &[Selection]) -> Result<Page> {
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

impl Reader for SqliteReader {
    fn generation(&mut self) -> Result<Generation> {
        self.session.generation()
    }

    fn page(&mut self, request: &PageRequest, watch: &mut dyn Watch) -> Result<Answer<Page>> {
        let first = request.anchor == Anchor::First && request.sort == Sort::default();
        self.read(|asked| {
            let early = if first { request.limit } else { 0 };
            let Some(selections) = asked.select(&request.filter, early, watch)? else { return Ok(None) };
            asked.page(request, &selections).map(Some)
        })
    }

    fn count(&mut self, filter: &Filter, watch: &mut dyn Watch) -> Result<Answer<u64>> {
        self.read(|asked| {
            let Some(selections) = asked.select(filter, 0, watch)? else { return Ok(None) };
            Ok(Some(View { segments: &asked.segments, selections: &selections }.total()))
        })
    }

    fn facets(
        &mut self,
        groups: &[(Field, Filter)],
        top: usize,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Vec<Facet>>> {
        self.read(|asked| {
            let mut facets = Vec::with_capacity(groups.len());
            for (field, filter) in groups {
                let Some(selections) = asked.select(filter, 0, watch)? else { return Ok(None) };
                if watch.cancelled() {
                    return Ok(None);
                }
                let segments = asked.segments.clone();
                let view = View { segments: &segments, selections: &selections };
                let labels = asked.labels.entry(*field).or_default();
                if labels.is_full() {
                    *labels = Labels::default();
                }
                facets.push(counts::facet(asked.session, view, *field, labels, top)?);
            }
            Ok(Some(facets))
        })
    }

    fn histogram(
        &mut self,
        filter: &Filter,
        buckets: usize,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Histogram>> {
        self.read(|asked| {
            let Some(selections) = asked.select(filter, 0, watch)? else { return Ok(None) };
            let segments = asked.segments.clone();
            let view = View { segments: &segments, selections: &selections };
            counts::histogram(asked.session, view, buckets).map(Some)
        })
    }

    fn for_each(
        &mut self,
        filter: &Filter,
        sort: Sort,
        watch: &mut dyn Watch,
        each: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<Answer<()>> {
        self.read(|asked| asked.for_each(filter, sort, watch, each))
    }

    fn for_each_record(
        &mut self,
        filter: &Filter,
        sort: Sort,
        watch: &mut dyn Watch,
        wanted: &dyn Fn(&Row) -> bool,
        each: &mut dyn FnMut(&Row, Option<Kept>) -> bool,
    ) -> Result<Answer<()>> {
        self.read(|asked| asked.for_each_record(filter, sort, watch, wanted, each))
    }

    fn find(&mut self, prefix: &IdPrefix, limit: usize) -> Result<Vec<Row>> {
        let (low, high) = prefix.range();
        self.read(|asked| {
            let segments = asked.segments.clone();
            let mut places = Vec::new();
            for (at, segment) in segments.iter().enumerate() {
                places.extend(asked.session.find(segment, low, high)?.into_iter().map(|row| (at, row)));
            }
            let mut rows = asked.session.rows(&segments, &places)?;
            rows.sort_by(|a, b| Sort::default().compare(a, b));
            rows.truncate(limit);
            Ok(rows)
        })
    }

    fn record(&mut self, id: EntryId) -> Result<Option<StoredRecord>> {
        self.read(|asked| {
            let Some((at, row)) = asked.session.locate(id)? else { return Ok(None) };
            asked.session.record(&asked.segments[at], row).map(Some)
        })
    }

    fn sources(&mut self) -> Result<Vec<SourceInfo>> {
        self.read(|asked| {
            let shown = asked.session.snapshot.sources.values().filter(|stored| stored.owner.is_none());
            let mut sources: Vec<SourceInfo> = shown.map(|stored| stored.info.as_ref().clone()).collect();
            sources.sort_by_key(|source| source.id);
            Ok(sources)
        })
    }

    fn rejects(
        &mut self,
        source: Option<SourceId>,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<(Arc<str>, Reject)>> {
        self.read(|asked| {
            let snapshot = &asked.session.snapshot;
            let doing = || database("reading the rejects");
            let mut query = asked
                .session
                .connection
                .prepare_cached(
                    "SELECT source, record, offset, length, reason, raw, sha256 FROM rejects
                     WHERE import <= ?1 AND (?2 IS NULL OR source = ?2) ORDER BY number LIMIT ?3 OFFSET ?4",
                )
                .map_err(doing())?;
            let rows = query
                .query_map((snapshot.published, source.map(|s| s.0), limit as i64, skip as i64), |row| {
                    let name = snapshot.names.get(&row.get(0)?).cloned().unwrap_or_default();
                    let reject = Reject {
                        record: row.get::<_, i64>(1)? as u64,
                        offset: row.get::<_, i64>(2)? as u64,
                        length: row.get::<_, i64>(3)? as u64,
                        reason: row.get(4)?,
                        raw: row.get(5)?,
                        sha256: row.get(6)?,
                    };
                    Ok((name, reject))
                })
                .map_err(doing())?;
            rows.collect::<rusqlite::Result<_>>().map_err(doing())
        })
    }

    fn note(&mut self, id: EntryId) -> Result<Option<String>> {
        self.session.note(id)
    }

    fn stats(&mut self) -> Result<StoreStats> {
        self.read(|asked| super::tidy::stats(asked.session))
    }
}
