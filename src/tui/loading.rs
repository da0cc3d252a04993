//! How far files are read while the screen looks at them already: told by the thread that reads, asked for by
//! the one that polls the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::msg::Progress;

/// How far files are read. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Loading(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    done: AtomicU64,
    total: AtomicU64,
    ended: AtomicBool,
}

impl Loading {
    /// Tells how many bytes of how many are read; 0 of all where that is unknown.
    pub fn tell(&self, done: u64, total: u64) {
        self.0.done.store(done, Ordering::Relaxed);
        self.0.total.store(total, Ordering::Relaxed);
    }

    /// Tells that all is read and visible, or that no more will come.
    pub fn end(&self) {
        // Whoever sees this sees what was published before, too.
        self.0.ended.store(true, Ordering::Release);
    }

    /// Returns how far it is; `None` once it has ended.
    pub fn now(&self) -> Option<Progress> {
        if self.0.ended.load(Ordering::Acquire) {
            return None;
        }
        let (done, total) = (self.0.done.load(Ordering::Relaxed), self.0.total.load(Ordering::Relaxed));
        Some(Progress { done, total })
    }
}
