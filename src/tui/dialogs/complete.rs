//! What a half-typed word of a query may become: keys, words of closed lists, values that are known.

use std::ops::Range;
use std::sync::Arc;

use crate::domain::{Action, ActorKind, Class, Field, Outcome, Scope};
use crate::query::{Expr, Filter, KEYS, Key};

/// What a word may become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Completion {
    /// What is put in.
    pub(super) text: String,
    /// What it is for.
    pub(super) note: &'static str,
}

/// Completions, and the bytes they take the place of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Completions {
    /// The half-typed word.
    pub(super) word: Range<usize>,
    /// What it may become, best first.
    pub(super) items: Vec<Completion>,
}

/// Values known of fields, as the filters list them.
pub(super) type Values = Vec<(Field, Vec<Arc<str>>)>;

/// Words for `since:` and its like.
const RANGES: &[&str] =
    &["today", "yesterday", "7d", "30d", "this week", "last week", "this month", "last month", "this year"];

/// Most completions offered.
const MOST: usize = 50;

/// Returns what the word before the cursor may become.
pub(super) fn complete(text: &str, cursor: usize, values: &Values) -> Completions {
    let before = text.get(..cursor).unwrap_or(text);
    let cursor = before.len();
    let start = word_start(before);
    let word = before.get(start..).unwrap_or_default();
    let sign = word.len() - word.trim_start_matches('-').len();
    let (start, word) = (start + sign, word.get(sign..).unwrap_or_default());
    match word.split_once(':') {
        None => Completions { word: start..cursor, items: keys(word) },
        Some((key, rest)) => {
            let value = rest.rsplit(',').next().unwrap_or_default();
            Completions { word: cursor - value.len()..cursor, items: of_key(key, value, values) }
        }
    }
}

/// A word begins behind a blank or parenthesis outside quotes.
fn word_start(before: &str) -> usize {
    let mut start = 0;
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in before.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ' ' | '\t' | '(' | ')' if !quoted => start = at + c.len_utf8(),
            _ => {}
        }
    }
    start
}

fn keys(word: &str) -> Vec<Completion> {
    if word.is_empty() {
        return Vec::new();
    }
    let begins = |key: &str| key.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
    KEYS.iter()
        .filter(|(key, _, _)| begins(key))
        .map(|(key, kind, note)| {
            let end = if *kind == Key::Raw { '.' } else { ':' };
            Completion { text: format!("{key}{end}"), note }
        })
        .collect()
}

fn of_key(key: &str, typed: &str, values: &Values) -> Vec<Completion> {
    let words: Vec<String> = match Key::parse(key) {
        Some(Key::Time(_)) => RANGES.iter().map(|range| quoted_range(range)).collect(),
        Some(Key::Has) => ["diff", "note", "mark"].map(str::to_owned).to_vec(),
        Some(Key::Field(field)) => of_field(field, values),
        Some(Key::Ip) => of_field(Field::Ip, values),
        _ => Vec::new(),
    };
    let typed = typed.trim_start_matches('"').to_lowercase();
    let plain = |word: &str| word.trim_start_matches('"').to_lowercase();
    let (begin, other): (Vec<_>, Vec<_>) = words
        .into_iter()
        .filter(|word| plain(word).contains(&typed))
        .partition(|word| plain(word).starts_with(&typed));
    begin.into_iter().chain(other).take(MOST).map(|text| Completion { text, note: "" }).collect()
}

fn quoted_range(range: &str) -> String {
    if range.contains(' ') { format!("\"{range}\"") } else { range.to_owned() }
}

/// Values as they are seen, then the words of closed lists that were not.
fn of_field(field: Field, values: &Values) -> Vec<String> {
    let known = values.iter().find(|(of, _)| *of == field).map(|(_, known)| known.as_slice());
    let mut words: Vec<String> = known.unwrap_or_default().iter().map(|value| spelled(value)).collect();
    let closed: &[&str] = match field {
        Field::Action => &Action::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>(),
        Field::Kind => &ActorKind::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>(),
        Field::Outcome => &Outcome::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>(),
        Field::Class => &Class::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>(),
        Field::Scope => &Scope::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>(),
        Field::Actor => &["system"],
        _ => &[],
    };
    for word in closed.iter().map(|word| spelled(word)) {
        if !words.iter().any(|known| known.eq_ignore_ascii_case(&word)) {
            words.push(word);
        }
    }
    words
}

/// Returns a value as the language spells it, with quotes where it needs them.
fn spelled(value: &str) -> String {
    let text = Filter::from(Expr::value(Field::Activity, value)).to_string();
    text.split_once(':').map_or_else(|| value.to_owned(), |(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let values: Values =
            vec![(Field::Actor, vec!["Ana Silva".into(), "Bo".into()]), (Field::Ip, vec!["10.0.0.1".into()])];
        let (before, behind) = text.split_once('|').unwrap();
        let whole = format!("{before}{behind}");
        let found = complete(&whole, before.len(), &values);
        let become_ = |item: &Completion| {
            let mut text = whole.clone();
            text.replace_range(found.word.clone(), &item.text);
            text
        };
        let texts: Vec<String> = found.items.iter().map(become_).collect();
        assert_eq!(texts, expected, "{text}");
    }

    #[test]
    fn words_become_keys_and_values() {
        check("act|", &["actor:", "action:", "activity:"]);
        check("-sc|", &["-scope:"]);
        check("(AC| x", &["(actor: x", "(action: x", "(activity: x"]);
        check("actor:|", &["actor:\"Ana Silva\"", "actor:Bo", "actor:system"]);
        check("actor:\"an|", &["actor:\"Ana Silva\""]);
        check("x actor:Bo,sys| y", &["x actor:Bo,system y"]);
        check("outcome:d|", &["outcome:denied"]);
        check("ip:1|", &["ip:10.0.0.1"]);
        check("since:\"last w|", &["since:\"last week\""]);
        check("raw|", &["raw."]);
        check("action:logged|", &["action:\"logged in\"", "action:\"logged out\""]);
        check("|", &[]);
        check("\"act|", &[]);
        check("nokey:x|", &[]);
    }

    #[test]
    fn no_text_and_cursor_panics() {
        for text in ["", "é:ü", "a\"b\\", "::,,", "-", "actor:é"] {
            for cursor in 0..=text.len() + 1 {
                let _ = complete(text, cursor.min(text.len()), &Vec::new());
            }
        }
    }
}
