//! Instants as nanoseconds, with the precision and the text they came with.

use std::borrow::Cow;

use chrono::{DateTime, Datelike as _, NaiveDateTime, Timelike as _, Utc};

use super::Str;

/// Nanoseconds since 1970-01-01T00:00:00Z; reaches from 1677 to 2262.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

/// The months by their English names, in small letters.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Nanoseconds of a second.
pub const SECOND: i64 = 1_000_000_000;

impl Timestamp {
    /// Returns the calendar date and time in UTC.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(self.0)
    }

    /// Returns the instant of a date and time; `None` outside 1677 to 2262.
    pub fn from_utc(time: DateTime<Utc>) -> Option<Timestamp> {
        time.timestamp_nanos_opt().map(Timestamp)
    }

    /// Returns RFC 3339 in UTC with `digits` decimals of a second (0 to 9).
    pub fn rfc3339(self, digits: u8) -> String {
        let mut text = clock_text(&self.to_utc().naive_utc(), 'T', digits);
        text.push('Z');
        text
    }
}

/// Returns a date and time of the years 1677 to 2262 with so many decimals of a second (0 to 9). One of these is
/// in every row of an export, so it is written digit by digit.
pub(crate) fn clock_text(time: &NaiveDateTime, between: char, digits: u8) -> String {
    fn push(text: &mut String, number: u32, width: u32) {
        for place in (0..width).rev() {
            text.push(char::from(b'0' + (number / 10u32.pow(place) % 10) as u8));
        }
    }
    let mut text = String::with_capacity(36);
    push(&mut text, time.year().unsigned_abs(), 4);
    let two = [('-', time.month()), ('-', time.day()), (between, time.hour()), (':', time.minute())];
    for (before, number) in two.into_iter().chain([(':', time.second())]) {
        text.push(before);
        push(&mut text, number, 2);
    }
    let digits = u32::from(digits.min(9));
    if digits > 0 {
        text.push('.');
        push(&mut text, time.nanosecond() % 1_000_000_000 / 10u32.pow(9 - digits), digits);
    }
    text
}

/// When something happened, as the record says it.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment<'a> {
    /// The instant.
    pub at: Timestamp,
    /// Decimals of a second the source gave, 0 to 9.
    pub digits: u8,
    /// The source's own text.
    pub text: Str<'a>,
}

impl Moment<'_> {
    /// Returns a copy that borrows nothing.
    pub fn into_owned(self) -> Moment<'static> {
        Moment { at: self.at, digits: self.digits, text: Cow::Owned(self.text.into_owned()) }
    }

    /// Returns RFC 3339 in UTC, as precise as the source.
    pub fn rfc3339(&self) -> String {
        self.at.rfc3339(self.digits)
    }

    /// Whether the source's text is a clock of no stated zone. A count of seconds and a day alone are none.
    pub fn names_no_zone(&self) -> bool {
        let Some((_, clock)) = self.text.trim().split_once(':') else { return false };
        let plain = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',' | ' ' | '\u{202f}');
        let behind = clock.trim_start_matches(plain);
        matches!(behind.to_ascii_lowercase().as_str(), "" | "am" | "pm" | "a.m." | "p.m.")
    }
}

/// A half-open interval: `from` is in it, `until` is not. An end that is `None` is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TimeSpan {
    /// First instant inside.
    pub from: Option<Timestamp>,
    /// First instant behind.
    pub until: Option<Timestamp>,
}

impl TimeSpan {
    /// Whether an instant lies inside.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// Whether no instant lies inside.
    pub fn is_empty(&self) -> bool {
        self.from.zip(self.until).is_some_and(|(from, until)| until <= from)
    }

    /// Returns the part that both spans hold; may be empty.
    pub fn and(&self, other: &TimeSpan) -> TimeSpan {
        TimeSpan {
            from: self.from.max(other.from),
            until: match (self.until, other.until) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_precise_as_asked() {
        let at = Timestamp(1_763_820_191_123_456_789);
        assert_eq!(at.rfc3339(0), "2025-11-22T14:03:11Z");
        assert_eq!(at.rfc3339(3), "2025-11-22T14:03:11.123Z");
        assert_eq!(at.rfc3339(9), "2025-11-22T14:03:11.123456789Z");
        assert_eq!(Timestamp(-1).rfc3339(9), "1969-12-31T23:59:59.999999999Z");
    }

    #[test]
    fn spans_are_half_open() {
        let span = TimeSpan { from: Some(Timestamp(1)), until: Some(Timestamp(3)) };
        let inside: Vec<_> = (0..5).filter(|&n| span.contains(Timestamp(n))).collect();
        assert_eq!(inside, [1, 2]);
        let open = TimeSpan { from: None, until: Some(Timestamp(2)) };
        assert_eq!(span.and(&open), TimeSpan { from: Some(Timestamp(1)), until: Some(Timestamp(2)) });
    }
}
