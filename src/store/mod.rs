//! Where entries live: what a store can be asked, and the one that is.
//!
//! The raw record is the truth; everything else is an index over it that can be rebuilt. Reads are asked and
//! answered in domain types; page and raw record are separate calls; no call assumes one snapshot with
//! another, so that a store shared by a team can stand behind the same traits. May use `domain` and `query`.

use std::sync::Arc;

pub use crate::domain::Reject;
use crate::domain::{EntryId, Field, IdPrefix, Timestamp};
use crate::query::{Answer, Expr, Facet, Filter, Histogram, Page, PageRequest, Row, Sort, Watch};

/// A state of the store: greater after every publication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Generation(pub u64);

/// Number of a source in its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A raw record with what is needed to read it again.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRecord {
    /// The bytes as they came.
    pub raw: Vec<u8>,
    /// The source it is of.
    pub source: Arc<SourceInfo>,
    /// Name of the format that mapped it (a record that its source's format does not fit has its own).
    pub format: Arc<str>,
    /// Number in the source, from 0.
    pub record: u64,
    /// Byte of the decompressed source.
    pub offset: u64,
    /// Where the vendor gives no id: how many identical records stood before it in its source.
    pub occurrence: u32,
}

/// What a store keeps of an entry beside the columns of its row.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The record it came from.
    pub record: StoredRecord,
    /// The note on it.
    pub note: Option<String>,
}

/// What a store remembers of an imported file or stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceInfo {
    /// Number in the store; 0 before it is stored.
    pub id: u32,
    /// Name: a file's path as given, `stdin`.
    pub name: Arc<str>,
    /// SHA-256 of the bytes as read from the file, lower-case hex; empty while a stream is followed.
    pub sha256: String,
    /// Bytes read, before decompression.
    pub bytes: u64,
    /// Name of the format chosen for it.
    pub format: Arc<str>,
    /// Version of that format when its records were mapped.
    pub format_version: u32,
    /// What ingest needs to read its records again (syntax, CSV header, zone), in ingest's own writing.
    pub context: Arc<str>,
    /// Records are in falling time order.
    pub newest_first: bool,
    /// When it was imported.
    pub imported: Option<Timestamp>,
    /// Entries of it that the store holds.
    pub entries: u64,
    /// Entries that another source already held.
    pub duplicates: u64,
    /// Records not parsed.
    pub rejects: u64,
    /// Entries without a time.
    pub timeless: u64,
    /// Time of the first and last entry.
    pub span: Option<(Timestamp, Timestamp)>,
}

/// What publishing an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Entries added.
    pub added: u64,
    /// Entries the store (or the import itself) already held.
    pub duplicates: u64,
    /// Records kept as rejects.
    pub rejects: u64,
    /// Entries of those added that took the place of a copy read from an export.
    pub replaced: u64,
    /// Entries whose vendor id another entry has with other content.
    pub conflicts: u64,
}

/// Sizes and state of a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// Entries.
    pub entries: u64,
    /// Segments.
    pub segments: u64,
    /// Blocks of raw records.
    pub blocks: u64,
    /// Bytes of raw records before compression.
    pub raw_bytes: u64,
    /// Bytes of the store's files.
    pub file_bytes: u64,
    /// Blocks still without a text filter.
    pub unfiltered_blocks: u64,
    /// Segments that merging would join.
    pub mergeable: u64,
}

/// What reading all of a store gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Parts with a checksum that were read.
    pub parts: u64,
    /// Records that are whole.
    pub records: u64,
    /// Bytes of those.
    pub raw_bytes: u64,
    /// Records that are kept because they were not parsed.
    pub rejects: u64,
}

/// A part of a store that does not hold what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Which part; for records, of which source.
    pub what: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is no store, or a newer program's.
    #[error("{path}: {reason}")]
    Unusable {
        /// The store's file.
        path: String,
        /// What it is and what to do.
        reason: String,
    },
    /// Another process is writing.
    #[error("{path}: another import is writing to this store; wait for it to end")]
    Busy {
        /// The store's file.
        path: String,
    },
    /// Opened to read only.
    #[error(
        "{path}: the store is open to read only; to write, leave --read-only out and choose a file and folder you may write to"
    )]
    ReadOnly {
        /// The store's file.
        path: String,
    },
    /// A part of the store does not hold what it should.
    #[error("{what} is damaged: {reason}")]
    Damaged {
        /// Which part.
        what: String,
        /// What is wrong.
        reason: String,
    },
    /// There is no room left on the store's disk.
    #[error("{doing}: the disk is full; nothing of it was kept, so free some room and do it again")]
    Full {
        /// What was being done.
        doing: &'static str,
    },
    /// The database said no.
    #[error("{doing}: {source}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// Its words.
        source: rusqlite::Error,
    },
    /// The disk said no.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: String,
        /// Its words.
        source: std::io::Error,
    },
}

impl StoreError {
    /// Whether the store's bytes are not those that were written, or the disk does not give them back.
    pub fn is_damage(&self) -> bool {
        use rusqlite::{Error, ErrorCode};
        match self {
            StoreError::Damaged { .. } => true,
            StoreError::Database { source, .. } => match source.sqlite_error_code() {
                Some(code) => matches!(
                    code,
                    ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::SystemIoFailure
                ),
                // A value of another kind than the one that was written.
                None => matches!(
                    source,
                    Error::InvalidColumnType(..)
                        | Error::IntegralValueOutOfRange(..)
                        | Error::FromSqlConversionFailure(..)
                        | Error::Utf8Error(..)
                ),
            },
            _ => false,
        }
    }
}

/// Gives damage that a step met to `found`, and `None` of what should have been read; any other error stays one.
pub(crate) fn unless_damaged<T>(read: Result<T>, found: impl FnOnce(&StoreError)) -> Result<Option<T>> {
    match read {
        Err(error) if error.is_damage() => {
            found(&error);
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// Result of a store's call.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// A place where entries live. Cheap to share; each thread opens its own reader or writer.
pub trait Store: Send + Sync {
    /// Opens a connection to read.
    fn reader(&self) -> Result<Box<dyn Reader>>;

    /// Opens the connection to write. One at a time; a second waits or fails with [`StoreError::Busy`].
    fn writer(&self) -> Result<Box<dyn Writer>>;
}

/// Rows handed out some at a time, and what of them.
pub struct Stream<'a> {
    /// Which.
    pub filter: &'a Filter,
    /// In what order.
    pub sort: Sort,
    /// Whose values are needed.
    pub fields: &'a [Field],
    /// Which of them are needed with their records.
    pub wanted: &'a dyn Fn(&Row) -> bool,
}

/// A connection to read. Each call sees the latest published state.
pub trait Reader: Send {
    /// Returns the state now; cheap enough to ask every frame.
    fn generation(&mut self) -> Result<Generation>;

    /// Returns rows of a table.
    fn page(&mut self, request: &PageRequest, watch: &mut dyn Watch) -> Result<Answer<Page>>;

    /// Returns how many entries match.
    fn count(&mut self, filter: &Filter, watch: &mut dyn Watch) -> Result<Answer<u64>>;

    /// Returns the values of fields, each under the filter paired with it, `top` values of each at most.
    fn facets(
        &mut self,
        groups: &[(Field, Filter)],
        top: usize,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Vec<Facet>>>;

    /// Returns counts over time in at most `buckets` steps over the span of the entries that match.
    fn histogram(
        &mut self,
        filter: &Filter,
        buckets: usize,
        watch: &mut dyn Watch,
    ) -> Result<Answer<Histogram>>;

    /// Calls `each` with every row that matches, in order, until it returns false. Memory stays flat.
    fn for_each(
        &mut self,
        filter: &Filter,
        sort: Sort,
        watch: &mut dyn Watch,
        each: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<Answer<()>>;

    /// Calls `each` with every row that matches, in order, and with what is kept of those that are `wanted`,
    /// until it returns false. One pass over the records, however many are wanted; memory stays flat.
    fn for_each_record(
        &mut self,
        filter: &Filter,
        sort: Sort,
        watch: &mut dyn Watch,
        wanted: &dyn Fn(&Row) -> bool,
        each: &mut dyn FnMut(&Row, Option<Kept>) -> bool,
    ) -> Result<Answer<()>>;

    /// Calls `each` with the same, some rows at a time, for it to keep: they can be worked on elsewhere. Of a row
    /// what is no value of `fields` may be left out; its id, time, format, record, note and mark are there.
    fn for_each_chunk(
        &mut self,
        of: &Stream<'_>,
        watch: &mut dyn Watch,
        each: &mut dyn FnMut(Vec<(Row, Option<Kept>)>) -> bool,
    ) -> Result<Answer<()>> {
        self.for_each_record(of.filter, of.sort, watch, of.wanted, &mut |row, kept| {
            each(vec![(row.clone(), kept)])
        })
    }

    /// Calls `each` with the same in chunks that it may keep, most rows by their columns: those whose every value is
    /// `plain`, which is asked with rows that have nothing but a format and that value.
    fn for_each_plain(
        &mut self,
        of: &Stream<'_>,
        _plain: &dyn Fn(&Row) -> bool,
        watch: &mut dyn Watch,
        each: strip::TakeChunk<'_>,
    ) -> Result<Answer<()>> {
        self.for_each_chunk(of, watch, &mut |whole| each(strip::Chunk::of_whole(whole)))
    }

    /// Returns the rows whose id begins so, at most `limit`.
    fn find(&mut self, prefix: &IdPrefix, limit: usize) -> Result<Vec<Row>>;

    /// Returns the raw record an entry came from; `None` where the store does not hold the id.
    fn record(&mut self, id: EntryId) -> Result<Option<StoredRecord>>;

    /// Returns the rows whose primary target has exactly this id or name, in any order.
    fn with_target(&mut self, text: &str, watch: &mut dyn Watch) -> Result<Answer<Vec<Row>>> {
        let filter = Filter::from(Expr::value(Field::Target, text));
        let mut rows = Vec::new();
        let answer = self.for_each(&filter, Sort::default(), watch, &mut |row| {
            let is = |value: &Option<Arc<str>>| value.as_deref() == Some(text);
            if is(&row.target_id) || is(&row.target_name) {
                rows.push(row.clone());
            }
            true
        })?;
        Ok(answer.map(|()| rows))
    }

    /// Returns the raw records of entries, in their order; `None` where the store does not hold one.
    fn records(
        &mut self,
        ids: &[EntryId],
        watch: &mut dyn Watch,
    ) -> Result<Answer<Vec<Option<StoredRecord>>>> {
        let mut records = Vec::with_capacity(ids.len());
        for id in ids {
            if watch.cancelled() {
                return Ok(None);
            }
            records.push(self.record(*id)?);
        }
        Ok(Some(records))
    }

    /// Returns the sources in the order of their import.
    fn sources(&mut self) -> Result<Vec<SourceInfo>>;

    /// Returns the rejects of a source, or of all: with the source's name, from the `skip`th, at most `limit`.
    fn rejects(
        &mut self,
        source: Option<SourceId>,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<(Arc<str>, Reject)>>;

    /// Returns the note on an entry.
    fn note(&mut self, id: EntryId) -> Result<Option<String>>;

    /// Returns the views kept here: names and what they show.
    fn views(&mut self) -> Result<Vec<(String, String)>>;

    /// Returns sizes and state.
    fn stats(&mut self) -> Result<StoreStats>;

    /// Reads every part of the store and calls `found` with what does not fit its checksum.
    fn check(&mut self, watch: &mut dyn Watch, found: &mut dyn FnMut(Damage)) -> Result<Answer<Checked>>;
}

/// The connection to write.
///
/// An import is a run of `begin_source`, `append`, `reject`, `end_source` closed by `publish`; nothing of it is
/// seen before, and nothing of it stays where the writer is dropped first.
pub trait Writer: Send {
    /// Returns the source already held with this SHA-256, if it was imported whole.
    fn known_source(&mut self, sha256: &str) -> Result<Option<SourceInfo>>;

    /// Takes its turn to write, where it has not; returns false while another writer has it.
    fn ready(&mut self) -> Result<bool> {
        Ok(true)
    }

    /// Returns who writes at the moment, where that is another.
    fn holder(&self) -> Option<String> {
        None
    }

    /// Starts a source; returns its number.
    fn begin_source(&mut self, info: &SourceInfo) -> Result<SourceId>;

    /// Adds a batch of a source's records, in the order of the source.
    fn append(&mut self, source: SourceId, batch: Batch) -> Result<()>;

    /// Keeps a record that was not parsed.
    fn reject(&mut self, source: SourceId, reject: &Reject) -> Result<()>;

    /// Closes a source with what became known while reading it (hash, bytes, order of time).
    fn end_source(&mut self, source: SourceId, info: &SourceInfo) -> Result<()>;

    /// Makes all since the last publication visible in one small transaction.
    fn publish(&mut self) -> Result<Published>;

    /// Throws away all since the last publication.
    fn abandon(&mut self) -> Result<()>;

    /// Does a bounded piece of housekeeping (text filters, merging); returns whether more is left.
    fn maintain(&mut self, watch: &mut dyn Watch) -> Result<bool>;

    /// Rebuilds everything but the raw records from them; returns the entries there are after.
    fn reindex(&mut self, watch: &mut dyn Watch) -> Result<Answer<u64>>;

    /// Removes a source; entries that another source also holds stay. Returns the entries removed.
    fn remove_source(&mut self, source: SourceId) -> Result<u64>;

    /// Removes all entries before an instant; returns how many.
    fn prune(&mut self, before: Timestamp, watch: &mut dyn Watch) -> Result<Answer<u64>>;

    /// Sets or clears the note on an entry.
    fn set_note(&mut self, id: EntryId, note: Option<&str>) -> Result<()>;

    /// Sets or clears the bookmark on an entry.
    fn set_mark(&mut self, id: EntryId, marked: bool) -> Result<()>;

    /// Keeps what a view shows under a name, or forgets the view.
    fn set_view(&mut self, name: &str, body: Option<&str>) -> Result<()>;
}

pub mod batch;
mod interpret;
pub mod sqlite;
mod block;
mod segment;
pub mod strip;

pub use batch::{Batch, BatchBuilder, RecordRef};
pub use interpret::Interpret;
