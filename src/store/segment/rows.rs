//! Rows on their way into a segment: what a batch carries and what an open segment collects.

use super::columns::{DictCol, IntCol, PIECE_ROWS, TIME, index_code};
use super::dict::{DictBuilder, NONE, Values};
use super::ints::{Ints, Times};
use super::values::{ActorValue, write_ip, write_paths, write_targets};
use super::{Segment, Zone, addresses, index};
use crate::domain::{Entry, EntryId, is_copy_format};

/// A dictionary may grow to this many bytes before its rows are closed.
const MAX_DICT_BYTES: usize = 64 << 20;

/// Where the record of a row lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Locator {
    /// Number of the record in its source.
    pub(crate) record: u64,
    /// The block that holds it.
    pub(crate) block: u64,
    /// Number of the record in the block.
    pub(crate) slot: u32,
}

/// Rows with their own dictionaries, in the order they came.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    times: Vec<Option<i64>>,
    ids: Vec<EntryId>,
    parts: Vec<u32>,
    places: Vec<Locator>,
    dicts: [Column; DictCol::ALL.len()],
    scratch: Vec<u8>,
}

#[derive(Debug, Default)]
struct Column {
    builder: DictBuilder,
    ids: Vec<u32>,
}

/// What to do with a row of other rows: leave it out, or take it with this locator and source.
pub(crate) type Take = Option<(Locator, u32)>;

/// A closed segment, ready to be stored.
pub(crate) struct Sealed {
    /// Its extent.
    pub(crate) zone: Zone,
    /// Its columns by number.
    pub(crate) blobs: Vec<(u8, Vec<u8>)>,
}

impl Rows {
    /// Adds an entry. The source is that of number 0 until the rows are taken over.
    pub(crate) fn push(&mut self, entry: &Entry<'_>, place: Locator) {
        self.times.push(entry.time.as_ref().map(|moment| moment.at.0));
        self.ids.push(entry.id);
        self.parts.push(entry.place.part);
        self.places.push(place);
        let digits = [entry.time.as_ref().map_or(0, |moment| moment.digits)];
        self.put(DictCol::Source, Some(&0u32.to_le_bytes()));
        self.put(DictCol::Digits, Some(&digits));
        self.put(DictCol::Scope, entry.scope.map(|scope| scope.as_str().as_bytes()));
        self.put(DictCol::Workspace, entry.workspace.as_deref().map(str::as_bytes));
        self.put(DictCol::EventType, entry.event_type.as_deref().map(str::as_bytes));
        self.put(DictCol::Class, Some(entry.class.as_str().as_bytes()));
        self.put(DictCol::Activity, entry.activity.as_deref().map(str::as_bytes));
        self.put(DictCol::Action, Some(entry.action.as_str().as_bytes()));
        self.put(DictCol::ActionCode, entry.action_code.as_deref().map(str::as_bytes));
        self.put(DictCol::Country, entry.country.as_deref().map(str::as_bytes));
        self.put(DictCol::Outcome, Some(entry.outcome.as_str().as_bytes()));
        self.put(DictCol::Request, entry.request.as_deref().map(str::as_bytes));
        self.put(DictCol::Session, entry.session.as_deref().map(str::as_bytes));
        self.put(DictCol::Format, Some(entry.format.as_bytes()));
        self.write(DictCol::Actor, |out| entry.actor.iter().for_each(|actor| ActorValue::write(actor, out)));
        self.write(DictCol::Ip, |out| entry.ip.iter().for_each(|ip| write_ip(ip, out)));
        self.write(DictCol::Targets, |out| write_targets(&entry.targets, out));
        self.write(DictCol::Changed, |out| write_paths(entry, out));
    }

    fn put(&mut self, col: DictCol, value: Option<&[u8]>) {
        let column = &mut self.dicts[col as usize];
        let id = value.map_or(NONE, |value| column.builder.intern(value));
        column.ids.push(id);
    }

    /// Adds the value that `write` writes, none where it writes nothing.
    fn write(&mut self, col: DictCol, write: impl FnOnce(&mut Vec<u8>)) {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        write(&mut scratch);
        self.put(col, (!scratch.is_empty()).then_some(&scratch));
        self.scratch = scratch;
    }

    /// Returns no rows, with room for as many as these.
    pub(crate) fn room(&self) -> Rows {
        let rows = self.len();
        let column =
            |column: &Column| Column { builder: column.builder.room(rows), ids: Vec::with_capacity(rows) };
        Rows {
            times: Vec::with_capacity(rows),
            ids: Vec::with_capacity(rows),
            parts: Vec::with_capacity(rows),
            places: Vec::with_capacity(rows),
            dicts: std::array::from_fn(|col| column(&self.dicts[col])),
            scratch: Vec::new(),
        }
    }

    /// Returns no rows, in the memory of these.
    pub(crate) fn emptied(mut self) -> Rows {
        self.times.clear();
        self.ids.clear();
        self.parts.clear();
        self.places.clear();
        for column in &mut self.dicts {
            column.builder.clear();
            column.ids.clear();
        }
        self
    }

    /// Returns how many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no room for more, given the rows that a segment may have.
    pub(crate) fn is_full(&self, max_rows: usize) -> bool {
        self.len() >= max_rows
            || self.dicts.iter().any(|column| column.builder.dict().value_bytes() > MAX_DICT_BYTES)
    }

    /// Returns the id of a row.
    pub(crate) fn id(&self, row: usize) -> EntryId {
        self.ids[row]
    }

    /// Returns the time of a row.
    pub(crate) fn time(&self, row: usize) -> Option<i64> {
        self.times[row]
    }

    /// Returns where the record of a row lies.
    pub(crate) fn place(&self, row: usize) -> Locator {
        self.places[row]
    }

    /// Returns the part of the record that a row is.
    pub(crate) fn part(&self, row: usize) -> u32 {
        self.parts[row]
    }

    /// Whether the id of a row was taken from an export instead of its record.
    pub(crate) fn is_copy(&self, row: usize) -> bool {
        let column = &self.dicts[DictCol::Format as usize];
        column.builder.dict().get(column.ids[row]).is_some_and(is_copy_format)
    }

    /// Sets the id of a row.
    pub(crate) fn set_id(&mut self, row: usize, id: EntryId) {
        self.ids[row] = id;
    }

    /// Adds those of other rows, `takes` deciding on each.
    pub(crate) fn extend(&mut self, other: &Rows, takes: &[Take]) {
        for (row, take) in takes.iter().enumerate() {
            let Some((place, _)) = take else { continue };
            self.times.push(other.times[row]);
            self.ids.push(other.ids[row]);
            self.parts.push(other.parts[row]);
            self.places.push(*place);
        }
        for (col, column) in DictCol::ALL.iter().zip(&other.dicts) {
            if *col == DictCol::Source {
                self.put_sources(takes);
                continue;
            }
            let (dict, ids) = (column.builder.dict(), &column.ids);
            self.take_over(*col, dict.len(), |id| dict.get(id), |row| ids[row], takes);
        }
    }

    /// Returns the rows in runs of at most `max` each.
    pub(crate) fn pieces(&self, max: usize) -> Vec<Rows> {
        let run = |start: usize| {
            let end = (start + max).min(self.len());
            let take = |row: usize| Some((self.places[row], self.source(row)));
            let takes: Vec<Take> = (0..end).map(|row| if row < start { None } else { take(row) }).collect();
            let mut piece = Rows::default();
            piece.extend(self, &takes);
            piece
        };
        (0..self.len()).step_by(max.max(1)).map(run).collect()
    }

    /// Adds rows of a closed segment, `takes` deciding on each.
    pub(crate) fn extend_segment(&mut self, other: &Segment, takes: &[Take]) {
        for (row, take) in takes.iter().enumerate() {
            let Some((place, _)) = take else { continue };
            self.times.push(other.times.get(row));
            self.ids.push(other.id(row));
            self.parts.push(other.part(row));
            self.places.push(*place);
        }
        for col in DictCol::ALL {
            if col == DictCol::Source {
                self.put_sources(takes);
                continue;
            }
            let (values, ids) = other.dict(col);
            self.take_over(col, values.len(), |id| values.get(id), |row| ids.get(row) as u32, takes);
        }
    }

    fn put_sources(&mut self, takes: &[Take]) {
        for (_, source) in takes.iter().flatten() {
            self.put(DictCol::Source, Some(&source.to_le_bytes()));
        }
    }

    fn take_over<'a>(
        &mut self,
        col: DictCol,
        len: usize,
        value: impl Fn(u32) -> Option<&'a [u8]>,
        id: impl Fn(usize) -> u32,
        takes: &[Take],
    ) {
        const UNKNOWN: u32 = u32::MAX;
        let column = &mut self.dicts[col as usize];
        let mut known = vec![UNKNOWN; len];
        known[NONE as usize] = NONE;
        for row in (0..takes.len()).filter(|row| takes[*row].is_some()) {
            let old = id(row);
            let slot = &mut known[old as usize];
            if *slot == UNKNOWN {
                *slot = column.builder.intern(value(old).unwrap_or_default());
            }
            column.ids.push(*slot);
        }
    }

    /// Returns the number of a row's source.
    fn source(&self, row: usize) -> u32 {
        let column = &self.dicts[DictCol::Source as usize];
        super::source_number(column.builder.dict().get(column.ids[row]))
    }

    /// Closes the rows into a segment; `order` gives the place of a source's record in the order of time.
    pub(crate) fn seal(&self, order: &dyn Fn(u32, u64) -> u64) -> Sealed {
        let keys: Vec<_> = (0..self.len())
            .map(|row| {
                let source = self.source(row);
                (self.times[row], source, order(source, self.places[row].record), self.parts[row])
            })
            .collect();
        let mut sorted: Vec<u32> = (0..self.len() as u32).collect();
        sorted.sort_by_key(|row| keys[*row as usize]);
        let timeless = self.times.iter().filter(|time| time.is_none()).count();
        let times: Vec<i64> = sorted.iter().filter_map(|row| self.times[*row as usize]).collect();
        let times = Times::new(timeless, &times);
        let zone = Zone::of(&times);
        let mut blobs = vec![(TIME, times.encode())];
        let ids: Vec<EntryId> = sorted.iter().map(|row| self.ids[*row as usize]).collect();
        blobs.extend(index::encode(&ids).into_iter().zip(0..).map(|(blob, part)| (index_code(part), blob)));
        for col in IntCol::ALL {
            let pieces = col.piece_codes(sorted.len());
            if pieces.is_empty() {
                blobs.push((col.code(), self.pack(col, &sorted).encode()));
            }
            let piece = |(code, rows): (u8, &[u32])| (code, self.pack(col, rows).encode());
            blobs.extend(pieces.zip(sorted.chunks(PIECE_ROWS)).map(piece));
        }
        for col in DictCol::ALL {
            let column = &self.dicts[col as usize];
            let ids: Vec<u32> = sorted.iter().map(|row| column.ids[*row as usize]).collect();
            let dict = column.builder.dict();
            let (values, ids) = match col {
                DictCol::Ip => {
                    let (values, ids) = addresses::build(dict, &ids);
                    (addresses::encode(&values), ids)
                }
                _ => {
                    let (values, ids) = Values::build(dict, &ids);
                    (values.encode(), ids)
                }
            };
            blobs.push((col.values_code(), values));
            blobs.push((col.ids_code(), Ints::pack_ids(&ids).encode()));
        }
        Sealed { zone, blobs }
    }

    fn pack(&self, col: IntCol, sorted: &[u32]) -> Ints {
        let number = |row: &u32| {
            let row = *row as usize;
            match col {
                IntCol::Head => self.ids[row].head(),
                IntCol::Tail => self.ids[row].to_u128() as u64,
                IntCol::Record => self.places[row].record,
                IntCol::Part => u64::from(self.parts[row]),
                IntCol::Block => self.places[row].block,
                IntCol::Slot => u64::from(self.places[row].slot),
            }
        };
        Ints::pack(&sorted.iter().map(number).collect::<Vec<_>>())
    }
}
