//! What a view marks in the text it shows.

use super::text::TextMatcher;
use super::{Expr, Filter, Term};

/// Returns matchers of the texts and expressions that the filter looks for, in the order of the query; not of
/// those it excludes.
pub fn text_terms(filter: &Filter) -> Vec<TextMatcher> {
    let mut found = Vec::new();
    collect(&filter.expr, true, &mut found);
    found
}

fn collect(expr: &Expr, wanted: bool, found: &mut Vec<TextMatcher>) {
    match expr {
        Expr::And(terms) | Expr::Or(terms) => terms.iter().for_each(|term| collect(term, wanted, found)),
        Expr::Not(inner) => collect(inner, !wanted, found),
        Expr::Term(Term::Text(text)) if wanted => found.push(TextMatcher::literal(text)),
        Expr::Term(Term::Regex(regex)) if wanted => found.push(TextMatcher::regex(regex)),
        Expr::All | Expr::Term(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::arbitrary::context;

    #[test]
    fn marks_what_is_looked_for() {
        let filter =
            crate::query::parse("one -two (three OR -(NOT four)) /fi.e/ actor:six", &context()).unwrap();
        let terms = text_terms(&filter);
        let marked = |text: &str| terms.iter().any(|term| term.is_match(text.as_bytes()));
        for text in ["ONE", "three", "four", "five"] {
            assert!(marked(text), "{text}");
        }
        for text in ["two", "six", "FIVE"] {
            assert!(!marked(text), "{text}");
        }
        assert_eq!(terms.len(), 4);
    }
}
