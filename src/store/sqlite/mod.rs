//! The store in one SQLite file: raw records in compressed blocks, columns as BLOBs, the small things as
//! ordinary tables. SQL holds and commits; all counting and searching is done by `segment`.
//!
//! Invariants: a segment, a column and a block never change once written, and their numbers are never used
//! again; what an import writes is seen by nobody before `publish`; only one process writes entries at a
//! time (it holds the lock file), while notes and marks may be written by any.

mod assemble;
mod cache;
mod check;
mod copies;
mod counts;
mod dedup;
mod facets;
mod filters;
mod import;
mod join;
mod labels;
mod lock;
mod ranks;
mod objects;
mod reader;
mod rebuild;
mod remove;
mod reread;
mod schema;
mod search;
mod selections;
mod session;
mod snapshot;
mod strips;
mod tidy;
mod view;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Interpret, Reader, Result, Store, StoreError, Writer};
use cache::Cache;
use reader::SqliteReader;
use schema::Mode;
use selections::Selections;
use session::Session;
use writer::SqliteWriter;

/// Rows of a segment at most.
pub const SEGMENT_ROWS: usize = 1 << 16;

/// How to open a store.
#[derive(Clone, Copy, Debug)]
pub struct OpenOptions {
    /// Never write, not even housekeeping.
    pub read_only: bool,
    /// Make the store where there is none.
    pub create: bool,
    /// Rows of a segment at most.
    pub segment_rows: usize,
    /// It is not kept: what is written need not outlast a loss of power.
    pub scratch: bool,
}

impl Default for OpenOptions {
    fn default() -> OpenOptions {
        OpenOptions { read_only: false, create: true, segment_rows: SEGMENT_ROWS, scratch: false }
    }
}

/// A store in an SQLite file.
pub struct SqliteStore {
    shared: Arc<Shared>,
}

/// What all connections of a store share.
struct Shared {
    path: PathBuf,
    options: OpenOptions,
    interpret: Arc<dyn Interpret>,
    cache: Cache,
    /// The connection that the store was opened with, for the first who wants one: to close the only one and to open
    /// another empties the log and reads the schema again.
    first: Mutex<Option<rusqlite::Connection>>,
    selections: Selections,
}

impl SqliteStore {
    /// Opens the store in a file; removes what an import that died left behind.
    ///
    /// # Errors
    /// The file is no store, was written by a newer program, is damaged or cannot be opened.
    pub fn open(path: &Path, mut options: OpenOptions, interpret: Arc<dyn Interpret>) -> Result<SqliteStore> {
        // Evidence often lies where nobody can write: it is read all the same, and writing refused when asked.
        options.read_only = options.read_only || schema::is_locked_away(path);
        let shared = Shared {
            path: path.to_owned(),
            options,
            interpret,
            cache: Cache::new(),
            first: Mutex::default(),
            selections: Selections::default(),
        };
        let store = SqliteStore { shared: Arc::new(shared) };
        let connection = store.shared.connect(true)?;
        if !options.read_only {
            writer::sweep(&store.shared, &connection)?;
        }
        *locked(&store.shared.first) = Some(connection);
        Ok(store)
    }

    /// Makes an empty store in a folder that the caller removes afterwards.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn temporary(dir: &Path, interpret: Arc<dyn Interpret>) -> Result<SqliteStore> {
        let options = OpenOptions { scratch: true, ..OpenOptions::default() };
        SqliteStore::open(&dir.join("auditty.db"), options, interpret)
    }
}

impl Shared {
    fn connect(&self, first: bool) -> Result<rusqlite::Connection> {
        let mode = match (self.options.read_only, self.options.create && first) {
            (true, _) => Mode::Read,
            _ if self.options.scratch => Mode::Scratch,
            (false, true) => Mode::Create,
            (false, false) => Mode::Write,
        };
        schema::connect(&self.path, mode)
    }

    fn session(self: &Arc<Shared>) -> Result<Session> {
        let first = locked(&self.first).take();
        let connection = first.map_or_else(|| self.connect(false), Ok)?;
        Ok(Session::new(self.clone(), connection))
    }
}

impl Store for SqliteStore {
    fn reader(&self) -> Result<Box<dyn Reader>> {
        Ok(Box::new(SqliteReader::new(self.shared.session()?)))
    }

    fn writer(&self) -> Result<Box<dyn Writer>> {
        if self.shared.options.read_only {
            return Err(StoreError::ReadOnly { path: self.shared.path.display().to_string() });
        }
        Ok(Box::new(SqliteWriter::new(self.shared.session()?)))
    }
}

/// What a lock guards in here stays whole whoever panics.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
