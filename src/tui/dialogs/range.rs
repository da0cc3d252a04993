//! The time range: presets and free text.

use super::*;

/// The time range.
#[derive(Clone, Debug)]
pub struct RangeDialog {}

impl RangeDialog {
    /// Returns it, newly opened.
    pub fn new(_typed: Option<&str>, _base: Filter) -> RangeDialog {
        RangeDialog {}
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
