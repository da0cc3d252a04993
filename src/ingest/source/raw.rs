//! The file's own bytes: counted and hashed as they are read, whatever is done with them after.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

/// A shared handle on a raw stream: decoders own one clone, the closer another.
#[derive(Clone)]
pub(super) struct Raw {
    inner: Arc<Mutex<Inner>>,
    count: Arc<AtomicU64>,
}

struct Inner {
    from: Box<dyn Read + Send>,
    hash: Sha256,
    ended: bool,
}

impl Raw {
    pub(super) fn new(from: Box<dyn Read + Send>) -> Raw {
        let inner = Inner { from, hash: Sha256::new(), ended: false };
        Raw { inner: Arc::new(Mutex::new(inner)), count: Arc::default() }
    }

    /// Returns the bytes read so far; never waits.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Reads what a decoder left and returns the SHA-256 of all as lower-case hex.
    pub(super) fn finish(&mut self) -> io::Result<String> {
        let mut rest = vec![0; 64 * 1024];
        while self.read(&mut rest)? > 0 {}
        Ok(hex(&self.lock().hash.clone().finalize()))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A reader that panicked left nothing half done that matters here.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Raw {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut inner = self.lock();
        if inner.ended {
            return Ok(0);
        }
        let read = loop {
            match inner.from.read(out) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        // A terminal may be read again behind its end; a source is not.
        inner.ended = read == 0 && !out.is_empty();
        inner.hash.update(&out[..read]);
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Returns bytes as lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}
