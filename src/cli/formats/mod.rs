//! `auditty formats`: what can be read, what a format says, what it does to a file, and a draft of a new one.

mod new;
mod test;

use std::io::Write;

use clap::{Args, Subcommand};

use super::context::Context;
use super::output::stdout;
use super::{Failure, Global, Result, Status};
use crate::ingest::format;
use crate::ops::formats::document;
use crate::present::sanitise;

/// List the formats, or describe one: its fields and the paths that fill them
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Formats {
    #[command(subcommand)]
    command: Option<Command>,
    /// Name of the format
    name: Option<String>,
    /// Print the format's file
    #[arg(long, requires = "name")]
    source: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Test(test::Test),
    New(new::New),
}

pub(super) fn run(global: &Global, args: &Formats) -> Result {
    let context = Context::new(global)?;
    match &args.command {
        Some(Command::Test(args)) => return test::run(&context, args),
        Some(Command::New(args)) => return new::run(&context, args),
        None => {}
    }
    let formats = context.formats();
    let Some(name) = &args.name else { return list(&formats) };
    let format = formats.get(name).ok_or_else(|| unknown(name, &formats))?;
    let mut out = stdout();
    if args.source {
        out.write_all(format.source.as_bytes())?;
    } else {
        describe(&format, &mut out)?;
    }
    out.flush()?;
    Ok(Status::Done)
}

/// Says that there is no format of this name, and which is meant.
fn unknown(name: &str, formats: &format::Formats) -> Failure {
    let near = crate::config::nearest(name, formats.names());
    let hint =
        near.map_or_else(|| "auditty formats lists them".to_owned(), |near| format!("did you mean {near}?"));
    Failure::nothing(format!("no format {name:?}; {hint}"))
}

fn list(formats: &format::Formats) -> Result {
    let mut out = stdout();
    let mut all = formats.all();
    all.sort_by(|a, b| (a.generic, &a.name).cmp(&(b.generic, &b.name)));
    let width = all.iter().map(|format| format.name.len()).max().unwrap_or(0);
    for format in all {
        let draft = draft(&format);
        writeln!(out, "{:width$}  {}{draft}", format.name, sanitise::plain(&format.title))?;
    }
    out.flush()?;
    Ok(Status::Done)
}

/// Says that nobody has corrected a format yet.
fn draft(format: &format::Format) -> String {
    format.draft.map(|sure| format!(" (a draft, {sure} % sure)")).unwrap_or_default()
}

fn describe(format: &format::Format, out: &mut impl Write) -> Result<()> {
    let plain = |text: &str| sanitise::plain(text);
    let draft = draft(format);
    writeln!(out, "{} (version {}): {}{draft}", format.name, format.version, plain(&format.title))?;
    let cap = format.export_cap.map(|cap| format!("at most {cap} rows"));
    let facts = [
        ("vendor", Some(&format.vendor)),
        ("documentation", format.documentation.as_ref()),
        ("support", format.support.as_ref()),
        ("feedback", format.feedback.as_ref()),
        ("kept for", format.retention.as_ref()),
        ("an export has", cap.as_ref()),
    ];
    for (what, value) in facts {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            writeln!(out, "{what:<15}{}", plain(value))?;
        }
    }
    for (at, missing) in format.not_recorded.iter().enumerate() {
        writeln!(out, "{:<15}{}", if at == 0 { "not recorded" } else { "" }, plain(missing))?;
    }
    let fields = document(format);
    let width = fields.iter().map(|one| one.field.chars().count()).max().unwrap_or(0).min(28);
    if !fields.is_empty() {
        writeln!(out, "\nfields, and where they come from; of several paths the first that holds something")?;
    }
    for one in fields {
        for (at, way) in one.ways.iter().enumerate() {
            let field = if at == 0 { plain(&one.field) } else { String::new() };
            writeln!(out, "  {field:<width$}  {}", plain(way))?;
        }
    }
    Ok(())
}
