//! The mouse, while it is used: a click selects, the wheel scrolls the pane under the pointer.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use crate::tui::layout::Pane;
use crate::tui::model::Model;
use crate::tui::model::sidebar::SideLine;

/// Lines that one step of the wheel scrolls.
const STEP: i64 = 3;

/// Takes an event of the mouse.
pub(super) fn mouse(model: &mut Model, event: MouseEvent) {
    if !model.mouse || !model.dialogs.is_empty() {
        return;
    }
    let Some(pane) = model.layout.pane_at(event.column, event.row) else { return };
    match event.kind {
        MouseEventKind::ScrollDown => scroll(model, pane, STEP),
        MouseEventKind::ScrollUp => scroll(model, pane, -STEP),
        MouseEventKind::Down(MouseButton::Left) => click(model, pane, event.row),
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

fn click(model: &mut Model, pane: Pane, row: u16) {
    model.focus(pane);
    match pane {
        Pane::Table => {
            let Some(areas) = model.layout.table else { return };
            if let Some(line) = row.checked_sub(areas.rows.y) {
                model.table.move_to_line(usize::from(line));
            }
        }
        Pane::Detail => {
            let head = model.detail.shown().map_or(0, |shown| shown.head.len());
            let Some(areas) = model.layout.detail else { return };
            let line = usize::from(row.saturating_sub(areas.body.y)).checked_sub(head);
            if let (Some(line), true) = (line, row >= areas.body.y) {
                model.detail.move_to(model.detail.top + line);
            }
        }
        Pane::Sidebar => {
            let Some(areas) = model.layout.sidebar else { return };
            let Some(line) = row.checked_sub(areas.body.y) else { return };
            let lines = model.sidebar.lines(&model.shown_filter());
            let item = lines.get(model.sidebar.top + usize::from(line)).and_then(SideLine::item);
            if let Some(item) = item {
                model.sidebar.cursor = item;
            }
        }
    }
}
