//! `auditty demo`: sample data to browse, or as a file.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::output::{Progress, counted, grouped, rate, say, size};
use super::{Failure, Global, Result, Status, context};
use crate::ops::demo::{DEFAULT_ENTRIES, DemoOptions, DemoReader};
use crate::query::Cancel;

/// Browse built-in sample data; nothing is kept
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Other numbers, other data
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
    /// Write an NDJSON file instead; - is standard output
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Overwrite the file
    #[arg(long, requires = "write")]
    force: bool,
}

pub(super) fn run(global: &Global, args: &Demo) -> Result {
    let now = context::now(args.now.as_deref())?;
    let options = DemoOptions { seed: args.seed, now, entries: args.entries, lean: args.lean };
    match &args.write {
        Some(path) => write(global, path, &options, args.force),
        None => Err(Failure::unusable("not yet").into()),
    }
}

fn write(global: &Global, path: &Path, options: &DemoOptions, force: bool) -> Result {
    let cancel = super::signals::cancel_on_interrupt();
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
