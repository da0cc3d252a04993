//! Change sets: entries close to each other that are one act of somebody.
//!
//! Two entries belong together where both name one request or operation, whatever others did in between, or where
//! they are neighbours and one actor did the same to the same kind of thing with hardly a pause. A session alone
//! makes no set, since a person does many things in one; it only allows a longer pause. Pure.

use hashbrown::HashMap;

use crate::domain::ActorKind;
use crate::domain::time::SECOND;
use crate::query::Row;

/// Longest time between two entries of one request: some vendors use their ids again.
const REQUEST: i64 = 600 * SECOND;
/// Longest pause of a bulk action.
const PAUSE: i64 = 2 * SECOND;
/// Longest pause of a bulk action whose session is known.
const PAUSE_IN_SESSION: i64 = 10 * SECOND;
/// Most rows from one entry of a request to its next.
const BETWEEN: usize = 200;
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

/// Returns the sets among rows in their order, each as the numbers of its rows; of a request, entries of others may
/// stand in between. Rows of no set are not named. The other way round the same rows make the same sets.
pub fn sets(rows: &[Row]) -> Vec<Vec<usize>> {
    let mut sets: Vec<Block> = Vec::new();
    // The latest one in which no others stand.
    let mut latest = None;
    for block in requests(rows) {
        let whole = block.is_whole();
        let above =
            latest.and_then(|at: usize| sets.get_mut(at)).filter(|above| above.goes_on_with(&block, rows));
        match above {
            Some(above) => above.join(block),
            None => {
                latest = if whole { Some(sets.len()) } else { latest };
                sets.push(block);
            }
        }
    }
    sets.retain(|set| set.request || set.rows.len() >= FEWEST);
    sets.into_iter().map(|set| set.rows).collect()
}

/// Whether a set that holds one row may go on behind another, so many rows away, the last that is known.
pub fn may_go_on(member: &Row, edge: &Row, rows: usize) -> bool {
    if !named(&member.request) {
        return rows == 0;
    }
    let apart = match (member.position.time, edge.position.time) {
        (Some(a), Some(b)) => a.0.saturating_sub(b.0).saturating_abs(),
        _ => return true,
    };
    rows <= BETWEEN && apart <= REQUEST
}

/// Rows that belong together so far.
struct Block {
    rows: Vec<usize>,
    /// Several of them are of one request.
    request: bool,
    /// All did the same.
    uniform: bool,
}

impl Block {
    fn last(&self) -> usize {
        self.rows.last().copied().unwrap_or_default()
    }

    /// Whether nothing stands in between.
    fn is_whole(&self) -> bool {
        self.last() - self.rows[0] + 1 == self.rows.len()
    }

    /// Whether a later block begins right behind and is the same act.
    fn goes_on_with(&self, block: &Block, rows: &[Row]) -> bool {
        let (end, start) = (self.last(), block.rows[0]);
        let alike = self.uniform && block.uniform && block.is_whole();
        alike && start == end + 1 && tie(&rows[end], &rows[start]) == Some(Tie::Run)
    }

    fn join(&mut self, block: Block) {
        self.request |= block.request;
        self.rows.extend(block.rows);
    }
}

/// Returns all rows, those of one request together, in the order of the first of each.
fn requests(rows: &[Row]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut latest = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        let request = row.request.as_deref().filter(|request| !request.is_empty());
        let key = request.map(|request| (&*row.format, row.workspace.as_deref(), row.scope, request));
        let open = key.and_then(|key| latest.get(&key).copied()).filter(|open: &usize| {
            let last = blocks[*open].last();
            at - last <= BETWEEN && tie(&rows[last], row) == Some(Tie::Request)
        });
        match open {
            Some(open) => {
                let block = &mut blocks[open];
                let above = &rows[block.last()];
                block.rows.push(at);
                block.request = true;
                block.uniform &= same_actor(above, row) && same_act(above, row);
            }
            None => {
                if let Some(key) = key {
                    latest.insert(key, blocks.len());
                }
                blocks.push(Block { rows: vec![at], request: false, uniform: true });
            }
        }
    }
    blocks
}

#[cfg(test)]
mod tests;
