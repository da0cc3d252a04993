//! Imports: all or nothing, once, beside readers and notes.

use proptest::strategy::ValueTree as _;

use super::*;
use crate::domain::Field;
use crate::store::{Reject, StoreError};

fn pool(len: usize) -> Vec<Record> {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    (0..len).map(|_| arbitrary::record().new_tree(&mut runner).unwrap().current()).collect()
}

fn whole(len: usize) -> File {
    File {
        name: "a.ndjson",
        records: (0..len).collect(),
        newest_first: false,
        unidentified: false,
        batch: 4,
        publish: true,
    }
}

fn entries(pool: &[Record]) -> u64 {
    pool.iter().map(|record| record.entries.len() as u64).sum()
}

fn count(reader: &mut dyn Reader) -> u64 {
    reader.count(&Filter::all(), &mut NoWatch).unwrap().unwrap()
}

#[test]
fn importing_twice_is_importing_once() {
    let (fixture, pool) = (Fixture::new(7), pool(20));
    let mut writer = fixture.store.writer().unwrap();
    for unidentified in [false, true] {
        let file = File { unidentified, ..whole(20) };
        add(&mut *writer, &pool, &file);
        writer.publish().unwrap();
        let rows = fixture.rows(&Filter::all(), Sort::default());
        let blocks = fixture.reader().stats().unwrap().blocks;
        assert_eq!(writer.known_source(&info(&file).sha256).unwrap().unwrap().name, "a.ndjson".into());
        add(&mut *writer, &pool, &file);
        let published = writer.publish().unwrap();
        assert_eq!((published.added, published.duplicates), (0, entries(&pool)));
        assert_eq!(fixture.rows(&Filter::all(), Sort::default()), rows);
        assert_eq!(fixture.reader().stats().unwrap().blocks, blocks);
    }
    assert_eq!(writer.known_source("other").unwrap(), None);
}

#[test]
fn what_is_not_published_was_never_there() {
    let (fixture, pool) = (Fixture::new(7), pool(30));
    let mut writer = fixture.store.writer().unwrap();
    add(&mut *writer, &pool[..10], &whole(10));
    writer.publish().unwrap();
    let rows = fixture.rows(&Filter::all(), Sort::default());
    let generation = fixture.reader().generation().unwrap();

    add(&mut *writer, &pool, &whole(30));
    assert_eq!(fixture.rows(&Filter::all(), Sort::default()), rows);
    writer.abandon().unwrap();
    add(&mut *writer, &pool, &whole(30));
    drop(writer);
    assert_eq!(fixture.rows(&Filter::all(), Sort::default()), rows);
    assert_eq!(fixture.reader().generation().unwrap(), generation);
    assert!(!super::super::writer::is_dirty(&fixture.store.shared.connect(false).unwrap()).unwrap());

    let mut writer = fixture.store.writer().unwrap();
    add(&mut *writer, &pool, &whole(30));
    assert_eq!(writer.publish().unwrap().added, entries(&pool) - entries(&pool[..10]));
}

/// What is on the disk while an import runs is what a killed one leaves behind.
#[test]
fn a_killed_import_is_swept_away() {
    let (fixture, pool) = (Fixture::new(7), pool(30));
    let mut writer = fixture.store.writer().unwrap();
    add(&mut *writer, &pool[..10], &whole(10));
    writer.publish().unwrap();
    let rows = fixture.rows(&Filter::all(), Sort::default());
    add(&mut *writer, &pool, &whole(30));

    let other = tempfile::tempdir().unwrap();
    for ending in ["", "-wal"] {
        let name = format!("s.db{ending}");
        std::fs::copy(fixture.dir.path().join(&name), other.path().join(&name)).unwrap();
    }
    let path = other.path().join("s.db");
    let before = rusqlite::Connection::open(&path).unwrap();
    assert!(super::super::writer::is_dirty(&before).unwrap());
    drop(before);
    let store = open(&path, 7);
    assert!(!super::super::writer::is_dirty(&store.shared.connect(false).unwrap()).unwrap());
    assert_eq!(all(&mut *store.reader().unwrap(), &Filter::all(), Sort::default()), rows);
    let mut again = store.writer().unwrap();
    add(&mut *again, &pool, &whole(30));
    assert_eq!(again.publish().unwrap().added, entries(&pool) - entries(&pool[..10]));
}

#[test]
fn others_open_read_and_annotate_while_an_import_runs() {
    let (fixture, pool) = (Fixture::new(7), pool(30));
    let mut writer = fixture.store.writer().unwrap();
    add(&mut *writer, &pool[..10], &whole(10));
    writer.publish().unwrap();
    let (mut one, mut two) = (fixture.reader(), fixture.reader());
    let before = count(&mut *one);
    add(&mut *writer, &pool, &whole(30));

    // Another process: it must neither see nor sweep what is pending.
    let other = open(&fixture.path(), 7);
    assert_eq!(count(&mut *other.reader().unwrap()), before);
    assert_eq!((count(&mut *one), count(&mut *two)), (before, before));
    let generation = one.generation().unwrap();
    let mut notes = other.writer().unwrap();
    let id = pool[0].entries[0].id;
    notes.set_note(id, Some("look at this")).unwrap();
    notes.set_mark(id, true).unwrap();
    assert!(one.generation().unwrap() > generation);
    assert_eq!(two.note(id).unwrap().as_deref(), Some("look at this"));
    let refused = notes.begin_source(&SourceInfo::default());
    assert!(matches!(refused, Err(StoreError::Busy { .. })), "{refused:?}");

    let generation = one.generation().unwrap();
    writer.publish().unwrap();
    assert!(one.generation().unwrap() > generation);
    assert_eq!(count(&mut *one), entries(&pool));
    let row = one.find(&id.into(), 2).unwrap().remove(0);
    assert!(row.noted && row.marked);
    notes.set_note(id, None).unwrap();
    notes.set_mark(id, false).unwrap();
    let row = two.find(&id.into(), 2).unwrap().remove(0);
    assert!(!row.noted && !row.marked);
    assert!(notes.begin_source(&SourceInfo::default()).is_ok());
}

#[test]
fn a_stream_is_published_bit_by_bit() {
    let (fixture, pool) = (Fixture::new(7), pool(12));
    let mut writer = fixture.store.writer().unwrap();
    let source = writer.begin_source(&info(&whole(12))).unwrap();
    let mut reader = fixture.reader();
    let mut held = 0;
    for (record, item) in pool.iter().enumerate() {
        let mut batch = BatchBuilder::new();
        let at = RecordRef { record: record as u64, offset: 0, unidentified: false };
        batch.push(at, item.raw.as_bytes(), &item.entries);
        writer.append(source, batch.finish()).unwrap();
        writer.publish().unwrap();
        held += item.entries.len() as u64;
        assert_eq!(count(&mut *reader), held);
        assert_eq!(reader.sources().unwrap()[0].entries, held);
    }
    writer.end_source(source, &info(&whole(12))).unwrap();
    writer.publish().unwrap();
    assert_eq!(reader.sources().unwrap().len(), 1);
    assert!(reader.stats().unwrap().segments < 8);
    assert!(fixture.store.writer().unwrap().begin_source(&SourceInfo::default()).is_ok());
}

#[test]
fn rejects_are_kept_and_go_with_their_source() {
    let fixture = Fixture::new(7);
    let mut writer = fixture.store.writer().unwrap();
    let source = writer.begin_source(&info(&whole(0))).unwrap();
    let reject = |record| Reject {
        record,
        offset: record * 10,
        length: 3,
        reason: "not JSON".into(),
        raw: b"\xffab".to_vec(),
        sha256: None,
    };
    (0..5).for_each(|record| writer.reject(source, &reject(record)).unwrap());
    writer.end_source(source, &info(&whole(0))).unwrap();
    assert_eq!(fixture.reader().rejects(None, 0, 9).unwrap(), []);
    assert_eq!(writer.publish().unwrap().rejects, 5);
    let listed = fixture.reader().rejects(Some(source), 1, 2).unwrap();
    assert_eq!(listed, [("a.ndjson".into(), reject(1)), ("a.ndjson".into(), reject(2))]);
    assert_eq!(fixture.reader().rejects(Some(SourceId(9)), 0, 9).unwrap(), []);
    writer.remove_source(source).unwrap();
    assert_eq!(fixture.reader().rejects(None, 0, 9).unwrap(), []);
}

#[test]
fn rejects_that_can_be_read_now_become_entries() {
    let pool = pool(4);
    let fixture = Fixture::new(7);
    let mut writer = fixture.store.writer().unwrap();
    let source = writer.begin_source(&info(&whole(0))).unwrap();
    let reject = |record: u64, raw: &[u8]| Reject {
        record,
        offset: record * 10,
        length: raw.len() as u64,
        reason: "not JSON".into(),
        raw: raw.to_vec(),
        sha256: None,
    };
    for (number, record) in pool.iter().enumerate() {
        writer.reject(source, &reject(number as u64, record.raw.as_bytes())).unwrap();
    }
    writer.reject(source, &reject(9, b"\xffab")).unwrap();
    writer.end_source(source, &info(&whole(0))).unwrap();
    writer.publish().unwrap();
    assert_eq!(count(fixture.reader().as_mut()), 0);
    let total = writer.reindex(&mut NoWatch).unwrap().unwrap();
    assert_eq!(total, count(fixture.reader().as_mut()));
    assert_eq!(total, entries(&pool));
    let left = fixture.reader().rejects(None, 0, 9).unwrap();
    assert_eq!(left, [("a.ndjson".into(), reject(9, b"\xffab"))]);
    let sources = fixture.reader().sources().unwrap();
    assert_eq!((sources[0].rejects, sources[0].entries), (1, total));
    // Once more changes nothing, and the raw bytes are those of the reject.
    assert_eq!(writer.reindex(&mut NoWatch).unwrap(), Some(total));
    assert_eq!(fixture.reader().rejects(None, 0, 9).unwrap().len(), 1);
}

#[test]
fn what_is_no_store_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let refuse = |path: &std::path::Path, options| {
        let error = SqliteStore::open(path, options, Arc::new(TestInterpret)).map(|_| ()).unwrap_err();
        assert!(matches!(error, StoreError::Unusable { .. }), "{error}");
        error.to_string()
    };
    let create = OpenOptions::default();
    let text = dir.path().join("text");
    std::fs::write(&text, "a long text that is no database at all, not even a small one".repeat(9)).unwrap();
    assert!(refuse(&text, create).contains("no auditty store"));
    assert_eq!(std::fs::read(&text).unwrap().len(), 60 * 9);

    let foreign = dir.path().join("foreign");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    assert!(refuse(&foreign, create).contains("no auditty store"));

    let future = dir.path().join("future");
    drop(open(&future, 7));
    rusqlite::Connection::open(&future).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    assert!(refuse(&future, create).contains("newer auditty"));
    let read_only = OpenOptions { read_only: true, ..create };
    assert!(refuse(&future, read_only).contains("newer auditty"));

    let missing = dir.path().join("missing");
    assert!(refuse(&missing, OpenOptions { create: false, ..create }).contains("no store here"));
    assert!(refuse(&missing, read_only).contains("no store here"));
    assert!(!missing.exists());
}

#[test]
fn a_store_open_to_read_is_not_written() {
    let (fixture, pool) = (Fixture::new(7), pool(5));
    let mut writer = fixture.store.writer().unwrap();
    add(&mut *writer, &pool, &whole(5));
    writer.publish().unwrap();
    let options = OpenOptions { read_only: true, ..OpenOptions::default() };
    let store = SqliteStore::open(&fixture.path(), options, Arc::new(TestInterpret)).unwrap();
    assert_eq!(count(&mut *store.reader().unwrap()), entries(&pool));
    assert!(matches!(store.writer().map(|_| ()), Err(StoreError::ReadOnly { .. })));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_a_store() {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = Fixture::new(7);
    for name in ["s.db", "s.db-wal"] {
        let path = fixture.dir.path().join(name);
        if path.exists() {
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
    }
}

#[test]
fn a_check_names_what_is_damaged() {
    let (fixture, pool) = (Fixture::new(16), pool(40));
    let mut writer = fixture.store.writer().unwrap();
    add(&mut *writer, &pool, &whole(40));
    writer.publish().unwrap();
    let check = || {
        let (store, mut found) = (open(&fixture.path(), 16), Vec::new());
        let mut reader = store.reader().unwrap();
        let checked = reader.check(&mut NoWatch, &mut |damage| found.push(damage.what)).unwrap().unwrap();
        (checked, found)
    };
    let (whole, found) = check();
    assert_eq!((whole.records, found), (40, Vec::new()));
    assert!(whole.parts > 5 && whole.raw_bytes > 40);
    let connection = rusqlite::Connection::open(fixture.path()).unwrap();
    let spoil = "CAST(substr(data, 1, length(data) - 1) || x'a5' AS BLOB)";
    let sql = format!(
        "UPDATE block_data SET data = {spoil} WHERE block = (SELECT max(number) FROM blocks);
         UPDATE columns SET data = {spoil} WHERE key = (SELECT min(key) FROM columns);"
    );
    connection.execute_batch(&sql).unwrap();
    let (checked, found) = check();
    assert!(checked.records < 40);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("records ") && found[0].contains(" to 39 of "), "{found:?}");
    assert!(found[1].starts_with("column ") && found[1].contains("of segment "), "{found:?}");
}

#[test]
fn damage_is_an_error_and_no_panic() {
    let (fixture, pool) = (Fixture::new(16), pool(40));
    let mut writer = fixture.store.writer().unwrap();
    add(&mut *writer, &pool, &whole(40));
    writer.publish().unwrap();
    let connection = rusqlite::Connection::open(fixture.path()).unwrap();
    connection
        .execute_batch(
            "UPDATE columns SET data = CAST(substr(data, 1, length(data) - 1) || x'a5' AS BLOB) WHERE key % 2 = 0;
             UPDATE columns SET data = substr(data, 1, 3) WHERE key % 2 = 1;
             UPDATE block_data SET data = zeroblob(40);",
        )
        .unwrap();
    let store = open(&fixture.path(), 16);
    let mut reader = store.reader().unwrap();
    let groups: Vec<_> = Field::ALL.iter().map(|field| (*field, Filter::all())).collect();
    let error = reader.facets(&groups, 5, &mut NoWatch).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(reader.find(&pool[0].entries[0].id.into(), 3).is_err());
    assert!(reader.record(pool[0].entries[0].id).is_err());
    assert_eq!(count(&mut *reader), entries(&pool));
}

#[test]
fn a_stopped_question_has_no_answer() {
    let (fixture, pool) = (Fixture::new(7), pool(20));
    let mut writer = fixture.store.writer().unwrap();
    add(&mut *writer, &pool, &whole(20));
    writer.publish().unwrap();
    let mut stop = crate::query::Cancel::new();
    stop.cancel();
    let text = crate::query::filter::Term::Text(crate::query::Text::new("ana"));
    let filter = Filter { expr: crate::query::Expr::Term(text) };
    let mut reader = fixture.reader();
    assert_eq!(reader.count(&filter, &mut stop).unwrap(), None);
    assert_eq!(reader.facets(&[(Field::Actor, filter.clone())], 3, &mut stop).unwrap(), None);
    assert!(reader.count(&filter, &mut NoWatch).unwrap().is_some());
    assert_eq!(writer.reindex(&mut stop).unwrap(), None);
    assert_eq!(count(&mut *reader), entries(&pool));
}
