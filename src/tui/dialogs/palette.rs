//! Finds a command by a few of its letters.

use super::*;

/// The palette.
#[derive(Clone, Debug)]
pub struct Palette {}

impl Palette {
    /// Returns it, newly opened.
    pub fn new() -> Palette {
        Palette {}
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
