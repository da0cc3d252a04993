//! Moving about: lines, pages, ends, days, changes, panes; marks and folds.

use crate::domain::{EntryId, Timestamp};
use crate::present::Role;
use crate::query::{Row, SortKey};
use crate::tui::action::Action;
use crate::tui::layout::{Mode, Pane};
use crate::tui::model::Model;
use crate::tui::model::detail::Tab;
use crate::tui::model::sidebar::Item;
use crate::tui::model::table::Jump;

/// Moves by lines in the pane with the focus.
pub(super) fn by_lines(model: &mut Model, by: i64) {
    match model.focus {
        Pane::Table => model.table.move_by(by),
        Pane::Detail => model.detail.move_by(by),
        Pane::Sidebar => {
            let filter = model.shown_filter();
            model.sidebar.move_by(&filter, by);
        }
    }
}

/// Moves by pages, or parts of one, in the pane with the focus.
pub(super) fn by_pages(model: &mut Model, by: i64, part: i64) {
    let lines = |height: usize| by * (height as i64 / part).max(1);
    match model.focus {
        Pane::Table => model.table.page_by(lines(model.table.height)),
        Pane::Detail => {
            let by = lines(model.detail.body_height());
            model.detail.scroll_by(by);
            model.detail.move_by(by);
        }
        Pane::Sidebar => {
            let filter = model.shown_filter();
            let by = lines(model.sidebar.height);
            model.sidebar.move_by(&filter, by);
        }
    }
}

/// Goes to the first or last line of the pane with the focus.
pub(super) fn to_end(model: &mut Model, last: bool) {
    let far = if last { i64::MAX / 2 } else { i64::MIN / 2 };
    match model.focus {
        Pane::Table => model.table.to_end(last),
        Pane::Detail | Pane::Sidebar => by_lines(model, far),
    }
}

/// Moves between columns; folds and unfolds in the filters and the detail.
pub(super) fn sideways(model: &mut Model, right: bool) {
    match model.focus {
        Pane::Table => {
            let columns = crate::tui::panes::table::columns(model).len();
            let at = model.table.column;
            let to = if right { at + 1 } else { at.saturating_sub(1) };
            model.table.column = to.min(columns.saturating_sub(1));
        }
        Pane::Sidebar => {
            if let Some(field) = model.sidebar.group_at_cursor() {
                model.sidebar.fold(field, !right);
                model.sidebar.reveal(&model.shown_filter(), field);
            }
        }
        Pane::Detail => fold(model, Some(!right)),
    }
}

/// Goes to the next or previous pane that there is.
pub(super) fn pane(model: &mut Model, forward: bool) {
    let mut order = vec![Pane::Table];
    if model.detail_on || model.layout.mode == Mode::Single {
        order.push(Pane::Detail);
    }
    if model.sidebar_on || model.layout.mode != Mode::Wide {
        order.insert(0, Pane::Sidebar);
    }
    let at = order.iter().position(|pane| *pane == model.focus).unwrap_or(0);
    let step = if forward { 1 } else { order.len() - 1 };
    model.focus(order[(at + step) % order.len()]);
}

/// Goes to where the next day begins, or back to where the day above does. Where the entries are not sorted
/// by time, to the next or previous value they are sorted by, as far as rows are held.
pub(super) fn day(model: &mut Model, down: bool) {
    let Some(row) = model.table.cursor_row().cloned() else { return };
    let here = group(model, &row);
    let cursor = model.table.cursor;
    let target = if down {
        (cursor + 1..model.table.total)
            .map_while(|rank| Some((rank, model.table.row(rank)?)))
            .find_map(|(rank, other)| (group(model, other) != here).then_some(rank))
    } else {
        start_above(model, cursor)
    };
    match target {
        Some(rank) => model.table.move_to(rank),
        None if model.sort.key == SortKey::Time => jump_day(model, &row, down),
        None => to_end_of_window(model, down),
    }
}

/// The first row of this day, or where the cursor stands there already, of the day above. `None` where the
/// rows held do not say.
fn start_above(model: &Model, cursor: u64) -> Option<u64> {
    let start_from = cursor.checked_sub(1)?;
    let day = group(model, model.table.row(start_from)?);
    let mut rank = start_from;
    loop {
        let Some(above) = rank.checked_sub(1) else { return Some(rank) };
        if group(model, model.table.row(above)?) != day {
            return Some(rank);
        }
        rank = above;
    }
}

/// What rows of one group share: the day, or the value they are sorted by.
fn group(model: &Model, row: &Row) -> Option<String> {
    match model.sort.key {
        SortKey::Time => row.position.time.map(|at| model.times.zone().day(at).to_string()),
        SortKey::Field(field) => row.shown_value(field).map(std::borrow::Cow::into_owned),
    }
}

/// Asks for the rows around the border of a day that no row held shows.
fn jump_day(model: &mut Model, row: &Row, down: bool) {
    let zone = model.times.zone();
    let row = if down { row.clone() } else { above(model).unwrap_or_else(|| row.clone()) };
    let Some(time) = row.position.time else { return to_end_of_window(model, down) };
    let day = zone.day(time);
    let next = day.succ_opt().and_then(|next| zone.start_of_day(next));
    let start = zone.start_of_day(day);
    let newest_first = model.sort.descending;
    let at = match (down, newest_first) {
        (true, true) => start.map(|at| Timestamp(at.0 - 1)),
        (true, false) => next,
        (false, true) => next.map(|at| Timestamp(at.0 - 1)),
        (false, false) => start,
    };
    if let Some(at) = at {
        model.table.jump(Jump::Time(at));
    }
}

fn above(model: &Model) -> Option<Row> {
    model.table.row(model.table.cursor.checked_sub(1)?).cloned()
}

fn to_end_of_window(model: &mut Model, down: bool) {
    let table = &mut model.table;
    let last = table.first + (table.rows.len() as u64).saturating_sub(1);
    table.move_to(if down { last } else { table.first });
}

/// Goes to the next or previous change of a diff; in the blame to the entry that changed the field next or before.
pub(super) fn change(model: &mut Model, forward: bool) {
    let action = if forward { Action::NextChange } else { Action::PreviousChange };
    if model.detail.tab == Tab::Blame && model.detail.beside.is_none() {
        let around = model.detail.line().map(|line| line.around).unwrap_or_default();
        return match if forward { around.1 } else { around.0 } {
            Some(id) => follow_to(model, id),
            None if model.detail.line().is_none_or(|line| line.path.is_none()) => {
                model.refuse(action, "no field under the cursor");
            }
            None => model.refuse(action, "no other entry on that side changed this field"),
        };
    }
    if model.detail.seek(forward, |line| line.first && line.change.is_some()) {
        model.toasts.clear();
    } else {
        model.refuse(action, "no more changes");
    }
}

/// Goes to an entry, and there to the field under the cursor.
pub(super) fn follow_to(model: &mut Model, id: EntryId) {
    model.detail.follow = model.detail.line().and_then(|line| line.path.clone());
    super::go::to_id(model, id.into());
}

/// Folds or unfolds the part under the cursor.
pub(super) fn fold_at_cursor(model: &mut Model) {
    fold(model, None);
}

/// Parts folded by default and by hand are told apart where lines are made: a number in the set is a part
/// that is the other way round.
fn fold(model: &mut Model, wanted: Option<bool>) {
    let Some(part) = model.detail.line().and_then(|line| line.fold) else {
        if wanted.is_none() {
            model.refuse(Action::ToggleFold, "nothing to fold on this line");
        }
        return;
    };
    // The part may shrink to its heading.
    if model.detail.line().is_some_and(|line| !line.first) {
        model.detail.seek(false, |line| line.first && line.fold == Some(part));
    }
    let folded = &mut model.detail.folded;
    let turned = match wanted {
        Some(fold) => fold,
        None => !folded.contains(&part),
    };
    if turned {
        folded.insert(part);
    } else {
        folded.remove(&part);
    }
}

/// Marks the row under the cursor, or takes its mark away, on the line of a set all of its rows; ends a range
/// that is drawn.
pub(super) fn mark(model: &mut Model) {
    if model.table.range_from.is_some() {
        return mark_range(model);
    }
    let ids = model.table.cursor_ids();
    let marks = &mut model.table.marks;
    if !ids.is_empty() && ids.iter().all(|id| marks.contains(id)) {
        marks.retain(|id| !ids.contains(id));
    } else {
        marks.extend(ids);
    }
    model.table.move_by(1);
}

/// Begins a range of marks, or marks what lies within.
pub(super) fn mark_range(model: &mut Model) {
    let Some(range) = model.table.range() else {
        model.table.range_from = model.table.cursor_ranks().first().copied();
        return model.toast(Role::Text, "move to the other end of the range, then v again; Esc leaves it");
    };
    let missing = range.filter(|rank| model.table.row(*rank).is_none()).count();
    let held = model.table.range_ids();
    model.table.marks.extend(held);
    model.table.range_from = None;
    if missing > 0 {
        model.toast(Role::Warning, format!("{missing} rows of the range are too far away to be marked"));
    }
}

/// Puts the cursor of the filters on something.
pub(super) fn to_item(model: &mut Model, item: Item) {
    let filter = model.shown_filter();
    model.sidebar.move_to(&filter, item);
}
