//! Housekeeping of the store while nobody uses the screen: text filters, merging. Step by step, each with a
//! writer of its own, so that imports of others wait for a step at most; given up when somebody comes back.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::query::{Cancel, Watch};
use crate::store::{self, Generation, Store};

/// How long nothing must have been pressed.
pub const IDLE: Duration = Duration::from_secs(2);

/// Rest after an error, such as another process writing.
const REST: Duration = Duration::from_secs(30);

/// The handle of the thread. Dropping it stops the work and waits for its end.
pub struct Tidy {
    shared: Arc<Shared>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the screen's thread and this one share.
struct Shared {
    idle: Duration,
    state: Mutex<(Instant, Cancel)>,
}

impl Tidy {
    /// Starts the thread; it works while [`Self::used`] was not called for as long as `idle`.
    pub fn spawn(store: Arc<dyn Store>, idle: Duration) -> Tidy {
        let state = Mutex::new((Instant::now(), Cancel::new()));
        let shared = Arc::new(Shared { idle, state });
        let (stop, stopped) = channel();
        let for_thread = shared.clone();
        let work = move || serve(store.as_ref(), &for_thread, &stopped);
        let thread = std::thread::Builder::new().name("auditty-tidy".to_owned()).spawn(work).ok();
        Tidy { shared, stop: Some(stop), thread }
    }

    /// Tells that somebody uses the screen: what runs stops soon.
    pub fn used(&self) {
        let mut state = self.shared.lock();
        state.1.cancel();
        *state = (Instant::now(), Cancel::new());
    }
}

impl Drop for Tidy {
    fn drop(&mut self) {
        self.used();
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, (Instant, Cancel)> {
        // Nothing panics while it is held; and what it holds is whole at any time.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what the next step listens to, or how long to wait for it.
    fn turn(&self) -> Result<Cancel, Duration> {
        let state = self.lock();
        match self.idle.checked_sub(state.0.elapsed()).filter(|left| !left.is_zero()) {
            None => Ok(state.1.clone()),
            Some(left) => Err(left),
        }
    }
}

fn serve(store: &dyn Store, shared: &Shared, stopped: &Receiver<()>) {
    let mut tidied = None;
    let mut rest = shared.idle;
    loop {
        match stopped.recv_timeout(rest) {
            Err(RecvTimeoutError::Timeout) => {}
            _ => return,
        }
        rest = match shared.turn() {
            Err(left) => left,
            Ok(cancel) => match step(store, cancel, &mut tidied) {
                // A breath between two steps, for whoever waits to write.
                Ok(true) => Duration::from_millis(20),
                Ok(false) => shared.idle,
                Err(_) => REST.max(shared.idle),
            },
        };
    }
}

/// Does one step; returns whether more is left. What is tidy is left alone until it changes.
fn step(store: &dyn Store, cancel: Cancel, tidied: &mut Option<Generation>) -> store::Result<bool> {
    let mut reader = store.reader()?;
    if *tidied == Some(reader.generation()?) {
        return Ok(false);
    }
    let mut watch: Box<dyn Watch> = Box::new(cancel);
    let more = store.writer()?.maintain(watch.as_mut())?;
    if !more && !watch.cancelled() {
        *tidied = Some(reader.generation()?);
    }
    Ok(more)
}
