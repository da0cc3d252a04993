//! Bytes into records: what container they come in is read off the bytes, never off a name.
//!
//! Works on a window of bounded size whatever the length of the source or of a record. Every byte ends up in a
//! record, in a reject, or between them as a separator; [`Framer`] numbers records and rejects in order.

mod answer;
mod binary;
mod blocks;
mod bulk;
mod close;
mod columns;
mod envelope;
mod foreign;
mod lines;
mod rows;
mod scan;
mod sniff;
mod stream;
mod tabled;
mod window;
mod xml;

pub use answer::{Cells, Column, Convert};
pub(crate) use answer::{title, write};
pub use sniff::{Hints, NotALog};
pub use window::{Ending, Framer, Limits, Next};

use sha2::{Digest as _, Sha256};

use super::source::hex;
pub use crate::domain::Reject;

use self::answer::Answer;
use self::blocks::Blocks;
use self::lines::Lines;
use self::rows::Rows;
use self::stream::Stream;
use self::tabled::Tabled;
use self::xml::Xml;

/// A run of records, borrowed from one buffer.
#[derive(Debug, Default)]
pub struct Slab {
    /// The bytes that records lie in.
    pub bytes: Vec<u8>,
    /// Byte of the decompressed source at which `bytes` begins.
    pub base: u64,
    /// Records and rejects in the order of the source.
    pub items: Vec<Item>,
}

/// One thing found in a source.
#[derive(Debug, PartialEq, Eq)]
pub enum Item {
    /// A record.
    Record {
        /// Its number in the source, from 0.
        record: u64,
        /// Where its bytes begin in the slab.
        start: usize,
        /// Where they end.
        end: usize,
    },
    /// What is no record, or too long a one.
    Reject(Box<Reject>),
}

impl Reject {
    /// Returns the reject of a record that lies at `start..end` of a slab; of a long one the first `head` bytes are
    /// kept.
    pub fn of(slab: &Slab, record: u64, start: usize, end: usize, reason: String, head: usize) -> Reject {
        let raw = slab.bytes.get(start..end).unwrap_or_default();
        let cut = raw.len() > head;
        Reject {
            record,
            offset: slab.base + start as u64,
            length: raw.len() as u64,
            reason,
            raw: raw.get(..head).unwrap_or(raw).to_vec(),
            sha256: cut.then(|| hex(&Sha256::digest(raw))),
        }
    }
}

/// What a splitter found, in bytes of the whole source.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    start: u64,
    end: u64,
    what: What,
}

#[derive(Debug, PartialEq, Eq)]
enum What {
    Record,
    Bad(String),
    /// A value of an envelope, by its path.
    Meta(String),
}

/// The containers. Each sees every byte once, in windows of any size, and decides by content alone, so that the
/// same bytes give the same pieces however they arrive.
#[derive(Debug)]
enum Split {
    Blocks(Blocks),
    Answer(Answer),
    Lines(Lines),
    Rows(Rows),
    Stream(Stream),
    Tabled(Tabled),
    Xml(Xml),
}

impl Split {
    /// Looks at what is new in `window`, which begins at byte `base`; at the `end` gives up what is left.
    fn split(&mut self, window: &[u8], base: u64, end: bool, out: &mut Vec<Piece>) {
        match self {
            Split::Blocks(blocks) => blocks.split(window, base, end, out),
            Split::Answer(answer) => answer.split(window, base, end, out),
            Split::Lines(lines) => lines.split(window, base, end, out),
            Split::Rows(rows) => rows.split(window, base, end, out),
            Split::Stream(stream) => stream.split(window, base, end, out),
            Split::Tabled(tabled) => tabled.split(window, base, end, out),
            Split::Xml(xml) => xml.split(window, base, end, out),
        }
    }

    /// Whether a part of the window was left for the next call.
    fn has_more(&self) -> bool {
        matches!(self, Split::Answer(answer) if answer.has_more())
    }

    /// Returns the first byte still needed: the start of a record that is not complete.
    fn keep(&self) -> u64 {
        match self {
            Split::Blocks(blocks) => blocks.keep(),
            Split::Answer(answer) => answer.keep(),
            Split::Lines(lines) => lines.keep(),
            Split::Rows(rows) => rows.keep(),
            Split::Stream(stream) => stream.keep(),
            Split::Tabled(tabled) => tabled.keep(),
            Split::Xml(xml) => xml.keep(),
        }
    }
}

/// White space of JSON, and what stands for it between records.
fn blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests;
