//! JSON objects inside the texts of a record: cells of a table, payloads kept as text.

use crate::domain::json::{Doc, Kind, Node, Path, Step};
use crate::ingest::format::glob::fold;

/// Most texts that are looked into.
const MOST: usize = 4;

/// Longest text that is looked into.
const LONGEST: usize = 256 << 10;

/// How deep such a text may lie.
const DEPTH: usize = 3;

/// A text that holds an object.
pub(super) struct Inner {
    /// Where it lies.
    pub(super) path: Path,
    /// The keys of that in lower case, letters and digits alone.
    pub(super) keys: Vec<String>,
    /// What it holds.
    pub(super) text: String,
}

/// Returns the texts of a record that hold an object with members, in their order.
pub(super) fn texts(root: Node<'_>) -> Vec<Inner> {
    let mut found = Vec::new();
    let mut doc = Doc::new();
    descend(root, &Path::default(), &[], &mut doc, &mut found);
    found
}

fn descend(node: Node<'_>, path: &Path, keys: &[String], doc: &mut Doc, found: &mut Vec<Inner>) {
    if path.steps.len() >= DEPTH {
        return;
    }
    for (key, value) in node.members() {
        if found.len() >= MOST {
            return;
        }
        let name = key.decode().into_owned();
        let mut below = keys.to_vec();
        below.push(fold(&name));
        let path = path.then(Step::Key(name));
        match value.kind() {
            Kind::Object => descend(value, &path, &below, doc, found),
            Kind::String => {
                if let Some(text) = object_text(value, doc) {
                    found.push(Inner { path, keys: below, text });
                }
            }
            _ => {}
        }
    }
}

/// Returns the object that a text holds.
pub(super) fn object_text(node: Node<'_>, doc: &mut Doc) -> Option<String> {
    let raw = node.raw();
    if node.kind() != Kind::String || raw.len() < 6 || raw.len() > LONGEST {
        return None;
    }
    let inside = raw.get(1..)?.trim_start();
    if !inside.starts_with('{') {
        return None;
    }
    let text = node.as_str()?.trim().to_owned();
    let held = doc.parse(&text).is_ok_and(|inner| inner.kind() == Kind::Object && !inner.is_empty());
    held.then_some(text)
}
