//! What the records of one source say together: a key that holds the same in all of them tells of no act, one
//! that never repeats is a message or an id.

use std::collections::HashSet;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use super::leaf::{self, Leaf};
use super::{Field, names};
use crate::domain::json::Node;
use crate::ingest::format::shape;
use crate::ingest::map::words;

/// Fewest records that say anything together.
const FEW: usize = 6;

/// How much more or less a path of a source means a field than its name says. Kept with the source, so that a
/// record shown later means what it meant when it was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learned {
    /// The field: `time` or `action`.
    field: String,
    path: String,
    bonus: i32,
}

impl Learned {
    /// Compares the records of a source.
    pub fn of(records: &[Node<'_>]) -> Vec<Learned> {
        learn(records)
    }
}

impl Field {
    fn name(self) -> &'static str {
        match self {
            Field::Time => "time",
            Field::Action => "action",
            Field::Other => "",
        }
    }
}

/// Returns what was learned of a leaf.
pub(super) fn bonus(learned: &[Learned], field: Field, leaf: &Leaf<'_>) -> i32 {
    if learned.is_empty() || field == Field::Other {
        return 0;
    }
    let path = leaf.text();
    let known = learned.iter().find(|known| known.field == field.name() && known.path == path);
    known.map_or(0, |known| known.bonus)
}

/// What the values at one path have in common.
#[derive(Default)]
struct Seen {
    records: usize,
    verbs: usize,
    distinct: HashSet<String>,
}

fn learn(records: &[Node<'_>]) -> Vec<Learned> {
    if records.len() < FEW {
        return Vec::new();
    }
    let mut seen: HashMap<(&'static str, String), Seen> = HashMap::new();
    for &record in records {
        leaf::with_leaves(record, |leaves| leaves.iter().for_each(|leaf| note(leaf, &mut seen)));
    }
    let mut all: Vec<Learned> = Vec::new();
    for ((field, path), values) in &seen {
        let bonus = match *field {
            "time" => of_time(values),
            _ => of_action(values),
        };
        if bonus != 0 && values.records >= FEW {
            all.push(Learned { field: (*field).to_owned(), path: path.clone(), bonus });
        }
    }
    all.sort_by(|a, b| (&a.field, &a.path).cmp(&(&b.field, &b.path)));
    all.truncate(64);
    all
}

fn note(leaf: &Leaf<'_>, seen: &mut HashMap<(&'static str, String), Seen>) {
    let Some(text) = leaf.node.scalar() else { return };
    let time = names::time_score(leaf).is_some() && shape::looks_like_time(leaf.node);
    let action = !time && names::action().score(leaf).is_some();
    for (is, field) in [(time, Field::Time), (action, Field::Action)] {
        if is {
            let values = seen.entry((field.name(), leaf.text())).or_default();
            values.records += 1;
            values.verbs += usize::from(action && words::action(&text).is_some());
            values.distinct.insert(text.clone().into_owned());
        }
    }
}

/// The time of the act differs from act to act; that of an account or a file stays.
fn of_time(seen: &Seen) -> i32 {
    match seen.distinct.len() {
        1 => -40,
        distinct if distinct * 2 > seen.records => 8,
        _ => 0,
    }
}

/// Acts repeat, but not always the same one is done, and most of their codes hold a verb.
fn of_action(seen: &Seen) -> i32 {
    let verbs = if seen.verbs * 10 >= seen.records * 7 { 12 } else { 0 };
    match seen.distinct.len() {
        1 => verbs - 30,
        distinct if seen.records >= 20 && distinct * 10 > seen.records * 9 => verbs - 30,
        _ => verbs + 10,
    }
}
