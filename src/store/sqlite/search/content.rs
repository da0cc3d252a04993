//! Conditions on the bytes and strings of records, tested on a whole block at once where that decides.
//!
//! A decoded string differs from the bytes it stands in only by its escapes. So where the source's strings stand in
//! the record as they are, a text that is not in the bytes can only be in a string with an escape that stands for
//! one of its own characters, and only such records are decoded.

use memchr::memmem;

use crate::domain::json::{Node, Path, for_each_string};
use crate::query::filter::{Term, Text};
use crate::query::needles::is_local;
use crate::query::{Needles, TextMatcher, ValueMatcher};
use crate::store::block::Block;
use crate::store::{Interpret, SourceInfo};

/// A condition on a record's content.
pub(super) struct Content<'a> {
    kind: Kind<'a>,
    escapes: Escapes,
}

enum Kind<'a> {
    /// A text in the bytes or a string.
    Literal(TextMatcher),
    /// An expression; whether it matches in a longer text wherever it matches in a part of it.
    Expression(TextMatcher, bool),
    /// A scalar at a path, and texts of which all of one set must be in the bytes or a string.
    Scalar(&'a Path, ValueMatcher, Option<Vec<Vec<TextMatcher>>>),
}

/// Escapes that may stand for a character of what is looked for.
enum Escapes {
    Any,
    Some(Vec<memmem::Finder<'static>>),
}

impl<'a> Content<'a> {
    /// Compiles a condition; `None` where it is not on the content alone.
    pub(super) fn of(term: &'a Term) -> Option<Content<'a>> {
        Some(match term {
            Term::Text(text) if text.literal.is_empty() => {
                let matcher = TextMatcher::literal(text);
                Content { kind: Kind::Expression(matcher, true), escapes: Escapes::Any }
            }
            Term::Text(text) => Content {
                kind: Kind::Literal(TextMatcher::literal(text)),
                escapes: Escapes::of([text.literal.as_str()]),
            },
            Term::Regex(regex) => Content {
                kind: Kind::Expression(TextMatcher::regex(regex), is_local(&regex.source)),
                escapes: Escapes::Any,
            },
            Term::Raw(path, patterns) => {
                let needles = Needles::of(term);
                let texts = needles.iter().flat_map(|needles| needles.0.iter().flatten());
                let escapes = Escapes::of(texts.map(String::as_str));
                let sets = needles.as_ref().map(matchers);
                Content { kind: Kind::Scalar(path, ValueMatcher::new(patterns), sets), escapes }
            }
            _ => return None,
        })
    }

    /// Returns those of the wanted records, in order, that meet the condition; `None` where one is not there.
    pub(super) fn search(
        &self,
        interpret: &dyn Interpret,
        source: &SourceInfo,
        block: &Block,
        wanted: &[u32],
    ) -> Option<Vec<u32>> {
        let verbatim = interpret.is_verbatim(source);
        let mut found = Vec::new();
        if let Kind::Literal(matcher) = &self.kind {
            found = slots_with(block, matcher);
            if verbatim && !self.escapes.are_in(block.raw()) {
                found.retain(|slot| wanted.binary_search(slot).is_ok());
                return Some(found);
            }
        }
        let known = found;
        let mut found = Vec::new();
        for slot in wanted {
            let (_, raw) = block.get(*slot)?;
            if known.binary_search(slot).is_ok() || self.record(interpret, source, raw, verbatim) {
                found.push(*slot);
            }
        }
        Some(found)
    }

    /// Whether one record meets the condition; its bytes were searched for a literal already.
    fn record(&self, interpret: &dyn Interpret, source: &SourceInfo, raw: &[u8], verbatim: bool) -> bool {
        let plain = verbatim && !self.escapes.are_in(raw);
        let strings = |matcher: &TextMatcher| {
            let hit = |text: &str| matcher.is_match(text.as_bytes());
            document(interpret, raw, source, |node| for_each_string(node, &mut |text| hit(text)))
                .unwrap_or(false)
        };
        match &self.kind {
            Kind::Literal(matcher) => !plain && strings(matcher),
            Kind::Expression(matcher, local) => {
                matcher.is_match(raw) || !(plain && *local) && strings(matcher)
            }
            Kind::Scalar(path, matcher, sets) => {
                let holds = |set: &Vec<TextMatcher>| set.iter().all(|text| text.is_match(raw));
                if plain && sets.as_ref().is_some_and(|sets| !sets.iter().any(holds)) {
                    return false;
                }
                document(interpret, raw, source, |node| {
                    crate::query::eval::matches_raw(path, matcher, Some(node))
                })
                .unwrap_or_else(|| crate::query::eval::matches_raw(path, matcher, None))
            }
        }
    }
}

fn matchers(needles: &Needles) -> Vec<Vec<TextMatcher>> {
    let matcher = |text: &String| TextMatcher::literal(&Text { literal: text.clone(), exact_case: false });
    needles.0.iter().map(|set| set.iter().map(matcher).collect()).collect()
}

/// Returns the records that hold a text in their bytes, in order.
fn slots_with(block: &Block, matcher: &TextMatcher) -> Vec<u32> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(hit) = matcher.find(block.raw(), from) {
        let (slot, end) = block.slot_at(hit.start);
        // Records stand end to end: what begins in one and ends in the next is no hit.
        if hit.end <= end {
            found.push(slot);
            from = end;
        } else {
            from = hit.start + 1;
        }
    }
    found
}

impl Escapes {
    fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Escapes {
        // An escape in a string within a string still ends in a backslash and its letter.
        let mut letters = vec!['u'];
        for c in texts.into_iter().flat_map(str::chars) {
            letters.extend(match c {
                '"' | '\\' | '/' => Some(c),
                '\u{8}' => Some('b'),
                '\u{c}' => Some('f'),
                '\n' => Some('n'),
                '\r' => Some('r'),
                '\t' => Some('t'),
                _ => None,
            });
        }
        letters.sort_unstable();
        letters.dedup();
        let finder = |letter: char| memmem::Finder::new(&format!("\\{letter}")).into_owned();
        Escapes::Some(letters.into_iter().map(finder).collect())
    }

    fn are_in(&self, bytes: &[u8]) -> bool {
        match self {
            Escapes::Any => memchr::memchr(b'\\', bytes).is_some(),
            Escapes::Some(finders) => finders.iter().any(|finder| finder.find(bytes).is_some()),
        }
    }
}

/// Shows a record as a document; `None` where it cannot be.
fn document<T>(
    interpret: &dyn Interpret,
    raw: &[u8],
    source: &SourceInfo,
    visit: impl FnOnce(Node<'_>) -> T,
) -> Option<T> {
    let mut answer = None;
    let mut visit = Some(visit);
    interpret.document(raw, source, &mut |node| {
        if let Some(visit) = visit.take() {
            answer = Some(visit(node));
        }
    });
    answer
}
