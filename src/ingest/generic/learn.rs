//! What the records of one source say together: a key that holds the same in all of them tells of no act, one
//! that never repeats is a message or an id.

use std::collections::HashSet;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use super::inner::{self, Inner};
use super::leaf::{self, Leaf};
use super::{Field, column, names};
use crate::domain::json::{Doc, Node};
use crate::ingest::format::glob::fold;
use crate::ingest::format::shape;
use crate::ingest::map::words;

/// Fewest records that say anything together.
const FEW: usize = 6;

/// How much more or less a path of a source means a field than its name says. Kept with the source, so that a
/// record shown later means what it meant when it was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learned {
    /// The field: `time`, `action`, `name` or `outcome`.
    field: String,
    path: String,
    #[serde(default, skip_serializing_if = "is_zero")]
    bonus: i32,
    /// What a column without a name is to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(bonus: &i32) -> bool {
    *bonus == 0
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
    let known = learned.iter().find(|known| known.field == field.name() && known.path == leaf.text);
    known.map_or(0, |known| known.bonus)
}

/// Gives the columns of a table without a header the names that their values deserve.
pub(super) fn name_columns(leaves: &mut [Leaf<'_>], learned: &[Learned]) {
    for leaf in leaves.iter_mut().filter(|leaf| leaf.inside == 0 && leaf::nameless(&leaf.keys)) {
        let named = learned.iter().find(|known| known.field == "name" && known.path == leaf.text);
        if let Some(name) = named.and_then(|known| known.name.as_deref()) {
            leaf.keys = vec![fold(name)];
            leaf.words = words::words(name);
        }
    }
}

/// Whether records of the source tell of what went wrong, so that one that does not went well.
pub(super) fn tells_failures(learned: &[Learned]) -> bool {
    learned.iter().any(|known| known.field == "outcome")
}

/// What the values at one path have in common.
#[derive(Default)]
struct Seen {
    records: usize,
    verbs: usize,
    distinct: HashSet<String>,
}

fn learn(records: &[Node<'_>]) -> Vec<Learned> {
    let texts: Vec<Vec<Inner>> = records.iter().map(|&record| inner::texts(record)).collect();
    let mut docs: Vec<Vec<Doc>> =
        texts.iter().map(|texts| texts.iter().map(|_| Doc::new()).collect()).collect();
    let mut leaves: Vec<Vec<Leaf<'_>>> = Vec::new();
    for ((&record, texts), docs) in records.iter().zip(&texts).zip(&mut docs) {
        let inside: Vec<(&Inner, Node<'_>)> = texts
            .iter()
            .zip(docs.iter_mut())
            .filter_map(|(inner, doc)| Some((inner, doc.parse(&inner.text).ok()?)))
            .collect();
        leaves.push(leaf::collect(record, &inside));
    }
    let mut all = named(&leaves);
    leaves.iter_mut().for_each(|leaves| name_columns(leaves, &all));
    if records.len() >= FEW {
        all.extend(told(&leaves));
        all.extend(failures(&leaves));
    }
    all.truncate(96);
    all
}

/// The names that columns without one deserve.
fn named(records: &[Vec<Leaf<'_>>]) -> Vec<Learned> {
    let learned = |(path, name): (String, &str)| Learned {
        field: "name".to_owned(),
        path,
        bonus: 0,
        name: Some(name.to_owned()),
    };
    column::names(records).into_iter().map(learned).collect()
}

/// What the values of names that could mean a field say.
fn told(records: &[Vec<Leaf<'_>>]) -> Vec<Learned> {
    let mut seen: HashMap<(&'static str, String), Seen> = HashMap::new();
    records.iter().flatten().for_each(|leaf| note(leaf, &mut seen));
    let mut all: Vec<Learned> = Vec::new();
    for ((field, path), values) in &seen {
        let bonus = match *field {
            "time" => of_time(values),
            _ => of_action(values),
        };
        if bonus != 0 && values.records >= FEW {
            all.push(Learned { field: (*field).to_owned(), path: path.clone(), bonus, name: None });
        }
    }
    all.sort_by(|a, b| (&a.field, &a.path).cmp(&(&b.field, &b.path)));
    all.truncate(64);
    all
}

/// Some records, but by far not all, name an error.
fn failures(records: &[Vec<Leaf<'_>>]) -> Option<Learned> {
    let failed = |leaf: &&Leaf<'_>| super::what::tells_error(leaf);
    let told: Vec<Option<&Leaf<'_>>> = records.iter().map(|leaves| leaves.iter().find(failed)).collect();
    let first = told.iter().flatten().next()?;
    let count = told.iter().flatten().count();
    (count * 2 <= records.len()).then(|| Learned {
        field: "outcome".to_owned(),
        path: first.text.clone(),
        bonus: 0,
        name: None,
    })
}

fn note(leaf: &Leaf<'_>, seen: &mut HashMap<(&'static str, String), Seen>) {
    let Some(text) = leaf.node.scalar() else { return };
    let time = names::time_score(leaf).is_some() && shape::looks_like_time(leaf.node);
    let action = !time && names::action().score(leaf).is_some();
    for (is, field) in [(time, Field::Time), (action, Field::Action)] {
        if is {
            let values = seen.entry((field.name(), leaf.text.clone())).or_default();
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
