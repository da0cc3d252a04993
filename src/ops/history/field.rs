//! Which entries changed a field, named as a diff prints it and as `changed:` takes it.

use std::collections::BTreeSet;

use crate::domain::json::{Doc, Path};
use crate::domain::{Change, Field, Str};
use crate::query::{Expr, Matcher, Pattern};

use super::{History, pickaxe};

impl History {
    /// Returns the numbers of the entries that changed a field or something in it, the oldest first. Elements of lists
    /// are named by what tells them apart, `containers[name=web].image`; `*` stands for anything.
    pub fn steps_of(&self, path: &str) -> Vec<usize> {
        let text = path.to_owned();
        let pattern = if path.contains('*') { Pattern::Glob(text) } else { Pattern::Exact(text) };
        let matcher = Matcher::new(&Expr::pattern(Field::Changed, pattern).into());
        let wanted: Option<Path> = path.parse().ok();
        let listed = (0..self.entries.len()).filter(|at| {
            let picked = pickaxe::Picked::of(self, *at);
            let inside = |path: &Path| picked.changes().iter().any(|change| is_inside(change, path));
            matcher.matches(&picked.subject()) || wanted.as_ref().is_some_and(inside)
        });
        let mut steps: BTreeSet<usize> = listed.collect();
        steps.extend(self.timeline.steps_of(path));
        steps.into_iter().collect()
    }

    /// Returns the paths of all changes, each once, in the order of the alphabet.
    pub fn changed_paths(&self) -> Vec<String> {
        let changes = (0..self.entries.len()).flat_map(|at| self.changes(at));
        let paths: BTreeSet<String> = changes.map(|change| change.path.into_owned()).collect();
        paths.into_iter().collect()
    }
}

/// Whether a change of something above a path is one there, too: as where a whole part came or went.
fn is_inside(change: &Change<'_>, path: &Path) -> bool {
    let Ok(above) = change.path.parse::<Path>() else { return false };
    let Some(rest) = path.steps.strip_prefix(above.steps.as_slice()) else { return false };
    let rest = Path { steps: rest.to_vec() };
    values(change.before.as_ref(), &rest) != values(change.after.as_ref(), &rest)
}

/// What stands at a path of a value.
fn values(side: Option<&Str<'_>>, path: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut doc = Doc::new();
    if let Some(Ok(root)) = side.map(|text| doc.parse(text)) {
        path.visit(root, &mut |node| {
            found.push(node.raw().to_owned());
            false
        });
    }
    found
}
