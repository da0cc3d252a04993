//! What JSON's escapes stand for, without reading the JSON: a decoded string differs from its bytes only near its
//! escapes, so these with a few characters around them are all that a filter of the bytes does not know yet.

use crate::domain::json::decode_into;

/// Characters before an escape that share a sequence of three bytes with it.
const BEFORE: usize = 2;

/// Characters behind an escape that share a sequence of three bytes with it.
const AFTER: usize = 2;

/// Characters behind the first two of an escape that may stand for a backslash, which begins an escape in a string within
/// the string: four digits, and `u005c` for each level, of which the last may be any escape.
const AFTER_SLASH: usize = 4 + 5 * DEPTH + AFTER;

/// How deep strings may hold JSON whose strings hold JSON, as [`for_each_string`] goes.
///
/// [`for_each_string`]: crate::domain::json::for_each_string
const DEPTH: usize = 9;

/// Calls `add` with every piece of the decoded strings of JSON texts that holds what an escape stands for, and those of
/// JSON in the strings. May call it with more: whether a string holds JSON is not looked at. Returns false where the
/// bytes are no UTF-8.
pub(super) fn decoded(bytes: &[u8], add: &mut dyn FnMut(&str)) -> bool {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => level(text, DEPTH, add),
        Err(_) => return false,
    }
    true
}

fn level(text: &str, depth: usize, add: &mut dyn FnMut(&str)) {
    let bytes = text.as_bytes();
    // A record may hold thousands of escapes: all of a level are decoded into one buffer.
    let mut piece = String::new();
    let mut from = 0;
    while let Some(found) = bytes.get(from..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        let first = from + found;
        let end = run_end(bytes, first);
        piece.clear();
        decode_into(text.get(run_start(bytes, first)..end).unwrap_or_default(), &mut piece);
        add(&piece);
        if depth > 1 && piece.contains('\\') {
            level(&piece, depth - 1, add);
        }
        from = end;
    }
}

/// Returns where the characters before an escape begin, in its string.
fn run_start(bytes: &[u8], first: usize) -> usize {
    let mut start = first;
    for _ in 0..BEFORE {
        let before = bytes.get(..start).unwrap_or_default();
        let Some(at) = before.iter().rposition(|&byte| begins_char(byte)) else { return start };
        if before.get(at) == Some(&b'"') {
            return start;
        }
        start = at;
    }
    start
}

/// Returns where the characters behind an escape end: those behind further escapes too, up to the string's end.
fn run_end(bytes: &[u8], first: usize) -> usize {
    let mut at = first;
    let mut left = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => {
                let escaped = bytes.get(at + 1);
                let slash = matches!(escaped, Some(b'\\' | b'u'));
                // Characters that an escape before this one asked for are among those behind it.
                left = left.max(1 + if slash { AFTER_SLASH } else { AFTER });
                // What it escapes cannot end the string or begin an escape.
                at += 1 + usize::from(escaped.is_some_and(u8::is_ascii));
                continue;
            }
            b'"' => return at,
            _ if begins_char(byte) => left -= 1,
            _ => {}
        }
        if left == 0 {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

fn begins_char(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}
