//! Rows of CSV: a line end inside quotes does not end a row.

use memchr::{memchr, memchr2};

use super::{Piece, What};

/// How many quotes that never close are followed to the end of the source before quotes are no longer
/// believed: it bounds the work that hostile input can cause.
const PATIENCE: u32 = 16;

#[derive(Debug)]
pub(super) struct Rows {
    delimiter: u8,
    newline: u8,
    limit: usize,
    /// Rows before the first record: the header.
    skip: u32,
    start: u64,
    scanned: u64,
    state: State,
    /// This row's quotes are taken as text: one of them never closes.
    literal: bool,
    broken: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// Behind a quote inside quotes: it closes, unless another follows.
    Closing,
}

impl Rows {
    pub(super) fn new(delimiter: u8, newline: u8, skip: u32, limit: usize, base: u64) -> Rows {
        Rows {
            delimiter,
            newline,
            limit,
            skip,
            start: base,
            scanned: base,
            state: State::CellStart,
            literal: false,
            broken: 0,
        }
    }

    pub(super) fn keep(&self) -> u64 {
        self.start
    }

    pub(super) fn split(&mut self, window: &[u8], base: u64, end: bool, out: &mut Vec<Piece>) {
        let mut at = (self.scanned - base) as usize;
        loop {
            at = self.scan(window, base, at, out);
            self.scanned = base + at as u64;
            if at == window.len() {
                let stuck = self.state == State::Quoted && (end || self.too_long(self.scanned));
                if !stuck || !self.give_up() {
                    break;
                }
            }
            at = (self.scanned - base) as usize;
        }
        if end {
            self.row(window, base, window.len(), out);
        }
    }

    /// Scans to the end of the window, or to where quotes must be given up.
    fn scan(&mut self, window: &[u8], base: u64, mut at: usize, out: &mut Vec<Piece>) -> usize {
        while at < window.len() {
            at = match self.state {
                State::CellStart | State::Plain => self.plain(window, base, at, out),
                State::Quoted => match self.quoted(window, base, at) {
                    Some(at) => at,
                    None => return (self.scanned - base) as usize,
                },
                State::Closing if window.get(at) == Some(&b'"') => {
                    self.state = State::Quoted;
                    at + 1
                }
                State::Closing => {
                    self.state = State::Plain;
                    at
                }
            };
        }
        at
    }

    /// Goes on to the next quote or line end: what delimiters stand before it matters only where it is a quote.
    fn plain(&mut self, window: &[u8], base: u64, at: usize, out: &mut Vec<Piece>) -> usize {
        let rest = window.get(at..).unwrap_or_default();
        let found = if self.literal { memchr(self.newline, rest) } else { memchr2(b'"', self.newline, rest) };
        let before = rest.get(..found.unwrap_or(rest.len())).unwrap_or_default();
        let Some(byte) = found.and_then(|found| rest.get(found)) else {
            self.state = if self.begins_cell(before) { State::CellStart } else { State::Plain };
            return window.len();
        };
        let found = at + before.len();
        if *byte == self.newline {
            self.state = State::CellStart;
            self.row(window, base, found, out);
            self.start = base + found as u64 + 1;
            self.literal = self.broken >= PATIENCE;
        } else {
            self.state = if self.begins_cell(before) { State::Quoted } else { State::Plain };
        }
        found + 1
    }

    /// Whether a cell begins behind these bytes, which were read from the state at hand on.
    fn begins_cell(&self, before: &[u8]) -> bool {
        // Spaces may stand before an opening quote. Between bars they belong to the cell.
        let spaces = before.iter().rev().take_while(|&&byte| byte == b' ' && self.delimiter != b'|').count();
        match before.get(..before.len() - spaces).and_then(<[u8]>::last) {
            Some(&byte) => byte == self.delimiter,
            None => self.state == State::CellStart,
        }
    }

    /// Goes on to the quote that may close; `None` where the row is too long and is begun again without quotes.
    fn quoted(&mut self, window: &[u8], base: u64, mut at: usize) -> Option<usize> {
        loop {
            match window.get(at..).and_then(|rest| memchr(b'"', rest)) {
                None => return Some(window.len()),
                Some(found) => at += found + 1,
            }
            self.state = State::Closing;
            if self.too_long(base + at as u64) && self.give_up() {
                return None;
            }
            if window.get(at) != Some(&b'"') {
                return Some(at);
            }
            // Two quotes stand for one.
            self.state = State::Quoted;
            at += 1;
        }
    }

    fn too_long(&self, at: u64) -> bool {
        at - self.start > self.limit as u64
    }

    /// Goes back to the start of the row and reads its quotes as text; false where they already are.
    fn give_up(&mut self) -> bool {
        if self.literal {
            return false;
        }
        self.literal = true;
        self.broken += 1;
        self.scanned = self.start;
        self.state = State::CellStart;
        true
    }

    fn row(&mut self, window: &[u8], base: u64, end: usize, out: &mut Vec<Piece>) {
        let mut end = base + end as u64;
        if end > self.start && end - self.start <= self.limit as u64 {
            let last = (end - base) as usize - 1;
            end -= u64::from(window.get(last) == Some(&b'\r'));
        }
        if end <= self.start {
            return;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        out.push(Piece { start: self.start, end, what: What::Record });
        self.start = end;
    }
}
