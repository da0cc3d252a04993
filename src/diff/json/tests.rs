use std::collections::HashMap;

use proptest::prelude::*;

use super::elements::members;
use super::*;
use crate::diff::patch::Tree;
use crate::domain::json::{Doc, Kind};

fn delta(before: &str, after: &str, arrays: ArrayMatch) -> Delta {
    let (mut a, mut b) = (Doc::new(), Doc::new());
    let options = JsonOptions { arrays, ..JsonOptions::default() };
    diff(a.parse(before).unwrap(), b.parse(after).unwrap(), &options)
}

/// The changes as lines like `~ a.b 1 -> 2`.
fn told(before: &str, after: &str, arrays: ArrayMatch) -> Vec<String> {
    let tell = |change: &Change| {
        let value = |text: &Option<String>| text.clone().unwrap_or_default();
        match change.op {
            Op::Add => format!("+ {} {}", change.path, value(&change.after)),
            Op::Remove => format!("- {} {}", change.path, value(&change.before)),
            Op::Replace => {
                format!("~ {} {} -> {}", change.path, value(&change.before), value(&change.after))
            }
            Op::Move => format!("> {} {:?} -> {:?}", change.path, change.from.unwrap(), change.to.unwrap()),
        }
    };
    delta(before, after, arrays).changes.iter().map(tell).collect()
}

fn check(before: &str, after: &str, wanted: &[&str]) {
    assert_eq!(told(before, after, ArrayMatch::Identity), wanted, "{before} {after}");
    check_applies(before, after, ArrayMatch::Identity);
}

fn check_applies(before: &str, after: &str, arrays: ArrayMatch) {
    let (mut a, mut b, mut c) = (Doc::new(), Doc::new(), Doc::new());
    let mut tree = Tree::of(a.parse(before).unwrap());
    let changes = delta(before, after, arrays).changes;
    tree.apply(&changes).unwrap_or_else(|error| panic!("{before} -> {after}: {error}: {changes:?}"));
    let got = tree.to_json();
    let got = c.parse(&got).unwrap();
    // Of repeated keys the last value counts, on both sides.
    let wanted = Tree::of(b.parse(after).unwrap()).to_json();
    assert!(got.same(&b.parse(&wanted).unwrap()), "{before} -> {after} gave {got:?} by {changes:?}");
}

#[test]
fn objects_have_no_order_and_types_are_told_apart() {
    check(r#"{"a":1,"b":2}"#, r#"{"b":2.0,"a":1}"#, &[]);
    check(r#"{"a":1}"#, r#"{"a":"1"}"#, &[r#"~ a 1 -> "1""#]);
    check(r#"{"a":null,"b":[]}"#, r#"{"b":{},"c":""}"#, &["- a null", "~ b [] -> {}", r#"+ c """#]);
    check(r#"{"a":{"b":{"c":1,"d":1}}}"#, r#"{"a":{"b":{"c":2,"d":1}}}"#, &["~ a.b.c 1 -> 2"]);
    check("1", "[1]", &["~  1 -> [1]"]);
}

#[test]
fn arrays_are_matched_by_identity() {
    check(
        r#"[{"id":1,"x":1},{"id":2,"x":2},{"id":3}]"#,
        r#"[{"id":3},{"id":1,"x":1},{"id":2,"x":9},{"id":4}]"#,
        &["> [id=3] 2 -> 0", "~ [id=2].x 2 -> 9", r#"+ [id=4] {"id":4}"#],
    );
    check(r#"[{"name":"a","v":1}]"#, r#"[{"name":"a","v":2}]"#, &["~ [name=a].v 1 -> 2"]);
    check("[]", r#"[{"id":"x"}]"#, &[r#"+ [id=x] {"id":"x"}"#]);
    // An identity that occurs twice is none, and one that joins nothing is of no use.
    check(r#"[{"id":1},{"id":1}]"#, r#"[{"id":1},{"id":2}]"#, &["~ [1].id 1 -> 2"]);
    check(r#"[{"id":1,"n":5,"m":6}]"#, r#"[{"id":2,"n":5,"m":6}]"#, &["~ [0].id 1 -> 2"]);
    let by = delta(r#"{"a":[{"key":1}]}"#, r#"{"a":[{"key":1,"v":2}]}"#, ArrayMatch::Identity).arrays;
    assert_eq!(by, [("a".parse().unwrap(), Matched::By("key"))]);
}

#[test]
fn arrays_without_identity_are_matched_by_content() {
    check(r#"["a","b","c"]"#, r#"["x","a","b","c"]"#, &[r#"+ [0] "x""#]);
    check(r#"["a","b","c"]"#, r#"["a","c"]"#, &[r#"- [1] "b""#]);
    check(r#"["a","b"]"#, r#"["a","c"]"#, &[r#"~ [1] "b" -> "c""#]);
    check("[1,2,3,4]", "[2,3,4,1]", &["> [3] 0 -> 3"]);
    check(r#"[{"a":1,"b":2}]"#, r#"[{"z":1},{"a":1,"b":3}]"#, &[r#"+ [0] {"z":1}"#, "~ [1].b 2 -> 3"]);
    // Aligned by the one equal element it would be more than the five that differ by position.
    assert!(told("[9,1,2,3,4]", "[1,5,6,7,9]", ArrayMatch::Content).len() <= 5);
}

#[test]
fn exchanged_ids_are_told_in_the_fewest_changes() {
    let list =
        |a: &str, b: &str| format!(r#"[{{"id":{a},"v":1,"w":2,"x":3}},{{"id":{b},"v":4,"w":5,"x":6}}]"#);
    check(&list("1", "2"), &list("2", "1"), &["~ [0].id 1 -> 2", "~ [1].id 2 -> 1"]);
    let by = delta(&list("1", "2"), &list("2", "1"), ArrayMatch::Identity).arrays;
    assert_eq!(by, [(Path::default(), Matched::Position)]);
}

#[test]
fn policies_are_matched_by_their_statements() {
    check(
        r#"{"bindings":[{"role":"r/owner","members":["a"]},{"role":"r/viewer","members":["b","c"]}]}"#,
        r#"{"bindings":[{"role":"r/viewer","members":["b","c","d"]},{"role":"r/owner","members":["a"]}]}"#,
        &["> bindings[role=r/viewer] 1 -> 0", r#"+ bindings[role=r/viewer].members[2] "d""#],
    );
    check(
        r#"{"Statement":[{"Sid":"A","Effect":"Allow"},{"Sid":"B","Effect":"Deny"}]}"#,
        r#"{"Statement":[{"Sid":"A","Effect":"Deny"},{"Sid":"B","Effect":"Deny"}]}"#,
        &[r#"~ Statement[Sid=A].Effect "Allow" -> "Deny""#],
    );
}

#[test]
fn arrays_can_be_matched_by_position() {
    let told = told("[1,2,3]", "[2,3]", ArrayMatch::Position);
    assert_eq!(told, ["~ [0] 1 -> 2", "~ [1] 2 -> 3", "- [2] 3"]);
}

#[test]
fn repeated_keys_compare_by_their_last_value() {
    let found = delta(r#"{"a":1,"a":2}"#, r#"{"a":2}"#, ArrayMatch::Identity);
    assert!(found.changes.is_empty() && found.repeated_keys);
    check(r#"{"a":1,"a":2}"#, r#"{"a":1,"b":0}"#, &["~ a 2 -> 1", "+ b 0"]);
}

#[test]
fn counts_and_lists_what_is_equal() {
    let (mut a, mut b) = (Doc::new(), Doc::new());
    let a = a.parse(r#"{"x":1,"y":{"z":[1,2],"w":3}}"#).unwrap();
    let b = b.parse(r#"{"x":1,"y":{"z":[1,2],"w":4}}"#).unwrap();
    let found = diff(a, b, &JsonOptions { list_equal: true, ..JsonOptions::default() });
    let equal: Vec<_> = found.equal.iter().map(|(path, text)| format!("{path}={text}")).collect();
    assert_eq!(equal, ["x=1", "y.z=[1,2]"]);
    assert_eq!(found.equal_count, 2);
}

#[test]
fn deep_values_do_not_break_the_stack() {
    let deep = |leaf: &str| format!("{}{leaf}{}", "[{\"a\":".repeat(500), "}]".repeat(500));
    let found = delta(&deep("1"), &deep("2"), ArrayMatch::Identity);
    assert_eq!(found.changes.len(), 1);
    assert!(found.coarse);
    check_applies(&deep("1"), &deep("2"), ArrayMatch::Content);
}

#[test]
fn a_deadline_makes_it_coarse() {
    let many = |n: i32| {
        let all: Vec<String> = (0..500).map(|i| format!("{{\"v\":[{i},{}]}}", i * n)).collect();
        format!("{{\"list\":[{}]}}", all.join(","))
    };
    let (mut a, mut b) = (Doc::new(), Doc::new());
    let (before, after) = (many(2), many(3));
    let options = JsonOptions { deadline: Some(Instant::now()), ..JsonOptions::default() };
    let found = diff(a.parse(&before).unwrap(), b.parse(&after).unwrap(), &options);
    assert!(found.coarse);
    assert_eq!(found.changes.len(), 1);
}

pub(in crate::diff) fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        "[0-3]",
        "[0-3]\\.[0-2]0?",
        "\"[ab]?\"",
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let member = ("[a-d]|id|key", inner.clone());
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..7).prop_map(|v| format!("[{}]", v.join(","))),
            proptest::collection::vec(member, 0..5).prop_map(|members| {
                let members: Vec<_> = members.iter().map(|(k, v)| format!("\"{k}\":{v}")).collect();
                format!("{{{}}}", members.join(","))
            }),
            proptest::collection::vec(("[0-5]", inner), 0..6).prop_map(|members| {
                let all: Vec<_> =
                    members.iter().map(|(id, v)| format!("{{\"id\":\"{id}\",\"v\":{v}}}")).collect();
                format!("[{}]", all.join(","))
            }),
        ]
    })
}

/// Leaves by position: what a naive comparison would list.
fn leaves(node: Node<'_>, at: &str, out: &mut HashMap<String, String>) {
    match node.kind() {
        Kind::Object if !node.is_empty() => {
            for (key, value) in members(node) {
                leaves(value, &format!("{at}.{key}"), out);
            }
        }
        Kind::Array if !node.is_empty() => {
            for (index, value) in node.items().enumerate() {
                leaves(value, &format!("{at}[{index}]"), out);
            }
        }
        _ => drop(out.insert(at.to_owned(), node.raw().to_owned())),
    }
}

fn differing_leaves(a: Node<'_>, b: Node<'_>) -> usize {
    let (mut before, mut after) = (HashMap::new(), HashMap::new());
    leaves(a, "", &mut before);
    leaves(b, "", &mut after);
    let equal = |x: &str, y: &str| x == y || crate::domain::json::number_eq(x, y);
    let changed = before.iter().filter(|(path, x)| !after.get(*path).is_some_and(|y| equal(x, y))).count();
    changed + after.keys().filter(|path| !before.contains_key(*path)).count()
}

proptest! {
    #[test]
    fn applying_the_changes_gives_the_other(a in json(), b in json()) {
        for arrays in [ArrayMatch::Identity, ArrayMatch::Content, ArrayMatch::Position] {
            check_applies(&a, &b, arrays);
        }
    }

    #[test]
    fn equal_values_have_no_changes(a in json(), b in json()) {
        prop_assert!(delta(&a, &a, ArrayMatch::Identity).changes.is_empty());
        let (mut x, mut y) = (Doc::new(), Doc::new());
        let (x, y) = (x.parse(&a).unwrap(), y.parse(&b).unwrap());
        for arrays in [ArrayMatch::Identity, ArrayMatch::Content, ArrayMatch::Position] {
            let found = diff(x, y, &JsonOptions { arrays, ..JsonOptions::default() });
            if !found.repeated_keys {
                prop_assert_eq!(found.changes.is_empty(), x.same(&y));
            }
        }
    }

    #[test]
    fn never_more_paths_than_differ_by_position(a in json(), b in json()) {
        let (mut x, mut y) = (Doc::new(), Doc::new());
        let (x, y) = (x.parse(&a).unwrap(), y.parse(&b).unwrap());
        for arrays in [ArrayMatch::Identity, ArrayMatch::Content, ArrayMatch::Position] {
            let found = diff(x, y, &JsonOptions { arrays, ..JsonOptions::default() });
            // A move tells no change of a value.
            let values = found.changes.iter().filter(|change| change.op != Op::Move).count();
            prop_assert!(values <= differing_leaves(x, y), "{:?}", found.changes);
        }
    }
}
