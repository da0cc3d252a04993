//! The writing end of an import.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::domain::Reject;
use crate::ingest::syntax::Context;
use crate::query::Cancel;
use crate::store::{Published, SourceId, SourceInfo, Store, Writer};

use super::parse::{Parsed, Tally};
use super::pipeline::Event;
use super::setup::Setup;
use super::summary::{Closing, FirstReject, Outcome, Summary};
use super::{ImportError, Options, Phase, Progress};

/// Rejects told at the end of an import; the store keeps all.
const TOLD_REJECTS: usize = 5;

pub(super) struct Writing<'a> {
    options: &'a Options,
    cancel: &'a Cancel,
    /// `None` on a dry run.
    writer: Option<Box<dyn Writer>>,
    progress: &'a mut dyn FnMut(&Progress),
    state: Progress,
    /// The sources being written: one, or several that are followed.
    open: Vec<Current>,
    summary: Summary,
    /// Store numbers of the sources in the summary, by their index there.
    stored: Vec<(usize, SourceId)>,
    published: Published,
    last: Instant,
    /// Something was written since the last publication.
    dirty: bool,
    /// Entries written since the last publication.
    fresh: u64,
}

/// Fewer entries than this are no flood.
const TRICKLE: u64 = 2_000;

/// How often what trickles in is published.
const TRICKLE_EVERY: Duration = Duration::from_millis(50);

/// How long another writer is waited for.
const PATIENCE: Duration = Duration::from_secs(600);

/// Others mostly write for a moment; only who takes longer is worth a word.
const UNTOLD: Duration = Duration::from_millis(700);

struct Current {
    setup: Arc<Setup>,
    id: SourceId,
    info: SourceInfo,
    tally: Tally,
}

impl<'a> Writing<'a> {
    pub(super) fn new(
        options: &'a Options,
        store: &dyn Store,
        total: Option<u64>,
        cancel: &'a Cancel,
        progress: &'a mut dyn FnMut(&Progress),
    ) -> Result<Writing<'a>, ImportError> {
        let writer = if options.dry_run { None } else { Some(store.writer()?) };
        let state = Progress {
            phase: Phase::Reading,
            bytes: 0,
            total,
            entries: 0,
            rejects: 0,
            published: 0,
            source: Arc::default(),
        };
        Ok(Writing {
            options,
            cancel,
            writer,
            progress,
            state,
            open: Vec::new(),
            summary: Summary { dry_run: options.dry_run, ..Summary::default() },
            stored: Vec::new(),
            published: Published::default(),
            last: Instant::now(),
            dirty: false,
            fresh: 0,
        })
    }

    /// Whether the store holds all of the source with this hash.
    pub(super) fn holds(&mut self, sha256: &str) -> Result<bool, ImportError> {
        match &mut self.writer {
            Some(writer) => Ok(writer.known_source(sha256)?.is_some()),
            None => Ok(true),
        }
    }

    /// Waits until nobody else writes.
    fn wait_for_turn(&mut self) -> Result<(), ImportError> {
        let (begun, mut told) = (Instant::now(), false);
        while let Some(writer) = &mut self.writer {
            if writer.ready()? {
                break;
            }
            let follow = self.options.follow.as_ref();
            let stopped = follow.is_some_and(|follow| follow.stop.load(std::sync::atomic::Ordering::Relaxed));
            if self.cancel.cancelled() || stopped {
                return Err(ImportError::Cancelled);
            }
            if follow.is_none() && begun.elapsed() > PATIENCE {
                return Err(ImportError::Occupied(writer.holder().unwrap_or_else(|| "another".to_owned())));
            }
            if !told && begun.elapsed() > UNTOLD {
                told = true;
                let holder = writer.holder().unwrap_or_default();
                let waiting =
                    Progress { phase: Phase::Waiting, source: holder.as_str().into(), ..self.state.clone() };
                (self.progress)(&waiting);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    pub(super) fn take(&mut self, event: Event<Parsed>) -> Result<(), ImportError> {
        if matches!(event, Event::Begin(_) | Event::Records(..) | Event::End(_)) {
            self.wait_for_turn()?;
        }
        match event {
            Event::Begin(setup) => self.begin(&setup)?,
            Event::Records(parsed, setup, read) => self.records(parsed, &setup, read)?,
            Event::End(closing) => self.end(*closing)?,
            Event::Skip(name, outcome) => {
                self.summary.sources.push(super::SourceSummary { name, outcome });
            }
            Event::Quiet => {}
        }
        self.publish_now_and_then()
    }

    fn begin(&mut self, setup: &Arc<Setup>) -> Result<(), ImportError> {
        let info = SourceInfo {
            name: setup.name.clone(),
            format: setup.format.name.as_str().into(),
            format_version: setup.version,
            context: setup.context.to_text().into(),
            imported: self.options.now,
            ..SourceInfo::default()
        };
        let id = match &mut self.writer {
            Some(writer) => writer.begin_source(&info)?,
            None => SourceId(0),
        };
        self.state.source = setup.name.clone();
        self.open.push(Current { setup: setup.clone(), id, info, tally: Tally::default() });
        Ok(())
    }

    fn records(&mut self, parsed: Parsed, setup: &Arc<Setup>, read: u64) -> Result<(), ImportError> {
        self.state.entries += parsed.tally.entries;
        self.fresh += parsed.tally.entries;
        self.state.rejects += parsed.tally.rejects;
        self.state.bytes = self.state.bytes.max(read);
        if let Some(current) = self.open.iter_mut().find(|open| Arc::ptr_eq(&open.setup, setup)) {
            current.tally.add(&parsed.tally);
            if let Some(writer) = &mut self.writer {
                if let Some(batch) = parsed.batch {
                    writer.append(current.id, batch)?;
                }
                for reject in &parsed.rejects {
                    writer.reject(current.id, reject)?;
                }
                self.dirty = true;
            }
            for reject in &parsed.rejects {
                tell_reject(&mut self.summary, &current.info.name, reject);
            }
        }
        (self.progress)(&self.state);
        Ok(())
    }

    fn end(&mut self, mut closing: Closing) -> Result<(), ImportError> {
        let Some(at) = self.open.iter().position(|open| Arc::ptr_eq(&open.setup, &closing.setup)) else {
            return Ok(());
        };
        let Current { id, mut info, mut tally, .. } = self.open.remove(at);
        if let Some(reject) = closing.ending.reject.take() {
            tally.rejects += 1;
            self.state.rejects += 1;
            tell_reject(&mut self.summary, &info.name, &reject);
            if let Some(writer) = &mut self.writer {
                writer.reject(id, &reject)?;
            }
        }
        let tail = &closing.ending.tail;
        info.sha256.clone_from(&tail.sha256);
        info.bytes = tail.bytes;
        info.newest_first = tally.newest_first();
        info.span = tally.span;
        info.timeless = tally.timeless;
        info.rejects = tally.rejects;
        info.entries = tally.entries;
        let context = Context { envelope: closing.ending.envelope.clone(), ..closing.setup.context.clone() };
        info.context = context.to_text().into();
        if let Some(writer) = &mut self.writer {
            writer.end_source(id, &info)?;
            self.stored.push((self.summary.sources.len(), id));
            self.dirty = true;
        }
        closing.tally = tally;
        self.summary.count(&closing);
        Ok(())
    }

    fn publish_now_and_then(&mut self) -> Result<(), ImportError> {
        let Some(every) = self.options.publish_every.filter(|_| self.dirty) else { return Ok(()) };
        // The first records show at once, and so does what trickles in; a flood is published piece by piece.
        let trickle = self.options.follow.is_some() && self.fresh < TRICKLE;
        let every = if trickle { every.min(TRICKLE_EVERY) } else { every };
        if self.state.published == 0 || self.last.elapsed() >= every { self.publish() } else { Ok(()) }
    }

    fn publish(&mut self) -> Result<(), ImportError> {
        if let Some(writer) = &mut self.writer {
            let done = writer.publish()?;
            self.published.added += done.added;
            self.published.duplicates += done.duplicates;
            self.published.rejects += done.rejects;
            self.published.conflicts += done.conflicts;
            self.published.replaced += done.replaced;
        }
        self.dirty = false;
        self.fresh = 0;
        self.state.published += 1;
        self.last = Instant::now();
        (self.progress)(&self.state);
        Ok(())
    }

    /// Makes all of it visible and returns what it was.
    pub(super) fn publish_all(mut self, store: &dyn Store) -> Result<Summary, ImportError> {
        self.state.phase = Phase::Publishing;
        (self.progress)(&self.state);
        if self.dirty {
            self.publish()?;
        }
        if self.writer.is_none() {
            self.summary.added = self.state.entries;
            return Ok(self.summary);
        }
        self.summary.added = self.published.added;
        self.summary.duplicates = self.published.duplicates;
        self.summary.conflicts = self.published.conflicts;
        self.summary.replaced = self.published.replaced;
        self.tell_duplicates(&store.reader()?.sources()?);
        Ok(self.summary)
    }

    /// What was new in each source is known to the store alone.
    fn tell_duplicates(&mut self, sources: &[SourceInfo]) {
        self.summary.timeless = 0;
        for (index, id) in &self.stored {
            let Some(info) = sources.iter().find(|info| info.id == id.0) else { continue };
            let Some(summary) = self.summary.sources.get_mut(*index) else { continue };
            if let Outcome::Read { entries, added, duplicates, timeless, .. } = &mut summary.outcome {
                *timeless = info.timeless;
                self.summary.timeless += info.timeless;
                *duplicates = info.duplicates;
                *added = entries.saturating_sub(info.duplicates);
            }
        }
    }

    /// Throws away what was not published.
    pub(super) fn abandon(mut self) {
        if let Some(writer) = &mut self.writer {
            // Dropping the writer does the same; the error that led here is the one to tell.
            drop(writer.abandon());
        }
    }
}

/// Keeps the first few rejects to be told at the end of the command.
fn tell_reject(summary: &mut Summary, source: &Arc<str>, reject: &Reject) {
    if summary.first_rejects.len() < TOLD_REJECTS {
        summary.first_rejects.push(FirstReject {
            source: source.clone(),
            record: reject.record,
            offset: reject.offset,
            reason: reject.reason.clone(),
        });
    }
}
