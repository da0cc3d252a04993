//! Objects inside the texts of a record: cells of a table, payloads kept as JSON, and lines of pairs that a collector
//! took: `"message": "user=ana, action=login, ip=192.0.2.7"`.

use crate::domain::json::{Doc, Kind, Node, Path, Step};
use crate::ingest::format::glob::fold;
use crate::ingest::text;

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
    /// What it holds, as JSON.
    pub(super) text: String,
    /// Whether that is all that the text says.
    pub(super) whole: bool,
}

/// Names under which a line is kept as it was written.
const LINES: [&str; 12] = [
    "message",
    "msg",
    "log",
    "line",
    "raw",
    "rawlog",
    "logline",
    "logmessage",
    "rawmessage",
    "rawevent",
    "text",
    "original",
];

/// Longest line that is read for pairs.
const LINE: usize = 8 << 10;

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
                if let Some((text, whole)) = held(below.last().map_or("", String::as_str), value, doc) {
                    found.push(Inner { path, keys: below, text, whole });
                }
            }
            _ => {}
        }
    }
}

/// Returns what a text under a key (in small letters) holds as an object, and whether that is all of it.
pub(super) fn held(key: &str, node: Node<'_>, doc: &mut Doc) -> Option<(String, bool)> {
    if let Some(text) = object_text(node, doc) {
        return Some((text, true));
    }
    let raw = node.raw();
    let line = LINES.contains(&key) && raw.len() <= LINE && raw.matches('=').take(2).count() == 2;
    let text = line.then(|| text::pairs(node.as_str()?.trim()))??;
    doc.parse(&text).is_ok().then_some((text, false))
}

/// Returns the object that a text holds.
fn object_text(node: Node<'_>, doc: &mut Doc) -> Option<String> {
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
