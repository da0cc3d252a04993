//! `auditty demo`: sample data to browse, or as a file.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;

use super::context::Context;
use super::import::progress_text;
use super::output::{Progress, counted, grouped, rate, say, size, to_screen};
use super::query;
use super::shape::Shape;
use super::{Failure, Global, Result, Status, argv, context, screen, signals};
use crate::ingest::Input;
use crate::ingest::source::Found;
use crate::ops::demo::{DEFAULT_ENTRIES, DemoOptions, DemoReader};
use crate::ops::import::{self, ImportError};
use crate::ops::open::Opened;
use crate::query::Cancel;

/// Browse built-in sample data; nothing is kept
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Other numbers, other data; the same number and the same --now, the same data
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The data end here [default: now]
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    /// How many entries
    #[arg(long, value_name = "N", default_value_t = DEFAULT_ENTRIES)]
    entries: u64,
    /// Records of about 350 bytes instead of about 900
    #[arg(long)]
    lean: bool,
    /// What to show
    #[arg(long, value_name = "QUERY", conflicts_with = "write")]
    query: Option<String>,
    #[command(flatten)]
    shape: Shape,
    /// Write an NDJSON file instead; - is standard output
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Overwrite the file
    #[arg(long, requires = "write")]
    force: bool,
}

impl Demo {
    /// Returns the arguments that make the same data, also at another time.
    fn command(&self, options: &DemoOptions) -> Vec<String> {
        let mut words = vec!["demo".to_owned()];
        if self.seed != 1 {
            words.extend(["--seed".to_owned(), self.seed.to_string()]);
        }
        words.extend(["--now".to_owned(), options.now.rfc3339(9)]);
        if self.entries != DEFAULT_ENTRIES {
            words.extend(["--entries".to_owned(), self.entries.to_string()]);
        }
        words.extend(self.lean.then(|| "--lean".to_owned()));
        words
    }
}

pub(super) fn run(global: &Global, args: &Demo) -> Result {
    let now = context::now(args.now.as_deref())?;
    let options = DemoOptions { seed: args.seed, now, entries: args.entries, lean: args.lean };
    match &args.write {
        Some(path) => write(global, path, &options, args.force),
        None => browse(global, args, &options),
    }
}

/// Browses the data in a store that is not kept.
fn browse(global: &Global, args: &Demo, options: &DemoOptions) -> Result {
    let mut context = Context::new(global)?;
    // The data end at this time; ranges and the plan's limits count back from it.
    context.now = options.now;
    let text = args.query.as_deref().map(argv::unmark).unwrap_or_default().to_owned();
    let (filter, view) = (context.filter_of(&text)?, args.shape.view()?);
    let opened = Arc::new(Opened::temporary(&context.temporary(), &context.options())?);
    let file = opened.path.join("demo.ndjson");
    let what = || format!("writing {}", file.display());
    let mut out = open(&file, false)?;
    let cancel = signals::cancel_on_interrupt();
    copy(options, &mut out, &mut Progress::new(true), &cancel).with_context(what)?;
    let how = import::Options { now: Some(context.now), ..import::Options::default() };
    let mut input = Input::file(&file);
    input.name = "demo".into();
    let found = Found { inputs: vec![input], problems: Vec::new() };
    let mut progress = Progress::new(context.quiet);
    let mut show = |now: &import::Progress| progress.show(|elapsed| progress_text(now, elapsed));
    let imported =
        import::import_found(&found, &how, opened.store.as_ref(), opened.formats(), &mut show, &cancel);
    progress.clear();
    match imported {
        Err(ImportError::Cancelled) => return Ok(Status::Interrupted),
        other => drop(other?),
    }
    // The store holds the records now.
    let _ = fs::remove_file(&file);
    if !to_screen() {
        return query::print_opened(&context, &opened, &args.shape.table(vec![text], None));
    }
    signals::leave_to_screen();
    let label = format!("sample data, seed {}", args.seed);
    screen::run(
        &context,
        &opened,
        screen::Start { filter, view, label, command: args.command(options), ..Default::default() },
    )
}

fn write(global: &Global, path: &Path, options: &DemoOptions, force: bool) -> Result {
    let cancel = signals::cancel_on_interrupt();
    let mut progress = Progress::new(global.quiet);
    let written = if path == Path::new("-") {
        copy(options, &mut io::stdout().lock(), &mut progress, &cancel)?
    } else {
        let what = || format!("writing {}", path.display());
        let mut file = open(path, force)?;
        let written = copy(options, &mut file, &mut progress, &cancel).with_context(what)?;
        file.sync_all().with_context(what)?;
        written
    };
    let elapsed = progress.elapsed();
    progress.clear();
    if cancel.cancelled() {
        return Ok(Status::Interrupted);
    }
    if !global.quiet {
        let (entries, bytes) = (options.entries, size(written));
        let rate = grouped(rate(entries, elapsed));
        say(&format!(
            "{} ({bytes}) written to {}, {rate} a second",
            counted(entries, "entry"),
            path.display()
        ));
    }
    Ok(Status::Done)
}

fn open(path: &Path, force: bool) -> Result<File> {
    let mut how = File::options();
    how.write(true);
    let how = if force { how.create(true).truncate(true) } else { how.create_new(true) };
    how.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::unusable(format!("{} exists; --force overwrites it", path.display())).into()
        }
        _ => anyhow::Error::from(error).context(format!("writing {}", path.display())),
    })
}

fn copy(options: &DemoOptions, to: &mut dyn Write, progress: &mut Progress, cancel: &Cancel) -> Result<u64> {
    let mut reader = DemoReader::new(options);
    let mut buffer = vec![0; 1 << 18];
    let mut written = 0;
    while !cancel.cancelled() {
        let count = reader.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        to.write_all(buffer.get(..count).unwrap_or_default())?;
        written += count as u64;
        progress.show(|elapsed| {
            let (made, total) = (grouped(reader.made()), grouped(options.entries));
            format!("{made} of {total} entries, {}/s", size(rate(written, elapsed)))
        });
    }
    to.flush()?;
    Ok(written)
}
