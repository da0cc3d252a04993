//! Writes a note on an entry.

use crate::present::{Line, Role};
use crate::tui::widgets::{TextField, frame, line, middle};

use super::shared::{Pressed, Rows};
use super::*;

/// The note editor: one line; an empty one takes the note away.
#[derive(Clone, Debug)]
pub struct NoteEditor {
    entry: EntryId,
    field: TextField,
    before: String,
}

impl NoteEditor {
    /// Opens it on the note there is, or an empty text.
    pub fn new(entry: EntryId, text: &str) -> NoteEditor {
        NoteEditor { entry, field: TextField::new(text), before: text.to_owned() }
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        match input {
            Input::Paste(text) => self.field.paste(text),
            Input::Key(key) => match desk.pressed(*key, false) {
                Pressed::Cancel => return Reply::Close,
                Pressed::Accept => return self.accept(),
                Pressed::Other(key) => {
                    self.field.handle(key);
                }
                _ => {}
            },
        }
        Reply::Stay
    }

    fn accept(&self) -> Reply {
        let text = self.field.value().trim();
        if text == self.before.trim() {
            return Reply::Close;
        }
        Reply::finish(Intent::Note(self.entry, (!text.is_empty()).then(|| text.to_owned())))
    }

    pub(super) fn view(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let title = format!("Note on {}", self.entry.short());
        let inside = frame(look, &title, &desk.keys("save", &[]), middle(area, 76, 5), buffer);
        let mut rows = Rows::new(inside);
        let cursor = self.field.view(look, None, rows.take(1), buffer);
        rows.take(1);
        let words = match (self.before.is_empty(), self.field.value().trim().is_empty()) {
            (false, true) => "the note will be taken away",
            _ => "kept in this store beside the entry; has:note finds it",
        };
        line(look, Role::Text, &Line::of(Role::Dim, words), rows.take(1), buffer);
        cursor
    }
}
