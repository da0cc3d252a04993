//! Filters on the records of this module.

use proptest::prelude::*;
use proptest::sample::select;

use super::{NOW, PATHS, WORDS, context};
use crate::domain::json::Path;
use crate::domain::time::SECOND;
use crate::domain::{Field, IdPrefix, TimeSpan, Timestamp};
use crate::query::parse::closed_words;
use crate::query::range::parse_time_term;
use crate::query::{Expr, Filter, Has, IpMatch, Pattern, Regex, Term, Text, TimeKey, TimeTerm};

/// Returns a piece of a word, at times in another case.
fn piece_of(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    (select(words), any::<proptest::sample::Index>(), any::<proptest::sample::Index>(), 0u8..4).prop_map(
        |(word, from, to, style)| {
            let chars: Vec<char> = word.chars().collect();
            let (from, to) = (from.index(chars.len()), to.index(chars.len()));
            let piece: String = chars[from.min(to)..=from.max(to)].iter().collect();
            match style {
                0 => piece.to_lowercase(),
                1 => piece.to_uppercase(),
                _ => piece,
            }
        },
    )
}

/// Returns patterns on values of a word list.
fn pattern(words: &'static [&'static str]) -> impl Strategy<Value = Pattern> {
    prop_oneof![
        1 => Just(Pattern::None),
        4 => select(words).prop_map(|word| Pattern::Exact(word.to_owned())),
        1 => select(words).prop_map(|word| Pattern::Exact(word.to_uppercase())),
        1 => piece_of(words).prop_map(Pattern::Exact),
        2 => (proptest::option::of(piece_of(words)), piece_of(words), proptest::option::of(piece_of(words))).prop_map(
            |(before, middle, behind)| {
                let pieces = [before.unwrap_or_default(), middle, behind.unwrap_or_default()];
                Pattern::of_pieces(&pieces)
            }
        ),
        1 => select(words).prop_map(|word| {
            let (head, tail) = word.split_at(word.char_indices().nth(1).map_or(0, |(at, _)| at));
            Pattern::of_pieces(&[head, &tail.to_lowercase()])
        }),
    ]
}

fn patterns(words: &'static [&'static str]) -> impl Strategy<Value = Vec<Pattern>> {
    proptest::collection::vec(pattern(words), 1..3)
}

fn words_of(field: Field) -> &'static [&'static str] {
    match field {
        Field::Changed => PATHS,
        Field::Source => &["a.ndjson", "b.json", "stdin"],
        Field::Format => &["customerio", "github", "generic"],
        Field::Action | Field::ActionCode => {
            &["logged in", "logged_in", "created", "login failed", "other", "team.add_member", "team.remove"]
        }
        Field::Actor => {
            &["Ana Silva", "ana@example.com", "system", "System", "bo", "service", "unknown", "straße"]
        }
        _ => WORDS,
    }
}

fn value_term() -> impl Strategy<Value = Term> {
    let open: Vec<Field> = Field::ALL
        .iter()
        .copied()
        .filter(|field| *field != Field::Ip && closed_words(*field).is_none())
        .collect();
    let closed = vec![Field::Scope, Field::Kind, Field::Outcome, Field::Class];
    prop_oneof![
        4 => select(open).prop_flat_map(|field| patterns(words_of(field)).prop_map(move |p| Term::Value(field, p))),
        1 => select(closed).prop_flat_map(|field| {
            let words = closed_words(field).unwrap_or_default();
            let pattern = prop_oneof![
                4 => select(words.clone()).prop_map(|word| Pattern::Exact(word.to_owned())),
                1 => select(words).prop_map(|word| Pattern::of_pieces(&[word.get(..1).unwrap_or_default(), ""])),
                1 => Just(Pattern::None),
            ];
            proptest::collection::vec(pattern, 1..3).prop_map(move |p| Term::Value(field, p))
        }),
    ]
}

fn ip_match() -> impl Strategy<Value = IpMatch> {
    let addr = || {
        select(
            &["10.0.0.0", "10.0.0.1", "10.0.0.255", "10.255.255.255", "2001:db8::", "2001:db8::1", "::"][..],
        )
        .prop_map(|text| text.parse().unwrap())
    };
    prop_oneof![
        3 => (addr(), addr()).prop_map(|(a, b)| {
            let (a, b): (std::net::IpAddr, std::net::IpAddr) = (a, b);
            let ordered = crate::domain::ip::to_bytes(a) <= crate::domain::ip::to_bytes(b);
            if ordered { IpMatch::Range(a, b) } else { IpMatch::Range(b, a) }
        }),
        1 => select(&["10.0.*", "*ws internal", "none", "AWS Internal", "con*"][..]).prop_map(|text| {
            IpMatch::Text(match text {
                "none" => Pattern::None,
                text if text.contains('*') => Pattern::Glob(text.to_owned()),
                text => Pattern::Exact(text.to_owned()),
            })
        }),
    ]
}

fn time_term() -> impl Strategy<Value = Term> {
    let typed = select(
        &[
            "7d",
            "2h30m",
            "yesterday",
            "last week",
            "this month",
            "2026",
            "2026-11-20",
            "2026-11",
            "monday",
            "36h",
        ][..],
    );
    let key = select(&[TimeKey::Since, TimeKey::Until, TimeKey::Time][..]);
    let absolute = (-30i64..30, 1i64..60).prop_map(|(from, length)| {
        let from = NOW.0 + from * 3 * 3600 * SECOND;
        let until = from + length * 3600 * SECOND;
        TimeTerm::absolute(TimeSpan { from: Some(Timestamp(from)), until: Some(Timestamp(until)) })
    });
    prop_oneof![
        3 => (key, typed).prop_map(|(key, typed)| parse_time_term(key, typed, &context()).unwrap()),
        2 => absolute,
        1 => Just(TimeTerm::absolute(TimeSpan::default())),
    ]
    .prop_map(Term::Time)
}

fn text_term() -> impl Strategy<Value = Term> {
    prop_oneof![
        6 => piece_of(WORDS).prop_map(|literal| Term::Text(Text::new(literal))),
        2 => select(&["café nest", "logged in", "success", "line\nbreak", "x", "10.0.0", "\\u00", "e", "serial"][..])
            .prop_map(|literal| Term::Text(Text::new(literal))),
        1 => select(&["(?i)ana\\b", "team\\.\\w+", "^Bo", "a/b|\\\\", "[0-9]{5}", "日.", "d.*p"][..]).prop_map(|source| {
            Term::Regex(Regex { source: source.to_owned(), regex: regex::Regex::new(source).unwrap() })
        }),
    ]
}

const RAW_PATHS: &[&str] = &[
    "extra",
    "more.inner[0]",
    "more.inner",
    "more.gone",
    "serial",
    "on",
    "entries[*].actor.name",
    "entries[0].targets[*].id",
    "entries[action=created].outcome",
    "missing.\"x y\"",
    "[*]",
];

fn raw_term() -> impl Strategy<Value = Term> {
    (select(RAW_PATHS), patterns(WORDS))
        .prop_map(|(path, patterns)| Term::Raw(path.parse::<Path>().unwrap(), patterns))
}

const SIDES: &[&str] = &["draft", "LIVE", "3600", "null", "true", "7", "café"];

/// Returns single conditions of every kind.
pub(crate) fn term() -> impl Strategy<Value = Term> {
    let id = proptest::collection::vec("[0-9a-hjkmnp-tv-z]{7,12}", 1..3)
        .prop_map(|ids| Term::Id(ids.iter().map(|id| id.parse::<IdPrefix>().unwrap()).collect()));
    prop_oneof![
        6 => value_term(),
        2 => proptest::collection::vec(ip_match(), 1..3).prop_map(Term::Ip),
        2 => time_term(),
        1 => id,
        4 => text_term(),
        1 => raw_term(),
        1 => patterns(SIDES).prop_map(Term::From),
        1 => patterns(SIDES).prop_map(Term::To),
        1 => select(Has::ALL).prop_map(Term::Has),
    ]
}

/// Returns filters in normal form; most have hits among [`record`]s.
pub(crate) fn filter() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![12 => term().prop_map(Expr::Term), 1 => Just(Expr::All)];
    let tree = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            2 => proptest::collection::vec(inner.clone(), 1..4).prop_map(Expr::And),
            2 => proptest::collection::vec(inner.clone(), 1..4).prop_map(Expr::Or),
            2 => inner.prop_map(|expr| Expr::Not(Box::new(expr))),
        ]
    });
    tree.prop_map(|expr| Filter { expr }.normal())
}
