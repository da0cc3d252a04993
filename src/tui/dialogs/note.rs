//! Writes a note.

use super::*;

/// The note editor.
#[derive(Clone, Debug)]
pub struct NoteEditor {}

impl NoteEditor {
    /// Returns it, newly opened.
    pub fn new(_id: EntryId, _text: &str) -> NoteEditor {
        NoteEditor {}
    }

    pub(super) fn update(&mut self, _input: Input, _desk: &Desk<'_>) -> Reply {
        Reply::Close
    }

    pub(super) fn view(
        &self,
        _desk: &Desk<'_>,
        _look: Look<'_>,
        _area: Rect,
        _buffer: &mut Buffer,
    ) -> Option<Position> {
        None
    }
}
