//! Rules for one value, and what lets the mapper pass over most of them without a look.

use super::plan::{ROOT, Rule, Source};
use super::trie::NOWHERE;

/// Rules tried in order until one gives a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    rules: Vec<Rule>,
    /// For each rule the place in the table of what was found that must be filled for the rule to give
    /// anything; [`OPEN`] where there is none. Most rules name a spelling that a record does not use: this
    /// passes over them without looking at the rule.
    gates: Vec<u32>,
    /// For each rule that takes the text at a path as it is, the path's scope; [`OPEN`] for all others. Its value is
    /// read by the gate alone.
    plain: Vec<u32>,
    /// Whether a rule has conditions; not known without gates.
    conditional: bool,
}

/// The gate of a rule that must always be tried.
const OPEN: u32 = u32::MAX;

impl Rules {
    /// Returns the number of the next rule, from `at`, that may give a value.
    pub(crate) fn next(&self, mut at: usize, found: &[u32]) -> Option<usize> {
        while let Some(&gate) = self.gates.get(at) {
            if gate == OPEN || found.get(gate as usize).is_none_or(|&place| place != NOWHERE) {
                return Some(at);
            }
            at += 1;
        }
        (at < self.rules.len()).then_some(at)
    }

    /// Returns the scope and the place in the table of what was found, where a rule is no more than that.
    #[inline]
    pub(crate) fn place(&self, at: usize) -> Option<(usize, usize)> {
        let (&scope, &gate) = self.plain.get(at).zip(self.gates.get(at))?;
        (scope != OPEN).then_some((scope as usize, gate as usize))
    }

    /// Whether a rule has conditions.
    pub(crate) fn are_conditional(&self) -> bool {
        match self.gates.is_empty() {
            true => self.rules.iter().any(|rule| !rule.when.is_empty()),
            false => self.conditional,
        }
    }

    /// Computes the gates, for slots that begin at these places.
    pub(super) fn close(&mut self, bases: &[usize]) {
        let gate = |rule: &Rule| match &rule.source {
            Source::Path(path) if path.slot != ROOT => {
                bases.get(usize::from(path.scope)).map_or(OPEN, |base| (base + usize::from(path.slot)) as u32)
            }
            _ => OPEN,
        };
        self.gates = self.rules.iter().map(gate).collect();
        let plain = |rule: &Rule| match rule.plain_path() {
            Some(path) if path.rest.is_none() && gate(rule) != OPEN => u32::from(path.scope),
            _ => OPEN,
        };
        self.plain = self.rules.iter().map(plain).collect();
        self.conditional = self.rules.iter().any(|rule| !rule.when.is_empty());
    }
}

impl std::ops::Deref for Rules {
    type Target = Vec<Rule>;

    fn deref(&self) -> &Vec<Rule> {
        &self.rules
    }
}

impl std::ops::DerefMut for Rules {
    fn deref_mut(&mut self) -> &mut Vec<Rule> {
        // Whoever changes the rules makes the gates stale.
        self.gates.clear();
        self.plain.clear();
        &mut self.rules
    }
}

impl IntoIterator for Rules {
    type Item = Rule;
    type IntoIter = std::vec::IntoIter<Rule>;

    fn into_iter(self) -> Self::IntoIter {
        self.rules.into_iter()
    }
}

impl FromIterator<Rule> for Rules {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Rules {
        Rules { rules: rules.into_iter().collect(), ..Rules::default() }
    }
}
