//! Go to a link, an id or a point in time.

use super::*;

/// Where to go.
#[derive(Clone, Debug)]
pub struct GoToDialog {}

impl GoToDialog {
    /// Returns it, newly opened.
    pub fn new() -> GoToDialog {
        GoToDialog {}
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
