//! What can be typed next at a place in a query.

use std::ops::Range;

use super::fold::fold;
use super::keys::{KEYS, Key};
use super::parse::closed_words;
use super::print;
use super::range::WORDS;
use super::{Has, TimeKey};
use crate::domain::{Action, Field};

/// Something to type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The bytes of the query it takes the place of.
    pub replace: Range<usize>,
    /// What to put there.
    pub text: String,
    /// What it is for; empty for a value.
    pub help: &'static str,
}

/// Lengths and days that people ask for most.
const RANGES: &[&str] = &["24h", "7d", "30d", "90d", "1y"];

/// Returns what can be typed at byte `cursor`, best first: keys by their beginning, then by a part; values
/// likewise. `known` gives the values of a field that the store has, most frequent first. Nothing within a
/// phrase or an expression, where any text is right.
pub fn complete(text: &str, cursor: usize, known: &dyn Fn(Field) -> Vec<String>) -> Vec<Completion> {
    let Some(start) = word_start(text, cursor) else { return Vec::new() };
    let word = text.get(start..cursor).unwrap_or_default();
    match word.split_once(':') {
        None => keys(word, start..cursor),
        Some((name, _)) => {
            let key = match Key::parse(name) {
                Some(key) => key,
                None if name.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("raw.")) => Key::Raw,
                None => return Vec::new(),
            };
            values(key, text, start + name.len() + 1, cursor, known)
        }
    }
}

/// Returns where the word under the cursor begins, behind signs and parentheses; `None` where the cursor
/// stands in a phrase or an expression.
fn word_start(text: &str, cursor: usize) -> Option<usize> {
    let mut start = 0;
    let (mut quoted, mut escape, mut fresh) = (false, false, true);
    let mut free = false;
    for (at, c) in text.get(..cursor)?.char_indices() {
        if quoted {
            (quoted, escape) = match c {
                _ if escape => (true, false),
                '\\' => (true, true),
                '"' => (false, false),
                _ => (true, false),
            };
        } else if c.is_whitespace() {
            (start, fresh, free) = (at + c.len_utf8(), true, false);
        } else if fresh && matches!(c, '-' | '(') {
            start = at + 1;
        } else {
            free |= fresh && matches!(c, '"' | '/');
            quoted = c == '"' && (fresh || text.get(start..at).is_some_and(|word| word.contains(':')));
            fresh = false;
        }
    }
    (!free).then_some(start)
}

fn keys(word: &str, replace: Range<usize>) -> Vec<Completion> {
    let lower = word.to_ascii_lowercase();
    let (begin, hold): (Vec<_>, Vec<_>) = KEYS
        .iter()
        .filter(|(name, _, _)| name.contains(&lower))
        .partition(|(name, _, _)| name.starts_with(&lower));
    let operators = [("OR", "either side"), ("NOT", "not what follows")];
    let operators = operators.iter().filter(|(name, _)| !word.is_empty() && name.starts_with(word));
    let found = begin.into_iter().chain(hold).map(|(name, key, help)| {
        let end = if key == Key::Raw { '.' } else { ':' };
        Completion { replace: replace.clone(), text: format!("{name}{end}"), help }
    });
    found
        .chain(operators.map(|(name, help)| Completion {
            replace: replace.clone(),
            text: format!("{name} "),
            help,
        }))
        .collect()
}

fn values(
    key: Key,
    text: &str,
    from: usize,
    cursor: usize,
    known: &dyn Fn(Field) -> Vec<String>,
) -> Vec<Completion> {
    let start = if matches!(key, Key::Time(_)) { from } else { item_start(text, from, cursor) };
    let typed = text.get(start..cursor).unwrap_or_default();
    let wanted = fold(typed.trim_start_matches('"')).into_owned();
    let mut candidates = words_of(key, known);
    candidates.retain(|(word, _)| fold(word).contains(&wanted));
    // A stable sort: what begins so comes first, in the order it was given.
    candidates.sort_by_key(|(word, _)| !fold(word).starts_with(&wanted));
    candidates
        .into_iter()
        .map(|(word, keyword)| if keyword { word } else { print::value_text(&word) })
        .filter(|text| text != typed)
        .map(|text| Completion { replace: start..cursor, text, help: "" })
        .collect()
}

/// Returns where the value under the cursor begins: behind the last comma outside quotes.
fn item_start(text: &str, from: usize, cursor: usize) -> usize {
    let mut start = from;
    let mut quoted = false;
    for (at, c) in text.get(from..cursor).unwrap_or_default().char_indices() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => start = from + at + 1,
            _ => {}
        }
    }
    start
}

/// Returns the values of a key that are known; with each whether it is a word of the language rather than a
/// value that may need quotes.
fn words_of(key: Key, known: &dyn Fn(Field) -> Vec<String>) -> Vec<(String, bool)> {
    let mut words: Vec<(String, bool)> = Vec::new();
    let mut push = |word: &str, keyword: bool| {
        if !words.iter().any(|(other, _)| other == word) {
            words.push((word.to_owned(), keyword));
        }
    };
    match key {
        Key::Field(field) => {
            known(field).iter().for_each(|word| push(word, false));
            closed_words(field).into_iter().flatten().for_each(|word| push(word, false));
            match field {
                Field::Action => Action::ALL.iter().for_each(|action| push(action.as_str(), false)),
                Field::Actor => push("system", false),
                _ => {}
            }
            push("none", true);
        }
        Key::Ip => {
            known(Field::Ip).iter().for_each(|word| push(word, false));
            push("none", true);
        }
        Key::Has => Has::ALL.iter().for_each(|has| push(has.as_str(), true)),
        Key::Time(key) => {
            RANGES.iter().chain(WORDS).for_each(|word| push(word, false));
            if key == TimeKey::Time {
                push("none", true);
            }
        }
        Key::From | Key::To | Key::Raw => push("none", true),
        Key::Id => {}
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::arbitrary::context;

    fn known(field: Field) -> Vec<String> {
        match field {
            Field::Actor => vec!["Ana Silva".into(), "bo".into(), "System".into()],
            _ => Vec::new(),
        }
    }

    /// Completes at the bar; returns each whole query, the cursor's place left out.
    fn check(text: &str, expect: &[&str]) {
        let cursor = text.find('|').unwrap();
        let text = text.replace('|', "");
        let found: Vec<String> = complete(&text, cursor, &known)
            .into_iter()
            .map(|c| {
                let mut whole = text.clone();
                whole.replace_range(c.replace, &c.text);
                whole
            })
            .collect();
        let found: Vec<&str> = found.iter().map(String::as_str).take(expect.len().max(1)).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn keys_come_by_their_beginning() {
        check("act|", &["actor:", "action:", "activity:"]);
        check("x -(ou|) y", &["x -(outcome:) y"]);
        check("type|", &["type:", "target.type:"]);
        check("RA|", &["raw."]);
        check("x O|", &["x outcome:"]);
        check("banana|", &[]);
        check("\"act|", &[]);
        check("/act|", &[]);
        check("\"a b\" has|", &["\"a b\" has:"]);
    }

    #[test]
    fn values_come_quoted_where_they_must() {
        check("actor:|", &["actor:\"Ana Silva\"", "actor:bo", "actor:System", "actor:system", "actor:none"]);
        check("actor:sil|", &["actor:\"Ana Silva\""]);
        check("actor:\"ana|", &["actor:\"Ana Silva\""]);
        check("actor:bo,s|", &["actor:bo,System", "actor:bo,system"]);
        check("action:log|", &["action:\"logged in\"", "action:\"logged out\"", "action:\"login failed\""]);
        check("-outcome:f|", &["-outcome:failure"]);
        check("has:|", &["has:diff", "has:note", "has:mark"]);
        check("since:l|", &["since:\"last week\"", "since:\"last month\""]);
        check("raw.a.b:|", &["raw.a.b:none"]);
        check("foo:|", &[]);
    }

    #[test]
    fn every_completion_reads_back() {
        for text in
            ["actor:", "ip:", "scope:", "kind:", "class:", "outcome:", "action:", "since:", "time:", "has:"]
        {
            for completion in complete(text, text.len(), &known) {
                let query = format!("{text}{}", completion.text);
                assert!(crate::query::parse(&query, &context()).is_ok(), "{query}");
            }
        }
        assert_eq!(complete("", 0, &known).len(), KEYS.len());
        assert!(complete("日本", 1, &known).is_empty());
    }
}
