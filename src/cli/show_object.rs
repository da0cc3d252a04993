//! What `auditty show` says of the object behind an entry, and its state at a moment.

use std::io::Write as _;

use super::context::Context;
use super::object::{self, Diffs};
use super::output::{stdout, to_terminal};
use super::sanitised::Sanitised;
use super::{Failure, Result, Status, paint, signals};
use crate::diff::state::Known;
use crate::ops::history::{self, History, json};
use crate::ops::open::Opened;
use crate::ops::{Access, Detail, Lookup};
use crate::present::{self, Line, Role, measure, sanitise};
use crate::query::NoWatch;

/// What the history of its object says of an entry.
pub(super) struct Told {
    /// How its diff is known.
    pub(super) basis: String,
    /// That entries are missing.
    pub(super) conflicts: Vec<String>,
    history: History,
    at: usize,
}

/// Completes the changes of an entry from the history of its object. Each says how it is known.
pub(super) fn complete(access: &mut Access, detail: &mut Detail) -> Result<Option<Told>> {
    let Lookup::Found(rows) = access.find(&detail.entry.id.into(), 1)? else { return Ok(None) };
    let Some(objects) = access.objects(&mut NoWatch)? else { return Ok(None) };
    let Some(key) = rows.first().and_then(|row| objects.of(row)) else { return Ok(None) };
    let Some(history) = history::load(access, &key, &mut NoWatch)? else { return Ok(None) };
    let Some(at) = history.position(detail.entry.id) else { return Ok(None) };
    let diff = history.diff(at);
    let conflicts = history.conflict_texts(at, &diff);
    let lacking = detail.entry.changes.iter().any(crate::domain::Change::is_partial);
    if !diff.changes.is_empty() && (lacking || detail.entry.changes.is_empty()) {
        detail.entry.changes = history.changes(at);
    }
    let basis = history.basis_text(at, &diff);
    Ok(Some(Told { basis, conflicts, history, at }))
}

impl Told {
    /// Returns how the diff is known, as JSON.
    pub(super) fn basis_json(&self) -> String {
        let mut text = String::new();
        json::write_basis(&self.history, self.at, &self.history.diff(self.at), &mut text);
        text
    }

    /// Returns the place of the entry in the history of its object.
    pub(super) fn place(&self) -> (&History, usize) {
        (&self.history, self.at)
    }
}

/// Prints what would undo an entry; nothing is executed.
pub(super) fn undo(context: &Context, opened: &Opened, told: Option<&Told>, as_json: bool) -> Result {
    let nothing = || Failure::nothing("what the entry changed is not known, so there is nothing to set back");
    let told = told.ok_or_else(nothing)?;
    let undo = told.history.undo(told.at).ok_or_else(nothing)?;
    let format = &told.history.object.key.format;
    let mut diffs = Diffs::new(context, opened);
    diffs.mask(format, told.history.changes(told.at));
    if diffs.masked {
        return Err(
            Failure::unusable("the entry changed a secret; --no-redact prints what would undo it").into()
        );
    }
    let text = if as_json {
        let mut text = String::new();
        json::write_undo(&told.history, &undo, &mut text);
        text + "\n"
    } else {
        let mut lines = vec![Line::of(Role::Dim, "to undo (printed, never done):")];
        let plain = |role: Role, text: &str| Line::of(role, sanitise::plain(text));
        lines.extend(undo.lines.iter().map(|line| plain(Role::Text, line)));
        lines.extend(
            undo.unknown
                .iter()
                .map(|path| plain(Role::Warning, &format!("`{path}`: what it was is not known"))),
        );
        for (path, step) in &undo.since {
            let by = told.history.entries.get(*step).and_then(|entry| entry.actor.as_ref());
            let by = by.map_or("somebody", |actor| actor.label());
            let id = told.history.rows.get(*step).map(|row| row.id.short()).unwrap_or_default();
            lines.push(plain(Role::Warning, &format!("! `{path}` was changed again since by {by} in {id}")));
        }
        if let Some(patch) = &undo.patch {
            lines.push(Line::of(Role::Dim, "as a merge patch:"));
            lines.push(plain(Role::Text, patch));
        }
        lines
            .extend(undo.without_patch.iter().map(|why| plain(Role::Dim, &format!("no merge patch: {why}"))));
        present::ansi::print(&lines, paint::paint(context))
    };
    let mut out = Sanitised::new(stdout(), to_terminal() && as_json);
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(Status::Done)
}

/// Prints the state of an object at a moment.
pub(super) fn state(context: &Context, opened: &Opened, text: &str, at: &str, as_json: bool) -> Result {
    let mut access = opened.access()?;
    let mut cancel = signals::cancel_on_interrupt();
    let history = object::load(&mut access, text, &mut cancel)?;
    object::remarks(context, &access, &history);
    let moment = object::moment(context, &history, at)?;
    let format = history.object.key.format.to_string();
    let mut diffs = Diffs::new(context, opened);
    let mut fields = history.timeline.at(moment);
    for field in fields.iter_mut().flatten() {
        if let Some(text) = field.value.text() {
            field.value = Known::json(&diffs.value(&format, &field.path, text));
        }
    }
    let printed = if as_json {
        let mut text = String::new();
        json::write_state(&history, moment, fields.as_deref(), &mut text);
        text + "\n"
    } else {
        present::ansi::print(
            &state_lines(context, &history, moment, fields.as_deref()),
            paint::paint(context),
        )
    };
    let mut out = Sanitised::new(stdout(), to_terminal() && as_json);
    out.write_all(printed.as_bytes())?;
    out.flush()?;
    diffs.tell();
    Ok(if fields.is_some() { Status::Done } else { Status::Nothing })
}

fn state_lines(
    context: &Context,
    history: &History,
    moment: usize,
    fields: Option<&[crate::diff::state::FieldState]>,
) -> Vec<Line> {
    let charset = paint::charset(context);
    let mut lines = vec![Line::of(Role::Title, sanitise::plain(&history.object.title()))];
    let last = moment.checked_sub(1).and_then(|at| history.rows.get(at));
    let after = match last {
        Some(row) => format!("after {} of {}", row.id.short(), object::time(context, row.position.time)),
        None => "before its first entry".to_owned(),
    };
    lines.push(Line::of(Role::Dim, after));
    let Some(fields) = fields else {
        lines.push(Line::of(Role::Warning, "it does not exist then"));
        return lines;
    };
    let width = fields.iter().map(|field| measure::width(&field.path)).max().unwrap_or(0).min(32);
    for field in fields {
        let mut line = Line::new();
        line.push(Role::Key, measure::fill(&sanitise::plain(&field.path), width));
        line.push(Role::Text, "   ");
        match field.value.text() {
            Some(text) => sanitise::push(&mut line, Role::Text, text, charset),
            None => line.push(Role::Warning, "? (unknown)"),
        }
        line.push(Role::Dim, format!("   {}", history.origin_text(field.origin, moment)));
        if let Some(doubt) = history.doubt_text(field, moment) {
            line.push(Role::Warning, format!("; {doubt}"));
        }
        lines.extend(object::fitted(line, charset));
    }
    lines
}
