//! Everything that matches, row by row, with the entries themselves where they are wanted.

use std::borrow::Cow;
use std::sync::Arc;

use crate::domain::{Entry, EntryId, Field};
use crate::query::{Answer, Filter, Row, Sort, Watch};
use crate::store::strip::{Chunk, Place, Strip};
use crate::store::{Interpret, Kept, Result, StoredRecord, Stream};

use super::super::mask::{Masker, is_masked};
use super::{Access, Detail, changed_meaning};

/// Which rows' records are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// None: the columns of rows suffice.
    Never,
    /// Those of entries that have changes.
    WithChanges,
    /// All.
    Always,
}

impl Opens {
    fn wants(self, row: &Row) -> bool {
        self == Opens::Always || (self == Opens::WithChanges && row.has_diff)
    }
}

/// Rows as the store holds them, secrets and all: only a [`Showing`] looks inside.
pub struct Sealed(Chunk);

/// A row as it may be seen.
pub enum Seen<'s> {
    /// The row, and its entry where its record was to be opened.
    Row(&'s Row, Option<&'s Detail>),
    /// The row with a number in the strip with an index.
    Plain(usize, u32),
}

impl Sealed {
    /// Returns how many rows it holds.
    pub fn len(&self) -> usize {
        self.0.places.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.0.places.is_empty()
    }

    /// Drops all but the first rows.
    pub fn truncate(&mut self, len: usize) {
        self.0.places.truncate(len);
    }

    /// Returns the strips in which plain rows lie.
    pub fn strips(&self) -> &[Arc<Strip>] {
        &self.0.strips
    }
}

/// Makes of sealed rows what may be seen of them. Each thread has its own.
pub struct Showing {
    masker: Option<Masker>,
    opens: Opens,
    last: Last,
}

impl Showing {
    /// Calls `each` with every row as it may be seen, and with its entry where its record was to be opened,
    /// until it returns false. Returns whether it never did.
    ///
    /// # Errors
    /// A record no longer gives the entry it gave.
    pub fn each(&mut self, sealed: Sealed, each: &mut dyn FnMut(Seen<'_>) -> bool) -> Result<bool> {
        let Showing { masker, opens, last } = self;
        let mut whole = sealed.0.whole.into_iter();
        for place in sealed.0.places {
            let go_on = match place {
                Place::In(strip, row) => each(Seen::Plain(strip as usize, row)),
                Place::Whole => {
                    let Some((row, kept)) = whole.next() else { continue };
                    let detail = last.detail(&row, kept)?;
                    let (row, detail) = masked(&row, detail, masker, last.interpret.as_ref());
                    each(Seen::Row(&row, detail.as_ref().filter(|_| opens.wants(&row))))
                }
            };
            if !go_on {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Access {
    /// Returns what shows rows handed out by [`Self::for_each_sealed`] with the same `opens`.
    pub fn showing(&self, opens: Opens) -> Showing {
        let last = Last { interpret: self.interpret.clone(), of: None, entries: Vec::new() };
        Showing { masker: self.masker.clone(), opens, last }
    }

    /// Calls `each` with every row that matches, in order, and with the entries of those whose records are to
    /// be opened, until it returns false. One pass; memory stays flat.
    ///
    /// # Errors
    /// The store failed, or a record no longer gives the entry it gave.
    pub fn for_each(
        &mut self,
        filter: &Filter,
        sort: Sort,
        opens: Opens,
        watch: &mut dyn Watch,
        each: &mut dyn FnMut(&Row, Option<&Detail>) -> bool,
    ) -> Result<Answer<()>> {
        let mut showing = self.showing(opens);
        let mut failed = None;
        let answer = self.for_each_sealed(filter, sort, (opens, Field::ALL), watch, &mut |sealed| {
            let each = &mut |seen: Seen<'_>| match seen {
                Seen::Row(row, detail) => each(row, detail),
                // None was asked for.
                Seen::Plain(..) => true,
            };
            showing.each(sealed, each).unwrap_or_else(|error| {
                failed = Some(error);
                false
            })
        })?;
        failed.map_or(Ok(answer), Err)
    }

    /// Calls `each` with every row that matches, in order, some at a time, until it returns false; what may be
    /// seen of them is then made by whoever has the time. Of a row only what `fields` need is there.
    ///
    /// # Errors
    /// The store failed.
    pub fn for_each_sealed(
        &mut self,
        filter: &Filter,
        sort: Sort,
        (opens, fields): (Opens, &[Field]),
        watch: &mut dyn Watch,
        each: &mut dyn FnMut(Sealed) -> bool,
    ) -> Result<Answer<()>> {
        let Some(filter) = self.limit(filter, watch)? else { return Ok(None) };
        let filter = filter.into_owned();
        let masking = self.masker.is_some();
        let wanted = |row: &Row| opens.wants(row) || (masking && Masker::is_open(row));
        let of = Stream { filter: &filter, sort, fields, wanted: &wanted };
        self.reader.for_each_chunk(&of, watch, &mut |rows| each(Sealed(Chunk::of_whole(rows))))
    }

    /// Does the same without opening records; rows of which nothing has to be masked are [`Seen::Plain`].
    ///
    /// # Errors
    /// The store failed.
    pub fn for_each_plain(
        &mut self,
        filter: &Filter,
        sort: Sort,
        fields: &[Field],
        watch: &mut dyn Watch,
        each: &mut dyn FnMut(Sealed) -> bool,
    ) -> Result<Answer<()>> {
        let Some(filter) = self.limit(filter, watch)? else { return Ok(None) };
        let filter = filter.into_owned();
        let masking = self.masker.is_some();
        let plain = |row: &Row| !(is_masked(row) || masking && Masker::may_change(row));
        let wanted = |row: &Row| masking && Masker::is_open(row);
        let of = Stream { filter: &filter, sort, fields, wanted: &wanted };
        self.reader.for_each_plain(&of, &plain, watch, &mut |chunk| each(Sealed(chunk)))
    }
}

/// Returns a row and its entry as they may be seen.
fn masked<'r>(
    row: &'r Row,
    detail: Option<Detail>,
    masker: &mut Option<Masker>,
    interpret: &dyn Interpret,
) -> (Cow<'r, Row>, Option<Detail>) {
    let Some(masker) = masker else { return (Cow::Borrowed(row), detail) };
    let Some(mut detail) = detail else { return (masker.row(row), None) };
    masker.detail(&mut detail, interpret);
    let row = if detail.masked { Cow::Owned(Masker::row_of(row, &detail)) } else { Cow::Borrowed(row) };
    (row, Some(detail))
}

/// The entries of the record opened last: those of one record mostly follow each other.
struct Last {
    interpret: Arc<dyn Interpret>,
    of: Option<(u32, u64)>,
    entries: Vec<Entry<'static>>,
}

impl Last {
    fn detail(&mut self, row: &Row, kept: Option<Kept>) -> Result<Option<Detail>> {
        let Some(Kept { record, note }) = kept else { return Ok(None) };
        let entry = self.entry(row.id, &record).ok_or_else(|| changed_meaning(row.id, &record))?;
        Ok(Some(Detail { entry, record, note, masked: false }))
    }

    fn entry(&mut self, id: EntryId, record: &StoredRecord) -> Option<Entry<'static>> {
        let of = Some((record.source.id, record.record));
        let known = self.entries.iter().position(|entry| entry.id == id).filter(|_| self.of == of);
        let at = match known {
            Some(at) => at,
            None => {
                (self.of, self.entries) = (of, self.interpret.entries(record));
                self.entries.iter().position(|entry| entry.id == id)?
            }
        };
        // Each entry of a record is asked for once.
        Some(self.entries.swap_remove(at))
    }
}
