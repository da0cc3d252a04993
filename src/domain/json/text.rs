//! Strings of a document: decoding escapes, and every string inside strings.

use super::{Doc, Kind, Node};

/// How many times a string may hold JSON that holds a string that holds JSON.
const MAX_NESTED: usize = 8;

/// Decodes the inside of a JSON string that the reader has accepted.
///
/// A lone surrogate has no character; it stays as its six characters `\ud800`, so that nothing vanishes.
pub fn decode_string(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    decode_into(inner, &mut out);
    out
}

/// Appends what [`decode_string`] returns.
pub fn decode_into(inner: &str, out: &mut String) {
    let mut rest = inner;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        let mut chars = rest.chars();
        match chars.next() {
            Some('u') => rest = decode_unicode(chars.as_str(), out),
            Some(c) => {
                out.push(match c {
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    other => other,
                });
                rest = chars.as_str();
            }
            None => out.push('\\'),
        }
    }
    out.push_str(rest);
}

/// Decodes what stands behind `\u` and returns the rest behind it.
fn decode_unicode<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let hex = |text: &str| text.get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let Some(unit) = hex(rest) else {
        out.push_str("\\u");
        return rest;
    };
    let after = rest.get(4..).unwrap_or_default();
    if let Some(c) = char::from_u32(unit) {
        out.push(c);
        return after;
    }
    if (0xd800..0xdc00).contains(&unit) {
        let low = after.strip_prefix("\\u").and_then(hex).filter(|low| (0xdc00..0xe000).contains(low));
        if let Some(low) = low {
            let code = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            return after.get(6..).unwrap_or_default();
        }
    }
    out.push_str("\\u");
    out.push_str(rest.get(..4).unwrap_or_default());
    after
}

/// Calls `visit` with every string of a value, decoded, keys included, and with every string of JSON that
/// stands inside a string, to a depth of 8. Stops and returns true as soon as `visit` returns true.
pub fn for_each_string(node: Node<'_>, visit: &mut dyn FnMut(&str) -> bool) -> bool {
    walk(node, MAX_NESTED, visit)
}

fn walk(node: Node<'_>, depth: usize, visit: &mut dyn FnMut(&str) -> bool) -> bool {
    // The tape holds a value and all it contains in one run, so no recursion is needed here.
    let end = node.item().next;
    let mut at = node.at;
    while at < end {
        let item = node.with(at);
        if item.kind() == Kind::String {
            let text = item.as_str().unwrap_or_default();
            if visit(&text) || (depth > 0 && nested(&text, depth - 1, visit)) {
                return true;
            }
        }
        at += 1;
    }
    false
}

fn nested(text: &str, depth: usize, visit: &mut dyn FnMut(&str) -> bool) -> bool {
    let start = text.trim_start();
    if !start.starts_with(['{', '[', '"']) {
        return false;
    }
    let mut doc = Doc::new();
    match doc.parse(text) {
        Ok(node) => walk(node, depth, visit),
        Err(_) => false,
    }
}
