//! Numbers of a column: the least one apart, the rest as narrow as they allow; in memory as on disk, but for numbers
//! in order, which are few runs on disk.

use std::ops::AddAssign;
use std::sync::Arc;

use super::frame::{Reader, damaged, push_varint, unwrap, wrap};
use super::runs::{self, Run};
use crate::store::Result;

/// Added to the width of numbers that are written as runs.
const RUNS: u8 = 16;

/// A column of numbers, packed to whole bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ints {
    base: u64,
    packed: Packed,
    /// The greatest of them, or any beyond it where they are of eight bytes; asked for with every use of a column of ids.
    limit: u64,
}

/// What each number has beyond the least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Packed {
    /// All are alike; so many.
    Same(usize),
    /// One byte each.
    U8(Vec<u8>),
    /// Two bytes each.
    U16(Vec<u16>),
    /// Four bytes each.
    U32(Vec<u32>),
    /// Eight bytes each.
    U64(Vec<u64>),
}

impl Packed {
    fn of_runs(width: u8, runs: Vec<Run>, len: usize) -> Option<Packed> {
        fn numbers<T>(runs: Vec<Run>, len: usize, cut: impl Fn(u64) -> T) -> Vec<T> {
            let mut numbers = Vec::with_capacity(len);
            runs.into_iter().for_each(|run| numbers.extend(run.numbers().map(&cut)));
            numbers
        }
        Some(match width {
            1 => Packed::U8(numbers(runs, len, |v| v as u8)),
            2 => Packed::U16(numbers(runs, len, |v| v as u16)),
            4 => Packed::U32(numbers(runs, len, |v| v as u32)),
            8 => Packed::U64(numbers(runs, len, |v| v)),
            _ => return None,
        })
    }
}

/// Returns the greatest; written so that the compiler takes many at once.
fn greatest<T: Copy + Default + Ord + Into<u64>>(values: &[T]) -> u64 {
    values.iter().fold(T::default(), |greatest, value| greatest.max(*value)).into()
}

impl Ints {
    fn new(base: u64, packed: Packed) -> Ints {
        let limit = base.saturating_add(match &packed {
            Packed::Same(_) => 0,
            Packed::U8(values) => greatest(values),
            Packed::U16(values) => greatest(values),
            Packed::U32(values) => greatest(values),
            // Nothing so wide is an id into a dictionary.
            Packed::U64(_) => u64::MAX,
        });
        Ints { base, packed, limit }
    }

    /// Packs numbers.
    pub(crate) fn pack(values: &[u64]) -> Ints {
        let base = values.iter().copied().min().unwrap_or_default();
        Ints::pack_above(values, base)
    }

    /// Packs ids, which count from 0, so that a byte is the id itself.
    pub(crate) fn pack_ids(values: &[u32]) -> Ints {
        let (min, max) = values.iter().fold((u32::MAX, 0), |(a, b), v| (a.min(*v), b.max(*v)));
        let packed = match max {
            _ if min >= max => {
                let base = if values.is_empty() { 0 } else { u64::from(min) };
                return Ints::new(base, Packed::Same(values.len()));
            }
            0..=0xff => Packed::U8(values.iter().map(|v| *v as u8).collect()),
            0x100..=0xffff => Packed::U16(values.iter().map(|v| *v as u16).collect()),
            _ => Packed::U32(values.to_vec()),
        };
        Ints::new(0, packed)
    }

    /// Returns the numbers of one column after the other.
    pub(crate) fn concat(columns: &[Arc<Ints>]) -> Ints {
        let mut numbers = Vec::with_capacity(columns.iter().map(|column| column.len()).sum());
        columns.iter().for_each(|column| numbers.extend(column.iter()));
        Ints::pack(&numbers)
    }

    fn pack_above(values: &[u64], base: u64) -> Ints {
        let over = values.iter().map(|v| v - base);
        let packed = match over.clone().max().unwrap_or_default() {
            0 => Packed::Same(values.len()),
            1..=0xff => Packed::U8(over.map(|v| v as u8).collect()),
            0x100..=0xffff => Packed::U16(over.map(|v| v as u16).collect()),
            0x1_0000..=0xffff_ffff => Packed::U32(over.map(|v| v as u32).collect()),
            _ => Packed::U64(over.collect()),
        };
        Ints::new(base, packed)
    }

    /// Returns the number at a row.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> u64 {
        self.base.wrapping_add(match &self.packed {
            Packed::Same(_) => 0,
            Packed::U8(values) => u64::from(values[row]),
            Packed::U16(values) => u64::from(values[row]),
            Packed::U32(values) => u64::from(values[row]),
            Packed::U64(values) => values[row],
        })
    }

    /// Returns how many there are.
    pub(crate) fn len(&self) -> usize {
        match &self.packed {
            Packed::Same(len) => *len,
            Packed::U8(values) => values.len(),
            Packed::U16(values) => values.len(),
            Packed::U32(values) => values.len(),
            Packed::U64(values) => values.len(),
        }
    }

    /// Returns the least number and what the others have beyond it.
    pub(crate) fn parts(&self) -> (u64, &Packed) {
        (self.base, &self.packed)
    }

    /// Returns a number that none is greater than; of ids the greatest, 0 where there is none.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// Returns the numbers in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        (0..self.len()).map(|row| self.get(row))
    }

    /// Returns the sum of all.
    fn sum(&self) -> u128 {
        // Fewer than four billion numbers of four bytes come to less than eight bytes hold.
        let over: u128 = match &self.packed {
            Packed::Same(_) => 0,
            Packed::U8(values) => values.iter().map(|v| u64::from(*v)).sum::<u64>().into(),
            Packed::U16(values) => values.iter().map(|v| u64::from(*v)).sum::<u64>().into(),
            Packed::U32(values) => values.iter().map(|v| u64::from(*v)).sum::<u64>().into(),
            Packed::U64(values) => values.iter().map(|v| u128::from(*v)).sum(),
        };
        over + u128::from(self.base) * self.len() as u128
    }

    /// Returns the bytes it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.len() * self.width() + 64
    }

    fn width(&self) -> usize {
        match self.packed {
            Packed::Same(_) => 0,
            Packed::U8(_) => 1,
            Packed::U16(_) => 2,
            Packed::U32(_) => 4,
            Packed::U64(_) => 8,
        }
    }

    fn payload(&self) -> Vec<u8> {
        let plain = self.len() * self.width();
        let over = (0..self.len()).map(|row| self.get(row).wrapping_sub(self.base));
        let runs = (plain > 0).then(|| runs::write_if_short(over, self.width())).flatten();
        let runs = runs.filter(|runs| runs.len() < plain);
        let mut out = Vec::with_capacity(plain + 11);
        out.push(self.width() as u8 + if runs.is_some() { RUNS } else { 0 });
        push_varint(&mut out, self.base);
        if let Some(runs) = runs {
            out.extend_from_slice(&runs);
            return out;
        }
        match &self.packed {
            Packed::Same(_) => {}
            Packed::U8(values) => out.extend_from_slice(values),
            Packed::U16(values) => out.extend(values.iter().flat_map(|v| v.to_le_bytes())),
            Packed::U32(values) => out.extend(values.iter().flat_map(|v| v.to_le_bytes())),
            Packed::U64(values) => out.extend(values.iter().flat_map(|v| v.to_le_bytes())),
        }
        out
    }

    /// Writes the column as a BLOB that is read as fast as memory.
    pub(crate) fn encode(&self) -> Vec<u8> {
        wrap(&self.payload())
    }

    /// Reads the column of `len` rows from its BLOB.
    pub(crate) fn decode(what: &str, blob: &[u8], len: usize) -> Result<Ints> {
        Ints::read(what, &unwrap(what, blob)?, len)
    }

    fn read(what: &str, payload: &[u8], len: usize) -> Result<Ints> {
        let mut reader = Reader::new(what, payload);
        let width = reader.take(1)?[0];
        let base = reader.varint()?;
        if let Some(width) = width.checked_sub(RUNS) {
            let limit = 1u64.checked_shl(u32::from(width) * 8).map_or(u64::MAX, |over| over - 1);
            let packed = Packed::of_runs(width, runs::read(reader, len, limit)?, len);
            let wrong = || damaged(what, format!("it has numbers of {width} bytes"));
            return Ok(Ints::new(base, packed.ok_or_else(wrong)?));
        }
        let data = reader.rest();
        if data.len() != len * usize::from(width) {
            return Err(damaged(what, format!("it holds {} bytes for {len} rows of {width}", data.len())));
        }
        let packed = match width {
            0 => Packed::Same(len),
            1 => Packed::U8(data.to_vec()),
            2 => Packed::U16(data.as_chunks().0.iter().map(|b| u16::from_le_bytes(*b)).collect()),
            4 => Packed::U32(data.as_chunks().0.iter().map(|b| u32::from_le_bytes(*b)).collect()),
            8 => Packed::U64(data.as_chunks().0.iter().map(|b| u64::from_le_bytes(*b)).collect()),
            other => return Err(damaged(what, format!("it has numbers of {other} bytes"))),
        };
        Ok(Ints::new(base, packed))
    }
}

/// Returns 0 and the sum up to each of the numbers, `known` in all; nothing where none is known.
fn sums<T: Copy + Default + AddAssign>(deltas: &Ints, known: usize, of: impl Fn(u64) -> T) -> Vec<T> {
    let (mut sums, mut at) = (Vec::with_capacity(known), T::default());
    if known == 0 {
        return sums;
    }
    sums.push(at);
    let base = deltas.base;
    let mut next = |over: u64| {
        at += of(base.wrapping_add(over));
        at
    };
    // Written so that nothing but the additions is done for each.
    match &deltas.packed {
        Packed::Same(len) => sums.extend((0..*len).map(|_| next(0))),
        Packed::U8(values) => sums.extend(values.iter().map(|v| next((*v).into()))),
        Packed::U16(values) => sums.extend(values.iter().map(|v| next((*v).into()))),
        Packed::U32(values) => sums.extend(values.iter().map(|v| next((*v).into()))),
        Packed::U64(values) => sums.extend(values.iter().map(|v| next(*v))),
    }
    sums
}

/// The times of a segment in rising order; the rows before them have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    timeless: usize,
    first: i64,
    /// What every time is a multiple of behind the first.
    scale: u64,
    steps: Steps,
}

/// How many steps each time lies behind the first.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Steps {
    Narrow(Vec<u32>),
    Wide(Vec<u64>),
}

impl Steps {
    fn of(steps: Vec<u64>) -> Steps {
        match steps.last() {
            Some(last) if *last > u64::from(u32::MAX) => Steps::Wide(steps),
            _ => Steps::Narrow(steps.into_iter().map(|step| step as u32).collect()),
        }
    }

    /// Returns the sums of what `known` steps have beyond the one before, which come to `last`.
    fn summed(deltas: &Ints, known: usize, last: u64) -> Steps {
        match u32::try_from(last) {
            Ok(_) => Steps::Narrow(sums(deltas, known, |delta| delta as u32)),
            Err(_) => Steps::Wide(sums(deltas, known, |delta| delta)),
        }
    }

    fn len(&self) -> usize {
        match self {
            Steps::Narrow(steps) => steps.len(),
            Steps::Wide(steps) => steps.len(),
        }
    }

    fn get(&self, at: usize) -> u64 {
        match self {
            Steps::Narrow(steps) => steps[at].into(),
            Steps::Wide(steps) => steps[at],
        }
    }
}

impl Times {
    /// Returns the times of rows sorted by them; `times` leaves the `timeless` first rows out.
    pub(crate) fn new(timeless: usize, times: &[i64]) -> Times {
        let first = times.first().copied().unwrap_or_default();
        let behind = times.iter().map(|time| time.wrapping_sub(first) as u64);
        let scale =
            [1_000_000_000, 1_000_000, 1_000].into_iter().find(|s| behind.clone().all(|b| b % s == 0));
        let scale = scale.unwrap_or(1);
        Times { timeless, first, scale, steps: Steps::of(behind.map(|behind| behind / scale).collect()) }
    }

    /// Returns the rows without a time, which come first.
    pub(crate) fn timeless(&self) -> usize {
        self.timeless
    }

    /// Returns how many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.timeless + self.steps.len()
    }

    /// Returns the time of a row.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        row.checked_sub(self.timeless).map(|at| self.time(self.steps.get(at)))
    }

    fn time(&self, step: u64) -> i64 {
        self.first.wrapping_add(step.wrapping_mul(self.scale) as i64)
    }

    /// Returns the first row whose time is not below `at`.
    pub(crate) fn lower(&self, at: i64) -> usize {
        if at <= self.first {
            return self.timeless;
        }
        // In steps, rounded up, a comparison is one of numbers.
        let least = (at.wrapping_sub(self.first) as u64).div_ceil(self.scale);
        self.timeless
            + match &self.steps {
                Steps::Narrow(steps) => steps.partition_point(|step| u64::from(*step) < least),
                Steps::Wide(steps) => steps.partition_point(|step| *step < least),
            }
    }

    /// Returns the earliest and latest time.
    pub(crate) fn span(&self) -> Option<(i64, i64)> {
        let last = self.steps.len().checked_sub(1)?;
        Some((self.first, self.time(self.steps.get(last))))
    }

    /// Returns the bytes it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        64 + match &self.steps {
            Steps::Narrow(steps) => steps.len() * 4,
            Steps::Wide(steps) => steps.len() * 8,
        }
    }

    /// Writes the times as a BLOB: the first, their common step, and how many steps each is behind the last.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let ones = 1..self.steps.len();
        let steps: Vec<u64> = ones.map(|at| self.steps.get(at) - self.steps.get(at - 1)).collect();
        let mut out = Vec::new();
        push_varint(&mut out, self.first as u64);
        push_varint(&mut out, self.scale);
        out.extend_from_slice(&Ints::pack(&steps).payload());
        wrap(&out)
    }

    /// Reads the times of `len` rows, the first `timeless` of them without one.
    pub(crate) fn decode(what: &str, blob: &[u8], len: usize, timeless: usize) -> Result<Times> {
        let payload = unwrap(what, blob)?;
        let known =
            len.checked_sub(timeless).ok_or_else(|| damaged(what, "more rows lack a time than are"))?;
        let mut reader = Reader::new(what, &payload);
        let first = reader.varint()? as i64;
        let scale = reader.varint()?;
        let deltas = Ints::read(what, reader.rest(), known.saturating_sub(1))?;
        let fall = || damaged(what, "its times do not rise");
        // The last time is within what a time can be, so the others are.
        let room = (i128::from(i64::MAX) - i128::from(first)) as u64;
        let last = u64::try_from(deltas.sum()).ok();
        let fits = |last: &u64| scale > 0 && last.checked_mul(scale).is_some_and(|behind| behind <= room);
        let last = last.filter(fits).ok_or_else(fall)?;
        Ok(Times { timeless, first, scale, steps: Steps::summed(&deltas, known, last) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_read_back(mut values in prop_oneof![
            proptest::collection::vec(any::<u64>(), 0..50),
            proptest::collection::vec(1_000_000u64..1_000_200, 0..50),
            proptest::collection::vec(7u64..70_000, 0..50),
            (0u64..70_000, 0u64..600).prop_map(|(first, count)| (first..first + count).chain(3..9).collect()),
        ], same in any::<bool>()) {
            if same { values = vec![values.first().copied().unwrap_or(3); values.len()]; }
            let ints = Ints::pack(&values);
            assert_eq!(ints.iter().collect::<Vec<_>>(), values);
            assert_eq!(Ints::decode("x", &ints.encode(), values.len()).unwrap(), ints);
            assert!(ints.width() == 0 || Ints::decode("x", &ints.encode(), values.len() + 1).is_err());
        }

        #[test]
        fn ids_are_their_bytes(values in proptest::collection::vec(0u32..100_000, 0..40)) {
            let ints = Ints::pack_ids(&values);
            assert_eq!(ints.iter().map(|v| v as u32).collect::<Vec<_>>(), values);
        }

        #[test]
        fn times_read_back(mut times: Vec<i64>, timeless in 0usize..4, scale in prop_oneof![Just(1i64), Just(1_000_000_000)]) {
            if scale > 1 { times.iter_mut().for_each(|t| *t = *t / scale * scale); }
            times.sort_unstable();
            let column = Times::new(timeless, &times);
            for at in times.iter().flat_map(|t| [*t, t.saturating_add(1), t.saturating_sub(1)]) {
                assert_eq!(column.lower(at), timeless + times.partition_point(|t| *t < at));
            }
            assert!(times.iter().enumerate().all(|(row, t)| column.get(timeless + row) == Some(*t)));
            assert_eq!(column.span(), times.first().copied().zip(times.last().copied()));
            let read = Times::decode("x", &column.encode(), times.len() + timeless, timeless).unwrap();
            assert_eq!(read, column);
        }

        #[test]
        fn junk_is_an_error_and_no_panic(payload: Vec<u8>, len in 0usize..1_000_000) {
            let _ = Ints::decode("x", &wrap(&payload), len);
            let _ = Times::decode("x", &wrap(&payload), len, len / 2);
        }
    }
}
