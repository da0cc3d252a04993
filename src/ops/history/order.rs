//! The order of entries of one instant: by what they say of values before and after, else by the order of their
//! file, where that shows one; else it is not known, and the entries say so.

use std::collections::{HashMap, HashSet};

use crate::domain::{Action, Entry, Outcome};
use crate::query::Row;
use crate::store::SourceInfo;

/// An entry with its row.
type Present = (Row, Entry<'static>);

/// Most entries of one instant that are ordered by what they say.
const MOST: usize = 64;

/// Whether entries share an instant.
pub(super) fn has_ties(present: &[Present]) -> bool {
    present.windows(2).any(|two| two[0].0.position.time == two[1].0.position.time)
}

/// Orders the entries of each instant. Returns for each entry the number of those whose order is not known, or 0.
pub(super) fn settle(present: &mut [Present], sources: &[SourceInfo]) -> Vec<u32> {
    let ordered = directed(present, sources);
    let mut ties = vec![0; present.len()];
    let mut from = 0;
    while from < present.len() {
        let time = present[from].0.position.time;
        let n = present[from..].iter().take_while(|(row, _)| row.position.time == time).count();
        let group = &mut present[from..from + n];
        let source = group[0].0.position.source;
        let by_file = ordered.contains(&source) && group.iter().all(|(row, _)| row.position.source == source);
        if n > 1 && !settled(group, by_file, from > 0) {
            ties[from..from + n].fill(from as u32 + 1);
        }
        from += n;
    }
    ties
}

/// Returns the sources whose order is that of time, as far as the entries show, one way throughout.
fn directed(present: &[Present], sources: &[SourceInfo]) -> HashSet<u32> {
    let mut last: HashMap<u32, u64> = HashMap::new();
    let mut mixed = HashSet::new();
    for group in present.chunk_by(|a, b| a.0.position.time == b.0.position.time) {
        let orders = group.iter().map(|(row, _)| (row.position.source, row.position.order));
        for (source, order) in orders.clone() {
            if last.get(&source).is_some_and(|last| *last > order) {
                mixed.insert(source);
            }
        }
        for (source, order) in orders {
            let last = last.entry(source).or_insert(order);
            *last = order.max(*last);
        }
    }
    let runs = sources.iter().filter(|source| source.span.is_some_and(|(first, last)| first != last));
    runs.map(|source| source.id).filter(|id| !mixed.contains(id)).collect()
}

/// Orders the entries of an instant, which stand in the order of their files; false where that of two that speak of
/// the same is not known.
fn settled(group: &mut [Present], by_file: bool, is_later: bool) -> bool {
    if group.len() > MOST {
        return by_file;
    }
    let n = group.len();
    let says = |a: usize, b: usize| a != b && precedes(&group[a].1, &group[b].1, is_later);
    // What the values say holds where it is no circle.
    let row = |a: usize| (0..n).map(|b| says(a, b) && !says(b, a)).collect();
    let before: Vec<Vec<bool>> = (0..n).map(row).collect();
    let Some(order) = sorted(&before) else { return by_file };
    let reach = reachable(&before);
    let told = |a: usize, b: usize| reach[a][b] || !speak_of_same(&group[a].1, &group[b].1);
    let known = (1..n).all(|at| (0..at).all(|before| told(order[before], order[at])));
    let mut all: Vec<Option<Present>> = group.iter().cloned().map(Some).collect();
    for (place, at) in group.iter_mut().zip(order) {
        *place = all[at].take().expect("each stands in the order once");
    }
    known || by_file
}

/// Whether an entry was before another by what they say: what one left the other found; what comes to be was not
/// there, and what is gone is no more.
fn precedes(a: &Entry<'_>, b: &Entry<'_>, is_later: bool) -> bool {
    let comes = |entry: &Entry<'_>| entry.action == Action::Created;
    match (comes(a), ends(a), comes(b), ends(b)) {
        (true, _, _, true) => return !is_later,
        (_, true, true, _) => return is_later,
        (true, _, false, _) | (_, false, _, true) => return true,
        _ => {}
    }
    a.changes.iter().any(|left| {
        let found = b.changes.iter().find(|found| found.path == left.path);
        found.is_some_and(|found| {
            left.after.is_some() && left.after == found.before && left.before != found.after
        })
    })
}

/// Whether the object is gone after an entry; what deletes a part of it does not end it.
fn ends(entry: &Entry<'_>) -> bool {
    let stated = entry.facts.as_ref().and_then(|facts| facts.ends);
    stated.unwrap_or(entry.action == Action::Deleted)
}

/// Whether two entries speak of the same fields, as far as is known.
fn speak_of_same(a: &Entry<'_>, b: &Entry<'_>) -> bool {
    let silent = |entry: &Entry<'_>| {
        let words = entry.facts.as_ref().is_some_and(|facts| !facts.words.is_empty());
        matches!(entry.outcome, Outcome::Failure | Outcome::Denied) || entry.changes.is_empty() && !words
    };
    if silent(a) || silent(b) {
        return false;
    }
    let words = |entry: &Entry<'_>| entry.facts.as_ref().is_some_and(|facts| !facts.words.is_empty());
    words(a) || words(b) || a.changes.iter().any(|x| b.changes.iter().any(|y| touch(&x.path, &y.path)))
}

fn touch(a: &str, b: &str) -> bool {
    let below = |a: &str, b: &str| {
        a.strip_prefix(b).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    below(a, b) || below(b, a)
}

/// Returns an order that holds what is known, the earlier of the file first; `None` where there is none.
fn sorted(before: &[Vec<bool>]) -> Option<Vec<usize>> {
    let mut order = Vec::with_capacity(before.len());
    let mut left: Vec<usize> = (0..before.len()).collect();
    while !left.is_empty() {
        let free = left.iter().position(|at| left.iter().all(|other| !before[*other][*at]))?;
        order.push(left.remove(free));
    }
    Some(order)
}

fn reachable(before: &[Vec<bool>]) -> Vec<Vec<bool>> {
    let mut reach = before.to_vec();
    for via in 0..reach.len() {
        let behind = reach[via].clone();
        for row in reach.iter_mut().filter(|row| row[via]) {
            row.iter_mut().zip(&behind).for_each(|(to, behind)| *to |= behind);
        }
    }
    reach
}
