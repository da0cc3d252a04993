//! What is told of what was not done, or not done as it was asked.

use std::fs;
use std::process::{Command, Stdio};

use super::home::{Home, Run};

#[test]
fn records_that_cannot_be_parsed_are_told_by_view() {
    let home = Home::new();
    home.demo(8);
    fs::write(home.path("broken.json"), "{\"a\":").unwrap();
    let run = home.run(&["view", "broken.json"]);
    assert_eq!((run.status, run.out.as_str()), (2, ""));
    assert!(run.err.contains("broken.json: record 1, byte 0: "), "{}", run.err);
    let mut text = fs::read_to_string(home.path("demo.ndjson")).unwrap();
    text.push_str("{\"half\n");
    fs::write(home.path("mixed.ndjson"), text).unwrap();
    let run = home.run(&["view", "mixed.ndjson"]);
    assert_eq!((run.status, run.out.lines().count() >= 8), (0, true), "{}", run.err);
    assert!(run.err.contains("mixed.ndjson: record 9, byte "), "{}", run.err);
    let run = home.run(&["view", "demo.ndjson", "no-such-file.json"]);
    assert_eq!(run.status, 2, "what was named and not read is no success");
    assert!(run.err.contains("no-such-file.json: no such file"), "{}", run.err);
}

#[test]
fn the_view_of_exports_finds_those_that_are_events_of_their_own() {
    let home = Home::with_demo(2_000);
    let since = "since:2025-01-01";
    let found = home.ok(&["query", "--count", "activity:Export", since]);
    assert_eq!(home.ok(&["query", "--count", "--view", "exports", since]), found);
}

#[test]
fn a_limit_of_none_is_refused() {
    let home = Home::with_demo(20);
    home.fails(2, &["query", "--limit", "0"], "it must be 1 or more");
    home.fails(2, &["export", "--limit", "0", "--to", "-"], "it must be 1 or more");
    assert_eq!(home.ok(&["export", "--limit", "3", "-o", "ndjson", "--to", "-"]).lines().count(), 3);
}

#[test]
fn a_theme_that_is_none_is_refused_everywhere() {
    let home = Home::with_demo(20);
    home.fails(2, &["query", "--theme", "pink"], "\"pink\" is no theme");
    home.ok(&["query", "--theme", "dark"]);
}

#[test]
fn entries_without_a_time_are_counted_as_the_store_holds_them() {
    let home = Home::new();
    let record = |n: u32| format!("{{\"user\":\"bo\",\"event\":\"sold\",\"number\":{n}}}\n");
    fs::write(home.path("a.ndjson"), (0..6).map(record).collect::<String>()).unwrap();
    fs::write(home.path("b.ndjson"), (4..9).map(record).collect::<String>()).unwrap();
    let run = home.run(&["import", "a.ndjson", "b.ndjson"]);
    let stored = home.ok(&["query", "--count", "time:none"]);
    let told = format!("{} without a time", stored.trim());
    assert!(run.err.contains(&told), "{} in the store: {}", stored.trim(), run.err);
}

#[test]
fn a_known_file_has_no_rate() {
    let home = Home::with_demo(20);
    let run = home.run(&["import", "demo.ndjson"]);
    assert!(run.err.contains("nothing new in it") && !run.err.contains("/s"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn the_exit_status_names_the_signal() {
    let home = Home::with_demo(30);
    for (signal, status) in [("-TERM", 143), ("-HUP", 129)] {
        let mut import = home.command(&["import", "-"]);
        let mut child = import.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        home.demo_as("more.ndjson", 3_000);
        std::io::Write::write_all(&mut input, &fs::read(home.path("more.ndjson")).unwrap()).unwrap();
        fs::remove_file(home.path("more.ndjson")).unwrap();
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let run = Run::of(&child.wait_with_output().unwrap());
        drop(input);
        assert_eq!(run.status, status, "{}", run.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_with_the_file() {
    let home = Home::with_demo(300);
    home.fails(2, &["export", "--to", "/dev/full"], "writing /dev/full");
}
