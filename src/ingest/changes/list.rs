//! Changes as a list: of objects with name, old and new value; of names alone; of numbered columns.

use std::borrow::Cow;

use super::{Found, ListOp, Names, first};
use crate::domain::json::{Doc, Kind, Node};
use crate::domain::{ChangeOp, Provenance, Str};
use crate::ingest::format::glob::Glob;

/// C1: `[{name, old, new}]`, also as JSON in a string, and a single object as a list of one.
pub(super) fn read<'a>(node: Node<'a>, names: &Names, op: &ListOp, found: &mut Found<'a, '_>) {
    match node.kind() {
        Kind::Array => node.items().for_each(|element| read_one(element, names, op, found)),
        Kind::Object => read_one(node, names, op, found),
        Kind::String if found.decode => read_embedded(node, names, op, found),
        _ => {}
    }
}

/// A list that lies in a string cannot lend its text: its changes own theirs.
fn read_embedded(node: Node<'_>, names: &Names, op: &ListOp, found: &mut Found<'_, '_>) {
    let text = node.as_str().unwrap_or_default();
    let mut doc = Doc::new();
    let Ok(inner) = doc.parse(&text) else { return };
    if inner.kind() == Kind::String {
        return;
    }
    found.shorter(true, |found| read(inner, names, op, found));
}

fn read_one<'a>(element: Node<'a>, names: &Names, op: &ListOp, found: &mut Found<'a, '_>) {
    let Some(path) = first(element, &names.path).and_then(path_text) else { return };
    let before = first(element, &names.before);
    let after = first(element, &names.after);
    let known = found.out.len();
    let stated = match op {
        ListOp::Is(op) => Some(*op),
        ListOp::At(members) => {
            first(element, members).and_then(|node| node.as_str()).and_then(|word| op_of(&word))
        }
    };
    match stated {
        Some(op) => found.push(path, op, before, after),
        None if before.is_none() && after.is_none() => found.push(path, ChangeOp::Replace, None, None),
        None => found.add(path, before, after),
    }
    let provenance = first(element, &names.provenance).and_then(|node| node.as_str());
    if let Some(provenance) = provenance.and_then(|word| provenance_of(&word)) {
        found.out.iter_mut().skip(known).for_each(|change| change.provenance = provenance);
    }
}

fn provenance_of(word: &str) -> Option<Provenance> {
    [Provenance::Recorded, Provenance::Derived, Provenance::Parsed].into_iter().find(|p| p.as_str() == word)
}

/// A path as text, or as a list of its keys.
fn path_text(node: Node<'_>) -> Option<Str<'_>> {
    if node.kind() == Kind::Array {
        let keys: Vec<_> = node.items().filter_map(|key| key.scalar()).collect();
        return (!keys.is_empty()).then(|| Cow::Owned(keys.join(".")));
    }
    node.scalar().filter(|text| !text.is_empty())
}

/// Reads the word for an operation.
pub(super) fn op_of(word: &str) -> Option<ChangeOp> {
    const WORDS: [(ChangeOp, [&str; 6]); 3] = [
        (ChangeOp::Add, ["add", "added", "create", "created", "insert", "grant"]),
        (ChangeOp::Remove, ["remove", "removed", "delete", "deleted", "unset", "revoke"]),
        (ChangeOp::Replace, ["replace", "update", "updated", "change", "changed", "modified"]),
    ];
    WORDS
        .iter()
        .find(|(_, words)| words.iter().any(|known| known.eq_ignore_ascii_case(word)))
        .map(|&(op, _)| op)
}

/// C10: `["name", ..]` or `"name, email"`.
pub(super) fn names<'a>(node: Node<'a>, found: &mut Found<'a, '_>) {
    let mut add = |name: Str<'a>| found.push(name, ChangeOp::Replace, None, None);
    if node.kind() == Kind::Array {
        node.items().filter_map(|item| item.as_str()).filter(|name| !name.is_empty()).for_each(add);
        return;
    }
    match node.as_str() {
        Some(Cow::Borrowed(text)) => split_names(text).for_each(|name| add(Cow::Borrowed(name))),
        Some(Cow::Owned(text)) => split_names(&text).for_each(|name| add(Cow::Owned(name.to_owned()))),
        None => {}
    }
}

fn split_names(text: &str) -> impl Iterator<Item = &str> {
    let trimmed = text.trim().trim_start_matches('[').trim_end_matches(']');
    trimmed.split([',', ';']).map(|name| name.trim().trim_matches('"')).filter(|name| !name.is_empty())
}

/// C13: `Target1ModifiedProperty1Name`, `..OldValue`, `..NewValue`: what stands for the `*` ties them.
pub(super) fn columns<'a>(node: Node<'a>, columns: &[[Glob; 3]], found: &mut Found<'a, '_>) {
    for (key, value) in node.members() {
        let key = key.decode();
        for [name, old, new] in columns {
            let Some(parts) = name.captures(&key) else { continue };
            let Some(path) = value.scalar().filter(|text| !text.is_empty()) else { continue };
            let cell = |glob: &Glob| node.get(&glob.fill(&parts)).filter(|cell| cell.raw() != "\"\"");
            let (before, after) = (cell(old), cell(new));
            if before.is_none() && after.is_none() {
                found.push(path, ChangeOp::Replace, None, None);
            } else {
                found.add(path, before, after);
            }
        }
    }
}
