//! Values of a diff as text: on one line where they are short, else as lines.

use super::items::Side;
use crate::domain::json::{Doc, Kind, Node};
use crate::domain::{base64, redact};
use crate::present::line::{Line, Role};
use crate::present::measure;
use crate::present::sanitise::{self, Charset, Tabs};

/// Cells of a value that may stand beside another one on a line.
const SHORT: usize = 28;

/// A value as it can stand on one line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Short {
    pub(super) text: String,
    pub(super) kind: Option<Kind>,
    pub(super) masked: bool,
}

/// Returns the value for one line: a scalar or an empty container without line feeds. `quoted` writes
/// strings as JSON; else they are bare where that cannot be mistaken.
pub(super) fn short(side: &Side, quoted: bool) -> Option<Short> {
    let json = match side {
        Side::Missing => return Some(Short { text: "nothing".into(), kind: None, masked: false }),
        Side::Unknown => return Some(Short { text: "?".into(), kind: None, masked: false }),
        Side::Json(json) => json,
    };
    let mut doc = Doc::new();
    let Ok(node) = doc.parse(json) else {
        return Some(Short { text: json.clone(), kind: None, masked: false });
    };
    let text = match node.kind() {
        // A short list of scalars reads best on one line.
        Kind::Array if quoted && !node.is_empty() && node.items().all(is_scalar) => {
            let mut text = String::new();
            crate::domain::json::write_compact(node, &mut text);
            if text.len() > SHORT || redact::holds_mask(&text) {
                return None;
            }
            text
        }
        Kind::Array | Kind::Object if !node.is_empty() => return None,
        Kind::Array => "[]".to_owned(),
        Kind::Object => "{}".to_owned(),
        Kind::String => {
            let text = node.as_str()?.into_owned();
            let masked = redact::is_masked(&text);
            if let Some(told) = base64::describe(&text) {
                return Some(Short { text: told, kind: Some(Kind::String), masked: true });
            }
            if text.contains('\n') {
                return None;
            }
            if !masked && (quoted || ambiguous(&text)) { node.raw().to_owned() } else { text }
        }
        _ => node.raw().to_owned(),
    };
    let masked = node.as_str().is_some_and(|text| redact::is_masked(&text));
    Some(Short { text, kind: Some(node.kind()), masked })
}

fn is_scalar(node: Node<'_>) -> bool {
    !matches!(node.kind(), Kind::Array | Kind::Object)
}

/// Whether a bare string could be taken for something else, or hides space at its ends.
fn ambiguous(text: &str) -> bool {
    let taken =
        text.is_empty() || text.trim() != text || text.contains("->") || text == "?" || text == "nothing";
    taken || Doc::new().parse(text).is_ok()
}

impl Short {
    pub(super) fn fits(&self) -> bool {
        measure::width(&self.text) <= SHORT
    }

    /// Whether it can stand beside another on a line: no words that would run into it.
    pub(super) fn one_word(&self) -> bool {
        self.fits() && (self.masked || !self.text.contains(char::is_whitespace))
    }

    pub(super) fn push(&self, line: &mut Line, role: Role, charset: Charset) {
        let role = match (self.kind, self.masked) {
            (_, true) => Role::Masked,
            (None, _) if self.text == "?" || self.text == "nothing" => Role::Dim,
            _ => role,
        };
        sanitise::push_with(line, role, &self.text, charset, Tabs::Shown);
    }
}

/// Returns the value as text of lines: a string as it is, a container as indented JSON.
pub(super) fn long(side: &Side) -> String {
    let Some(json) = side.json() else { return String::new() };
    let mut doc = Doc::new();
    match doc.parse(json) {
        Ok(node) => match node.as_str() {
            Some(text) => base64::describe(&text).unwrap_or_else(|| text.into_owned()),
            None => pretty(node, None),
        },
        Err(_) => json.to_owned(),
    }
}

/// Returns both values as text of lines, keys of objects in one order.
pub(super) fn long_pair(before: &Side, after: &Side) -> (String, String) {
    let (Some(old), Some(new)) = (before.json(), after.json()) else { return (long(before), long(after)) };
    let (mut old_doc, mut new_doc) = (Doc::new(), Doc::new());
    match (old_doc.parse(old), new_doc.parse(new)) {
        (Ok(a), Ok(b)) if a.kind() == b.kind() && a.kind() != Kind::String => {
            (pretty(a, None), pretty(b, Some(a)))
        }
        (Ok(a), Ok(b)) => nested_pair(a, b).unwrap_or_else(|| (long(before), long(after))),
        _ => (long(before), long(after)),
    }
}

/// Returns both values as text of lines where both are strings that hold JSON of one kind.
fn nested_pair(before: Node<'_>, after: Node<'_>) -> Option<(String, String)> {
    let (old, new) = (before.as_str()?, after.as_str()?);
    let (mut old_doc, mut new_doc) = (Doc::new(), Doc::new());
    let (a, b) = (old_doc.parse(&old).ok()?, new_doc.parse(&new).ok()?);
    let container = matches!(a.kind(), Kind::Array | Kind::Object) && a.kind() == b.kind();
    container.then(|| (pretty(a, None), pretty(b, Some(a))))
}

/// How deep JSON is set out in lines; what nests deeper stands on one.
const MAX_INDENT: usize = 100;

/// Writes JSON with two spaces of indent, keys in the order of `like` where it has them. No commas: one
/// that came with a new last element would mark a line as changed that is not.
pub(super) fn pretty(node: Node<'_>, like: Option<Node<'_>>) -> String {
    let mut out = String::new();
    write(node, like, 0, &mut out);
    out
}

fn write(node: Node<'_>, like: Option<Node<'_>>, depth: usize, out: &mut String) {
    let object = node.kind() == Kind::Object;
    if depth == MAX_INDENT {
        return crate::domain::json::write_compact(node, out);
    }
    if node.is_empty() {
        match node.kind() {
            Kind::Array => out.push_str("[]"),
            Kind::Object => out.push_str("{}"),
            _ => out.push_str(node.raw()),
        }
        return;
    }
    out.push(if object { '{' } else { '[' });
    let child = |key: Option<&str>, value: Node<'_>, like: Option<Node<'_>>, out: &mut String| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth + 1));
        if let Some(key) = key {
            out.push('"');
            out.push_str(key);
            out.push_str("\": ");
        }
        write(value, like, depth + 1, out);
    };
    let mut likes = like.map(|like| like.items());
    for element in node.items() {
        child(None, element, likes.as_mut().and_then(Iterator::next), out);
    }
    for (key, value, like) in ordered(node, like) {
        child(Some(key), value, like, out);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push(if object { '}' } else { ']' });
}

/// The members of an object, those that `like` has first and in its order.
fn ordered<'n>(node: Node<'n>, like: Option<Node<'n>>) -> Vec<(&'n str, Node<'n>, Option<Node<'n>>)> {
    let mut members: Vec<_> = node.members().collect();
    if let Some(like) = like.filter(|like| like.kind() == Kind::Object) {
        let places: std::collections::HashMap<_, _> =
            like.members().enumerate().map(|(at, (key, value))| (key.decode(), (at, value))).collect();
        members.sort_by_key(|(key, _)| places.get(&key.decode()).map_or(usize::MAX, |(at, _)| *at));
        let like_of = |key: &str| places.get(key).map(|(_, value)| *value);
        return members.iter().map(|(key, value)| (key.raw(), *value, like_of(&key.decode()))).collect();
    }
    members.into_iter().map(|(key, value)| (key.raw(), value, None)).collect()
}

/// Says what a container holds, in a few words.
pub(super) fn size(json: &str) -> String {
    let mut doc = Doc::new();
    match doc.parse(json) {
        Ok(node) if node.kind() == Kind::Array => format!("[{}]", counted(node.len(), "element")),
        Ok(node) if node.kind() == Kind::Object => format!("{{{}}}", counted(node.len(), "member")),
        Ok(node) => counted(node.as_str().unwrap_or_default().lines().count(), "line"),
        Err(_) => counted(json.len(), "byte"),
    }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
