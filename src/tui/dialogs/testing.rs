//! A dialog on a desk of its own, for tests: keys in, the reply and the screen out.

use crate::query::parse;
use crate::tui::keymap::Sequence;
use crate::tui::theme::{Glyphs, Theme};

use super::*;

/// 2026-11-22 15:30:00 UTC, a Sunday.
pub(super) const NOW: Timestamp = Timestamp(1_795_361_400_000_000_000);

/// A dialog on a desk, and what it answered last.
pub(super) struct Session {
    pub(super) dialog: Dialog,
    pub(super) reply: Reply,
    pub(super) keymap: Keymap,
}

impl Session {
    pub(super) fn new(dialog: Dialog) -> Session {
        let keymap = Keymap::default();
        let desk = Desk { keymap: &keymap, now: NOW, zone: Zone::Utc, height: 24 };
        let dialog = dialog.opened(&desk);
        Session { dialog, reply: Reply::Stay, keymap }
    }

    fn desk(&self) -> Desk<'_> {
        Desk { keymap: &self.keymap, now: NOW, zone: Zone::Utc, height: 24 }
    }

    fn input(mut self, input: Input) -> Session {
        let desk = Desk { keymap: &self.keymap, now: NOW, zone: Zone::Utc, height: 24 };
        self.reply = self.dialog.update(input, &desk);
        self
    }

    /// Presses keys by their names in a file.
    pub(super) fn press(mut self, keys: &str) -> Session {
        for key in Sequence::parse(keys).unwrap().keys() {
            self = self.input(Input::Key(*key));
        }
        self
    }

    /// Types text, character by character.
    pub(super) fn kind(mut self, text: &str) -> Session {
        for c in text.chars() {
            self = self.input(Input::Key(Key::char(c)));
        }
        self
    }

    pub(super) fn paste(self, text: &str) -> Session {
        self.input(Input::Paste(text.to_owned()))
    }

    /// Answers every count with this.
    pub(super) fn count(mut self, count: u64) -> Session {
        for want in self.dialog.wants() {
            if let Want::Count(filter) = want {
                self.dialog.supply(Supply::Count(filter, Ok(count)));
            }
        }
        self
    }

    pub(super) fn draw(&self, width: u16, height: u16, ascii: bool) -> (String, Buffer, Option<Position>) {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        let theme = Theme::default();
        let look = Look { theme: &theme, glyphs: Glyphs::new(ascii) };
        let cursor = self.dialog.view(&self.desk(), look, area, &mut buffer);
        let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
        let rows: Vec<String> = (0..height).map(row).collect();
        (rows.join("\n").trim_matches('\n').to_owned(), buffer, cursor)
    }

    /// Returns the screen of 80x24 in ASCII.
    pub(super) fn screen(&self) -> String {
        self.draw(80, 24, true).0
    }

    #[track_caller]
    pub(super) fn stays(self) -> Session {
        assert_eq!(self.reply, Reply::Stay);
        self
    }

    #[track_caller]
    pub(super) fn finishes(self, intent: Intent) {
        assert_eq!(self.reply, Reply::Finish(Box::new(intent)));
    }

    #[track_caller]
    pub(super) fn closes(self) {
        assert_eq!(self.reply, Reply::Close);
    }
}

pub(super) fn filter(text: &str) -> Filter {
    parse(text, &crate::query::ParseContext { now: NOW, zone: Zone::Utc }).unwrap()
}
