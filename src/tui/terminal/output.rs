//! Where frames are written to.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Collects what is drawn and passes it on whole: while it is held, a flush (a frame has several) waits. Once
/// the terminal was given back it passes nothing on, so that half a frame never lands in the shell.
#[derive(Debug, Default)]
pub(super) struct Output {
    pending: Vec<u8>,
    held: Arc<AtomicBool>,
}

impl Output {
    /// Returns the switch that holds it.
    pub(super) fn hold(&self) -> Arc<AtomicBool> {
        self.held.clone()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.load(Ordering::Relaxed) {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() || !super::ACTIVE.load(Ordering::SeqCst) {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        stdout.write_all(&pending)?;
        stdout.flush()
    }
}
