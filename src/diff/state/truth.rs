//! States, diffs and blame held against objects whose every version is known.

use proptest::prelude::*;

use super::*;
use crate::diff::patch::{Tree, json_patch, patch_text};
use crate::diff::{JsonOptions, json};
use crate::domain::json::{Doc, Kind, Path};

fn changed(path: &str, before: Known, after: Known) -> Fact {
    Fact::Change { path: path.to_owned(), before, after }
}

fn update(facts: Vec<Fact>) -> Step {
    Step::new(Act::Changed, facts)
}

fn whole(json: &str, before: bool) -> Fact {
    Fact::Whole { under: String::new(), json: json.to_owned(), before }
}

fn shown(json: &str) -> Fact {
    Fact::Sparse { under: String::new(), json: json.to_owned(), set: false }
}

fn one(n: i32) -> Known {
    Known::json(&n.to_string())
}

/// A random object of few keys, whose values change between scalars, null, lists and objects.
fn object() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[0-2]",
        Just("null".to_owned()),
        Just("\"\"".to_owned()),
        Just("false".to_owned()),
        Just("{}".to_owned()),
        Just("[]".to_owned()),
        "\\[[01],[01]\\]",
        "\\[\\{\"id\":1,\"v\":[0-2]\\},\\{\"id\":2,\"v\":[0-2]\\}\\]",
    ];
    let text = |map: std::collections::BTreeMap<String, String>| {
        let all: Vec<_> = map.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        format!("{{{}}}", all.join(","))
    };
    let inner = proptest::collection::btree_map("[xy]", leaf.clone(), 1..3).prop_map(text);
    let value = prop_oneof![2 => leaf, 1 => inner];
    proptest::collection::btree_map("[abcd]", value, 1..4).prop_map(text)
}

/// What an entry says of the way from one version to the next, in one of several ways.
fn says(kind: u8, before: &str, after: &str) -> Vec<Fact> {
    let (mut a, mut b) = (Doc::new(), Doc::new());
    let (old, new) = (a.parse(before).unwrap(), b.parse(after).unwrap());
    match kind {
        0 => return vec![whole(after, false)],
        1 => return vec![whole(before, true), whole(after, false)],
        2 => {
            let delta = json::diff(old, new, &JsonOptions::default());
            let json = patch_text(&json_patch(&delta.changes, new));
            return vec![Fact::Patch { under: String::new(), json, strategic: false }];
        }
        _ => {}
    }
    let side = |node: crate::domain::json::Node<'_>, key: &str| {
        node.get(key).map_or(Known::Absent, |node| Known::json(node.raw()))
    };
    let mut keys: Vec<String> =
        old.members().chain(new.members()).map(|(key, _)| key.decode().into()).collect();
    keys.sort();
    keys.dedup();
    let all = keys.into_iter().map(|key| (side(old, &key), side(new, &key), key));
    let mut facts: Vec<Fact> = all
        .filter_map(|(old, new, key)| match (old.is_exactly(&new), kind) {
            // All sides, also of what stayed.
            (true, 3) => Some(Fact::Stayed { path: key, value: new }),
            (true, _) => None,
            (false, 4) => Some(changed(&key, Known::Unknown, new)),
            (false, _) => Some(changed(&key, old, new)),
        })
        .collect();
    if kind == 5 {
        facts.push(shown(after));
    }
    facts
}

/// The value of a field in a version.
fn truth(object: &str, path: &str) -> Known {
    let mut doc = Doc::new();
    let found = path.parse::<Path>().unwrap().first(doc.parse(object).unwrap());
    match found {
        Some(node) if node.kind() == Kind::Object && !node.is_empty() => Known::Absent,
        Some(node) => Known::json(node.raw()),
        None => Known::Absent,
    }
}

proptest! {
    /// All entries are there: every state is the object, no entry is missing, and blame names who made it so.
    #[test]
    fn a_complete_history_is_told_as_it_was(
        objects in proptest::collection::vec(object(), 2..9),
        kinds in proptest::collection::vec(0u8..6, 9),
    ) {
        let mut steps = vec![Step::new(Act::Created, vec![whole(&objects[0], false)])];
        for (two, kind) in objects.windows(2).zip(&kinds) {
            // Whether a patch that took the last member left an empty object is not said.
            let kind = if *kind == 2 && two[1].contains("{}") { &3 } else { kind };
            steps.push(update(says(*kind, &two[0], &two[1])));
        }
        let line = Timeline::fold(&steps);
        for (at, object) in objects.iter().enumerate() {
            let folded = line.json_at(at + 1).unwrap();
            let same = Tree::of(Doc::new().parse(&folded).unwrap()).same(&Tree::of(Doc::new().parse(object).unwrap()));
            prop_assert!(same, "{at}: {folded} is not {object}, {steps:#?}");
            let fields = line.at(at + 1).unwrap();
            prop_assert!(fields.iter().all(|field| field.value.is_known()), "{at}: {fields:?}");
            for change in line.diff(at).changes {
                prop_assert!(change.conflict.is_none(), "{at}: {change:?} {steps:#?}");
                let before = at.checked_sub(1).map_or(Known::Absent, |at| truth(&objects[at], &change.path));
                prop_assert!(change.before.same(&before), "{at}: {change:?}, was {before:?}");
                prop_assert!(change.after.same(&truth(object, &change.path)), "{at}: {change:?} of {object}");
            }
        }
        for blame in line.blame(objects.len()) {
            let value = |at: usize| {
                let mut doc = Doc::new();
                let node = blame.path.parse::<Path>().unwrap().first(doc.parse(&objects[at]).unwrap());
                node.map_or(Known::Absent, |node| Known::json(node.raw()))
            };
            let by = (1..objects.len()).rev().find(|at| !value(*at).same(&value(at - 1))).unwrap_or(0);
            if blame.value.text() != Some("null") {
                prop_assert_eq!(blame.by, Some(by), "{:?} of {:#?}", blame, objects);
            }
        }
    }

    /// Entries are left out: what is told as known is so, or some entry says that one is missing.
    #[test]
    fn a_gap_names_nobody(
        objects in proptest::collection::vec(object(), 4..9),
        left_out in 1usize..8,
    ) {
        let left_out = left_out.min(objects.len() - 2);
        let mut steps = vec![Step::new(Act::Created, vec![whole(&objects[0], false)])];
        let kept: Vec<usize> = (1..objects.len()).filter(|at| *at != left_out).collect();
        for at in &kept {
            steps.push(update(says(5, &objects[at - 1], &objects[*at])));
        }
        let line = Timeline::fold(&steps);
        for blame in line.blame(steps.len()).into_iter().filter(|blame| !blame.path.contains('[')) {
            let Some(by) = blame.by.and_then(|by| by.checked_sub(1)).map(|by| kept[by]) else { continue };
            // An entry that lists nothing may have done what it shows.
            if objects[by] == objects[by - 1] {
                continue;
            }
            let (was, is) = (truth(&objects[by - 1], &blame.path), truth(&objects[by], &blame.path));
            prop_assert!(!was.is_exactly(&is), "{blame:?} by {by}: {was:?} {is:?}");
        }
    }
}

#[test]
fn what_an_entry_shows_and_does_not_list_was_changed_by_another() {
    let line = Timeline::fold(&[
        Step::new(Act::Created, vec![whole(r#"{"delay":3600,"tags":[],"updated_at":1}"#, false)]),
        update(vec![
            changed("tags", Known::json("[]"), Known::json(r#"["a"]"#)),
            shown(r#"{"delay":60,"tags":["a"],"updated_at":2}"#),
        ]),
    ]);
    let diff = line.diff(1);
    let lost: Vec<_> = diff.changes.iter().filter(|change| change.conflict.is_some()).collect();
    assert_eq!((lost.len(), lost[0].path.as_str(), lost[0].is_same()), (1, "delay", true));
    let blame = line.blame(2);
    let delay = blame.iter().find(|blame| blame.path == "delay").unwrap();
    assert_eq!((delay.by, delay.seen, &delay.value), (None, Some(1), &one(60)));
    // A stamp is changed by every change.
    assert_eq!(blame.iter().find(|blame| blame.path == "updated_at").unwrap().by, Some(1));
}

#[test]
fn a_patch_is_not_blamed_for_what_it_does_not_touch() {
    let patch = |json: &str| Fact::Patch { under: String::new(), json: json.to_owned(), strategic: true };
    let line = Timeline::fold(&[
        Step::new(Act::Created, vec![whole(r#"{"spec":{"replicas":2},"l":{"a":"1"}}"#, false)]),
        update(vec![
            patch(r#"[{"op":"replace","path":"/l/a","value":"2"}]"#),
            whole(r#"{"spec":{"replicas":5},"l":{"a":"2"}}"#, false),
        ]),
    ]);
    let changes = line.diff(1).changes;
    let told: Vec<_> =
        changes.iter().map(|change| (change.path.as_str(), change.conflict.is_some())).collect();
    assert_eq!(told, [("l.a", false), ("spec.replicas", true)]);
    assert_eq!(line.blame(2)[0].by, None);
}

#[test]
fn an_update_that_says_nothing_makes_all_unknown() {
    let silent = Step { blurs: true, ..update(Vec::new()) };
    let line = Timeline::fold(&[
        Step::new(Act::Created, vec![whole(r#"{"a":1,"b":1}"#, false)]),
        silent,
        update(vec![changed("a", Known::Unknown, one(3))]),
        update(vec![changed("b", one(2), one(3))]),
    ]);
    assert!(line.at(2).unwrap().iter().any(|field| field.path == "a" && !field.value.is_known()));
    // Only what a later entry found is known.
    assert_eq!(line.value_at("b", 2), one(2));
    let change = &line.diff(2).changes[0];
    assert_eq!((&change.before, line.diff(2).unknown), (&Known::Unknown, 1));
    // No entry is missing: the silent one may have done it.
    assert!(line.diff(3).changes[0].conflict.is_none());
    assert!(line.is_blurred(0..2) && !line.is_blurred(2..4));
}

#[test]
fn of_one_instant_in_unknown_order_nothing_is_derived() {
    let tied = |n| Step { tie: 1, ..update(vec![changed("a", Known::Unknown, one(n))]) };
    let line = Timeline::fold(&[
        Step::new(Act::Created, vec![whole(r#"{"a":1,"b":1}"#, false)]),
        tied(2),
        tied(3),
        update(vec![changed("a", Known::Unknown, one(4))]),
    ]);
    assert!(line.diff(2).unordered && line.diff(2).unknown == 1);
    assert_eq!(line.value_at("a", 3), Known::Unknown);
    assert_eq!(line.value_at("b", 3), one(1));
    assert_eq!(line.diff(3).changes[0].before, Known::Unknown);
    assert!(!line.diff(3).unordered && line.is_unordered(1));
}

#[test]
fn a_part_that_is_set_was_something_before() {
    let set = |json: &str| Fact::Whole { under: "policy".into(), json: json.into(), before: false };
    let line = Timeline::fold(&[update(vec![set(r#"{"x":1}"#)]), update(vec![set(r#"{"x":2}"#)])]);
    let first = line.diff(0);
    assert_eq!((first.unknown, first.changes.len(), first.basis), (1, 1, Basis::None));
    assert_eq!(line.diff(1).basis, Basis::Derived(0));
}

#[test]
fn a_value_ends_its_members_and_the_reverse() {
    let object = Known::json(r#"{"send_at":100,"tz":null}"#);
    let no = Known::json("false");
    let line = Timeline::fold(&[
        Step::new(Act::Created, vec![changed("schedule", Known::Absent, object.clone())]),
        update(vec![changed("schedule", object.clone(), no.clone())]),
        update(vec![changed("schedule", no, object)]),
    ]);
    assert_eq!(line.json_at(1).unwrap(), r#"{"schedule":{"send_at":100,"tz":null}}"#);
    assert_eq!(line.json_at(2).unwrap(), r#"{"schedule":false}"#);
    assert_eq!(line.json_at(3).unwrap(), r#"{"schedule":{"send_at":100,"tz":null}}"#);
    assert_eq!(line.blame(2).len(), 1);
}

#[test]
fn null_is_a_value() {
    let null = Known::json("null");
    let line = Timeline::fold(&[
        Step::new(Act::Created, vec![changed("a", Known::Absent, one(1))]),
        update(vec![changed("a", one(1), null.clone())]),
        update(vec![changed("a", null.clone(), Known::Absent)]),
    ]);
    assert_eq!(line.value_at("a", 2), null);
    assert_eq!(line.json_at(3).unwrap(), "{}");
    assert!(!line.diff(2).changes[0].is_same(), "recorded as a change");
}
