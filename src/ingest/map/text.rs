//! Texts taken out of values: parts, joined lists, decoded escapes.

use std::borrow::Cow;

use crate::domain::Str;
use crate::domain::json::{Kind, Node};
use crate::ingest::format::plan::Cut;

/// Of a chain of proxies the first is the client.
pub(super) fn first_address(text: &str) -> &str {
    text.split(',').next().unwrap_or_default().trim()
}

/// Returns the text of a scalar, or of a list of scalars joined by commas; nothing where it is empty.
pub(super) fn node_text(node: Node<'_>) -> Option<Str<'_>> {
    if node.kind() == Kind::Array {
        let mut items = node.items().filter_map(|item| item.scalar()).filter(|text| !text.is_empty());
        let first = items.next()?;
        let rest: Vec<_> = items.take(63).collect();
        if rest.is_empty() {
            return Some(first);
        }
        return Some(Cow::Owned(format!("{first}, {}", rest.join(", "))));
    }
    node.scalar().filter(|text| has_content(text))
}

/// Whether a text is more than blanks.
#[inline]
pub(super) fn has_content(text: &str) -> bool {
    let some = |byte: u8| byte > b' ';
    text.bytes().next().is_some_and(some) || text.bytes().any(some)
}

/// Takes off the one `'` that an export puts before what a spreadsheet would run.
pub(super) fn without_guard(text: Str<'_>) -> Str<'_> {
    let guarded =
        text.strip_prefix('\'').is_some_and(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']));
    match text {
        Cow::Borrowed(text) if guarded => Cow::Borrowed(text.strip_prefix('\'').unwrap_or(text)),
        Cow::Owned(mut text) if guarded => {
            text.remove(0);
            Cow::Owned(text)
        }
        text => text,
    }
}

pub(super) fn cut_text<'a>(text: Str<'a>, cut: &Cut) -> Str<'a> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(cut_str(text, cut)),
        Cow::Owned(text) => Cow::Owned(cut_str(&text, cut).to_owned()),
    }
}

pub(super) fn cut_str<'t>(mut text: &'t str, cut: &Cut) -> &'t str {
    if let Some(mark) = &cut.after
        && let Some((_, behind)) = text.rsplit_once(&**mark)
    {
        text = behind;
    }
    if let Some(mark) = &cut.after_first
        && let Some((_, behind)) = text.split_once(&**mark)
    {
        text = behind;
    }
    if let Some(mark) = &cut.before_last
        && let Some((before, _)) = text.rsplit_once(&**mark)
    {
        text = before;
    }
    if let Some(mark) = &cut.before
        && let Some((before, _)) = text.split_once(&**mark)
    {
        text = before;
    }
    text
}

pub(super) fn percent_decode(text: &str) -> String {
    let hex = |b: &u8| char::from(*b).to_digit(16);
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail.first().and_then(hex), tail.get(1).and_then(hex)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
