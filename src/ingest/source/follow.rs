//! A file that grows: read to its end, then on as more is written, until it is cut, replaced, or nobody wants more.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often a file at its end is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// A flag that ends all following.
pub type Stop = Arc<AtomicBool>;

/// Reads a file for as long as it is the one its name leads to.
pub(super) struct Following {
    path: PathBuf,
    file: File,
    at: u64,
    /// Another file has its name: it is read to its end, once more.
    replaced: bool,
    stop: Stop,
}

impl Following {
    /// Opens a file.
    pub(super) fn open(path: &Path, stop: Stop) -> io::Result<Following> {
        Ok(Following { path: path.to_owned(), file: File::open(path)?, at: 0, replaced: false, stop })
    }

    /// Whether what was read is all there will be of this file.
    fn is_over(&mut self) -> io::Result<bool> {
        let own = self.file.metadata()?;
        if own.len() < self.at || self.replaced {
            return Ok(true);
        }
        // Between the two steps of a rotation there is no file of this name: the next look will show.
        let named = std::fs::metadata(&self.path).ok();
        self.replaced = named.is_some_and(|named| !same(&own, &named));
        Ok(false)
    }
}

impl Read for Following {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !self.stop.load(Ordering::Relaxed) {
            let read = self.file.read(out)?;
            self.at += read as u64;
            if read > 0 || out.is_empty() {
                return Ok(read);
            }
            if self.is_over()? {
                return Ok(0);
            }
            if !self.replaced {
                thread::sleep(LOOK);
            }
        }
        Ok(0)
    }
}

#[cfg(unix)]
fn same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn same(one: &Metadata, other: &Metadata) -> bool {
    one.created().ok() == other.created().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use super::*;

    fn read(following: &mut Following) -> String {
        let mut out = [0; 64];
        let count = following.read(&mut out).unwrap();
        String::from_utf8_lossy(&out[..count]).into_owned()
    }

    #[test]
    fn reads_on_until_the_file_is_cut_or_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        fs::write(&path, "one").unwrap();
        let stop = Stop::default();
        let mut following = Following::open(&path, stop.clone()).unwrap();
        assert_eq!(read(&mut following), "one");
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"two").unwrap();
        assert_eq!(read(&mut following), "two");
        fs::write(&path, "x").unwrap();
        assert_eq!(read(&mut following), "", "a shorter file is another one");

        let mut following = Following::open(&path, stop.clone()).unwrap();
        assert_eq!(read(&mut following), "x");
        fs::rename(&path, folder.path().join("a.log.1")).unwrap();
        fs::OpenOptions::new()
            .append(true)
            .open(folder.path().join("a.log.1"))
            .unwrap()
            .write_all(b"last")
            .unwrap();
        fs::write(&path, "new").unwrap();
        assert_eq!(read(&mut following), "last", "what was written before the rotation is not lost");
        assert_eq!(read(&mut following), "");

        stop.store(true, Ordering::Relaxed);
        assert_eq!(read(&mut Following::open(&path, stop).unwrap()), "");
    }
}
