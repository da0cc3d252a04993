//! `auditty import`: files into the store, all of them or none.

use std::time::Duration;

use clap::Args;

use super::context::Context;
use super::output::{Progress, counted, grouped, rate, say, size};
use super::{Failure, Global, Result, Status, signals};
use crate::domain::Scope;
use crate::domain::zone::Style;
use crate::ops::import::{self, Follow, ImportError, Options, Outcome, Overrides, Phase, Summary};
use crate::ops::open::Opened;
use crate::present::number::ordinal;
use crate::present::sanitise;
use crate::query::Cancel;

/// Import files, folders, patterns or standard input into the store
#[derive(Debug, Args)]
pub(super) struct Import {
    /// What to read: a file, a folder, a pattern, or - for standard input
    #[arg(value_name = "FILE|DIR|GLOB|-", required = true)]
    files: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    /// Read everything, store nothing
    #[arg(long, conflicts_with = "follow")]
    dry_run: bool,
    /// Go on as the files grow, until Ctrl-C
    #[arg(long, short = 'f')]
    follow: bool,
}

/// How often what is followed becomes visible while much comes at once.
pub(super) const PUBLISH_EVERY: Duration = Duration::from_millis(700);

/// Files of a folder that are no logs are named up to so many.
const BESIDE: usize = 5;

/// How files are read.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Reading {
    /// The format, where it should not be recognised; auditty formats lists them
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// The log all entries belong to: account or workspace
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
    /// The workspace all entries belong to
    #[arg(long, value_name = "NAME")]
    workspace: Option<String>,
    /// Zone of times that name none, like Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    assume_tz: Option<String>,
    /// How dates like 4/5/2026 are read: day-first or month-first, where the file does not show it
    #[arg(long, value_name = "ORDER", value_parser = ["day-first", "month-first"])]
    dates: Option<String>,
}

impl Reading {
    /// Returns the arguments that read files the same way.
    pub(super) fn words(&self) -> Vec<String> {
        let flags = [
            ("--format", &self.format),
            ("--scope", &self.scope),
            ("--workspace", &self.workspace),
            ("--assume-tz", &self.assume_tz),
            ("--dates", &self.dates),
        ];
        let given = flags.into_iter().filter_map(|(flag, value)| Some([flag.to_owned(), value.clone()?]));
        given.flatten().collect()
    }

    pub(super) fn overrides(&self) -> Result<Overrides> {
        let scope = self.scope.as_deref().map(|word| {
            let why = || Failure::unusable(format!("{word:?} is no scope; there are account and workspace"));
            Scope::parse(word).ok_or_else(why)
        });
        let zone = self.assume_tz.as_deref().map(|name| {
            let all = chrono_tz::TZ_VARIANTS.iter();
            let found = all.copied().find(|zone| zone.name().eq_ignore_ascii_case(name));
            let why =
                || Failure::unusable(format!("{name:?} is no time zone; write a name like Europe/Berlin"));
            found.ok_or_else(why)
        });
        Ok(Overrides {
            format: self.format.clone(),
            scope: scope.transpose()?,
            workspace: self.workspace.clone(),
            assume_tz: zone.transpose()?,
            day_first: self.dates.as_deref().map(|order| order == "day-first"),
        })
    }
}

pub(super) fn run(global: &Global, args: &Import) -> Result {
    let context = Context::new(global)?;
    let overrides = args.reading.overrides()?;
    let follow = args.follow.then(|| Follow { names: args.files.clone(), ..Follow::default() });
    let options = Options {
        overrides,
        dry_run: args.dry_run,
        publish_every: follow.is_some().then_some(PUBLISH_EVERY),
        follow: follow.clone(),
        now: Some(context.now),
    };
    let cancel = match follow {
        Some(follow) => {
            signals::stop_on_interrupt(follow.stop);
            context.tell("following; Ctrl-C ends it");
            Cancel::new()
        }
        None => signals::cancel_on_interrupt(),
    };
    let opened = open(&context, args.dry_run)?;
    let mut progress = Progress::new(context.quiet);
    let result = import(&opened, &args.files, &options, &mut progress, &cancel);
    progress.clear();
    let summary = match result {
        Err(ImportError::Cancelled) => {
            context.tell("interrupted; the store is as it was");
            return Ok(Status::Interrupted);
        }
        other => other?,
    };
    explain(&context, &summary);
    tell(&context, &summary);
    let known = |source: &import::SourceSummary| matches!(source.outcome, Outcome::Known(_));
    if options.overrides != Overrides::default() && summary.sources.iter().any(known) {
        context.tell(
            "what is in the store stays as it was read then; to read it otherwise, take it out with \
             `auditty sources remove NAME` and import it again",
        );
    }
    if !args.dry_run && summary.added > 0 {
        // All of it is in the store and seen by then; interrupting this loses nothing but speed.
        if let Err(error) = crate::ops::upkeep(opened.store.as_ref(), &cancel, &mut || {}) {
            context.tell(&format!("imported, but searches stay slow: {error}"));
        }
    }
    Ok(if summary.left_unread() { Status::Unusable } else { Status::Done })
}

/// A trial run must not make a store.
fn open(context: &Context, dry_run: bool) -> Result<Opened> {
    if dry_run && !context.config.store().exists() {
        return Ok(Opened::temporary(&context.temporary(), &context.options())?);
    }
    context.open_to_write(true)
}

/// Imports with a progress line.
pub(super) fn import(
    opened: &Opened,
    files: &[String],
    options: &Options,
    progress: &mut Progress,
    cancel: &Cancel,
) -> std::result::Result<Summary, ImportError> {
    let quiet = progress.is_quiet();
    let mut show = |now: &import::Progress| match now.phase {
        Phase::Waiting if !quiet => {
            let who = if now.source.is_empty() { "another process" } else { &now.source };
            say(&format!("auditty: {who} writes to this store; waiting for it to end (Ctrl-C gives up)"));
        }
        _ => progress.show(|elapsed| progress_text(now, elapsed)),
    };
    import::import(files, options, opened.store.as_ref(), opened.formats(), &mut show, cancel)
}

/// Returns how far an import is: entries, rate, and the time left where the size is known.
pub(super) fn progress_text(now: &import::Progress, elapsed: Duration) -> String {
    if now.phase == Phase::Publishing {
        return format!("{} entries; making them visible", grouped(now.entries));
    }
    let per_second = rate(now.bytes, elapsed);
    let entries = format!("{} entries, {}/s", grouped(now.entries), size(per_second));
    match now.total.filter(|total| *total > 0 && per_second > 0) {
        Some(total) => {
            let left = total.saturating_sub(now.bytes) / per_second;
            let percent = (now.bytes * 100 / total).min(100);
            format!("{entries}, {percent} %, {}:{:02} left", left / 60, left % 60)
        }
        None => entries,
    }
}

/// Says of each source how it was read, where that was asked for.
pub(super) fn explain(context: &Context, summary: &Summary) {
    for source in &summary.sources {
        if let Outcome::Read { format, entries, .. } = &source.outcome {
            context.explain(|| format!("{}: {} read as {format}", source.name, counted(*entries, "entry")));
        }
    }
    let (bytes, rate) = (size(summary.bytes), size(rate(summary.bytes, summary.elapsed)));
    context.explain(|| format!("read {bytes} in {:.2} s, {rate}/s", summary.elapsed.as_secs_f64()));
}

/// Says what an import did.
pub(super) fn tell(context: &Context, summary: &Summary) {
    tell_unread(summary, !summary.dry_run);
    if context.quiet {
        return;
    }
    tell_beside(context, summary);
    for source in &summary.sources {
        let name = sanitise::plain(&source.name);
        match &source.outcome {
            Outcome::Read { format, entries, .. } if summary.sources.len() > 1 => {
                say(&format!("{name}: {} ({format})", counted(*entries, "entry")));
            }
            Outcome::Known(as_name) => {
                let before = sanitise::plain(as_name);
                say(&format!("{name}: imported before as {before}; nothing new in it"));
            }
            _ => {}
        }
    }
    for source in &summary.sources {
        if let Outcome::Read { notes, .. } = &source.outcome {
            notes.iter().for_each(|note| say(&sanitise::plain(&format!("{}: {note}", source.name))));
        }
    }
    if !summary.nothing_read() || summary.rejects > 0 {
        say(&closing(context, summary));
    }
}

/// Says which files of a folder were passed over: an archive among them may hold half of a log.
fn tell_beside(context: &Context, summary: &Summary) {
    let beside = summary.beside();
    let most = if context.is_verbose() { usize::MAX } else { BESIDE };
    for (name, reason) in beside.iter().take(most) {
        say(&sanitise::plain(&format!("passed over {name}: {reason}")));
    }
    let rest = beside.len().saturating_sub(most);
    if rest > 0 {
        say(&format!("passed over {} more that are no logs; -v names all", grouped(rest as u64)));
    }
}

/// Says what could not be read or parsed, a line each.
pub(super) fn tell_unread(summary: &Summary, kept: bool) {
    for line in unread(summary, kept) {
        say(&sanitise::plain(&format!("auditty: {line}")));
    }
}

/// Returns what could not be read, and the first records that were not parsed with how many more there are; where
/// the store keeps them, how to see the rest.
pub(super) fn unread(summary: &Summary, kept: bool) -> Vec<String> {
    let problems = summary.problems().into_iter().map(|(name, reason)| format!("{name}: {reason}"));
    let mut lines: Vec<String> = problems.collect();
    lines.extend(summary.first_rejects.iter().map(|reject| {
        let (record, offset) = (ordinal(reject.record), grouped(reject.offset));
        format!("{}: record {record}, byte {offset}: {}", reject.source, reject.reason)
    }));
    let rest = summary.rejects.saturating_sub(summary.first_rejects.len() as u64);
    if rest > 0 {
        let see = if kept { "; `auditty sources rejects` lists all" } else { "" };
        lines.push(format!("{} more rejected{see}", grouped(rest)));
    }
    lines
}

fn closing(context: &Context, summary: &Summary) -> String {
    let verb = if summary.dry_run { "found (nothing was stored)" } else { "new" };
    let formats: std::collections::BTreeSet<_> = summary
        .sources
        .iter()
        .filter_map(|source| match &source.outcome {
            Outcome::Read { format, .. } => Some(format.to_string()),
            _ => None,
        })
        .collect();
    let mut facts = vec![format!("{} {verb}", counted(summary.added, "entry"))];
    if summary.replaced > 0 {
        let what = "in place of copies from an export";
        facts.push(format!("{} of them {what}", grouped(summary.replaced)));
    }
    facts.push(format!("{} duplicate", grouped(summary.duplicates)));
    facts.push(format!("{} rejected", grouped(summary.rejects)));
    if summary.timeless > 0 {
        facts.push(format!("{} without a time", grouped(summary.timeless)));
    }
    if summary.conflicts > 0 {
        facts.push(format!("{} with the vendor id of another entry", grouped(summary.conflicts)));
    }
    if let Some((from, to)) = summary.span {
        let shown = |at| context.zone.format(at, Style::Minutes);
        facts.push(format!("{} to {} {}", shown(from), shown(to), context.zone.label(to)));
    }
    if !formats.is_empty() {
        facts.push(format!("format {}", formats.into_iter().collect::<Vec<_>>().join(", ")));
    }
    facts.extend(pace(summary));
    facts.join("; ")
}

/// Returns how fast an import was, where it took long enough and read enough to say so.
fn pace(summary: &Summary) -> Option<String> {
    let seconds = summary.elapsed.as_secs_f64();
    if summary.bytes == 0 || seconds < 0.05 {
        return None;
    }
    let speed = size(rate(summary.bytes, summary.elapsed));
    Some(format!("{seconds:.1} s, {} entries/s, {speed}/s", grouped(summary.rate() as u64)))
}
