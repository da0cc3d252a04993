//! From the store to the output: the calling thread reads rows and writes what others made of them, in the order
//! of the rows. A bounded number of chunks is under way, so memory stays flat.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

use crate::query::{Filter, Watch};
use crate::store::StoreError;

use super::super::Access;
use super::super::access::{Sealed, Showing};
use super::super::mask::{Clean, is_one_masked};
use super::{ExportError, ExportPlan, Exported, Rows, fields, opens, rows};

/// Threads that make text of rows.
const THREADS: usize = 2;
/// Chunks under way at most.
const AHEAD: usize = 6;

/// A chunk on its way to be written down.
struct Job {
    number: u64,
    rows: Sealed,
}

/// A chunk written down.
struct Done {
    number: u64,
    text: Result<Vec<u8>, StoreError>,
    part: Exported,
}

/// Writes all rows that match. `None` where the watch stopped it.
pub(super) fn run(
    plan: &ExportPlan,
    filter: &Filter,
    access: &mut Access,
    out: &mut dyn Write,
    watch: &mut dyn Watch,
) -> Result<Option<Exported>, ExportError> {
    let (opens, fields) = (opens(plan), fields(plan));
    let (jobs, fetch) = sync_channel::<Job>(AHEAD);
    let (send, results) = channel::<Done>();
    let fetch = Mutex::new(fetch);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            let (mut showing, send, fetch) = (access.showing(opens), send.clone(), &fetch);
            scope.spawn(move || work(&mut showing, &mut *rows(plan), fetch, &send));
        }
        drop(send);
        let mut line =
            Line { out, results, waiting: BTreeMap::new(), sent: 0, written: 0, done: Exported::default() };
        let mut failed = None;
        let mut left = plan.limit.unwrap_or(u64::MAX);
        let answer =
            access.for_each_sealed(filter, plan.sort, (opens, &fields), watch, &mut |mut rows| {
                rows.truncate(usize::try_from(left).unwrap_or(usize::MAX));
                left -= rows.len() as u64;
                failed = line.send(&jobs, rows).err();
                failed.is_none() && left > 0
            })?;
        drop(jobs);
        if let Some(error) = failed {
            return Err(error);
        }
        if answer.is_none() {
            return Ok(None);
        }
        line.take(line.sent)?;
        Ok(Some(line.done))
    })
}

/// Writes chunks down until there are no more.
fn work(showing: &mut Showing, rows: &mut dyn Rows, fetch: &Mutex<Receiver<Job>>, send: &Sender<Done>) {
    let mut clean = Clean::default();
    loop {
        let job = fetch.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { number, rows: sealed }) = job else { return };
        let mut text = Vec::with_capacity(sealed.len() * 128);
        let mut part = Exported::default();
        let before = rows.guarded();
        rows.goes_on(number > 0);
        let mut failed = None;
        let shown = showing.each(sealed, &mut |row, detail| {
            part.rows += 1;
            part.masked +=
                u64::from(is_one_masked(row, &mut clean) || detail.is_some_and(|detail| detail.masked));
            failed = rows.row(row, detail, &mut text).err();
            failed.is_none()
        });
        part.guarded = rows.guarded() - before;
        let whole = match failed {
            // Nothing is written but memory.
            Some(source) => Err(StoreError::Io { doing: "writing a row".to_owned(), source }),
            None => shown.map(|_| text),
        };
        if send.send(Done { number, text: whole, part }).is_err() {
            return;
        }
    }
}

/// Chunks under way, put in order again.
struct Line<'o> {
    out: &'o mut dyn Write,
    results: Receiver<Done>,
    waiting: BTreeMap<u64, Done>,
    sent: u64,
    written: u64,
    done: Exported,
}

impl Line<'_> {
    /// Sends rows to be written down, and writes what is there; waits where too much is under way.
    fn send(&mut self, jobs: &SyncSender<Job>, rows: Sealed) -> Result<(), ExportError> {
        // Nobody receives any more only where a thread panicked, which ends all.
        if !rows.is_empty() && jobs.send(Job { number: self.sent, rows }).is_ok() {
            self.sent += 1;
        }
        while let Ok(done) = self.results.try_recv() {
            self.waiting.insert(done.number, done);
        }
        self.write()?;
        self.take(self.sent.saturating_sub(AHEAD as u64))
    }

    /// Waits until so many chunks are written.
    fn take(&mut self, until: u64) -> Result<(), ExportError> {
        while self.written < until {
            let Ok(done) = self.results.recv() else { return Ok(()) };
            self.waiting.insert(done.number, done);
            self.write()?;
        }
        Ok(())
    }

    /// Writes the chunks that come next.
    fn write(&mut self) -> Result<(), ExportError> {
        while let Some(done) = self.waiting.remove(&self.written) {
            self.out.write_all(&done.text?).map_err(ExportError::io("writing"))?;
            self.written += 1;
            self.done.rows += done.part.rows;
            self.done.masked += done.part.masked;
            self.done.guarded += done.part.guarded;
        }
        Ok(())
    }
}
