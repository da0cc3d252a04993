//! Threads that answer questions to the store, each with its own connection, newest question first.
//!
//! A newer question first cancels the running one, then is sent; older ones still waiting are skipped. A
//! panic becomes a message and the worker goes on with a new connection. Does not touch the model.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::domain::Timestamp;
use crate::ops::Access;
use crate::query::Cancel;
use crate::store;

use super::loading::Loading;
use super::model::slot::Ticket;
use super::msg::{Msg, WorkerName};

/// Opens a connection to read, under the plan. Called on the thread that will use it.
pub type OpenAccess = Arc<dyn Fn() -> store::Result<Access> + Send + Sync>;

/// A question on its way to a worker.
pub struct Job<Q> {
    /// Its number.
    pub ticket: Ticket,
    /// What is asked.
    pub question: Q,
    /// When it was asked; the plan's limits count back from here.
    pub now: Timestamp,
    /// Set when nobody waits for the answer any more.
    pub cancel: Cancel,
}

/// What answers the questions of one worker.
pub trait Answers: Send + 'static {
    /// The questions.
    type Question: Send + 'static;

    /// Answers one; `Ok(None)` where it was cancelled. May send messages meanwhile.
    fn answer(
        &mut self,
        access: &mut Access,
        job: &Job<Self::Question>,
        inbox: &Sender<Msg>,
    ) -> store::Result<Option<Msg>>;

    /// Makes the message that says why there is no answer.
    fn failed(ticket: Ticket, reason: String) -> Msg;
}

/// The handle of a worker thread. Dropping it cancels what runs and waits for the end.
pub struct Worker<Q> {
    jobs: Option<Sender<Job<Q>>>,
    running: Cancel,
    thread: Option<JoinHandle<()>>,
}

impl<Q: Send + 'static> Worker<Q> {
    /// Starts the thread; its connection is opened with the first question.
    pub fn spawn<A>(name: WorkerName, open: OpenAccess, inbox: Sender<Msg>, answers: A) -> Worker<Q>
    where
        A: Answers<Question = Q>,
    {
        let (jobs, queue) = channel();
        let work = move || {
            stand_back(name);
            serve(name, &open, &queue, &inbox, answers);
        };
        let thread = std::thread::Builder::new().name(format!("auditty-{name}")).spawn(work).ok();
        Worker { jobs: Some(jobs), running: Cancel::new(), thread }
    }

    /// Asks a question in place of all earlier ones: cancels first, then sends.
    pub fn ask(&mut self, ticket: Ticket, question: Q, now: Timestamp) {
        self.running.cancel();
        self.running = Cancel::new();
        let job = Job { ticket, question, now, cancel: self.running.clone() };
        if let Some(jobs) = &self.jobs {
            // The thread ends only after this end of the channel does.
            let _ = jobs.send(job);
        }
    }

    /// Stops the running question; its answer will not come.
    pub fn cancel(&mut self) {
        self.running.cancel();
    }
}

impl<Q> Drop for Worker<Q> {
    fn drop(&mut self) {
        self.running.cancel();
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Lets the thread that draws go first where there are fewer processors than threads with something to do, and what is
/// read for the table before what is counted. Threads that this one starts follow it.
#[cfg(target_os = "linux")]
fn stand_back(name: WorkerName) {
    let steps = match name {
        WorkerName::Page | WorkerName::Detail => 4,
        WorkerName::Facets | WorkerName::Errand | WorkerName::Lookup => 10,
    };
    // On Linux these are steps of this thread alone. Without them it works the same.
    let _ = rustix::process::nice(steps);
}

/// Elsewhere it would be the whole process that stands back.
#[cfg(not(target_os = "linux"))]
fn stand_back(_: WorkerName) {}

fn serve<A: Answers>(
    name: WorkerName,
    open: &OpenAccess,
    queue: &Receiver<Job<A::Question>>,
    inbox: &Sender<Msg>,
    mut answers: A,
) {
    let mut access = None;
    while let Ok(job) = queue.recv() {
        let job = queue.try_iter().last().unwrap_or(job);
        let ticket = job.ticket;
        let work = || respond(open, &mut access, &mut answers, &job, inbox);
        let msg = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
            access = None;
            let _ = inbox.send(Msg::WorkerDied(name, panic_text(panic.as_ref())));
            Some(A::failed(ticket, format!("the {name} worker failed; R tries again")))
        });
        if let Some(msg) = msg
            && inbox.send(msg).is_err()
        {
            return;
        }
    }
}

/// Answers a job; one stopped without anybody having asked for that is tried once more.
fn respond<A: Answers>(
    open: &OpenAccess,
    access: &mut Option<Access>,
    answers: &mut A,
    job: &Job<A::Question>,
    inbox: &Sender<Msg>,
) -> Option<Msg> {
    for _ in 0..2 {
        if job.cancel.cancelled() {
            return None;
        }
        let answer = connected(open, access).and_then(|access| {
            access.set_now(job.now);
            answers.answer(access, job, inbox)
        });
        match answer {
            Ok(Some(msg)) => return Some(msg),
            Ok(None) => {}
            Err(error) if job.cancel.cancelled() => drop(error),
            Err(error) => return Some(A::failed(job.ticket, error.to_string())),
        }
    }
    let stopped = !job.cancel.cancelled();
    stopped.then(|| A::failed(job.ticket, "the store stopped answering; R tries again".to_owned()))
}

fn connected<'a>(open: &OpenAccess, access: &'a mut Option<Access>) -> store::Result<&'a mut Access> {
    match access {
        Some(access) => Ok(access),
        None => Ok(access.insert(open()?)),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panicked".to_owned())
}

/// What fills the store while it is looked at.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// Files that are being read.
    pub loading: Option<Loading>,
    /// Whether what is shown is followed at the moment; `None` where it is not meant to be.
    pub live: Option<Arc<AtomicBool>>,
}

/// Looks now and then whether another process published something, and how far files are read.
pub struct Poll {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Poll {
    /// Starts looking once per `every`.
    pub fn spawn(open: OpenAccess, inbox: Sender<Msg>, every: Duration, feed: Feed) -> Poll {
        let (stop, stopped) = channel();
        let work = move || poll(&open, &inbox, &stopped, every, feed);
        let thread = std::thread::Builder::new().name("auditty-poll".to_owned()).spawn(work).ok();
        Poll { stop: Some(stop), thread }
    }
}

impl Drop for Poll {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn poll(open: &OpenAccess, inbox: &Sender<Msg>, stopped: &Receiver<()>, every: Duration, mut feed: Feed) {
    let mut access = None;
    let mut last = None;
    let mut was_live = false;
    loop {
        let is_live = feed.live.as_ref().is_some_and(|live| live.load(Ordering::Relaxed));
        if std::mem::replace(&mut was_live, is_live) != is_live && inbox.send(Msg::Live(is_live)).is_err() {
            return;
        }
        // Asked before the store is: when reading has ended, all of it is seen below. What is followed is read
        // once it has been caught up with.
        let progress = feed.loading.as_ref().map(|loading| loading.now().filter(|_| !is_live));
        if let Ok(generation) = connected(open, &mut access).and_then(Access::generation)
            && last.replace(generation) != Some(generation)
            && inbox.send(Msg::Generation(generation)).is_err()
        {
            return;
        }
        if let Some(progress) = progress {
            if progress.is_none() {
                feed.loading = None;
            }
            if inbox.send(Msg::Loading(progress)).is_err() {
                return;
            }
        }
        match stopped.recv_timeout(every) {
            Err(RecvTimeoutError::Timeout) => {}
            _ => return,
        }
    }
}
