//! The diff of two texts: by line, and inside lines that changed by word, then by grapheme.

mod anchors;
mod long;

use std::ops::Range;
use std::time::Instant;

use similar::{Algorithm, ChangeTag, DiffOp, DiffTag, InlineChangeMode, InlineChangeOptions, TextDiff};

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tag {
    /// Stands in both texts.
    Equal,
    /// Stands in the text before alone.
    Removed,
    /// Stands in the text after alone.
    Added,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Whether it is the very part that changed, in a line that is otherwise alike.
    pub changed: bool,
    /// Its text.
    pub text: String,
}

/// One line of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextLine {
    /// What became of it.
    pub tag: Tag,
    /// Number in the text before, from 0.
    pub old: Option<usize>,
    /// Number in the text after, from 0.
    pub new: Option<usize>,
    /// The line in pieces, without its line feed.
    pub pieces: Vec<Piece>,
    /// The text ends here without a line feed.
    pub unfinished: bool,
}

impl TextLine {
    /// Returns the whole line.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }
}

/// Two texts beside each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextDelta {
    /// All lines, equal ones included; removed ones stand before what took their place.
    pub lines: Vec<TextLine>,
    /// The deadline passed: more is told as changed than had to be.
    pub coarse: bool,
}

/// Compares two texts, looking inside changed lines as far as the deadline lets it.
pub fn diff(before: &str, after: &str, deadline: Option<Instant>) -> TextDelta {
    let mut config = TextDiff::configure();
    // The fewest changed lines; other algorithms trade some of them for blocks that read better.
    config.algorithm(Algorithm::Myers);
    if let Some(deadline) = deadline {
        config.deadline(deadline);
    }
    let (before_lines, after_lines) = (split_lines(before), split_lines(after));
    let diff = config.newline_terminated(true).diff_slices(&before_lines, &after_lines);
    // What was not looked at in time is told as changed as a whole: a rougher look tells less.
    let rough = passed(deadline).then(|| anchors::anchored(&before_lines, &after_lines));
    let rough = rough.filter(|ops| changed(ops) < changed(diff.ops()));
    let mut lines = Vec::with_capacity(before_lines.len().max(after_lines.len()));
    for op in rough.as_deref().unwrap_or(diff.ops()) {
        push_op(&mut lines, &diff, op, deadline);
    }
    mark_ends(&mut lines, before, after);
    TextDelta { lines, coarse: passed(deadline) }
}

/// Returns how many lines steps tell as changed.
fn changed(ops: &[DiffOp]) -> usize {
    let changed = ops.iter().filter(|op| op.tag() != DiffTag::Equal);
    changed.map(|op| op.old_range().len() + op.new_range().len()).sum()
}

/// Lines end at a line feed alone, so that a carriage return that came or went is a change.
fn split_lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn passed(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}

fn push_op(lines: &mut Vec<TextLine>, diff: &TextDiff<'_, '_, str>, op: &DiffOp, deadline: Option<Instant>) {
    let from = lines.len();
    let too_long = op_bytes(diff, op) > MAX_INLINE;
    if too_long && op.tag() != DiffTag::Equal {
        return push_whole(lines, diff, op, deadline);
    }
    push_inline(lines, diff, op, InlineChangeMode::UnicodeWords, 0.3, deadline);
    let replaced = matches!(op, DiffOp::Replace { .. });
    let by_words = lines[from..].iter().flat_map(|line| &line.pieces).any(|piece| piece.changed);
    let bytes: usize = lines[from..].iter().flat_map(|line| &line.pieces).map(|piece| piece.text.len()).sum();
    if replaced && !by_words && bytes <= MAX_GRAPHEMES {
        // No word is left of the line before; parts of its words may be.
        lines.truncate(from);
        push_inline(lines, diff, op, InlineChangeMode::Graphemes, 0.6, deadline);
    }
}

/// Longest text in bytes that is looked into for words.
const MAX_INLINE: usize = 200_000;

fn op_bytes(diff: &TextDiff<'_, '_, str>, op: &DiffOp) -> usize {
    let old = op.old_range().filter_map(|at| diff.old_slice(at)).map(str::len).sum::<usize>();
    old + op.new_range().filter_map(|at| diff.new_slice(at)).map(str::len).sum::<usize>()
}

/// Adds long changed lines. As many lines as there were took each other's place, one by one.
fn push_whole(
    lines: &mut Vec<TextLine>,
    diff: &TextDiff<'_, '_, str>,
    op: &DiffOp,
    deadline: Option<Instant>,
) {
    let (old, new) = (op.old_range(), op.new_range());
    let text = |slice: Option<&str>| {
        let text = slice.unwrap_or_default();
        text.strip_suffix('\n').unwrap_or(text).to_owned()
    };
    let line = |tag, old, new, pieces| TextLine { tag, old, new, pieces, unfinished: false };
    if old.len() == new.len() {
        for (a, b) in old.zip(new) {
            let (before, after) = (text(diff.old_slice(a)), text(diff.new_slice(b)));
            let (before, after) = long::pieces(&before, &after, deadline);
            lines.push(line(Tag::Removed, Some(a), None, before));
            lines.push(line(Tag::Added, None, Some(b), after));
        }
        return;
    }
    let whole = |text: String| vec![Piece { changed: false, text }];
    lines.extend(old.map(|at| line(Tag::Removed, Some(at), None, whole(text(diff.old_slice(at))))));
    lines.extend(new.map(|at| line(Tag::Added, None, Some(at), whole(text(diff.new_slice(at))))));
}

/// Compares two lines, however long; returns the pieces of each, the equal ones in the same order.
pub fn inside(before: &str, after: &str, deadline: Option<Instant>) -> (Vec<Piece>, Vec<Piece>) {
    long::pieces(before, after, deadline)
}

/// Returns how many bytes two lines begin and end with alike, in whole characters.
pub fn common_ends(a: &str, b: &str) -> (usize, usize) {
    let equal = |(x, y): &(char, char)| x == y;
    let head = a.chars().zip(b.chars()).take_while(equal).map(|(c, _)| c.len_utf8()).sum::<usize>();
    let (a, b) = (a.get(head..).unwrap_or_default(), b.get(head..).unwrap_or_default());
    let tail = a.chars().rev().zip(b.chars().rev()).take_while(equal).map(|(c, _)| c.len_utf8()).sum();
    (head, tail)
}

/// Longest text in bytes whose graphemes are compared where no word is alike.
const MAX_GRAPHEMES: usize = 1000;

fn push_inline(
    lines: &mut Vec<TextLine>,
    diff: &TextDiff<'_, '_, str>,
    op: &DiffOp,
    mode: InlineChangeMode,
    min_ratio: f32,
    deadline: Option<Instant>,
) {
    let mut options = InlineChangeOptions::new();
    options.mode(mode).min_ratio(min_ratio).semantic_cleanup(true);
    for change in diff.iter_inline_changes_with_options_deadline(op, options, deadline) {
        let mut pieces: Vec<Piece> = Vec::new();
        for (changed, text) in change.iter_strings_lossy() {
            let text = text.strip_suffix('\n').unwrap_or(&text);
            match pieces.last_mut() {
                _ if text.is_empty() => {}
                Some(last) if last.changed == changed => last.text.push_str(text),
                _ => pieces.push(Piece { changed, text: text.to_owned() }),
            }
        }
        lines.push(TextLine {
            tag: tag(change.tag()),
            old: change.old_index(),
            new: change.new_index(),
            pieces,
            unfinished: false,
        });
    }
}

fn tag(tag: ChangeTag) -> Tag {
    match tag {
        ChangeTag::Equal => Tag::Equal,
        ChangeTag::Delete => Tag::Removed,
        ChangeTag::Insert => Tag::Added,
    }
}

/// Marks the last line of a text that does not end in a line feed.
fn mark_ends(lines: &mut [TextLine], before: &str, after: &str) {
    let ends = |text: &str| !text.is_empty() && !text.ends_with('\n');
    if ends(before)
        && let Some(last) = lines.iter_mut().rev().find(|line| line.old.is_some())
    {
        last.unfinished = true;
    }
    if ends(after)
        && let Some(last) = lines.iter_mut().rev().find(|line| line.new.is_some())
    {
        last.unfinished = true;
    }
}

/// A run of lines around changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// Which of the lines.
    pub lines: Range<usize>,
    /// First line and number of lines before.
    pub old: (usize, usize),
    /// First line and number of lines after.
    pub new: (usize, usize),
}

impl Hunk {
    /// Returns the heading of a unified diff: `@@ -1,3 +1,4 @@`.
    pub fn heading(&self) -> String {
        format!("@@ -{} +{} @@", place(self.old), place(self.new))
    }
}

/// Lines are counted from 1; an empty run names the line before it.
fn place((first, count): (usize, usize)) -> String {
    match count {
        0 => format!("{first},0"),
        1 => format!("{}", first + 1),
        _ => format!("{},{count}", first + 1),
    }
}

/// Groups changed lines into hunks with at most `context` equal lines around them.
pub fn hunks(lines: &[TextLine], context: usize) -> Vec<Hunk> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for at in lines.iter().enumerate().filter(|(_, line)| line.tag != Tag::Equal).map(|(at, _)| at) {
        let (from, until) = (at.saturating_sub(context), (at + context + 1).min(lines.len()));
        match ranges.last_mut() {
            Some(last) if from <= last.end => last.end = until,
            _ => ranges.push(from..until),
        }
    }
    let mut passed = Passed::default();
    ranges.into_iter().map(|range| passed.hunk(lines, range)).collect()
}

/// Lines of each text that stand before a place.
#[derive(Default)]
struct Passed {
    at: usize,
    old: usize,
    new: usize,
}

impl Passed {
    fn hunk(&mut self, lines: &[TextLine], range: Range<usize>) -> Hunk {
        self.go(lines, range.start);
        let (old, new) = (self.old, self.new);
        self.go(lines, range.end);
        Hunk { old: (old, self.old - old), new: (new, self.new - new), lines: range }
    }

    fn go(&mut self, lines: &[TextLine], to: usize) {
        for line in lines.get(self.at..to).unwrap_or_default() {
            self.old += usize::from(line.old.is_some());
            self.new += usize::from(line.new.is_some());
        }
        self.at = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Lines with their sign, the changed pieces in brackets.
    fn shown(before: &str, after: &str) -> Vec<String> {
        let show = |line: &TextLine| {
            let sign = match line.tag {
                Tag::Equal => ' ',
                Tag::Removed => '-',
                Tag::Added => '+',
            };
            let pieces = line.pieces.iter().map(|piece| match piece.changed {
                true => format!("[{}]", piece.text),
                false => piece.text.clone(),
            });
            let end = if line.unfinished { "|" } else { "" };
            format!("{sign}{}{end}", pieces.collect::<String>())
        };
        diff(before, after, None).lines.iter().map(show).collect()
    }

    #[test]
    fn shows_the_words_that_changed() {
        assert_eq!(
            shown("Black Friday sale", "Black Friday 2026 sale"),
            ["-Black Friday sale|", "+Black Friday [2026 ]sale|"]
        );
        assert_eq!(
            shown("a\nthe old line here\nz\n", "a\nthe new line here\nz\n"),
            [" a", "-the [old] line here", "+the [new] line here", " z"]
        );
        assert_eq!(shown("x\n", "x"), ["-x", "+x|"]);
        assert_eq!(shown("x\r\n", "x\n"), ["-x\r", "+x"]);
        assert_eq!(shown("colour", "color"), ["-colo[u]r|", "+color|"]);
        assert_eq!(shown("3600", "9"), ["-3600|", "+9|"]);
        assert_eq!(shown("", "new\n"), ["+new"]);
        assert!(shown("", "").is_empty());
    }

    #[test]
    fn long_lines_tell_their_ends_apart() {
        let long = |word: &str| format!("{}{word}é{}", "a ".repeat(120_000), "z ".repeat(10));
        let found = diff(&long("old"), &long("new"), None);
        let changed: Vec<_> =
            found.lines.iter().flat_map(|line| &line.pieces).filter(|p| p.changed).collect();
        assert_eq!(changed.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>(), ["old", "new"]);
        assert_eq!(found.lines[0].text(), long("old"));
    }

    #[test]
    fn past_the_deadline_large_texts_are_compared_by_their_anchors() {
        let text = |change: &str| -> String {
            (0..3_000)
                .map(|n| if n % 100 == 7 { format!("{change} {n}\n") } else { format!("line {n}\n") })
                .collect()
        };
        let late = diff(&text("old"), &text("new"), Some(Instant::now()));
        assert!(late.coarse);
        let changed = late.lines.iter().filter(|line| line.tag != Tag::Equal).count();
        assert_eq!(changed, 60, "and not the 6000 that were not looked at");
    }

    #[test]
    fn hunks_keep_context() {
        let text = |change: &str| {
            (0..30)
                .map(|n| if n == 9 || n == 25 { format!("{change}\n") } else { format!("{n}\n") })
                .collect::<String>()
        };
        let found = diff(&text("old"), &text("new"), None);
        let headings: Vec<_> = hunks(&found.lines, 3).iter().map(Hunk::heading).collect();
        assert_eq!(headings, ["@@ -7,7 +7,7 @@", "@@ -23,7 +23,7 @@"]);
        let found = diff("", "a\nb\n", None);
        assert_eq!(hunks(&found.lines, 3)[0].heading(), "@@ -0,0 +1,2 @@");
    }

    proptest! {
        #[test]
        fn a_rough_look_is_right_too(a in "[a-e\n]{0,60}", b in "[a-e\n]{0,60}") {
            let found = diff(&a, &b, Some(Instant::now()));
            for (text, side) in [(&a, Tag::Removed), (&b, Tag::Added)] {
                let kept = found.lines.iter().filter(|line| line.tag == Tag::Equal || line.tag == side);
                let back: Vec<String> = kept.map(TextLine::text).collect();
                prop_assert_eq!(back, text.lines().map(str::to_owned).collect::<Vec<_>>());
            }
        }

        #[test]
        fn both_texts_can_be_read_back(a in "[ab\n\r é]{0,40}", b in "[ab\n\r é]{0,40}") {
            let found = diff(&a, &b, None);
            for (text, side) in [(&a, Tag::Removed), (&b, Tag::Added)] {
                let mut back = String::new();
                for line in found.lines.iter().filter(|line| line.tag == Tag::Equal || line.tag == side) {
                    back.push_str(&line.text());
                    back.push('\n');
                }
                let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
                prop_assert_eq!(back, format!("{text}{end}"));
            }
            prop_assert_eq!(a == b, found.lines.iter().all(|line| line.tag == Tag::Equal));
        }
    }
}
