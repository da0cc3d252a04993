//! Lists whose elements have ids, where the structural diff need not be asked what it would tell: some only came, some
//! only went, or all stayed where they were and single values in them changed. Most edits of lists are such, and
//! asking costs as much as mapping the rest of the record.

use super::{Within, is_alike, is_container, text};
use crate::diff::json::IDENTITIES;
use crate::domain::ChangeOp;
use crate::domain::json::{Kind, Node, Path, Step, append};

/// Most elements of both lists.
const FEW: usize = 32;

impl<'a> Within<'a> {
    /// Tells what changed in lists that differ behind their first `head` and before their last `tail` elements; false
    /// where that takes a closer look.
    pub(super) fn named(&mut self, old: &[Node<'a>], new: &[Node<'a>], (head, tail): (usize, usize)) -> bool {
        let (gone, come) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
        let stayed = gone.len() == come.len() && gone.iter().zip(come).all(|(a, b)| differ_in_values(*a, *b));
        if !(stayed || gone.is_empty() || come.is_empty()) || old.len() + new.len() > FEW {
            return false;
        }
        let Some((member, old_ids, new_ids)) = identity(old, new) else { return false };
        let step = |id: &str| {
            let step = Path { steps: vec![Step::Where(member.to_owned(), id.to_owned())] }.to_string();
            move |path: &mut String| append(path, &step)
        };
        if gone.is_empty() || come.is_empty() {
            for (id, node) in old_ids[head..].iter().zip(gone) {
                self.step(step(id), |this| this.leaf(ChangeOp::Remove, text(*node), None));
            }
            for (id, node) in new_ids[head..].iter().zip(come) {
                self.step(step(id), |this| this.leaf(ChangeOp::Add, None, text(*node)));
            }
            return true;
        }
        if old_ids != new_ids {
            return false;
        }
        for (id, (a, b)) in new_ids[head..].iter().zip(gone.iter().zip(come)) {
            self.step(step(id), |this| this.object(*a, *b));
        }
        true
    }
}

/// Whether two objects have the same members, and what differs in them has no parts.
fn differ_in_values(a: Node<'_>, b: Node<'_>) -> bool {
    let values = || a.members().zip(b.members()).filter(|((_, a), (_, b))| a.raw() != b.raw());
    a.kind() == Kind::Object
        && b.kind() == Kind::Object
        && is_alike(a, b)
        && values().all(|((_, a), (_, b))| !is_container(a) && !is_container(b))
}

/// Returns the first member that tells all elements apart on both sides and joins at least one pair, with the ids;
/// `None` also where an id is not written as it reads.
fn identity<'n>(old: &[Node<'n>], new: &[Node<'n>]) -> Option<(&'static str, Vec<&'n str>, Vec<&'n str>)> {
    for member in IDENTITIES {
        let (Some(old_ids), Some(new_ids)) = (ids(old, member)?, ids(new, member)?) else { continue };
        if old.is_empty() || new.is_empty() || new_ids.iter().any(|id| old_ids.contains(id)) {
            return Some((member, old_ids, new_ids));
        }
    }
    None
}

/// Returns the ids of elements, `Some(None)` where they do not have one each; `None` where one holds escapes.
fn ids<'n>(elements: &[Node<'n>], member: &str) -> Option<Option<Vec<&'n str>>> {
    let mut ids = Vec::with_capacity(elements.len());
    for element in elements {
        let id = element.get(member).filter(|id| matches!(id.kind(), Kind::String | Kind::Number));
        let Some(id) = id else { return Some(None) };
        let id = id.plain()?;
        if ids.contains(&id) {
            return Some(None);
        }
        ids.push(id);
    }
    Some(Some(ids))
}
