//! The children of containers: members with each key once, elements by what identifies them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::IDENTITIES;
use crate::domain::json::{Kind, Node};

/// What happened to one element: numbers before and after.
#[derive(Clone, Copy)]
pub(super) enum ElementChange {
    Removed(usize),
    Both(usize, usize),
    Moved(usize, usize),
    Added(usize),
}

impl ElementChange {
    /// Removed elements stand before what took their place, in their own order.
    pub(super) fn rank(self) -> (bool, usize) {
        match self {
            ElementChange::Removed(at) => (false, at),
            ElementChange::Both(_, at) | ElementChange::Moved(_, at) | ElementChange::Added(at) => (true, at),
        }
    }
}

/// Returns the members of an object, each key once with its last value, in the order of the text.
pub fn members(node: Node<'_>) -> Vec<(Cow<'_, str>, Node<'_>)> {
    let all: Vec<_> = node.members().map(|(key, value)| (key.decode(), value)).collect();
    let mut last: HashMap<&str, usize> = HashMap::with_capacity(all.len());
    for (at, (key, _)) in all.iter().enumerate() {
        last.insert(key, at);
    }
    if last.len() == all.len() {
        return all;
    }
    let keep: HashSet<usize> = last.into_values().collect();
    all.into_iter().enumerate().filter(|(at, _)| keep.contains(at)).map(|(_, member)| member).collect()
}

/// The identities of two arrays' elements.
pub(super) struct Identities {
    pub(super) old: Vec<String>,
    pub(super) new: Vec<String>,
}

/// Returns the first member that tells all elements apart on both sides and joins at least one pair.
pub(super) fn identity(old: &[Node<'_>], new: &[Node<'_>]) -> Option<(&'static str, Identities)> {
    IDENTITIES.into_iter().find_map(|member| {
        let ids = Identities { old: identities(old, member)?, new: identities(new, member)? };
        let known: HashSet<&String> = ids.old.iter().collect();
        let joined = old.is_empty() || new.is_empty() || ids.new.iter().any(|id| known.contains(id));
        joined.then_some((member, ids))
    })
}

/// Returns the member that tells all elements of one array apart, and its values.
pub(in crate::diff) fn told_apart(elements: &[Node<'_>]) -> Option<(&'static str, Vec<String>)> {
    IDENTITIES.into_iter().find_map(|member| Some((member, identities(elements, member)?)))
}

fn identities(elements: &[Node<'_>], member: &str) -> Option<Vec<String>> {
    let mut seen = HashSet::with_capacity(elements.len());
    let mut ids = Vec::with_capacity(elements.len());
    for element in elements {
        let id = element.get(member)?;
        if !matches!(id.kind(), Kind::String | Kind::Number) {
            return None;
        }
        let id = id.scalar()?.into_owned();
        if !seen.insert(id.clone()) {
            return None;
        }
        ids.push(id);
    }
    Some(ids)
}
