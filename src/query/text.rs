//! Finding literals and expressions in text and in raw bytes, fast enough for all of a store.

use std::ops::Range;

use memchr::memmem;
use regex::bytes;

use super::fold::fold_char;
use super::{Regex, Text};

/// How many characters of a folded literal the automaton looks for; the rest is compared where it hits.
const HEAD: usize = 32;

impl Text {
    /// Returns the text with smart case: an upper-case character in it makes case matter.
    pub fn new(literal: impl Into<String>) -> Text {
        let literal = literal.into();
        let exact_case = literal.chars().any(char::is_uppercase);
        Text { literal, exact_case }
    }
}

/// A literal or expression ready to search with. Bytes that are no UTF-8 are searched like any others and
/// never belong to a hit of a literal.
#[derive(Clone, Debug)]
pub struct TextMatcher(Kind);

#[derive(Clone, Debug)]
enum Kind {
    /// Bytes as they are.
    Exact(Box<memmem::Finder<'static>>),
    /// Upper and lower case alike: the head by automaton, the folded rest by comparison.
    Folded { head: bytes::Regex, rest: Vec<char> },
    /// An expression.
    Regex(bytes::Regex),
}

impl TextMatcher {
    /// Returns the matcher of a literal: byte for byte where case matters, else by simple case folding.
    pub fn literal(text: &Text) -> TextMatcher {
        TextMatcher(if text.exact_case {
            Kind::Exact(Box::new(memmem::Finder::new(&text.literal).into_owned()))
        } else {
            folded(&text.literal)
        })
    }

    /// Returns the matcher of an expression.
    pub fn regex(regex: &Regex) -> TextMatcher {
        let compiled = bytes::Regex::new(&regex.source).ok();
        // The same source was compiled for text; for bytes only its limits could differ.
        TextMatcher(match compiled {
            Some(compiled) => Kind::Regex(compiled),
            None => Kind::Exact(Box::new(memmem::Finder::new(&regex.source).into_owned())),
        })
    }

    /// Whether a piece of text holds a hit.
    pub fn is_match(&self, piece: &[u8]) -> bool {
        match &self.0 {
            Kind::Exact(finder) => finder.find(piece).is_some(),
            Kind::Folded { head, rest } if rest.is_empty() => head.is_match(piece),
            Kind::Folded { .. } => self.find(piece, 0).is_some(),
            Kind::Regex(regex) => regex.is_match(piece),
        }
    }

    /// Returns the first hit that begins at byte `from` or behind it.
    pub fn find(&self, piece: &[u8], from: usize) -> Option<Range<usize>> {
        match &self.0 {
            Kind::Exact(finder) => {
                let at = from + finder.find(piece.get(from..)?)?;
                Some(at..at + finder.needle().len())
            }
            Kind::Folded { head, rest } => find_folded(head, rest, piece, from),
            Kind::Regex(regex) if from <= piece.len() => regex.find_at(piece, from).map(|hit| hit.range()),
            Kind::Regex(_) => None,
        }
    }

    /// Returns every hit from left to right, none overlapping another; empty hits are left out.
    pub fn hits<'a>(&'a self, piece: &'a [u8]) -> impl Iterator<Item = Range<usize>> + 'a {
        let mut from = 0;
        std::iter::from_fn(move || {
            loop {
                let hit = self.find(piece, from)?;
                from = hit.end.max(from + 1);
                if !hit.is_empty() {
                    return Some(hit);
                }
            }
        })
    }
}

fn folded(literal: &str) -> Kind {
    let head: String = literal.chars().take(HEAD).collect();
    let rest = literal.chars().skip(HEAD).map(fold_char).collect();
    let source = format!("(?i){}", regex::escape(&head));
    let head =
        bytes::Regex::new(&source).expect("at most 32 escaped characters are a small valid expression");
    Kind::Folded { head, rest }
}

fn find_folded(head: &bytes::Regex, rest: &[char], piece: &[u8], mut from: usize) -> Option<Range<usize>> {
    while from <= piece.len() {
        let hit = head.find_at(piece, from)?;
        if let Some(len) = begins_alike(piece.get(hit.end()..)?, rest) {
            return Some(hit.start()..hit.end() + len);
        }
        from = hit.start() + 1;
    }
    None
}

/// Returns how many bytes at the beginning are alike the folded characters; `None` where they are not.
fn begins_alike(bytes: &[u8], folded: &[char]) -> Option<usize> {
    let mut at = 0;
    for &wanted in folded {
        let (c, len) = decode(bytes.get(at..)?)?;
        if fold_char(c) != wanted {
            return None;
        }
        at += len;
    }
    Some(at)
}

/// Returns the first character and its length; `None` where the bytes do not begin with one.
fn decode(bytes: &[u8]) -> Option<(char, usize)> {
    let len = match bytes.first()? {
        0..=0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let c = std::str::from_utf8(bytes.get(..len)?).ok()?.chars().next()?;
    Some((c, len))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn naive(text: &Text, piece: &[u8]) -> Option<usize> {
        let fold = |c: char| if text.exact_case { c } else { fold_char(c) };
        let wanted: Vec<char> = text.literal.chars().map(fold).collect();
        (0..=piece.len()).find(|&start| {
            let mut at = start;
            wanted.iter().all(|&w| match decode(&piece[at..]) {
                Some((c, len)) if fold(c) == w => {
                    at += len;
                    true
                }
                _ => false,
            })
        })
    }

    proptest! {
        #[test]
        fn finds_what_a_slow_search_finds(
            literal in "[aAkKsSßẞςσİıéÉ\u{212a}ſ.*]{1,3}",
            times in 1usize..20,
            noise in proptest::collection::vec(prop_oneof![
                Just(&b"\xff"[..]), Just(&b"a"[..]), Just("K\u{212a}".as_bytes()), Just("ſS".as_bytes()),
                Just("éÉ".as_bytes()), Just("\u{1e9e}".as_bytes()), Just(&b"\xc3"[..]),
            ], 0..12),
            exact_case: bool,
            cut in 0usize..8,
        ) {
            let text = Text { literal: literal.repeat(times), exact_case };
            let mut piece = noise.concat();
            piece.extend(text.literal.to_uppercase().bytes());
            piece.extend(text.literal.bytes());
            piece.truncate(piece.len().saturating_sub(cut));
            let matcher = TextMatcher::literal(&text);
            prop_assert_eq!(matcher.find(&piece, 0).map(|hit| hit.start), naive(&text, &piece));
            prop_assert_eq!(matcher.is_match(&piece), naive(&text, &piece).is_some());
        }
    }

    #[test]
    fn case_matters_only_with_upper_case() {
        assert!(!Text::new("ana").exact_case);
        assert!(Text::new("Ana").exact_case);
        assert!(!Text::new("ß 日本 12").exact_case);
        let folded = TextMatcher::literal(&Text::new("straße"));
        assert!(folded.is_match("STRAẞE 1".as_bytes()));
        assert!(!TextMatcher::literal(&Text::new("Straße")).is_match("straße".as_bytes()));
    }

    #[test]
    fn hits_do_not_overlap_or_loop() {
        let hits = |matcher: TextMatcher, text: &str| matcher.hits(text.as_bytes()).collect::<Vec<_>>();
        assert_eq!(hits(TextMatcher::literal(&Text::new("aa")), "aAaAa"), [0..2, 2..4]);
        let empty = Regex { source: "x*".into(), regex: regex::Regex::new("x*").unwrap() };
        assert_eq!(hits(TextMatcher::regex(&empty), "axxbx"), [1..3, 4..5]);
    }

    #[test]
    fn an_expression_reads_bytes_that_are_no_text() {
        let dot = Regex { source: "a.b".into(), regex: regex::Regex::new("a.b").unwrap() };
        let matcher = TextMatcher::regex(&dot);
        assert!(matcher.is_match(b"\xff a-b \xff"));
        assert!(!matcher.is_match(b"a\xffb"));
    }
}
