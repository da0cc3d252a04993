//! Opening the file: is it a store, of which version, who may read it; and its migrations.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::store::{Result, StoreError};

/// `audt`: says that a file is a store.
const APPLICATION_ID: i64 = 0x6175_6474;

/// The migrations in order, append-only; the version of a store is how many it has been through.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../assets/sql/sqlite/0001_store.sql"),
    include_str!("../../../assets/sql/sqlite/0002_filters.sql"),
    include_str!("../../../assets/sql/sqlite/0003_mapped_filters.sql"),
    include_str!("../../../assets/sql/sqlite/0004_runs.sql"),
    include_str!("../../../assets/sql/sqlite/0005_addresses.sql"),
];

/// Stores of this version and later are read as they are: what came later is read beside what was before.
const READABLE: i64 = 3;

/// How long a statement waits for another connection to finish its short transaction.
const BUSY_WAIT: Duration = Duration::from_secs(10);

/// How to open a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Only to read.
    Read,
    /// To read and write a store that is there.
    Write,
    /// To read and write, making the store where there is none.
    Create,
    /// The same for a store that is not kept: nothing waits for the disk.
    Scratch,
}

impl Mode {
    fn makes(self) -> bool {
        matches!(self, Mode::Create | Mode::Scratch)
    }
}

/// Returns the error of a failed statement.
pub(super) fn database(doing: &'static str) -> impl FnOnce(rusqlite::Error) -> StoreError {
    move |source| match source.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full { doing },
        _ => StoreError::Database { doing, source },
    }
}

fn unusable(path: &Path, reason: impl Into<String>) -> StoreError {
    StoreError::Unusable { path: path.display().to_string(), reason: reason.into() }
}

/// Opens a connection to a store, checked and migrated.
pub(super) fn connect(path: &Path, mode: Mode) -> Result<Connection> {
    if mode.makes() {
        make_file(path)?;
    } else if !path.exists() {
        return Err(unusable(path, "there is no store here; `auditty import FILE` makes one"));
    }
    let attempt = |uri: Option<String>| {
        let flags = match mode {
            Mode::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
            Mode::Write | Mode::Create | Mode::Scratch => OpenFlags::SQLITE_OPEN_READ_WRITE,
        } | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = match uri {
            Some(uri) => Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI),
            None => Connection::open_with_flags(path, flags),
        };
        let connection = opened.map_err(database("opening the store"))?;
        connection.busy_timeout(BUSY_WAIT).map_err(database("opening the store"))?;
        prepare(&connection, path, mode)?;
        Ok(connection)
    };
    let connection = match attempt(None) {
        // A log needs files beside the store; where none can be made there is nobody who could write either.
        Err(error) if mode == Mode::Read && is_refused(&error) => attempt(Some(immutable(path)?)),
        other => other,
    };
    connection.map_err(|error| explain(path, error))
}

/// Whether a store, or the folder it lies in, cannot be written to.
pub(super) fn is_locked_away(path: &Path) -> bool {
    let refused = |error: &std::io::Error| {
        matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
    };
    std::fs::OpenOptions::new().write(true).open(path).is_err_and(|error| refused(&error))
        || path.exists()
            && matches!(super::lock::WriteLock::try_take(path),
                Err(StoreError::Io { source, .. }) if refused(&source))
}

/// Whether the system did not let SQLite open or make a file.
fn is_refused(error: &StoreError) -> bool {
    let StoreError::Database { source, .. } = error else { return false };
    matches!(source.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// Returns the name of a file that nobody writes to, as SQLite wants to be told.
fn immutable(path: &Path) -> Result<String> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        return Err(unusable(
            path,
            format!(
                "it cannot be written to, and what was written last is still in {}; copy both files to \
                 a folder you can write to",
                log.display()
            ),
        ));
    }
    let absolute = std::path::absolute(path)
        .map_err(|source| StoreError::Io { doing: format!("looking for {}", path.display()), source })?;
    let mut uri = "file:".to_owned();
    for byte in absolute.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                uri.push(char::from(*byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    Ok(uri)
}

/// Makes an empty file that only its owner can read, and the folders above it.
fn make_file(path: &Path) -> Result<()> {
    let io = |doing: String| move |source| StoreError::Io { doing, source };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(io(format!("making the folder {}", folder.display())))?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(io(format!("making the store {}", path.display()))(error))
        }
        _ => Ok(()),
    }
}

/// Says of a file that SQLite refused what the user can do.
fn explain(path: &Path, error: StoreError) -> StoreError {
    let StoreError::Database { doing, source } = error else { return error };
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            unusable(path, "it is no auditty store; choose another file with --store")
        }
        Some(ErrorCode::DatabaseCorrupt) => unusable(
            path,
            "it is damaged (cut short or overwritten); restore it from a copy, or move it away and import again",
        ),
        Some(ErrorCode::CannotOpen) => {
            unusable(path, "it cannot be opened; check who may read it and its folder")
        }
        Some(ErrorCode::ReadOnly) => {
            unusable(path, "it cannot be written to; check who may write to it and its folder")
        }
        _ => StoreError::Database { doing, source },
    }
}

fn prepare(connection: &Connection, path: &Path, mode: Mode) -> Result<()> {
    let doing = || database("reading the store's version");
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let id = number("application_id").map_err(doing())?;
    let version = number("user_version").map_err(doing())?;
    let empty = version == 0 && id == 0 && is_empty(connection).map_err(doing())?;
    if empty && !mode.makes() {
        return Err(unusable(path, "the store is empty; `auditty import FILE` fills it"));
    }
    if id != APPLICATION_ID && !empty {
        return Err(unusable(
            path,
            "it is a database, but no auditty store; choose another file with --store",
        ));
    }
    if version > MIGRATIONS.len() as i64 {
        return Err(unusable(
            path,
            format!(
                "it was written by a newer auditty (store version {version}, this program knows {}); update auditty",
                MIGRATIONS.len()
            ),
        ));
    }
    if mode == Mode::Read {
        return if version >= READABLE {
            set_up(connection, mode).map_err(database("opening the store"))
        } else {
            Err(unusable(
                path,
                "it is of an older version; open it once without --read-only to bring it up to date",
            ))
        };
    }
    set_up(connection, mode).map_err(database("opening the store"))?;
    migrate(connection).map_err(database("bringing the store up to date"))
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
}

fn set_up(connection: &Connection, mode: Mode) -> rusqlite::Result<()> {
    // Without mmap a file cut short under us is an error, not a signal.
    connection
        .execute_batch("PRAGMA mmap_size = 0; PRAGMA cache_size = -2048; PRAGMA foreign_keys = OFF;")?;
    if mode != Mode::Read {
        // An import commits more than the thousand pages at which SQLite would empty the log with every commit; twice as
        // many are as much as the lock file keeps free for cleaning up.
        connection.execute_batch(match mode {
            Mode::Scratch => "PRAGMA synchronous = OFF;",
            _ => "PRAGMA synchronous = NORMAL;",
        })?;
        connection.execute_batch(
            "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;
             PRAGMA wal_autocheckpoint = 2048; PRAGMA journal_size_limit = 8388608;",
        )?;
    }
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn migrate(connection: &Connection) -> rusqlite::Result<()> {
    let current = |connection: &Connection| {
        connection.pragma_query_value(None, "user_version", |row| {
            row.get::<_, i64>(0).map(|version| version as usize)
        })
    };
    if current(connection)? >= MIGRATIONS.len() {
        return Ok(());
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let run = || {
        // Asked again inside: another process may have done it meanwhile.
        for (at, migration) in MIGRATIONS.iter().enumerate().skip(current(connection)?) {
            connection.execute_batch(migration)?;
            connection.pragma_update(None, "user_version", at as i64 + 1)?;
        }
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.execute_batch("COMMIT")
    };
    run().inspect_err(|_| drop(connection.execute_batch("ROLLBACK")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_nobody_can_write_is_read_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("50 % of ö?#.db");
        drop(connect(&path, Mode::Create).unwrap());
        let uri = immutable(&path).unwrap();
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(uri, flags).unwrap();
        prepare(&connection, &path, Mode::Read).unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing was made beside it");
        std::fs::write(dir.path().join("50 % of ö?#.db-wal"), b"x").unwrap();
        let error = immutable(&path).unwrap_err().to_string();
        assert!(error.contains("copy both files"), "{error}");
    }

    #[test]
    fn a_store_of_before_is_read_without_being_changed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.db");
        let connection = connect(&path, Mode::Create).unwrap();
        let version = |version: i64| connection.pragma_update(None, "user_version", version).unwrap();
        version(READABLE);
        prepare(&connection, &path, Mode::Read).unwrap();
        let kept: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(kept, READABLE);
        version(READABLE - 1);
        let error = prepare(&connection, &path, Mode::Read).unwrap_err().to_string();
        assert!(error.contains("older version"), "{error}");
    }

    #[test]
    fn a_store_cut_short_says_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.db");
        drop(connect(&path, Mode::Create).unwrap());
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2 + 100]).unwrap();
        let error = connect(&path, Mode::Write).unwrap_err().to_string();
        assert!(error.starts_with(&path.display().to_string()) && error.contains("import again"), "{error}");
        std::fs::write(&path, b"").unwrap();
        assert!(connect(&path, Mode::Write).unwrap_err().to_string().contains("empty"));
        assert!(connect(&path, Mode::Create).is_ok());
    }
}
