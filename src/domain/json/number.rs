//! Numbers compared by value without losing digits.

/// A number taken apart: `digits` without leading or trailing zeros, times ten to the `exponent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// Whether it is below zero; false for zero.
    pub negative: bool,
    /// Significant digits; empty for zero.
    pub digits: String,
    /// Power of ten of the last digit; 0 for zero.
    pub exponent: i64,
}

impl Number {
    /// Reads a JSON number token; `None` where it is none or its exponent passes 18 digits.
    pub fn parse(token: &str) -> Option<Number> {
        let (negative, rest) = token.strip_prefix('-').map_or((false, token), |rest| (true, rest));
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => {
                (mantissa, exponent.strip_prefix('+').unwrap_or(exponent).parse::<i64>().ok()?)
            }
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let trimmed = all.trim_end_matches('0');
        let exponent = exponent.checked_sub(fraction.len() as i64)?;
        let exponent = exponent.checked_add((all.len() - trimmed.len()) as i64)?;
        let digits = trimmed.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Number { negative: false, digits, exponent: 0 });
        }
        Some(Number { negative, digits, exponent })
    }
}

/// Whether two number tokens have the same value: `1`, `1.0` and `10e-1` do.
pub fn number_eq(a: &str, b: &str) -> bool {
    a == b || Number::parse(a).is_some_and(|x| Number::parse(b).is_some_and(|y| x == y))
}
