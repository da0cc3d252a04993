//! Counts for the filters: values of each group under the other groups, times, and what the store holds.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use crate::domain::{Field, TimeSpan, Timestamp};
use crate::ops::Access;
use crate::ops::history::pickaxe;
use crate::query::{
    Anchor, Answer, Cancel, Expr, Filter, NoWatch, PageRequest, Sort, Term, TimeKey, TimeTerm, edit,
};
use crate::store::{self, Generation};
use crate::tui::model::selection::Log;
use crate::tui::model::sidebar::{CountsKey, GROUPS};
use crate::tui::model::slot::Ticket;
use crate::tui::msg::{Counts, Msg, Overview};
use crate::tui::worker::{Answers, Job};

/// Workspaces that the header can list.
const MAX_LOGS: usize = 100;

/// Counts values and times.
#[derive(Default)]
pub struct CountsAnswers {
    overview: Option<(Generation, Timestamp, Arc<Overview>)>,
}

impl Answers for CountsAnswers {
    type Question = CountsKey;

    fn answer(
        &mut self,
        access: &mut Access,
        job: &Job<CountsKey>,
        _inbox: &Sender<Msg>,
    ) -> store::Result<Option<Msg>> {
        let overview = self.overview(access, job.now)?;
        let counts = count(access, &job.question, overview, &mut job.cancel.clone())?;
        Ok(counts.map(|counts| Msg::Facets(job.ticket, Ok(Arc::new(counts)))))
    }

    fn failed(ticket: Ticket, reason: String) -> Msg {
        Msg::Facets(ticket, Err(reason))
    }
}

impl CountsAnswers {
    /// What the store holds; under a plan also a matter of the hour.
    fn overview(&mut self, access: &mut Access, now: Timestamp) -> store::Result<Arc<Overview>> {
        let generation = access.generation()?;
        let hour = 3_600 * crate::domain::time::SECOND;
        if let Some((known, at, overview)) = &self.overview
            && *known == generation
            && now.0.saturating_sub(at.0) < hour
        {
            return Ok(overview.clone());
        }
        let overview = Arc::new(overview(access)?);
        self.overview = Some((generation, now, overview.clone()));
        Ok(overview)
    }
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
    overview: Arc<Overview>,
    cancel: &mut Cancel,
) -> store::Result<Answer<Counts>> {
    let ids = key.derived.as_ref().map(|derived| derived.ids.as_slice()).unwrap_or_default();
    let widened = |filter: &Filter| pickaxe::either(&key.log.and(filter), ids);
    let groups: Vec<(Field, Filter)> =
        GROUPS.iter().map(|&field| (field, widened(&edit::without(&key.filter, field)))).collect();
    let Some(facets) = access.facets(&groups, key.top, cancel)? else { return Ok(None) };
    let whole = widened(&key.filter);
    let Some(histogram) = access.histogram(&whole, key.buckets, cancel)? else { return Ok(None) };
    let beyond = match (&key.beyond, &key.span) {
        (Some(filter), Some(span)) => beyond(access, filter, span, cancel)?,
        _ => None,
    };
    let Some(span) = span(access, &whole, cancel)? else { return Ok(None) };
    let outside = if key.empty { access.outside(&whole, cancel)? } else { Some(0) };
    let Some(outside) = outside else { return Ok(None) };
    Ok(Some(Counts { facets, histogram, span, beyond, outside, overview }))
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
