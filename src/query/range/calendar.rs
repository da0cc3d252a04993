//! Stretches of the calendar: days, weeks, months, quarters, years.

use chrono::{Datelike as _, Days, Months, NaiveDate};

/// First day inside and first day behind.
pub(super) type Stretch = (NaiveDate, NaiveDate);

/// A step of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Week,
    Month,
    Quarter,
    Year,
}

/// Returns the stretch of a unit that holds a day.
pub(super) fn around(day: NaiveDate, unit: Unit) -> Option<Stretch> {
    match unit {
        Unit::Week => {
            let start = day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))?;
            Some((start, start.checked_add_days(Days::new(7))?))
        }
        Unit::Month => months(day.year(), day.month(), 1),
        Unit::Quarter => months(day.year(), day.month0() / 3 * 3 + 1, 3),
        Unit::Year => months(day.year(), 1, 12),
    }
}

/// Returns the stretch before the one that holds a day.
pub(super) fn before(day: NaiveDate, unit: Unit) -> Option<Stretch> {
    let (start, _) = around(day, unit)?;
    around(start.pred_opt()?, unit)
}

/// Returns the stretch of so many months from the first of a month.
pub(super) fn months(year: i32, month: u32, count: u32) -> Option<Stretch> {
    let start = NaiveDate::from_ymd_opt(year, month, 1)?;
    Some((start, start.checked_add_months(Months::new(count))?))
}

/// Returns the stretch of one day.
pub(super) fn one(day: NaiveDate) -> Option<Stretch> {
    Some((day, day.succ_opt()?))
}

/// Returns the latest day with a number in the week (Monday is 0), `today` included.
pub(super) fn latest_weekday(today: NaiveDate, weekday: u32) -> Option<NaiveDate> {
    let back = (today.weekday().num_days_from_monday() + 7 - weekday) % 7;
    today.checked_sub_days(Days::new(back.into()))
}

/// Returns the latest month with a number (January is 1), the running one included.
pub(super) fn latest_month(today: NaiveDate, month: u32) -> Option<Stretch> {
    let year = if month <= today.month() { today.year() } else { today.year() - 1 };
    months(year, month, 1)
}
