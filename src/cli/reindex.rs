//! `auditty reindex`: rebuilding everything but the raw records from them.

use clap::Args;

use super::context::Context;
use super::export::Watching;
use super::output::{Progress, counted};
use super::{Global, Result, Status, signals};

/// Rebuild the index from the raw records, as after a change of a format
#[derive(Debug, Args)]
pub(super) struct Reindex {}

pub(super) fn run(global: &Global, _: &Reindex) -> Result {
    let context = Context::new(global)?;
    let opened = context.open_to_write(false)?;
    let mut watch =
        Watching { cancel: signals::cancel_on_interrupt(), progress: Progress::new(global.quiet) };
    let mut writer = opened.store.writer()?;
    let Some(entries) = writer.reindex(&mut watch)? else { return Ok(Status::Interrupted) };
    let elapsed = watch.progress.elapsed();
    watch.progress.clear();
    context.tell(&format!("{} indexed again in {:.1} s", counted(entries, "entry"), elapsed.as_secs_f64()));
    Ok(Status::Done)
}
