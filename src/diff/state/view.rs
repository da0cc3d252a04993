//! What a timeline tells: the diff of an entry, the state at a moment, and who set what.

use super::flatten::is_below;
use super::{Act, Field, Known, Timeline};

/// How a value is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The entry itself says it.
    Recorded,
    /// What an earlier entry, by its number, left behind.
    Derived(usize),
    /// What a later entry, by its number, found.
    Learnt(usize),
    /// It is not known.
    Unknown,
}

/// A recorded value that is not what the entry before left behind: an entry is missing between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// What was left behind.
    pub expected: Known,
    /// By which entry.
    pub by: usize,
}

/// What an entry did to one field.
#[derive(Clone, Debug, PartialEq)]
pub struct StepChange {
    /// The field.
    pub path: String,
    /// Its value before.
    pub before: Known,
    /// Its value after.
    pub after: Known,
    /// How the value before is known.
    pub before_from: Origin,
    /// How the value after is known.
    pub after_from: Origin,
    /// The recorded value before is not what was expected.
    pub conflict: Option<Conflict>,
    /// The entry shows the field and does not say that it changed it.
    pub seen: bool,
}

impl StepChange {
    /// Whether both sides are known and mean the same. What is put together from several entries does not tell
    /// `null` and nothing apart.
    pub fn is_same(&self) -> bool {
        match (self.before_from, self.after_from) {
            (Origin::Recorded, Origin::Recorded) => self.before.is_exactly(&self.after),
            _ => self.before.same(&self.after),
        }
    }
}

/// How the diff of an entry is known, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The record says it all.
    Recorded,
    /// Values come from this earlier (or, where they were learnt backwards, later) entry, the nearest of them.
    Derived(usize),
    /// Nothing is known of what changed.
    None,
}

/// What an entry did to its object.
#[derive(Clone, Debug, PartialEq)]
pub struct StepDiff {
    /// Field by field.
    pub changes: Vec<StepChange>,
    /// How it is known.
    pub basis: Basis,
    /// Fields whose value before or after is not known.
    pub unknown: usize,
    /// Fields that are seen for the first time, so that it is not known whether they changed.
    pub first_seen: usize,
    /// Other entries of the same instant touch what this one does, and their order is not known.
    pub unordered: bool,
}

/// A field at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldState {
    /// The field.
    pub path: String,
    /// Its value.
    pub value: Known,
    /// How it is known: by an entry until then, or learnt from a later one.
    pub origin: Origin,
    /// The next entry that names it found it otherwise: one is missing, before the moment or behind it.
    pub doubt: Option<usize>,
}

impl Timeline {
    /// Returns what an entry did.
    pub fn diff(&self, step: usize) -> StepDiff {
        let touches = self.steps.get(step).map(Vec::as_slice).unwrap_or_default();
        let mut diff =
            StepDiff { changes: Vec::new(), basis: Basis::None, unknown: 0, first_seen: 0, unordered: false };
        for (field, touch) in touches {
            let field = &self.fields[*field];
            if field.touches[*touch].quiet {
                continue;
            }
            let change = self.change(field, *touch);
            diff.unordered |= self.is_tied(field, *touch);
            if change.seen && !change.before.is_known() {
                diff.first_seen += usize::from(change.after.text().is_some());
                continue;
            }
            if change.seen && change.is_same() && change.conflict.is_none() {
                continue;
            }
            diff.unknown += usize::from(!change.before.is_known() || !change.after.is_known());
            diff.changes.push(change);
        }
        drop_shells(&mut diff.changes);
        let told: Vec<&StepChange> = diff.changes.iter().filter(|change| !change.is_same()).collect();
        diff.basis = match told.is_empty() {
            true => basis(step, &diff.changes.iter().collect::<Vec<_>>()),
            false => basis(step, &told),
        };
        diff
    }

    /// Returns the fields after so many entries, those without a value left out; `None` where the object is
    /// known not to exist then.
    pub fn at(&self, moment: usize) -> Option<Vec<FieldState>> {
        if !self.exists_at(moment) {
            return None;
        }
        let fields = self.fields.iter().filter(|field| !self.is_inside_known(field, moment));
        let states =
            fields.map(|field| self.state(field, moment)).filter(|state| state.value != Known::Absent);
        Some(states.collect())
    }

    /// Returns what is known of one field after so many entries.
    pub fn value_at(&self, path: &str, moment: usize) -> Known {
        let field = self.index.get(path).and_then(|at| self.fields.get(*at));
        field.map_or(Known::Unknown, |field| self.state(field, moment).value)
    }

    /// Whether the object is there after so many entries, as far as is known.
    pub fn exists_at(&self, moment: usize) -> bool {
        match moment.checked_sub(1) {
            // Before the first entry: unless that is the one that made it.
            None => self.acts.iter().find(|act| **act != Act::Read) != Some(&Act::Created),
            Some(step) => match self.exists.get(step).copied().flatten() {
                Some(exists) => exists,
                None => self.acts.iter().skip(moment).find(|act| **act != Act::Read) != Some(&Act::Created),
            },
        }
    }

    /// Returns the fields that entries in a range say something of, or that they show to have changed.
    pub fn touched(&self, steps: std::ops::Range<usize>) -> Vec<String> {
        let mut seen = std::collections::BTreeSet::new();
        let end = steps.end;
        for (field, touch) in self.steps.get(steps).into_iter().flatten().flatten() {
            let field_at = &self.fields[*field];
            let change = self.change(field_at, *touch);
            // What is seen for the first time need not have changed.
            let known = !change.seen || change.before.is_known();
            if known && !self.is_inside_known(field_at, end) {
                seen.insert(*field);
            }
        }
        seen.into_iter().map(|field| self.fields[field].path.clone()).collect()
    }

    /// Returns the object after so many entries as JSON text, unknown fields left out.
    pub fn json_at(&self, moment: usize) -> Option<String> {
        let fields = self.at(moment)?;
        let known = fields.iter().filter_map(|field| Some((field.path.as_str(), field.value.text()?)));
        Some(super::flatten::object(known))
    }

    /// A field of an array's element says nothing where the array itself is known.
    pub(super) fn is_inside_known(&self, field: &Field, moment: usize) -> bool {
        let array = field.array.as_ref().and_then(|array| self.index.get(array));
        array.is_some_and(|at| self.state(&self.fields[*at], moment).value.is_known())
    }
}

/// An object that got its first member, or lost its last, did not change beside them.
fn drop_shells(changes: &mut Vec<StepChange>) {
    let shell = |change: &StepChange| {
        let pair = (change.before.text(), change.after.text());
        matches!(pair, (Some("{}"), None) | (None, Some("{}")))
            && change.before.is_known()
            && change.after.is_known()
    };
    let paths: Vec<String> = changes.iter().map(|change| change.path.clone()).collect();
    let has_members = |change: &StepChange| paths.iter().any(|path| is_below(path, &change.path));
    changes.retain(|change| !shell(change) || !has_members(change));
}

fn basis(step: usize, changes: &[&StepChange]) -> Basis {
    let origins = changes.iter().flat_map(|change| [change.before_from, change.after_from]);
    let sources = origins.filter_map(|origin| match origin {
        Origin::Derived(from) | Origin::Learnt(from) => Some(from),
        Origin::Recorded | Origin::Unknown => None,
    });
    match sources.min_by_key(|from| step.abs_diff(*from)) {
        Some(from) => Basis::Derived(from),
        None if changes.iter().any(|c| c.before.is_known() && c.after.is_known()) => Basis::Recorded,
        None => Basis::None,
    }
}
