//! What an import queues for its next transaction.

use crate::store::Reject;
use crate::store::block::{Draft, encode_slots};

/// Something that is written but not published.
pub(super) enum Write {
    Block { number: u64, source: u32, live: usize, removed: Vec<u8>, draft: Draft },
    Duplicates { source: u32, ids: Vec<u8> },
    Reject { source: u32, reject: Reject },
}

impl Write {
    /// Writes it as a part of this import.
    pub(super) fn run(&self, connection: &rusqlite::Connection, import: i64) -> rusqlite::Result<()> {
        match self {
            Write::Block { number, source, live, removed, draft } => {
                let removed = (!removed.is_empty()).then_some(removed);
                connection
                    .prepare_cached(
                        "INSERT INTO blocks (number, import, source, raw_bytes, live, slots, removed)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    )?
                    .execute((
                        *number as i64,
                        import,
                        source,
                        draft.raw_bytes as i64,
                        *live as i64,
                        encode_slots(&draft.slots),
                        removed,
                    ))?;
                connection
                    .prepare_cached("INSERT INTO block_data (block, data) VALUES (?1, ?2)")?
                    .execute((*number as i64, &draft.data))?;
            }
            Write::Duplicates { source, ids } => {
                connection
                    .prepare_cached("INSERT INTO duplicates (import, source, ids) VALUES (?1, ?2, ?3)")?
                    .execute((import, source, ids))?;
            }
            Write::Reject { source, reject } => {
                connection
                    .prepare_cached(
                        "INSERT INTO rejects (import, source, record, offset, length, reason, raw, sha256)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                    )?
                    .execute((
                        import,
                        source,
                        reject.record as i64,
                        reject.offset as i64,
                        reject.length as i64,
                        &reject.reason,
                        &reject.raw,
                        &reject.sha256,
                    ))?;
            }
        }
        Ok(())
    }
}
