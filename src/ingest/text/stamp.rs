//! Times at the beginning of a line: how long they are, not what they mean.

/// Splits a time off the beginning of a line: `2026-01-02T03:04:05Z`, `[2026-01-02 03:04:05,123 UTC]`,
/// `Jan  2 03:04:05`. Returns it as written, and what follows.
pub(super) fn leading(line: &str) -> (Option<&str>, &str) {
    let (open, text) = match line.strip_prefix('[') {
        Some(text) => (true, text),
        None => (false, line),
    };
    let Some(len) = iso(text).or_else(|| spoken(text)).or_else(|| bsd(text)).or_else(|| slashed(text)) else {
        return (None, line);
    };
    let Some((time, rest)) = text.split_at_checked(len) else { return (None, line) };
    let rest = match (open, rest.strip_prefix(']')) {
        (true, Some(rest)) => rest,
        (true, None) => return (None, line),
        (false, _) => rest,
    };
    let bounded = rest.is_empty() || rest.starts_with([' ', '\t', ':', ',', ';', '|', '-']);
    if !bounded {
        return (None, line);
    }
    (Some(time), rest.trim_start_matches([' ', '\t', ':', ',', ';', '|', '-']))
}

/// Returns a time that stands behind a few plain words: `INFO 2026-01-02 03:04:05 ..`, `0005.0004c71c Tue Jan 02 2026 ..`.
pub(super) fn behind_words(line: &str) -> Option<&str> {
    behind(line, 4, 24)
}

/// The same behind more and longer words: those of devices that name and count their messages.
pub(super) fn behind_many_words(line: &str) -> Option<&str> {
    behind(line, 8, 48)
}

fn behind(line: &str, most: usize, longest: usize) -> Option<&str> {
    let within = most * 16;
    let mut at = 0;
    for _ in 0..most {
        let rest = line.get(at..)?;
        let word = rest.split(' ').next()?;
        at += word.len() + 1;
        let plain = word.len() <= longest && !word.contains(['=', '"', '{', ',', ';']);
        if !plain || at > within {
            return None;
        }
        let gap = line.get(at..)?;
        at += gap.len() - gap.trim_start_matches(' ').len();
        if let (Some(time), _) = leading(line.get(at..)?) {
            return Some(time);
        }
    }
    None
}

/// Returns the time that a line begins with, as written, an opening bracket left out.
pub(crate) fn opening_time(line: &str) -> Option<&str> {
    leading(line.trim_start_matches('"')).0
}

/// Whether a time is written with its year, or as a number of seconds.
pub(crate) fn is_dated(time: &str) -> bool {
    time.as_bytes().windows(4).any(|four| four.iter().all(u8::is_ascii_digit))
}

/// Whether a line begins with a time, or has one behind a few plain words.
pub(crate) fn opens_with_time(line: &str) -> bool {
    leading(line).0.is_some() || behind_words(line).is_some()
}

/// Returns the length of an ISO 8601 date and time at the beginning of a text, its zone included.
pub(super) fn iso(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let pattern = b"dddd-dd-dd_dd:dd:dd";
    let head = bytes.get(..pattern.len())?;
    let fits = head.iter().zip(pattern).enumerate().all(|(at, (byte, wanted))| match wanted {
        b'd' => byte.is_ascii_digit(),
        b'_' => matches!(byte, b'T' | b't' | b' '),
        b'-' => *byte == b'-' || (*byte == b'/' && at < 8),
        wanted => byte == wanted,
    });
    if !fits {
        return None;
    }
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = pattern.len();
    if matches!(bytes.get(end), Some(b'.' | b',')) && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    Some(end + zone(bytes.get(end..).unwrap_or_default()))
}

/// Returns the length of a zone behind a time: `Z`, `+01:00`, ` +0100`, ` UTC`.
fn zone(rest: &[u8]) -> usize {
    let offset = |from: usize| {
        let tail = rest.get(from..).unwrap_or_default();
        let signed = matches!(tail.first(), Some(b'+' | b'-'));
        let digits = tail.iter().skip(1).take_while(|byte| byte.is_ascii_digit() || **byte == b':').count();
        if signed && matches!(digits, 2 | 4 | 5) { Some(from + 1 + digits) } else { None }
    };
    match rest {
        [b'Z' | b'z', ..] => 1,
        [b' ', b'U', b'T', b'C', ..] | [b' ', b'G', b'M', b'T', ..] => 4,
        [b' ', b'Z', b' ', ..] => 2,
        [b' ', ..] => offset(1).unwrap_or(0),
        _ => offset(0).unwrap_or(0),
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Returns the length of syslog's old time at the beginning of a text: `Jan  2 03:04:05`, with decimals, and with
/// the year before or behind the clock that some devices add.
pub(super) fn bsd(text: &str) -> Option<usize> {
    let mut words = Words { text, at: 0 };
    let month = words.next()?;
    if !MONTHS.contains(&month) || !is_digits(words.next()?, 1, 2) {
        return None;
    }
    let mut word = words.next()?;
    let year_first = is_digits(word, 4, 4);
    if year_first {
        word = words.next()?;
    }
    let clock = word.trim_end_matches(':');
    if !is_clock(clock) {
        return None;
    }
    let end = words.at - (word.len() - clock.len());
    if year_first {
        return Some(end + zone(text.as_bytes().get(end..).unwrap_or_default()));
    }
    let year = words.next().map(|word| word.trim_end_matches(':'));
    match year {
        Some(year) if is_digits(year, 4, 4) && matches!(year.as_bytes(), [b'1' | b'2', ..]) => {
            Some(end + 1 + year.len())
        }
        _ => Some(end),
    }
}

/// Returns the length of a date with slashes before a clock: `02/03/2026:10:11:12 GMT`.
pub(super) fn slashed(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let pattern = b"dd/dd/dddd_dd:dd:dd";
    let head = bytes.get(..pattern.len())?;
    let fits = head.iter().zip(pattern).all(|(byte, wanted)| match wanted {
        b'd' => byte.is_ascii_digit(),
        b'_' => matches!(byte, b':' | b' '),
        wanted => byte == wanted,
    });
    fits.then(|| pattern.len() + zone(bytes.get(pattern.len()..).unwrap_or_default()))
}

/// Returns the length of a time with its half of the day: `Jan 2, 2026 3:04:05,123 PM`.
fn spoken(text: &str) -> Option<usize> {
    let mut words = Words { text, at: 0 };
    let (month, day, year, clock, half) =
        (words.next()?, words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.contains(&month.get(..3)?) && month.chars().all(char::is_alphabetic);
    let clock = clock.split(['.', ',']).next()?;
    let fits = month
        && is_digits(day.trim_end_matches(','), 1, 2)
        && is_digits(year.trim_end_matches(','), 4, 4)
        && is_clock(clock)
        && ["AM", "PM", "am", "pm"].contains(&half);
    fits.then_some(words.at)
}

fn is_digits(word: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_clock(word: &str) -> bool {
    let (clock, decimals) = word.split_once('.').unwrap_or((word, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    parts.len() == 3 && parts.iter().all(|part| is_digits(part, 1, 2)) && is_digits(decimals, 1, 9)
}

struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..)?;
        let skipped = rest.len() - rest.trim_start_matches(' ').len();
        let word = rest.get(skipped..)?.split(' ').next().filter(|word| !word.is_empty())?;
        self.at += skipped + word.len();
        Some(word)
    }
}

/// Returns the length of a frame of syslog over TCP (RFC 6587) and that of the count before it, where a text begins
/// with one: `57 <34>1 2026-..`.
pub(crate) fn counted(text: &[u8]) -> Option<(usize, usize)> {
    let digits = text.iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || text.first() == Some(&b'0') || text.get(digits) != Some(&b' ') {
        return None;
    }
    let number = std::str::from_utf8(text.get(..digits)?).ok()?.parse().ok()?;
    let head = text.get(digits + 1..)?;
    let priority = head.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
    let begins = head.first() == Some(&b'<') && (1..=3).contains(&priority);
    (begins && head.get(priority + 1) == Some(&b'>')).then_some((digits + 1, number))
}
