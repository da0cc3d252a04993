//! The normal form of filters: the one that text reads as.

use super::{Expr, Filter, Term};

impl Filter {
    /// Returns the filter that text reads as: no AND within an AND, no OR within an OR, no condition that
    /// every entry meets beside others, no list without values. It means the same.
    pub fn normal(self) -> Filter {
        Filter { expr: normal(self.expr) }
    }

    /// Whether every entry passes.
    pub fn is_all(&self) -> bool {
        self.expr == Expr::All
    }
}

fn normal(expr: Expr) -> Expr {
    match expr {
        Expr::All => Expr::All,
        Expr::And(terms) => {
            let terms = terms.into_iter().map(normal).filter(|term| *term != Expr::All);
            one_or(
                flat(terms, |term| if let Expr::And(inner) = term { Ok(inner) } else { Err(term) }),
                Expr::And,
            )
            .unwrap_or_default()
        }
        Expr::Or(terms) => {
            let terms = terms.into_iter().map(normal);
            one_or(
                flat(terms, |term| if let Expr::Or(inner) = term { Ok(inner) } else { Err(term) }),
                Expr::Or,
            )
            .unwrap_or_else(nothing)
        }
        Expr::Not(inner) => Expr::Not(Box::new(normal(*inner))),
        Expr::Term(term) if is_empty(&term) => nothing(),
        Expr::Term(term) => Expr::Term(term),
    }
}

fn nothing() -> Expr {
    Expr::Not(Box::new(Expr::All))
}

fn flat(terms: impl Iterator<Item = Expr>, open: impl Fn(Expr) -> Result<Vec<Expr>, Expr>) -> Vec<Expr> {
    terms.flat_map(|term| open(term).unwrap_or_else(|term| vec![term])).collect()
}

fn one_or(mut terms: Vec<Expr>, make: impl Fn(Vec<Expr>) -> Expr) -> Option<Expr> {
    match terms.len() {
        0 => None,
        1 => terms.pop(),
        _ => Some(make(terms)),
    }
}

fn is_empty(term: &Term) -> bool {
    match term {
        Term::Value(_, patterns) | Term::Raw(_, patterns) | Term::From(patterns) | Term::To(patterns) => {
            patterns.is_empty()
        }
        Term::Ip(wanted) => wanted.is_empty(),
        Term::Id(prefixes) => prefixes.is_empty(),
        Term::Time(_) | Term::Text(_) | Term::Regex(_) | Term::Has(_) => false,
    }
}
