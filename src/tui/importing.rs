//! Files imported into the store that the screen shows, on a thread of their own. All of it or nothing, as on the
//! command line; the screen sees what is new when the store has another state.

use std::sync::mpsc::Sender;
use std::time::Instant;

use crate::ops::import::{self, ImportError, Options, Phase, Progress, Summary};
use crate::present::number::{counted, grouped};
use crate::query::Cancel;

use super::msg::{Imported, Msg};
use super::running::{Running, TOLD_EVERY};
use super::shell::Tools;

/// Starts to import what a name leads to.
pub fn start(tools: &Tools, name: String, inbox: &Sender<Msg>) -> Option<Running> {
    let (tools, sender) = (tools.clone(), inbox.clone());
    let work = move |cancel: Cancel| {
        let done = import(&tools, &name, &sender, &cancel);
        let _ = sender.send(Msg::Imported(done));
    };
    Running::start("import", inbox, |error| Msg::Imported(Err(error)), work)
}

fn import(tools: &Tools, name: &str, inbox: &Sender<Msg>, cancel: &Cancel) -> Result<Imported, String> {
    let options = Options { now: Some((tools.clock)()), ..Options::default() };
    let mut last: Option<Instant> = None;
    let mut told = |now: &Progress| {
        if now.phase == Phase::Waiting {
            let _ = inbox.send(Msg::ImportWaits(now.source.to_string()));
        } else if last.is_none_or(|last| last.elapsed() >= TOLD_EVERY) {
            last = Some(Instant::now());
            let _ = inbox.send(Msg::JobProgress(now.bytes, now.total.unwrap_or(0)));
        }
    };
    let (store, formats) = (tools.opened.store.as_ref(), tools.opened.formats());
    match import::import(&[name], &options, store, formats, &mut told, cancel) {
        Err(ImportError::Cancelled) => Ok(Imported::default()),
        Err(error) => Err(error.to_string()),
        Ok(summary) => said(name, &summary),
    }
}

/// Returns what an import did in a sentence; why nothing of it could be read.
fn said(name: &str, summary: &Summary) -> Result<Imported, String> {
    let problems = summary.problems();
    let problem = problems.first().map(|(of, why)| format!("{of}: {why}"));
    if summary.nothing_read() {
        return Err(problem.unwrap_or_else(|| format!("{name}: there is nothing to read")));
    }
    let mut facts = vec![format!("{} new", counted(summary.added, "entry"))];
    facts.push(format!("{} duplicate", grouped(summary.duplicates)));
    if summary.added == 0 && summary.duplicates == 0 && summary.rejects == 0 {
        facts = vec!["imported before; nothing new in it".to_owned()];
    }
    if summary.rejects > 0 {
        facts.push(format!("{} not parsed", counted(summary.rejects, "record")));
    }
    if summary.timeless > 0 {
        facts.push(format!("{} without a time", grouped(summary.timeless)));
    }
    let more = problems.len().saturating_sub(1);
    facts.extend(problem);
    if more > 0 {
        facts.push(format!("{} more could not be read", counted(more as u64, "file")));
    }
    let whole = summary.rejects == 0 && problems.is_empty();
    Ok(Imported { text: Some(format!("{name}: {}", facts.join("; "))), whole })
}
