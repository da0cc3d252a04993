//! The figures of one size.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use auditty::domain::zone::Zone;
use auditty::domain::{Field, Plan};
use auditty::ingest::format::Formats;
use auditty::ops::column::Column;
use auditty::ops::export::{ExportPlan, Output, write};
use auditty::ops::import::{Options, import};
use auditty::ops::mask::Masker;
use auditty::ops::{Access, Interpreter, upkeep};
use auditty::query::{Anchor, Cancel, Filter, NoWatch, PageRequest, ParseContext, Row, Sort, Watch, parse};
use auditty::store::sqlite::{OpenOptions, SqliteStore};
use auditty::store::{Interpret as _, Reader, Store};

use super::data::{NOW, Size, sample};
use super::{addresses, screen, viewing};

/// The fields of the sidebar.
const FIELDS: [Field; 9] = [
    Field::Scope,
    Field::Workspace,
    Field::EventType,
    Field::Activity,
    Field::Action,
    Field::Actor,
    Field::Kind,
    Field::Outcome,
    Field::Format,
];

/// The parts that reading has.
const READ: [&str; 4] = ["facets", "distinct", "pages", "texts"];

/// Prints the figures of a size, one a line.
pub(crate) fn run(size: &Size) {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    if is_alone("addresses") {
        return addresses::run(size, dir.path());
    }
    let source = sample(size);
    let path = dir.path().join("auditty.db");
    let interpreter = Arc::new(Interpreter::new(Formats::builtin()));
    let store = SqliteStore::open(&path, OpenOptions::default(), interpreter.clone()).unwrap();
    importing(&store, &interpreter, &source, dir.path());
    asking(store, &interpreter, &path);
    if wants("view") {
        viewing::run(&source, dir.path());
    }
    if wants("addresses") {
        addresses::run(size, dir.path());
    }
}

/// Prints the figures of a store that is there; nothing is written to it.
pub(crate) fn read(path: &Path) {
    if is_alone("screen") {
        return screen::run(path);
    }
    let interpreter = Arc::new(Interpreter::new(Formats::builtin()));
    let options = OpenOptions { read_only: true, ..OpenOptions::default() };
    let store = SqliteStore::open(path, options, interpreter.clone()).unwrap();
    asking(store, &interpreter, path);
}

/// Whether a part is measured: each, unless [`super::PARTS`] names some.
fn wants(part: &str) -> bool {
    std::env::var(super::PARTS).map_or(true, |parts| parts.split(',').any(|name| name.trim() == part))
}

/// Whether only one part is measured.
pub(crate) fn is_alone(part: &str) -> bool {
    std::env::var(super::PARTS).is_ok_and(|parts| parts.trim() == part)
}

fn asking(store: SqliteStore, interpreter: &Arc<Interpreter>, path: &Path) {
    if wants("read") || READ.into_iter().any(wants) {
        reading(&store, interpreter);
    }
    if wants("export") {
        exporting(&store, interpreter);
    }
    drop(store);
    if wants("screen") {
        in_small_process(path);
    }
}

/// Measures the screen in a process of its own: who read much takes long to start another, whose first bytes would
/// then come later the larger the store is.
fn in_small_process(store: &Path) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env_remove(super::CHILD).env(super::STORE, store).env(super::PARTS, "screen");
    assert!(command.status().unwrap().success(), "measuring the screen failed");
}

pub(crate) fn say(what: &str, value: f64) {
    println!("{what}\t{value}");
}

/// Returns what work gave and the milliseconds it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let started = Instant::now();
    let value = work();
    (value, started.elapsed().as_secs_f64() * 1e3)
}

pub(crate) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Begins to look for the most memory anew, where the system allows it.
fn forget_peak() {
    drop(fs::write("/proc/self/clear_refs", "5"));
}

fn importing(store: &SqliteStore, interpreter: &Interpreter, source: &Path, dir: &Path) {
    let bytes = fs::metadata(source).unwrap().len() as f64;
    let names = [source.to_string_lossy()];
    let once = || {
        let formats = interpreter.formats();
        import(&names, &Options::default(), store, formats, &mut |_| {}, &Cancel::new()).unwrap()
    };
    let lines = Command::new("wc").arg("-l").arg(source).output();
    let (_, wc) = timed(|| Command::new("wc").arg("-l").arg(source).output());
    let (summary, took) = timed(once);
    say("import, s", took / 1e3);
    say("import, thousand entries a second", summary.added as f64 / took);
    say("import, MB a second", bytes / took / 1e3);
    if lines.is_ok() {
        say("import, times wc -l", took / wc);
    }
    say("import, peak memory, MB", peak_kib() / 1024.0);
    say("store, of the source", size_of(dir) / bytes);
    let (_, again) = timed(once);
    say("the same file again, s", again / 1e3);
    let (_, filters) = timed(|| upkeep(store, &Cancel::new(), &mut || {}).unwrap());
    say("text filters, s", filters / 1e3);
    say("store with text filters, of the source", size_of(dir) / bytes);
    say("peak memory with text filters, MB", peak_kib() / 1024.0);
}

fn reading(store: &SqliteStore, interpreter: &Interpreter) {
    forget_peak();
    let mut reader = store.reader().unwrap();
    let reader = reader.as_mut();
    let top = |reader: &mut dyn Reader, field: Field| -> Vec<String> {
        let facets = reader.facets(&[(field, Filter::all())], 12, &mut NoWatch).unwrap().unwrap();
        facets[0].values.iter().map(|value| value.value.to_string()).collect()
    };
    let actors = top(reader, Field::Actor);
    let kinds = top(reader, Field::EventType);
    let quoted = |key: &str, values: &[String]| -> Vec<Filter> {
        values.iter().map(|value| filter(&format!("{key}:\"{value}\""))).collect()
    };
    let (actors, kinds) = (quoted("actor", &actors), quoted("type", &kinds));
    let part = |name: &str| wants("read") || wants(name);
    if part("facets") {
        counting(reader, &actors, &kinds);
    }
    if part("distinct") {
        let ip = |reader: &mut dyn Reader| {
            reader.facets(&[(Field::Ip, Filter::all())], 100, &mut NoWatch).unwrap().unwrap();
        };
        say("facet of addresses, first time, ms", timed(|| ip(store.reader().unwrap().as_mut())).1);
    }
    if part("pages") {
        pages(reader, interpreter, &actors);
    }
    if part("texts") {
        texts(store);
    }
    say("peak memory of reading, MB", peak_kib() / 1024.0);
}

fn counting(reader: &mut dyn Reader, actors: &[Filter], kinds: &[Filter]) {
    let days: Vec<Filter> = (1..12).map(|n| filter(&format!("since:{}d", n * 30))).collect();
    say("all facets, ms", median(each(&vec![Filter::all(); 9], |filter| facets(reader, filter))));
    say("all facets since a day, ms", median(each(&days, |filter| facets(reader, filter))));
    say("all facets of an actor, ms", median(each(actors, |filter| facets(reader, filter))));
    say("all facets of an event type, ms", median(each(kinds, |filter| facets(reader, filter))));
}

/// Exports a fifth of the entries, the latest.
fn exporting(store: &SqliteStore, interpreter: &Arc<Interpreter>) {
    forget_peak();
    let total = store.reader().unwrap().count(&Filter::all(), &mut NoWatch).unwrap().unwrap();
    let seven = "id,time,workspace,event_type,activity,actor,ip";
    let export = |columns: &str, output: Output, rows: u64, masked: bool| {
        let access = Access::new(store.reader().unwrap(), interpreter.clone(), Plan::NONE, NOW);
        let masker = Masker::new(interpreter.formats().clone());
        let mut access = if masked { access.masked(masker) } else { access };
        let plan = ExportPlan {
            columns: Column::parse_list(columns).unwrap(),
            output,
            limit: Some(rows),
            ..ExportPlan::default()
        };
        let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::sink());
        let (done, took) = timed(|| write(&plan, &mut access, &mut out, &mut NoWatch).unwrap().unwrap());
        assert_eq!(done.rows, rows);
        took / 1e3
    };
    let (fifth, few) = (total / 5, total / 50);
    say("CSV of a fifth, seven columns, s", export(seven, Output::Csv, fifth, true));
    say("CSV of a fifth, seven columns, not masked, s", export(seven, Output::Csv, fifth, false));
    say("CSV of a fiftieth, default columns, s", export("", Output::Csv, few, true));
    say("CSV of a fiftieth, default columns, not masked, s", export("", Output::Csv, few, false));
    say("NDJSON of a fiftieth, s", export("", Output::Ndjson, few, true));
    say("peak memory of exports, MB", peak_kib() / 1024.0);
}

fn filter(text: &str) -> Filter {
    parse(text, &ParseContext { now: NOW, zone: Zone::Utc }).unwrap()
}

/// Returns how long each question took.
fn each<Q>(questions: &[Q], mut ask: impl FnMut(&Q)) -> Vec<f64> {
    questions.iter().map(|question| timed(|| ask(question)).1).collect()
}

fn facets(reader: &mut dyn Reader, filter: &Filter) {
    let groups: Vec<(Field, Filter)> = FIELDS.iter().map(|field| (*field, filter.clone())).collect();
    assert!(reader.facets(&groups, 20, &mut NoWatch).unwrap().is_some());
}

fn request(filter: &Filter, anchor: Anchor) -> PageRequest {
    PageRequest { filter: filter.clone(), sort: Sort::default(), anchor, limit: 100 }
}

fn pages(reader: &mut dyn Reader, interpreter: &Interpreter, actors: &[Filter]) {
    let all = Filter::all();
    let total = reader.count(&all, &mut NoWatch).unwrap().unwrap();
    // A fixed walk over the whole store, with no two pages near each other.
    let ranks: Vec<u64> = (1..200u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % total).collect();
    let mut rows: Vec<Row> = Vec::new();
    let jumps = each(&ranks, |rank| {
        let page = reader.page(&request(&all, Anchor::Rank(*rank)), &mut NoWatch).unwrap().unwrap();
        rows.push(page.rows[0].clone());
    });
    say("jump to a page, ms", median(jumps));
    let first = each(actors, |filter| {
        reader.page(&request(filter, Anchor::First), &mut NoWatch).unwrap().unwrap();
    });
    say("first page of an actor, ms", median(first));
    let details = each(&rows, |row| {
        let record = reader.record(row.id).unwrap().unwrap();
        assert!(!interpreter.entries(&record).is_empty());
    });
    say("detail of an entry on a page, ms", median(details));
    let histograms = each(actors, |filter| {
        reader.histogram(filter, 60, &mut NoWatch).unwrap().unwrap();
    });
    say("histogram of an actor, ms", median(histograms));
}

/// Notes when the first rows come.
struct First(Instant, Option<f64>);

impl Watch for First {
    fn cancelled(&self) -> bool {
        false
    }

    fn rows(&mut self, rows: &[Row]) {
        if !rows.is_empty() {
            self.1.get_or_insert_with(|| self.0.elapsed().as_secs_f64() * 1e3);
        }
    }
}

/// Searches of all text, each on a connection of its own.
fn texts(store: &SqliteStore) {
    let ask = |text: &str| {
        let mut reader = store.reader().unwrap();
        let request = request(&filter(text), Anchor::First);
        let mut watch = First(Instant::now(), None);
        let (page, took) = timed(|| reader.page(&request, &mut watch).unwrap().unwrap());
        (watch.1.unwrap_or(took), took, page.total)
    };
    ask("zzqx-not-there");
    say("text that is nowhere, ms", median((0..5).map(|n| ask(&format!("zzqx{n}jk")).1).collect()));
    let common: Vec<_> = ["friend", "currency", "manage", "finish", "shop"].map(&ask).into();
    say("common text, first rows, ms", median(common.iter().map(|found| found.0).collect()));
    say("common text, all, ms", median(common.iter().map(|found| found.1).collect()));
    let named: Vec<_> = ["from:draft", "to:paused", "changed:description"].map(&ask).into();
    say("value before or after a change, ms", median(named.iter().map(|found| found.1).collect()));
    let expressions: Vec<_> = ["/ses_[0-9a-f]{3}fff/", "/zzqx.*jk/", "/[Ff]inish your/"].map(&ask).into();
    say("expression, all, ms", median(expressions.iter().map(|found| found.1).collect()));
}

/// Returns the most memory this process held so far; 0 where the system does not say.
fn peak_kib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|text| text.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0.0)
}

fn size_of(dir: &Path) -> f64 {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len() as f64).sum()
}
