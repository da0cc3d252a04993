//! The search for the next record behind bytes that make no sense.

use super::{Piece, What};

/// A search for the next record behind bytes that make no sense.
#[derive(Debug)]
pub(super) struct Lost {
    pub(super) start: u64,
    reason: String,
    /// Indent of the record that broke, if it began its line: its neighbours stand no deeper.
    home: Option<u32>,
    /// The very next byte may begin a record, or any may.
    here: bool,
    between: bool,
    indent: Option<u32>,
    last: [u8; 2],
    /// The byte that a record begins with.
    pub(super) opens: u8,
}

impl Lost {
    pub(super) fn between(start: u64) -> Lost {
        let reason = "neither a record nor what stands between records".to_owned();
        Lost {
            start,
            reason,
            home: None,
            here: false,
            between: true,
            indent: None,
            last: [0; 2],
            opens: b'{',
        }
    }

    /// `indent` is that of the record that broke, which began at `start`.
    pub(super) fn inside(start: u64, indent: Option<u32>, byte: Option<u8>, at: u64) -> Lost {
        let what = match byte {
            Some(b'\n') => "a line end inside a string".to_owned(),
            Some(byte) if byte.is_ascii_graphic() => format!("'{}' cannot stand there", byte as char),
            _ => "a byte that cannot stand there".to_owned(),
        };
        Lost {
            start,
            reason: format!("broken JSON: {what} (byte {} of the record)", at - start),
            home: indent,
            here: byte == Some(b'{'),
            between: false,
            indent: None,
            last: [0; 2],
            opens: b'{',
        }
    }

    /// Returns whether a record was found, and where; else the window is used up.
    pub(super) fn run(
        &mut self,
        window: &[u8],
        base: u64,
        mut at: usize,
        top: bool,
        out: &mut Vec<Piece>,
    ) -> Option<usize> {
        while let Some(&byte) = window.get(at) {
            let here = base + at as u64;
            let found = match byte {
                b'\n' if self.between && top && here > self.start => true,
                byte if byte == self.opens => here > self.start && self.begins_record(),
                _ => false,
            };
            if found {
                out.push(self.piece(here));
                return Some(at);
            }
            self.note(byte);
            at += 1;
        }
        None
    }

    fn begins_record(&self) -> bool {
        let line = self.indent.is_some_and(|blanks| self.home.is_none_or(|home| blanks <= home));
        let neighbour = matches!(self.last, [b'}' | b']', b',']) && self.home.is_none();
        self.here || self.between || line || neighbour
    }

    fn note(&mut self, byte: u8) {
        self.here = false;
        match byte {
            b'\n' => self.indent = Some(0),
            b' ' | b'\t' => self.indent = self.indent.map(|blanks| blanks.saturating_add(1)),
            b'\r' => {}
            _ => {
                self.indent = None;
                self.last = [self.last[1], byte];
            }
        }
    }

    pub(super) fn piece(&self, end: u64) -> Piece {
        Piece { start: self.start, end, what: What::Bad(self.reason.clone()) }
    }
}
