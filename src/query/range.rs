//! Time ranges as people type them, resolved against a now and the display's zone.
//!
//! A piece of a range is a *stretch* (`yesterday`, `last week`, `2026-01`: it has a start and an end), an
//! *instant* (`2026-01-05T10:30`, an epoch) or a *length* that leans to the past (`7d`, `2h30m`: the instant
//! so long ago; whole days begin at midnight). `since:` and the left of `..` take the start of a piece;
//! `until:` and the right of `..` take the end of a stretch, and an instant or a length as it is. Alone, an
//! instant lasts as long as its last digit says, and a length lasts on.
//!
//! Weeks begin on Monday. A clock time that occurs twice is taken so that nothing is left out; one that the
//! clocks skip is the moment of the jump.

use std::ops::Range;

use crate::domain::{Style, TimeSpan, Timestamp, Zone};

use super::{TimeKey, TimeTerm};

mod calendar;
mod date;
mod length;
mod piece;

use length::Length;
use piece::{Piece, parse_piece};

pub(super) use piece::WORDS;

/// What a text is read against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseContext {
    /// The time it is.
    pub now: Timestamp,
    /// The zone whose days and clocks are meant.
    pub zone: Zone,
}

/// Why a text is no time range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeError {
    /// The bytes that are wrong.
    pub span: Range<usize>,
    /// What is wrong and what to write.
    pub message: String,
    /// The nearest valid word.
    pub suggestion: Option<String>,
}

impl std::fmt::Display for RangeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match &self.suggestion {
            Some(word) => write!(f, "; did you mean {word}?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for RangeError {}

/// Reads a range: a piece, `A..B`, `A..`, `..B`, `A..+2h`, or `..` for any time at all.
///
/// # Errors
/// A piece that cannot be read, lies outside the years 1678 to 2261, or a range that runs backwards.
pub fn parse_range(text: &str, context: &ParseContext) -> Result<TimeSpan, RangeError> {
    let Some((left, right)) = text.split_once("..") else {
        let piece = piece_at(text, text, context)?;
        return Ok(TimeSpan { from: Some(piece.start), until: piece.end });
    };
    let from = match left.trim() {
        "" => None,
        _ => Some(piece_at(text, left, context)?.start),
    };
    let until = match (right.trim(), from) {
        ("", _) => None,
        (typed, Some(from)) if typed.starts_with('+') => Some(behind(text, typed, from, context)?),
        _ => Some(piece_at(text, right, context)?.bound),
    };
    let span = TimeSpan { from, until };
    if span.is_empty() {
        let message =
            format!("the range ends before it begins, or when it does: {typed}", typed = text.trim());
        return Err(RangeError { span: 0..text.len(), message, suggestion: None });
    }
    Ok(span)
}

/// Reads what stands behind `since:`, `until:` or `time:`.
///
/// # Errors
/// As [`parse_range`]; and a range without the end that the key asks for.
pub fn parse_time_term(key: TimeKey, typed: &str, context: &ParseContext) -> Result<TimeTerm, RangeError> {
    let ends = typed.contains("..") || key == TimeKey::Time;
    let span = if ends {
        parse_range(typed, context)?
    } else {
        let piece = piece_at(typed, typed, context)?;
        TimeSpan { from: Some(piece.start), until: Some(piece.bound) }
    };
    let missing = |what: &str| RangeError {
        span: 0..typed.len(),
        message: format!("this range has no {what}"),
        suggestion: None,
    };
    let span = match key {
        TimeKey::Time => span,
        TimeKey::Since => TimeSpan { from: Some(span.from.ok_or_else(|| missing("start"))?), until: None },
        TimeKey::Until => TimeSpan { from: None, until: Some(span.until.ok_or_else(|| missing("end"))?) },
    };
    Ok(TimeTerm { key, typed: typed.trim().to_owned(), span })
}

/// Returns the instant a length behind another.
fn behind(text: &str, typed: &str, from: Timestamp, context: &ParseContext) -> Result<Timestamp, RangeError> {
    let span = within(text, typed);
    let bad =
        |message: &str| RangeError { span: span.clone(), message: message.to_owned(), suggestion: None };
    let digits = typed.strip_prefix('+').unwrap_or(typed);
    let length = Length::parse(digits)
        .map_err(|message| bad(&message))?
        .ok_or_else(|| bad("after '+' comes a length like 2h, 90m or 3d"))?;
    length.after(from, context.zone).ok_or_else(|| bad(date::OUTSIDE))
}

fn piece_at(whole: &str, part: &str, context: &ParseContext) -> Result<Piece, RangeError> {
    let typed = part.trim();
    parse_piece(typed, context).map_err(|problem| RangeError {
        span: within(whole, typed),
        message: problem.message,
        suggestion: problem.suggestion,
    })
}

/// Returns where a part stands in the text it was cut from.
fn within(whole: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize).min(whole.len());
    start..(start + part.len()).min(whole.len())
}

impl TimeTerm {
    /// Returns the term of a span, typed in absolute times of UTC, so that it means the same at any time and
    /// in any zone.
    pub fn absolute(span: TimeSpan) -> TimeTerm {
        let (key, typed) = match (span.from, span.until) {
            (Some(from), None) => (TimeKey::Since, exact(from)),
            (None, Some(until)) => (TimeKey::Until, exact(until)),
            (Some(from), Some(until)) => (TimeKey::Time, format!("{}..{}", exact(from), exact(until))),
            (None, None) => (TimeKey::Time, "..".to_owned()),
        };
        TimeTerm { key, typed, span }
    }
}

/// Writes an instant with the decimals it needs.
fn exact(at: Timestamp) -> String {
    at.rfc3339(decimals(at))
}

fn decimals(at: Timestamp) -> u8 {
    match at.0 {
        ns if ns % 1_000_000_000 == 0 => 0,
        ns if ns % 1_000_000 == 0 => 3,
        ns if ns % 1_000 == 0 => 6,
        _ => 9,
    }
}

/// Writes what a range came to, in absolute times of a zone: `2026-11-15 00:00 .. now UTC`.
pub fn describe(span: &TimeSpan, zone: Zone) -> String {
    let show = |at: Timestamp| match decimals(at) {
        0 if at.0 % 60_000_000_000 == 0 => zone.format(at, Style::Minutes),
        // What is finer than milliseconds comes from the clock of `1h`.
        digits => zone.format(at, Style::Digits(digits.min(3))),
    };
    let from = span.from.map_or_else(|| "the beginning".to_owned(), show);
    let until = span.until.map_or_else(|| "now".to_owned(), show);
    let label = zone.label(span.until.or(span.from).unwrap_or(Timestamp(0)));
    format!("{from} .. {until} {label}")
}

#[cfg(test)]
mod tests;
