//! The search prompt.

use super::*;

/// The search prompt.
#[derive(Clone, Debug)]
pub struct SearchPrompt {}

impl SearchPrompt {
    /// Returns it, newly opened.
    pub fn new(_text: &str, _history: Vec<String>) -> SearchPrompt {
        SearchPrompt {}
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
