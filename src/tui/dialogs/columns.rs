//! Which columns, in which order.

use super::*;

/// The columns.
#[derive(Clone, Debug)]
pub struct ColumnsDialog {}

impl ColumnsDialog {
    /// Returns it, newly opened.
    pub fn new(_columns: Vec<ColumnItem>) -> ColumnsDialog {
        ColumnsDialog {}
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

/// A column that can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnItem {
    /// Its key in files and flags.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// Whether it is shown.
    pub on: bool,
}
