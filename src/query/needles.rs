//! What a record must hold to meet a condition on its content: texts that stand in its bytes or in its decoded
//! strings wherever the condition holds. A store skips what cannot hold them; nothing is decided by them.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::fold::{fold, fold_char};
use super::{Pattern, Term};

/// Alternatives kept of an expression; one with more is taken to need nothing.
const MANY: usize = 16;

/// Sets of folded texts: all texts of at least one set must occur.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needles(pub Vec<Vec<String>>);

impl Needles {
    /// Returns what a condition needs; `None` where a record may meet it without any text in particular.
    pub fn of(term: &Term) -> Option<Needles> {
        let sets = match term {
            Term::Text(text) => vec![vec![fold(&text.literal).into_owned()]],
            Term::Raw(_, patterns) => patterns.iter().map(of_pattern).collect::<Option<_>>()?,
            Term::Regex(regex) => of_hir(&regex_syntax::parse(&regex.source).ok()?),
            _ => return None,
        };
        Needles::useful(sets)
    }

    /// Returns what a value before or after a change needs for a condition on changes to hold; where the value
    /// stands in a record, and whether it stands there as it is, is for others to know.
    pub fn of_change(term: &Term) -> Option<Needles> {
        let (Term::From(patterns) | Term::To(patterns)) = term else { return None };
        // `null` is a word here, and no text that must stand anywhere.
        if patterns.iter().any(|pattern| matches!(pattern, Pattern::Exact(text) if fold(text) == "null")) {
            return None;
        }
        Needles::useful(patterns.iter().map(of_pattern).collect::<Option<_>>()?)
    }

    /// Returns what a value needs to match one of these; `None` where one may match without any text in particular.
    /// [`Pattern::None`] matches no value and needs nothing.
    pub fn of_patterns(patterns: &[Pattern]) -> Option<Needles> {
        Needles::useful(patterns.iter().filter_map(of_pattern).collect())
    }

    fn useful(sets: Vec<Vec<String>>) -> Option<Needles> {
        let useful = |set: &Vec<String>| set.iter().any(|text| !text.is_empty());
        (!sets.is_empty() && sets.iter().all(useful)).then_some(Needles(sets))
    }
}

/// Whether an expression matches a piece of text wherever it matches within a longer one: it asks nothing of
/// what stands beside a match.
pub fn is_local(source: &str) -> bool {
    regex_syntax::parse(source).is_ok_and(|hir| hir.properties().look_set().is_empty())
}

/// Texts between the stars of a pattern; `None` where a missing value matches.
fn of_pattern(pattern: &Pattern) -> Option<Vec<String>> {
    match pattern {
        Pattern::None => None,
        Pattern::Exact(text) => Some(vec![fold(text).into_owned()]),
        Pattern::Glob(glob) => Some(pieces(glob)),
    }
}

fn pieces(glob: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut chars = glob.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' => pieces.push(std::mem::take(&mut piece)),
            '\\' => piece.push(chars.next_if(|next| matches!(next, '*' | '\\')).map_or(c, fold_char)),
            c => piece.push(fold_char(c)),
        }
    }
    pieces.push(piece);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Returns sets of which one must occur whole in what an expression matches.
fn of_hir(hir: &Hir) -> Vec<Vec<String>> {
    match hir.kind() {
        HirKind::Capture(capture) => of_hir(&capture.sub),
        HirKind::Repetition(repeated) if repeated.min > 0 => of_hir(&repeated.sub),
        HirKind::Repetition(_) => vec![Vec::new()],
        HirKind::Alternation(choices) => {
            let sets: Vec<_> = choices.iter().flat_map(of_hir).collect();
            if sets.len() > MANY { vec![Vec::new()] } else { sets }
        }
        HirKind::Concat(parts) => of_parts(parts),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => {
            of_parts(std::slice::from_ref(hir))
        }
    }
}

/// Letters that follow each other are one text; what stands between must occur too.
fn of_parts(parts: &[Hir]) -> Vec<Vec<String>> {
    let mut sets: Vec<Vec<String>> = vec![Vec::new()];
    let mut run = String::new();
    for part in parts {
        if let Some(text) = letters(part) {
            run.push_str(&text);
            continue;
        }
        let found = if matches!(
            part.kind(),
            HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) | HirKind::Empty
        ) {
            vec![Vec::new()]
        } else {
            of_hir(part)
        };
        close(&mut sets, &mut run);
        if sets.len() * found.len() <= MANY && !found.is_empty() {
            let both = |set: &Vec<String>| {
                found.iter().map(|more| [set.as_slice(), more].concat()).collect::<Vec<_>>()
            };
            sets = sets.iter().flat_map(both).collect();
        }
    }
    close(&mut sets, &mut run);
    sets
}

fn close(sets: &mut [Vec<String>], run: &mut String) {
    if !run.is_empty() {
        sets.iter_mut().for_each(|set| set.push(run.clone()));
        run.clear();
    }
}

/// Returns the folded text of a literal, or of a class of letters that are all alike.
fn letters(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(|text| fold(text).into_owned()),
        HirKind::Class(Class::Unicode(class)) => {
            let mut chars = class.ranges().iter().flat_map(|range| range.start()..=range.end()).take(8);
            let first = fold_char(chars.next()?);
            let few = class
                .ranges()
                .iter()
                .map(|range| u32::from(range.end()) - u32::from(range.start()) + 1)
                .sum::<u32>()
                <= 4;
            (few && chars.all(|c| fold_char(c) == first)).then(|| first.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Regex;

    fn sets(source: &str) -> Option<Vec<Vec<String>>> {
        let regex = Regex { source: source.into(), regex: regex::Regex::new(source).unwrap() };
        Needles::of(&Term::Regex(regex)).map(|needles| needles.0)
    }

    #[test]
    fn texts_that_an_expression_needs() {
        let check = |source: &str, expect: &[&[&str]]| {
            let expect: Vec<Vec<String>> =
                expect.iter().map(|set| set.iter().map(|text| (*text).to_owned()).collect()).collect();
            assert_eq!(sets(source), (!expect.is_empty()).then_some(expect), "{source}");
        };
        check("Foo", &[&["foo"]]);
        check("foo.*bar", &[&["foo", "bar"]]);
        check("(?i)foo[0-9]+", &[&["foo"]]);
        check("foo|bar", &[&["foo"], &["bar"]]);
        check("x(foo|bar)+y", &[&["x", "foo", "y"], &["x", "bar", "y"]]);
        check("(foo)?bar", &[&["bar"]]);
        check("foo|", &[]);
        check("[a-z]+", &[]);
        check("a*", &[]);
        check("^foo$", &[&["foo"]]);
        assert!(is_local("a.b") && !is_local("^a") && !is_local(r"\bx"));
    }

    #[test]
    fn texts_that_a_pattern_needs() {
        assert_eq!(pieces(r"A*b\*c*"), ["a", "b*c"]);
        assert_eq!(pieces("*"), [""; 0]);
    }

    proptest::proptest! {
        #[test]
        fn what_matches_holds_what_is_needed(source in "(a|b|[ab]|\\(a|b\\)|ab?|K|é|\\.|x\\*|\\|){1,6}", text in "[abxKkÉé\u{212a}]{0,8}") {
            let Ok(regex) = regex::Regex::new(&source) else { return Ok(()) };
            let folded = fold(&text);
            if let (true, Some(sets)) = (regex.is_match(&text), sets(&source)) {
                assert!(sets.iter().any(|set| set.iter().all(|need| folded.contains(need.as_str()))), "{source} {text} {sets:?}");
            }
        }
    }
}
