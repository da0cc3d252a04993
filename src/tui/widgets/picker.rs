//! A list that is narrowed by typing.

use std::cmp::Reverse;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::tui::keymap::{Key, Keymap};

use super::field::TextField;
use super::list::{PAGE, Step, step};

/// A field above a list: what is typed narrows the list, best match first. It holds places in a list that
/// stands elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Picker {
    /// What is typed.
    pub field: TextField,
    shown: Vec<usize>,
    selected: usize,
    /// Items seen at once, where that is known.
    pub page: Option<usize>,
}

impl Picker {
    /// Returns a picker of all these texts.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Picker {
        let mut picker = Picker::default();
        picker.narrow(texts);
        picker
    }

    /// Returns the places that match, best first.
    pub fn shown(&self) -> &[usize] {
        &self.shown
    }

    /// Returns which of the shown ones the cursor is on.
    pub fn at(&self) -> usize {
        self.selected
    }

    /// Returns the place the cursor is on.
    pub fn selected(&self) -> Option<usize> {
        self.shown.get(self.selected).copied()
    }

    /// Moves the cursor.
    pub fn go(&mut self, step: Step) {
        self.selected = step.paged(self.selected, self.shown.len(), self.page.unwrap_or(PAGE));
    }

    /// Moves the cursor to a place, where it is shown.
    pub fn select(&mut self, place: usize) {
        self.selected = self.shown.iter().position(|shown| *shown == place).unwrap_or(self.selected);
    }

    /// Takes a key for the list or the field; returns whether it was one.
    pub fn handle<'a>(
        &mut self,
        keymap: &Keymap,
        key: Key,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> bool {
        if let Some(step) = step(keymap, key, false) {
            self.go(step);
            return true;
        }
        // A dialog's keys are never text.
        if keymap.prompt(key).is_some() {
            return false;
        }
        let before = self.field.value().to_owned();
        let handled = self.field.handle(key);
        if self.field.value() != before {
            self.selected = 0;
            self.narrow(texts);
        }
        handled
    }

    /// Adds pasted text.
    pub fn paste<'a>(&mut self, text: &str, texts: impl IntoIterator<Item = &'a str>) {
        if text.is_empty() {
            return;
        }
        self.field.paste(text);
        self.selected = 0;
        self.narrow(texts);
    }

    /// Narrows the list by what is typed; call it when the texts changed.
    pub fn narrow<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        let typed = self.field.value().trim();
        self.shown =
            if typed.is_empty() { (0..texts.into_iter().count()).collect() } else { best(typed, texts) };
        self.selected = self.selected.min(self.shown.len().saturating_sub(1));
    }
}

fn best<'a>(typed: &str, texts: impl IntoIterator<Item = &'a str>) -> Vec<usize> {
    let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut chars = Vec::new();
    let whole = typed.to_lowercase();
    // What is typed as one piece comes before its letters spread about.
    let piece = |text: &str| match text.to_lowercase().find(&whole) {
        Some(0) => 0,
        Some(_) => 1,
        None => 2,
    };
    let mut scored: Vec<(u8, usize, Reverse<u32>, usize)> = texts
        .into_iter()
        .enumerate()
        .filter_map(|(place, text)| {
            let score = pattern.score(Utf32Str::new(text, &mut chars), &mut matcher)?;
            let piece = piece(text);
            // Of those that begin so, the one with the least behind it is meant.
            let length = if piece == 0 { text.len() } else { 0 };
            Some((piece, length, Reverse(score), place))
        })
        .collect();
    scored.sort_unstable();
    scored.into_iter().map(|(_, _, _, place)| place).collect()
}
