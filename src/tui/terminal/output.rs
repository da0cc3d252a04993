//! Where frames are written to.

use std::io::{self, Write};

/// Collects what is drawn and passes it on whole, with a flush. Once the terminal was given back it passes nothing
/// on, so that half a frame never lands in the shell.
#[derive(Debug, Default)]
pub(super) struct Output {
    pending: Vec<u8>,
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let passed = match super::ACTIVE.load(std::sync::atomic::Ordering::SeqCst) {
            true => pass_on(&self.pending),
            false => Ok(()),
        };
        self.pending.clear();
        passed
    }
}

fn pass_on(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}
