//! One record a line. Blank lines and white space around a line are separators.

use memchr::memchr;

use super::{Piece, What};

#[derive(Debug)]
pub(super) struct Lines {
    newline: u8,
    limit: usize,
    /// First byte of the line not yet complete, behind its leading white space.
    start: u64,
    scanned: u64,
}

impl Lines {
    pub(super) fn new(newline: u8, limit: usize, base: u64) -> Lines {
        Lines { newline, limit, start: base, scanned: base }
    }

    pub(super) fn keep(&self) -> u64 {
        self.start
    }

    pub(super) fn split(&mut self, window: &[u8], base: u64, end: bool, out: &mut Vec<Piece>) {
        let mut at = (self.scanned - base) as usize;
        while let Some(found) = window.get(at..).and_then(|rest| memchr(self.newline, rest)) {
            self.line(window, base, at + found, out);
            at += found + 1;
            self.start = base + at as u64;
        }
        self.scanned = base + window.len() as u64;
        if end {
            self.line(window, base, window.len(), out);
            self.start = self.scanned;
        } else {
            self.skip_blank(window, base);
        }
    }

    fn skip_blank(&mut self, window: &[u8], base: u64) {
        if let Some(rest) = self.start.checked_sub(base).and_then(|from| window.get(from as usize..)) {
            self.start += rest.iter().take_while(|&&byte| blank(byte)).count() as u64;
        }
    }

    fn line(&mut self, window: &[u8], base: u64, end: usize, out: &mut Vec<Piece>) {
        self.skip_blank(window, base);
        let mut end = base + end as u64;
        if end <= self.start {
            return;
        }
        // A line over the limit is cut from the bytes as they pass; its end cannot be trimmed after that.
        if end - self.start <= self.limit as u64 {
            let line = window.get((self.start - base) as usize..(end - base) as usize).unwrap_or_default();
            end -= line.iter().rev().take_while(|&&byte| blank(byte)).count() as u64;
        }
        out.push(Piece { start: self.start, end, what: What::Record });
    }
}

/// White space, and the record separator of RFC 7464.
fn blank(byte: u8) -> bool {
    super::blank(byte) || byte == 0x1e
}
