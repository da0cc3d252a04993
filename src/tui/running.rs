//! Work on a thread of its own that can be stopped: an export, an import.

use std::thread::{Builder, JoinHandle};

use crate::query::Cancel;

/// Work that runs. Dropping it stops it and waits until nothing is left of it.
pub struct Running {
    cancel: Cancel,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Starts work on a thread of this name; what can stop it is given to it.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub fn start(name: &str, work: impl FnOnce(Cancel) + Send + 'static) -> std::io::Result<Running> {
        let cancel = Cancel::new();
        let watch = cancel.clone();
        let thread = Builder::new().name(name.to_owned()).spawn(move || work(watch))?;
        Ok(Running { cancel, thread: Some(thread) })
    }

    /// Stops it; what was done of it is undone.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.cancel.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
