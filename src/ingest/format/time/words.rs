//! Times as people write them.

use super::iso::{time_of_day, zone};
use super::*;
use crate::domain::time::MONTHS;

/// Dates a person writes: `9/20/2023 4:05:03 AM`, `Nov 22, 2026, 2:03:11 PM UTC`, `22 Nov 2026 14:03`,
/// `Sun, 22 Nov 2026 14:03:11 GMT`, `22/Nov/2026:14:03:11 +0000`, `Sun Nov 22 14:03:11 UTC 2026`.
pub(super) fn in_words(text: &str, rules: &TimeRules) -> Option<(Timestamp, u8)> {
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

pub(super) fn date_in_words(date: &str, year_behind: Option<u32>, rules: &TimeRules) -> Option<i64> {
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
        } else if !is_weekday(word) && !word.eq_ignore_ascii_case("at") && word != "@" {
            return None;
        }
    }
    let [a, b, c] = numbers;
    // Between dots the day comes first wherever dates are written so.
    let day_first = rules.day_first.unwrap_or_else(|| dotted(date));
    match (count, month, year_behind) {
        (1, Some(month), Some(year)) => days(year, month, a),
        (1, Some(month), None) => last_before(rules.near?, month, a),
        (2, Some(month), None) if long_at == Some(0) => days(a, month, b),
        (2, Some(month), None) => days(full_year(b), month, a),
        (3, None, None) if long_at == Some(0) => days(a, b, c),
        (3, None, None) if a > 12 || (day_first && b <= 12) => days(full_year(c), b, a),
        (3, None, None) => days(full_year(c), a, b),
        _ => None,
    }
}

/// Whether a date is written with dots: `4.5.2026`.
fn dotted(date: &str) -> bool {
    date.bytes().filter(|&byte| byte == b'.').count() == 2 && !date.contains(['/', '-'])
}

/// Days since 1970 of the last such day of a year up to the day after an instant: clocks differ.
pub(super) fn last_before(near: Timestamp, month: u32, day: u32) -> Option<i64> {
    let today = near.0.div_euclid(86_400 * SECOND);
    // The year of the next day or the one after it is that of a day in its summer.
    let year = u32::try_from(1970 + (today + 1).div_euclid(366)).ok()?;
    let candidates = (year.saturating_sub(9)..=year + 2).rev();
    candidates.filter_map(|year| days(year, month, day)).find(|days| *days <= today + 1)
}

pub(super) fn ordinal(c: char) -> bool {
    matches!(c, 's' | 't' | 'n' | 'd' | 'r' | 'h')
}

pub(super) fn full_year(year: u32) -> u32 {
    if year < 100 { 2000 + year } else { year }
}

pub(super) fn month_of(word: &str) -> Option<u32> {
    let lower = word.to_ascii_lowercase();
    if lower.len() < 3 {
        return None;
    }
    MONTHS.iter().position(|month| month.starts_with(&lower)).map(|at| at as u32 + 1)
}

pub(super) fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let lower = word.to_ascii_lowercase();
    lower.len() >= 3 && DAYS.iter().any(|day| day.starts_with(&lower))
}
