//! Finding rows by id: in each of sixteen parts, by the first four bits, the next 32 bits of the ids sorted,
//! each with its row. A hit is a candidate, to be confirmed by the full id.

use super::columns::INDEX_PARTS;
use super::frame::{Reader, damaged, push_varint, unwrap, wrap};
use crate::domain::EntryId;
use crate::store::Result;

/// One part of the index of a segment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct IdIndex {
    keys: Vec<u32>,
    rows: Vec<u32>,
}

/// Returns the part that an id's leading 64 bits fall into.
pub(crate) fn part_of(head: u64) -> u8 {
    (head >> 60) as u8
}

fn key_of(head: u64) -> u32 {
    (head >> 28) as u32
}

/// Writes the index of a segment, one BLOB for each part.
pub(crate) fn encode(ids: &[EntryId]) -> Vec<Vec<u8>> {
    let mut order: Vec<(u64, u32)> = ids.iter().zip(0u32..).map(|(id, row)| (id.head(), row)).collect();
    order.sort_unstable();
    let mut rest = order.as_slice();
    let part = |part: u8| {
        let (here, behind) = rest.split_at(rest.partition_point(|(head, _)| part_of(*head) <= part));
        rest = behind;
        let mut out = Vec::with_capacity(here.len() * 8 + 4);
        push_varint(&mut out, here.len() as u64);
        out.extend(here.iter().flat_map(|(head, _)| key_of(*head).to_le_bytes()));
        let wide = ids.len() > 1 << 16;
        for (_, row) in here {
            if wide {
                out.extend_from_slice(&row.to_le_bytes());
            } else {
                out.extend_from_slice(&(*row as u16).to_le_bytes());
            }
        }
        wrap(&out)
    };
    (0..INDEX_PARTS).map(part).collect()
}

impl IdIndex {
    /// Reads a part of the index of a segment of `len` rows.
    pub(crate) fn decode(what: &str, blob: &[u8], len: usize) -> Result<IdIndex> {
        let payload = unwrap(what, blob)?;
        let mut reader = Reader::new(what, &payload);
        let count = reader.count()?;
        let keys = reader.take(count * 4)?.as_chunks().0.iter().map(|b| u32::from_le_bytes(*b)).collect();
        let rows: Vec<u32> = if len > 1 << 16 {
            reader.take(count * 4)?.as_chunks().0.iter().map(|b| u32::from_le_bytes(*b)).collect()
        } else {
            let rows = reader.take(count * 2)?.as_chunks().0;
            rows.iter().map(|b| u32::from(u16::from_le_bytes(*b))).collect()
        };
        if rows.iter().any(|row| *row as usize >= len) {
            return Err(damaged(what, "it names a row that is not there"));
        }
        Ok(IdIndex { keys, rows })
    }

    /// Returns the rows whose id may lie between two ids' leading bits, both included and of this part.
    pub(crate) fn candidates(&self, low: u64, high: u64) -> &[u32] {
        let (low, high) = (key_of(low), key_of(high));
        let start = self.keys.partition_point(|key| *key < low);
        let end = self.keys.partition_point(|key| *key <= high);
        self.rows.get(start..end).unwrap_or_default()
    }

    /// Returns the bytes it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.keys.len() * 8 + 64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn finds_every_id(bits in proptest::collection::vec(proptest::prelude::any::<u128>(), 1..80), at: usize) {
            let ids: Vec<EntryId> = bits.iter().map(|b| EntryId(b.to_be_bytes())).collect();
            let parts: Vec<IdIndex> = encode(&ids).iter().map(|blob| IdIndex::decode("x", blob, ids.len()).unwrap()).collect();
            let wanted = ids[at % ids.len()];
            let head = wanted.head();
            let rows = parts[usize::from(part_of(head))].candidates(head, head);
            assert!(rows.contains(&((at % ids.len()) as u32)));
            assert_eq!(parts.iter().map(|p| p.keys.len()).sum::<usize>(), ids.len());
        }

        #[test]
        fn junk_is_an_error_and_no_panic(payload: Vec<u8>, len in 0usize..70_000) {
            let _ = IdIndex::decode("x", &wrap(&payload), len);
        }
    }
}
