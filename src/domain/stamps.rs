//! Many instants written one after the other: what they share with the one before, mostly the day, is written anew only
//! where it changes.

use chrono::{Datelike as _, NaiveDate, Offset as _};

use super::Timestamp;
use super::time::SECOND;
use super::zone::Zone;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Writes instants as [`Style::Rfc3339`](super::Style::Rfc3339) does.
#[derive(Clone, Debug)]
pub struct Stamps {
    zone: Zone,
    /// The day written last, since 1970, with its text.
    day: (i64, [u8; 11]),
    /// The offset written last, in seconds, with its text.
    offset: (i64, String),
}

impl Stamps {
    /// Returns what writes instants of a zone.
    pub fn new(zone: Zone) -> Stamps {
        let offset = (0, if zone == Zone::Utc { "Z".to_owned() } else { "+00:00".to_owned() });
        Stamps { zone, day: (0, *b"1970-01-01T"), offset }
    }

    /// Appends an instant with so many decimals of a second (0 to 9).
    pub fn push(&mut self, at: Timestamp, digits: u8, out: &mut Vec<u8>) {
        let (seconds, nanos) = (at.0.div_euclid(SECOND), at.0.rem_euclid(SECOND));
        let offset = match self.zone {
            Zone::Utc => 0,
            zone => i64::from(zone.local(at).offset().fix().local_minus_utc()),
        };
        if self.offset.0 != offset {
            self.offset = (offset, self.zone.local(at).offset().to_string());
        }
        let shown = seconds + offset;
        let day = shown.div_euclid(DAY);
        if self.day.0 != day {
            self.day = (day, text_of(self.zone.day(at)));
        }
        let second = shown.rem_euclid(DAY) as u32;
        let [a, b] = two(second / 3600);
        let [c, d] = two(second / 60 % 60);
        let [e, f] = two(second % 60);
        out.extend_from_slice(&self.day.1);
        out.extend_from_slice(&[a, b, b':', c, d, b':', e, f]);
        push_decimals(nanos as u32, digits, out);
        out.extend_from_slice(self.offset.1.as_bytes());
    }
}

/// Returns a day of the years 1677 to 2262 with what stands between it and the clock.
fn text_of(day: NaiveDate) -> [u8; 11] {
    let year = day.year().unsigned_abs();
    let ([a, b], [c, d]) = (two(year / 100), two(year));
    let ([e, f], [g, h]) = (two(day.month()), two(day.day()));
    [a, b, c, d, b'-', e, f, b'-', g, h, b'T']
}

/// Returns the last two digits of a number.
fn two(number: u32) -> [u8; 2] {
    [b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]
}

fn push_decimals(mut nanos: u32, digits: u8, out: &mut Vec<u8>) {
    let digits = usize::from(digits.min(9));
    if digits == 0 {
        return;
    }
    let mut text = [b'0'; 9];
    for place in text.iter_mut().rev() {
        *place = b'0' + (nanos % 10) as u8;
        nanos /= 10;
    }
    out.push(b'.');
    out.extend_from_slice(text.get(..digits).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::super::Style;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_is_written_as_alone(
            instants in proptest::collection::vec((prop_oneof![
                any::<i64>(),
                (-3i64..3).prop_map(|near| near * SECOND),
                (1_750_000_000i64..1_800_000_000).prop_map(|at| at * SECOND + 7),
                prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(0)],
            ], 0u8..=12), 1..20),
            zone in prop_oneof![Just("utc"), Just("Europe/Berlin"), Just("Asia/Kathmandu"), Just("America/St_Johns"), Just("Pacific/Apia")],
        ) {
            let zone = Zone::parse(zone).unwrap();
            let mut stamps = Stamps::new(zone);
            for (at, digits) in instants {
                let (at, mut out) = (Timestamp(at), Vec::new());
                stamps.push(at, digits, &mut out);
                prop_assert_eq!(String::from_utf8(out).unwrap(), zone.format(at, Style::Rfc3339(digits)));
            }
        }
    }
}
