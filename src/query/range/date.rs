//! Dates and times in digits: `2026`, `2026-01`, `2026-Q1`, `2026-01-05T10:30+02:00`, `10:30`, epochs.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

use crate::domain::Timestamp;
use crate::domain::time::SECOND;

use super::calendar::{self, Stretch};

pub(super) const OUTSIDE: &str = "this lies outside the years 1678 to 2261";

/// What digits can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Digits {
    /// Whole days of the zone.
    Days(Stretch),
    /// A time on the zone's clocks, and how long its last digit lasts, in nanoseconds.
    Clock(NaiveDateTime, i64),
    /// A time of day, of the latest day that has it.
    OfDay(NaiveTime, i64),
    /// An instant, and how long its last digit lasts.
    Instant(Timestamp, i64),
}

/// Reads digits; `None` where they are neither a date nor a time nor an epoch.
pub(super) fn parse_digits(text: &str) -> Result<Option<Digits>, String> {
    let plain = text.strip_prefix('@').unwrap_or(text);
    if !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit()) {
        return bare_number(plain, text.starts_with('@'));
    }
    if let Some((time, width)) = parse_clock(text) {
        return Ok(Some(Digits::OfDay(time, width)));
    }
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time.trim_start())),
        None => (text, None),
    };
    match time {
        None => Ok(parse_date(date)?.map(Digits::Days)),
        Some(time) => date_and_time(date, time),
    }
}

fn bare_number(digits: &str, epoch: bool) -> Result<Option<Digits>, String> {
    let number: i64 = digits.parse().map_err(|_| OUTSIDE.to_owned())?;
    let instant = |unit: i64| {
        let at = number.checked_mul(unit).ok_or_else(|| OUTSIDE.to_owned())?;
        Ok(Some(Digits::Instant(Timestamp(at), unit)))
    };
    match digits.len() {
        12..=14 => instant(SECOND / 1_000),
        15..=17 => instant(SECOND / 1_000_000),
        18..=19 => instant(1),
        9..=11 => instant(SECOND),
        _ if epoch => instant(SECOND),
        4 => Ok(Some(Digits::Days(year(digits)?))),
        8 => {
            let date = NaiveDate::parse_from_str(digits, "%Y%m%d").ok();
            date.and_then(calendar::one)
                .map(|day| Some(Digits::Days(day)))
                .ok_or_else(|| format!("no such day: {digits}"))
        }
        _ => Err(format!(
            "{digits} is no year and no epoch in seconds or milliseconds; a length has a unit, like {digits}d"
        )),
    }
}

fn year(digits: &str) -> Result<Stretch, String> {
    let year = digits.parse().ok().and_then(|year| calendar::months(year, 1, 12));
    year.ok_or_else(|| OUTSIDE.to_owned())
}

/// Reads `2026-01`, `2026-01-05`, `2026-Q1`, `2026Q1`.
fn parse_date(text: &str) -> Result<Option<Stretch>, String> {
    let fields: Vec<&str> = text.split('-').collect();
    let number = |field: &str, len: usize| {
        (field.len() == len && field.bytes().all(|b| b.is_ascii_digit()))
            .then(|| field.parse::<u32>().ok())?
    };
    let Some(year) = text.get(..4).and_then(|year| number(year, 4)) else { return Ok(None) };
    let year = year as i32;
    let quarter = text.get(4..).unwrap_or_default().trim_start_matches('-').strip_prefix(['Q', 'q']);
    if let Some(quarter) = quarter.and_then(|quarter| number(quarter, 1)) {
        let months = (1..=4).contains(&quarter).then(|| calendar::months(year, quarter * 3 - 2, 3));
        return months.flatten().map(Some).ok_or_else(|| format!("no such quarter: {text}"));
    }
    let found = match fields.as_slice() {
        [_, month] => number(month, 2).map(|month| calendar::months(year, month, 1)),
        [_, month, day] => number(month, 2)
            .zip(number(day, 2))
            .map(|(month, day)| NaiveDate::from_ymd_opt(year, month, day).and_then(calendar::one)),
        _ => None,
    };
    match found {
        None => Ok(None),
        Some(None) => Err(format!("no such {}: {text}", if fields.len() == 2 { "month" } else { "day" })),
        Some(stretch) => Ok(stretch),
    }
}

fn date_and_time(date: &str, time: &str) -> Result<Option<Digits>, String> {
    let Ok(date) = NaiveDate::parse_from_str(date, "%Y-%m-%d") else { return Ok(None) };
    let (clock, offset) = split_offset(time);
    let Some((clock, width)) = parse_clock(clock.trim_end()) else { return Ok(None) };
    let at = date.and_time(clock);
    let Some(offset) = offset else { return Ok(Some(Digits::Clock(at, width))) };
    let Some(offset) = parse_offset(offset) else { return Ok(None) };
    let utc = at.and_local_timezone(offset).single().and_then(|at| Timestamp::from_utc(at.to_utc()));
    utc.map(|at| Some(Digits::Instant(at, width))).ok_or_else(|| OUTSIDE.to_owned())
}

fn split_offset(time: &str) -> (&str, Option<&str>) {
    match time.find(['Z', 'z', '+', '-']) {
        Some(at) => {
            let (clock, offset) = time.split_at(at);
            (clock, Some(offset))
        }
        None => (time, None),
    }
}

/// Reads `Z`, `+02:00`, `-0530`, `+02`.
fn parse_offset(text: &str) -> Option<FixedOffset> {
    if text.eq_ignore_ascii_case("z") {
        return FixedOffset::east_opt(0);
    }
    let digits: String = text.chars().skip(1).filter(|c| *c != ':').collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) || !matches!(digits.len(), 2 | 4) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..).filter(|m| !m.is_empty()).map_or(Some(0), |m| m.parse().ok())?;
    let seconds = (hours <= 18 && minutes < 60).then_some(hours * 3600 + minutes * 60)?;
    FixedOffset::east_opt(if text.starts_with('-') { -seconds } else { seconds })
}

/// Reads `10:30`, `10:30:15`, `10:30:15.250`; returns also how long the last digit lasts.
fn parse_clock(text: &str) -> Option<(NaiveTime, i64)> {
    let (clock, fraction) = match text.split_once(['.', ',']) {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let mut fields = clock.split(':').map(|field| {
        let good = matches!(field.len(), 1 | 2) && field.bytes().all(|b| b.is_ascii_digit());
        good.then(|| field.parse::<u32>().ok())?
    });
    let (hour, minute) = (fields.next()??, fields.next()??);
    let second = fields.next();
    if fields.next().is_some() {
        return None;
    }
    let (Some(second), Some(fraction)) = (second, fraction) else {
        let time = NaiveTime::from_hms_opt(hour, minute, second.unwrap_or(Some(0))?)?;
        let width = if second.is_some() { SECOND } else { 60 * SECOND };
        return fraction.is_none().then_some((time, width));
    };
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let width = 10i64.pow(9 - fraction.len().min(9) as u32);
    Some((NaiveTime::from_hms_nano_opt(hour, minute, second?, digits.parse().ok()?)?, width))
}
