//! How a diff or state is known, in words.

use crate::diff::state::{Basis, FieldState, Origin, StepDiff};
use crate::domain::{Outcome, Timestamp};
use crate::present::not_done;

use super::History;

impl History {
    /// Says how the diff of an entry is known: `recorded`, `derived from <id>, n days earlier`, `partial: k
    /// fields unknown`, or `none`.
    pub fn basis_text(&self, at: usize, diff: &StepDiff) -> String {
        let listed = self.entries.get(at).map_or(0, |entry| entry.changes.len());
        let outcome = self.entries.get(at).map_or(Outcome::Unknown, |entry| entry.outcome);
        match not_done(outcome) {
            Some(word) if listed > 0 => {
                return format!("{word}: this was asked for, and nothing was changed");
            }
            Some(word) => return format!("none: {word}"),
            None => {}
        }
        let mut text = match diff.basis {
            Basis::Recorded => "recorded".to_owned(),
            Basis::Derived(from) => format!("derived from {}", self.entry_text(from, at)),
            Basis::None if diff.unknown > 0 => String::new(),
            Basis::None if listed > 0 => {
                "recorded; its values do not carry over from entry to entry".to_owned()
            }
            Basis::None if diff.first_seen > 0 => "none: the object is seen for the first time".to_owned(),
            Basis::None => "none".to_owned(),
        };
        if diff.unknown > 0 {
            let separator = if text.is_empty() { "" } else { "; " };
            text.push_str(&format!("{separator}partial: {} unknown", counted(diff.unknown, "field")));
        }
        if diff.unordered {
            let separator = if text.is_empty() { "" } else { "; " };
            text.push_str(&format!("{separator}the order within this second is not known"));
        }
        text
    }

    /// Says which values were expected to be others: an entry is missing before this one.
    pub fn conflict_texts(&self, at: usize, diff: &StepDiff) -> Vec<String> {
        let told = diff.changes.iter().filter_map(|change| {
            let conflict = change.conflict.as_ref()?;
            let by = self.entry_text(conflict.by, at);
            Some(format!("an entry is missing: {} is not what {by}, left", change.path))
        });
        told.collect()
    }

    /// Says how a value of a state is known.
    pub fn origin_text(&self, origin: Origin, moment: usize) -> String {
        let now = moment.saturating_sub(1);
        match origin {
            Origin::Recorded => "recorded".to_owned(),
            Origin::Derived(from) => format!("by {}", self.entry_text(from, now)),
            Origin::Learnt(from) => format!("learnt from {}", self.entry_text(from, now)),
            Origin::Unknown => "unknown".to_owned(),
        }
    }

    /// Says that a later entry found another value than the one known, so that it may have been that already.
    pub fn doubt_text(&self, field: &FieldState, moment: usize) -> Option<String> {
        let by = self.entry_text(field.doubt?, moment.saturating_sub(1));
        Some(format!("an entry is missing before {by}, which found another value"))
    }

    /// Names an entry and how long before (or after) another it was.
    fn entry_text(&self, entry: usize, at: usize) -> String {
        let id = self.rows.get(entry).map(|row| row.id.short()).unwrap_or_default();
        let time = |at: usize| self.rows.get(at).and_then(|row| row.position.time);
        match (time(entry), time(at)) {
            (Some(from), Some(at)) if entry != usize::MAX => format!("{id}, {}", apart(from, at)),
            _ => id,
        }
    }
}

/// Says how far one time is from another: `3 days earlier`, `20 seconds later`.
pub(super) fn apart(from: Timestamp, at: Timestamp) -> String {
    let seconds = (at.0.saturating_sub(from.0)) / 1_000_000_000;
    let word = if seconds < 0 { "later" } else { "earlier" };
    let n = seconds.unsigned_abs();
    match n {
        0 => "at the same time".to_owned(),
        1..60 => format!("{} {word}", counted(n as usize, "second")),
        60..3_600 => format!("{} {word}", counted(n as usize / 60, "minute")),
        3_600..86_400 => format!("{} {word}", counted(n as usize / 3_600, "hour")),
        _ => format!("{} {word}", counted(n as usize / 86_400, "day")),
    }
}

pub(super) fn counted(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}
