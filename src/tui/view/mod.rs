//! Draws the model. Pure: shared references in, cells out; returns where the terminal's cursor belongs.

mod bars;
pub mod paint;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::present::{Line, Role, measure};

use super::layout::{MIN_HEIGHT, MIN_WIDTH, Mode, Pane};
use super::model::Model;
use super::panes;
use super::widgets::which_key;

/// Draws everything. Returns where the terminal's cursor belongs: in a text field, else on the row under the
/// cursor, where screen readers look for it; and whether it is to be seen.
pub fn view(model: &Model, buffer: &mut Buffer) -> Option<Cursor> {
    let layout = &model.layout;
    let screen = buffer.area;
    if layout.mode == Mode::TooSmall {
        too_small(model, screen, buffer);
        return None;
    }
    // The theme's ground, also where nothing is drawn; most have that of the terminal.
    let ground = model.skin.theme.style(Role::Text);
    if ground != Style::new() {
        buffer.set_style(screen, ground);
    }
    bars::header(model, layout.header, buffer);
    if let Some(areas) = &layout.table {
        panes::table::view(model, areas, buffer);
    }
    if let Some(areas) = &layout.detail {
        panes::detail::view(model, areas, buffer);
    }
    if let Some(areas) = &layout.sidebar {
        panes::sidebar::view(model, areas, buffer);
    }
    rules(model, buffer);
    bars::status(model, layout.status, buffer);
    bars::hints(model, layout.hints, buffer);
    if !model.pressed.is_empty() {
        let over = Rect { height: layout.status.y, ..screen };
        which_key(model.look(), &model.skin.keymap, model.context(), &model.pressed, over, buffer);
    }
    let field = model.dialogs.last().map(|_| dialogs(model, screen, buffer));
    match field {
        Some(at) => at.map(|at| Cursor { at, seen: true }),
        None => parked(model).map(|at| Cursor { at, seen: false }),
    }
}

/// Where the terminal's cursor belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The cell.
    pub at: Position,
    /// Whether it is seen.
    pub seen: bool,
}

fn dialogs(model: &Model, screen: Rect, buffer: &mut Buffer) -> Option<Position> {
    let mut at = None;
    for dialog in &model.dialogs {
        at = dialog.view(&model.desk(), model.look(), screen, buffer);
    }
    at
}

/// The row under the cursor of the pane with the focus.
fn parked(model: &Model) -> Option<Position> {
    let layout = &model.layout;
    match model.focus {
        Pane::Table => {
            let rows = layout.table?.rows;
            Some(Position::new(rows.x, rows.y + model.table.line() as u16))
        }
        Pane::Detail => {
            let body = layout.detail?.body;
            let head = model.detail.shown().map_or(0, |shown| shown.head.len());
            let line = head + model.detail.cursor.saturating_sub(model.detail.top);
            Some(Position::new(body.x, body.y + line as u16))
        }
        Pane::Sidebar => {
            let body = layout.sidebar?.body;
            let lines = model.sidebar.lines(&model.shown_filter());
            let line = model.sidebar.cursor_line(&lines).saturating_sub(model.sidebar.top);
            Some(Position::new(body.x, body.y + line as u16))
        }
    }
}

fn rules(model: &Model, buffer: &mut Buffer) {
    let glyphs = model.look().glyphs;
    let focused = model.layout.pane(model.focus).unwrap_or_default();
    for rule in &model.layout.rules {
        // The edges of the pane with the focus stand out.
        let touches = rule.area.right() == focused.x || rule.area.x == focused.right();
        let role = if touches { Role::Keycap } else { Role::Dim };
        for position in rule.area.intersection(buffer.area).positions() {
            let sign = if rule.vertical { glyphs.vertical } else { glyphs.horizontal };
            buffer[position].set_symbol(sign).set_style(model.skin.theme.style(role));
        }
    }
}

fn too_small(model: &Model, area: Rect, buffer: &mut Buffer) {
    let Rect { width, height, .. } = area;
    let close = model.skin.keymap.key_label(super::action::Action::Close).unwrap_or_default();
    let mut text = format!("{MIN_WIDTH}x{MIN_HEIGHT} needed, {width}x{height} here; {close} quits");
    if let Some(job) = &model.job {
        text = format!("{text}; {}", bars::job_text(job));
    }
    let lines = measure::wrap(&Line::of(Role::Text, text), usize::from(width), 0);
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        paint::line(model, line, Rect { y, height: 1, ..area }, buffer);
    }
}

#[cfg(test)]
mod tests;
