//! Lines with roles into cells.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::present::measure::cut_line;
use crate::present::{Line, Role};
use crate::tui::theme::{Glyphs, Theme};

/// How things look.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// Styles.
    pub theme: &'a Theme,
    /// Signs.
    pub glyphs: &'a Glyphs,
}

/// Empties an area and gives it a role's style.
pub fn fill(look: Look<'_>, role: Role, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    for position in area.positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
            cell.set_style(look.theme.style(role));
        }
    }
}

/// Draws a line into the first row of an area that has the role `row`, cut with a mark where it does not fit.
/// Returns the cells used.
pub fn line(look: Look<'_>, row: Role, line: &Line, area: Rect, buffer: &mut Buffer) -> u16 {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return 0;
    }
    let mut x = area.x;
    for span in &cut_line(line, usize::from(area.width), look.glyphs.charset).spans {
        let style =
            if row == Role::Text { look.theme.style(span.role) } else { look.theme.style_on(row, span.role) };
        let room = usize::from(area.right().saturating_sub(x));
        (x, _) = buffer.set_stringn(x, area.y, &span.text, room, style);
    }
    x - area.x
}

/// Draws one run of text of one role, like [`line()`].
pub fn text(look: Look<'_>, role: Role, words: &str, area: Rect, buffer: &mut Buffer) -> u16 {
    line(look, Role::Text, &Line::of(role, words.to_owned()), area, buffer)
}
