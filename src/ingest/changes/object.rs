//! Changes between objects: pairs, snapshots, overlays, sibling keys, and requests.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Found, Sibling};
use crate::diff;
use crate::domain::json::{Doc, Kind, Node, Path, Step};
use crate::domain::{ChangeOp, Str};

/// Names that the two halves of a pair go by where it is an object.
const BEFORE: &[&str] = &[
    "old",
    "before",
    "from",
    "oldValue",
    "old_value",
    "previous",
    "prev",
    "was",
    "previousValue",
    "previous_value",
    "before_value",
];
const AFTER: &[&str] = &[
    "new",
    "after",
    "to",
    "newValue",
    "new_value",
    "current",
    "updated",
    "after_value",
    "currentValue",
    "current_value",
    "value",
    "is",
];

/// C2: `{field: [old, new]}` or `{field: {"from": .., "to": ..}}`, also as JSON in a string.
pub(super) fn pairs<'a>(node: Node<'a>, found: &mut Found<'a, '_>) {
    if node.kind() == Kind::String && found.decode {
        embedded(node, found, |inner, found| {
            if inner.kind() == Kind::Object {
                pairs(inner, found);
            }
        });
        return;
    }
    for (key, value) in node.members() {
        let path = key_path(key.decode());
        match value.kind() {
            Kind::Array if value.len() == 2 => found.add(path, value.index(0), value.index(1)),
            Kind::Object if let Some((op, list)) = set_of(value) => {
                let known = found.out.len();
                for value in list.items() {
                    match op {
                        ChangeOp::Remove => found.push(path.clone(), op, Some(value), None),
                        _ => found.push(path.clone(), op, None, Some(value)),
                    }
                }
                found.elements.extend(known..found.out.len());
            }
            Kind::Object => {
                let half = |names: &[&str]| names.iter().find_map(|name| value.get(name));
                let (before, after) = (half(BEFORE), half(AFTER));
                if let (Some(before), None, true) = (before, after, value.get("from").is_some()) {
                    // From what it came is told alone; what it is stands elsewhere.
                    found.push(path, ChangeOp::Replace, Some(before), None);
                } else if before.is_some() || after.is_some() {
                    found.add(path, before, after);
                } else {
                    found.push(path, ChangeOp::Replace, None, Some(value));
                }
            }
            _ => found.push(path, ChangeOp::Replace, None, Some(value)),
        }
    }
}

/// What came into a set or went from it: `{"operation": "add", "objects": [..]}`.
fn set_of(node: Node<'_>) -> Option<(ChangeOp, Node<'_>)> {
    let list = node.get("objects").filter(|list| list.kind() == Kind::Array)?;
    let op = super::list::op_of(&node.get("operation")?.as_str()?)?;
    Some((op, list))
}

/// C3: the object as it was and as it is. With one of them missing all of the other came or went.
pub(super) fn snapshots<'a>(before: Option<Node<'a>>, after: Option<Node<'a>>, found: &mut Found<'a, '_>) {
    let texts = [before, after].map(|side| side.is_none_or(|node| node.kind() == Kind::String));
    if found.decode && texts == [true, true] && (before.is_some() || after.is_some()) {
        return snapshot_texts(before, after, found);
    }
    // Some languages write an object without members as a list without elements.
    let [before, after] = [(before, after), (after, before)].map(|(side, other)| {
        side.filter(|node| {
            let list = node.kind() == Kind::Array && node.is_empty();
            !(list && other.is_some_and(|other| other.kind() == Kind::Object))
        })
    });
    match (before, after) {
        (Some(a), Some(b)) if a.kind() == Kind::Object && b.kind() == Kind::Object => compare(a, b, found),
        (None, Some(b)) if b.kind() == Kind::Object => {
            b.members().for_each(|(key, value)| found.add_key(key.decode(), None, Some(value)));
        }
        (Some(a), None) if a.kind() == Kind::Object => {
            a.members().for_each(|(key, value)| found.add_key(key.decode(), Some(value), None));
        }
        (None, None) => {}
        (a, b) => found.add(Cow::Borrowed("value"), a, b),
    }
}

fn snapshot_texts(before: Option<Node<'_>>, after: Option<Node<'_>>, found: &mut Found<'_, '_>) {
    let text = |node: Option<Node<'_>>| node.and_then(|n| n.as_str()).map(Cow::into_owned);
    let (before, after) = (text(before), text(after));
    let (mut doc_before, mut doc_after) = (Doc::new(), Doc::new());
    fn object<'d>(doc: &'d mut Doc, text: Option<&'d String>) -> Option<Node<'d>> {
        doc.parse(text?).ok().filter(|node| node.kind() == Kind::Object)
    }
    let a = object(&mut doc_before, before.as_ref());
    let b = object(&mut doc_after, after.as_ref());
    if a.is_none() && b.is_none() {
        let quote =
            |text: Option<String>| text.filter(|t| !t.is_empty()).map(|t| crate::domain::json::quote(&t));
        let (before, after) = (quote(before), quote(after));
        let op = match (&before, &after) {
            (None, None) => return,
            (None, _) => ChangeOp::Add,
            (_, None) => ChangeOp::Remove,
            (a, b) if a == b => return,
            _ => ChangeOp::Replace,
        };
        found.push_text(Cow::Borrowed("value"), op, before, after);
        return;
    }
    found.shorter(false, |found| snapshots(a, b, found));
}

/// How deep objects are compared member by member; what lies deeper is compared as it stands.
const DEEP: usize = 32;

/// Compares two objects. What differs is told by the path of its keys: a list is one value, since numbers of its
/// elements say nothing to an entry that knows it by other numbers.
fn compare<'a>(before: Node<'a>, after: Node<'a>, found: &mut Found<'a, '_>) {
    if found.keys_are_paths {
        return compare_keys(before, after, found);
    }
    compare_at(&Path::default(), before, after, found);
}

fn compare_at<'a>(base: &Path, before: Node<'a>, after: Node<'a>, found: &mut Found<'a, '_>) {
    let old: HashMap<Str<'a>, Node<'a>> = diff::json::members(before).into_iter().collect();
    let path = |key: &str| base.then(Step::Key(key.to_owned()));
    for (key, was) in diff::json::members(before) {
        if after.get(&key).is_none() {
            found.add(Cow::Owned(path(&key).to_string()), Some(was), None);
        }
    }
    for (key, is) in diff::json::members(after) {
        let path = path(&key);
        let was = old.get(&key).copied();
        let parts = |node: Node<'_>| node.kind() == Kind::Object && !node.is_empty();
        match was {
            Some(was) if parts(was) && parts(is) && path.steps.len() < DEEP && was.raw() != is.raw() => {
                compare_at(&path, was, is, found);
            }
            Some(was) if is_same(was, is) => found.stay(Cow::Owned(path.to_string()), Some(was), Some(is)),
            was => found.add(Cow::Owned(path.to_string()), was, Some(is)),
        }
    }
}

/// Whether two values are the same, also as they are written: `1` and `1.0` are one number, but of two types.
fn is_same(a: Node<'_>, b: Node<'_>) -> bool {
    a.same(&b) && (a.kind() != Kind::Number || a.raw() == b.raw())
}

/// Compares two objects key by key.
fn compare_keys<'a>(before: Node<'a>, after: Node<'a>, found: &mut Found<'a, '_>) {
    for (key, value) in before.members() {
        let name = key.decode();
        match after.get(&name) {
            Some(now) if is_same(now, value) => found.stay_key(name, value, now),
            now => found.add_key(name, Some(value), now),
        }
    }
    for (key, value) in after.members() {
        let name = key.decode();
        if before.get(&name).is_none() {
            found.add_key(name, None, Some(value));
        }
    }
}

/// C4: the object as it is, and the previous values of what changed in it; nested objects likewise.
pub(super) fn overlay<'a>(after: Node<'a>, previous: Node<'a>, found: &mut Found<'a, '_>) {
    lay_over(&Path::default(), after, previous, found);
}

fn lay_over<'a>(base: &Path, after: Node<'a>, previous: Node<'a>, found: &mut Found<'a, '_>) {
    for (key, was) in previous.members() {
        let name = key.decode().into_owned();
        let is = after.get(&name);
        let path = base.then(Step::Key(name));
        match is {
            Some(is) if is.kind() == Kind::Object && was.kind() == Kind::Object && !was.is_empty() => {
                lay_over(&path, is, was, found);
            }
            is => found.add(Cow::Owned(path.to_string()), Some(was), is),
        }
    }
}

/// C5: keys that hold the old value of another key.
pub(super) fn siblings<'a>(node: Node<'a>, patterns: &[Sibling], found: &mut Found<'a, '_>) {
    for (key, before) in node.members() {
        sibling(&key.decode(), before, patterns, &|key| node.get(key), found);
    }
}

/// C5 in a list of pairs: `[{"key": "old_x", "value": ..}, {"key": "x", "value": ..}]`.
pub(super) fn sibling_pairs<'a>(
    node: Node<'a>,
    patterns: &[Sibling],
    [key, value]: &[Path; 2],
    found: &mut Found<'a, '_>,
) {
    let named = |wanted: &str| {
        let is = |element: &Node<'a>| {
            key.first(*element).and_then(|name| name.scalar()).is_some_and(|n| n == wanted)
        };
        node.items().find(is).and_then(|element| value.first(element))
    };
    for element in node.items() {
        let Some(name) = key.first(element).and_then(|name| name.scalar()) else { continue };
        if let Some(before) = value.first(element) {
            sibling(&name, before, patterns, &named, found);
        }
    }
}

fn sibling<'a>(
    key: &str,
    before: Node<'a>,
    patterns: &[Sibling],
    get: &dyn Fn(&str) -> Option<Node<'a>>,
    found: &mut Found<'a, '_>,
) {
    let mut lacking = None;
    for pattern in patterns {
        let Some(parts) = pattern.old.captures(key) else { continue };
        match get(&pattern.new.fill(&parts)) {
            Some(after) => {
                return found.add(Cow::Owned(pattern.name.fill(&parts)), Some(before), Some(after));
            }
            // The next pattern may find it; where none does, the first names the change.
            None if pattern.both || lacking.is_some() => {}
            None => lacking = Some(pattern.name.fill(&parts)),
        }
    }
    if let Some(name) = lacking.filter(|_| !before.is_null()) {
        found.push(Cow::Owned(name), ChangeOp::Replace, Some(before), None);
    }
}

/// C9: what was asked for. The values before are unknown, so none are shown.
pub(super) fn request<'a>(node: Node<'a>, op: Option<ChangeOp>, found: &mut Found<'a, '_>) {
    if node.kind() == Kind::String && found.decode {
        embedded(node, found, |inner, found| {
            if inner.kind() == Kind::Object {
                request(inner, op, found);
            }
        });
        return;
    }
    for (key, value) in node.members() {
        if value.is_null() {
            continue;
        }
        let path = key_path(key.decode());
        match op.unwrap_or(ChangeOp::Replace) {
            ChangeOp::Remove => found.push(path, ChangeOp::Remove, Some(value), None),
            op => found.push(path, op, None, Some(value)),
        }
    }
}

impl<'a> Found<'a, '_> {
    fn stay_key(&mut self, key: Str<'a>, before: Node<'a>, after: Node<'a>) {
        let path = if self.keys_are_paths { key } else { key_path(key) };
        self.stay(path, Some(before), Some(after));
    }

    fn add_key(&mut self, key: Str<'a>, before: Option<Node<'a>>, after: Option<Node<'a>>) {
        let path = if self.keys_are_paths { key } else { key_path(key) };
        self.add(path, before, after);
    }
}

/// Returns a key as a path: quoted where it holds what a path gives a meaning.
pub(super) fn key_path(key: Str<'_>) -> Str<'_> {
    let special = |c: char| matches!(c, '.' | '[' | ']' | '"' | '*') || c.is_control();
    if key.is_empty() || key.contains(special) {
        return Cow::Owned(Path::default().then(Step::Key(key.into_owned())).to_string());
    }
    key
}

/// Reads the JSON in a string; what is found there owns its text.
pub(super) fn embedded(
    node: Node<'_>,
    found: &mut Found<'_, '_>,
    read: impl for<'n> Fn(Node<'n>, &mut Found<'n, '_>),
) {
    let text = node.as_str().unwrap_or_default();
    let mut doc = Doc::new();
    let Ok(inner) = doc.parse(&text) else { return };
    found.shorter(found.decode, |found| read(inner, found));
}
