//! Ctrl-C and SIGTERM while a subcommand works: first ask it to stop, then stop.

use crate::query::Cancel;

/// Returns a flag that the first signal sets; a second one ends the program at once.
pub(super) fn cancel_on_interrupt() -> Cancel {
    let cancel = Cancel::new();
    watch(cancel.clone());
    cancel
}

#[cfg(unix)]
fn watch(cancel: Cancel) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    // Without the handler a signal ends the program as it would anyway.
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    let work = move || {
        for _ in signals.forever() {
            if cancel.cancelled() {
                std::process::exit(super::Status::Interrupted.code().into());
            }
            cancel.cancel();
        }
    };
    drop(std::thread::Builder::new().name("auditty-signals".to_owned()).spawn(work));
}

#[cfg(not(unix))]
fn watch(_: Cancel) {}
