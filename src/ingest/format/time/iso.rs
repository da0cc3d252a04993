//! Times as ISO 8601 writes them, and their relatives.

use super::*;

/// `2026-11-22T14:03:11.123456789Z` as it is, which is how most logs write it; anything else is read by [`iso()`].
pub(super) fn plain(bytes: &[u8]) -> Option<(Timestamp, u8)> {
    let (head, rest) = bytes.split_first_chunk::<19>()?;
    let (b'Z', fraction) = rest.split_last()? else { return None };
    let marks = [head[4], head[7], head[10], head[13], head[16]];
    if marks != *b"--T::" {
        return None;
    }
    let two = |at: usize| {
        let (tens, ones) = (head[at].wrapping_sub(b'0'), head[at + 1].wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
    };
    let digits = fraction.len().saturating_sub(1);
    let (mut nanos, mut scale) = (0i64, SECOND);
    if let Some((mark, decimals)) = fraction.split_first() {
        if *mark != b'.' || !(1..=9).contains(&digits) || !decimals.iter().all(u8::is_ascii_digit) {
            return None;
        }
        for byte in decimals {
            scale /= 10;
            nanos += i64::from(byte - b'0') * scale;
        }
    }
    let days = days(two(0)? * 100 + two(2)?, two(5)?, two(8)?)?;
    let clock = clock(two(11)?, two(14)?, two(17)?)?;
    let at = days.checked_mul(86_400)?.checked_add(clock)?.checked_mul(SECOND)?.checked_add(nanos)?;
    Some((Timestamp(at), digits as u8))
}

/// `2026-11-22T14:03:11.123456789Z` and its relatives: a space or an underscore for the `T`, no seconds,
/// no zone, a comma before the decimals, `+0100`, ` UTC`; the date alone; slashes instead of hyphens.
pub(super) fn iso(text: &str, rules: &TimeRules) -> Option<(Timestamp, u8)> {
    let bytes = text.as_bytes();
    let dash = *bytes.get(4)?;
    if !matches!(dash, b'-' | b'/' | b'.') {
        return basic(text, rules);
    }
    if *bytes.get(7)? != dash {
        return None;
    }
    let days = days(number(&bytes[..4])?, number(&bytes[5..7])?, number(bytes.get(8..10)?)?)?;
    let Some(&gap) = bytes.get(10) else {
        return place(days, 0, 0, 0, Zone::None, rules);
    };
    if !matches!(gap, b'T' | b't' | b' ' | b'_' | b',') {
        return None;
    }
    let rest = text.get(11..)?.trim_start();
    let (clock, nanos, digits, rest) = time_of_day(rest)?;
    place(days, clock, nanos, digits, zone(rest)?, rules)
}

/// `20261122T140311Z`, `20261122 14:03:11`
pub(super) fn basic(text: &str, rules: &TimeRules) -> Option<(Timestamp, u8)> {
    let bytes = text.as_bytes();
    if !matches!(bytes.get(8), Some(b'T' | b't' | b' ')) {
        return None;
    }
    let days = days(number(&bytes[..4])?, number(&bytes[4..6])?, number(&bytes[6..8])?)?;
    let rest = text.get(9..)?;
    if rest.contains(':') {
        let (clock, nanos, digits, rest) = time_of_day(rest)?;
        return place(days, clock, nanos, digits, zone(rest)?, rules);
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let part = |at: usize| number(rest.as_bytes().get(at..at + 2)?);
    let clock = match digits {
        6 => clock(part(0)?, part(2)?, part(4)?)?,
        4 => clock(part(0)?, part(2)?, 0)?,
        _ => return None,
    };
    let (nanos, decimals, rest) = decimals(rest.get(digits..)?);
    place(days, clock, nanos, decimals, zone(rest)?, rules)
}

/// Reads `14:03`, `14:03:11.5`, `2:03:11 PM`; returns seconds, nanoseconds, decimals and what follows.
pub(super) fn time_of_day(text: &str) -> Option<(i64, i64, u8, &str)> {
    let (hour, rest) = leading(text)?;
    let (minute, rest) = leading(rest.strip_prefix(':')?)?;
    let (second, rest) = match rest.strip_prefix(':') {
        Some(rest) => leading(rest)?,
        None => (0, rest),
    };
    let (nanos, digits, rest) = decimals(rest);
    let (hour, rest) = match half_of_day(rest) {
        Some((pm, rest)) if (1..=12).contains(&hour) => (hour % 12 + if pm { 12 } else { 0 }, rest),
        Some((_, rest)) => (hour, rest),
        None => (hour, rest),
    };
    Some((clock(hour, minute, second)?, nanos, digits, rest))
}

pub(super) fn leading(text: &str) -> Option<(u32, &str)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let value = if len <= 2 { number(text.as_bytes().get(..len)?)? } else { return None };
    Some((value, text.get(len..)?))
}

/// Reads `.123456789`, at most nine digits counted.
pub(super) fn decimals(text: &str) -> (i64, u8, &str) {
    // Some write milliseconds behind a third colon.
    let millis = || {
        let rest = text.strip_prefix(':')?;
        (rest.bytes().take_while(u8::is_ascii_digit).count() == 3).then_some(rest)
    };
    let Some(rest) = text.strip_prefix(['.', ',']).or_else(millis) else { return (0, 0, text) };
    let len = rest.bytes().take_while(u8::is_ascii_digit).count();
    if len == 0 {
        return (0, 0, text);
    }
    let (mut nanos, mut scale) = (0i64, SECOND);
    for byte in rest.bytes().take(len.min(9)) {
        scale /= 10;
        nanos += i64::from(byte - b'0') * scale;
    }
    (nanos, len.min(9) as u8, rest.get(len..).unwrap_or_default())
}

/// `AM`, `pm`, `a.m.`, also behind the narrow space that newer locales put there.
pub(super) fn half_of_day(text: &str) -> Option<(bool, &str)> {
    let rest = text.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    for (word, pm) in [("am", false), ("pm", true), ("a.m.", false), ("p.m.", true)] {
        let Some(head) = rest.get(..word.len()) else { continue };
        if head.eq_ignore_ascii_case(word) {
            return Some((pm, rest.get(word.len()..)?));
        }
    }
    None
}

/// Reads what stands behind the time of day.
pub(super) fn zone(text: &str) -> Option<Zone> {
    let text = text.trim_matches([' ', '(', ')', '\u{a0}']);
    match text.as_bytes() {
        [] => Some(Zone::None),
        [b'Z' | b'z'] => Some(Zone::Offset(0)),
        [b'+' | b'-', ..] => offset(text).map(Zone::Offset),
        _ => named_zone(text).map(Zone::Offset),
    }
}

/// `+01:00`, `-0700`, `+05`, `+0530 IST`, `+00:00 UTC`
pub(super) fn offset(text: &str) -> Option<i64> {
    let text = text.split([' ', '[', '(']).next()?;
    let (sign, rest) = text.split_at_checked(1)?;
    let digits: Vec<u8> = rest.bytes().filter(|&b| b != b':').collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (number(&digits)?, 0),
        3 => (number(&digits[..1])?, number(&digits[1..])?),
        4 => (number(&digits[..2])?, number(&digits[2..])?),
        6 => (number(&digits[..2])?, number(&digits[2..4])?),
        _ => return None,
    };
    if hours > 18 || minutes > 59 {
        return None;
    }
    let seconds = i64::from(hours * 3600 + minutes * 60);
    Some(if sign == "-" { -seconds } else { seconds })
}

/// Abbreviations that mean one offset where audit logs use them.
pub(super) fn named_zone(text: &str) -> Option<i64> {
    let upper = text.to_ascii_uppercase();
    if let Some(rest) = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT")) {
        return if rest.trim().is_empty() { Some(0) } else { offset(rest.trim()) };
    }
    let hours = match upper.as_str() {
        "WET" => 0,
        "CET" | "WEST" | "BST" | "MEZ" => 1,
        "CEST" | "EET" | "MESZ" => 2,
        "EEST" | "MSK" => 3,
        "JST" | "KST" => 9,
        "AEST" => 10,
        "AEDT" => 11,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" | "AKDT" => -8,
        "AKST" => -9,
        "HST" => -10,
        "COORDINATED UNIVERSAL TIME" => 0,
        "PACIFIC DAYLIGHT TIME" => -7,
        "PACIFIC STANDARD TIME" => -8,
        _ => return None,
    };
    Some(hours * 3600)
}
