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

/// Returns the part of a text that a cut means; nothing where it needs a mark that is not there.
pub(super) fn cut_text<'a>(text: Str<'a>, cut: &Cut) -> Option<Str<'a>> {
    Some(match text {
        Cow::Borrowed(text) => Cow::Borrowed(cut_str(text, cut)?),
        Cow::Owned(text) => Cow::Owned(cut_str(&text, cut)?.to_owned()),
    })
}

fn cut_str<'t>(text: &'t str, cut: &Cut) -> Option<&'t str> {
    let kept = |text: &'t str, part: Option<&'t str>| part.or((!cut.needs_mark).then_some(text));
    let mut text = text;
    if let Some(mark) = &cut.after {
        text = kept(text, text.rsplit_once(&**mark).map(|(_, behind)| behind))?;
    }
    // Of several marks each is looked for behind the one before: where one is missing, what is meant is not there.
    if let [_, _, ..] = cut.after_first.as_slice() {
        let behind = cut.after_first.iter().try_fold(text, |text, mark| Some(text.split_once(&**mark)?.1));
        text = behind?.trim_start();
    } else if let Some(mark) = cut.after_first.first() {
        text = kept(text, text.split_once(&**mark).map(|(_, behind)| behind))?;
    }
    if let Some(mark) = &cut.before_last {
        text = kept(text, text.rsplit_once(&**mark).map(|(before, _)| before))?;
    }
    if let Some(mark) = &cut.before {
        text = kept(text, text.split_once(&**mark).map(|(before, _)| before))?;
    }
    Some(if cut.after_first.len() > 1 { text.trim_end() } else { text })
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
