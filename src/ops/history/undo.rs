//! What would undo an entry. Printed, never executed.

use crate::diff::patch::Tree;
use crate::diff::state::Known;
use crate::domain::json::{Doc, Path, Step};

use super::History;

/// What would undo an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Undo {
    /// One line for each field: ``set `delay_s` 7200 -> 3600``.
    pub lines: Vec<String>,
    /// The same as a merge patch, where that can say it.
    pub patch: Option<String>,
    /// Fields that were changed again since: their path and the entry that did it last.
    pub since: Vec<(String, usize)>,
    /// Fields whose value before is not known, so that they cannot be set back.
    pub unknown: Vec<String>,
}

impl History {
    /// Returns what would undo an entry; `None` where it changed nothing that is known.
    pub fn undo(&self, at: usize) -> Option<Undo> {
        let changes = self.timeline.diff(at).changes;
        let changed: Vec<_> = changes.iter().filter(|change| !change.is_same()).collect();
        let mut undo = Undo { lines: Vec::new(), patch: None, since: Vec::new(), unknown: Vec::new() };
        let mut patch = Some(Tree::Object(Vec::new()));
        for change in &changed {
            let after = change.after.text().unwrap_or("?");
            match &change.before {
                Known::Unknown => {
                    undo.unknown.push(change.path.clone());
                    continue;
                }
                Known::Absent => undo.lines.push(format!("remove `{}` (is {after})", change.path)),
                Known::Value(before) => {
                    let verb = if change.after == Known::Absent { "add" } else { "set" };
                    let from = if verb == "add" { String::new() } else { format!("{after} -> ") };
                    undo.lines.push(format!("{verb} `{}` {from}{before}", change.path));
                }
            }
            patch = patch.and_then(|patch| set(patch, &change.path, change.before.text()));
            let later = self.timeline.steps_of(&change.path).into_iter().filter(|step| *step > at).max();
            undo.since.extend(later.map(|step| (change.path.clone(), step)));
        }
        undo.patch = patch.filter(|_| !undo.lines.is_empty()).map(|patch| patch.to_json());
        (!undo.lines.is_empty() || !undo.unknown.is_empty()).then_some(undo)
    }
}

/// Sets a member of a merge patch; `None` where the path leads into an array or `null` would have to be set.
fn set(mut patch: Tree, path: &str, value: Option<&str>) -> Option<Tree> {
    let steps = path.parse::<Path>().ok()?.steps;
    if value == Some("null") || steps.is_empty() {
        return None;
    }
    let mut at = &mut patch;
    for step in steps {
        let Step::Key(key) = step else { return None };
        if !matches!(at, Tree::Object(_)) {
            *at = Tree::Object(Vec::new());
        }
        let Tree::Object(members) = at else { return None };
        let place = members.iter().position(|(name, _)| *name == key).unwrap_or(members.len());
        if place == members.len() {
            members.push((key, Tree::null()));
        }
        at = &mut members.get_mut(place)?.1;
    }
    *at = match value {
        Some(text) => Tree::of(Doc::new().parse(text).ok()?),
        None => Tree::null(),
    };
    Some(patch)
}
