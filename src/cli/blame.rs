//! `auditty blame`: every known field of an object, and who set it.

use std::io::Write as _;

use clap::Args;

use super::context::Context;
use super::object::{self, Diffs, Form};
use super::output::{stdout, to_terminal};
use super::sanitised::Sanitised;
use super::{Failure, Global, Result, Status, paint, signals};
use crate::diff::state;
use crate::ops::history::{History, json};
use crate::present::{self, Line, Role, measure, sanitise};

/// Print every known field of an object with who set it, when, and in which entry
#[derive(Debug, Args)]
pub(super) struct Blame {
    /// The object: its id, its exact name, type/name; OBJECT@TIME for an earlier state
    #[arg(value_name = "OBJECT")]
    object: String,
    /// How to print it
    #[arg(long, short, value_enum, default_value = "text")]
    output: Form,
}

pub(super) fn run(global: &Global, args: &Blame) -> Result {
    let context = Context::new(global)?;
    let opened = context.open()?;
    let mut access = opened.access()?;
    let mut cancel = signals::cancel_on_interrupt();
    let (object, at) = object::split_time(&context, &args.object);
    let history = object::load(&mut access, object, &mut cancel)?;
    object::remarks(&context, &access, &history);
    let moment = match at {
        Some(at) => object::moment(&context, &history, at)?,
        None => history.rows.len(),
    };
    if !history.timeline.exists_at(moment) {
        let why =
            format!("{} does not exist then; give a time before, like {object}@7d", history.object.title());
        return Err(Failure::nothing(sanitise::plain(&why)).into());
    }
    let mut diffs = Diffs::new(&context, &opened);
    let mut blame = history.blame(moment);
    if blame.is_empty() && history.unknown(moment).is_empty() && args.output == Form::Text {
        let why = format!(
            "nothing is known of the fields of {}: {} with no values; `auditty log` lists them",
            history.object.title(),
            super::output::counted(moment as u64, "entry")
        );
        return Err(Failure::nothing(sanitise::plain(&why)).into());
    }
    for line in &mut blame {
        if let Some(text) = line.value.text() {
            let masked = diffs.value(&history.object.key.format, &line.path, text);
            line.value = state::Known::json(&masked);
        }
    }
    let text = match args.output {
        Form::Json => {
            let mut text = String::new();
            json::write_blame(&history, &blame, &mut text);
            text + "\n"
        }
        Form::Text => {
            present::ansi::print(&lines(&context, &history, &blame, moment), paint::paint(&context))
        }
    };
    let mut out = Sanitised::new(stdout(), to_terminal() && args.output == Form::Json);
    out.write_all(text.as_bytes())?;
    out.flush()?;
    diffs.tell();
    Ok(if blame.is_empty() { Status::Nothing } else { Status::Done })
}

fn lines(context: &Context, history: &History, blame: &[state::Blame], moment: usize) -> Vec<Line> {
    let charset = paint::charset(context);
    let width = |texts: &mut dyn Iterator<Item = String>, most: usize| {
        texts.map(|text| measure::width(&text)).max().unwrap_or(0).min(most)
    };
    let paths = width(&mut blame.iter().map(|line| sanitise::plain(&line.path)), 32);
    let who = |line: &state::Blame| who(history, line.by.or(line.seen));
    let actors = width(&mut blame.iter().map(who), 24);
    let mut out = Vec::new();
    for line in blame {
        // A path is never cut: of two that begin alike nobody could tell which is which.
        let mut shown = Line::new();
        shown.push(Role::Key, measure::fill(&sanitise::plain(&line.path), paths));
        shown.push(Role::Text, "  ");
        let when = line.by.or(line.seen).and_then(|by| history.rows.get(by));
        let time = object::time(context, when.and_then(|row| row.position.time));
        shown.push(Role::Label, time);
        shown.push(Role::Text, format!("  {}", measure::fill(&who(line), actors)));
        shown.push(Role::Dim, format!("  {}", when.map(|row| row.id.short()).unwrap_or_default()));
        shown.push(Role::Dim, format!("  {:<20}  ", line.times_text()));
        sanitise::push(&mut shown, Role::Text, line.value.text().unwrap_or_default(), charset);
        out.extend(super::object::fitted(shown, charset));
    }
    for path in history.unknown(moment) {
        let mut shown = Line::new();
        shown.push(Role::Key, measure::fill(&sanitise::plain(&path), paths));
        shown.push(Role::Dim, "  ?  its value is not known");
        out.push(shown);
    }
    out
}

fn who(history: &History, entry: Option<usize>) -> String {
    let entry = entry.and_then(|at| history.entries.get(at));
    let actor = entry.and_then(|entry| entry.actor.as_ref());
    actor.map_or_else(|| "-".to_owned(), |actor| sanitise::plain(actor.label()))
}
