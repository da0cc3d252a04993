//! A history as JSON. Every diff carries how it is known; a derived one never passes for a recorded one.

use crate::diff::state::{Basis, Blame, FieldState, Origin, StepDiff};
use crate::domain::{Change, Entry, Moment};
use crate::ops::json::{Object, actor, list, write_change};

use super::net::NetChange;
use super::undo::Undo;
use super::{History, ObjectInfo};

/// Appends an object's identity.
pub fn write_object(info: &ObjectInfo, out: &mut String) {
    let mut object = Object::open(out);
    object.text("format", Some(&info.key.format));
    object.text("workspace", info.key.workspace.as_deref());
    object.text("type", info.key.kind.as_deref());
    object.text("id", Some(&info.key.id));
    object.text("name", info.name.as_deref());
    object.number("entries", info.entries as u64);
    object.close();
}

/// Appends an entry of a history with its diff as one object. `changes` are those to be shown, masked where
/// need be.
pub fn write_step(history: &History, at: usize, changes: &[Change<'static>], out: &mut String) {
    if let Some(entry) = history.entries.get(at) {
        write_diff(entry, Some((history, at)), changes, out);
    }
}

/// Appends an entry with its diff as one object; `at` is its place in the history of its object, where it has one.
pub fn write_diff(
    entry: &Entry<'_>,
    at: Option<(&History, usize)>,
    changes: &[Change<'_>],
    out: &mut String,
) {
    let mut object = Object::open(out);
    object.text("id", Some(&entry.id.to_string()));
    object.text("time", entry.time.as_ref().map(Moment::rfc3339).as_deref());
    object.text("action", Some(entry.action.as_str()));
    object.text("action_code", entry.action_code.as_deref());
    actor(object.key("actor"), entry.actor.as_ref());
    match at {
        Some((history, at)) => write_basis(history, at, &history.diff(at), object.key("diff")),
        None => object.text("diff", None),
    }
    list(object.key("changes"), changes, write_change);
    object.close();
}

/// Appends how a diff is known: its `basis`, the entry it comes from, and how many fields are unknown.
pub fn write_basis(history: &History, at: usize, diff: &StepDiff, out: &mut String) {
    let mut object = Object::open(out);
    let (basis, from) = match diff.basis {
        Basis::Recorded => ("recorded", None),
        Basis::Derived(from) => ("derived", history.entries.get(from).map(|entry| entry.id.to_string())),
        Basis::None if diff.unknown > 0 => ("partial", None),
        Basis::None => ("none", None),
    };
    object.text("basis", Some(basis));
    object.text("derived_from", from.as_deref());
    object.number("unknown_fields", diff.unknown as u64);
    object.text("text", Some(&history.basis_text(at, diff)));
    let conflicts = history.conflict_texts(at, diff);
    list(object.key("missing_entries"), &conflicts, |out, text| crate::domain::json::push_string(out, text));
    object.close();
}

/// Appends the state of an object after so many entries.
pub fn write_state(history: &History, moment: usize, fields: Option<&[FieldState]>, out: &mut String) {
    let mut object = Object::open(out);
    write_object(&history.object, object.key("object"));
    object.key("exists").push_str(if fields.is_some() { "true" } else { "false" });
    list(object.key("fields"), fields.unwrap_or_default(), |out, field| {
        let mut object = Object::open(out);
        object.text("path", Some(&field.path));
        object.key("known").push_str(if field.value.is_known() { "true" } else { "false" });
        if let Some(text) = field.value.text() {
            object.json("value", text);
        }
        let (word, from) = match field.origin {
            Origin::Recorded | Origin::Derived(_) => ("earlier", field.origin),
            Origin::Learnt(_) => ("learnt from a later entry", field.origin),
            Origin::Unknown => ("unknown", field.origin),
        };
        object.text("origin", Some(word));
        let entry = match from {
            Origin::Derived(from) | Origin::Learnt(from) => history.entries.get(from),
            _ => None,
        };
        object.text("entry", entry.map(|entry| entry.id.to_string()).as_deref());
        let doubt = field.doubt.and_then(|at| history.entries.get(at));
        object.text("found_otherwise_in", doubt.map(|entry| entry.id.to_string()).as_deref());
        object.close();
    });
    object.number("entries_before", moment as u64);
    object.close();
}

/// Appends who set each field.
pub fn write_blame(history: &History, blame: &[Blame], out: &mut String) {
    let mut object = Object::open(out);
    write_object(&history.object, object.key("object"));
    list(object.key("fields"), blame, |out, line| {
        let mut object = Object::open(out);
        object.text("path", Some(&line.path));
        object.json("value", line.value.text().unwrap_or("null"));
        let entry = line.by.and_then(|by| history.entries.get(by));
        object.text("set_by", entry.map(|entry| entry.id.to_string()).as_deref());
        actor(object.key("actor"), entry.and_then(|entry| entry.actor.as_ref()));
        object.text("time", entry.and_then(|entry| entry.time.as_ref()).map(Moment::rfc3339).as_deref());
        let seen = line.seen.and_then(|seen| history.entries.get(seen));
        object.text("first_seen_in", seen.map(|entry| entry.id.to_string()).as_deref());
        object.number("earlier_changes", line.earlier as u64);
        object.close();
    });
    object.close();
}

/// Appends what changed of an object between two instants.
pub fn write_net(net: &NetChange, changes: &[Change<'static>], out: &mut String) {
    let mut object = Object::open(out);
    write_object(&net.history.object, object.key("object"));
    object.number("entries", net.entries.len() as u64);
    object.key("existed_before").push_str(if net.existed.0 { "true" } else { "false" });
    object.key("exists_after").push_str(if net.existed.1 { "true" } else { "false" });
    list(object.key("changes"), changes, write_change);
    object.number("undone", net.undone as u64);
    let texts = |out: &mut String, text: &String| crate::domain::json::push_string(out, text);
    list(object.key("set_back_within_10_minutes"), &net.set_back, texts);
    list(object.key("unknown"), &net.unknown, texts);
    object.close();
}

/// Appends what would undo an entry.
pub fn write_undo(history: &History, undo: &Undo, out: &mut String) {
    let mut object = Object::open(out);
    let texts = |out: &mut String, text: &String| crate::domain::json::push_string(out, text);
    list(object.key("steps"), &undo.lines, texts);
    match &undo.patch {
        Some(patch) => object.json("merge_patch", patch),
        None => object.text("merge_patch", None),
    }
    object.text("without_patch", undo.without_patch.as_deref());
    list(object.key("changed_again"), &undo.since, |out, (path, by)| {
        let mut object = Object::open(out);
        object.text("path", Some(path));
        let entry = history.entries.get(*by);
        object.text("entry", entry.map(|entry| entry.id.to_string()).as_deref());
        actor(object.key("actor"), entry.and_then(|entry| entry.actor.as_ref()));
        object.close();
    });
    list(object.key("unknown"), &undo.unknown, texts);
    object.close();
}
