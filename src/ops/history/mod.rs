//! The history of an object: its entries, what each changed, its state at any moment, and who set what.
//!
//! An object is what entries of one format and workspace act on under one type and id; its name is the latest.
//! Everything is read through an [`Access`], so that a plan binds derivation too. What was derived says so in
//! every form it leaves this module in.

pub mod blame;
pub mod compare;
pub mod field;
pub mod find;
pub mod json;
pub mod net;
mod order;
pub mod pickaxe;
pub mod renames;
mod tell;
pub mod undo;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::diff::state::{Act, Fact, Known, Origin, Step, StepChange, StepDiff, Timeline};
use crate::domain::facts::{Form, ObjectFacts};
use crate::domain::json::joined;
use crate::domain::{Action, Change, ChangeOp, Entry, Outcome, Provenance, Timestamp};
use crate::query::{Answer, Row, Sort, SortKey, Watch};
use crate::store::{Interpret, Result};

use super::Access;

pub use find::{Found, ObjectInfo, alike, find, told_apart};

/// The order of a history.
const OLDEST_FIRST: Sort = Sort { key: SortKey::Time, descending: false };

/// What tells objects apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey {
    /// Format of its entries.
    pub format: Arc<str>,
    /// Workspace or tenant.
    pub workspace: Option<Arc<str>>,
    /// The vendor's word for its type; none where its ids are of all types.
    pub kind: Option<Arc<str>>,
    /// Its id; its name where it has none, or where the format tells objects apart by name: the latest, where an
    /// act renamed it.
    pub id: Arc<str>,
    /// From when on another object has that name; `None` where none has.
    pub until: Option<Timestamp>,
}

impl ObjectKey {
    /// Returns the object that a row's entry acts on as the row itself names it; `None` where it has no target.
    /// What it was renamed to is known to [`renames::Objects`].
    fn stated(row: &Row, interpret: &dyn Interpret) -> Option<ObjectKey> {
        let (id, name) = (row.target_id.as_ref(), row.target_name.as_ref());
        let id = if interpret.named_objects(&row.format) { name.or(id) } else { id.or(name) };
        Some(ObjectKey {
            format: row.format.clone(),
            workspace: row.workspace.clone(),
            kind: row.target_type.clone().filter(|_| !interpret.untyped_objects(&row.format)),
            id: id?.clone(),
            until: None,
        })
    }
}

/// An object over time.
#[derive(Clone, Debug)]
pub struct History {
    /// The object.
    pub object: ObjectInfo,
    /// Its entries that have a time, the oldest first.
    pub rows: Vec<Row>,
    /// The same entries, mapped from their records.
    pub entries: Vec<Entry<'static>>,
    /// Entries without a time, which have no place among the others.
    pub timeless: usize,
    /// Entries that the plan does not show.
    pub outside: usize,
    /// What is known of its fields; entries are numbered as in `entries`.
    pub timeline: Timeline,
    /// Changes of entries, by their number, that are of no field of the object.
    aside: HashMap<usize, Vec<Change<'static>>>,
}

/// Reads the history of an object.
///
/// # Errors
/// The store cannot be read.
pub fn load(access: &mut Access, key: &ObjectKey, watch: &mut dyn Watch) -> Result<Answer<History>> {
    let Some((rows, outside)) = rows_of(access, key, watch)? else { return Ok(None) };
    of_rows(access, key, rows, outside, watch)
}

/// Returns the rows of an object under all its names, and how many are out of sight.
fn rows_of(access: &mut Access, key: &ObjectKey, watch: &mut dyn Watch) -> Result<Answer<(Vec<Row>, usize)>> {
    let Some(objects) = access.objects(watch)? else { return Ok(None) };
    let (mut rows, mut outside, mut asked) = (Vec::new(), 0, HashSet::new());
    for called in objects.names(key) {
        if asked.insert(called.name.clone()) {
            let Some((found, more)) = access.with_target(&called.name, watch)? else { return Ok(None) };
            rows.extend(found);
            outside += more;
        }
    }
    let several = asked.len() > 1;
    let mut seen = HashSet::new();
    rows.retain(|row| objects.of(row).as_ref() == Some(key) && (!several || seen.insert(row.id)));
    Ok(Some((rows, outside)))
}

/// Makes the history of an object of its rows.
pub(crate) fn of_rows(
    access: &mut Access,
    key: &ObjectKey,
    mut rows: Vec<Row>,
    outside: usize,
    watch: &mut dyn Watch,
) -> Result<Answer<History>> {
    let all = rows.len();
    rows.retain(|row| row.position.time.is_some());
    let timeless = all - rows.len();
    rows.sort_by(|a, b| OLDEST_FIRST.compare(a, b));
    let object = ObjectInfo::of(key.clone(), &rows);
    let Some(entries) = access.histories(&rows, watch)? else { return Ok(None) };
    let mut present: Vec<(Row, Entry<'static>)> = Vec::with_capacity(rows.len());
    present.extend(rows.into_iter().zip(entries).filter_map(|(row, entry)| Some((row, entry?))));
    let ties = match order::has_ties(&present) {
        true => order::settle(&mut present, &access.sources()?),
        false => Vec::new(),
    };
    let (mut timeline, mut aside) = (Timeline::default(), HashMap::new());
    for at in 0..present.len() {
        let stage = is_stage(&present, at);
        let entry = &mut present[at].1;
        let facts = entry.facts.take();
        let mut told = step(entry, facts.as_deref(), stage);
        told.tie = ties.get(at).copied().unwrap_or_default();
        timeline.push(&told);
        let of_none = facts.iter().flat_map(|facts| facts.aside.iter().chain(&facts.elements));
        let of_none: Vec<_> = of_none.filter_map(|nr| entry.changes.get(*nr).cloned()).collect();
        if !of_none.is_empty() {
            aside.insert(at, of_none);
        }
    }
    let (rows, kept) = present.into_iter().unzip();
    Ok(Some(History { object, rows, entries: kept, timeless, outside, timeline, aside }))
}

/// Whether a later entry speaks of the same request: this one is an earlier stage of it.
fn is_stage(entries: &[(Row, Entry<'static>)], at: usize) -> bool {
    let entry = &entries[at].1;
    let Some(request) = entry.request.as_deref() else { return false };
    let same = |other: &Entry<'_>| other.request.as_deref() == Some(request) && other.action == entry.action;
    let empty = entry.changes.is_empty() && entry.facts.as_ref().is_none_or(|facts| facts.words.is_empty());
    empty && entries.iter().skip(at + 1).take(8).any(|(_, other)| same(other))
}

/// Returns what an entry says of its object.
fn step(entry: &Entry<'_>, facts: Option<&ObjectFacts>, stage: bool) -> Step {
    let idle = facts.is_some_and(|facts| facts.idle);
    if stage || idle || matches!(entry.outcome, Outcome::Failure | Outcome::Denied) {
        return Step::new(Act::Read, Vec::new());
    }
    let ends = facts.and_then(|facts| facts.ends);
    let act = match (entry.action, ends) {
        (_, Some(true)) | (Action::Deleted, None) => Act::Deleted,
        (Action::Created, _) => Act::Created,
        (
            Action::Accessed | Action::LoggedIn | Action::LoggedOut | Action::LoginFailed | Action::Exported,
            _,
        ) => Act::Read,
        _ => Act::Changed,
    };
    let toggles = matches!(entry.action, Action::Enabled | Action::Disabled);
    let mut out = Vec::new();
    let Some(facts) = facts else {
        out.extend(entry.changes.iter().map(|change| recorded(change, "")));
        return Step { toggles, ..Step::new(act, out) };
    };
    let (before, after): (Vec<_>, Vec<_>) = facts.words.iter().partition(|word| word.form == Form::Before);
    out.extend(before.into_iter().map(word));
    if let Some(under) = &facts.changes {
        let of_object = entry.changes.iter().enumerate().filter(|(at, _)| !facts.aside.contains(at));
        out.extend(of_object.map(|(at, change)| match facts.elements.contains(&at) {
            true => Fact::Change {
                path: joined(under, &change.path),
                before: Known::Unknown,
                after: Known::Unknown,
            },
            false => recorded(change, under),
        }));
        out.extend(facts.stays.iter().map(|stay| recorded(stay, under)));
    }
    out.extend(after.into_iter().map(word));
    let blurs = facts.blurs && act == Act::Changed && out.is_empty();
    Step { blurs, toggles, ..Step::new(act, out) }
}

/// A recorded change as a fact.
fn recorded(change: &Change<'_>, under: &str) -> Fact {
    let side = |text: &Option<crate::domain::Str<'_>>, missing: bool| match text {
        Some(text) => Known::json(text),
        None if missing => Known::Absent,
        None => Known::Unknown,
    };
    let path = joined(under, &change.path);
    let before = side(&change.before, change.op == ChangeOp::Add);
    let after = side(&change.after, change.op == ChangeOp::Remove);
    match before.is_exactly(&after) {
        true => Fact::Stayed { path, value: after },
        false => Fact::Change { path, before, after },
    }
}

fn word(word: &crate::domain::facts::Word) -> Fact {
    let (under, json) = (word.under.clone(), word.json.clone());
    match word.form {
        Form::Whole => Fact::Whole { under, json, before: false },
        Form::Before => Fact::Whole { under, json, before: true },
        Form::Sparse => Fact::Sparse { under, json, set: true },
        Form::Shown => Fact::Sparse { under, json, set: false },
        Form::Patch => Fact::Patch { under, json, strategic: false },
        Form::Strategic => Fact::Patch { under, json, strategic: true },
        Form::Gone => Fact::Change { path: under, before: Known::Unknown, after: Known::Absent },
    }
}

impl History {
    /// Returns how many entries lie at or before an instant: the moment of the state then.
    pub fn moment(&self, at: Timestamp) -> usize {
        self.rows.partition_point(|row| row.position.time.is_some_and(|time| time <= at))
    }

    /// Returns how many entries lie before an instant.
    pub fn before(&self, at: Timestamp) -> usize {
        self.rows.partition_point(|row| row.position.time.is_some_and(|time| time < at))
    }

    /// Returns the number of an entry; `None` where it is not of this object.
    pub fn position(&self, id: crate::domain::EntryId) -> Option<usize> {
        self.rows.iter().position(|row| row.id == id)
    }

    /// Returns what an entry changed, its own words first where the history adds none.
    pub fn diff(&self, at: usize) -> StepDiff {
        self.timeline.diff(at)
    }

    /// Returns what an entry changed as changes to be shown. Where its changes do not carry over, or say the same in
    /// other words (`1` and `1.0`, another order), they are those that the record lists.
    pub fn changes(&self, at: usize) -> Vec<Change<'static>> {
        let diff = self.timeline.diff(at);
        let aside = self.aside.get(&at).map(Vec::as_slice).unwrap_or_default();
        // What came into a list or went from it says more than that the list is another one.
        let blank = |change: &StepChange| {
            let ends = |path: &str| {
                change.path.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            };
            !change.before.is_known()
                && !change.after.is_known()
                && aside.iter().any(|other| ends(&other.path))
        };
        let changes = diff.changes.iter().filter(|change| !change.is_same() && !blank(change));
        let told: Vec<_> = changes.map(shown).collect();
        match self.entries.get(at) {
            Some(entry) if told.is_empty() => entry.changes.clone(),
            _ => told.into_iter().chain(aside.iter().cloned()).collect(),
        }
    }
}

/// A change of a step as it is shown.
pub(crate) fn shown(change: &StepChange) -> Change<'static> {
    let op = match (&change.before, &change.after) {
        (Known::Absent, _) => ChangeOp::Add,
        (_, Known::Absent) => ChangeOp::Remove,
        _ => ChangeOp::Replace,
    };
    let derived = |origin: Origin| matches!(origin, Origin::Derived(_) | Origin::Learnt(_));
    let provenance = if derived(change.before_from) || derived(change.after_from) {
        Provenance::Derived
    } else {
        Provenance::Recorded
    };
    let text = |known: &Known| known.text().map(|text| text.to_owned().into());
    Change {
        path: change.path.clone().into(),
        op,
        before: text(&change.before),
        after: text(&change.after),
        provenance,
    }
}

#[cfg(test)]
mod tests;
