//! The entries of one object: found by the column of targets, read block by block.

use crate::domain::{EntryId, Field};
use crate::query::{Answer, Row, Text, TextMatcher, Watch};
use crate::store::segment::columns::DictCol;
use crate::store::segment::values::read_targets;
use crate::store::segment::{Load as _, SegmentRef};
use crate::store::{Result, StoredRecord};

use super::session::Session;

/// Returns the rows whose primary target has exactly this id or name, segment by segment.
pub(super) fn with_target(
    session: &mut Session,
    segments: &[SegmentRef],
    text: &str,
    watch: &mut dyn Watch,
) -> Result<Answer<Vec<Row>>> {
    let mut rows = Vec::new();
    for segment in segments {
        if watch.cancelled() {
            return Ok(None);
        }
        let numbers = of_segment(session, segment, text)?;
        if numbers.is_empty() {
            continue;
        }
        let found = super::assemble::rows_of(session, segment, &numbers, Field::ALL)?;
        for (row, number) in found.iter().zip(&numbers) {
            session.remember(row.id, segment.number, *number);
        }
        rows.extend(found);
    }
    Ok(Some(rows))
}

/// Returns the rows of one segment, those that were removed left out.
fn of_segment(session: &mut Session, segment: &SegmentRef, text: &str) -> Result<Vec<usize>> {
    let values = session.values(segment, DictCol::Targets)?;
    let is = |id: &u32| {
        let target = values.get(*id).and_then(|value| read_targets(value).next());
        target.is_some_and(|target| target.id == Some(text) || target.name == Some(text))
    };
    let literal = TextMatcher::literal(&Text { literal: text.to_owned(), exact_case: true });
    let hits: Vec<u32> = values.holding(&literal).into_iter().filter(is).collect();
    if hits.is_empty() {
        return Ok(Vec::new());
    }
    let ids = session.ids(segment, DictCol::Targets, &values)?;
    let mut wanted = vec![false; values.len()];
    hits.iter().for_each(|id| wanted[*id as usize] = true);
    let is_hit = |row: &usize| wanted.get(ids.get(*row) as usize).copied().unwrap_or(false);
    Ok((0..ids.len()).filter(|row| is_hit(row) && !segment.is_removed(*row)).collect())
}

/// Returns the raw records of entries, in their order. Each block is opened once.
pub(super) fn records(
    session: &mut Session,
    segments: &[SegmentRef],
    ids: &[EntryId],
    watch: &mut dyn Watch,
) -> Result<Answer<Vec<Option<StoredRecord>>>> {
    let mut places = Vec::with_capacity(ids.len());
    for (at, id) in ids.iter().enumerate() {
        if let Some((segment, row)) = session.locate(*id)? {
            let block = session.place(&segments[segment], row)?.block;
            places.push((block, segment, row, at));
        }
    }
    places.sort_unstable();
    let mut records: Vec<Option<StoredRecord>> = vec![None; ids.len()];
    for (_, segment, row, at) in places {
        if watch.cancelled() {
            return Ok(None);
        }
        records[at] = Some(session.record(&segments[segment], row)?);
    }
    Ok(Some(records))
}
