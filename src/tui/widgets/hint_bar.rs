//! The line at the bottom: what the keys do here.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::present::measure::line_width;
use crate::present::{Line, Role};
use crate::tui::keymap::HintItem;

use super::paint::{Look, fill, line};

/// Draws hints from the left, and `right` at the right end. What does not fit is dropped from the right, the
/// first hint never.
pub fn hint_bar(look: Look<'_>, hints: &[HintItem], right: &Line, area: Rect, buffer: &mut Buffer) {
    let area = Rect { height: area.height.min(1), ..area }.intersection(buffer.area);
    fill(look, Role::Text, area, buffer);
    let mut room = usize::from(area.width);
    let first = hints.first().map_or(0, |hint| line_width(&words(hint)) + 1);
    let wide = line_width(right) + 1;
    if wide > 1 && first + wide < room {
        let place = Rect { x: area.right() - wide as u16, width: wide as u16, ..area };
        line(look, Role::Text, right, place, buffer);
        room = room.saturating_sub(wide + 2);
    }
    let mut x = area.x + 1;
    for (n, hint) in hints.iter().enumerate() {
        let hint = words(hint);
        let used = usize::from(x - area.x);
        if n > 0 && used + line_width(&hint) > room {
            break;
        }
        let place = Rect { x, width: area.right().saturating_sub(x), ..area };
        x += line(look, Role::Text, &hint, place, buffer) + 2;
        if x >= area.right() {
            break;
        }
    }
}

fn words(hint: &HintItem) -> Line {
    let line = Line::of(Role::Keycap, hint.key.clone());
    if hint.label.is_empty() { line } else { line.and(Role::Text, format!(" {}", hint.label)) }
}
