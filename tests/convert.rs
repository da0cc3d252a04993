//! Files as normalised entries: whatever they come in, the same entries come out.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use auditty::ingest::format::Formats;
use auditty::ops::import::{Outcome, Overrides};
use auditty::ops::{ConvertOptions, Converted, convert};
use auditty::query::Cancel;
use serde_json::Value;

/// Records of one small log, as objects on one line each.
pub(crate) fn records(count: usize) -> Vec<String> {
    let record = |n: usize| {
        format!(
            r#"{{"time":"2026-03-01T10:{:02}:{:02}Z","user":"ann@example.com","action":"item.updated","item":"i-{n}","note":"Zoë \"{n}\""}}"#,
            n / 60 % 60,
            n % 60
        )
    };
    (0..count).map(record).collect()
}

/// The same log in each container: a file's name and bytes.
pub(crate) fn containers(count: usize) -> Vec<(&'static str, Vec<u8>)> {
    let records = records(count);
    let lines = records.join("\n");
    let rows = records.iter().map(|record| {
        let value: Value = serde_json::from_str(record).unwrap();
        let cell = |key: &str| format!("\"{}\"", value[key].as_str().unwrap().replace('"', "\"\""));
        ["time", "user", "action", "item", "note"].map(cell).join(",")
    });
    let rows: Vec<_> = rows.collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(lines.as_bytes()).unwrap();
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(lines.encode_utf16().flat_map(u16::to_le_bytes));
    vec![
        ("lines", lines.clone().into_bytes()),
        ("array", format!("[\n{}\n]", records.join(",\n")).into_bytes()),
        ("wrapped", format!(r#"{{"next":null,"Records":[{}]}}"#, records.join(",")).into_bytes()),
        (
            "nested",
            format!(r#"{{"took":1,"hits":{{"total":9,"hits":[{}]}}}}"#, records.join(",")).into_bytes(),
        ),
        ("joined", records.concat().into_bytes()),
        ("table.csv", format!("time,user,action,item,note\r\n{}\r\n", rows.join("\r\n")).into_bytes()),
        ("lines.gz", gzip.finish().unwrap()),
        ("lines.zst", zstd::encode_all(lines.as_bytes(), 1).unwrap()),
        ("utf16", utf16),
    ]
}

fn run(path: &Path, options: &ConvertOptions) -> (Vec<Value>, Converted) {
    let mut out = Vec::new();
    let names = [path.to_string_lossy()];
    let done = convert(&names, options, &Formats::builtin(), &mut out, &mut |_| {}, &Cancel::new()).unwrap();
    let text = String::from_utf8(out).unwrap();
    (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), done)
}

fn entries(name: &str, bytes: &[u8]) -> (Vec<Value>, Converted) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    run(&path, &ConvertOptions::default())
}

#[test]
fn every_container_gives_the_same_entries() {
    let mut known: Option<Vec<Value>> = None;
    for (name, bytes) in containers(300) {
        let (entries, done) = entries(name, &bytes);
        assert_eq!(entries.len(), 300, "{name}");
        assert_eq!(done.summary.rejects, 0, "{name}: {:?}", done.rejects);
        assert_eq!(entries[7]["time"], "2026-03-01T10:00:07Z", "{name}");
        assert_eq!(entries[7]["record"], 7, "{name}");
        assert_eq!(entries[299]["actor"]["email"], "ann@example.com", "{name}");
        let ids: Vec<Value> = entries.iter().map(|entry| entry["id"].clone()).collect();
        // All JSON has the same content; a row's cells stand in the order of its columns, which is the same here.
        assert_eq!(known.get_or_insert_with(|| ids.clone()), &ids, "{name}");
    }
}

#[test]
fn identical_records_without_ids_are_told_apart() {
    let record = records(1).remove(0);
    let (entries, _) = entries("twins", format!("{record}\n{record}\n{record}\n").as_bytes());
    assert_eq!(entries.len(), 3);
    assert_ne!(entries[0]["id"], entries[1]["id"]);
    assert_ne!(entries[1]["id"], entries[2]["id"]);
}

#[test]
fn our_own_lines_convert_to_themselves() {
    let dir = tempfile::tempdir().unwrap();
    let (first, again) = (dir.path().join("first"), dir.path().join("again"));
    fs::write(&first, records(20).join("\n")).unwrap();
    let (entries, _) = run(&first, &ConvertOptions::default());
    let lines: Vec<String> = entries.iter().map(Value::to_string).collect();
    fs::write(&again, lines.join("\n")).unwrap();
    let (second, _) = run(&again, &ConvertOptions::default());
    let facts = |entries: &[Value]| -> Vec<(Value, Value, Value)> {
        entries.iter().map(|e| (e["id"].clone(), e["time"].clone(), e["actor"].clone())).collect()
    };
    assert_eq!(facts(&entries), facts(&second));
}

#[test]
fn what_is_no_record_is_told_with_its_place() {
    let text = format!("{}\nnot json\n{}\n{{\"half\":", records(1)[0], records(1)[0]);
    let (entries, done) = entries("mixed", text.as_bytes());
    assert_eq!(entries.len(), 2);
    assert_eq!(done.summary.rejects, 2);
    let places: Vec<_> = done.rejects.iter().map(|(_, reject)| (reject.record, reject.offset)).collect();
    let first = records(1)[0].len() as u64 + 1;
    assert_eq!(places, [(1, first), (3, 2 * first + 9)]);
    let Outcome::Read { rejects, entries, .. } = &done.summary.sources[0].outcome else { panic!() };
    assert_eq!((*rejects, *entries), (2, 2));
}

#[test]
fn secrets_are_masked_unless_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys");
    fs::write(&path, r#"{"time":"2026-03-01T10:00:00Z","user":"a","action":"x","password":"correct horse"}"#)
        .unwrap();
    let (masked, _) = run(&path, &ConvertOptions::default());
    assert_eq!(masked[0]["redacted"], true);
    assert!(!masked[0].to_string().contains("correct horse"));
    let (open, _) = run(&path, &ConvertOptions { no_redact: true, ..ConvertOptions::default() });
    assert!(open[0]["redacted"].is_null());
    assert_eq!(open[0]["raw"]["password"], "correct horse");
    assert_eq!(open[0]["id"], masked[0]["id"]);
}

#[test]
fn a_format_that_is_not_there_is_an_error() {
    let overrides = Overrides { format: Some("nonesuch".into()), ..Overrides::default() };
    let options = ConvertOptions { overrides, ..ConvertOptions::default() };
    let result = convert(&["x"], &options, &Formats::builtin(), &mut Vec::new(), &mut |_| {}, &Cancel::new());
    let message = result.unwrap_err().to_string();
    assert!(message.starts_with("no format 'nonesuch'; there are "), "{message}");
}

#[test]
fn files_that_cannot_be_read_are_told_and_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
    fs::write(at("image"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    fs::write(at("empty"), b"").unwrap();
    fs::write(at("good"), records(1).join("\n")).unwrap();
    let names = [at("image"), at("empty"), at("missing"), at("good")];
    let mut out = Vec::new();
    let formats = Formats::builtin();
    let options = ConvertOptions::default();
    let done = convert(&names, &options, &formats, &mut out, &mut |_| {}, &Cancel::new()).unwrap();
    assert_eq!(done.summary.added, 1);
    assert!(!done.summary.nothing_read());
    let problems: Vec<_> = done.summary.problems().into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(problems, ["not a log: a PNG image", "empty: there is nothing to read", "no such file"]);
    let done = convert(&names[..3], &options, &formats, &mut out, &mut |_| {}, &Cancel::new()).unwrap();
    assert!(done.summary.nothing_read());
}
