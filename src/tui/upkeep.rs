//! Keeps the store in good shape while the screen is up and the user reads: a piece of work, then a rest.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::ops::open::Opened;
use crate::ops::upkeep;
use crate::query::Cancel;

/// The first screen comes first.
const START: Duration = Duration::from_secs(2);
/// Rest between two pieces of work, so that keys find an idle machine more often than not.
const REST: Duration = Duration::from_millis(300);
/// How often to look for new work.
const AGAIN: Duration = Duration::from_secs(30);

/// The thread; dropping it asks the work to stop.
pub(super) struct Upkeep {
    cancel: Cancel,
    _end: Sender<()>,
}

impl Upkeep {
    /// Starts the thread.
    pub(super) fn spawn(opened: Arc<Opened>) -> Upkeep {
        let (end, ended) = channel::<()>();
        let cancel = Cancel::new();
        let stop = cancel.clone();
        let work = move || {
            let mut wait = START;
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                // Upkeep that fails now is done another time; what fails for good shows when entries are read.
                drop(upkeep(opened.store.as_ref(), &stop, &mut || thread::sleep(REST)));
                wait = AGAIN;
            }
        };
        // Without a thread a search opens more blocks, and nothing else is missing.
        drop(thread::Builder::new().name("auditty-upkeep".to_owned()).spawn(work));
        Upkeep { cancel, _end: end }
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
