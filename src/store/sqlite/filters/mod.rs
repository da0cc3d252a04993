//! Text filters of blocks: which sequences of three bytes occur in a block or in what the columns hold of its
//! records, folded, so that a search opens only the blocks that can hold a hit and reads the dictionaries of
//! their rows alone. They are built after publication; a block without one is opened.
//!
//! The filters of up to [`GROUP`] blocks are one group, cut by bit: a row for each of [`BITS`] bits says which
//! blocks of the group have it. A search for a text of ten bytes reads eight rows of each group.

mod build;
mod escapes;
mod lanes;
mod mapped;
mod trigrams;

use std::collections::HashMap;
use std::sync::Arc;

use crate::query::Needles;
use crate::store::Result;
use crate::store::segment::frame::{Reader, push_varint, unwrap};

use super::schema::database;
use super::session::Session;
use super::tidy::blob;

pub(super) use build::build_some;
use trigrams::{BITS, folded_bits};

/// Blocks whose filters lie together.
const GROUP: usize = 512;
/// Bytes of a part of a group, about: what is read for one bit.
const PART: usize = 8192;

/// Blocks that cannot hold what a search looks for.
#[derive(Debug, Default)]
pub(super) struct Excluded(Vec<u64>);

impl Excluded {
    /// Whether a block need not be opened.
    pub(super) fn has(&self, block: u64) -> bool {
        self.0.get((block / 64) as usize).is_some_and(|word| word >> (block % 64) & 1 == 1)
    }

    /// Whether no block is left out.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn insert(&mut self, block: u64) {
        let word = (block / 64) as usize;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (block % 64);
    }
}

/// Returns the blocks that cannot hold any of the sets of texts.
pub(super) fn excluded(session: &Session, needles: &Needles) -> Result<Excluded> {
    let sets: Vec<Vec<u32>> = needles.0.iter().map(|set| bits_of(set)).collect();
    let mut excluded = Excluded::default();
    if sets.iter().any(Vec::is_empty) {
        return Ok(excluded);
    }
    for (group, blocks) in groups(session)? {
        let mut parts = Parts { session, group, width: width(blocks.len()), read: HashMap::new() };
        let mut may = vec![0u8; parts.width];
        for set in &sets {
            let mut all = vec![0xffu8; parts.width];
            for bit in set {
                parts.and_row(*bit, &mut all)?;
                if all.iter().all(|byte| *byte == 0) {
                    break;
                }
            }
            may.iter_mut().zip(&all).for_each(|(may, all)| *may |= all);
        }
        let out = |at: &usize| may[at / 8] >> (at % 8) & 1 == 0;
        (0..blocks.len()).filter(out).for_each(|at| excluded.insert(blocks[at]));
    }
    Ok(excluded)
}

/// Returns the different bits that texts set.
fn bits_of(texts: &[String]) -> Vec<u32> {
    let mut bits: Vec<u32> = texts.iter().flat_map(|text| folded_bits(text.as_bytes())).collect();
    bits.sort_unstable();
    bits.dedup();
    bits
}

/// Returns the bytes of a row for so many blocks.
fn width(blocks: usize) -> usize {
    blocks.div_ceil(8).max(1)
}

/// Returns how many rows lie in a part.
fn rows_of_part(width: usize) -> usize {
    (PART / width).next_power_of_two().clamp(1, BITS)
}

fn part_key(group: u64, part: usize) -> i64 {
    (group << 16 | part as u64) as i64
}

/// The rows of one group, read when they are asked for.
struct Parts<'a> {
    session: &'a Session,
    group: u64,
    width: usize,
    read: HashMap<usize, Option<Arc<Vec<u8>>>>,
}

impl Parts<'_> {
    /// Clears the blocks that do not have a bit. A damaged part must not hide a hit: it clears none.
    fn and_row(&mut self, bit: u32, all: &mut [u8]) -> Result<()> {
        let rows = rows_of_part(self.width);
        let (part, row) = (bit as usize / rows, bit as usize % rows);
        if !self.read.contains_key(&part) {
            let sql = "SELECT data FROM filter_parts WHERE key = ?1";
            let data = blob(&self.session.connection, sql, part_key(self.group, part))?;
            let bytes =
                data.and_then(|data| unwrap("a text filter", &data).ok().map(std::borrow::Cow::into_owned));
            let whole = bytes.filter(|bytes| bytes.len() == rows * self.width).map(Arc::new);
            self.read.insert(part, whole);
        }
        if let Some(Some(bytes)) = self.read.get(&part) {
            let row = &bytes[row * self.width..(row + 1) * self.width];
            all.iter_mut().zip(row).for_each(|(all, row)| *all &= row);
        }
        Ok(())
    }
}

/// Returns the groups there are, each with the numbers of its blocks.
fn groups(session: &Session) -> Result<Vec<(u64, Vec<u64>)>> {
    let doing = || database("reading the list of text filters");
    let mut query = session
        .connection
        .prepare_cached("SELECT number, blocks FROM filters ORDER BY number")
        .map_err(doing())?;
    let rows = query
        .query_map([], |row| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, Vec<u8>>(1)?)))
        .map_err(doing())?;
    let mut groups = Vec::new();
    for row in rows {
        let (number, list) = row.map_err(doing())?;
        // A damaged list must not hide a hit: its blocks are opened.
        if let Ok(blocks) = decode_blocks(&list) {
            groups.push((number, blocks));
        }
    }
    Ok(groups)
}

fn encode_blocks(blocks: &[u64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(blocks.len() + 8);
    push_varint(&mut out, blocks.len() as u64);
    let mut last = 0;
    for block in blocks {
        push_varint(&mut out, block - last);
        last = *block;
    }
    crate::store::segment::frame::wrap(&out)
}

fn decode_blocks(list: &[u8]) -> Result<Vec<u64>> {
    let payload = unwrap("a list of text filters", list)?;
    let mut reader = Reader::new("a list of text filters", &payload);
    let count = reader.count()?;
    let mut last = 0u64;
    (0..count)
        .map(|_| {
            last = last.saturating_add(reader.varint()?);
            Ok(last)
        })
        .collect()
}

#[cfg(test)]
mod tests;
