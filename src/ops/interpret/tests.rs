//! A search for values before and after a change finds what mapping every record finds, however a vendor or who
//! delivers its records writes them down.

use std::collections::BTreeSet;

use super::*;
use crate::domain::base64::encode;
use crate::domain::json::{Doc, Kind};
use crate::domain::{EntryId, json};
use crate::ops::upkeep;
use crate::query::filter::Pattern;
use crate::query::{Cancel, Expr, Filter, Matcher, NoWatch, Sort, Subject, Term};
use crate::store::sqlite::{OpenOptions, SqliteStore};
use crate::store::{BatchBuilder, Reader, RecordRef, Store as _};

/// Records with how the source they come from is read.
type Sources = Vec<(Arc<SourceInfo>, Vec<String>)>;

/// Returns the samples of every format, and the same as others may deliver them.
fn sources(formats: &Formats) -> Sources {
    let text = |text: &str| serde_json::to_string(text).unwrap();
    let spellings: [&dyn Fn(&str) -> String; 5] = [
        &str::to_owned,
        &escaped,
        &|record| format!("{{\"message\":{}}}", text(record)),
        &|record| format!("{{\"data\":\"{}\"}}", encode(record.as_bytes())),
        &|record| {
            format!("{{\"message\":{}}}", text(&format!("{{\"data\":\"{}\"}}", encode(record.as_bytes()))))
        },
    ];
    let mut sources = Sources::new();
    for (at, spelling) in spellings.iter().enumerate() {
        for format in formats.all().into_iter().filter(|format| !format.samples.is_empty()) {
            let mut context = Context::read("");
            context.format = format.name.clone();
            let info = SourceInfo {
                name: format!("{} {at}", format.name).into(),
                format: format.name.as_str().into(),
                context: context.to_text().into(),
                ..SourceInfo::default()
            };
            let records = format.samples.iter().map(|sample| spelling(&sample.record)).collect();
            sources.push((info.into(), records));
        }
    }
    sources
}

/// Spells every letter of a document's strings as an escape.
fn escaped(record: &str) -> String {
    let mut doc = Doc::new();
    let Ok(root) = doc.parse(record) else { return record.to_owned() };
    let mut out = String::new();
    let mut inside = false;
    let mut chars = root.raw().chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => inside = !inside,
            '\\' => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            'a'..='z' if inside => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
                continue;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

fn stored(source: &Arc<SourceInfo>, number: usize, raw: &str) -> StoredRecord {
    StoredRecord {
        raw: raw.into(),
        source: source.clone(),
        format: source.format.clone(),
        record: number as u64,
        offset: 0,
        occurrence: 0,
    }
}

/// Fills a store; returns what the records are.
fn fill(store: &SqliteStore, interpreter: &Interpreter, sources: &Sources) -> Vec<Entry<'static>> {
    let mut writer = store.writer().unwrap();
    let mut known = BTreeSet::new();
    let mut all = Vec::new();
    for (info, records) in sources {
        let source = writer.begin_source(info).unwrap();
        let mut batch = BatchBuilder::new();
        for (number, raw) in records.iter().enumerate() {
            let mut entries = interpreter.entries(&stored(info, number, raw));
            let at = RecordRef { record: number as u64, offset: 0, unidentified: false };
            batch.push(at, raw.as_bytes(), &entries);
            // The same entry in another spelling of its record is a duplicate.
            entries.retain(|entry| known.insert(entry.id));
            all.append(&mut entries);
        }
        writer.append(source, batch.finish()).unwrap();
        writer.end_source(source, info).unwrap();
    }
    writer.publish().unwrap();
    all
}

/// Returns the values on both sides of changes.
fn values(entries: &[Entry<'_>]) -> BTreeSet<String> {
    fn add(node: Node<'_>, values: &mut BTreeSet<String>) {
        match node.kind() {
            Kind::Array => node.items().for_each(|node| add(node, values)),
            Kind::Object => node.members().for_each(|(_, node)| add(node, values)),
            _ => values.extend(node.scalar().map(|value| value.to_string())),
        }
    }
    let mut values = BTreeSet::new();
    let changes = entries.iter().flat_map(|entry| &entry.changes);
    for text in changes.flat_map(|change| [&change.before, &change.after]).flatten() {
        let mut doc = json::Doc::new();
        add(doc.parse(text).expect("what a test's format takes for JSON is JSON"), &mut values);
    }
    values
}

fn found(reader: &mut dyn Reader, filter: &Filter) -> BTreeSet<EntryId> {
    let mut found = BTreeSet::new();
    let each = &mut |row: &crate::query::Row| found.insert(row.id);
    assert!(reader.for_each(filter, Sort::default(), &mut NoWatch, each).unwrap().is_some());
    found
}

#[test]
fn values_of_changes_are_found_however_they_are_written() {
    let interpreter = Arc::new(Interpreter::new(Formats::builtin()));
    let dir = tempfile::tempdir().unwrap();
    let store =
        SqliteStore::open(&dir.path().join("x.db"), OpenOptions::default(), interpreter.clone()).unwrap();
    let entries = fill(&store, &interpreter, &sources(interpreter.formats()));
    let values = values(&entries);
    assert!(values.len() > 100, "only {} values", values.len());
    let mut wrong = Vec::new();
    for filtered in [false, true] {
        if filtered {
            upkeep(&store, &Cancel::new(), &mut || {}).unwrap();
        }
        // No question twice: what is found is remembered.
        for (at, value) in values.iter().enumerate().filter(|(at, _)| at % 2 == usize::from(filtered)) {
            let mut reader = store.reader().unwrap();
            let patterns = vec![Pattern::Exact(value.as_str().into())];
            let term = if at % 4 < 2 { Term::From(patterns) } else { Term::To(patterns) };
            let filter = Filter { expr: Expr::Term(term) };
            let matcher = Matcher::new(&filter);
            let meets = |entry: &&Entry<'_>| {
                matcher.matches(&Subject { entry, raw: b"", document: None, noted: false, marked: false })
            };
            let expected: BTreeSet<EntryId> = entries.iter().filter(meets).map(|entry| entry.id).collect();
            if found(&mut *reader, &filter) != expected {
                wrong.push(format!("{filter} ({filtered}): {}", expected.len()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

proptest::proptest! {
    #[test]
    fn every_cell_stands_in_its_row_or_is_shown(row in "[ab,;|\"\\\\\n ]{0,40}", comma: bool, spare in 0usize..3) {
        for delimiter in [if comma { ',' } else { ';' }, '|'] {
            let columns = crate::ingest::csv::count(&row, delimiter) + spare;
            let mut context = Context::read("");
            let header = crate::ingest::csv::numbered(columns);
            context.syntax = Syntax::Csv { delimiter, header, others: Vec::new() };
            let source = SourceInfo { context: context.to_text().into(), ..SourceInfo::default() };
            let interpreter = Interpreter::new(Formats::builtin());
            let mut strings = Vec::new();
            interpreter.document(row.as_bytes(), &source, &mut |node| {
                for (key, cell) in node.members() {
                    strings.extend([key.decode().into_owned(), cell.as_str().unwrap().into_owned()]);
                }
            });
            let mut shown = vec![row.clone()];
            interpreter.texts(&mut [row.as_bytes()].into_iter(), &source, &mut |text| shown.push(text.to_owned()));
            for string in strings {
                let spelled = json::quote(&string);
                let inside = spelled.get(1..spelled.len() - 1).unwrap();
                let held = shown.iter().any(|text| text.contains(&string) || text.contains(inside));
                proptest::prop_assert!(held, "{string:?} of {row:?}");
            }
        }
    }
}
