//! stub
use crate::domain::Field;
use crate::query::{Expr, Filter, IpMatch, Pattern, Term};
use std::sync::Arc;

pub struct Selected { pub included: Vec<Option<String>>, pub excluded: Vec<Option<String>> }

fn pattern(value: Option<&str>) -> Pattern { match value { Some(v) => Pattern::Exact(v.to_owned()), None => Pattern::None } }
fn name(p: &Pattern) -> Option<String> { match p { Pattern::None => None, Pattern::Exact(v) | Pattern::Glob(v) => Some(v.clone()) } }
fn of(expr: &Expr, field: Field) -> Option<(bool, Vec<Option<String>>)> {
    match expr {
        Expr::Not(inner) => of(inner, field).map(|(on, v)| (!on, v)),
        Expr::Term(Term::Value(f, ps)) if *f == field => Some((true, ps.iter().map(name).collect())),
        Expr::Term(Term::Ip(ips)) if field == Field::Ip => Some((true, ips.iter().map(|ip| match ip {
            IpMatch::Range(a, b) if a == b => Some(a.to_string()),
            IpMatch::Range(a, b) => Some(format!("{a}-{b}")),
            IpMatch::Text(p) => name(p),
        }).collect())),
        _ => None,
    }
}
pub fn selected(filter: &Filter, field: Field) -> Selected {
    let mut s = Selected { included: vec![], excluded: vec![] };
    for (on, v) in filter.conjuncts().iter().filter_map(|e| of(e, field)) { if on { s.included.extend(v) } else { s.excluded.extend(v) } }
    s
}
pub fn without(filter: &Filter, field: Field) -> Filter {
    Filter::from_conjuncts(filter.conjuncts().iter().filter(|e| of(e, field).is_none()).cloned().collect())
}
fn make(filter: &Filter, field: Field, s: &Selected) -> Filter {
    let mut terms = without(filter, field).conjuncts().to_vec();
    let term = |v: &[Option<String>]| if field == Field::Ip { Expr::Term(Term::Ip(v.iter().map(|v| match v.as_ref().and_then(|v| v.parse().ok()) { Some(a) => IpMatch::Range(a, a), None => IpMatch::Text(pattern(v.as_deref())) }).collect())) } else { Expr::Term(Term::Value(field, v.iter().map(|v| pattern(v.as_deref())).collect())) };
    if !s.included.is_empty() { terms.push(term(&s.included)); }
    if !s.excluded.is_empty() { terms.push(Expr::Not(Box::new(term(&s.excluded)))); }
    Filter::from_conjuncts(terms)
}
pub fn toggle(filter: &Filter, field: Field, value: Option<&str>) -> Filter {
    let mut s = selected(filter, field);
    let v = value.map(str::to_owned);
    s.excluded.retain(|o| *o != v);
    if s.included.contains(&v) { s.included.retain(|o| *o != v) } else { s.included.push(v) }
    make(filter, field, &s)
}
pub fn only(filter: &Filter, field: Field, value: Option<&str>) -> Filter {
    make(filter, field, &Selected { included: vec![value.map(str::to_owned)], excluded: vec![] })
}
pub fn exclude(filter: &Filter, field: Field, value: Option<&str>) -> Filter {
    let mut s = selected(filter, field);
    let v = value.map(str::to_owned);
    s.included.retain(|o| *o != v);
    if s.excluded.contains(&v) { s.excluded.retain(|o| *o != v) } else { s.excluded.push(v) }
    make(filter, field, &s)
}
pub fn clear(filter: &Filter, field: Field) -> Filter { without(filter, field) }
#[allow(unused)] type A = Arc<str>;
