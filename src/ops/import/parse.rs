//! What a worker does for an import: decode, map what columns hold, collect into a batch.

use std::sync::Arc;

use crate::domain::{Entry, Timestamp};
use crate::ingest::format::{Formats, Mapper, Want};
use crate::ingest::frame::{Item, Reject};
use crate::ingest::{DecodeError, Decoder, Limits, Slab};
use crate::store::{Batch, BatchBuilder, RecordRef};

use super::pipeline::Parse;
use super::reader::Job;
use super::setup::Setup;

/// Decodes and maps slabs into batches.
pub(super) struct Parser {
    formats: Formats,
    decoder: Decoder,
    mapper: Option<(Arc<Setup>, Mapper)>,
    entries: Vec<Entry<'static>>,
    /// Collects batches, where they are wanted and not counts alone.
    builder: Option<BatchBuilder>,
}

/// A slab's records, parsed.
pub(super) struct Parsed {
    pub(super) batch: Option<Batch>,
    pub(super) rejects: Vec<Reject>,
    pub(super) tally: Tally,
}

/// What is counted over entries in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::ops) struct Tally {
    pub(in crate::ops) entries: u64,
    pub(in crate::ops) rejects: u64,
    pub(in crate::ops) timeless: u64,
    pub(in crate::ops) span: Option<(Timestamp, Timestamp)>,
    /// The first and last time in the order of the source, and how often it rose and fell in between.
    ends: Option<(Timestamp, Timestamp)>,
    rises: u64,
    falls: u64,
}

impl Tally {
    pub(in crate::ops) fn count(&mut self, time: Option<Timestamp>) {
        self.entries += 1;
        let Some(at) = time else {
            self.timeless += 1;
            return;
        };
        self.follow(at, at);
        self.span = Some(self.span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
    }

    /// Adds what was counted behind this.
    pub(in crate::ops) fn add(&mut self, other: &Tally) {
        self.entries += other.entries;
        self.rejects += other.rejects;
        self.timeless += other.timeless;
        self.rises += other.rises;
        self.falls += other.falls;
        if let Some((first, last)) = other.ends {
            self.follow(first, last);
        }
        if let Some((first, last)) = other.span {
            self.span = Some(self.span.map_or((first, last), |(from, to)| (from.min(first), to.max(last))));
        }
    }

    /// Whether times mostly fall.
    pub(in crate::ops) fn newest_first(&self) -> bool {
        self.falls > self.rises
    }

    fn follow(&mut self, first: Timestamp, last: Timestamp) {
        if let Some((_, before)) = self.ends {
            self.rises += u64::from(first > before);
            self.falls += u64::from(first < before);
        }
        self.ends = Some((self.ends.map_or(first, |(start, _)| start), last));
    }
}

impl Parser {
    pub(super) fn new(formats: Formats, collect: bool) -> Parser {
        let builder = collect.then(BatchBuilder::new);
        Parser { formats, decoder: Decoder::new(), mapper: None, entries: Vec::new(), builder }
    }
}

impl Parse for Parser {
    type Out = Parsed;

    fn parse(&mut self, job: &Job) -> Parsed {
        let setup = &job.setup;
        let mapper = mapper_for(&mut self.mapper, &self.formats, setup);
        let mut parsed = Parsed { batch: None, rejects: Vec::new(), tally: Tally::default() };
        let mut spare = std::mem::take(&mut self.entries);
        for item in &job.slab.items {
            let (record, start, end) = match item {
                Item::Record { record, start, end } => (*record, *start, *end),
                Item::Reject(reject) => {
                    parsed.rejects.push((**reject).clone());
                    continue;
                }
            };
            let raw = job.slab.bytes.get(start..end).unwrap_or_default();
            let root = match self.decoder.decode(raw, setup.syntax()) {
                Ok(root) => root,
                Err(error) => {
                    parsed.rejects.push(decode_reject(&job.slab, (record, start, end), &error));
                    continue;
                }
            };
            let mut entries = recycle(spare);
            let info = mapper.map(root, Want::Index, &mut entries);
            for entry in &entries {
                parsed.tally.count(entry.time.as_ref().map(|time| time.at));
            }
            if let Some(builder) = &mut self.builder {
                let offset = job.slab.base + start as u64;
                let at = RecordRef { record, offset, unidentified: info.unidentified };
                builder.push(at, raw, &entries);
            }
            spare = recycle(entries);
        }
        self.entries = spare;
        parsed.tally.rejects = parsed.rejects.len() as u64;
        let filled = self.builder.as_mut().filter(|builder| builder.records() > 0);
        parsed.batch = filled.map(BatchBuilder::finish);
        parsed
    }
}

/// Returns the mapper of a source, made when its first slab comes.
pub(in crate::ops) fn mapper_for<'m>(
    held: &'m mut Option<(Arc<Setup>, Mapper)>,
    formats: &Formats,
    setup: &Arc<Setup>,
) -> &'m mut Mapper {
    if held.as_ref().is_none_or(|(known, _)| !Arc::ptr_eq(known, setup)) {
        *held = None;
    }
    let make = || (setup.clone(), Mapper::new(formats.clone(), setup.format.clone(), setup.map.clone()));
    &mut held.get_or_insert_with(make).1
}

/// Returns the reject of a record that could not be decoded.
pub(in crate::ops) fn decode_reject(slab: &Slab, at: (u64, usize, usize), error: &DecodeError) -> Reject {
    let (record, start, end) = at;
    Reject::of(slab, record, start, end, error.to_string(), Limits::default().head)
}

/// Returns the list emptied, for entries of another life: its memory is used again.
pub(in crate::ops) fn recycle<'b>(mut entries: Vec<Entry<'_>>) -> Vec<Entry<'b>> {
    entries.clear();
    // Nothing is left to convert; the collection is done in place.
    entries.into_iter().map(Entry::into_owned).collect()
}
