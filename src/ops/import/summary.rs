//! What an import did, in all and per source.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::Timestamp;
use crate::ingest::frame::Ending;
use crate::ingest::source::Problem;

use super::parse::Tally;
use super::setup::Setup;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Every input in the order it was read, and names that led nowhere.
    pub sources: Vec<SourceSummary>,
    /// Entries added.
    pub added: u64,
    /// Entries the store already held.
    pub duplicates: u64,
    /// Records not parsed.
    pub rejects: u64,
    /// The first of them: the source and what is wrong.
    pub first_rejects: Vec<FirstReject>,
    /// Entries without a time; where they were stored, of those that were new.
    pub timeless: u64,
    /// Entries of those added that took the place of a copy read from an export.
    pub replaced: u64,
    /// Entries whose vendor id another entry has with other content.
    pub conflicts: u64,
    /// Time of the earliest and latest entry read.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Bytes read, before decompression.
    pub bytes: u64,
    /// How long it took.
    pub elapsed: Duration,
    /// Nothing was stored; `added` counts what was read.
    pub dry_run: bool,
    /// Sources that could not be read to their end, each with what is wrong and where; what stands before was kept.
    pub damaged: Vec<(Arc<str>, String)>,
}

/// A record that was not parsed, as far as it is told at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstReject {
    /// Name of its source.
    pub source: Arc<str>,
    /// Number of the record in its source, from 0.
    pub record: u64,
    /// Its first byte in the decompressed source.
    pub offset: u64,
    /// Why, and what to do next.
    pub reason: String,
}

/// What became of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSummary {
    /// Its name.
    pub name: Arc<str>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was read.
    Read {
        /// Name of the format chosen.
        format: Arc<str>,
        /// Entries read.
        entries: u64,
        /// Entries of them that were new.
        added: u64,
        /// Entries that the store already held.
        duplicates: u64,
        /// Records not parsed.
        rejects: u64,
        /// Entries without a time; where they were stored, of those that were new.
        timeless: u64,
        /// Time of the earliest and latest entry.
        span: Option<(Timestamp, Timestamp)>,
        /// What was decided about it that a person should know: how its dates are read, what it lacks.
        notes: Vec<String>,
    },
    /// The store holds the same file already, under this name.
    Known(Arc<str>),
    /// No byte but white space.
    Empty,
    /// Found in a folder, and no log.
    Skipped(String),
    /// Could not be read.
    Failed(String),
}

impl Summary {
    /// Whether nothing could be read at all, not one record of all inputs: the command failed.
    pub fn nothing_read(&self) -> bool {
        !self.sources.iter().any(|source| match source.outcome {
            Outcome::Read { entries, rejects, .. } => entries > 0 || rejects == 0,
            Outcome::Known(_) => true,
            _ => false,
        })
    }

    /// Whether something that was named could not be read.
    pub fn left_unread(&self) -> bool {
        self.nothing_read() || !self.problems().is_empty()
    }

    /// Returns entries a second.
    pub fn rate(&self) -> f64 {
        (self.added + self.duplicates) as f64 / self.elapsed.as_secs_f64().max(1e-6)
    }

    /// Returns the inputs that gave nothing, or not all, with the reason of each. What a folder holds beside logs is told only
    /// where it holds no log at all.
    pub fn problems(&self) -> Vec<(Arc<str>, String)> {
        let nothing = self.nothing_read();
        let damaged = self.damaged.iter().cloned();
        let told = self.sources.iter().filter_map(|source| match &source.outcome {
            Outcome::Failed(reason) => Some((source.name.clone(), reason.clone())),
            Outcome::Empty => Some((source.name.clone(), "empty: there is nothing to read".to_owned())),
            Outcome::Skipped(reason) if nothing => Some((source.name.clone(), reason.clone())),
            Outcome::Skipped(_) | Outcome::Read { .. } | Outcome::Known(_) => None,
        });
        damaged.chain(told).collect()
    }

    /// Returns what a folder holds beside logs, with what each is; nothing where [`problems`](Summary::problems)
    /// tells it.
    pub fn beside(&self) -> Vec<(Arc<str>, String)> {
        let told = self.nothing_read();
        let skipped = self.sources.iter().filter_map(|source| match &source.outcome {
            Outcome::Skipped(reason) if !told => Some((source.name.clone(), reason.clone())),
            _ => None,
        });
        skipped.collect()
    }

    pub(in crate::ops) fn tell_problems(&mut self, problems: &[Problem]) {
        self.sources.extend(problems.iter().map(|problem| SourceSummary {
            name: problem.name.clone(),
            outcome: Outcome::Failed(problem.reason.clone()),
        }));
    }

    /// Counts a source that was read; all its entries as new, until a store says otherwise.
    pub(in crate::ops) fn count(&mut self, closing: &Closing) {
        let tally = &closing.tally;
        self.rejects += tally.rejects;
        self.timeless += tally.timeless;
        self.bytes += closing.ending.tail.bytes;
        let damage = closing.ending.tail.damage.as_ref();
        self.damaged.extend(damage.map(|damage| (closing.setup.name.clone(), damage.reason.clone())));
        if let Some((first, last)) = tally.span {
            self.span = Some(self.span.map_or((first, last), |(from, to)| (from.min(first), to.max(last))));
        }
        self.sources.push(SourceSummary {
            name: closing.setup.name.clone(),
            outcome: Outcome::Read {
                format: closing.setup.format.name.as_str().into(),
                entries: tally.entries,
                added: tally.entries,
                duplicates: 0,
                rejects: tally.rejects,
                timeless: tally.timeless,
                span: tally.span,
                notes: closing.setup.notes.clone(),
            },
        });
    }
}

/// A source that was read to its end.
#[derive(Debug)]
pub(in crate::ops) struct Closing {
    pub(in crate::ops) setup: Arc<Setup>,
    pub(in crate::ops) ending: Ending,
    pub(in crate::ops) tally: Tally,
}
