//! Moving through a list, and the part of it that shows.

use std::ops::Range;

use crate::tui::action::{Action, Context};
use crate::tui::keymap::{Key, Keymap, Lookup};

/// A way to move through a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One down.
    Next,
    /// One up.
    Previous,
    /// A page down.
    NextPage,
    /// A page up.
    PreviousPage,
    /// To the first.
    First,
    /// To the last.
    Last,
}

/// Items that a page step skips where it is not known how high the list is drawn.
pub(super) const PAGE: usize = 10;

impl Step {
    /// Returns where the step leads from `at` in a list of `len`.
    pub fn from(self, at: usize, len: usize) -> usize {
        self.paged(at, len, PAGE)
    }

    /// Returns the same where so many items are seen at once.
    pub fn paged(self, at: usize, len: usize, page: usize) -> usize {
        let last = len.saturating_sub(1);
        match self {
            Step::Next => (at + 1).min(last),
            Step::Previous => at.saturating_sub(1),
            Step::NextPage => (at + page.max(1)).min(last),
            Step::PreviousPage => at.saturating_sub(page.max(1)),
            Step::First => 0,
            Step::Last => last,
        }
    }
}

/// Returns the step a key asks for in a dialog: by the dialogs' own keys, and with `letters`, where nothing is
/// typed, also by those of the panes.
pub fn step(keymap: &Keymap, key: Key, letters: bool) -> Option<Step> {
    match keymap.prompt(key) {
        Some(Action::NextItem) => return Some(Step::Next),
        Some(Action::PreviousItem) => return Some(Step::Previous),
        Some(Action::NextPage) => return Some(Step::NextPage),
        Some(Action::PreviousPage) => return Some(Step::PreviousPage),
        Some(_) => return None,
        None => {}
    }
    let Lookup::Action(action) = keymap.lookup(Context::Global, &[key]) else { return None };
    match action {
        _ if !letters => None,
        Action::MoveDown => Some(Step::Next),
        Action::MoveUp => Some(Step::Previous),
        Action::PageDown | Action::HalfPageDown => Some(Step::NextPage),
        Action::PageUp | Action::HalfPageUp => Some(Step::PreviousPage),
        Action::First => Some(Step::First),
        Action::Last => Some(Step::Last),
        _ => None,
    }
}

/// Returns the items that show in `height` rows, so that the selected one is among them and, where there is
/// more on both sides, in the middle.
pub fn window(selected: usize, len: usize, height: usize) -> Range<usize> {
    let first = selected.saturating_sub(height / 2).min(len.saturating_sub(height));
    first..(first + height).min(len)
}
