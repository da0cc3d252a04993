//! Which columns the table shows, and in which order.

use crate::present::measure::{Align, pad};
use crate::present::sanitise::plain_in;
use crate::present::{Line, Role};
use crate::tui::widgets::{frame, line, middle};

use super::shared::{Pressed, Rows, draw_list};
use super::*;

/// A column that can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnItem {
    /// Its key in files and flags.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// Whether it is shown.
    pub on: bool,
}

/// The columns.
#[derive(Clone, Debug)]
pub struct ColumnsDialog {
    columns: Vec<ColumnItem>,
    at: usize,
    refused: bool,
}

impl ColumnsDialog {
    /// Opens it on all columns, those shown first and in their order.
    pub fn new(columns: Vec<ColumnItem>) -> ColumnsDialog {
        ColumnsDialog { columns, at: 0, refused: false }
    }

    /// Returns the keys of the columns to show.
    pub(super) fn chosen(&self) -> Vec<String> {
        self.columns.iter().filter(|column| column.on).map(|column| column.key.clone()).collect()
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        let Input::Key(key) = *input else { return Reply::Stay };
        self.refused = false;
        match desk.pressed(key, true) {
            Pressed::Cancel => return Reply::Close,
            Pressed::Accept if self.chosen().is_empty() => self.refused = true,
            Pressed::Accept => return Reply::finish(Intent::Columns(self.chosen())),
            Pressed::Step(step) => self.at = step.from(self.at, self.columns.len()),
            Pressed::Other(key) => match key.typed() {
                Some(' ') => self.toggle(),
                Some('J' | '>') => self.carry(1),
                Some('K' | '<') => self.carry(-1),
                // No column chosen leaves the choice to the width.
                Some('0') => return Reply::finish(Intent::Columns(Vec::new())),
                _ => {}
            },
            _ => {}
        }
        Reply::Stay
    }

    fn toggle(&mut self) {
        if let Some(column) = self.columns.get_mut(self.at) {
            column.on = !column.on;
        }
    }

    /// Moves the column under the cursor, the cursor with it.
    fn carry(&mut self, by: isize) {
        let Some(to) = self.at.checked_add_signed(by).filter(|to| *to < self.columns.len()) else { return };
        self.columns.swap(self.at, to);
        self.at = to;
    }

    pub(super) fn view(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let height = u16::try_from(self.columns.len() + 4).unwrap_or(u16::MAX);
        let keys = desk.keys("show", &[("Space", "on/off"), ("< >", "move"), ("0", "auto")]);
        let inside = frame(look, "Columns", &keys, middle(area, 66, height), buffer);
        let mut rows = Rows::new(inside);
        let last = rows.take_last(1);
        let words = if self.refused {
            Line::of(Role::Error, "at least one column is needed")
        } else {
            Line::of(Role::Dim, format!("{} of {} shown", self.chosen().len(), self.columns.len()))
        };
        line(look, Role::Text, &words, last, buffer);
        let item = |at: usize| self.columns.get(at).map_or_else(Line::new, |column| item(look, column));
        draw_list(look, self.columns.len(), self.at, item, rows.rest(), buffer);
        None
    }
}

fn item(look: Look<'_>, column: &ColumnItem) -> Line {
    let tick = if column.on { look.glyphs.ticked } else { look.glyphs.unticked };
    let role = if column.on { Role::Strong } else { Role::Text };
    let title = plain_in(&column.title, look.glyphs.charset);
    let title = pad(&title, 24, Align::Left, look.glyphs.charset);
    Line::of(Role::Text, format!("{tick} ")).and(role, title).and(Role::Dim, column.key.clone())
}
