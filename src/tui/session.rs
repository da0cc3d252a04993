//! What is remembered from one session to the next, to and from the model. Pure.

use crate::config::{DiffLayout, HintStyle, LastExport, Session};
use crate::domain::{Field, IdPrefix};
use crate::query::{Filter, ParseContext, Sort, SortKey, parse};

use super::dialogs::{ExportChoice, ExportOutput, ExportRange, ExportRows};
use super::model::Model;
use super::model::detail::Tab;
use super::theme::Theme;

/// Makes the model look as it did at the end of a session. What is looked at is restored only where `whole`
/// is set, as a step that can be taken back, and said.
pub fn restore(model: &mut Model, session: &Session, whole: bool) {
    model.query_history.clone_from(&session.queries);
    model.search_history.clone_from(&session.searches);
    model.last_export = session.export.as_ref().map(choice_of);
    model.detail_on = session.detail_open.unwrap_or(model.detail_on);
    model.sidebar_on = session.sidebar_open.unwrap_or(model.sidebar_on);
    model.detail.tab = tab_of(&session.detail).unwrap_or(model.detail.tab);
    if let Ok(layout) = DiffLayout::parse(&session.layout) {
        model.detail.layout = layout;
    }
    if let Ok(hints) = HintStyle::parse(&session.hints) {
        model.skin.hints = hints;
    }
    if !session.columns.is_empty() {
        model.columns.clone_from(&session.columns);
    }
    if let Some(theme) = Theme::built_in(&session.theme).filter(|_| model.skin.theme.name() != "mono") {
        model.skin.theme = std::sync::Arc::new(theme);
    }
    if whole {
        restore_selection(model, session);
    }
}

fn restore_selection(model: &mut Model, session: &Session) {
    let key = match session.sort.as_str() {
        "" | "time" => Some(SortKey::Time),
        name => Field::parse(name).map(SortKey::Field),
    };
    if let Some(key) = key {
        model.sort = Sort { key, descending: !session.ascending };
    }
    let context = ParseContext { now: model.wall(), zone: model.times.zone() };
    if let Ok(filter) = parse(&session.query, &context)
        && filter != Filter::all()
        && model.selections.filter(filter)
    {
        model.restored = true;
    }
    if let Ok(prefix) = session.entry.parse::<IdPrefix>() {
        let (low, high) = prefix.range();
        if low == high {
            model.table.jump(super::model::table::Jump::Entry(low));
        }
    }
}

/// Returns what is to be remembered.
pub fn save(model: &Model) -> Session {
    Session {
        store: None,
        query: model.selections.now().effective().to_string(),
        sort: match model.sort.key {
            SortKey::Time => "time".to_owned(),
            SortKey::Field(field) => field.key().to_owned(),
        },
        ascending: !model.sort.descending,
        columns: model.columns.clone(),
        entry: model.table.current.map(|id| id.to_string()).unwrap_or_default(),
        detail: tab_name(model.detail.tab).to_owned(),
        detail_open: Some(model.detail_on),
        sidebar_open: Some(model.sidebar_on),
        layout: model.detail.layout.as_str().to_owned(),
        theme: model.skin.theme.name().to_owned(),
        hints: model.skin.hints.as_str().to_owned(),
        queries: model.query_history.clone(),
        searches: model.search_history.clone(),
        export: model.last_export.as_ref().map(last_of),
    }
}

/// What the settings and flags of this session say.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The theme.
    pub theme: String,
    /// How much the hint bar says.
    pub hints: HintStyle,
    /// The columns.
    pub columns: Vec<String>,
    /// How a diff is laid out.
    pub layout: DiffLayout,
}

/// Leaves what the settings said, and the user did not change, as it was remembered before: a flag of this
/// session is none of the next.
pub fn keep(session: &mut Session, before: Session, given: &Given) {
    if session.theme == given.theme {
        session.theme = before.theme;
    }
    if session.hints == given.hints.as_str() {
        session.hints = before.hints;
    }
    if session.columns == given.columns {
        session.columns = before.columns;
    }
    if session.layout == given.layout.as_str() {
        session.layout = before.layout;
    }
}

fn tab_name(tab: Tab) -> &'static str {
    match tab {
        Tab::Diff => "diff",
        Tab::Raw => "raw",
        Tab::Metadata => "metadata",
        Tab::History => "history",
        Tab::Blame => "blame",
    }
}

fn tab_of(name: &str) -> Option<Tab> {
    [Tab::Diff, Tab::Raw, Tab::Metadata, Tab::History, Tab::Blame]
        .into_iter()
        .find(|tab| tab_name(*tab) == name)
}

const ROWS: [(ExportRows, &str); 3] =
    [(ExportRows::Filtered, "filtered"), (ExportRows::Marked, "marked"), (ExportRows::This, "this")];

fn name_of<T: PartialEq>(names: &[(T, &'static str)], value: &T) -> String {
    names.iter().find(|(other, _)| other == value).map(|(_, name)| (*name).to_owned()).unwrap_or_default()
}

fn value_of<T: Copy + Default>(names: &[(T, &'static str)], name: &str) -> T {
    names.iter().find(|(_, other)| *other == name).map(|(value, _)| *value).unwrap_or_default()
}

fn choice_of(last: &LastExport) -> ExportChoice {
    ExportChoice {
        rows: value_of(&ROWS, &last.rows),
        range: match last.range.as_str() {
            "" => ExportRange::AsShown,
            typed => ExportRange::Own(typed.to_owned(), crate::domain::TimeSpan::default()),
        },
        workspace: (!last.workspace.is_empty()).then(|| last.workspace.as_str().into()),
        columns: last.columns.clone(),
        output: ExportOutput::parse(&last.output).unwrap_or_default(),
        path: last.folder.join("entries"),
        manifest: last.manifest,
        ..ExportChoice::default()
    }
}

fn last_of(choice: &ExportChoice) -> LastExport {
    LastExport {
        rows: name_of(&ROWS, &choice.rows),
        range: match &choice.range {
            ExportRange::AsShown => String::new(),
            ExportRange::Own(typed, _) => typed.clone(),
        },
        workspace: choice.workspace.as_deref().unwrap_or_default().to_owned(),
        columns: choice.columns.clone(),
        output: choice.output.as_str().to_owned(),
        folder: choice.path.parent().unwrap_or(&choice.path).to_owned(),
        manifest: choice.manifest,
    }
}
