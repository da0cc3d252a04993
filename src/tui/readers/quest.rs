//! Looking for an entry: the next hit of a search, the same object, an id.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use crate::domain::IdPrefix;
use crate::ops::history::pickaxe;
use crate::ops::{Access, Lookup};
use crate::query::{Anchor, Answer, Cancel, Expr, Filter, Page, PageRequest, Row, Sort};
use crate::store;
use crate::tui::model::slot::Ticket;
use crate::tui::model::table::ListKey;
use crate::tui::model::{Derived, Goal, Quest};
use crate::tui::msg::{Found, Hit, Msg};
use crate::tui::worker::{Answers, Job};

/// Ids that are named where several begin alike.
const MANY: usize = 10;

/// Looks for entries.
pub struct QuestAnswers;

impl Answers for QuestAnswers {
    type Question = Box<Quest>;

    fn answer(
        &mut self,
        access: &mut Access,
        job: &Job<Box<Quest>>,
        _inbox: &Sender<Msg>,
    ) -> store::Result<Option<Msg>> {
        let found = seek(access, &job.question.goal, &mut job.cancel.clone())?;
        Ok(found.map(|found| Msg::Found(job.ticket, Ok(found))))
    }

    fn failed(ticket: Ticket, reason: String) -> Msg {
        Msg::Found(ticket, Err(reason))
    }
}

fn seek(access: &mut Access, goal: &Goal, cancel: &mut Cancel) -> store::Result<Answer<Found>> {
    match goal {
        Goal::Search { list, needle, from, inclusive, backward } => {
            let search = Search { list, needle, inclusive: *inclusive, backward: *backward };
            search.run(access, from.as_deref(), cancel)
        }
        Goal::Object { filter, object: condition, name, from, newer } => {
            let Some(objects) = access.objects(cancel)? else { return Ok(None) };
            let condition = objects.entries_of(from).unwrap_or_else(|| condition.clone());
            object(access, filter.and(&condition), name, from, *newer, cancel)
        }
        Goal::Derived { filter, most } => derived(access, filter, *most, cancel),
        Goal::Id { prefix, filter } => by_id(access, prefix, filter, cancel),
    }
}

struct Search<'a> {
    list: &'a ListKey,
    needle: &'a Expr,
    inclusive: bool,
    backward: bool,
}

impl Search<'_> {
    fn run(
        &self,
        access: &mut Access,
        from: Option<&Row>,
        cancel: &mut Cancel,
    ) -> store::Result<Answer<Found>> {
        let (first, wrap) = self.anchors(from);
        let Some(page) = self.page(access, first, cancel)? else { return Ok(None) };
        // Behind the last hit, the page around a place ends with that hit.
        let passed =
            |row: &Row| self.inclusive && from.is_some_and(|from| self.list.sort.compare(row, from).is_lt());
        if !page.rows.first().is_some_and(passed)
            && let Some(found) = hit(page, false)
        {
            return Ok(Some(found));
        }
        let Some(page) = self.page(access, wrap, cancel)? else { return Ok(None) };
        Ok(Some(hit(page, true).unwrap_or_else(|| Found::Nothing("not found in these entries".to_owned()))))
    }

    /// Where to look first, and where to go on when the end is reached.
    fn anchors(&self, from: Option<&Row>) -> (Anchor, Anchor) {
        let wrap = if self.backward { Anchor::Last } else { Anchor::First };
        let first = match from {
            None => wrap.clone(),
            Some(row) if self.inclusive => Anchor::Around { id: row.id, above: 0 },
            Some(row) if self.backward => Anchor::Before(Box::new(row.clone())),
            Some(row) => Anchor::After(Box::new(row.clone())),
        };
        (first, wrap)
    }

    fn page(&self, access: &mut Access, anchor: Anchor, cancel: &mut Cancel) -> store::Result<Answer<Page>> {
        let filter = self.list.filter.and(&Filter { expr: self.needle.clone() });
        access.page(&PageRequest { filter, sort: self.list.sort, anchor, limit: 1 }, cancel)
    }
}

fn hit(page: Page, wrapped: bool) -> Option<Found> {
    let (number, total) = (page.first + 1, page.total);
    let row = page.rows.into_iter().next()?;
    Some(Found::Row(Box::new(row), Hit { number, total, wrapped }))
}

fn object(
    access: &mut Access,
    filter: Filter,
    name: &str,
    from: &Row,
    newer: bool,
    cancel: &mut Cancel,
) -> store::Result<Answer<Found>> {
    let row = Box::new(from.clone());
    let anchor = if newer { Anchor::Before(row) } else { Anchor::After(row) };
    let request = PageRequest { filter, sort: Sort::default(), anchor, limit: 1 };
    let Some(page) = access.page(&request, cancel)? else { return Ok(None) };
    let found = page.rows.into_iter().next().map(|row| Found::Row(Box::new(row), Hit::default()));
    let direction = if newer { "newer" } else { "older" };
    Ok(Some(found.unwrap_or_else(|| Found::Nothing(format!("no {direction} entry of '{name}' among these")))))
}

fn derived(
    access: &mut Access,
    filter: &Filter,
    most: usize,
    cancel: &mut Cancel,
) -> store::Result<Answer<Found>> {
    let Some(found) = pickaxe::widen(access, filter, most, cancel)? else { return Ok(None) };
    let nothing = || Found::Nothing("the filter asks for no change".to_owned());
    let of = filter.clone();
    Ok(Some(found.map_or_else(nothing, |found| {
        Found::Derived(Arc::new(Derived { of, ids: found.ids, seen: found.seen, all: found.all }))
    })))
}

/// An id may be of an entry that the filter hides, or that the plan does.
fn by_id(
    access: &mut Access,
    prefix: &IdPrefix,
    filter: &Filter,
    cancel: &mut Cancel,
) -> store::Result<Answer<Found>> {
    let mut rows = match access.find(prefix, MANY)? {
        Lookup::Found(rows) => rows,
        Lookup::Outside => return Ok(Some(Found::Nothing(access.outside_text()))),
        Lookup::Missing => {
            let text = format!("no entry with id {} here; was its log imported?", prefix.as_str());
            return Ok(Some(Found::Nothing(text)));
        }
    };
    if rows.len() > 1 {
        return Ok(Some(Found::Several(rows)));
    }
    let row = Box::new(rows.remove(0));
    let only = Filter { expr: Expr::Term(crate::query::Term::Id(vec![row.id.into()])) };
    let Some(count) = access.count(&filter.and(&only), cancel)? else { return Ok(None) };
    Ok(Some(if count > 0 { Found::Row(row, Hit::default()) } else { Found::Elsewhere(row) }))
}
