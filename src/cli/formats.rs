//! `auditty formats`: what can be read, and what its vendor does not record.

use std::io::Write as _;

use clap::Args;

use super::context::Context;
use super::output::stdout;
use super::{Failure, Global, Result, Status};
use crate::ingest::format;

/// List the formats, or describe one
#[derive(Debug, Args)]
pub(super) struct Formats {
    /// Name of the format
    name: Option<String>,
    /// Print the format's file
    #[arg(long, requires = "name")]
    source: bool,
}

pub(super) fn run(global: &Global, args: &Formats) -> Result {
    let context = Context::new(global)?;
    let formats = context.formats();
    let Some(name) = &args.name else { return list(&formats) };
    let format = formats.get(name).ok_or_else(|| {
        let near = crate::config::nearest(name, formats.names());
        let hint = near
            .map_or_else(|| "auditty formats lists them".to_owned(), |near| format!("did you mean {near}?"));
        Failure::nothing(format!("no format {name:?}; {hint}"))
    })?;
    let mut out = stdout();
    if args.source {
        out.write_all(format.source.as_bytes())?;
    } else {
        describe(&format, &mut out)?;
    }
    out.flush()?;
    Ok(Status::Done)
}

fn list(formats: &format::Formats) -> Result {
    let mut out = stdout();
    let width = formats.names().iter().map(|name| name.len()).max().unwrap_or(0);
    for format in formats.all() {
        writeln!(out, "{:width$}  {}", format.name, format.title)?;
    }
    out.flush()?;
    Ok(Status::Done)
}

fn describe(format: &format::Format, out: &mut impl std::io::Write) -> Result<()> {
    writeln!(out, "{} (version {}): {}", format.name, format.version, format.title)?;
    let facts = [
        ("vendor", Some(&format.vendor)),
        ("documentation", format.documentation.as_ref()),
        ("support", format.support.as_ref()),
        ("feedback", format.feedback.as_ref()),
        ("kept for", format.retention.as_ref()),
    ];
    for (what, value) in facts {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            writeln!(out, "{what:<15}{value}")?;
        }
    }
    for (at, missing) in format.not_recorded.iter().enumerate() {
        writeln!(out, "{:<15}{missing}", if at == 0 { "not recorded" } else { "" })?;
    }
    Ok(())
}
