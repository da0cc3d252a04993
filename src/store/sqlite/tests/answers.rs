//! Every answer equals that of brute force, whatever the order of imports and the size of segments.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::domain::{Field, IdPrefix};
use crate::query::{Anchor, PageRequest, SortKey};
use crate::store::strip::{Chunk, Place};
use crate::store::{Kept, Stream};

fn sort() -> impl Strategy<Value = Sort> {
    (proptest::option::of(select(Field::ALL)), any::<bool>())
        .prop_map(|(field, descending)| Sort { key: field.map_or(SortKey::Time, SortKey::Field), descending })
}

fn anchors(model: &Model, at: Index, above: usize) -> Vec<Anchor> {
    let mut anchors = vec![
        Anchor::First,
        Anchor::Last,
        Anchor::Rank(at.index(40) as u64),
        Anchor::Around { id: EntryId([7; 16]), above },
        Anchor::Time { at: Timestamp(0), above },
    ];
    if !model.oracle.held.is_empty() {
        let held = &model.oracle.held[at.index(model.oracle.held.len())];
        anchors.push(Anchor::After(Box::new(held.row())));
        anchors.push(Anchor::Before(Box::new(held.row())));
        anchors.push(Anchor::Around { id: held.entry.id, above });
        anchors.extend(held.position.time.map(|at| Anchor::Time { at, above }));
        anchors.extend(held.position.time.map(|at| Anchor::Time { at: Timestamp(at.0 + 1), above }));
    }
    anchors
}

fn check(story: &Story, filters: &[Filter], sort: Sort, limit: usize, at: Index, above: usize) {
    let (fixture, model) = told(story);
    check_answers(&fixture, &model, filters, sort, limit, at, above);
}

/// With every second row comes what the store keeps of it.
fn check_records(reader: &mut dyn Reader, filter: &Filter, sort: Sort, rows: &[Row]) {
    let wanted = |row: &Row| row.id.0[15].is_multiple_of(2);
    let mut kept = Vec::new();
    let each = &mut |row: &Row, found: Option<Kept>| {
        kept.push((row.clone(), found));
        true
    };
    assert!(reader.for_each_record(filter, sort, &mut NoWatch, &wanted, each).unwrap().is_some());
    assert!(kept.iter().map(|(row, _)| row).eq(rows), "{filter}");
    for (row, found) in kept {
        let single = wanted(&row).then(|| Kept {
            record: reader.record(row.id).unwrap().unwrap(),
            note: reader.note(row.id).unwrap(),
        });
        assert_eq!(found, single, "{filter}");
    }
}

/// Of rows whose values are read for some fields these are there, and what every row has.
fn check_fields(reader: &mut dyn Reader, filter: &Filter, sort: Sort, rows: &[Row], fields: &[Field]) {
    let mut found = Vec::new();
    let each = &mut |chunk: Vec<(Row, Option<Kept>)>| {
        found.extend(chunk);
        true
    };
    let of = Stream { filter, sort, fields, wanted: &|_| false };
    let answer = reader.for_each_chunk(&of, &mut NoWatch, each).unwrap();
    assert!(answer.is_some() && found.len() == rows.len(), "{filter}");
    for ((row, kept), whole) in found.iter().zip(rows) {
        let same = |field: &&Field| row.shown_value(**field) != whole.shown_value(**field);
        assert_eq!(fields.iter().find(same), None, "{filter}");
        let head = |row: &Row| (row.id, row.position, row.digits, row.record, row.noted, row.marked);
        assert_eq!((head(row), &row.format, kept), (head(whole), &whole.format, &None), "{filter}");
    }
}

/// Rows handed out by columns have the values they have as rows, and those with a value that is not plain are whole.
fn check_plain(reader: &mut dyn Reader, filter: &Filter, sort: Sort, rows: &[Row], fields: &[Field]) {
    let odd = |field: &Field, row: &Row| row.shown_value(*field).is_some_and(|text| text.len() % 2 == 1);
    let plain = |row: &Row| !fields.iter().any(|field| odd(field, row));
    let wanted = |row: &Row| row.id.0[15].is_multiple_of(2);
    let mut left = rows.iter();
    let each = &mut |chunk: Chunk| {
        let mut whole = chunk.whole.iter();
        for place in &chunk.places {
            let row = left.next().unwrap();
            let Place::In(strip, number) = *place else {
                let (found, kept) = whole.next().unwrap();
                let same = |field: &Field| found.shown_value(*field) == row.shown_value(*field);
                assert!(found.id == row.id && fields.iter().all(same));
                assert_eq!(kept.is_some(), wanted(row));
                continue;
            };
            let strip = &chunk.strips[strip as usize];
            assert!(plain(row));
            let alone = |column: usize| strip.row_with(column, strip.value(column, number));
            for field in fields {
                let shown = alone(strip.column(*field).unwrap());
                assert_eq!(shown.shown_value(*field), row.shown_value(*field), "{filter} {field:?}");
            }
            let own = (strip.id(number), strip.time(number), strip.record(number));
            assert_eq!(own, (row.id, row.position.time, row.record));
            assert_eq!(alone(strip.digits().unwrap()).digits, row.digits);
        }
        assert!(whole.next().is_none());
        true
    };
    let of = Stream { filter, sort, fields, wanted: &wanted };
    let answer = reader.for_each_plain(&of, &plain, &mut NoWatch, each);
    assert!(answer.unwrap().is_some() && left.next().is_none(), "{filter}");
}

pub(super) fn check_answers(
    fixture: &Fixture,
    model: &Model,
    filters: &[Filter],
    sort: Sort,
    limit: usize,
    at: Index,
    above: usize,
) {
    let mut reader = fixture.reader();
    for filter in filters.iter().chain([&Filter::all()]) {
        let rows = model.oracle.rows(filter, sort);
        assert_eq!(all(&mut *reader, filter, sort), rows, "{filter}");
        check_records(&mut *reader, filter, sort, &rows);
        let fields = [Field::ALL[at.index(Field::ALL.len())], Field::ALL[limit % Field::ALL.len()]];
        check_fields(&mut *reader, filter, sort, &rows, &fields);
        check_plain(&mut *reader, filter, sort, &rows, &fields);
        assert_eq!(reader.count(filter, &mut NoWatch).unwrap(), Some(rows.len() as u64), "{filter}");
        for anchor in anchors(model, at, above) {
            let request = PageRequest { filter: filter.clone(), sort, anchor, limit };
            let page = reader.page(&request, &mut NoWatch).unwrap().unwrap();
            assert_eq!(page, model.oracle.page(&request), "{filter} {request:?}");
        }
        let groups: Vec<_> = Field::ALL.iter().map(|field| (*field, filter.clone())).collect();
        for facet in reader.facets(&groups, limit, &mut NoWatch).unwrap().unwrap() {
            assert_eq!(facet, model.oracle.facet(facet.field, filter, limit), "{filter}");
        }
        let histogram = reader.histogram(filter, limit, &mut NoWatch).unwrap().unwrap();
        assert_eq!(histogram, model.oracle.histogram(filter, limit), "{filter}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn answers_are_those_of_brute_force(
        story in story(14),
        filters in proptest::collection::vec(arbitrary::filter(), 1..4),
        sort in sort(),
        limit in 1usize..12,
        at: Index,
        above in 0usize..4,
    ) {
        check(&story, &filters, sort, limit, at, above);
    }

    #[test]
    fn counts_remembered_follow_what_comes_and_goes(
        story in story(14),
        filters in proptest::collection::vec(arbitrary::filter(), 1..5),
        removed: Index,
        top in 1usize..5,
    ) {
        let (fixture, mut model) = (Fixture::new(story.segment_rows), Model::default());
        let mut writer = fixture.store.writer().unwrap();
        let mut reader = fixture.reader();
        let mut check = |model: &Model| {
            let all = Filter::all();
            let asked: Vec<&Filter> = [&all].into_iter().chain(&filters).chain([&all]).collect();
            for (at, filter) in asked.iter().enumerate() {
                // A field leaves its own condition out, so that fields differ in what they were asked before.
                let other = |field: usize| if field.is_multiple_of(3) { asked[at / 2] } else { *filter };
                let groups: Vec<_> = Field::ALL.iter().zip(0..).map(|(f, at)| (*f, other(at).clone())).collect();
                let facets = reader.facets(&groups, top, &mut NoWatch).unwrap().unwrap();
                for (facet, (_, filter)) in facets.into_iter().zip(&groups) {
                    assert_eq!(facet, model.oracle.facet(facet.field, filter, top), "{filter}");
                }
            }
        };
        for file in &story.files {
            add(&mut *writer, &story.pool, file);
            writer.publish().unwrap();
            model.add(&story.pool, file);
            check(&model);
        }
        while writer.maintain(&mut NoWatch).unwrap() {}
        check(&model);
        let source = removed.index(story.files.len()) as u32 + 1;
        let id = crate::store::SourceId(source);
        prop_assert_eq!(writer.remove_source(id).unwrap(), model.remove(source));
        check(&model);
    }

    #[test]
    fn every_entry_is_found_with_its_record(story in story(10), len in 7usize..26) {
        let (fixture, model) = told(&story);
        let mut reader = fixture.reader();
        for held in &model.oracle.held {
            let record = reader.record(held.entry.id).unwrap().unwrap();
            assert_eq!(record.raw, held.raw);
            assert_eq!((record.record, record.offset), (held.entry.place.record, held.entry.place.offset));
            assert_eq!(&*record.source.name, held.entry.place.source.as_ref());
            let mapped = TestInterpret.entries(&record);
            assert_eq!(mapped.iter().find(|entry| entry.id == held.entry.id), Some(&held.entry));
            let prefix: IdPrefix = held.entry.id.to_string().get(..len).unwrap().parse().unwrap();
            let found = reader.find(&prefix, 9).unwrap();
            assert!(found.contains(&held.row()));
            assert_eq!(reader.note(held.entry.id).unwrap().is_some(), held.noted);
        }
        assert_eq!(reader.record(EntryId([9; 16])).unwrap(), None);
    }
}
