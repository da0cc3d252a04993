//! `changed:`, `from:` and `to:` over derived changes: the store knows those that records list by its index, the
//! others come out only when an object's history is folded.

use std::collections::HashMap;

use crate::diff::within::within;
use crate::domain::{Change, Entry, EntryId, Field, IdPrefix};
use crate::ops::Access;
use crate::query::{Answer, Expr, Filter, Matcher, Subject, Term, Watch};
use crate::store::Result;

use super::net::{all_rows, touched};
use super::{History, load, of_rows};

/// What looking through derived changes gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Widened {
    /// Lets through what the query did, and the entries with derived changes that it means.
    pub filter: Filter,
    /// Entries that were found by derived changes.
    pub ids: Vec<EntryId>,
    /// Objects looked at, those touched last first.
    pub seen: usize,
    /// Objects there are, as far as they were counted.
    pub objects: usize,
    /// All objects were looked at.
    pub all: bool,
}

/// Most entries that are found so; what lies beyond is not looked for.
const MOST: usize = 10_000;

/// Up to so many objects each is looked up by itself; of more all entries are passed over once.
const FEW: usize = 500;

/// Widens a query by the entries whose derived changes it means, looking at `most` objects, those touched last
/// first; `None` where it asks for no change.
///
/// # Errors
/// The store cannot be read.
pub fn widen(
    access: &mut Access,
    filter: &Filter,
    most: usize,
    watch: &mut dyn Watch,
) -> Result<Answer<Option<Widened>>> {
    let (picks, rest) = parts(filter);
    if picks.is_empty() {
        return Ok(Some(None));
    }
    let matcher = Matcher::new(&Filter::from_conjuncts(picks));
    let Some((keys, complete)) = touched(access, &rest, most, watch)? else { return Ok(None) };
    let mut rows = HashMap::new();
    if keys.len() > FEW {
        let Some(found) = all_rows(access, &keys, watch)? else { return Ok(None) };
        rows = found;
    }
    let (mut ids, mut seen) = (Vec::new(), 0);
    for key in &keys {
        if watch.cancelled() || ids.len() >= MOST {
            break;
        }
        let history = match rows.remove(key) {
            Some(rows) => of_rows(access, key, rows, 0, watch)?,
            None => load(access, key, watch)?,
        };
        let Some(history) = history else { break };
        seen += 1;
        for (at, entry) in history.entries.iter().enumerate() {
            if matcher.matches(&Picked::of(&history, at).subject()) {
                ids.push(entry.id);
            }
        }
    }
    let objects = keys.len();
    let all = complete && seen == objects;
    Ok(Some(Some(Widened { filter: either(filter, &ids), ids, seen, objects, all })))
}

/// What an entry changed, as a condition on changes looks at it.
pub(super) struct Picked(Entry<'static>);

impl Picked {
    /// Takes the changes of an entry of a history, those inside values included.
    pub(super) fn of(history: &History, at: usize) -> Picked {
        let changes = history.changes(at);
        Picked(Entry { inner: within(&changes), changes, ..Entry::blank("") })
    }

    /// Returns the changes of the entry.
    pub(super) fn changes(&self) -> &[Change<'static>] {
        &self.0.changes
    }

    pub(super) fn subject(&self) -> Subject<'_> {
        Subject { entry: &self.0, raw: b"", document: None, noted: false, marked: false }
    }
}

/// Whether a query asks for changes, of which a store knows those that records list.
pub fn asks(filter: &Filter) -> bool {
    !parts(filter).0.is_empty()
}

/// The conditions on changes, and the rest.
fn parts(filter: &Filter) -> (Vec<Expr>, Filter) {
    let (picks, rest): (Vec<Expr>, Vec<Expr>) = filter.conjuncts().iter().cloned().partition(is_pick);
    (picks, Filter::from_conjuncts(rest))
}

/// Whether a condition is one on changes, which a store answers by what records list.
fn is_pick(expr: &Expr) -> bool {
    match expr {
        Expr::Term(Term::Value(Field::Changed, _) | Term::From(_) | Term::To(_)) => true,
        Expr::Or(terms) => terms.iter().all(is_pick),
        _ => false,
    }
}

/// Returns a query that lets these entries through whatever it says of changes.
pub fn either(filter: &Filter, ids: &[EntryId]) -> Filter {
    let (picks, rest) = parts(filter);
    if ids.is_empty() || picks.is_empty() {
        return filter.clone();
    }
    let prefixes: Vec<IdPrefix> = ids.iter().map(|id| (*id).into()).collect();
    let named = rest.and(&Filter { expr: Expr::Term(Term::Id(prefixes)) });
    Filter { expr: Expr::Or(vec![filter.expr.clone(), named.expr]) }
}
