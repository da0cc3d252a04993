//! What the subcommands on objects share: which object is meant, its history, and lines of its diffs.

use clap::ValueEnum;

use super::context::Context;
use super::output::{counted, to_terminal};
use super::{Failure, Result, paint};
use crate::domain::redact::Secrets;
use crate::domain::{Change, Entry, Style, Timestamp};
use crate::ops::Access;
use crate::ops::history::{self, Found, History, ObjectInfo};
use crate::ops::mask::Masker;
use crate::ops::open::Opened;
use crate::present::{Charset, DiffInput, DiffOptions, Line, PaneLine, Role, diff_lines, sanitise};
use crate::query::{Cancel, ParseContext, TimeKey, parse_time_term};

/// How an answer about objects is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// To be read
    Text,
    /// JSON
    Json,
}

/// Candidates that are listed where a name is not enough.
const CANDIDATES: usize = 20;

/// Returns the one object that a text names.
pub(super) fn find(access: &mut Access, text: &str, cancel: &mut Cancel) -> Result<ObjectInfo> {
    match history::find(access, text, cancel)? {
        None => Err(Failure { status: super::Status::Interrupted, message: String::new() }.into()),
        Some(Found::One(object)) => Ok(*object),
        Some(Found::Many(objects)) => Err(Failure::nothing(candidates(text, &objects)).into()),
        Some(Found::Outside) => {
            Err(Failure::nothing(format!("object {text:?}: {}", access.outside_text())).into())
        }
        Some(Found::Nothing) if is_bad_time(access, text, cancel)? => {
            let time = text.rsplit_once('@').map_or("", |(_, time)| time);
            Err(Failure::unusable(format!(
                "{time:?} behind the @ of {text:?} is no time; write one like 2026-11-02, 2026-11-02T10:00 or 7d"
            ))
            .into())
        }
        Some(Found::Nothing) => Err(Failure::nothing(format!(
            "no object {text:?}; give its id, its exact name, type/name, workspace/type/name, id:ID, or a link to one of its entries"
        ))
        .into()),
    }
}

/// Whether what stands before the last `@` of a text names an object, so that a time was meant behind it.
fn is_bad_time(access: &mut Access, text: &str, cancel: &mut Cancel) -> Result<bool> {
    let Some((object, _)) = text.rsplit_once('@').filter(|(object, _)| !object.is_empty()) else {
        return Ok(false);
    };
    let found = history::find(access, object, cancel)?;
    Ok(matches!(found, Some(Found::One(_) | Found::Many(_) | Found::Outside)))
}

fn candidates(text: &str, objects: &[ObjectInfo]) -> String {
    let line = |(object, words): (&ObjectInfo, &String)| {
        let place = object.key.workspace.as_deref().unwrap_or("-");
        let entries = counted(object.entries as u64, "entry");
        let kind = object.key.kind.as_deref().unwrap_or("object");
        let name = object.name.as_deref().unwrap_or("-");
        let format = &object.key.format;
        sanitise::plain(&format!("{words}  {kind} '{name}'  {place}  {format}  {entries}"))
    };
    let words = history::told_apart(text, objects);
    let shown: Vec<_> = objects.iter().zip(&words).take(CANDIDATES).map(line).collect();
    let more = objects.len().saturating_sub(CANDIDATES);
    let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
    format!(
        "{text:?} names {} objects; write one of these for it:\n{}{more}",
        objects.len(),
        shown.join("\n")
    )
}

/// Reads the history of the one object that a text names.
pub(super) fn load(access: &mut Access, text: &str, cancel: &mut Cancel) -> Result<History> {
    let object = find(access, text, cancel)?;
    match history::load(access, &object.key, cancel)? {
        Some(history) => Ok(history),
        None => Err(Failure { status: super::Status::Interrupted, message: String::new() }.into()),
    }
}

/// Says what a history leaves out.
pub(super) fn remarks(context: &Context, access: &Access, history: &History) {
    if history.timeless > 0 {
        let entries = counted(history.timeless as u64, "entry");
        context.tell(&format!("{entries} without a time left out: nobody knows where among the others"));
    }
    if history.outside > 0 {
        let entries = counted(history.outside as u64, "entry");
        context.tell(&format!("{entries} not looked at: {}", access.outside_text()));
    }
}

/// Reads a moment: the state at an instant, or at the end of a day, month or year.
pub(super) fn moment(context: &Context, history: &History, text: &str) -> Result<usize> {
    Ok(history.before(instant(context, text)?))
}

/// Reads the first instant behind a moment.
pub(super) fn instant(context: &Context, text: &str) -> Result<Timestamp> {
    let how = ParseContext { now: context.now, zone: context.zone };
    let term = parse_time_term(TimeKey::Time, text, &how)
        .map_err(|error| Failure::unusable(format!("{text:?} is no time: {error}")))?;
    let at = term.span.until.or(term.span.from);
    at.ok_or_else(|| Failure::unusable(format!("{text:?} names no moment")).into())
}

/// Splits `OBJECT@TIME` at the last `@`, where a time stands behind it.
pub(super) fn split_time<'t>(context: &Context, text: &'t str) -> (&'t str, Option<&'t str>) {
    match text.rsplit_once('@') {
        Some((object, time)) if !object.is_empty() && instant(context, time).is_ok() => (object, Some(time)),
        _ => (text, None),
    }
}

/// Prints diffs of objects: with colours or without, secrets masked.
pub(super) struct Diffs<'c> {
    context: &'c Context,
    masker: Option<Masker>,
    secrets: Secrets,
    /// Something was masked.
    pub(super) masked: bool,
}

impl<'c> Diffs<'c> {
    pub(super) fn new(context: &'c Context, opened: &Opened) -> Diffs<'c> {
        let masker = context.config.settings.redact.then(|| opened.masker());
        Diffs { context, masker, secrets: Secrets::default(), masked: false }
    }

    /// Masks the secrets of changes.
    pub(super) fn mask(&mut self, format: &str, mut changes: Vec<Change<'static>>) -> Vec<Change<'static>> {
        if let Some(masker) = &mut self.masker {
            self.masked |= masker.changes(format, &mut changes, &mut self.secrets);
        }
        changes
    }

    /// Masks the secrets of one value of a field.
    pub(super) fn value(&mut self, format: &str, path: &str, json: &str) -> String {
        let change = Change {
            path: path.to_owned().into(),
            op: crate::domain::ChangeOp::Add,
            before: None,
            after: Some(json.to_owned().into()),
            provenance: crate::domain::Provenance::Recorded,
        };
        let masked = self.mask(format, vec![change]).pop().and_then(|change| change.after);
        masked.map(std::borrow::Cow::into_owned).unwrap_or_default()
    }

    /// Returns changes as lines, indented.
    pub(super) fn lines(
        &self,
        changes: &[Change<'static>],
        basis: &str,
        noise: &[String],
        entry: &Entry<'_>,
    ) -> Vec<Line> {
        let width = if to_terminal() { super::output::width() } else { 100 };
        let input = DiffInput { changes, basis: Some(basis), noise, ..DiffInput::of(entry) };
        let charset = paint::charset(self.context);
        let options =
            DiffOptions { width: width.saturating_sub(4).max(20), charset, ..DiffOptions::default() };
        let indented = |line: Line| {
            let mut out = Line::of(Role::Text, "    ");
            out.spans.extend(line.spans);
            out
        };
        diff_lines(&input, &options).lines.into_iter().map(|line| indented(line.line)).collect()
    }

    /// Says that something was masked.
    pub(super) fn tell(&self) {
        if self.masked {
            self.context.tell("secrets are masked; --no-redact shows them");
        }
    }
}

/// Fits a line to the terminal: it goes on in the next, as nothing of it may be lost. A pipe takes it whole.
pub(super) fn fitted(line: Line, charset: Charset) -> Vec<Line> {
    if !to_terminal() {
        return vec![line];
    }
    let most = 3;
    let mut lines: Vec<Line> =
        PaneLine::of(line).wrapped(super::output::width(), 4).into_iter().map(|line| line.line).collect();
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push(Role::Dim, charset.ellipsis());
        }
    }
    lines
}

/// Returns a time as it is shown.
pub(super) fn time(context: &Context, at: Option<Timestamp>) -> String {
    at.map_or_else(|| "no time".to_owned(), |at| context.zone.format(at, Style::Seconds))
}

/// Returns the paths of a format that change with every edit.
pub(super) fn noise(opened: &Opened, format: &str) -> Vec<String> {
    opened.formats().get(format).map(|format| format.noise.clone()).unwrap_or_default()
}
