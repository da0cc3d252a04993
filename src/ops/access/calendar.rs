//! How many entries there are in each hour, day, week or month of a calendar, and on each day of the week and hour of
//! the day: when people work, and when somebody did who usually does not.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, Timelike as _};

use super::{Access, Result};
use crate::domain::{Timestamp, Zone};
use crate::query::{Answer, Filter, Row, Sort, SortKey, Watch};
use crate::store::Stream;

/// A quarter of an hour, in nanoseconds.
const QUARTER: i64 = 900 * 1_000_000_000;

/// From 1973 on every zone is whole quarters of an hour away from UTC, so that no stretch begins within one; Liberia's
/// was the last that was not (IANA time zone database).
const WHOLE_QUARTERS: i64 = 94_694_400 * 1_000_000_000;

/// So many runs of a step that comes round again are added up at a time: memory stays flat.
const GATHER: usize = 4_096;

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
    /// A day of the week, of whatever week.
    Weekday,
    /// An hour of the day, of whatever day.
    HourOfDay,
}

impl Step {
    /// Every step, the shortest first, then those that come round again.
    pub const ALL: &'static [Step] =
        &[Step::Hour, Step::Day, Step::Week, Step::Month, Step::Weekday, Step::HourOfDay];

    /// Whether it comes round again, so that stretches far apart are one.
    fn returns(self) -> bool {
        matches!(self, Step::Weekday | Step::HourOfDay)
    }

    /// Returns its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Step::Hour => "hour",
            Step::Day => "day",
            Step::Week => "week",
            Step::Month => "month",
            Step::Weekday => "weekday",
            Step::HourOfDay => "hour-of-day",
        }
    }

    /// Returns the step of this name.
    pub fn parse(name: &str) -> Option<Step> {
        Step::ALL.iter().copied().find(|step| step.as_str() == name)
    }

    /// Returns the name of the stretch that holds an instant: `2026-01-05 14:00`, `2026-01-05`, `2026-01`; a week
    /// is called by its Monday, a day of the week `1 Monday`, an hour of the day `14:00`.
    pub fn label(self, at: Timestamp, zone: Zone) -> String {
        let local = zone.local(at);
        let day = local.date_naive();
        match self {
            Step::Hour => local.format("%Y-%m-%d %H:00").to_string(),
            Step::Day => day.to_string(),
            Step::Week => {
                let past = Days::new(day.weekday().num_days_from_monday().into());
                day.checked_sub_days(past).unwrap_or(day).to_string()
            }
            Step::Month => day.format("%Y-%m").to_string(),
            Step::Weekday => format!("{} {}", day.weekday().number_from_monday(), local.format("%A")),
            Step::HourOfDay => format!("{:02}:00", local.hour()),
        }
    }
}

/// Entries by stretches of the calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// The stretches that have entries, newest first, with how many; those that come round again from Monday and
    /// midnight on.
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
        if self.step.returns() && self.counted.stretches.len() >= GATHER {
            self.gather();
        }
    }

    /// Adds up what belongs to one name.
    fn gather(&mut self) {
        let mut by_name: BTreeMap<String, u64> = BTreeMap::new();
        for (name, count) in self.counted.stretches.drain(..) {
            *by_name.entry(name).or_default() += count;
        }
        self.counted.stretches = by_name.into_iter().collect();
        // The last one is no more that of the entry counted last.
        self.quarter = None;
    }

    fn end(mut self) -> Calendar {
        if self.step.returns() {
            self.gather();
        }
        self.counted
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
        Ok(done.map(|()| tally.end()))
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
        assert_eq!(
            labels(Zone::Utc),
            ["2026-05-31 23:00", "2026-05-31", "2026-05-25", "2026-05", "7 Sunday", "23:00"]
        );
        let there = ["2026-06-01 01:00", "2026-06-01", "2026-06-01", "2026-06", "1 Monday", "01:00"];
        assert_eq!(labels(berlin), there);
    }

    #[test]
    fn neighbours_of_one_stretch_are_counted_together() {
        let hour = 3_600 * 1_000_000_000;
        let mut tally = Tally::new(Step::Day, Zone::Utc);
        for time in [Some(50 * hour), Some(49 * hour), Some(2 * hour), None] {
            tally.count(time.map(Timestamp));
        }
        let Calendar { stretches, timeless } = tally.end();
        assert_eq!(stretches, [("1970-01-03".to_owned(), 2), ("1970-01-01".to_owned(), 1)]);
        assert_eq!(timeless, 1);
    }

    #[test]
    fn what_comes_round_again_is_added_up_whatever_lies_between() {
        let day = 86_400 * 1_000_000_000;
        let mut tally = Tally::new(Step::Weekday, Zone::Utc);
        let days = 3 * GATHER as i64;
        (0..days).rev().for_each(|at| tally.count(Some(Timestamp(at * day))));
        let stretches = tally.end().stretches;
        let names: Vec<&str> = stretches.iter().map(|(name, _)| name.as_str()).collect();
        let week =
            ["1 Monday", "2 Tuesday", "3 Wednesday", "4 Thursday", "5 Friday", "6 Saturday", "7 Sunday"];
        assert_eq!(names, week);
        assert_eq!(stretches.iter().map(|(_, count)| count).sum::<u64>(), days as u64);
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
                        let label = step.label(time, zone);
                        match slow.iter_mut().find(|(known, _)| *known == label) {
                            Some((_, count)) => *count += 1,
                            None => slow.push((label, 1)),
                        }
                    }
                    if step.returns() {
                        slow.sort();
                    }
                    proptest::prop_assert_eq!(&tally.end().stretches, &slow);
                }
            }
        }
    }
}
