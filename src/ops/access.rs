//! Reading a store under the account's plan and with its secrets masked: the one place that holds both.
//!
//! Whatever reads entries for a person (screen, query, `open`, `id:`, history, notes, export) reads through
//! an [`Access`]; nothing else may hold a [`Reader`]. Under a plan with a limit an entry without a time is
//! out of sight too: nothing shows that it lies within. Unless secrets were asked for, none leaves here: not
//! in rows, not in records, not among values that are counted.

mod calendar;
mod objects;
mod stream;

use std::borrow::Cow;
use std::sync::Arc;

use crate::domain::redact::may_be_secret;
use crate::domain::{Entry, EntryId, Field, IdPrefix, Plan, TimeSpan, Timestamp};
use crate::present::number::ordinal;
use crate::query::filter::{TimeKey, TimeTerm};
use crate::query::{
    self, Anchor, Answer, Expr, Facet, Filter, Histogram, Page, PageRequest, Row, Sort, Term, Watch,
};
use crate::store::{
    Generation, Interpret, Reader, Reject, Result, SourceId, SourceInfo, StoreError, StoreStats, StoredRecord,
};

use super::history::renames::Objects;
use super::mask::{Masker, is_masked};

pub use calendar::{Calendar, Step};
pub use stream::{Opens, Sealed, Seen, Showing};

/// A connection to read what the plan lets one see.
pub struct Access {
    reader: Box<dyn Reader>,
    interpret: Arc<dyn Interpret>,
    plan: Plan,
    now: Timestamp,
    masker: Option<Masker>,
    objects: Option<(Generation, Objects)>,
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
    /// Secrets were masked in the entry or its record.
    pub masked: bool,
}

impl Detail {
    /// Returns the detail of an entry whose record is of no interest.
    pub fn of(entry: Entry<'static>) -> Detail {
        let record = StoredRecord {
            raw: Vec::new(),
            source: Arc::default(),
            format: entry.format.as_ref().into(),
            record: entry.place.record,
            offset: entry.place.offset,
            occurrence: 0,
        };
        Detail { entry, record, note: None, masked: false }
    }

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
        Access { reader, interpret, plan, now, masker: None, objects: None }
    }

    /// Returns it with secrets masked.
    pub fn masked(self, masker: Masker) -> Access {
        Access { masker: Some(masker), ..self }
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
        let Some(filter) = self.limit(&request.filter, watch)? else { return Ok(None) };
        let filter = filter.into_owned();
        let request = PageRequest { filter, anchor: self.unmasked(&request.anchor)?, ..request.clone() };
        let Some(mut page) =
            self.reader.page(&request, &mut Ahead { masker: self.masker.as_mut(), watch })?
        else {
            return Ok(None);
        };
        for row in &mut page.rows {
            self.mask_row(row)?;
        }
        Ok(Some(page))
    }

    /// Returns how many entries match.
    pub fn count(&mut self, filter: &Filter, watch: &mut dyn Watch) -> Result<Answer<u64>> {
        let Some(filter) = self.limit(filter, watch)? else { return Ok(None) };
        self.reader.count(&filter, watch)
    }

    /// Returns how many entries match but lie outside what the plan lets one see.
    pub fn outside(&mut self, filter: &Filter, watch: &mut dyn Watch) -> Result<Answer<u64>> {
        let Some(filter) = self.widened(filter, watch)? else { return Ok(None) };
        let Cow::Owned(limited) = within(&filter, self.sight()) else { return Ok(Some(0)) };
        let Some(all) = self.reader.count(&filter, watch)? else { return Ok(None) };
        Ok(self.reader.count(&limited, watch)?.map(|seen| all.saturating_sub(seen)))
    }

    /// Returns the values of fields, each under the filter paired with it, `top` values of each at most.
    pub fn facets(
        &mut self,
        groups: &[(Field, Filter)],
        top: usize,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Vec<Facet>>> {
        let mut limited = Vec::with_capacity(groups.len());
        for (field, filter) in groups {
            let Some(filter) = self.limit(filter, watch)? else { return Ok(None) };
            limited.push((*field, filter.into_owned()));
        }
        let Some(mut facets) = self.reader.facets(&limited, top, watch)? else { return Ok(None) };
        for (facet, (_, filter)) in facets.iter_mut().zip(&limited) {
            if !self.mask_facet(facet, filter, watch)? {
                return Ok(None);
            }
        }
        Ok(Some(facets))
    }

    /// Returns counts over time in at most `buckets` steps over the span of the entries that match.
    pub fn histogram(
        &mut self,
        filter: &Filter,
        buckets: usize,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Histogram>> {
        let Some(filter) = self.limit(filter, watch)? else { return Ok(None) };
        self.reader.histogram(&filter, buckets, watch)
    }

    /// Returns the rows in sight whose id begins so, at most `limit`.
    pub fn find(&mut self, prefix: &IdPrefix, limit: usize) -> Result<Lookup<Vec<Row>>> {
        let mut rows = self.reader.find(prefix, limit)?;
        let any = !rows.is_empty();
        let sight = self.sight();
        rows.retain(|row| visible(sight, row.position.time));
        for row in &mut rows {
            self.mask_row(row)?;
        }
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
        let mut detail = Detail { entry, record, note, masked: false };
        if let Some(masker) = &mut self.masker {
            masker.detail(&mut detail, self.interpret.as_ref());
        }
        Ok(Lookup::Found(detail))
    }

    /// Masks the secrets of a row; its record is opened only where the row leaves open whether it has any.
    fn mask_row(&mut self, row: &mut Row) -> Result<()> {
        let Some(masker) = &mut self.masker else { return Ok(()) };
        if let Cow::Owned(masked) = masker.row(row) {
            *row = masked;
        }
        if Masker::is_open(row)
            && let Lookup::Found(detail) = self.entry(row.id)?
            && detail.masked
        {
            *row = Masker::row_of(row, &detail);
        }
        Ok(())
    }

    /// Masks values that are counted; returns whether the watch let it end. As with rows, what may be a secret
    /// is looked up in a record where its meaning was guessed.
    fn mask_facet(&mut self, facet: &mut Facet, filter: &Filter, watch: &mut dyn Watch) -> Result<bool> {
        let Some(masker) = &self.masker else { return Ok(true) };
        masker.facet(facet);
        let field = facet.field;
        let guessed = query::edit::only(filter, Field::Format, Some("generic"));
        for counted in facet.values.iter_mut().filter(|counted| may_be_secret(&counted.value)) {
            let filter = guessed.and(&query::edit::only(&Filter::all(), field, Some(&counted.value)));
            let request = PageRequest { filter, sort: Sort::default(), anchor: Anchor::First, limit: 1 };
            let Some(page) = self.reader.page(&request, watch)? else { return Ok(false) };
            let Some(mut row) = page.rows.into_iter().next() else { continue };
            self.mask_row(&mut row)?;
            match row.shown_value(field) {
                Some(shown) if is_masked(&row) => counted.value = shown.into(),
                _ => {}
            }
        }
        Ok(true)
    }

    /// Returns where a page begins with the row as the store holds it: a masked value sorts elsewhere.
    fn unmasked(&mut self, anchor: &Anchor) -> Result<Anchor> {
        let row = match anchor {
            Anchor::After(row) | Anchor::Before(row) if self.masker.is_some() && is_masked(row) => row,
            _ => return Ok(anchor.clone()),
        };
        let kept = self.reader.find(&row.id.into(), 1)?.into_iter().next().map_or(row.clone(), Box::new);
        Ok(if matches!(anchor, Anchor::After(_)) { Anchor::After(kept) } else { Anchor::Before(kept) })
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
        let mut rejects = self.reader.rejects(source, skip, limit)?;
        if let Some(masker) = &self.masker {
            rejects.iter_mut().for_each(|(_, reject)| masker.reject(reject));
        }
        Ok(rejects)
    }

    /// Returns the views kept in the store: names and what they show.
    pub fn views(&mut self) -> Result<Vec<(String, String)>> {
        self.reader.views()
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
}

/// Masks the rows of a page that are told ahead; those whose record must be looked at wait for the page.
struct Ahead<'a> {
    masker: Option<&'a mut Masker>,
    watch: &'a mut dyn Watch,
}

impl Watch for Ahead<'_> {
    fn cancelled(&self) -> bool {
        self.watch.cancelled()
    }

    fn progress(&mut self, matched: u64, seen: u64, total: u64) {
        self.watch.progress(matched, seen, total);
    }

    fn rows(&mut self, rows: &[Row]) {
        let Some(masker) = &mut self.masker else { return self.watch.rows(rows) };
        let certain = rows.iter().take_while(|row| !Masker::is_open(row));
        let certain: Vec<Row> = certain.map(|row| masker.row(row).into_owned()).collect();
        self.watch.rows(&certain);
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
            record.format,
            ordinal(record.record),
            record.source.name
        ),
    }
}

#[cfg(test)]
mod tests;
