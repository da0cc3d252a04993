//! From the store to the output: the calling thread reads rows and writes what others made of them, in the order
//! of the rows. A bounded number of chunks is under way, so memory stays flat.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

use crate::query::{Filter, SortKey, Watch};
use crate::store::StoreError;

use super::super::Access;
use super::super::access::{Sealed, Showing};
use super::sheet::Sheet;
use super::{ExportError, ExportPlan, Exported, fields, opens};

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
            scope.spawn(move || work(&mut showing, &mut Sheet::new(plan), fetch, &send));
        }
        drop(send);
        let mut line =
            Line { out, results, waiting: BTreeMap::new(), sent: 0, written: 0, done: Exported::default() };
        let mut failed = None;
        let mut left = plan.limit.unwrap_or(u64::MAX);
        let each = &mut |mut rows: Sealed| {
            rows.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            left -= rows.len() as u64;
            failed = line.send(&jobs, rows).err();
            failed.is_none() && left > 0
        };
        // In other orders neighbours come from all over the store.
        let answer = if plan.sort.key == SortKey::Time && super::strips::are_enough(plan) {
            access.for_each_plain(filter, plan.sort, &fields, watch, each)?
        } else {
            access.for_each_sealed(filter, plan.sort, (opens, &fields), watch, each)?
        };
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
fn work(showing: &mut Showing, sheet: &mut Sheet, fetch: &Mutex<Receiver<Job>>, send: &Sender<Done>) {
    loop {
        let job = fetch.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { number, rows }) = job else { return };
        let (text, part) = match sheet.write(showing, rows, number == 0) {
            Ok((text, part)) => (Ok(text), part),
            Err(error) => (Err(error), Exported::default()),
        };
        if send.send(Done { number, text, part }).is_err() {
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
