//! Numbers, times and ids written straight into bytes.

/// Appends a number in decimal.
pub(super) fn decimal(mut n: u64, out: &mut Vec<u8>) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends the lowest `count` hexadecimal digits, 16 at most.
pub(super) fn hex(n: u64, count: u32, out: &mut Vec<u8>) {
    for at in (0..count.min(16)).rev() {
        out.push(b"0123456789abcdef"[(n >> (4 * at)) as usize & 15]);
    }
}

/// Appends a time of milliseconds since 1970 as RFC 3339 in UTC, with three decimals or none.
pub(super) fn time(ms: u64, decimals: bool, out: &mut Vec<u8>) {
    let (days, ms_of_day) = (ms / 86_400_000, ms % 86_400_000);
    let (year, month, day) = civil(days);
    let seconds = ms_of_day / 1_000;
    padded(year, 4, out);
    for (sign, n) in [(b'-', month), (b'-', day), (b'T', seconds / 3600)] {
        out.push(sign);
        padded(n, 2, out);
    }
    for n in [seconds / 60 % 60, seconds % 60] {
        out.push(b':');
        padded(n, 2, out);
    }
    if decimals {
        out.push(b'.');
        padded(ms_of_day % 1_000, 3, out);
    }
    out.push(b'Z');
}

/// Appends an id of 26 characters whose order is that of time: 48 bits of milliseconds, then the 80 lowest
/// bits of `rest`.
pub(super) fn sortable_id(ms: u64, rest: u128, out: &mut Vec<u8>) {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = (u128::from(ms) << 80) | (rest & ((1 << 80) - 1));
    for at in (0..26).rev() {
        out.push(ALPHABET[(bits >> (5 * at)) as usize & 31]);
    }
}

/// Returns year, month and day of a number of days since 1970-01-01, by counting eras of 400 years that
/// begin on the first of March.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_based = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_based + 2) / 5 + 1;
    let month = if march_based < 10 { march_based + 3 } else { march_based - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

fn padded(n: u64, width: u32, out: &mut Vec<u8>) {
    for at in (0..width).rev() {
        out.push(b'0' + (n / 10u64.pow(at) % 10) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    proptest::proptest! {
        #[test]
        fn times_are_those_of_the_calendar(ms in 0u64..8_000_000_000_000) {
            let mut out = Vec::new();
            time(ms, true, &mut out);
            let expected = Timestamp(ms as i64 * 1_000_000).rfc3339(3);
            proptest::prop_assert_eq!(String::from_utf8(out).unwrap(), expected);
        }

        #[test]
        fn decimals_are_those_of_format(n: u64) {
            let mut out = Vec::new();
            decimal(n, &mut out);
            proptest::prop_assert_eq!(String::from_utf8(out).unwrap(), n.to_string());
        }

        #[test]
        fn ids_sort_as_times_do(a in 0u64..1 << 48, b in 0u64..1 << 48, rest: u128) {
            let id = |ms, rest| { let mut out = Vec::new(); sortable_id(ms, rest, &mut out); out };
            proptest::prop_assert_eq!(id(a, rest).len(), 26);
            if a != b {
                proptest::prop_assert_eq!(a.cmp(&b), id(a, rest).cmp(&id(b, !rest)));
            }
        }
    }
}
