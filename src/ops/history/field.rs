//! Which entries changed a field, named as a diff prints it and as `changed:` takes it.

use std::collections::BTreeSet;

use crate::domain::Field;
use crate::query::{Expr, Filter, Matcher, Pattern, Term};

use super::{History, pickaxe};

impl History {
    /// Returns the numbers of the entries that changed a field or something in it, the oldest first. Elements of lists
    /// are named by what tells them apart, `containers[name=web].image`; `*` stands for anything.
    pub fn steps_of(&self, path: &str) -> Vec<usize> {
        let text = path.to_owned();
        let pattern = if path.contains('*') { Pattern::Glob(text) } else { Pattern::Exact(text) };
        let matcher = Matcher::new(&Filter { expr: Expr::Term(Term::Value(Field::Changed, vec![pattern])) });
        let listed =
            (0..self.entries.len()).filter(|at| matcher.matches(&pickaxe::Picked::of(self, *at).subject()));
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
