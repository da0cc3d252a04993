//! Values as lines of text with what changed in them, under or beside each other.

use super::fields::sign;
use super::items::{Item, ItemKind, Side};
use super::page::{MAX_LINES, Page, Stands, Subject};
use super::pieces::Part;
use super::{Layout, pieces, value};
use crate::diff::align::{self, Gap};
use crate::diff::text::{self, Piece, Tag, TextDelta, TextLine};
use crate::domain::redact;
use crate::present::line::{Line, Role};
use crate::present::measure;
use crate::present::number;
use crate::present::sanitise::{self, Charset, Tabs};

/// Equal lines shown around changed ones.
const CONTEXT: usize = 3;

/// Equal lines shown around changed ones under a field.
const FIELD_CONTEXT: usize = 1;

/// Longest equal part within a changed line; of a longer one both ends are shown.
const MAX_EQUAL: usize = 240;

/// Characters shown of each end of a long equal part.
const EQUAL_END: usize = 80;

/// The values of a field as lines below it.
pub(super) fn block(page: &mut Page<'_>, subject: &Subject<'_>) {
    let delta = delta(page, subject.item);
    draw(page, subject, &delta, FIELD_CONTEXT, "    ");
}

/// One change of the unified layout.
pub(super) fn unified(page: &mut Page<'_>, subject: &Subject<'_>) {
    heading(page, subject);
    let delta = delta(page, subject.item);
    draw(page, subject, &delta, CONTEXT, "");
}

fn heading(page: &mut Page<'_>, subject: &Subject<'_>) {
    let item = subject.item;
    let (sign, role) = sign(item.kind);
    let mut line = Line::of(Role::Dim, "@@ ").and(role, format!("{sign} "));
    let path = if item.path.is_empty() { "(the whole)" } else { &item.path };
    sanitise::push(&mut line, Role::Key, path, page.options.charset);
    line.push(Role::Dim, " @@");
    if let Some(remark) = item.remark {
        line.push(Role::Dim, format!(" {remark}"));
    }
    if let ItemKind::Move(from, to) = item.kind {
        line.push(Role::Changed, format!(" moved from [{from}] to [{to}]"));
    }
    page.add(subject, line, Stands::Head, 6);
}

/// Compares the two sides as text. A side that is missing has no lines, one that is unknown a `?`.
fn delta(page: &mut Page<'_>, item: &Item) -> TextDelta {
    if matches!(item.kind, ItemKind::Move(..)) {
        return TextDelta::default();
    }
    let (before, after) = shown(item);
    let delta = text::diff(&before, &after, page.options.deadline);
    page.coarse |= delta.coarse;
    delta
}

/// Both sides as text: strings bare, unless their type has to be told.
pub(super) fn shown(item: &Item) -> (String, String) {
    let (mut before, mut after) = value::long_pair(&item.before, &item.after);
    let bare = |side: &Side| side.json().is_some_and(|json| !json.trim_start().starts_with('"'));
    let mixed = bare(&item.before) != bare(&item.after)
        && item.before.json().is_some()
        && item.after.json().is_some();
    for (side, text) in [(&item.before, &mut before), (&item.after, &mut after)] {
        if *side == Side::Unknown {
            "?".clone_into(text);
        }
        // An empty string is a value, and a string beside a number must look like one.
        if let Some(json) = side.json()
            && (text.is_empty() || (mixed && !text.contains('\n')))
        {
            json.clone_into(text);
        }
    }
    (before, after)
}

fn draw(page: &mut Page<'_>, subject: &Subject<'_>, delta: &TextDelta, context: usize, indent: &str) {
    let context = if page.options.unchanged { usize::MAX / 4 } else { context };
    let hunks = text::hunks(&delta.lines, context);
    let until = page.lines.len() + MAX_LINES;
    let mut at = 0;
    for hunk in &hunks {
        folded(page, subject, hunk.lines.start - at, indent);
        let lines = &delta.lines[hunk.lines.clone()];
        at = hunk.lines.start;
        while at < hunk.lines.end {
            if page.lines.len() >= until {
                let left = delta.lines.len() - at;
                return more(page, subject, left, indent);
            }
            let here = &lines[at - hunk.lines.start..];
            match if page.options.unchanged { None } else { pieces::of(here, page.options.deadline) } {
                Some(parts) => {
                    long_line(page, subject, &parts, indent, until);
                    at += 2;
                }
                None => {
                    text_line(page, subject, &here[0], indent);
                    at += 1;
                }
            }
        }
        at = hunk.lines.end;
    }
    if !hunks.is_empty() {
        folded(page, subject, delta.lines.len() - at, indent);
    }
}

/// A long line that became another, change by change: before and after under each other, or beside.
fn long_line(page: &mut Page<'_>, subject: &Subject<'_>, parts: &pieces::Parts, indent: &str, until: usize) {
    for (at, (skipped, old, new)) in parts.changes.iter().enumerate() {
        unchanged_characters(page, subject, *skipped, indent);
        if page.lines.len() >= until {
            let left = parts.changes.get(at..).unwrap_or_default();
            return more_characters(page, subject, left, indent);
        }
        let [old, new] = [old, new].map(|line| Some(line).filter(|line| !line.pieces.is_empty()));
        if page.options.layout == Layout::SideBySide {
            columns(page, subject, old, new);
            continue;
        }
        for line in [old, new].into_iter().flatten() {
            text_line(page, subject, line, indent);
        }
    }
    unchanged_characters(page, subject, parts.rest, indent);
}

/// Says how much of what changed in a line there was no room for.
fn more_characters(page: &mut Page<'_>, subject: &Subject<'_>, left: &[Part], indent: &str) {
    let sides = left.iter().flat_map(|(_, old, new)| old.pieces.iter().chain(&new.pieces));
    let count: usize = sides.map(|piece| piece.text.chars().count()).sum();
    let count = number::counted(count as u64, "character");
    let line = Line::of(Role::Dim, format!("{indent}... {count} more of this line, copied whole"));
    page.add(subject, line, Stands::Nothing, 6);
}

/// Says how much of a long line is not shown.
fn unchanged_characters(page: &mut Page<'_>, subject: &Subject<'_>, count: usize, indent: &str) {
    if count > 0 {
        let text = format!("{indent}= {} unchanged", number::counted(count as u64, "character"));
        page.add(subject, Line::of(Role::Dim, text), Stands::Nothing, 6);
    }
}

/// Says how many equal lines are not shown.
fn folded(page: &mut Page<'_>, subject: &Subject<'_>, count: usize, indent: &str) {
    if count > 0 {
        let noun = if count == 1 { "line" } else { "lines" };
        let line = Line::of(Role::Dim, format!("{indent}= {count} {noun} unchanged"));
        page.add(subject, line, Stands::Nothing, 6);
    }
}

fn more(page: &mut Page<'_>, subject: &Subject<'_>, count: usize, indent: &str) {
    let line = Line::of(Role::Dim, format!("{indent}... {count} more lines, copied whole"));
    page.add(subject, line, Stands::Nothing, 6);
}

fn text_line(page: &mut Page<'_>, subject: &Subject<'_>, line: &TextLine, indent: &str) {
    let (sign, _, _) = roles(line.tag);
    let stands = if line.tag == Tag::Removed { Stands::Before } else { Stands::After };
    let mut out = Line::of(Role::Text, indent.to_owned());
    out.push(roles(line.tag).1, format!("{sign} "));
    out.spans.extend(body(line, page.options.charset, page.options.unchanged).spans);
    let hang = indent.len() + 2;
    page.add(subject, out, stands, hang);
}

fn roles(tag: Tag) -> (char, Role, Role) {
    match tag {
        Tag::Equal => (' ', Role::Dim, Role::Dim),
        Tag::Removed => ('-', Role::Removed, Role::RemovedWord),
        Tag::Added => ('+', Role::Added, Role::AddedWord),
    }
}

/// The text of a line with what changed in it; long equal parts are folded unless all is to be seen.
fn body(line: &TextLine, charset: Charset, all: bool) -> Line {
    let (_, role, changed_role) = roles(line.tag);
    let mut out = Line::new();
    if redact::is_masked(&line.text()) {
        return Line::of(Role::Masked, sanitise::plain_in(&line.text(), charset));
    }
    let last = line.pieces.len().saturating_sub(1);
    for (at, piece) in line.pieces.iter().enumerate() {
        if piece.changed {
            sanitise::push_with(&mut out, changed_role, &piece.text, charset, Tabs::Shown);
        } else if all || last == 0 {
            sanitise::push(&mut out, role, &piece.text, charset);
        } else {
            equal_part(&mut out, role, piece, (at == 0, at == last), charset);
        }
    }
    // White space at the end of a line shows only if it is marked.
    if line.tag != Tag::Equal && line.pieces.last().is_some_and(|piece| piece.text.ends_with([' ', '\t'])) {
        out.push(Role::Escaped, if charset == Charset::Ascii { "$" } else { "¶" });
    }
    out
}

/// A part that did not change, its middle left out where it is long.
fn equal_part(out: &mut Line, role: Role, piece: &Piece, (first, last): (bool, bool), charset: Charset) {
    let count = piece.text.chars().count();
    if count <= MAX_EQUAL {
        return sanitise::push(out, role, &piece.text, charset);
    }
    let (head, tail) = (if first { 0 } else { EQUAL_END }, if last { 0 } else { EQUAL_END });
    let start: String = piece.text.chars().take(head).collect();
    let end: String = piece.text.chars().skip(count - tail).collect();
    sanitise::push(out, role, &start, charset);
    let mark = charset.ellipsis();
    out.push(Role::Dim, format!(" {mark} {} characters unchanged {mark} ", count - head - tail));
    sanitise::push(out, role, &end, charset);
}

/// One change of the layout with two columns.
pub(super) fn side_by_side(page: &mut Page<'_>, subject: &Subject<'_>) {
    heading(page, subject);
    let delta = delta(page, subject.item);
    let context = if page.options.unchanged { usize::MAX / 4 } else { CONTEXT };
    let until = page.lines.len() + MAX_LINES;
    let mut at = 0;
    for hunk in text::hunks(&delta.lines, context) {
        folded(page, subject, hunk.lines.start - at, "");
        at = hunk.lines.end;
        for (old, new) in paired(&delta.lines[hunk.lines.clone()]) {
            if page.lines.len() >= until {
                return more(page, subject, delta.lines.len() - hunk.lines.start, "");
            }
            let both = old.zip(new).filter(|_| !page.options.unchanged);
            match both.and_then(|(old, new)| pieces::of_pair(old, new, page.options.deadline)) {
                Some(parts) => long_line(page, subject, &parts, "", until),
                None => columns(page, subject, old, new),
            }
        }
    }
    if at > 0 {
        folded(page, subject, delta.lines.len() - at, "");
    }
}

/// Puts removed lines beside the added ones that took their place.
fn paired(lines: &[TextLine]) -> Vec<Pair<'_>> {
    let mut out = Vec::new();
    let (mut removed, mut added): (Vec<&TextLine>, Vec<&TextLine>) = (Vec::new(), Vec::new());
    let flush = |removed: &mut Vec<_>, added: &mut Vec<_>, out: &mut Vec<_>| {
        beside(removed, added, out);
        removed.clear();
        added.clear();
    };
    for line in lines {
        match line.tag {
            Tag::Removed if added.is_empty() => removed.push(line),
            Tag::Removed => {
                flush(&mut removed, &mut added, &mut out);
                removed.push(line);
            }
            Tag::Added => added.push(line),
            Tag::Equal => {
                flush(&mut removed, &mut added, &mut out);
                out.push((Some(line), Some(line)));
            }
        }
    }
    flush(&mut removed, &mut added, &mut out);
    out
}

/// A row of two columns.
type Pair<'t> = (Option<&'t TextLine>, Option<&'t TextLine>);

/// Puts lines beside those most like them, in order; the others stand alone.
fn beside<'t>(removed: &[&'t TextLine], added: &[&'t TextLine], out: &mut Vec<Pair<'t>>) {
    let gap = Gap { old: (0..removed.len()).collect(), new: (0..added.len()).collect(), at: 0 };
    let pairs = align::pair_up(&gap, |old, new| alike(removed[old], added[new]));
    let (mut old, mut new) = (0, 0);
    for (a, b) in pairs {
        out.extend((old..a).map(|at| (Some(removed[at]), None)));
        out.extend((new..b).map(|at| (None, Some(added[at]))));
        out.push((Some(removed[a]), Some(added[b])));
        (old, new) = (a + 1, b + 1);
    }
    out.extend(removed.iter().skip(old).map(|line| (Some(*line), None)));
    out.extend(added.iter().skip(new).map(|line| (None, Some(*line))));
}

/// How much two lines have in common, by their words: 0 to 1.
fn alike(old: &TextLine, new: &TextLine) -> f32 {
    let words = |line: &TextLine| -> Vec<String> {
        let text: String = line.text().chars().take(400).collect();
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (a, mut b) = (words(old), words(new));
    let all = (a.len() + b.len()).max(1) as f32;
    let mut common = 0;
    for word in a {
        if let Some(at) = b.iter().position(|other| *other == word) {
            b.swap_remove(at);
            common += 1;
        }
    }
    2.0 * common as f32 / all
}

fn columns(page: &mut Page<'_>, subject: &Subject<'_>, old: Option<&TextLine>, new: Option<&TextLine>) {
    let charset = page.options.charset;
    let rule = if charset == Charset::Ascii { " | " } else { " │ " };
    let half = (page.options.width - 3) / 2;
    let cell = |line: Option<&TextLine>| match line {
        None => Vec::new(),
        Some(line) => {
            let (sign, role, _) = roles(line.tag);
            let mut whole = Line::of(role, format!("{sign} "));
            whole.spans.extend(body(line, charset, page.options.unchanged).spans);
            if page.options.cut {
                vec![measure::cut_line(&whole, half, charset)]
            } else {
                measure::wrap(&whole, half, 2)
            }
        }
    };
    let (left, right) = (cell(old), cell(new));
    let stands = if new.is_some() { Stands::After } else { Stands::Before };
    for at in 0..left.len().max(right.len()) {
        let empty = Line::new();
        let mut line = measure::pad_line(left.get(at).unwrap_or(&empty), half, charset);
        line.push(Role::Dim, rule);
        line.spans.extend(right.get(at).cloned().unwrap_or_default().spans);
        page.add(subject, line, stands, 0);
    }
}
