//! An export by columns against the same rows written down one by one.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::super::column::{Column, Part};
use super::super::mask::{Clean, Masker, is_one_masked};
use super::*;
use crate::domain::json::Node;
use crate::domain::{Entry, Plan, Timestamp};
use crate::ingest::format::Formats;
use crate::ops::access::{Opens, Seen};
use crate::query::arbitrary::{self, Record};
use crate::query::{NoWatch, SortKey};
use crate::store::sqlite::{OpenOptions, SqliteStore};
use crate::store::{BatchBuilder, Interpret, RecordRef, SourceInfo, Store as _, StoredRecord};

/// Reads the records of the tests.
struct Reads;

impl Interpret for Reads {
    fn entries(&self, record: &StoredRecord) -> Vec<Entry<'static>> {
        let mut entries = arbitrary::read(std::str::from_utf8(&record.raw).unwrap());
        entries.iter_mut().for_each(|entry| entry.id = entry.id.nth(record.occurrence));
        entries
    }

    fn document(&self, _: &[u8], _: &SourceInfo, _: &mut dyn FnMut(Node<'_>)) {}

    fn is_verbatim(&self, _: &SourceInfo) -> bool {
        true
    }
}

/// Imports each file on its own, so that segments overlap.
fn store(files: &[Vec<Record>], dir: &std::path::Path) -> SqliteStore {
    let options = OpenOptions { segment_rows: 7, ..OpenOptions::default() };
    let store = SqliteStore::open(&dir.join("s.db"), options, Arc::new(Reads)).unwrap();
    for (number, file) in files.iter().enumerate() {
        let mut writer = store.writer().unwrap();
        let name = format!("=file {number}, \"x\"");
        let info = SourceInfo { name: name.into(), format: "f".into(), ..SourceInfo::default() };
        let source = writer.begin_source(&info).unwrap();
        let mut batch = BatchBuilder::new();
        for (at, record) in (0..).zip(file) {
            let place = RecordRef { record: at, offset: at * 100, unidentified: false };
            batch.push(place, record.raw.as_bytes(), &record.entries);
        }
        writer.append(source, batch.finish()).unwrap();
        writer.end_source(source, &info).unwrap();
        writer.publish().unwrap();
    }
    store
}

/// Puts what looks like a secret, or like one that was masked, in the place of words.
fn with_secrets(record: &Record) -> Record {
    let raw = record.raw.replace("Bo Larsen", "ghp_16C7e42F292c6912E7710c838347Ae178B4a");
    let raw = raw.replace("team.remove", "xK93jdP0qLmZ81nVb47TrY62").replace("bo", "[masked:1]");
    Record { entries: arbitrary::read(&raw), raw }
}

/// The rows as they are shown, written down one by one.
fn one_by_one(plan: &ExportPlan, access: &mut Access) -> (String, Exported) {
    let (form, mut out, mut done, mut clean) =
        (form(plan), String::new(), Exported::default(), Clean::default());
    form.begin(&mut out);
    let mut row = |row: &crate::query::Row, detail: Option<&super::super::Detail>| {
        if plan.limit.is_none_or(|limit| done.rows < limit) {
            form.open(done.rows == 0, &mut out);
            done.rows += 1;
            done.masked += u64::from(is_one_masked(row, &mut clean));
            done.guarded += sheet::write_row(&*form, &plan.columns, (row, detail), plan.zone, &mut out);
        }
        true
    };
    let (fields, mut showing) = (fields(plan), access.showing(Opens::Never));
    let each = &mut |sealed| {
        let each = &mut |seen: Seen<'_>| match seen {
            Seen::Row(shown, detail) => row(shown, detail),
            Seen::Plain(..) => panic!("rows were asked for"),
        };
        showing.each(sealed, each).unwrap()
    };
    let of = (Opens::Never, fields.as_slice());
    access.for_each_sealed(&plan.filter, plan.sort, of, &mut NoWatch, each).unwrap().unwrap();
    form.end(&mut out);
    (out, done)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn columns_give_what_rows_give(
        files in proptest::collection::vec(proptest::collection::vec(arbitrary::record(), 0..25), 1..4),
        columns in proptest::collection::vec(any::<Index>(), 1..6),
        filter in prop_oneof![2 => Just(Filter::all()), 1 => arbitrary::filter()],
        (output, zone) in (select(Output::ALL), select(&["utc", "Europe/Berlin"][..])),
        (descending, by_field) in (any::<bool>(), proptest::bool::weighted(0.2)),
        (limit, guard, masked) in (proptest::option::weighted(0.3, 0u64..9), any::<bool>(), any::<bool>()),
    ) {
        let parts: Vec<Column> = Column::ALL.iter().copied().filter(|column| column.part().is_some()).collect();
        let files: Vec<Vec<Record>> = files.iter().map(|file| file.iter().map(with_secrets).collect()).collect();
        let key = if by_field { SortKey::Field(crate::domain::Field::Actor) } else { SortKey::Time };
        let plan = ExportPlan {
            columns: columns.iter().map(|at| parts[at.index(parts.len())]).collect(),
            sort: Sort { key, descending },
            zone: Zone::parse(zone).unwrap(),
            filter, output, limit, guard,
        };
        let dir = tempfile::tempdir().unwrap();
        let store = store(&files, dir.path());
        let access = || {
            let access = Access::new(store.reader().unwrap(), Arc::new(Reads), Plan::NONE, Timestamp(0));
            if masked { access.masked(Masker::new(Formats::builtin())) } else { access }
        };
        let mut out = Vec::new();
        let done = write(&plan, &mut access(), &mut out, &mut NoWatch).unwrap().unwrap();
        let (text, counted) = one_by_one(&plan, &mut access());
        prop_assert_eq!(String::from_utf8(out).unwrap(), text);
        prop_assert_eq!(done, counted);
    }
}

#[test]
fn every_column_that_opens_no_record_but_the_title_has_one_part() {
    for column in Column::ALL {
        assert_eq!(column.part().is_none(), column.opens_record() || *column == Column::Title, "{column:?}");
        assert!(!matches!(column.part(), Some(Part::Value(_)) if *column == Column::Time));
    }
}
