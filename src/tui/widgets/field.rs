//! One line of text that can be edited.

use std::ops::Range;

use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use tui_input::{Input, InputRequest};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::present::Role;
use crate::present::measure::width;
use crate::present::sanitise::plain_in;
use crate::tui::keymap::Key;

use super::paint::Look;

/// One line of text with a cursor. What stands in it is shown as the sanitiser would, cell by cell.
#[derive(Clone, Debug, Default)]
pub struct TextField {
    input: Input,
}

impl TextField {
    /// Returns a field with the cursor behind `text`.
    pub fn new(text: &str) -> TextField {
        TextField { input: Input::new(one_line(text)) }
    }

    /// Returns what stands in it.
    pub fn value(&self) -> &str {
        self.input.value()
    }

    /// Puts other text in, with the cursor behind it.
    pub fn set(&mut self, text: &str) {
        self.input = Input::new(one_line(text));
    }

    /// Returns the byte the cursor stands at.
    pub fn cursor(&self) -> usize {
        let value = self.input.value();
        value.char_indices().nth(self.input.cursor()).map_or(value.len(), |(at, _)| at)
    }

    /// Puts `text` in place of some bytes, with the cursor behind it.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        let value = self.input.value();
        let (before, behind) = (value.get(..range.start), value.get(range.end..));
        let (Some(before), Some(behind)) = (before, behind) else { return };
        let cursor = before.chars().count() + text.chars().count();
        let value = format!("{before}{text}{behind}");
        self.input = Input::new(value).with_cursor(cursor);
    }

    /// Adds text at the cursor; line breaks become spaces.
    pub fn paste(&mut self, text: &str) {
        let at = self.cursor();
        self.replace(at..at, &one_line(text));
    }

    /// Takes a key; returns whether it was one for editing.
    pub fn handle(&mut self, key: Key) -> bool {
        match request(key) {
            Some(request) => {
                let _ = self.input.handle(request);
                true
            }
            None => false,
        }
    }

    /// Draws it into the first row of an area, scrolled so that the cursor shows, `wrong` bytes marked.
    /// Returns where the cursor is.
    pub fn view(
        &self,
        look: Look<'_>,
        wrong: Option<&Range<usize>>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return None;
        }
        let cells = self.cells(look);
        let scrolled = self.scrolled(&cells, area.width);
        let mut end = 0;
        for cell in &cells {
            let Some(x) = cell.column.checked_sub(scrolled).filter(|x| x + cell.width <= area.width) else {
                continue;
            };
            let spoilt = wrong.is_some_and(|wrong| wrong.contains(&cell.byte));
            let style = look.theme.style(if spoilt { Role::Error } else { cell.role });
            buffer.set_stringn(area.x + x, area.y, &cell.text, usize::from(area.width - x), style);
            end = cell.column + cell.width;
        }
        if scrolled > 0 {
            buffer.set_string(area.x, area.y, look.glyphs.cut_left, look.theme.style(Role::Dim));
        }
        if cells.last().is_some_and(|last| last.column + last.width > end) {
            buffer.set_string(area.right() - 1, area.y, look.glyphs.cut, look.theme.style(Role::Dim));
        }
        self.column(&cells, self.cursor()).checked_sub(scrolled).map(|x| Position::new(area.x + x, area.y))
    }

    /// Returns the column of a byte in an area of this width, if it shows.
    pub fn column_of(&self, look: Look<'_>, byte: usize, width: u16) -> Option<u16> {
        let cells = self.cells(look);
        let column = self.column(&cells, byte).checked_sub(self.scrolled(&cells, width))?;
        (column < width).then_some(column)
    }

    fn cells(&self, look: Look<'_>) -> Vec<Cell> {
        let mut column = 0;
        let cell = |(byte, cluster): (usize, &str)| {
            let shown = plain_in(cluster, look.glyphs.charset);
            let role = if shown == cluster { Role::Text } else { Role::Escaped };
            let cells = u16::try_from(width(&shown)).unwrap_or(u16::MAX);
            let cell = Cell { byte, column, width: cells, text: shown, role };
            column = column.saturating_add(cells);
            cell
        };
        self.value().grapheme_indices(true).map(cell).collect()
    }

    fn column(&self, cells: &[Cell], byte: usize) -> u16 {
        let found = cells.iter().find(|cell| cell.byte >= byte);
        found
            .or(cells.last())
            .map_or(0, |cell| if cell.byte >= byte { cell.column } else { cell.column + cell.width })
    }

    /// Keeps one cell free for a cursor behind the text.
    fn scrolled(&self, cells: &[Cell], room: u16) -> u16 {
        let cursor = self.column(cells, self.cursor());
        let least = (cursor + 1).saturating_sub(room);
        if least == 0 {
            return 0;
        }
        // The first cell is taken by the mark.
        let start = cells.iter().map(|cell| cell.column).find(|column| *column > least.saturating_sub(1));
        start.unwrap_or(least)
    }
}

/// A cluster as it shows.
struct Cell {
    byte: usize,
    column: u16,
    width: u16,
    text: String,
    role: Role,
}

fn one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\n', '\r', '\t'], " ")
}

/// The keys of a line of text, as shells have them.
fn request(key: Key) -> Option<InputRequest> {
    use InputRequest as R;
    if let Some(c) = key.typed() {
        return Some(R::InsertChar(c));
    }
    let ctrl = key.modifiers == KeyModifiers::CONTROL;
    let alt = key.modifiers == KeyModifiers::ALT;
    let plain = key.modifiers.is_empty();
    Some(match key.code {
        KeyCode::Backspace if plain => R::DeletePrevChar,
        KeyCode::Backspace if ctrl || alt => R::DeletePrevWord,
        KeyCode::Delete if plain => R::DeleteNextChar,
        KeyCode::Delete if ctrl => R::DeleteNextWord,
        KeyCode::Left if plain => R::GoToPrevChar,
        KeyCode::Left if ctrl || alt => R::GoToPrevWord,
        KeyCode::Right if plain => R::GoToNextChar,
        KeyCode::Right if ctrl || alt => R::GoToNextWord,
        KeyCode::Home => R::GoToStart,
        KeyCode::End => R::GoToEnd,
        KeyCode::Char('a') if ctrl => R::GoToStart,
        KeyCode::Char('e') if ctrl => R::GoToEnd,
        KeyCode::Char('b') if ctrl => R::GoToPrevChar,
        KeyCode::Char('f') if ctrl => R::GoToNextChar,
        KeyCode::Char('b') if alt => R::GoToPrevWord,
        KeyCode::Char('f') if alt => R::GoToNextWord,
        KeyCode::Char('h') if ctrl => R::DeletePrevChar,
        KeyCode::Char('d') if ctrl => R::DeleteNextChar,
        KeyCode::Char('w') if ctrl => R::DeletePrevWord,
        KeyCode::Char('u') if ctrl => R::DeleteFromStart,
        KeyCode::Char('k') if ctrl => R::DeleteTillEnd,
        KeyCode::Char('y') if ctrl => R::Yank,
        _ => return None,
    })
}
