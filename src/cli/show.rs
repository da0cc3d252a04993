//! `auditty show`: one entry.

use std::io::Write as _;

use clap::{Args, ValueEnum};

use super::context::Context;
use super::output::{stdout, to_terminal};
use super::sanitised::Sanitised;
use super::{Failure, Global, Result, Status, paint, show_object};
use crate::domain::{EntryId, IdPrefix, Provenance, json};
use crate::ops::{Access, Detail, Lookup, history, link};
use crate::present::metadata::{self, MetadataInput};
use crate::present::{self, DiffInput, DiffOptions};

/// Print one entry: its metadata and its diff
#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct Show {
    /// The entry: a link, an id, or at least the first seven characters of one; an object with --at
    #[arg(value_name = "ID|LINK|OBJECT")]
    id: String,
    /// Print the record as it came
    #[arg(long, conflicts_with_all = ["metadata", "diff"])]
    raw: bool,
    /// Print what surrounds the act
    #[arg(long, conflicts_with = "diff")]
    metadata: bool,
    /// Print what changed
    #[arg(long)]
    diff: bool,
    /// Print what would undo it, as text and as a merge patch; nothing is executed
    #[arg(long, conflicts_with_all = ["raw", "metadata", "diff"])]
    undo: bool,
    /// Print the state of an object at this time instead of an entry
    #[arg(long, value_name = "TIME", conflicts_with_all = ["raw", "metadata", "diff", "undo"])]
    at: Option<String>,
    /// How to print it
    #[arg(long, short, value_enum, default_value = "text")]
    output: Form,
}

/// How an entry is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// To be read
    Text,
    /// One JSON object
    Json,
}

pub(super) fn run(global: &Global, args: &Show) -> Result {
    let context = Context::new(global)?;
    let opened = context.open()?;
    if let Some(at) = &args.at {
        return show_object::state(&context, &opened, &args.id, at, args.output == Form::Json);
    }
    let mut access = opened.access()?;
    let id = find(&mut access, &read(&args.id)?)?;
    let Lookup::Found(mut detail) = access.entry(id)? else {
        return Err(Failure::nothing(format!("{id}: gone from the store meanwhile")).into());
    };
    let told = if args.raw { None } else { show_object::complete(&mut access, &mut detail)? };
    if args.undo {
        return show_object::undo(&context, &opened, told.as_ref(), args.output == Form::Json);
    }
    if opened.mask {
        // What was completed from other entries of the object was not masked with this one.
        let format = detail.entry.format.to_string();
        let mut secrets = crate::domain::redact::Secrets::default();
        detail.masked |= opened.masker().changes(&format, &mut detail.entry.changes, &mut secrets);
    }
    print(&context, args, &detail, told.as_ref())?;
    if detail.masked {
        context.tell("secrets are masked; --no-redact shows them");
    }
    Ok(Status::Done)
}

/// Reads a link or id.
pub(super) fn read(text: &str) -> Result<IdPrefix> {
    link::read(text).map_err(|error| {
        Failure::unusable(format!(
            "{text:?} is no link and no id: {error}; a link looks like auditty://k7q2m9d..."
        ))
        .into()
    })
}

/// Returns the one entry in sight whose id begins so.
pub(super) fn find(access: &mut Access, prefix: &IdPrefix) -> Result<EntryId> {
    let text = prefix.as_str();
    match access.find(prefix, 3)? {
        Lookup::Found(rows) if rows.len() > 1 => {
            let ids: Vec<_> = rows.iter().map(|row| format!("{}  {}", row.id, present::title(row))).collect();
            let why = format!("{text} begins several ids; give more of one:\n{}", ids.join("\n"));
            Err(Failure::nothing(why).into())
        }
        Lookup::Found(rows) => {
            rows.first().map(|row| row.id).ok_or_else(|| Failure::nothing(format!("no entry {text}")).into())
        }
        Lookup::Outside => Err(Failure::nothing(format!("entry {text}: {}", access.outside_text())).into()),
        Lookup::Missing => Err(Failure::nothing(format!(
            "no entry {text} in this store; whoever sends a link must have imported the same record"
        ))
        .into()),
    }
}

fn print(context: &Context, args: &Show, detail: &Detail, told: Option<&show_object::Told>) -> Result<()> {
    let terminal = to_terminal();
    let mut out = Sanitised::new(stdout(), terminal && args.output == Form::Json);
    match args.output {
        Form::Json => out.write_all(as_json(args, detail, told).as_bytes())?,
        Form::Text if args.raw => {
            // The record goes out byte for byte, but for what would act on a terminal.
            let mut out = Sanitised::new(stdout(), terminal);
            out.write_all(detail.raw())?;
            if terminal && !detail.raw().ends_with(b"\n") {
                out.write_all(b"\n")?;
            }
            out.flush()?;
        }
        Form::Text => {
            let lines = text_lines(context, args, detail, told);
            out.write_all(present::ansi::print(&lines, paint::paint(context)).as_bytes())?;
        }
    }
    out.flush()?;
    Ok(())
}

fn text_lines(
    context: &Context,
    args: &Show,
    detail: &Detail,
    told: Option<&show_object::Told>,
) -> Vec<present::Line> {
    let width = if to_terminal() { super::output::width() } else { 100 };
    let charset = paint::charset(context);
    let (metadata, diff) = (!args.diff, !args.metadata);
    let mut lines = Vec::new();
    if metadata && diff {
        lines.push(present::Line::of(present::Role::Title, present::title_of(&detail.entry)));
    }
    if metadata {
        let input = MetadataInput { entry: &detail.entry, note: detail.note.as_deref(), remarks: &[] };
        let options = metadata::MetadataOptions { width, zone: context.zone, charset };
        lines.extend(metadata::metadata_lines(&input, &options).into_iter().map(|line| line.line));
    }
    if metadata && diff {
        lines.push(present::Line::new());
    }
    if diff {
        let options = DiffOptions { width, charset, ..DiffOptions::default() };
        let derived = detail.entry.changes.iter().any(|change| change.provenance == Provenance::Derived);
        let basis = told.map(|told| told.basis.as_str()).filter(|_| derived);
        let view = present::diff_lines(&DiffInput { basis, ..DiffInput::of(&detail.entry) }, &options);
        lines.extend(view.lines.into_iter().map(|line| line.line));
        let conflicts = told.map(|told| told.conflicts.as_slice()).unwrap_or_default();
        let warning = |text: &String| {
            present::Line::of(present::Role::Warning, format!("! {}", present::sanitise::plain(text)))
        };
        lines.extend(conflicts.iter().map(warning));
    }
    lines
}

fn as_json(args: &Show, detail: &Detail, told: Option<&show_object::Told>) -> String {
    let mut whole = String::new();
    if args.diff {
        // The shape in which `log` prints it.
        let (entry, place) = (&detail.entry, told.map(show_object::Told::place));
        history::json::write_diff(entry, place, &entry.changes, &mut whole);
        return whole + "\n";
    }
    crate::ops::json::write_entry(&detail.entry, detail.raw(), detail.masked, &mut whole);
    if let Some(told) = told.filter(|_| whole.ends_with('}')) {
        whole.pop();
        whole.push_str(&format!(",\"diff\":{}}}", told.basis_json()));
    }
    let mut doc = json::Doc::new();
    let part = doc.parse(&whole).ok().and_then(|entry| match (args.raw, args.metadata) {
        (true, _) => entry.get("raw").or_else(|| entry.get("raw_base64")).map(|part| part.raw().to_owned()),
        (false, true) => Some(without(entry, &["changes", "diff", "raw", "raw_base64"])),
        (false, false) => None,
    });
    part.unwrap_or(whole) + "\n"
}

fn without(entry: json::Node<'_>, keys: &[&str]) -> String {
    let kept = entry.members().filter(|(key, _)| !keys.iter().any(|without| key.is(without)));
    let members: Vec<_> =
        kept.map(|(key, value)| format!("{}:{}", json::quote(&key.decode()), value.raw())).collect();
    format!("{{{}}}", members.join(","))
}
