//! Lines of names and values: logfmt and its relatives.

use std::borrow::Cow;

use super::object::Object;
use super::{cells, opening};

/// Tabs between what stands before the pairs that make cells of it.
const CELLS: usize = 2;

/// One name with its value.
struct Pair<'a> {
    key: &'a str,
    value: Cow<'a, str>,
    /// Bytes of it in the line.
    length: usize,
}

/// Writes the pairs of a line, if it is mostly pairs; what stands before the first is its `message`.
pub(super) fn write(text: &str, out: &mut Object<'_>) -> bool {
    let Some((before, pairs)) = find(text) else { return false };
    let before = opening::behind_level(before);
    let names_message = |pair: &Pair<'_>| matches!(pair.key, "msg" | "message");
    let before = before.trim_matches([' ', '\t', ':', ',', ';']);
    if before.matches('\t').count() >= CELLS {
        cells::numbered(before.split('\t'), out);
    } else if !before.is_empty() && !pairs.iter().any(names_message) {
        out.text("message", before);
    }
    for pair in &pairs {
        out.text(pair.key, &pair.value);
    }
    true
}

/// Reads `[action:"Accept"; operation:"Log In"]`: names and quoted values with semicolons between, in brackets.
pub(super) fn bracketed(text: &str) -> Option<Vec<(&str, Cow<'_, str>)>> {
    let mut rest = text.trim_end().strip_prefix('[')?.strip_suffix(']')?;
    let mut pairs = Vec::new();
    while !rest.is_empty() {
        let (key, behind) = rest.split_once(':').filter(|(key, _)| is_key(key))?;
        let (value, length) = quoted(behind, b'"').filter(|_| behind.starts_with('"'))?;
        pairs.push((key, value));
        rest = behind.get(length..)?.trim_start_matches([';', ' ']);
    }
    (pairs.len() >= 3).then_some(pairs)
}

/// Fewest pairs between bars.
const BARRED: usize = 5;

/// Writes the pairs of `[user:"ana"; type:"x"]` and of `user:ana|source:/192.0.2.7|type:LOGIN`; returns false where a part is none.
pub(super) fn barred(text: &str, out: &mut Object<'_>) -> bool {
    if let Some(pairs) = bracketed(text) {
        pairs.iter().for_each(|(key, value)| out.text(key, value));
        return true;
    }
    let Some((first, rest)) = text.split_once('|') else { return false };
    let (before, first) = first.rsplit_once(' ').unwrap_or(("", first));
    let pairs = || [first].into_iter().chain(rest.split('|')).map(|part| part.split_once(':'));
    let fits = |pair: Option<(&str, &str)>| pair.is_some_and(|(key, _)| is_key(key) && !key.contains('/'));
    if rest.matches('|').count() + 2 < BARRED || !pairs().all(fits) {
        return false;
    }
    let before = before.trim_end_matches([' ', '-']);
    if !before.is_empty() {
        out.text("message", before);
    }
    pairs().flatten().for_each(|(key, value)| out.text(key, value));
    true
}

/// Fewest labels that make a row of them.
const LABELS: usize = 3;

/// Writes `Site: Quay,Admin: ana,Policy was edited`: labels with their values, and words behind them.
pub(super) fn labelled(text: &str, out: &mut Object<'_>) -> bool {
    let is_label = |label: &str| {
        let label = label.trim();
        (2..=32).contains(&label.len())
            && label.starts_with(char::is_uppercase)
            && label.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-'))
    };
    let part = |part: &'_ str| part.split_once(": ").map(|(label, _)| is_label(label));
    let labels = text.split(',').filter(|text| part(text) == Some(true)).count();
    let first = text.split(',').next().is_some_and(|text| part(text) == Some(true));
    if !first || labels < LABELS || labels * 2 < text.split(',').count() {
        return false;
    }
    let mut words: Vec<&str> = Vec::new();
    for part in text.split(',') {
        match part.split_once(": ").filter(|(label, _)| is_label(label) && words.is_empty()) {
            Some((label, value)) => out.text(label.trim(), value.trim()),
            None => words.push(part.trim()),
        }
    }
    if !words.is_empty() {
        out.text("message", &words.join(", "));
    }
    true
}

/// Writes the pairs that a text holds beside its words, less those of these names.
pub(super) fn within(text: &str, without: &[&str], out: &mut Object<'_>) {
    let style = style(text);
    let words = text.split(' ').scan(0, |at, word| {
        let from = *at;
        *at += word.len() + 1;
        Some(from)
    });
    let mut next = 0;
    for from in words.take(WORDS) {
        let found = text.get(from..).filter(|_| from >= next).and_then(|rest| pair(rest, style));
        if let Some((pair, end)) = found {
            next = from + end;
            if !without.contains(&pair.key) {
                out.text(pair.key, &pair.value);
            }
        }
    }
}

/// Most words of a text among which pairs are looked for.
const WORDS: usize = 256;

/// Returns what stands before the first pair, and all pairs, where there are at least two that make up most of the
/// line.
fn find(text: &str) -> Option<(&str, Vec<Pair<'_>>)> {
    let style = style(text);
    let mut pairs: Vec<Pair<'_>> = Vec::new();
    let mut first = None;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some((pair, end)) = pair(rest, style) {
            first.get_or_insert(at);
            pairs.push(pair);
            at += end;
        } else {
            // To the next place where a name can begin.
            let word = rest.find(SEPARATORS).unwrap_or(rest.len());
            let gap = rest.get(word..).unwrap_or_default();
            at += word + (gap.len() - gap.trim_start_matches(SEPARATORS).len());
        }
    }
    let covered: usize = pairs.iter().map(|pair| pair.length).sum();
    let before = text.get(..first?)?;
    let many = matches!(style, Style::Commas | Style::Parts) && pairs.len() > 2;
    (pairs.len() >= 2 && (many || covered * 2 >= text.len())).then_some((before, pairs))
}

/// What ends a value that is not quoted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// White space.
    Words,
    /// A tab, so that values hold spaces.
    Tabs,
    /// ` ; `
    Semicolons,
    /// A comma before the next pair: `info=login attempt, user=ana`.
    Commas,
    /// The same of a semicolon: `info=login attempt;user=ana`.
    Parts,
}

fn style(text: &str) -> Style {
    let tabbed = |part: &str| part.split_once('=').is_some_and(|(key, _)| is_key(key.trim_start()));
    if text.split('\t').skip(1).filter(|part| tabbed(part)).count() >= 2 {
        return Style::Tabs;
    }
    if text.contains(" ; ") {
        return Style::Semicolons;
    }
    let pairs = text.matches('=').count();
    let behind = |mark: char| text.split(mark).skip(1).filter(|part| tabbed(part)).count();
    let mostly = |marks: usize| marks >= 2 && marks * 2 >= pairs.saturating_sub(1);
    match () {
        () if mostly(behind(',')) => Style::Commas,
        () if mostly(behind(';')) => Style::Parts,
        () => Style::Words,
    }
}

/// Returns the bytes of a value up to a comma before another pair, or to the pair that follows without one.
fn up_to_comma(rest: &str) -> usize {
    for (at, c) in rest.char_indices() {
        let behind = rest.get(at + c.len_utf8()..).unwrap_or_default();
        let next = || {
            let word = behind.trim_start_matches(' ');
            word.split_once('=').is_some_and(|(key, _)| is_key(key))
        };
        let ends = match c {
            ',' => behind.trim().is_empty() || next(),
            ' ' => next(),
            ']' | ')' => behind.is_empty() || behind.starts_with('['),
            _ => false,
        };
        if ends {
            return at;
        }
    }
    rest.len()
}

/// Longest name.
const MAX_KEY: usize = 128;

const SEPARATORS: [char; 8] = [' ', '\t', ',', ';', '(', '[', ']', ')'];

/// Reads `key=value` at the beginning of a text and returns the bytes up to the next pair.
fn pair(text: &str, style: Style) -> Option<(Pair<'_>, usize)> {
    // A name is short, so that looking for one at every word stays cheap on any line.
    let head = text.as_bytes().get(..MAX_KEY + 1).unwrap_or(text.as_bytes());
    let at = memchr::memchr(b'=', head)?;
    let (key, rest) = (text.get(..at).filter(|key| is_key(key))?, text.get(at + 1..)?);
    let begin = key.len() + 1;
    let (value, length) = match rest.as_bytes().first() {
        Some(quote @ (b'"' | b'\'')) => quoted(rest, *quote)?,
        _ if style == Style::Commas => {
            let end = up_to_comma(rest);
            (Cow::Borrowed(rest.get(..end)?.trim_end()), end)
        }
        _ if style == Style::Parts => {
            let value = rest.split(';').next().unwrap_or_default();
            (Cow::Borrowed(value.trim_end()), value.len())
        }
        _ if style == Style::Tabs => {
            let value = rest.split('\t').next().unwrap_or_default();
            (Cow::Borrowed(value.trim_end()), value.len())
        }
        _ if style == Style::Semicolons => {
            let value = rest.split(" ; ").next().unwrap_or_default();
            (Cow::Borrowed(value.trim_end()), value.len())
        }
        // `cmd_data=list auth user`: a command is the rest of the line, where no pair follows.
        _ if COMMANDS.contains(&key) && !has_pair(rest) => (Cow::Borrowed(rest.trim_end()), rest.len()),
        Some(b'[')
            if rest
                .find(']')
                .is_some_and(|end| rest.get(1..end).is_some_and(|v| !v.contains(['=', '[']))) =>
        {
            let end = rest.find(']')?;
            (Cow::Borrowed(rest.get(1..end)?), end + 1)
        }
        _ => {
            let end = rest.find([' ', '\t']).unwrap_or(rest.len());
            let value = rest.get(..end)?;
            (Cow::Borrowed(value.trim_end_matches([',', ';'])), end)
        }
    };
    let behind = rest.get(length..)?;
    let gap = behind.len() - behind.trim_start_matches(SEPARATORS).len();
    // What follows a quoted value is a separator or the end.
    (gap > 0 || behind.is_empty())
        .then_some((Pair { key, value, length: begin + length + gap }, begin + length + gap))
}

/// Names of what was entered.
const COMMANDS: [&str; 6] = ["cmd", "command", "cmd_data", "cmdline", "COMMAND", "query"];

/// Whether a text holds a pair behind its first word.
fn has_pair(text: &str) -> bool {
    text.split([' ', '\t']).skip(1).any(|word| word.split_once('=').is_some_and(|(key, _)| is_key(key)))
}

fn is_key(key: &str) -> bool {
    let first = key.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '@' | '$'));
    let rest = |c: char| {
        c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '/' | ':' | '[' | ']' | '$' | '#')
    };
    // `Audit:[user=ana`: the name begins behind the bracket.
    let whole = key.matches('[').count() == key.matches(']').count();
    first && whole && key.chars().all(rest)
}

/// Reads a quoted value: a backslash escapes, a doubled quote is one.
pub(super) fn quoted(text: &str, quote: u8) -> Option<(Cow<'_, str>, usize)> {
    let inner = text.get(1..)?;
    let mut value = Cow::Borrowed("");
    let mut from = 0;
    let bytes = inner.as_bytes();
    while let Some(found) = bytes.get(from..)?.iter().position(|&byte| byte == quote || byte == b'\\') {
        let at = from + found;
        let plain = inner.get(from..at)?;
        if value.is_empty() {
            value = Cow::Borrowed(plain);
        } else {
            value.to_mut().push_str(plain);
        }
        match (bytes.get(at)?, bytes.get(at + 1)) {
            (b'\\', Some(_)) => {
                let escaped = inner.get(at + 1..)?.chars().next()?;
                push_escaped(value.to_mut(), escaped, quote);
                from = at + 1 + escaped.len_utf8();
            }
            (b'\\', None) => return None,
            (_, Some(next)) if *next == quote && quote == b'"' => {
                value.to_mut().push('"');
                from = at + 2;
            }
            _ => return Some((value, at + 2)),
        }
    }
    None
}

fn push_escaped(value: &mut String, escaped: char, quote: u8) {
    match escaped {
        'n' => value.push('\n'),
        't' => value.push('\t'),
        'r' => value.push('\r'),
        c if c == '\\' || c == char::from(quote) || c == '"' => value.push(c),
        // Windows paths are written with single backslashes.
        c => value.extend(['\\', c]),
    }
}
