//! Days, clocks and zones.

use chrono::{Offset as _, TimeZone as _};

use super::*;

/// Days since 1970-01-01 of a date of the Gregorian calendar.
pub(super) fn days(year: u32, month: u32, day: u32) -> Option<i64> {
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
pub(super) fn clock(hour: u32, minute: u32, second: u32) -> Option<i64> {
    (hour < 24 && minute < 60 && second <= 60).then(|| i64::from(hour * 3600 + minute * 60 + second.min(59)))
}

/// The zone a text states.
#[derive(Clone, Copy)]
pub(super) enum Zone {
    None,
    /// Seconds east of UTC.
    Offset(i64),
}

pub(super) fn place(
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
pub(super) fn offset_of(tz: Tz, local: i64) -> i64 {
    let Some(naive) = chrono::DateTime::from_timestamp(local, 0).map(|t| t.naive_utc()) else { return 0 };
    let earlier = naive - chrono::TimeDelta::hours(3);
    let found = tz.offset_from_local_datetime(&naive).earliest();
    let found = found.or_else(|| tz.offset_from_local_datetime(&earlier).earliest());
    found.map_or(0, |offset| i64::from(offset.fix().local_minus_utc()))
}
