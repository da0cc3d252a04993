//! The structural diff of two JSON values: which paths differ, whatever the order of keys.

mod compare;
mod digest;
mod elements;
mod leaves;

use std::hash::RandomState;
use std::time::Instant;

use crate::domain::json::{Node, Path};
use crate::domain::{self, ChangeOp, Provenance};
use compare::Differ;
use digest::Digests;
pub use elements::members;
pub(super) use elements::told_apart;

/// Members that identify the elements of an array, in the order they are tried: ids and names, then what
/// names a statement or binding of an access policy.
pub const IDENTITIES: [&str; 6] = ["id", "key", "name", "uuid", "Sid", "role"];

/// How the elements of two arrays are paired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ArrayMatch {
    /// By the first of [`IDENTITIES`] of which every element has one of its own, else by content.
    #[default]
    Identity,
    /// By equal values; what is left over in order.
    Content,
    /// By their number in the array.
    Position,
}

impl ArrayMatch {
    /// Returns how it is called on the screen.
    pub fn name(self) -> &'static str {
        match self {
            ArrayMatch::Identity => "by id",
            ArrayMatch::Content => "by content",
            ArrayMatch::Position => "by position",
        }
    }

    /// Returns the next one, for a key that walks through them.
    pub fn next(self) -> ArrayMatch {
        match self {
            ArrayMatch::Identity => ArrayMatch::Content,
            ArrayMatch::Content => ArrayMatch::Position,
            ArrayMatch::Position => ArrayMatch::Identity,
        }
    }
}

/// What a diff is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonOptions {
    /// How arrays are matched.
    pub arrays: ArrayMatch,
    /// When to stop looking closer; `None` takes the time it needs.
    pub deadline: Option<Instant>,
    /// Whether equal parts are listed and not only counted.
    pub list_equal: bool,
}

/// What differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta {
    /// The changes in the order of the text.
    pub changes: Vec<Change>,
    /// Equal parts, each the largest possible; listed on demand, else only counted.
    pub equal: Vec<(Path, String)>,
    /// How many equal parts there are beside what changed.
    pub equal_count: usize,
    /// How the arrays with changes were matched.
    pub arrays: Vec<(Path, Matched)>,
    /// Numbers that are equal and written in another way, like `1` and `1.0`: no changes, but told apart.
    pub respelt: Vec<(Path, String, String)>,
    /// The deadline passed, or the values nest too deep: some values are told as replaced that were not looked into.
    pub coarse: bool,
    /// Some object repeats a key; only the last value of such a key is compared.
    pub repeated_keys: bool,
}

/// How an array was matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    /// By this member.
    By(&'static str),
    /// By equal values.
    Content,
    /// By equal values; all elements are different scalars: what is told is what came and went.
    Set,
    /// By number.
    Position,
}

/// One path that differs.
///
/// Elements of arrays are named by identity where matched so, else by number: the number after the change,
/// for a removed element the number before. So the changes of one array apply in this order: take out all
/// that is removed or moved, put in what is added or moved by rising `to`, then go into elements.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where.
    pub path: Path,
    /// What happened.
    pub op: Op,
    /// JSON text before; `None` where there was nothing.
    pub before: Option<String>,
    /// JSON text after; `None` where there is nothing.
    pub after: Option<String>,
    /// Number in the array before, of an element removed or moved.
    pub from: Option<usize>,
    /// Number in the array after, of an element added or moved.
    pub to: Option<usize>,
}

/// What happened at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Came to be.
    Add,
    /// Ceased to be.
    Remove,
    /// Got another value.
    Replace,
    /// An element of an array that stands at another place.
    Move,
}

impl Change {
    /// Returns the change as an entry carries it; a move is an addition after a removal there, and is left
    /// out here because its value is the same.
    pub fn into_domain(self, provenance: Provenance) -> Option<domain::Change<'static>> {
        let op = match self.op {
            Op::Add => ChangeOp::Add,
            Op::Remove => ChangeOp::Remove,
            Op::Replace => ChangeOp::Replace,
            Op::Move => return None,
        };
        Some(domain::Change {
            path: self.path.to_string().into(),
            op,
            before: self.before.map(Into::into),
            after: self.after.map(Into::into),
            provenance,
        })
    }
}

/// Compares two values.
pub fn diff(before: Node<'_>, after: Node<'_>, options: &JsonOptions) -> Delta {
    let seed = RandomState::new();
    let (old, new) = (Digests::of(before, &seed), Digests::of(after, &seed));
    let repeated_keys = old.repeats || new.repeats;
    let mut differ = Differ::new(options, old, new);
    differ.value(before, after);
    Delta { repeated_keys, ..differ.out }
}

#[cfg(test)]
pub(super) mod tests;
