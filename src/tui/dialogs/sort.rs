//! What the entries are sorted by.

use crate::query::SortKey;

use super::*;

/// The sort menu.
#[derive(Clone, Debug)]
pub struct SortMenu {}

impl SortMenu {
    /// Returns it, newly opened.
    pub fn new(_current: Sort, _keys: Vec<SortKey>) -> SortMenu {
        SortMenu {}
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
