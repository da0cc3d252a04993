//! The mouse, while it is used: a click selects, or does what stands there; the wheel scrolls the pane under the
//! pointer.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use crate::query::{Sort, SortKey};
use crate::tui::action::Action;
use crate::tui::layout::Pane;
use crate::tui::model::Model;
use crate::tui::model::sidebar::{Item, SideLine};
use crate::tui::panes::{columns, detail, table};

use super::{Effects, act, dialogs, filters};

/// Lines that one step of the wheel scrolls.
const STEP: i64 = 3;
/// Cells of a line of the sidebar that belong to the box in front of the value.
const BOX: u16 = 7;

/// Takes an event of the mouse.
pub(super) fn mouse(model: &mut Model, event: MouseEvent, effects: &mut Effects) {
    if !model.mouse || !model.dialogs.is_empty() {
        return;
    }
    let Some(pane) = model.layout.pane_at(event.column, event.row) else { return };
    match event.kind {
        MouseEventKind::ScrollDown => scroll(model, pane, STEP),
        MouseEventKind::ScrollUp => scroll(model, pane, -STEP),
        MouseEventKind::Down(MouseButton::Left) => {
            click(model, pane, Position::new(event.column, event.row), effects);
        }
        _ => {}
    }
}

fn scroll(model: &mut Model, pane: Pane, by: i64) {
    match pane {
        Pane::Table => model.table.scroll_by(by),
        Pane::Detail => model.detail.scroll_by(by),
        Pane::Sidebar => {
            let lines = model.sidebar.lines(&model.shown_filter()).len();
            let last = lines.saturating_sub(model.sidebar.height);
            let top = (model.sidebar.top as i64 + by).max(0).unsigned_abs() as usize;
            model.sidebar.top = top.min(last);
        }
    }
}

fn click(model: &mut Model, pane: Pane, at: Position, effects: &mut Effects) {
    model.focus(pane);
    match pane {
        Pane::Table => in_table(model, at),
        Pane::Detail => in_detail(model, at, effects),
        Pane::Sidebar => in_sidebar(model, at),
    }
}

/// A row is gone to; a heading sorts by its column, and the one that is sorted by turns the order around.
fn in_table(model: &mut Model, at: Position) {
    let Some(areas) = model.layout.table else { return };
    if areas.headings.contains(at) {
        let key = table::column_at(model, at.x).and_then(columns::sort_key);
        return match key.filter(|key| dialogs::sorts().any(|other| other == *key)) {
            Some(key) if key == model.sort.key => filters::reverse_sort(model),
            // Of times the newest come first, of names those with A.
            Some(key) => filters::sort(model, Sort { key, descending: key == SortKey::Time }),
            None => {}
        };
    }
    if let Some(line) = at.y.checked_sub(areas.rows.y) {
        model.table.move_to_line(usize::from(line));
    }
}

/// A line is gone to; a tab in the title is shown.
fn in_detail(model: &mut Model, at: Position, effects: &mut Effects) {
    let Some(areas) = model.layout.detail else { return };
    if areas.title.contains(at) {
        if let Some(action) = detail::tab_at(model, areas.title, at.x) {
            act::run(model, action, effects);
        }
        return;
    }
    let head = model.detail.shown().map_or(0, |shown| shown.head.len());
    let line = usize::from(at.y.saturating_sub(areas.body.y)).checked_sub(head);
    if let (Some(line), true) = (line, at.y >= areas.body.y) {
        model.detail.move_to(model.detail.top + line);
    }
}

/// A line is gone to; a value's box, a heading and what leads to more do what they do by key.
fn in_sidebar(model: &mut Model, at: Position) {
    let Some(areas) = model.layout.sidebar else { return };
    let Some(line) = at.y.checked_sub(areas.body.y) else { return };
    let lines = model.sidebar.lines(&model.shown_filter());
    let item = lines.get(model.sidebar.top + usize::from(line)).and_then(SideLine::item);
    let Some(item) = item else { return };
    let acts = !matches!(item, Item::Value(..)) || at.x < areas.body.x + BOX;
    model.sidebar.cursor = item;
    if acts {
        filters::at_item(model, Action::ToggleValue);
    }
}
