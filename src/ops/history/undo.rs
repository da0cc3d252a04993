//! What would undo an entry. Printed, never executed.

use crate::diff::patch::Tree;
use crate::diff::state::Known;
use crate::domain::Action;
use crate::domain::json::{Doc, Path, Step};
use crate::present::not_done;

use super::History;

/// What would undo an entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Undo {
    /// One line for each field: ``set `delay_s` 7200 -> 3600``.
    pub lines: Vec<String>,
    /// The same as a merge patch, where that can say it.
    pub patch: Option<String>,
    /// Why there is no merge patch.
    pub without_patch: Option<String>,
    /// Fields that were changed again since: their path and the entry that did it last.
    pub since: Vec<(String, usize)>,
    /// Fields whose value before is not known, so that they cannot be set back.
    pub unknown: Vec<String>,
}

impl History {
    /// Returns what would undo an entry; `None` where it changed nothing that is known.
    pub fn undo(&self, at: usize) -> Option<Undo> {
        if let Some(whole) = self.undo_whole(at) {
            return Some(whole);
        }
        let changes = self.timeline.diff(at).changes;
        let changed: Vec<_> = changes.iter().filter(|change| !change.is_same()).collect();
        let mut undo = Undo::default();
        let mut patch = Ok(Tree::Object(Vec::new()));
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
            patch = patch.and_then(|patch| {
                let was = change.before.text();
                set(patch, &change.path, was).map_err(|why| format!("`{}`: {why}", change.path))
            });
            let later = self.timeline.steps_of(&change.path).into_iter().filter(|step| *step > at).max();
            undo.since.extend(later.map(|step| (change.path.clone(), step)));
        }
        if !undo.lines.is_empty() {
            match patch {
                Ok(patch) => undo.patch = Some(patch.to_json()),
                Err(why) => undo.without_patch = Some(why),
            }
        }
        (!undo.lines.is_empty() || !undo.unknown.is_empty()).then_some(undo)
    }

    /// What came to be is undone by deleting it, whatever its fields; no patch of it can say so.
    fn undo_whole(&self, at: usize) -> Option<Undo> {
        let entry = self.entries.get(at)?;
        let made = entry.action == Action::Created
            && !self.timeline.exists_at(at)
            && self.timeline.exists_at(at + 1);
        if !made || not_done(entry.outcome).is_some() {
            return None;
        }
        let since = self.timeline.last_of_all(at).map(|step| ("the object".to_owned(), step));
        Some(Undo {
            lines: vec![format!("delete {}", self.object.title())],
            without_patch: Some("a merge patch cannot delete the object itself".to_owned()),
            since: since.into_iter().collect(),
            ..Undo::default()
        })
    }
}

/// Sets a member of a merge patch, or says why it cannot.
fn set(mut patch: Tree, path: &str, value: Option<&str>) -> Result<Tree, &'static str> {
    let steps = path.parse::<Path>().map(|path| path.steps).unwrap_or_default();
    if value == Some("null") {
        return Err("in a merge patch null removes, so it cannot set null");
    }
    if steps.is_empty() {
        return Err("a merge patch sets members of an object");
    }
    let mut at = &mut patch;
    for step in steps {
        let Step::Key(key) = step else { return Err("a merge patch cannot reach into a list") };
        if !matches!(at, Tree::Object(_)) {
            *at = Tree::Object(Vec::new());
        }
        let Tree::Object(members) = at else { return Err(NO_JSON) };
        let place = members.iter().position(|(name, _)| *name == key).unwrap_or(members.len());
        if place == members.len() {
            members.push((key, Tree::null()));
        }
        at = &mut members.get_mut(place).ok_or(NO_JSON)?.1;
    }
    *at = match value {
        Some(text) => Tree::of(Doc::new().parse(text).map_err(|_| NO_JSON)?),
        None => Tree::null(),
    };
    Ok(patch)
}

const NO_JSON: &str = "its value is no JSON";
