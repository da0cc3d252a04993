//! Actions: what each one does, one line each.

use std::sync::Arc;

use crate::config::{DiffLayout, HintStyle};
use crate::diff::json::ArrayMatch;
use crate::present::Role;
use crate::tui::action::Action;
use crate::tui::effects::Effect;
use crate::tui::layout::{Mode, Pane};
use crate::tui::model::Model;
use crate::tui::model::detail::{SIDE_BY_SIDE, Subject, Tab};
use crate::tui::theme::Theme;

use super::{Effects, copy, dialogs, filters, go, keys, moves};

/// Does what an action says.
pub(super) fn run(model: &mut Model, action: Action, effects: &mut Effects) {
    match action {
        Action::Help
        | Action::Palette
        | Action::Search
        | Action::Query
        | Action::Range
        | Action::Export
        | Action::Import
        | Action::GoTo
        | Action::Sort
        | Action::Columns
        | Action::Views
        | Action::Note
        | Action::Rejects
        | Action::Compare
        | Action::FindValue => dialogs::open(model, action),

        Action::SearchNext => go::search_on(model, true),
        Action::SearchPrevious => go::search_on(model, false),
        Action::NextOfObject => go::object(model, true),
        Action::PreviousOfObject => go::object(model, false),
        Action::OpenVendorPage => go::vendor_page(model, effects),

        Action::KeepValue | Action::DropValue | Action::Pivot => filters::value_under_cursor(model, action),
        Action::ToggleFilters => filters::toggle_all(model),
        Action::Undo => filters::undo(model),
        Action::Redo => filters::redo(model),
        Action::NextLog => filters::cycle_log(model, true),
        Action::PreviousLog => filters::cycle_log(model, false),
        Action::ToggleValue | Action::OnlyValue | Action::ExcludeValue => filters::at_item(model, action),
        Action::ClearGroup => filters::clear_group(model),
        Action::ClearAll => filters::clear_all(model),
        Action::ReverseSort => filters::reverse_sort(model),

        Action::MoveDown => moves::by_lines(model, 1),
        Action::MoveUp => moves::by_lines(model, -1),
        Action::HalfPageDown => moves::by_pages(model, 1, 2),
        Action::HalfPageUp => moves::by_pages(model, -1, 2),
        Action::PageDown => moves::by_pages(model, 1, 1),
        Action::PageUp => moves::by_pages(model, -1, 1),
        Action::First => moves::to_end(model, false),
        Action::Last => moves::to_end(model, true),
        Action::MoveLeft => moves::sideways(model, false),
        Action::MoveRight => moves::sideways(model, true),
        Action::NextDay => moves::day(model, true),
        Action::PreviousDay => moves::day(model, false),
        Action::NextChange => moves::change(model, true),
        Action::PreviousChange => moves::change(model, false),
        Action::NextPane => moves::pane(model, true),
        Action::PreviousPane => moves::pane(model, false),
        Action::FocusFilters => model.focus(Pane::Sidebar),
        Action::FocusEntries => model.focus(Pane::Table),
        Action::FocusDetail => model.focus(Pane::Detail),
        Action::Open => open(model),
        Action::ToggleSets => toggle_sets(model),
        Action::Zoom => model.zoom = !model.zoom,
        Action::ToggleDetail => toggle_detail(model),
        Action::ToggleSidebar => toggle_sidebar(model),
        Action::Back => keys::back(model),
        Action::Close => keys::close(model),

        Action::ShowDiff => show_diff(model),
        Action::ShowRaw => show(model, Tab::Raw),
        Action::ShowMetadata => show(model, Tab::Metadata),
        Action::ShowHistory => show(model, Tab::History),
        Action::ShowBlame => show(model, Tab::Blame),
        Action::ToggleFold => fold_or_go(model),
        Action::ToggleUnchanged => model.detail.unchanged = !model.detail.unchanged,
        Action::ToggleNoise => model.detail.noise = !model.detail.noise,
        Action::CycleLayout => cycle_layout(model),
        Action::ToggleArrays => toggle_arrays(model),
        Action::ToggleWrap => toggle_wrap(model),
        Action::MarkMoment => mark_moment(model),
        Action::LookDeeper => go::derived_on(model),
        Action::NetChange => net_change(model),

        Action::CopyEntry
        | Action::CopyRaw
        | Action::CopyMetadata
        | Action::CopyDiff
        | Action::CopyPatch
        | Action::CopyDiffMarkdown
        | Action::CopyValue
        | Action::CopyPath
        | Action::CopyLink
        | Action::CopyVendorLink
        | Action::CopyId
        | Action::CopyCsv
        | Action::CopyMarkdown
        | Action::CopyUndo
        | Action::CopyCommand => copy::run(model, action, effects),

        Action::Mark => moves::mark(model),
        Action::MarkRange => moves::mark_range(model),
        Action::ClearMarks => model.table.marks.clear(),
        Action::Bookmark => go::bookmark(model, effects),

        Action::CycleZone => model.times.cycle(),
        Action::Reload => reload(model),
        Action::CycleTheme => cycle_theme(model),
        Action::CycleHints => cycle_hints(model),
        Action::ToggleMouse => toggle_mouse(model, effects),
        Action::Redraw => effects.push(Effect::Repaint),
        Action::Suspend => effects.push(Effect::Suspend),
        Action::Interrupt => keys::end(model, true),

        Action::Accept
        | Action::Cancel
        | Action::Complete
        | Action::PreviousField
        | Action::NextItem
        | Action::PreviousItem
        | Action::NextPage
        | Action::PreviousPage => {}
    }
}

/// Folds or unfolds a change set; opens an entry.
fn open(model: &mut Model) {
    if !model.table.toggle_set() {
        model.focus(Pane::Detail);
    }
}

fn toggle_sets(model: &mut Model) {
    let folding = !model.table.folding;
    model.table.fold(folding);
    let text = if folding { "entries of one act are folded into a line" } else { "every entry has its line" };
    model.toast(Role::Text, text);
}

fn toggle_detail(model: &mut Model) {
    if model.focus == Pane::Detail {
        model.focus(Pane::Table);
    }
    model.detail_on = !model.detail_on;
}

/// On a wide screen the filters come and go beside the rest; elsewhere they lie over it and take the focus.
fn toggle_sidebar(model: &mut Model) {
    if model.layout.shows(Pane::Sidebar) {
        model.sidebar_on = false;
        if model.focus == Pane::Sidebar {
            model.focus(Pane::Table);
        }
    } else {
        model.sidebar_on = true;
        if model.layout.mode != Mode::Wide {
            model.focus(Pane::Sidebar);
        }
    }
}

/// Folds the part under the cursor; on a field of the blame goes to the entry that set it.
fn fold_or_go(model: &mut Model) {
    let entry = model.detail.line().and_then(|line| line.entry);
    let leads = model.detail.tab == Tab::Blame && model.detail.beside.is_none();
    match entry.filter(|_| leads) {
        Some(id) => moves::follow_to(model, id),
        None => moves::fold_at_cursor(model),
    }
}

fn show(model: &mut Model, tab: Tab) {
    model.detail.beside = None;
    model.detail.show(tab);
    reveal(model);
}

/// Makes the detail seen; where only one pane fits, it takes the focus.
fn reveal(model: &mut Model) {
    model.detail_on = true;
    model.place();
    if !model.layout.shows(Pane::Detail) {
        model.focus(Pane::Detail);
    }
}

/// With two marked entries, compares their records, then the states they left of their objects; in a history
/// the states at once. Otherwise, and at last, shows what changed.
fn show_diff(model: &mut Model) {
    let marks: Vec<_> = model.table.marks.iter().copied().collect();
    let &[a, b] = marks.as_slice() else { return show(model, Tab::Diff) };
    let of_object = matches!(model.detail.tab, Tab::History | Tab::Blame);
    let next = match &model.detail.beside {
        Some(Subject::States(..)) => None,
        Some(Subject::Pair(..)) => Some(Subject::States(a, b)),
        _ if of_object => Some(Subject::States(a, b)),
        _ => Some(Subject::Pair(a, b)),
    };
    match next {
        Some(next) => beside(model, next),
        None => show(model, Tab::Diff),
    }
}

/// Shows something in place of the entry under the cursor.
pub(super) fn beside(model: &mut Model, subject: Subject) {
    model.detail.beside = Some(subject);
    model.detail.folded.clear();
    reveal(model);
}

fn net_change(model: &mut Model) {
    if matches!(model.detail.beside, Some(Subject::Net(_))) {
        return show(model, model.detail.tab);
    }
    let key = super::derive::net_key(model);
    beside(model, Subject::Net(Box::new(key)));
    if model.detail.beside.is_some() && model.selections.now().span().is_none() {
        model.toast(Role::Text, "net change of all time; t limits it");
    }
}

/// Marks the entry of the history under the cursor; where there is none, folds.
fn mark_moment(model: &mut Model) {
    let line = model.detail.line().filter(|line| line.first);
    let entry = line.and_then(|line| line.entry).filter(|_| model.detail.tab == Tab::History);
    let Some(id) = entry.filter(|_| model.detail.beside.is_none()) else { return fold_or_go(model) };
    if !model.table.marks.remove(&id) {
        model.table.marks.insert(id);
    }
    match model.table.marks.len() {
        2 => model.toast(Role::Text, "d compares the two states"),
        n if n > 2 => model.toast(Role::Warning, format!("{n} are marked; d compares two")),
        _ => {}
    }
}

fn cycle_layout(model: &mut Model) {
    let detail = &mut model.detail;
    let wide = detail.width >= SIDE_BY_SIDE;
    detail.layout = match detail.layout {
        DiffLayout::Fields => DiffLayout::Unified,
        DiffLayout::Unified if wide => DiffLayout::SideBySide,
        DiffLayout::Unified | DiffLayout::SideBySide => DiffLayout::Fields,
    };
    let text = match detail.layout {
        DiffLayout::Fields => "diff: changed fields",
        DiffLayout::Unified if !wide => {
            let zoom = if model.zoom { "" } else { "; z zooms" };
            let here = model.detail.width;
            return model.toast(
                Role::Text,
                format!(
                    "diff: unified; side by side needs {SIDE_BY_SIDE} columns inside, here are {here}{zoom}"
                ),
            );
        }
        DiffLayout::Unified => "diff: unified",
        DiffLayout::SideBySide => "diff: side by side",
    };
    model.toast(Role::Text, text);
}

fn toggle_arrays(model: &mut Model) {
    model.detail.arrays = model.detail.arrays.next();
    let how = match model.detail.arrays {
        ArrayMatch::Identity => "by key (id, key, name, uuid), else by content",
        ArrayMatch::Content => "by content",
        ArrayMatch::Position => "strictly by position",
    };
    model.toast(Role::Text, format!("elements of arrays are matched {how}"));
}

fn toggle_wrap(model: &mut Model) {
    model.detail.cut = !model.detail.cut;
    let how = if model.detail.cut { "cut at the edge" } else { "broken" };
    model.toast(Role::Text, format!("long lines are {how}"));
}

fn reload(model: &mut Model) {
    model.epoch += 1;
    model.trouble = None;
    model.errand.reset();
    model.toast(Role::Text, "reading the store again");
}

fn cycle_theme(model: &mut Model) {
    model.skin.theme = Arc::new(Theme::after(model.skin.theme.name()));
    let name = model.skin.theme.name().to_owned();
    model.toast(Role::Text, format!("theme {name}"));
}

fn cycle_hints(model: &mut Model) {
    model.skin.hints = match model.skin.hints {
        HintStyle::Full => HintStyle::Short,
        HintStyle::Short => HintStyle::Off,
        HintStyle::Off => HintStyle::Full,
    };
}

fn toggle_mouse(model: &mut Model, effects: &mut Effects) {
    model.mouse = !model.mouse;
    effects.push(Effect::Mouse(model.mouse));
    let text = if model.mouse {
        "mouse on: click and wheel work here; hold Shift to select text with the terminal"
    } else {
        "mouse off: it belongs to the terminal again"
    };
    model.toast(Role::Text, text);
}
