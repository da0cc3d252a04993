//! What stands before the words of a message: a time of its own, labels or somebody's name in brackets, the level.

use super::object::Object;
use super::{pairs, stamp};
use crate::ingest::map::words;

/// Words for how bad it is, as programs write them before what they say.
const LEVELS: [&str; 9] =
    ["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL"];

/// Words before a level at most.
const BEFORE: usize = 16;

/// Splits a full date off a message whose header has none, also behind a few words: `AUDIT_LOG 00071 2026-01-02
/// 03:04:05.678 +02:00 ..`.
pub(super) fn time(text: &str) -> (Option<&str>, &str) {
    if let (Some(time), rest) = stamp::leading(text)
        && stamp::is_dated(time)
    {
        return (Some(time), rest);
    }
    (stamp::behind_many_words(text).filter(|time| stamp::is_dated(time)), text)
}

/// Returns what stands behind the word for a level, where numbers and names alone stand before it, as devices count
/// and name their messages: `51001 NOTICE Signed in`.
pub(super) fn behind_level(text: &str) -> &str {
    let counted =
        |text: &str| text.split(' ').any(|word| word.len() > 1 && word.bytes().all(|b| b.is_ascii_digit()));
    let mut at = 0;
    for word in text.split(' ').take(BEFORE) {
        let end = at + word.len();
        if LEVELS.contains(&word) && text.get(..at).is_some_and(counted) {
            return text.get(end..).map(str::trim).filter(|rest| !rest.is_empty()).unwrap_or(text);
        }
        at = end + 1;
    }
    text
}

/// Splits the level and the logger off a line that a program's logging library wrote: `INFO - shop.Orders - Order 7 ..`.
/// Returns them and what was said.
pub(super) fn logged(text: &str) -> Option<(&str, &str, &str)> {
    let (level, rest) = text.split_once([' ', '\t'])?;
    let level = level.trim_matches(['[', ']', ':']);
    if !LEVELS.contains(&level) {
        return None;
    }
    let (logger, said) = rest.trim_start_matches([' ', '\t', '-', ':']).split_once(" - ")?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '$');
    let named = logger.len() <= 128 && logger.contains('.') && logger.chars().all(plain);
    (named && !said.trim().is_empty()).then(|| (level, logger, said.trim_start()))
}

/// Writes a message that begins with labels (`[User, Information, LogOff] ..`: the last says what was done) or, `timed`,
/// with whoever did it (`[ana]: Modified ..`); returns false where it is none.
pub(super) fn write(text: &str, timed: bool, out: &mut Object<'_>) -> bool {
    let Some((inside, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) else {
        return false;
    };
    let labels: Vec<&str> = inside.split(',').map(str::trim).collect();
    if labels.len() > 1 && labels.iter().all(|label| is_label(label)) && rest.starts_with(' ') {
        out.maybe("action", labels.last().copied());
        out.maybe("category", labels.first().copied());
        words_and_pairs(rest, out);
        return true;
    }
    let Some(rest) = rest.strip_prefix(':').filter(|_| timed) else { return false };
    let rest = rest.trim_start();
    let first = rest.split(' ').next().unwrap_or_default();
    let verb = first.len() > 2
        && first.chars().all(|c| c.is_alphabetic() || c == '_')
        && words::action(first).is_some();
    let name = without_octal(inside);
    let somebody = !name.is_empty() && name.len() <= 128 && !LEVELS.contains(&name.to_uppercase().as_str());
    if !(verb && somebody) {
        return false;
    }
    out.text("user", &name);
    out.text("action", first);
    words_and_pairs(rest, out);
    true
}

fn words_and_pairs(text: &str, out: &mut Object<'_>) {
    let text = text.trim();
    out.text("message", text);
    pairs::within(text, &["user", "action", "message", "category", "time"], out);
}

/// Whether a text is a word or two in letters.
fn is_label(text: &str) -> bool {
    (2..=64).contains(&text.len())
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.'))
        && text.starts_with(char::is_alphabetic)
}

/// Reads `ana\\040lund`, as some daemons write blanks.
fn without_octal(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        let digits = behind.get(..3).filter(|digits| digits.bytes().all(|b| (b'0'..b'8').contains(&b)));
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()).filter(u8::is_ascii);
        match code {
            Some(code) => {
                out.push(char::from(code));
                rest = behind.get(3..).unwrap_or_default();
            }
            None => {
                out.push('\\');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}
