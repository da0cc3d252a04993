//! Entries written to a file or made into a text to copy, on a thread of their own. The plan's limit on
//! exports holds for both.

use std::sync::mpsc::Sender;
use std::time::Instant;

use crate::domain::IdPrefix;
use crate::ops::export::{self, ExportError, ExportPlan, Output};
use crate::ops::{Access, Column};
use crate::query::{Cancel, Expr, Filter, Term, Watch};

use super::dialogs::{ExportChoice, ExportOutput};
use super::effects::ExportJob;
use super::msg::{Exported, Msg};
use super::running::{Running, TOLD_EVERY};
use super::shell::Tools;
use super::update::count_text;

/// Starts writing to a file.
pub fn start(tools: &Tools, job: ExportJob, inbox: &Sender<Msg>) -> Option<Running> {
    let (tools, sender) = (tools.clone(), inbox.clone());
    let work = move |cancel: Cancel| {
        let mut told = Told { cancel, inbox: sender.clone(), last: None };
        let done = to_file(&tools, &job, &mut told).map_err(|error| error.to_string());
        let _ = sender.send(Msg::Exported(done));
    };
    Running::start("export", inbox, |error| Msg::Exported(Err(error)), work)
}

fn to_file(tools: &Tools, job: &ExportJob, watch: &mut dyn Watch) -> Result<Exported, ExportError> {
    let choice = &job.choice;
    let (plan, mut access) = (plan(job), access(tools)?);
    if choice.manifest {
        export::check_manifest(&choice.path, choice.overwrite)?;
    }
    let done = export::to_file(&plan, &choice.path, choice.overwrite, &mut access, watch)?;
    let Some(done) = done else { return Ok(Exported::default()) };
    let mut sha256 = None;
    if choice.manifest {
        let now = (tools.clock)();
        let sum = export::write_manifest(&plan, &choice.path, choice.overwrite, &mut access, &done, now)?;
        sha256 = Some(sum);
    }
    let note = note(&done, sha256.as_deref());
    Ok(Exported { rows: done.rows, path: Some(choice.path.clone()), note })
}

/// What is to be told beside the number of rows; `sha256` is what the manifest says.
fn note(done: &export::Exported, sha256: Option<&str>) -> String {
    let guarded = (done.guarded > 0)
        .then(|| format!("{} guarded against formulas", count_text(done.guarded, "cell", "cells")));
    let kept = (done.kept_back > 0)
        .then(|| format!("{} kept back by the plan", count_text(done.kept_back, "row", "rows")));
    let masked =
        (done.masked > 0).then(|| format!("secrets masked in {}", count_text(done.masked, "row", "rows")));
    let sum = sha256.map(|sum| format!("sha256 {}... in the manifest", sum.get(..12).unwrap_or_default()));
    guarded.into_iter().chain(masked).chain(kept).chain(sum).collect::<Vec<_>>().join("; ")
}

/// Makes a text of rows to copy.
pub fn copy_rows(tools: &Tools, job: ExportJob, inbox: &Sender<Msg>) {
    let (tools, sender) = (tools.clone(), inbox.clone());
    let work = move || {
        let msg = match text(&tools, &job) {
            Ok((what, text)) => Msg::CopyReady(what, text),
            Err(error) => Msg::CopyFailed(error),
        };
        let _ = sender.send(msg);
    };
    if let Err(error) = std::thread::Builder::new().name("auditty-copy".to_owned()).spawn(work) {
        let _ = inbox.send(Msg::CopyFailed(format!("the rows could not be copied: {error}")));
    }
}

/// Returns what the text is called, and the text.
fn text(tools: &Tools, job: &ExportJob) -> Result<(String, String), String> {
    let mut bytes = Vec::new();
    let mut access = access(tools).map_err(|error| error.to_string())?;
    let done = export::write(&plan(job), &mut access, &mut bytes, &mut Cancel::new());
    let done = done.map_err(|error| error.to_string())?.unwrap_or_default();
    if done.rows == 0 {
        return Err(format!("nothing was copied: {}", access.outside_text()));
    }
    let form = if job.choice.output == ExportOutput::Markdown { "Markdown" } else { "CSV" };
    let mut what = format!("{} as {form}", count_text(done.rows, "row", "rows"));
    let note = note(&done, None);
    if !note.is_empty() {
        what = format!("{what}; {note}");
    }
    Ok((what, String::from_utf8_lossy(&bytes).into_owned()))
}

/// The plan's limits count back from now, not from when the store was opened.
fn access(tools: &Tools) -> Result<Access, ExportError> {
    let mut access = tools.opened.access()?;
    access.set_now((tools.clock)());
    Ok(access)
}

fn plan(job: &ExportJob) -> ExportPlan {
    let choice = &job.choice;
    ExportPlan {
        filter: filter(choice, job),
        sort: job.sort,
        columns: choice.columns.iter().filter_map(|name| Column::parse(name)).collect(),
        output: match choice.output {
            ExportOutput::Csv => Output::Csv,
            ExportOutput::Ndjson => Output::Ndjson,
            ExportOutput::Markdown => Output::Markdown,
            ExportOutput::Json => Output::Json,
            ExportOutput::Html => Output::Html,
        },
        zone: job.zone,
        ..ExportPlan::default()
    }
}

/// Entries that were picked one by one are meant whatever the filter.
fn filter(choice: &ExportChoice, job: &ExportJob) -> Filter {
    if job.ids.is_empty() {
        return choice.filter.clone();
    }
    let ids: Vec<IdPrefix> = job.ids.iter().map(|id| (*id).into()).collect();
    Filter { expr: Expr::Term(Term::Id(ids)) }
}

/// Tells the screen how far it is.
struct Told {
    cancel: Cancel,
    inbox: Sender<Msg>,
    last: Option<Instant>,
}

impl Watch for Told {
    fn cancelled(&self) -> bool {
        self.cancel.cancelled()
    }

    fn progress(&mut self, _matched: u64, seen: u64, total: u64) {
        if self.last.is_none_or(|last| last.elapsed() >= TOLD_EVERY) {
            self.last = Some(Instant::now());
            let _ = self.inbox.send(Msg::JobProgress(seen, total));
        }
    }
}
