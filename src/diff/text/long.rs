//! What changed inside a very long line, like a template without line feeds: it is cut where tags, rules and words
//! end, the pieces are compared like lines, and those that changed by word.

use std::time::Instant;

use similar::{Algorithm, DiffOp, DiffTag, TextDiff};

use super::{Piece, common_ends, passed};

/// Longest run of changed pieces in bytes that is compared by word.
const MAX_WORDS: usize = 20_000;

/// An equal part this short between two changes belongs to them: it is alike by chance.
const MIN_EQUAL: usize = 4;

/// Fewest and most bytes of a piece that nothing ends.
const PIECE: std::ops::Range<usize> = 32..512;

/// Parts of two lines in their order: the text before and after; equal ones have the same.
#[derive(Default)]
struct Parts<'t>(Vec<Part<'t>>);

struct Part<'t> {
    equal: bool,
    old: Vec<&'t str>,
    new: Vec<&'t str>,
}

/// Compares two long lines; returns the pieces of each, the equal ones in the same order.
pub(super) fn pieces(before: &str, after: &str, deadline: Option<Instant>) -> (Vec<Piece>, Vec<Piece>) {
    let (head, tail) = common_ends(before, after);
    let middle = |text: &'_ str| -> std::ops::Range<usize> { head..text.len() - tail };
    let part = |text, range| str::get(text, range).unwrap_or_default();
    let mut parts = Parts::default();
    parts.equal(part(before, 0..head));
    parts.compare(part(before, middle(before)), part(after, middle(after)), deadline);
    parts.equal(part(before, before.len() - tail..before.len()));
    parts.joined()
}

impl<'t> Parts<'t> {
    fn equal(&mut self, text: &'t str) {
        if !text.is_empty() {
            self.push(true, text, text);
        }
    }

    fn push(&mut self, equal: bool, old: &'t str, new: &'t str) {
        match self.0.last_mut() {
            Some(last) if last.equal == equal => {
                last.old.push(old);
                last.new.push(new);
            }
            _ => self.0.push(Part { equal, old: vec![old], new: vec![new] }),
        }
    }

    fn compare(&mut self, before: &'t str, after: &'t str, deadline: Option<Instant>) {
        let (old, new) = (cut(before), cut(after));
        let mut ops = similar::capture_diff_slices_deadline(Algorithm::Myers, &old, &new, deadline);
        if passed(deadline) {
            ops = super::anchors::anchored(&old, &new);
        }
        let (mut old_at, mut new_at) = (0, 0);
        for op in ops {
            let size = |texts: &[&str]| texts.iter().map(|text| text.len()).sum::<usize>();
            let old_end = old_at + size(old.get(op.old_range()).unwrap_or_default());
            let new_end = new_at + size(new.get(op.new_range()).unwrap_or_default());
            let a = before.get(old_at..old_end).unwrap_or_default();
            let b = after.get(new_at..new_end).unwrap_or_default();
            match op.tag() {
                DiffTag::Equal => self.equal(a),
                _ if a.len() + b.len() > MAX_WORDS || passed(deadline) => self.push(false, a, b),
                _ => self.by_word(a, b, deadline),
            }
            (old_at, new_at) = (old_end, new_end);
        }
    }

    fn by_word(&mut self, before: &'t str, after: &'t str, deadline: Option<Instant>) {
        let mut config = TextDiff::configure();
        if let Some(deadline) = deadline {
            config.deadline(deadline);
        }
        let diff = config.diff_unicode_words(before, after);
        let (mut old_at, mut new_at) = (0, 0);
        for op in diff.ops() {
            let old_end = old_at + bytes(op.old_range(), |at| diff.old_slice(at));
            let new_end = new_at + bytes(op.new_range(), |at| diff.new_slice(at));
            let a = before.get(old_at..old_end).unwrap_or_default();
            let b = after.get(new_at..new_end).unwrap_or_default();
            self.push(matches!(op, DiffOp::Equal { .. }), a, b);
            (old_at, new_at) = (old_end, new_end);
        }
    }

    /// The pieces of both lines; what is equal by chance belongs to the changes around it.
    fn joined(self) -> (Vec<Piece>, Vec<Piece>) {
        let (mut old, mut new): (Vec<Piece>, Vec<Piece>) = (Vec::new(), Vec::new());
        let last = self.0.len().saturating_sub(1);
        for (at, part) in self.0.iter().enumerate() {
            let size: usize = part.old.iter().map(|text| text.len()).sum();
            let chance = part.equal && size < MIN_EQUAL && at > 0 && at < last;
            let changed = !part.equal || chance;
            for (side, texts) in [(&mut old, &part.old), (&mut new, &part.new)] {
                match side.last_mut() {
                    Some(piece) if piece.changed == changed => piece.text.extend(texts.iter().copied()),
                    _ => side.push(Piece { changed, text: texts.concat() }),
                }
            }
        }
        // An empty piece keeps its place, so that equal pieces of both sides have the same numbers.
        (old, new)
    }
}

fn bytes<'s>(range: std::ops::Range<usize>, slice: impl Fn(usize) -> Option<&'s str>) -> usize {
    range.filter_map(slice).map(str::len).sum()
}

/// Cuts a line where something ends, whatever stands before: so a change moves no cut far from it.
fn cut(text: &str) -> Vec<&str> {
    let (mut out, mut start) = (Vec::new(), 0);
    let mut hash = 0u32;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        hash = (hash << 8) ^ u32::from(c);
        let size = end - start;
        let ends = matches!(c, '>' | ';' | '}' | '{' | ',') || (c == ' ' && size >= 12);
        let mixed = size >= PIECE.start && hash.wrapping_mul(0x9e37_79b1) >> 28 == 0;
        if ends || mixed || size >= PIECE.end {
            out.extend(text.get(start..end));
            start = end;
        }
    }
    out.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(pieces: &[Piece]) -> String {
        let show = |piece: &Piece| {
            if piece.changed { format!("[{}]", piece.text) } else { piece.text.clone() }
        };
        pieces.iter().map(show).collect()
    }

    #[test]
    fn the_words_that_changed_are_found_wherever_they_stand() {
        let rules: String = (0..2_000).map(|n| format!(".c{n}{{margin:{n}px;color:#{n:06x}}}")).collect();
        let before = format!("{rules}.lead{{margin:0 auto}}{rules}.foot{{color:red}}{rules}");
        let after = before.replace("0 auto", "4px auto").replace("color:red", "color:blue;top:0");
        let (old, new) = pieces(&before, &after, None);
        let changed = |pieces: &[Piece]| -> Vec<String> {
            pieces.iter().filter(|piece| piece.changed).map(|piece| piece.text.clone()).collect()
        };
        assert_eq!(changed(&old), ["0", "color:red"]);
        assert_eq!(changed(&new), ["4px", "color:blue;top:0"]);
    }

    proptest! {
        #[test]
        fn pieces_make_up_the_lines(before in "[<>ab é,;{}]{0,60}", after in "[<>ab é,;{}]{0,60}") {
            let (old, new) = pieces(&before, &after, None);
            let whole = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<String>();
            prop_assert_eq!(whole(&old), &*before);
            prop_assert_eq!(whole(&new), &*after);
            prop_assert_eq!(old.len(), new.len(), "{} {}", shown(&old), shown(&new));
            for (a, b) in old.iter().zip(&new) {
                prop_assert!(a.changed == b.changed && (a.changed || a.text == b.text));
            }
        }
    }
}
