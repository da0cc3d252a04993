//! Ctrl-C and SIGTERM while a subcommand works: first ask it to stop, then stop.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::ingest::source::Stop;
use crate::query::Cancel;

/// The screen is up: it takes signals itself, and nobody else may end the program under it.
static ON_SCREEN: AtomicBool = AtomicBool::new(false);

/// Leaves signals to the screen from here on.
pub(super) fn leave_to_screen() {
    ON_SCREEN.store(true, Ordering::Relaxed);
}

/// Returns a flag that the first signal sets; a second one ends the program at once.
pub(super) fn cancel_on_interrupt() -> Cancel {
    let cancel = Cancel::new();
    let set = cancel.clone();
    watch(move || set.cancel());
    cancel
}

/// Ends what is followed at the first signal; a second one ends the program at once.
pub(super) fn stop_on_interrupt(stop: Stop) {
    watch(move || stop.store(true, Ordering::Relaxed));
}

#[cfg(unix)]
fn watch(first: impl Fn() + Send + 'static) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    // Without the handler a signal ends the program as it would anyway.
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    let work = move || {
        for number in 0.. {
            if signals.forever().next().is_none() {
                return;
            }
            if number > 0 && !ON_SCREEN.load(Ordering::Relaxed) {
                std::process::exit(super::Status::Interrupted.code().into());
            }
            first();
        }
    };
    drop(std::thread::Builder::new().name("auditty-signals".to_owned()).spawn(work));
}

#[cfg(not(unix))]
fn watch(_: impl Fn() + Send + 'static) {}
