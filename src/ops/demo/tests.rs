use super::*;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::domain::Catalog;
use crate::domain::json::Doc;

const NOW: Timestamp = Timestamp(1_764_000_000_000_000_000);

fn options(seed: u64, entries: u64, lean: bool) -> DemoOptions {
    DemoOptions { seed, now: NOW, entries, lean }
}

fn text(options: &DemoOptions) -> String {
    let mut out = String::new();
    DemoReader::new(options).read_to_string(&mut out).unwrap();
    out
}

fn records(options: &DemoOptions) -> Vec<Value> {
    text(options).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let first = text(&options(1, 2_000, false));
    assert_eq!(first, text(&options(1, 2_000, false)));
    assert_ne!(first, text(&options(2, 2_000, false)));
}

#[test]
fn makes_exactly_as_many_as_asked_each_valid_with_an_id_of_its_own() {
    for entries in [0, 1, 10, 999, 1_000, 5_000] {
        for lean in [false, true] {
            let text = text(&options(3, entries, lean));
            let mut ids = BTreeSet::new();
            for line in text.lines() {
                let mut doc = Doc::new();
                let node = doc.parse(line).unwrap();
                assert!(!doc_spaced(line), "{line}");
                ids.insert(node.get("id").unwrap().raw().to_owned());
            }
            assert_eq!((text.lines().count() as u64, ids.len() as u64), (entries, entries));
        }
    }
}

fn doc_spaced(line: &str) -> bool {
    let mut doc = Doc::new();
    doc.parse(line).unwrap();
    doc.spaced()
}

#[test]
fn every_activity_occurs_with_its_event_type_and_every_kind_of_actor() {
    let records = records(&options(1, 5_000, false));
    let mut seen = BTreeMap::new();
    let mut actors = BTreeSet::new();
    for record in &records {
        let text = |key: &str| record[key].as_str().unwrap().to_owned();
        let known = Catalog::builtin().find(&text("activity")).unwrap();
        assert_eq!(text("event_type"), known.group.event_type);
        assert_eq!(text("scope"), known.group.scope.as_str());
        assert_eq!(record["workspace"].is_object(), text("scope") == "workspace");
        *seen.entry(text("activity")).or_insert(0) += 1;
        actors.insert(text("actor_type"));
    }
    for known in Catalog::builtin().activities() {
        assert!(seen.contains_key(&known.activity.name), "{} is missing", known.activity.name);
    }
    assert_eq!(actors.into_iter().collect::<Vec<_>>(), ["service_account", "system", "user"]);
    let members: BTreeSet<_> = records.iter().filter_map(|r| r["user"]["email"].as_str()).collect();
    assert_eq!(members.len(), 25);
    let workspaces: BTreeSet<_> = records.iter().filter_map(|r| r["workspace"]["name"].as_str()).collect();
    assert_eq!(workspaces.len(), 3);
}

#[test]
fn times_rise_and_span_400_days() {
    let times: Vec<_> = records(&options(1, 5_000, false))
        .iter()
        .map(|record| record["created_at"].as_str().unwrap().to_owned())
        .collect();
    assert!(times.is_sorted());
    let day = |at: &str| chrono::NaiveDate::parse_from_str(at.get(..10).unwrap(), "%Y-%m-%d").unwrap();
    let days = (day(&times[4_999]) - day(&times[0])).num_days();
    assert!((398..=400).contains(&days), "{days}");
}

/// Replays the changes of each object: what a record says was before must be what is known by then, and the
/// payload must be what the changes lead to.
#[test]
fn histories_are_consistent() {
    let mut known: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    let mut gone = BTreeSet::new();
    let (mut compared, mut updates_without_change, mut updates) = (0, 0, 0);
    for record in records(&options(5, 30_000, false)) {
        let object = format!("{} {}", record["object_type"], record["object_id"]);
        if record["object_type"] == "session" {
            continue;
        }
        assert!(!gone.contains(&object), "{object} acts after its end");
        let state = known.entry(object.clone()).or_default();
        let changes = record["changes"].as_array().unwrap();
        if record["action"] == "updated" {
            updates += 1;
            updates_without_change += u32::from(changes.is_empty());
        }
        for change in changes {
            let name = change["attribute_name"].as_str().unwrap();
            assert_ne!(change["before"], change["after"]);
            if let Some(value) = state.get(name) {
                assert_eq!(change["before"], *value, "{object} {name}");
                compared += 1;
            }
            if record["action"] == "deleted" {
                assert!(change["after"].is_null());
            } else {
                assert_eq!(change["after"], record["payload"][name], "{object} {name}");
            }
        }
        for (name, value) in record["payload"].as_object().unwrap() {
            let touched = changes.iter().any(|change| change["attribute_name"] == *name);
            let before = state.insert(name.clone(), value.clone());
            assert!(
                touched || before.is_none_or(|before| before == *value),
                "{object} {name} changed in silence"
            );
        }
        if record["action"] == "deleted" {
            gone.insert(object);
        }
    }
    assert!(compared > 10_000, "{compared}");
    assert!(updates_without_change * 100 < updates, "{updates_without_change} of {updates}");
}

#[test]
fn tells_its_stories() {
    let records = records(&options(1, 5_000, false));
    let of = |key: &str, value: &str| -> Vec<String> {
        let matching = records.iter().filter(|record| {
            record[key] == value || record[key].as_u64().is_some_and(|n| n.to_string() == value)
        });
        matching.map(|record| record["action"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(of("object_id", "key_5e0c77a1d2"), ["created", "deleted"]);
    assert_eq!(of("service_account_id", "key_5e0c77a1d2"), ["created"]);
    assert_eq!(of("ip_addr", "192.0.2.199").len(), 6);
    assert_eq!(of("object_id", "90210"), ["created", "updated", "updated", "updated", "updated"]);
    let gone =
        |record: &&Value| record["object_id"].as_str().is_some_and(|id| id.starts_with("cus_40c1f9d2"));
    let gone: Vec<_> = records.iter().filter(gone).collect();
    assert_eq!(gone.len(), 42);
    assert!(gone.iter().all(|record| record["user"]["name"] == "Oskar Nowak"));
    let ids: std::collections::HashSet<_> = gone.iter().map(|record| record["object_id"].as_str()).collect();
    assert_eq!(ids.len(), 42);
}

#[test]
fn records_have_about_the_sizes_promised() {
    let mean = |lean| text(&options(1, 20_000, lean)).len() / 20_000;
    let (full, lean) = (mean(false), mean(true));
    assert!((820..=980).contains(&full), "{full}");
    assert!((310..=390).contains(&lean), "{lean}");
}
