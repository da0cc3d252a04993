//! Writing entries out: exactly the rows and columns of a query, in the order shown.
//!
//! Rows stream from the store to the output, so memory stays flat; they are masked and written down by two
//! threads. A file is written beside its place,
//! synced and moved there, so that what carries its name is whole. The plan's limit holds here too.

pub(super) mod csv;
mod file;
mod json;
mod line;
mod manifest;
mod sheet;
mod strips;
mod table;

use std::io::{self, Write};
use std::path::PathBuf;

use crate::domain::Field;
use crate::domain::zone::Zone;
use crate::query::{Filter, Sort, Watch};
use crate::store::StoreError;

use super::Access;
use super::access::Opens;
use super::column::Column;

pub use file::{is_stream, to_file, unused_name};
pub use manifest::{check_manifest, manifest_path, write_manifest};

/// How an export is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Output {
    /// Comma-separated values by RFC 4180.
    #[default]
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// One JSON array.
    Json,
    /// A table of Markdown.
    Markdown,
    /// A page with a table.
    Html,
}

impl Output {
    /// Every output.
    pub const ALL: &'static [Output] =
        &[Output::Csv, Output::Ndjson, Output::Json, Output::Markdown, Output::Html];

    /// Returns its name, which is also the ending of files.
    pub fn name(self) -> &'static str {
        match self {
            Output::Csv => "csv",
            Output::Ndjson => "ndjson",
            Output::Json => "json",
            Output::Markdown => "md",
            Output::Html => "html",
        }
    }

    /// Returns the output of this name.
    pub fn parse(name: &str) -> Option<Output> {
        Output::ALL.iter().copied().find(|output| output.name().eq_ignore_ascii_case(name))
    }
}

/// What to export and how.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportPlan {
    /// Which entries.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// At most so many.
    pub limit: Option<u64>,
    /// Which columns; none are all of an entry for JSON, else [`super::column::EXPORT`].
    pub columns: Vec<Column>,
    /// How it is written.
    pub output: Output,
    /// Zone of times, but in JSON objects of whole entries, which are in UTC.
    pub zone: Zone,
    /// Guard cells of CSV that a spreadsheet would take for formulas.
    pub guard: bool,
}

impl Default for ExportPlan {
    fn default() -> ExportPlan {
        ExportPlan {
            filter: Filter::all(),
            sort: Sort::default(),
            limit: None,
            columns: Vec::new(),
            output: Output::Csv,
            zone: Zone::Utc,
            guard: true,
        }
    }
}

/// What an export did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Rows written.
    pub rows: u64,
    /// Cells that got a `'` in front, so that no spreadsheet runs them.
    pub guarded: u64,
    /// Rows of which secrets were masked.
    pub masked: u64,
    /// Entries that match and that the plan does not let out, or not even see.
    pub kept_back: u64,
}

/// Why an export did not come about.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is such a file already.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// A manifest was asked for of what is no file.
    #[error("a manifest lies beside a file, and {} is none; name a file", .0.display())]
    NoFile(PathBuf),
    /// The disk, or who reads the output, said no.
    #[error("{doing}: {}", in_words(.source))]
    Io {
        /// What was being done.
        doing: String,
        /// Its words.
        source: io::Error,
    },
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Returns why nothing could be written, with what to do next.
fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such folder; make it first".to_owned(),
        io::ErrorKind::PermissionDenied => "no permission to write there; choose another place".to_owned(),
        io::ErrorKind::StorageFull => {
            "the disk is full; nothing of it was kept, so free some room".to_owned()
        }
        io::ErrorKind::NotADirectory => "what it lies in is no folder".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "nothing can be written to this disk; choose another".to_owned(),
        _ => error.to_string(),
    }
}

impl ExportError {
    fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> ExportError {
        let doing = doing.into();
        move |source| ExportError::Io { doing, source }
    }
}

/// How rows are written.
trait Form: Send {
    /// Writes what stands before the first row.
    fn begin(&self, out: &mut String);
    /// Begins a row.
    fn open(&self, _first: bool, _out: &mut String) {}
    /// Writes the cell of a column, with what stands between it and the one before. Returns whether the text was
    /// changed, so that no spreadsheet runs it.
    fn cell(&self, at: usize, text: &str, out: &mut String) -> bool;
    /// Ends a row.
    fn close(&self, out: &mut String);
    /// Writes what stands behind the last row.
    fn end(&self, _out: &mut String) {}
}

/// Writes the rows of a plan. `None` where the watch stopped it; what was written by then is not whole.
///
/// # Errors
/// The store or the output failed.
pub fn write(
    plan: &ExportPlan,
    access: &mut Access,
    out: &mut dyn Write,
    watch: &mut dyn Watch,
) -> Result<Option<Exported>, ExportError> {
    let filter = access.exportable(&plan.filter);
    let form = form(plan);
    let mut done = Exported::default();
    put(out, |text| form.begin(text))?;
    if plan.limit != Some(0) {
        match line::run(plan, &filter, access, out, watch)? {
            Some(written) => done = written,
            None => return Ok(None),
        }
    }
    put(out, |text| form.end(text))?;
    out.flush().map_err(ExportError::io("writing"))?;
    if filter != plan.filter && plan.limit.is_none() {
        let Some(shown) = access.count(&plan.filter, watch)? else { return Ok(None) };
        let Some(outside) = access.outside(&plan.filter, watch)? else { return Ok(None) };
        done.kept_back = (shown + outside).saturating_sub(done.rows);
    }
    Ok(Some(done))
}

/// Returns how many rows a plan lets out and how many more the query shows. `None` where the watch stopped it.
///
/// # Errors
/// The store failed.
pub fn measure(
    filter: &Filter,
    access: &mut Access,
    watch: &mut dyn Watch,
) -> Result<Option<(u64, u64)>, StoreError> {
    let limited = access.exportable(filter);
    let Some(out) = access.count(&limited, watch)? else { return Ok(None) };
    if limited == *filter {
        return Ok(Some((out, 0)));
    }
    Ok(access.count(filter, watch)?.map(|shown| (out, shown.saturating_sub(out))))
}

/// The columns of a plan; none are whole entries.
fn columns(plan: &ExportPlan) -> &[Column] {
    match plan.columns.as_slice() {
        [] if !matches!(plan.output, Output::Ndjson | Output::Json) => super::column::EXPORT,
        chosen => chosen,
    }
}

fn form(plan: &ExportPlan) -> Box<dyn Form> {
    let columns = columns(plan).to_vec();
    match plan.output {
        Output::Csv => Box::new(csv::Csv::new(columns, plan.guard)),
        Output::Ndjson | Output::Json => Box::new(json::Json::new(columns, plan.output == Output::Json)),
        Output::Markdown => Box::new(table::Markdown::new(columns)),
        Output::Html => Box::new(table::Html::new(columns)),
    }
}

/// Writes what `make` makes.
fn put(out: &mut dyn Write, make: impl FnOnce(&mut String)) -> Result<(), ExportError> {
    let mut text = String::new();
    make(&mut text);
    out.write_all(text.as_bytes()).map_err(ExportError::io("writing"))
}

/// Says which rows' records must be opened for a plan.
fn opens(plan: &ExportPlan) -> Opens {
    match columns(plan) {
        [] => Opens::Always,
        chosen => super::column::opens(chosen),
    }
}

/// Says which fields' values must be read for a plan.
fn fields(plan: &ExportPlan) -> Vec<Field> {
    match columns(plan) {
        [] => Field::ALL.to_vec(),
        chosen => super::column::fields(chosen),
    }
}

#[cfg(test)]
mod tests;
