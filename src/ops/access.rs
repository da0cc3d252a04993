//! Reading a store under the account's plan: the one place that holds its limits.
//!
//! Whatever reads entries for a person (screen, query, `open`, `id:`, history, notes, export) reads through
//! an [`Access`]; nothing else may hold a [`Reader`]. Under a plan with a limit an entry without a time is
//! out of sight too: nothing shows that it lies within.

use std::borrow::Cow;
use std::sync::Arc;

use crate::domain::{Entry, EntryId, Field, IdPrefix, Plan, TimeSpan, Timestamp};
use crate::query::filter::{TimeKey, TimeTerm};
use crate::query::{Answer, Expr, Facet, Filter, Histogram, Page, PageRequest, Row, Sort, Term, Watch};
use crate::store::{
    Generation, Interpret, Reader, Reject, Result, SourceId, SourceInfo, StoreError, StoreStats, StoredRecord,
};

/// A connection to read what the plan lets one see.
pub struct Access {
    reader: Box<dyn Reader>,
    interpret: Arc<dyn Interpret>,
    plan: Plan,
    now: Timestamp,
}

/// What looking for one thing gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Lookup<T> {
    /// It is here.
    Found(T),
    /// The store holds it, but it lies outside what the plan lets one see.
    Outside,
    /// The store does not hold it.
    Missing,
}

/// Everything about one entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// The entry, mapped again from its record.
    pub entry: Entry<'static>,
    /// The record as it came, byte for byte, and where it stands; its `format` mapped the entry.
    pub record: StoredRecord,
    /// The user's note.
    pub note: Option<String>,
}

impl Detail {
    /// Returns the bytes as they came.
    pub fn raw(&self) -> &[u8] {
        &self.record.raw
    }

    /// Returns the source the record is of.
    pub fn source(&self) -> &Arc<SourceInfo> {
        &self.record.source
    }
}

impl Access {
    /// Returns the access through `reader` that `plan` allows at `now`.
    pub fn new(reader: Box<dyn Reader>, interpret: Arc<dyn Interpret>, plan: Plan, now: Timestamp) -> Access {
        Access { reader, interpret, plan, now }
    }

    /// Returns the plan.
    pub fn plan(&self) -> Plan {
        self.plan
    }

    /// Moves the plan's limits along with the clock; a screen may be open for days.
    pub fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// Returns what reads records again.
    pub fn interpret(&self) -> &Arc<dyn Interpret> {
        &self.interpret
    }

    /// Returns the filter that lets through what it did and the plan allows to export.
    pub fn exportable(&self, filter: &Filter) -> Filter {
        within(filter, self.plan.export(self.now)).into_owned()
    }

    /// Returns the state of the store; cheap enough to ask every frame.
    pub fn generation(&mut self) -> Result<Generation> {
        self.reader.generation()
    }

    /// Returns rows of a table.
    pub fn page(&mut self, request: &PageRequest, watch: &mut dyn Watch) -> Result<Answer<Page>> {
        match self.limit(&request.filter) {
            Cow::Borrowed(_) => self.reader.page(request, watch),
            Cow::Owned(filter) => self.reader.page(&PageRequest { filter, ..request.clone() }, watch),
        }
    }

    /// Returns how many entries match.
    pub fn count(&mut self, filter: &Filter, watch: &mut dyn Watch) -> Result<Answer<u64>> {
        let filter = self.limit(filter);
        self.reader.count(&filter, watch)
    }

    /// Returns the values of fields, each under the filter paired with it, `top` values of each at most.
    pub fn facets(
        &mut self,
        groups: &[(Field, Filter)],
        top: usize,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Vec<Facet>>> {
        let limited: Vec<_> =
            groups.iter().map(|(field, filter)| (*field, self.limit(filter).into_owned())).collect();
        self.reader.facets(&limited, top, watch)
    }

    /// Returns counts over time in at most `buckets` steps over the span of the entries that match.
    pub fn histogram(
        &mut self,
        filter: &Filter,
        buckets: usize,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Histogram>> {
        let filter = self.limit(filter);
        self.reader.histogram(&filter, buckets, watch)
    }

    /// Calls `each` with every row that matches, in order, until it returns false. Memory stays flat.
    pub fn for_each(
        &mut self,
        filter: &Filter,
        sort: Sort,
        watch: &mut dyn Watch,
        each: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<Answer<()>> {
        let filter = self.limit(filter);
        self.reader.for_each(&filter, sort, watch, each)
    }

    /// Returns the rows in sight whose id begins so, at most `limit`.
    pub fn find(&mut self, prefix: &IdPrefix, limit: usize) -> Result<Lookup<Vec<Row>>> {
        let mut rows = self.reader.find(prefix, limit)?;
        let any = !rows.is_empty();
        let sight = self.sight();
        rows.retain(|row| visible(sight, row.position.time));
        Ok(match (rows.is_empty(), any) {
            (false, _) => Lookup::Found(rows),
            (true, true) => Lookup::Outside,
            (true, false) => Lookup::Missing,
        })
    }

    /// Returns everything about one entry.
    pub fn entry(&mut self, id: EntryId) -> Result<Lookup<Detail>> {
        let Some(record) = self.reader.record(id)? else { return Ok(Lookup::Missing) };
        let entry = self.interpret.entries(&record).into_iter().find(|entry| entry.id == id);
        let entry = entry.ok_or_else(|| changed_meaning(id, &record))?;
        if !visible(self.sight(), entry.time.as_ref().map(|time| time.at)) {
            return Ok(Lookup::Outside);
        }
        let note = self.reader.note(id)?;
        Ok(Lookup::Found(Detail { entry, record, note }))
    }

    /// Returns the rows in sight whose primary target has exactly this id or name, and how many are out of
    /// sight.
    pub fn with_target(&mut self, text: &str, watch: &mut dyn Watch) -> Result<Answer<(Vec<Row>, usize)>> {
        let sight = self.sight();
        let Some(mut rows) = self.reader.with_target(text, watch)? else { return Ok(None) };
        let all = rows.len();
        rows.retain(|row| visible(sight, row.position.time));
        let outside = all - rows.len();
        Ok(Some((rows, outside)))
    }

    /// Returns the entries of rows, which are in sight, with what their records say of their objects; `None`
    /// in the place of one that is gone meanwhile.
    pub fn histories(
        &mut self,
        rows: &[Row],
        watch: &mut dyn Watch,
    ) -> Result<Answer<Vec<Option<Entry<'static>>>>> {
        let ids: Vec<EntryId> = rows.iter().map(|row| row.id).collect();
        let Some(records) = self.reader.records(&ids, watch)? else { return Ok(None) };
        let entry = |(record, id): (Option<StoredRecord>, &EntryId)| {
            self.interpret.history(&record?).into_iter().find(|entry| entry.id == *id)
        };
        Ok(Some(records.into_iter().zip(&ids).map(entry).collect()))
    }

    /// Returns the note on an entry.
    pub fn note(&mut self, id: EntryId) -> Result<Lookup<Option<String>>> {
        Ok(match self.find(&id.into(), 1)? {
            Lookup::Found(_) => Lookup::Found(self.reader.note(id)?),
            Lookup::Outside => Lookup::Outside,
            Lookup::Missing => Lookup::Missing,
        })
    }

    /// Returns the sources in the order of their import.
    pub fn sources(&mut self) -> Result<Vec<SourceInfo>> {
        self.reader.sources()
    }

    /// Returns records not parsed, with their source's name. They have no time, so no plan binds them.
    pub fn rejects(
        &mut self,
        source: Option<SourceId>,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<(Arc<str>, Reject)>> {
        self.reader.rejects(source, skip, limit)
    }

    /// Returns sizes and state of the store.
    pub fn stats(&mut self) -> Result<StoreStats> {
        self.reader.stats()
    }

    /// Says why something that lies outside the plan is not shown.
    pub fn outside_text(&self) -> String {
        outside_text(self.plan)
    }

    fn sight(&self) -> TimeSpan {
        self.plan.view(self.now)
    }

    fn limit<'f>(&self, filter: &'f Filter) -> Cow<'f, Filter> {
        within(filter, self.sight())
    }
}

/// Says why something that lies outside a plan is not shown.
pub fn outside_text(plan: Plan) -> String {
    match plan.view_days {
        Some(days) => format!("outside the plan's {days} days (plan {plan})"),
        None => format!("outside what plan {plan} shows"),
    }
}

fn visible(sight: TimeSpan, time: Option<Timestamp>) -> bool {
    sight == TimeSpan::default() || time.is_some_and(|at| sight.contains(at))
}

fn within(filter: &Filter, span: TimeSpan) -> Cow<'_, Filter> {
    let Some(from) = span.from else { return Cow::Borrowed(filter) };
    let term = TimeTerm { key: TimeKey::Since, typed: from.rfc3339(9), span };
    let limit = Filter { expr: Expr::Term(Term::Time(term)) };
    Cow::Owned(filter.and(&limit))
}

fn changed_meaning(id: EntryId, record: &StoredRecord) -> StoreError {
    StoreError::Damaged {
        what: format!("entry {id}"),
        reason: format!(
            "format {:?} no longer makes this entry of record {} of {}; run auditty reindex",
            record.format, record.record, record.source.name
        ),
    }
}

#[cfg(test)]
mod tests;
