//! Who may write entries: whoever holds the lock on a file beside the store. The system lets go of it when
//! the process ends, however it ends, so a lock never outlives its writer.
//!
//! While it is held the file names the process that holds it, and behind that it takes room on the disk that a failed
//! import can give back, since on a full disk even taking its leftovers out would not fit into the database's log.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::store::{Result, StoreError};

/// How long to wait for a writer that is about to end (housekeeping takes no longer).
const WAIT: Duration = Duration::from_millis(1500);

/// Bytes in which the holder is named.
const NAME: u64 = 64;

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
            Ok(()) => {
                let mut lock = WriteLock(file);
                lock.sign();
                Ok(Some(lock))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(io(error)),
        }
    }

    /// Says in the file who holds it. Where that fails nobody is told, and nothing else.
    fn sign(&mut self) {
        let name = format!("process {}\n", std::process::id());
        drop(self.0.set_len(0));
        drop(std::io::Seek::rewind(&mut self.0).and_then(|()| self.0.write_all(name.as_bytes())));
    }

    /// Returns who holds the lock, as the file says.
    pub(super) fn holder(store: &Path) -> Option<String> {
        use std::io::Read as _;
        let mut text = String::new();
        File::open(path_of(store)).ok()?.take(NAME).read_to_string(&mut text).ok()?;
        let name = text.lines().next()?.trim_matches(['\0', ' ']);
        name.starts_with("process ").then(|| name.to_owned())
    }

    /// Takes room on the disk that [`WriteLock::release_reserve`] gives back.
    ///
    /// # Errors
    /// There is no room.
    pub(super) fn reserve(&mut self) -> Result<()> {
        let full = |source| StoreError::Io { doing: "reserving room on the disk".to_owned(), source };
        match set_aside(&self.0) {
            Some(done) => done,
            None => self.write_zeros(),
        }
        .inspect_err(|_| self.release_reserve())
        .map_err(full)
    }

    /// Takes the room where the system cannot be asked for it.
    fn write_zeros(&mut self) -> std::io::Result<()> {
        let chunk = [0u8; 1 << 16];
        std::io::Seek::seek(&mut self.0, std::io::SeekFrom::Start(NAME))?;
        (0..RESERVE / chunk.len()).try_for_each(|_| self.0.write_all(&chunk))
    }

    /// Gives the room back.
    pub(super) fn release_reserve(&self) {
        // Where even this fails there is nothing left to try; the error that led here is told.
        drop(self.0.set_len(NAME));
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
        // The name goes with the reserve; where even this fails the next holder writes its own.
        drop(self.0.set_len(0));
    }
}

/// Asks the system for the room, which then need not be written; `None` where it cannot do that.
#[cfg(target_os = "linux")]
fn set_aside(file: &File) -> Option<std::io::Result<()>> {
    use rustix::fs::{FallocateFlags, fallocate};
    match fallocate(file, FallocateFlags::empty(), NAME, RESERVE as u64) {
        Ok(()) => Some(Ok(())),
        Err(error @ (rustix::io::Errno::NOSPC | rustix::io::Errno::DQUOT)) => Some(Err(error.into())),
        Err(_) => None,
    }
}

#[cfg(not(target_os = "linux"))]
fn set_aside(_: &File) -> Option<std::io::Result<()>> {
    None
}

fn path_of(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push("-lock");
    name.into()
}
