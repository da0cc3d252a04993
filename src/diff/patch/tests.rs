use proptest::prelude::*;

use super::*;
use crate::diff::json::tests::json;
use crate::diff::{ArrayMatch, JsonOptions, json};
use crate::domain::json::Doc;

fn tree(text: &str) -> Tree {
    Tree::of(Doc::new().parse(text).unwrap())
}

fn patch(before: &str, after: &str, arrays: ArrayMatch) -> Vec<PatchOp> {
    let (mut a, mut b) = (Doc::new(), Doc::new());
    let after = b.parse(after).unwrap();
    let options = JsonOptions { arrays, ..JsonOptions::default() };
    json_patch(&json::diff(a.parse(before).unwrap(), after, &options).changes, after)
}

fn check(before: &str, after: &str, wanted: &str) {
    let found = patch(before, after, ArrayMatch::Identity);
    assert_eq!(patch_text(&found).replace(",\n ", ","), wanted, "{before} {after}");
    check_applies(before, after);
}

fn check_applies(before: &str, after: &str) {
    for arrays in [ArrayMatch::Identity, ArrayMatch::Content, ArrayMatch::Position] {
        let text = patch_text(&patch(before, after, arrays));
        let mut value = tree(before);
        let mut doc = Doc::new();
        apply_json_patch(&mut value, doc.parse(&text).unwrap())
            .unwrap_or_else(|error| panic!("{before} -> {after}: {error}: {text}"));
        assert!(value.same(&tree(after)), "{before} -> {after} gave {} by {text}", value.to_json());
    }
}

#[test]
fn patches_name_numbers_of_elements() {
    check(
        r#"{"a/b":[{"id":1,"x":1},{"id":2,"x":2}]}"#,
        r#"{"a/b":[{"id":2,"x":9},{"id":1,"x":1},{"id":3}]}"#,
        r#"[{"op":"move","from":"/a~1b/1","path":"/a~1b/0"},{"op":"add","path":"/a~1b/2","value":{"id":3}},{"op":"replace","path":"/a~1b/0/x","value":9}]"#,
    );
    check(
        r#"{"a":1}"#,
        r#"{"b":null}"#,
        r#"[{"op":"remove","path":"/a"},{"op":"add","path":"/b","value":null}]"#,
    );
    check("[1,2,3,4]", "[2,3]", r#"[{"op":"remove","path":"/3"},{"op":"remove","path":"/0"}]"#);
    check("1", r#"{ "a": 1 }"#, r#"[{"op":"replace","path":"","value":{"a":1}}]"#);
    check("[1,2,3,4]", "[2,3,4,1]", r#"[{"op":"move","from":"/0","path":"/3"}]"#);
}

#[test]
fn a_patch_is_applied_whole_or_not_at_all() {
    let mut value = tree(r#"{"a":1}"#);
    let mut doc = Doc::new();
    let steps = r#"[{"op":"add","path":"/b","value":2},{"op":"test","path":"/a","value":"1"}]"#;
    let error = apply_json_patch(&mut value, doc.parse(steps).unwrap()).unwrap_err();
    assert_eq!(error, PatchError::Test { step: 1, path: "/a".into() });
    assert_eq!(value, tree(r#"{"a":1}"#));
}

#[test]
fn merge_patches_follow_the_examples_of_the_rfc() {
    for (before, patch, wanted) in [
        (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
        (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
        (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
        (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
        (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
        (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
        (r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#),
        (r#"{"a":"foo"}"#, "null", "null"),
        (r#"{"a":"foo"}"#, r#""bar""#, r#""bar""#),
        (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
        ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
        ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
    ] {
        let mut value = tree(before);
        let mut doc = Doc::new();
        apply_merge_patch(&mut value, doc.parse(patch).unwrap());
        assert_eq!(value.to_json(), wanted, "{before} {patch}");
    }
}

#[test]
fn a_merge_patch_that_would_set_null_is_none() {
    let merged = |a: &str, b: &str| merge_patch(&tree(a), &tree(b)).map(|patch| patch.to_json());
    assert_eq!(
        merged(r#"{"a":1,"b":{"c":1,"d":2}}"#, r#"{"b":{"c":1,"d":3}}"#).unwrap(),
        r#"{"a":null,"b":{"d":3}}"#
    );
    assert_eq!(merged(r#"{"a":1}"#, r#"{"a":null}"#), None);
    assert_eq!(merged("1", r#"{"a":{"b":null}}"#), None);
    assert_eq!(merged(r#"{"a":1}"#, r#"{"a":[null]}"#).unwrap(), r#"{"a":[null]}"#);
}

proptest! {
    #[test]
    fn patches_make_the_other_value(a in json(), b in json()) {
        check_applies(&a, &b);
        if let Some(patch) = merge_patch(&tree(&a), &tree(&b)) {
            let mut value = tree(&a);
            let (text, mut doc) = (patch.to_json(), Doc::new());
            apply_merge_patch(&mut value, doc.parse(&text).unwrap());
            prop_assert!(value.same(&tree(&b)), "{} {} {}", a, b, text);
        }
    }

    #[test]
    fn orders_of_elements_are_patched(order in Just((0..12usize).collect::<Vec<_>>()).prop_shuffle(), cut in 0usize..12, new in 0usize..4) {
        let list = |ids: &[usize]| {
            let all: Vec<_> = ids.iter().map(|id| format!("{{\"id\":{id},\"v\":\"{id}\"}}")).collect();
            format!("[{}]", all.join(","))
        };
        let mut after: Vec<usize> = order.iter().copied().take(cut).collect();
        (0..new).for_each(|n| after.insert(after.len().min(2 * n), 100 + n));
        check_applies(&list(&(0..12).collect::<Vec<_>>()), &list(&after));
    }

    #[test]
    fn junk_patches_never_panic(a in json(), b in json()) {
        let mut value = tree(&a);
        let before = value.clone();
        let mut doc = Doc::new();
        if apply_json_patch(&mut value, doc.parse(&b).unwrap()).is_err() {
            prop_assert_eq!(value, before);
        }
    }
}
