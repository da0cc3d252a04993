//! Rows handed out one after the other, with what is kept of them where that is wanted: one pass over the
//! segments and blocks, a bounded number of rows in memory.

use rusqlite::OptionalExtension as _;

use crate::domain::{EntryId, Field};
use crate::query::{Answer, Filter, Row, Sort, SortKey, Watch};
use crate::store::segment::SegmentRef;
use crate::store::segment::bits::Selection;
use crate::store::segment::merge::{Merge, Place, walk_of};
use crate::store::strip::{self, Chunk, TakeChunk};
use crate::store::{Kept, Result, Stream};

use super::super::schema::database;
use super::super::session::Session;
use super::super::strips::Strips;
use super::super::view::View;
use super::asked::Asked;

/// Rows handed out at once.
const CHUNK: usize = 2048;

/// Bytes of records handed out at once, about.
const CHUNK_BYTES: usize = 1 << 20;

/// Takes the rows at some places; returns whether more are wanted.
type HandOut<'a> = &'a mut dyn FnMut(&mut Session, &[SegmentRef], &[Place]) -> Result<bool>;

impl Asked<'_> {
    /// Calls `each` with every row that matches until it returns false.
    pub(super) fn for_each(
        &mut self,
        filter: &Filter,
        sort: Sort,
        watch: &mut dyn Watch,
        each: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<Answer<()>> {
        let Some(selections) = self.select(filter, 0, watch)? else { return Ok(None) };
        let mut stopped = false;
        self.places(sort, &selections, &mut |session, segments, places| {
            stopped = watch.cancelled();
            Ok(!stopped && session.rows(segments, places)?.iter().all(&mut *each))
        })?;
        Ok((!stopped).then_some(()))
    }

    /// Calls `each` with every row that matches, and with what is kept of those `wanted`, until it returns
    /// false.
    pub(super) fn for_each_record(
        &mut self,
        filter: &Filter,
        sort: Sort,
        watch: &mut dyn Watch,
        wanted: &dyn Fn(&Row) -> bool,
        each: &mut dyn FnMut(&Row, Option<Kept>) -> bool,
    ) -> Result<Answer<()>> {
        let one = &mut |rows: Vec<(Row, Option<Kept>)>| rows.into_iter().all(|(row, kept)| each(&row, kept));
        self.for_each_chunk(&Stream { filter, sort, fields: Field::ALL, wanted }, watch, one)
    }

    /// Does the same with some rows at a time, of a bounded size.
    pub(super) fn for_each_chunk(
        &mut self,
        of: &Stream<'_>,
        watch: &mut dyn Watch,
        each: &mut dyn FnMut(Vec<(Row, Option<Kept>)>) -> bool,
    ) -> Result<Answer<()>> {
        let Some(selections) = self.select(of.filter, 0, watch)? else { return Ok(None) };
        let mut stopped = false;
        self.places(of.sort, &selections, &mut |session, segments, places| {
            let (mut chunk, mut bytes) = (Vec::with_capacity(places.len()), 0);
            for (row, (at, number)) in session.rows_with(segments, places, of.fields)?.into_iter().zip(places)
            {
                let kept =
                    if (of.wanted)(&row) { Some(session.kept(&segments[*at], *number, &row)?) } else { None };
                bytes += kept.as_ref().map_or(0, |kept| kept.record.raw.len());
                chunk.push((row, kept));
                if bytes > CHUNK_BYTES {
                    stopped = watch.cancelled();
                    bytes = 0;
                    if stopped || !each(std::mem::take(&mut chunk)) {
                        return Ok(false);
                    }
                }
            }
            stopped = watch.cancelled();
            Ok(!stopped && each(chunk))
        })?;
        Ok((!stopped).then_some(()))
    }

    /// Does the same by columns where values are `plain`.
    pub(super) fn for_each_plain(
        &mut self,
        of: &Stream<'_>,
        plain: &dyn Fn(&Row) -> bool,
        watch: &mut dyn Watch,
        each: TakeChunk<'_>,
    ) -> Result<Answer<()>> {
        let Some(selections) = self.select(of.filter, 0, watch)? else { return Ok(None) };
        let mut stopped = false;
        let mut strips = Strips::new(of.fields, plain);
        self.places(of.sort, &selections, &mut |session, segments, places| {
            chunks(session, (segments, places), &mut strips, of.wanted, &mut |chunk| {
                stopped = watch.cancelled();
                !stopped && each(chunk)
            })
        })?;
        Ok((!stopped).then_some(()))
    }

    /// Hands out the places of all that was selected, in order.
    fn places(&mut self, sort: Sort, selections: &[Selection], hand_out: HandOut<'_>) -> Result<()> {
        let segments = self.segments.clone();
        if let SortKey::Field(field) = sort.key {
            let view = View { segments: &segments, selections };
            let ranked = self.ranked(view, field, sort.descending)?;
            return ranked.runs(self.session, 0, u64::MAX, &mut |session, places| {
                hand_out(session, &segments, places)
            });
        }
        let mut merge = Merge::new(walk_of(&sort), &segments, selections, None);
        loop {
            let mut places = Vec::with_capacity(CHUNK);
            merge.take(CHUNK, &mut |segment| self.session.keys(segment), &mut places)?;
            if places.is_empty() || !hand_out(self.session, &segments, &places)? {
                return Ok(());
            }
        }
    }
}

/// Hands out rows by columns, and whole those that are not plain, in chunks of a bounded size; returns whether more
/// are wanted.
fn chunks(
    session: &mut Session,
    (segments, places): (&[SegmentRef], &[Place]),
    strips: &mut Strips<'_>,
    wanted: &dyn Fn(&Row) -> bool,
    each: TakeChunk<'_>,
) -> Result<bool> {
    let (strips_here, laid) = strips.lay(session, segments, places)?;
    let outside = laid.iter().zip(places).filter(|(laid, _)| **laid == strip::Place::Whole);
    let outside: Vec<Place> = outside.map(|(_, place)| *place).collect();
    let rows = session.rows_with(segments, &outside, strips.fields)?;
    let mut whole = rows.into_iter().zip(outside);
    let (mut chunk, mut bytes) = (Chunk { strips: strips_here.clone(), ..Chunk::default() }, 0);
    for place in laid {
        chunk.places.push(place);
        if place != strip::Place::Whole {
            continue;
        }
        let Some((row, (at, number))) = whole.next() else { continue };
        let kept = if wanted(&row) { Some(session.kept(&segments[at], number, &row)?) } else { None };
        bytes += kept.as_ref().map_or(0, |kept| kept.record.raw.len());
        chunk.whole.push((row, kept));
        if bytes > CHUNK_BYTES {
            let next = Chunk { strips: strips_here.clone(), ..Chunk::default() };
            bytes = 0;
            if !each(std::mem::replace(&mut chunk, next)) {
                return Ok(false);
            }
        }
    }
    Ok(chunk.places.is_empty() || each(chunk))
}

impl Session {
    /// Returns what is kept of a row beside its columns.
    fn kept(&mut self, segment: &SegmentRef, number: usize, row: &Row) -> Result<Kept> {
        let note = if row.noted { self.note(row.id)? } else { None };
        Ok(Kept { record: self.record(segment, number)?, note })
    }

    /// Returns the note on an entry.
    pub(in super::super) fn note(&self, id: EntryId) -> Result<Option<String>> {
        self.connection
            .prepare_cached("SELECT text FROM notes WHERE id = ?1")
            .and_then(|mut query| query.query_row([id.0], |row| row.get(0)).optional())
            .map_err(database("reading a note"))
    }
}
