//! Change sets: entries next to each other that are one act of somebody.
//!
//! Two neighbours belong together where both name one request or operation, or where one actor did the same
//! to the same kind of thing with hardly a pause. A session alone makes no set, since a person does many
//! things in one; it only allows a longer pause. Pure.

use std::ops::Range;

use crate::domain::ActorKind;
use crate::domain::time::SECOND;
use crate::query::Row;

/// Longest time between two entries of one request: some vendors use their ids again.
const REQUEST: i64 = 600 * SECOND;
/// Longest pause of a bulk action.
const PAUSE: i64 = 2 * SECOND;
/// Longest pause of a bulk action whose session is known.
const PAUSE_IN_SESSION: i64 = 10 * SECOND;
/// Fewest entries of a bulk action: two like ones in a row are nothing to hide.
const FEWEST: usize = 3;

/// Why two neighbours belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// Both are of one request or operation.
    Request,
    /// One actor did the same twice with hardly a pause.
    Run,
}

/// Returns why two neighbours belong together, if they do.
pub fn tie(a: &Row, b: &Row) -> Option<Tie> {
    if a.format != b.format || a.workspace != b.workspace || a.scope != b.scope {
        return None;
    }
    let apart = match (a.position.time, b.position.time) {
        (Some(a), Some(b)) => Some(a.0.saturating_sub(b.0).saturating_abs()),
        _ => None,
    };
    if named(&a.request) && a.request == b.request && apart.is_none_or(|apart| apart <= REQUEST) {
        return Some(Tie::Request);
    }
    let pause = if named(&a.session) && a.session == b.session { PAUSE_IN_SESSION } else { PAUSE };
    (apart? <= pause && same_actor(a, b) && same_act(a, b)).then_some(Tie::Run)
}

fn named<T: AsRef<str>>(text: &Option<T>) -> bool {
    text.as_ref().is_some_and(|text| !text.as_ref().is_empty())
}

/// Somebody nobody names is not the same one twice.
fn same_actor(a: &Row, b: &Row) -> bool {
    let known = a.actor.is_some() || a.actor_id.is_some() || a.kind == ActorKind::System;
    known && a.actor_id == b.actor_id && a.actor == b.actor && a.kind == b.kind
}

fn same_act(a: &Row, b: &Row) -> bool {
    a.action == b.action
        && a.action_code == b.action_code
        && a.activity == b.activity
        && a.target_type == b.target_type
        && a.outcome == b.outcome
}

/// Returns the sets among rows in their order, each as the numbers of its first row and of the one behind its
/// last. Rows of no set are not named. The other way round the same rows make the same sets.
pub fn sets(rows: &[Row]) -> Vec<Range<usize>> {
    let mut sets: Vec<Block> = Vec::new();
    for block in requests(rows) {
        let tied = |last: &Block| {
            let (a, b) = (&rows[last.rows.end - 1], &rows[block.rows.start]);
            last.uniform && block.uniform && tie(a, b) == Some(Tie::Run)
        };
        match sets.last_mut() {
            Some(last) if tied(last) => {
                last.rows.end = block.rows.end;
                last.request |= block.request;
            }
            _ => sets.push(block),
        }
    }
    sets.retain(|set| set.request || set.rows.len() >= FEWEST);
    sets.into_iter().map(|set| set.rows).collect()
}

/// Rows that belong together so far.
struct Block {
    rows: Range<usize>,
    /// Several of them are of one request.
    request: bool,
    /// All did the same.
    uniform: bool,
}

/// Returns all rows, those of one request together.
fn requests(rows: &[Row]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let above = at.checked_sub(1).map(|above| &rows[above]);
        let same = above.filter(|above| tie(above, row) == Some(Tie::Request));
        match (same, blocks.last_mut()) {
            (Some(above), Some(block)) => {
                block.rows.end = at + 1;
                block.request = true;
                block.uniform &= same_actor(above, row) && same_act(above, row);
            }
            _ => blocks.push(Block { rows: at..at + 1, request: false, uniform: true }),
        }
    }
    blocks
}

#[cfg(test)]
mod tests;
