//! Holds the module rule: who may use whom, and which crates stay where. Reads the sources' imports.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// For each module the modules that it may use beside itself.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("query", &["domain"]),
    ("diff", &["domain"]),
    ("present", &["domain", "query", "diff"]),
    ("config", &["domain", "query", "present"]),
    ("ingest", &["domain", "diff"]),
    ("store", &["domain", "query"]),
    ("ops", &["domain", "query", "diff", "present", "config", "ingest", "store"]),
    ("tui", &["domain", "query", "diff", "present", "config", "ingest", "store", "ops"]),
    ("cli", &["domain", "query", "diff", "present", "config", "ingest", "store", "ops", "tui"]),
];

/// Words that only one module may hold.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("ratatui::", &["tui"]),
    ("crossterm::", &["tui"]),
    ("arboard::", &["tui"]),
    ("rusqlite::", &["store"]),
    ("clap::", &["cli"]),
    ("println!", &["cli"]),
    ("print!", &["cli"]),
    ("stdout()", &["cli", "tui"]),
];

/// Parts of the screen that must stay pure, and words that would make them act.
const PURE: &[&str] =
    &["tui/model", "tui/update", "tui/view", "tui/layout", "tui/panes", "tui/dialogs", "tui/widgets"];
const ACTING: &[&str] = &[
    "Instant::now(",
    "SystemTime::",
    "Utc::now(",
    "Local::now(",
    "std::env::",
    "std::fs::",
    "std::thread::",
    "thread::spawn(",
    "File::open(",
    "SqliteStore",
    "dyn Reader",
    "dyn Writer",
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push(path);
        }
    }
}

/// Returns each source file by its path below `src`, without comments and without what is for tests alone.
fn code() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    let below = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    let is_test = |name: &str| {
        name.ends_with("tests.rs")
            || name.contains("/tests/")
            || name.ends_with("arbitrary.rs")
            || name.ends_with("oracle.rs")
    };
    paths
        .iter()
        .map(|path| (below(path), fs::read_to_string(path).unwrap()))
        .filter(|(name, _)| !is_test(name))
        .map(|(name, text)| (name, without_comments_and_tests(&text)))
        .collect()
}

fn without_comments_and_tests(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    code.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

fn module(name: &str) -> &str {
    name.split(['/', '.']).next().unwrap()
}

/// Returns the modules named behind `crate::`, also inside braces.
fn used(code: &str) -> Vec<String> {
    let mut out = Vec::new();
    for behind in code.split("crate::").skip(1) {
        let list = behind.strip_prefix('{').map_or(behind, |inner| inner.split('}').next().unwrap_or(inner));
        let braced = behind.starts_with('{');
        for item in list.split(',').take(if braced { usize::MAX } else { 1 }) {
            let word: String = item.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if MAY_USE.iter().any(|(name, _)| *name == word) {
                out.push(word);
            }
        }
    }
    out
}

#[test]
fn modules_use_only_what_stands_above_them() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (name, code) in code() {
        let Some((own, allowed)) = MAY_USE.iter().find(|(own, _)| *own == module(&name)) else { continue };
        for other in used(&code) {
            seen += 1;
            if other != *own && !allowed.contains(&other.as_str()) {
                wrong.push(format!("{name} uses {other}"));
            }
        }
    }
    assert!(seen > 100, "the test reads no imports");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn crates_and_printing_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for (name, code) in code() {
        for (word, places) in ONLY_IN {
            // The one type of the database's error stands in the border's error type.
            if code.contains(word) && !places.contains(&module(&name)) && !name.starts_with("main") {
                wrong.push(format!("{name} holds {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_pure_parts_of_the_screen_do_not_act() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (name, code) in code() {
        if !PURE.iter().any(|part| name.starts_with(part)) {
            continue;
        }
        seen += 1;
        wrong.extend(
            ACTING.iter().filter(|word| code.contains(**word)).map(|word| format!("{name} holds {word}")),
        );
    }
    assert!(seen > 5, "the test reads no files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_imports_reads_them() {
    assert_eq!(
        used("use crate::domain::Entry;\nuse crate::{query::Filter, store};"),
        ["domain", "query", "store"]
    );
    assert!(used("let x = crate::Result;").is_empty());
}

#[test]
fn every_file_says_what_it_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    let silent: Vec<_> = paths
        .iter()
        .filter(|path| !path.ends_with("tests.rs") && !path.to_string_lossy().contains("/tests/"))
        .filter(|path| !fs::read_to_string(path).unwrap().starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "no //! at the top: {silent:?}");
}
