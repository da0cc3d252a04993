//! C11: changes told in a sentence, "X changed from A to B".

use std::borrow::Cow;

use super::Found;
use crate::domain::json::quote;
use crate::domain::{Change, ChangeOp, Provenance};
use crate::ingest::format::Want;

/// Words for "there was nothing".
const NOTHING: [&str; 6] = ["not set", "null", "none", "empty", "(none)", "\"\""];

/// Reads every "field from old to new" of a text: one per line, and per part between the marks or, where none is
/// stated, between semicolons.
pub(super) fn read(text: &str, marks: &[String], found: &mut Found<'_, '_>) {
    let mut parts: Vec<&str> = text.split('\n').collect();
    let semicolon = [";".to_owned()];
    for mark in if marks.is_empty() { &semicolon } else { marks } {
        parts = parts.iter().flat_map(|part| part.split(mark.as_str())).collect();
    }
    for (field, old, new) in parts.into_iter().filter_map(part_of) {
        push(field, old, new, found);
    }
}

fn part_of(part: &str) -> Option<(&str, &str, &str)> {
    let lower = part.to_ascii_lowercase();
    // The last "from" before "to" that has a field before it: names of fields seldom hold the word.
    let from = lower.find(" from ").or_else(|| lower.find(": from "))?;
    let field = part.get(..from)?;
    let rest = part.get(from..)?;
    let rest = rest.get(rest.to_ascii_lowercase().find("from ")? + 5..)?;
    let to = rest.to_ascii_lowercase().rfind(" to ")?;
    let (old, new) = (rest.get(..to)?, rest.get(to + 4..)?);
    let field = field_name(field);
    (!field.is_empty()).then_some((field, value(old), value(new)))
}

/// `Changed fiscal year start month` and `description changed` name a field each.
fn field_name(text: &str) -> &str {
    let mut name = text.trim().trim_end_matches([':', '-', '–']).trim();
    for verb in ["changed", "updated", "modified", "was", "set", "has been", "is"] {
        name = strip_end(name, verb);
    }
    for verb in ["changed", "updated", "modified", "change", "update", "set"] {
        if let Some(head) = name.get(..verb.len())
            && head.eq_ignore_ascii_case(verb)
            && let Some(rest) = name.get(verb.len()..).and_then(|rest| rest.strip_prefix(' '))
        {
            name = rest.trim();
        }
    }
    name.trim_matches(['"', '\''])
}

fn strip_end<'t>(text: &'t str, word: &str) -> &'t str {
    let Some(at) = text.len().checked_sub(word.len()) else { return text };
    match (text.get(..at), text.get(at..)) {
        (Some(head), Some(tail)) if tail.eq_ignore_ascii_case(word) && head.ends_with(' ') => head.trim_end(),
        _ => text,
    }
}

fn value(text: &str) -> &str {
    text.trim().trim_end_matches('.').trim_matches(['"', '\''])
}

fn push(field: &str, old: &str, new: &str, found: &mut Found<'_, '_>) {
    let nothing = |text: &str| text.is_empty() || NOTHING.iter().any(|word| word.eq_ignore_ascii_case(text));
    let op = match (nothing(old), nothing(new)) {
        (true, false) => ChangeOp::Add,
        (false, true) => ChangeOp::Remove,
        _ => ChangeOp::Replace,
    };
    let json = |text: &str| (found.want != Want::Index && !nothing(text)).then(|| Cow::Owned(quote(text)));
    let (before, after) = (json(old), json(new));
    let path = Cow::Owned(field.to_owned());
    found.keep(Change { path, op, before, after, provenance: Provenance::Parsed });
}
