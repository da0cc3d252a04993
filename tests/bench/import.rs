//! Measures an import: `cargo bench --bench import`, with `AUDITTY_BENCH_ENTRIES` for another size than a million.
//!
//! Prints time, rate, peak memory and the store's size against the source's; the file is made by the demo
//! generator and kept in the target folder for the next run.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement prints, and fails loudly")]

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use auditty::domain::Timestamp;
use auditty::ingest::format::Formats;
use auditty::ops::Interpreter;
use auditty::ops::demo::{DemoOptions, DemoReader};
use auditty::ops::import::{Options, import};
use auditty::query::Cancel;
use auditty::store::sqlite::SqliteStore;

fn main() {
    let entries = std::env::var("AUDITTY_BENCH_ENTRIES").ok().and_then(|text| text.parse().ok());
    let source = std::env::var("AUDITTY_BENCH_FILE")
        .map_or_else(|_| sample(entries.unwrap_or(1_000_000)), PathBuf::from);
    let bytes = fs::metadata(&source).unwrap().len();
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let interpreter = Arc::new(Interpreter::new(Formats::builtin()));
    let store = SqliteStore::temporary(dir.path(), interpreter.clone()).unwrap();
    for dry_run in [true, false] {
        let options = Options { dry_run, ..Options::default() };
        let started = Instant::now();
        let name = source.to_string_lossy();
        let formats = interpreter.formats();
        let summary = import(&[name], &options, &store, formats, &mut |_| {}, &Cancel::new()).unwrap();
        let seconds = started.elapsed().as_secs_f64();
        println!(
            "{}: {} entries, {} rejects in {seconds:.2} s, {:.0} entries/s, {:.0} MB/s, peak memory {} MB",
            if dry_run { "read and map" } else { "import" },
            summary.added,
            summary.rejects,
            summary.added as f64 / seconds,
            bytes as f64 / seconds / 1e6,
            peak() / 1024,
        );
    }
    let stored = size(dir.path());
    println!("store: {:.1} MB, {:.3} of the source", stored as f64 / 1e6, stored as f64 / bytes as f64);
    let started = Instant::now();
    let name = source.to_string_lossy();
    import(&[name], &Options::default(), &store, interpreter.formats(), &mut |_| {}, &Cancel::new()).unwrap();
    println!("the same file again: {:.2} s", started.elapsed().as_secs_f64());
}

/// Returns a file of demo entries, made once.
fn sample(entries: u64) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("demo-{entries}.ndjson"));
    if !path.exists() {
        let now = Timestamp(1_790_000_000_000_000_000);
        let mut reader = DemoReader::new(&DemoOptions { seed: 1, now, entries, lean: false });
        io::copy(&mut reader, &mut File::create(&path).unwrap()).unwrap();
    }
    path
}

/// Returns the most memory this process held so far, in KiB; 0 where the system does not say.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|text| text.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn size(dir: &Path) -> u64 {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}
