//! Everything that matches, row by row, with the entries themselves where they are wanted.

use std::borrow::Cow;

use crate::domain::{Entry, EntryId};
use crate::query::{Answer, Filter, Row, Sort, Watch};
use crate::store::{Interpret, Kept, Result, StoredRecord};

use super::super::mask::Masker;
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

impl Access {
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
        let filter = self.limit(filter).into_owned();
        let Access { reader, interpret, masker, .. } = self;
        if opens == Opens::Never && masker.is_none() {
            return reader.for_each(&filter, sort, watch, &mut |row| each(row, None));
        }
        let masking = masker.is_some();
        let wanted = |row: &Row| opens.wants(row) || (masking && Masker::is_open(row));
        let mut last = Last { interpret: interpret.as_ref(), of: None, entries: Vec::new() };
        let mut failed = None;
        let answer = reader.for_each_record(&filter, sort, watch, &wanted, &mut |row, kept| {
            let shown = last.detail(row, kept).map(|detail| masked(row, detail, masker, last.interpret));
            match shown {
                Ok((row, detail)) => each(&row, detail.as_ref().filter(|_| opens.wants(&row))),
                Err(error) => {
                    failed = Some(error);
                    false
                }
            }
        })?;
        failed.map_or(Ok(answer), Err)
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
struct Last<'a> {
    interpret: &'a dyn Interpret,
    of: Option<(u32, u64)>,
    entries: Vec<Entry<'static>>,
}

impl Last<'_> {
    fn detail(&mut self, row: &Row, kept: Option<Kept>) -> Result<Option<Detail>> {
        let Some(Kept { record, note }) = kept else { return Ok(None) };
        let entry = self.entry(row.id, &record).ok_or_else(|| changed_meaning(row.id, &record))?;
        Ok(Some(Detail { entry, record, note, masked: false }))
    }

    fn entry(&mut self, id: EntryId, record: &StoredRecord) -> Option<Entry<'static>> {
        let of = Some((record.source.id, record.record));
        if self.of != of {
            (self.of, self.entries) = (of, self.interpret.entries(record));
        }
        let at = self.entries.iter().position(|entry| entry.id == id)?;
        // Each entry of a record is asked for once.
        Some(self.entries.swap_remove(at))
    }
}
