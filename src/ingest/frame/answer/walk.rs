//! Goes through documents as a form declares them and tells what is where, in windows of any size.
//!
//! Knows no record and decides nothing: what the form does not name is told as a stray at its first byte, and whole
//! where it ends.

use super::form::{At, Form, Leads, Role};
use crate::ingest::frame::blank;
use crate::ingest::frame::scan::{Scan, Step, broken};
use crate::ingest::frame::stream::unquote;

/// Longest key of a member that is read.
const KEY: u64 = 64 * 1024;

/// What stands in a document. Bytes are those of the whole source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A document begins.
    Begin(u64),
    /// What may hold a table begins: a document, or an element of a list on the way.
    Table,
    /// It ended.
    TableEnd,
    Columns(u64, u64),
    /// A list of rows begins.
    Rows,
    Row(u64, u64),
    /// A member that may stand there.
    Beside(At, u64, u64),
    /// Something that the form does not name begins.
    Stray(u64),
    /// It ended.
    Unknown(u64, u64),
    /// What cannot be read, and why.
    Broken(u64, u64, String),
    /// The document ended.
    End(u64),
}

#[derive(Debug)]
pub(super) struct Walk {
    form: &'static Form,
    levels: Vec<Level>,
    state: State,
    pos: u64,
    /// Blanks since the line began; `None` behind anything else.
    indent: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Object { at: At, table: bool },
    List { element: At },
    Rows,
}

#[derive(Debug)]
enum State {
    Between,
    Key {
        start: u64,
        scan: Scan,
    },
    /// Behind a key: before the colon, or before the value.
    Member {
        start: u64,
        at: Option<At>,
        colon: bool,
    },
    Value(Value),
    Lost(Lost),
}

#[derive(Debug)]
struct Value {
    start: u64,
    scan: Scan,
    what: What,
    indent: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Columns,
    Row,
    Beside(At),
    Unknown,
}

/// A search for a line that begins a row or a document, behind bytes that make no sense.
#[derive(Debug)]
struct Lost {
    start: u64,
    reason: String,
    /// Indent of the row that broke, if it began its line: its neighbours stand no deeper.
    home: Option<u32>,
    indent: Option<u32>,
}

type Out<'o> = &'o mut dyn FnMut(Event);

impl Walk {
    pub(super) fn new(form: &'static Form, base: u64) -> Walk {
        Walk { form, levels: Vec::new(), state: State::Between, pos: base, indent: Some(0) }
    }

    /// Returns the first byte still needed.
    pub(super) fn keep(&self) -> u64 {
        match &self.state {
            State::Between => self.pos,
            State::Key { start, .. } | State::Member { start, .. } => *start,
            State::Value(value) => value.start,
            State::Lost(lost) => lost.start,
        }
    }

    /// Whether no document is at hand.
    pub(super) fn is_between(&self) -> bool {
        self.levels.is_empty() && matches!(self.state, State::Between)
    }

    /// Returns how much of a window that begins at byte `base` was gone through.
    pub(super) fn seen(&self, base: u64) -> usize {
        (self.pos - base) as usize
    }

    /// Goes on through what is new in `window`, which begins at byte `base`.
    pub(super) fn run(&mut self, window: &[u8], base: u64, out: Out<'_>) {
        let mut at = (self.pos - base) as usize;
        while at < window.len() {
            let state = std::mem::replace(&mut self.state, State::Between);
            (self.state, at) = match state {
                State::Between => self.between(window, base, at, out),
                State::Key { start, scan } => self.key(window, base, at, start, scan),
                State::Member { start, at: node, colon } => {
                    self.member((window, base), at, (start, node, colon), out)
                }
                State::Value(value) => self.value(value, (window, base), at, out),
                State::Lost(lost) => self.lost(lost, (window, base), at, out),
            };
        }
        self.pos = base + window.len() as u64;
    }

    /// Tells what the source ends in.
    pub(super) fn finish(&mut self, out: Out<'_>) {
        let end = self.pos;
        let (start, reason) = match std::mem::replace(&mut self.state, State::Between) {
            State::Value(value) if value.what == What::Row => {
                (value.start, "the source ends inside this record".to_owned())
            }
            State::Value(value) => (value.start, "the source ends inside its envelope".to_owned()),
            State::Key { start, .. } | State::Member { start, .. } => {
                (start, "the source ends inside its envelope".to_owned())
            }
            State::Lost(lost) => (lost.start, lost.reason),
            State::Between if self.levels.is_empty() => return,
            State::Between => (end, "the source ends before its list is closed".to_owned()),
        };
        out(Event::Broken(start, end, reason));
    }

    fn between(&mut self, window: &[u8], base: u64, mut at: usize, out: Out<'_>) -> (State, usize) {
        while let Some(&byte) = window.get(at) {
            match byte {
                b'\n' => self.indent = Some(0),
                b' ' | b'\t' => self.indent = self.indent.map(|blanks| blanks.saturating_add(1)),
                b'\r' => {}
                _ => {
                    let indent = self.indent.take();
                    if let Some(state) = self.begin(byte, base + at as u64, indent, out) {
                        return (state, at);
                    }
                }
            }
            at += 1;
        }
        (State::Between, at)
    }

    /// Decides what a byte between values begins; `None` where it is passed over.
    fn begin(&mut self, byte: u8, start: u64, indent: Option<u32>, out: Out<'_>) -> Option<State> {
        let value = |what| Some(State::Value(Value { start, scan: Scan::default(), what, indent }));
        match (byte, self.levels.last().copied()) {
            // A record separator (RFC 7464), and what a cut leaves.
            (0x1e | 0, None) => None,
            (b'{' | b'[', None) if byte == opener(self.form.tree.leads(0)) => {
                out(Event::Begin(start));
                self.enter(0, true, out);
                None
            }
            (b',', Some(_)) => None,
            (b'"', Some(Level::Object { .. })) => Some(State::Key { start, scan: Scan::default() }),
            (b'}', Some(Level::Object { .. })) | (b']', Some(Level::List { .. } | Level::Rows)) => {
                self.leave(start + 1, out);
                None
            }
            (b'}', Some(Level::List { .. } | Level::Rows)) | (_, Some(Level::Object { .. })) => {
                Some(lost(start))
            }
            (_, Some(Level::List { element })) if byte == opener(self.form.tree.leads(element)) => {
                self.enter(element, true, out);
                None
            }
            (_, Some(Level::Rows)) if byte == self.row_opener() => value(What::Row),
            _ => {
                out(Event::Stray(start));
                value(What::Unknown)
            }
        }
    }

    fn row_opener(&self) -> u8 {
        if matches!(self.form.cells, super::Cells::Wrapped { .. }) { b'{' } else { b'[' }
    }

    /// Goes into the object or the list at a place.
    fn enter(&mut self, at: At, table: bool, out: Out<'_>) {
        match self.form.tree.leads(at) {
            Leads::Elements(element) => self.levels.push(Level::List { element }),
            Leads::Members => {
                self.levels.push(Level::Object { at, table });
                if table {
                    out(Event::Table);
                }
            }
        }
    }

    fn leave(&mut self, end: u64, out: Out<'_>) {
        if let Some(Level::Object { table: true, .. }) = self.levels.pop() {
            out(Event::TableEnd);
        }
        if self.levels.is_empty() {
            out(Event::End(end));
        }
    }

    fn key(&mut self, window: &[u8], base: u64, at: usize, start: u64, mut scan: Scan) -> (State, usize) {
        match scan.run(window, at) {
            Step::More => (State::Key { start, scan }, window.len()),
            Step::Bad(bad) => (lost(start), bad),
            Step::End(end) => {
                let token = start.checked_sub(base).and_then(|from| window.get(from as usize..end));
                let token = token.filter(|token| token.len() as u64 <= KEY).map(unquote);
                let here = if let Some(Level::Object { at, .. }) = self.levels.last() { *at } else { 0 };
                let known = token.and_then(|key| self.form.tree.below(here, &key));
                (State::Member { start, at: known, colon: false }, end)
            }
        }
    }

    fn member(
        &mut self,
        (window, base): (&[u8], u64),
        mut at: usize,
        (start, node, colon): (u64, Option<At>, bool),
        out: Out<'_>,
    ) -> (State, usize) {
        while window.get(at).is_some_and(|&byte| blank(byte)) {
            at += 1;
        }
        let Some(&byte) = window.get(at) else { return (State::Member { start, at: node, colon }, at) };
        let here = base + at as u64;
        match byte {
            b':' if !colon => return (State::Member { start, at: node, colon: true }, at + 1),
            b',' | b'}' | b']' | b':' => return (lost(here), at),
            _ if !colon => return (lost(here), at),
            _ => {}
        }
        let value =
            |start, what| (State::Value(Value { start, scan: Scan::default(), what, indent: None }), at);
        match node.map(|node| (node, self.form.tree.role(node))) {
            Some((node, Role::Beside)) => value(here, What::Beside(node)),
            Some((_, Role::Columns)) if byte == b'[' => value(here, What::Columns),
            Some((_, Role::Rows)) if byte == b'[' => {
                self.levels.push(Level::Rows);
                out(Event::Rows);
                // Whether the first row begins a line is not known here; its neighbours will show.
                self.indent = None;
                (State::Between, at + 1)
            }
            Some((node, Role::Way)) if byte == opener(self.form.tree.leads(node)) => {
                self.enter(node, false, out);
                (State::Between, at + 1)
            }
            Some((node, _)) if byte == b'n' => value(here, What::Beside(node)),
            _ => {
                out(Event::Stray(start));
                value(start, What::Unknown)
            }
        }
    }

    fn value(
        &mut self,
        mut value: Value,
        (window, base): (&[u8], u64),
        at: usize,
        out: Out<'_>,
    ) -> (State, usize) {
        match value.scan.run(window, at) {
            Step::More => (State::Value(value), window.len()),
            Step::End(end) => {
                let stop = base + end as u64;
                out(match value.what {
                    What::Columns => Event::Columns(value.start, stop),
                    What::Row => Event::Row(value.start, stop),
                    What::Beside(at) => Event::Beside(at, value.start, stop),
                    What::Unknown => Event::Unknown(value.start, stop),
                });
                (State::Between, end)
            }
            Step::Bad(bad) => {
                let reason = broken(window.get(bad).copied(), base + bad as u64 - value.start);
                let home = value.indent.filter(|_| value.what == What::Row);
                (State::Lost(Lost { start: value.start, reason, home, indent: None }), bad)
            }
        }
    }

    fn lost(
        &mut self,
        mut lost: Lost,
        (window, base): (&[u8], u64),
        mut at: usize,
        out: Out<'_>,
    ) -> (State, usize) {
        let row = self.row_opener();
        let document = opener(self.form.tree.leads(0));
        let in_rows = self.levels.last() == Some(&Level::Rows);
        while let Some(&byte) = window.get(at) {
            let here = base + at as u64;
            match (byte, lost.indent) {
                (b'\n', _) => lost.indent = Some(0),
                (b' ' | b'\t', Some(blanks)) => lost.indent = Some(blanks.saturating_add(1)),
                (b'\r' | b' ' | b'\t', _) => {}
                (_, Some(blanks)) if here > lost.start => {
                    let neighbour = in_rows && byte == row && lost.home.is_some_and(|home| blanks <= home);
                    let other = !neighbour && byte == document && blanks == 0;
                    if other {
                        self.levels.clear();
                    }
                    if neighbour || other {
                        self.indent = Some(blanks);
                        out(Event::Broken(lost.start, here, lost.reason));
                        return (State::Between, at);
                    }
                    lost.indent = None;
                }
                _ => lost.indent = None,
            }
            at += 1;
        }
        (State::Lost(lost), at)
    }
}

/// The byte that begins what stands at a place.
fn opener(leads: Leads) -> u8 {
    match leads {
        Leads::Members => b'{',
        Leads::Elements(_) => b'[',
    }
}

fn lost(start: u64) -> State {
    let reason = "neither a record nor what stands between records".to_owned();
    State::Lost(Lost { start, reason, home: None, indent: None })
}
