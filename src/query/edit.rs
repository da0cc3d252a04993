//! Changing a filter by hand: what the sidebar and the keys `=` and `!` do.
//!
//! A *group* is all conditions on one field that stand at the top of the tree: `key:a,b` chooses values,
//! `-key:a,b` excludes them. Conditions within an OR belong to no group; they stay whatever a group does.
//! Every function returns a new filter and leaves the rest as it was typed.

use super::fold::alike;
use super::parse::addresses;
use super::range::{ParseContext, RangeError, parse_range, parse_time_term};
use super::{Expr, Filter, IpMatch, Pattern, Term, Text, TimeKey, TimeTerm};
use crate::domain::{Field, TimeSpan};

/// A value that a group chooses or excludes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The value, or a glob, network or range as the query writes it; `None` for entries without a value.
    pub value: Option<String>,
    /// Whether `value` is one value as facets show it.
    pub exact: bool,
    /// Whether it is excluded.
    pub negated: bool,
}

/// Returns what a group chooses and excludes, in the order of the query.
pub fn selected(filter: &Filter, field: Field) -> Vec<Selection> {
    let groups = filter.conjuncts().iter().filter_map(|expr| group(expr, field));
    groups.flat_map(|(list, negated)| list.selections(negated)).collect()
}

/// Returns whether a group excludes a value (`Some(true)`), chooses it (`Some(false)`) or does not name it.
pub fn state(filter: &Filter, field: Field, value: Option<&str>) -> Option<bool> {
    let wanted = List::of(field, value);
    let mut groups = filter.conjuncts().iter().filter_map(|expr| group(expr, field));
    groups.find(|(list, _)| list.has(&wanted)).map(|(_, negated)| negated)
}

/// Chooses a value beside the others of its group; takes it out where it is chosen or excluded already.
pub fn toggle(filter: &Filter, field: Field, value: Option<&str>) -> Filter {
    match state(filter, field, value) {
        Some(_) => remove(filter, field, value),
        None => insert(filter, field, value, false),
    }
}

/// Excludes a value, chosen or not; takes the exclusion back where it is excluded already.
pub fn exclude(filter: &Filter, field: Field, value: Option<&str>) -> Filter {
    let without = remove(filter, field, value);
    match state(filter, field, value) {
        Some(true) => without,
        _ => insert(&without, field, value, true),
    }
}

/// Makes a value the only one of its group.
pub fn only(filter: &Filter, field: Field, value: Option<&str>) -> Filter {
    insert(&without(filter, field), field, value, false)
}

/// Returns the filter without a group: what the group's own counts are taken under, and what clearing it
/// leaves.
pub fn without(filter: &Filter, field: Field) -> Filter {
    retain(filter, |expr| group(expr, field).is_none())
}

/// Clears a group; the same as [`without`].
pub fn clear(filter: &Filter, field: Field) -> Filter {
    without(filter, field)
}

/// Clears everything.
pub fn clear_all() -> Filter {
    Filter::all()
}

/// Returns the span that all time ranges at the top of the tree leave.
pub fn time_span(filter: &Filter) -> TimeSpan {
    time_terms(filter).iter().fold(TimeSpan::default(), |span, term| span.and(&term.span))
}

/// Returns the time ranges at the top of the tree.
pub fn time_terms(filter: &Filter) -> Vec<&TimeTerm> {
    filter.conjuncts().iter().filter_map(as_time).collect()
}

/// Returns the filter without the time ranges at the top of its tree.
pub fn clear_time(filter: &Filter) -> Filter {
    retain(filter, |expr| as_time(expr).is_none())
}

/// Replaces the time ranges at the top of the tree by one as typed; an empty text clears them.
///
/// # Errors
/// A text that is no range.
pub fn set_time(filter: &Filter, typed: &str, context: &ParseContext) -> Result<Filter, RangeError> {
    if typed.trim().is_empty() {
        return Ok(clear_time(filter));
    }
    let lasts_on = !typed.contains("..") && parse_range(typed, context)?.until.is_none();
    let key = if lasts_on { TimeKey::Since } else { TimeKey::Time };
    Ok(add(&clear_time(filter), Expr::Term(Term::Time(parse_time_term(key, typed, context)?))))
}

/// Replaces the time ranges at the top of the tree by an absolute one.
pub fn set_span(filter: &Filter, span: TimeSpan) -> Filter {
    let cleared = clear_time(filter);
    if span == TimeSpan::default() { cleared } else { add(&cleared, Expr::within(span)) }
}

/// Adds a text to search for.
pub fn add_text(filter: &Filter, literal: &str) -> Filter {
    if literal.is_empty() { filter.clone() } else { add(filter, Expr::Term(Term::Text(Text::new(literal)))) }
}

/// Adds a condition, in place of its opposite; nothing where it stands already.
pub fn add(filter: &Filter, expr: Expr) -> Filter {
    let opposite = match &expr {
        Expr::Not(inner) => (**inner).clone(),
        other => Expr::Not(Box::new(other.clone())),
    };
    let kept = retain(filter, |other| *other != opposite);
    if kept.conjuncts().contains(&expr) { kept } else { kept.and(&Filter { expr }) }
}

impl Filter {
    /// Returns the filter with every time range in absolute times, so that it means the same tomorrow.
    pub fn absolute(&self) -> Filter {
        Filter { expr: absolute(&self.expr) }
    }
}

fn absolute(expr: &Expr) -> Expr {
    match expr {
        Expr::All => Expr::All,
        Expr::And(terms) => Expr::And(terms.iter().map(absolute).collect()),
        Expr::Or(terms) => Expr::Or(terms.iter().map(absolute).collect()),
        Expr::Not(inner) => Expr::Not(Box::new(absolute(inner))),
        Expr::Term(Term::Time(time)) => Expr::within(time.span),
        Expr::Term(term) => Expr::Term(term.clone()),
    }
}

fn retain(filter: &Filter, keep: impl Fn(&Expr) -> bool) -> Filter {
    Filter::from_conjuncts(filter.conjuncts().iter().filter(|expr| keep(expr)).cloned().collect())
}

fn as_time(expr: &Expr) -> Option<&TimeTerm> {
    match expr {
        Expr::Term(Term::Time(time)) => Some(time),
        _ => None,
    }
}

/// The values of one condition of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
enum List {
    Values(Vec<Pattern>),
    Addresses(Vec<IpMatch>),
}

impl List {
    /// Returns the list of one value as a facet shows it, or as a person types an address.
    fn of(field: Field, value: Option<&str>) -> List {
        let pattern = || value.map_or(Pattern::None, |value| Pattern::Exact(value.to_owned()));
        match (field, value.and_then(addresses)) {
            (Field::Ip, Some((low, high))) => List::Addresses(vec![IpMatch::Range(low, high)]),
            (Field::Ip, None) => List::Addresses(vec![IpMatch::Text(pattern())]),
            _ => List::Values(vec![pattern()]),
        }
    }

    fn term(self, field: Field) -> Expr {
        Expr::Term(match self {
            List::Values(patterns) => Term::Value(field, patterns),
            List::Addresses(wanted) => Term::Ip(wanted),
        })
    }

    fn is_empty(&self) -> bool {
        match self {
            List::Values(patterns) => patterns.is_empty(),
            List::Addresses(wanted) => wanted.is_empty(),
        }
    }

    /// Whether the list names the one value of another.
    fn has(&self, one: &List) -> bool {
        let mut left = self.clone();
        left.take(one);
        left != *self
    }

    /// Takes the one value of another list out.
    fn take(&mut self, one: &List) {
        match (self, one) {
            (List::Values(all), List::Values(one)) => {
                all.retain(|pattern| !one.iter().any(|other| same(pattern, other)));
            }
            (List::Addresses(all), List::Addresses(one)) => {
                all.retain(|wanted| !one.iter().any(|other| same_ip(wanted, other)));
            }
            _ => {}
        }
    }

    fn append(&mut self, one: List) {
        match (self, one) {
            (List::Values(all), List::Values(one)) => all.extend(one),
            (List::Addresses(all), List::Addresses(one)) => all.extend(one),
            _ => {}
        }
    }

    fn selections(&self, negated: bool) -> Vec<Selection> {
        let selection = |value, exact| Selection { value, exact, negated };
        let of_pattern = |pattern: &Pattern| match pattern {
            Pattern::None => selection(None, true),
            Pattern::Exact(text) => selection(Some(text.clone()), true),
            Pattern::Glob(_) => selection(Some(pattern.to_string()), false),
        };
        match self {
            List::Values(patterns) => patterns.iter().map(of_pattern).collect(),
            List::Addresses(wanted) => wanted
                .iter()
                .map(|one| match one {
                    IpMatch::Text(pattern) => of_pattern(pattern),
                    IpMatch::Range(low, high) => selection(Some(one.to_string()), low == high),
                })
                .collect(),
        }
    }
}

fn same(a: &Pattern, b: &Pattern) -> bool {
    match (a, b) {
        (Pattern::Exact(a), Pattern::Exact(b)) => alike(a, b),
        _ => a == b,
    }
}

fn same_ip(a: &IpMatch, b: &IpMatch) -> bool {
    match (a, b) {
        (IpMatch::Text(a), IpMatch::Text(b)) => same(a, b),
        _ => a == b,
    }
}

/// Returns the values of a condition of this group, and whether it excludes them.
fn group(expr: &Expr, field: Field) -> Option<(List, bool)> {
    match expr {
        Expr::Term(Term::Value(of, patterns)) if *of == field => {
            Some((List::Values(patterns.clone()), false))
        }
        Expr::Term(Term::Ip(wanted)) if field == Field::Ip => Some((List::Addresses(wanted.clone()), false)),
        Expr::Not(inner) => match group(inner, field)? {
            (list, false) => Some((list, true)),
            (_, true) => None,
        },
        _ => None,
    }
}

fn rebuild(list: List, negated: bool, field: Field) -> Expr {
    let term = list.term(field);
    if negated { Expr::Not(Box::new(term)) } else { term }
}

fn remove(filter: &Filter, field: Field, value: Option<&str>) -> Filter {
    let wanted = List::of(field, value);
    let kept = filter.conjuncts().iter().filter_map(|expr| match group(expr, field) {
        Some((mut list, negated)) if list.has(&wanted) => {
            list.take(&wanted);
            (!list.is_empty()).then(|| rebuild(list, negated, field))
        }
        _ => Some(expr.clone()),
    });
    Filter::from_conjuncts(kept.collect())
}

/// Adds a value to the last condition of its group that chooses, or excludes; to a new one where none does.
fn insert(filter: &Filter, field: Field, value: Option<&str>, negated: bool) -> Filter {
    let wanted = List::of(field, value);
    let mut terms = filter.conjuncts().to_vec();
    let place = terms.iter_mut().rev().find_map(|expr| match group(expr, field) {
        Some((list, is_negated)) if is_negated == negated => Some((expr, list)),
        _ => None,
    });
    match place {
        Some((expr, mut list)) => {
            list.append(wanted);
            *expr = rebuild(list, negated, field);
        }
        None => terms.push(rebuild(wanted, negated, field)),
    }
    Filter::from_conjuncts(terms)
}

/// Returns the filter without the time terms at its top.
pub fn without_time(filter: &Filter) -> Filter {
    let rest = filter.conjuncts().iter().filter(|term| !matches!(term, Expr::Term(Term::Time(_))));
    Filter::from_conjuncts(rest.cloned().collect())
}

#[cfg(test)]
mod tests;
