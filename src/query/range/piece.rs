//! One piece of a range: words, digits or a length.

use crate::domain::Timestamp;
use crate::domain::time::MONTHS;

use super::ParseContext;
use super::calendar::{self, Stretch, Unit};
use super::date::{Digits, OUTSIDE, parse_digits};
use super::length::Length;
use crate::query::nearest::nearest;

/// What a piece came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where it starts.
    pub(super) start: Timestamp,
    /// Where a range that ends with it ends.
    pub(super) bound: Timestamp,
    /// Where it ends if it stands alone; `None` where it lasts on.
    pub(super) end: Option<Timestamp>,
}

pub(super) struct Problem {
    pub(super) message: String,
    pub(super) suggestion: Option<String>,
}

impl From<String> for Problem {
    fn from(message: String) -> Problem {
        Problem { message, suggestion: None }
    }
}

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The words that name a stretch, as completions offer them.
pub(in crate::query) const WORDS: &[&str] = &[
    "today",
    "yesterday",
    "this week",
    "last week",
    "this month",
    "last month",
    "this quarter",
    "last quarter",
    "this year",
    "last year",
    "now",
];

/// Reads one piece without white space around it.
pub(super) fn parse_piece(text: &str, context: &ParseContext) -> Result<Piece, Problem> {
    let words = text.to_lowercase().replace(['_', '-'], " ");
    let words: Vec<&str> = words.split_whitespace().collect();
    if let Some(stretch) = stretch_of(&words, context) {
        return Ok(stretch_piece(stretch.ok_or_else(|| OUTSIDE.to_owned())?, context)?);
    }
    if words == ["now"] {
        return Ok(Piece { start: context.now, bound: context.now, end: None });
    }
    if let Some(length) = Length::parse(length_text(text))? {
        let start = length.before(context.now, context.zone).ok_or_else(|| OUTSIDE.to_owned())?;
        return Ok(Piece { start, bound: start, end: None });
    }
    if let Some(digits) = parse_digits(text)? {
        return Ok(digits_piece(digits, context).ok_or_else(|| OUTSIDE.to_owned())?);
    }
    Err(unknown(text, &words.join(" ")))
}

/// Takes `last 7 days` and `7 days ago` for `7 days`.
fn length_text(text: &str) -> &str {
    let strip = |text: &str, prefix: &str| {
        let head = text.get(..prefix.len())?;
        head.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..))?.map(str::len)
    };
    let rest = strip(text, "last ")
        .or_else(|| strip(text, "past "))
        .map_or(text, |len| text.get(text.len() - len..).unwrap_or(text));
    rest.strip_suffix("ago").map_or(rest, str::trim_end)
}

fn unknown(text: &str, words: &str) -> Problem {
    if text.is_empty() {
        return "a time is missing; write 7d, 2h30m, yesterday, last week, 2026-01-05 or A..B"
            .to_owned()
            .into();
    }
    let known = WORDS.iter().chain(&WEEKDAYS).chain(&MONTHS).copied();
    let suggestion = nearest(words, known).map(str::to_owned);
    let examples = "write 7d, 2h30m, yesterday, last week, monday, 2026-01-05, 2026-01-05T10:30 or A..B";
    Problem { message: format!("'{text}' is no time; {examples}"), suggestion }
}

/// Returns the stretch that words name; the inner `None` where it passes the ends of the calendar.
fn stretch_of(words: &[&str], context: &ParseContext) -> Option<Option<Stretch>> {
    let today = context.zone.day(context.now);
    let named = |names: &[&str], word: &str| {
        let short = |name: &str| name == word || (word.len() == 3 && name.starts_with(word));
        names.iter().position(|name| short(name)).map(|at| at as u32)
    };
    match words {
        ["today"] => Some(calendar::one(today)),
        ["yesterday"] => Some(today.pred_opt().and_then(calendar::one)),
        ["this", unit] => unit_of(unit).map(|unit| calendar::around(today, unit)),
        ["last" | "previous", unit] if unit_of(unit).is_some() => {
            unit_of(unit).map(|unit| calendar::before(today, unit))
        }
        ["last" | "previous", day] => named(&WEEKDAYS, day).map(|weekday| {
            today.pred_opt().and_then(|day| calendar::latest_weekday(day, weekday)).and_then(calendar::one)
        }),
        [word] => named(&WEEKDAYS, word)
            .map(|weekday| calendar::latest_weekday(today, weekday).and_then(calendar::one))
            .or_else(|| named(&MONTHS, word).map(|month| calendar::latest_month(today, month + 1))),
        _ => None,
    }
}

fn unit_of(word: &str) -> Option<Unit> {
    match word {
        "week" => Some(Unit::Week),
        "month" => Some(Unit::Month),
        "quarter" => Some(Unit::Quarter),
        "year" => Some(Unit::Year),
        _ => None,
    }
}

fn stretch_piece((first, behind): Stretch, context: &ParseContext) -> Result<Piece, String> {
    let start = context.zone.start_of_day(first).ok_or_else(|| OUTSIDE.to_owned())?;
    let end = context.zone.start_of_day(behind).ok_or_else(|| OUTSIDE.to_owned())?;
    Ok(Piece { start, bound: end, end: Some(end) })
}

fn digits_piece(digits: Digits, context: &ParseContext) -> Option<Piece> {
    let zone = context.zone;
    match digits {
        Digits::Days(stretch) => stretch_piece(stretch, context).ok(),
        Digits::Clock(at, width) => {
            let shown = zone.instants(at)?;
            Some(Piece { start: shown.earliest, bound: shown.latest, end: end_of(shown.latest, width) })
        }
        Digits::OfDay(clock, width) => {
            let today = zone.day(context.now);
            let mut shown = zone.instants(today.and_time(clock))?;
            if shown.earliest > context.now {
                shown = zone.instants(today.pred_opt()?.and_time(clock))?;
            }
            Some(Piece { start: shown.earliest, bound: shown.latest, end: end_of(shown.latest, width) })
        }
        Digits::Instant(at, width) => Some(Piece { start: at, bound: at, end: end_of(at, width) }),
    }
}

fn end_of(at: Timestamp, width: i64) -> Option<Timestamp> {
    Some(Timestamp(at.0.saturating_add(width)))
}
