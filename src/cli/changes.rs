//! `auditty changes`: what is different after a span of time, object by object.

use std::io::Write as _;

use clap::Args;

use super::context::Context;
use super::object::{Diffs, Form};
use super::output::{counted, stdout, to_terminal};
use super::sanitised::Sanitised;
use super::{Failure, Global, Result, Status, paint, signals};
use crate::domain::{Entry, Style, TimeSpan};
use crate::ops::history::{json, net};
use crate::present::{self, Line, Role, sanitise};
use crate::query::{ParseContext, TimeKey, parse_time_term};

/// Print what is different between two instants, object by object; what was undone in between is only counted
#[derive(Debug, Args)]
pub(super) struct Changes {
    /// From when: 7d, yesterday, 2026-01-05T10:30 ...
    #[arg(long, value_name = "TIME")]
    since: String,
    /// Until when [default: now]
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Which entries count
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// How to print it; json prints one object a line
    #[arg(long, short, value_enum, default_value = "text")]
    output: Form,
}

pub(super) fn run(global: &Global, args: &Changes) -> Result {
    let context = Context::new(global)?;
    let filter = context.filter(&args.query)?;
    let span = span(&context, args)?;
    let opened = context.open()?;
    context.tell(&sanitise::plain(&crate::query::describe(&span, context.zone)));
    let mut access = opened.access()?;
    let mut cancel = signals::cancel_on_interrupt();
    let mut diffs = Diffs::new(&context, &opened);
    let mut out = Sanitised::new(stdout(), to_terminal() && args.output == Form::Json);
    let (mut shown, mut failed) = (0u64, None);
    let answer = net::net(&mut access, &filter, span, 0..usize::MAX, &mut cancel, &mut |change| {
        let text = text(&context, &mut diffs, &change, args.output);
        shown += 1;
        match out.write_all(text.as_bytes()) {
            Ok(()) => true,
            Err(error) => {
                failed = Some(error);
                false
            }
        }
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    out.flush()?;
    diffs.tell();
    match answer {
        None => Ok(Status::Interrupted),
        Some(0) => {
            context.tell("nothing was changed then");
            Ok(Status::Nothing)
        }
        Some(_) => {
            context.tell(&counted(shown, "object"));
            Ok(Status::Done)
        }
    }
}

/// Reads the span of time.
fn span(context: &Context, args: &Changes) -> Result<TimeSpan> {
    let how = ParseContext { now: context.now, zone: context.zone };
    let read = |key: TimeKey, text: &str| {
        parse_time_term(key, text, &how)
            .map(|term| term.span)
            .map_err(|error| Failure::unusable(format!("{text:?} is no time: {error}")))
    };
    let since = read(TimeKey::Since, &args.since)?;
    let until = args.until.as_deref().map(|text| read(TimeKey::Until, text)).transpose()?;
    let span = TimeSpan { from: since.from, until: until.and_then(|span| span.until) };
    if let (Some(from), Some(until)) = (span.from, span.until)
        && span.is_empty()
    {
        let at = |time| context.zone.format(time, Style::Seconds);
        let why = format!(
            "nothing lies between: --since {} is {}, --until {} is {}, which is no later",
            args.since,
            at(from),
            args.until.as_deref().unwrap_or_default(),
            at(until)
        );
        return Err(Failure::unusable(sanitise::plain(&why)).into());
    }
    Ok(span)
}

fn text(context: &Context, diffs: &mut Diffs<'_>, net: &net::NetChange, form: Form) -> String {
    let changes = diffs.mask(&net.history.object.key.format, net.changes.clone());
    if form == Form::Json {
        let mut text = String::new();
        json::write_net(net, &changes, &mut text);
        return text + "\n";
    }
    let mut heading = Line::new();
    heading.push(Role::Strong, sanitise::plain(&net.history.object.title()));
    if let Some(workspace) = &net.history.object.key.workspace {
        heading.push(Role::Dim, format!("  {}", sanitise::plain(workspace)));
    }
    heading.push(Role::Dim, format!("  {}", counted(net.entries.len() as u64, "entry")));
    heading.push(Role::Changed, net.existence());
    let mut lines = vec![heading];
    if !changes.is_empty() {
        let basis = format!("derived from {}", counted(net.entries.len() as u64, "entry"));
        lines.extend(diffs.lines(&changes, &basis, &[], &Entry::blank("")));
    }
    lines.extend(
        net.remarks().into_iter().map(|text| Line::of(Role::Dim, format!("    {}", sanitise::plain(&text)))),
    );
    lines.push(Line::new());
    present::ansi::print(&lines, paint::paint(context))
}
