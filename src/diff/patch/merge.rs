//! JSON Merge Patch (RFC 7386, now RFC 7396): an object laid over another, where `null` removes.

use super::Tree;
use super::tree::put;
use crate::domain::json::Node;

/// Applies a merge patch.
pub fn apply_merge_patch(value: &mut Tree, patch: Node<'_>) {
    merge(value, Tree::of(patch));
}

fn merge(value: &mut Tree, patch: Tree) {
    let Tree::Object(changes) = patch else {
        *value = patch;
        return;
    };
    if !matches!(value, Tree::Object(_)) {
        *value = Tree::Object(Vec::new());
    }
    let Tree::Object(members) = value else { return };
    for (key, change) in changes {
        if change.is_null() {
            members.retain(|(name, _)| *name != key);
            continue;
        }
        match members.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => merge(old, change),
            None => {
                let mut new = Tree::null();
                merge(&mut new, change);
                put(members, key, new);
            }
        }
    }
}

/// Returns the merge patch that makes `after` of `before`; `None` where none can, since `null` would have to
/// be set.
pub fn merge_patch(before: &Tree, after: &Tree) -> Option<Tree> {
    let (Tree::Object(old), Tree::Object(new)) = (before, after) else {
        return (!holds_null(after) || after.is_null()).then(|| after.clone());
    };
    let mut patch = Vec::new();
    for (key, _) in old.iter().filter(|(key, _)| after.member(key).is_none()) {
        patch.push((key.clone(), Tree::null()));
    }
    for (key, value) in new {
        let change = match before.member(key) {
            Some(was) if was.same(value) => continue,
            Some(was @ Tree::Object(_)) if matches!(value, Tree::Object(_)) => merge_patch(was, value)?,
            _ if value.is_null() || holds_null(value) => return None,
            _ => value.clone(),
        };
        patch.push((key.clone(), change));
    }
    Some(Tree::Object(patch))
}

/// Whether a member of an object, at any depth that a merge follows, is `null`.
fn holds_null(value: &Tree) -> bool {
    match value {
        // Arrays are taken whole, so that `null` in them is kept.
        Tree::Array(_) | Tree::Scalar(_) => false,
        Tree::Object(members) => members.iter().any(|(_, value)| value.is_null() || holds_null(value)),
    }
}
