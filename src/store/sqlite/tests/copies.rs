//! Entries read from an export give way to their originals, in whatever order both come.

use proptest::strategy::{Strategy as _, ValueTree as _};

use crate::domain::COPY_FORMAT;
use crate::query::arbitrary::{self, Record};
use crate::query::{Filter, Sort};
use crate::store::{BatchBuilder, RecordRef, SourceInfo, Store as _, Writer};

use super::Fixture;

/// Records whose entries have ids of their own.
fn originals() -> Vec<Record> {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut pool: Vec<Record> =
        (0..24).map(|_| arbitrary::record().new_tree(&mut runner).unwrap().current()).collect();
    let mut seen = std::collections::HashSet::new();
    pool.retain(|record| record.entries.iter().all(|entry| seen.insert(entry.id)));
    assert!(pool.len() > 8);
    pool
}

/// The same entries as an export states them.
fn copies(pool: &[Record]) -> Vec<Record> {
    let copy = |record: &Record| {
        let mut entries = record.entries.clone();
        entries.iter_mut().for_each(|entry| entry.format = COPY_FORMAT.into());
        Record { raw: format!("{{\"copy\":{}}}", record.raw), entries }
    };
    pool.iter().map(copy).collect()
}

fn add(writer: &mut dyn Writer, name: &str, format: &str, records: &[Record]) {
    let info = SourceInfo {
        name: name.into(),
        format: format.into(),
        context: "{}".into(),
        sha256: name.to_owned(),
        ..SourceInfo::default()
    };
    let source = writer.begin_source(&info).unwrap();
    for (number, record) in records.iter().enumerate() {
        let mut batch = BatchBuilder::new();
        let at = RecordRef { record: number as u64, offset: 0, unidentified: false };
        batch.push(at, record.raw.as_bytes(), &record.entries);
        writer.append(source, batch.finish()).unwrap();
    }
    writer.end_source(source, &info).unwrap();
}

/// Imports in the given order, publishing after each where told, and looks whose entries the store holds.
fn import(order: &[bool], publish: bool, segment_rows: usize) {
    let (pool, fixture) = (originals(), Fixture::new(segment_rows));
    let stated = copies(&pool);
    let entries = pool.iter().map(|record| record.entries.len() as u64).sum::<u64>();
    let mut writer = fixture.store.writer().unwrap();
    let mut replaced = 0;
    for (at, copy) in order.iter().enumerate() {
        let (format, records) = if *copy { (COPY_FORMAT, &stated) } else { ("generic", &pool) };
        add(&mut *writer, &format!("{at}"), format, records);
        if publish {
            replaced += writer.publish().unwrap().replaced;
        }
    }
    replaced += writer.publish().unwrap().replaced;
    let rows = fixture.rows(&Filter::all(), Sort::default());
    assert_eq!(rows.len() as u64, entries, "{order:?} {publish} {segment_rows}");
    let held: u64 = fixture.reader().sources().unwrap().iter().map(|source| source.entries).sum();
    assert_eq!(held, entries);
    let copied = order.iter().all(|copy| *copy);
    assert!(rows.iter().all(|row| (*row.format == *COPY_FORMAT) == copied), "{order:?} {publish}");
    assert_eq!(replaced, if order[0] && !copied { entries } else { 0 });
    for entry in pool.iter().flat_map(|record| &record.entries) {
        let raw = fixture.reader().record(entry.id).unwrap().unwrap().raw;
        assert_eq!(raw.starts_with(b"{\"copy\""), copied);
    }
}

#[test]
fn an_original_takes_the_place_of_its_copy_and_never_the_other_way_round() {
    for publish in [false, true] {
        for segment_rows in [5, 64] {
            import(&[true, false], publish, segment_rows);
            import(&[false, true], publish, segment_rows);
            import(&[true, true], publish, segment_rows);
            import(&[true, false, true, false], publish, segment_rows);
        }
    }
}

#[test]
fn what_an_import_left_gives_its_room_back() {
    let fixture = Fixture::new(64);
    let mut writer = fixture.store.writer().unwrap();
    let pool = originals();
    add(&mut *writer, "kept", "generic", &pool[..1]);
    writer.publish().unwrap();
    let size = || std::fs::metadata(fixture.path()).unwrap().len();
    let before = size();
    let source = writer.begin_source(&SourceInfo::default()).unwrap();
    let mut state = 1u32;
    for number in 0..160 {
        let noise = (0..100_000).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b'a' + (state >> 27) as u8 % 26)
        });
        let mut batch = BatchBuilder::new();
        let mut entry = pool[1].entries[0].clone();
        entry.id = entry.id.nth(number + 1);
        let at = RecordRef { record: number.into(), offset: 0, unidentified: false };
        batch.push(at, noise.collect::<String>().as_bytes(), &[entry]);
        writer.append(source, batch.finish()).unwrap();
    }
    assert!(size() > before + 1_000_000, "nothing was written yet");
    writer.abandon().unwrap();
    assert!(size() <= before + 65_536, "{} of {before} bytes", size());
    let lock = std::fs::metadata(fixture.dir.path().join("s.db-lock")).unwrap();
    assert_eq!(lock.len(), 0);
    assert_eq!(fixture.rows(&Filter::all(), Sort::default()).len(), pool[0].entries.len());
}
