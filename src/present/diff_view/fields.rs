//! The changed fields: a sign, a path, and what was and is.

use super::items::{Item, ItemKind, Side};
use super::page::{Page, Stands, Subject};
use super::rows;
use super::value::{self, Short};
use crate::domain::json::Kind;
use crate::present::line::{Line, Role};
use crate::present::measure;
use crate::present::sanitise;

/// Widest path behind which values stand in one column: a third of the width, within reason.
const COLUMN: std::ops::RangeInclusive<usize> = 20..=44;

/// Draws the changes with their numbers.
pub(super) fn draw(page: &mut Page<'_>, items: &[(usize, &Item)]) {
    let widths = items.iter().filter(|(_, item)| one_line(item)).map(|(_, item)| measure::width(&item.path));
    let most = (page.options.width / 3).clamp(*COLUMN.start(), *COLUMN.end());
    let column = widths.filter(|width| *width <= most).max().unwrap_or(0) + 3;
    for &(change, item) in items {
        field(page, &Subject::new(change, item), column);
    }
}

/// Whether a change fits on one line, as far as its values go.
fn one_line(item: &Item) -> bool {
    match item.kind {
        ItemKind::Move(..) => true,
        ItemKind::Add => value::short(&item.after, true).is_some_and(|short| short.fits()),
        ItemKind::Remove => value::short(&item.before, true).is_some_and(|short| short.fits()),
        ItemKind::Replace => pair(item).is_some(),
    }
}

/// Both values where they can stand beside each other; their types are told apart.
fn pair(item: &Item) -> Option<(Short, Short)> {
    let (before, after) = (value::short(&item.before, false)?, value::short(&item.after, false)?);
    (before.one_word() && after.one_word()).then_some((before, after))
}

fn field(page: &mut Page<'_>, subject: &Subject<'_>, column: usize) {
    let item = subject.item;
    let charset = page.options.charset;
    let (sign, role) = sign(item.kind);
    let mut line = Line::of(role, format!("{sign} "));
    let path = if item.path.is_empty() { "(the whole)" } else { &item.path };
    let path_role = if item.noise { Role::Dim } else { Role::Key };
    sanitise::push(&mut line, path_role, path, charset);
    let space = " ".repeat(column.saturating_sub(measure::line_width(&line) - 2).max(3));

    let Some(values) = beside(item, page) else {
        remark(&mut line, item);
        page.add(subject, line, Stands::Head, 6);
        return rows::block(page, subject);
    };
    let mut whole = line.clone();
    whole.push(Role::Text, space);
    whole.spans.extend(values.spans.iter().cloned());
    if measure::line_width(&whole) <= page.options.width {
        remark(&mut whole, item);
        return page.add(subject, whole, Stands::Head, 6);
    }
    remark(&mut line, item);
    page.add(subject, line, Stands::Head, 6);
    let mut below = Line::of(Role::Text, "    ");
    below.spans.extend(values.spans);
    page.add(subject, below, Stands::After, 6);
}

fn remark(line: &mut Line, item: &Item) {
    if let Some(remark) = item.remark {
        line.push(Role::Dim, format!("   ({remark})"));
    }
}

/// The values as they stand behind the path; `None` where they need lines of their own.
fn beside(item: &Item, page: &Page<'_>) -> Option<Line> {
    let charset = page.options.charset;
    let mut line = Line::new();
    match item.kind {
        ItemKind::Add => {
            value::short(&item.after, true).filter(Short::fits)?.push(&mut line, Role::Added, charset);
        }
        ItemKind::Remove => {
            value::short(&item.before, true).filter(Short::fits)?.push(&mut line, Role::Removed, charset);
        }
        ItemKind::Move(from, to) => {
            line.push(Role::Changed, format!("moved from [{from}] to [{to}]"));
        }
        ItemKind::Replace if item.before == Side::Unknown && item.after == Side::Unknown => {
            line.push(Role::Dim, "changed; the record has no values");
        }
        ItemKind::Replace => {
            let (before, after) = pair(item)?;
            before.push(&mut line, Role::Removed, charset);
            line.push(Role::Dim, format!(" {} ", charset.arrow()));
            after.push(&mut line, Role::Added, charset);
            if let (Some(old), Some(new)) = (before.kind, after.kind)
                && told_apart(old, new)
            {
                line.push(Role::Dim, format!("   ({} {} {})", old.name(), charset.arrow(), new.name()));
            }
        }
    }
    Some(line)
}

/// Whether a change of type is worth saying: not of null, which says it itself.
fn told_apart(old: Kind, new: Kind) -> bool {
    old != new && old != Kind::Null && new != Kind::Null
}

pub(super) fn sign(kind: ItemKind) -> (char, Role) {
    match kind {
        ItemKind::Add => ('+', Role::Added),
        ItemKind::Remove => ('-', Role::Removed),
        ItemKind::Replace | ItemKind::Move(..) => ('~', Role::Changed),
    }
}
