//! How many cells a text takes, and texts made to fit: cut, padded, wrapped, highlighted.
//!
//! All of it counts cells of sanitised text by grapheme clusters, as the screen does; nothing here cuts a
//! cluster in two.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr;

use super::line::{Line, Role, Span};
use super::sanitise::Charset;

/// To which side a text is set in a wider field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Text on the left, space on the right.
    #[default]
    Left,
    /// Text on the right, space on the left.
    Right,
}

/// Returns the cells a sanitised text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(UnicodeWidthStr::width).sum() }
}

/// Returns the cells a line takes.
pub fn line_width(line: &Line) -> usize {
    line.spans.iter().map(|span| width(&span.text)).sum()
}

/// Returns the byte at which the text passes `cells`, and the cells taken up to there.
fn split_at(text: &str, cells: usize) -> (usize, usize) {
    if text.is_ascii() {
        let at = cells.min(text.len());
        return (at, at);
    }
    let mut used = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        let more = cluster.width();
        if used + more > cells {
            return (at, used);
        }
        used += more;
    }
    (text.len(), used)
}

/// Returns the text within `cells`: whole if it fits, else cut with a mark as its last cell.
pub fn cut(text: &str, cells: usize, charset: Charset) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let mark = charset.ellipsis();
    let Some(room) = cells.checked_sub(width(mark)) else { return String::new() };
    let (at, _) = split_at(text, room);
    format!("{}{mark}", text.get(..at).unwrap_or_default())
}

/// Returns the text in exactly `cells`: cut or filled with spaces.
pub fn pad(text: &str, cells: usize, align: Align, charset: Charset) -> String {
    let text = cut(text, cells, charset);
    let space = " ".repeat(cells.saturating_sub(width(&text)));
    match align {
        Align::Left => text + &space,
        Align::Right => space + &text,
    }
}

/// Returns the text filled with spaces on the right up to `cells`; what is longer stays whole.
pub fn fill(text: &str, cells: usize) -> String {
    text.to_owned() + &" ".repeat(cells.saturating_sub(width(text)))
}

/// Returns the line filled with spaces on the right up to `cells`; what is longer stays whole.
pub fn fill_line(line: Line, cells: usize) -> Line {
    let space = cells.saturating_sub(line_width(&line));
    line.and(Role::Text, " ".repeat(space))
}

/// Returns the line within `cells`: whole if it fits, else cut with a mark as its last cell.
pub fn cut_line(line: &Line, cells: usize, charset: Charset) -> Line {
    if line_width(line) <= cells {
        return line.clone();
    }
    let mark = charset.ellipsis();
    let Some(mut room) = cells.checked_sub(width(mark)) else { return Line::new() };
    let mut out = Line::new();
    for span in &line.spans {
        let (at, used) = split_at(&span.text, room);
        out.push(span.role, span.text.get(..at).unwrap_or_default().to_owned());
        room -= used;
        if at < span.text.len() {
            break;
        }
    }
    out.and(Role::Dim, mark)
}

/// Returns the line within `cells`, like [`cut_line`].
pub fn fit_line(line: Line, cells: usize, charset: Charset) -> Line {
    if line_width(&line) <= cells { line } else { cut_line(&line, cells, charset) }
}

/// Returns the line in exactly `cells`: cut or filled with spaces on the right.
pub fn pad_line(line: &Line, cells: usize, charset: Charset) -> Line {
    fill_line(cut_line(line, cells, charset), cells)
}

/// Breaks a line into lines of at most `cells`, at spaces where there are some, else inside words; lines
/// behind the first begin with `indent` spaces. Nothing is lost but the space at which a line broke.
pub fn wrap(line: &Line, cells: usize, indent: usize) -> Vec<Line> {
    let cells = cells.max(1);
    if line_width(line) <= cells {
        return vec![line.clone()];
    }
    let indent = if indent + 8 <= cells { indent } else { 0 };
    let mut wrapper = Wrapper { cells, indent, out: Vec::new(), line: Line::new(), used: 0, fresh: true };
    for word in words(line) {
        wrapper.word(&word);
    }
    wrapper.out.push(wrapper.line);
    wrapper.out
}

/// A word with the runs it is made of; spaces are words of their own.
struct Word {
    spans: Vec<Span>,
    cells: usize,
    space: bool,
}

fn words(line: &Line) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    for span in &line.spans {
        for piece in span.text.split_inclusive(' ') {
            let (word, spaces) = piece.strip_suffix(' ').map_or((piece, ""), |word| (word, " "));
            for (text, space) in [(word, false), (spaces, true)] {
                if text.is_empty() {
                    continue;
                }
                let part = Span { role: span.role, text: text.to_owned().into() };
                let cells = width(text);
                match out.last_mut() {
                    Some(last) if last.space == space => {
                        last.cells += cells;
                        last.spans.push(part);
                    }
                    _ => out.push(Word { spans: vec![part], cells, space }),
                }
            }
        }
    }
    out
}

struct Wrapper {
    cells: usize,
    indent: usize,
    out: Vec<Line>,
    line: Line,
    used: usize,
    /// Nothing but the indent stands on the line.
    fresh: bool,
}

impl Wrapper {
    fn word(&mut self, word: &Word) {
        if self.used + word.cells <= self.cells {
            for span in &word.spans {
                self.put(span.role, &span.text);
            }
            return;
        }
        if word.space {
            // The break takes the place of the space it falls on.
            if !self.fresh {
                self.break_line();
            }
            return;
        }
        // A word that fits no line at all begins where it stands.
        if !self.fresh && word.cells <= self.cells - self.indent {
            self.break_line();
        }
        for span in &word.spans {
            self.split(span);
        }
    }

    fn split(&mut self, span: &Span) {
        let mut rest: &str = &span.text;
        while !rest.is_empty() {
            let (mut at, _) = split_at(rest, self.cells.saturating_sub(self.used));
            if at == 0 && !self.fresh {
                self.break_line();
                continue;
            }
            if at == 0 {
                // A cluster wider than a whole line still has to stand somewhere.
                at = rest.graphemes(true).next().map_or(rest.len(), str::len);
            }
            self.put(span.role, rest.get(..at).unwrap_or_default());
            rest = rest.get(at..).unwrap_or_default();
        }
    }

    fn put(&mut self, role: Role, text: &str) {
        self.used += width(text);
        self.fresh = false;
        match self.line.spans.last_mut() {
            Some(last) if last.role == role => last.text.to_mut().push_str(text),
            _ => self.line.push(role, text.to_owned()),
        }
    }

    fn break_line(&mut self) {
        self.out.push(std::mem::take(&mut self.line));
        self.line.push(Role::Text, " ".repeat(self.indent));
        self.used = self.indent;
        self.fresh = true;
    }
}

/// Returns the line with the given byte ranges of its plain text in [`Role::Match`]. Ranges must be sorted
/// and apart; one that cuts a character is ignored.
pub fn highlight(line: &Line, ranges: &[Range<usize>]) -> Line {
    let mut out = Line::new();
    let mut at = 0;
    for span in &line.spans {
        let end = at + span.text.len();
        let mut from = at;
        for range in ranges.iter().filter(|range| range.start < end && range.end > at) {
            let (start, stop) = (range.start.max(at), range.end.min(end));
            let (Some(before), Some(hit)) =
                (span.text.get(from - at..start - at), span.text.get(start - at..stop - at))
            else {
                continue;
            };
            out.push(span.role, before.to_owned());
            out.push(Role::Match, hit.to_owned());
            from = stop;
        }
        out.push(span.role, span.text.get(from - at..).unwrap_or_default().to_owned());
        at = end;
    }
    out
}

#[cfg(test)]
mod tests;
