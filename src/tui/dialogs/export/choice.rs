//! What an export is made of.

use super::*;
use crate::query::{Pattern, Term, TimeKey, TimeTerm};

/// What the dialog starts with.
#[derive(Clone, Debug, Default)]
pub struct ExportSetup {
    /// The filter of the screen, without the plan.
    pub filter: Filter,
    /// The entry under the cursor.
    pub entry: Option<EntryId>,
    /// How many are marked.
    pub marked: usize,
    /// Workspaces to choose from.
    pub workspaces: Vec<Arc<str>>,
    /// Columns to choose from, as the table shows them.
    pub columns: Vec<ColumnItem>,
    /// The folder to save in, for a workspace without one of its own.
    pub folder: PathBuf,
    /// Folders of workspaces.
    pub folders: BTreeMap<String, PathBuf>,
    /// The plan.
    pub plan: Plan,
    /// What was chosen the last time.
    pub last: Option<ExportChoice>,
    /// Files are still read: what is exported now is a part.
    pub partial: bool,
}

/// Which rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExportRows {
    /// All that the filters let through.
    #[default]
    Filtered,
    /// The marked ones.
    Marked,
    /// The one under the cursor.
    This,
}

/// A format to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExportOutput {
    /// CSV by RFC 4180.
    #[default]
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// A Markdown table.
    Markdown,
    /// One JSON array.
    Json,
    /// A page with a table.
    Html,
}

/// The date range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ExportRange {
    /// As the screen's filters have it.
    #[default]
    AsShown,
    /// Another one: as typed and as understood.
    Own(String, TimeSpan),
}

/// What to export, complete.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExportChoice {
    /// Which rows.
    pub rows: ExportRows,
    /// The filter to export by, with the range and workspace chosen, without the plan.
    pub filter: Filter,
    /// The date range chosen.
    pub range: ExportRange,
    /// The workspace chosen; `None` leaves it to the screen's filters.
    pub workspace: Option<Arc<str>>,
    /// The columns, by their keys, in order.
    pub columns: Vec<String>,
    /// The format.
    pub output: ExportOutput,
    /// The file.
    pub path: PathBuf,
    /// Whether what the export is made of is written beside it.
    pub manifest: bool,
    /// Whether a file that exists may be replaced: asked for and confirmed.
    pub overwrite: bool,
}

impl ExportOutput {
    /// Every format.
    pub const ALL: &'static [ExportOutput] = &[
        ExportOutput::Csv,
        ExportOutput::Ndjson,
        ExportOutput::Markdown,
        ExportOutput::Json,
        ExportOutput::Html,
    ];

    /// Returns its name, which is also the end of a file's name.
    pub fn as_str(self) -> &'static str {
        match self {
            ExportOutput::Csv => "csv",
            ExportOutput::Ndjson => "ndjson",
            ExportOutput::Markdown => "md",
            ExportOutput::Json => "json",
            ExportOutput::Html => "html",
        }
    }

    /// Returns the format of this name.
    pub fn parse(name: &str) -> Option<ExportOutput> {
        ExportOutput::ALL.iter().copied().find(|output| output.as_str() == name)
    }

    pub(super) fn next(self, by: isize) -> ExportOutput {
        let at = (self as isize + by).rem_euclid(ExportOutput::ALL.len() as isize) as usize;
        ExportOutput::ALL.get(at).copied().unwrap_or_default()
    }
}

/// Returns the screen's filter with another range or workspace in place of its own.
pub(super) fn filter(base: &Filter, range: &ExportRange, workspace: Option<&str>) -> Filter {
    let mut terms = base.conjuncts().to_vec();
    if let ExportRange::Own(typed, span) = range {
        terms.retain(|term| !matches!(term, Expr::Term(Term::Time(_))));
        let own = TimeTerm { key: TimeKey::Time, typed: typed.clone(), span: *span };
        terms.push(Expr::Term(Term::Time(own)));
    }
    if let Some(name) = workspace {
        // The tab of the account's log would leave nothing of a workspace.
        terms.retain(|term| !is_value(term, Field::Workspace) && !is_value(term, Field::Scope));
        let pattern = Pattern::Exact(name.to_owned());
        terms.push(Expr::pattern(Field::Workspace, pattern));
    }
    Filter::from_conjuncts(terms)
}

fn is_value(term: &Expr, field: Field) -> bool {
    matches!(term, Expr::Term(Term::Value(of, _)) if *of == field)
}

/// Returns the one workspace that is exported, if it is one.
pub(super) fn only_workspace(base: &Filter, chosen: Option<&str>) -> Option<String> {
    if let Some(name) = chosen {
        return Some(name.to_owned());
    }
    base.conjuncts().iter().find_map(|term| match term {
        Expr::Term(Term::Value(Field::Workspace, patterns)) => match patterns.as_slice() {
            [Pattern::Exact(name)] => Some(name.clone()),
            _ => None,
        },
        _ => None,
    })
}

/// Returns the columns with those of these keys on, first and in this order; as they are where none is known.
pub(super) fn restored(columns: &[ColumnItem], keys: &[String]) -> Vec<ColumnItem> {
    let known = |key: &String| columns.iter().find(|column| column.key == *key);
    let mut restored: Vec<ColumnItem> =
        keys.iter().filter_map(known).map(|column| ColumnItem { on: true, ..column.clone() }).collect();
    if restored.is_empty() {
        return columns.to_vec();
    }
    let rest = columns.iter().filter(|column| !keys.contains(&column.key));
    restored.extend(rest.map(|column| ColumnItem { on: false, ..column.clone() }));
    restored
}

/// Returns a name of letters, digits and hyphens, which every file system takes.
pub(super) fn file_stem(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).take(60).collect();
    let joined =
        plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-").to_lowercase();
    if joined.is_empty() { "audit-log".to_owned() } else { joined }
}

/// Returns a file's name with the end that belongs to the format, where it had that of another.
pub(super) fn with_extension(name: &str, output: ExportOutput) -> String {
    let other = ExportOutput::ALL.iter().find_map(|other| name.strip_suffix(&format!(".{}", other.as_str())));
    other.map_or_else(|| name.to_owned(), |stem| format!("{stem}.{}", output.as_str()))
}
