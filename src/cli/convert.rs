//! `auditty convert`: files as normalised entries on standard output, without a store.

use clap::{Args, ValueEnum};

use super::context::Context;
use super::import::{Reading, explain, progress_text};
use super::output::{Progress, counted, grouped, say, stdout, to_terminal};
use super::sanitised::Sanitised;
use super::{Global, Result, Status, signals};
use crate::ops::convert::{self, ConvertOptions, Converted};
use crate::ops::import::ImportError;
use crate::present::number::ordinal;
use crate::present::sanitise;

/// Print files as normalised entries, without a store
#[derive(Debug, Args)]
pub(super) struct Convert {
    /// What to read: a file, a folder, a pattern, or - for standard input
    #[arg(value_name = "FILE|-", required = true)]
    files: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    /// How to print them
    #[arg(long, short, value_enum, default_value = "ndjson")]
    output: Form,
    /// Write cells of CSV as they are, also those that a spreadsheet would run
    #[arg(long)]
    csv_raw: bool,
}

/// How entries are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One JSON object a line
    Ndjson,
    /// Comma-separated values by RFC 4180, with the columns of an export
    Csv,
    /// One event of the Open Cybersecurity Schema Framework (OCSF) a line
    Ocsf,
}

pub(super) fn run(global: &Global, args: &Convert) -> Result {
    let context = Context::new(global)?;
    let formats = context.formats();
    let options = ConvertOptions {
        overrides: args.reading.overrides()?,
        no_redact: !context.config.settings.redact,
        form: match args.output {
            Form::Ndjson => convert::Form::Ndjson,
            Form::Csv => convert::Form::Csv { guard: !args.csv_raw, zone: context.zone },
            Form::Ocsf => convert::Form::Ocsf,
        },
    };
    let cancel = signals::cancel_on_interrupt();
    let mut progress = Progress::new(context.quiet || to_terminal());
    let mut out = Sanitised::new(stdout(), to_terminal());
    let mut show = |now: &crate::ops::import::Progress| progress.show(|elapsed| progress_text(now, elapsed));
    let result = convert::convert(&args.files, &options, &formats, &mut out, &mut show, &cancel);
    progress.clear();
    match result {
        Err(ImportError::Cancelled) => Ok(Status::Interrupted),
        other => Ok(close(&context, &other?)),
    }
}

/// Says what was not converted.
fn close(context: &Context, done: &Converted) -> Status {
    for (name, reason) in done.summary.problems() {
        say(&sanitise::plain(&format!("auditty: {name}: {reason}")));
    }
    for (source, reject) in &done.rejects {
        let (record, offset, reason) = (ordinal(reject.record), grouped(reject.offset), &reject.reason);
        let text = format!("{source}: record {record}, byte {offset}: {reason}");
        context.tell(&sanitise::plain(&text));
    }
    for remark in super::export::said(done.guarded, done.masked) {
        context.tell(&remark);
    }
    explain(context, &done.summary);
    let told = done.rejects.len() as u64;
    if done.summary.rejects > told {
        context.tell(&format!("and {} more not parsed", counted(done.summary.rejects - told, "record")));
    }
    if done.summary.left_unread() { Status::Unusable } else { Status::Done }
}
