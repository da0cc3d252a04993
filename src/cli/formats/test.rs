//! `auditty formats test`: per record what was recognised, which path filled which field, what nothing read.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::super::context::Context;
use super::super::output::{counted, say, stdout};
use super::super::{Failure, Result, Status};
use crate::domain::json::push_string;
use crate::ingest::format::Formats;
use crate::ops::formats::{Explained, Explanation, explain};
use crate::ops::import::Overrides;
use crate::present::measure::{cut, fill, width};
use crate::present::number::ordinal;
use crate::present::sanitise::{self, Charset};

/// Show what a format makes of a file: per record the format, which path filled which field, and what was left
#[derive(Debug, Args)]
pub(super) struct Test {
    /// The file to look at, or - for standard input
    #[arg(value_name = "LOG")]
    log: String,
    /// The format to use, where it should not be recognised
    #[arg(long)]
    format: Option<String>,
    /// A format file to use beside those there are
    #[arg(long, value_name = "TOML", conflicts_with = "format")]
    file: Option<PathBuf>,
    /// Records to show
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
    /// How to print them
    #[arg(long, short, value_enum, default_value = "table")]
    output: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A table for people
    Table,
    /// One JSON object a record
    Json,
}

/// Records looked at for the summary.
const RECORDS: usize = 10_000;

pub(super) fn run(context: &Context, args: &Test) -> Result {
    let (formats, forced) = match &args.file {
        Some(file) => {
            let (formats, name) = with_file(file)?;
            (formats, Some(name))
        }
        None => (context.formats(), args.format.clone()),
    };
    if let Some(name) = forced.as_ref().filter(|name| formats.get(name).is_none()) {
        return Err(super::unknown(name, &formats).into());
    }
    let overrides = Overrides { format: forced, ..Overrides::default() };
    let all =
        explain(&args.log, &formats, &overrides, RECORDS.max(args.limit), context.config.settings.redact)
            .map_err(Failure::unusable)?;
    let mut out = stdout();
    match args.output {
        Form::Table => table(&all, args.limit, &mut out)?,
        Form::Json => json(&all, args.limit, &mut out)?,
    }
    out.flush()?;
    Ok(if all.records.is_empty() { Status::Nothing } else { Status::Done })
}

/// Returns the formats there are with that of a file, and its name; what is wrong with the file is the answer.
fn with_file(file: &Path) -> Result<(Formats, String)> {
    let place = file.display().to_string();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::unusable(format!("{place}: {}", crate::ingest::source::plain(&error))))?;
    let formats = Formats::with(&place, text);
    let problems: Vec<String> = formats.problems(false).iter().map(ToString::to_string).collect();
    if !problems.is_empty() {
        return Err(Failure::unusable(problems.join("\n")).into());
    }
    // Taken for another's elsewhere, it can be looked at here all the same.
    for problem in formats.problems(true) {
        say(&sanitise::plain(&problem.to_string()));
    }
    let name = formats.added().expect("one format was added to the built-in ones").to_owned();
    Ok((formats, name))
}

fn table(all: &Explanation, limit: usize, out: &mut impl Write) -> Result<()> {
    for record in all.records.iter().take(limit) {
        one(record, out)?;
    }
    let shown = all.records.len().min(limit);
    let more = if all.more { " or more" } else { "" };
    writeln!(out, "{}{more}, {shown} shown", counted(all.records.len() as u64, "record"))?;
    if let Some(container) = all.container {
        writeln!(out, "read as {container}")?;
    }
    for (format, count) in &all.formats {
        writeln!(out, "  {count:>6}  {format}")?;
    }
    if !all.rejects.is_empty() {
        writeln!(out, "{} could not be read, like:", counted(all.rejects.len() as u64, "record"))?;
        writeln!(out, "  {}", sanitise::plain(&all.rejects[0]))?;
    }
    if !all.unread.is_empty() {
        writeln!(out, "read by nothing, in how many records")?;
    }
    for (path, count) in all.unread.iter().take(40) {
        writeln!(out, "  {count:>6}  {}", sanitise::plain(path))?;
    }
    Ok(())
}

/// Widest value of the table.
const VALUE: usize = 44;

fn one(record: &Explained, out: &mut impl Write) -> Result<()> {
    let guessed = record.guessed.map(|percent| format!(", guessed, {percent} % sure")).unwrap_or_default();
    let parts = if record.entries == 1 { String::new() } else { format!(", {} entries", record.entries) };
    writeln!(out, "record {}: {}{guessed}{parts}", ordinal(record.record), record.format)?;
    for one in &record.filled {
        let how = if one.how == "text" { String::new() } else { format!("  as {}", one.how) };
        let value = fill(&short(&one.value), VALUE);
        writeln!(out, "  {:<16}{value}  {}{how}", one.field, sanitise::plain(&one.path))?;
    }
    for (at, (path, value)) in record.unread.iter().take(12).enumerate() {
        let field = if at == 0 { "(read by nothing)" } else { "" };
        writeln!(out, "  {field:<18}{}  {}", fill(&short(value), VALUE - 2), sanitise::plain(path))?;
    }
    if record.unread.len() > 12 {
        writeln!(out, "  {:<18}and {} more", "", record.unread.len() - 12)?;
    }
    writeln!(out)?;
    Ok(())
}

/// Cuts a value to the width of its column, as it is shown.
fn short(text: &str) -> String {
    let plain = sanitise::plain(text);
    if width(&plain) <= VALUE - 2 {
        return plain;
    }
    format!("{}..", cut(&plain, VALUE - 4, Charset::Unicode).trim_end_matches(Charset::Unicode.ellipsis()))
}

fn json(all: &Explanation, limit: usize, out: &mut impl Write) -> Result<()> {
    for record in all.records.iter().take(limit) {
        let mut line = format!("{{\"record\":{},\"format\":", record.record);
        push_string(&mut line, &record.format);
        if let Some(percent) = record.guessed {
            line.push_str(&format!(",\"guessed\":{percent}"));
        }
        line.push_str(&format!(",\"entries\":{},\"filled\":[", record.entries));
        for (at, one) in record.filled.iter().enumerate() {
            line.push_str(if at == 0 { "{\"field\":" } else { ",{\"field\":" });
            push_string(&mut line, one.field);
            for (key, text) in [("path", &*one.path), ("as", one.how), ("value", &*one.value)] {
                line.push_str(&format!(",\"{key}\":"));
                push_string(&mut line, text);
            }
            line.push('}');
        }
        line.push_str("],\"unread\":{");
        for (at, (path, value)) in record.unread.iter().enumerate() {
            line.push_str(if at == 0 { "" } else { "," });
            push_string(&mut line, path);
            line.push(':');
            push_string(&mut line, value);
        }
        line.push_str("}}");
        writeln!(out, "{line}")?;
    }
    Ok(())
}
