//! A dictionary's value seen as an entry of which nothing else is known, so that the query's own functions
//! say what it matches, shows and counts for; the scan of a column and the evaluation of one entry cannot
//! disagree.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::columns::DictCol;
use super::values::{ActorValue, read_ip, read_paths, read_targets, text};
use crate::domain::{Action, Change, ChangeOp, Class, Entry, Moment, Outcome, Provenance, Scope, Timestamp};

/// Names of the sources by their numbers.
pub(crate) type Names = HashMap<u32, Arc<str>>;

/// Returns an entry of which nothing is known.
pub(crate) fn blank<'a>() -> Entry<'a> {
    Entry::blank("")
}

/// Puts the value of one column into an entry.
pub(crate) fn fill<'a>(entry: &mut Entry<'a>, col: DictCol, value: Option<&'a [u8]>, names: &'a Names) {
    let word = value.map(text);
    let plain = word.map(Cow::Borrowed);
    match col {
        DictCol::Source => {
            let name = names.get(&super::source_number(value));
            entry.place.source = name.map_or(Cow::Borrowed(""), |name| Cow::Borrowed(name));
        }
        DictCol::Digits => {
            let digits = value.and_then(|value| value.first().copied()).unwrap_or_default();
            entry.time = Some(Moment { at: Timestamp(0), digits, text: "".into() });
        }
        DictCol::Scope => entry.scope = word.and_then(Scope::parse),
        DictCol::Workspace => entry.workspace = plain,
        DictCol::EventType => entry.event_type = plain,
        DictCol::Class => entry.class = word.and_then(Class::parse).unwrap_or(Class::Other),
        DictCol::Activity => entry.activity = plain,
        DictCol::Action => entry.action = word.and_then(Action::parse).unwrap_or(Action::Other),
        DictCol::ActionCode => entry.action_code = plain,
        DictCol::Actor => entry.actor = value.map(|value| ActorValue::read(value).actor()),
        DictCol::Ip => entry.ip = value.map(read_ip),
        DictCol::Country => entry.country = plain,
        DictCol::Targets => {
            entry.targets.clear();
            entry.targets.extend(value.into_iter().flat_map(read_targets).map(|target| target.target()));
        }
        DictCol::Outcome => entry.outcome = word.and_then(Outcome::parse).unwrap_or(Outcome::Unknown),
        DictCol::Request => entry.request = plain,
        DictCol::Session => entry.session = plain,
        DictCol::Format => entry.format = plain.unwrap_or_default(),
        DictCol::Changed => {
            entry.changes.clear();
            entry.changes.extend(value.into_iter().flat_map(read_paths).map(change));
        }
    }
}

/// Returns a change of which only the path is known.
fn change(path: &str) -> Change<'_> {
    Change {
        path: path.into(),
        op: ChangeOp::Replace,
        before: None,
        after: None,
        provenance: Provenance::Recorded,
    }
}

/// Returns for every id of a dictionary whether `test` holds of an entry with that value alone, where it is one of
/// `among`; those left out are known not to.
pub(crate) fn test_values(
    values: &super::dict::Values,
    col: DictCol,
    names: &Names,
    among: Option<&[u32]>,
    mut test: impl FnMut(&Entry<'_>) -> bool,
) -> Vec<bool> {
    let mut entry = blank();
    let counts = values.counts();
    let mut hits = vec![false; values.len()];
    let mut try_one = |id: u32| {
        let at = id as usize;
        if counts[at] > 0 && !hits[at] {
            fill(&mut entry, col, values.get(id), names);
            hits[at] = test(&entry);
        }
    };
    match among {
        Some(ids) => ids.iter().for_each(|id| try_one(*id)),
        None => (0..values.len() as u32).for_each(try_one),
    }
    hits
}
