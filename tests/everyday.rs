//! What an admin, a support engineer and an auditor meet on their first day.

use std::fs;

use serde_json::Value;

use super::home::{Home, lines};

#[test]
fn entries_are_counted_by_the_day_of_the_week_and_the_hour_of_the_day() {
    let home = Home::with_demo(400);
    let all: u64 = home.ok(&["query", "--count"]).trim().parse().unwrap();
    let sum = |by: &str| {
        let counted = lines(&home.ok(&["query", "--by", by, "--output", "ndjson"]));
        let names: Vec<String> = counted.iter().map(|row| row[by].as_str().unwrap().to_owned()).collect();
        let mut sorted = names.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(names, sorted, "each once, in order");
        (names, counted.iter().map(|row| row["count"].as_u64().unwrap()).sum::<u64>())
    };
    let (days, count) = sum("weekday");
    assert_eq!((days[0].as_str(), count), ("1 Monday", all));
    let (hours, count) = sum("hour-of-day");
    assert!(hours.len() <= 24 && count == all, "{hours:?}");
    home.fails(2, &["query", "--by", "weekdy"], "is no field or time; did you mean weekday?");
}

#[test]
fn a_manifest_names_the_sources_that_rows_come_from() {
    let home = Home::with_demo(50);
    let record = r#"{"time":"2026-01-02T00:00:00Z","actor":"ana","action":"created","id":"x1"}"#;
    fs::write(home.path("other.ndjson"), format!("{record}\n")).unwrap();
    home.ok(&["import", "other.ndjson"]);
    home.ok(&["export", "source:other.ndjson", "--to", "o.csv", "--manifest"]);
    let text = fs::read_to_string(home.path("o.csv.manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(manifest["sources"].as_array().unwrap().len(), 1, "{text}");
    assert_eq!(manifest["sources"][0]["name"], "other.ndjson");
    assert_eq!((&manifest["sources"][0]["rows"], &manifest["entries"]), (&1.into(), &1.into()));
    assert_eq!(manifest["sources_without_rows"], 1);
    // Of what a limit leaves out it is not known whose it was.
    home.ok(&["export", "--limit", "3", "--to", "three.csv", "--manifest"]);
    let text = fs::read_to_string(home.path("three.csv.manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&manifest["limit"], &manifest["entries"]), (&3.into(), &3.into()), "{text}");
    assert!(manifest["sources"][0].get("rows").is_none() && manifest["sources"][1].get("sha256").is_some());
}

#[test]
fn an_export_that_cannot_be_written_says_what_to_do() {
    let home = Home::with_demo(5);
    home.fails(2, &["export", "--to", "no/such/x.csv"], "there is no such folder; make it first");
    fs::write(home.path("file"), "x").unwrap();
    home.fails(2, &["export", "--to", "file/x.csv"], "is no folder");
}

#[test]
fn a_broken_line_is_called_by_the_number_that_an_editor_shows() {
    let home = Home::new();
    let good = |n: u32| format!(r#"{{"time":"2026-01-0{n}T00:00:00Z","actor":"ana","action":"created"}}"#);
    fs::write(home.path("a.ndjson"), format!("{}\n{}\n{{broken\n{}\n", good(1), good(2), good(3))).unwrap();
    let run = home.run(&["import", "a.ndjson"]);
    assert!(run.err.contains("a.ndjson: record 3, byte"), "{}", run.err);
    assert!(home.ok(&["sources", "rejects"]).contains("record 3, byte"));
    let told = lines(&home.ok(&["sources", "rejects", "--json"]));
    assert_eq!(told, lines(&home.ok(&["sources", "--output", "ndjson", "rejects"])));
    assert_eq!(told[0]["record"], 2, "programs read an index");
    let run = home.run(&["convert", "a.ndjson"]);
    assert!(run.err.contains("a.ndjson: record 3, byte"), "{}", run.err);
}

#[test]
fn formats_are_offered_by_name() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = home.ok(&["completions", shell]);
        assert!(script.contains("cloudtrail") && script.contains("hour-of-day"), "{shell}");
    }
}

#[cfg(unix)]
#[test]
fn where_no_screen_can_be_drawn_a_table_is_printed() {
    let home = Home::with_demo(4);
    let mut command = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_auditty"));
    command.env_clear();
    for (name, value) in [("HOME", home.dir.path().as_os_str()), ("TERM", "dumb".as_ref())] {
        command.env(name, value);
    }
    command.cwd(home.dir.path());
    let mut pty = super::pty::Pty::start(command);
    pty.wait("the table", |pty| pty.screen().contents().contains("ACTIVITY"));
    assert!(!pty.screen().alternate_screen());
}
