//! The threads of an import and what goes between them.
//!
//! What is under way is bounded by its bytes, whatever runs ahead of what. Results come back in the order of the
//! source. A thread that panics becomes an error, never a hang.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};
use std::time::Duration;

use super::reader::{Job, Plan};
use super::setup::Setup;
use super::summary::{Closing, Outcome};
use crate::query::Cancel;

/// Bytes of slabs that may be under way at once; one slab may always be. As much as the workers parse while the sink
/// closes a segment and waits for the disk, so that they need not wait for it.
const UNDER_WAY: usize = 32 << 20;

/// Buffers kept for the next slabs, and the largest that is kept.
const SPARE: usize = 8;
const SPARE_BYTES: usize = 4 << 20;

/// How often a quiet pipeline looks whether it should stop.
const TICK: Duration = Duration::from_millis(50);

/// What a worker does with the records of a slab.
pub(in crate::ops) trait Parse: Send {
    /// What becomes of them.
    type Out: Send;

    /// Decodes and maps a slab.
    fn parse(&mut self, job: &Job) -> Self::Out;
}

/// What the sink of a pipeline sees, in the order of the sources.
pub(in crate::ops) enum Event<T> {
    /// A source begins.
    Begin(Arc<Setup>),
    /// Records of a source, and the bytes read of all files by then.
    Records(T, Arc<Setup>, u64),
    /// The source ends.
    End(Box<Closing>),
    /// An input gave nothing.
    Skip(Arc<str>, Outcome),
    /// Nothing happened for a while.
    Quiet,
}

/// Why a pipeline did not run to its end.
#[derive(Debug)]
pub(in crate::ops) enum Failed<E> {
    /// The sink failed.
    Sink(E),
    /// It was asked to stop.
    Cancelled,
    /// A thread panicked.
    Panicked(String),
}

enum Message<T> {
    Event(Event<T>),
    /// Records, with the buffer they lay in.
    Parsed {
        out: T,
        setup: Arc<Setup>,
        read: u64,
        buffer: Vec<u8>,
        cost: usize,
    },
    /// All inputs were read.
    Finished,
    Panicked(String),
}

/// The reader's end of the pipeline.
pub(super) struct Line<'a, T> {
    jobs: Sender<(u64, u64, Job)>,
    out: Sender<(u64, Message<T>)>,
    shared: &'a Shared,
    number: u64,
    before: u64,
}

struct Shared {
    stop: AtomicBool,
    read: AtomicU64,
    under_way: Mutex<usize>,
    less: Condvar,
    spare: Mutex<Vec<Vec<u8>>>,
}

/// Runs the plan to its end: `sink` is called on this thread with everything in order.
pub(in crate::ops) fn run<P: Parse, E>(
    plan: &Plan,
    parsers: Vec<P>,
    cancel: &Cancel,
    sink: &mut dyn FnMut(Event<P::Out>) -> Result<(), E>,
) -> Result<(), Failed<E>> {
    let shared = Shared::new();
    thread::scope(|scope| {
        let (out, results) = channel();
        let (jobs, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        let mut line = Line { jobs, out: out.clone(), shared: &shared, number: 0, before: 0 };
        let started = spawn(scope, "auditty-read", out.clone(), move || {
            plan.read(&mut line);
            line.finish();
        });
        let started = parsers.into_iter().enumerate().fold(started, |started, (number, parser)| {
            let (queue, back) = (queue.clone(), out.clone());
            let work = move || work(parser, &queue, &back);
            started.and(spawn(scope, &format!("auditty-parse-{number}"), out.clone(), work))
        });
        drop(out);
        let done = match started {
            Ok(()) => collect(&results, &shared, cancel, sink),
            Err(error) => Err(Failed::Panicked(format!("no thread to work with: {error}"))),
        };
        // Whoever waits for room, jobs or a listener is let go, so that the scope can end.
        shared.stop();
        drop(results);
        done
    })
}

fn spawn<'s, T: Send + 's>(
    scope: &'s Scope<'s, '_>,
    name: &str,
    out: Sender<(u64, Message<T>)>,
    run: impl FnOnce() + Send + 's,
) -> std::io::Result<()> {
    let caught = move || {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
            // Nobody listening means that the import failed already.
            drop(out.send((u64::MAX, Message::Panicked(words(panic.as_ref())))));
        }
    };
    thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, caught).map(drop)
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned())
}

fn work<P: Parse>(
    mut parser: P,
    queue: &Mutex<Receiver<(u64, u64, Job)>>,
    out: &Sender<(u64, Message<P::Out>)>,
) {
    loop {
        let job = locked(queue).recv();
        let Ok((number, read, job)) = job else { return };
        let parsed = parser.parse(&job);
        let cost = job.slab.bytes.capacity();
        let message = Message::Parsed { out: parsed, setup: job.setup, read, buffer: job.slab.bytes, cost };
        if out.send((number, message)).is_err() {
            return;
        }
    }
}

/// Brings results into order and hands them to the sink.
fn collect<T, E>(
    results: &Receiver<(u64, Message<T>)>,
    shared: &Shared,
    cancel: &Cancel,
    sink: &mut dyn FnMut(Event<T>) -> Result<(), E>,
) -> Result<(), Failed<E>> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    loop {
        if cancel.cancelled() {
            return Err(Failed::Cancelled);
        }
        match results.recv_timeout(TICK) {
            Ok((_, Message::Panicked(what))) => return Err(Failed::Panicked(what)),
            Ok((number, message)) => drop(early.insert(number, message)),
            Err(RecvTimeoutError::Timeout) => sink(Event::Quiet).map_err(Failed::Sink)?,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Failed::Panicked("the threads ended too early".to_owned()));
            }
        }
        while let Some(message) = early.remove(&next) {
            next += 1;
            let event = match message {
                Message::Finished => return Ok(()),
                Message::Panicked(what) => return Err(Failed::Panicked(what)),
                Message::Event(event) => event,
                Message::Parsed { out, setup, read, buffer, cost } => {
                    shared.give_back(buffer, cost);
                    Event::Records(out, setup, read)
                }
            };
            sink(event).map_err(Failed::Sink)?;
        }
    }
}

impl Shared {
    fn new() -> Shared {
        Shared {
            stop: AtomicBool::new(false),
            read: AtomicU64::new(0),
            under_way: Mutex::new(0),
            less: Condvar::new(),
            spare: Mutex::new(Vec::new()),
        }
    }

    fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        let _waiting = locked(&self.under_way);
        self.less.notify_all();
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Waits until there is room; returns false where nothing is wanted any more.
    fn enter(&self, cost: usize) -> bool {
        let mut under_way = locked(&self.under_way);
        while *under_way > 0 && *under_way + cost > UNDER_WAY && !self.stopped() {
            under_way = self.less.wait(under_way).unwrap_or_else(PoisonError::into_inner);
        }
        *under_way += cost;
        !self.stopped()
    }

    fn give_back(&self, buffer: Vec<u8>, cost: usize) {
        let mut spare = locked(&self.spare);
        if spare.len() < SPARE && buffer.capacity() <= SPARE_BYTES {
            spare.push(buffer);
        }
        drop(spare);
        let mut under_way = locked(&self.under_way);
        *under_way = under_way.saturating_sub(cost);
        self.less.notify_all();
    }
}

/// What a lock guards here stays whole whoever panics.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> Line<'_, T> {
    /// Whether nothing is wanted any more.
    pub(super) fn stopped(&self) -> bool {
        self.shared.stopped()
    }

    /// Returns an empty buffer, a used one if there is any.
    pub(super) fn buffer(&self) -> Vec<u8> {
        locked(&self.shared.spare).pop().unwrap_or_default()
    }

    pub(super) fn read_before(&mut self, bytes: u64) {
        self.before = bytes;
    }

    pub(super) fn read_now(&self, bytes: u64) {
        self.shared.read.store(self.before + bytes, Ordering::Relaxed);
    }

    pub(super) fn begin(&mut self, setup: Arc<Setup>) {
        self.event(Event::Begin(setup));
    }

    pub(super) fn end(&mut self, closing: Closing) {
        self.event(Event::End(Box::new(closing)));
    }

    pub(super) fn skip(&mut self, name: Arc<str>, outcome: Outcome) {
        self.event(Event::Skip(name, outcome));
    }

    /// Sends a slab to whichever worker is free; returns false where nothing is wanted any more.
    pub(super) fn send(&mut self, job: Job) -> bool {
        let number = self.next();
        let read = self.shared.read.load(Ordering::Relaxed);
        self.shared.enter(job.slab.bytes.capacity()) && self.jobs.send((number, read, job)).is_ok()
    }

    fn finish(mut self) {
        let number = self.next();
        drop(self.out.send((number, Message::Finished)));
    }

    fn event(&mut self, event: Event<T>) {
        let number = self.next();
        // Nobody listening shows at the next look at `stopped`.
        drop(self.out.send((number, Message::Event(event))));
    }

    fn next(&mut self) -> u64 {
        let number = self.number;
        self.number += 1;
        number
    }
}

#[cfg(test)]
mod tests;
