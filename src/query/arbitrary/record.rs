//! Records: JSON documents of this module's own shape, which [`read`] maps back to exactly the entries they
//! were made of, as an interpreter of the store does with a vendor's record.

use std::borrow::Cow;

use proptest::prelude::*;
use proptest::sample::select;

use super::{ADDRESSES, JSON_VALUES, NOW, PATHS, WORDS};
use crate::domain::json::{self, Doc, Node};
use crate::domain::time::SECOND;
use crate::domain::{
    Action, Actor, ActorKind, Change, ChangeOp, Class, Entry, EntryId, Ip, Moment, Outcome, Provenance,
    Scope, Target, Timestamp,
};

/// A record and the entries in it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Its JSON, on one line.
    pub(crate) raw: String,
    /// Its entries in the order of their parts, as [`read`] gives them.
    pub(crate) entries: Vec<Entry<'static>>,
}

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
        (
            proptest::collection::vec(target(), 0..3),
            proptest::collection::vec(change(), 0..3),
            proptest::collection::vec(change(), 0..2),
        ),
        (select(Outcome::ALL), maybe_word(), maybe_word(), select(&["customerio", "github", "generic"][..])),
    )
        .prop_map(|(first, second, (targets, changes, inner), (outcome, request, session, format))| {
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
            // Only changes have something inside.
            entry.inner = if entry.changes.is_empty() { Vec::new() } else { inner };
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

pub(super) fn write(entries: &[Entry<'_>], extra: &str, serial: u32) -> String {
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
        ("inside", list(entry.inner.iter().map(change).collect())),
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
    let change = |change: Node<'_>| Change {
        path: word(change, "path"),
        op: match word(change, "op").as_ref() {
            "add" => ChangeOp::Add,
            "remove" => ChangeOp::Remove,
            _ => ChangeOp::Replace,
        },
        before: text(change, "before"),
        after: text(change, "after"),
        provenance: Provenance::Recorded,
    };
    entry.changes = list("changes").map(change).collect();
    entry.inner = list("inside").map(change).collect();
    entry.outcome = Outcome::parse(&word(node, "outcome")).unwrap_or(Outcome::Unknown);
    entry.request = text(node, "request");
    entry.session = text(node, "session");
    entry
}

fn own(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}
