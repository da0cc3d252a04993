//! How many entries there are in each hour, day, week or month of a calendar.

use chrono::{DateTime, Datelike as _, Days, FixedOffset};

use super::{Access, Result};
use crate::domain::{Timestamp, Zone};
use crate::query::{Answer, Filter, Row, Sort, SortKey, Watch};
use crate::store::Stream;

/// A quarter of an hour, in nanoseconds.
const QUARTER: i64 = 900 * 1_000_000_000;

/// From 1973 on every zone is whole quarters of an hour away from UTC, so that no stretch begins within one; Liberia's
/// was the last that was not (IANA time zone database).
const WHOLE_QUARTERS: i64 = 94_694_400 * 1_000_000_000;

/// A stretch of the calendar to count by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An hour of the clock.
    Hour,
    /// A day.
    Day,
    /// A week, from Monday on.
    Week,
    /// A month.
    Month,
}

impl Step {
    /// Every step, the shortest first.
    pub const ALL: &'static [Step] = &[Step::Hour, Step::Day, Step::Week, Step::Month];

    /// Returns its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Step::Hour => "hour",
            Step::Day => "day",
            Step::Week => "week",
            Step::Month => "month",
        }
    }

    /// Returns the step of this name.
    pub fn parse(name: &str) -> Option<Step> {
        Step::ALL.iter().copied().find(|step| step.as_str() == name)
    }

    /// Returns the name of the stretch that holds an instant: `2026-01-05 14:00`, `2026-01-05`, `2026-01`; a week
    /// is called by its Monday.
    pub fn label(self, at: Timestamp, zone: Zone) -> String {
        self.text(zone.local(at))
    }

    fn text(self, local: DateTime<FixedOffset>) -> String {
        let day = local.date_naive();
        match self {
            Step::Hour => local.format("%Y-%m-%d %H:00").to_string(),
            Step::Day => day.to_string(),
            Step::Week => {
                let past = Days::new(day.weekday().num_days_from_monday().into());
                day.checked_sub_days(past).unwrap_or(day).to_string()
            }
            Step::Month => day.format("%Y-%m").to_string(),
        }
    }
}

/// Entries by stretches of the calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// The stretches that have entries, newest first, with how many.
    pub stretches: Vec<(String, u64)>,
    /// Entries without a time.
    pub timeless: u64,
}

/// Counts entries that come in the order of their times.
struct Tally {
    step: Step,
    zone: Zone,
    counted: Calendar,
    /// The quarter of an hour of the entry counted last.
    quarter: Option<i64>,
}

impl Tally {
    fn new(step: Step, zone: Zone) -> Tally {
        Tally { step, zone, counted: Calendar::default(), quarter: None }
    }

    fn count(&mut self, time: Option<Timestamp>) {
        let Some(at) = time else {
            self.counted.timeless += 1;
            return;
        };
        // Most entries lie in the same stretch as the one before: their names need not be written to see it.
        let quarter = Some(at.0.div_euclid(QUARTER)).filter(|_| at.0 >= WHOLE_QUARTERS);
        let again = quarter.is_some() && quarter == self.quarter;
        self.quarter = quarter;
        let stretches = &mut self.counted.stretches;
        let label = if again { None } else { Some(self.step.label(at, self.zone)) };
        match (stretches.last_mut(), label) {
            (Some((_, count)), None) => *count += 1,
            (Some((last, count)), Some(label)) if *last == label => *count += 1,
            (_, label) => stretches.push((label.unwrap_or_default(), 1)),
        }
    }
}

impl Access {
    /// Counts the entries that match by stretches of the calendar as it is in a zone. One pass over their times.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn by_calendar(
        &mut self,
        filter: &Filter,
        step: Step,
        zone: Zone,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Calendar>> {
        let Some(filter) = self.limit(filter, watch)? else { return Ok(None) };
        let filter = filter.into_owned();
        let sort = Sort { key: SortKey::Time, descending: true };
        let of = Stream { filter: &filter, sort, fields: &[], wanted: &|_: &Row| false };
        let mut tally = Tally::new(step, zone);
        let done = self.reader.for_each_chunk(&of, watch, &mut |rows| {
            rows.iter().for_each(|(row, _)| tally.count(row.position.time));
            true
        })?;
        Ok(done.map(|()| tally.counted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_those_of_the_zone() {
        // Half past eleven of a Sunday evening in UTC, Monday in Berlin.
        let at = Timestamp(
            chrono::DateTime::parse_from_rfc3339("2026-05-31T23:30:00Z").unwrap().timestamp() * 1_000_000_000,
        );
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let labels = |zone| Step::ALL.iter().map(|step| step.label(at, zone)).collect::<Vec<_>>();
        assert_eq!(labels(Zone::Utc), ["2026-05-31 23:00", "2026-05-31", "2026-05-25", "2026-05"]);
        assert_eq!(labels(berlin), ["2026-06-01 01:00", "2026-06-01", "2026-06-01", "2026-06"]);
    }

    #[test]
    fn neighbours_of_one_stretch_are_counted_together() {
        let hour = 3_600 * 1_000_000_000;
        let mut tally = Tally::new(Step::Day, Zone::Utc);
        for time in [Some(50 * hour), Some(49 * hour), Some(2 * hour), None] {
            tally.count(time.map(Timestamp));
        }
        let Calendar { stretches, timeless } = tally.counted;
        assert_eq!(stretches, [("1970-01-03".to_owned(), 2), ("1970-01-01".to_owned(), 1)]);
        assert_eq!(timeless, 1);
    }

    proptest::proptest! {
        #[test]
        fn each_entry_is_counted_in_the_stretch_that_holds_it(
            mut times in proptest::collection::vec(0i64..2_000_000_000, 1..60),
            near in proptest::collection::vec((0usize..60, -2_000i64..2_000), 0..60),
        ) {
            let close: Vec<i64> = near.iter().filter_map(|(at, by)| Some(times.get(*at)? + by)).collect();
            times.extend(close);
            times.sort_unstable_by(|a, b| b.cmp(a));
            for zone in ["UTC", "Asia/Kathmandu", "Africa/Monrovia", "America/Caracas"].map(Zone::parse) {
                let zone = zone.unwrap();
                for step in Step::ALL {
                    let mut tally = Tally::new(*step, zone);
                    let mut slow: Vec<(String, u64)> = Vec::new();
                    for time in times.iter().map(|seconds| Timestamp(seconds * 1_000_000_000)) {
                        tally.count(Some(time));
                        match (step.label(time, zone), slow.last_mut()) {
                            (label, Some((last, count))) if *last == label => *count += 1,
                            (label, _) => slow.push((label, 1)),
                        }
                    }
                    proptest::prop_assert_eq!(&tally.counted.stretches, &slow);
                }
            }
        }
    }
}
