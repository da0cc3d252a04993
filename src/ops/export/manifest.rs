//! What an auditor keeps beside an export: how it was made and of what, and a checksum by which anyone can tell
//! whether it is still what was written.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::domain::{Field, Timestamp};
use crate::ingest::source::hex;
use crate::query::edit::time_terms;
use crate::query::{NoWatch, TimeTerm};
use crate::store::SourceInfo;

use super::super::{Access, column};
use super::file::{Fresh, is_stream};
use super::{ExportError, ExportPlan, Exported, columns};

/// The manifest as it is written; keys are only ever added.
#[derive(Debug, Serialize)]
struct Manifest<'a> {
    file: String,
    bytes: u64,
    sha256: String,
    made: String,
    made_by: &'static str,
    entries: u64,
    query: String,
    ranges: Vec<Range<'a>>,
    order: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    columns: Vec<&'static str>,
    zone: &'static str,
    plan: &'static str,
    entries_with_masked_secrets: u64,
    cells_guarded: u64,
    entries_kept_back_by_plan: u64,
    sources: Vec<Source<'a>>,
    sources_without_rows: usize,
}

/// What a time range came to when the export was made.
#[derive(Debug, Serialize)]
struct Range<'a> {
    typed: &'a str,
    from: Option<String>,
    until: Option<String>,
}

impl<'a> Range<'a> {
    fn of(term: &'a TimeTerm) -> Range<'a> {
        Range { typed: &term.typed, from: term.span.from.map(exact), until: term.span.until.map(exact) }
    }
}

/// A source that entries of the query come from, as the store held it then.
#[derive(Debug, Serialize)]
struct Source<'a> {
    name: &'a str,
    /// Rows of the export; nothing where a limit left some out, since those are not told by their source.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    format: &'a str,
    sha256: &'a str,
    bytes: u64,
    imported: Option<String>,
    entries: u64,
    duplicates: u64,
    rejects: u64,
}

impl<'a> Source<'a> {
    fn of(source: &'a SourceInfo, rows: Option<u64>) -> Source<'a> {
        Source {
            name: &source.name,
            rows,
            format: &source.format,
            sha256: &source.sha256,
            bytes: source.bytes,
            imported: source.imported.map(exact),
            entries: source.entries,
            duplicates: source.duplicates,
            rejects: source.rejects,
        }
    }
}

fn exact(at: Timestamp) -> String {
    at.rfc3339(9)
}

/// Returns where the manifest of an export lies: beside it, `q3.csv.manifest.json`.
pub fn manifest_path(export: &Path) -> PathBuf {
    let mut name = export.file_name().unwrap_or_default().to_owned();
    name.push(".manifest.json");
    export.with_file_name(name)
}

/// Tells before the work what would be in the way of a manifest after it.
///
/// # Errors
/// The export is no file, or there is a manifest already and `overwrite` is not set.
pub fn check_manifest(export: &Path, overwrite: bool) -> Result<(), ExportError> {
    let path = manifest_path(export);
    if is_stream(export) {
        return Err(ExportError::NoFile(export.to_owned()));
    }
    if !overwrite && path.symlink_metadata().is_ok() { Err(ExportError::Exists(path)) } else { Ok(()) }
}

/// Writes the manifest of a finished export beside it and returns the checksum that it states, in hex: SHA-256
/// over the file as it lies on the disk.
///
/// # Errors
/// The export cannot be read, there is a manifest already and `overwrite` is not set, or the store or the disk
/// failed.
pub fn write_manifest(
    plan: &ExportPlan,
    export: &Path,
    overwrite: bool,
    access: &mut Access,
    done: &Exported,
    now: Timestamp,
) -> Result<String, ExportError> {
    let path = manifest_path(export);
    let (bytes, sha256) =
        checksum(export).map_err(ExportError::io(format!("reading {}", export.display())))?;
    let sources = access.sources()?;
    let rows = rows_by_source(plan, access)?;
    let all = rows.values().sum::<u64>() == done.rows;
    let mut used = Vec::new();
    for source in &sources {
        let rows = rows.get(&source.name);
        used.extend(rows.map(|rows| Source::of(source, all.then_some(*rows))));
    }
    let manifest = Manifest {
        file: export.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        bytes,
        sha256: sha256.clone(),
        made: exact(now),
        made_by: concat!("auditty ", env!("CARGO_PKG_VERSION")),
        entries: done.rows,
        query: plan.filter.to_string(),
        ranges: time_terms(&plan.filter).into_iter().map(Range::of).collect(),
        order: column::sort_text(plan.sort),
        limit: plan.limit,
        columns: columns(plan).iter().map(|column| column.name()).collect(),
        zone: plan.zone.name(),
        plan: access.plan().name,
        entries_with_masked_secrets: done.masked,
        cells_guarded: done.guarded,
        entries_kept_back_by_plan: done.kept_back,
        sources_without_rows: sources.len() - used.len(),
        sources: used,
    };
    let mut text = serde_json::to_string_pretty(&manifest).expect("texts and numbers always become JSON");
    text.push('\n');
    let doing = || ExportError::io(format!("writing {}", path.display()));
    let fresh = Fresh::create(&path)?;
    (&fresh.file).write_all(text.as_bytes()).and_then(|()| fresh.file.sync_all()).map_err(doing())?;
    fresh.put(&path, overwrite)?;
    Ok(sha256)
}

/// Returns how many rows come from each source, by its name; sources of one name are told together.
fn rows_by_source(plan: &ExportPlan, access: &mut Access) -> Result<BTreeMap<Arc<str>, u64>, ExportError> {
    let filter = access.exportable(&plan.filter);
    let facets = access.facets(&[(Field::Source, filter)], usize::MAX, &mut NoWatch)?.unwrap_or_default();
    let values = facets.into_iter().flat_map(|facet| facet.values);
    Ok(values.map(|value| (value.value, value.count)).collect())
}

fn checksum(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((bytes, hex(&hash.finalize()))),
            Ok(length) => {
                hash.update(&buffer[..length]);
                bytes += length as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
