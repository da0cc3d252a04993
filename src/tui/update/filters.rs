//! Changing what is looked at: filters, logs, order; each change is a step that can be taken back.

use std::sync::Arc;

use crate::domain::redact::holds_mask;
use crate::domain::time::SECOND;
use crate::domain::{Field, TimeSpan, Timestamp};
use crate::present::Role;
use crate::query::{Expr, Filter, Sort, Term, TimeKey, TimeTerm, edit};
use crate::tui::action::Action;
use crate::tui::layout::Pane;
use crate::tui::model::Model;
use crate::tui::model::selection::{Log, Selection};
use crate::tui::model::sidebar::{Check, Item, SideLine};

use super::moves;

/// How far around a time everything is shown, in ns.
const AROUND: i64 = 3_600 * SECOND;

/// A value of a field; `None` stands for entries without one.
type Value = (Field, Option<Arc<str>>);

/// Sets the filter as a step.
pub(super) fn set(model: &mut Model, filter: Filter) {
    model.selections.filter(filter);
}

/// Sets or lifts the time range.
pub(super) fn set_range(model: &mut Model, range: Option<(String, TimeSpan)>) {
    let rest = edit::without_time(&model.selections.now().filter);
    set(model, range.map_or_else(|| rest.clone(), |(typed, span)| rest.and(&within(typed, span))));
}

/// The filter that lets a range through.
fn within(typed: String, span: TimeSpan) -> Filter {
    Filter { expr: Expr::Term(Term::Time(TimeTerm { key: TimeKey::Time, typed, span })) }
}

/// Keeps only, drops, or goes over to the value under the cursor of the pane with the focus.
pub(super) fn value_under_cursor(model: &mut Model, action: Action) {
    let value = match model.focus {
        Pane::Table => cell(model),
        Pane::Sidebar => item_value(model),
        Pane::Detail => model.detail.line().and_then(|line| line.filter.clone()).map(|(f, v)| (f, Some(v))),
    };
    match value {
        Some((_, Some(value))) if holds_mask(&value) => refuse_masked(model, action),
        Some(value) => narrow(model, action, value),
        None if model.focus == Pane::Table && time_at_cursor(model, action) => {}
        None => model.refuse(action, "no value under the cursor that can be filtered by"),
    }
}

/// What stands in a secret's place is in no record.
fn refuse_masked(model: &mut Model, action: Action) {
    model.refuse(action, "a masked value cannot be filtered by (--no-redact shows it)");
}

fn narrow(model: &mut Model, action: Action, (field, value): Value) {
    let filter = model.shown_filter();
    let value = value.as_deref();
    let (next, sign) = match action {
        Action::DropValue => (edit::exclude(&filter, field, value), "without"),
        Action::Pivot => (edit::only(&Filter::all(), field, value), "everything with"),
        _ => (edit::only(&filter, field, value), "only"),
    };
    set(model, next);
    let shown = crate::present::sanitise::plain(value.unwrap_or("none"));
    model.toast(Role::Good, format!("{sign} {}: {shown} (u to undo)", field.title()));
}

/// The value of the cell under the cursor.
fn cell(model: &Model) -> Option<Value> {
    let column = crate::tui::panes::table::column_under_cursor(model)?;
    let field = crate::tui::panes::columns::field(column)?;
    let row = model.table.cursor_row()?;
    Some((field, row.shown_value(field).map(|value| value.into_owned().into())))
}

/// On the time, the day of the entry is kept, or all of the hours around it is shown; a day cannot be dropped.
fn time_at_cursor(model: &mut Model, action: Action) -> bool {
    let zone = model.times.zone();
    let Some(time) = model.table.cursor_row().and_then(|row| row.position.time) else { return false };
    let said = match action {
        Action::KeepValue => {
            let day = zone.day(time);
            let until = day.succ_opt().and_then(|next| zone.start_of_day(next));
            set_range(model, Some((day.to_string(), TimeSpan { from: zone.start_of_day(day), until })));
            format!("only {day}")
        }
        Action::Pivot => {
            let (from, until) =
                (Timestamp(time.0.saturating_sub(AROUND)), Timestamp(time.0.saturating_add(AROUND)));
            let typed = format!("{}..{}", from.rfc3339(9), until.rfc3339(9));
            set(model, within(typed, TimeSpan { from: Some(from), until: Some(until) }));
            "everything within an hour of it".to_owned()
        }
        _ => return false,
    };
    model.toast(Role::Good, format!("{said} (u to undo)"));
    true
}

fn item_value(model: &Model) -> Option<Value> {
    match &model.sidebar.cursor {
        Item::Value(field, value) => Some((*field, value.clone())),
        _ => None,
    }
}

/// Does what a key of the filters says with what the cursor stands on.
pub(super) fn at_item(model: &mut Model, action: Action) {
    match model.sidebar.cursor.clone() {
        Item::Value(field, value) => value_action(model, action, &(field, value)),
        Item::Heading(field) => {
            let folded = model.sidebar.folded.contains(&field);
            model.sidebar.fold(field, !folded);
            model.sidebar.reveal(&model.shown_filter(), field);
        }
        Item::More(field) => {
            model.sidebar.show_more(field);
            moves::to_item(model, Item::More(field));
        }
        Item::Range => super::dialogs::open(model, Action::Range),
    }
}

fn value_action(model: &mut Model, action: Action, (field, value): &Value) {
    let filter = model.shown_filter();
    let text = value.as_deref();
    if text.is_some_and(holds_mask) {
        return refuse_masked(model, action);
    }
    let next = match action {
        Action::ToggleValue => edit::toggle(&filter, *field, text),
        Action::OnlyValue if only_this(model, *field, value) => edit::clear(&filter, *field),
        Action::OnlyValue => edit::only(&filter, *field, text),
        _ => edit::exclude(&filter, *field, text),
    };
    set(model, next);
}

/// Whether a value is the only one of its group that is checked.
fn only_this(model: &Model, field: Field, value: &Option<Arc<str>>) -> bool {
    let checked = |line: &SideLine| match line {
        SideLine::Value { field: f, value, check: Check::On, .. } if *f == field => Some(value.clone()),
        _ => None,
    };
    let lines = model.sidebar.lines(&model.shown_filter());
    let all: Vec<_> = lines.iter().filter_map(checked).collect();
    all.as_slice() == std::slice::from_ref(value)
}

/// Takes one more value into the filter, or out of it.
pub(super) fn toggle_value(model: &mut Model, field: Field, value: &str) {
    if holds_mask(value) {
        return refuse_masked(model, Action::ToggleValue);
    }
    let filter = edit::toggle(&model.shown_filter(), field, Some(value));
    set(model, filter);
    model.sidebar.folded.remove(&field);
    moves::to_item(model, Item::Value(field, Some(value.into())));
}

/// Takes away the filter of the group the cursor is in.
pub(super) fn clear_group(model: &mut Model) {
    match model.sidebar.group_at_cursor() {
        None => set_range(model, None),
        Some(field) => {
            let filter = edit::clear(&model.shown_filter(), field);
            set(model, filter);
        }
    }
}

/// Takes every filter away.
pub(super) fn clear_all(model: &mut Model) {
    set(model, Filter::all());
}

/// Switches all filters off, or back on; stays on the entry.
pub(super) fn toggle_all(model: &mut Model) {
    let now = model.selections.now();
    if now.filter == Filter::all() {
        return model.refuse(Action::ToggleFilters, "there is no filter");
    }
    let off = !now.off;
    let next = Selection { off, ..now.clone() };
    model.selections.change(next);
    model.toast(Role::Text, if off { "filters off; F puts them back" } else { "filters on" });
}

/// Takes the last step back.
pub(super) fn undo(model: &mut Model) {
    if !model.selections.undo() {
        return model.refuse(Action::Undo, "no filter was changed before");
    }
    // What they tell of filters no longer holds.
    model.toasts.clear();
}

/// Takes a step again that was taken back.
pub(super) fn redo(model: &mut Model) {
    if !model.selections.redo() {
        return model.refuse(Action::Redo, "nothing was undone");
    }
    model.toasts.clear();
}

/// Goes to the next or previous log.
pub(super) fn cycle_log(model: &mut Model, forward: bool) {
    let logs = logs(model);
    let now = model.selections.now().clone();
    let at = logs.iter().position(|log| *log == now.log).unwrap_or(0);
    let step = if forward { 1 } else { logs.len() - 1 };
    let log = logs[(at + step) % logs.len()].clone();
    if log == now.log {
        return model.toast(Role::Text, "there is one log only");
    }
    model.selections.change(Selection { log, ..now });
}

/// The logs there are; the one looked at is always among them.
pub(crate) fn logs(model: &Model) -> Vec<Log> {
    let known = model.sidebar.counts().map(|counts| counts.overview.logs.clone());
    let mut logs = known.filter(|logs| !logs.is_empty()).unwrap_or_else(|| vec![Log::All]);
    let now = &model.selections.now().log;
    if !logs.contains(now) {
        logs.push(now.clone());
    }
    logs
}

/// Sorts, and stays on the entry.
pub(super) fn sort(model: &mut Model, sort: Sort) {
    model.sort = sort;
}

/// Turns the order around, and stays on the entry.
pub(super) fn reverse_sort(model: &mut Model) {
    let descending = !model.sort.descending;
    sort(model, Sort { descending, ..model.sort });
}
