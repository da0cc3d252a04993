//! The text looked for with `/`, and where it stands in a line. Pure.

use std::ops::Range;

use crate::domain::EntryId;
use crate::query::parse::describe_regex;
use crate::query::{Expr, Regex, Row, Term, Text, TextMatcher};
use crate::tui::msg::Hit;

/// A search.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// What was typed.
    pub typed: String,
    /// The condition an entry must meet; `None` while nothing or nothing valid is typed.
    pub needle: Option<Expr>,
    /// Finds it in a line.
    pattern: Option<TextMatcher>,
    /// Why what was typed is no expression.
    pub error: Option<String>,
    /// Where the search began: the entry and its place.
    pub origin: Option<Box<Row>>,
    /// The hit stood on last.
    pub hit: Option<(EntryId, Hit)>,
}

impl Search {
    /// Returns a search for `typed`: literal with smart case, or an expression between slashes.
    pub fn new(typed: &str, origin: Option<Box<Row>>) -> Search {
        let mut search = Search { typed: typed.to_owned(), origin, ..Search::default() };
        if typed.is_empty() {
            return search;
        }
        let inner =
            typed.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|re| !re.is_empty());
        match inner {
            Some(source) => search.set_expression(source),
            None => search.set_literal(typed),
        }
        search
    }

    fn set_literal(&mut self, literal: &str) {
        let text = Text::new(literal);
        self.pattern = Some(TextMatcher::literal(&text));
        self.needle = Some(Expr::Term(Term::Text(text)));
    }

    fn set_expression(&mut self, source: &str) {
        match regex::RegexBuilder::new(source).size_limit(1 << 20).build() {
            Ok(regex) => {
                let regex = Regex { source: source.to_owned(), regex };
                self.pattern = Some(TextMatcher::regex(&regex));
                self.needle = Some(Expr::Term(Term::Regex(regex)));
            }
            Err(error) => self.error = Some(describe_regex(&error)),
        }
    }

    /// Returns where the text stands in a line, as byte ranges.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let Some(pattern) = &self.pattern else { return Vec::new() };
        pattern.hits(text.as_bytes()).filter(|hit| text.get(hit.clone()).is_some()).collect()
    }

    /// Whether a line holds it.
    pub fn is_in(&self, text: &str) -> bool {
        self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_letters_find_both_and_capitals_themselves() {
        let small = Search::new("ana", None);
        assert_eq!(small.ranges("Ana, ANA, banana"), [0..3, 5..8, 11..14]);
        let capital = Search::new("Ana", None);
        assert_eq!(capital.ranges("Ana, ANA, banana"), [std::ops::Range { start: 0, end: 3 }]);
    }

    #[test]
    fn signs_are_literal_and_slashes_make_an_expression() {
        assert!(Search::new("a.c", None).ranges("abc").is_empty());
        assert!(Search::new("/a.c/", None).is_in("xabcx"));
        let broken = Search::new("/(/", None);
        assert_eq!(broken.error.as_deref(), Some("bad regular expression: unclosed group"));
        assert!(broken.needle.is_none());
        assert!(Search::new("", None).needle.is_none());
    }
}
