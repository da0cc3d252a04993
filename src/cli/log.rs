//! `auditty log`: the entries of an object with what each changed.

use std::io::Write as _;

use clap::Args;

use super::context::Context;
use super::object::{self, Diffs, Form};
use super::output::{stdout, to_terminal};
use super::sanitised::Sanitised;
use super::{Global, Result, Status, paint, signals};
use crate::ops::history::{History, json};
use crate::present::number::named;
use crate::present::{self, Line, Role, sanitise};
use crate::query::nearest::nearest;

/// Print the entries of an object, the newest first, with what each changed
#[derive(Debug, Args)]
pub(super) struct Log {
    /// The object: its id, its exact name, type/name, or a link to one of its entries
    #[arg(value_name = "OBJECT")]
    object: String,
    /// Only entries that changed this field, or something in it
    #[arg(long, value_name = "PATH")]
    field: Option<String>,
    /// The oldest first
    #[arg(long)]
    reverse: bool,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// How to print them; json prints one object a line
    #[arg(long, short, value_enum, default_value = "text")]
    output: Form,
}

pub(super) fn run(global: &Global, args: &Log) -> Result {
    let context = Context::new(global)?;
    let opened = context.open()?;
    let mut access = opened.access()?;
    let mut cancel = signals::cancel_on_interrupt();
    let history = object::load(&mut access, &args.object, &mut cancel)?;
    object::remarks(&context, &access, &history);
    let noise = object::noise(&opened, &history.object.key.format);
    let mut diffs = Diffs::new(&context, &opened);
    let mut out = Sanitised::new(stdout(), to_terminal() && args.output == Form::Json);
    let steps = steps(args, &history);
    for at in &steps {
        let changes = diffs.mask(&history.object.key.format, history.changes(*at));
        let text = match args.output {
            Form::Json => {
                let mut text = String::new();
                json::write_step(&history, *at, &changes, &mut text);
                text + "\n"
            }
            Form::Text => {
                let diff = history.diff(*at);
                let mut lines = vec![heading(&context, &history, *at)];
                let basis = history.basis_text(*at, &diff);
                let entry = history.entries.get(*at);
                lines.extend(entry.into_iter().flat_map(|e| diffs.lines(&changes, &basis, &noise, e)));
                lines.extend(warnings(&history, *at));
                lines.push(Line::new());
                present::ansi::print(&lines, paint::paint(&context))
            }
        };
        out.write_all(text.as_bytes())?;
    }
    out.flush()?;
    diffs.tell();
    if let Some(path) = args.field.as_deref().filter(|_| steps.is_empty()) {
        context.tell(&no_change(&history, path));
    }
    Ok(if steps.is_empty() { Status::Nothing } else { Status::Done })
}

/// As many fields are named where the one asked for was never changed.
const NAMED: usize = 8;

/// Returns the numbers of the entries to be printed, in their order.
fn steps(args: &Log, history: &History) -> Vec<usize> {
    let mut steps: Vec<usize> = match &args.field {
        Some(path) => history.steps_of(path),
        None => (0..history.rows.len()).collect(),
    };
    if !args.reverse {
        steps.reverse();
    }
    steps.truncate(args.limit.unwrap_or(usize::MAX));
    steps
}

/// Says that no entry changed a field, and which were changed.
fn no_change(history: &History, path: &str) -> String {
    let known = history.changed_paths();
    let meant = nearest(path, known.iter().map(String::as_str));
    let hint = match (meant, named(&known, NAMED)) {
        (Some(near), _) => format!("; did you mean {near}?"),
        (None, Some(named)) => format!("; changed were {named}"),
        (None, None) => "; no entry of it says what it changed".to_owned(),
    };
    format!("no entry of {} changed {path}{hint}", history.object.title())
}

/// Returns the heading of an entry: time, title, who, id.
fn heading(context: &Context, history: &History, at: usize) -> Line {
    let mut line = Line::new();
    let Some((row, entry)) = history.rows.get(at).zip(history.entries.get(at)) else { return line };
    let charset = paint::charset(context);
    line.push(Role::Label, object::time(context, row.position.time));
    line.push(Role::Text, "  ");
    line.push(Role::Strong, present::title_of(entry));
    if let Some(actor) = &entry.actor {
        line.push(Role::Dim, "  by ");
        sanitise::push(&mut line, Role::Text, actor.label(), charset);
    }
    line.push(Role::Dim, format!("  {}", row.id.short()));
    line
}

fn warnings(history: &History, at: usize) -> Vec<Line> {
    let texts = history.conflict_texts(at, &history.diff(at));
    texts.iter().map(|text| Line::of(Role::Warning, format!("    ! {}", sanitise::plain(text)))).collect()
}
