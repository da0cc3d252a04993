//! Imports as a person makes them: what a store holds after, and what is said about the rest.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use auditty::domain::{EntryId, Scope, Timestamp};
use auditty::ingest::format::Formats;
use auditty::ops::Interpreter;
use auditty::ops::import::{ImportError, Options, Outcome, Overrides, Summary, import};
use auditty::query::{Cancel, Filter, NoWatch, Sort};
use auditty::store::sqlite::SqliteStore;
use auditty::store::{Interpret as _, Reject, SourceInfo, Store as _};

use crate::convert::{containers, records};

struct Bench {
    dir: tempfile::TempDir,
    store: SqliteStore,
    interpreter: Arc<Interpreter>,
}

impl Bench {
    fn new() -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let interpreter = Arc::new(Interpreter::new(Formats::builtin()));
        let store = SqliteStore::temporary(dir.path(), interpreter.clone()).unwrap();
        Bench { dir, store, interpreter }
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path: PathBuf = self.dir.path().join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path.to_string_lossy().into_owned()
    }

    fn try_import(&self, names: &[&str], options: &Options, cancel: &Cancel) -> Result<Summary, ImportError> {
        import(names, options, &self.store, self.interpreter.formats(), &mut |_| {}, cancel)
    }

    fn import(&self, names: &[&str]) -> Summary {
        self.try_import(names, &Options::default(), &Cancel::new()).unwrap()
    }

    fn ids(&self) -> Vec<EntryId> {
        let mut ids = Vec::new();
        let mut reader = self.store.reader().unwrap();
        let mut each = |row: &auditty::query::Row| {
            ids.push(row.id);
            true
        };
        reader.for_each(&Filter::default(), Sort::default(), &mut NoWatch, &mut each).unwrap();
        ids
    }

    fn rejects(&self) -> Vec<Reject> {
        let rejects = self.store.reader().unwrap().rejects(None, 0, 1000).unwrap();
        rejects.into_iter().map(|(_, reject)| reject).collect()
    }

    fn sources(&self) -> Vec<SourceInfo> {
        self.store.reader().unwrap().sources().unwrap()
    }
}

fn read(summary: &Summary, at: usize) -> (u64, u64, u64) {
    match &summary.sources[at].outcome {
        Outcome::Read { added, duplicates, rejects, .. } => (*added, *duplicates, *rejects),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_container_gives_the_same_entries_once() {
    let bench = Bench::new();
    for (number, (name, bytes)) in containers(500).into_iter().enumerate() {
        let file = bench.file(name, bytes);
        let summary = bench.import(&[&file]);
        let expected = if number == 0 { (500, 0, 0) } else { (0, 500, 0) };
        assert_eq!(read(&summary, 0), expected, "{name}");
    }
    assert_eq!(bench.ids().len(), 500);
}

#[test]
fn the_same_file_again_adds_nothing_and_is_not_parsed() {
    let bench = Bench::new();
    let file = bench.file("log", records(50).join("\n"));
    bench.import(&[&file]);
    let before = bench.store.reader().unwrap().generation().unwrap();
    let copy = bench.file("copy", records(50).join("\n"));
    let summary = bench.import(&[&file, &copy]);
    for source in &summary.sources {
        assert_eq!(source.outcome, Outcome::Known(file.as_str().into()));
    }
    assert!(!summary.nothing_read());
    assert_eq!((summary.added, bench.sources().len()), (0, 1));
    assert_eq!(bench.store.reader().unwrap().generation().unwrap(), before);
    // Two copies in one command are one.
    let (one, two) = (bench.file("one", records(51).join("\n")), bench.file("two", records(51).join("\n")));
    let summary = bench.import(&[&one, &two]);
    assert_eq!(summary.sources[1].outcome, Outcome::Known(one.as_str().into()));
}

#[test]
fn a_file_of_which_a_part_was_pruned_is_read_again() {
    let bench = Bench::new();
    let file = bench.file("log", records(120).join("\n"));
    bench.import(&[&file]);
    let middle = bench.sources()[0].span.unwrap().0.0 + 60_000_000_000;
    bench.store.writer().unwrap().prune(Timestamp(middle), &mut NoWatch).unwrap();
    assert_eq!(bench.ids().len(), 60);
    let summary = bench.import(&[&file]);
    assert_eq!(read(&summary, 0), (60, 60, 0));
    assert_eq!(bench.ids().len(), 120);
}

#[test]
fn overlapping_exports_join_without_doubles() {
    let bench = Bench::new();
    let all = records(300);
    let first = bench.file("first", all[..200].join("\n"));
    let second = bench.file("second", format!("[{}]", all[100..].join(",")));
    let summary = bench.import(&[&first, &second]);
    assert_eq!((read(&summary, 0), read(&summary, 1)), ((200, 0, 0), (100, 100, 0)));
    assert_eq!((summary.added, summary.duplicates), (300, 100));
    assert_eq!(bench.ids().len(), 300);
}

#[test]
fn stored_records_are_read_again_with_the_same_ids() {
    let bench = Bench::new();
    let twin = records(1).remove(0);
    let mut files: Vec<String> =
        containers(20).into_iter().map(|(name, bytes)| bench.file(name, bytes)).collect();
    files.push(bench.file("twins", format!("{twin}\n{twin}\n{twin}")));
    files.push(bench.file("prefixed", "2026-03-01T00:00:00Z app: {\"user\":\"a\",\"action\":\"b\"}\n"));
    for file in &files {
        bench.import(&[file]);
    }
    let ids = bench.ids();
    assert_eq!(ids.len(), 20 + 2 + 1);
    let mut reader = bench.store.reader().unwrap();
    for id in ids {
        let record = reader.record(id).unwrap().unwrap();
        let again = bench.interpreter.entries(&record);
        assert!(again.iter().any(|entry| entry.id == id), "{record:?}");
        let mut seen = 0;
        bench.interpreter.document(&record.raw, &record.source, &mut |_| seen += 1);
        assert_eq!(seen, 1);
    }
}

#[test]
fn what_could_not_be_read_is_kept_and_named() {
    let bench = Bench::new();
    let good = records(3);
    let text = format!("{}\n{{\"a\":\"\u{1}\"}}\n\n{}\noops\n{}\n{{\"half\":", good[0], good[1], good[2]);
    let mut bytes = text.into_bytes();
    let bad = bytes.windows(4).position(|window| window == b"oops").unwrap();
    bytes[bad + 1] = 0xff;
    let summary = bench.import(&[&bench.file("mixed", &bytes)]);
    assert_eq!(read(&summary, 0), (3, 0, 3));
    let rejects = bench.rejects();
    let reasons: Vec<_> = rejects.iter().map(|reject| (reject.record, reject.reason.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (1, "not JSON: unescaped control character 0x01 in a string (byte 6)"),
            (3, "invalid UTF-8 (byte 1 of the record)"),
            (5, "not JSON: the JSON ends inside a value (byte 8)"),
        ]
    );
    assert_eq!(rejects[1].offset, bad as u64);
    assert_eq!(rejects[1].raw, b"o\xffps");
    assert_eq!(bench.sources()[0].rejects, 3);
}

#[test]
fn a_truncated_gzip_keeps_what_could_be_read() {
    let bench = Bench::new();
    let whole = containers(5000).into_iter().find(|(name, _)| *name == "lines.gz").unwrap().1;
    let file = bench.file("cut.gz", &whole[..whole.len() / 2]);
    let summary = bench.import(&[&file]);
    let (added, _, rejects) = read(&summary, 0);
    assert!(added > 100 && added < 5000, "{added}");
    assert_eq!(bench.ids().len() as u64, added);
    let last = bench.rejects().pop().unwrap();
    assert!(last.reason.starts_with("the gzip data ends before its end, at byte "), "{}", last.reason);
    assert!((1..=2).contains(&rejects));
    // The whole file adds the rest.
    let summary = bench.import(&[&bench.file("whole.gz", &whole)]);
    assert_eq!(read(&summary, 0), (5000 - added, added, 0));
}

#[test]
fn ragged_rows_are_entries_or_rejects() {
    let bench = Bench::new();
    let text = "time,user,action\n2026-03-01T10:00:00Z,ann\n2026-03-01T10:00:01Z,bo,x,extra\n2026-03-01T10:00:02Z,cy,y,\n";
    let summary = bench.import(&[&bench.file("ragged.csv", text)]);
    assert_eq!(read(&summary, 0), (2, 0, 1));
    assert_eq!(bench.rejects()[0].reason, "a row of 4 cells under a header of 3");
}

#[test]
fn a_line_of_many_megabytes_goes_by() {
    let bench = Bench::new();
    let good = records(2);
    let mut bytes = format!("{}\n{{\"blob\":\"", good[0]).into_bytes();
    bytes.resize(bytes.len() + 70 * 1024 * 1024, b'x');
    bytes.extend(format!("\"}}\n{}\n", good[1]).into_bytes());
    let summary = bench.import(&[&bench.file("long", &bytes)]);
    assert_eq!(read(&summary, 0), (2, 0, 1));
    let reject = &bench.rejects()[0];
    assert_eq!((reject.raw.len(), reject.record), (64 * 1024, 1));
    assert!(reject.length > 70 * 1024 * 1024 && reject.sha256.is_some());
}

#[test]
fn what_is_no_log_leaves_the_store_untouched() {
    let bench = Bench::new();
    let before = bench.store.reader().unwrap().generation().unwrap();
    let image = bench.file("image", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let empty = bench.file("empty", b"");
    bench.file("folder/README", "# A title\n\nSome words.\n");
    bench.file("folder/logo", b"GIF89a\x01\x00");
    let folder = bench.dir.path().join("in/folder").to_string_lossy().into_owned();
    for (name, reason) in [
        (image.as_str(), "not a log: a PNG image"),
        (&empty, "empty: there is nothing to read"),
        ("/nonesuch/file", "no such file"),
        (&folder, "not a log: text in which no line says when it happened, without JSON and without columns"),
    ] {
        let summary = bench.import(&[name]);
        assert!(summary.nothing_read(), "{name}");
        assert_eq!(summary.problems()[0].1, reason, "{name}");
    }
    assert_eq!(bench.store.reader().unwrap().generation().unwrap(), before);
    assert_eq!(bench.sources(), []);
    // Beside a log they are passed over without a word.
    bench.file("folder/sub/log", records(1).join("\n"));
    let summary = bench.import(&[&folder]);
    assert_eq!((summary.added, summary.problems()), (1, vec![]));
}

#[test]
fn a_log_without_records_is_no_mistake() {
    let bench = Bench::new();
    let summary = bench
        .import(&[&bench.file("none", r#"{"Records":[]}"#), &bench.file("header.csv", "time,user,action\n")]);
    assert!(!summary.nothing_read());
    assert_eq!((read(&summary, 0), read(&summary, 1)), ((0, 0, 0), (0, 0, 0)));
}

#[test]
fn a_cancelled_import_leaves_nothing() {
    let bench = Bench::new();
    let file = bench.file("log", records(3000).join("\n"));
    let cancel = Cancel::new();
    let stop = cancel.clone();
    let result = import(
        &[&file],
        &Options::default(),
        &bench.store,
        bench.interpreter.formats(),
        &mut |_| stop.cancel(),
        &cancel,
    );
    // The one slab may have been the last: then there was nothing left to cancel.
    if let Err(error) = result {
        assert!(matches!(error, ImportError::Cancelled), "{error}");
        assert_eq!((bench.ids().len(), bench.sources().len()), (0, 0));
    }
    cancel.cancel();
    let other = bench.file("other", records(3001).join("\n"));
    let result = bench.try_import(&[&other], &Options::default(), &cancel);
    assert!(matches!(result, Err(ImportError::Cancelled)));
    assert!(bench.sources().iter().all(|source| *source.name != *other));
    // And the next one is not in its way.
    assert_eq!(bench.import(&[&other]).rejects, 0);
}

#[test]
fn a_dry_run_counts_and_stores_nothing() {
    let bench = Bench::new();
    let file = bench.file("log", records(40).join("\n"));
    let options = Options { dry_run: true, ..Options::default() };
    let summary = bench.try_import(&[&file], &options, &Cancel::new()).unwrap();
    assert!(summary.dry_run);
    assert_eq!(summary.added, 40);
    assert_eq!(bench.sources(), []);
}

#[test]
fn what_a_hand_says_holds_for_all_entries_and_when_read_again() {
    let bench = Bench::new();
    let overrides = Overrides {
        scope: Some(Scope::Workspace),
        workspace: Some("Production".into()),
        ..Overrides::default()
    };
    let file = bench.file("log", records(2).join("\n"));
    bench.try_import(&[&file], &Options { overrides, ..Options::default() }, &Cancel::new()).unwrap();
    let id = bench.ids()[0];
    let record = bench.store.reader().unwrap().record(id).unwrap().unwrap();
    let entry = bench.interpreter.entries(&record).remove(0);
    assert_eq!((entry.scope, entry.workspace.as_deref()), (Some(Scope::Workspace), Some("Production")));
}

#[test]
fn newest_first_files_are_known_as_such() {
    let bench = Bench::new();
    let mut falling = records(30);
    falling.reverse();
    bench.import(&[&bench.file("falling", falling.join("\n"))]);
    bench.import(&[&bench.file("rising", records(31).join("\n"))]);
    let sources = bench.sources();
    assert_eq!((sources[0].newest_first, sources[1].newest_first), (true, false));
    assert!(sources[0].span.is_some());
}

#[test]
fn an_envelope_is_kept_with_its_source() {
    let bench = Bench::new();
    let text = format!(r#"{{"account":"acme","Records":[{}],"next":null}}"#, records(2).join(","));
    bench.import(&[&bench.file("page", text)]);
    let context = bench.sources()[0].context.to_string();
    assert!(context.contains("acme") && context.contains("next"), "{context}");
}

#[test]
fn publishing_on_the_way_shows_everything_at_the_end() {
    let bench = Bench::new();
    let file = bench.file("log", records(20_000).join("\n"));
    let options = Options { publish_every: Some(Duration::ZERO), ..Options::default() };
    let summary = bench.try_import(&[&file], &options, &Cancel::new()).unwrap();
    assert_eq!(summary.added + summary.duplicates, 20_000);
    assert_eq!(bench.ids().len() as u64, summary.added);
    assert_eq!(bench.sources().len(), 1);
}

/// What a person sees while a file grows: told by the entries that the store holds.
#[test]
fn following_reads_on_when_files_grow_are_cut_and_rotated() {
    use auditty::ops::import::Follow;
    use std::io::Write as _;
    let bench = Bench::new();
    let all = records(6);
    let (one, two) = (bench.file("one", format!("{}\n", all[0])), bench.file("two", ""));
    let append = |path: &str, text: &str| {
        fs::OpenOptions::new().append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
    };
    let wait = |count: usize| {
        let begun = std::time::Instant::now();
        while bench.ids().len() != count {
            assert!(begun.elapsed() < Duration::from_secs(60), "{} entries, not {count}", bench.ids().len());
            std::thread::sleep(Duration::from_millis(5));
        }
        begun.elapsed()
    };
    let follow = Follow::default();
    let options = Options {
        publish_every: Some(Duration::from_millis(700)),
        follow: Some(follow.clone()),
        ..Options::default()
    };
    let live = || follow.live.load(std::sync::atomic::Ordering::Relaxed);
    let summary = std::thread::scope(|scope| {
        let work = || bench.try_import(&[&one, &two], &options, &Cancel::new()).unwrap();
        let running = scope.spawn(work);
        wait(1);
        assert!(!live(), "a file is empty yet");
        append(&two, &format!("{}\n", all[1]));
        wait(2);
        append(&one, &format!("{}\n{{\"half", all[2]));
        wait(3);
        let begun = std::time::Instant::now();
        while !live() {
            assert!(begun.elapsed() < Duration::from_secs(60));
        }
        // Cut, and written anew.
        fs::write(&one, format!("{}\n", all[3])).unwrap();
        wait(4);
        // Rotated.
        fs::rename(&two, format!("{two}.1")).unwrap();
        fs::write(&two, format!("{}\n", all[4])).unwrap();
        wait(5);
        append(&two, &format!("{}\n", all[5]));
        let shown = wait(6);
        assert!(shown < Duration::from_secs(5), "{shown:?}");
        follow.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        running.join().unwrap()
    });
    assert!(!live());
    assert_eq!((summary.added, summary.rejects), (6, 1), "the half line of the file that was cut");
    assert_eq!(bench.sources().len(), 4, "what was cut or rotated is a source of its own");
}

#[test]
fn others_write_while_a_folder_is_followed_and_new_files_are_taken() {
    use auditty::ops::import::Follow;
    let bench = Bench::new();
    let all = records(4);
    let first = bench.file("logs/one", format!("{}\n", all[0]));
    let folder = std::path::Path::new(&first).parent().unwrap().to_str().unwrap().to_owned();
    let other = bench.file("other", format!("{}\n{}\n", all[1], all[0]));
    let follow = Follow { names: vec![folder.clone()], ..Follow::default() };
    let every = Some(Duration::from_millis(700));
    let options = Options { publish_every: every, follow: Some(follow.clone()), ..Options::default() };
    let wait = |count: usize| {
        let begun = std::time::Instant::now();
        while bench.ids().len() != count {
            assert!(begun.elapsed() < Duration::from_secs(60), "{} entries, not {count}", bench.ids().len());
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    let summary = std::thread::scope(|scope| {
        let running = scope.spawn(|| bench.try_import(&[&folder], &options, &Cancel::new()).unwrap());
        wait(1);
        let between = bench.import(&[&other]);
        assert_eq!((between.added, between.duplicates), (1, 1));
        fs::write(format!("{folder}/two"), format!("{}\n{}\n", all[1], all[2])).unwrap();
        wait(3);
        fs::OpenOptions::new()
            .append(true)
            .open(&first)
            .and_then(|mut file| std::io::Write::write_all(&mut file, format!("{}\n", all[3]).as_bytes()))
            .unwrap();
        wait(4);
        follow.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        running.join().unwrap()
    });
    assert_eq!((summary.added, summary.duplicates), (3, 1));
    assert_eq!(bench.sources().len(), 3);
}

#[test]
fn the_order_of_day_and_month_is_that_of_the_whole_file() {
    let bench = Bench::new();
    // More than is looked at before reading begins.
    let mut rows = String::from("time,user,action,about\n");
    for number in 0..600 {
        rows.push_str(&format!("4/5/2026 10:00:00,ana{number},login,{}\n", "x".repeat(4000)));
    }
    let open = bench.file("open.csv", &rows);
    let plain = bench.file("plain.csv", format!("{rows}13/5/2026 09:00:00,bo,login,y\n"));
    let first = |summary: &Summary| match &summary.sources[0].outcome {
        Outcome::Read { notes, span, .. } => (notes.join("; "), span.unwrap().0.rfc3339(0)),
        other => panic!("{other:?}"),
    };
    let (notes, from) = first(&bench.import(&[&plain]));
    assert_eq!(from, "2026-05-04T10:00:00Z");
    assert!(notes.contains("day first, as other dates of the file show"), "{notes}");
    let (notes, from) = first(&bench.import(&[&open]));
    assert_eq!(from, "2026-04-05T10:00:00Z");
    assert!(notes.contains("4/5/2026") && notes.contains("nothing in the file shows"), "{notes}");
}

#[test]
fn an_input_of_rejects_alone_has_failed_and_says_where() {
    let bench = Bench::new();
    let file = bench.file("broken", "{\"time\":\"2026-01-02T03:04:05Z\",\"actor\n{\"a\":\n");
    let summary = bench.import(&[&file]);
    assert!(summary.nothing_read(), "{summary:?}");
    assert_eq!(summary.first_rejects.len() as u64, summary.rejects.min(5));
    assert_eq!((summary.first_rejects[0].record, summary.first_rejects[0].offset), (0, 0));
    // Nothing but an empty list is an answer.
    let file = bench.file("none", "[]");
    assert!(!bench.import(&[&file]).nothing_read());
}
