//! Going to entries that are looked for: hits, ids, links, times, the same object; notes and bookmarks.

use std::sync::Arc;

use crate::domain::redact::holds_mask;
use crate::domain::{EntryId, Field, IdPrefix};
use crate::ops::history::pickaxe;
use crate::present::{Role, sanitise};
use crate::query::{Expr, Filter, Row};
use crate::tui::action::Action;
use crate::tui::effects::Effect;
use crate::tui::layout::Pane;
use crate::tui::model::search::Search;
use crate::tui::model::selection::{Log, Selection};
use crate::tui::model::table::Jump;
use crate::tui::model::{Derived, Goal, Model, Quest};
use crate::tui::msg::{Found, Hit, Write};

use super::Effects;

/// What links to an entry begin with.
const LINK: &str = "auditty://";

/// Searches while it is typed: from where the search began.
pub(super) fn search_typed(model: &mut Model, typed: &str) {
    let origin = match &model.search {
        Some(search) if search.origin.is_some() => search.origin.clone(),
        _ => model.table.cursor_row().cloned().map(Box::new),
    };
    let search = Search::new(typed, origin);
    let from = search.origin.clone();
    let needle = search.needle.clone();
    if search.error.is_some() {
        // What was looked for before this was typed, and not found, says nothing of it.
        model.quest.reset();
        model.toasts.clear();
    }
    model.search = (!typed.is_empty()).then_some(search);
    if model.focus == Pane::Detail {
        let _ = hit_in_detail(model, true, true);
    } else if let Some(needle) = needle {
        seek(model, needle, from, true, false);
    }
}

/// Goes to the next or previous hit in the pane with the focus.
pub(super) fn search_on(model: &mut Model, forward: bool) {
    let action = if forward { Action::SearchNext } else { Action::SearchPrevious };
    let Some(needle) = model.search.as_ref().and_then(|search| search.needle.clone()) else {
        return model.refuse(action, "nothing is searched for (/)");
    };
    if model.focus == Pane::Detail {
        if !hit_in_detail(model, forward, false) {
            model.refuse(action, "no more hits in this entry");
        }
        return;
    }
    let from = model.table.cursor_row().cloned().map(Box::new);
    seek(model, needle, from, false, !forward);
}

fn hit_in_detail(model: &mut Model, forward: bool, here: bool) -> bool {
    let Some(search) = model.search.clone() else { return false };
    let hit = |line: &crate::present::PaneLine| search.is_in(&line.line.plain());
    if here && model.detail.line().is_some_and(&hit) {
        return true;
    }
    model.detail.seek(forward, hit)
}

fn seek(model: &mut Model, needle: Expr, from: Option<Box<Row>>, inclusive: bool, backward: bool) {
    let list = model.list.clone();
    start(model, Goal::Search { list, needle, from, inclusive, backward });
}

/// Begins a quest; the question is sent with the next derivation.
fn start(model: &mut Model, goal: Goal) {
    model.quests += 1;
    model.wanted = Some(Quest { number: model.quests, goal });
}

/// Goes to the next entry of the same object, newer or older.
pub(super) fn object(model: &mut Model, newer: bool) {
    let action = if newer { Action::NextOfObject } else { Action::PreviousOfObject };
    let Some(row) = model.table.cursor_row().cloned() else { return };
    let Some((condition, name)) = object_of(&row) else {
        return model.refuse(action, "the entry names no object");
    };
    let filter = model.filter().clone();
    start(model, Goal::Object { filter, object: condition, name, from: Box::new(row), newer });
}

/// The condition that an entry is of the same object: by id, else by name; of the same type.
fn object_of(row: &Row) -> Option<(Filter, String)> {
    // What stands in a secret's place is in no other entry.
    let open = |text: &Option<Arc<str>>| text.clone().filter(|text| !holds_mask(text));
    let which = match (open(&row.target_id), open(&row.target_name)) {
        (Some(id), _) => Expr::value(Field::TargetId, &id),
        (None, Some(name)) => Expr::value(Field::Target, &name),
        (None, None) => return None,
    };
    let mut terms = vec![which];
    if let Some(kind) = open(&row.target_type) {
        terms.push(Expr::value(Field::TargetType, &kind));
    }
    let name = row.target_name.as_ref().or(row.target_id.as_ref()).map(|name| sanitise::plain(name));
    Some((Filter::from_conjuncts(terms), name.unwrap_or_default()))
}

/// Objects whose derived changes are looked through without being asked to.
const AT_FIRST: usize = 200;

/// Looks through derived changes where the filter asks for changes and nobody did yet.
pub(super) fn derived_at_first(model: &mut Model) {
    let filter = model.plain_filter();
    let known = model.derived.as_ref().is_some_and(|derived| derived.of == filter);
    if known || model.wanted.is_some() || model.quest.loading() || !pickaxe::asks(&filter) {
        return;
    }
    // Also where it is given up for something else, it is not begun again by itself.
    model.derived = Some(Arc::new(Derived { of: filter.clone(), ..Derived::default() }));
    start(model, Goal::Derived { filter, most: AT_FIRST });
}

/// Looks through the derived changes of ten times as many objects as before.
pub(super) fn derived_on(model: &mut Model) {
    let filter = model.plain_filter();
    if !pickaxe::asks(&filter) {
        return model.refuse(Action::LookDeeper, "the filter has no changed:, from: or to:");
    }
    let seen = match model.derived_now() {
        Some(derived) if derived.all => {
            return model.refuse(Action::LookDeeper, "all objects were looked at");
        }
        Some(derived) => derived.seen,
        None => 0,
    };
    let most = (seen * 10).max(AT_FIRST);
    start(model, Goal::Derived { filter, most });
    model.toast(Role::Text, format!("looking through the derived changes of up to {most} objects"));
}

/// Goes to the entry whose id begins so.
pub(super) fn to_id(model: &mut Model, prefix: IdPrefix) {
    let filter = model.filter();
    start(model, Goal::Id { prefix, filter });
}

/// Goes where a pasted link or id leads; false where the text is neither.
pub(super) fn pasted(model: &mut Model, text: &str) -> bool {
    let text = text.trim();
    let prefix = text.strip_prefix(LINK).unwrap_or(text).parse::<IdPrefix>();
    let Ok(prefix) = prefix else { return false };
    to_id(model, prefix);
    true
}

/// Takes what a quest found.
pub(super) fn found(model: &mut Model, quest: &Quest, found: Found) {
    match found {
        Found::Row(row, hit) => stand_on(model, &quest.goal, &row, hit),
        Found::Derived(derived) => model.derived = Some(derived),
        Found::Elsewhere(row) => leave_filters(model, &row),
        Found::Several(rows) => {
            let ids: Vec<String> = rows.iter().take(4).map(|row| row.id.to_string()).collect();
            model.toast(Role::Warning, format!("several ids begin so: {}; type more of it", ids.join(", ")));
        }
        Found::Nothing(why) => {
            if let (Goal::Search { .. }, Some(search)) = (&quest.goal, &mut model.search) {
                search.hit = None;
            }
            model.toast(Role::Warning, why);
        }
    }
}

fn stand_on(model: &mut Model, goal: &Goal, row: &Row, hit: Hit) {
    if let (Goal::Search { .. }, Some(search)) = (goal, &mut model.search) {
        search.hit = Some((row.id, hit));
    }
    if hit.wrapped {
        model.toast(Role::Text, "the search went on at the other end");
    }
    to_entry(model, row.id);
}

/// Moves the cursor to an entry of the list; rows that are held need no question.
pub(super) fn to_entry(model: &mut Model, id: EntryId) {
    let table = &mut model.table;
    let current = table.list.as_ref() == Some(&model.list) && !table.provisional;
    match table.rows.iter().position(|row| row.id == id) {
        Some(at) if current => table.stand_on(table.first + at as u64),
        _ => table.jump(Jump::Entry(id)),
    }
}

/// The entry is there but the filter hides it: the filters go, as a step that can be taken back.
fn leave_filters(model: &mut Model, row: &Row) {
    model.selections.change(Selection { log: Log::All, filter: Filter::all(), off: false });
    model.toast(Role::Warning, "the filters hid this entry and were taken away (u to undo)");
    model.table.jump(Jump::Entry(row.id));
}

/// Opens the vendor's page about the entry; over the network only its address is shown and copied.
pub(super) fn vendor_page(model: &mut Model, effects: &mut Effects) {
    let action = Action::OpenVendorPage;
    let Some(link) = vendor_link(model) else {
        return model.refuse(action, "the entry's format names no page of the vendor");
    };
    if model.setup.remote {
        effects.push(Effect::Copy { what: "the vendor's link".to_owned(), text: link.clone() });
        model.toast(Role::Text, sanitise::plain(&link));
    } else {
        effects.push(Effect::Browse(link));
    }
}

/// The address of the vendor's page, if it is one to open: nothing but http and https.
pub(super) fn vendor_link(model: &Model) -> Option<String> {
    let shown = model.detail.slot.current()?;
    let link = shown.detail.as_ref()?.entry.link.as_deref()?;
    let web = link.starts_with("https://") || link.starts_with("http://");
    (web && !link.chars().any(|c| c.is_control() || c.is_whitespace())).then(|| link.to_owned())
}

/// Sets or takes away the bookmark of the marked entries, else of the one under the cursor.
pub(super) fn bookmark(model: &mut Model, effects: &mut Effects) {
    let Some(row) = model.table.cursor_row() else { return };
    if !model.setup.writable {
        return model.refuse(Action::Bookmark, "the store is open to read only");
    }
    let on = !row.marked;
    let ids = match model.table.marks.len() {
        0 => vec![row.id],
        _ => model.table.marks.iter().copied().collect(),
    };
    effects.push(Effect::Write(Write::Mark(ids, on)));
}
