//! From rows whose counts are known to those that are wanted: which come and which go. Who refines a filter asks for
//! nearly the rows of the question before, so that little lies between the two.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::Field;
use crate::store::Result;
use crate::store::segment::SegmentRef;
use crate::store::segment::bits::Selection;

use super::super::labels::{Labels, Sums};
use super::super::selections::Selected;
use super::super::session::Session;
use super::Group;

/// Rows that are counted from nothing, whatever is known.
const FEW: usize = if cfg!(test) { 0 } else { 1 << 16 };

/// Rows of a whole segment, counted by its dictionary, that cost as much as one that is looked at.
const WHOLE: usize = 8;

/// Selections of one question that are remembered with its counts, in bytes.
const MANY: usize = 12 << 20;

/// How the values of a field are counted.
pub(super) struct Way {
    /// What is known to begin with; nothing where all is counted.
    pub(super) before: Option<Arc<Sums>>,
    /// What of each segment is counted on top, and taken away.
    pub(super) steps: Arc<Steps>,
}

impl Way {
    /// Whether something of a segment has to be counted.
    pub(super) fn needs(&self, segment: usize) -> bool {
        self.steps.each[segment].sides().iter().any(|(rows, _)| **rows != Selection::None)
    }
}

/// What is counted on the way from some rows to others.
pub(super) struct Steps {
    /// Of each segment.
    pub(super) each: Vec<Step>,
    /// How many rows have to be looked at.
    pub(super) work: usize,
}

/// The rows of a segment that come, and those that go.
pub(super) struct Step {
    more: Selection,
    less: Selection,
}

impl Step {
    fn between(before: &Selection, wanted: &Selection) -> Step {
        let but = |rows: &Selection, others: &Selection| match (rows, others) {
            _ if rows == others => Selection::None,
            (Selection::None, _) | (_, Selection::All) => Selection::None,
            (_, Selection::None) => rows.clone(),
            _ => others.clone().not().and(rows.clone()).simplify(),
        };
        Step { more: but(wanted, before), less: but(before, wanted) }
    }

    /// Returns the rows of both sides, and whether they go.
    pub(super) fn sides(&self) -> [(&Selection, bool); 2] {
        [(&self.more, false), (&self.less, true)]
    }
}

/// Returns how many rows have to be looked at to count a selection: the others, where these are fewer.
fn looked_at(selection: &Selection, rows: usize) -> usize {
    match selection {
        Selection::Some(set) => {
            let count = set.count();
            count.min(rows - count)
        }
        Selection::None | Selection::All => 0,
    }
}

/// Rows of all segments.
#[derive(Clone)]
enum Rows {
    None,
    All,
    These(Selected),
}

impl Rows {
    fn of(&self, segment: usize) -> &Selection {
        match self {
            Rows::None => &Selection::None,
            Rows::All => &Selection::All,
            Rows::These(rows) => &rows[segment],
        }
    }

    fn is(&self, other: &Rows) -> bool {
        match (self, other) {
            (Rows::None, Rows::None) | (Rows::All, Rows::All) => true,
            (Rows::These(a), Rows::These(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// What is known of rows to begin with and of those wanted. Most fields have the same filter.
type Between<T> = (Rows, Selected, T);

/// Returns the way for each field on which least has to be counted.
pub(super) fn ways(
    session: &mut Session,
    labels: &mut HashMap<Field, Labels>,
    segments: &[SegmentRef],
    groups: &[Group],
) -> Result<Vec<Way>> {
    let mut costs = Known { segments, known: Vec::new() };
    let mut steps: Vec<Between<Arc<Steps>>> = Vec::new();
    let mut ways = Vec::with_capacity(groups.len());
    for (field, wanted) in groups {
        let labels = labels.entry(*field).or_insert_with(|| Labels::of_field(*field));
        let mut best = (costs.of(&Rows::None, wanted), Rows::None, None);
        if best.0 > FEW {
            let all = labels.total(session, segments)?.map(|sums| (Rows::All, sums));
            let lately = labels.lately().map(|(rows, sums)| (Rows::These(rows.clone()), sums.clone()));
            for (rows, sums) in all.into_iter().chain(lately) {
                let cost = costs.of(&rows, wanted);
                if cost < best.0 {
                    best = (cost, rows, Some(sums));
                }
            }
        }
        let (_, rows, before) = best;
        let same = steps.iter().find(|(from, to, _)| from.is(&rows) && Arc::ptr_eq(to, wanted));
        let way = match same {
            Some((.., steps)) => steps.clone(),
            None => {
                let way = Arc::new(between(segments, &rows, wanted));
                steps.push((rows, wanted.clone(), way.clone()));
                way
            }
        };
        ways.push(Way { before, steps: way });
    }
    Ok(ways)
}

fn between(segments: &[SegmentRef], rows: &Rows, wanted: &[Selection]) -> Steps {
    let step = |(at, wanted)| Step::between(rows.of(at), wanted);
    let each: Vec<Step> = wanted.iter().enumerate().map(step).collect();
    let side = |(step, segment): (&Step, &SegmentRef)| -> usize {
        step.sides().map(|(side, _)| looked_at(side, segment.zone.rows)).iter().sum()
    };
    let work = each.iter().zip(segments).map(side).sum();
    Steps { each, work }
}

/// What it costs to count from some rows to others.
struct Known<'k> {
    segments: &'k [SegmentRef],
    known: Vec<Between<usize>>,
}

impl Known<'_> {
    fn of(&mut self, from: &Rows, to: &Selected) -> usize {
        let same = self.known.iter().find(|(rows, wanted, _)| rows.is(from) && Arc::ptr_eq(wanted, to));
        if let Some((.., cost)) = same {
            return *cost;
        }
        let each = self.segments.iter().zip(to.iter()).enumerate();
        let cost = each.map(|(at, (segment, wanted))| cost(from.of(at), wanted, segment.zone.rows)).sum();
        self.known.push((from.clone(), to.clone(), cost));
        cost
    }
}

fn cost(from: &Selection, to: &Selection, rows: usize) -> usize {
    match (from, to) {
        (Selection::None, Selection::None) | (Selection::All, Selection::All) => 0,
        (Selection::None, Selection::All) | (Selection::All, Selection::None) => rows / WHOLE,
        (Selection::Some(from), Selection::Some(to)) => from.count_apart(to),
        (some @ Selection::Some(_), _) | (_, some) => looked_at(some, rows),
    }
}

/// Remembers counts, of questions that do not ask for more rows than can be.
pub(super) fn remember(
    labels: &mut HashMap<Field, Labels>,
    segments: &[SegmentRef],
    groups: &[Group],
    sums: &[Arc<Sums>],
) {
    let mut bytes = 0;
    for (at, (_, rows)) in groups.iter().enumerate() {
        let first = !groups[..at].iter().any(|(_, other)| Arc::ptr_eq(other, rows));
        bytes += if first { rows.iter().map(Selection::bytes).sum() } else { 0 };
    }
    for ((field, rows), sums) in groups.iter().zip(sums) {
        let Some(labels) = labels.get_mut(field) else { continue };
        if rows.iter().all(|selection| *selection == Selection::All) {
            labels.keep_total(segments, sums.clone());
        } else if bytes <= MANY {
            labels.keep_lately(rows, sums);
        }
    }
}
