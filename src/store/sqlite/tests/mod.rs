//! The store against the evaluation of the same questions entry by entry.

mod addresses;
mod answers;
mod copies;
mod imports;
mod pieces;
mod upkeep;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::Index;

use crate::domain::json::{Doc, Node};
use crate::domain::{Entry, EntryId, Moment, Timestamp};
use crate::query::arbitrary::{self, Record};
use crate::query::oracle::{Held, Oracle};
use crate::query::{Filter, NoWatch, Position, Row, Sort};
use crate::store::segment::record_order;
use crate::store::{
    BatchBuilder, Interpret, Reader, RecordRef, SourceId, SourceInfo, Store as _, StoredRecord, Writer,
};

use super::{OpenOptions, SqliteStore};

/// Reads records of [`arbitrary::record`].
pub(super) struct TestInterpret;

impl Interpret for TestInterpret {
    fn entries(&self, record: &StoredRecord) -> Vec<Entry<'static>> {
        let raw = std::str::from_utf8(&record.raw).unwrap_or_default();
        let mut entries = arbitrary::read(raw);
        for entry in &mut entries {
            entry.id = entry.id.nth(record.occurrence);
            entry.place.source = record.source.name.to_string().into();
            entry.place.record = record.record;
            entry.place.offset = record.offset;
        }
        entries
    }

    fn document(&self, raw: &[u8], _: &SourceInfo, visit: &mut dyn FnMut(Node<'_>)) {
        let mut doc = Doc::new();
        if let Some(node) = std::str::from_utf8(raw).ok().and_then(|text| doc.parse(text).ok()) {
            visit(node);
        }
    }

    fn is_verbatim(&self, source: &SourceInfo) -> bool {
        &*source.name != "stdin"
    }
}

/// A file to import: records by their index in a pool, and how it is cut into batches.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) records: Vec<usize>,
    pub(super) newest_first: bool,
    pub(super) unidentified: bool,
    pub(super) batch: usize,
    pub(super) publish: bool,
}

/// Records and files of them.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub(super) pool: Vec<Record>,
    pub(super) files: Vec<File>,
    pub(super) segment_rows: usize,
    pub(super) noted: Vec<Index>,
    pub(super) marked: Vec<Index>,
}

fn file(pool: usize) -> impl Strategy<Value = File> {
    let order = proptest::collection::vec(0..pool.max(1), 0..pool * 2);
    (order, any::<bool>(), any::<bool>(), 1usize..9, any::<bool>(), 0usize..3, 0usize..3).prop_map(
        |(mut records, newest_first, unidentified, batch, publish, arrange, name)| {
            match arrange {
                0 => records.sort_unstable(),
                1 => records.sort_unstable_by(|a, b| b.cmp(a)),
                _ => {}
            }
            let name = ["a.ndjson", "b.json", "stdin"][name];
            File { name, records, newest_first, unidentified, batch, publish }
        },
    )
}

pub(super) fn story(most: usize) -> impl Strategy<Value = Story> {
    proptest::collection::vec(arbitrary::record(), 1..most).prop_flat_map(|pool| {
        (
            proptest::collection::vec(file(pool.len()), 1..4),
            prop_oneof![Just(7usize), 3usize..20, Just(super::SEGMENT_ROWS)],
            proptest::collection::vec(any::<Index>(), 0..4),
            proptest::collection::vec(any::<Index>(), 0..4),
        )
            .prop_map(move |(files, segment_rows, noted, marked)| Story {
                pool: pool.clone(),
                files,
                segment_rows,
                noted,
                marked,
            })
    })
}

/// A store in a folder of its own.
pub(super) struct Fixture {
    pub(super) dir: tempfile::TempDir,
    pub(super) store: SqliteStore,
}

impl Fixture {
    pub(super) fn new(segment_rows: usize) -> Fixture {
        let dir = tempfile::tempdir().unwrap();
        let store = open(&dir.path().join("s.db"), segment_rows);
        Fixture { dir, store }
    }

    pub(super) fn path(&self) -> std::path::PathBuf {
        self.dir.path().join("s.db")
    }

    pub(super) fn reader(&self) -> Box<dyn Reader> {
        self.store.reader().unwrap()
    }

    pub(super) fn rows(&self, filter: &Filter, sort: Sort) -> Vec<Row> {
        all(&mut *self.reader(), filter, sort)
    }
}

pub(super) fn open(path: &std::path::Path, segment_rows: usize) -> SqliteStore {
    let options = OpenOptions { segment_rows, ..OpenOptions::default() };
    SqliteStore::open(path, options, Arc::new(TestInterpret)).unwrap()
}

pub(super) fn all(reader: &mut dyn Reader, filter: &Filter, sort: Sort) -> Vec<Row> {
    let mut rows = Vec::new();
    let answer = reader.for_each(filter, sort, &mut NoWatch, &mut |row| {
        rows.push(row.clone());
        true
    });
    assert_eq!(answer.unwrap(), Some(()));
    rows
}

pub(super) fn info(file: &File) -> SourceInfo {
    SourceInfo {
        name: file.name.into(),
        sha256: format!("{:?}", file.records),
        newest_first: file.newest_first,
        format: "generic".into(),
        context: "{}".into(),
        imported: Some(Timestamp(5)),
        ..SourceInfo::default()
    }
}

/// Adds a file's records without publishing.
pub(super) fn add(writer: &mut dyn Writer, pool: &[Record], file: &File) -> SourceId {
    let source = writer.begin_source(&SourceInfo { newest_first: false, ..info(file) }).unwrap();
    let mut offset = 0;
    let numbered: Vec<(usize, usize)> = file.records.iter().copied().enumerate().collect();
    for chunk in numbered.chunks(file.batch) {
        let mut batch = BatchBuilder::new();
        for (record, at) in chunk {
            let raw = &pool[*at].raw;
            let at_ref = RecordRef { record: *record as u64, offset, unidentified: file.unidentified };
            batch.push(at_ref, raw.as_bytes(), &pool[*at].entries);
            offset += raw.len() as u64 + 1;
        }
        writer.append(source, batch.finish()).unwrap();
    }
    writer.end_source(source, &info(file)).unwrap();
    source
}

/// A store of one source with `entries` records `{"n":0}` and so on, a nanosecond apart, each with one entry that
/// `fill` completes.
pub(super) fn numbered(
    segment_rows: usize,
    entries: u64,
    fill: impl Fn(u64, &mut Entry<'static>),
) -> Fixture {
    let fixture = Fixture::new(segment_rows);
    let mut writer = fixture.store.writer().unwrap();
    let info = SourceInfo { name: "a.ndjson".into(), format: "generic".into(), ..SourceInfo::default() };
    let source = writer.begin_source(&info).unwrap();
    let mut batch = BatchBuilder::new();
    for number in 0..entries {
        let raw = format!("{{\"n\":{number}}}");
        let mut entry = Entry::blank("generic");
        entry.id = EntryId::of(raw.as_bytes(), 0);
        entry.time = Some(Moment { at: Timestamp(number as i64), digits: 9, text: "".into() });
        fill(number, &mut entry);
        let at = RecordRef { record: number, offset: number * 16, unidentified: false };
        batch.push(at, raw.as_bytes(), &[entry]);
    }
    writer.append(source, batch.finish()).unwrap();
    writer.end_source(source, &info).unwrap();
    writer.publish().unwrap();
    fixture
}

/// What the store should hold.
#[derive(Default)]
pub(super) struct Model {
    pub(super) oracle: Oracle,
    pub(super) duplicates: u64,
    sources: u32,
    /// Which source each entry is shown under.
    owners: HashMap<EntryId, u32>,
    names: HashMap<u32, &'static str>,
    /// What each source has that another had first.
    shared: HashMap<u32, HashSet<EntryId>>,
    /// Notes and marks outlive their entries.
    noted: HashSet<EntryId>,
    marked: HashSet<EntryId>,
}

impl Model {
    pub(super) fn add(&mut self, pool: &[Record], file: &File) {
        self.sources += 1;
        let source = self.sources;
        self.names.insert(source, file.name);
        let mut seen: HashMap<EntryId, u32> = HashMap::new();
        let mut offset = 0;
        for (record, at) in file.records.iter().enumerate() {
            for entry in &pool[*at].entries {
                let mut entry = entry.clone();
                if file.unidentified {
                    let nth = seen.entry(entry.id).or_default();
                    entry.id = entry.id.nth(*nth);
                    *nth += 1;
                }
                entry.place.source = file.name.into();
                entry.place.record = record as u64;
                entry.place.offset = offset;
                if self.oracle.held.iter().any(|held| held.entry.id == entry.id) {
                    self.duplicates += 1;
                    self.shared.entry(source).or_default().insert(entry.id);
                    continue;
                }
                let time = entry.time.as_ref().map(|time| time.at);
                let order = record_order(file.newest_first, record as u64);
                let position = Position { time, source, order, part: entry.place.part };
                let raw = pool[*at].raw.clone().into_bytes();
                self.owners.insert(entry.id, source);
                let (noted, marked) = (self.noted.contains(&entry.id), self.marked.contains(&entry.id));
                self.oracle.held.push(Held { entry, raw, position, noted, marked });
            }
            offset += pool[*at].raw.len() as u64 + 1;
        }
    }

    /// Removes a source; returns how many entries go.
    pub(super) fn remove(&mut self, source: u32) -> u64 {
        let before = self.oracle.held.len();
        self.shared.remove(&source);
        let (shared, owners, names) = (&mut self.shared, &mut self.owners, &self.names);
        self.oracle.held.retain_mut(|held| {
            let id = held.entry.id;
            if owners[&id] != source {
                return true;
            }
            let heir = shared.iter().filter(|(_, ids)| ids.contains(&id)).map(|(heir, _)| *heir).min();
            if let Some(heir) = heir {
                owners.insert(id, heir);
                held.entry.place.source = names[&heir].into();
                shared.entry(heir).or_default().remove(&id);
            }
            heir.is_some()
        });
        (before - self.oracle.held.len()) as u64
    }

    /// Removes what is before an instant; returns how many entries go.
    pub(super) fn prune(&mut self, before: Timestamp) -> u64 {
        let len = self.oracle.held.len();
        self.oracle.held.retain(|held| held.position.time.is_none_or(|at| at >= before));
        (len - self.oracle.held.len()) as u64
    }

    fn annotate(&mut self, story: &Story, writer: &mut dyn Writer) {
        let len = self.oracle.held.len();
        for index in story.noted.iter().filter(|_| len > 0) {
            let held = &mut self.oracle.held[index.index(len)];
            held.noted = true;
            self.noted.insert(held.entry.id);
            writer.set_note(held.entry.id, Some("seen")).unwrap();
        }
        for index in story.marked.iter().filter(|_| len > 0) {
            let held = &mut self.oracle.held[index.index(len)];
            held.marked = true;
            self.marked.insert(held.entry.id);
            writer.set_mark(held.entry.id, true).unwrap();
        }
    }
}

/// Imports all files of a story into a new store.
pub(super) fn told(story: &Story) -> (Fixture, Model) {
    let fixture = Fixture::new(story.segment_rows);
    let mut model = Model::default();
    let mut writer = fixture.store.writer().unwrap();
    let mut published = crate::store::Published::default();
    let mut publish = |writer: &mut dyn Writer| {
        let more = writer.publish().unwrap();
        published.added += more.added;
        published.duplicates += more.duplicates;
    };
    for file in &story.files {
        add(&mut *writer, &story.pool, file);
        model.add(&story.pool, file);
        if file.publish {
            publish(&mut *writer);
        }
    }
    publish(&mut *writer);
    assert_eq!(published.added, model.oracle.held.len() as u64);
    assert_eq!(published.duplicates, model.duplicates);
    model.annotate(story, &mut *writer);
    (fixture, model)
}
