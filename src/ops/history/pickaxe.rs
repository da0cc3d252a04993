//! `changed:`, `from:` and `to:` over derived changes: the store knows those that records list by its index, the
//! others come out only when an object's history is folded.

use crate::domain::{Entry, EntryId, Field, IdPrefix};
use crate::ops::Access;
use crate::query::{Answer, Expr, Filter, Matcher, Subject, Term, Watch};
use crate::store::Result;

use super::net::{all_rows, touched};
use super::of_rows;

/// What looking through derived changes gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Widened {
    /// Lets through what the query did, and the entries with derived changes that it means.
    pub filter: Filter,
    /// Entries that were found by derived changes.
    pub found: usize,
    /// Objects looked at.
    pub seen: usize,
    /// Objects there are; more than were looked at where the work was stopped.
    pub objects: usize,
}

/// Most entries that are found so; what lies beyond is not looked for.
const MOST: usize = 10_000;

/// Widens a query by the entries whose derived changes it means; `None` where it asks for no change.
///
/// # Errors
/// The store cannot be read.
pub fn widen(access: &mut Access, filter: &Filter, watch: &mut dyn Watch) -> Result<Answer<Option<Widened>>> {
    let (picks, rest): (Vec<Expr>, Vec<Expr>) = filter.conjuncts().iter().cloned().partition(is_pick);
    if picks.is_empty() {
        return Ok(Some(None));
    }
    let rest = Filter::from_conjuncts(rest);
    let matcher = Matcher::new(&Filter::from_conjuncts(picks));
    let Some(keys) = touched(access, &rest, watch)? else { return Ok(None) };
    let Some(mut rows) = all_rows(access, &keys, watch)? else { return Ok(None) };
    let (mut ids, mut seen) = (Vec::new(), 0);
    for key in &keys {
        if watch.cancelled() || ids.len() >= MOST {
            break;
        }
        let rows = rows.remove(key).unwrap_or_default();
        let Some(history) = of_rows(access, key, rows, 0, watch)? else { break };
        seen += 1;
        for (at, entry) in history.entries.iter().enumerate() {
            let derived = Entry { changes: history.changes(at), ..Entry::blank("") };
            let subject = Subject { entry: &derived, raw: b"", document: None, noted: false, marked: false };
            if matcher.matches(&subject) {
                ids.push(entry.id);
            }
        }
    }
    let (found, objects) = (ids.len(), keys.len());
    Ok(Some(Some(Widened { filter: either(filter, &rest, &ids), found, seen, objects })))
}

/// Whether a condition is one on changes, which a store answers by what records list.
fn is_pick(expr: &Expr) -> bool {
    match expr {
        Expr::Term(Term::Value(Field::Changed, _) | Term::From(_) | Term::To(_)) => true,
        Expr::Or(terms) => terms.iter().all(is_pick),
        _ => false,
    }
}

fn either(filter: &Filter, rest: &Filter, ids: &[EntryId]) -> Filter {
    if ids.is_empty() {
        return filter.clone();
    }
    let prefixes: Vec<IdPrefix> = ids.iter().map(|id| (*id).into()).collect();
    let named = rest.and(&Filter { expr: Expr::Term(Term::Id(prefixes)) });
    Filter { expr: Expr::Or(vec![filter.expr.clone(), named.expr]) }
}
