//! Who may write entries: whoever holds the lock on a file beside the store. The system lets go of it when
//! the process ends, however it ends, so a lock never outlives its writer.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::store::{Result, StoreError};

/// How long to wait for a writer that is about to end (housekeeping takes no longer).
const WAIT: Duration = Duration::from_millis(1500);

/// The lock, until it is dropped.
#[derive(Debug)]
pub(super) struct WriteLock(#[expect(dead_code, reason = "held for its drop")] File);

impl WriteLock {
    /// Takes the lock; `None` where another holds it.
    pub(super) fn try_take(store: &Path) -> Result<Option<WriteLock>> {
        let path = path_of(store);
        let io = |source| StoreError::Io { doing: format!("opening the lock {}", path.display()), source };
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(WriteLock(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(io(error)),
        }
    }

    /// Takes the lock, waiting a little for it.
    pub(super) fn take(store: &Path) -> Result<WriteLock> {
        let start = Instant::now();
        loop {
            if let Some(lock) = WriteLock::try_take(store)? {
                return Ok(lock);
            }
            if start.elapsed() > WAIT {
                return Err(StoreError::Busy { path: store.display().to_string() });
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn path_of(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push("-lock");
    name.into()
}
