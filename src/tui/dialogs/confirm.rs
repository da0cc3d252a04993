//! A question with yes and no.

use crate::present::Line;

use super::*;

/// A question.
#[derive(Clone, Debug)]
pub struct Confirm {}

impl Confirm {
    /// Returns it, newly opened.
    pub fn new(_title: &str, _lines: Vec<Line>, _yes: &str, _intent: Intent) -> Confirm {
        Confirm {}
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
