//! The records that were not parsed.

use super::*;

/// The rejects.
#[derive(Clone, Debug)]
pub struct RejectsDialog {}

impl RejectsDialog {
    /// Returns it, newly opened.
    pub fn new() -> RejectsDialog {
        RejectsDialog {}
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

/// A record that was not parsed, with its source.
pub type RejectItem = (Arc<str>, Reject);
