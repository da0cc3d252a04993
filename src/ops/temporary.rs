//! Folders for stores that are not kept: private, and removed even where their owner died.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Name of the file that a folder's owner keeps locked as long as it lives.
const OWNER: &str = "owner.lock";

/// A folder younger than this may not have its lock yet.
const GRACE: Duration = Duration::from_secs(60);

/// A private folder that is removed when this value is dropped.
#[derive(Debug)]
pub struct TemporaryFolder {
    path: PathBuf,
    _lock: File,
}

impl TemporaryFolder {
    /// Makes a folder inside `parent` that only its owner can read, after removing those of dead owners.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn new(parent: &Path) -> io::Result<TemporaryFolder> {
        fs::create_dir_all(parent)?;
        sweep(parent);
        let pid = std::process::id();
        let mut tries = (0..1_000).map(|n| parent.join(format!("{pid}-{n}")));
        loop {
            let Some(path) = tries.next() else { return Err(io::ErrorKind::AlreadyExists.into()) };
            match private_folder(&path) {
                Ok(()) => {
                    let lock = File::create_new(path.join(OWNER))?;
                    lock.lock()?;
                    return Ok(TemporaryFolder { path, _lock: lock });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // What cannot be removed now is swept at the next start.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes the folders whose owner no longer holds the lock.
fn sweep(parent: &Path) {
    let Ok(folders) = fs::read_dir(parent) else { return };
    for folder in folders.flatten().map(|entry| entry.path()) {
        if is_dead(&folder) {
            let _ = fs::remove_dir_all(&folder);
        }
    }
}

fn is_dead(folder: &Path) -> bool {
    match File::open(folder.join(OWNER)) {
        Ok(lock) => !matches!(lock.try_lock(), Err(TryLockError::WouldBlock)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let made = folder.metadata().and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
            folder.is_dir() && made.elapsed().is_ok_and(|age| age > GRACE)
        }
        Err(_) => false,
    }
}

fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_lives_as_long_as_its_owner() {
        let parent = tempfile::tempdir().unwrap();
        let first = TemporaryFolder::new(parent.path()).unwrap();
        fs::write(first.path().join("auditty.db"), "x").unwrap();
        let second = TemporaryFolder::new(parent.path()).unwrap();
        assert_ne!(first.path(), second.path());
        assert!(first.path().join("auditty.db").exists(), "a living owner's folder was swept");
        let path = first.path().to_owned();
        drop(first);
        assert!(!path.exists());
    }

    #[test]
    fn folders_of_dead_owners_are_swept() {
        let parent = tempfile::tempdir().unwrap();
        let dead = parent.path().join("1-0");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join(OWNER), "").unwrap();
        fs::write(dead.join("auditty.db"), "x").unwrap();
        let unlocked_yet = parent.path().join("2-0");
        fs::create_dir(&unlocked_yet).unwrap();
        let _mine = TemporaryFolder::new(parent.path()).unwrap();
        assert!(!dead.exists());
        assert!(unlocked_yet.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_look_in() {
        use std::os::unix::fs::PermissionsExt as _;
        let parent = tempfile::tempdir().unwrap();
        let folder = TemporaryFolder::new(parent.path()).unwrap();
        assert_eq!(folder.path().metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }
}
