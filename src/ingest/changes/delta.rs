//! Changes as what was added and removed, and as patches.

use std::borrow::Cow;

use super::list::op_of;
use super::object::{embedded, key_path};
use super::{Found, first};
use crate::domain::json::{Kind, Node, Path, Step};
use crate::domain::{ChangeOp, Str};

/// The members of a delta.
pub(super) struct Members<'p> {
    pub(super) op: &'p [Path],
    pub(super) name: &'p [Path],
    pub(super) value: &'p [Path],
    /// Where in the object the named thing lies: its name stands in place of `*`.
    pub(super) under: Option<&'p Path>,
}

/// C7: `[{action: "ADD", role, member}]`: each names what came or went.
pub(super) fn read<'a>(node: Node<'a>, members: &Members<'_>, found: &mut Found<'a, '_>) {
    if node.kind() == Kind::Array {
        node.items().for_each(|element| read(element, members, found));
        return;
    }
    let word = first(node, members.op).and_then(|node| node.as_str());
    let op = word.and_then(|word| op_of(&word)).unwrap_or(ChangeOp::Replace);
    let Some(name) = first(node, members.name).and_then(|node| node.scalar()) else { return };
    let path = members.under.map_or(name.clone(), |under| Cow::Owned(placed(under, &name)));
    let value = first(node, members.value);
    match op {
        ChangeOp::Remove => found.push(path, op, value, None),
        op => found.push(path, op, None, value),
    }
}

/// Returns a path with a name in place of its `*`.
fn placed(under: &Path, name: &str) -> String {
    let steps = under.steps.iter().map(|step| match step {
        Step::Where(key, any) if any == "*" => Step::Where(key.clone(), name.to_owned()),
        Step::Each => Step::Key(name.to_owned()),
        step => step.clone(),
    });
    Path { steps: steps.collect() }.to_string()
}

/// Lists of what was added or removed: every element is one change under the list's name.
pub(super) fn values<'a>(name: &str, list: &'a str, op: ChangeOp, node: Node<'a>, found: &mut Found<'a, '_>) {
    let path = |at: Str<'a>| if name.is_empty() { at } else { Cow::Owned(name.to_owned()) };
    let mut add = |value: Node<'a>| match op {
        ChangeOp::Remove => found.push(path(Cow::Borrowed(list)), op, Some(value), None),
        op => found.push(path(Cow::Borrowed(list)), op, None, Some(value)),
    };
    match node.kind() {
        Kind::Array => node.items().for_each(add),
        Kind::Null => {}
        _ => add(node),
    }
}

/// C8: a JSON patch (RFC 6902), or a merge patch (RFC 7396) whose nulls remove.
pub(super) fn patch<'a>(node: Node<'a>, found: &mut Found<'a, '_>) {
    match node.kind() {
        Kind::Array => node.items().for_each(|step| patch_step(step, found)),
        Kind::Object => merge(&Path::default(), node, found),
        Kind::String if found.decode => embedded(node, found, |inner, found| {
            if inner.kind() != Kind::String {
                patch(inner, found);
            }
        }),
        _ => {}
    }
}

fn patch_step<'a>(step: Node<'a>, found: &mut Found<'a, '_>) {
    let text = |key: &str| step.get(key).and_then(|node| node.as_str());
    let Some(pointer) = text("path") else { return };
    let path = Cow::Owned(pointer_path(&pointer));
    match text("op").as_deref() {
        Some("test") => {}
        Some("add") => found.push(path, ChangeOp::Add, None, step.get("value")),
        Some("remove") => found.push(path, ChangeOp::Remove, step.get("oldValue"), None),
        Some("move") => {
            if let Some(from) = text("from") {
                found.push(Cow::Owned(pointer_path(&from)), ChangeOp::Remove, None, None);
            }
            found.push(path, ChangeOp::Add, None, None);
        }
        _ => found.push(path, ChangeOp::Replace, step.get("oldValue"), step.get("value")),
    }
}

/// Turns `/spec/template/0/image~1tag` into `spec.template[0]."image/tag"`.
fn pointer_path(pointer: &str) -> String {
    let mut path = Path::default();
    for key in pointer.split('/').skip(1) {
        let key = key.replace("~1", "/").replace("~0", "~");
        path.steps.push(match key.parse::<i32>() {
            Ok(index) if index >= 0 && !path.steps.is_empty() => Step::Index(index),
            _ if key == "-" => Step::Index(-1),
            _ => Step::Key(key),
        });
    }
    path.to_string()
}

/// How deep a merge patch is followed; below that its values are shown whole.
const MERGE_DEPTH: usize = 32;

fn merge<'a>(base: &Path, node: Node<'a>, found: &mut Found<'a, '_>) {
    for (key, value) in node.members() {
        let name = key.decode();
        // Directives of the strategic merge patch (`$patch`, `$setElementOrder/..`) change nothing themselves.
        if name.starts_with('$') {
            continue;
        }
        let nested = value.kind() == Kind::Object && !value.is_empty() && base.steps.len() < MERGE_DEPTH;
        if !nested {
            let path = if base.steps.is_empty() {
                key_path(name)
            } else {
                Cow::Owned(base.then(Step::Key(name.into_owned())).to_string())
            };
            match value.kind() {
                Kind::Null => found.push(path, ChangeOp::Remove, None, None),
                _ => found.push(path, ChangeOp::Replace, None, Some(value)),
            }
        } else {
            merge(&base.then(Step::Key(name.into_owned())), value, found);
        }
    }
}
