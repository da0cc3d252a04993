//! What is shown of records that others collected to break programs, and diffs of pairs whose difference is
//! known.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use auditty::diff::json::{ArrayMatch, JsonOptions, diff};
use auditty::diff::patch::Tree;
use auditty::diff::text::{self, Tag};
use auditty::domain::json::Doc;
use auditty::domain::redact::{Redactor, Secrets};
use auditty::present::raw::{RawOptions, raw_lines, widest};
use auditty::present::{Charset, DiffInput, DiffOptions, Layout, diff_lines, sanitise};

/// Returns a folder of the corpus, or says that its tests did not run.
fn corpus(part: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("AUDITTY_CORPUS").map(|corpus| PathBuf::from(corpus).join(part));
    if folder.is_none() {
        eprintln!("skipped: AUDITTY_CORPUS names no corpus");
    }
    folder
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { out.push(path) }
        }
    }
    out.sort();
    assert!(!out.is_empty(), "{} is empty", folder.display());
    out
}

/// What of a shown text could steer a terminal, turn the direction of text or hide.
fn harm(shown: &str) -> Option<char> {
    shown.chars().find(|&c| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
    })
}

#[test]
fn nothing_of_a_hostile_record_reaches_the_terminal() {
    let Some(folder) = corpus("nasty") else { return };
    let toggled = BTreeSet::new();
    let mut lines = 0;
    for path in files(&folder) {
        let bytes = fs::read(&path).unwrap();
        let bytes = &bytes[..bytes.len().min(200_000)];
        for charset in [Charset::Unicode, Charset::Ascii] {
            let shown = raw_lines(bytes, &RawOptions { width: 80, toggled: &toggled, charset });
            assert!(widest(&shown) <= 80, "{}", path.display());
            for line in &shown {
                let plain = line.line.plain();
                assert_eq!(harm(&plain), None, "{}: {plain:?}", path.display());
            }
            lines += shown.len();
        }
        for line in String::from_utf8_lossy(bytes).lines() {
            assert_eq!(harm(&sanitise::plain(line)), None, "{}: {line:?}", path.display());
        }
    }
    assert!(lines > 10_000, "only {lines} lines were looked at");
}

#[test]
fn every_record_can_be_shown_and_masked() {
    let Some(folder) = corpus("formats") else { return };
    let redactor = Redactor::default();
    let (mut records, mut masked) = (0, 0);
    for path in files(&folder) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for line in text.lines().filter(|line| Doc::new().parse(line).is_ok()) {
            records += 1;
            if let Some(hidden) = redactor.json(line, &mut Secrets::default()) {
                masked += 1;
                assert!(Doc::new().parse(&hidden).is_ok(), "{}: {hidden}", path.display());
                let again = redactor.json(&hidden, &mut Secrets::default());
                assert_eq!(again, None, "{}: masked twice", path.display());
            }
        }
    }
    assert!(records > 300, "only {records} records");
    // Most records hold no secret; a rule that hides more hides what auditors look for.
    assert!(masked * 20 < records, "{masked} of {records} records were masked");
}

/// Pairs of texts with known differences.
fn text_pairs() -> Vec<(PathBuf, String, String)> {
    let mut out = Vec::new();
    let Some(folder) = corpus("diffs") else { return out };
    for path in files(&folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let other = if name.contains(".before_") {
            let start = name.split(".before_").next().unwrap().to_owned();
            let case = start.split('.').next().unwrap().to_owned();
            let after = |p: &PathBuf| {
                let name = p.file_name().unwrap().to_string_lossy().into_owned();
                name.starts_with(&case) && name.contains(".after_")
            };
            files(path.parent().unwrap()).into_iter().find(after)
        } else if name.contains("_1.") {
            Some(path.with_file_name(name.replace("_1.", "_2.")))
        } else {
            None
        };
        if let Some(other) = other
            && let (Ok(a), Ok(b)) = (fs::read_to_string(&path), fs::read_to_string(&other))
        {
            out.push((path, a, b));
        }
    }
    assert!(out.len() > 10, "only {} pairs", out.len());
    out
}

#[test]
fn texts_differ_in_no_more_lines_than_needed() {
    for (path, a, b) in text_pairs() {
        let ours = text::diff(&a, &b, None);
        let changed = ours.lines.iter().filter(|line| line.tag != Tag::Equal).count();
        let theirs = similar::TextDiff::from_lines(&a, &b);
        let needed = theirs.iter_all_changes().filter(|c| c.tag() != similar::ChangeTag::Equal).count();
        assert!(changed <= needed, "{}: {changed} lines, {needed} needed", path.display());
    }
}

#[test]
fn every_pair_can_be_laid_out() {
    for (path, a, b) in text_pairs() {
        let quote = |text: &str| serde_json::to_string(text).unwrap();
        let (a, b) =
            if path.extension().is_some_and(|e| e == "json") { (a, b) } else { (quote(&a), quote(&b)) };
        for layout in [Layout::Fields, Layout::Unified, Layout::SideBySide] {
            let options = DiffOptions { layout, width: 120, ..DiffOptions::default() };
            let view = diff_lines(&DiffInput::between(&a, &b), &options);
            for line in &view.lines {
                assert_eq!(harm(&line.line.plain()), None, "{}", path.display());
            }
            assert!(!view.lines.is_empty(), "{}", path.display());
        }
    }
}

#[test]
fn the_changes_of_known_documents_lead_from_one_to_the_other() {
    let Some(folder) = corpus("diffs/json-patch-tests") else { return };
    let mut pairs = 0;
    for file in ["tests.json", "spec_tests.json"] {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let mut doc = Doc::new();
        for case in doc.parse(&text).unwrap().items() {
            let (Some(before), Some(after)) = (case.get("doc"), case.get("expected")) else { continue };
            pairs += 1;
            for arrays in [ArrayMatch::Identity, ArrayMatch::Content, ArrayMatch::Position] {
                let delta = diff(before, after, &JsonOptions { arrays, ..JsonOptions::default() });
                let mut tree = Tree::of(before);
                tree.apply(&delta.changes).unwrap();
                let got = tree.to_json();
                let mut got_doc = Doc::new();
                let got = got_doc.parse(&got).unwrap();
                assert!(got.same(&after), "{before:?} -> {after:?} gave {got:?}");
                assert_eq!(delta.changes.is_empty(), before.same(&after));
            }
        }
    }
    assert!(pairs > 30, "only {pairs} pairs");
}
