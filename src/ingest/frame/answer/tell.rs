//! Is a source an answer of a query, and of which form? Every form is tried on its beginning until one byte says that it
//! is none; most sources are told by their first key.
//!
//! A form with a sure mark is taken once its columns and a row were seen. One that only has columns and rows is read to
//! the end of its document first, since every row must fit.

use super::cells::{self, Column};
use super::form::{Form, forms};
use super::walk::{Event, Walk};
use crate::domain::json::{Doc, Kind, Node};
use crate::ingest::frame::close::closed;
use crate::ingest::frame::sniff::Hints;
use crate::ingest::text::says_when_but;

/// Bytes of a document that are asked whether it is a record itself.
const HEAD: usize = 256 * 1024;

/// What the beginning of a source shows.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest::frame) enum Told {
    /// It is no answer.
    Not,
    /// More must be read.
    Unsure,
    Answer(Found),
    /// It is one that cannot be read: which, and what to do instead.
    Instead(String),
}

/// An answer: the number of its form, and its columns.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest::frame) struct Found {
    pub(in crate::ingest::frame) form: usize,
    pub(in crate::ingest::frame) columns: Vec<Column>,
}

/// Looks at the beginning of a source as it grows.
pub(in crate::ingest::frame) struct Teller<'h> {
    hints: &'h Hints<'h>,
    candidates: Vec<Candidate>,
    base: u64,
}

/// A form that the source may be of.
struct Candidate {
    number: usize,
    form: &'static Form,
    walk: Walk,
    state: Seen,
}

/// What was seen of it.
#[derive(Default)]
struct Seen {
    dead: bool,
    /// The columns of the first table that is read.
    columns: Option<Vec<Column>>,
    /// Documents with a list of rows under columns.
    documents: u32,
    /// The document at hand has a list of rows.
    listed: bool,
    /// Where the document at hand begins.
    start: u64,
    needs: Vec<bool>,
    /// Rows of all documents that were looked at.
    rows: u64,
    /// The table at hand.
    table: Table,
}

#[derive(Default)]
struct Table {
    columns: Option<Vec<Column>>,
    listed: bool,
    picked: bool,
    rows: u64,
    /// Cells of its first row.
    width: Option<usize>,
    uneven: bool,
}

impl<'h> Teller<'h> {
    /// Returns one for a source whose bytes begin at `base`.
    pub(in crate::ingest::frame) fn new(hints: &'h Hints<'h>, base: u64) -> Teller<'h> {
        let candidate = |(number, form): (usize, &'static Form)| Candidate {
            number,
            form,
            walk: Walk::new(form, base),
            state: Seen { needs: vec![false; form.needs.len()], ..Seen::default() },
        };
        Teller { hints, candidates: forms().iter().enumerate().map(candidate).collect(), base }
    }

    /// Looks at what is new in `window`, which holds the source from its first byte on.
    pub(in crate::ingest::frame) fn look(&mut self, window: &[u8]) -> Told {
        let (base, hints) = (self.base, self.hints);
        for Candidate { form, walk, state, .. } in &mut self.candidates {
            walk.run(window, base, &mut |event| {
                if !state.dead {
                    let range = |start: u64, end: u64| {
                        window.get((start - base) as usize..(end - base) as usize).unwrap_or_default()
                    };
                    state.take(form, &event, &range, hints);
                }
            });
        }
        self.candidates.retain(|candidate| !candidate.state.dead);
        let Some(first) = self.candidates.first_mut() else { return Told::Not };
        // A document that lists nothing under columns may be anything.
        let some = first.state.rows > 0 || !first.form.loose;
        let complete = first.state.documents > 0 && first.state.is_known(first.form) && some;
        if let Some(instead) = first.form.instead.as_ref().filter(|_| complete) {
            return Told::Instead(format!("{}; {instead}", first.form.title));
        }
        let fits = !first.form.loose && first.form.instead.is_none() && first.state.fits(first.form);
        if !complete && !fits {
            return Told::Unsure;
        }
        if !first.walk.is_between()
            && is_record(window.get((first.state.start - base) as usize..), first.form, hints)
        {
            return Told::Not;
        }
        let columns = first.state.columns.clone().unwrap_or_default();
        Told::Answer(Found { form: first.number, columns })
    }

    /// Decides where no more can be had, or may be read: `limit` bytes of a source that goes on.
    ///
    /// # Errors
    /// What it is, if its columns cannot be found.
    pub(in crate::ingest::frame) fn decide(
        self,
        window: &[u8],
        limit: Option<usize>,
    ) -> Result<Option<Found>, String> {
        let Some(first) = self.candidates.into_iter().next() else { return Ok(None) };
        let Candidate { number, form, state, .. } = first;
        if form.instead.is_some()
            || is_record(window.get((state.start - self.base) as usize..), form, self.hints)
        {
            return Ok(None);
        }
        if state.fits(form) {
            return Ok(Some(Found { form: number, columns: state.columns.unwrap_or_default() }));
        }
        let unnamed =
            form.columns.is_some() && state.columns.is_none() && state.table.rows > 0 && !form.loose;
        match limit.filter(|_| unnamed) {
            None => Ok(None),
            Some(limit) => Err(format!(
                "{} whose columns are not named within its first {limit} bytes (record 0, byte {}); ask for pages of fewer rows",
                form.title, state.start
            )),
        }
    }
}

impl Seen {
    fn take<'w>(
        &mut self,
        form: &Form,
        event: &Event,
        range: &dyn Fn(u64, u64) -> &'w [u8],
        hints: &Hints<'_>,
    ) {
        let fine = match *event {
            Event::Begin(start) => {
                self.start = start;
                self.listed = false;
                self.needs.fill(false);
                true
            }
            Event::Table => {
                self.table = Table { picked: form.pick.is_none(), ..Table::default() };
                true
            }
            Event::TableEnd => self.settle(form) && self.table_fits(form),
            // A second list of the same table: nobody knows which is meant.
            Event::Rows => {
                self.listed = true;
                !std::mem::replace(&mut self.table.listed, true)
            }
            Event::Columns(start, end) => self.table.columns.is_none() && self.name(form, range(start, end)),
            Event::Row(start, end) => self.row(form, range(start, end)),
            Event::Beside(at, start, end) => self.beside(form, form.tree.path(at), range(start, end), hints),
            Event::End(end) => self.end(form, range(self.start, end), hints),
            Event::Stray(_) | Event::Unknown(..) => false,
            // What is broken costs itself, once it is plain what it is part of.
            Event::Broken(..) => !form.loose && self.fits(form),
        };
        self.dead |= !fine;
    }

    fn name(&mut self, form: &Form, list: &[u8]) -> bool {
        let mut doc = Doc::new();
        let list = std::str::from_utf8(list).ok().and_then(|text| doc.parse(text).ok());
        self.table.columns = list.and_then(|list| cells::columns(list, &form.column));
        self.table.columns.is_some() && self.settle(form)
    }

    /// Takes note of the columns of the first table that is read; returns whether its first row fits them.
    fn settle(&mut self, form: &Form) -> bool {
        if self.table.picked && self.columns.is_none() {
            self.columns.clone_from(&self.table.columns);
        }
        self.table_fits(form)
    }

    fn table_fits(&self, form: &Form) -> bool {
        let Table { columns, width, uneven, rows, .. } = &self.table;
        let Some(columns) = columns else { return true };
        if form.instead.is_some() {
            return true;
        }
        let first = width.is_none_or(|width| width == columns.len());
        first && (!form.loose || *rows == 0 || !uneven)
    }

    fn row(&mut self, form: &Form, row: &[u8]) -> bool {
        self.table.rows += 1;
        let asked = form.loose || form.instead.is_some() || self.table.width.is_none();
        if !asked {
            return true;
        }
        let mut doc = Doc::new();
        let Some(row) = std::str::from_utf8(row).ok().and_then(|text| doc.parse(text).ok()) else {
            // It is a reject; the next one will tell.
            return !form.loose;
        };
        let Some(count) = cells::count(row, &form.cells) else { return false };
        self.table.uneven |= *self.table.width.get_or_insert(count) != count;
        self.rows += 1;
        self.table_fits(form) && !(form.loose && self.table.uneven)
    }

    fn beside(&mut self, form: &Form, path: &str, value: &[u8], hints: &Hints<'_>) -> bool {
        for (need, seen) in form.needs.iter().zip(&mut self.needs) {
            *seen |= need == path;
        }
        let mut doc = Doc::new();
        let Some(value) = std::str::from_utf8(value).ok().and_then(|text| doc.parse(text).ok()) else {
            return false;
        };
        if let Some(pick) = form.pick.as_ref().filter(|pick| pick.member == path) {
            self.table.picked = value.as_str().is_some_and(|text| text == pick.value);
        }
        let is = form.is.get(path);
        let meant = is
            .is_none_or(|texts| value.as_str().is_some_and(|text| texts.iter().any(|known| *known == text)));
        meant && !holds_records(value, hints) && self.settle(form)
    }

    /// Ends a document; returns whether it was an answer, or a page without rows of a form with a sure mark.
    fn end(&mut self, form: &Form, document: &[u8], hints: &Hints<'_>) -> bool {
        let turned = form.instead.is_none()
            || self.table.columns.as_ref().is_some_and(|columns| self.table.rows == columns.len() as u64);
        // Where nothing but columns and rows marks the form, each document has both.
        let named = if form.loose { self.table.columns.is_some() } else { self.is_known(form) };
        let answers = self.listed && named;
        let page = !self.listed && !form.needs.is_empty() && !form.loose;
        self.documents += u32::from(answers);
        self.needs.iter().all(|seen| *seen)
            && turned
            && (answers || page)
            && !is_record(Some(document), form, hints)
    }

    /// Whether it is known what its rows are.
    fn is_known(&self, form: &Form) -> bool {
        form.columns.is_none() || self.columns.is_some()
    }

    /// Whether what was seen of a document that goes on is enough.
    fn fits(&self, form: &Form) -> bool {
        self.is_known(form) && self.rows > 0 && self.needs.iter().all(|seen| *seen)
    }
}

/// Whether a document is a record of a known format, or says itself when it happened.
fn is_record(document: Option<&[u8]>, form: &Form, hints: &Hints<'_>) -> bool {
    let document = document.unwrap_or_default();
    let Some(text) = closed(document.get(..HEAD).unwrap_or(document)) else { return false };
    let mut doc = Doc::new();
    let Ok(root) = doc.parse(&text) else { return false };
    let says = |node: Node<'_>| {
        node.kind() == Kind::Object
            && ((hints.known)(node)
                || says_when_but(node, 1, &|key| form.times.iter().any(|time| time == key)))
    };
    says(root) || root.items().any(says)
}

/// Whether a value beside the rows holds records: a list with an object that a format knows or that says when it
/// happened.
pub(super) fn holds_records(value: Node<'_>, hints: &Hints<'_>) -> bool {
    let mut open = vec![value];
    while let Some(node) = open.pop() {
        let is_record = |item: Node<'_>| {
            item.kind() == Kind::Object && (says_when_but(item, 1, &|_| false) || (hints.known)(item))
        };
        if node.items().any(is_record) {
            return true;
        }
        open.extend(node.items().chain(node.members().map(|(_, value)| value)));
    }
    false
}
