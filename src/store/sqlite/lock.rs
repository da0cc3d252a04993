//! Who may write entries: whoever holds the lock on a file beside the store. The system lets go of it when
//! the process ends, however it ends, so a lock never outlives its writer.
//!
//! While it is held the file is filled with zeros: room on the disk that a failed import can give back, since
//! on a full disk even taking its leftovers out would not fit into the database's log.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::store::{Result, StoreError};

/// How long to wait for a writer that is about to end (housekeeping takes no longer).
const WAIT: Duration = Duration::from_millis(1500);

/// Bytes kept in reserve: twice what the log holds before it is worked off.
const RESERVE: usize = 8 << 20;

/// The lock, until it is dropped.
#[derive(Debug)]
pub(super) struct WriteLock(File);

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

    /// Takes room on the disk that [`WriteLock::release_reserve`] gives back.
    ///
    /// # Errors
    /// There is no room.
    pub(super) fn reserve(&mut self) -> Result<()> {
        let chunk = [0u8; 1 << 16];
        let full = |source| StoreError::Io { doing: "reserving room on the disk".to_owned(), source };
        self.0.set_len(0).map_err(full)?;
        std::io::Seek::rewind(&mut self.0).map_err(full)?;
        for _ in 0..RESERVE / chunk.len() {
            self.0.write_all(&chunk).inspect_err(|_| self.release_reserve()).map_err(full)?;
        }
        Ok(())
    }

    /// Gives the room back.
    pub(super) fn release_reserve(&self) {
        // Where even this fails there is nothing left to try; the error that led here is told.
        drop(self.0.set_len(0));
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

impl Drop for WriteLock {
    fn drop(&mut self) {
        self.release_reserve();
    }
}

fn path_of(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push("-lock");
    name.into()
}
