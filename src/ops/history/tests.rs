use std::io::Read as _;

use super::*;
use crate::diff::state::Basis;
use crate::domain::Plan;
use crate::domain::json::{Doc, Kind, Path};
use crate::ops::demo::{DemoOptions, DemoReader};
use crate::ops::import::{Options as ImportOptions, import};
use crate::ops::open::{Opened, Options};
use crate::query::{Cancel, Filter, NoWatch};

mod vendors;

const NOW: Timestamp = Timestamp(1_764_000_000_000_000_000);

/// A store with these records, and its folder.
fn store(lines: &str) -> (Opened, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("records.ndjson");
    std::fs::write(&file, lines).unwrap();
    let options = Options { formats: None, plan: Plan::default(), now: NOW, mask: true };
    let opened = Opened::temporary(dir.path(), &options).unwrap();
    let name = file.to_string_lossy().into_owned();
    let formats = opened.formats().clone();
    import(&[name], &ImportOptions::default(), opened.store.as_ref(), &formats, &mut |_| {}, &Cancel::new())
        .unwrap();
    (opened, dir)
}

fn demo(entries: u64) -> String {
    let mut text = String::new();
    let options = DemoOptions { seed: 7, now: NOW, entries, lean: false };
    DemoReader::new(&options).read_to_string(&mut text).unwrap();
    text
}

/// The histories of all objects.
fn histories(opened: &Opened) -> Vec<History> {
    let mut access = opened.access().unwrap();
    let objects = access.objects(&mut NoWatch).unwrap().unwrap();
    let mut rows: HashMap<ObjectKey, Vec<Row>> = HashMap::new();
    access
        .for_each(
            &Filter::all(),
            Sort::default(),
            crate::ops::access::Opens::Never,
            &mut NoWatch,
            &mut |row, _| {
                if let Some(key) = objects.of(row) {
                    rows.entry(key).or_default().push(row.clone());
                }
                true
            },
        )
        .unwrap();
    rows.into_iter()
        .map(|(key, rows)| of_rows(&mut access, &key, rows, 0, &mut NoWatch).unwrap().unwrap())
        .collect()
}

/// The object as the generator wrote it into the record of an entry.
fn truths(lines: &str) -> HashMap<String, String> {
    let mut out = HashMap::new();
    for line in lines.lines() {
        let mut doc = Doc::new();
        let root = doc.parse(line).unwrap();
        let id = crate::domain::EntryId::of(line.as_bytes(), 0).to_string();
        out.insert(id, root.get("payload").map(|node| node.raw().to_owned()).unwrap_or_default());
    }
    out
}

/// The paths of the fields of an object that are no objects themselves.
fn paths(object: &str) -> Vec<String> {
    fn add(node: crate::domain::json::Node<'_>, at: &Path, out: &mut Vec<String>) {
        for (key, value) in node.members() {
            let at = at.clone().then(crate::domain::json::Step::Key(key.decode().into_owned()));
            if value.kind() == Kind::Object && !value.is_empty() {
                add(value, &at, out);
            } else {
                out.push(at.to_string());
            }
        }
    }
    let (mut doc, mut out) = (Doc::new(), Vec::new());
    if let Ok(root) = doc.parse(object) {
        add(root, &Path::default(), &mut out);
    }
    out
}

/// The value of a field in an object; that of an object with members is known by its fields.
fn lookup(object: &str, path: &str) -> Known {
    let mut doc = Doc::new();
    let Ok(root) = doc.parse(object) else { return Known::Absent };
    let found = path.parse::<Path>().unwrap().first(root);
    match found {
        Some(node) if node.kind() == Kind::Object && !node.is_empty() => Known::Absent,
        Some(node) => Known::json(node.raw()),
        None => Known::Absent,
    }
}

/// Derives with the recorded values before taken away, and compares with what the generator knows.
#[test]
fn what_is_derived_is_what_the_generator_made() {
    let lines = demo(4_000);
    let truth = truths(&lines);
    let (opened, _dir) = store(&lines);
    let (mut compared, mut befores, mut partial, mut there) = (0, 0, 0, 0);
    for history in histories(&opened) {
        let object = |at: usize| truth.get(&history.entries[at].id.to_string()).cloned().unwrap_or_default();
        if history.entries.iter().any(|entry| entry.action == Action::LoggedIn) {
            continue;
        }
        let mut line = Timeline::default();
        for entry in &history.entries {
            let mut told = step(entry, None, false);
            for fact in &mut told.facts {
                if let Fact::Change { before, .. } = fact {
                    *before = Known::Unknown;
                }
            }
            line.push(&told);
        }
        for at in 0..history.entries.len() {
            let gone = history.entries[at].action == Action::Deleted;
            // Nothing that is there is taken for absent.
            for path in paths(&object(at)).iter().filter(|_| !gone) {
                assert_ne!(line.value_at(path, at + 1), Known::Absent, "{path} of {:?}", history.object);
                there += 1;
            }
            for field in line.at(at + 1).unwrap_or_default() {
                if field.value.is_known() {
                    assert!(!gone && field.value.same(&lookup(&object(at), &field.path)), "{field:?}");
                    compared += 1;
                }
            }
            for change in line.diff(at).changes.iter().filter(|change| !change.seen) {
                let recorded = history.timeline.diff(at).changes;
                let Some(truth) = recorded.iter().find(|other| other.path == change.path) else { continue };
                partial += usize::from(!change.before.is_known());
                if change.before.is_known() && truth.before.is_known() {
                    assert!(change.before.same(&truth.before), "{change:?} {truth:?}");
                    befores += usize::from(matches!(change.before_from, Origin::Derived(_)));
                }
            }
        }
    }
    assert!(compared > 10_000 && befores > 1_000 && partial > 100, "{compared} {befores} {partial}");
    assert!(there > 10_000, "{there}");
}

#[test]
fn blame_names_the_entry_that_the_generator_says() {
    let lines = demo(4_000);
    let (opened, _dir) = store(&lines);
    let (mut compared, mut items) = (0, 0);
    for history in histories(&opened) {
        let moment = history.entries.len();
        for blame in history.blame(moment) {
            let item = blame.path.contains('[');
            let changed = |entry: &Entry<'_>| {
                entry.changes.iter().any(|change| {
                    let inside = blame.path == *change.path
                        || blame.path.starts_with(&format!("{}.", change.path))
                        || blame.path.starts_with(&format!("{}[", change.path));
                    let side = |text: &Option<crate::domain::Str<'_>>| {
                        let object = format!(
                            "{{{}:{}}}",
                            crate::domain::json::quote(&change.path),
                            text.as_deref().unwrap_or("null")
                        );
                        if item { whole(&object, &blame.path) } else { lookup(&object, &blame.path) }
                    };
                    inside && !side(&change.before).same(&side(&change.after))
                })
            };
            let truth = (0..moment).rev().find(|at| changed(&history.entries[*at]));
            // The generator lists the short fields alone of an object that came to be; the rest stands in what it
            // shows of the object.
            if let Some(truth) = truth {
                assert_eq!(blame.by, Some(truth), "{blame:?} of {:?}", history.object);
                compared += 1;
                items += usize::from(item);
            }
        }
        for at in 0..moment {
            let diff = history.diff(at);
            assert!(diff.changes.iter().all(|change| change.conflict.is_none()), "{diff:?}");
        }
    }
    assert!(compared > 2_000 && items > 0, "{compared} {items}");
}

/// The value at a path, be it an object.
fn whole(object: &str, path: &str) -> Known {
    let mut doc = Doc::new();
    let Ok(root) = doc.parse(object) else { return Known::Absent };
    let found = path.parse::<Path>().unwrap().first(root);
    found.map_or(Known::Absent, |node| Known::json(node.raw()))
}

#[test]
fn a_missing_entry_is_told() {
    let lines = demo(3_000);
    let (opened, _dir) = store(&lines);
    let whole = histories(&opened).into_iter().max_by_key(|history| {
        let updates = history.entries.iter().filter(|entry| entry.action == Action::Updated);
        updates.filter(|entry| !entry.changes.is_empty()).count()
    });
    let whole = whole.unwrap();
    let mut told = 0;
    for left_out in 1..whole.entries.len() - 1 {
        let mut line = Timeline::default();
        let rest = whole.entries.iter().enumerate().filter(|(at, _)| *at != left_out);
        rest.for_each(|(_, entry)| line.push(&step(entry, None, false)));
        told +=
            (0..line.len()).filter(|at| line.diff(*at).changes.iter().any(|c| c.conflict.is_some())).count();
    }
    assert!(told > 0);
}

const PATCHES: &str = r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"k-1","stage":"ResponseComplete","requestURI":"/apis/apps/v1/namespaces/shop/deployments","verb":"create","user":{"username":"ines@kelp.example"},"sourceIPs":["203.0.113.91"],"objectRef":{"resource":"deployments","namespace":"shop","name":"web","apiGroup":"apps"},"responseStatus":{"code":201},"requestObject":{"spec":{"replicas":2}},"responseObject":{"kind":"Deployment","metadata":{"name":"web","resourceVersion":"1"},"spec":{"replicas":2,"paused":false}},"stageTimestamp":"2025-03-04T08:55:30.1Z"}
{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"k-2","stage":"ResponseComplete","requestURI":"/apis/apps/v1/namespaces/shop/deployments/web","verb":"patch","user":{"username":"ines@kelp.example"},"sourceIPs":["203.0.113.91"],"objectRef":{"resource":"deployments","namespace":"shop","name":"web","apiGroup":"apps"},"responseStatus":{"code":403},"requestObject":{"spec":{"replicas":9}},"stageTimestamp":"2025-03-05T08:55:30.1Z"}
{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"k-3","stage":"ResponseComplete","requestURI":"/apis/apps/v1/namespaces/shop/deployments/web","verb":"patch","user":{"username":"theo@kelp.example"},"sourceIPs":["203.0.113.92"],"objectRef":{"resource":"deployments","namespace":"shop","name":"web","apiGroup":"apps","uid":"u-1"},"responseStatus":{"code":200},"requestObject":{"spec":{"replicas":5}},"stageTimestamp":"2025-03-06T08:55:30.1Z"}
{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"k-4","stage":"ResponseComplete","requestURI":"/apis/apps/v1/namespaces/shop/deployments/web","verb":"delete","user":{"username":"theo@kelp.example"},"sourceIPs":["203.0.113.92"],"objectRef":{"resource":"deployments","namespace":"shop","name":"web","apiGroup":"apps"},"responseStatus":{"code":200},"stageTimestamp":"2025-03-07T08:55:30.1Z"}
"#;

#[test]
fn patches_of_kubernetes_are_derived_from_what_was_there() {
    let (opened, _dir) = store(PATCHES);
    let mut access = opened.access().unwrap();
    let Some(Found::One(object)) = find(&mut access, "deployments/web", &mut NoWatch).unwrap() else {
        panic!("not found")
    };
    let history = load(&mut access, &object.key, &mut NoWatch).unwrap().unwrap();
    assert_eq!(history.entries.len(), 4);
    // What was refused changed nothing, and the entry after it is derived from the one before.
    assert_eq!(history.diff(1).changes, []);
    assert_eq!(history.basis_text(1, &history.diff(1)), "none: denied");
    let diff = history.diff(2);
    assert_eq!(diff.basis, Basis::Derived(0));
    assert_eq!(
        history.basis_text(2, &diff),
        format!("derived from {}, 2 days earlier", history.rows[0].id.short())
    );
    let change = &history.changes(2)[0];
    assert_eq!(
        (change.path.as_ref(), change.before.as_deref(), change.after.as_deref()),
        ("spec.replicas", Some("2"), Some("5"))
    );
    assert_eq!(change.provenance, Provenance::Derived);
    assert_eq!(
        history.timeline.json_at(3).unwrap(),
        r#"{"spec":{"replicas":5,"paused":false},"metadata":{"name":"web"}}"#
    );
    assert_eq!(history.timeline.json_at(4), None);
    let undo = history.undo(2).unwrap();
    assert_eq!(undo.lines, ["set `spec.replicas` 5 -> 2"]);
    assert_eq!(undo.patch.as_deref(), Some(r#"{"spec":{"replicas":2}}"#));
    assert_eq!(undo.since, [("spec.replicas".to_owned(), 3)]);
    assert_eq!(history.blame(3)[0].by, Some(2));
}

#[test]
fn names_that_several_objects_have_list_them() {
    let lines = demo(2_000);
    let (opened, _dir) = store(&lines);
    let mut access = opened.access().unwrap();
    let mut names: HashMap<std::sync::Arc<str>, std::collections::HashSet<ObjectKey>> = HashMap::new();
    for history in histories(&opened) {
        for name in history.rows.iter().filter_map(|row| row.target_name.clone()) {
            names.entry(name).or_default().insert(history.object.key.clone());
        }
    }
    let (name, objects) = names.iter().max_by_key(|(_, objects)| objects.len()).unwrap();
    assert!(objects.len() > 1);
    let Some(Found::Many(found)) = find(&mut access, name, &mut NoWatch).unwrap() else { panic!("{name}") };
    assert_eq!(found.len(), objects.len());
    // Each is told by words that find it alone.
    for (object, words) in found.iter().zip(told_apart(name, &found)) {
        let Some(Found::One(one)) = find(&mut access, &words, &mut NoWatch).unwrap() else {
            panic!("{words}")
        };
        assert_eq!(one.key, object.key, "{words}");
    }
    assert_eq!(find(&mut access, "no such object", &mut NoWatch).unwrap(), Some(Found::Nothing));
}

/// An update of one thing, with what it was and what it is.
fn update_of(id: &str, time: &str, action: &str, before: &str, after: &str) -> String {
    format!(
        r#"{{"id":"{id}","timestamp":"2026-08-01T{time}Z","actor":{{"email":"{id}@kelp.example"}},"action":"thing.{action}","resource":{{"type":"thing","id":"t-1","name":"Tide"}},"before":{before},"after":{after}}}"#
    )
}

#[test]
fn entries_of_one_instant_are_ordered_by_what_they_say() {
    let lines = [
        update_of("u3", "10:00:00", "updated", r#"{"d":2}"#, r#"{"d":3}"#),
        update_of("u5", "11:00:00", "updated", r#"{"d":4}"#, r#"{"d":5}"#),
        update_of("u2", "10:00:00", "updated", r#"{"d":1}"#, r#"{"d":2}"#),
        update_of("u1", "09:00:00", "created", "null", r#"{"d":1}"#),
        update_of("u4", "10:00:00", "updated", r#"{"d":3}"#, r#"{"d":4}"#),
    ];
    let (opened, _dir) = store(&lines.join("\n"));
    let histories = histories(&opened);
    let [history] = histories.as_slice() else { panic!("{}", histories.len()) };
    for at in 0..5 {
        let diff = history.diff(at);
        assert!(
            diff.changes.iter().all(|change| change.conflict.is_none()) && !diff.unordered,
            "{at}: {diff:?}"
        );
        assert_eq!(history.timeline.value_at("d", at + 1), Known::json(&(at + 1).to_string()));
    }
}

#[test]
fn lists_of_snapshots_are_whole_and_what_stays_is_known() {
    let lines = [
        update_of("u1", "09:00:00", "created", "null", r#"{"tags":["a","b"],"n":1}"#),
        update_of(
            "u2",
            "10:00:00",
            "updated",
            r#"{"tags":["a","b"],"n":1}"#,
            r#"{"tags":["b","c","a"],"n":1}"#,
        ),
        update_of("u3", "11:00:00", "updated", r#"{"tags":["b","c","a"],"n":1}"#, r#"{"tags":[],"n":null}"#),
    ];
    let (opened, _dir) = store(&lines.join("\n"));
    let histories = histories(&opened);
    let history = &histories[0];
    let states =
        [r#"{"tags":["a","b"],"n":1}"#, r#"{"tags":["b","c","a"],"n":1}"#, r#"{"tags":[],"n":null}"#];
    for (at, state) in states.iter().enumerate() {
        assert_eq!(history.timeline.json_at(at + 1).as_deref(), Some(*state));
        assert!(history.diff(at).changes.iter().all(|change| change.conflict.is_none()));
    }
    let undo = history.undo(1).unwrap();
    assert_eq!(undo.patch.as_deref(), Some(r#"{"tags":["a","b"]}"#));
}
