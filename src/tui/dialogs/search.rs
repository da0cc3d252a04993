//! The search prompt: finds text in the pane behind it while it is typed.

use crate::present::{Line, Role};
use crate::tui::widgets::{Step, TextField, fill, line};

use super::history::History;
use super::shared::Pressed;
use super::*;

/// The search prompt.
#[derive(Clone, Debug)]
pub struct SearchPrompt {
    field: TextField,
    history: History,
}

impl SearchPrompt {
    /// Opens it on a text, with lines typed earlier, the latest last.
    pub fn new(text: &str, history: Vec<String>) -> SearchPrompt {
        SearchPrompt { field: TextField::new(text), history: History::new(history) }
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        let before = self.field.value().to_owned();
        match input {
            Input::Paste(text) => self.field.paste(text),
            Input::Key(key) => match desk.pressed(*key, false) {
                Pressed::Cancel => return Reply::Close,
                Pressed::Accept => return Reply::finish(Intent::Search(before)),
                Pressed::Step(Step::Previous) => {
                    if let Some(line) = self.history.older(&before).map(str::to_owned) {
                        self.field.set(&line);
                    }
                }
                Pressed::Step(Step::Next) => {
                    if let Some(line) = self.history.newer().map(str::to_owned) {
                        self.field.set(&line);
                    }
                }
                Pressed::Other(key) => {
                    self.field.handle(key);
                    self.history.leave();
                }
                _ => {}
            },
        }
        if self.field.value() == before {
            return Reply::Stay;
        }
        Reply::Do(Box::new(Intent::Search(self.field.value().to_owned())))
    }

    pub(super) fn view(
        &self,
        _desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let row = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
        fill(look, Role::Text, row, buffer);
        let used = line(look, Role::Text, &Line::of(Role::Keycap, " /"), row, buffer);
        let hint = "text, or /expression/";
        let wide = u16::try_from(hint.len() + 2).unwrap_or(0).min(row.width / 2);
        let right = Rect { x: row.right() - wide, width: wide, ..row };
        line(look, Role::Text, &Line::of(Role::Dim, hint), right, buffer);
        let field = Rect { x: row.x + used, width: row.width.saturating_sub(used + wide + 1), ..row };
        self.field.view(look, None, field, buffer)
    }
}
