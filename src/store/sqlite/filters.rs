//! Text filters of blocks: which sequences of three bytes occur in a block, folded, so that a search opens
//! only the blocks that can hold a hit. They are built after publication; a block without one is opened.

use crate::domain::json::for_each_string;
use crate::query::Watch;
use crate::query::filter::{Pattern, Term};
use crate::query::fold::fold_bytes;
use crate::store::segment::frame::{unwrap, wrap_small};
use crate::store::{Interpret, Result, SourceInfo};

use super::schema::database;
use super::session::Session;
use super::tidy::blob;
use super::writer::transaction;

/// Bits of a filter.
const BITS: usize = 32_768;
/// Blocks that get their filter in one go: some tens of milliseconds of work.
const BLOCKS_AT_ONCE: i64 = 64;

/// The sequences of three bytes in a block.
struct Trigrams(Vec<u64>);

impl Trigrams {
    fn new() -> Trigrams {
        Trigrams(vec![0; BITS / 64])
    }

    fn bit(three: &[u8]) -> (usize, u64) {
        let number = three.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
        // The high bits of a product depend on all bits of the number.
        let bit = number.wrapping_mul(0x9e37_79b1) >> 17;
        (bit as usize / 64, 1 << (bit % 64))
    }

    /// Adds a text, which is folded in `scratch`.
    fn add(&mut self, text: &[u8], scratch: &mut Vec<u8>) {
        scratch.clear();
        fold_bytes(text, scratch);
        for three in scratch.windows(3) {
            let (word, bit) = Trigrams::bit(three);
            self.0[word] |= bit;
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|word| word.to_le_bytes()).collect()
    }
}

/// What a block must hold to be worth opening: one of these texts, folded.
#[derive(Debug, Default)]
pub(super) struct Needles(Vec<Vec<(usize, u64)>>);

impl Needles {
    /// Returns what a condition needs in a block; `None` where any block may do.
    pub(super) fn of(term: &Term) -> Option<Needles> {
        let texts: Vec<&str> = match term {
            Term::Text(text) => vec![&text.literal],
            Term::Raw(_, patterns) => patterns.iter().map(exact).collect::<Option<_>>()?,
            _ => return None,
        };
        let bits = |text: &str| {
            let mut folded = Vec::new();
            fold_bytes(text.as_bytes(), &mut folded);
            let bits: Vec<_> = folded.windows(3).map(Trigrams::bit).collect();
            (!bits.is_empty()).then_some(bits)
        };
        texts.into_iter().map(bits).collect::<Option<Vec<_>>>().map(Needles)
    }

    /// Whether a block may hold any of the texts.
    pub(super) fn may_be_in(&self, session: &Session, block: u64) -> Result<bool> {
        let sql = "SELECT data FROM block_filters WHERE block = ?1";
        let Some(data) = blob(&session.connection, sql, block as i64)? else { return Ok(true) };
        // A damaged filter must not hide a hit.
        let Ok(bytes) = unwrap("a text filter", &data) else { return Ok(true) };
        let words = bytes.as_chunks::<8>().0;
        if words.len() != BITS / 64 {
            return Ok(true);
        }
        let set = |(word, bit): &(usize, u64)| u64::from_le_bytes(words[*word]) & bit != 0;
        Ok(self.0.iter().any(|bits| bits.iter().all(set)))
    }
}

fn exact(pattern: &Pattern) -> Option<&str> {
    match pattern {
        Pattern::Exact(text) => Some(text),
        _ => None,
    }
}

/// Builds the filters of some blocks; returns whether more are without.
pub(super) fn build_some(session: &mut Session, watch: &mut dyn Watch) -> Result<bool> {
    let doing = || database("looking for blocks without a text filter");
    let blocks: Vec<i64> = session
        .connection
        .prepare_cached("SELECT number FROM blocks WHERE filtered = 0 ORDER BY number LIMIT ?1")
        .and_then(|mut query| query.query_map([BLOCKS_AT_ONCE], |row| row.get(0))?.collect())
        .map_err(doing())?;
    let interpret = session.shared.interpret.clone();
    let mut built = Vec::with_capacity(blocks.len());
    for number in &blocks {
        if watch.cancelled() {
            break;
        }
        let block = session.read_block(*number as u64)?;
        let source = session.source(block.source)?;
        let mut trigrams = Trigrams::new();
        let mut scratch = Vec::new();
        for slot in 0..block.slots().len() as u32 {
            if let Some((_, raw)) = block.get(slot) {
                add_record(&mut trigrams, &*interpret, &source, raw, &mut scratch);
            }
        }
        built.push((*number, wrap_small(&trigrams.to_bytes())));
    }
    let more = built.len() < blocks.len() || blocks.len() as i64 == BLOCKS_AT_ONCE;
    if built.is_empty() {
        return Ok(more);
    }
    transaction(&session.connection, "writing text filters", |connection| {
        for (block, data) in &built {
            connection
                .prepare_cached("INSERT OR REPLACE INTO block_filters (block, data) VALUES (?1, ?2)")?
                .execute((block, data))?;
            connection
                .prepare_cached("UPDATE blocks SET filtered = 1 WHERE number = ?1")?
                .execute([block])?;
        }
        Ok(())
    })?;
    Ok(more)
}

/// Adds all that a search looks at in a record: its bytes and its decoded strings.
fn add_record(
    trigrams: &mut Trigrams,
    interpret: &dyn Interpret,
    source: &SourceInfo,
    raw: &[u8],
    scratch: &mut Vec<u8>,
) {
    trigrams.add(raw, scratch);
    let verbatim = interpret.is_verbatim(source);
    if verbatim && memchr::memchr(b'\\', raw).is_none() {
        return;
    }
    interpret.document(raw, source, &mut |node| {
        if !verbatim {
            // Numbers and words that a `raw.PATH:` may ask for need not stand so in the record.
            trigrams.add(node.raw().as_bytes(), scratch);
        }
        for_each_string(node, &mut |text| {
            trigrams.add(text.as_bytes(), scratch);
            false
        });
    });
}
