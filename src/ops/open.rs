//! Opening a store with all that reading it takes: formats, the plan, the clock.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::{Plan, Timestamp};
use crate::store::{Interpret, Result, Store};

use super::Access;
use super::temporary::TemporaryFolder;

/// What it takes to open a store.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the user's formats.
    pub formats: Option<PathBuf>,
    /// The account's plan.
    pub plan: Plan,
    /// The time it is.
    pub now: Timestamp,
}

/// An opened store.
pub struct Opened {
    /// The store.
    pub store: Arc<dyn Store>,
    /// What reads its records again.
    pub interpret: Arc<dyn Interpret>,
    /// The plan under which it is read.
    pub plan: Plan,
    /// When it was opened.
    pub now: Timestamp,
    /// Where it lies.
    pub path: PathBuf,
    /// The folder that goes with it when it is closed.
    _temporary: Option<TemporaryFolder>,
}

impl Opened {
    /// Returns a connection to read what the plan lets one see.
    pub fn access(&self) -> Result<Access> {
        Ok(Access::new(self.store.reader()?, Arc::clone(&self.interpret), self.plan, self.now))
    }

    /// Opens the store in a file, or makes it.
    ///
    /// # Errors
    /// The file is no store, or cannot be opened.
    pub fn store(path: &Path, _read_only: bool, _create: bool, _options: &Options) -> Result<Opened> {
        let reason = "stores cannot be opened yet".to_owned();
        Err(crate::store::StoreError::Unusable { path: path.display().to_string(), reason })
    }
}
