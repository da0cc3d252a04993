//! Ctrl-C and SIGTERM while a subcommand works: first ask it to stop, then stop.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use crate::ingest::source::Stop;
use crate::query::Cancel;

/// The screen is up: it takes signals itself, and nobody else may end the program under it.
static ON_SCREEN: AtomicBool = AtomicBool::new(false);

/// The signal that asked the program to end; 0 where there was none.
static ENDED_BY: AtomicI32 = AtomicI32::new(0);

/// Remembers which signal asked the program to end.
pub(super) fn ended_by(signal: i32) {
    ENDED_BY.store(signal, Ordering::Relaxed);
}

/// Returns the exit status of an interrupted program: 128 and the signal, which is Ctrl-C's where there was none.
pub(super) fn code() -> u8 {
    match ENDED_BY.load(Ordering::Relaxed) {
        0 => super::Status::Interrupted.code(),
        signal => u8::try_from(128 + signal).unwrap_or(super::Status::Interrupted.code()),
    }
}

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
            let Some(signal) = signals.forever().next() else { return };
            ended_by(signal);
            if number > 0 && !ON_SCREEN.load(Ordering::Relaxed) {
                std::process::exit(code().into());
            }
            first();
        }
    };
    drop(std::thread::Builder::new().name("auditty-signals".to_owned()).spawn(work));
}

#[cfg(not(unix))]
fn watch(_: impl Fn() + Send + 'static) {}
