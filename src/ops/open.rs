//! Opening a store with all that reading it takes: formats, the plan, the clock.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::{Plan, Timestamp};
use crate::ingest::format::Formats;
use crate::store::sqlite::{OpenOptions, SqliteStore};
use crate::store::{Store, StoreError};

use super::Access;
use super::interpret::Interpreter;
use super::mask::Masker;
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
    /// Mask secrets in all that is read.
    pub mask: bool,
}

/// An opened store.
pub struct Opened {
    /// The store.
    pub store: Arc<dyn Store>,
    /// What reads its records again.
    pub interpret: Arc<Interpreter>,
    /// The plan under which it is read.
    pub plan: Plan,
    /// When it was opened.
    pub now: Timestamp,
    /// Secrets are masked in all that is read.
    pub mask: bool,
    /// Where it lies.
    pub path: PathBuf,
    /// Goes with the store when it is closed; dropped last.
    _temporary: Option<TemporaryFolder>,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A folder could not be made.
    #[error("making {path}: {source}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Opened {
    /// Opens the store in a file. With `create` it is made where there is none, its folder too.
    ///
    /// # Errors
    /// The file is no store or cannot be opened.
    pub fn store(path: &Path, read_only: bool, create: bool, options: &Options) -> Result<Opened, OpenError> {
        if let Some(folder) = path.parent().filter(|folder| create && !folder.as_os_str().is_empty()) {
            private_folders(folder)
                .map_err(|source| OpenError::Folder { path: folder.to_owned(), source })?;
        }
        let interpret = interpreter(options);
        let how = OpenOptions { read_only, create, ..OpenOptions::default() };
        let store = SqliteStore::open(path, how, interpret.clone())?;
        Ok(Opened::new(Arc::new(store), interpret, options, path.to_owned(), None))
    }

    /// Makes an empty store in a private folder inside `parent`, which goes away with it.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn temporary(parent: &Path, options: &Options) -> Result<Opened, OpenError> {
        let folder = TemporaryFolder::new(parent)
            .map_err(|source| OpenError::Folder { path: parent.to_owned(), source })?;
        let interpret = interpreter(options);
        let store = SqliteStore::temporary(folder.path(), interpret.clone())?;
        let path = folder.path().to_owned();
        Ok(Opened::new(Arc::new(store), interpret, options, path, Some(folder)))
    }

    fn new(
        store: Arc<dyn Store>,
        interpret: Arc<Interpreter>,
        options: &Options,
        path: PathBuf,
        temporary: Option<TemporaryFolder>,
    ) -> Opened {
        let Options { plan, now, mask, .. } = *options;
        Opened { store, interpret, plan, now, mask, path, _temporary: temporary }
    }

    /// Returns a connection to read what the plan lets one see, with secrets masked.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn access(&self) -> Result<Access, StoreError> {
        let access = Access::new(self.store.reader()?, self.interpret.clone(), self.plan, self.now);
        Ok(if self.mask { access.masked(self.masker()) } else { access })
    }

    /// Returns what masks the secrets of objects' histories, which are derived from what was not masked.
    pub fn masker(&self) -> Masker {
        Masker::new(self.formats().clone())
    }

    /// Returns the formats its records are read with.
    pub fn formats(&self) -> &Formats {
        self.interpret.formats()
    }
}

fn interpreter(options: &Options) -> Arc<Interpreter> {
    Arc::new(Interpreter::new(Formats::load(options.formats.as_deref())))
}

/// Makes folders that only their owner can read; those there are stay as they are.
fn private_folders(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
