use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::json::tests::json;
use super::*;

fn change(path: &str, before: &str, after: &str) -> Change<'static> {
    Change {
        path: path.to_owned().into(),
        op: ChangeOp::Replace,
        before: Some(before.to_owned().into()),
        after: Some(after.to_owned().into()),
        provenance: Provenance::Recorded,
    }
}

/// The changes as lines like `~ a.b 1 -> 2`.
fn told(changes: &[Change<'_>]) -> Vec<String> {
    let value = |text: &Option<Str<'_>>| text.as_deref().unwrap_or_default().to_owned();
    let tell = |change: &Change<'_>| match change.op {
        ChangeOp::Add => format!("+ {} {}", change.path, value(&change.after)),
        ChangeOp::Remove => format!("- {} {}", change.path, value(&change.before)),
        ChangeOp::Replace => {
            format!("~ {} {} -> {}", change.path, value(&change.before), value(&change.after))
        }
    };
    changes.iter().map(tell).collect()
}

fn check(before: &str, after: &str, wanted: &[&str]) {
    assert_eq!(told(&within(&[change("t", before, after)])), wanted, "{before} {after}");
}

#[test]
fn members_that_changed_are_named() {
    check(r#"{"type":"a","x":1}"#, r#"{"type":"b","x":1}"#, &[r#"~ t.type "a" -> "b""#]);
    check(r#"{"a":{"b":1,"c":2}}"#, r#"{"a":{"c":2.0,"d":[]}}"#, &["- t.a.b 1", "+ t.a.d []"]);
    check(r#"{"x.y":1,"x.y":2}"#, r#"{"x.y":9,"x.y":3}"#, &[r#"~ t."x.y" 2 -> 3"#]);
    check(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, &[]);
}

#[test]
fn elements_are_named_as_the_diff_names_them() {
    let old = r#"[{"id":7,"delay":1},{"id":9,"delay":3600}]"#;
    check(old, r#"[{"id":9,"delay":7200},{"id":7,"delay":1}]"#, &["~ t[id=9].delay 3600 -> 7200"]);
    check(old, r#"[{"id":7,"delay":1}]"#, &[r#"- t[id=9] {"id":9,"delay":3600}"#]);
    check(r#"[{"x":1},{"y":1}]"#, r#"[{"x":1},{"y":2}]"#, &["~ t[1].y 1 -> 2"]);
    check(r#"[{"x":1}]"#, r#"[{"z":0},{"x":1}]"#, &[r#"+ t[0] {"z":0}"#]);
    check(r#"["a","b","c"]"#, r#"["c","a","d"]"#, &[r#"- t "b""#, r#"+ t "d""#]);
    check(r#"["a","a"]"#, r#"["a"]"#, &[r#"- t "a""#]);
}

#[test]
fn json_in_texts_is_looked_into() {
    let text = |n: u32| crate::domain::json::quote(&format!(r#"{{"Statement":[{{"Sid":"r","n":{n}}}]}}"#));
    check(&text(1), &text(2), &["~ t.Statement[Sid=r].n 1 -> 2"]);
    let object = |n: u32| format!(r#"{{"Policy":{},"v":1}}"#, text(n));
    check(&object(1), &object(2), &["~ t.Policy.Statement[Sid=r].n 1 -> 2"]);
    check(r#""{{ name }}""#, r#""{{ email }}""#, &[]);
    check(r#"{"a":"{no json"}"#, r#"{"a":"{none"}"#, &[r#"~ t.a "{no json" -> "{none""#]);
}

#[test]
fn beyond_the_bounds_a_value_is_told_whole() {
    let wide = |n: usize, v: u32| {
        let members: Vec<String> = (0..n).map(|at| format!("\"k{at}\":{v}")).collect();
        format!("{{{}}}", members.join(","))
    };
    assert_eq!(within(&[change("t", &wide(MAX_PATHS, 1), &wide(MAX_PATHS, 2))]).len(), MAX_PATHS);
    for n in [MAX_PATHS + 1, MAX_VALUES] {
        let (before, after) = (wide(n, 1), wide(n, 2));
        let found = within(&[change("t", &before, &after), change("u", r#"{"a":1}"#, r#"{"a":2}"#)]);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].path.as_ref(), found[0].after.as_deref()), ("t", Some(after.as_str())));
    }
    let long = "p".repeat(MAX_BYTES);
    assert_eq!(within(&[change(&long, r#"{"a":1}"#, r#"{"a":2}"#)])[0].path, long);
}

/// The paths that differ; elements that are single values by their list.
fn paths_of_diff(before: &str, after: &str) -> BTreeSet<String> {
    let (mut old, mut new) = (Doc::new(), Doc::new());
    let (old, new) = (old.parse(before).unwrap(), new.parse(after).unwrap());
    let delta = json::diff(old, new, &JsonOptions::default());
    let part = |text: &Option<String>| text.as_ref().is_some_and(|text| text.starts_with(['{', '[']));
    let path = |change: &json::Change| {
        let mut steps = change.path.steps.clone();
        if matches!(steps.last(), Some(Step::Index(_))) && !part(&change.before) && !part(&change.after) {
            steps.pop();
        }
        let mut path = "t".to_owned();
        append(&mut path, &Path { steps }.to_string());
        path
    };
    delta.changes.iter().filter(|change| change.op != Op::Move).map(path).collect()
}

proptest! {
    #[test]
    fn the_same_paths_as_the_structural_diff(before in json(), after in json()) {
        let (before, after) = (format!("{{\"v\":{before}}}"), format!("{{\"v\":{after}}}"));
        let found = within(&[change("t", &before, &after)]);
        let paths: BTreeSet<String> = found.iter().map(|change| change.path.to_string()).collect();
        prop_assert_eq!(paths, paths_of_diff(&before, &after), "{} {}", before, after);
    }
}
