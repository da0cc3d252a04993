//! The formats on records that others collected: agreement with what another product says they mean; on the
//! encodings of change; on records inside others.

mod encodings;
mod wrapped;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use auditty::domain::json::Doc;
use auditty::domain::{Class, Entry, Ip};
use auditty::ingest::format::{Formats, Learned, MapContext, Mapper, Want};
use auditty::ingest::frame::{Framer, Hints, Item, Limits, Next};
use auditty::ingest::{Bytes, Decoder, Input};

/// Percent of stated values met on vendors with a format of their own: time, actor, ip, action, outcome. What is
/// wrongly stated stands with its reason in `formats/expectations.toml`.
const FLOOR_MAPPED: [f64; 5] = [100.0; 5];

pub(crate) const FIELDS: [&str; 5] = ["time", "actor", "ip", "action", "outcome"];

/// What was met and what was stated, per field.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally(pub(crate) [(u32, u32); 5]);

impl Tally {
    pub(crate) fn add(&mut self, other: &Tally) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            mine.0 += theirs.0;
            mine.1 += theirs.1;
        }
    }

    pub(crate) fn line(&self) -> String {
        let cell =
            |(met, stated): (u32, u32)| if stated == 0 { "-".to_owned() } else { format!("{met}/{stated}") };
        self.0.iter().map(|&pair| format!("{:>10}", cell(pair))).collect()
    }

    pub(crate) fn percent(&self, field: usize) -> f64 {
        let (met, stated) = self.0[field];
        if stated == 0 { 100.0 } else { f64::from(met) * 100.0 / f64::from(stated) }
    }
}

/// The entries of a file, by record.
pub(crate) fn entries(path: &Path, formats: &Formats) -> Vec<Vec<Entry<'static>>> {
    map_all(&records(path, formats), formats, None)
}

/// The records of a file, as JSON.
pub(crate) fn records(path: &Path, formats: &Formats) -> Vec<String> {
    let containers: Vec<Vec<String>> = formats.containers().iter().map(keys).collect();
    let known = |node: auditty::domain::json::Node<'_>| formats.knows(node);
    let hints = Hints { containers: &containers, known: &known };
    let bytes = Bytes::open(&Input::file(path)).unwrap();
    let Ok(mut framer) = Framer::open(bytes, &hints, Limits::default(), &|| true) else { return Vec::new() };
    let syntax = framer.syntax().clone();
    let (mut decoder, mut records) = (Decoder::new(), Vec::new());
    loop {
        match framer.next(&mut Vec::new()) {
            Next::End => break,
            Next::Idle => {}
            Next::Slab(slab) => {
                for item in &slab.items {
                    if let Item::Record { start, end, .. } = item
                        && let Ok(node) = decoder.decode(&slab.bytes[*start..*end], &syntax)
                    {
                        records.push(node.raw().to_owned());
                    }
                }
            }
        }
    }
    records
}

/// Maps records by the format that is recognised, or by one that is named whatever they are.
pub(crate) fn map_all(
    records: &[String],
    formats: &Formats,
    named: Option<&str>,
) -> Vec<Vec<Entry<'static>>> {
    let mut docs: Vec<Doc> = records.iter().map(|_| Doc::new()).collect();
    let roots: Vec<_> = docs.iter_mut().zip(records).map(|(doc, text)| doc.parse(text).unwrap()).collect();
    let sample: Vec<_> = roots.iter().take(50).copied().collect();
    let format = named.map_or_else(|| formats.detect(&sample), |name| formats.get(name).unwrap());
    let learned = if format.generic { Learned::of(&sample) } else { Vec::new() };
    let near = chrono::DateTime::parse_from_rfc3339("2026-12-31T00:00:00Z").unwrap().timestamp_nanos_opt();
    let near = near.map(auditty::domain::Timestamp);
    let context = MapContext { forced: named.is_some(), learned, near, ..MapContext::default() };
    let mut mapper = Mapper::new(formats.clone(), format, context);
    let map = |root: &auditty::domain::json::Node<'_>| {
        let mut out = Vec::new();
        mapper.map(*root, Want::Full, &mut out);
        out.into_iter().map(Entry::into_owned).collect()
    };
    roots.iter().map(map).collect()
}

fn keys(path: &auditty::domain::json::Path) -> Vec<String> {
    use auditty::domain::json::Step;
    path.steps
        .iter()
        .filter_map(|step| if let Step::Key(key) = step { Some(key.clone()) } else { None })
        .collect()
}

pub(crate) fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("AUDITTY_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: AUDITTY_CORPUS names no corpus");
    }
    folder
}

/// What is stated of the corpus and is not so: file, record, field.
fn wrongly_stated() -> BTreeSet<(String, u64, String)> {
    let list: toml::Value = toml::from_str(include_str!("formats/expectations.toml")).unwrap();
    let text = |of: &toml::Value, key: &str| of[key].as_str().unwrap().to_owned();
    let wrong = list["wrong"].as_array().unwrap();
    assert!(
        wrong.iter().all(|of| !text(of, "reason").is_empty() && FIELDS.contains(&text(of, "field").as_str()))
    );
    let index = |of: &toml::Value| u64::try_from(of["index"].as_integer().unwrap()).unwrap();
    wrong.iter().map(|of| (text(of, "file"), index(of), text(of, "field"))).collect()
}

/// Whether an entry says what is stated; `None` where nothing is.
pub(crate) fn agrees(entry: &Entry<'_>, wanted: &serde_json::Value, field: usize) -> Option<bool> {
    let any: Vec<String> = ["", "_any"]
        .iter()
        .filter_map(|end| wanted.get(format!("{}{end}", FIELDS[field])))
        .flat_map(|value| match value {
            serde_json::Value::Array(list) => list.clone(),
            other => vec![other.clone()],
        })
        .filter_map(|value| value.as_str().map(str::to_lowercase))
        .collect();
    if any.is_empty() || wanted.get(FIELDS[field]).is_none_or(serde_json::Value::is_null) {
        return None;
    }
    let is = |text: &str| any.contains(&text.to_lowercase());
    Some(match field {
        0 => entry.time.as_ref().is_some_and(|time| {
            any.iter().any(|text| {
                let text = text.to_uppercase();
                let at =
                    chrono::DateTime::parse_from_rfc3339(&text).ok().and_then(|t| t.timestamp_nanos_opt());
                // The other product cuts decimals off; what it kept must agree.
                let digits = text.split_once('.').map_or(0, |(_, rest)| rest.trim_end_matches('Z').len());
                let unit = 10i64.pow(9 - digits.min(9) as u32);
                at.is_some_and(|at| at.div_euclid(unit) == time.at.0.div_euclid(unit))
            })
        }),
        1 => entry
            .actor
            .iter()
            .any(|actor| [&actor.name, &actor.email, &actor.id].into_iter().flatten().any(|text| is(text))),
        2 => match &entry.ip {
            Some(Ip::Text(text)) => is(text),
            Some(ip) => is(&ip.to_string()),
            None => false,
        },
        3 => {
            let said = [&entry.action_code, &entry.summary, &entry.activity];
            said.into_iter().flatten().any(|text| is(text)) || is(entry.action.as_str())
        }
        _ => is(entry.outcome.as_str()),
    })
}

#[test]
fn formats_agree_with_another_products_reading() {
    let Some(corpus) = corpus() else { return };
    let formats = Formats::builtin();
    let show = std::env::var_os("AUDITTY_CORPUS_SHOW").is_some();
    let (mut mapped, mut guessed) = (Tally::default(), Tally::default());
    let mut wrong = wrongly_stated();
    eprintln!("{:<28}{:<16}{}", "corpus", "format", FIELDS.map(|field| format!("{field:>10}")).concat());
    let mut folders: Vec<_> =
        fs::read_dir(corpus.join("formats")).unwrap().map(|f| f.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let Ok(expected) = fs::read_to_string(folder.join("expected.ndjson")) else { continue };
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let mut by_format: BTreeMap<String, Tally> = BTreeMap::new();
        let mut files: BTreeMap<String, Vec<Vec<Entry<'static>>>> = BTreeMap::new();
        for line in expected.lines() {
            let wanted: serde_json::Value = serde_json::from_str(line).unwrap();
            let file = wanted["file"].as_str().unwrap().to_owned();
            let index = wanted["index"].as_u64().unwrap() as usize;
            let all = files
                .entry(file.clone())
                .or_insert_with(|| entries(&corpus.join("formats").join(&file), &formats));
            let Some(parts) = all.get(index) else {
                panic!("{file} has {} records, none is number {index}", all.len());
            };
            let tally = by_format.entry(parts[0].format.to_string()).or_default();
            for field in 0..FIELDS.len() {
                let answers: Vec<bool> =
                    parts.iter().filter_map(|entry| agrees(entry, &wanted, field)).collect();
                if answers.is_empty() {
                    continue;
                }
                let met = answers.contains(&true);
                if wrong.remove(&(file.clone(), index as u64, FIELDS[field].to_owned())) {
                    assert!(!met, "{file}:{index} {}: agrees, so it is not wrongly stated", FIELDS[field]);
                    continue;
                }
                tally.0[field].0 += u32::from(met);
                tally.0[field].1 += 1;
                if show && !met {
                    let entry = &parts[0];
                    eprintln!(
                        "  {file}:{index} {}: stated {}, found time {:?} actor {:?} ip {:?} code {:?}",
                        FIELDS[field],
                        wanted[FIELDS[field]],
                        entry.time.as_ref().map(auditty::domain::Moment::rfc3339),
                        entry.actor.as_ref().map(|a| (&a.name, &a.email, &a.id)),
                        entry.ip,
                        entry.action_code,
                    );
                }
            }
        }
        for (format, tally) in &by_format {
            eprintln!("{name:<28}{format:<16}{}", tally.line());
            if format == "generic" { &mut guessed } else { &mut mapped }.add(tally);
        }
    }
    eprintln!("{:<44}{}", "mapped", mapped.line());
    eprintln!("{:<44}{}", "guessed", guessed.line());
    assert!(wrong.is_empty(), "the corpus does not state {wrong:?}");
    for (field, name) in FIELDS.iter().enumerate() {
        let percent = mapped.percent(field);
        assert!(percent >= FLOOR_MAPPED[field], "{name}: {percent:.1} % is under {} %", FLOOR_MAPPED[field]);
    }
}

#[test]
fn every_record_of_the_corpus_becomes_an_entry() {
    let Some(corpus) = corpus() else { return };
    let formats = Formats::builtin();
    let (mut files, mut records, mut timeless) = (0, 0, 0);
    // Per format: entries, those of a class, those with an event type, those with an activity.
    let mut sorted: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    for folder in fs::read_dir(corpus.join("formats")).unwrap() {
        let Ok(inputs) = fs::read_dir(folder.unwrap().path().join("input")) else { continue };
        for file in inputs {
            files += 1;
            for parts in entries(&file.unwrap().path(), &formats) {
                assert!(!parts.is_empty());
                records += 1;
                timeless += usize::from(parts[0].time.is_none());
                for entry in parts {
                    let known = sorted.entry(entry.format.to_string()).or_default();
                    known[0] += 1;
                    known[1] += usize::from(entry.class != Class::Other);
                    known[2] += usize::from(entry.event_type.is_some());
                    known[3] += usize::from(entry.activity.is_some());
                }
            }
        }
    }
    eprintln!("{files} files, {records} records, {timeless} without a time");
    eprintln!("{:<24}{:>8}{:>8}{:>12}{:>10}", "format", "entries", "class", "event type", "activity");
    for (format, [entries, class, event_type, activity]) in &sorted {
        eprintln!("{format:<24}{entries:>8}{class:>8}{event_type:>12}{activity:>10}");
    }
    assert!(files > 0 && records > files / 2);
    let all = sorted.values().fold([0; 4], |sum, of| [0, 1, 2, 3].map(|at| sum[at] + of[at]));
    assert!(all[1] * 100 >= all[0] * 80, "a class for {} of {} entries", all[1], all[0]);
}
