//! Where an unknown record may hold what changed.

use crate::domain::json::{Kind, Node, Path, Step};
use crate::ingest::changes::{ChangeRules, Encoding, Names, Sibling};
use crate::ingest::format::build::Builder;
use crate::ingest::format::glob::{Glob, fold};
use crate::ingest::format::plan::{PathRef, RECORD, Rule, Rules};

const BEFORE: &[&str] = &[
    "before",
    "old",
    "oldvalue",
    "oldvalues",
    "previous",
    "previousvalue",
    "prev",
    "beforevalue",
    "from",
    "changedfrom",
    "originalvalue",
    "oldstate",
    "oldobject",
    "previousvalues",
    "prevvalue",
    "initialvalue",
    "oldval",
    "priorstate",
    "prior",
    "priorvalue",
    "statebefore",
    "oldattributes",
    "original",
];
const AFTER: &[&str] = &[
    "after",
    "new",
    "newvalue",
    "newvalues",
    "current",
    "currentvalue",
    "next",
    "aftervalue",
    "to",
    "changedto",
    "updatedvalue",
    "newstate",
    "newobject",
    "currentvalues",
    "nextvalue",
    "value",
    "newval",
    "resultingstate",
    "resultingvalue",
    "stateafter",
    "newattributes",
    "attributes",
    "updated",
];
const FIELD: &[&str] = &[
    "field",
    "fieldname",
    "name",
    "property",
    "propertyname",
    "attribute",
    "attributename",
    "key",
    "path",
    "column",
    "displayname",
    "settingname",
    "parameter",
];

/// How deep changes are looked for.
const DEPTH: usize = 4;

/// Adds the first change rules that fit what is there.
pub(super) fn guess(root: Node<'_>, build: &mut Builder) {
    search(root, &Path::default(), build);
    if build.plan.changes.is_empty() {
        siblings(root, build);
    }
}

fn search(node: Node<'_>, path: &Path, build: &mut Builder) {
    if path.steps.len() > DEPTH || !build.plan.changes.is_empty() || node.kind() != Kind::Object {
        return;
    }
    if pair(node, path, build) {
        return;
    }
    for (key, value) in node.members() {
        let below = path.then(Step::Key(key.decode().into_owned()));
        match value.kind() {
            Kind::Array if list(value, &below, build) => return,
            Kind::Object if named_changes(&fold(&key.decode())) && pairs(value, &below, build) => return,
            Kind::Object => search(value, &below, build),
            _ => {}
        }
    }
}

fn named_changes(key: &str) -> bool {
    matches!(
        key,
        "changes"
            | "change"
            | "diff"
            | "delta"
            | "changeset"
            | "modifications"
            | "modified"
            | "objectchanges"
            | "auditedchanges"
            | "changedvalues"
            | "changedfields"
            | "changed"
            | "fieldchanges"
            | "datachanged"
    )
}

fn key_of(node: Node<'_>, names: &[&str]) -> Option<String> {
    let keys: Vec<String> = node.members().map(|(key, _)| key.decode().into_owned()).collect();
    names.iter().find_map(|name| keys.iter().find(|key| fold(key) == *name)).cloned()
}

fn place(build: &mut Builder, path: Path) -> PathRef {
    let text = path.to_string();
    build.steps(RECORD, path, &text)
}

fn push(build: &mut Builder, encoding: Encoding) {
    build.plan.changes.push(ChangeRules { when: Vec::new(), otherwise: false, decode: true, encoding });
}

/// `before` beside `after`: of objects two snapshots, of scalars one change.
fn pair(node: Node<'_>, path: &Path, build: &mut Builder) -> bool {
    let (Some(before), Some(after)) = (key_of(node, BEFORE), key_of(node, AFTER)) else { return false };
    let is_object = |key: &str| node.get(key).is_some_and(is_state);
    let may_be = |key: &str| node.get(key).is_none_or(|value| is_state(value) || value.is_null());
    let at = |key: &str| path.then(Step::Key(key.to_owned()));
    if (is_object(&before) && may_be(&after)) || (is_object(&after) && may_be(&before)) {
        let encoding = Encoding::Snapshots {
            before: vec![place(build, at(&before))],
            after: vec![place(build, at(&after))],
            keys_are_paths: false,
        };
        push(build, encoding);
        return true;
    }
    let Some(field) = key_of(node, FIELD) else { return false };
    let mut rule = |key: &str| Rules::from_iter([Rule::path(place(build, at(key)))]);
    let encoding =
        Encoding::Scalar { name: rule(&field), before: rule(&before), after: rule(&after), op: None };
    push(build, encoding);
    true
}

/// Whether a value may be what an object was: an object, or one in a text.
fn is_state(value: Node<'_>) -> bool {
    value.kind() == Kind::Object
        || value.as_str().is_some_and(|text| text.starts_with('{') && text.ends_with('}'))
}

/// `[{name, old, new}]`
fn list(node: Node<'_>, path: &Path, build: &mut Builder) -> bool {
    let Some(first) = node.items().find(|element| element.kind() == Kind::Object) else { return false };
    let (before, after) = (key_of(first, BEFORE), key_of(first, AFTER));
    let Some(field) = key_of(first, FIELD).filter(|_| before.is_some() || after.is_some()) else {
        return false;
    };
    // `{name, value}` alone is a list of parameters.
    if before.is_none() && after.as_deref().is_none_or(|key| fold(key) == "value") {
        return false;
    }
    let key = |key: Option<String>| key.map(|key| Path::default().then(Step::Key(key))).into_iter().collect();
    let names =
        Names { path: key(Some(field)), before: key(before), after: key(after), provenance: Vec::new() };
    let at = place(build, path.clone());
    push(build, Encoding::List { at, names, op: Vec::new() });
    true
}

/// `{field: [old, new]}` or `{field: {from, to}}`
fn pairs(node: Node<'_>, path: &Path, build: &mut Builder) -> bool {
    let fits = |value: Node<'_>| match value.kind() {
        Kind::Array => value.len() == 2,
        Kind::Object => key_of(value, BEFORE).is_some() || key_of(value, AFTER).is_some(),
        _ => false,
    };
    if node.is_empty() || !node.members().all(|(_, value)| fits(value)) {
        return false;
    }
    let at = place(build, path.clone());
    push(build, Encoding::Pairs { at });
    true
}

/// `old_x` beside `x` or `new_x`.
fn siblings(root: Node<'_>, build: &mut Builder) {
    const PATTERNS: [[&str; 3]; 10] = [
        ["old_*", "new_*", "*"],
        ["old*", "new*", "*"],
        ["old_*", "*", "*"],
        ["previous_*", "new_*", "*"],
        ["previous_*", "*", "*"],
        ["prev_*", "*", "*"],
        ["*_old", "*_new", "*"],
        ["*_was", "*", "*"],
        ["*_before", "*_after", "*"],
        ["from_*", "to_*", "*"],
    ];
    let all = PATTERNS.map(|[old, new, name]| Sibling {
        old: Glob::new(old),
        new: Glob::new(new),
        name: Glob::new(name),
        both: true,
    });
    let has = |pattern: &Sibling| {
        root.members().any(|(key, _)| {
            pattern
                .old
                .captures(&key.decode())
                .is_some_and(|parts| root.get(&pattern.new.fill(&parts)).is_some())
        })
    };
    let patterns: Vec<Sibling> = all.into_iter().filter(has).collect();
    if !patterns.is_empty() {
        let at = place(build, Path::default());
        push(build, Encoding::Siblings { at, patterns, pairs: None });
    }
}
