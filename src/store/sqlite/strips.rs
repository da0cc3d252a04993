//! Rows on their way out by their columns. Rows with a value that is not plain (it may have to be masked, or its
//! record looked at) are handed out whole.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::Field;
use crate::query::Row;
use crate::store::Result;
use crate::store::segment::columns::{DictCol, IntCol};
use crate::store::segment::values::text;
use crate::store::segment::{Load as _, SegmentRef, merge, source_number};
use crate::store::strip::{Column, Place, Strip};

use super::assemble::columns_of;
use super::session::Session;

/// Segments whose rows are handed out by columns at a time; where more overlap, rows of the others are whole.
const SEGMENTS: usize = if cfg!(test) { 3 } else { 16 };

/// Dictionaries up to this length are looked through at once, so that rows need not be.
const SHORT: usize = 1 << 8;

/// Segments whose rows are being handed out.
pub(super) struct Strips<'s> {
    pub(super) fields: &'s [Field],
    /// Whether rows may be handed out by columns, given a row that has nothing but a format and one of their values.
    plain: &'s dyn Fn(&Row) -> bool,
    known: HashMap<u64, Known>,
}

struct Known {
    strip: Arc<Strip>,
    formats: Vec<Arc<str>>,
    /// The columns of which not every value is known to be plain, with what is known.
    tests: Vec<(usize, Vec<Option<bool>>)>,
}

impl<'s> Strips<'s> {
    pub(super) fn new(fields: &'s [Field], plain: &'s dyn Fn(&Row) -> bool) -> Strips<'s> {
        Strips { fields, plain, known: HashMap::new() }
    }

    /// Returns the strips of some places and where in them, or outside, each lies.
    pub(super) fn lay(
        &mut self,
        session: &mut Session,
        segments: &[SegmentRef],
        places: &[merge::Place],
    ) -> Result<(Vec<Arc<Strip>>, Vec<Place>)> {
        self.make_room(segments, places);
        let mut strips: Vec<Arc<Strip>> = Vec::new();
        let mut laid = Vec::with_capacity(places.len());
        for run in places.chunk_by(|a, b| a.0 == b.0) {
            let segment = &segments[run[0].0];
            if self.known.len() >= SEGMENTS && !self.known.contains_key(&segment.number) {
                laid.extend(run.iter().map(|_| Place::Whole));
                continue;
            }
            let known = match self.known.entry(segment.number) {
                std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(Known::load(session, segment, self.fields, self.plain)?)
                }
            };
            let at = strips.iter().position(|strip| Arc::ptr_eq(strip, &known.strip)).unwrap_or_else(|| {
                strips.push(known.strip.clone());
                strips.len() - 1
            });
            laid.extend(run.iter().map(|(_, row)| match known.is_plain(*row as u32, self.plain) {
                true => Place::In(at as u32, *row as u32),
                false => Place::Whole,
            }));
        }
        Ok((strips, laid))
    }

    /// Forgets segments that the walk has left behind.
    fn make_room(&mut self, segments: &[SegmentRef], places: &[merge::Place]) {
        if self.known.len() >= SEGMENTS {
            let mut here: Vec<u64> = places.iter().map(|(at, _)| segments[*at].number).collect();
            here.dedup();
            self.known.retain(|number, _| here.contains(number));
        }
    }
}

impl Known {
    fn load(
        session: &mut Session,
        segment: &SegmentRef,
        fields: &[Field],
        plain: &dyn Fn(&Row) -> bool,
    ) -> Result<Known> {
        let mut columns = Vec::new();
        for col in columns_of(fields) {
            let values = session.values(segment, col)?;
            columns.push(Column { col, ids: session.ids(segment, col, &values)?, values });
        }
        let of = |wanted: DictCol| columns.iter().find(move |column| column.col == wanted);
        let each = |column: &Column| (1..column.values.len() as u32).collect::<Vec<_>>();
        let names = of(DictCol::Source).into_iter().flat_map(|column| {
            let numbers = each(column).into_iter().map(|id| source_number(column.values.get(id)));
            numbers.filter_map(|number| Some((number, session.snapshot.names.get(&number)?.clone())))
        });
        let names = names.collect();
        let format = |column: &Column, id| Arc::from(text(column.values.get(id).unwrap_or_default()));
        let formats = of(DictCol::Format);
        let formats = formats.map(|column| each(column).into_iter().map(|id| format(column, id)).collect());
        let strip = Strip {
            segment: segment.number,
            keys: session.keys(segment)?,
            heads: session.ints(segment, IntCol::Head)?,
            tails: session.ints(segment, IntCol::Tail)?,
            records: session.ints(segment, IntCol::Record)?,
            columns,
            names,
        };
        let mut known =
            Known { strip: Arc::new(strip), formats: formats.unwrap_or_default(), tests: Vec::new() };
        known.test(plain);
        Ok(known)
    }

    /// Looks through short dictionaries; the others' values are looked at as they come.
    fn test(&mut self, plain: &dyn Fn(&Row) -> bool) {
        for column in 0..self.strip.columns() {
            let len = self.strip.values(column);
            let mut known = vec![None; len];
            known[0] = Some(true);
            if len <= SHORT {
                for value in 1..len as u32 {
                    known[value as usize] = Some(self.is_value_plain(column, value, plain));
                }
            }
            if known.iter().any(|plain| *plain != Some(true)) {
                self.tests.push((column, known));
            }
        }
    }

    /// Whether a value is plain in entries of all formats there are.
    fn is_value_plain(&self, column: usize, value: u32, plain: &dyn Fn(&Row) -> bool) -> bool {
        let mut row = self.strip.row_with(column, value);
        self.formats.iter().all(|format| {
            row.format = format.clone();
            plain(&row)
        })
    }

    fn is_plain(&mut self, row: u32, plain: &dyn Fn(&Row) -> bool) -> bool {
        let mut tests = std::mem::take(&mut self.tests);
        let all = tests.iter_mut().all(|(column, known)| {
            let value = self.strip.value(*column, row);
            let slot = &mut known[value as usize];
            *slot.get_or_insert_with(|| self.is_value_plain(*column, value, plain))
        });
        self.tests = tests;
        all
    }
}
