//! The window over a source: reads, splits, numbers, and hands out slabs of records.

use sha2::{Digest as _, Sha256};

use super::answer::{Found, Teller, Told};
use super::sniff::{self, Hints, NotALog};
use super::{Item, Piece, Reject, Slab, Split, What};
use crate::ingest::source::{Bytes, Fill, Tail, hex};
use crate::ingest::syntax::Syntax;

/// Sizes that bound memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the longest record; a longer one is a reject.
    pub record: usize,
    /// Bytes kept of what was rejected.
    pub head: usize,
    /// Bytes looked at to find the container.
    pub sample: usize,
    /// Bytes after which a slab is handed out.
    pub slab: usize,
    /// The same for the first one.
    pub first: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { record: 64 << 20, head: 64 << 10, sample: 256 << 10, slab: 1 << 20, first: 1 << 20 }
    }
}

/// Bytes read at once, and the least room made for them.
const READ: usize = 256 * 1024;

/// Splits a source into records.
pub struct Framer {
    bytes: Bytes,
    limits: Limits,
    split: Split,
    syntax: Syntax,
    window: Vec<u8>,
    base: u64,
    pieces: Vec<Piece>,
    items: Vec<Item>,
    records: u64,
    cut: Option<Cut>,
    envelope: Vec<(String, String)>,
    /// No byte will follow those in the window.
    ended: bool,
    /// They were split.
    finished: bool,
}

/// What asking for the next slab gave.
#[derive(Debug)]
pub enum Next {
    /// Records.
    Slab(Slab),
    /// Nothing now: the pipe's writer is slow.
    Idle,
    /// Nothing any more.
    End,
}

/// What is known of a source when all of it was framed.
#[derive(Clone, Debug)]
pub struct Ending {
    /// Hash and size.
    pub tail: Tail,
    /// What stood around the records: paths and JSON texts.
    pub envelope: Vec<(String, String)>,
    /// The place where reading stopped, if that was before the end.
    pub reject: Option<Reject>,
}

/// Bytes of envelope values kept of one source; more are shown as rejects.
const ENVELOPE: usize = 64 * 1024;

/// A record too long to hold, of which only this is kept while it passes.
struct Cut {
    start: u64,
    length: u64,
    hash: Sha256,
    head: Vec<u8>,
}

impl Framer {
    /// Reads the beginning of a source and finds its container. `patient` is asked while a slow pipe gives nothing
    /// and ends the wait by returning false.
    ///
    /// # Errors
    /// The source is empty, or holds nothing that could be a record.
    pub fn open(
        mut bytes: Bytes,
        hints: &Hints<'_>,
        limits: Limits,
        patient: &dyn Fn() -> bool,
    ) -> Result<Framer, NotALog> {
        let base = bytes.base();
        let mut window = Vec::with_capacity(limits.sample + READ);
        let mut ended = read_sample(&mut bytes, &mut window, limits.sample, patient);
        let whole = ended && window.len() <= limits.sample;
        let first = window.iter().find(|byte| !super::blank(**byte) && !matches!(**byte, 0 | 0x1e));
        let answer = match first {
            Some(b'{' | b'[') => answer((&mut bytes, &mut window, &mut ended), hints, &limits, patient)?,
            _ => None,
        };
        let sample = window.get(..limits.sample).unwrap_or(&window);
        let sniffed = answer.map_or_else(|| sniff::sniff(sample, whole, hints), |found| Ok(found.sniffed()));
        let sniffed = match (sniffed, bytes.damage()) {
            (Err(_), Some(damage)) if window.is_empty() => {
                return Err(NotALog::Unreadable(damage.reason.clone()));
            }
            (sniffed, _) => sniffed?,
        };
        let title = |title: &String| ("title".to_owned(), crate::domain::json::quote(title));
        Ok(Framer {
            envelope: sniffed.titles.iter().map(title).collect(),
            split: sniffed.split(&limits, base),
            syntax: sniffed.syntax,
            bytes,
            limits,
            window,
            base,
            pieces: Vec::new(),
            items: Vec::new(),
            records: 0,
            cut: None,
            ended,
            finished: false,
        })
    }

    /// Returns how the records are to be read.
    pub fn syntax(&self) -> &Syntax {
        &self.syntax
    }

    /// Returns the bytes read of the file so far, before decompression.
    pub fn bytes_read(&self) -> u64 {
        self.bytes.bytes_read()
    }

    /// Returns the next records. `buffer` is used for what follows them, so that buffers can go round.
    pub fn next(&mut self, buffer: &mut Vec<u8>) -> Next {
        loop {
            self.step();
            if self.split.has_more() {
                if self.items.is_empty() {
                    continue;
                }
                return Next::Slab(self.take(buffer));
            }
            match (self.ended, self.items.is_empty()) {
                (true, true) => return Next::End,
                (true, false) => return Next::Slab(self.take(buffer)),
                (false, false) if self.window.len() >= self.enough() => {
                    return Next::Slab(self.take(buffer));
                }
                (false, _) => {}
            }
            match self.fill() {
                Fill::More => {}
                Fill::End => self.ended = true,
                Fill::Idle if self.items.is_empty() => return Next::Idle,
                Fill::Idle => return Next::Slab(self.take(buffer)),
            }
        }
    }

    /// Returns the bytes after which the slab at hand is handed out.
    fn enough(&self) -> usize {
        // Nothing was taken out of the window yet.
        let is_first = self.base == self.bytes.base();
        if is_first { self.limits.first } else { self.limits.slab }
    }

    /// Returns what is known of a source that goes on when nobody reads it any more.
    pub fn leave(self) -> Ending {
        Ending { tail: self.bytes.leave(), envelope: self.envelope, reject: None }
    }

    /// Returns what became known; reads the rest of a file that was not read to its end, for its hash.
    pub fn finish(self) -> Ending {
        let tail = self.bytes.finish();
        let reject = tail.damage.clone().map(|damage| Reject {
            record: self.records,
            offset: damage.offset,
            length: 0,
            reason: damage.reason,
            raw: Vec::new(),
            sha256: None,
        });
        Ending { tail, envelope: self.envelope, reject }
    }

    fn fill(&mut self) -> Fill {
        let room = self.limits.slab.saturating_sub(self.window.len()).clamp(1, READ).max(READ / 16);
        reserve(&mut self.window, room);
        let pressed = !self.items.is_empty();
        self.bytes.fill(&mut self.window, room, pressed)
    }

    fn step(&mut self) {
        if self.finished {
            return;
        }
        let mut pieces = std::mem::take(&mut self.pieces);
        self.split.split(&self.window, self.base, self.ended, &mut pieces);
        let more = self.split.has_more();
        self.finished = self.ended && !more;
        for piece in pieces.drain(..) {
            self.digest(piece);
        }
        self.pieces = pieces;
        if !more {
            self.pass_long();
        }
    }

    /// Lets the bytes of a record over the limit go by, keeping its head and hash.
    fn pass_long(&mut self) {
        let end = self.base + self.window.len() as u64;
        let keep = self.split.keep();
        if keep >= self.base
            && let Some(cut) = self.cut.take()
        {
            // The splitter left it out (a header beyond the limit); it is shown all the same.
            let reject = cut.reject(self.records, too_long(end - keep, &self.limits));
            self.push_reject(reject);
        }
        let long = keep < self.base || end - keep > self.limits.record as u64;
        if !long || !self.items.is_empty() {
            return;
        }
        let from = keep.saturating_sub(self.base) as usize;
        let cut = self.cut.get_or_insert_with(|| Cut::new(keep));
        cut.feed(self.window.get(from..).unwrap_or_default(), self.limits.head);
        self.window.clear();
        self.window.shrink_to(self.limits.slab + READ);
        self.base = end;
    }

    fn digest(&mut self, piece: Piece) {
        let cut = if piece.start < self.base { self.cut.take() } else { None };
        let from = piece.start.max(self.base) - self.base;
        let (start, end) = (from as usize, (piece.end - self.base) as usize);
        let length = piece.end - piece.start;
        let fits = cut.is_none() && length <= self.limits.record as u64;
        let reason = match piece.what {
            What::Record if fits => {
                self.items.push(Item::Record { record: self.records, start, end });
                self.records += 1;
                return;
            }
            What::Meta(path) if fits => match self.keep_envelope(path, start, end) {
                None => return,
                Some(reason) => reason,
            },
            What::Bad(reason) => reason,
            What::Record | What::Meta(_) => too_long(length, &self.limits),
        };
        let mut cut = cut.unwrap_or_else(|| Cut::new(piece.start));
        cut.feed(self.window.get(start..end).unwrap_or_default(), self.limits.head);
        let reject = cut.reject(self.records, reason);
        self.push_reject(reject);
    }

    fn push_reject(&mut self, reject: Reject) {
        self.items.push(Item::Reject(Box::new(reject)));
        self.records += 1;
    }

    /// Keeps a value of the envelope once; returns why it cannot be kept.
    fn keep_envelope(&mut self, path: String, start: usize, end: usize) -> Option<String> {
        let text = String::from_utf8_lossy(self.window.get(start..end).unwrap_or_default()).into_owned();
        if self.envelope.iter().any(|(known, value)| *known == path && *value == text) {
            return None;
        }
        let held: usize = self.envelope.iter().map(|(path, value)| path.len() + value.len()).sum();
        if held + path.len() + text.len() > ENVELOPE || self.envelope.len() >= 1000 {
            return Some(format!("{path} stands beside the records, and no more of that is kept"));
        }
        self.envelope.push((path, text));
        None
    }

    /// Hands out what lies before byte `keep` of a window that holds much more: the rest stays where it is.
    fn take_head(&mut self, keep: u64) -> Slab {
        let (items, base) = (std::mem::take(&mut self.items), self.base);
        let end = |item: &Item| if let Item::Record { end, .. } = item { *end } else { 0 };
        let from = (keep - base) as usize;
        let used = items.iter().map(end).max().unwrap_or(0).max(from);
        let bytes = self.window.get(..used).unwrap_or_default().to_vec();
        self.window.drain(..from);
        self.base = keep;
        Slab { bytes, base, items }
    }

    fn take(&mut self, buffer: &mut Vec<u8>) -> Slab {
        let end = self.base + self.window.len() as u64;
        let keep = self.split.keep().clamp(self.base, end);
        if self.split.has_more() {
            return self.take_head(keep);
        }
        let mut next = std::mem::take(buffer);
        next.clear();
        next.extend_from_slice(self.window.get((keep - self.base) as usize..).unwrap_or_default());
        let bytes = std::mem::replace(&mut self.window, next);
        let base = std::mem::replace(&mut self.base, keep);
        Slab { bytes, base, items: std::mem::take(&mut self.items) }
    }
}

/// Finds out whether a source is an answer, and reads on as long as that is open: the columns may stand behind the rows.
fn answer(
    (bytes, window, ended): (&mut Bytes, &mut Vec<u8>, &mut bool),
    hints: &Hints<'_>,
    limits: &Limits,
    patient: &dyn Fn() -> bool,
) -> Result<Option<Found>, NotALog> {
    let mut teller = Teller::new(hints, bytes.base());
    loop {
        match teller.look(window) {
            Told::Not => return Ok(None),
            Told::Answer(found) => return Ok(Some(found)),
            Told::Instead(reason) => return Err(NotALog::Other(reason)),
            Told::Unsure => {}
        }
        let full = window.len() >= limits.record;
        if *ended || full {
            return teller.decide(window, full.then_some(limits.record)).map_err(NotALog::Other);
        }
        reserve(window, READ);
        match bytes.fill(window, READ, false) {
            Fill::More => {}
            Fill::End => *ended = true,
            Fill::Idle if !patient() => return Ok(None),
            Fill::Idle => {}
        }
    }
}

/// Makes room in the window, not by doubling it: a record near the limit would cost twice its length.
fn reserve(window: &mut Vec<u8>, room: usize) {
    if window.capacity() - window.len() < room {
        window.reserve_exact((window.len() / 4).clamp(READ, 16 << 20));
    }
}

/// Reads up to `most` bytes; returns whether the source ended.
fn read_sample(bytes: &mut Bytes, window: &mut Vec<u8>, most: usize, patient: &dyn Fn() -> bool) -> bool {
    while window.len() < most {
        match bytes.fill(window, most - window.len(), false) {
            Fill::More => {}
            // What a slow pipe says should show as soon as it is a line.
            Fill::Idle if memchr::memchr(b'\n', window).is_some() || !patient() => return false,
            Fill::Idle => {}
            Fill::End => return true,
        }
    }
    false
}

fn too_long(length: u64, limits: &Limits) -> String {
    format!("a record of {length} bytes; the longest read is {} bytes", limits.record)
}

impl Cut {
    fn new(start: u64) -> Cut {
        Cut { start, length: 0, hash: Sha256::new(), head: Vec::new() }
    }

    fn feed(&mut self, bytes: &[u8], head: usize) {
        let room = head.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..room]);
        self.length += bytes.len() as u64;
        self.hash.update(bytes);
    }

    fn reject(self, record: u64, reason: String) -> Reject {
        let cut = self.length > self.head.len() as u64;
        Reject {
            record,
            offset: self.start,
            length: self.length,
            reason,
            sha256: cut.then(|| hex(&self.hash.finalize())),
            raw: self.head,
        }
    }
}
