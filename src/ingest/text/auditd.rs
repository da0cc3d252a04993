//! Records of the Linux audit daemon: `type=SYSCALL msg=audit(1767323045.123:42): key=value ..`.

use std::borrow::Cow;

use super::object::Object;
use super::pairs::quoted;

/// Fields that hold text a user chose: written in hexadecimal where it has spaces or quotes.
const ENCODED: &[&str] = &[
    "acct",
    "cmd",
    "comm",
    "cwd",
    "data",
    "dir",
    "exe",
    "file",
    "grp",
    "key",
    "name",
    "new_group",
    "ocomm",
    "old-disk",
    "new-disk",
    "op",
    "path",
    "proctitle",
    "reason",
    "root_dir",
    "saddr_fam",
    "vm",
    "watch",
    "unit",
];

/// Separates what the daemon recorded from what it looked up.
const ENRICHED: char = '\u{1d}';

/// Whether a text is a record of the daemon.
pub(super) fn begins(text: &str) -> bool {
    text.contains("msg=audit(") && split(text).is_some()
}

/// Writes a record as a document; returns false where it is none.
pub(super) fn write(text: &str, out: &mut Object<'_>) -> bool {
    let Some(record) = split(text) else { return false };
    out.maybe("node", record.node);
    out.text("type", record.kind);
    out.object("audit", |out| {
        out.text("time", record.time);
        out.text("serial", record.serial);
    });
    let (own, enriched) = record.rest.split_once(ENRICHED).unwrap_or((record.rest, ""));
    fields(own, (record.kind, true), out);
    fields(enriched, (record.kind, true), out);
    true
}

struct Record<'a> {
    node: Option<&'a str>,
    kind: &'a str,
    time: &'a str,
    serial: &'a str,
    rest: &'a str,
}

fn split(text: &str) -> Option<Record<'_>> {
    let (node, text) = match text.strip_prefix("node=").and_then(|rest| rest.split_once(' ')) {
        Some((node, rest)) => (Some(node), rest),
        None => (None, text),
    };
    let (kind, rest) = match text.strip_prefix("type=") {
        Some(rest) => rest.split_once(' ')?,
        None => ("UNKNOWN", text),
    };
    // The kernel's own log says `audit(..)` without the `msg=`, and numbers its types.
    let rest = rest.strip_prefix("msg=").unwrap_or(rest).strip_prefix("audit(")?;
    let (stamp, rest) = rest.split_once("):")?;
    let (time, serial) = stamp.split_once(':')?;
    let numbers = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (numbers(time) && numbers(serial)).then_some(Record { node, kind, time, serial, rest: rest.trim_start() })
}

/// Writes the fields of a record, or those inside one of its fields, which hold no further ones.
fn fields(text: &str, (kind, outer): (&str, bool), out: &mut Object<'_>) {
    let mut rest = text.trim_start();
    while let Some((key, tail)) = rest.split_once('=') {
        let key = key.rsplit([' ', ',']).next().unwrap_or(key);
        let (value, end) = value(tail);
        if !key.is_empty() {
            field(key, &value, (kind, outer), out);
        }
        rest = tail.get(end..).unwrap_or_default().trim_start_matches([' ', ',']);
    }
}

enum Value<'a> {
    /// Between quotes: as it stands.
    Text(Cow<'a, str>),
    /// `'op=login acct="root"'`
    Pairs(&'a str),
    Bare(&'a str),
}

fn value(text: &str) -> (Value<'_>, usize) {
    match text.as_bytes().first() {
        Some(b'"') => match text.get(1..).and_then(|rest| rest.split_once('"')) {
            Some((value, _)) => (Value::Text(Cow::Borrowed(value)), value.len() + 2),
            None => (Value::Bare(text), text.len()),
        },
        Some(b'\'') => match text.get(1..).and_then(|rest| rest.rsplit_once('\'')) {
            Some((value, _)) if value.contains('=') => (Value::Pairs(value), value.len() + 2),
            _ => match quoted(text, b'\'') {
                Some((value, end)) => (Value::Text(value), end),
                None => (Value::Bare(text), text.len()),
            },
        },
        _ => {
            let end = text.find([' ', ENRICHED]).unwrap_or(text.len());
            (Value::Bare(text.get(..end).unwrap_or_default()), end)
        }
    }
}

fn field(key: &str, value: &Value<'_>, (kind, outer): (&str, bool), out: &mut Object<'_>) {
    match value {
        Value::Pairs(text) if outer => out.object(key, |out| fields(text, (kind, false), out)),
        Value::Pairs(text) => out.text(key, text),
        Value::Text(text) => out.text(key, text),
        Value::Bare("(null)" | "?" | "(none)") => out.json(key, "null"),
        Value::Bare(text) => out.text(key, &decoded(key, kind, text)),
    }
}

/// Decodes text written in hexadecimal: its parts are separated by zero bytes (arguments) or by ones (keys).
fn decoded<'a>(key: &str, kind: &str, value: &'a str) -> Cow<'a, str> {
    let argument = kind == "EXECVE"
        && key.starts_with('a')
        && key.bytes().skip(1).all(|b| b.is_ascii_digit() || matches!(b, b'[' | b']'));
    let is_hex = value.len() >= 2
        && value.len().is_multiple_of(2)
        && value.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte));
    if !is_hex || !(argument || ENCODED.contains(&key)) {
        return Cow::Borrowed(value);
    }
    let byte = |at: usize| value.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..value.len()).step_by(2).map(byte).collect();
    match bytes.map(String::from_utf8) {
        // Only text that needs the encoding has it: all else is a number.
        Some(Ok(text)) if text.bytes().any(|byte| !(0x21..0x7f).contains(&byte) || byte == b'"') => {
            Cow::Owned(text.trim_end_matches('\0').replace('\0', " ").replace('\u{1}', ", "))
        }
        _ => Cow::Borrowed(value),
    }
}
