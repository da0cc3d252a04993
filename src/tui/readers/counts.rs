//! Counts for the filters: values of each group under the other groups, times, and what the store holds.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use crate::domain::{Field, TimeSpan, Timestamp};
use crate::ops::history::pickaxe;
use crate::ops::{Access, advice};
use crate::query::{
    Anchor, Answer, Cancel, Expr, Facet, Filter, NoWatch, PageRequest, Sort, Term, TimeKey, TimeTerm, edit,
};
use crate::store::{self, Generation};
use crate::tui::model::selection::Log;
use crate::tui::model::sidebar::{CountsKey, GROUPS};
use crate::tui::model::slot::Ticket;
use crate::tui::msg::{Counts, Msg, Overview};
use crate::tui::worker::{Answers, Job};

/// How long counts under a plan, whose limits move with the time, are good.
const HOUR: i64 = 3_600 * crate::domain::time::SECOND;

/// Workspaces that the header can list.
const MAX_LOGS: usize = 100;

/// Questions whose counts are remembered: people go to and fro between logs, and take a value back that they tried.
const REMEMBERED: usize = 16;

/// Counts values and times.
#[derive(Default)]
pub struct CountsAnswers {
    overview: Option<(Asked, Arc<Overview>)>,
    /// Counted lately, the latest last: when, for what, and what it was.
    recent: Vec<(Asked, CountsKey, Counts)>,
}

/// When the store was asked, and in which state it was.
#[derive(Clone, Copy)]
struct Asked {
    generation: Generation,
    at: Timestamp,
}

impl Asked {
    /// Whether what was told then is good now.
    fn serves(self, now: Asked) -> bool {
        self.generation == now.generation && now.at.0.saturating_sub(self.at.0) < HOUR
    }
}

impl Answers for CountsAnswers {
    type Question = CountsKey;

    fn answer(
        &mut self,
        access: &mut Access,
        job: &Job<CountsKey>,
        _inbox: &Sender<Msg>,
    ) -> store::Result<Option<Msg>> {
        let now = Asked { generation: access.generation()?, at: job.now };
        let overview = self.overview(access, now)?;
        self.recent.retain(|(asked, ..)| asked.serves(now));
        let cancel = &mut job.cancel.clone();
        let Some(counts) = self.counts(access, now, &job.question, cancel)? else { return Ok(None) };
        let counts = Counts { generation: now.generation, overview, ..counts };
        Ok(Some(Msg::Facets(job.ticket, Ok(Arc::new(counts)))))
    }

    fn failed(ticket: Ticket, reason: String) -> Msg {
        Msg::Facets(ticket, Err(reason))
    }
}

impl CountsAnswers {
    /// What the store holds; under a plan also a matter of the hour.
    fn overview(&mut self, access: &mut Access, now: Asked) -> store::Result<Arc<Overview>> {
        if let Some((asked, overview)) = &self.overview
            && asked.serves(now)
        {
            return Ok(overview.clone());
        }
        let overview = Arc::new(overview(access)?);
        self.overview = Some((now, overview.clone()));
        Ok(overview)
    }

    /// Counts for a question, as they are remembered where nothing has changed since.
    fn counts(
        &mut self,
        access: &mut Access,
        now: Asked,
        key: &CountsKey,
        cancel: &mut Cancel,
    ) -> store::Result<Answer<Counts>> {
        let same = |before: &CountsKey| {
            same_values(before, key) && *before == CountsKey { top: before.top, ..key.clone() }
        };
        let known = match self.recent.iter().rposition(|(_, before, _)| same(before)) {
            Some(place) => self.recent.remove(place),
            None => {
                let Some(facets) = self.facets(access, key, cancel)? else { return Ok(None) };
                let Some(counts) = count(access, key, facets, cancel)? else { return Ok(None) };
                (now, key.clone(), counts)
            }
        };
        let counts = known.2.clone();
        self.recent.push(known);
        if self.recent.len() > REMEMBERED {
            self.recent.remove(0);
        }
        Ok(Some(counts))
    }

    /// Values of each group; counted again only where other entries or more values are asked for. What lies beyond, and
    /// steps of another histogram, are asked for with the same filter.
    fn facets(
        &self,
        access: &mut Access,
        key: &CountsKey,
        cancel: &mut Cancel,
    ) -> store::Result<Answer<Vec<Facet>>> {
        if let Some((.., counts)) = self.recent.iter().rfind(|(_, before, _)| same_values(before, key)) {
            return Ok(Some(counts.facets.clone()));
        }
        let groups: Vec<(Field, Filter)> =
            GROUPS.iter().map(|&field| (field, widened(key, &edit::without(&key.filter, field)))).collect();
        access.facets(&groups, key.top, cancel)
    }
}

/// Whether the values counted before are those that are wanted, and as many.
fn same_values(before: &CountsKey, key: &CountsKey) -> bool {
    before.top >= key.top
        && before.epoch == key.epoch
        && (&before.filter, &before.log, &before.derived) == (&key.filter, &key.log, &key.derived)
}

fn overview(access: &mut Access) -> store::Result<Overview> {
    let sources = access.sources()?;
    let groups = [(Field::Scope, Filter::all()), (Field::Workspace, Filter::all())];
    let facets = access.facets(&groups, MAX_LOGS, &mut NoWatch)?.unwrap_or_default();
    let values =
        |field| facets.iter().filter(move |facet| facet.field == field).flat_map(|facet| &facet.values);
    let mut logs = vec![Log::All];
    if values(Field::Scope).any(|scope| *scope.value == *"account") {
        logs.push(Log::Account);
    }
    logs.extend(values(Field::Workspace).map(|workspace| Log::Workspace(workspace.value.clone())));
    logs[1..].sort_by_key(|log| (matches!(log, Log::Workspace(_)), log.title().to_lowercase()));
    Ok(Overview {
        entries: access.count(&Filter::all(), &mut NoWatch)?.unwrap_or_default(),
        sources: sources.len(),
        rejects: sources.iter().map(|source| source.rejects).sum(),
        logs,
    })
}

fn count(
    access: &mut Access,
    key: &CountsKey,
    facets: Vec<Facet>,
    cancel: &mut Cancel,
) -> store::Result<Answer<Counts>> {
    let whole = widened(key, &key.filter);
    let Some(histogram) = access.histogram(&whole, key.buckets, cancel)? else { return Ok(None) };
    let beyond = match (&key.beyond, &key.span) {
        (Some(filter), Some(span)) => beyond(access, filter, span, cancel)?,
        _ => None,
    };
    let Some(span) = span(access, &whole, cancel)? else { return Ok(None) };
    let outside = if key.empty { access.outside(&whole, cancel)? } else { Some(0) };
    let Some(outside) = outside else { return Ok(None) };
    let advice =
        if key.empty { advice::advice(access, &key.log.and(&key.filter), cancel)? } else { Some(Vec::new()) };
    let Some(advice) = advice else { return Ok(None) };
    Ok(Some(Counts { facets, histogram, span, beyond, outside, advice, ..Counts::default() }))
}

/// Returns a filter within the log looked at, with what derived changes add.
fn widened(key: &CountsKey, filter: &Filter) -> Filter {
    let ids = key.derived.as_ref().map(|derived| derived.ids.as_slice()).unwrap_or_default();
    pickaxe::either(&key.log.and(filter), ids)
}

/// The times of the first and the last entry that match.
fn span(access: &mut Access, filter: &Filter, cancel: &mut Cancel) -> store::Result<Answer<TimeSpan>> {
    let mut end = |descending| {
        let sort = Sort { descending, ..Sort::default() };
        let request = PageRequest { filter: filter.clone(), sort, anchor: Anchor::First, limit: 1 };
        let page = access.page(&request, cancel)?;
        store::Result::Ok(page.map(|page| page.rows.first().and_then(|row| row.position.time)))
    };
    let (Some(from), Some(until)) = (end(false)?, end(true)?) else { return Ok(None) };
    Ok(Some(TimeSpan { from, until }))
}

/// Entries before and after a range that match the rest.
fn beyond(
    access: &mut Access,
    filter: &Filter,
    span: &TimeSpan,
    cancel: &mut Cancel,
) -> store::Result<Answer<(u64, u64)>> {
    let mut within = |from: Option<Timestamp>, until: Option<Timestamp>| {
        if from.is_none() && until.is_none() {
            return Ok(Some(0));
        }
        let span = TimeSpan { from, until };
        let term = Term::Time(TimeTerm { key: TimeKey::Time, typed: String::new(), span });
        access.count(&filter.and(&Filter { expr: Expr::Term(term) }), cancel)
    };
    let Some(earlier) = within(None, span.from)? else { return Ok(None) };
    let Some(later) = within(span.until, None)? else { return Ok(None) };
    Ok(Some((earlier, later)))
}
