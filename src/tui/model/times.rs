//! How times are shown: in which zone, absolute or relative to now. Pure.

use crate::domain::time::SECOND;
use crate::domain::{Timestamp, Zone};

/// How times are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Times {
    zones: Vec<Zone>,
    at: usize,
    /// Shown as the time that passed since.
    pub relative: bool,
}

impl Default for Times {
    fn default() -> Times {
        Times::new(Zone::default())
    }
}

impl Times {
    /// Starts in a zone; UTC and the machine's zone are there to go to.
    pub fn new(start: Zone) -> Times {
        let mut zones = vec![start];
        for zone in [Zone::Utc, Zone::Local] {
            if !zones.contains(&zone) {
                zones.push(zone);
            }
        }
        Times { zones, at: 0, relative: false }
    }

    /// Returns the zone that days are of.
    pub fn zone(&self) -> Zone {
        self.zones.get(self.at).copied().unwrap_or_default()
    }

    /// Goes to the next way of showing times: each zone, then relative.
    pub fn cycle(&mut self) {
        if self.relative {
            self.relative = false;
            self.at = 0;
        } else if self.at + 1 < self.zones.len() {
            self.at += 1;
        } else {
            self.relative = true;
        }
    }

    /// Returns what the heading of a column of times says behind its name.
    pub fn label(&self, now: Timestamp) -> String {
        if self.relative { "ago".to_owned() } else { self.zone().label(now) }
    }

    /// Returns the label without the region of a named zone: `Berlin`. Never an abbreviation, which changes with the
    /// season while the rows are of both.
    pub fn short_label(&self, now: Timestamp) -> String {
        let label = self.label(now);
        label.rsplit_once('/').map_or(label.clone(), |(_, city)| city.to_owned())
    }
}

/// Returns how long before now an instant was: `3 min ago`, `2 days ago`, `in 5 min`.
pub fn ago(now: Timestamp, at: Timestamp) -> String {
    let seconds = now.0.saturating_sub(at.0) / SECOND;
    let text = span(seconds.unsigned_abs());
    match seconds {
        0 => "now".to_owned(),
        s if s > 0 => format!("{text} ago"),
        _ => format!("in {text}"),
    }
}

fn span(seconds: u64) -> String {
    const UNITS: [(u64, &str, &str); 5] = [
        (365 * 86_400, "year", "years"),
        (86_400, "day", "days"),
        (3_600, "h", "h"),
        (60, "min", "min"),
        (1, "s", "s"),
    ];
    let unit = UNITS.iter().find(|(length, _, _)| seconds >= *length);
    let &(length, one, many) = unit.unwrap_or(&UNITS[4]);
    let number = seconds / length;
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_long_ago() {
        let now = Timestamp(1_000_000 * SECOND);
        let text = |seconds: i64| ago(now, Timestamp(now.0 - seconds * SECOND));
        assert_eq!(text(0), "now");
        assert_eq!(text(59), "59 s ago");
        assert_eq!(text(3_599), "59 min ago");
        assert_eq!(text(86_400), "1 day ago");
        assert_eq!(text(3 * 86_400 + 5), "3 days ago");
        assert_eq!(text(-120), "in 2 min");
    }

    #[test]
    fn a_named_zone_is_short_without_its_region() {
        let zone = Zone::parse("America/Argentina/Salta").unwrap();
        assert_eq!(Times::new(zone).short_label(Timestamp(0)), "Salta");
        assert_eq!(Times::new(Zone::Utc).short_label(Timestamp(0)), "UTC");
    }

    #[test]
    fn cycles_through_zones_and_relative() {
        let mut times = Times::new(Zone::Utc);
        let mut seen = Vec::new();
        for _ in 0..4 {
            seen.push((times.zone(), times.relative));
            times.cycle();
        }
        assert_eq!(seen, [(Zone::Utc, false), (Zone::Local, false), (Zone::Local, true), (Zone::Utc, false)]);
    }
}
