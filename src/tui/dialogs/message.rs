//! Something to read.

use crate::present::Line;

use super::*;

/// A message.
#[derive(Clone, Debug)]
pub struct Message {}

impl Message {
    /// Returns it, newly opened.
    pub fn new(_title: &str, _lines: Vec<Line>) -> Message {
        Message {}
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
