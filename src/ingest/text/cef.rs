//! ArcSight's common event format (`CEF:0|..|`) and QRadar's log event extended format (`LEEF:1.0|..|`).

use std::borrow::Cow;

use super::object::Object;
use super::{Form, TextError};

/// Whether a text is one of the two.
pub(super) fn begins(text: &str) -> bool {
    text.starts_with("CEF:") || text.starts_with("LEEF:")
}

/// Writes the header and the pairs.
pub(super) fn write(text: &str, out: &mut Object<'_>) -> Result<Form, TextError> {
    match text.strip_prefix("CEF:") {
        Some(rest) => common(rest, out).ok_or(TextError::Header("CEF")).map(|()| Form::Cef),
        None => {
            let rest = text.strip_prefix("LEEF:").unwrap_or(text);
            extended(rest, out).ok_or(TextError::Header("LEEF")).map(|()| Form::Leef)
        }
    }
}

fn common(text: &str, out: &mut Object<'_>) -> Option<()> {
    const FIELDS: [&str; 7] =
        ["version", "vendor", "product", "device_version", "signature", "name", "severity"];
    let (cells, rest) = header(text, FIELDS.len())?;
    out.object("cef", |out| FIELDS.iter().zip(&cells).for_each(|(key, cell)| out.text(key, cell.trim())));
    let pairs = spaced(rest.trim());
    out.object("extension", |out| pairs.iter().for_each(|(key, value)| out.text(key, &unescape(value))));
    labels(&pairs, out);
    Some(())
}

/// `cs1=x cs1Label=Reason` says that the reason is x.
fn labels(pairs: &[(&str, &str)], out: &mut Object<'_>) {
    let value = |key: &str| pairs.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
    let labelled = |(key, label): &(&str, &str)| {
        let of = value(key.strip_suffix("Label")?)?;
        (!label.trim().is_empty()).then(|| (unescape(label.trim()).into_owned(), unescape(of).into_owned()))
    };
    let found: Vec<(String, String)> = pairs.iter().filter_map(labelled).collect();
    if !found.is_empty() {
        out.object("labels", |out| found.iter().for_each(|(label, value)| out.text(label, value)));
    }
}

fn extended(text: &str, out: &mut Object<'_>) -> Option<()> {
    const FIELDS: [&str; 5] = ["version", "vendor", "product", "product_version", "event_id"];
    let (cells, mut rest) = header(text, FIELDS.len())?;
    let mut delimiter = '\t';
    if cells.first().is_some_and(|version| version.trim_start().starts_with('2'))
        && let Some((stated, tail)) = rest.split_once('|')
        && let Some(stated) = delimiter_of(stated)
    {
        (delimiter, rest) = (stated, tail);
    }
    out.object("leef", |out| FIELDS.iter().zip(&cells).for_each(|(key, cell)| out.text(key, cell.trim())));
    out.object("attributes", |out| {
        if rest.contains(delimiter) || rest.matches('=').count() <= 1 {
            let pairs = rest.split(delimiter).filter_map(|pair| pair.split_once('='));
            pairs.for_each(|(key, value)| out.text(key.trim(), value.trim()));
        } else {
            // Tabs are often lost on the way.
            spaced(rest).iter().for_each(|(key, value)| out.text(key, value));
        }
    });
    Some(())
}

/// Reads the delimiter that LEEF 2.0 states: nothing (a tab), a character, or its number as `x5e`, `0x5e`.
fn delimiter_of(stated: &str) -> Option<char> {
    let hex = stated.strip_prefix("0x").or_else(|| stated.strip_prefix('x'));
    match (hex.filter(|hex| !hex.is_empty()), stated.chars().count()) {
        (Some(hex), _) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
        (None, 0) => Some('\t'),
        (None, 1) => stated.chars().next(),
        _ => None,
    }
}

/// Splits off the cells of a header; a backslash keeps a bar from ending one. The last may end the text.
fn header(text: &str, count: usize) -> Option<(Vec<Cow<'_, str>>, &str)> {
    let mut cells = Vec::with_capacity(count);
    let mut rest = text;
    while cells.len() < count {
        let (cell, tail) = match bar(rest) {
            Some(at) => (rest.get(..at)?, rest.get(at + 1..)?),
            None if cells.len() + 1 == count => (rest, ""),
            None => return None,
        };
        cells.push(unescape(cell));
        rest = tail;
    }
    Some((cells, rest))
}

fn bar(text: &str) -> Option<usize> {
    let mut escape = false;
    text.bytes().position(|byte| {
        let found = byte == b'|' && !escape;
        escape = byte == b'\\' && !escape;
        found
    })
}

/// Splits pairs whose values may hold spaces: a value ends before ` key=`.
fn spaced(text: &str) -> Vec<(&str, &str)> {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    let mut key: Option<(usize, usize)> = None;
    let mut push = |key: (usize, usize), end: usize| {
        if let (Some(name), Some(value)) = (text.get(key.0..key.1), text.get(key.1 + 1..end)) {
            pairs.push((name, value.trim_end()));
        }
    };
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b'=', bytes) {
        let before = bytes.get(..at).unwrap_or_default();
        let length = before.iter().rev().take_while(|&&byte| is_key(byte)).count();
        let start = at - length;
        let bounded = start == 0 || matches!(bytes.get(start - 1), Some(b' ' | b'\t' | b'|'));
        if length == 0 || !bounded {
            continue;
        }
        if let Some(open) = key.take() {
            push(open, start);
        }
        key = Some((start, at));
    }
    if let Some(open) = key {
        push(open, text.len());
    }
    pairs
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'[' | b']' | b':')
}

fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some(next @ ('\\' | '|' | '='))) => out.push(next),
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('r')) => out.push('\r'),
            _ => {
                out.push(c);
                continue;
            }
        }
        chars.next();
    }
    Cow::Owned(out)
}
