//! The diff on real texts and records: as few changed lines as the best line diff, patches that apply.

use std::path::{Path, PathBuf};

use auditty::diff::json::{self, Op};
use auditty::diff::patch::{Tree, apply_json_patch, apply_merge_patch, json_patch, merge_patch, patch_text};
use auditty::diff::{ArrayMatch, JsonOptions, text};
use auditty::domain::json::{Doc, Node};

/// Returns the corpus, or says that it is not there.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("AUDITTY_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: AUDITTY_CORPUS is not set");
    }
    folder
}

/// Returns the pairs of files that are called `x_1.y`, `x_2.y` or `x.01.before.., x.02.after..`.
fn pairs(folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|p| p.is_file())
        .collect();
    files.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let case = |path: &Path| {
        let name = name(path);
        match name.split_once(".0") {
            Some((case, _)) => case.to_owned(),
            None => name.replace("_1.", ".").replace("_2.", "."),
        }
    };
    let pair = |two: &[PathBuf]| (case(&two[0]) == case(&two[1])).then(|| (two[0].clone(), two[1].clone()));
    files.windows(2).filter_map(pair).collect()
}

#[test]
fn texts_change_in_no_more_lines_than_the_best_line_diff_finds() {
    let Some(corpus) = corpus() else { return };
    let mut seen = 0;
    for folder in ["diffs/similar", "diffs/difftastic"] {
        for (a, b) in pairs(&corpus.join(folder)) {
            let read = |path: &Path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
            let (before, after) = (read(&a), read(&b));
            let best = [similar::Algorithm::Myers, similar::Algorithm::Patience].map(|algorithm| {
                let diff = similar::TextDiff::configure().algorithm(algorithm).diff_lines(&before, &after);
                diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal).count()
            });
            let found = text::diff(&before, &after, None);
            let changed = found.lines.iter().filter(|line| line.tag != text::Tag::Equal).count();
            assert!(
                changed <= *best.iter().min().unwrap(),
                "{}: {changed} lines, best {best:?}",
                a.display()
            );
            seen += 1;
        }
    }
    assert!(seen >= 20, "{seen}");
}

/// The test suite of JSON Patch that implementations share.
#[test]
fn the_shared_test_suite_of_patches_passes() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("diffs/json-patch-tests");
    let mut run = 0;
    for file in ["tests.json", "spec_tests.json"] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let mut doc = Doc::new();
        for case in doc.parse(&text).unwrap().items() {
            let off = case.get("disabled").and_then(|node| node.as_bool()) == Some(true);
            let (false, Some(before), Some(patch)) = (off, case.get("doc"), case.get("patch")) else {
                continue;
            };
            let mut value = Tree::of(before);
            let result = apply_json_patch(&mut value, patch);
            let right = match case.get("expected") {
                Some(wanted) => result.is_ok() && value.same(&Tree::of(wanted)),
                None => result.is_ok() != case.get("error").is_some(),
            };
            assert!(right, "{case:?}: {result:?}, {}", value.to_json());
            run += 1;
        }
    }
    assert!(run > 100, "{run}");
}

/// Calls `each` with pairs of records of one file that follow each other.
fn neighbours(folder: &Path, each: &mut dyn FnMut(&str, Node<'_>, Node<'_>)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            neighbours(&path, each);
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let name = path.display().to_string();
        let mut doc = Doc::new();
        if let Ok(root) = doc.parse(&text) {
            let records: Vec<_> =
                root.items().chain(root.members().flat_map(|(_, list)| list.items())).collect();
            records.windows(2).take(40).for_each(|two| each(&name, two[0], two[1]));
            continue;
        }
        let lines: Vec<&str> = text.lines().take(40).collect();
        for two in lines.windows(2) {
            let (mut a, mut b) = (Doc::new(), Doc::new());
            if let (Ok(a), Ok(b)) = (a.parse(two[0]), b.parse(two[1])) {
                each(&name, a, b);
            }
        }
    }
}

#[test]
fn patches_between_real_records_apply() {
    let Some(corpus) = corpus() else { return };
    let mut seen = 0;
    neighbours(&corpus.join("formats"), &mut |name, a, b| {
        for arrays in [ArrayMatch::Identity, ArrayMatch::Content, ArrayMatch::Position] {
            let delta = json::diff(a, b, &JsonOptions { arrays, ..JsonOptions::default() });
            let patch = patch_text(&json_patch(&delta.changes, b));
            let (mut value, mut doc) = (Tree::of(a), Doc::new());
            apply_json_patch(&mut value, doc.parse(&patch).unwrap())
                .unwrap_or_else(|error| panic!("{name}: {error}: {patch}"));
            assert!(value.same(&Tree::of(b)), "{name}: {patch}");
            let by_position =
                json::diff(a, b, &JsonOptions { arrays: ArrayMatch::Position, ..JsonOptions::default() });
            let values = delta.changes.iter().filter(|change| change.op != Op::Move).count();
            assert!(values <= by_position.changes.len(), "{name}: {values} {}", by_position.changes.len());
        }
        assert!(json::diff(a, a, &JsonOptions::default()).changes.is_empty());
        if let Some(patch) = merge_patch(&Tree::of(a), &Tree::of(b)) {
            let (text, mut value, mut doc) = (patch.to_json(), Tree::of(a), Doc::new());
            apply_merge_patch(&mut value, doc.parse(&text).unwrap());
            assert!(value.same(&Tree::of(b)), "{name}: {text}");
        }
        seen += 1;
    });
    assert!(seen > 1000, "{seen}");
}
