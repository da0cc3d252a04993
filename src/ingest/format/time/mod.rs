//! Reads times in every spelling that audit logs use. Pure; guesses no zone: where a text names none, the
//! caller's is used.

mod calendar;
mod iso;
mod words;

use std::borrow::Cow;

use chrono_tz::Tz;

use crate::domain::json::{Kind, Node};
use crate::domain::time::SECOND;
use crate::domain::{Moment, Str, Timestamp};

use calendar::{Zone, clock, days, place};
use iso::iso;
use words::in_words;

/// What a text alone does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TimeRules {
    /// Zone of times that name none; UTC where nothing is stated.
    pub zone: Option<Tz>,
    /// `4/5/2026` is the fourth of May; of April where nothing is stated.
    pub day_first: Option<bool>,
    /// Unit of a bare number; by its magnitude where nothing is stated.
    pub unit: Option<Unit>,
    /// A time without a year is the last such time before this; none where nothing is stated.
    pub near: Option<Timestamp>,
}

/// Unit of a time given as a number since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Seconds.
    Seconds,
    /// Thousandths.
    Millis,
    /// Millionths.
    Micros,
    /// Billionths.
    Nanos,
}

impl Unit {
    fn nanos(self) -> i64 {
        match self {
            Unit::Seconds => SECOND,
            Unit::Millis => 1_000_000,
            Unit::Micros => 1_000,
            Unit::Nanos => 1,
        }
    }

    fn digits(self) -> u8 {
        match self {
            Unit::Seconds => 0,
            Unit::Millis => 3,
            Unit::Micros => 6,
            Unit::Nanos => 9,
        }
    }

    /// Returns the unit by which a number of this size lies in our time.
    fn by_magnitude(whole: i64) -> Unit {
        match whole.unsigned_abs() {
            0..100_000_000_000 => Unit::Seconds,
            100_000_000_000..100_000_000_000_000 => Unit::Millis,
            100_000_000_000_000..100_000_000_000_000_000 => Unit::Micros,
            _ => Unit::Nanos,
        }
    }
}

/// Reads the time of a JSON value: a text, a number, or `{epochSecond, nano}`.
pub(crate) fn read<'a>(node: Node<'a>, rules: &TimeRules) -> Option<Moment<'a>> {
    match node.kind() {
        Kind::String => read_text(node.as_str()?, rules),
        Kind::Number => {
            let (at, digits) = read_number(node.raw(), rules)?;
            Some(Moment { at, digits, text: Cow::Borrowed(node.raw()) })
        }
        Kind::Object => read_object(node),
        _ => None,
    }
}

/// Reads the time of a text.
pub(crate) fn read_text<'a>(text: Str<'a>, rules: &TimeRules) -> Option<Moment<'a>> {
    let (at, digits) = parse(&text, rules)?;
    Some(Moment { at, digits, text })
}

/// Returns the instant of a text and the decimals of a second it gives.
pub(crate) fn parse(text: &str, rules: &TimeRules) -> Option<(Timestamp, u8)> {
    if let Some(found) = iso::plain(text.as_bytes()) {
        return Some(found);
    }
    let text = text.trim();
    let bytes = text.as_bytes();
    match bytes.first()? {
        b'0'..=b'9' | b'-' if is_number(bytes) => {
            compact(text, rules).or_else(|| read_number(text, rules)).or_else(|| in_words(text, rules))
        }
        b'0'..=b'9' => iso(text, rules).or_else(|| in_words(text, rules)),
        _ => in_words(text, rules),
    }
}

fn is_number(bytes: &[u8]) -> bool {
    let rest = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let mut dots = 0;
    for byte in rest {
        match byte {
            b'.' => dots += 1,
            b'0'..=b'9' => {}
            _ => return false,
        }
    }
    dots <= 1 && rest.first().is_some_and(u8::is_ascii_digit)
}

/// `{"epochSecond": 1, "nano": 2}` of Java, `{"seconds": 1, "nanos": 2}` of Protocol Buffers,
/// `{"$date": ..}` of MongoDB.
fn read_object(node: Node<'_>) -> Option<Moment<'_>> {
    if let Some(date) = node.get("$date") {
        return match date.get("$numberLong") {
            Some(long) => read(long, &TimeRules { unit: Some(Unit::Millis), ..TimeRules::default() }),
            None => read(date, &TimeRules { unit: Some(Unit::Millis), ..TimeRules::default() }),
        };
    }
    let number = |keys: [&str; 3]| keys.iter().find_map(|key| node.get(key)).and_then(|v| v.as_i64());
    let seconds = number(["epochSecond", "seconds", "_seconds"])?;
    let nano = number(["nano", "nanos", "_nanoseconds"]).unwrap_or(0);
    let at = seconds.checked_mul(SECOND)?.checked_add(nano)?;
    Some(Moment { at: Timestamp(at), digits: 9, text: Cow::Borrowed(node.raw()) })
}

/// Reads a number since 1970, with decimals: they are kept, not rounded.
fn read_number(text: &str, rules: &TimeRules) -> Option<(Timestamp, u8)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let Ok(number) = whole.parse::<i64>() else { return read_exponent(text, rules) };
    let unit = rules.unit.unwrap_or_else(|| Unit::by_magnitude(number));
    let base = number.checked_mul(unit.nanos())?;
    let (mut nanos, mut scale, mut digits) = (0i64, unit.nanos(), unit.digits());
    for byte in fraction.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        scale /= 10;
        nanos += i64::from(byte - b'0') * scale;
        digits = if scale > 0 { digits + 1 } else { digits };
    }
    let signed = if text.starts_with('-') { -nanos } else { nanos };
    Some((Timestamp(base.checked_add(signed)?), digits))
}

/// A spreadsheet's `1.7638E+12`.
fn read_exponent(text: &str, rules: &TimeRules) -> Option<(Timestamp, u8)> {
    let number: f64 = text.parse().ok().filter(|n: &f64| n.is_finite() && n.abs() < 9e18)?;
    let unit = rules.unit.unwrap_or_else(|| Unit::by_magnitude(number as i64));
    Some((Timestamp((number as i64).checked_mul(unit.nanos())?), unit.digits()))
}

/// `20261122`, `20261122140311`: digits alone, so a year must begin them.
fn compact(text: &str, rules: &TimeRules) -> Option<(Timestamp, u8)> {
    let bytes = text.as_bytes();
    if bytes.len() == 8 && (bytes.starts_with(b"20") || bytes.starts_with(b"19")) && rules.unit.is_none() {
        // As seconds it would be a day of the year 1970.
        let days = days(number(bytes.get(..4)?)?, number(bytes.get(4..6)?)?, number(bytes.get(6..)?)?)?;
        return place(days, 0, 0, 0, Zone::None, rules);
    }
    if bytes.len() != 14 || !(bytes.starts_with(b"20") || bytes.starts_with(b"19")) {
        return None;
    }
    let two = |at| number(bytes.get(at..at + 2)?);
    let (hour, minute, second) = (two(8)?, two(10)?, two(12)?);
    let days = days(number(bytes.get(..4)?)?, two(4)?, two(6)?)?;
    place(days, clock(hour, minute, second)?, 0, 0, Zone::None, rules)
}

fn number(bytes: &[u8]) -> Option<u32> {
    let mut value = 0u32;
    for byte in bytes {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?;
    }
    (!bytes.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests;
