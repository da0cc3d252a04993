//! Import: files into a store, all of them or none.
//!
//! One thread reads and frames, two decode and map, the caller's writes; queues are bounded by bytes and the order
//! of the source is kept by number. A file that cannot be read is told and skipped; a cancelled or failed import
//! leaves the store as it was.

mod dates;
mod follow;
mod parse;
mod pipeline;
mod reader;
mod sample;
mod setup;
mod summary;
mod write;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::domain::Timestamp;
use crate::ingest::format::Formats;
use crate::ingest::source::{Found, find};
use crate::query::Cancel;
use crate::store::{Store, StoreError};

pub use follow::Follow;
pub(super) use parse::{Tally, decode_reject, mapper_for, recycle};
pub(super) use pipeline::{Event, Failed, Parse, run};
pub(super) use reader::{Job, Known, Plan};
pub(super) use sample::{Sampled, sample};
pub use setup::Overrides;
pub(super) use setup::{Setup, map_context};
pub use summary::{FirstReject, Outcome, SourceSummary, Summary};

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What is said about all sources by hand.
    pub overrides: Overrides,
    /// Read and map everything, store nothing.
    pub dry_run: bool,
    /// Publish what was read so far at this interval, so that it shows; not all or nothing then.
    pub publish_every: Option<Duration>,
    /// Read on as the inputs grow.
    pub follow: Option<Follow>,
    /// When the import is made, for the store to remember.
    pub now: Option<Timestamp>,
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Bytes read of all files.
    pub bytes: u64,
    /// Bytes of all files; `None` where one of them is a pipe.
    pub total: Option<u64>,
    /// Entries so far.
    pub entries: u64,
    /// Rejects so far.
    pub rejects: u64,
    /// How often something was made visible.
    pub published: u64,
    /// The source at hand.
    pub source: Arc<str>,
}

/// What an import is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading, mapping and storing.
    Reading,
    /// Making it visible.
    Publishing,
    /// Waiting for another writer to end; its name is the source at hand.
    Waiting,
}

/// Why an import was not made.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The user named a format that is not there.
    #[error("no format '{name}'; there are {known}")]
    NoFormat {
        /// The name.
        name: String,
        /// Names there are.
        known: String,
    },
    /// The user stopped it; nothing of it was kept.
    #[error("cancelled; the store is as it was")]
    Cancelled,
    /// Another process did not stop writing.
    #[error("the store is still being written by {0}; try again when it has ended")]
    Occupied(String),
    /// A fault of the program; nothing of the import was kept.
    #[error("a fault while importing ({0}); the store is as it was; please report it")]
    Fault(String),
    /// Output failed.
    #[error("writing: {0}")]
    Output(#[from] std::io::Error),
}

/// Imports what names lead to: files, folders, patterns, `-`.
///
/// # Errors
/// The store cannot be written, the format does not exist, or the import was cancelled: nothing is kept then.
/// Files that cannot be read are no error; the summary tells them.
pub fn import<S: AsRef<str>>(
    names: &[S],
    options: &Options,
    store: &dyn Store,
    formats: &Formats,
    progress: &mut dyn FnMut(&Progress),
    cancel: &Cancel,
) -> Result<Summary, ImportError> {
    import_found(&find(names), options, store, formats, progress, cancel)
}

/// Imports inputs that were found before.
///
/// # Errors
/// As [`import`].
pub fn import_found(
    found: &Found,
    options: &Options,
    store: &dyn Store,
    formats: &Formats,
    progress: &mut dyn FnMut(&Progress),
    cancel: &Cancel,
) -> Result<Summary, ImportError> {
    let mut reader = store.reader()?;
    let known = Known::of(&reader.sources()?);
    // What grows has no size.
    let total = found.bytes().filter(|_| options.follow.is_none());
    let mut writing = write::Writing::new(options, store, total, cancel, progress)?;
    // Not before: the last connection to go would empty the log, which waits for the disk.
    drop(reader);
    // Waiting for another writer says nothing about how fast this one is.
    let started = Instant::now();
    let known = known.confirm(&found.inputs, |sha256| writing.holds(sha256))?;
    let mut plan = Plan::new(found, formats, &options.overrides, known)?;
    plan.follow.clone_from(&options.follow);
    if options.publish_every.is_some() {
        // Somebody waits for the first entries.
        plan.limits.first = plan.limits.sample;
    }
    let parsers = (0..WORKERS).map(|_| parse::Parser::new(formats.clone(), !options.dry_run)).collect();
    let ran = run(&plan, parsers, cancel, &mut |event| writing.take(event));
    let mut summary = match ran {
        Ok(()) => writing.publish_all(store)?,
        Err(failed) => {
            writing.abandon();
            return Err(failed.into());
        }
    };
    summary.tell_problems(&found.problems);
    summary.elapsed = started.elapsed();
    Ok(summary)
}

/// Threads that decode and map.
pub(super) const WORKERS: usize = 2;

impl From<Failed<ImportError>> for ImportError {
    fn from(failed: Failed<ImportError>) -> ImportError {
        match failed {
            Failed::Sink(error) => error,
            Failed::Cancelled => ImportError::Cancelled,
            Failed::Panicked(what) => ImportError::Fault(what),
        }
    }
}
