//! Every key, those of the place first.

use crate::present::Line;
use crate::tui::action::Context;

use super::*;

/// The help.
#[derive(Clone, Debug)]
pub struct Help {}

impl Help {
    /// Returns it, newly opened.
    pub fn new(_context: Context, _about: Vec<Line>) -> Help {
        Help {}
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
