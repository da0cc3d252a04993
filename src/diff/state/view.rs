//! What a timeline tells: the diff of an entry, the state at a moment, and who set what.

use super::{Act, Field, How, Known, Timeline};

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
    /// Whether both sides are known and mean the same.
    pub fn is_same(&self) -> bool {
        self.before.same(&self.after)
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
}

/// Who set a field.
#[derive(Clone, Debug, PartialEq)]
pub struct Blame {
    /// The field.
    pub path: String,
    /// Its value.
    pub value: Known,
    /// The entry that set it; `None` where it was so before the first entry that shows it.
    pub by: Option<usize>,
    /// The first entry that shows the value, where none is known to have set it.
    pub seen: Option<usize>,
    /// How often it had changed before that.
    pub earlier: usize,
    /// All entries that changed it, the oldest first.
    pub steps: Vec<usize>,
}

impl Blame {
    /// Whether the value is a list that is told as one, because its items have no id, key or name of their own.
    pub fn is_list(&self) -> bool {
        self.value.text().is_some_and(|text| text.starts_with('[') && text != "[]")
    }

    /// Says how often it had changed before; of a field that no entry set, that it was only seen.
    pub fn times_text(&self) -> String {
        let times = match (self.by, self.earlier) {
            (None, _) => "seen".to_owned(),
            (Some(_), 0) => "set".to_owned(),
            (Some(_), n) => format!("changed {n}x before"),
        };
        if self.is_list() { format!("{times}, as one list") } else { times }
    }
}

impl Timeline {
    /// Returns what an entry did.
    pub fn diff(&self, step: usize) -> StepDiff {
        let touches = self.steps.get(step).map(Vec::as_slice).unwrap_or_default();
        let mut diff = StepDiff { changes: Vec::new(), basis: Basis::None, unknown: 0, first_seen: 0 };
        for (field, touch) in touches {
            let field = &self.fields[*field];
            if field.touches[*touch].quiet {
                continue;
            }
            let change = change(field, *touch);
            if change.seen && !change.before.is_known() {
                diff.first_seen += usize::from(change.after.text().is_some());
                continue;
            }
            if change.seen && change.is_same() {
                continue;
            }
            diff.unknown += usize::from(!change.before.is_known() || !change.after.is_known());
            diff.changes.push(change);
        }
        diff.basis = basis(step, &diff.changes);
        diff
    }

    /// Returns the fields after so many entries, those without a value left out; `None` where the object is
    /// known not to exist then.
    pub fn at(&self, moment: usize) -> Option<Vec<FieldState>> {
        if !self.exists_at(moment) {
            return None;
        }
        let fields = self.fields.iter().filter(|field| !self.is_inside_known(field, moment));
        let states = fields.map(|field| state(field, moment)).filter(|state| state.value != Known::Absent);
        Some(states.collect())
    }

    /// Returns what is known of one field after so many entries.
    pub fn value_at(&self, path: &str, moment: usize) -> Known {
        let field = self.index.get(path).and_then(|at| self.fields.get(*at));
        field.map_or(Known::Unknown, |field| state(field, moment).value)
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

    /// Returns who set the fields there are after so many entries.
    pub fn blame(&self, moment: usize) -> Vec<Blame> {
        if !self.exists_at(moment) {
            return Vec::new();
        }
        let fields = self.fields.iter().filter(|field| !self.is_inside_known(field, moment));
        let mut out = Vec::new();
        for field in fields {
            let Some(whole) = blame(field, moment) else { continue };
            match super::items::by_item(field, &whole, moment) {
                Some(items) => out.extend(items),
                None => out.push(whole),
            }
        }
        out
    }

    /// Returns the entries that changed a field or, where it is a part of the object, something below it.
    pub fn steps_of(&self, path: &str) -> Vec<usize> {
        let within = |field: &&Field| field.path == path || super::flatten::is_below(&field.path, path);
        let mut steps: Vec<usize> =
            self.fields.iter().filter(within).flat_map(|field| changing(field, usize::MAX)).collect();
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// Returns the fields that entries in a range say something of, or that they show to have changed.
    pub fn touched(&self, steps: std::ops::Range<usize>) -> Vec<String> {
        let mut seen = std::collections::BTreeSet::new();
        for (field, touch) in self.steps.get(steps).into_iter().flatten().flatten() {
            let field_at = &self.fields[*field];
            let change = change(field_at, *touch);
            // What is seen for the first time need not have changed.
            let known = !change.seen || change.before.is_known();
            if known && field_at.array.is_none() {
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
    fn is_inside_known(&self, field: &Field, moment: usize) -> bool {
        let array = field.array.as_ref().and_then(|array| self.index.get(array));
        array.is_some_and(|at| state(&self.fields[*at], moment).value.is_known())
    }
}

fn basis(step: usize, changes: &[StepChange]) -> Basis {
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

/// Returns the value that a touch found, as far as it is known.
pub(super) fn value_before(field: &Field, at: usize) -> Known {
    change(field, at).before
}

/// Returns the value that a touch left, as far as it is known.
pub(super) fn value_after(field: &Field, at: usize) -> Known {
    change(field, at).after
}

fn change(field: &Field, at: usize) -> StepChange {
    let touch = &field.touches[at];
    let last = at.checked_sub(1).and_then(|at| field.touches.get(at));
    let next = field.touches.get(at + 1);
    let left = last.filter(|last| last.after.is_known());
    let (before, before_from) = match left {
        _ if touch.before.is_known() => (touch.before.clone(), Origin::Recorded),
        Some(left) => (left.after.clone(), Origin::Derived(left.confirmed)),
        None => (Known::Unknown, Origin::Unknown),
    };
    let (after, after_from) = match next {
        _ if touch.after.is_known() => (touch.after.clone(), Origin::Recorded),
        Some(next) if next.before.is_known() => (next.before.clone(), Origin::Learnt(next.step)),
        _ => (Known::Unknown, Origin::Unknown),
    };
    let expected = left.filter(|left| touch.before.is_known() && !left.after.same(&touch.before));
    StepChange {
        path: field.path.clone(),
        before,
        after,
        before_from,
        after_from,
        conflict: expected.map(|left| Conflict { expected: left.after.clone(), by: left.confirmed }),
        seen: touch.how == How::Seen,
    }
}

/// Returns the number of the last touch within the first `moment` entries.
fn last_touch(field: &Field, moment: usize) -> Option<usize> {
    field.touches.partition_point(|touch| touch.step < moment).checked_sub(1)
}

fn state(field: &Field, moment: usize) -> FieldState {
    let last = last_touch(field, moment);
    let next = field.touches.get(last.map_or(0, |at| at + 1));
    let (value, origin) = match (last.map(|at| &field.touches[at]), next) {
        (Some(touch), _) if touch.after.is_known() => (touch.after.clone(), Origin::Derived(touch.step)),
        (_, Some(next)) if next.before.is_known() => (next.before.clone(), Origin::Learnt(next.step)),
        _ => (Known::Unknown, Origin::Unknown),
    };
    FieldState { path: field.path.clone(), value, origin }
}

fn blame(field: &Field, moment: usize) -> Option<Blame> {
    let now = state(field, moment);
    now.value.text()?;
    let steps = changing(field, moment);
    let last = last_touch(field, moment).map(|at| &field.touches[at]);
    let seen = match now.origin {
        Origin::Derived(_) => last.map(|touch| touch.step),
        _ => None,
    };
    let by = steps.last().copied();
    Some(Blame {
        path: field.path.clone(),
        value: now.value,
        by,
        seen: seen.filter(|_| by.is_none()),
        earlier: steps.len().saturating_sub(1),
        steps,
    })
}

/// Returns the entries within the first `moment` that changed a field, or said that they did.
fn changing(field: &Field, moment: usize) -> Vec<usize> {
    let mut steps = Vec::new();
    for (at, touch) in field.touches.iter().enumerate().take_while(|(_, touch)| touch.step < moment) {
        if touch.quiet && field.array.is_some() {
            continue;
        }
        let change = change(field, at);
        let told = touch.how == How::Named && !change.is_same();
        let found = touch.how == How::Seen && change.before.is_known() && !change.is_same();
        if told || found {
            steps.push(touch.step);
        }
    }
    steps
}
