//! Rows of a table from the columns of a segment: column by column, each value read from its dictionary once
//! where many rows share it. It gives what [`Row::of`] gives for the entry.

use crate::domain::{EntryId, Field};
use crate::query::Row;
use crate::store::Result;
use crate::store::segment::columns::{DictCol, IntCol};
use crate::store::segment::fill::fill;
use crate::store::segment::{Ids, Load as _, SegmentRef};

use super::session::Session;

/// Returns rows of one segment in the order asked for, with the values of some fields: a column that nobody
/// looks at costs as much as one that is shown.
pub(super) fn rows_of(
    session: &mut Session,
    segment: &SegmentRef,
    wanted: &[usize],
    fields: &[Field],
) -> Result<Vec<Row>> {
    let keys = session.keys(segment)?;
    let ids = ids_of(session, segment, wanted)?;
    let records = session.ints(segment, IntCol::Record)?;
    let snapshot = &session.snapshot;
    let mut rows: Vec<Row> = wanted
        .iter()
        .zip(ids)
        .map(|(row, id)| Row {
            record: records.get(*row),
            noted: snapshot.noted.binary_search(&id).is_ok(),
            marked: snapshot.marked.binary_search(&id).is_ok(),
            ..Row::blank(id, keys.position(*row))
        })
        .collect();
    for col in columns_of(fields) {
        let values = session.values(segment, col)?;
        let ids = session.ids(segment, col, &values)?;
        let ids: Vec<u32> = wanted.iter().map(|row| ids.get(*row) as u32).collect();
        fill(&mut rows, col, &values, &ids, &session.snapshot.names);
    }
    Ok(rows)
}

/// Returns the ids of rows.
fn ids_of(session: &mut Session, segment: &SegmentRef, wanted: &[usize]) -> Result<Vec<EntryId>> {
    let mut ids = Vec::with_capacity(wanted.len());
    let mut known: Option<Ids> = None;
    for row in wanted {
        let near = match known.take().filter(|ids| ids.has(*row)) {
            Some(near) => near,
            None => session.ids_around(segment, *row)?,
        };
        ids.push(near.get(*row));
        known = Some(near);
    }
    Ok(ids)
}

/// Returns the columns that rows with the values of some fields are made of.
pub(super) fn columns_of(fields: &[Field]) -> impl Iterator<Item = DictCol> {
    let shown = |col: &DictCol| {
        matches!(col, DictCol::Digits | DictCol::Format)
            || fields.iter().any(|field| DictCol::of(*field) == *col)
    };
    DictCol::ALL.into_iter().filter(shown)
}
