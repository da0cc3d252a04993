//! Structs as SQL engines print them in the text of a cell: `{type=IAMUser, arn=.., session={mfa=false}}`.
//!
//! Nothing in them is quoted, so only what can be read in one way is read: every member has a name made of letters, a
//! name comes once, brackets match, and no text holds one. All else stays the text that it is.

use crate::domain::json::push_string;

/// How deep structs may lie in each other.
const DEPTH: usize = 32;

/// Writes a struct as a JSON object; returns false, with nothing of use written, where the text is none.
pub(crate) fn write(text: &str, out: &mut String) -> bool {
    let text = text.trim();
    // The commonest cells are told apart by their first bytes.
    if text.get(1..).and_then(key).is_none() || !text.ends_with('}') {
        return false;
    }
    members(text, DEPTH, out).is_some_and(str::is_empty)
}

/// Returns the length of the name that a member begins with, where a `=` follows.
fn key(text: &str) -> Option<usize> {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/');
    let length = text.find(|c| !inner(c))?;
    let named = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (named && text.get(length..)?.starts_with('=')).then_some(length)
}

/// Writes the object that a text begins with and returns what stands behind it.
fn members<'a>(text: &'a str, depth: usize, out: &mut String) -> Option<&'a str> {
    let depth = depth.checked_sub(1)?;
    let mut rest = text.strip_prefix('{')?;
    let mut seen: Vec<&str> = Vec::new();
    out.push('{');
    if let Some(behind) = rest.strip_prefix('}') {
        out.push('}');
        return Some(behind);
    }
    loop {
        let name = rest.get(..key(rest)?)?;
        if seen.contains(&name) {
            return None;
        }
        out.push_str(if seen.is_empty() { "" } else { "," });
        seen.push(name);
        push_string(out, name);
        out.push(':');
        rest = value(rest.get(name.len() + 1..)?, '}', depth, out)?;
        if let Some(behind) = rest.strip_prefix('}') {
            out.push('}');
            return Some(behind);
        }
        rest = rest.strip_prefix(", ")?;
    }
}

fn items<'a>(text: &'a str, depth: usize, out: &mut String) -> Option<&'a str> {
    let depth = depth.checked_sub(1)?;
    let mut rest = text.strip_prefix('[')?;
    out.push('[');
    if let Some(behind) = rest.strip_prefix(']') {
        out.push(']');
        return Some(behind);
    }
    loop {
        rest = value(rest, ']', depth, out)?;
        if let Some(behind) = rest.strip_prefix(']') {
            out.push(']');
            return Some(behind);
        }
        rest = rest.strip_prefix(", ")?;
        out.push(',');
    }
}

/// Writes the value that a text begins with, in an object or a list that ends with `close`.
fn value<'a>(text: &'a str, close: char, depth: usize, out: &mut String) -> Option<&'a str> {
    if text.starts_with('{') {
        return members(text, depth, out);
    }
    if text.starts_with('[') {
        return items(text, depth, out);
    }
    let mut end = 0;
    let end = loop {
        end += text.get(end..)?.find(['{', '}', '[', ']', ','])?;
        let rest = text.get(end..)?;
        match rest.strip_prefix(", ") {
            // A comma inside a text is followed by no name.
            Some(next) if close == ']' || key(next).is_some() => break end,
            _ if rest.starts_with(',') => end += 1,
            _ if rest.starts_with(close) => break end,
            _ => return None,
        }
    };
    match text.get(..end)? {
        "null" => out.push_str("null"),
        text => push_string(out, text),
    }
    text.get(end..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structs_become_objects_where_they_can_be_read_in_one_way() {
        for (text, expected) in [
            (
                "{type=IAMUser, arn=arn:aws:iam::123456789012:user/ana, note=null}",
                r#"{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/ana","note":null}"#,
            ),
            (
                "{a={b=1, c={}}, d=[x, y], e=[{f=2}], g=}",
                r#"{"a":{"b":"1","c":{}},"d":["x","y"],"e":[{"f":"2"}],"g":""}"#,
            ),
            ("{agent=curl, or so, host=h}", r#"{"agent":"curl, or so","host":"h"}"#),
            ("{name=CN=ana,OU=x}", r#"{"name":"CN=ana,OU=x"}"#),
            ("{a=1, a=2}", "-"),
            ("{a=x}y}", "-"),
            ("{a=x[0]}", "-"),
            ("{a=1", "-"),
            ("{1=a}", "-"),
            ("{a, b}", "-"),
            ("{}", "-"),
            ("{a=1} {b=2}", "-"),
            ("plain", "-"),
            ("", "-"),
            ("é{a=1}", "-"),
        ] {
            let mut out = String::new();
            let got = if write(text, &mut out) { out.as_str() } else { "-" };
            assert_eq!(got, expected, "{text}");
        }
        let deep = format!("{}1{}", "{a=".repeat(100_000), "}".repeat(100_000));
        assert!(!write(&deep, &mut String::new()));
    }
}
