//! When things happen: a time for each entry over the last 400 days, rising, busy where people work.

use super::random::{Random, mix};

const HOUR_MS: u64 = 3_600_000;
/// Hours in the 400 days.
const SLOTS: u64 = 400 * 24;
/// Up to so many entries of one hour are put close together, as one sitting makes them.
const SITTING: u64 = 20;
/// Most milliseconds between two entries of a sitting.
const SITTING_GAP: u64 = 120_000;

/// Hands out the times.
#[derive(Debug)]
pub(super) struct Clock {
    seed: u64,
    start_ms: u64,
    entries: u64,
    slot: u64,
    weight_before: u64,
    weight_total: u64,
    /// Entries of this slot, and how many of them were handed out.
    in_slot: u64,
    out_of_slot: u64,
    sitting_from: u64,
}

impl Clock {
    /// Returns the clock for so many entries before `now_ms`.
    pub(super) fn new(seed: u64, now_ms: u64, entries: u64) -> Clock {
        let start_ms = now_ms.saturating_sub(SLOTS * HOUR_MS);
        let weight_total = (0..SLOTS).map(|slot| weight(seed, start_ms, slot)).sum();
        Clock {
            seed,
            start_ms,
            entries,
            slot: 0,
            weight_before: 0,
            weight_total,
            in_slot: 0,
            out_of_slot: 0,
            sitting_from: 0,
        }
    }

    /// Returns the time of the next entry in milliseconds since 1970; the end of the 400 days behind the last.
    pub(super) fn next(&mut self, random: &mut Random) -> u64 {
        while self.out_of_slot == self.in_slot {
            if self.slot == SLOTS {
                return self.start_ms + SLOTS * HOUR_MS;
            }
            self.enter_slot(random);
        }
        let at = self.out_of_slot;
        self.out_of_slot += 1;
        let (from, gap) = match self.in_slot {
            0..=SITTING => (self.sitting_from, SITTING_GAP),
            many => (0, HOUR_MS / many),
        };
        let within = from + at * gap + random.below(gap.max(1));
        self.start_ms + (self.slot - 1) * HOUR_MS + within.min(HOUR_MS - 1)
    }

    fn enter_slot(&mut self, random: &mut Random) {
        let until = self.weight_before + weight(self.seed, self.start_ms, self.slot);
        let share = |weight: u64| {
            (u128::from(weight) * u128::from(self.entries) / u128::from(self.weight_total)) as u64
        };
        self.in_slot = share(until) - share(self.weight_before);
        self.out_of_slot = 0;
        self.weight_before = until;
        self.slot += 1;
        let room = HOUR_MS.saturating_sub(self.in_slot * SITTING_GAP);
        self.sitting_from = if room == 0 { 0 } else { random.below(room) };
    }
}

/// Returns how busy an hour is: by day of the week and hour of the day, some hours far more than others.
fn weight(seed: u64, start_ms: u64, slot: u64) -> u64 {
    let hour = (start_ms / HOUR_MS + slot) % 24;
    // 1970-01-01 was a Thursday.
    let weekday = ((start_ms / HOUR_MS + slot) / 24 + 3) % 7;
    let by_hour = match hour {
        8..=11 | 13..=17 => 1_000,
        7 | 12 | 18 => 400,
        19..=21 => 90,
        _ => 25,
    };
    let by_day = match weekday {
        5 | 6 => 8,
        4 => 80,
        _ => 100,
    };
    let burst = if mix(seed ^ mix(slot)) % 100 < 22 { 40 } else { 3 };
    // The last hours are never empty, so that the newest entries are of just now.
    let floor = if slot + 3 >= SLOTS { 1_400_000 } else { 0 };
    (by_hour * by_day * burst / 10).max(floor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_764_000_000_123;

    #[test]
    fn hands_out_rising_times_within_the_span() {
        for entries in [1, 7, 5_000, 300_000] {
            let (mut clock, mut random) = (Clock::new(7, NOW, entries), Random::new(7));
            let times: Vec<_> = (0..entries).map(|_| clock.next(&mut random)).collect();
            assert!(times.is_sorted());
            assert!(times[0] >= NOW - SLOTS * HOUR_MS && times[times.len() - 1] <= NOW);
        }
    }

    #[test]
    fn people_work_on_weekdays_by_day() {
        let (mut clock, mut random) = (Clock::new(7, NOW, 50_000), Random::new(7));
        let (mut weekend, mut night) = (0, 0);
        for _ in 0..50_000 {
            let hours = clock.next(&mut random) / HOUR_MS;
            weekend += u32::from((hours / 24 + 3) % 7 >= 5);
            night += u32::from(!(7..22).contains(&(hours % 24)));
        }
        assert!(weekend < 3_000, "{weekend}");
        assert!((200..6_000).contains(&night), "{night}");
    }
}
