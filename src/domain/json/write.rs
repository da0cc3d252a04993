//! Writing JSON text.

use super::special::plain_end;
use super::{Kind, Node};

/// Returns `text` as a JSON string with its quotes.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_string(&mut out, text);
    out
}

/// Appends `text` as a JSON string with its quotes. Only what must be escaped is.
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    push_escaped(out, text);
    out.push('"');
}

/// Appends what stands between the quotes of a JSON string.
pub fn push_escaped(out: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let at = plain_end(bytes, from);
        out.push_str(text.get(from..at).unwrap_or_default());
        from = at + 1;
        match bytes.get(at) {
            None => return,
            Some(&byte) => push_escape(out, byte),
        }
    }
}

/// Appends the escape of a byte that cannot stand in a JSON string as it is: see [`plain_end`].
pub(crate) fn push_escape(out: &mut String, byte: u8) {
    use std::fmt::Write as _;
    match byte {
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\t' => out.push_str("\\t"),
        // Writing to a String cannot fail.
        byte => drop(write!(out, "\\u{byte:04x}")),
    }
}

/// Appends a value as it is spelled, less the white space between its tokens. Keys keep their order,
/// numbers and strings their spelling.
pub fn write_compact(node: Node<'_>, out: &mut String) {
    let raw = node.raw();
    if matches!(node.kind(), Kind::Array | Kind::Object) {
        let mut from = 0;
        let mut quoted = false;
        let mut escape = false;
        for (at, byte) in raw.bytes().enumerate() {
            if quoted {
                (quoted, escape) = match byte {
                    _ if escape => (true, false),
                    b'\\' => (true, true),
                    b'"' => (false, false),
                    _ => (true, false),
                };
            } else if byte == b'"' {
                quoted = true;
            } else if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                out.push_str(raw.get(from..at).unwrap_or_default());
                from = at + 1;
            }
        }
        out.push_str(raw.get(from..).unwrap_or_default());
    } else {
        out.push_str(raw);
    }
}
