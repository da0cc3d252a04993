//! What there is to show of a diff: the recorded changes, looked into where both sides have structure.

use std::collections::HashSet;

use super::{DiffInput, DiffOptions};
use crate::diff::alike::why_alike;
use crate::diff::json::{self, Delta, JsonOptions, Matched, Op};
use crate::diff::within::within;
use crate::domain::json::{Doc, Kind, Node, Path, joined};
use crate::domain::{Change, ChangeOp, Provenance, glob};

/// One side of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// There was nothing.
    Missing,
    /// There was something, but the record does not say what.
    Unknown,
    /// This JSON text.
    Json(String),
}

impl Side {
    /// Returns the JSON text, if it is known.
    pub fn json(&self) -> Option<&str> {
        match self {
            Side::Json(text) => Some(text),
            Side::Missing | Side::Unknown => None,
        }
    }

    /// Returns the value as it is copied: a string decoded, anything else as JSON.
    pub fn copied(&self) -> Option<String> {
        self.json().map(|text| decoded(text).unwrap_or_else(|| text.to_owned()))
    }
}

/// Returns the text of a JSON string; `None` for anything else.
pub(super) fn decoded(json: &str) -> Option<String> {
    let mut doc = Doc::new();
    doc.parse(json).ok().and_then(|node| node.as_str().map(std::borrow::Cow::into_owned))
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// Came to be.
    Add,
    /// Ceased to be.
    Remove,
    /// Got another value.
    Replace,
    /// Stands at another place of its array: number before and after.
    Move(usize, usize),
}

/// One path that changed, as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Where in the object.
    pub path: String,
    /// Path to filter by to find others like it: its own where that is kept of every entry, else the one that
    /// was recorded.
    pub indexed: String,
    /// What happened.
    pub kind: ItemKind,
    /// The value before.
    pub before: Side,
    /// The value after.
    pub after: Side,
    /// How it is known.
    pub provenance: Provenance,
    /// It changes with every edit and says little.
    pub noise: bool,
    /// What else is to be said about it.
    pub remark: Option<&'static str>,
}

/// All there is to show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Items {
    /// The changes, in their order.
    pub items: Vec<Item>,
    /// Equal parts, where they are to be shown: path and JSON text.
    pub equal: Vec<(String, String)>,
    /// How many equal parts there are.
    pub equal_count: usize,
    /// How arrays were matched: path and how.
    pub arrays: Vec<(String, Matched)>,
    /// Equal numbers that are written in another way: path, before, after.
    pub respelt: Vec<(String, String, String)>,
    /// The deadline passed.
    pub coarse: bool,
    /// Some object repeats a key.
    pub repeated_keys: bool,
}

/// Collects what is to be shown, looking into values that have structure on both sides.
pub(super) fn expanded(input: &DiffInput<'_>, options: &DiffOptions<'_>) -> Items {
    let mut out = Items::default();
    for change in input.changes {
        expand(&mut out, change, options);
    }
    snapshots(&mut out, input, options);
    name_indexed(&mut out.items, input.changes);
    mark_noise(&mut out.items, input.noise);
    out
}

/// Gives the items the paths by which other entries are found: what changed inside a value has its own there.
fn name_indexed(items: &mut [Item], changes: &[Change<'_>]) {
    if items.iter().all(|item| item.path == item.indexed) {
        return;
    }
    let inner = within(changes);
    let known: HashSet<&str> = inner.iter().map(|change| change.path.as_ref()).collect();
    for item in items {
        if item.indexed.is_empty() || known.contains(item.path.as_str()) {
            item.indexed.clone_from(&item.path);
        }
    }
}

/// Collects the changes as they are recorded.
pub(super) fn whole(input: &DiffInput<'_>, options: &DiffOptions<'_>) -> Items {
    if input.changes.is_empty() {
        return expanded(input, options);
    }
    let mut out = Items { items: input.changes.iter().map(item).collect(), ..Items::default() };
    mark_noise(&mut out.items, input.noise);
    out
}

/// The item of a change as it is recorded.
fn item(change: &Change<'_>) -> Item {
    let known = |text: &Option<crate::domain::Str<'_>>, missing: bool| match text {
        Some(text) => Side::Json(text.clone().into_owned()),
        None if missing => Side::Missing,
        None => Side::Unknown,
    };
    // Where `null` is recorded on the other side, one value became another.
    let kind = match change.op {
        ChangeOp::Add if change.before.is_none() => ItemKind::Add,
        ChangeOp::Remove if change.after.is_none() => ItemKind::Remove,
        _ => ItemKind::Replace,
    };
    Item {
        path: change.path.clone().into_owned(),
        indexed: change.path.clone().into_owned(),
        kind,
        before: known(&change.before, change.op == ChangeOp::Add),
        after: known(&change.after, change.op == ChangeOp::Remove),
        provenance: change.provenance,
        noise: false,
        remark: None,
    }
}

fn expand(out: &mut Items, change: &Change<'_>, options: &DiffOptions<'_>) {
    expand_item(out, item(change), options, NESTED);
}

/// How many times a string may hold JSON that holds a string that holds JSON.
const NESTED: usize = 4;

fn expand_item(out: &mut Items, mut whole: Item, options: &DiffOptions<'_>, nested: usize) {
    let (Some(before), Some(after)) = (whole.before.json(), whole.after.json()) else {
        return out.items.push(whole);
    };
    let (mut old, mut new) = (Doc::new(), Doc::new());
    let (Ok(a), Ok(b)) = (old.parse(before), new.parse(after)) else {
        return out.items.push(whole);
    };
    if let Some(delta) = structure(a, b, options) {
        let mut inner = Items::default();
        add_delta(&mut inner, delta, &whole, None);
        return take_in(out, inner, options, nested);
    }
    if let (Some(x), Some(y)) = (a.as_str(), b.as_str()) {
        let (mut inner_old, mut inner_new) = (Doc::new(), Doc::new());
        if let (Ok(a), Ok(b)) = (inner_old.parse(&x), inner_new.parse(&y))
            && let Some(delta) = structure(a, b, options)
        {
            let mut inner = Items::default();
            add_delta(&mut inner, delta, &whole, Some("JSON in a string"));
            return take_in(out, inner, options, nested);
        }
    }
    if a.same(&b) {
        whole.remark = Some("the same value, written in another way");
    }
    out.items.push(told_alike(whole));
}

/// Longest texts that are looked at for being alike, in bytes.
const ALIKE: usize = 4_096;

/// Says of texts that look the same how they differ.
fn told_alike(item: Item) -> Item {
    let text = |side: &Side| {
        let mut doc = Doc::new();
        let json = side.json().filter(|json| json.starts_with('"') && json.len() <= ALIKE)?;
        doc.parse(json).ok()?.as_str().map(std::borrow::Cow::into_owned)
    };
    match (item.remark, text(&item.before), text(&item.after)) {
        (None, Some(a), Some(b)) => Item { remark: why_alike(&a, &b), ..item },
        _ => item,
    }
}

/// Adds what was found inside a value; strings in it that hold JSON are looked into as well.
fn take_in(out: &mut Items, inner: Items, options: &DiffOptions<'_>, nested: usize) {
    out.coarse |= inner.coarse;
    out.repeated_keys |= inner.repeated_keys;
    out.equal_count += inner.equal_count;
    out.equal.extend(inner.equal);
    out.arrays.extend(inner.arrays);
    out.respelt.extend(inner.respelt);
    for item in inner.items {
        let text =
            |side: &Side| side.json().is_some_and(|json| json.starts_with("\"{") || json.starts_with("\"["));
        let json = nested > 0 && item.kind == ItemKind::Replace && text(&item.before) && text(&item.after);
        if json { expand_item(out, item, options, nested - 1) } else { out.items.push(told_alike(item)) }
    }
}

/// The structural diff of two containers of one kind; `None` for anything else.
fn structure(before: Node<'_>, after: Node<'_>, options: &DiffOptions<'_>) -> Option<Delta> {
    let container = |node: Node<'_>| matches!(node.kind(), Kind::Array | Kind::Object);
    // A value that came to be or ceased to be inside is shown whole beside an empty one, too.
    let both = container(before) && before.kind() == after.kind();
    both.then(|| json::diff(before, after, &json_options(options)))
}

fn json_options(options: &DiffOptions<'_>) -> JsonOptions {
    JsonOptions { arrays: options.arrays, deadline: options.deadline, list_equal: options.unchanged }
}

fn add_delta(out: &mut Items, delta: Delta, whole: &Item, remark: Option<&'static str>) {
    if delta.changes.is_empty() {
        let remark = Some("the same value, written in another way");
        out.items.push(Item { remark, ..whole.clone() });
        return;
    }
    out.coarse |= delta.coarse;
    out.repeated_keys |= delta.repeated_keys;
    let full = |path: &Path| joined(&whole.path, &path.to_string());
    out.equal_count += delta.equal_count;
    out.equal.extend(delta.equal.iter().map(|(path, text)| (full(path), text.clone())));
    out.arrays.extend(delta.arrays.iter().map(|(path, how)| (full(path), *how)));
    out.respelt.extend(delta.respelt.into_iter().map(|(path, old, new)| (full(&path), old, new)));
    let sets: Vec<&Path> =
        delta.arrays.iter().filter(|(_, how)| *how == Matched::Set).map(|(path, _)| path).collect();
    let above = |change: &json::Change| {
        let (_, above) = change.path.steps.split_last()?;
        sets.iter().find(|set| set.steps == above).copied()
    };
    // Where values came or went, the order of the others says nothing.
    let changed: HashSet<&Path> =
        delta.changes.iter().filter(|change| change.op != Op::Move).filter_map(above).collect();
    // The whole values are not copied for each of many changes.
    let whole = &Item {
        path: whole.path.clone(),
        indexed: whole.indexed.clone(),
        before: Side::Missing,
        after: Side::Missing,
        ..*whole
    };
    for (at, change) in delta.changes.iter().enumerate() {
        let remark = remark.filter(|_| at == 0);
        let set = above(change).filter(|set| changed.contains(set));
        if set.is_some() && change.op == Op::Move {
            continue;
        }
        let path = full(set.unwrap_or(&change.path));
        let item = Item { remark, path, ..delta_item(change.clone(), whole) };
        if set.is_some() && item.kind == ItemKind::Replace {
            // Of a set nothing is replaced: one value went, another came.
            out.items.push(Item { kind: ItemKind::Remove, after: Side::Missing, ..item.clone() });
            out.items.push(Item { kind: ItemKind::Add, before: Side::Missing, remark: None, ..item });
        } else {
            out.items.push(item);
        }
    }
}

fn delta_item(change: json::Change, whole: &Item) -> Item {
    let side = |text: Option<String>| text.map_or(Side::Missing, Side::Json);
    let kind = match change.op {
        Op::Add => ItemKind::Add,
        Op::Remove => ItemKind::Remove,
        Op::Replace => ItemKind::Replace,
        Op::Move => ItemKind::Move(change.from.unwrap_or_default(), change.to.unwrap_or_default()),
    };
    Item { kind, before: side(change.before), after: side(change.after), ..whole.clone() }
}

/// Takes from whole snapshots what did not change, and where no change is recorded, what did.
fn snapshots(out: &mut Items, input: &DiffInput<'_>, options: &DiffOptions<'_>) {
    let (Some(before), Some(after)) = (input.before, input.after) else { return };
    let (mut old, mut new) = (Doc::new(), Doc::new());
    let (Ok(a), Ok(b)) = (old.parse(before), new.parse(after)) else { return };
    let list_equal = options.unchanged || !input.changes.is_empty();
    let delta = json::diff(a, b, &JsonOptions { list_equal, ..json_options(options) });
    if input.changes.is_empty() {
        if delta.changes.is_empty() {
            return;
        }
        let whole = Item {
            path: String::new(),
            indexed: String::new(),
            kind: ItemKind::Replace,
            before: Side::Json(before.to_owned()),
            after: Side::Json(after.to_owned()),
            provenance: input.snapshots,
            noise: false,
            remark: None,
        };
        let mut inner = Items::default();
        add_delta(&mut inner, delta, &whole, None);
        return take_in(out, inner, options, NESTED);
    }
    // Inside values that changed the equal parts are known already.
    let changed: Vec<&str> = input.changes.iter().map(|change| change.path.as_ref()).collect();
    let inside = |path: &str| changed.iter().any(|outer| path.starts_with(outer));
    let equal = delta.equal.into_iter().map(|(path, text)| (path.to_string(), text));
    let outside: Vec<(String, String)> = equal.filter(|(path, _)| !inside(path)).collect();
    out.equal_count += outside.len();
    if options.unchanged {
        out.equal.extend(outside);
    }
}

/// Names of fields that change with every edit, whatever the vendor.
const NOISE: &[&str] = &[
    "updated_at",
    "updatedat",
    "updated",
    "modified_at",
    "modifiedat",
    "last_modified",
    "lastmodified",
    "last_updated",
    "lastupdated",
    "etag",
    "resourceversion",
    "generation",
    "managedfields",
];

/// Marks fields that change with every edit, unless nothing else changed.
fn mark_noise(items: &mut [Item], patterns: &[String]) {
    let noisy = |item: &Item| patterns.iter().any(|p| matches(p, &item.path)) || is_noise(&item.path);
    if items.iter().all(noisy) {
        return;
    }
    for item in items {
        item.noise = noisy(item);
    }
}

fn is_noise(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or_default();
    NOISE.iter().any(|name| last.eq_ignore_ascii_case(name)) || path.contains("managedFields")
}

/// Whether a path is what a pattern names: `a.b`, `list[*].at`, `*.etag`.
fn matches(pattern: &str, path: &str) -> bool {
    glob::matches(pattern, path) || glob::matches(pattern, &generalised(path))
}

/// A path with every choice of an element as `[*]`.
fn generalised(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, behind)) = rest.split_once('[') {
        out.push_str(before);
        out.push_str("[*]");
        rest = behind.split_once(']').map_or("", |(_, rest)| rest);
    }
    out + rest
}
