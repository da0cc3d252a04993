//! What the entries are sorted by.

use crate::present::{Line, Role};
use crate::query::SortKey;
use crate::tui::widgets::{frame, middle};

use super::shared::{Pressed, draw_list};
use super::*;

/// The sort menu.
#[derive(Clone, Debug)]
pub struct SortMenu {
    keys: Vec<SortKey>,
    current: Sort,
    at: usize,
    descending: bool,
}

impl SortMenu {
    /// Opens it on the sort in force.
    pub fn new(current: Sort, keys: Vec<SortKey>) -> SortMenu {
        let at = keys.iter().position(|key| *key == current.key).unwrap_or(0);
        SortMenu { keys, current, at, descending: current.descending }
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        let Input::Key(key) = *input else { return Reply::Stay };
        match desk.pressed(key, true) {
            Pressed::Cancel => return Reply::Close,
            Pressed::Accept => {
                let Some(key) = self.keys.get(self.at) else { return Reply::Close };
                return Reply::finish(Intent::Sort(Sort { key: *key, descending: self.descending }));
            }
            Pressed::Step(step) => {
                self.at = step.from(self.at, self.keys.len());
                // Time is mostly wanted newest first, names from A to Z.
                let key = self.keys.get(self.at).copied().unwrap_or_default();
                self.descending =
                    if key == self.current.key { self.current.descending } else { key == SortKey::Time };
            }
            Pressed::Complete | Pressed::PreviousField => self.descending = !self.descending,
            Pressed::Other(key) => {
                if matches!(key.typed(), Some(' ' | 'r' | 'S')) {
                    self.descending = !self.descending;
                }
            }
        }
        Reply::Stay
    }

    pub(super) fn view(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let height = u16::try_from(self.keys.len() + 2).unwrap_or(u16::MAX);
        let keys = desk.keys("sort", &[("Space", "reverse")]);
        let inside = frame(look, "Sort by", &keys, middle(area, 44, height), buffer);
        let item = |at: usize| self.keys.get(at).map_or_else(Line::new, |key| self.item(look, at, *key));
        draw_list(look, self.keys.len(), self.at, item, inside, buffer);
        None
    }

    fn item(&self, look: Look<'_>, at: usize, key: SortKey) -> Line {
        let (name, words) = match key {
            SortKey::Time => ("Time", ["oldest first", "newest first"]),
            SortKey::Field(field) => (field.title(), ["A to Z", "Z to A"]),
        };
        let line = Line::of(Role::Text, format!("{name:<16}"));
        if at != self.at {
            return if key == self.current.key { line.and(Role::Dim, "now") } else { line };
        }
        let sign = if self.descending { look.glyphs.descending } else { look.glyphs.ascending };
        line.and(Role::Strong, format!("{sign} {}", words[usize::from(self.descending)]))
    }
}
