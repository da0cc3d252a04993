//! Applying our own list of changes.

use super::PatchError;
use super::tree::{Tree, put};
use crate::diff::json::{Change, Op};
use crate::domain::json::{Doc, Step};

impl Tree {
    /// Applies the changes of one diff, all or, on error, some of them.
    ///
    /// # Errors
    /// A path that leads nowhere, or a value that is no JSON.
    pub fn apply(&mut self, changes: &[Change]) -> Result<(), PatchError> {
        let all: Vec<(&[Step], &Change)> = changes.iter().map(|c| (c.path.steps.as_slice(), c)).collect();
        self.apply_below(&all)
    }

    /// Applies changes whose paths are given from here on.
    fn apply_below(&mut self, changes: &[(&[Step], &Change)]) -> Result<(), PatchError> {
        if let Some((_, change)) = changes.iter().find(|(steps, _)| steps.is_empty()) {
            *self = Tree::parse("", change.after.as_deref())?;
            return Ok(());
        }
        self.take_out(changes)?;
        self.put_in(changes)?;
        for (step, below) in by_first_step(changes) {
            let path = || below.first().map(|(_, c)| c.path.to_string()).unwrap_or_default();
            let child = self.child(step).ok_or_else(|| PatchError::Missing { path: path() })?;
            child.apply_below(&below)?;
        }
        Ok(())
    }

    /// Takes out what is removed or moved, the last element first.
    fn take_out(&mut self, changes: &[(&[Step], &Change)]) -> Result<(), PatchError> {
        let mut places = Vec::new();
        for (steps, change) in changes {
            let ([step], Op::Remove | Op::Move) = (steps, change.op) else { continue };
            match (&mut *self, step, change.from) {
                (Tree::Array(elements), _, Some(from)) if from < elements.len() => places.push(from),
                (Tree::Object(members), Step::Key(key), _) => members.retain(|(name, _)| name != key),
                _ => return Err(PatchError::Missing { path: change.path.to_string() }),
            }
        }
        places.sort_unstable();
        if let Tree::Array(elements) = self {
            for place in places.into_iter().rev() {
                elements.remove(place);
            }
        }
        Ok(())
    }

    /// Puts in what is added or moved, the first element first.
    fn put_in(&mut self, changes: &[(&[Step], &Change)]) -> Result<(), PatchError> {
        let mut added: Vec<&(&[Step], &Change)> = changes
            .iter()
            .filter(|(steps, change)| steps.len() == 1 && matches!(change.op, Op::Add | Op::Move))
            .collect();
        added.sort_by_key(|(_, change)| change.to);
        for (steps, change) in added {
            let path = change.path.to_string();
            // A moved element travels as it was; what changed inside it follows.
            let value = if change.op == Op::Move { &change.before } else { &change.after };
            let value = Tree::parse(&path, value.as_deref())?;
            match (&mut *self, steps, change.to) {
                (Tree::Array(elements), _, Some(to)) if to <= elements.len() => elements.insert(to, value),
                (Tree::Object(members), [Step::Key(key)], _) => put(members, key.clone(), value),
                _ => return Err(PatchError::Missing { path }),
            }
        }
        Ok(())
    }

    /// Returns the value that a step leads to.
    pub(in crate::diff) fn child(&mut self, step: &Step) -> Option<&mut Tree> {
        match (self, step) {
            (Tree::Object(members), Step::Key(key)) => {
                members.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
            }
            (Tree::Array(elements), Step::Index(index)) => elements.get_mut(usize::try_from(*index).ok()?),
            (Tree::Array(elements), Step::Where(member, id)) => {
                elements.iter_mut().find(|element| element.is_named(member, id))
            }
            _ => None,
        }
    }

    /// Whether it is the element with this member.
    pub(in crate::diff) fn is_named(&self, member: &str, id: &str) -> bool {
        let Tree::Object(members) = self else { return false };
        let Some((_, Tree::Scalar(text))) = members.iter().find(|(name, _)| name == member) else {
            return false;
        };
        let mut doc = Doc::new();
        doc.parse(text).ok().and_then(|node| node.scalar().map(|scalar| scalar == id)).unwrap_or(false)
    }
}

/// A step, and the changes that go on behind it.
pub(super) type Below<'c> = (&'c Step, Vec<(&'c [Step], &'c Change)>);

/// Groups the changes that lead on below an element or replace it, by their first step.
pub(super) fn by_first_step<'c>(changes: &[(&'c [Step], &'c Change)]) -> Vec<Below<'c>> {
    let mut groups: Vec<Below<'c>> = Vec::new();
    for (steps, change) in changes {
        let Some((first, rest)) = steps.split_first() else { continue };
        if rest.is_empty() && change.op != Op::Replace {
            continue;
        }
        match groups.last_mut().filter(|(step, _)| *step == first) {
            Some((_, group)) => group.push((rest, change)),
            None => groups.push((first, vec![(rest, change)])),
        }
    }
    groups
}
