//! JSON values one after another: concatenated, in arrays, or in the arrays of envelopes.
//!
//! A value that is broken costs itself alone where its neighbour can be found again, else the rest; both are
//! told as rejects with their place.

use super::scan::{Scan, Step, broken};
use super::{Piece, What, blank};
use crate::domain::json::Doc;
use crate::ingest::text::says_when;

/// Envelope values up to this length are kept with the source; longer ones are shown as rejects.
const META: u64 = 64 * 1024;

/// Arrays within arrays that are opened to find records.
const MAX_LEVELS: usize = 32;

/// Which arrays of an envelope hold records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unwrap {
    /// Paths to them.
    pub(super) paths: Vec<Vec<String>>,
    /// Take every array of objects beside the first as well.
    pub(super) siblings: bool,
    /// Of these, lists of whom and what the records speak of.
    pub(super) lookups: Vec<Vec<String>>,
}

#[derive(Debug)]
pub(super) struct Stream {
    unwrap: Option<Unwrap>,
    levels: Vec<Level>,
    state: State,
    pos: u64,
    /// Blanks since the line began; `None` behind anything else.
    indent: Option<u32>,
    /// Bytes up to which an envelope is held until records are found in it.
    hold: u64,
}

#[derive(Debug)]
enum Level {
    Array,
    Envelope {
        path: Vec<String>,
        start: u64,
        /// An array of records was seen in it.
        found: bool,
    },
}

#[derive(Debug)]
enum State {
    Between,
    /// In the key of an envelope's member.
    Key {
        start: u64,
        scan: Scan,
    },
    /// Behind the key: before the colon, or before the value.
    Member {
        key: String,
        colon: bool,
    },
    /// Behind the `[` of a member: records or something else?
    Bracket {
        start: u64,
        key: String,
    },
    Inside(Inside),
    Lost(Lost),
}

#[derive(Debug)]
struct Inside {
    start: u64,
    scan: Scan,
    /// Its path, where it is a value of an envelope and no record.
    meta: Option<String>,
    indent: Option<u32>,
}

/// A search for the next record behind bytes that make no sense.
#[derive(Debug)]
struct Lost {
    start: u64,
    reason: String,
    /// Indent of the record that broke, if it began its line: its neighbours stand no deeper.
    home: Option<u32>,
    /// The very next byte may begin a record, or any may.
    here: bool,
    between: bool,
    indent: Option<u32>,
    last: [u8; 2],
}

impl Stream {
    pub(super) fn new(unwrap: Option<Unwrap>, limit: usize, base: u64) -> Stream {
        let hold = META.min(limit as u64);
        Stream { unwrap, levels: Vec::new(), state: State::Between, pos: base, indent: Some(0), hold }
    }

    pub(super) fn keep(&self) -> u64 {
        let mut keep = match &self.state {
            State::Between | State::Member { .. } => self.pos,
            State::Key { start, .. } | State::Bracket { start, .. } => *start,
            State::Inside(inside) => inside.start,
            State::Lost(lost) => lost.start,
        };
        for level in &self.levels {
            // An envelope in which no records were found is shown, unless it is too long to hold.
            if let Level::Envelope { start, found: false, .. } = level
                && self.pos - start <= self.hold
            {
                keep = keep.min(*start);
            }
        }
        keep
    }

    pub(super) fn split(&mut self, window: &[u8], base: u64, end: bool, out: &mut Vec<Piece>) {
        let mut at = (self.pos - base) as usize;
        while at < window.len() {
            let state = std::mem::replace(&mut self.state, State::Between);
            (self.state, at) = match state {
                State::Between => self.between(window, base, at, out),
                State::Key { start, scan } => key(window, base, at, start, scan, out),
                State::Member { key, colon } => self.member(window, base, at, key, colon),
                State::Bracket { start, key } => self.bracket(window, at, start, key),
                State::Inside(inside) => inside.run(window, base, at, out),
                State::Lost(lost) => lost.run(window, base, at, self.levels.is_empty(), out),
            };
        }
        self.pos = base + window.len() as u64;
        if end {
            self.finish(out);
        }
    }

    fn between(&mut self, window: &[u8], base: u64, mut at: usize, out: &mut Vec<Piece>) -> (State, usize) {
        while let Some(&byte) = window.get(at) {
            match byte {
                b'\n' => self.indent = Some(0),
                b' ' | b'\t' => self.indent = self.indent.map(|blanks| blanks.saturating_add(1)),
                b'\r' => {}
                _ => {
                    let indent = self.indent.take();
                    if let Some(state) = self.begin(byte, (window, base), at, indent, out) {
                        return (state, at);
                    }
                }
            }
            at += 1;
        }
        (State::Between, at)
    }

    /// Decides what a byte between records begins; `None` where it is only a separator.
    fn begin(
        &mut self,
        byte: u8,
        (window, base): (&[u8], u64),
        at: usize,
        indent: Option<u32>,
        out: &mut Vec<Piece>,
    ) -> Option<State> {
        let start = base + at as u64;
        let inside = |meta| Some(State::Inside(Inside { start, scan: Scan::default(), meta, indent }));
        match (byte, self.levels.last()) {
            // A record separator (RFC 7464) stands where a comma could.
            (b',' | 0x1e | 0, _) => None,
            (b'{', None) if self.unwrap.is_some() => {
                self.levels.push(Level::Envelope { path: Vec::new(), start, found: false });
                None
            }
            (b'[', None | Some(Level::Array)) if self.levels.len() < MAX_LEVELS => {
                self.levels.push(Level::Array);
                None
            }
            (b'{' | b'[', _) => inside(None),
            (b']', Some(Level::Array)) => {
                self.levels.pop();
                None
            }
            (b'}', Some(Level::Envelope { .. })) => {
                self.leave_envelope((window, base), start + 1, out);
                None
            }
            (b'"', Some(Level::Envelope { .. })) => Some(State::Key { start, scan: Scan::default() }),
            (b'"', _) => inside(None),
            (byte, Some(Level::Array)) if byte != b'}' && byte != b':' => inside(None),
            _ => Some(State::Lost(Lost::between(start))),
        }
    }

    fn leave_envelope(&mut self, (window, base): (&[u8], u64), end: u64, out: &mut Vec<Piece>) {
        let Some(Level::Envelope { path, start, found }) = self.levels.pop() else { return };
        if found || !path.is_empty() {
            return;
        }
        let whole = start.checked_sub(base).and_then(|from| window.get(from as usize..(end - base) as usize));
        if whole.filter(|_| end - start <= self.hold).is_some_and(is_record) {
            // What was told of it as an envelope's belongs to the record.
            out.retain(|piece| piece.start < start);
            return out.push(Piece { start, end, what: What::Record });
        }
        // A longer one is no longer held: its closing brace stands for it.
        let from = if end - start <= self.hold { start } else { end - 1 };
        let reason =
            format!("an object without the list of records that this source began with (from byte {start})");
        out.push(Piece { start: from, end, what: What::Bad(reason) });
    }

    fn member(
        &mut self,
        window: &[u8],
        base: u64,
        mut at: usize,
        key: String,
        colon: bool,
    ) -> (State, usize) {
        while window.get(at).is_some_and(|&byte| blank(byte)) {
            at += 1;
        }
        let Some(&byte) = window.get(at) else { return (State::Member { key, colon }, at) };
        let start = base + at as u64;
        match byte {
            b':' if !colon => (State::Member { key, colon: true }, at + 1),
            b',' | b'}' | b']' | b':' => (State::Lost(Lost::between(start)), at),
            _ if !colon => (State::Lost(Lost::between(start)), at),
            b'{' if self.leads_on(&key) => {
                let path = self.path_of(&key);
                self.levels.push(Level::Envelope { path, start, found: false });
                (State::Between, at + 1)
            }
            b'[' => (State::Bracket { start, key }, at + 1),
            _ => {
                let meta = Some(self.path_of(&key).join("."));
                (State::Inside(Inside { start, scan: Scan::default(), meta, indent: None }), at)
            }
        }
    }

    fn bracket(&mut self, window: &[u8], mut at: usize, start: u64, key: String) -> (State, usize) {
        while window.get(at).is_some_and(|&byte| blank(byte)) {
            at += 1;
        }
        let Some(&byte) = window.get(at) else { return (State::Bracket { start, key }, at) };
        let path = self.path_of(&key);
        if matches!(byte, b'{' | b']') && self.holds_records(&path) {
            for level in &mut self.levels {
                if let Level::Envelope { found, .. } = level {
                    *found = true;
                }
            }
            self.levels.push(Level::Array);
            // Whether the first record begins a line is not known here; its neighbours will show.
            self.indent = None;
            return (State::Between, at);
        }
        let meta = Some(path.join("."));
        (State::Inside(Inside { start, scan: Scan::in_array(), meta, indent: None }), at)
    }

    fn path_of(&self, key: &str) -> Vec<String> {
        let mut path = match self.levels.last() {
            Some(Level::Envelope { path, .. }) => path.clone(),
            _ => Vec::new(),
        };
        path.push(key.to_owned());
        path
    }

    /// Whether an object under this key lies on the way to records.
    fn leads_on(&self, key: &str) -> bool {
        let path = self.path_of(key);
        let mut paths = self.unwrap.iter().flat_map(|unwrap| &unwrap.paths);
        paths.any(|wanted| wanted.len() > path.len() && wanted.starts_with(&path))
    }

    fn holds_records(&self, path: &[String]) -> bool {
        let Some(unwrap) = &self.unwrap else { return false };
        let beside =
            |wanted: &Vec<String>| wanted.len() == path.len() && wanted.starts_with(&path[..path.len() - 1]);
        let looked_up = unwrap.lookups.iter().any(|lookup| lookup == path);
        !looked_up && unwrap.paths.iter().any(|wanted| wanted == path || (unwrap.siblings && beside(wanted)))
    }

    fn finish(&mut self, out: &mut Vec<Piece>) {
        let end = self.pos;
        let state = std::mem::replace(&mut self.state, State::Between);
        let (start, reason) = match state {
            State::Inside(inside) if inside.meta.is_none() && inside.scan.may_end() => {
                out.push(Piece { start: inside.start, end, what: What::Record });
                (end, "the source ends before its list is closed")
            }
            State::Inside(inside) => (inside.start, "the source ends inside this record"),
            State::Lost(lost) => return out.push(lost.piece(end)),
            State::Key { start, .. } | State::Bracket { start, .. } => {
                (start, "the source ends inside its envelope")
            }
            State::Between | State::Member { .. } => (end, "the source ends before its list is closed"),
        };
        if start < end || !self.levels.is_empty() {
            out.push(Piece { start, end, what: What::Bad(reason.to_owned()) });
        }
    }
}

/// Whether an object without a list is a record of its own, among envelopes.
fn is_record(object: &[u8]) -> bool {
    let text = std::str::from_utf8(object);
    text.is_ok_and(|text| Doc::new().parse(text).is_ok_and(|root| says_when(root, 1)))
}

fn key(
    window: &[u8],
    base: u64,
    at: usize,
    start: u64,
    mut scan: Scan,
    out: &mut Vec<Piece>,
) -> (State, usize) {
    match scan.run(window, at) {
        Step::More => (State::Key { start, scan }, window.len()),
        Step::Bad(bad) => (State::Lost(Lost { start, ..Lost::between(base + bad as u64) }), bad),
        Step::End(end) => {
            let length = base + end as u64 - start;
            let key = if length <= META {
                let token = window.get((start - base) as usize..end).unwrap_or_default();
                unquote(token)
            } else {
                let what = What::Bad("a key too long for an envelope".to_owned());
                out.push(Piece { start, end: base + end as u64, what });
                "?".to_owned()
            };
            (State::Member { key, colon: false }, end)
        }
    }
}

pub(super) fn unquote(token: &[u8]) -> String {
    let text = String::from_utf8_lossy(token);
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(&text);
    crate::domain::json::decode_string(inner)
}

impl Inside {
    fn run(mut self, window: &[u8], base: u64, at: usize, out: &mut Vec<Piece>) -> (State, usize) {
        match self.scan.run(window, at) {
            Step::More => (State::Inside(self), window.len()),
            Step::End(end) => {
                let stop = base + end as u64;
                let what = match self.meta {
                    None => What::Record,
                    Some(path) if stop - self.start <= META => What::Meta(path),
                    Some(path) => {
                        What::Bad(format!("{path} stands beside the records and is too long to keep"))
                    }
                };
                out.push(Piece { start: self.start, end: stop, what });
                (State::Between, end)
            }
            Step::Bad(bad) => {
                (State::Lost(Lost::inside(&self, window.get(bad).copied(), base + bad as u64)), bad)
            }
        }
    }
}

impl Lost {
    fn between(start: u64) -> Lost {
        let reason = "neither a record nor what stands between records".to_owned();
        Lost { start, reason, home: None, here: false, between: true, indent: None, last: [0; 2] }
    }

    fn inside(inside: &Inside, byte: Option<u8>, at: u64) -> Lost {
        Lost {
            start: inside.start,
            reason: broken(byte, at - inside.start),
            home: inside.indent,
            here: byte == Some(b'{'),
            between: false,
            indent: None,
            last: [0; 2],
        }
    }

    fn run(
        mut self,
        window: &[u8],
        base: u64,
        mut at: usize,
        top: bool,
        out: &mut Vec<Piece>,
    ) -> (State, usize) {
        while let Some(&byte) = window.get(at) {
            let here = base + at as u64;
            let found = match byte {
                b'\n' if self.between && top && here > self.start => true,
                b'{' => here > self.start && self.begins_record(),
                _ => false,
            };
            if found {
                out.push(self.piece(here));
                return (State::Between, at);
            }
            self.note(byte);
            at += 1;
        }
        (State::Lost(self), at)
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

    fn piece(&self, end: u64) -> Piece {
        Piece { start: self.start, end, what: What::Bad(self.reason.clone()) }
    }
}
