//! Work on a thread of its own that can be stopped: an export, an import.

use std::sync::mpsc::Sender;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use crate::query::Cancel;

use super::msg::Msg;

/// How often the screen is told how far it is.
pub const TOLD_EVERY: Duration = Duration::from_millis(200);

/// Work that runs. Dropping it stops it and waits until nothing is left of it.
pub struct Running {
    cancel: Cancel,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Starts work that is called `name`; what can stop it is given to it. Where there is no thread to be had, the
    /// inbox gets what `failed` makes of that.
    pub fn start(
        name: &str,
        inbox: &Sender<Msg>,
        failed: impl FnOnce(String) -> Msg,
        work: impl FnOnce(Cancel) + Send + 'static,
    ) -> Option<Running> {
        let cancel = Cancel::new();
        let watch = cancel.clone();
        match Builder::new().name(format!("auditty-{name}")).spawn(move || work(watch)) {
            Ok(thread) => Some(Running { cancel, thread: Some(thread) }),
            Err(error) => {
                let _ = inbox.send(failed(format!("the {name} could not start: {error}")));
                None
            }
        }
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
