//! What a panic does: of the screen's thread it gives the terminal back; of a worker it is only kept.

use std::panic::PanicHookInfo;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

/// What workers said when they panicked, to be shown in the log of the program.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Panics kept at most; a worker that dies over and over must not fill the memory.
const KEPT: usize = 20;

/// Makes a panic of this thread restore the terminal before it is reported, and a panic of any other leave
/// the screen alone. Call it once, from the thread that draws.
pub fn install_panic_hook() {
    let screen = thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| on_panic(screen, info, &*before)));
}

fn on_panic(screen: ThreadId, info: &PanicHookInfo<'_>, before: &dyn Fn(&PanicHookInfo<'_>)) {
    let here = thread::current();
    let active = super::ACTIVE.load(std::sync::atomic::Ordering::SeqCst);
    if here.id() == screen || !active {
        super::restore();
        before(info);
        return;
    }
    let mut panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
    if panics.len() < KEPT {
        panics.push(format!("thread {:?}: {info}", here.name().unwrap_or("unnamed")));
    }
}

/// Returns what workers said when they panicked since the last call.
pub fn take_panics() -> Vec<String> {
    std::mem::take(&mut *PANICS.lock().unwrap_or_else(PoisonError::into_inner))
}
