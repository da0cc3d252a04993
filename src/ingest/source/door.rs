//! The door every text passes: a UTF-8 byte order mark is dropped, UTF-16 and Windows-1252 become UTF-8.

use std::io::{self, Read};

/// How a text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8, or bytes that a decoder will refuse one record at a time.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// One byte a character, as spreadsheets of Western Europe save it.
    Windows1252,
}

/// How many bytes [`sniff`] wants to see, if there are as many.
pub(super) const SNIFF: usize = 64 << 10;

/// Returns the encoding of a text that begins so, and the length of its byte order mark.
pub(super) fn sniff(head: &[u8]) -> (Encoding, usize) {
    match head {
        [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
        [0xff, 0xfe, ..] => (Encoding::Utf16Le, 2),
        [0xfe, 0xff, ..] => (Encoding::Utf16Be, 2),
        _ => (without_mark(head), 0),
    }
}

/// Text of logs is mostly ASCII: in UTF-16 every other byte of it is zero, in UTF-8 none is.
fn without_mark(head: &[u8]) -> Encoding {
    let pairs = head.len() / 2;
    let zeros = |at: usize| head.chunks_exact(2).filter(|pair| pair[at] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let mostly = |zeros: usize, others: usize| zeros * 10 >= pairs * 6 && others * 10 < pairs;
    if pairs >= 2 && mostly(second, first) {
        Encoding::Utf16Le
    } else if pairs >= 2 && mostly(first, second) {
        Encoding::Utf16Be
    } else if is_windows(head) {
        Encoding::Windows1252
    } else {
        Encoding::Utf8
    }
}

/// Whether a text has letters of Windows-1252: bytes that are no UTF-8, in a text that has none of that. Not JSON,
/// which is always Unicode: there a wrong byte is damage.
fn is_windows(head: &[u8]) -> bool {
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
    if head.is_ascii()
        || matches!(first, None | Some(b'{' | b'['))
        || head.iter().any(|byte| is_control(*byte))
    {
        return false;
    }
    let (mut letters, mut foreign) = (0, 0);
    for chunk in head.utf8_chunks() {
        letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        foreign += chunk.invalid().iter().filter(|byte| special(**byte).is_some()).count();
    }
    // A character that the end of the sample cuts is no sign.
    let cut = head.utf8_chunks().last().is_some_and(|chunk| !chunk.invalid().is_empty());
    foreign > usize::from(cut) * 3 && letters * 4 < foreign && foreign * 3 < head.len()
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b | 0x1e)
}

/// Returns the character of a byte beyond ASCII; `None` for the few that stand for none.
fn special(byte: u8) -> Option<char> {
    const HIGH: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’',
        '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..0xa0 => HIGH.get(usize::from(byte - 0x80)).copied().filter(|c| *c != '\0'),
        0xa0.. => Some(char::from(byte)),
        _ => None,
    }
}

/// Reads Windows-1252 as UTF-8. A byte that stands for no character stays as it is, so that its record is refused.
pub(super) struct Windows<R> {
    from: R,
    out: Vec<u8>,
    taken: usize,
}

impl<R: Read> Windows<R> {
    pub(super) fn new(from: R) -> Windows<R> {
        Windows { from, out: Vec::new(), taken: 0 }
    }
}

impl<R: Read> Read for Windows<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.out.len() {
            let mut raw = [0; 16 * 1024];
            let read = self.from.read(&mut raw)?;
            self.out.clear();
            self.taken = 0;
            for &byte in raw.get(..read).unwrap_or_default() {
                match special(byte) {
                    Some(c) => self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                    None => self.out.push(byte),
                }
            }
        }
        let ready = self.out.get(self.taken..).unwrap_or_default();
        let count = ready.len().min(out.len());
        out[..count].copy_from_slice(&ready[..count]);
        self.taken += count;
        Ok(count)
    }
}

/// Reads UTF-16 as UTF-8.
///
/// A unit that is no character (half of a pair) becomes the three bytes that UTF-8 forbids for it, so that the
/// record holding it is refused with its place instead of being changed.
pub(super) struct Utf16<R> {
    from: R,
    big: bool,
    /// Bytes read but not yet decoded: at most a whole pair.
    raw: Vec<u8>,
    out: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<R: Read> Utf16<R> {
    pub(super) fn new(from: R, encoding: Encoding) -> Utf16<R> {
        let big = encoding == Encoding::Utf16Be;
        Utf16 { from, big, raw: Vec::new(), out: Vec::new(), taken: 0, ended: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        let held = self.raw.len();
        self.raw.resize(held + 32 * 1024, 0);
        let read = self.from.read(&mut self.raw[held..]);
        self.raw.truncate(held + read.as_ref().map_or(0, |read| *read));
        self.ended = read? == 0;
        self.out.clear();
        self.taken = 0;
        let done = self.decode();
        self.raw.drain(..done);
        Ok(())
    }

    fn unit(&self, at: usize) -> Option<u16> {
        let pair = [*self.raw.get(at)?, *self.raw.get(at + 1)?];
        Some(if self.big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    }

    fn decode(&mut self) -> usize {
        let mut at = 0;
        while let Some(unit) = self.unit(at) {
            let low = match unit {
                0xd800..0xdc00 => match self.unit(at + 2) {
                    // The other half is still to be read.
                    None if !self.ended => return at,
                    low => low.filter(|low| (0xdc00..0xe000).contains(low)),
                },
                _ => None,
            };
            let code = match low {
                Some(low) => 0x10000 + ((u32::from(unit) - 0xd800) << 10) + (u32::from(low) - 0xdc00),
                None => u32::from(unit),
            };
            push(&mut self.out, code);
            at += if low.is_some() { 4 } else { 2 };
        }
        if self.ended && at < self.raw.len() {
            // Half a unit at the end: a byte that no UTF-8 holds.
            self.out.push(0xff);
            at = self.raw.len();
        }
        at
    }
}

fn push(out: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend_from_slice(&[
            0xe0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3f) as u8,
            0x80 | (code & 0x3f) as u8,
        ]),
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.out.len() && !self.ended {
            self.refill()?;
        }
        let ready = self.out.get(self.taken..).unwrap_or_default();
        let count = ready.len().min(out.len());
        out[..count].copy_from_slice(&ready[..count]);
        self.taken += count;
        Ok(count)
    }
}
