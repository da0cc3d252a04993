//! Draws the detail.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::present::{Line, Role, measure};
use crate::tui::action::Action;
use crate::tui::layout::{Pane, PaneAreas};
use crate::tui::model::Model;
use crate::tui::model::detail::Tab;
use crate::tui::view::paint;
use crate::tui::widgets;

/// The tabs with the actions that show them.
const TABS: [(Tab, &str, Action); 5] = [
    (Tab::Diff, "Diff", Action::ShowDiff),
    (Tab::Raw, "Raw", Action::ShowRaw),
    (Tab::Metadata, "Metadata", Action::ShowMetadata),
    (Tab::History, "History", Action::ShowHistory),
    (Tab::Blame, "Blame", Action::ShowBlame),
];

/// Draws the pane.
pub fn view(model: &Model, areas: &PaneAreas, buffer: &mut Buffer) {
    title(model, areas.title, buffer);
    let shown = model.detail.shown().filter(|_| model.detail.slot.error().is_none());
    let Some(shown) = shown else { return nothing(model, areas.body, buffer) };
    let mut y = areas.body.y;
    for line in &shown.head {
        if y >= areas.body.bottom() {
            return;
        }
        let line = paint::highlighted(model, line);
        paint::line(model, &line, Rect { y, height: 1, ..areas.body }, buffer);
        y += 1;
    }
    let body = Rect { y, height: areas.body.bottom().saturating_sub(y), ..areas.body };
    lines(model, body, buffer);
    // What is shown of the entry before, while the next one is waited for.
    if model.detail.slot.loading() && model.busy() {
        paint::over(model, Role::Dim, areas.body, buffer);
    }
}

fn nothing(model: &Model, area: Rect, buffer: &mut Buffer) {
    let text = match model.detail.slot.error() {
        Some(error) => vec![crate::present::sanitise::plain(error)],
        None if model.detail.slot.loading() => vec!["reading ...".to_owned()],
        // Where the table is not seen, nothing else would say why there is none.
        None if !model.layout.shows(Pane::Table) => super::table::empty_text(model),
        None => vec!["no entry".to_owned()],
    };
    let width = usize::from(area.width);
    let lines = text.into_iter().flat_map(|text| measure::wrap(&Line::of(Role::Dim, text), width, 0));
    for (n, line) in lines.enumerate() {
        paint::line(
            model,
            &line,
            Rect { y: area.y + n as u16, height: 1, ..area }.intersection(area),
            buffer,
        );
    }
}

fn title(model: &Model, area: Rect, buffer: &mut Buffer) {
    let (line, _) = fitting(model, area);
    paint::line(model, &line, area, buffer);
    place(model, area, measure::line_width(&line), buffer);
}

/// Returns what shows the tab whose name stands at a column of the screen, in the title at this area.
pub fn tab_at(model: &Model, area: Rect, x: u16) -> Option<Action> {
    let at = usize::from(x.checked_sub(area.x)?);
    let (_, cells) = fitting(model, area);
    let tab = cells.iter().position(|cells| cells.contains(&at))?;
    shown_tabs(model).nth(tab).map(|(_, _, action)| action)
}

/// The fullest title that fits.
fn fitting(model: &Model, area: Rect) -> (Line, Vec<Range<usize>>) {
    let room = usize::from(area.width);
    let ways = [(Head::Whole, true), (Head::Number, true), (Head::None, true), (Head::None, false)];
    let mut lines = ways.map(|(head, names)| tabs(model, head, names));
    let fits = lines.iter().position(|(line, _)| measure::line_width(line) <= room);
    std::mem::take(&mut lines[fits.unwrap_or(ways.len() - 1)])
}

/// Titles have little room: the blame has its place where it is shown.
fn shown_tabs(model: &Model) -> impl Iterator<Item = (Tab, &'static str, Action)> {
    TABS.into_iter().filter(|(tab, _, _)| *tab != Tab::Blame || model.detail.tab == *tab)
}

/// How the title names the pane itself.
#[derive(Clone, Copy, PartialEq)]
enum Head {
    Whole,
    Number,
    None,
}

/// The tabs, with the pane's own name and those of the tabs that are not shown where there is room for them;
/// with it the cells of each tab.
fn tabs(model: &Model, head: Head, names: bool) -> (Line, Vec<Range<usize>>) {
    let focused = model.focus == Pane::Detail;
    let (title, number) = if focused { (Role::Title, Role::Strong) } else { (Role::Label, Role::Dim) };
    let mut line = match head {
        Head::Whole => Line::of(title, " DETAIL ").and(Role::Dim, "[3]  "),
        Head::Number => Line::of(number, "[3] "),
        Head::None => Line::new(),
    };
    let mut cells = Vec::new();
    for (tab, name, action) in shown_tabs(model) {
        let begin = measure::line_width(&line);
        let key = model.skin.keymap.key_label(action).unwrap_or_default();
        let here = tab == model.detail.tab;
        line.push(Role::Text, if here { "[" } else { " " });
        line.push(Role::Keycap, key);
        if here || names {
            line.push(if here { Role::Strong } else { Role::Dim }, format!(" {name}"));
        }
        line.push(Role::Text, if here { "]" } else { " " });
        cells.push(begin..measure::line_width(&line));
    }
    (line, cells)
}

/// How far down the text is seen.
fn place(model: &Model, area: Rect, taken: usize, buffer: &mut Buffer) {
    let lines = model.detail.shown().map_or(0, |shown| shown.lines.len());
    if lines <= model.detail.body_height() {
        return;
    }
    let text = format!("{}/{lines}", model.detail.cursor + 1);
    let width = measure::width(&text) as u16;
    let x = area.right().saturating_sub(width + 1);
    if usize::from(x) > usize::from(area.x) + taken + 1 {
        paint::line(model, &Line::of(Role::Dim, text), Rect { x, width, ..area }, buffer);
    }
}

fn lines(model: &Model, area: Rect, buffer: &mut Buffer) {
    let detail = &model.detail;
    let Some(shown) = detail.shown() else { return };
    for (n, (at, line)) in
        shown.lines.iter().enumerate().skip(detail.top).take(usize::from(area.height)).enumerate()
    {
        let row = Rect { y: area.y + n as u16, height: 1, ..area };
        let text = paint::highlighted(model, &line.line);
        let under = at == detail.cursor && model.focus == Pane::Detail;
        let role = if under { Role::Selected } else { Role::Text };
        paint::row(model, role, row, buffer);
        paint::line_in(model, role, &text, row, buffer);
        let moment =
            line.entry.filter(|_| line.first && detail.tab == Tab::History && detail.beside.is_none());
        if moment.is_some_and(|id| model.table.marks.contains(&id)) {
            let mark = Line::of(Role::Strong, model.look().glyphs.mark);
            paint::line_in(model, role, &mark, Rect { x: row.x + 1, width: row.width.min(1), ..row }, buffer);
        }
        link(model, &line.line, row, buffer);
    }
}

/// Lets the terminal know where the vendor's page is.
fn link(model: &Model, line: &Line, row: Rect, buffer: &mut Buffer) {
    let address = model.detail.shown().and_then(|shown| shown.detail.as_ref()?.entry.link.clone());
    let Some(address) = address.filter(|_| model.skin.links) else { return };
    let mut x = row.x;
    for span in &line.spans {
        let end = x.saturating_add(measure::width(&span.text) as u16).min(row.right());
        if span.role == Role::Link {
            widgets::hyperlink(&address, Rect { x, width: end.saturating_sub(x), ..row }, buffer);
        }
        x = end;
    }
}
