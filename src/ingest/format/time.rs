//! Reads times in every spelling that audit logs use. Pure; guesses no zone: where a text names none, the
//! caller's is used.

use std::borrow::Cow;

use chrono::{Offset as _, TimeZone as _};
use chrono_tz::Tz;

use crate::domain::json::{Kind, Node};
use crate::domain::time::SECOND;
use crate::domain::{Moment, Str, Timestamp};

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

/// `20261122T140311Z`, `20261122140311`: digits alone, so a year must begin them.
fn compact(text: &str, rules: &TimeRules) -> Option<(Timestamp, u8)> {
    let bytes = text.as_bytes();
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

/// Days since 1970-01-01 of a date of the Gregorian calendar.
fn days(year: u32, month: u32, day: u32) -> Option<i64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return None,
    };
    if !(1600..=9999).contains(&year) || !(1..=last).contains(&day) {
        return None;
    }
    // Years that begin in March put the leap day last; 400 years have 146,097 days.
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year / 400;
    let of_era = year - era * 400;
    let month = i64::from((month + 9) % 12);
    let of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Seconds of a day; a leap second counts as the last of its minute.
fn clock(hour: u32, minute: u32, second: u32) -> Option<i64> {
    (hour < 24 && minute < 60 && second <= 60).then(|| i64::from(hour * 3600 + minute * 60 + second.min(59)))
}

/// The zone a text states.
#[derive(Clone, Copy)]
enum Zone {
    None,
    /// Seconds east of UTC.
    Offset(i64),
}

fn place(
    days: i64,
    clock: i64,
    nanos: i64,
    digits: u8,
    zone: Zone,
    rules: &TimeRules,
) -> Option<(Timestamp, u8)> {
    let local = days.checked_mul(86_400)?.checked_add(clock)?;
    let offset = match (zone, rules.zone) {
        (Zone::Offset(offset), _) => offset,
        (Zone::None, None) => 0,
        (Zone::None, Some(tz)) => offset_of(tz, local),
    };
    let at = (local - offset).checked_mul(SECOND)?.checked_add(nanos)?;
    Some((Timestamp(at), digits))
}

/// Seconds east of UTC of a local time. Of a time that occurs twice the first is meant; one that a change
/// of clocks skips takes the offset before it.
fn offset_of(tz: Tz, local: i64) -> i64 {
    let Some(naive) = chrono::DateTime::from_timestamp(local, 0).map(|t| t.naive_utc()) else { return 0 };
    let earlier = naive - chrono::TimeDelta::hours(3);
    let found = tz.offset_from_local_datetime(&naive).earliest();
    let found = found.or_else(|| tz.offset_from_local_datetime(&earlier).earliest());
    found.map_or(0, |offset| i64::from(offset.fix().local_minus_utc()))
}

/// `2026-11-22T14:03:11.123456789Z` and its relatives: a space or an underscore for the `T`, no seconds,
/// no zone, a comma before the decimals, `+0100`, ` UTC`; the date alone; slashes instead of hyphens.
fn iso(text: &str, rules: &TimeRules) -> Option<(Timestamp, u8)> {
    let bytes = text.as_bytes();
    let dash = *bytes.get(4)?;
    if !matches!(dash, b'-' | b'/' | b'.') {
        return basic(text, rules);
    }
    if *bytes.get(7)? != dash {
        return None;
    }
    let days = days(number(&bytes[..4])?, number(&bytes[5..7])?, number(bytes.get(8..10)?)?)?;
    let Some(&gap) = bytes.get(10) else {
        return place(days, 0, 0, 0, Zone::None, rules);
    };
    if !matches!(gap, b'T' | b't' | b' ' | b'_' | b',') {
        return None;
    }
    let rest = text.get(11..)?.trim_start();
    let (clock, nanos, digits, rest) = time_of_day(rest)?;
    place(days, clock, nanos, digits, zone(rest)?, rules)
}

/// `20261122T140311Z`
fn basic(text: &str, rules: &TimeRules) -> Option<(Timestamp, u8)> {
    let bytes = text.as_bytes();
    if !matches!(bytes.get(8), Some(b'T' | b't' | b' ')) {
        return None;
    }
    let days = days(number(&bytes[..4])?, number(&bytes[4..6])?, number(&bytes[6..8])?)?;
    let rest = text.get(9..)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let part = |at: usize| number(rest.as_bytes().get(at..at + 2)?);
    let clock = match digits {
        6 => clock(part(0)?, part(2)?, part(4)?)?,
        4 => clock(part(0)?, part(2)?, 0)?,
        _ => return None,
    };
    let (nanos, decimals, rest) = decimals(rest.get(digits..)?);
    place(days, clock, nanos, decimals, zone(rest)?, rules)
}

/// Reads `14:03`, `14:03:11.5`, `2:03:11 PM`; returns seconds, nanoseconds, decimals and what follows.
fn time_of_day(text: &str) -> Option<(i64, i64, u8, &str)> {
    let (hour, rest) = leading(text)?;
    let (minute, rest) = leading(rest.strip_prefix(':')?)?;
    let (second, rest) = match rest.strip_prefix(':') {
        Some(rest) => leading(rest)?,
        None => (0, rest),
    };
    let (nanos, digits, rest) = decimals(rest);
    let (hour, rest) = match half_of_day(rest) {
        Some((pm, rest)) if (1..=12).contains(&hour) => (hour % 12 + if pm { 12 } else { 0 }, rest),
        Some((_, rest)) => (hour, rest),
        None => (hour, rest),
    };
    Some((clock(hour, minute, second)?, nanos, digits, rest))
}

fn leading(text: &str) -> Option<(u32, &str)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let value = if len <= 2 { number(text.as_bytes().get(..len)?)? } else { return None };
    Some((value, text.get(len..)?))
}

/// Reads `.123456789`, at most nine digits counted.
fn decimals(text: &str) -> (i64, u8, &str) {
    let Some(rest) = text.strip_prefix(['.', ',']) else { return (0, 0, text) };
    let len = rest.bytes().take_while(u8::is_ascii_digit).count();
    if len == 0 {
        return (0, 0, text);
    }
    let (mut nanos, mut scale) = (0i64, SECOND);
    for byte in rest.bytes().take(len.min(9)) {
        scale /= 10;
        nanos += i64::from(byte - b'0') * scale;
    }
    (nanos, len.min(9) as u8, rest.get(len..).unwrap_or_default())
}

/// `AM`, `pm`, `a.m.`, also behind the narrow space that newer locales put there.
fn half_of_day(text: &str) -> Option<(bool, &str)> {
    let rest = text.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    for (word, pm) in [("am", false), ("pm", true), ("a.m.", false), ("p.m.", true)] {
        let Some(head) = rest.get(..word.len()) else { continue };
        if head.eq_ignore_ascii_case(word) {
            return Some((pm, rest.get(word.len()..)?));
        }
    }
    None
}

/// Reads what stands behind the time of day.
fn zone(text: &str) -> Option<Zone> {
    let text = text.trim_matches([' ', '(', ')', '\u{a0}']);
    match text.as_bytes() {
        [] => Some(Zone::None),
        [b'Z' | b'z'] => Some(Zone::Offset(0)),
        [b'+' | b'-', ..] => offset(text).map(Zone::Offset),
        _ => named_zone(text).map(Zone::Offset),
    }
}

/// `+01:00`, `-0700`, `+05`, `+0530 IST`, `+00:00 UTC`
fn offset(text: &str) -> Option<i64> {
    let text = text.split([' ', '[', '(']).next()?;
    let (sign, rest) = text.split_at_checked(1)?;
    let digits: Vec<u8> = rest.bytes().filter(|&b| b != b':').collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (number(&digits)?, 0),
        3 => (number(&digits[..1])?, number(&digits[1..])?),
        4 => (number(&digits[..2])?, number(&digits[2..])?),
        6 => (number(&digits[..2])?, number(&digits[2..4])?),
        _ => return None,
    };
    if hours > 18 || minutes > 59 {
        return None;
    }
    let seconds = i64::from(hours * 3600 + minutes * 60);
    Some(if sign == "-" { -seconds } else { seconds })
}

/// Abbreviations that mean one offset where audit logs use them.
fn named_zone(text: &str) -> Option<i64> {
    let upper = text.to_ascii_uppercase();
    if let Some(rest) = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT")) {
        return if rest.trim().is_empty() { Some(0) } else { offset(rest.trim()) };
    }
    let hours = match upper.as_str() {
        "WET" => 0,
        "CET" | "WEST" | "BST" | "MEZ" => 1,
        "CEST" | "EET" | "MESZ" => 2,
        "EEST" | "MSK" => 3,
        "JST" | "KST" => 9,
        "AEST" => 10,
        "AEDT" => 11,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" | "AKDT" => -8,
        "AKST" => -9,
        "HST" => -10,
        "COORDINATED UNIVERSAL TIME" => 0,
        "PACIFIC DAYLIGHT TIME" => -7,
        "PACIFIC STANDARD TIME" => -8,
        _ => return None,
    };
    Some(hours * 3600)
}

/// Dates a person writes: `9/20/2023 4:05:03 AM`, `Nov 22, 2026, 2:03:11 PM UTC`, `22 Nov 2026 14:03`,
/// `Sun, 22 Nov 2026 14:03:11 GMT`, `22/Nov/2026:14:03:11 +0000`, `Sun Nov 22 14:03:11 UTC 2026`.
fn in_words(text: &str, rules: &TimeRules) -> Option<(Timestamp, u8)> {
    let clock_at = text.find(':').map(|colon| {
        let head = text.as_bytes().get(..colon).unwrap_or_default();
        colon - head.iter().rev().take_while(|b| b.is_ascii_digit()).count()
    });
    // In `22/Nov/2026:14:03:11` the first colon stands before the hour.
    let (date, time) = match text.split_once(':') {
        Some((date, time)) if date.matches('/').count() == 2 && !date.contains(' ') => (date, Some(time)),
        _ => match clock_at {
            Some(at) => (text.get(..at)?, text.get(at..)),
            None => (text, None),
        },
    };
    let (clock, nanos, digits, mut rest) = match time {
        Some(time) => time_of_day(time)?,
        None => (0, 0, 0, ""),
    };
    // The form of C's asctime has its year last.
    let mut year_behind = None;
    if let Some((head, year)) = rest.trim_end().rsplit_once(' ').or(Some(("", rest.trim())))
        && year.len() == 4
        && let Some(year) = number(year.as_bytes())
    {
        year_behind = Some(year);
        rest = head;
    }
    let near = rules.near.filter(|_| time.is_some());
    let days = date_in_words(date, year_behind, &TimeRules { near, ..*rules })?;
    place(days, clock, nanos, digits, zone(rest)?, rules)
}

fn date_in_words(date: &str, year_behind: Option<u32>, rules: &TimeRules) -> Option<i64> {
    let mut numbers = [0u32; 3];
    let (mut count, mut month, mut long_at) = (0, None, None);
    let words = date.split([' ', ',', '/', '-', '.', '\u{a0}', '\u{202f}']);
    for word in words.filter(|word| !word.is_empty()) {
        if let Some(found) = month_of(word) {
            month = Some(found);
        } else if let Some(value) = number(word.trim_end_matches(ordinal).as_bytes()) {
            if count == 3 {
                return None;
            }
            long_at = if word.len() == 4 { Some(count) } else { long_at };
            numbers[count] = value;
            count += 1;
        } else if !is_weekday(word) && !word.eq_ignore_ascii_case("at") {
            return None;
        }
    }
    let [a, b, c] = numbers;
    match (count, month, year_behind) {
        (1, Some(month), Some(year)) => days(year, month, a),
        (1, Some(month), None) => last_before(rules.near?, month, a),
        (2, Some(month), None) if long_at == Some(0) => days(a, month, b),
        (2, Some(month), None) => days(full_year(b), month, a),
        (3, None, None) if long_at == Some(0) => days(a, b, c),
        (3, None, None) if a > 12 || (rules.day_first == Some(true) && b <= 12) => days(full_year(c), b, a),
        (3, None, None) => days(full_year(c), a, b),
        _ => None,
    }
}

/// Days since 1970 of the last such day of a year up to the day after an instant: clocks differ.
fn last_before(near: Timestamp, month: u32, day: u32) -> Option<i64> {
    let today = near.0.div_euclid(86_400 * SECOND);
    // The year of the next day or the one after it is that of a day in its summer.
    let year = u32::try_from(1970 + (today + 1).div_euclid(366)).ok()?;
    let candidates = (year.saturating_sub(9)..=year + 2).rev();
    candidates.filter_map(|year| days(year, month, day)).find(|days| *days <= today + 1)
}

fn ordinal(c: char) -> bool {
    matches!(c, 's' | 't' | 'n' | 'd' | 'r' | 'h')
}

fn full_year(year: u32) -> u32 {
    if year < 100 { 2000 + year } else { year }
}

fn month_of(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
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
    let lower = word.to_ascii_lowercase();
    if lower.len() < 3 {
        return None;
    }
    MONTHS.iter().position(|month| month.starts_with(&lower)).map(|at| at as u32 + 1)
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let lower = word.to_ascii_lowercase();
    lower.len() >= 3 && DAYS.iter().any(|day| day.starts_with(&lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        check_with(text, &TimeRules::default(), expect);
    }

    fn check_with(text: &str, rules: &TimeRules, expect: &str) {
        let read = parse(text, rules).map(|(at, digits)| at.rfc3339(digits));
        assert_eq!(read.as_deref().unwrap_or("none"), expect, "of {text:?}");
    }

    #[test]
    fn reads_iso_in_its_spellings() {
        check("2026-11-22T14:03:11Z", "2026-11-22T14:03:11Z");
        check("2026-11-22T14:03:11.123Z", "2026-11-22T14:03:11.123Z");
        check("2026-11-22T14:03:11.123456789+02:00", "2026-11-22T12:03:11.123456789Z");
        check("2026-01-24T06:54:24.0000000Z ", "2026-01-24T06:54:24.0000000Z");
        check("2026-11-22 14:03:11", "2026-11-22T14:03:11Z");
        check("2026-11-22 14:03:11 UTC", "2026-11-22T14:03:11Z");
        check("2026-11-22 14:03:11 +0000", "2026-11-22T14:03:11Z");
        check("2026-11-22T14:03:11.000+0000", "2026-11-22T14:03:11.000Z");
        check("2026-11-22T14:03:11-0730", "2026-11-22T21:33:11Z");
        check("2026-11-22T14:03Z", "2026-11-22T14:03:00Z");
        check("2026-11-22", "2026-11-22T00:00:00Z");
        check("2026/11/22 14:03:11", "2026-11-22T14:03:11Z");
        check("20261122T140311Z", "2026-11-22T14:03:11Z");
        check("20261122140311", "2026-11-22T14:03:11Z");
        check("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z");
        check("2023-02-29T00:00:00Z", "none");
        check("2026-11-22T25:00:00Z", "none");
        check("2026-11-22T23:59:60Z", "2026-11-22T23:59:59Z");
        check("9999-12-31T23:59:59Z", "none");
        check("", "none");
        check("yesterday", "none");
        check("10.0.0.1", "none");
    }

    #[test]
    fn reads_numbers_by_magnitude() {
        check("1763820191", "2025-11-22T14:03:11Z");
        check("1763820191123", "2025-11-22T14:03:11.123Z");
        check("1763820191123456", "2025-11-22T14:03:11.123456Z");
        check("1763820191123456789", "2025-11-22T14:03:11.123456789Z");
        check("1763820191.5", "2025-11-22T14:03:11.5Z");
        check("99999999999999999999999", "none");
    }

    #[test]
    fn reads_dates_of_people() {
        check("9/20/2023 4:05:03 AM", "2023-09-20T04:05:03Z");
        check("9/10/2026, 4:21:14 AM PDT", "2026-09-10T11:21:14Z");
        check("9/10/2026, 12:21:14\u{202f}AM PDT", "2026-09-10T07:21:14Z");
        check("12/31/23 12:00", "2023-12-31T12:00:00Z");
        check("31/12/2023 12:00", "2023-12-31T12:00:00Z");
        check("Nov 22, 2026, 2:03:11 PM UTC", "2026-11-22T14:03:11Z");
        check("22 Nov 2026 14:03", "2026-11-22T14:03:00Z");
        check("Sun, 22 Nov 2026 14:03:11 GMT", "2026-11-22T14:03:11Z");
        check("22/Nov/2026:14:03:11 +0100", "2026-11-22T13:03:11Z");
        check("Sun Nov 22 14:03:11 UTC 2026", "2026-11-22T14:03:11Z");
        check("Sun Nov 22 14:03:11 2026", "2026-11-22T14:03:11Z");
        check("November 22nd 2026 at 2:03 pm", "2026-11-22T14:03:00Z");
        let rules = TimeRules { day_first: Some(true), ..TimeRules::default() };
        check_with("4/5/2026 10:00", &rules, "2026-05-04T10:00:00Z");
    }

    #[test]
    fn times_without_a_year_are_the_last_ones() {
        check("Nov 22 14:03:11", "none");
        let near = |text| TimeRules {
            near: Some(parse(text, &TimeRules::default()).unwrap().0),
            ..Default::default()
        };
        check_with("Nov 22 14:03:11", &near("2026-11-22T20:00:00Z"), "2026-11-22T14:03:11Z");
        check_with("Nov 23 14:03:11", &near("2026-11-22T20:00:00Z"), "2026-11-23T14:03:11Z");
        check_with("Nov 24 14:03:11.5", &near("2026-11-22T20:00:00Z"), "2025-11-24T14:03:11.5Z");
        check_with("Dec 31 23:59:59", &near("2027-01-01T00:10:00Z"), "2026-12-31T23:59:59Z");
        check_with("Jan  1 00:00:01", &near("2026-12-31T23:59:59Z"), "2027-01-01T00:00:01Z");
        check_with("Feb 29 01:00:00", &near("2026-12-31T23:59:59Z"), "2024-02-29T01:00:00Z");
        // A day alone is no time.
        check_with("May 5", &near("2026-12-31T23:59:59Z"), "none");
    }

    #[test]
    fn times_without_a_zone_take_the_one_given() {
        let rules = TimeRules { zone: Some(chrono_tz::Europe::Berlin), ..TimeRules::default() };
        check_with("2026-07-01 12:00:00", &rules, "2026-07-01T10:00:00Z");
        check_with("2026-01-01T12:00:00", &rules, "2026-01-01T11:00:00Z");
        check_with("2026-07-01T12:00:00Z", &rules, "2026-07-01T12:00:00Z");
        // Twice at the end of summer time: the first. Skipped at its beginning: the offset before.
        check_with("2026-10-25 02:30:00", &rules, "2026-10-25T00:30:00Z");
        check_with("2026-03-29 02:30:00", &rules, "2026-03-29T01:30:00Z");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = parse(&text, &TimeRules::default());
        }

        #[test]
        fn agrees_with_the_calendar(seconds in -9_000_000_000i64..9_000_000_000) {
            let at = Timestamp(seconds * SECOND);
            proptest::prop_assert_eq!(parse(&at.rfc3339(0), &TimeRules::default()), Some((at, 0)));
        }
    }
}
