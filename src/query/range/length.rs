//! Lengths of time: `7d`, `2h30m`, `1 year`.

use chrono::{Days, Months, NaiveDateTime, NaiveTime};

use crate::domain::time::SECOND;
use crate::domain::{Timestamp, Zone};

/// A length: calendar parts by the days of a zone, and an exact rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Length {
    months: u32,
    days: u64,
    exact: i64,
    /// Whether hours, minutes or seconds were typed, so that the time of day counts.
    clock: bool,
}

const TOO_LONG: &str = "this length leads outside the years 1678 to 2261";

impl Length {
    /// Reads numbers with units; `Ok(None)` where the text does not look like one.
    pub(super) fn parse(text: &str) -> Result<Option<Length>, String> {
        let mut length = Length::default();
        let mut rest = text.trim();
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return Ok(None);
        }
        while !rest.is_empty() {
            let (number, tail) = split_while(rest, |c| c.is_ascii_digit());
            let (unit, tail) = split_while(tail.trim_start(), char::is_alphabetic);
            if number.is_empty() || unit.is_empty() {
                return Ok(None);
            }
            let number = number.parse().map_err(|_| TOO_LONG.to_owned())?;
            if !length.add(number, unit)? {
                return Ok(None);
            }
            rest = tail.trim_start();
        }
        Ok(Some(length))
    }

    /// Adds a part; false for an unknown unit.
    fn add(&mut self, number: u32, unit: &str) -> Result<bool, String> {
        if unit == "M" {
            return Err("M could be minutes or months; write m or mo".to_owned());
        }
        let number = u64::from(number);
        let mut exact = |seconds: u64| {
            self.clock = true;
            let added = number.checked_mul(seconds).and_then(|s| i64::try_from(s).ok()?.checked_mul(SECOND));
            self.exact =
                added.and_then(|ns| ns.checked_add(self.exact)).ok_or_else(|| TOO_LONG.to_owned())?;
            Ok(true)
        };
        let (months, days) = match unit.to_ascii_lowercase().as_str() {
            "y" | "yr" | "yrs" | "year" | "years" => (number * 12, 0),
            "mo" | "mon" | "month" | "months" => (number, 0),
            "w" | "wk" | "week" | "weeks" => (0, number * 7),
            "d" | "day" | "days" => (0, number),
            "h" | "hr" | "hrs" | "hour" | "hours" => return exact(3600),
            "m" | "min" | "mins" | "minute" | "minutes" => return exact(60),
            "s" | "sec" | "secs" | "second" | "seconds" => return exact(1),
            _ => return Ok(false),
        };
        let months = u64::from(self.months) + months;
        self.months = u32::try_from(months).map_err(|_| TOO_LONG.to_owned())?;
        self.days += days;
        Ok(true)
    }

    /// Returns the instant so long before another: at midnight of that day where only days and longer count.
    pub(super) fn before(&self, now: Timestamp, zone: Zone) -> Option<Timestamp> {
        if self.months == 0 && self.days == 0 && self.clock {
            return now.0.checked_sub(self.exact).map(Timestamp);
        }
        let then = zone
            .local(now)
            .naive_local()
            .checked_sub_months(Months::new(self.months))?
            .checked_sub_days(Days::new(self.days))?;
        if !self.clock {
            return zone.start_of_day(then.date());
        }
        zone.instants(then)?.earliest.0.checked_sub(self.exact).map(Timestamp)
    }

    /// Returns the instant so long behind another.
    pub(super) fn after(&self, from: Timestamp, zone: Zone) -> Option<Timestamp> {
        let mut at = from;
        if self.months > 0 || self.days > 0 {
            let local = zone.local(from).naive_local();
            let then =
                local.checked_add_months(Months::new(self.months))?.checked_add_days(Days::new(self.days))?;
            at = whole_day(zone, from, local, then)?;
        }
        at.0.checked_add(self.exact).map(Timestamp)
    }
}

/// A day's start stays a day's start, also where the clocks skip midnight.
fn whole_day(zone: Zone, from: Timestamp, local: NaiveDateTime, then: NaiveDateTime) -> Option<Timestamp> {
    if zone.start_of_day(local.date()) == Some(from) || then.time() == NaiveTime::MIN {
        return zone.start_of_day(then.date());
    }
    zone.instants(then).map(|shown| shown.earliest)
}

fn split_while(text: &str, test: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !test(c)).unwrap_or(text.len()))
}
