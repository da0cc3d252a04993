//! Time zones: between instants and the days and clocks people speak of.
//!
//! [`Zone::Local`] asks the machine through chrono; it is the one thing in `domain` that is not the same
//! everywhere, and tests leave it alone.

use chrono::{DateTime, Datelike as _, FixedOffset, Local, NaiveDate, NaiveDateTime, Offset as _, TimeDelta};
use chrono::{TimeZone, Timelike as _, Utc};
use chrono_tz::Tz;

use super::Timestamp;
use super::time::clock_text;

/// A time zone to read and show times in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Coordinated universal time.
    #[default]
    Utc,
    /// The machine's.
    Local,
    /// One of the IANA database.
    Named(Tz),
}

/// Why a text names no zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no time zone '{0}'; write utc, local or a name like Europe/Berlin")]
pub struct ZoneError(pub String);

/// How to write an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// `2026-11-22`
    Date,
    /// `14:03:11`
    Clock,
    /// `22 Nov 14:03`, as headings have it.
    Short,
    /// `2026-11-22 14:03`
    Minutes,
    /// `2026-11-22 14:03:11`
    Seconds,
    /// `2026-11-22 14:03:11.250` with so many decimals, 0 to 9.
    Digits(u8),
    /// `2026-11-22T14:03:11.250+01:00` with so many decimals, `Z` in UTC.
    Rfc3339(u8),
}

/// The instants at which clocks of a zone show a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The first; where the clocks skip the time, the instant at which they jump.
    pub earliest: Timestamp,
    /// The last; the same as `earliest` unless the clocks were set back over it.
    pub latest: Timestamp,
}

impl Zone {
    /// Reads `utc`, `local` or an IANA name, upper and lower case alike.
    ///
    /// # Errors
    /// Any other text.
    pub fn parse(text: &str) -> Result<Zone, ZoneError> {
        let name = text.trim();
        match name.to_ascii_lowercase().as_str() {
            "utc" | "z" => Ok(Zone::Utc),
            "local" => Ok(Zone::Local),
            _ => chrono_tz::TZ_VARIANTS
                .iter()
                .find(|tz| tz.name().eq_ignore_ascii_case(name))
                .map(|tz| Zone::Named(*tz))
                .ok_or_else(|| ZoneError(name.to_owned())),
        }
    }

    /// Returns the name to give to [`Zone::parse`].
    pub fn name(&self) -> &'static str {
        match self {
            Zone::Utc => "utc",
            Zone::Local => "local",
            Zone::Named(tz) => tz.name(),
        }
    }

    /// Returns what a column's heading calls the zone: `UTC`, `Europe/Berlin`, of the machine's zone its
    /// offset at an instant, like `UTC+01:00`.
    pub fn label(&self, at: Timestamp) -> String {
        match self {
            Zone::Utc => "UTC".to_owned(),
            Zone::Local => format!("UTC{}", self.local(at).offset()),
            Zone::Named(tz) => tz.name().to_owned(),
        }
    }

    /// Returns the zone's abbreviation at an instant: `UTC`, `CET`, `-03`.
    pub fn abbreviation(&self, at: Timestamp) -> String {
        match self {
            Zone::Utc => "UTC".to_owned(),
            Zone::Local => self.label(at),
            Zone::Named(tz) => at.to_utc().with_timezone(tz).format("%Z").to_string(),
        }
    }

    /// Writes an instant as the zone's clocks show it.
    pub fn format(&self, at: Timestamp, style: Style) -> String {
        let time = self.local(at);
        match style {
            Style::Date => time.format("%Y-%m-%d").to_string(),
            Style::Clock => time.format("%H:%M:%S").to_string(),
            Style::Short => time.format("%-d %b %H:%M").to_string(),
            Style::Minutes => time.format("%Y-%m-%d %H:%M").to_string(),
            Style::Seconds => clock_text(&time.naive_local(), ' ', 0),
            Style::Digits(digits) => clock_text(&time.naive_local(), ' ', digits),
            Style::Rfc3339(digits) => {
                let mut text = clock_text(&time.naive_local(), 'T', digits);
                match self {
                    Zone::Utc => text.push('Z'),
                    _ => text.push_str(&time.offset().to_string()),
                }
                text
            }
        }
    }

    /// Returns an instant as the zone's clocks show it.
    pub fn local(&self, at: Timestamp) -> DateTime<FixedOffset> {
        let utc = at.to_utc();
        let offset = match self {
            Zone::Utc => Utc.fix(),
            Zone::Local => Local.offset_from_utc_datetime(&utc.naive_utc()).fix(),
            Zone::Named(tz) => tz.offset_from_utc_datetime(&utc.naive_utc()).fix(),
        };
        utc.with_timezone(&offset)
    }

    /// Returns the day it is at an instant.
    pub fn day(&self, at: Timestamp) -> NaiveDate {
        self.local(at).date_naive()
    }

    /// Returns the first instant of a day; `None` outside 1677 to 2262.
    pub fn start_of_day(&self, day: NaiveDate) -> Option<Timestamp> {
        self.instants(day.and_hms_opt(0, 0, 0)?).map(|shown| shown.earliest)
    }

    /// Returns the instants at which the zone's clocks show a time; `None` outside 1677 to 2262.
    pub fn instants(&self, shown: NaiveDateTime) -> Option<Shown> {
        // So far from the ends of what a timestamp holds that no zone's offset leads beyond them.
        if !(1678..=2261).contains(&shown.year()) {
            return None;
        }
        let found = match self {
            Zone::Utc => return stamp(shown.and_utc()).map(|at| Shown { earliest: at, latest: at }),
            Zone::Local => Local.from_local_datetime(&shown).map(|time| time.to_utc()),
            Zone::Named(tz) => tz.from_local_datetime(&shown).map(|time| time.to_utc()),
        };
        let (earliest, latest) = match found {
            chrono::LocalResult::Single(at) => (at, at),
            chrono::LocalResult::Ambiguous(a, b) => (a.min(b), a.max(b)),
            chrono::LocalResult::None => {
                let jump = self.jump_over(shown)?;
                (jump, jump)
            }
        };
        Some(Shown { earliest: stamp(earliest)?, latest: stamp(latest)? })
    }

    /// Returns the first instant at which the clocks show a later time than one that they skip.
    fn jump_over(&self, skipped: NaiveDateTime) -> Option<DateTime<Utc>> {
        // No offset is beyond 15 hours, and no jump longer than a day.
        let skipped_utc = skipped.with_nanosecond(0)?.and_utc();
        let mut before = skipped_utc.checked_sub_signed(TimeDelta::hours(40))?;
        let mut behind = skipped_utc.checked_add_signed(TimeDelta::hours(40))?;
        while behind - before > TimeDelta::seconds(1) {
            let middle = before + TimeDelta::seconds((behind - before).num_seconds() / 2);
            if self.local(stamp(middle)?).naive_local() < skipped { before = middle } else { behind = middle }
        }
        Some(behind)
    }
}

fn stamp(at: DateTime<Utc>) -> Option<Timestamp> {
    Timestamp::from_utc(at)
}

impl std::fmt::Display for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instants(zone: &str, shown: &str) -> (String, String) {
        let zone = Zone::parse(zone).unwrap();
        let shown = zone.instants(shown.parse().unwrap()).unwrap();
        (shown.earliest.rfc3339(0), shown.latest.rfc3339(0))
    }

    #[test]
    fn clocks_set_forth_and_back() {
        let check = |zone: &str, shown: &str, earliest: &str, latest: &str| {
            assert_eq!(instants(zone, shown), (earliest.to_owned(), latest.to_owned()), "{zone} {shown}");
        };
        let berlin = "Europe/Berlin";
        check(berlin, "2026-01-05T10:30:00", "2026-01-05T09:30:00Z", "2026-01-05T09:30:00Z");
        check(berlin, "2026-03-29T02:30:00", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z");
        check(berlin, "2026-10-25T02:30:00", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z");
        // Days that do not begin at midnight, or have it twice, or do not exist.
        check("America/Sao_Paulo", "2018-11-04T00:00:00", "2018-11-04T03:00:00Z", "2018-11-04T03:00:00Z");
        check("America/Havana", "2026-11-01T00:00:00", "2026-11-01T04:00:00Z", "2026-11-01T05:00:00Z");
        check("Pacific/Apia", "2011-12-30T00:00:00", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z");
        check("utc", "2026-03-29T02:30:00", "2026-03-29T02:30:00Z", "2026-03-29T02:30:00Z");
    }

    #[test]
    fn names_and_styles() {
        let at = Timestamp(1_795_356_191_250_000_000);
        let berlin = Zone::parse("europe/berlin").unwrap();
        assert_eq!(berlin.name(), "Europe/Berlin");
        assert_eq!(berlin.label(at), "Europe/Berlin");
        assert_eq!(berlin.abbreviation(at), "CET");
        assert_eq!(Zone::Utc.label(at), "UTC");
        assert_eq!(Zone::parse("Mars/Olympus").unwrap_err().0, "Mars/Olympus");
        let written = |zone: Zone, style| zone.format(at, style);
        assert_eq!(written(Zone::Utc, Style::Seconds), "2026-11-22 14:03:11");
        assert_eq!(written(Zone::Utc, Style::Rfc3339(3)), "2026-11-22T14:03:11.250Z");
        assert_eq!(written(berlin, Style::Rfc3339(0)), "2026-11-22T15:03:11+01:00");
        assert_eq!(written(berlin, Style::Digits(3)), "2026-11-22 15:03:11.250");
        assert_eq!(written(berlin, Style::Short), "22 Nov 15:03");
        assert_eq!(written(berlin, Style::Minutes), "2026-11-22 15:03");
        assert_eq!(written(berlin, Style::Date), "2026-11-22");
        assert_eq!(written(berlin, Style::Clock), "15:03:11");
    }

    #[test]
    fn the_ends_of_time_are_refused() {
        for zone in [Zone::Utc, Zone::parse("Asia/Tokyo").unwrap()] {
            assert_eq!(zone.instants("1600-01-01T00:00:00".parse().unwrap()), None);
            assert_eq!(zone.instants("2262-12-31T00:00:00".parse().unwrap()), None);
            for at in [i64::MIN, i64::MAX] {
                assert!(!zone.format(Timestamp(at), Style::Rfc3339(9)).is_empty());
            }
        }
    }
}
