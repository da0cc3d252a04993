//! Removing, pruning, rebuilding, merging and text filters change what they should and no answer else.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;

use super::answers::check_answers;
use super::*;
use crate::domain::time::SECOND;

#[derive(Clone, Copy, Debug)]
enum Deed {
    Remove(u32),
    Prune(i64),
    Reindex,
    Maintain,
    Import,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        2 => (1u32..4).prop_map(Deed::Remove),
        1 => (0i64..40).prop_map(|n| Deed::Prune(arbitrary::NOW.0 - n * 6 * 3600 * SECOND)),
        1 => Just(Deed::Reindex),
        2 => Just(Deed::Maintain),
        1 => Just(Deed::Import),
    ]
}

fn do_it(deed: Deed, story: &Story, fixture: &Fixture, model: &mut Model) {
    let mut writer = fixture.store.writer().unwrap();
    match deed {
        Deed::Remove(source) => {
            let expect = if model.names.contains_key(&source) { model.remove(source) } else { 0 };
            assert_eq!(writer.remove_source(SourceId(source)).unwrap(), expect);
            model.names.remove(&source);
        }
        Deed::Prune(at) => {
            let expect = model.prune(Timestamp(at));
            assert_eq!(writer.prune(Timestamp(at), &mut NoWatch).unwrap(), Some(expect));
        }
        Deed::Reindex => {
            let expect = model.oracle.held.len() as u64;
            assert_eq!(writer.reindex(&mut NoWatch).unwrap(), Some(expect));
        }
        Deed::Maintain => {
            while writer.maintain(&mut NoWatch).unwrap() {}
            let stats = fixture.reader().stats().unwrap();
            assert_eq!((stats.unfiltered_blocks, stats.mergeable), (0, 0));
        }
        Deed::Import => {
            let file = story.files[0].clone();
            let source = add(&mut *writer, &story.pool, &file);
            model.sources = source.0 - 1;
            model.add(&story.pool, &file);
            writer.publish().unwrap();
        }
    }
}

/// What a removed source left to another has a new number, which only the store knows.
fn adopt_positions(fixture: &Fixture, model: &mut Model) {
    let rows = fixture.rows(&Filter::all(), Sort::default());
    let positions: HashMap<EntryId, Position> = rows.iter().map(|row| (row.id, row.position)).collect();
    assert_eq!(positions.len(), rows.len());
    assert_eq!(positions.len(), model.oracle.held.len());
    for held in &mut model.oracle.held {
        let position = positions[&held.entry.id];
        assert_eq!(Position { source: 0, ..position }, Position { source: 0, ..held.position });
        held.position = position;
    }
}

fn check_sources(fixture: &Fixture, model: &Model) {
    let sources = fixture.reader().sources().unwrap();
    assert!(sources.iter().all(|source| model.names.contains_key(&source.id)));
    for source in sources {
        let held = model.oracle.held.iter().filter(|held| model.owners[&held.entry.id] == source.id);
        let times: Vec<_> = held.clone().filter_map(|held| held.position.time).collect();
        assert_eq!(source.entries, held.clone().count() as u64);
        assert_eq!(source.timeless, source.entries - times.len() as u64);
        assert_eq!(source.span, times.iter().min().copied().zip(times.iter().max().copied()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn upkeep_keeps_the_answers(
        story in story(12),
        deeds in proptest::collection::vec(deed(), 1..5),
        filters in proptest::collection::vec(arbitrary::filter(), 1..3),
        key in select(&[crate::query::SortKey::Time, crate::query::SortKey::Field(crate::domain::Field::Source)][..]),
        at: Index,
    ) {
        let (fixture, mut model) = told(&story);
        for deed in deeds {
            do_it(deed, &story, &fixture, &mut model);
            adopt_positions(&fixture, &mut model);
            check_sources(&fixture, &model);
        }
        check_answers(&fixture, &model, &filters, Sort { key, descending: true }, 5, at, 1);
        let mut reader = fixture.reader();
        for held in &model.oracle.held {
            let record = reader.record(held.entry.id).unwrap().unwrap();
            assert_eq!(record.raw, held.raw);
            assert!(TestInterpret.entries(&record).contains(&held.entry));
        }
    }

    #[test]
    fn a_store_without_entries_is_small_again(story in story(8)) {
        let (fixture, model) = told(&story);
        let mut writer = fixture.store.writer().unwrap();
        for source in 1..=model.sources {
            writer.remove_source(SourceId(source)).unwrap();
        }
        let stats = fixture.reader().stats().unwrap();
        assert_eq!((stats.entries, stats.blocks, stats.segments), (0, 0, 0));
        assert!(fixture.reader().sources().unwrap().is_empty());
    }
}

#[test]
fn text_filters_skip_blocks_and_lose_no_hit() {
    let fixture = Fixture::new(super::super::SEGMENT_ROWS);
    let mut writer = fixture.store.writer().unwrap();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let pool: Vec<Record> =
        (0..40).map(|_| arbitrary::record().new_tree(&mut runner).unwrap().current()).collect();
    let file = File {
        name: "stdin",
        records: (0..40).collect(),
        newest_first: false,
        unidentified: false,
        batch: 2,
        publish: true,
    };
    add(&mut *writer, &pool, &file);
    writer.publish().unwrap();
    while writer.maintain(&mut NoWatch).unwrap() {}
    let needle = crate::query::filter::Term::Text(crate::query::Text::new("\"serial\":"));
    let rare = crate::query::filter::Term::Text(crate::query::Text::new("never written anywhere"));
    let session = fixture.store.shared.session().unwrap();
    let blocks = 1..=20u64;
    let may = |term: &crate::query::filter::Term| {
        let needles = crate::query::Needles::of(term).unwrap();
        let excluded = super::super::filters::excluded(&session, &needles).unwrap();
        blocks.clone().filter(|block| !excluded.has(*block)).count()
    };
    assert_eq!((may(&needle), may(&rare)), (20, 0));
}

#[test]
fn text_filters_hold_what_no_record_says() {
    let fixture = Fixture::new(16);
    let mut writer = fixture.store.writer().unwrap();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut pool: Vec<Record> =
        (0..40).map(|_| arbitrary::record().new_tree(&mut runner).unwrap().current()).collect();
    for (at, record) in pool.iter_mut().enumerate() {
        record.entries.truncate(1);
        record.entries[0].activity = Some(format!("Named By Format {at}").into());
    }
    let file = File {
        name: "a.ndjson",
        records: (0..40).collect(),
        newest_first: false,
        unidentified: true,
        batch: 2,
        publish: true,
    };
    add(&mut *writer, &pool, &file);
    writer.publish().unwrap();
    let count = |text: &str| {
        let context =
            crate::query::ParseContext { now: arbitrary::NOW, zone: crate::domain::zone::Zone::Utc };
        let filter = crate::query::parse(text, &context).unwrap();
        fixture.reader().count(&filter, &mut NoWatch).unwrap().unwrap()
    };
    let counts = || ["\"named by format\"", "\"by format 17\"", "/Named.*t 3.$/", "\"by foxmat\""].map(count);
    let before = counts();
    while writer.maintain(&mut NoWatch).unwrap() {}
    assert_eq!((before, counts()), ([40, 1, 10, 0], [40, 1, 10, 0]));
}

#[test]
fn small_groups_of_text_filters_are_joined_and_dead_ones_go() {
    let fixture = Fixture::new(super::super::SEGMENT_ROWS);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let pool: Vec<Record> =
        (0..40).map(|_| arbitrary::record().new_tree(&mut runner).unwrap().current()).collect();
    let mut writer = fixture.store.writer().unwrap();
    for at in 0..20 {
        let records = vec![at * 2, at * 2 + 1];
        let file = File {
            name: "stdin",
            records,
            newest_first: false,
            unidentified: false,
            batch: 2,
            publish: true,
        };
        add(&mut *writer, &pool, &file);
        writer.publish().unwrap();
        while writer.maintain(&mut NoWatch).unwrap() {}
    }
    let groups = || -> i64 {
        let connection = fixture.store.shared.connect(false).unwrap();
        connection.query_row("SELECT count(*) FROM filters", [], |row| row.get(0)).unwrap()
    };
    assert!(groups() < 10, "{}", groups());
    for source in fixture.reader().sources().unwrap() {
        writer.remove_source(SourceId(source.id)).unwrap();
    }
    while writer.maintain(&mut NoWatch).unwrap() {}
    assert_eq!(groups(), 0);
}

#[test]
fn what_trickles_in_is_stored_as_what_came_at_once() {
    let pool: Vec<Record> = {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        use proptest::strategy::ValueTree as _;
        (0..300).map(|_| arbitrary::record().new_tree(&mut runner).unwrap().current()).collect()
    };
    let fixture = Fixture::new(4096);
    let mut writer = fixture.store.writer().unwrap();
    let file = File {
        name: "a.ndjson",
        records: Vec::new(),
        newest_first: false,
        unidentified: true,
        batch: 1,
        publish: true,
    };
    let source = writer.begin_source(&info(&file)).unwrap();
    let mut offset = 0;
    for (number, record) in pool.iter().enumerate() {
        let mut builder = BatchBuilder::new();
        let at = RecordRef { record: number as u64, offset, unidentified: true };
        builder.push(at, record.raw.as_bytes(), &record.entries);
        offset += record.raw.len() as u64 + 1;
        writer.append(source, builder.finish()).unwrap();
        writer.publish().unwrap();
    }
    writer.end_source(source, &info(&file)).unwrap();
    writer.publish().unwrap();
    let stats = fixture.reader().stats().unwrap();
    assert!(stats.blocks < 20 && stats.segments < 20, "{stats:?}");
    assert_eq!(stats.raw_bytes, offset - pool.len() as u64, "every record is held once");
    let rows = fixture.rows(&Filter::all(), Sort::default());
    for row in &rows {
        let record = fixture.reader().record(row.id).unwrap().unwrap();
        let raw = &pool[record.record as usize].raw;
        assert_eq!(record.raw, raw.as_bytes());
        assert!(TestInterpret.entries(&record).iter().any(|entry| entry.id == row.id));
    }
    // All of it is there after an index made anew, and goes with its source.
    assert_eq!(writer.reindex(&mut NoWatch).unwrap(), Some(rows.len() as u64));
    assert_eq!(fixture.rows(&Filter::all(), Sort::default()), rows);
    assert_eq!(writer.remove_source(source).unwrap(), rows.len() as u64);
}
