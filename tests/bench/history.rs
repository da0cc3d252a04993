//! Measures histories and diffs: `cargo bench --bench history`, with `AUDITTY_BENCH_ENTRIES` for another size than a
//! million.
//!
//! Prints the median and the worst of some runs: the history of an object in a large store, the blame of an object
//! with 10,000 entries, and the diff of two JSON documents of a megabyte each.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement prints, and fails loudly")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use auditty::diff::JsonOptions;
use auditty::diff::json;
use auditty::domain::json::Doc;
use auditty::domain::{Plan, Timestamp};
use auditty::ingest::format::Formats;
use auditty::ops::demo::{DemoOptions, DemoReader};
use auditty::ops::history::{self, Found};
use auditty::ops::import::{Options, import};
use auditty::ops::{Access, Interpreter};
use auditty::query::{Cancel, NoWatch};
use auditty::store::Store;
use auditty::store::sqlite::SqliteStore;

const NOW: Timestamp = Timestamp(1_790_000_000_000_000_000);

fn main() {
    let entries = std::env::var("AUDITTY_BENCH_ENTRIES").ok().and_then(|text| text.parse().ok());
    documents();
    let many = write("busy.ndjson", &busy(10_000));
    objects("an object with 10 000 entries, alone", &many, &["777"]);
    let log = sample(entries.unwrap_or(1_000_000));
    let ids = objects_of(&log);
    objects("objects of the sample log", &log, &ids.iter().map(String::as_str).collect::<Vec<_>>());
}

fn told(what: &str, mut run: impl FnMut()) {
    let mut times: Vec<f64> = (0..9)
        .map(|_| {
            let started = Instant::now();
            run();
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    let first = times[0];
    times.sort_by(f64::total_cmp);
    println!("{what}: median {:.1} ms, first {first:.1} ms, worst {:.1} ms", times[4], times[8]);
}

/// Two documents of about a megabyte that differ here and there.
fn documents() {
    let make = |turn: usize| {
        let mut text = String::from("{\"rows\":[");
        for n in 0..9_000 {
            let value = if n % 97 == 0 { n + turn } else { n };
            let comma = if n == 0 { "" } else { "," };
            write!(text, "{comma}{{\"id\":{n},\"name\":\"row {n}\",\"value\":{value},\"tags\":[\"a\",\"b\",\"{}\"],\"on\":true,\"note\":\"some words about it\"}}", n % 7).unwrap();
        }
        text + "]}"
    };
    let (before, after) = (make(0), make(1));
    let (mut old, mut new) = (Doc::new(), Doc::new());
    let (a, b) = (old.parse(&before).unwrap(), new.parse(&after).unwrap());
    let mut found = 0;
    told(&format!("diff of two JSON documents of {:.1} MB", before.len() as f64 / 1e6), || {
        found = json::diff(a, b, &JsonOptions::default()).changes.len();
    });
    println!("  {found} changes");
}

/// Returns the campaigns with the most, a middling number and the fewest entries, of those that were changed more
/// than once; and the one that the log tells a story of.
fn objects_of(log: &Path) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in BufReader::new(File::open(log).unwrap()).lines().map(Result::unwrap) {
        let object = line.split("\"object_type\":\"campaign\",\"object_id\":").nth(1);
        let id: String = object.unwrap_or_default().chars().take_while(char::is_ascii_digit).collect();
        if !id.is_empty() {
            *counts.entry(id).or_default() += 1;
        }
    }
    let mut ids: Vec<(usize, String)> = counts.into_iter().map(|(id, count)| (count, id)).collect();
    ids.retain(|(count, _)| *count > 1);
    ids.sort();
    assert!(ids.len() > 2, "the sample log has campaigns with histories");
    let mut chosen = vec!["90210".to_owned()];
    chosen.extend([ids.len() - 1, ids.len() / 2, 0].map(|at| ids[at].1.clone()));
    // Among a million entries other things have the same numbers.
    chosen.iter().map(|id| format!("campaign/{id}")).collect()
}

/// One object that changes again and again.
fn busy(entries: usize) -> String {
    let mut text = String::new();
    for n in 0..entries {
        let (at, before) = (1_700_000_000 + n * 60, n);
        let day = chrono::DateTime::from_timestamp(at as i64, 0).unwrap().to_rfc3339();
        writeln!(text, "{{\"id\":\"e{n}\",\"created_at\":\"{day}\",\"scope\":\"workspace\",\"workspace\":{{\"id\":1,\"name\":\"Shop\"}},\"event_type\":\"Messaging\",\"activity\":\"Campaign\",\"object_type\":\"campaign\",\"object_id\":777,\"object_name\":\"Busy\",\"action\":\"updated\",\"user\":{{\"id\":7,\"name\":\"Noor Haddad\",\"email\":\"noor@shop.example\"}},\"actor_type\":\"user\",\"ip_addr\":\"203.0.113.20\",\"changes\":[{{\"attribute_name\":\"field_{}\",\"before\":{before},\"after\":{}}}],\"payload\":{{\"state\":\"running\",\"name\":\"Busy\",\"delay_s\":3600}}}}", n % 20, n + 20).unwrap();
    }
    text
}

fn objects(what: &str, source: &Path, ids: &[&str]) {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let interpreter = Arc::new(Interpreter::new(Formats::builtin()));
    let store = SqliteStore::temporary(dir.path(), interpreter.clone()).unwrap();
    let name = source.to_string_lossy();
    let done =
        import(&[name], &Options::default(), &store, interpreter.formats(), &mut |_| {}, &Cancel::new());
    println!("{what}: {} entries", done.unwrap().added);
    let access = || Access::new(store.reader().unwrap(), interpreter.clone(), Plan::default(), NOW);
    for id in ids {
        let mut entries = 0;
        // A new connection each time, as a command has it; the store's cache is shared.
        told(&format!("  history of {id}"), || {
            let mut access = access();
            let Some(Found::One(object)) = history::find(&mut access, id, &mut NoWatch).unwrap() else {
                return;
            };
            let history = history::load(&mut access, &object.key, &mut NoWatch).unwrap().unwrap();
            entries = history.rows.len();
        });
        assert!(entries > 0, "object {id} has entries");
        told(&format!("  blame of {id}, {entries} entries"), || {
            let mut access = access();
            let Some(Found::One(object)) = history::find(&mut access, id, &mut NoWatch).unwrap() else {
                return;
            };
            let history = history::load(&mut access, &object.key, &mut NoWatch).unwrap().unwrap();
            let _ = history.blame(history.rows.len());
        });
    }
}

fn write(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path
}

/// Returns a file of demo entries, made once.
fn sample(entries: u64) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("demo-{entries}.ndjson"));
    if !path.exists() {
        let mut reader = DemoReader::new(&DemoOptions { seed: 1, now: NOW, entries, lean: false });
        io::copy(&mut reader, &mut File::create(&path).unwrap()).unwrap();
    }
    path
}
