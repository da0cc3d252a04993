//! What changed between two instants, object by object: what was undone in between vanishes but is counted.

use std::collections::HashMap;

use crate::diff::state::{Known, Origin};
use crate::domain::{Change, TimeSpan};
use crate::query::{Answer, Expr, Filter, Row, Sort, Watch};
use crate::store::Result;

use super::{History, ObjectKey, load, of_rows, shown};
use crate::diff::state::StepChange;
use crate::ops::Access;
use crate::ops::access::Opens;
use crate::present::number::counted;

/// Up to so many objects each is looked up by itself; of more all entries are passed over once.
const FEW: usize = 64;

/// A change undone by the same person within this time was hardly meant.
const SHORT: i64 = 600 * 1_000_000_000;

/// What happened to one object between two instants.
#[derive(Clone, Debug)]
pub struct NetChange {
    /// The object.
    pub history: History,
    /// Its entries in between: numbers of the first and of the one behind the last.
    pub entries: std::ops::Range<usize>,
    /// Whether it existed before and after.
    pub existed: (bool, bool),
    /// What is different after.
    pub changes: Vec<Change<'static>>,
    /// Fields that were changed and are as before.
    pub undone: usize,
    /// Of these, fields set back by the same person within ten minutes.
    pub set_back: Vec<String>,
    /// Fields touched in between of which it is not known whether they differ.
    pub unknown: Vec<String>,
}

impl NetChange {
    /// Says whether the object came or went, with a gap in front; nothing where it was there all the time.
    pub fn existence(&self) -> &'static str {
        match self.existed {
            (false, true) => "  came to be",
            (true, false) => "  is gone",
            (false, false) => "  came and went",
            (true, true) => "",
        }
    }

    /// Says what the changes do not show: what was undone, set back at once, or is not known.
    pub fn remarks(&self) -> Vec<String> {
        let mut out = Vec::new();
        if self.undone > 0 {
            out.push(format!("{} changed and set back", counted(self.undone as u64, "field")));
        }
        if !self.set_back.is_empty() {
            out.push(format!("set back within 10 minutes by the same person: {}", self.set_back.join(", ")));
        }
        if !self.unknown.is_empty() {
            out.push(format!("touched, the difference not known: {}", self.unknown.join(", ")));
        }
        if self.changes.is_empty() && out.is_empty() && self.existed == (true, true) {
            out.push("no difference is known".to_owned());
        }
        out
    }
}

/// Calls `each` for objects with matching entries in a span of time, those of the given numbers, the one touched
/// last first, until it returns false. Returns how many objects there are.
///
/// # Errors
/// The store cannot be read.
pub fn net(
    access: &mut Access,
    filter: &Filter,
    span: TimeSpan,
    which: std::ops::Range<usize>,
    watch: &mut dyn Watch,
    each: &mut dyn FnMut(NetChange) -> bool,
) -> Result<Answer<usize>> {
    let Some((keys, _)) = touched(access, &filter.and(&Expr::within(span).into()), usize::MAX, watch)? else {
        return Ok(None);
    };
    let wanted = keys.get(which.start.min(keys.len())..which.end.min(keys.len())).unwrap_or_default();
    let mut rows = HashMap::new();
    if wanted.len() > FEW {
        let Some(found) = all_rows(access, wanted, watch)? else { return Ok(None) };
        rows = found;
    }
    for key in wanted {
        let history = match rows.remove(key) {
            Some(rows) => of_rows(access, key, rows, 0, watch)?,
            None => load(access, key, watch)?,
        };
        let Some(history) = history else { return Ok(None) };
        if !each(between(history, span)) {
            break;
        }
    }
    Ok(Some(keys.len()))
}

/// Returns the objects of the entries that match, the one touched last first, at most so many; and whether these
/// are all.
pub(super) fn touched(
    access: &mut Access,
    filter: &Filter,
    most: usize,
    watch: &mut dyn Watch,
) -> Result<Answer<(Vec<ObjectKey>, bool)>> {
    let Some(objects) = access.objects(watch)? else { return Ok(None) };
    let (mut keys, mut seen) = (Vec::new(), std::collections::HashSet::new());
    let mut all = true;
    let answer = access.for_each(filter, Sort::default(), Opens::Never, watch, &mut |row, _| {
        let changes = !matches!(
            row.action,
            crate::domain::Action::Accessed
                | crate::domain::Action::LoggedIn
                | crate::domain::Action::LoggedOut
                | crate::domain::Action::LoginFailed
        );
        if let Some(key) = objects.of(row).filter(|_| changes)
            && !seen.contains(&key)
        {
            all = keys.len() < most;
            if all {
                seen.insert(key.clone());
                keys.push(key);
            }
        }
        all
    })?;
    Ok(answer.map(|()| (keys, all)))
}

/// Returns the rows of objects, in one pass over all entries.
pub(super) fn all_rows(
    access: &mut Access,
    keys: &[ObjectKey],
    watch: &mut dyn Watch,
) -> Result<Answer<HashMap<ObjectKey, Vec<Row>>>> {
    let Some(objects) = access.objects(watch)? else { return Ok(None) };
    let mut rows: HashMap<ObjectKey, Vec<Row>> = keys.iter().map(|key| (key.clone(), Vec::new())).collect();
    let answer = access.for_each(&Filter::all(), Sort::default(), Opens::Never, watch, &mut |row, _| {
        if let Some(rows) = objects.of(row).and_then(|key| rows.get_mut(&key)) {
            rows.push(row.clone());
        }
        true
    })?;
    Ok(answer.map(|()| rows))
}

/// Returns what is different at the end of a span.
fn between(history: History, span: TimeSpan) -> NetChange {
    let first = span.from.map_or(0, |from| history.before(from));
    let behind = span.until.map_or(history.rows.len(), |until| history.before(until)).max(first);
    let line = &history.timeline;
    let existed = (line.exists_at(first), line.exists_at(behind));
    let state = |moment: usize| -> HashMap<String, Known> {
        let gone = !line.exists_at(moment);
        let fields = line.at(moment).unwrap_or_default();
        let mut known: HashMap<String, Known> = fields.into_iter().map(|f| (f.path, f.value)).collect();
        known.retain(|_, value| !gone || value.is_known());
        known
    };
    let (old, new) = (state(first), state(behind));
    let mut touched = line.touched(first..behind);
    if line.is_blurred(first..behind) {
        // What was known and is not any more may be another.
        let lost = new.iter().filter(|(path, value)| !value.is_known() && !touched.contains(path));
        let mut lost: Vec<String> = lost.map(|(path, _)| path.clone()).collect();
        lost.sort_unstable();
        touched.extend(lost);
    }
    let (mut changes, mut undone, mut set_back, mut unknown) = (Vec::new(), 0, Vec::new(), Vec::new());
    for path in touched {
        let value = |side: &HashMap<String, Known>| side.get(&path).cloned().unwrap_or(Known::Absent);
        let (was, is) = (value(&old), value(&new));
        if !was.is_known() || !is.is_known() {
            unknown.push(path);
        } else if was.same(&is) {
            undone += usize::from(line.steps_of(&path).iter().any(|step| (first..behind).contains(step)));
            if is_slip(&history, &path, first..behind) {
                set_back.push(path);
            }
        } else {
            changes.push(net_change(path, was, is, first));
        }
    }
    NetChange { entries: first..behind, existed, changes, undone, set_back, unknown, history }
}

/// A net change is computed from several entries, so it never passes for a recorded one.
fn net_change(path: String, before: Known, after: Known, first: usize) -> Change<'static> {
    let origin = Origin::Derived(first);
    shown(&StepChange {
        path,
        before,
        after,
        before_from: origin,
        after_from: origin,
        conflict: None,
        seen: false,
    })
}

/// Whether the changes of a field were those of one person within a short time.
fn is_slip(history: &History, path: &str, within: std::ops::Range<usize>) -> bool {
    let steps: Vec<usize> =
        history.timeline.steps_of(path).into_iter().filter(|step| within.contains(step)).collect();
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return false };
    let time = |step: &usize| history.rows.get(*step).and_then(|row| row.position.time).map_or(0, |at| at.0);
    let who =
        |step: &usize| history.rows.get(*step).and_then(|row| row.actor_id.clone().or(row.actor.clone()));
    steps.len() > 1
        && time(last).saturating_sub(time(first)) <= SHORT
        && who(first).is_some()
        && steps.iter().all(|step| who(step) == who(first))
}
