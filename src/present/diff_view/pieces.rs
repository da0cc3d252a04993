//! A long line that became another, in pieces: each change with some of what stands around it, before and after side
//! by side, so that both are seen at once.

use crate::diff::text::{Piece, Tag, TextLine};
use crate::domain::redact;

/// Fewest characters of a line that is shown in pieces.
const LONG: usize = 1_000;

/// Characters shown on each side of a change.
const AROUND: usize = 60;

/// The changes of a line.
pub(super) struct Parts {
    /// Equal characters that are not shown before it, then the change before and after.
    pub(super) changes: Vec<(usize, TextLine, TextLine)>,
    /// Equal characters that are not shown at the end.
    pub(super) rest: usize,
}

/// Returns the pieces of the two lines that lines begin with, where they are a long one and what it became.
pub(super) fn of(lines: &[TextLine]) -> Option<Parts> {
    let [old, new, ..] = lines else { return None };
    of_pair(old, new)
}

/// Returns the pieces of a long line and what it became; `None` of short ones, and where not known what of them is equal.
pub(super) fn of_pair(old: &TextLine, new: &TextLine) -> Option<Parts> {
    let long = |line: &TextLine| line.pieces.iter().map(|piece| piece.text.len()).sum::<usize>() >= LONG;
    if (old.tag, new.tag) != (Tag::Removed, Tag::Added) || !(long(old) || long(new)) {
        return None;
    }
    if [old, new].iter().any(|line| redact::is_masked(&line.text())) {
        return None;
    }
    let (a, b) = (steps(old), steps(new));
    let alike = a.len() == b.len()
        && a.iter().zip(&b).all(|(a, b)| a.changed == b.changed && (a.changed || a.text == b.text));
    if !alike {
        // Nothing is left of the line, or not in this order.
        let whole = |line: &TextLine| vec![Piece { changed: true, text: line.text() }];
        return Some(cut(old, new, &whole(old), &whole(new)));
    }
    Some(cut(old, new, &a, &b))
}

/// The pieces, equal and changed in turn, beginning with an equal one.
fn steps(line: &TextLine) -> Vec<Piece> {
    let mut out: Vec<Piece> = vec![Piece { changed: false, text: String::new() }];
    for piece in &line.pieces {
        match out.last_mut() {
            Some(last) if last.changed == piece.changed => last.text.push_str(&piece.text),
            _ => out.push(piece.clone()),
        }
    }
    out
}

fn cut(old: &TextLine, new: &TextLine, a: &[Piece], b: &[Piece]) -> Parts {
    let mut parts = Parts { changes: Vec::new(), rest: 0 };
    let mut open: Option<(usize, Vec<Piece>, Vec<Piece>)> = None;
    for (at, (left, right)) in a.iter().zip(b).enumerate() {
        if left.changed {
            let (_, before, after) = open.get_or_insert_with(|| (0, Vec::new(), Vec::new()));
            before.push(left.clone());
            after.push(right.clone());
            continue;
        }
        let count = left.text.chars().count();
        let (first, last) = (at == 0, at + 1 == a.len());
        if !first && !last && count <= 2 * AROUND {
            if let Some((_, before, after)) = &mut open {
                before.push(left.clone());
                after.push(right.clone());
            }
            continue;
        }
        let head = if first { 0 } else { AROUND.min(count) };
        if let Some((skipped, mut before, mut after)) = open.take() {
            let equal = Piece { changed: false, text: shown_head(&left.text, head) };
            before.push(equal.clone());
            after.push(equal);
            parts.changes.push((skipped, like(old, before), like(new, after)));
        }
        if last {
            parts.rest = count - head;
            continue;
        }
        let tail = AROUND.min(count - head);
        let equal = Piece { changed: false, text: left.text.chars().skip(count - tail).collect() };
        open = Some((count - head - tail, vec![equal.clone()], vec![equal]));
    }
    if let Some((skipped, before, after)) =
        open.filter(|(_, before, _)| before.iter().any(|piece| piece.changed))
    {
        parts.changes.push((skipped, like(old, before), like(new, after)));
    }
    parts
}

/// White space where a part is cut would look as if the line ended with it.
fn shown_head(text: &str, chars: usize) -> String {
    let head: String = text.chars().take(chars).collect();
    if head.len() < text.len() { head.trim_end().to_owned() } else { head }
}

/// A part of a line as a line.
fn like(line: &TextLine, pieces: Vec<Piece>) -> TextLine {
    TextLine { pieces, ..line.clone() }
}
