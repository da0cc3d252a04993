//! Finds a value of a group of filters by its letters.

use super::*;

/// The values of a field.
#[derive(Clone, Debug)]
pub struct ValuePicker {}

impl ValuePicker {
    /// Returns it, newly opened.
    pub fn new(_field: Field, _values: Vec<ValueItem>) -> ValuePicker {
        ValuePicker {}
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

/// A value that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueItem {
    /// The value.
    pub value: Arc<str>,
    /// Entries that have it.
    pub count: u64,
    /// Whether the filter wants it.
    pub on: bool,
}
