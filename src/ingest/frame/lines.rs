//! One record a line. Blank lines and white space around a line are separators.
//!
//! Syslog over TCP may count the bytes of each message before it (RFC 6587): a message then may hold line ends.

use memchr::memchr;

use super::{Piece, What, bulk};
use crate::ingest::text::counted;

/// Bytes that show whether a message is counted.
const COUNT: usize = 16;

#[derive(Debug)]
pub(super) struct Lines {
    newline: u8,
    limit: usize,
    /// Messages may be counted.
    counted: bool,
    /// White space before and behind a line belongs to it.
    verbatim: bool,
    /// Lines between records say what a store is to do with the next.
    bulk: bool,
    /// First byte of the line not yet complete, behind its leading white space.
    start: u64,
    scanned: u64,
}

impl Lines {
    pub(super) fn new(newline: u8, limit: usize, base: u64) -> Lines {
        Lines { newline, limit, counted: false, verbatim: false, bulk: false, start: base, scanned: base }
    }

    /// Returns a splitter of messages that are counted; those that are not are lines.
    pub(super) fn counted(limit: usize, base: u64) -> Lines {
        Lines { counted: true, ..Lines::new(b'\n', limit, base) }
    }

    /// Keeps the white space around each line.
    pub(super) fn verbatim(self) -> Lines {
        Lines { verbatim: true, ..self }
    }

    /// Passes over the lines of a bulk request that are no records.
    pub(super) fn of_bulk(self, bulk: bool) -> Lines {
        Lines { bulk, ..self }
    }

    pub(super) fn keep(&self) -> u64 {
        self.start
    }

    pub(super) fn split(&mut self, window: &[u8], base: u64, end: bool, out: &mut Vec<Piece>) {
        if self.counted {
            return self.split_counted(window, base, end, out);
        }
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

    fn split_counted(&mut self, window: &[u8], base: u64, end: bool, out: &mut Vec<Piece>) {
        loop {
            self.skip_blank(window, base);
            let Some(at) = self.start.checked_sub(base).map(|at| at as usize) else { break };
            let rest = window.get(at..).unwrap_or_default();
            if rest.is_empty() || (rest.len() < COUNT && !end) {
                break;
            }
            let frame = counted(rest).filter(|(count, length)| count + length <= self.limit);
            let stop = match frame {
                Some((count, length)) if count + length <= rest.len() => {
                    self.start += count as u64;
                    at + count + length
                }
                Some(_) if !end => break,
                // Not counted, or cut off: up to the end of the line.
                _ => match memchr(b'\n', window.get(at.max(self.seen(base))..).unwrap_or_default()) {
                    Some(found) => at.max(self.seen(base)) + found,
                    None if end => window.len(),
                    None => {
                        self.scanned = base + window.len() as u64;
                        break;
                    }
                },
            };
            self.line(window, base, stop, out);
            self.start = base + stop as u64;
        }
        if end {
            self.line(window, base, window.len(), out);
            self.start = base + window.len() as u64;
        }
    }

    /// Returns how much of the window was searched for a line end already.
    fn seen(&self, base: u64) -> usize {
        self.scanned.saturating_sub(base) as usize
    }

    fn skip_blank(&mut self, window: &[u8], base: u64) {
        if let Some(rest) = self.start.checked_sub(base).and_then(|from| window.get(from as usize..)) {
            let skipped = |byte: u8| if self.verbatim { matches!(byte, b'\n' | b'\r') } else { blank(byte) };
            self.start += rest.iter().take_while(|&&byte| skipped(byte)).count() as u64;
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
            if self.bulk && bulk::is_action(line) {
                return;
            }
        }
        out.push(Piece { start: self.start, end, what: What::Record });
    }
}

/// White space, the record separator of RFC 7464, and the zeros that a crash or a cut leaves in a log.
fn blank(byte: u8) -> bool {
    super::blank(byte) || matches!(byte, 0 | 0x1e)
}
