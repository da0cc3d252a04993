use proptest::prelude::*;

use super::*;
use crate::diff::patch::{Tree, apply_json_patch, json_patch, merge_patch, patch_text};
use crate::diff::{JsonOptions, json};
use crate::domain::json::Doc;

fn known(text: &str) -> Known {
    match text {
        "?" => Known::Unknown,
        "" => Known::Absent,
        text => Known::json(text),
    }
}

fn changed(path: &str, before: &str, after: &str) -> Fact {
    Fact::Change { path: path.to_owned(), before: known(before), after: known(after) }
}

fn whole(json: &str) -> Fact {
    Fact::Whole { under: String::new(), json: json.to_owned(), before: false }
}

fn patch(json: &str) -> Fact {
    Fact::Patch { under: String::new(), json: json.to_owned(), strategic: true }
}

fn step(act: Act, facts: &[Fact]) -> Step {
    Step::new(act, facts.to_vec())
}

/// The state after so many steps as lines like `a=1`, `b=?`.
fn told(line: &Timeline, moment: usize) -> Option<Vec<String>> {
    let value = |known: &Known| known.text().unwrap_or("?").to_owned();
    line.at(moment).map(|all| all.iter().map(|f| format!("{}={}", f.path, value(&f.value))).collect())
}

/// The diff of a step as lines like `a 1 -> 2 <0`: where the value before comes from.
fn diffs(line: &Timeline, step: usize) -> Vec<String> {
    let value = |known: &Known| match known {
        Known::Unknown => "?".to_owned(),
        Known::Absent => "none".to_owned(),
        Known::Value(text) => text.to_string(),
    };
    let from = |origin: Origin| match origin {
        Origin::Recorded => String::new(),
        Origin::Derived(from) => format!(" <{from}"),
        Origin::Learnt(from) => format!(" >{from}"),
        Origin::Unknown => " !".to_owned(),
    };
    let tell = |c: &StepChange| {
        let conflict = c.conflict.as_ref().map(|c| format!(" expected {}", value(&c.expected)));
        format!(
            "{} {}{} -> {}{}{}",
            c.path,
            value(&c.before),
            from(c.before_from),
            value(&c.after),
            from(c.after_from),
            conflict.unwrap_or_default()
        )
    };
    line.diff(step).changes.iter().map(tell).collect()
}

#[test]
fn a_missing_before_comes_from_the_entry_before() {
    let line = Timeline::fold(&[
        step(Act::Changed, &[changed("a", "?", "1"), changed("b", "\"x\"", "\"y\"")]),
        step(Act::Changed, &[changed("a", "?", "2")]),
        step(Act::Changed, &[changed("b", "\"z\"", "\"w\""), changed("c", "?", "?")]),
        step(Act::Changed, &[changed("c", "7", "8")]),
    ]);
    assert_eq!(diffs(&line, 0), ["a ? ! -> 1", "b \"x\" -> \"y\""]);
    assert_eq!(diffs(&line, 1), ["a 1 <0 -> 2"]);
    assert_eq!(diffs(&line, 2), ["b \"z\" -> \"w\" expected \"y\"", "c ? ! -> 7 >3"]);
    assert_eq!(line.diff(0).unknown, 1);
    assert_eq!(line.diff(1).basis, Basis::Derived(0));
    assert_eq!(line.diff(3).basis, Basis::Recorded);
    // Before the first entry `b` is learnt from it; `c` was never named before it changed.
    assert_eq!(told(&line, 0).unwrap(), ["a=?", "b=\"x\"", "c=?"]);
    assert_eq!(told(&line, 3).unwrap(), ["a=2", "b=\"w\"", "c=7"]);
}

#[test]
fn snapshots_replace_and_say_what_changed() {
    let line = Timeline::fold(&[
        step(Act::Changed, &[whole(r#"{"a":1,"b":{"c":[1],"d":null}}"#)]),
        step(Act::Changed, &[whole(r#"{"b":{"c":[1,2],"e":"new"},"a":1.0}"#)]),
    ]);
    assert_eq!(line.diff(0).basis, Basis::None);
    assert_eq!((line.diff(0).first_seen, line.diff(0).changes.len()), (3, 0));
    assert_eq!(diffs(&line, 1), ["b.c [1] <0 -> [1,2]", "b.e none <0 -> \"new\""]);
    // As it is written last; what a snapshot does not hold is not there, be it told for null.
    assert_eq!(told(&line, 2).unwrap(), ["a=1.0", "b.c=[1,2]", "b.e=\"new\""]);
}

#[test]
fn an_object_begins_and_ends() {
    let line = Timeline::fold(&[
        step(Act::Created, &[changed("a", "?", "1")]),
        step(Act::Changed, &[changed("b", "5", "6")]),
        step(Act::Deleted, &[]),
        step(Act::Created, &[changed("a", "?", "2")]),
    ]);
    assert_eq!(diffs(&line, 0), ["a none -> 1"]);
    assert_eq!(told(&line, 0), None);
    assert_eq!(told(&line, 1).unwrap(), ["a=1", "b=5"]);
    assert_eq!(diffs(&line, 2), ["a 1 <0 -> none", "b 6 <1 -> none"]);
    assert_eq!(told(&line, 3), None);
    assert_eq!(diffs(&line, 3), ["a none -> 2"]);
    let blame = line.blame(4);
    assert_eq!((blame.len(), blame[0].by, blame[0].earlier), (1, Some(3), 2));
}

#[test]
fn blame_names_who_set_what() {
    let line = Timeline::fold(&[
        step(Act::Changed, &[whole(r#"{"a":1,"b":2}"#)]),
        step(Act::Changed, &[changed("a", "1", "2")]),
        step(Act::Read, &[whole(r#"{"a":2,"b":2}"#)]),
        step(Act::Changed, &[changed("a", "?", "3"), changed("b", "?", "2")]),
    ]);
    let blame = line.blame(4);
    let told: Vec<_> = blame.iter().map(|b| (b.path.as_str(), b.by, b.seen, b.earlier)).collect();
    // To set a value that it has already is no change.
    assert_eq!(told, [("a", Some(3), None, 1), ("b", None, Some(3), 0)]);
    assert_eq!(line.steps_of("a"), [1, 3]);
    // The value is known to have been so when it was last looked at.
    assert_eq!(diffs(&line, 3)[0], "a 2 <2 -> 3");
}

#[test]
fn patches_merge() {
    let line = Timeline::fold(&[
        step(
            Act::Created,
            &[whole(r#"{"spec":{"replicas":1,"list":[{"name":"a","v":1}],"args":["x"]},"l":{"k":1}}"#)],
        ),
        step(Act::Changed, &[patch(r#"{"spec":{"replicas":3},"l":{"k":null}}"#)]),
        step(
            Act::Changed,
            &[patch(
                r#"[{"op":"replace","path":"/spec/list/0/v","value":2},{"op":"add","path":"/m~1n","value":true}]"#,
            )],
        ),
        step(Act::Changed, &[patch(r#"{"spec":{"list":[{"name":"a","v":3}],"args":["y"]}}"#)]),
        step(Act::Changed, &[patch(r#"{"spec":{"$patch":"replace","replicas":5}}"#)]),
    ]);
    assert_eq!(diffs(&line, 1), ["spec.replicas 1 <0 -> 3", "l.k 1 <0 -> none"]);
    assert_eq!(
        diffs(&line, 2),
        [r#"spec.list [{"name":"a","v":1}] <0 -> [{"name":"a","v":2}]"#, "m/n none <0 -> true"]
    );
    // A list is known where merging and replacing come to the same.
    assert_eq!(
        diffs(&line, 3),
        [r#"spec.list [{"name":"a","v":2}] <2 -> [{"name":"a","v":3}]"#, r#"spec.args ["x"] <0 -> ? !"#]
    );
    assert_eq!(told(&line, 5).unwrap(), ["spec.replicas=5", "m/n=true"]);
}

#[test]
fn elements_of_arrays_are_followed() {
    let line = Timeline::fold(&[
        step(Act::Changed, &[changed("actions", "?", r#"[{"id":9,"delay":1}]"#)]),
        step(Act::Changed, &[changed("actions[id=9].delay", "?", "2")]),
        step(Act::Changed, &[changed("actions", "?", r#"[{"id":9,"delay":4}]"#)]),
        step(Act::Changed, &[changed("actions[id=9].delay", "?", "5"), changed("other[id=1].x", "1", "2")]),
    ]);
    assert_eq!(diffs(&line, 1), ["actions[id=9].delay 1 <0 -> 2"]);
    assert_eq!(diffs(&line, 3), ["actions[id=9].delay 4 <2 -> 5", "other[id=1].x 1 -> 2"]);
    assert_eq!(told(&line, 4).unwrap(), [r#"actions=[{"id":9,"delay":5}]"#, "other[id=1].x=2"]);
    assert_eq!(line.blame(4)[0].by, Some(3));
}

#[test]
fn damaged_facts_are_no_panic() {
    let junk =
        ["", "{", "[", "{}", "[]", "null", "\"{\\\"a\\\":1}\"", "[{\"op\":\"move\"}]", "{\"$patch\":1}"];
    for json in junk {
        let facts: Vec<Fact> = ["", "a", "a[", "a[0]", "a[id=1]"]
            .iter()
            .flat_map(|under| {
                let (under, json) = ((*under).to_owned(), json.to_owned());
                [
                    Fact::Whole { under: under.clone(), json: json.clone(), before: true },
                    Fact::Sparse { under: under.clone(), json: json.clone(), set: true },
                    Fact::Patch { under: under.clone(), json: json.clone(), strategic: true },
                    Fact::Change { path: under, before: known(&json), after: known(&json) },
                ]
            })
            .collect();
        let line = Timeline::fold(&[step(Act::Changed, &facts), step(Act::Deleted, &facts)]);
        (0..3).for_each(|moment| drop((line.at(moment), line.blame(moment), line.json_at(moment))));
        (0..3).for_each(|at| drop(line.diff(at)));
    }
}

/// A random object of few keys, some of them nested.
fn object() -> impl Strategy<Value = String> {
    let leaf = prop_oneof!["[0-3]", "\"[ab]\"", "\\[[01],[01]\\]", Just("[]".to_owned())];
    let inner = proptest::collection::btree_map("[xy]", leaf.clone(), 1..3);
    let text = |map: std::collections::BTreeMap<String, String>| {
        let all: Vec<_> = map.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        format!("{{{}}}", all.join(","))
    };
    let value = prop_oneof![2 => leaf, 1 => inner.prop_map(text)];
    proptest::collection::btree_map("[abc]", value, 1..4).prop_map(text)
}

/// What an entry of some kind says about the way from one object to the next.
fn facts(kind: u8, before: &str, after: &str) -> Vec<Fact> {
    let (mut a, mut b) = (Doc::new(), Doc::new());
    let (old, new) = (a.parse(before).unwrap(), b.parse(after).unwrap());
    let delta = json::diff(old, new, &JsonOptions::default());
    match kind {
        0 => vec![whole(after)],
        1 => {
            let patch = merge_patch(&Tree::of(old), &Tree::of(new)).unwrap();
            vec![Fact::Patch { under: String::new(), json: patch.to_json(), strategic: false }]
        }
        2 => {
            let json = patch_text(&json_patch(&delta.changes, new));
            vec![Fact::Patch { under: String::new(), json, strategic: true }]
        }
        // Named changes, with the value before or without it.
        kind => {
            let side = |text: Option<&str>| text.map_or(Known::Absent, Known::json);
            let keys = |tree: &Tree| match tree {
                Tree::Object(members) => members.iter().map(|(key, _)| key.clone()).collect(),
                _ => Vec::new(),
            };
            let (old, new) = (Tree::of(old), Tree::of(new));
            let mut all: Vec<String> = keys(&old);
            all.extend(keys(&new).into_iter().filter(|key| old.member(key).is_none()));
            let changed = all.into_iter().filter(|key| match (old.member(key), new.member(key)) {
                (Some(x), Some(y)) => !x.same(y),
                _ => true,
            });
            let text = |tree: &Tree, key: &str| tree.member(key).map(Tree::to_json);
            changed
                .map(|path| Fact::Change {
                    before: if kind == 3 { side(text(&old, &path).as_deref()) } else { Known::Unknown },
                    after: side(text(&new, &path).as_deref()),
                    path,
                })
                .collect()
        }
    }
}

/// Returns the value at a path of keys; the fields of a timeline are such.
fn lookup(object: &str, path: &str) -> Known {
    let mut doc = Doc::new();
    let root = doc.parse(object).unwrap();
    let found = path.parse::<crate::domain::json::Path>().unwrap().first(root);
    found.map_or(Known::Absent, |node| {
        if node.kind() == crate::domain::json::Kind::Object && !node.is_empty() {
            Known::Absent
        } else {
            Known::json(node.raw())
        }
    })
}

proptest! {
    /// Whatever way entries speak: all that is told as known is true, at every moment and of every entry.
    #[test]
    fn nothing_is_invented(objects in proptest::collection::vec(object(), 2..9), kinds in proptest::collection::vec(0u8..5, 9)) {
        let mut steps = Vec::new();
        for (two, kind) in objects.windows(2).zip(&kinds) {
            steps.push(step(Act::Changed, &facts(*kind, &two[0], &two[1])));
        }
        let line = Timeline::fold(&steps);
        for (moment, truth) in objects.iter().enumerate() {
            for field in line.at(moment).unwrap() {
                if field.value.is_known() {
                    prop_assert!(field.value.same(&lookup(truth, &field.path)), "{moment}: {field:?} of {truth}");
                }
            }
        }
        for (at, two) in objects.windows(2).enumerate() {
            for change in line.diff(at).changes {
                prop_assert!(change.conflict.is_none(), "{at}: {change:?}");
                for (side, truth) in [(&change.before, &two[0]), (&change.after, &two[1])] {
                    prop_assert!(!side.is_known() || side.same(&lookup(truth, &change.path)), "{at}: {change:?} {two:?}");
                }
            }
        }
    }

    /// After a snapshot everything is known from then on.
    #[test]
    fn behind_a_snapshot_everything_is_known(objects in proptest::collection::vec(object(), 2..9), kinds in proptest::collection::vec(0u8..5, 9)) {
        let mut steps = vec![step(Act::Changed, &[whole(&objects[0])])];
        for (two, kind) in objects.windows(2).zip(&kinds) {
            steps.push(step(Act::Changed, &facts(*kind, &two[0], &two[1])));
        }
        let line = Timeline::fold(&steps);
        for (at, truth) in objects.iter().enumerate() {
            let folded = line.json_at(at + 1).unwrap();
            let (mut a, mut b) = (Doc::new(), Doc::new());
            prop_assert!(a.parse(&folded).unwrap().same(&b.parse(truth).unwrap()), "{} {}", folded, truth);
        }
    }
}

#[test]
fn a_patch_of_lists_is_applied_like_any_other() {
    let mut tree = Tree::of(Doc::new().parse("[1,2]").unwrap());
    apply_json_patch(&mut tree, Doc::new().parse(r#"[{"op":"remove","path":"/0"}]"#).unwrap()).unwrap();
    assert_eq!(tree.to_json(), "[2]");
}

#[test]
fn lists_with_ids_are_blamed_by_item() {
    let set = |json: &str| step(Act::Changed, &[changed("actions", "?", json)]);
    let created = step(Act::Created, &[whole(r#"{"actions":[{"id":1,"delay":5}],"tags":["a"]}"#)]);
    let steps = [
        created,
        set(r#"[{"id":1,"delay":5},{"id":2,"delay":9}]"#),
        set(r#"[{"id":2,"delay":9},{"id":1,"delay":6}]"#),
        set(r#"[{"id":2,"delay":9},{"id":1,"delay":7.0},{"id":3}]"#),
        set(r#"[{"id":2,"delay":9},{"id":1,"delay":7},{"id":3}]"#),
    ];
    let line = Timeline::fold(&steps);
    let told = |moment| -> Vec<(String, Option<usize>, usize)> {
        line.blame(moment).into_iter().map(|blame| (blame.path, blame.by, blame.earlier)).collect()
    };
    let of = |path: &str, by, earlier| (path.to_owned(), Some(by), earlier);
    assert_eq!(
        told(5),
        [
            of("actions[id=2].delay", 1, 0),
            of("actions[id=1].delay", 3, 2),
            of("actions[id=3]", 3, 0),
            of("tags", 0, 0)
        ]
    );
    assert_eq!(told(2), [of("actions[id=1].delay", 0, 0), of("actions[id=2].delay", 1, 0), of("tags", 0, 0)]);
    assert!(line.blame(5)[3].is_list() && !line.blame(5)[0].is_list());
    // What was there before the first word on it was set by nobody who is known.
    let line = Timeline::fold(&steps[1..]);
    let blame = line.blame(1);
    assert_eq!((blame[0].by, blame[0].seen), (None, Some(0)), "{blame:#?}");
}

#[test]
fn what_a_change_of_an_object_leaves_alone_is_known() {
    let change = Fact::Change {
        path: "b".into(),
        before: Known::json(r#"{"x":[],"y":0}"#),
        after: Known::json(r#"{"x":[]}"#),
    };
    let next = whole(r#"{"b":{"x":0}}"#);
    let line = Timeline::fold(&[step(Act::Changed, &[change]), step(Act::Changed, &[next])]);
    let first: Vec<_> = line.diff(0).changes.into_iter().map(|change| change.path).collect();
    assert_eq!(first, ["b.y"]);
    let second = line.diff(1).changes;
    assert_eq!((second[0].path.as_str(), &second[0].before), ("b.x", &Known::json("[]")));
    assert_eq!(line.value_at("b.x", 0), Known::json("[]"), "learnt from the value before");
}

#[test]
fn an_object_without_members_has_no_fields() {
    let named = Fact::Change { path: "a".into(), before: Known::Unknown, after: Known::json("1") };
    let steps = [step(Act::Changed, std::slice::from_ref(&named)), step(Act::Changed, &[named, whole("{}")])];
    let line = Timeline::fold(&steps);
    assert_eq!(line.json_at(1).unwrap(), r#"{"a":1}"#);
    assert!(line.at(2).unwrap().is_empty() && line.blame(2).is_empty(), "{:?}", line.at(2));
    assert_eq!(line.json_at(2).unwrap(), "{}");
}

#[test]
fn what_enables_or_disables_makes_a_status_unknown_that_it_does_not_tell() {
    let value = |text: &str| Known::json(text);
    let set = |path: &str, after: &str| Fact::Change {
        path: path.to_owned(),
        before: Known::Unknown,
        after: value(after),
    };
    let made = Step::new(Act::Created, vec![set("status", "\"ACTIVE\""), set("mode", "1")]);
    let toggled = |facts| Step { toggles: true, ..Step::new(Act::Changed, facts) };
    let silent = Timeline::fold(&[made.clone(), toggled(Vec::new())]);
    assert_eq!(silent.value_at("status", 2), Known::Unknown);
    assert_eq!(silent.value_at("mode", 2), value("1"));
    assert_eq!(silent.diff(1).unknown, 1);
    let told = Timeline::fold(&[made, toggled(vec![set("status", "\"INACTIVE\"")])]);
    assert_eq!(told.value_at("status", 2), value("\"INACTIVE\""));
}
