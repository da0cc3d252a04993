//! Signals as events of the one inbox, with a way out where nobody empties it.

use std::io;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::{ACTIVE, TerminalEvent, modes};

/// How long the screen may take to end in good order.
const PATIENCE: Duration = Duration::from_secs(3);

/// The signal that ended the screen; 0 where there was none.
static ENDED_BY: AtomicI32 = AtomicI32::new(0);

/// Returns the signal that ended the screen, if one did.
pub fn ended_by() -> Option<i32> {
    Some(ENDED_BY.load(Ordering::Relaxed)).filter(|signal| *signal != 0)
}

/// Starts the thread that turns signals into events.
pub(super) fn spawn(send: impl Fn(TerminalEvent) -> bool + Send + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT])?;
    let run = move || {
        let mut ending = false;
        for signal in signals.forever() {
            let heard = match signal {
                SIGTSTP => send(TerminalEvent::Suspend),
                SIGCONT => send(TerminalEvent::Continued),
                _ if ending => false,
                _ => {
                    ending = true;
                    ENDED_BY.store(signal, Ordering::Relaxed);
                    end_by_force_after(PATIENCE, signal);
                    send(TerminalEvent::Terminate(signal))
                }
            };
            if !heard && !matches!(signal, SIGTSTP | SIGCONT) {
                end_by_force(signal);
            }
        }
    };
    thread::Builder::new().name("signals".to_owned()).spawn(run)?;
    Ok(())
}

fn end_by_force_after(patience: Duration, signal: i32) {
    let wait = move || {
        thread::sleep(patience);
        if ACTIVE.load(Ordering::SeqCst) {
            end_by_force(signal);
        }
    };
    // Without it the user can still send the signal again.
    let _ = thread::Builder::new().name("last-resort".to_owned()).spawn(wait);
}

/// Gives the terminal back without the lock of stdout, which a stuck thread may hold, and ends as the signal
/// would have.
fn end_by_force(signal: i32) {
    if ACTIVE.swap(false, Ordering::SeqCst) {
        if let Ok(mut terminal) = std::fs::OpenOptions::new().write(true).open("/dev/tty") {
            let modes = super::CURRENT.try_lock().map_or(super::Modes::PLAIN, |modes| *modes);
            let _ = modes::write_leave(&mut terminal, modes);
        }
        let _ = crossterm::terminal::disable_raw_mode();
    }
    let _ = emulate_default_handler(signal);
}
