//! Random entries, records and filters for property tests, here and in the store.
//!
//! Values come from small word lists, so that filters hit, miss and nearly hit. A record is a JSON document
//! of this module's own shape; [`read`] maps it back to exactly the entries it was made of, as an
//! interpreter of the store does with a vendor's record.

use std::borrow::Cow;

use proptest::prelude::*;
use proptest::sample::select;

use crate::domain::json::{self, Doc, Node, Path};
use crate::domain::time::SECOND;
use crate::domain::{
    Action, Actor, ActorKind, Change, ChangeOp, Class, Entry, EntryId, Field, IdPrefix, Ip, Moment, Outcome,
    Provenance, Scope, Target, TimeSpan, Timestamp, Zone,
};

use super::range::{ParseContext, parse_time_term};
use super::{Expr, Filter, Has, IpMatch, Pattern, Regex, Term, Text, TimeKey, TimeTerm};

/// The time it is in these tests: 2026-11-22T14:03:11Z.
pub(crate) const NOW: Timestamp = Timestamp(1_795_356_191 * SECOND);

/// What queries are read against in these tests.
pub(crate) fn context() -> ParseContext {
    ParseContext { now: NOW, zone: Zone::parse("Europe/Berlin").unwrap() }
}

/// A record and the entries in it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Its JSON, on one line.
    pub(crate) raw: String,
    /// Its entries in the order of their parts, as [`read`] gives them.
    pub(crate) entries: Vec<Entry<'static>>,
}

/// Words that values are made of.
const WORDS: &[&str] = &[
    "Ana Silva",
    "ana@example.com",
    "bo",
    "Bo Larsen",
    "Campaign",
    "campaign action",
    "Café \"Zoë\"",
    "straße",
    "STRASSE",
    "ΟΔΟΣ",
    "team.add_member",
    "team.remove",
    "Black*Friday",
    "a\\b",
    "none",
    "{\"deep\":\"caf\\u00e9 NEST\"}",
    "line\nbreak",
    "12345",
    "-dash",
    "a,b (c)",
    "\u{212a}elvin",
    "日本",
];

const PATHS: &[&str] =
    &["name", "tags[3]", "actions[id=9].delay_s", "actions[id=9].name", "\"a.b\".c", "state"];

const ADDRESSES: &[&str] = &[
    "10.0.0.1",
    "10.0.0.200",
    "10.1.2.3",
    "192.0.2.9",
    "2001:db8::1",
    "2001:db8::ffff",
    "AWS Internal",
    "console",
];

const JSON_VALUES: &[&str] =
    &["null", "true", "3600", "\"draft\"", "\"Live\"", "[\"draft\",7]", "{\"a\":1}", "[]", "\"caf\\u00e9\""];

fn word() -> impl Strategy<Value = Cow<'static, str>> + Clone {
    select(WORDS).prop_map(Cow::Borrowed)
}

fn maybe_word() -> impl Strategy<Value = Option<Cow<'static, str>>> + Clone {
    proptest::option::weighted(0.6, word())
}

fn moment() -> impl Strategy<Value = Moment<'static>> {
    // Few different instants, so that ties are broken by position; some far away.
    let at = prop_oneof![
        6 => (0i64..40).prop_map(|n| NOW.0 - n * 6 * 3600 * SECOND),
        2 => (0i64..5).prop_map(|n| NOW.0 - n),
        1 => (0i64..4_000).prop_map(|n| n * 86_400 * SECOND * 8),
    ];
    (at, select(&[0u8, 3, 6, 9][..])).prop_map(|(at, digits)| {
        let at = Timestamp(at);
        Moment { at, digits, text: Cow::Owned(at.rfc3339(9)) }
    })
}

fn actor() -> impl Strategy<Value = Actor<'static>> {
    (select(ActorKind::ALL), maybe_word(), maybe_word(), maybe_word())
        .prop_map(|(kind, name, email, id)| Actor { kind, name, email, id })
}

fn target() -> impl Strategy<Value = Target<'static>> {
    (maybe_word(), maybe_word(), maybe_word()).prop_map(|(kind, id, name)| Target { kind, id, name })
}

fn change() -> impl Strategy<Value = Change<'static>> {
    let json = || proptest::option::weighted(0.7, select(JSON_VALUES));
    let op = select(&[ChangeOp::Add, ChangeOp::Remove, ChangeOp::Replace][..]);
    (select(PATHS), op, json(), json()).prop_map(|(path, op, before, after)| Change {
        path: path.into(),
        op,
        before: before.map(Into::into),
        after: after.map(Into::into),
        provenance: Provenance::Recorded,
    })
}

/// Returns entries; their id and place are blank.
pub(crate) fn entry() -> impl Strategy<Value = Entry<'static>> {
    let when = proptest::option::weighted(0.9, moment());
    let scope = proptest::option::of(select(Scope::ALL));
    let ip = proptest::option::weighted(0.7, select(ADDRESSES));
    (
        (when, scope, maybe_word(), maybe_word(), select(Class::ALL), maybe_word()),
        (select(Action::ALL), maybe_word(), proptest::option::weighted(0.8, actor()), ip, maybe_word()),
        (proptest::collection::vec(target(), 0..3), proptest::collection::vec(change(), 0..3)),
        (select(Outcome::ALL), maybe_word(), maybe_word(), select(&["customerio", "github", "generic"][..])),
    )
        .prop_map(|(first, second, (targets, changes), (outcome, request, session, format))| {
            let (time, scope, workspace, event_type, class, activity) = first;
            let (action, action_code, actor, ip, country) = second;
            let ip = ip.and_then(|text| Ip::read(text.into()));
            let mut entry = Entry::blank(format);
            (entry.time, entry.scope, entry.workspace, entry.event_type) =
                (time, scope, workspace, event_type);
            (entry.class, entry.activity, entry.action, entry.action_code) =
                (class, activity, action, action_code);
            (entry.actor, entry.ip, entry.country, entry.targets) = (actor, ip, country, targets);
            (entry.changes, entry.outcome, entry.request, entry.session) =
                (changes, outcome, request, session);
            entry
        })
}

/// Returns records of one to three entries.
pub(crate) fn record() -> impl Strategy<Value = Record> {
    let parts = prop_oneof![8 => Just(1usize), 1 => Just(2), 1 => Just(3)];
    (parts.prop_flat_map(|n| proptest::collection::vec(entry(), n)), word(), 0u32..1_000_000, any::<bool>())
        .prop_map(|(entries, extra, serial, ascii)| {
            let mut raw = write(&entries, &extra, serial);
            if ascii {
                raw = escape_beyond_ascii(&raw);
            }
            let entries = read(&raw);
            Record { raw, entries }
        })
}

/// Maps a record of [`record`] again; parts are numbered, the rest of the place is blank.
pub(crate) fn read(raw: &str) -> Vec<Entry<'static>> {
    let mut doc = Doc::new();
    let Ok(root) = doc.parse(raw) else { return Vec::new() };
    let entries = root.get("entries").into_iter().flat_map(|list| list.items().collect::<Vec<_>>());
    entries
        .enumerate()
        .map(|(part, node)| {
            let mut entry = read_entry(node);
            entry.id = EntryId::of(raw.as_bytes(), part as u32);
            entry.place.part = part as u32;
            entry
        })
        .collect()
}

fn write(entries: &[Entry<'_>], extra: &str, serial: u32) -> String {
    let entries: Vec<String> = entries.iter().map(write_entry).collect();
    let nested = format!("{{\"inner\":[{},\"x\"],\"gone\":null}}", json::quote(extra));
    format!(
        "{{\"entries\":[{}],\"extra\":{},\"more\":{nested},\"serial\":{serial},\"on\":true}}",
        entries.join(","),
        json::quote(extra),
    )
}

fn object(members: &[(&str, Option<String>)]) -> String {
    let members: Vec<String> = members
        .iter()
        .filter_map(|(key, value)| Some(format!("{}:{}", json::quote(key), value.as_ref()?)))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn write_entry(entry: &Entry<'_>) -> String {
    let text = |value: &Option<Cow<'_, str>>| value.as_deref().map(json::quote);
    let actor = entry.actor.as_ref().map(|actor| {
        object(&[
            ("kind", Some(json::quote(actor.kind.as_str()))),
            ("name", text(&actor.name)),
            ("email", text(&actor.email)),
            ("id", text(&actor.id)),
        ])
    });
    let target = |target: &Target<'_>| {
        object(&[("kind", text(&target.kind)), ("id", text(&target.id)), ("name", text(&target.name))])
    };
    let change = |change: &Change<'_>| {
        object(&[
            ("path", Some(json::quote(&change.path))),
            ("op", Some(json::quote(change.op.as_str()))),
            ("before", text(&change.before)),
            ("after", text(&change.after)),
        ])
    };
    let list = |items: Vec<String>| Some(format!("[{}]", items.join(",")));
    object(&[
        ("at", entry.time.as_ref().map(|time| time.at.0.to_string())),
        ("digits", entry.time.as_ref().map(|time| time.digits.to_string())),
        ("scope", entry.scope.map(|word| json::quote(word.as_str()))),
        ("workspace", text(&entry.workspace)),
        ("event_type", text(&entry.event_type)),
        ("class", Some(json::quote(entry.class.as_str()))),
        ("activity", text(&entry.activity)),
        ("action", Some(json::quote(entry.action.as_str()))),
        ("code", text(&entry.action_code)),
        ("actor", actor),
        ("ip", entry.ip.as_ref().map(|ip| json::quote(&ip.to_string()))),
        ("country", text(&entry.country)),
        ("targets", list(entry.targets.iter().map(target).collect())),
        ("changes", list(entry.changes.iter().map(change).collect())),
        ("outcome", Some(json::quote(entry.outcome.as_str()))),
        ("request", text(&entry.request)),
        ("session", text(&entry.session)),
        ("format", Some(json::quote(&entry.format))),
    ])
}

fn escape_beyond_ascii(raw: &str) -> String {
    let mut out = String::new();
    for c in raw.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

fn read_entry(node: Node<'_>) -> Entry<'static> {
    let text = |node: Node<'_>, key: &str| node.get(key).and_then(|value| value.as_str()).map(own);
    let word = |node: Node<'_>, key: &str| text(node, key).unwrap_or_default();
    let mut entry = Entry::blank(word(node, "format"));
    entry.time = node.get("at").and_then(|at| at.as_i64()).map(|at| {
        let digits = node.get("digits").and_then(|digits| digits.as_i64()).unwrap_or(0) as u8;
        Moment { at: Timestamp(at), digits, text: Cow::Owned(Timestamp(at).rfc3339(9)) }
    });
    entry.scope = Scope::parse(&word(node, "scope"));
    entry.workspace = text(node, "workspace");
    entry.event_type = text(node, "event_type");
    entry.class = Class::parse(&word(node, "class")).unwrap_or(Class::Other);
    entry.activity = text(node, "activity");
    entry.action = Action::parse(&word(node, "action")).unwrap_or(Action::Other);
    entry.action_code = text(node, "code");
    entry.actor = node.get("actor").map(|actor| Actor {
        kind: ActorKind::parse(&word(actor, "kind")).unwrap_or(ActorKind::Unknown),
        name: text(actor, "name"),
        email: text(actor, "email"),
        id: text(actor, "id"),
    });
    entry.ip = text(node, "ip").and_then(Ip::read);
    entry.country = text(node, "country");
    let list = |key: &str| node.get(key).into_iter().flat_map(|list| list.items().collect::<Vec<_>>());
    entry.targets = list("targets")
        .map(|target| Target {
            kind: text(target, "kind"),
            id: text(target, "id"),
            name: text(target, "name"),
        })
        .collect();
    entry.changes = list("changes")
        .map(|change| Change {
            path: word(change, "path"),
            op: match word(change, "op").as_ref() {
                "add" => ChangeOp::Add,
                "remove" => ChangeOp::Remove,
                _ => ChangeOp::Replace,
            },
            before: text(change, "before"),
            after: text(change, "after"),
            provenance: Provenance::Recorded,
        })
        .collect();
    entry.outcome = Outcome::parse(&word(node, "outcome")).unwrap_or(Outcome::Unknown);
    entry.request = text(node, "request");
    entry.session = text(node, "session");
    entry
}

fn own(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

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
pub(crate) fn pattern(words: &'static [&'static str]) -> impl Strategy<Value = Pattern> {
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
        .filter(|field| *field != Field::Ip && super::parse::closed_words(*field).is_none())
        .collect();
    let closed = vec![Field::Scope, Field::Kind, Field::Outcome, Field::Class];
    prop_oneof![
        4 => select(open).prop_flat_map(|field| patterns(words_of(field)).prop_map(move |p| Term::Value(field, p))),
        1 => select(closed).prop_flat_map(|field| {
            let words = super::parse::closed_words(field).unwrap_or_default();
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
