//! `auditty verify`: whether the store holds what was written, and its entries what their records say.

use std::io::Write as _;

use clap::Args;

use super::context::{Context, shown};
use super::export::Watching;
use super::output::{Progress, counted, grouped, size, stdout};
use super::{Global, Result, Status, signals};
use crate::ops::verify::{Verified, verify};
use crate::present::sanitise;
use crate::store::StoreError;

/// Read the whole store and compare every entry with its record; exit status 1 where something does not fit
#[derive(Debug, Args)]
pub(super) struct Verify {}

pub(super) fn run(global: &Global, _: &Verify) -> Result {
    let context = Context::new(global)?;
    let opened = match context.open() {
        Err(error) if is_damage(&error) => return unreadable(&error, &shown(&context.config.store())),
        opened => opened?,
    };
    let mut watch =
        Watching { cancel: signals::cancel_on_interrupt(), progress: Progress::new(global.quiet) };
    let mut reader = opened.store.reader()?;
    let verified = verify(reader.as_mut(), opened.interpret.as_ref(), &mut watch);
    watch.progress.clear();
    let verified = match verified {
        Err(error) if error.is_damage() => return unreadable(&error.into(), &shown(&opened.path)),
        verified => verified?,
    };
    let Some(verified) = verified else { return Ok(Status::Interrupted) };
    print(&verified, &shown(&opened.path))?;
    if verified.differs {
        context.tell("where a format was changed since the import, auditty reindex brings entries and records together");
    }
    Ok(if verified.found == 0 { Status::Done } else { Status::Nothing })
}

/// Whether what stopped a command is damage to the store.
fn is_damage(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<StoreError>()).any(StoreError::is_damage)
}

/// Says that what lists the parts of the store is damaged itself, so that none of them can be read.
fn unreadable(error: &anyhow::Error, path: &str) -> Result {
    let mut out = stdout();
    writeln!(out, "{}", sanitise::plain(&format!("damaged: the list of the store's parts: {error}")))?;
    writeln!(out, "{:<10}{path}\n{:<10}nothing more can be read of it", "store", "damage")?;
    out.flush()?;
    Ok(Status::Nothing)
}

fn print(verified: &Verified, path: &str) -> std::io::Result<()> {
    let mut out = stdout();
    for damage in &verified.findings {
        writeln!(out, "{}", sanitise::plain(&format!("damaged: {}: {}", damage.what, damage.reason)))?;
    }
    let more = verified.found - verified.findings.len() as u64;
    if more > 0 {
        writeln!(out, "damaged: and {} more", grouped(more))?;
    }
    let checked = verified.checked;
    let mut lines = vec![
        ("store", path.to_owned()),
        ("parts", format!("{} read, each compared with its checksum", grouped(checked.parts))),
        ("records", format!("{} whole, {}", grouped(checked.records), size(checked.raw_bytes))),
    ];
    if verified.skipped {
        lines.push(("entries", "not compared with their records, because of the damage above".to_owned()));
    } else {
        let what = counted(verified.entries, "entry");
        lines.push(("entries", format!("{what} with the id and time that the record gives")));
    }
    if verified.copies > 0 {
        let what = counted(verified.copies, "entry");
        lines.push(("copies", format!("{what} taken from an export without the record: nothing to compare")));
    }
    lines.push(("damage", if verified.found == 0 { "none".to_owned() } else { grouped(verified.found) }));
    for (what, value) in lines {
        writeln!(out, "{what:<10}{value}")?;
    }
    out.flush()
}
