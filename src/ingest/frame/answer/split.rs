//! The rows of answers as records. A row whose columns are not those that the source was opened with is a reject: a
//! cell under a wrong name would be worse. So is all that no form names; what speaks of the query goes to the source.
//!
//! Rows that stand before their columns wait for them; what waits is bounded by the longest record that is read.

use super::cells::{self, Column};
use super::form::{Form, forms};
use super::tell::holds_records;
use super::walk::{Event, Walk};
use crate::domain::json::Doc;
use crate::ingest::frame::sniff::Hints;
use crate::ingest::frame::{Piece, What};
use crate::ingest::text::says_when;

/// Values beside the rows up to this length are kept with the source; longer ones are shown as rejects.
const META: u64 = 64 * 1024;

#[derive(Debug)]
pub(in crate::ingest::frame) struct Answer {
    walk: Walk,
    reader: Reader,
    limit: u64,
    /// Bytes that are looked at in one go.
    step: usize,
    /// Bytes of the window that were not looked at yet.
    left: usize,
}

/// What is known of the document at hand.
#[derive(Debug)]
struct Reader {
    form: &'static Form,
    /// The columns that rows are read under.
    columns: Vec<Column>,
    document: Option<Document>,
    table: Table,
}

#[derive(Debug)]
struct Document {
    start: u64,
    /// Nothing of it was told yet: it may still be no answer.
    open: bool,
    /// It is none.
    other: bool,
    /// What stands beside the rows, until something is told.
    beside: Vec<Piece>,
    /// Its first row was seen.
    begun: bool,
    /// It has a list of rows.
    listed: bool,
    /// It has columns.
    named: bool,
}

#[derive(Debug, Default)]
struct Table {
    under: Option<Under>,
    /// Whether it is one of those that are read, where that is known.
    picked: Option<bool>,
    /// Rows that wait.
    waiting: Vec<(u64, u64)>,
}

/// What the columns of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Under {
    Known,
    /// Those of a table about the query.
    Query,
    Other,
}

impl Answer {
    /// Returns a splitter of the answer of a form that looks at `step` bytes in one go: a window may hold many rows at
    /// once, which must not all be under way together.
    pub(in crate::ingest::frame) fn new(
        form: usize,
        columns: Vec<Column>,
        (limit, step): (usize, usize),
        base: u64,
    ) -> Answer {
        let form = &forms()[form];
        Answer {
            walk: Walk::new(form, base),
            reader: Reader { form, columns, document: None, table: Table::default() },
            limit: limit as u64,
            step,
            left: 0,
        }
    }

    /// Whether a part of the window was not looked at yet.
    pub(in crate::ingest::frame) fn has_more(&self) -> bool {
        self.left > 0
    }

    pub(in crate::ingest::frame) fn keep(&self) -> u64 {
        let held = self.reader.held();
        held.map_or(self.walk.keep(), |held| held.min(self.walk.keep()))
    }

    pub(in crate::ingest::frame) fn split(
        &mut self,
        window: &[u8],
        base: u64,
        end: bool,
        out: &mut Vec<Piece>,
    ) {
        let Answer { walk, reader, limit, step, left } = self;
        let until = walk.seen(base).saturating_add(*step).min(window.len());
        *left = window.len() - until;
        let window = window.get(..until).unwrap_or(window);
        let end = end && *left == 0;
        let mut take = |event| reader.take(event, &Bytes { window, base }, out);
        walk.run(window, base, &mut take);
        if end {
            walk.finish(&mut take);
            reader.leave(base + window.len() as u64, out);
        }
        reader.shorten(base + window.len() as u64, *limit, out);
    }
}

/// The bytes at hand.
struct Bytes<'w> {
    window: &'w [u8],
    base: u64,
}

impl Bytes<'_> {
    /// Reads JSON that lies here; nothing where it has passed already.
    fn read<T>(
        &self,
        (start, end): (u64, u64),
        read: impl FnOnce(crate::domain::json::Node<'_>) -> T,
    ) -> Option<T> {
        let from = start.checked_sub(self.base)? as usize;
        let text = std::str::from_utf8(self.window.get(from..(end - self.base) as usize)?).ok()?;
        let mut doc = Doc::new();
        doc.parse(text).ok().map(read)
    }
}

impl Reader {
    /// Returns the first byte that is still needed.
    fn held(&self) -> Option<u64> {
        let open = self.document.as_ref().filter(|document| document.open || document.other);
        open.map(|document| document.start).or_else(|| self.table.waiting.first().map(|row| row.0))
    }

    fn take(&mut self, event: Event, bytes: &Bytes<'_>, out: &mut Vec<Piece>) {
        if let Some(document) = self.document.as_ref().filter(|document| document.other) {
            let start = document.start;
            match event {
                Event::End(end) => {
                    self.document = None;
                    out.push(other(start, end, bytes));
                }
                Event::Broken(_, end, reason) => {
                    self.document = None;
                    out.push(Piece { start, end, what: What::Bad(reason) });
                }
                _ => {}
            }
            return;
        }
        match event {
            Event::Begin(start) => {
                let document = Document {
                    start,
                    open: true,
                    other: false,
                    beside: Vec::new(),
                    begun: false,
                    listed: false,
                    named: false,
                };
                self.document = Some(document);
                self.table = Table::default();
            }
            Event::Table => {
                self.table = Table { picked: self.form.pick.is_none().then_some(true), ..Table::default() }
            }
            Event::TableEnd => {
                // A page without columns goes on where the one before it ended, if it is sure to be one.
                let unnamed = if self.form.loose { Under::Other } else { Under::Known };
                self.table.under = self.table.under.or(Some(unnamed));
                self.table.picked = self.table.picked.or(Some(false));
                self.flush(bytes, out);
            }
            Event::Columns(start, end) => self.name((start, end), bytes, out),
            Event::Rows => {
                if let Some(document) = &mut self.document {
                    document.listed = true;
                }
            }
            Event::Row(start, end) => {
                self.table.waiting.push((start, end));
                self.flush(bytes, out);
            }
            Event::Beside(at, start, end) => self.beside(at, (start, end), bytes, out),
            Event::Stray(_) => {
                if let Some(document) = self.document.as_mut().filter(|document| document.open) {
                    document.other = true;
                    self.table = Table::default();
                }
            }
            Event::Unknown(start, end) if self.document.is_none() => out.push(other(start, end, bytes)),
            Event::Unknown(start, end) => {
                let reason = format!("stands beside the rows and is no part of {}", self.form.title);
                self.put(Piece { start, end, what: What::Bad(reason) }, out);
            }
            Event::Broken(start, end, reason) => {
                self.give_up("the rows before it name no columns", out);
                self.tell(out);
                out.push(Piece { start, end, what: What::Bad(reason) });
            }
            Event::End(end) => {
                // Nothing of it would be seen.
                let none = |document: &&Document| {
                    let page = match self.form.loose {
                        true => document.listed && document.named,
                        false => document.listed || !document.beside.is_empty(),
                    };
                    document.open && !page
                };
                match self.document.as_ref().filter(none).map(|document| document.start) {
                    Some(start) => out.push(other(start, end, bytes)),
                    None => self.tell(out),
                }
                self.document = None;
            }
        }
    }

    fn name(&mut self, place: (u64, u64), bytes: &Bytes<'_>, out: &mut Vec<Piece>) {
        if let Some(document) = &mut self.document {
            document.named = true;
        }
        let columns = bytes.read(place, |list| cells::columns(list, &self.form.column)).flatten();
        let about = |columns: &Vec<Column>| {
            self.form.about.iter().any(|names| names.iter().eq(columns.iter().map(|column| &column.name)))
        };
        let under = match columns {
            Some(columns) if columns == self.columns => Under::Known,
            Some(columns) if about(&columns) => Under::Query,
            _ => Under::Other,
        };
        // Where a table names its columns twice nobody knows which are meant.
        self.table.under =
            Some(if self.table.under.is_some_and(|known| known != under) { Under::Other } else { under });
        self.flush(bytes, out);
    }

    fn beside(&mut self, at: usize, place: (u64, u64), bytes: &Bytes<'_>, out: &mut Vec<Piece>) {
        let (start, end) = place;
        let path = self.form.tree.path(at);
        if let Some(pick) = self.form.pick.as_ref().filter(|pick| pick.member == path) {
            let picked = bytes.read(place, |value| value.as_str().is_some_and(|text| text == pick.value));
            self.table.picked = Some(picked.unwrap_or_default());
        }
        let what = if end - start > META {
            What::Bad(format!("{path} stands beside the records and is too long to keep"))
        } else if bytes.read(place, |value| holds_records(value, &Hints::NONE)).unwrap_or(true) {
            What::Bad(format!("{path} stands beside the rows and holds records; make it a file of its own"))
        } else {
            What::Meta(path.to_owned())
        };
        let piece = Piece { start, end, what };
        self.put(piece, out);
        self.flush(bytes, out);
    }

    /// Tells what is no row, in the order of the source: behind the rows that wait, and not yet where it is open whether
    /// the document is an answer.
    fn put(&mut self, piece: Piece, out: &mut Vec<Piece>) {
        let waits = |document: &&mut Document| document.open || !self.table.waiting.is_empty();
        match self.document.as_mut().filter(waits) {
            Some(document) => document.beside.push(piece),
            None => out.push(piece),
        }
    }

    /// Tells the rows that wait, if it is known what they are.
    fn flush(&mut self, bytes: &Bytes<'_>, out: &mut Vec<Piece>) {
        let own = self.form.cells.name_their_columns();
        let under = if own { Some(Under::Known) } else { self.table.under };
        let (Some(under), Some(picked)) = (under, self.table.picked) else { return };
        if self.table.waiting.is_empty() {
            return;
        }
        let path = &self.form.rows;
        let Some(document) = &mut self.document else { return };
        let mut pieces = std::mem::take(&mut document.beside);
        for (start, end) in self.table.waiting.drain(..) {
            let first = !std::mem::replace(&mut document.begun, true);
            let heads = first && self.form.header_row;
            let what = match under {
                Under::Known | Under::Other if !picked => meta(path, start, end),
                Under::Query => meta(path, start, end),
                Under::Other => What::Bad(OTHER.to_owned()),
                Under::Known
                    if heads
                        && bytes.read((start, end), |row| {
                            cells::repeats(row, &self.form.cells, &self.columns)
                        }) == Some(true) =>
                {
                    meta(path, start, end)
                }
                Under::Known => What::Record,
            };
            pieces.push(Piece { start, end, what });
        }
        document.open = false;
        pieces.sort_by_key(|piece| piece.start);
        out.append(&mut pieces);
    }

    /// Tells what stands beside the rows.
    fn tell(&mut self, out: &mut Vec<Piece>) {
        if let Some(document) = &mut self.document {
            document.open = false;
            out.append(&mut document.beside);
        }
    }

    /// Tells rows that wait for columns as what cannot be read.
    fn give_up(&mut self, reason: &str, out: &mut Vec<Piece>) {
        if let (Some(first), Some(last)) = (self.table.waiting.first(), self.table.waiting.last()) {
            let piece = Piece { start: first.0, end: last.1, what: What::Bad(reason.to_owned()) };
            // What stands between them lies in it.
            if let Some(document) = &mut self.document {
                document.beside.retain(|beside| beside.end <= piece.start || beside.start >= piece.end);
                document.beside.push(piece);
                document.beside.sort_by_key(|piece| piece.start);
            }
            self.table.waiting.clear();
            self.table.under = Some(Under::Other);
        }
        self.tell(out);
    }

    /// Ends the source.
    fn leave(&mut self, end: u64, out: &mut Vec<Piece>) {
        if let Some(document) = self.document.as_ref().filter(|document| document.other) {
            let what = What::Bad("the source ends inside this record".to_owned());
            out.push(Piece { start: document.start, end, what });
            self.document = None;
        }
        self.give_up("the source ends before the columns of these rows are named", out);
        self.document = None;
    }

    /// Keeps what waits within the longest record that is read.
    fn shorten(&mut self, pos: u64, limit: u64, out: &mut Vec<Piece>) {
        if self.table.waiting.first().is_some_and(|row| pos - row.0 > limit) {
            self.give_up("rows whose columns are not named within the longest record that is read; ask for pages of fewer rows", out);
        }
        // What goes on for long is an answer from here on, whatever comes.
        let hold = META.min(limit / 2);
        if let Some(document) = self.document.as_mut().filter(|document| document.open && !document.other)
            && pos - document.start > hold
        {
            document.open = false;
            let first = self.table.waiting.first().map_or(u64::MAX, |row| row.0);
            let waiting = document.beside.iter().position(|piece| piece.start > first);
            out.extend(document.beside.drain(..waiting.unwrap_or(document.beside.len())));
        }
    }
}

const OTHER: &str =
    "a row under columns that the beginning of the file does not name; make it a file of its own";

fn meta(path: &str, start: u64, end: u64) -> What {
    if end - start > META {
        What::Bad(format!("{path} stands beside the records and is too long to keep"))
    } else {
        What::Meta(path.to_owned())
    }
}

/// A document that is no answer: a record of its own where it says when it happened.
fn other(start: u64, end: u64, bytes: &Bytes<'_>) -> Piece {
    let is_record = bytes.read((start, end), |root| says_when(root, 1)).unwrap_or_default();
    let what =
        if is_record { What::Record } else { What::Bad("a document among answers that is none".to_owned()) };
    Piece { start, end, what }
}
