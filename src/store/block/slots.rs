//! The list of a block's records, column by column: what follows from the record before takes next to no room.

use crate::store::Result;
use crate::store::segment::frame::{Reader, push_varint, unwrap, wrap_small};
use crate::store::segment::runs::{self, Run};

use super::Slot;

/// Begins a list that is written column by column. Older ones were written record by record behind their number,
/// which was never this with records behind it.
const COLUMNS: u64 = 0;

/// Writes the list of a block's records.
pub(crate) fn encode_slots(slots: &[Slot]) -> Vec<u8> {
    let mut out = Vec::with_capacity(slots.len() * 2 + 32);
    push_varint(&mut out, COLUMNS);
    push_varint(&mut out, slots.len() as u64);
    let mut end = 0u64;
    // Records mostly follow each other with a line's end between.
    let gaps: Vec<u64> = slots
        .iter()
        .map(|slot| {
            let gap = slot.offset.wrapping_sub(end);
            end = slot.offset.wrapping_add(u64::from(slot.len));
            gap
        })
        .collect();
    push_runs(&mut out, slots.iter().map(|slot| slot.record));
    push_runs(&mut out, gaps.into_iter());
    push_runs(&mut out, slots.iter().map(repeated));
    // Lengths differ in their lower byte, which is worth no search for what it shares with others.
    slots.iter().for_each(|slot| push_varint(&mut out, u64::from(slot.len >> 8)));
    out.extend(slots.iter().map(|slot| slot.len as u8));
    wrap_small(&out)
}

fn repeated(slot: &Slot) -> u64 {
    u64::from(slot.occurrence) << 1 | u64::from(slot.unidentified)
}

fn push_runs(out: &mut Vec<u8>, numbers: impl Iterator<Item = u64>) {
    let runs = runs::write(numbers);
    push_varint(out, runs.len() as u64);
    out.extend_from_slice(&runs);
}

/// Reads the list of the records of `what`.
pub(crate) fn decode_slots(what: &str, blob: &[u8]) -> Result<Vec<Slot>> {
    let payload = unwrap(what, blob)?;
    let mut reader = Reader::new(what, &payload);
    match reader.varint()? {
        COLUMNS if !reader.is_empty() => columns(what, reader),
        count => one_by_one(reader, count),
    }
}

fn columns(what: &str, mut reader: Reader<'_>) -> Result<Vec<Slot>> {
    let count = reader.count()?;
    let mut numbers = || -> Result<_> {
        let runs = runs::read(Reader::new(what, reader.bytes()?), count, u64::MAX)?;
        Ok(runs.into_iter().flat_map(Run::numbers))
    };
    let (records, gaps, repeats) = (numbers()?, numbers()?, numbers()?);
    let mut slots: Vec<Slot> = Vec::with_capacity(count);
    for ((record, gap), repeated) in records.zip(gaps).zip(repeats) {
        let high = u32::try_from(reader.varint()?).ok().filter(|high| *high < 1 << 24);
        let len = high.ok_or_else(|| reader.bad("a record is too long"))? << 8;
        let occurrence = u32::try_from(repeated >> 1).map_err(|_| reader.bad("a count is too great"))?;
        slots.push(Slot { record, offset: gap, len, occurrence, unidentified: repeated & 1 == 1 });
    }
    let mut end = 0u64;
    for (slot, low) in slots.iter_mut().zip(reader.take(count)?) {
        slot.len |= u32::from(*low);
        slot.offset = end.wrapping_add(slot.offset);
        end = slot.offset.wrapping_add(u64::from(slot.len));
    }
    Ok(slots)
}

fn one_by_one(mut reader: Reader<'_>, count: u64) -> Result<Vec<Slot>> {
    let mut slots: Vec<Slot> = Vec::new();
    let mut end = 0u64;
    for _ in 0..count {
        let last = slots.last().map_or(0, |slot| slot.record);
        let record = last.wrapping_add(reader.varint()?);
        let offset = end.wrapping_add(unzigzag(reader.varint()?) as u64);
        let len = u32::try_from(reader.varint()?).map_err(|_| reader.bad("a record is too long"))?;
        let repeated = reader.varint()?;
        let occurrence = u32::try_from(repeated >> 1).map_err(|_| reader.bad("a count is too great"))?;
        end = offset.wrapping_add(u64::from(len));
        slots.push(Slot { record, offset, len, occurrence, unidentified: repeated & 1 == 1 });
    }
    Ok(slots)
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::super::super::segment::frame::wrap;
    use super::*;

    proptest::proptest! {
        #[test]
        fn lists_read_back(slots in proptest::collection::vec((0u64..90, 0u64..3, 0u32..700, 0u32..3, proptest::bool::ANY), 0..40)) {
            let (mut record, mut end) = (0, 7);
            let slots: Vec<Slot> = slots.into_iter().map(|(more, gap, len, occurrence, unidentified)| {
                record += more / 80 + 1;
                let offset = end + gap;
                end = offset + u64::from(len);
                Slot { record, offset, len: len * (1 + len % 3 * 7000), occurrence, unidentified }
            }).collect();
            assert_eq!(decode_slots("x", &encode_slots(&slots)).unwrap(), slots);
        }

        #[test]
        fn junk_is_an_error_and_no_panic(payload: Vec<u8>) {
            let _ = decode_slots("x", &wrap(&payload));
            let _ = decode_slots("x", &wrap(&[&[0], &payload[..]].concat()));
        }
    }

    #[test]
    fn lists_of_older_stores_are_read() {
        let old = [2, 5, 14, 200, 1, 3, 1, 2, 30, 0];
        let slot = |record, offset, len, occurrence, unidentified| Slot {
            record,
            offset,
            len,
            occurrence,
            unidentified,
        };
        assert_eq!(
            decode_slots("x", &wrap(&old)).unwrap(),
            [slot(5, 7, 200, 1, true), slot(6, 208, 30, 0, false)]
        );
        assert_eq!(decode_slots("x", &wrap(&[0])).unwrap(), []);
    }

    #[test]
    fn records_in_order_take_two_bytes_each() {
        let slot =
            |n: u64| Slot { record: n, offset: 1000 + n * 351, len: 350, occurrence: 0, unidentified: false };
        let list = encode_slots(&(40..300).map(slot).collect::<Vec<_>>());
        assert!(list.len() < 520 / 2, "{}", list.len());
    }
}
