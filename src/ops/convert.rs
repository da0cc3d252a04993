//! Files as normalised entries, without a store: one line of JSON each, in our words or those of the
//! Open Cybersecurity Schema Framework, or rows of CSV.

mod lines;
mod ocsf;

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use crate::domain::json::Node;
use crate::domain::redact::{Redactor, Secrets};
use crate::domain::zone::Zone;
use crate::domain::{Entry, EntryId};
use crate::ingest::format::{Formats, Mapper, Want};
use crate::ingest::frame::{Item, Reject};
use crate::ingest::source::find;
use crate::ingest::{Decoder, Syntax};
use crate::query::Cancel;

use super::import::{
    Event, ImportError, Job, Known, Outcome, Overrides, Parse, Phase, Plan, Progress, Setup, SourceSummary,
    Summary, Tally, WORKERS, decode_reject, mapper_for, recycle, run,
};
use super::mask::Redactors;

/// How to convert.
#[derive(Clone, Debug, Default)]
pub struct ConvertOptions {
    /// What is said about all sources by hand.
    pub overrides: Overrides,
    /// Show secrets as they stand.
    pub no_redact: bool,
    /// How entries are written.
    pub form: Form,
}

/// How entries are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a line.
    #[default]
    Ndjson,
    /// The rows of CSV that an export has.
    Csv {
        /// Guard cells that a spreadsheet would take for formulas.
        guard: bool,
        /// Zone of times.
        zone: Zone,
    },
    /// One event of the Open Cybersecurity Schema Framework a line.
    Ocsf,
}

/// What converting did.
#[derive(Clone, Debug, Default)]
pub struct Converted {
    /// Counts and sources; `added` counts entries written.
    pub summary: Summary,
    /// The first records not parsed, with the name of their source.
    pub rejects: Vec<(Arc<str>, Reject)>,
    /// Cells of CSV that got a `'` in front, so that no spreadsheet runs them.
    pub guarded: u64,
    /// Entries of which secrets were masked.
    pub masked: u64,
}

/// Rejects that are returned; all are counted.
const REJECTS: usize = 100;

/// Writes the entries of what names lead to, in the order of the sources.
///
/// # Errors
/// Output failed (a closed pipe included), a format does not exist, or it was cancelled.
pub fn convert<S: AsRef<str>>(
    names: &[S],
    options: &ConvertOptions,
    formats: &Formats,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(&Progress),
    cancel: &Cancel,
) -> Result<Converted, ImportError> {
    let started = Instant::now();
    let found = find(names);
    let plan = Plan::new(&found, formats, &options.overrides, Known::default())?;
    let parsers = (0..WORKERS).map(|_| Parser::new(formats, options)).collect();
    let state = Progress {
        phase: Phase::Reading,
        bytes: 0,
        total: found.bytes(),
        entries: 0,
        rejects: 0,
        published: 0,
        source: Arc::default(),
    };
    let mut writing = Writing {
        out,
        progress,
        state,
        tally: Tally::default(),
        seen: HashMap::new(),
        done: Converted::default(),
    };
    writing.out.write_all(lines::header(options.form).as_bytes())?;
    run(&plan, parsers, cancel, &mut |event| writing.take(event))?;
    writing.out.flush()?;
    let mut done = writing.done;
    done.summary.tell_problems(&found.problems);
    done.summary.added = writing.state.entries;
    done.summary.elapsed = started.elapsed();
    Ok(done)
}

/// A slab as text.
struct Lines {
    text: String,
    /// Where the ids of entries stand whose vendor gives none: they depend on the identical ones before.
    open: Vec<(usize, EntryId)>,
    rejects: Vec<Reject>,
    tally: Tally,
    guarded: u64,
    masked: u64,
}

struct Parser {
    formats: Formats,
    decoder: Decoder,
    mapper: Option<(Arc<Setup>, Mapper)>,
    redactors: Option<Redactors>,
    entries: Vec<Entry<'static>>,
    writer: lines::Writer,
}

impl Parser {
    fn new(formats: &Formats, options: &ConvertOptions) -> Parser {
        Parser {
            formats: formats.clone(),
            decoder: Decoder::new(),
            mapper: None,
            redactors: (!options.no_redact).then(|| Redactors::new(formats.clone())),
            entries: Vec::new(),
            writer: lines::Writer::new(options.form, formats),
        }
    }
}

impl Parse for Parser {
    type Out = Lines;

    fn parse(&mut self, job: &Job) -> Lines {
        let mapper = mapper_for(&mut self.mapper, &self.formats, &job.setup);
        let mut lines = Lines {
            text: String::new(),
            open: Vec::new(),
            rejects: Vec::new(),
            tally: Tally::default(),
            guarded: 0,
            masked: 0,
        };
        let mut spare = std::mem::take(&mut self.entries);
        for item in &job.slab.items {
            let (record, start, end) = match item {
                Item::Record { record, start, end } => (*record, *start, *end),
                Item::Reject(reject) => {
                    lines.rejects.push((**reject).clone());
                    continue;
                }
            };
            let raw = job.slab.bytes.get(start..end).unwrap_or_default();
            let root = match self.decoder.decode(raw, job.setup.syntax()) {
                Ok(root) => root,
                Err(error) => {
                    lines.rejects.push(decode_reject(&job.slab, (record, start, end), &error));
                    continue;
                }
            };
            let mut entries = recycle(spare);
            let info = mapper.map(root, Want::Full, &mut entries);
            for entry in &mut entries {
                entry.place.source = Cow::Owned(job.setup.name.to_string());
                entry.place.record = record;
                entry.place.offset = job.slab.base + start as u64;
                lines.tally.count(entry.time.as_ref().map(|time| time.at));
                if info.unidentified {
                    lines.open.push((lines.text.len() + self.writer.before_id(), entry.id));
                }
                let hidden = self
                    .redactors
                    .as_mut()
                    .map(|known| masked(known.of(&entry.format), entry, (raw, root, job.setup.syntax())));
                let (any, hidden) = hidden.unwrap_or_default();
                lines.masked += u64::from(any);
                self.writer.write(entry, hidden.as_deref().unwrap_or(raw), any, &mut lines.text);
            }
            spare = recycle(entries);
        }
        self.entries = spare;
        lines.tally.rejects = lines.rejects.len() as u64;
        lines.guarded = self.writer.guarded();
        lines
    }
}

/// Masks the secrets of an entry; returns whether there were any, and its record where it is another now.
fn masked(
    redactor: &Redactor,
    entry: &mut Entry<'_>,
    (raw, root, syntax): (&[u8], Node<'_>, &Syntax),
) -> (bool, Option<Vec<u8>>) {
    let mut secrets = Secrets::default();
    let document = (*syntax != Syntax::Json).then(|| root.raw());
    let masked = redactor.raw(raw, document, &mut secrets);
    let changed = redactor.entry(entry, &mut secrets);
    (changed || masked.is_some(), masked)
}

struct Writing<'a> {
    out: &'a mut dyn Write,
    progress: &'a mut dyn FnMut(&Progress),
    state: Progress,
    tally: Tally,
    /// How often an id was seen in this source, of vendors that give none.
    seen: HashMap<EntryId, u32>,
    done: Converted,
}

impl Writing<'_> {
    fn take(&mut self, event: Event<Lines>) -> Result<(), ImportError> {
        match event {
            Event::Begin(setup) => {
                self.state.source = setup.name.clone();
                self.tally = Tally::default();
                self.seen.clear();
            }
            Event::Records(lines, _, read) => self.lines(lines, read)?,
            Event::End(mut closing) => {
                closing.tally = std::mem::take(&mut self.tally);
                closing.tally.rejects += u64::from(closing.ending.reject.is_some());
                self.keep(closing.ending.reject.take().into_iter());
                self.done.summary.count(&closing);
            }
            Event::Skip(name, outcome) => self.skip(name, outcome),
            Event::Quiet => self.out.flush()?,
        }
        Ok(())
    }

    fn lines(&mut self, mut lines: Lines, read: u64) -> Result<(), ImportError> {
        let text = self.number(&mut lines);
        self.out.write_all(text.as_bytes())?;
        self.tally.add(&lines.tally);
        self.done.guarded += lines.guarded;
        self.done.masked += lines.masked;
        self.state.entries += lines.tally.entries;
        self.state.bytes = self.state.bytes.max(read);
        self.keep(lines.rejects.into_iter());
        (self.progress)(&self.state);
        Ok(())
    }

    /// Gives identical records their own ids, in the order of the source.
    fn number(&mut self, lines: &mut Lines) -> String {
        let mut text = std::mem::take(&mut lines.text);
        for (at, id) in &lines.open {
            let before = self.seen.entry(*id).or_default();
            if *before > 0 {
                let own = id.nth(*before).to_string();
                text.replace_range(*at..*at + own.len(), &own);
            }
            *before += 1;
        }
        text
    }

    fn keep(&mut self, rejects: impl Iterator<Item = Reject>) {
        for reject in rejects {
            self.state.rejects += 1;
            if self.done.rejects.len() < REJECTS {
                self.done.rejects.push((self.state.source.clone(), reject));
            }
        }
    }

    fn skip(&mut self, name: Arc<str>, outcome: Outcome) {
        self.done.summary.sources.push(SourceSummary { name, outcome });
    }
}
