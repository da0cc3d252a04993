//! The reading thread: inputs one after another, framed into slabs for the workers.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::ingest::format::{Format, Formats};
use crate::ingest::frame::{Hints, Next};
use crate::ingest::source::{Bytes, Found, Input, Tail};
use crate::ingest::{Framer, Limits, NotALog, Slab};
use crate::store::SourceInfo;

use super::follow::Follow;
use super::pipeline::Line;
use super::setup::{Overrides, Setup, containers, forced, setup};
use super::summary::{Closing, Outcome};
use super::{ImportError, Tally};

/// What to read, and what is known beforehand.
pub(in crate::ops) struct Plan {
    pub(super) inputs: Vec<Input>,
    pub(super) formats: Formats,
    containers: Vec<Vec<String>>,
    pub(super) forced: Option<Arc<Format>>,
    pub(super) overrides: Overrides,
    /// Read on as the inputs grow.
    pub(super) follow: Option<Follow>,
    known: Known,
    pub(super) limits: Limits,
}

/// An input whose records can be read.
pub(super) struct Opening {
    pub(super) input: Input,
    pub(super) framer: Framer,
}

/// A slab on its way to a worker.
pub(in crate::ops) struct Job {
    pub(in crate::ops) setup: Arc<Setup>,
    pub(in crate::ops) slab: Slab,
}

/// Sources that the store holds, by size and hash.
#[derive(Clone, Debug, Default)]
pub(in crate::ops) struct Known(HashMap<u64, Vec<(String, Arc<str>)>>);

impl Known {
    pub(in crate::ops) fn of(sources: &[SourceInfo]) -> Known {
        let mut known = Known::default();
        for source in sources.iter().filter(|source| !source.sha256.is_empty()) {
            known.add(source.bytes, &source.sha256, &source.name);
        }
        known
    }

    /// Keeps those as long as one of the inputs of which `whole` says that the store still holds all of it.
    pub(in crate::ops) fn confirm<E>(
        mut self,
        inputs: &[Input],
        mut whole: impl FnMut(&str) -> Result<bool, E>,
    ) -> Result<Known, E> {
        let sizes: HashSet<u64> = inputs.iter().filter_map(Input::bytes).collect();
        self.0.retain(|bytes, _| sizes.contains(bytes));
        for same in self.0.values_mut() {
            let mut kept = Vec::new();
            for (sha256, name) in same.drain(..) {
                if whole(&sha256)? {
                    kept.push((sha256, name));
                }
            }
            *same = kept;
        }
        Ok(self)
    }

    fn add(&mut self, bytes: u64, sha256: &str, name: &Arc<str>) {
        self.0.entry(bytes).or_default().push((sha256.to_owned(), name.clone()));
    }

    /// Returns the name under which these bytes are known.
    fn find(&self, tail: &Tail) -> Option<Arc<str>> {
        let same = self.0.get(&tail.bytes)?.iter().find(|(sha256, _)| *sha256 == tail.sha256);
        same.map(|(_, name)| name.clone())
    }
}

impl Plan {
    pub(in crate::ops) fn new(
        found: &Found,
        formats: &Formats,
        overrides: &Overrides,
        known: Known,
    ) -> Result<Plan, ImportError> {
        Ok(Plan {
            inputs: found.inputs.clone(),
            formats: formats.clone(),
            containers: containers(formats),
            forced: forced(formats, overrides)?,
            overrides: overrides.clone(),
            follow: None,
            known,
            limits: Limits::default(),
        })
    }

    /// Reads all inputs into the line, until nobody takes from it.
    pub(super) fn read<T>(&self, line: &mut Line<'_, T>) {
        if let Some(follow) = &self.follow {
            return self.follow(follow, line);
        }
        let mut known = self.known.clone();
        let mut before = 0;
        for input in &self.inputs {
            line.read_before(before);
            if line.stopped() {
                return;
            }
            let (outcome, bytes) = match self.source(input, &mut known, line) {
                Ok(bytes) => (None, bytes),
                Err(outcome) => (Some(outcome), input.bytes().unwrap_or(0)),
            };
            before += bytes;
            if let Some(outcome) = outcome {
                line.skip(input.name.clone(), outcome);
            }
        }
    }

    /// Reads one input; returns its size, or why it gave nothing.
    fn source<T>(&self, input: &Input, known: &mut Known, line: &mut Line<'_, T>) -> Result<u64, Outcome> {
        let failed = |error: &std::io::Error| Outcome::Failed(crate::ingest::source::plain(error));
        // Only a file as long as one that is known can be that one: others need not be read twice.
        if input.bytes().is_some_and(|bytes| known.0.contains_key(&bytes)) {
            let tail = Tail::of_file(input).map_err(|error| failed(&error))?;
            if let Some(name) = known.find(&tail) {
                return Err(Outcome::Known(name));
            }
        }
        let bytes = Bytes::open(input).map_err(|error| failed(&error))?;
        let mut framer = self.frame(bytes, &|| !line.stopped()).map_err(|reason| match reason {
            NotALog::Empty => Outcome::Empty,
            NotALog::Other(_) if input.found => Outcome::Skipped(reason.to_string()),
            reason => Outcome::Failed(reason.to_string()),
        })?;
        let Some(setup) = self.slabs(input, &mut framer, line) else { return Ok(0) };
        let ending = framer.finish();
        let bytes = ending.tail.bytes;
        known.add(bytes, &ending.tail.sha256, &input.name);
        line.end(Closing { setup, ending, tally: Tally::default() });
        Ok(bytes)
    }

    /// Opens the first input.
    pub(super) fn open_first(&self) -> Result<Opening, String> {
        let input = self.inputs.first().ok_or("nothing to read")?.clone();
        let said = |reason: &dyn std::fmt::Display| format!("{}: {reason}", input.name);
        let bytes = Bytes::open(&input).map_err(|error| said(&crate::ingest::source::plain(&error)))?;
        let framer = self.frame(bytes, &|| true).map_err(|reason| said(&reason))?;
        Ok(Opening { input, framer })
    }

    pub(super) fn frame(&self, bytes: Bytes, patient: &dyn Fn() -> bool) -> Result<Framer, NotALog> {
        let known = |node: crate::domain::json::Node<'_>| match &self.forced {
            Some(_) => false,
            None => self.formats.knows(node),
        };
        let hints = Hints { containers: &self.containers, known: &known };
        Framer::open(bytes, &hints, self.limits, patient)
    }

    /// Sends all records of a source to the workers; `None` where nobody wants them any more.
    fn slabs<T>(&self, input: &Input, framer: &mut Framer, line: &mut Line<'_, T>) -> Option<Arc<Setup>> {
        let mut begun: Option<Arc<Setup>> = None;
        let mut buffer = line.buffer();
        loop {
            let next = framer.next(&mut buffer);
            line.read_now(framer.bytes_read());
            let slab = match next {
                Next::Idle if line.stopped() => return None,
                Next::Idle => continue,
                Next::Slab(slab) => Some(slab),
                Next::End => None,
            };
            let setup = begun.get_or_insert_with(|| {
                let made = Arc::new(setup(self, input, framer.syntax(), slab.as_ref()));
                line.begin(made.clone());
                made
            });
            let Some(slab) = slab else { return begun };
            if !line.send(Job { setup: setup.clone(), slab }) {
                return None;
            }
            buffer = line.buffer();
        }
    }
}
