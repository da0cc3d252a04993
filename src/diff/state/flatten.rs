//! Values taken apart into the fields they are made of.

use std::sync::Arc;

use super::Known;
use crate::diff::patch::Tree;
use crate::domain::json::{Doc, Kind, Node, Path, Step, append_key, number_eq, write_compact};

/// How deep objects are taken apart; deeper ones are values.
const MAX_DEPTH: usize = 32;

/// The fields of a value: path and JSON text, in the order of the text. A value that is no object, or an
/// empty one, is one field.
pub(super) type Leaves = Vec<(String, Arc<str>)>;

/// Returns the fields of JSON text that lies at `under`; `None` where it is no JSON.
pub(super) fn leaves(under: &str, json: &str) -> Option<Leaves> {
    let mut doc = Doc::new();
    let root = doc.parse(json).ok()?;
    let mut out = Vec::new();
    add(root, under.to_owned(), MAX_DEPTH, &mut out);
    Some(out)
}

fn add(node: Node<'_>, at: String, depth: usize, out: &mut Leaves) {
    if node.kind() == Kind::Object && !node.is_empty() && depth > 0 {
        for (key, value) in crate::diff::json::members(node) {
            add(value, member(&at, &key), depth - 1, out);
        }
        return;
    }
    // An object without members has no fields; as a part of another it is a value.
    if node.kind() == Kind::Object && at.is_empty() {
        return;
    }
    out.push((at, compact(node).into()));
}

/// Returns the path of a member.
pub(super) fn member(at: &str, key: &str) -> String {
    let mut path = at.to_owned();
    append_key(&mut path, key);
    path
}

/// Whether a path lies below another.
pub(super) fn is_below(path: &str, above: &str) -> bool {
    above.is_empty() && !path.is_empty()
        || path.strip_prefix(above).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// Returns JSON text less the white space between its tokens.
pub(super) fn compact(node: Node<'_>) -> String {
    let mut out = String::new();
    write_compact(node, &mut out);
    out
}

/// Whether two JSON texts mean the same.
pub(super) fn same_json(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    match (a.as_bytes().first(), b.as_bytes().first()) {
        // Scalars differ by their text, but for numbers and escapes.
        (Some(b'-' | b'0'..=b'9'), Some(b'-' | b'0'..=b'9')) => number_eq(a, b),
        (Some(x), Some(y)) if x != y && !x.is_ascii_whitespace() && !y.is_ascii_whitespace() => false,
        (Some(b'"'), _) if !a.contains('\\') && !b.contains('\\') => false,
        _ => {
            let (mut left, mut right) = (Doc::new(), Doc::new());
            matches!((left.parse(a), right.parse(b)), (Ok(x), Ok(y)) if x.same(&y))
        }
    }
}

/// Whether a value is an object with members, which is known by its fields.
pub(super) fn is_object(known: &Known) -> bool {
    known.text().is_some_and(|text| {
        let inner = text.trim();
        inner.starts_with('{') && !inner.trim_matches(['{', '}']).trim().is_empty()
    })
}

/// Returns the object that fields make, as JSON text; a field that stands for the whole is it alone.
pub(super) fn object<'f>(fields: impl Iterator<Item = (&'f str, &'f str)>) -> String {
    let mut root = Tree::Object(Vec::new());
    for (path, text) in fields {
        let mut doc = Doc::new();
        let Ok(value) = doc.parse(text).map(Tree::of) else { continue };
        let steps = path.parse::<Path>().map(|path| path.steps).unwrap_or_default();
        let keys: Option<Vec<String>> =
            steps.into_iter().map(|step| if let Step::Key(key) = step { Some(key) } else { None }).collect();
        match keys {
            Some(keys) if keys.is_empty() && path.is_empty() => root = value,
            Some(keys) if !keys.is_empty() => put(&mut root, &keys, value),
            // An element of an array that is not known whole stands under its path.
            _ => put(&mut root, &[path.to_owned()], value),
        }
    }
    root.to_json()
}

fn put(at: &mut Tree, keys: &[String], value: Tree) {
    let Some((first, rest)) = keys.split_first() else {
        *at = value;
        return;
    };
    if !matches!(at, Tree::Object(_)) {
        *at = Tree::Object(Vec::new());
    }
    let Tree::Object(members) = at else { return };
    let known = members.iter().position(|(key, _)| key == first);
    let place = known.unwrap_or_else(|| {
        members.push((first.clone(), Tree::Object(Vec::new())));
        members.len() - 1
    });
    if let Some((_, child)) = members.get_mut(place) {
        put(child, rest, value);
    }
}
