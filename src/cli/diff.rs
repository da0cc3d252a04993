//! `auditty diff`: two objects, two states of one, or two entries, compared.

use std::io::Write as _;

use clap::{Args, ValueEnum};

use super::context::Context;
use super::object::{self, Diffs};
use super::output::{counted, stdout, to_terminal};
use super::sanitised::Sanitised;
use super::{Failure, Global, Result, Status, paint, signals};
use crate::diff::json::{self, ArrayMatch, JsonOptions};
use crate::diff::patch::{Tree, json_patch, merge_patch, patch_text};
use crate::domain::json::Doc;
use crate::domain::{Change, Provenance};
use crate::ops::open::Opened;
use crate::ops::{Access, Lookup, link};
use crate::present::{self, DiffInput, DiffOptions, Layout, sanitise};
use crate::query::Cancel;

/// Print how two objects, two states of an object, or the records of two entries differ
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// An object, OBJECT@TIME, or the id or link of an entry
    #[arg(value_name = "A")]
    a: String,
    /// What to compare it with
    #[arg(value_name = "B")]
    b: String,
    /// How to lay it out
    #[arg(long, value_enum, default_value = "fields")]
    layout: Form,
    /// How elements of arrays are matched
    #[arg(long, value_enum, default_value = "id")]
    arrays: Matching,
    /// Show what did not change, too
    #[arg(long)]
    unchanged: bool,
}

/// How a diff is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The fields that differ
    Fields,
    /// Under each other
    Unified,
    /// Beside each other, where there is room
    SideBySide,
    /// A JSON Patch (RFC 6902) that makes B of A
    JsonPatch,
    /// A merge patch (RFC 7386), where one can say it
    MergePatch,
}

/// How elements of arrays are matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Matching {
    /// By id, key, name or uuid where unique, else by content
    Id,
    /// By content
    Content,
    /// By position
    Position,
}

impl Matching {
    fn of(self) -> ArrayMatch {
        match self {
            Matching::Id => ArrayMatch::Identity,
            Matching::Content => ArrayMatch::Content,
            Matching::Position => ArrayMatch::Position,
        }
    }
}

/// One of the things compared.
struct Side {
    json: String,
    name: String,
    format: String,
    /// Fields whose value is not known.
    unknown: usize,
}

pub(super) fn run(global: &Global, args: &Diff) -> Result {
    let context = Context::new(global)?;
    let opened = context.open()?;
    let mut access = opened.access()?;
    let mut cancel = signals::cancel_on_interrupt();
    let mut diffs = Diffs::new(&context, &opened);
    let a = side(&context, &opened, &mut access, &args.a, &mut cancel)?;
    let b = side(&context, &opened, &mut access, &args.b, &mut cancel)?;
    for side in [&a, &b] {
        let unknown = if side.unknown > 0 {
            format!("; partial: {} unknown", counted(side.unknown as u64, "field"))
        } else {
            String::new()
        };
        context.tell(&sanitise::plain(&format!("{}{unknown}", side.name)));
    }
    let (mut old, mut new) = (Doc::new(), Doc::new());
    let (Ok(before), Ok(after)) = (old.parse(&a.json), new.parse(&b.json)) else {
        return Err(Failure::unusable("one of the two is no JSON and cannot be compared").into());
    };
    let delta =
        json::diff(before, after, &JsonOptions { arrays: args.arrays.of(), ..JsonOptions::default() });
    if delta.changes.is_empty() {
        context.tell("both are the same");
        return Ok(Status::Nothing);
    }
    let text = match args.layout {
        Form::JsonPatch | Form::MergePatch
            if context.config.settings.redact && secret(&mut diffs, &a, &b) =>
        {
            return Err(Failure::unusable(
                "a patch of secrets needs --no-redact: one that is masked is none",
            )
            .into());
        }
        Form::JsonPatch => patch_text(&json_patch(&delta.changes, after)) + "\n",
        Form::MergePatch => match merge_patch(&Tree::of(before), &Tree::of(after)) {
            Some(patch) => patch.to_json() + "\n",
            None => {
                return Err(Failure::unusable("no merge patch can set null; use --layout json-patch").into());
            }
        },
        layout => lines(&context, &mut diffs, args, layout, &a, &b),
    };
    let mut out = Sanitised::new(stdout(), to_terminal());
    out.write_all(text.as_bytes())?;
    out.flush()?;
    diffs.tell();
    Ok(Status::Done)
}

/// Whether one of the two holds a secret.
fn secret(diffs: &mut Diffs<'_>, a: &Side, b: &Side) -> bool {
    [a, b].into_iter().any(|side| diffs.value(&side.format, "", &side.json) != side.json)
}

fn lines(context: &Context, diffs: &mut Diffs<'_>, args: &Diff, layout: Form, a: &Side, b: &Side) -> String {
    let width = if to_terminal() { super::output::width() } else { 120 };
    let layout = match layout {
        Form::Unified => Layout::Unified,
        Form::SideBySide => Layout::SideBySide,
        _ => Layout::Fields,
    };
    // Both sides as one change, so that equal secrets stay equal when they are masked.
    let whole = Change {
        path: "".into(),
        op: crate::domain::ChangeOp::Replace,
        before: Some(a.json.clone().into()),
        after: Some(b.json.clone().into()),
        provenance: Provenance::Derived,
    };
    let masked = diffs.mask(&a.format, vec![whole]).pop();
    let text = |side: Option<crate::domain::Str<'static>>| {
        side.map(std::borrow::Cow::into_owned).unwrap_or_default()
    };
    let (before, after) = masked.map(|change| (text(change.before), text(change.after))).unwrap_or_default();
    let basis = format!("{} against {}", a.name, b.name);
    let input = DiffInput { basis: Some(&basis), ..DiffInput::between(&before, &after) };
    let (charset, arrays) = (paint::charset(context), args.arrays.of());
    let options =
        DiffOptions { width, layout, charset, arrays, unchanged: args.unchanged, ..DiffOptions::default() };
    let view = present::diff_lines(&input, &options);
    present::ansi::print(view.lines.iter().map(|line| &line.line), paint::paint(context))
}

fn side(
    context: &Context,
    opened: &Opened,
    access: &mut Access,
    text: &str,
    cancel: &mut Cancel,
) -> Result<Side> {
    if let Some(side) = entry_side(opened, access, text)? {
        return Ok(side);
    }
    let (object, at) = object::split_time(context, text);
    let history = object::load(access, object, cancel)?;
    object::remarks(context, access, &history);
    let moment = match at {
        Some(at) => object::moment(context, &history, at)?,
        None => history.rows.len(),
    };
    let json = history.timeline.json_at(moment).ok_or_else(|| {
        Failure::nothing(format!("{} does not exist then; write OBJECT@TIME", history.object.title()))
    })?;
    let when = at.map(|at| format!(" at {at}")).unwrap_or_default();
    Ok(Side {
        json,
        name: format!("{}{when}, derived from {}", history.object.title(), counted(moment as u64, "entry")),
        format: history.object.key.format.to_string(),
        unknown: history.unknown(moment).len(),
    })
}

/// Returns the record of an entry, where a text is the id or link of one.
fn entry_side(opened: &Opened, access: &mut Access, text: &str) -> Result<Option<Side>> {
    let Ok(prefix) = link::read(text) else { return Ok(None) };
    let Lookup::Found(rows) = access.find(&prefix, 2)? else { return Ok(None) };
    let [row] = rows.as_slice() else { return Ok(None) };
    let Lookup::Found(detail) = access.entry(row.id)? else { return Ok(None) };
    let mut json = None;
    crate::store::Interpret::document(
        opened.interpret.as_ref(),
        detail.raw(),
        detail.source(),
        &mut |node| {
            json = Some(node.raw().to_owned());
        },
    );
    Ok(json.map(|json| Side {
        json,
        name: format!("the record of {}", row.id.short()),
        format: detail.entry.format.to_string(),
        unknown: 0,
    }))
}
