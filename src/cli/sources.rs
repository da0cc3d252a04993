//! `auditty sources`: what was imported, and removing it.

use std::io::Write as _;

use clap::{Args, Subcommand, ValueEnum};

use super::context::Context;
use super::output::{counted, grouped, size, stdout};
use super::{Failure, Global, Result, Status};
use crate::domain::zone::Style;
use crate::domain::{Timestamp, Zone, json};
use crate::ops::coverage::{Coverage, Limits, count_formats, coverage, limits};
use crate::present::number::ordinal;
use crate::present::sanitise;
use crate::query::NoWatch;
use crate::store::{Reject, SourceId, SourceInfo};

/// List what was imported, or remove a source with its entries
#[derive(Debug, Args)]
pub(super) struct Sources {
    #[command(subcommand)]
    command: Option<Command>,
    /// How to print them
    #[arg(long, short, value_enum, default_value = "table", global = true)]
    output: Form,
    /// The same as --output ndjson
    #[arg(long, global = true, conflicts_with = "output")]
    json: bool,
}

/// How sources are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Lines for people, who count records from 1
    Table,
    /// One JSON object a line; records are counted from 0
    Ndjson,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the records that were not parsed: source, record, byte, reason, and their first bytes
    Rejects {
        /// Name or number of a source; all without one
        name: Option<String>,
    },
    /// Remove a source; entries that another one also holds stay
    Remove {
        /// Its name or number
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

pub(super) fn run(global: &Global, args: &Sources) -> Result {
    let context = Context::new(global)?;
    let json = args.json || args.output == Form::Ndjson;
    match &args.command {
        Some(Command::Remove { name, yes }) => remove(&context, name, *yes),
        Some(Command::Rejects { name }) => rejects(&context, name.as_deref(), json),
        None => list(&context, json),
    }
}

fn list(context: &Context, json: bool) -> Result {
    let opened = context.open()?;
    let mut access = opened.access()?;
    let sources = access.sources()?;
    let mut found = coverage(&sources, opened.formats());
    count_formats(&mut access, &mut found, &mut NoWatch)?;
    let mut out = stdout();
    for one in &found {
        if json {
            writeln!(out, "{}", as_json(one))?;
            continue;
        }
        writeln!(out, "{}", as_text(context, one))?;
        for finding in &one.findings {
            writeln!(out, "     {}", sanitise::plain(&finding.text(context.zone)))?;
        }
    }
    if !json {
        for limits in limits(&found, opened.formats()) {
            writeln!(out, "{}", limits_text(&limits))?;
        }
    }
    out.flush()?;
    Ok(super::query::found(sources.len() as u64))
}

fn as_text(context: &Context, one: &Coverage) -> String {
    let source = &one.source;
    let day = |at: Timestamp| context.zone.format(at, Style::Date);
    let span =
        source.span.map_or("no times".to_owned(), |(from, to)| format!("{} to {}", day(from), day(to)));
    let mut facts = vec![counted(source.entries, "entry"), span, one.formats_text(), size(source.bytes)];
    let more = [("duplicate", source.duplicates), ("reject", source.rejects)];
    facts.extend(more.iter().filter(|(_, n)| *n > 0).map(|(what, n)| counted(*n, what)));
    if source.timeless > 0 {
        facts.push(format!("{} without a time", grouped(source.timeless)));
    }
    let name = sanitise::plain(&source.name);
    format!("{:>3}  {name}: {}", source.id, sanitise::plain(&facts.join(", ")))
}

/// Says what a vendor does not record.
fn limits_text(limits: &Limits) -> String {
    let mut text = format!("\n{} ({})", limits.title, limits.format);
    text.extend(limits.retention.iter().map(|kept| format!("\n     kept by the vendor: {kept}")));
    text.extend(limits.not_recorded.iter().map(|what| format!("\n     not recorded: {what}")));
    text.lines().map(sanitise::plain).collect::<Vec<_>>().join("\n")
}

fn as_json(one: &Coverage) -> String {
    let source = &one.source;
    let findings: Vec<String> = one
        .findings
        .iter()
        .map(|finding| {
            let (kind, text) = (json::quote(finding.kind()), json::quote(&finding.text(Zone::Utc)));
            format!("{{\"kind\":{kind},\"text\":{text}}}")
        })
        .collect();
    let formats: Vec<String> =
        one.formats.iter().map(|(name, count)| format!("{}:{count}", json::quote(name))).collect();
    let time = |at: Option<Timestamp>| at.map_or("null".to_owned(), |at| json::quote(&at.rfc3339(9)));
    let quote = json::quote;
    format!(
        "{{\"number\":{},\"name\":{},\"format\":{},\"sha256\":{},\"bytes\":{},\"imported\":{},\"entries\":{},\
         \"duplicates\":{},\"rejects\":{},\"timeless\":{},\"earliest\":{},\"latest\":{},\"formats\":{{{}}},\"findings\":[{}]}}",
        source.id,
        quote(&source.name),
        quote(&source.format),
        quote(&source.sha256),
        source.bytes,
        time(source.imported),
        source.entries,
        source.duplicates,
        source.rejects,
        source.timeless,
        time(source.span.map(|span| span.0)),
        time(source.span.map(|span| span.1)),
        formats.join(","),
        findings.join(","),
    )
}

/// Rejects read from the store at a time.
const PAGE: usize = 256;
/// Characters of a record shown beside the reason.
const SHOWN: usize = 60;

fn rejects(context: &Context, name: Option<&str>, json: bool) -> Result {
    let mut access = context.open()?.access()?;
    let sources = access.sources()?;
    let source = name.map(|name| choose(&sources, name)).transpose()?.map(|source| SourceId(source.id));
    let (mut out, mut told) = (stdout(), 0u64);
    loop {
        let page = access.rejects(source, told, PAGE)?;
        for (name, reject) in &page {
            let text = if json { reject_as_json(name, reject) } else { reject_as_text(name, reject) };
            writeln!(out, "{text}")?;
        }
        told += page.len() as u64;
        if page.len() < PAGE {
            break;
        }
    }
    out.flush()?;
    Ok(super::query::found(told))
}

fn reject_as_text(name: &str, reject: &Reject) -> String {
    let (record, offset) = (ordinal(reject.record), grouped(reject.offset));
    let shown: String = String::from_utf8_lossy(&reject.raw).chars().take(SHOWN).collect();
    let text = format!(
        "{name}: record {record}, byte {offset}, {}: {}: {shown}",
        size(reject.length),
        reject.reason
    );
    sanitise::plain(&text)
}

fn reject_as_json(name: &str, reject: &Reject) -> String {
    let quote = json::quote;
    format!(
        "{{\"source\":{},\"record\":{},\"offset\":{},\"length\":{},\"reason\":{},\"raw_base64\":{}}}",
        quote(name),
        reject.record,
        reject.offset,
        reject.length,
        quote(&reject.reason),
        quote(&crate::domain::base64::encode(&reject.raw)),
    )
}

fn remove(context: &Context, name: &str, yes: bool) -> Result {
    let opened = context.open_to_write(false)?;
    let sources = opened.access()?.sources()?;
    let source = choose(&sources, name)?;
    let what = format!("remove {} with {}", source.name, counted(source.entries, "entry"));
    if !super::confirm::confirm(&what, yes)? {
        return Ok(Status::Interrupted);
    }
    let removed = opened.store.writer()?.remove_source(SourceId(source.id))?;
    context.tell(&format!("{} removed", counted(removed, "entry")));
    Ok(Status::Done)
}

fn choose<'a>(sources: &'a [SourceInfo], name: &str) -> Result<&'a SourceInfo> {
    let number: Option<u32> = name.parse().ok();
    let named: Vec<_> = sources.iter().filter(|source| &*source.name == name).collect();
    match named.as_slice() {
        [source] => Ok(source),
        [] => sources.iter().find(|source| Some(source.id) == number).ok_or_else(|| {
            Failure::nothing(format!("no source {name:?}; auditty sources lists them")).into()
        }),
        many => {
            let numbers: Vec<_> = many.iter().map(|source| source.id.to_string()).collect();
            let why =
                format!("{} sources are called {name:?}; give a number: {}", many.len(), numbers.join(", "));
            Err(Failure::unusable(why).into())
        }
    }
}
