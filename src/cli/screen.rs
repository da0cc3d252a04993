//! Handing over to the screen.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use super::context::Context;
use super::{Failure, Result, Status};
use crate::domain::EntryId;
use crate::ops::open::Opened;
use crate::query::{Cancel, Filter};

/// How long the screen waits for files to be read, so that small ones are there in the first frame and
/// what cannot be read is said without a screen.
const HEAD_START: Duration = Duration::from_millis(250);

/// What the screen shows first.
#[derive(Clone, Debug, Default)]
pub(super) struct Start {
    /// The query.
    pub(super) filter: Filter,
    /// The entry under the cursor.
    pub(super) entry: Option<EntryId>,
    /// What the header calls the store; empty for the user's own.
    pub(super) label: String,
}

/// Opens the screen until the user leaves it.
pub(super) fn run(_: &Context, _: &Arc<Opened>, _: Start) -> Result {
    Err(Failure::unusable("the screen is not there yet").into())
}

/// Opens the screen while `load` fills the store on another thread; leaving the screen cancels it.
pub(super) fn run_while(
    context: &Context,
    opened: &Arc<Opened>,
    start: Start,
    cancel: &Cancel,
    load: impl FnOnce() -> Result + Send,
) -> Result {
    std::thread::scope(|scope| {
        let (done, ended) = channel();
        let work = move || {
            // Nobody listens any more when the screen was left before.
            let _ = done.send(load());
        };
        std::thread::Builder::new().name("auditty-load".to_owned()).spawn_scoped(scope, work)?;
        match ended.recv_timeout(HEAD_START) {
            Ok(Ok(Status::Done)) | Err(RecvTimeoutError::Timeout) => {}
            Ok(other) => return other,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure::unusable("a fault while reading; please report it").into());
            }
        }
        super::signals::leave_to_screen();
        let status = run(context, opened, start);
        let left_early = ended.try_recv().map_or(true, |ended| ended.is_ok());
        cancel.cancel();
        match (status, left_early) {
            (Ok(status), true) => Ok(status),
            (Ok(_), false) => Err(Failure::unusable("a file could not be read to its end").into()),
            (failed, _) => failed,
        }
    })
}
