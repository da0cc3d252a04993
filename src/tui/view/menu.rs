//! The box that shows where a prefix key leads.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::present::{Line, Role, measure};
use crate::tui::model::Model;

use super::paint;

/// Draws the box over the lower right, while keys of a sequence are pressed.
pub(super) fn view(model: &Model, buffer: &mut Buffer) {
    if model.pressed.is_empty() {
        return;
    }
    let following = model.skin.keymap.following(model.context(), &model.pressed);
    let pressed: Vec<String> = model.pressed.iter().map(ToString::to_string).collect();
    let mut lines = vec![Line::of(Role::Title, format!(" {} ...", pressed.join(" ")))];
    for next in following {
        let title = next.action.map_or("...", |action| action.title());
        lines.push(Line::of(Role::Keycap, format!(" {:>5} ", next.key.to_string())).and(Role::Text, title));
    }
    lines.push(Line::of(Role::Dim, "   Esc leaves"));
    draw(model, &lines, buffer);
}

fn draw(model: &Model, lines: &[Line], buffer: &mut Buffer) {
    let screen = model.layout.area;
    let width = lines.iter().map(measure::line_width).max().unwrap_or(0) as u16 + 3;
    let height = lines.len() as u16;
    let bottom = model.layout.status.y;
    let area = Rect {
        x: screen.right().saturating_sub(width),
        y: bottom.saturating_sub(height),
        width: width.min(screen.width),
        height: height.min(bottom),
    };
    paint::clear(area, buffer);
    let glyphs = model.look().glyphs;
    for (n, line) in lines.iter().take(usize::from(area.height)).enumerate() {
        let row = Rect { y: area.y + n as u16, height: 1, ..area };
        let edged = Line::of(Role::Dim, glyphs.vertical);
        paint::line(model, &edged, row, buffer);
        paint::line(model, line, Rect { x: row.x + 1, width: row.width.saturating_sub(1), ..row }, buffer);
    }
}
