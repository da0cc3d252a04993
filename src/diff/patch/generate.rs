//! Making a JSON Patch (RFC 6902) of the changes between two values.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::changes::by_first_step;
use super::pointer;
use crate::diff::json::{Change, Op};
use crate::domain::json::{Kind, Node, Step, push_string, write_compact};

/// One step of a JSON Patch.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchOp {
    /// `add`, `remove`, `replace` or `move`.
    pub op: &'static str,
    /// Where, as a pointer.
    pub path: String,
    /// From where, of a move.
    pub from: Option<String>,
    /// JSON text of the value.
    pub value: Option<String>,
}

impl PatchOp {
    /// Appends the step as JSON.
    pub fn write(&self, out: &mut String) {
        out.push_str("{\"op\":");
        push_string(out, self.op);
        if let Some(from) = &self.from {
            out.push_str(",\"from\":");
            push_string(out, from);
        }
        out.push_str(",\"path\":");
        push_string(out, &self.path);
        if let Some(value) = &self.value {
            out.push_str(",\"value\":");
            out.push_str(value);
        }
        out.push('}');
    }
}

/// Returns a patch as JSON text, one step a line.
pub fn patch_text(patch: &[PatchOp]) -> String {
    let mut out = String::from("[");
    for (at, step) in patch.iter().enumerate() {
        out.push_str(if at > 0 { ",\n " } else { "" });
        step.write(&mut out);
    }
    out.push(']');
    out
}

/// Returns the patch that makes `after` of the value that `changes` were found from.
///
/// The changes must be those of a diff to `after`: it says which numbers the elements have that changes name
/// by identity.
pub fn json_patch(changes: &[Change], after: Node<'_>) -> Vec<PatchOp> {
    let all: Vec<(&[Step], &Change)> = changes.iter().map(|c| (c.path.steps.as_slice(), c)).collect();
    let mut out = Vec::new();
    below(&mut out, "", after, &all);
    out
}

/// Adds the steps for changes whose paths are given from `at` on.
fn below(out: &mut Vec<PatchOp>, at: &str, after: Node<'_>, changes: &[(&[Step], &Change)]) {
    if changes.iter().any(|(steps, _)| steps.is_empty()) {
        out.push(step("replace", at.to_owned(), Some(compact(after))));
        return;
    }
    match after.kind() {
        Kind::Array => elements(out, at, after, changes),
        _ => keys(out, at, after, changes),
    }
    for (first, inner) in by_first_step(changes) {
        if let Some((token, child)) = child(after, first) {
            below(out, &joined(at, &token), child, &inner);
        }
    }
}

fn keys(out: &mut Vec<PatchOp>, at: &str, after: Node<'_>, changes: &[(&[Step], &Change)]) {
    for (steps, change) in changes {
        let [Step::Key(key)] = steps else { continue };
        match change.op {
            Op::Remove => out.push(step("remove", joined(at, key), None)),
            Op::Add => out.push(step("add", joined(at, key), after.get(key).map(compact))),
            Op::Replace | Op::Move => {}
        }
    }
}

/// Takes out what is removed, the last element first; moves; puts in what is added, the first element first.
fn elements(out: &mut Vec<PatchOp>, at: &str, after: Node<'_>, changes: &[(&[Step], &Change)]) {
    let own = || changes.iter().filter(|(steps, _)| steps.len() == 1).map(|(_, change)| *change);
    let place = |index: usize| joined(at, &index.to_string());
    let mut removed: Vec<usize> =
        own().filter(|change| change.op == Op::Remove).filter_map(|change| change.from).collect();
    removed.sort_unstable();
    out.extend(removed.iter().rev().map(|&index| step("remove", place(index), None)));

    let mut added: Vec<&Change> = own().filter(|change| change.op == Op::Add).collect();
    added.sort_by_key(|change| change.to);
    let mut moved: Vec<(usize, usize)> =
        own().filter(|change| change.op == Op::Move).filter_map(|c| c.from.zip(c.to)).collect();
    moved.sort_by_key(|&(_, to)| to);
    if !moved.is_empty() {
        let come: HashSet<usize> = added.iter().filter_map(|change| change.to).collect();
        moves(out, &place, after.len(), &removed, &come, &moved);
    }
    let value = |index: usize| after.index(index).map(compact);
    out.extend(added.iter().filter_map(|c| c.to).map(|index| step("add", place(index), value(index))));
}

/// Moves elements among those that are kept, before anything is added.
fn moves(
    out: &mut Vec<PatchOp>,
    place: &impl Fn(usize) -> String,
    len: usize,
    removed: &[usize],
    come: &HashSet<usize>,
    moved: &[(usize, usize)],
) {
    let to_of: HashMap<usize, usize> = moved.iter().copied().collect();
    let from_of: HashMap<usize, usize> = moved.iter().map(|&(from, to)| (to, from)).collect();
    // The elements left, by their number before; and those that stay in the order they will have.
    let kept = len - come.len();
    let mut now: Vec<usize> =
        (0..kept + removed.len()).filter(|at| removed.binary_search(at).is_err()).collect();
    let mut staying = now.clone().into_iter().filter(|at| !to_of.contains_key(at));
    let wanted: Vec<usize> = (0..len)
        .filter(|to| !come.contains(to))
        .filter_map(|to| from_of.get(&to).copied().or_else(|| staying.next()))
        .collect();
    for (rank, element) in wanted.iter().enumerate().filter(|(_, element)| to_of.contains_key(element)) {
        let Some(from) = now.iter().position(|at| at == element) else { continue };
        now.remove(from);
        let before = rank.checked_sub(1).and_then(|rank| wanted.get(rank));
        let to = before.and_then(|before| now.iter().position(|at| at == before)).map_or(0, |at| at + 1);
        now.insert(to, *element);
        if from != to {
            out.push(PatchOp { from: Some(place(from)), ..step("move", place(to), None) });
        }
    }
}

/// Returns what a step leads to in the value after, and its token of a pointer.
fn child<'a>(after: Node<'a>, first: &Step) -> Option<(Cow<'a, str>, Node<'a>)> {
    match first {
        Step::Key(key) => after.get(key).map(|value| (Cow::Owned(key.clone()), value)),
        Step::Index(index) => {
            let at = usize::try_from(*index).ok()?;
            after.index(at).map(|value| (Cow::Owned(at.to_string()), value))
        }
        Step::Where(member, id) => {
            let named = |node: Node<'_>| node.get(member).and_then(|v| v.scalar().map(|v| v == *id));
            let (at, value) = after.items().enumerate().find(|(_, node)| named(*node).unwrap_or(false))?;
            Some((Cow::Owned(at.to_string()), value))
        }
        Step::Each => None,
    }
}

fn step(op: &'static str, path: String, value: Option<String>) -> PatchOp {
    PatchOp { op, path, from: None, value }
}

fn joined(at: &str, token: &str) -> String {
    let mut path = at.to_owned();
    pointer::push(&mut path, token);
    path
}

fn compact(node: Node<'_>) -> String {
    let mut out = String::new();
    write_compact(node, &mut out);
    out
}
