//! Draws the entries.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::TimeSpan;
use crate::domain::zone::Style as TimeStyle;
use crate::ops::Column;
use crate::ops::access::outside_text;
use crate::present::{Line, Role, measure, sanitise};
use crate::query::{Row, SortKey};
use crate::tui::action::Action;
use crate::tui::dialogs::ColumnItem;
use crate::tui::layout::{Pane, TableAreas};
use crate::tui::model::Model;
use crate::tui::model::lines::{Kind, TableLine};
use crate::tui::msg::Progress;
use crate::tui::update::count_text;
use crate::tui::view::paint;

use super::columns::{self, Placed, USUAL, place};
use super::sets;

/// Cells in front of the columns: the cursor; the mark, else the bookmark or note; a space.
pub const GUTTER: usize = 3;

/// Returns the columns chosen, or the usual ones.
pub fn chosen(model: &Model) -> Vec<Column> {
    let named = model.columns.iter().filter_map(|name| Column::parse(name));
    let named: Vec<Column> = named.filter(|column| !column.opens_record()).collect();
    if named.is_empty() { USUAL.to_vec() } else { named }
}

/// Returns the columns that are seen now.
pub fn columns(model: &Model) -> Vec<Placed> {
    let width = model.layout.table.map_or(0, |table| usize::from(table.rows.width));
    place(&chosen(model), width.saturating_sub(GUTTER), model)
}

/// Returns the column under the cursor.
pub fn column_under_cursor(model: &Model) -> Option<Column> {
    let columns = columns(model);
    let at = model.table.column.min(columns.len().saturating_sub(1));
    columns.get(at).map(|placed| placed.column)
}

/// Returns the column whose cells stand at a column of the screen.
pub fn column_at(model: &Model, x: u16) -> Option<Column> {
    let area = model.layout.table?.headings;
    let shown = columns(model);
    let placed = shown.iter().find(|placed| cell(area, area.y, placed).contains(Position::new(x, area.y)));
    placed.map(|placed| placed.column)
}

/// Returns every column that a table can show, for the dialog that chooses: those shown first, in their order.
pub fn items(model: &Model) -> Vec<ColumnItem> {
    let chosen = chosen(model);
    let rest = Column::ALL.iter().filter(|column| !column.opens_record() && !chosen.contains(column));
    let shown = chosen.iter().map(|&column| item(column, true));
    shown.chain(rest.map(|&column| item(column, false))).collect()
}

/// Returns every column that an export can have, those of the table first and on.
pub fn export_items(model: &Model) -> Vec<ColumnItem> {
    let mut items = items(model);
    items
        .extend(Column::ALL.iter().filter(|column| column.opens_record()).map(|&column| item(column, false)));
    items
}

fn item(column: Column, on: bool) -> ColumnItem {
    ColumnItem { key: column.name().to_owned(), title: column.title().to_owned(), on }
}

/// Draws the pane.
pub fn view(model: &Model, areas: &TableAreas, buffer: &mut Buffer) {
    title(model, areas.title, buffer);
    histogram(model, areas.histogram, buffer);
    let columns = columns(model);
    headings(model, areas.headings, &columns, buffer);
    if model.table.total == 0 {
        return empty(model, areas.rows, buffer);
    }
    rows(model, areas.rows, &columns, buffer);
}

fn title(model: &Model, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let role = if model.focus == Pane::Table { Role::Title } else { Role::Label };
    let line = Line::of(role, " ENTRIES ").and(Role::Dim, "[2]  ");
    let mut line = line.and(Role::Strong, counted(model)).and(Role::Dim, "   ");
    line.push(Role::Text, position(model));
    if model.table.unseen > 0 {
        line.push(Role::Strong, format!("   {} new", paint::number(model.table.unseen)));
    }
    paint::line(model, &line, area, buffer);
}

/// How many entries match, of how many.
pub fn counted(model: &Model) -> String {
    let table = &model.table;
    let total = paint::number(table.total);
    if table.provisional {
        return format!("{total}+ so far");
    }
    match model.entries() {
        Some(all) if all > table.total => format!("{total} of {}{}", paint::number(all), so_far(model)),
        _ => format!("{total}{}", so_far(model)),
    }
}

/// What must be said behind every count while files are still read.
pub fn so_far(model: &Model) -> String {
    model.loading.map_or_else(String::new, |progress| format!(" so far{}", percent(progress)))
}

/// How much of the files is read.
fn percent(Progress { done, total }: Progress) -> String {
    let share = (done.min(total) * 100).checked_div(total);
    share.map_or_else(String::new, |percent| format!(" ({percent} % read)"))
}

/// Where the cursor is, and in which order.
pub fn position(model: &Model) -> String {
    let table = &model.table;
    if table.total == 0 {
        return String::new();
    }
    let ranks = table.cursor_ranks();
    let (first, last) =
        (ranks.first().copied().unwrap_or_default(), ranks.last().copied().unwrap_or_default());
    let (from, to) = (paint::number(first + 1), paint::number(last + 1));
    let rows = match ranks.len() as u64 {
        1 => format!("row {from}"),
        all if last - first + 1 == all => format!("rows {from} to {to}"),
        some => format!("{} of rows {from} to {to}", paint::number(some)),
    };
    format!("{rows}   {}", order(model))
}

fn order(model: &Model) -> String {
    match (model.sort.key, model.sort.descending) {
        (SortKey::Time, true) => "newest first".to_owned(),
        (SortKey::Time, false) => "oldest first".to_owned(),
        (SortKey::Field(field), true) => format!("by {}, z to a", field.title().to_lowercase()),
        (SortKey::Field(field), false) => format!("by {}, a to z", field.title().to_lowercase()),
    }
}

fn histogram(model: &Model, area: Rect, buffer: &mut Buffer) {
    let Some(counts) = model.sidebar.counts() else { return };
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    paint::spark(model, &counts.histogram, inner, buffer);
}

fn headings(model: &Model, area: Rect, shown: &[Placed], buffer: &mut Buffer) {
    let glyphs = model.look().glyphs;
    for (number, placed) in shown.iter().enumerate() {
        let mut text = placed.column.title().to_owned();
        let mut sign = String::new();
        if columns::sort_key(placed.column) == Some(model.sort.key) {
            sign = format!(" {}", if model.sort.descending { glyphs.descending } else { glyphs.ascending });
        }
        if placed.column == Column::Time {
            let room = placed.width.saturating_sub(measure::width(&sign));
            text = time_heading(model, room);
        }
        text.push_str(&sign);
        let under = number == model.table.column && model.focus == Pane::Table;
        let line = Line::of(Role::Label, measure::cut(&text, placed.width, model.charset()));
        let cell = cell(area, area.y, placed);
        paint::line(model, &line, cell, buffer);
        if under {
            paint::underline(Rect { width: measure::line_width(&line) as u16, ..cell }, buffer);
        }
    }
}

/// The heading of the times with their zone, in the longest words there is room for.
fn time_heading(model: &Model, room: usize) -> String {
    let (title, now) = (Column::Time.title(), model.wall());
    let whole = format!("{title} ({})", model.times.label(now));
    if measure::width(&whole) <= room {
        return whole;
    }
    let zone = measure::cut(&model.times.short_label(now), room.saturating_sub(7), model.charset());
    format!("TIME ({zone})")
}

fn cell(area: Rect, y: u16, placed: &Placed) -> Rect {
    let x = area.x + (GUTTER + placed.at).min(usize::from(area.width)) as u16;
    let width = (placed.width as u16).min(area.right().saturating_sub(x));
    Rect { x, y, width, height: 1 }
}

fn rows(model: &Model, area: Rect, columns: &[Placed], buffer: &mut Buffer) {
    let table = &model.table;
    for (y, (spot, line)) in (area.y..area.bottom()).zip(table.seen()) {
        let area = Rect { y, height: 1, ..area };
        let held = line.and_then(|line| Some((line, table.row(spot.rank)?)));
        match held {
            Some((line, row)) => entry(model, area, line, row, columns, buffer),
            None => paint::line(model, &Line::of(Role::Dim, "   ..."), area, buffer),
        }
    }
}

fn entry(model: &Model, area: Rect, line: &TableLine, row: &Row, shown: &[Placed], buffer: &mut Buffer) {
    let table = &model.table;
    let under = table.cursor_line() == Some(line);
    let set: Vec<&Row> = match line.is_set() {
        true => table.ranks(line).into_iter().filter_map(|rank| table.row(rank)).collect(),
        false => Vec::new(),
    };
    let marked = match set.as_slice() {
        [] => table.is_marked(line.first, row.id),
        rows => {
            rows.iter().all(|row| table.marks.contains(&row.id)) || table.is_marked(line.first, rows[0].id)
        }
    };
    let stale = table.list.as_ref() != Some(&model.list) && model.busy();
    let role = match (under, marked, model.focus == Pane::Table) {
        (true, _, true) => Role::Selected,
        (true, _, false) => Role::SelectedDim,
        (_, true, _) => Role::Marked,
        _ => Role::Text,
    };
    paint::row(model, role, area, buffer);
    paint::line_in(model, role, &gutter(model, under, marked, row), area, buffer);
    let by = !shown.iter().any(|placed| placed.column == Column::Actor);
    for placed in shown {
        let text = match (line.kind, placed.column) {
            _ if line.is_set() => sets::line(placed.column, line, &set, placed.width, by, model),
            (Kind::Member, Column::Title) => sets::member(row, placed.width, model),
            _ => columns::line(placed.column, row, placed.width, model),
        };
        let text = paint::highlighted(model, &text);
        paint::line_in(model, role, &text, cell(area, area.y, placed), buffer);
    }
    if stale {
        paint::over(model, Role::Dim, area, buffer);
    }
}

fn gutter(model: &Model, under: bool, marked: bool, row: &Row) -> Line {
    let glyphs = model.look().glyphs;
    let (role, sign) = match (marked, row.marked, row.noted) {
        (true, ..) => (Role::Strong, glyphs.mark),
        (_, true, _) => (Role::Badge, glyphs.bookmark),
        (_, _, true) => (Role::Badge, glyphs.note),
        _ => (Role::Text, " "),
    };
    Line::of(Role::Strong, if under { glyphs.cursor } else { " " }).and(role, sign)
}

/// Nothing matches: says why, and what would.
fn empty(model: &Model, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width).saturating_sub(2 * GUTTER);
    let said = empty_text(model).into_iter().enumerate();
    let role = |n| if n == 0 { Role::Strong } else { Role::Dim };
    let lines = said.flat_map(|(n, text)| measure::wrap(&Line::of(role(n), text), width, 2));
    let x = area.x + (GUTTER as u16).min(area.width);
    for (y, line) in (area.y + 1..area.bottom()).zip(lines) {
        paint::line(model, &line, Rect { x, y, width: area.right() - x, height: 1 }, buffer);
    }
}

/// Returns what an empty table says.
pub fn empty_text(model: &Model) -> Vec<String> {
    if model.table.list.as_ref() != Some(&model.list) {
        let error = model.table.slot.error().map(|_| "the entries could not be read (R tries again)");
        return vec![error.unwrap_or("reading ...").to_owned()];
    }
    let counts = model.sidebar.counts();
    let selection = model.selections.now();
    let stored = counts.map_or(0, |counts| counts.overview.entries);
    if let Some(progress) = model.loading.filter(|_| stored == 0) {
        return vec![format!("reading the files{} ...", percent(progress))];
    }
    if counts.is_some() && stored == 0 {
        let rejects = counts.map_or(0, |counts| counts.overview.rejects);
        if rejects > 0 {
            return unreadable(model, rejects);
        }
        let import = match model.skin.keymap.key_label(Action::Import) {
            Some(key) if model.setup.writable && model.setup.label.is_empty() => {
                format!("{key} imports a file or a folder; auditty demo shows sample data")
            }
            _ => "auditty import FILE reads logs into the store; auditty demo shows sample data".to_owned(),
        };
        return vec!["the store is empty".to_owned(), import];
    }
    let mut lines = Vec::new();
    match selection.span() {
        Some(span) => lines.push(beyond(model, &span)),
        None => lines.push("no entry matches".to_owned()),
    }
    if let Some(outside) = counts.map(|counts| counts.outside).filter(|outside| *outside > 0) {
        let hidden = count_text(outside, "entry that matches is", "entries that match are");
        lines.push(format!("{hidden} {}", outside_text(model.setup.plan)));
    }
    // Conditions hold the names that vendors chose.
    let advice = counts.filter(|_| !selection.off).map(|counts| counts.advice.as_slice()).unwrap_or_default();
    lines.extend(advice.iter().map(|text| sanitise::plain(text)));
    if !selection.off && !selection.filter.conjuncts().is_empty() {
        let mut keys = vec!["u takes the last filter back", "F switches all filters off"];
        if selection.log != crate::tui::model::selection::Log::All {
            keys.push("w goes to the next log");
        }
        lines.push(keys.join("; "));
    }
    lines
}

/// There are records, but none of them could be parsed.
fn unreadable(model: &Model, rejects: u64) -> Vec<String> {
    let none = match rejects {
        1 => "the only record could not be parsed".to_owned(),
        many => format!("none of the {} records could be parsed", paint::number(many)),
    };
    let label = &model.setup.label;
    let of = if label.is_empty() { String::new() } else { format!(" in {}", sanitise::plain(label)) };
    let key = model.skin.keymap.key_label(Action::Rejects);
    let why = key.map_or_else(String::new, |key| format!("{key} shows the records and the reasons"));
    vec![format!("nothing to show{of}: {none}"), why]
}

fn beyond(model: &Model, span: &TimeSpan) -> String {
    let known = model.sidebar.slot.current().and_then(|counts| counts.beyond);
    let range = range_text(model, span);
    match known {
        Some((0, 0)) => format!("nothing here {range}, nor at any other time"),
        Some((earlier, 0)) => format!("nothing here {range}; {earlier} earlier (t to widen)"),
        Some((0, later)) => format!("nothing here {range}; {later} later (t to widen)"),
        Some((earlier, later)) => {
            format!("nothing here {range}; {earlier} earlier, {later} later (t to widen)")
        }
        None => format!("nothing here {range}"),
    }
}

/// The range in words, like `from 15 Nov 00:00`.
fn range_text(model: &Model, span: &TimeSpan) -> String {
    let zone = model.times.zone();
    let at = |time| zone.format(time, TimeStyle::Minutes);
    match (span.from, span.until) {
        (Some(from), Some(until)) => format!("{} .. {}", at(from), at(until)),
        (Some(from), None) => format!("since {}", at(from)),
        (None, Some(until)) => format!("before {}", at(until)),
        (None, None) => "at any time".to_owned(),
    }
}
