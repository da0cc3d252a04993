//! What parse workers hand to the writer: records compressed into blocks, entries turned into columns.

use super::block::{Blocks, Draft};
use super::segment::rows::{Locator, Rows};
use crate::domain::Entry;

/// Where a record stands in its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordRef {
    /// Number in the source, from 0.
    pub record: u64,
    /// Byte of the decompressed source.
    pub offset: u64,
    /// The vendor gives no id: identical records of the source are different entries, told apart by their
    /// occurrence, which the writer counts.
    pub unidentified: bool,
}

/// Collects records; lives in a parse worker, so that compressing costs the writer nothing.
#[derive(Debug, Default)]
pub struct BatchBuilder {
    blocks: Blocks,
    rows: Rows,
    unidentified: Vec<bool>,
    records: u64,
}

/// A run of a source's records, ready to be appended.
#[derive(Debug, Default)]
pub struct Batch {
    pub(super) blocks: Vec<Draft>,
    /// Their locators name the block by its index in the batch.
    pub(super) rows: Rows,
    /// For each row, whether its record has no id of the vendor's.
    pub(super) unidentified: Vec<bool>,
    records: u64,
}

impl BatchBuilder {
    /// Returns an empty builder.
    pub fn new() -> BatchBuilder {
        BatchBuilder::default()
    }

    /// Adds a record with its entries in the order of their parts; their ids are those of occurrence 0.
    pub fn push(&mut self, at: RecordRef, raw: &[u8], entries: &[Entry<'_>]) {
        let (block, slot) = self.blocks.push(at, raw);
        let place = Locator { record: at.record, block, slot };
        for entry in entries {
            self.rows.push(entry, place);
            self.unidentified.push(at.unidentified);
        }
        self.records += 1;
    }

    /// Returns the number of records so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Returns the bytes of the records so far.
    pub fn raw_bytes(&self) -> u64 {
        self.blocks.raw_bytes()
    }

    /// Compresses what is left and returns the batch; the next one begins empty.
    pub fn finish(&mut self) -> Batch {
        // The next batch will be about as large: room for it now saves growing step by step, which hashes again.
        let rows = self.rows.room();
        Batch {
            blocks: self.blocks.finish(),
            rows: std::mem::replace(&mut self.rows, rows),
            unidentified: std::mem::take(&mut self.unidentified),
            records: std::mem::take(&mut self.records),
        }
    }
}

impl Batch {
    /// Returns the number of records.
    pub fn records(&self) -> u64 {
        self.records
    }
}
