//! Entries as JSON: the one writing that `convert`, `show`, `query` and exports share.
//!
//! The keys are fixed and only ever added to. What is not known is `null`, a list without elements `[]`; a
//! change leaves out the side that it does not have.

use crate::domain::json::{Doc, Kind, Node, push_string};
use crate::domain::{Actor, ActorKind, Change, Entry, Moment, Outcome, Scope, Str, Target, base64};

/// Appends an entry with its record as one JSON object on one line; `redacted` says that something was masked.
pub fn write_entry(entry: &Entry<'_>, raw: &[u8], redacted: bool, out: &mut String) {
    let mut object = Object::open(out);
    object.text("id", Some(&entry.id.to_string()));
    object.text("time", entry.time.as_ref().map(Moment::rfc3339).as_deref());
    object.text("scope", entry.scope.map(Scope::as_str));
    object.text("workspace", entry.workspace.as_deref());
    object.text("event_type", entry.event_type.as_deref());
    object.text("class", Some(entry.class.as_str()));
    object.text("activity", entry.activity.as_deref());
    object.text("action", Some(entry.action.as_str()));
    object.text("action_code", entry.action_code.as_deref());
    object.text("summary", entry.summary.as_deref());
    actor(object.key("actor"), entry.actor.as_ref());
    actor(object.key("on_behalf_of"), entry.on_behalf_of.as_ref());
    object.text("ip", entry.ip.as_ref().map(ToString::to_string).as_deref());
    object.text("country", entry.country.as_deref());
    object.text("user_agent", entry.user_agent.as_deref());
    list(object.key("targets"), &entry.targets, target);
    list(object.key("changes"), &entry.changes, write_change);
    object.text("outcome", (entry.outcome != Outcome::Unknown).then_some(entry.outcome.as_str()));
    if entry.outcome_inferred {
        object.key("outcome_inferred").push_str("true");
    }
    object.text("reason", entry.reason.as_deref());
    object.text("request", entry.request.as_deref());
    object.text("session", entry.session.as_deref());
    object.text("link", entry.link.as_deref());
    metadata(object.key("metadata"), &entry.metadata);
    object.text("format", Some(&entry.format));
    if let Some(percent) = entry.guessed {
        object.number("guessed", percent.into());
    }
    object.text("source", Some(&entry.place.source));
    object.number("record", entry.place.record);
    object.number("part", entry.place.part.into());
    object.number("offset", entry.place.offset);
    match as_line(raw) {
        Some(line) => object.key("raw").push_str(line),
        None => push_string(object.key("raw_base64"), &base64::encode(raw)),
    }
    if redacted || (entry.is_copy() && was_redacted(raw)) {
        object.key("redacted").push_str("true");
    }
    object.close();
}

/// Whether a line of our own says that something was masked when it was written.
fn was_redacted(raw: &[u8]) -> bool {
    let mut doc = Doc::new();
    let line = std::str::from_utf8(raw).ok().and_then(|text| doc.parse(text).ok());
    line.and_then(|line| line.get("redacted")?.as_bool()).unwrap_or(false)
}

/// Returns the record where it is one line of JSON, which can stand in JSON as it is and is read there by any
/// reader as it was meant: no key twice in an object, no half of a surrogate pair, not nested too deep.
fn as_line(raw: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(raw).ok()?.trim_matches([' ', '\t']);
    if text.contains(['\n', '\r']) {
        return None;
    }
    let mut doc = Doc::new();
    let root = doc.parse(text).ok()?;
    plain(root, MAX_PLAIN_DEPTH).then_some(text)
}

/// Nesting that common readers of JSON follow.
const MAX_PLAIN_DEPTH: usize = 100;

fn plain(node: Node<'_>, depth: usize) -> bool {
    match node.kind() {
        Kind::Object => {
            depth > 0 && unique_keys(node) && node.members().all(|(_, value)| plain(value, depth - 1))
        }
        Kind::Array => depth > 0 && node.items().all(|item| plain(item, depth - 1)),
        // Decoding keeps half a pair as its six characters; whole ones are gone.
        Kind::String => !node.raw().contains("\\u") || !half_pair(node.raw()),
        Kind::Null | Kind::Bool | Kind::Number => true,
    }
}

fn unique_keys(node: Node<'_>) -> bool {
    let mut keys: Vec<_> = node.members().map(|(key, _)| key.decode()).collect();
    keys.sort_unstable();
    // An escape that is left in a decoded key is half a pair, or looks like one.
    keys.windows(2).all(|pair| pair[0] != pair[1]) && !keys.iter().any(|key| key.contains("\\u"))
}

/// Whether a JSON string holds an escape for half of a surrogate pair.
fn half_pair(quoted: &str) -> bool {
    let mut units = Units(quoted.as_bytes()).peekable();
    while let Some(unit) = units.next() {
        match unit {
            Some(0xd800..0xdc00) if matches!(units.peek(), Some(Some(0xdc00..0xe000))) => drop(units.next()),
            Some(0xd800..0xe000) => return true,
            _ => {}
        }
    }
    false
}

/// The characters of a JSON string: the unit of a `\u` escape, or `None` for any other.
struct Units<'a>(&'a [u8]);

impl Iterator for Units<'_> {
    type Item = Option<u32>;

    fn next(&mut self) -> Option<Option<u32>> {
        let (&first, rest) = self.0.split_first()?;
        if first != b'\\' {
            self.0 = rest;
            return Some(None);
        }
        let hex = rest
            .strip_prefix(b"u")
            .and_then(|hex| hex.get(..4))
            .and_then(|hex| std::str::from_utf8(hex).ok());
        self.0 = rest.get(if hex.is_some() { 5 } else { 1 }..).unwrap_or_default();
        Some(hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()))
    }
}

/// An object being written.
pub(crate) struct Object<'o> {
    out: &'o mut String,
    first: bool,
}

impl<'o> Object<'o> {
    pub(crate) fn open(out: &'o mut String) -> Object<'o> {
        out.push('{');
        Object { out, first: true }
    }

    pub(crate) fn key(&mut self, key: &str) -> &mut String {
        if !std::mem::replace(&mut self.first, false) {
            self.out.push(',');
        }
        push_string(self.out, key);
        self.out.push(':');
        self.out
    }

    pub(crate) fn text(&mut self, key: &str, text: Option<&str>) {
        let out = self.key(key);
        match text {
            Some(text) => push_string(out, text),
            None => out.push_str("null"),
        }
    }

    pub(crate) fn number(&mut self, key: &str, n: u64) {
        self.key(key).push_str(&n.to_string());
    }

    pub(crate) fn json(&mut self, key: &str, text: &str) {
        let out = self.key(key);
        push_json(out, text);
    }

    pub(crate) fn close(self) {
        self.out.push('}');
    }
}

pub(crate) fn actor(out: &mut String, actor: Option<&Actor<'_>>) {
    let Some(actor) = actor else { return out.push_str("null") };
    let mut object = Object::open(out);
    object.text("kind", (actor.kind != ActorKind::Unknown).then_some(actor.kind.as_str()));
    object.text("name", actor.name.as_deref());
    object.text("email", actor.email.as_deref());
    object.text("id", actor.id.as_deref());
    object.close();
}

fn target(out: &mut String, target: &Target<'_>) {
    let mut object = Object::open(out);
    object.text("type", target.kind.as_deref());
    object.text("id", target.id.as_deref());
    object.text("name", target.name.as_deref());
    object.close();
}

/// Appends a change with how it is known.
pub(crate) fn write_change(out: &mut String, change: &Change<'_>) {
    let mut object = Object::open(out);
    object.text("path", Some(&change.path));
    object.text("op", Some(change.op.as_str()));
    for (key, value) in [("before", &change.before), ("after", &change.after)] {
        if let Some(value) = value {
            object.json(key, value);
        }
    }
    object.text("provenance", Some(change.provenance.as_str()));
    object.close();
}

fn metadata(out: &mut String, facts: &[(Str<'_>, Str<'_>)]) {
    let mut object = Object::open(out);
    for (label, value) in facts {
        object.json(label, value);
    }
    object.close();
}

pub(crate) fn list<T>(out: &mut String, items: &[T], write: impl Fn(&mut String, &T)) {
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

/// Appends what is meant to be JSON text on one line; what is none becomes a string, so that the whole stays JSON.
fn push_json(out: &mut String, text: &str) {
    let mut doc = Doc::new();
    match doc.parse(text) {
        Ok(node) => crate::domain::json::write_compact(node, out),
        Err(_) => push_string(out, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ChangeOp, EntryId, Provenance, Timestamp};

    fn entry() -> Entry<'static> {
        let mut entry = Entry::blank("test");
        entry.id = EntryId::of(b"x", 0);
        entry.time = Some(Moment { at: Timestamp(1_500_000_000), digits: 1, text: "t".into() });
        entry.actor = Some(Actor { name: Some("A \"q\"".into()), ..Actor::of(ActorKind::Member) });
        entry.targets = vec![Target { kind: Some("campaign".into()), id: Some("7".into()), name: None }];
        entry.changes = vec![Change {
            path: "state".into(),
            op: ChangeOp::Add,
            before: None,
            after: Some("{ \"a\": 1 }".into()),
            provenance: Provenance::Recorded,
        }];
        entry.metadata = vec![("api".into(), "\"ui\"".into()), ("odd".into(), "no json".into())];
        entry
    }

    fn written(raw: &[u8]) -> serde_json::Value {
        let mut out = String::new();
        write_entry(&entry(), raw, false, &mut out);
        assert!(!out.contains('\n'));
        serde_json::from_str(&out).unwrap()
    }

    #[test]
    fn the_keys_are_all_there_in_order() {
        let mut out = String::new();
        write_entry(&entry(), b"{}", true, &mut out);
        let expected = "id time scope workspace event_type class activity action action_code summary actor on_behalf_of \
                        ip country user_agent targets changes outcome reason request session link metadata format \
                        source record part offset raw redacted";
        let mut doc = Doc::new();
        let keys: Vec<_> =
            doc.parse(&out).unwrap().members().map(|(key, _)| key.decode().into_owned()).collect();
        assert_eq!(keys.join(" "), expected);
    }

    #[test]
    fn values_are_as_known() {
        let value = written(b"{\"k\": 1.0}");
        assert_eq!(value["time"], "1970-01-01T00:00:01.5Z");
        assert_eq!(value["actor"]["name"], "A \"q\"");
        assert_eq!(value["targets"][0]["type"], "campaign");
        let change = value["changes"][0].as_object().unwrap();
        assert!(!change.contains_key("before"));
        assert_eq!(change["after"]["a"], 1);
        assert_eq!(value["metadata"]["api"], "ui");
        assert_eq!(value["metadata"]["odd"], "no json");
        assert_eq!(value["raw"]["k"], 1.0);
        assert!(value["workspace"].is_null());
    }

    #[test]
    fn what_was_masked_once_says_so_for_ever() {
        let mut ours = entry();
        ours.format = "auditty".into();
        for (raw, redacted) in [(&br#"{"id":"x","redacted":true}"#[..], true), (br#"{"id":"x"}"#, false)] {
            let mut out = String::new();
            write_entry(&ours, raw, false, &mut out);
            let value: serde_json::Value = serde_json::from_str(&out).unwrap();
            assert_eq!(value.get("redacted").is_some(), redacted);
        }
    }

    #[test]
    fn a_record_that_is_no_line_of_json_is_base_64() {
        let same_meaning = br#"{"a":{"k":1,"l":1},"b":[{"k":"\ud83d\ude00 \\ud800"}]}"#;
        assert!(written(same_meaning).get("raw").is_some());
        let twice = br#"{"k":1,"\u006b":2}"#.as_slice();
        let half = br#"{"k":"\ud83d"}"#.as_slice();
        for raw in [b"{\n}".as_slice(), b"a,b", b"\xff", b"", twice, half] {
            let value = written(raw);
            assert!(value.get("raw").is_none());
            assert_eq!(value["raw_base64"], base64::encode(raw));
        }
    }
}
