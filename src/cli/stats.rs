//! `auditty stats`: sizes and state of the store.

use std::io::Write as _;

use clap::Args;

use super::context::{Context, shown};
use super::output::{counted, grouped, size, stdout};
use super::{Global, Result, Status};
use crate::ingest::format::Formats;
use crate::ops::coverage::is_older;
use crate::store::SourceInfo;

/// Print sizes and state of the store
#[derive(Debug, Args)]
pub(super) struct Stats {}

pub(super) fn run(global: &Global, _: &Stats) -> Result {
    let context = Context::new(global)?;
    let opened = context.open()?;
    let mut access = opened.access()?;
    let (stats, sources) = (access.stats()?, access.sources()?);
    let share = match stats.raw_bytes {
        0 => String::new(),
        raw => format!(" ({:.2} of the records)", stats.file_bytes as f64 / raw as f64),
    };
    let mut out = stdout();
    for (what, value) in [
        ("store", shown(&opened.path)),
        ("entries", grouped(stats.entries)),
        ("sources", grouped(sources.len() as u64)),
        ("records", format!("{} before compression", size(stats.raw_bytes))),
        ("files", format!("{}{share}", size(stats.file_bytes))),
        ("segments", format!("{}, {} to merge", grouped(stats.segments), grouped(stats.mergeable))),
        (
            "blocks",
            format!("{}, {} without text filter", grouped(stats.blocks), grouped(stats.unfiltered_blocks)),
        ),
        ("mapping", mapping(&sources, opened.formats())),
        ("plan", context.plan.to_string()),
    ] {
        writeln!(out, "{what:<10}{value}")?;
    }
    out.flush()?;
    Ok(Status::Done)
}

/// Says whether the entries are what the records would give now.
fn mapping(sources: &[SourceInfo], formats: &Formats) -> String {
    match sources.iter().filter(|source| is_older(source, formats)).count() {
        0 => "up to date".to_owned(),
        older => {
            format!(
                "of an older auditty or format in {}: auditty reindex maps again",
                counted(older as u64, "source")
            )
        }
    }
}
