//! A column of many different values: addresses, a tenth as many as entries and at most a million.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use auditty::domain::{Entry, EntryId, Field, Ip, Moment, Timestamp};
use auditty::ingest::format::Formats;
use auditty::ops::Interpreter;
use auditty::query::{Filter, NoWatch};
use auditty::store::sqlite::{OpenOptions, SqliteStore};
use auditty::store::{BatchBuilder, RecordRef, SourceInfo, Store as _};

use super::data::{NOW, Size};
use super::measure::{median, say, timed};

/// Entries of a batch.
const BATCH: u64 = 4096;

/// Prints the figures of a store made for this.
pub(crate) fn run(size: &Size, dir: &Path) {
    let distinct = (size.entries / 10).min(1_000_000) as u32;
    let interpreter = Arc::new(Interpreter::new(Formats::builtin()));
    let path = dir.join("addresses.db");
    let store = SqliteStore::open(&path, OpenOptions::default(), interpreter).unwrap();
    fill(&store, size.entries, distinct);
    let mut reader = store.reader().unwrap();
    let mut facet = || {
        let groups = [(Field::Ip, Filter::all())];
        let facets = reader.facets(&groups, 100, &mut NoWatch).unwrap().unwrap();
        assert_eq!(facets[0].distinct, u64::from(distinct));
    };
    say("facet of a tenth as many addresses, first time, ms", timed(&mut facet).1);
    say("facet of a tenth as many addresses, ms", median((0..9).map(|_| timed(&mut facet).1).collect()));
}

fn fill(store: &SqliteStore, entries: u64, distinct: u32) {
    let mut writer = store.writer().unwrap();
    let info = SourceInfo { name: "addresses".into(), format: "generic".into(), ..SourceInfo::default() };
    let source = writer.begin_source(&info).unwrap();
    for first in (0..entries).step_by(BATCH as usize) {
        let mut batch = BatchBuilder::new();
        for number in first..(first + BATCH).min(entries) {
            // Every address is used, in an order that no compression finds.
            let host = (number % u64::from(distinct)).wrapping_mul(0x9e37_79b1) as u32;
            let mut entry = Entry::blank("generic");
            let raw = format!("{{\"n\":{number}}}");
            entry.id = EntryId::of(raw.as_bytes(), 0);
            let at = Timestamp(NOW.0 - (entries - number) as i64 * 1_000_000_000);
            entry.time = Some(Moment { at, digits: 0, text: "".into() });
            entry.ip = Some(Ip::Addr(Ipv4Addr::from_bits(host).into()));
            let at = RecordRef { record: number, offset: number * 16, unidentified: false };
            batch.push(at, raw.as_bytes(), &[entry]);
        }
        writer.append(source, batch.finish()).unwrap();
    }
    writer.end_source(source, &info).unwrap();
    writer.publish().unwrap();
}
