//! The connection to write: imports, notes and marks, housekeeping.

use rusqlite::{Connection, TransactionBehavior};

use crate::domain::{EntryId, Timestamp};
use crate::query::{Answer, Watch};
use crate::store::{Batch, Published, Reject, Result, SourceId, SourceInfo, Writer};

use super::Shared;
use super::import::{Import, Source};
use super::lock::WriteLock;
use super::schema::database;
use super::session::Session;
use super::snapshot::state;
use super::tidy;

/// Tables whose rows belong to an import, with the column that numbers them.
const PENDING: [&str; 4] = ["segments", "blocks", "duplicates", "rejects"];

/// Pages of a database that can be rewritten in a moment: 64 MiB.
const SMALL_PAGES: i64 = 1 << 14;

/// The connection to write.
pub(super) struct SqliteWriter {
    session: Session,
    import: Option<Import>,
    /// Held from the first entry written until all is published or thrown away.
    lock: Option<WriteLock>,
}

impl SqliteWriter {
    pub(super) fn new(session: Session) -> SqliteWriter {
        SqliteWriter { session, import: None, lock: None }
    }

    /// Takes the lock and looks at the latest state, leaving out what a dead writer left behind.
    fn lock(&mut self) -> Result<()> {
        if self.lock.is_none() {
            let lock = WriteLock::take(&self.session.shared.path)?;
            self.locked(lock)?;
        }
        self.session.read(|_| Ok(()))
    }

    fn locked(&mut self, lock: WriteLock) -> Result<()> {
        self.lock = Some(lock);
        clean(&self.session.connection)?;
        self.session.forget();
        Ok(())
    }

    fn import(&mut self) -> Result<(&mut Import, &mut Session)> {
        // A stream let go of the lock when it was published, so that others could write.
        if self.lock.is_none()
            && let Some(mut import) = self.import.take()
        {
            self.lock()?;
            import.rejoin(&mut self.session)?;
            self.import = Some(import);
        }
        if self.import.is_none() {
            self.lock()?;
            // What is not kept need not be cleaned up.
            if !self.session.shared.options.scratch {
                self.lock.iter_mut().try_for_each(WriteLock::reserve)?;
            }
            self.import = Some(Import::begin(&mut self.session)?);
        }
        let import = self.import.as_mut().expect("it was begun above");
        Ok((import, &mut self.session))
    }

    /// Runs housekeeping under the lock, between imports. The log is emptied when that was `all` of it: each time
    /// waits for the disk.
    fn keep_house<T>(
        &mut self,
        work: impl FnOnce(&mut Session) -> Result<T>,
        all: impl FnOnce(&T) -> bool,
    ) -> Result<T> {
        let held = self.lock.is_some();
        self.lock()?;
        let result = work(&mut self.session);
        self.session.forget();
        if !held {
            if result.as_ref().map_or(true, all) {
                truncate_log(&self.session.connection);
            }
            self.lock = None;
        }
        result
    }

    fn publish_import(&mut self, import: &mut Import) -> Result<Published> {
        let session = &mut self.session;
        import.finish(session)?;
        let sources: Vec<u32> = import.sources.keys().copied().collect();
        for source in sources {
            import.settle(session, source)?;
        }
        let doing = "publishing the import";
        import.published.replaced = atomically(session, doing, |session| {
            let publish = |connection: &Connection| {
                for source in import.sources.values() {
                    put_source(connection, import.number, source)?;
                }
                connection
                    .execute("UPDATE meta SET published = ?1, generation = generation + 1", [import.number])
            };
            publish(&session.connection).map_err(database(doing))?;
            import.copies.remove(session, &import.segments)
        })?;
        session.forget();
        session.read(|_| Ok(()))?;
        Ok(import.published())
    }
}

/// Runs `work` in one transaction; where it fails, nothing of it stays.
pub(super) fn transaction<T>(
    connection: &Connection,
    doing: &'static str,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T> {
    let run = || {
        let transaction = rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    };
    run().map_err(database(doing))
}

/// Runs `work` on a session in one transaction that a loss of power cannot undo.
pub(super) fn atomically<T>(
    session: &mut Session,
    doing: &'static str,
    work: impl FnOnce(&mut Session) -> Result<T>,
) -> Result<T> {
    let run = |session: &Session, sql: &str| session.connection.execute_batch(sql).map_err(database(doing));
    wait_for_disk(&session.connection, true).map_err(database(doing))?;
    run(session, "BEGIN IMMEDIATE")?;
    let result = work(session).and_then(|value| run(session, "COMMIT").map(|()| value));
    if result.is_err() {
        drop(run(session, "ROLLBACK"));
    }
    wait_for_disk(&session.connection, false).map_err(database(doing))?;
    result
}

/// Makes every commit wait for the disk, or only those that must for the file to stay whole. Of a store that is not
/// kept none does.
fn wait_for_disk(connection: &Connection, every: bool) -> rusqlite::Result<()> {
    const OFF: i64 = 0;
    let now: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    let wanted = if every { "FULL" } else { "NORMAL" };
    if now == OFF { Ok(()) } else { connection.pragma_update(None, "synchronous", wanted) }
}

/// Runs `work` in one transaction that a loss of power cannot undo.
pub(super) fn durable<T>(
    connection: &Connection,
    doing: &'static str,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T> {
    wait_for_disk(connection, true).map_err(database(doing))?;
    let result = transaction(connection, doing, work);
    wait_for_disk(connection, false).map_err(database(doing))?;
    result
}

/// Empties the write-ahead log; where a reader still needs it, a later one will.
pub(super) fn truncate_log(connection: &Connection) {
    drop(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
}

/// Removes what an import left behind that died, unless another writer is at work.
pub(super) fn sweep(shared: &Shared, connection: &Connection) -> Result<()> {
    if !is_dirty(connection)? {
        return Ok(());
    }
    match WriteLock::try_take(&shared.path)? {
        Some(_lock) => clean(connection),
        None => Ok(()),
    }
}

/// Whether there are rows that are not published. They are the last of their tables.
pub(super) fn is_dirty(connection: &Connection) -> Result<bool> {
    let (_, published) = state(connection)?;
    for table in PENDING {
        let sql =
            format!("SELECT coalesce((SELECT import FROM {table} ORDER BY number DESC LIMIT 1), 0) > ?1");
        let dirty = connection
            .prepare_cached(&sql)
            .and_then(|mut query| query.query_row([published], |row| row.get(0)));
        if dirty.map_err(database("looking for a dead import"))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Removes all rows that are not published. Only for who holds the lock.
pub(super) fn clean(connection: &Connection) -> Result<()> {
    if !is_dirty(connection)? {
        return Ok(());
    }
    let (_, published) = state(connection)?;
    transaction(connection, "removing what a dead import left", |connection| {
        let first = |table: &str| {
            let sql = format!(
                "SELECT coalesce((SELECT number FROM {table} WHERE import <= ?1 ORDER BY number DESC LIMIT 1), 0)"
            );
            connection.query_row(&sql, [published], |row| row.get::<_, i64>(0))
        };
        let (segment, block) = (first("segments")?, first("blocks")?);
        connection.execute("DELETE FROM columns WHERE key >= ?1", [(segment + 1) << 8])?;
        connection.execute("DELETE FROM block_data WHERE block > ?1", [block])?;
        for table in PENDING {
            connection.execute(&format!("DELETE FROM {table} WHERE number > ?1"), [first(table)?])?;
        }
        Ok(())
    })?;
    truncate_log(connection);
    give_back(connection, 2);
    Ok(())
}

/// Returns free room to the disk, where it is more than this part of the file and the rest is small enough to be
/// rewritten at once; a large store takes it for its next import.
fn give_back(connection: &Connection, part: i64) {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (Ok(pages), Ok(free)) = (number("page_count"), number("freelist_count")) else { return };
    if free > pages / part && pages - free <= SMALL_PAGES {
        // Another reader may be in the way; nothing is lost but room.
        drop(connection.execute_batch("VACUUM"));
        truncate_log(connection);
    }
}

fn put_source(connection: &Connection, import: i64, source: &Source) -> rusqlite::Result<()> {
    let info = &source.info;
    connection
        .prepare_cached(
            "INSERT INTO sources (number, import, whole, name, sha256, bytes, format, format_version, context,
                 newest_first, imported, entries, duplicates, rejects, timeless, first_time, last_time)
             VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT (number) DO UPDATE SET name = ?3, sha256 = ?4, bytes = ?5, format = ?6,
                 format_version = ?7, context = ?8, newest_first = ?9, imported = ?10, entries = ?11,
                 duplicates = ?12, rejects = ?13, timeless = ?14, first_time = ?15, last_time = ?16",
        )?
        .execute(rusqlite::params![
            info.id,
            import,
            &*info.name,
            &info.sha256,
            info.bytes as i64,
            &*info.format,
            info.format_version,
            &*info.context,
            source.is_newest_first(),
            info.imported.map(|at| at.0),
            info.entries as i64,
            info.duplicates as i64,
            info.rejects as i64,
            info.timeless as i64,
            info.span.map(|(first, _)| first.0),
            info.span.map(|(_, last)| last.0),
        ])?;
    Ok(())
}

impl Writer for SqliteWriter {
    fn known_source(&mut self, sha256: &str) -> Result<Option<SourceInfo>> {
        if sha256.is_empty() {
            return Ok(None);
        }
        self.session.read(|session| {
            let stored =
                session.snapshot.sources.values().filter(|stored| stored.owner.is_none() && stored.whole);
            let found =
                stored.filter(|stored| stored.info.sha256 == sha256).min_by_key(|stored| stored.info.id);
            Ok(found.map(|stored| stored.info.as_ref().clone()))
        })
    }

    fn ready(&mut self) -> Result<bool> {
        if self.lock.is_none() {
            let Some(lock) = WriteLock::try_take(&self.session.shared.path)? else { return Ok(false) };
            self.locked(lock)?;
            if let Some(mut import) = self.import.take() {
                import.rejoin(&mut self.session)?;
                self.import = Some(import);
            }
        }
        self.import().map(|_| true)
    }

    fn holder(&self) -> Option<String> {
        WriteLock::holder(&self.session.shared.path).filter(|_| self.lock.is_none())
    }

    fn begin_source(&mut self, info: &SourceInfo) -> Result<SourceId> {
        let (import, _) = self.import()?;
        Ok(SourceId(import.begin_source(info)))
    }

    fn append(&mut self, source: SourceId, batch: Batch) -> Result<()> {
        let (import, session) = self.import()?;
        import.append(session, source.0, batch)
    }

    fn reject(&mut self, source: SourceId, reject: &Reject) -> Result<()> {
        let (import, session) = self.import()?;
        import.reject(session, source.0, reject)
    }

    fn end_source(&mut self, source: SourceId, info: &SourceInfo) -> Result<()> {
        let (import, session) = self.import()?;
        import.end_source(session, source.0, info)
    }

    fn publish(&mut self) -> Result<Published> {
        let Some(mut import) = self.import.take() else { return Ok(Published::default()) };
        let published = self.publish_import(&mut import)?;
        tidy::merge_small(&mut self.session)?;
        self.session.forget();
        // A stream goes on after it was published; a file has been closed before.
        if import.is_streaming() {
            import.resume();
            self.import = Some(import);
        } else {
            truncate_log(&self.session.connection);
        }
        self.lock = None;
        Ok(published)
    }

    fn abandon(&mut self) -> Result<()> {
        // Without the lock all was published, and what is pending is another's.
        if self.import.take().is_some() && self.lock.is_some() {
            self.lock.iter().for_each(WriteLock::release_reserve);
            clean(&self.session.connection)?;
            self.session.forget();
            self.lock = None;
        }
        Ok(())
    }

    fn maintain(&mut self, watch: &mut dyn Watch) -> Result<bool> {
        if self.import.is_some() {
            return Ok(false);
        }
        let work = |session: &mut Session| {
            let more = tidy::maintain(session, watch)?;
            if !more && !watch.cancelled() {
                // What trickled in was written several times over on its way into large segments.
                give_back(&session.connection, 16);
            }
            Ok(more)
        };
        self.keep_house(work, |more| !more)
    }

    fn reindex(&mut self, watch: &mut dyn Watch) -> Result<Answer<u64>> {
        self.abandon()?;
        self.keep_house(|session| super::rebuild::reindex(session, watch), |_| true)
    }

    fn remove_source(&mut self, source: SourceId) -> Result<u64> {
        self.abandon()?;
        self.keep_house(|session| super::remove::remove_source(session, source.0), |_| true)
    }

    fn prune(&mut self, before: Timestamp, watch: &mut dyn Watch) -> Result<Answer<u64>> {
        self.abandon()?;
        self.keep_house(|session| super::remove::prune(session, before, watch), |_| true)
    }

    fn set_note(&mut self, id: EntryId, note: Option<&str>) -> Result<()> {
        annotate(&self.session.connection, "writing a note", |connection| match note {
            Some(text) => connection.execute(
                "INSERT INTO notes (id, text) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET text = ?2",
                (id.0, text),
            ),
            None => connection.execute("DELETE FROM notes WHERE id = ?1", [id.0]),
        })
    }

    fn set_mark(&mut self, id: EntryId, marked: bool) -> Result<()> {
        annotate(&self.session.connection, "writing a mark", |connection| match marked {
            true => connection.execute("INSERT OR IGNORE INTO marks (id) VALUES (?1)", [id.0]),
            false => connection.execute("DELETE FROM marks WHERE id = ?1", [id.0]),
        })
    }

    fn set_view(&mut self, name: &str, body: Option<&str>) -> Result<()> {
        annotate(&self.session.connection, "writing a view", |connection| match body {
            Some(body) => connection.execute(
                "INSERT INTO views (name, body) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET body = ?2",
                (name, body),
            ),
            None => connection.execute("DELETE FROM views WHERE name = ?1", [name]),
        })
    }
}

/// Changes a note or mark, and the state that readers poll.
fn annotate(
    connection: &Connection,
    doing: &'static str,
    change: impl FnOnce(&Connection) -> rusqlite::Result<usize>,
) -> Result<()> {
    durable(connection, doing, |connection| {
        change(connection)?;
        connection.execute("UPDATE meta SET generation = generation + 1", [])?;
        Ok(())
    })
}

impl Drop for SqliteWriter {
    fn drop(&mut self) {
        if self.import.is_some() {
            // The next to open the store does it where this fails.
            drop(self.abandon());
        }
    }
}
