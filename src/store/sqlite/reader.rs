//! Answers: pages, counts, facets, single records. Each call sees one published state, the latest.

mod asked;
mod pages;
mod stream;

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::{EntryId, Field, IdPrefix};
use crate::query::{Anchor, Answer, Facet, Filter, Histogram, Page, PageRequest, Row, Sort, Watch};
use crate::store::segment::Load as _;
use crate::store::strip::TakeChunk;
use crate::store::{
    Checked, Damage, Generation, Kept, Reader, Reject, Result, SourceId, SourceInfo, StoreStats,
    StoredRecord, Stream,
};

use super::counts;
use super::facets;
use super::labels::{Labels, MANY};
use super::ranks::Ranks;
use super::schema::database;
use super::session::Session;
use super::view::View;
use asked::Asked;

/// A connection to read.
pub(super) struct SqliteReader {
    session: Session,
    ranks: Vec<(Field, Arc<Ranks>)>,
    labels: HashMap<Field, Labels>,
    generation: Generation,
}

impl SqliteReader {
    pub(super) fn new(session: Session) -> SqliteReader {
        SqliteReader { session, ranks: Vec::new(), labels: HashMap::new(), generation: Generation(0) }
    }

    /// Runs `work` on the latest state, with what was kept of older ones dropped.
    fn read<T>(&mut self, work: impl FnOnce(&mut Asked<'_>) -> Result<T>) -> Result<T> {
        let (labels, ranks, generation) = (&mut self.labels, &mut self.ranks, &mut self.generation);
        self.session.read(|session| {
            if *generation != session.snapshot.generation {
                ranks.clear();
                // Segments never change, but a source may be shown under another's name.
                labels.remove(&Field::Source);
                labels.values_mut().for_each(Labels::forget_lately);
                *generation = session.snapshot.generation;
            }
            let segments = session.snapshot.segments.clone();
            work(&mut Asked { session, segments, ranks, labels })
        })
    }
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
        self.session.shared.cache.widen();
        self.read(|asked| {
            let mut wanted = Vec::with_capacity(groups.len());
            for (field, filter) in groups {
                let Some(selections) = asked.select(filter, 0, watch)? else { return Ok(None) };
                wanted.push((*field, selections));
            }
            if asked.labels.values().map(Labels::size).sum::<usize>() > MANY {
                asked.labels.clear();
            }
            facets::facets(asked.session, asked.labels, &asked.segments, &wanted, top, watch)
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

    fn for_each_chunk(
        &mut self,
        of: &Stream<'_>,
        watch: &mut dyn Watch,
        each: &mut dyn FnMut(Vec<(Row, Option<Kept>)>) -> bool,
    ) -> Result<Answer<()>> {
        self.read(|asked| asked.for_each_chunk(of, watch, each))
    }

    fn for_each_plain(
        &mut self,
        of: &Stream<'_>,
        plain: &dyn Fn(&Row) -> bool,
        watch: &mut dyn Watch,
        each: TakeChunk<'_>,
    ) -> Result<Answer<()>> {
        self.read(|asked| asked.for_each_plain(of, plain, watch, each))
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

    fn with_target(&mut self, text: &str, watch: &mut dyn Watch) -> Result<Answer<Vec<Row>>> {
        self.read(|asked| super::objects::with_target(asked.session, &asked.segments, text, watch))
    }

    fn records(
        &mut self,
        ids: &[EntryId],
        watch: &mut dyn Watch,
    ) -> Result<Answer<Vec<Option<StoredRecord>>>> {
        self.read(|asked| super::objects::records(asked.session, &asked.segments, ids, watch))
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

    fn views(&mut self) -> Result<Vec<(String, String)>> {
        self.read(|asked| {
            let doing = || database("reading the views");
            let sql = "SELECT name, body FROM views ORDER BY name";
            let mut query = asked.session.connection.prepare_cached(sql).map_err(doing())?;
            let views = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(doing())?;
            views.collect::<rusqlite::Result<_>>().map_err(doing())
        })
    }

    fn stats(&mut self) -> Result<StoreStats> {
        self.read(|asked| super::tidy::stats(asked.session))
    }

    fn check(&mut self, watch: &mut dyn Watch, found: &mut dyn FnMut(Damage)) -> Result<Answer<Checked>> {
        self.read(|asked| super::check::check(asked.session, watch, found))
    }
}
