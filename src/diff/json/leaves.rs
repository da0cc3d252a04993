//! How many values differ between two documents when arrays are compared by position: the most that any
//! other way of telling the difference may list.

use super::digest::Digests;
use super::elements::members;
use crate::domain::json::{Kind, Node};

/// How deep values are counted into, to spare the stack; what differs deeper counts once.
const MAX_STEPS: usize = 200;

/// What counting needs to know.
pub(super) struct Leaves<'d> {
    pub(super) old: &'d Digests,
    pub(super) new: &'d Digests,
}

impl Leaves<'_> {
    /// Returns how many values differ between elements of the same number; stops above `enough`.
    pub(super) fn of_elements<'n>(
        &self,
        old: impl ExactSizeIterator<Item = Node<'n>>,
        new: impl ExactSizeIterator<Item = Node<'n>>,
        enough: usize,
    ) -> usize {
        self.elements(old, new, enough, 0)
    }

    fn elements<'n>(
        &self,
        old: impl ExactSizeIterator<Item = Node<'n>>,
        new: impl ExactSizeIterator<Item = Node<'n>>,
        enough: usize,
        depth: usize,
    ) -> usize {
        let mut count = old.len().abs_diff(new.len());
        for (a, b) in old.zip(new) {
            if count > enough {
                break;
            }
            count += self.value(a, b, enough, depth + 1);
        }
        count
    }

    fn value(&self, before: Node<'_>, after: Node<'_>, enough: usize, depth: usize) -> usize {
        if self.old.get(before) == self.new.get(after) {
            return 0;
        }
        match (before.kind(), after.kind()) {
            _ if depth >= MAX_STEPS => 1,
            (Kind::Object, Kind::Object) => self.object(before, after, enough, depth),
            (Kind::Array, Kind::Array) => {
                let (old, new): (Vec<_>, Vec<_>) = (before.items().collect(), after.items().collect());
                self.elements(old.into_iter(), new.into_iter(), enough, depth)
            }
            _ => 1,
        }
    }

    fn object(&self, before: Node<'_>, after: Node<'_>, enough: usize, depth: usize) -> usize {
        let old: std::collections::HashMap<_, _> = members(before).into_iter().collect();
        let (mut count, mut kept) = (0, 0);
        for (key, value) in members(after) {
            count += match old.get(key.as_ref()) {
                Some(was) => {
                    kept += 1;
                    self.value(*was, value, enough, depth + 1)
                }
                None => 1,
            };
            if count > enough {
                break;
            }
        }
        count + old.len() - kept
    }
}
