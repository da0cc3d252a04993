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
    /// Texts of which all of one set must occur; `None` where nothing in particular must.
    need: Option<Need>,
}

enum Kind<'a> {
    /// A text in the bytes or a string.
    Literal(TextMatcher),
    /// An expression; whether it matches in a longer text wherever it matches in a part of it.
    Expression(TextMatcher, bool),
    /// A scalar at a path.
    Scalar(&'a Path, ValueMatcher),
}

/// What a record must hold in its bytes or in a string.
pub(super) struct Need {
    sets: Vec<Vec<TextMatcher>>,
    /// Escapes that may stand for a character of these texts.
    escapes: Vec<memmem::Finder<'static>>,
}

impl<'a> Content<'a> {
    /// Compiles a condition; `None` where it is not on the content alone.
    pub(super) fn of(term: &'a Term) -> Option<Content<'a>> {
        let kind = match term {
            Term::Text(text) if text.literal.is_empty() => Kind::Expression(TextMatcher::literal(text), true),
            Term::Text(text) => Kind::Literal(TextMatcher::literal(text)),
            Term::Regex(regex) => Kind::Expression(TextMatcher::regex(regex), is_local(&regex.source)),
            Term::Raw(path, patterns) => Kind::Scalar(path, ValueMatcher::new(patterns)),
            _ => return None,
        };
        Some(Content { kind, need: Needles::of(term).as_ref().map(Need::of) })
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
        let known = match &self.kind {
            Kind::Literal(matcher) => slots_with(block, matcher),
            // What no record may hold, none need be asked for.
            _ if !self.may_hold(block.raw(), verbatim) => return Some(Vec::new()),
            _ => Vec::new(),
        };
        let decided = matches!(self.kind, Kind::Literal(_)) && !self.may_be_escaped(block.raw(), verbatim);
        let mut found = Vec::new();
        for slot in wanted {
            let (_, raw) = block.get(*slot)?;
            let hit = known.binary_search(slot).is_ok();
            if hit || (!decided && self.record(interpret, source, raw, verbatim)) {
                found.push(*slot);
            }
        }
        Some(found)
    }

    /// Whether a text that is needed may be in a string without being in the bytes.
    fn may_be_escaped(&self, bytes: &[u8], verbatim: bool) -> bool {
        !verbatim || self.need.as_ref().is_none_or(|need| need.may_be_escaped(bytes))
    }

    /// Whether bytes may hold a record that meets the condition.
    fn may_hold(&self, bytes: &[u8], verbatim: bool) -> bool {
        self.may_be_escaped(bytes, verbatim) || self.need.as_ref().is_none_or(|need| need.is_in(bytes))
    }

    /// Whether one record meets the condition; its bytes were searched for a literal already.
    fn record(&self, interpret: &dyn Interpret, source: &SourceInfo, raw: &[u8], verbatim: bool) -> bool {
        let strings = |matcher: &TextMatcher| {
            let hit = |text: &str| matcher.is_match(text.as_bytes());
            document(interpret, raw, source, |node| for_each_string(node, &mut |text| hit(text)))
                .unwrap_or(false)
        };
        match &self.kind {
            Kind::Literal(matcher) => self.may_be_escaped(raw, verbatim) && strings(matcher),
            _ if !self.may_hold(raw, verbatim) => false,
            Kind::Expression(matcher, local) => {
                // Without escapes every string is a part of the bytes.
                let decided = *local && verbatim && memchr::memchr(b'\\', raw).is_none();
                matcher.is_match(raw) || (!decided && strings(matcher))
            }
            Kind::Scalar(path, matcher) => {
                let matches = crate::query::eval::matches_raw;
                document(interpret, raw, source, |node| matches(path, matcher, Some(node)))
                    .unwrap_or_else(|| matches(path, matcher, None))
            }
        }
    }
}

impl Need {
    /// Whether a decoded string may hold a character of these texts where the bytes hold an escape for it.
    pub(super) fn may_be_escaped(&self, bytes: &[u8]) -> bool {
        self.escapes.iter().any(|escape| escape.find(bytes).is_some())
    }

    /// Whether bytes hold all texts of a set.
    pub(super) fn is_in(&self, bytes: &[u8]) -> bool {
        self.sets.iter().any(|set| set.iter().all(|text| text.is_match(bytes)))
    }

    pub(super) fn of(needles: &Needles) -> Need {
        let matcher =
            |text: &String| TextMatcher::literal(&Text { literal: text.clone(), exact_case: false });
        let sets = needles.0.iter().map(|set| set.iter().map(matcher).collect()).collect();
        Need { sets, escapes: escapes(needles.0.iter().flatten().map(String::as_str)) }
    }
}

/// Returns the escapes that may stand for a character of texts. One in a string within a string still ends in a
/// backslash and its letter.
fn escapes<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<memmem::Finder<'static>> {
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
    letters.into_iter().map(finder).collect()
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
