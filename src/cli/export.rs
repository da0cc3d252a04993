//! `auditty export`: exactly the rows and columns of a query, as a file.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::context::{self, Context};
use super::output::{Progress, counted, grouped, rate, stdout, to_terminal};
use super::views::Chosen;
use super::{Failure, Global, Result, Status, derived, renamed, signals, timeless};
use crate::domain::Plan;
use crate::ops::export::{self, ExportError, ExportPlan, Exported, Output};
use crate::ops::open::Opened;
use crate::query::{Cancel, Watch};

/// Write entries to a file: complete, or not at all
#[derive(Debug, Args)]
#[command(after_help = super::query_help::LANGUAGE)]
pub(super) struct Export {
    /// What to export: words, key:value, -key:value, since:7d ...
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// A view to begin with: its query, columns and order
    #[arg(long, value_name = "NAME")]
    view: Option<String>,
    /// The file; - is standard output
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// How it is written [default: by the file's ending, else csv]
    #[arg(long, short, value_enum)]
    output: Option<Form>,
    /// The columns, with commas between them
    #[arg(long, value_name = "C,..")]
    columns: Option<String>,
    /// The column to sort by; :asc or :desc behind it
    #[arg(long, value_name = "KEY")]
    sort: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", value_parser = super::query::at_most)]
    limit: Option<u64>,
    /// Look for changed:, from: and to: in derived changes, too; takes longer
    #[arg(long)]
    derived: bool,
    /// Write cells as they are, also those that a spreadsheet would run
    #[arg(long)]
    csv_raw: bool,
    /// Overwrite the file
    #[arg(long)]
    force: bool,
    /// Write FILE.manifest.json beside it: the query, what its times came to, columns, sources, and a checksum
    #[arg(long)]
    manifest: bool,
}

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Comma-separated values by RFC 4180
    Csv,
    /// One JSON object a line
    Ndjson,
    /// One JSON array
    Json,
    /// A table of Markdown
    Md,
    /// A page with a table
    Html,
}

pub(super) fn run(global: &Global, args: &Export) -> Result {
    let context = Context::new(global)?;
    check_manifest(args)?;
    let filter = context.filter(&args.query)?;
    let columns = context::columns(args.columns.as_deref())?;
    let sort = context::sort(args.sort.as_deref())?;
    let opened = context.open()?;
    let chosen = Chosen::new(&context, &opened, args.view.as_deref(), &filter)?;
    let (filter, columns, sort) = chosen.with(columns, sort);
    let mut cancel = signals::cancel_on_interrupt();
    timeless::tell(&context, &opened, &filter, &mut cancel)?;
    renamed::tell(&context, &opened, &filter, &mut cancel)?;
    let filter = derived::filter(&context, &opened, filter, args.derived, &mut cancel)?;
    let (output, guard) = (output(args), !args.csv_raw);
    let plan = ExportPlan { filter, sort, limit: args.limit, columns, output, zone: context.zone, guard };
    context.echo(&plan.filter);
    if let Some(ending) = unknown_ending(args) {
        context.tell(&format!(
            "no format is known by the ending {ending:?}: writing CSV (--output chooses another)"
        ));
    }
    let mut watch = Watching { cancel, progress: Progress::new(global.quiet) };
    let done = write(args, &plan, &opened, &mut watch)?;
    let elapsed = watch.progress.elapsed();
    watch.progress.clear();
    let Some(done) = done else { return Ok(Status::Interrupted) };
    let rate = grouped(rate(done.rows, elapsed));
    let rows = counted(done.rows, "entry");
    context.tell(&format!("{rows} exported to {} ({rate} a second)", to(&args.to)));
    if args.manifest {
        let mut access = opened.access()?;
        let manifest = export::write_manifest(&plan, &args.to, args.force, &mut access, &done, context.now);
        let sha256 = manifest.map_err(not_there)?;
        context.tell(&format!("how it was made: {}; sha256 {sha256}", to(&export::manifest_path(&args.to))));
    }
    for remark in remarks(context.plan, &done) {
        context.tell(&remark);
    }
    Ok(super::query::found(done.rows))
}

fn write(
    args: &Export,
    plan: &ExportPlan,
    opened: &Opened,
    watch: &mut Watching,
) -> Result<Option<Exported>> {
    let mut access = opened.access()?;
    if args.to == Path::new("-") {
        let mut out = super::sanitised::Sanitised::new(stdout(), to_terminal());
        let done = export::write(plan, &mut access, &mut out, watch)?;
        out.flush()?;
        return Ok(done);
    }
    export::to_file(plan, &args.to, args.force, &mut access, watch).map_err(not_there)
}

fn not_there(error: ExportError) -> anyhow::Error {
    match error {
        ExportError::Exists(path) => {
            let why = format!("{} exists already; --force overwrites it", path.display());
            Failure::unusable(why).into()
        }
        ExportError::NoFile(_) => Failure::unusable(error.to_string()).into(),
        other => other.into(),
    }
}

/// A manifest speaks of a file, and must not be in the way only when the export is done.
fn check_manifest(args: &Export) -> Result<()> {
    match args.manifest {
        true if args.to == Path::new("-") => {
            Err(Failure::unusable("a manifest lies beside a file; give --to FILE").into())
        }
        true => export::check_manifest(&args.to, args.force).map_err(not_there),
        false => Ok(()),
    }
}

fn to(path: &Path) -> String {
    if path == Path::new("-") { "standard output".to_owned() } else { path.display().to_string() }
}

/// Returns the ending of a file's name that says nothing of a format.
fn unknown_ending(args: &Export) -> Option<&str> {
    let ending = args.to.extension()?.to_str()?;
    let known = Output::parse(ending).is_some() || ending.eq_ignore_ascii_case("jsonl");
    (args.output.is_none() && !known).then_some(ending)
}

fn output(args: &Export) -> Output {
    let ending = args.to.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match args.output {
        Some(Form::Csv) => Output::Csv,
        Some(Form::Ndjson) => Output::Ndjson,
        Some(Form::Json) => Output::Json,
        Some(Form::Md) => Output::Markdown,
        Some(Form::Html) => Output::Html,
        None if ending.eq_ignore_ascii_case("jsonl") => Output::Ndjson,
        None => Output::parse(ending).unwrap_or_default(),
    }
}

/// Returns what must be said of cells that were changed and of secrets that were masked.
pub(super) fn said(guarded: u64, masked: u64) -> Vec<String> {
    let mut out = Vec::new();
    if guarded > 0 {
        let cells = counted(guarded, "cell");
        out.push(format!(
            "{cells} got a ' in front so that no spreadsheet runs them (--csv-raw leaves them as they are)"
        ));
    }
    if masked > 0 {
        out.push(format!("secrets are masked in {} (--no-redact shows them)", counted(masked, "entry")));
    }
    out
}

/// Returns what must be said of an export beside how many rows it has.
pub(super) fn remarks(plan: Plan, done: &Exported) -> Vec<String> {
    let mut out = said(done.guarded, done.masked);
    if done.kept_back > 0 {
        let days = plan.export_days.map_or_else(String::new, |days| format!(" the last {days} days"));
        let kept = counted(done.kept_back, "entry");
        out.push(format!("{kept} not exported: plan {plan} lets out only{days}"));
    }
    out
}

/// Stops on Ctrl-C and draws the progress line.
pub(super) struct Watching {
    /// Set by Ctrl-C.
    pub(super) cancel: Cancel,
    /// The line.
    pub(super) progress: Progress,
}

impl Watch for Watching {
    fn cancelled(&self) -> bool {
        self.cancel.cancelled()
    }

    fn progress(&mut self, matched: u64, seen: u64, total: u64) {
        self.progress.show(|elapsed| {
            let (matched, seen, total) = (grouped(matched), grouped(seen), grouped(total));
            format!("{matched} entries; {seen} of {total} looked at; {:.0} s", elapsed.as_secs_f64())
        });
    }
}
