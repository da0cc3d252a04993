//! Which entries to write, and where to.

use std::collections::BTreeMap;

use crate::domain::Plan;

use super::*;

/// The export dialog.
#[derive(Clone, Debug)]
pub struct ExportDialog {}

impl ExportDialog {
    /// Returns it, newly opened.
    pub fn new(_setup: ExportSetup) -> ExportDialog {
        ExportDialog {}
    }

    pub(super) fn update(&mut self, _input: Input, _desk: &Desk<'_>) -> Reply {
        Reply::Close
    }

    pub(super) fn view(
        &self,
        _desk: &Desk<'_>,
        _look: Look<'_>,
        _area: Rect,
        _buffer: &mut Buffer,
    ) -> Option<Position> {
        None
    }

    pub(super) fn wants(&self) -> Vec<Want> {
        Vec::new()
    }

    pub(super) fn supply(&mut self, _supply: Supply) {}
}

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
    /// Whether a file that exists may be replaced: asked for and confirmed.
    pub overwrite: bool,
}
