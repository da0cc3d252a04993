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
        while let Some(&byte) = window.get(at) {
            match self.state {
                State::CellStart if byte == b'"' && !self.literal => {
                    self.state = State::Quoted;
                    at += 1;
                }
                // Spaces may stand before an opening quote. Between bars they belong to the cell.
                State::CellStart if byte == b' ' && self.delimiter != b'|' => at += 1,
                State::CellStart | State::Plain => {
                    let rest = window.get(at..).unwrap_or_default();
                    let Some(found) = memchr2(self.delimiter, self.newline, rest) else {
                        self.state = State::Plain;
                        return window.len();
                    };
                    at += found;
                    self.state = State::CellStart;
                    if rest.get(found) == Some(&self.newline) {
                        self.row(window, base, at, out);
                        self.start = base + at as u64 + 1;
                        self.literal = self.broken >= PATIENCE;
                    }
                    at += 1;
                }
                State::Quoted => match window.get(at..).and_then(|rest| memchr(b'"', rest)) {
                    None => return window.len(),
                    Some(found) => {
                        at += found + 1;
                        self.state = State::Closing;
                        if self.too_long(base + at as u64) && self.give_up() {
                            return (self.scanned - base) as usize;
                        }
                    }
                },
                State::Closing if byte == b'"' => {
                    self.state = State::Quoted;
                    at += 1;
                }
                State::Closing => self.state = State::Plain,
            }
        }
        at
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
