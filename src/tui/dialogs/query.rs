//! The query prompt: one line of text with a live count.

use super::*;

/// The query prompt.
#[derive(Clone, Debug)]
pub struct QueryPrompt {}

impl QueryPrompt {
    /// Returns it, newly opened.
    pub fn new(_text: &str, _history: Vec<String>) -> QueryPrompt {
        QueryPrompt {}
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

    pub(super) fn wants(&self) -> Vec<Want> {
        Vec::new()
    }

    pub(super) fn supply(&mut self, _supply: Supply) {}
}
