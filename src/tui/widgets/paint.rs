//! Lines with roles into cells.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::present::measure::{cut_line, line_width};
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
    let mut blank = Cell::default();
    blank.set_style(look.theme.style(role));
    for position in area.positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.clone_from(&blank);
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
    let width = usize::from(area.width);
    let cut = (line_width(line) > width).then(|| cut_line(line, width, look.glyphs.charset));
    for span in &cut.as_ref().unwrap_or(line).spans {
        let style =
            if row == Role::Text { look.theme.style(span.role) } else { look.theme.style_on(row, span.role) };
        let room = usize::from(area.right().saturating_sub(x));
        x = match is_plain(&span.text) {
            true => plain(&span.text, (x, area.y), room, style, buffer),
            false => buffer.set_stringn(x, area.y, &span.text, room, style).0,
        };
    }
    x - area.x
}

/// Whether each byte is a character of one cell, as in most texts.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Draws such a text, which need not be taken apart into what is one character to the eye; returns the column behind it.
fn plain(text: &str, (x, y): (u16, u16), room: usize, style: Style, buffer: &mut Buffer) -> u16 {
    let area = buffer.area;
    if !area.contains((x, y).into()) {
        return x;
    }
    let count = text.len().min(room).min(usize::from(area.right() - x));
    let start = buffer.index_of(x, y);
    for (byte, cell) in text.bytes().zip(&mut buffer.content[start..start + count]) {
        cell.set_char(char::from(byte)).set_style(style);
    }
    x + count as u16
}

/// Draws one run of text of one role, like [`line()`].
pub fn text(look: Look<'_>, role: Role, words: &str, area: Rect, buffer: &mut Buffer) -> u16 {
    line(look, Role::Text, &Line::of(role, words.to_owned()), area, buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn plain_texts_are_drawn_like_any(text in "[ -~]{0,12}", x in 0u16..10, room in 0usize..14) {
            let area = Rect::new(0, 0, 10, 1);
            let style = Style::new().bold();
            let (mut quick, mut slow) = (Buffer::empty(area), Buffer::empty(area));
            let room = room.min(usize::from(10 - x));
            let end = plain(&text, (x, 0), room, style, &mut quick);
            assert!(is_plain(&text));
            assert_eq!(end, slow.set_stringn(x, 0, &text, room, style).0);
            assert_eq!(quick, slow);
        }
    }
}
