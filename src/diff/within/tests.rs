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

/// What the structural diff tells, less what only moved.
fn told_by_diff(before: &str, after: &str) -> Vec<String> {
    let (mut old, mut new) = (Doc::new(), Doc::new());
    let (old, new) = (old.parse(before).unwrap(), new.parse(after).unwrap());
    let mut all = Within { path: "t".to_owned(), ..Within::default() };
    if old.raw() != new.raw() {
        all.whole(old, new);
    }
    told(&all.found)
}

/// A list of objects with ids, mostly of their own.
fn named() -> impl Strategy<Value = Vec<(u8, u8, String)>> {
    let value =
        prop_oneof![6 => "[0-3]", 1 => "\"[ab]\"", 1 => Just("1.0".to_owned()), 1 => Just("[1]".to_owned())];
    proptest::collection::vec((0u8..12, 0u8..3, value), 0..6)
}

/// Writes such a list; the ids are numbers, texts or texts with escapes.
fn written(list: &[(u8, u8, String)], key: &str) -> String {
    let id = |id: u8, spelling: u8| match spelling {
        0 => id.to_string(),
        1 => format!("\"{id}\""),
        _ => format!("\"\\u0061{id}\""),
    };
    let all =
        list.iter().map(|(n, spelling, v)| format!("{{\"{key}\":{},\"v\":{v},\"w\":1}}", id(*n, *spelling)));
    format!("[{}]", all.collect::<Vec<_>>().join(","))
}

proptest! {
    #[test]
    fn the_same_changes_as_the_structural_diff_in_lists_with_ids(
        mut list in named(),
        edits in proptest::collection::vec((0usize..8, 0u8..4, named()), 1..3),
        key in "id|name",
    ) {
        let before = written(&list, &key);
        for (at, edit, more) in edits {
            let at = at.min(list.len().saturating_sub(1));
            match (edit, more.into_iter().next()) {
                (0, _) if !list.is_empty() => drop(list.remove(at)),
                (1, Some((.., value))) if !list.is_empty() => list[at].2 = value,
                (2, Some((_, spelling, _))) if !list.is_empty() => list[at].1 = spelling,
                (_, Some(one)) => list.insert(at, one),
                _ => {}
            }
        }
        let after = written(&list, &key);
        let found = told(&within(&[change("t", &before, &after)]));
        prop_assert_eq!(found, told_by_diff(&before, &after), "{} {}", before, after);
    }

    #[test]
    fn the_same_paths_as_the_structural_diff(before in json(), after in json()) {
        let (before, after) = (format!("{{\"v\":{before}}}"), format!("{{\"v\":{after}}}"));
        let found = within(&[change("t", &before, &after)]);
        let paths: BTreeSet<String> = found.iter().map(|change| change.path.to_string()).collect();
        prop_assert_eq!(paths, paths_of_diff(&before, &after), "{} {}", before, after);
    }
}
