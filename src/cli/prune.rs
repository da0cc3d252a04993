//! `auditty prune`: removing old entries.

use clap::Args;

use super::context::Context;
use super::output::counted;
use super::{Failure, Global, Result, Status, signals};
use crate::domain::zone::Style;
use crate::domain::{TimeSpan, Timestamp};
use crate::query::filter::{TimeKey, TimeTerm};
use crate::query::{Expr, Filter, ParseContext, Term, parse_range};

/// Remove all entries before a time
#[derive(Debug, Args)]
pub(super) struct Prune {
    /// The time: 2026-01-05, 2026-01-05T10:30, 90d ...
    #[arg(long, value_name = "TIME")]
    before: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(global: &Global, args: &Prune) -> Result {
    let context = Context::new(global)?;
    let before = instant(&context, &args.before)?;
    let opened = context.open_to_write(false)?;
    // What is removed is counted in the store itself: a plan that hides entries does not keep them.
    let filter = until(before);
    let mut cancel = signals::cancel_on_interrupt();
    let Some(count) = opened.store.reader()?.count(&filter, &mut cancel)? else {
        return Ok(Status::Interrupted);
    };
    let (shown, zone) = (context.zone.format(before, Style::Seconds), context.zone.label(before));
    if count == 0 {
        context.tell(&format!("no entry is older than {shown} ({zone})"));
        return Ok(Status::Nothing);
    }
    let what = format!("remove {} from before {shown} ({zone})", counted(count, "entry"));
    if !super::confirm::confirm(&what, args.yes)? {
        return Ok(Status::Interrupted);
    }
    let Some(removed) = opened.store.writer()?.prune(before, &mut cancel)? else {
        return Ok(Status::Interrupted);
    };
    context.tell(&format!("{} removed", counted(removed, "entry")));
    Ok(Status::Done)
}

fn instant(context: &Context, text: &str) -> Result<Timestamp> {
    let span = parse_range(text, &ParseContext { now: context.now, zone: context.zone })
        .map_err(|error| Failure::unusable(format!("--before {text}: {error}")))?;
    span.from.ok_or_else(|| Failure::unusable(format!("--before {text}: this range has no start")).into())
}

fn until(before: Timestamp) -> Filter {
    let span = TimeSpan { from: None, until: Some(before) };
    let typed = before.rfc3339(9);
    Filter { expr: Expr::Term(Term::Time(TimeTerm { key: TimeKey::Until, typed, span })) }
}
