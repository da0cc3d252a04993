//! Random entries, records and filters for property tests, here and in the store.
//!
//! Values come from small word lists, so that filters hit, miss and nearly hit.

mod filter;
mod record;

pub(crate) use filter::{filter, term};
pub(crate) use record::{Record, entry, read, record};

use super::range::ParseContext;
use crate::domain::time::SECOND;
use crate::domain::{Timestamp, Zone};

/// The time it is in these tests: 2026-11-22T14:03:11Z.
pub(crate) const NOW: Timestamp = Timestamp(1_795_356_191 * SECOND);

/// What queries are read against in these tests.
pub(crate) fn context() -> ParseContext {
    ParseContext { now: NOW, zone: Zone::parse("Europe/Berlin").unwrap() }
}

/// Words that values are made of.
const WORDS: &[&str] = &[
    "Ana Silva",
    "ana@example.com",
    "bo",
    "Bo Larsen",
    "Campaign",
    "campaign action",
    "Café \"Zoë\"",
    "straße",
    "STRASSE",
    "ΟΔΟΣ",
    "team.add_member",
    "team.remove",
    "Black*Friday",
    "a\\b",
    "none",
    "{\"deep\":\"caf\\u00e9 NEST\"}",
    "line\nbreak",
    "12345",
    "-dash",
    "a,b (c)",
    "\u{212a}elvin",
    "日本",
];

const PATHS: &[&str] =
    &["name", "tags[3]", "actions[id=9].delay_s", "actions[id=9].name", "\"a.b\".c", "state"];

const ADDRESSES: &[&str] = &[
    "10.0.0.1",
    "10.0.0.200",
    "10.1.2.3",
    "192.0.2.9",
    "2001:db8::1",
    "2001:db8::ffff",
    "AWS Internal",
    "console",
];

const JSON_VALUES: &[&str] =
    &["null", "true", "3600", "\"draft\"", "\"Live\"", "[\"draft\",7]", "{\"a\":1}", "[]", "\"caf\\u00e9\""];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    use super::*;
    use crate::domain::json::Doc;
    use crate::query::{Matcher, Subject};

    proptest! {
        #[test]
        fn a_record_reads_back_as_its_entries(entries in proptest::collection::vec(entry(), 1..4)) {
            let mut read = read(&record::write(&entries, "x", 7));
            for entry in &mut read {
                entry.id = entries[0].id;
                entry.place = Default::default();
            }
            prop_assert_eq!(read, entries);
        }
    }

    #[test]
    fn filters_hit_and_miss() {
        let mut runner = TestRunner::deterministic();
        let mut hits = 0;
        for _ in 0..2_000 {
            let record = record().new_tree(&mut runner).unwrap().current();
            let term = crate::query::Expr::Term(term().new_tree(&mut runner).unwrap().current());
            let matcher = Matcher::new(&crate::query::Filter { expr: term });
            let mut doc = Doc::new();
            let document = doc.parse(&record.raw).ok();
            assert!(document.is_some());
            let entry = &record.entries[0];
            let subject = Subject { entry, raw: record.raw.as_bytes(), document, noted: false, marked: true };
            hits += usize::from(matcher.matches(&subject));
        }
        assert!((300..1_700).contains(&hits), "{hits}");
    }
}
