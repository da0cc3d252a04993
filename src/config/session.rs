//! The last session: what the screen looked like, to open it again so.
//!
//! It is a convenience: what cannot be read or written is as if there were none.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What is remembered from one session to the next. Keys that a newer program wrote are passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Session {
    /// The store it was about; another store starts afresh.
    pub store: Option<PathBuf>,
    /// The query.
    pub query: String,
    /// The key of the sort: `time` or a field.
    pub sort: String,
    /// The smallest first.
    pub ascending: bool,
    /// Columns; none fills the width.
    pub columns: Vec<String>,
    /// The entry under the cursor.
    pub entry: String,
    /// What the detail showed.
    pub detail: String,
    /// The detail was open; `None` leaves it to the width.
    pub detail_open: Option<bool>,
    /// The sidebar was open; `None` leaves it to the width.
    pub sidebar_open: Option<bool>,
    /// Layout of the diff.
    pub layout: String,
    /// The theme tried last.
    pub theme: String,
    /// How much the hint bar said.
    pub hints: String,
    /// Queries typed, the latest last.
    pub queries: Vec<String>,
    /// Searches typed, the latest last.
    pub searches: Vec<String>,
    /// What was exported last.
    pub export: Option<LastExport>,
}

/// The choices of the last export.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct LastExport {
    /// Which rows: `filtered`, `marked` or `this`.
    pub rows: String,
    /// The date range as typed; empty as shown.
    pub range: String,
    /// The workspace; empty as shown.
    pub workspace: String,
    /// Columns.
    pub columns: Vec<String>,
    /// Format: `csv`, `ndjson` or `md`.
    pub output: String,
    /// Folder.
    pub folder: PathBuf,
    /// Writes a manifest beside it.
    pub manifest: bool,
}

/// Lines kept of a history.
const HISTORY: usize = 100;

impl Session {
    /// Reads the last session; an empty one where there is none, or none that can be read.
    pub fn load(path: &Path) -> Session {
        fs::read_to_string(path).ok().and_then(|text| toml::from_str(&text).ok()).unwrap_or_default()
    }

    /// Writes it in place of the last one, whole or not at all, readable by its owner alone: queries name people.
    ///
    /// # Errors
    /// It could not be written; the program goes on.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let text = toml::to_string(self).map_err(io::Error::other)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let fresh = path.with_extension(format!("{}.tmp", std::process::id()));
        let written = write_private(&fresh, &text).and_then(|()| fs::rename(&fresh, path));
        if written.is_err() {
            let _ = fs::remove_file(&fresh);
        }
        written
    }
}

/// Adds a line to a history: the latest stands last and once, and old ones fall off.
pub fn remember(history: &mut Vec<String>, line: &str) {
    if line.trim().is_empty() {
        return;
    }
    history.retain(|earlier| earlier != line);
    history.push(line.to_owned());
    let surplus = history.len().saturating_sub(HISTORY);
    history.drain(..surplus);
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
