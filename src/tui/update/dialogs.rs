//! Dialogs: opening them with what they need, passing input on, and doing what they ask for.

use crate::domain::Field;
use crate::ops::views::{Body, View};
use crate::present::{Line, Role};
use crate::query::{Expr, Filter, SortKey, Term, edit};
use crate::tui::action::Action;
use crate::tui::dialogs::{
    ColumnsDialog, CompareDialog, Dialog, ExportChoice, ExportDialog, ExportRows, ExportSetup, GoToDialog,
    Help, ImportDialog, Input, Intent, NoteEditor, Palette, QueryPrompt, RangeDialog, RejectsDialog, Reply,
    SearchPrompt, SortMenu, ValueItem, ValuePicker, ViewsDialog,
};
use crate::tui::effects::{Effect, ExportJob};
use crate::tui::model::detail::{Other, Subject};
use crate::tui::model::selection::Log;
use crate::tui::model::table::Jump;
use crate::tui::model::{Job, Model};
use crate::tui::msg::Write;
use crate::tui::panes::table;

use super::{Effects, act, filters, go, keys};

/// Fields whose values rows can be sorted by.
const SORTS: &[Field] = &[
    Field::Activity,
    Field::Action,
    Field::Actor,
    Field::Ip,
    Field::Target,
    Field::TargetType,
    Field::EventType,
    Field::Workspace,
    Field::Outcome,
    Field::Country,
    Field::Source,
];

/// Opens the dialog that an action names.
pub(super) fn open(model: &mut Model, action: Action) {
    model.errand.reset();
    let dialog = match action {
        Action::Help => Some(Dialog::Help(Help::new(model.context(), about(model)))),
        Action::Palette => Some(Dialog::Palette(Palette::new())),
        Action::Search => Some(search(model)),
        Action::Query => Some(query(model)),
        Action::Range => Some(range(model)),
        Action::Export => Some(Dialog::Export(Box::new(ExportDialog::new(export(model))))),
        Action::Import => import(model),
        Action::Compare => compare(model),
        Action::GoTo => Some(Dialog::GoTo(GoToDialog::new())),
        Action::Sort => Some(sort(model)),
        Action::Columns => Some(Dialog::Columns(ColumnsDialog::new(table::items(model)))),
        Action::Views => Some(Dialog::Views(views(model))),
        Action::Rejects => Some(Dialog::Rejects(RejectsDialog::new())),
        Action::Note => note(model),
        Action::FindValue => {
            values(model);
            None
        }
        _ => None,
    };
    if let Some(dialog) = dialog {
        push(model, dialog);
    }
}

/// Lays a dialog over the panes.
fn push(model: &mut Model, dialog: Dialog) {
    let dialog = dialog.opened(&model.desk());
    model.dialogs.push(dialog);
}

fn compare(model: &mut Model) -> Option<Dialog> {
    let row = model.table.cursor_row();
    match row.filter(|row| row.target_id.is_some() || row.target_name.is_some()) {
        Some(row) => Some(Dialog::Compare(CompareDialog::new(row.id))),
        None => {
            model.refuse(Action::Compare, "the entry names no object");
            None
        }
    }
}

/// Why nothing is imported while something else runs.
const BUSY: &str = "an export or import is running (Ctrl-C stops it)";

/// What is shown alone and kept nowhere takes no more files: they would be gone with it.
fn import(model: &mut Model) -> Option<Dialog> {
    let reason = match (&model.setup, &model.job) {
        (setup, _) if !setup.label.is_empty() => {
            "nothing is kept of what is shown here; auditty without view or demo opens the store"
        }
        (setup, _) if !setup.writable => "the store is open to read only",
        (_, Some(_)) => BUSY,
        _ => return Some(Dialog::Import(ImportDialog::new())),
    };
    model.refuse(Action::Import, reason);
    None
}

fn search(model: &mut Model) -> Dialog {
    // A new search begins where the cursor is.
    let typed = model.search.take().map(|search| search.typed).unwrap_or_default();
    Dialog::Search(SearchPrompt::new(&typed, model.search_history.clone()))
}

fn query(model: &Model) -> Dialog {
    let text = model.shown_filter().to_string();
    let facets = model.sidebar.counts().map(|counts| counts.facets.as_slice()).unwrap_or_default();
    let values = |facet: &crate::query::Facet| {
        (facet.field, facet.values.iter().map(|value| value.value.clone()).collect())
    };
    let prompt = QueryPrompt::new(&text, model.query_history.clone());
    Dialog::Query(prompt.with_values(facets.iter().map(values).collect()))
}

/// The range dialog counts under everything but the range.
fn range(model: &Model) -> Dialog {
    let now = model.selections.now();
    let typed = model.shown_filter().conjuncts().iter().find_map(|term| match term {
        Expr::Term(Term::Time(time)) => Some(time.typed.clone()),
        _ => None,
    });
    let log = Filter { expr: now.log.condition() };
    let base = log.and(&edit::without_time(&model.shown_filter()));
    Dialog::Range(RangeDialog::new(typed.as_deref(), base))
}

fn sort(model: &Model) -> Dialog {
    Dialog::Sort(SortMenu::new(model.sort, sorts().collect()))
}

/// What the table can be sorted by.
pub(super) fn sorts() -> impl Iterator<Item = SortKey> {
    std::iter::once(SortKey::Time).chain(SORTS.iter().map(|&field| SortKey::Field(field)))
}

fn views(model: &Model) -> ViewsDialog {
    let columns = model.columns.clone();
    let now = Body::new(model.shown_filter().to_string(), columns, model.sort);
    ViewsDialog::new(now, model.setup.writable)
}

/// Shows what a view shows, as one step that can be undone.
fn show_view(model: &mut Model, view: &View) {
    match view.body.filter(&model.desk().context()) {
        Ok(filter) => {
            filters::set(model, filter);
            filters::sort(model, view.body.order());
            model.columns.clone_from(&view.body.columns);
            model.toast(Role::Text, format!("view {}", view.name));
        }
        Err(error) => model.refuse(Action::Views, &format!("view {}: {error}", view.name)),
    }
}

fn note(model: &mut Model) -> Option<Dialog> {
    let noted = model.table.cursor_row().is_some_and(|row| row.noted);
    let reason = match (model.setup.writable, model.current(), model.detail.slot.current()) {
        (false, ..) => "the store is open to read only",
        (_, None, _) => "there is no entry",
        (_, _, None) if noted => "the entry is not there yet; press it again",
        // What has no note need not be waited for.
        (true, Some(id), shown) => {
            let detail = shown.and_then(|shown| shown.detail.clone()).filter(|_| noted);
            let text = detail.and_then(|detail| detail.note.clone()).unwrap_or_default();
            return Some(Dialog::Note(NoteEditor::new(id, &text)));
        }
    };
    model.refuse(Action::Note, reason);
    None
}

/// Asks for every value of the group the cursor is in; the picker opens when they are counted.
fn values(model: &mut Model) {
    match model.sidebar.group_at_cursor() {
        Some(field) => model.picking = Some(field),
        None => model.refuse(Action::FindValue, "move to a group of values first"),
    }
}

/// Opens the picker once the values are there.
pub(super) fn pick(model: &mut Model) {
    let Some(field) = model.picking else { return };
    let counted = model.sidebar.slot.key().is_some_and(|key| key.top >= super::derive::PICKER);
    let open = matches!(model.dialogs.last(), Some(Dialog::Values(_)));
    if counted && !open {
        let items = value_items(model, field);
        push(model, Dialog::Values(ValuePicker::new(field, items)));
    }
}

/// The values that the picker offers.
fn value_items(model: &Model, field: Field) -> Vec<ValueItem> {
    let filter = model.shown_filter();
    let facets = model.sidebar.counts().map(|counts| counts.facets.as_slice()).unwrap_or_default();
    let values = facets.iter().find(|facet| facet.field == field).map(|facet| facet.values.as_slice());
    let item = |value: &crate::query::FacetValue| ValueItem {
        value: value.value.clone(),
        count: value.count,
        on: edit::state(&filter, field, Some(&value.value)) == Some(false),
    };
    values.unwrap_or_default().iter().map(item).collect()
}

fn export(model: &Model) -> ExportSetup {
    let logs = filters::logs(model);
    let workspaces = logs.iter().filter_map(|log| match log {
        Log::Workspace(name) => Some(name.clone()),
        _ => None,
    });
    ExportSetup {
        filter: model.filter(),
        entry: model.current(),
        marked: model.table.marks.len(),
        workspaces: workspaces.collect(),
        columns: table::export_items(model),
        folder: model.setup.export_folder.clone(),
        folders: model.setup.export_folders.clone(),
        plan: model.setup.plan,
        last: model.last_export.clone(),
        partial: model.loading.is_some(),
    }
}

/// What the help says besides the keys: the entry's activity, and what its vendor does not record.
fn about(model: &Model) -> Vec<Line> {
    model.detail.slot.current().map(|shown| shown.about.clone()).unwrap_or_default()
}

/// Passes input to the topmost dialog.
pub(super) fn input(model: &mut Model, input: Input, effects: &mut Effects) {
    let Some(mut dialog) = model.dialogs.pop() else { return };
    match dialog.update(input, &model.desk()) {
        Reply::Stay => model.dialogs.push(dialog),
        Reply::Do(intent) => {
            model.dialogs.push(dialog);
            perform(model, *intent, effects);
        }
        Reply::Close => {
            closed(model);
            left(model, &dialog);
        }
        Reply::Finish(intent) => {
            closed(model);
            perform(model, *intent, effects);
        }
    }
}

fn closed(model: &mut Model) {
    model.closed_at = Some(model.now.running);
    model.picking = None;
}

/// A search that is given up goes back to where it began.
fn left(model: &mut Model, dialog: &Dialog) {
    if !matches!(dialog, Dialog::Search(_)) {
        return;
    }
    if let Some(origin) = model.search.take().and_then(|search| search.origin) {
        go::to_entry(model, origin.id);
    }
}

/// Does what a dialog asks for.
fn perform(model: &mut Model, intent: Intent, effects: &mut Effects) {
    match intent {
        Intent::Run(action) => {
            act::run(model, action, effects);
            let named = model.skin.keymap.named(action);
            if model.toasts.is_empty() {
                model.toast(Role::Dim, named);
            }
        }
        Intent::Query { text, filter } => {
            remember(&mut model.query_history, text);
            filters::set(model, filter);
        }
        Intent::Search(text) => {
            if model.dialogs.is_empty() {
                remember(&mut model.search_history, text.clone());
            }
            go::search_typed(model, &text);
        }
        Intent::Range(range) => filters::set_range(model, range),
        Intent::GoToId(prefix) => go::to_id(model, prefix),
        Intent::GoToTime(at) => model.table.jump(Jump::Time(at)),
        Intent::Compare { entry, object, at } => {
            act::beside(model, Subject::Against(entry, Box::new(Other { object, at })));
        }
        Intent::Export(choice) => start_export(model, *choice, effects),
        Intent::Import(name) => start_import(model, name, effects),
        Intent::Columns(columns) => model.columns = columns,
        Intent::Sort(sort) => filters::sort(model, sort),
        Intent::ToggleValue(field, value) => filters::toggle_value(model, field, &value),
        Intent::View(view) => show_view(model, &view),
        Intent::KeepView(name, body) => effects.push(Effect::Write(Write::View(name, body))),
        Intent::Note(id, note) => effects.push(Effect::Write(Write::Note(id, note))),
        Intent::Copy { what, text } => effects.push(Effect::Copy { what, text }),
        Intent::Quit => {
            effects.push(Effect::CancelJob);
            keys::end(model, false);
        }
    }
}

/// Keeps what was typed, the latest last and once.
fn remember(history: &mut Vec<String>, text: String) {
    if text.is_empty() {
        return;
    }
    history.retain(|earlier| *earlier != text);
    history.push(text);
    let surplus = history.len().saturating_sub(100);
    history.drain(..surplus);
}

fn start_export(model: &mut Model, choice: ExportChoice, effects: &mut Effects) {
    if model.job.is_some() {
        return model.refuse(Action::Export, "another export or an import is running (Ctrl-C stops it)");
    }
    let ids = match choice.rows {
        ExportRows::Filtered => Vec::new(),
        ExportRows::Marked => model.table.marks.iter().copied().collect(),
        ExportRows::This => model.current().into_iter().collect(),
    };
    let what = format!("export to {}", choice.path.display());
    model.job = Some(Job { what, done: 0, total: 0, partial: model.loading.is_some() });
    model.last_export = Some(choice.clone());
    let job = ExportJob { choice, ids, sort: model.sort, zone: model.times.zone() };
    effects.push(Effect::Export(Box::new(job)));
}

fn start_import(model: &mut Model, name: String, effects: &mut Effects) {
    if model.job.is_some() {
        return model.refuse(Action::Import, BUSY);
    }
    model.job = Some(Job { what: format!("import of {name}"), done: 0, total: 0, partial: false });
    effects.push(Effect::Import(name));
}
