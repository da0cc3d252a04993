//! Blocks: runs of raw records of one source, end to end, compressed together; and the list of what is in
//! them, from which everything else can be made again.

mod slots;

use super::segment::frame::{Packer, damaged, unwrap};
use super::{RecordRef, Result};

pub(crate) use slots::{decode_slots, encode_slots};

/// A block is closed when it holds so many bytes ...
const FULL: usize = 96 << 10;
/// ... or when the next record would take it beyond so many.
const MAX: usize = 128 << 10;

/// A record in a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slot {
    /// Number in the source, from 0.
    pub(crate) record: u64,
    /// Byte of the decompressed source.
    pub(crate) offset: u64,
    /// Length in bytes.
    pub(crate) len: u32,
    /// How many identical records stood before it in its source, where the vendor gives no id.
    pub(crate) occurrence: u32,
    /// Whether the vendor gives no id.
    pub(crate) unidentified: bool,
}

/// A compressed block on its way into the store.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) data: Vec<u8>,
    pub(crate) raw_bytes: u64,
    pub(crate) slots: Vec<Slot>,
}

/// Packs records into blocks.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    done: Vec<Draft>,
    raw: Vec<u8>,
    slots: Vec<Slot>,
    packer: Packer,
}

impl Blocks {
    /// Adds a record; returns the number of its block, from 0, and its number there.
    pub(crate) fn push(&mut self, at: RecordRef, raw: &[u8]) -> (u64, u32) {
        if !self.raw.is_empty() && self.raw.len() + raw.len() > MAX {
            self.close();
        }
        let place = (self.done.len() as u64, self.slots.len() as u32);
        self.raw.extend_from_slice(raw);
        self.slots.push(Slot {
            record: at.record,
            offset: at.offset,
            len: raw.len() as u32,
            occurrence: 0,
            unidentified: at.unidentified,
        });
        if self.raw.len() >= FULL || self.slots.len() >= usize::from(u16::MAX) {
            self.close();
        }
        place
    }

    /// States how many identical records stood before the last one.
    pub(crate) fn occurs(&mut self, occurrence: u32) {
        // A record that filled its block went with it.
        let last = match self.slots.last_mut() {
            Some(slot) => Some(slot),
            None => self.done.last_mut().and_then(|draft| draft.slots.last_mut()),
        };
        if let Some(slot) = last {
            slot.occurrence = occurrence;
        }
    }

    /// Returns the bytes of records in it, compressed or not yet.
    pub(crate) fn raw_bytes(&self) -> u64 {
        self.done.iter().map(|draft| draft.raw_bytes).sum::<u64>() + self.raw.len() as u64
    }

    /// Closes the last block and returns all.
    pub(crate) fn finish(&mut self) -> Vec<Draft> {
        if !self.slots.is_empty() {
            self.close();
        }
        std::mem::take(&mut self.done)
    }

    fn close(&mut self) {
        let data = self.packer.wrap(&self.raw);
        let next = Vec::with_capacity(self.slots.len());
        let slots = std::mem::replace(&mut self.slots, next);
        self.done.push(Draft { data, raw_bytes: self.raw.len() as u64, slots });
        self.raw.clear();
    }
}

/// A block read back.
#[derive(Debug)]
pub(crate) struct Block {
    /// Number of its source.
    pub(crate) source: u32,
    raw: Vec<u8>,
    slots: Vec<Slot>,
    starts: Vec<usize>,
}

impl Block {
    /// Reads a block from its two BLOBs.
    pub(crate) fn decode(number: u64, source: u32, slots: &[u8], data: &[u8]) -> Result<Block> {
        let what = &format!("block {number}");
        let slots = decode_slots(what, slots)?;
        let raw = unwrap(what, data)?.into_owned();
        let mut starts = Vec::with_capacity(slots.len());
        let mut end = 0usize;
        for slot in &slots {
            starts.push(end);
            end = end.saturating_add(slot.len as usize);
        }
        if end != raw.len() {
            return Err(damaged(what, "its records do not add up to its bytes"));
        }
        Ok(Block { source, raw, slots, starts })
    }

    /// Returns the records in it.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Returns a record and its bytes.
    pub(crate) fn get(&self, slot: u32) -> Option<(&Slot, &[u8])> {
        let at = slot as usize;
        let (slot, start) = (self.slots.get(at)?, *self.starts.get(at)?);
        Some((slot, self.raw.get(start..start + slot.len as usize)?))
    }

    /// Returns all records end to end.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Returns the number of the record that a byte of [`Block::raw`] belongs to, and the byte behind its end.
    pub(crate) fn slot_at(&self, byte: usize) -> (u32, usize) {
        let behind = self.starts.partition_point(|start| *start <= byte);
        let end = self.starts.get(behind).copied().unwrap_or(self.raw.len());
        (behind.saturating_sub(1) as u32, end)
    }

    /// Returns the bytes it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.raw.len() + self.slots.len() * 40 + 128
    }
}

#[cfg(test)]
mod tests {
    use super::super::segment::frame::wrap;
    use super::*;

    proptest::proptest! {
        #[test]
        fn records_read_back(records in proptest::collection::vec((0u64..1000, 0u64..1_000_000, 0usize..40_000, 0u32..3), 1..20)) {
            let mut blocks = Blocks::default();
            let mut wanted = Vec::new();
            for (n, (record, offset, len, _)) in records.iter().enumerate() {
                let raw = vec![n as u8; *len];
                let at = RecordRef { record: *record, offset: *offset, unidentified: n % 2 == 0 };
                wanted.push((blocks.push(at, &raw), at, raw));
            }
            let total: usize = wanted.iter().map(|w| w.2.len()).sum();
            assert_eq!(blocks.raw_bytes(), total as u64);
            let drafts = blocks.finish();
            assert!(drafts.iter().all(|d| d.raw_bytes <= MAX as u64));
            let read: Vec<Block> = drafts.iter().map(|d| Block::decode(1, 7, &encode_slots(&d.slots), &d.data).unwrap()).collect();
            for ((block, slot), at, raw) in wanted {
                let (found, bytes) = read[block as usize].get(slot).unwrap();
                assert_eq!((found.record, found.offset, found.unidentified), (at.record, at.offset, at.unidentified));
                assert_eq!(bytes, raw);
            }
        }

        #[test]
        fn junk_is_an_error_and_no_panic(slots: Vec<u8>, data: Vec<u8>) {
            let _ = Block::decode(1, 1, &wrap(&slots), &wrap(&data));
        }
    }
}
