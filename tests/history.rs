//! Histories of objects on the command line: log, blame, diff, changes, states, undo hints.

use std::fs;

use serde_json::Value;

use super::home::Home;

/// What happens to one deployment of a cluster.
const CLUSTER: &str = r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"k-1","stage":"ResponseComplete","requestURI":"/apis/apps/v1/namespaces/shop/deployments","verb":"create","user":{"username":"ines@kelp.example"},"sourceIPs":["203.0.113.91"],"objectRef":{"resource":"deployments","namespace":"shop","name":"web","apiGroup":"apps"},"responseStatus":{"code":201},"responseObject":{"kind":"Deployment","spec":{"replicas":2,"paused":false}},"stageTimestamp":"2025-03-04T08:55:30.1Z"}
{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"k-3","stage":"ResponseComplete","requestURI":"/apis/apps/v1/namespaces/shop/deployments/web","verb":"patch","user":{"username":"theo@kelp.example"},"sourceIPs":["203.0.113.92"],"objectRef":{"resource":"deployments","namespace":"shop","name":"web","apiGroup":"apps"},"responseStatus":{"code":200},"requestObject":{"spec":{"replicas":5}},"stageTimestamp":"2025-03-06T08:55:30.1Z"}
{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"k-5","stage":"ResponseComplete","requestURI":"/apis/apps/v1/namespaces/shop/deployments/web","verb":"patch","user":{"username":"theo@kelp.example"},"sourceIPs":["203.0.113.92"],"objectRef":{"resource":"deployments","namespace":"shop","name":"web","apiGroup":"apps"},"responseStatus":{"code":200},"requestObject":{"spec":{"paused":true,"strategy":"Recreate"}},"stageTimestamp":"2025-03-06T09:00:30.1Z"}
"#;

fn cluster() -> Home {
    let home = Home::new();
    fs::write(home.path("cluster.ndjson"), CLUSTER).unwrap();
    home.ok(&["import", "cluster.ndjson"]);
    home
}

fn json(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_derived_diff_says_where_it_comes_from() {
    let home = cluster();
    let text = home.ok(&["log", "web"]);
    assert!(text.contains("derived from") && text.contains("2 days earlier"), "{text}");
    assert!(text.contains("~ spec.replicas   2 -> 5") || text.contains("~ spec.replicas   2 → 5"), "{text}");
    let steps = json(&home.ok(&["log", "deployments/web", "--output", "json"]));
    assert_eq!(steps.len(), 3);
    let (patch, create) = (&steps[1], &steps[2]);
    assert_eq!(patch["diff"]["basis"], "derived");
    assert_eq!(patch["diff"]["derived_from"], create["id"]);
    assert_eq!(patch["changes"][0]["provenance"], "derived");
    assert_eq!(create["diff"]["basis"], "recorded");
    // Who asks for the entry alone sees the same.
    let id = patch["id"].as_str().unwrap();
    let shown: Value = serde_json::from_str(&home.ok(&["show", id, "--output", "json"])).unwrap();
    assert_eq!(shown["changes"][0]["before"], 2);
    assert_eq!(shown["changes"][0]["provenance"], "derived");
    assert_eq!(shown["diff"]["basis"], "derived");
    assert!(home.ok(&["show", id]).contains("derived from"));
}

#[test]
fn states_and_blame_of_any_time() {
    let home = cluster();
    let state: Value =
        serde_json::from_str(&home.ok(&["show", "web", "--at", "2025-03-05", "--output", "json"])).unwrap();
    let value = |path: &str| {
        let fields = state["fields"].as_array().unwrap();
        fields.iter().find(|field| field["path"] == path).cloned().unwrap_or_default()
    };
    assert_eq!(value("spec.replicas")["value"], 2);
    // Nothing said so far that there is a strategy, and a snapshot said that there is none.
    assert_eq!(value("spec.strategy"), Value::Null);
    home.fails(1, &["blame", "web@2025-03-03"], "does not exist");
    let blame: Value = serde_json::from_str(&home.ok(&["blame", "web", "--output", "json"])).unwrap();
    let replicas = &blame["fields"][0];
    assert_eq!((&replicas["path"], &replicas["actor"]["name"]), (&"spec.replicas".into(), &Value::Null));
    assert_eq!(replicas["actor"]["email"], "theo@kelp.example");
    assert_eq!(replicas["earlier_changes"], 1);
    assert!(home.ok(&["blame", "web"]).contains("changed 1x before"));
}

#[test]
fn two_states_are_compared_in_every_form() {
    let home = cluster();
    let args = |layout: &'static str| ["diff", "web@2025-03-05", "web", "--layout", layout];
    let patch: Value = serde_json::from_str(&home.ok(&args("json-patch"))).unwrap();
    let replicas = serde_json::json!({"op": "replace", "path": "/spec/replicas", "value": 5});
    assert!(patch.as_array().unwrap().contains(&replicas), "{patch}");
    let merge: Value = serde_json::from_str(&home.ok(&args("merge-patch"))).unwrap();
    assert_eq!(merge["spec"]["strategy"], "Recreate");
    assert!(home.ok(&args("fields")).contains("+ spec.strategy"));
    assert!(home.ok(&args("unified")).contains("+ Recreate"));
    let same = home.run(&["diff", "web", "web"]);
    assert_eq!((same.status, same.out.as_str()), (1, ""));
    assert!(same.err.contains("both are the same"));
}

#[test]
fn changes_are_net_and_undo_is_only_printed() {
    let home = cluster();
    let net =
        json(&home.ok(&["changes", "--since", "2025-03-05", "--until", "2025-03-07", "--output", "json"]));
    assert_eq!((net.len(), &net[0]["entries"]), (1, &2.into()));
    assert_eq!(net[0]["changes"].as_array().unwrap().len(), 3);
    assert!(net[0]["changes"].as_array().unwrap().iter().all(|change| change["provenance"] == "derived"));
    home.fails(1, &["changes", "--since", "2024-01-01", "--until", "2024-02-01"], "nothing was changed");
    let steps = json(&home.ok(&["log", "web", "--output", "json"]));
    let id = steps[1]["id"].as_str().unwrap();
    let undo = home.ok(&["show", id, "--undo"]);
    assert!(
        undo.contains("set `spec.replicas` 5 -> 2") && undo.contains(r#"{"spec":{"replicas":2}}"#),
        "{undo}"
    );
}

#[test]
fn what_is_no_object_says_what_to_write() {
    let home = Home::with_demo(1000);
    home.fails(1, &["log", "no such thing"], "give its id, its exact name, type/name");
    home.fails(2, &["show", "90210", "--at", "someday"], "is no time");
    let basket = home.ok(&["log", "campaign/90210", "--reverse"]);
    assert!(basket.contains("Basket reminder"), "{basket}");
    // A plan binds derivation too.
    home.fails(1, &["log", "90210", "--plan", "essentials"], "");
}

#[test]
fn derived_changes_can_be_looked_for() {
    let home = cluster();
    let count = |args: &[&str]| home.run(args).out.trim().to_owned();
    let query = "changed:spec.replicas from:2";
    let plain = home.run(&["query", "--count", query]);
    assert_eq!(
        (plain.out.trim(), plain.err.contains("--derived looks at the others")),
        ("0", true),
        "{}",
        plain.err
    );
    let rows = |args: &[&str]| csv::Reader::from_reader(home.run(args).out.as_bytes()).records().count();
    assert_eq!(rows(&["export", query, "--to", "-"]), 0);
    assert_eq!(rows(&["export", "--derived", query, "--to", "-"]), 1);
    assert_eq!(count(&["query", "--count", "--derived", query]), "1");
    let run = home.run(&["query", "--derived", query]);
    assert!(run.err.contains("looked at all objects (1 of 1)"), "{}", run.err);
    assert_eq!(count(&["query", "--count", "--derived", "changed:spec.* to:true"]), "1");
}

#[test]
fn the_entries_of_a_field_are_found_by_the_name_it_is_printed_with() {
    let home = cluster();
    let pod = |id: u32, verb: &str, image: &str| {
        format!(
            r#"{{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"p-{id}","stage":"ResponseComplete","verb":"{verb}","user":{{"username":"ines@kelp.example"}},"objectRef":{{"resource":"pods","namespace":"shop","name":"till"}},"responseStatus":{{"code":200}},"responseObject":{{"kind":"Pod","spec":{{"containers":[{{"name":"log","image":"log:1"}},{{"name":"app","image":"{image}"}}]}}}},"stageTimestamp":"2025-03-0{id}T08:55:30.1Z"}}
"#
        )
    };
    fs::write(
        home.path("pods.ndjson"),
        pod(1, "create", "app:1") + &pod(2, "update", "app:2") + &pod(3, "update", "app:2"),
    )
    .unwrap();
    home.ok(&["import", "pods.ndjson"]);
    let found =
        |field: &str| home.ok(&["log", "pods/till", "--field", field, "--output", "json"]).lines().count();
    let told = home.ok(&["log", "pods/till"]);
    assert!(told.contains("spec.containers[name=app].image"), "{told}");
    for field in ["spec.containers[name=app].image", "spec.containers[*].image", "spec.containers"] {
        assert_eq!(found(field), 2, "{field}: {told}");
    }
    assert_eq!(found("spec.containers[name=log].image"), 1, "it came with all others");
    let none = home.run(&["log", "web", "--field", "spec.replica"]);
    assert_eq!(none.status, 1);
    assert!(none.err.contains("did you mean spec.replicas?"), "{}", none.err);
}

#[test]
fn changes_inside_recorded_objects_can_be_looked_for() {
    let home = Home::new();
    let record = |id: &str, object: &str, before: &str, after: &str| {
        format!(
            r#"{{"id":"{id}","created_at":"2025-03-04T08:00:00Z","scope":"workspace","event_type":"Messaging","activity":"Campaign","object_type":"campaign","object_id":{object},"action":"updated","user":{{"id":5,"name":"Ines"}},"changes":[{{"attribute_name":"trigger","before":{before},"after":{after}}}]}}"#
        ) + "\n"
    };
    let list = [
        record("e1", "1", r#"{"type":"segment","x":1}"#, r#"{"type":"event","x":1}"#),
        record("e2", "2", r#"{"type":"event","x":1}"#, r#"{"type":"event","x":2}"#),
        record("e3", "3", "null", r#"{"type":"event","steps":[{"id":9,"wait":7200}]}"#),
        record("e4", "4", r#"[{"id":9,"wait":3600},"a"]"#, r#"[{"id":9,"wait":3600},"b"]"#),
    ];
    fs::write(home.path("campaigns.ndjson"), list.concat()).unwrap();
    home.ok(&["import", "campaigns.ndjson"]);
    let count = |query: &str| home.run(&["query", "--count", query]).out.trim().to_owned();
    for (query, wanted) in [
        ("changed:trigger", "4"),
        ("changed:trigger.type", "1"),
        ("changed:trigger.x", "1"),
        ("changed:trigger.* to:event", "1"),
        ("from:segment", "1"),
        // What stayed as it was is no change; what came whole is one.
        ("from:event", "0"),
        ("to:event", "2"),
        ("to:7200", "1"),
        ("from:a to:b", "1"),
        ("to:3600", "0"),
    ] {
        assert_eq!(count(query), wanted, "{query}");
    }
    let groups = home.ok(&["query", "--by", "changed"]);
    assert!(groups.contains("trigger.type") && groups.contains("trigger.x"), "{groups}");
    home.ok(&["reindex"]);
    assert_eq!(count("changed:trigger.type"), "1");
}

/// A key of the same name as another's id, an entry that was refused, members that come and go without values.
const ROLES: &str = r#"{"eventVersion":"1.10","eventID":"r-1","eventTime":"2025-03-04T08:55:30Z","eventSource":"iam.amazonaws.com","eventName":"PutRolePolicy","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.9","userIdentity":{"type":"IAMUser","userName":"ines","accountId":"111122223333"},"requestParameters":{"roleName":"deployer","policyName":"p","policyDocument":"{}"},"errorCode":"AccessDenied","errorMessage":"no","recipientAccountId":"111122223333"}
{"action":"org.add_member","actor":"mira-k","created_at":1772614530000,"org":"fjord-labs","user":"trent","user_id":44,"_document_id":"d-1","@timestamp":1772614530000}
{"action":"org.remove_member","actor":"mira-k","created_at":1772614630000,"org":"fjord-labs","user":"trent","user_id":44,"_document_id":"d-2","@timestamp":1772614630000}
"#;

#[test]
fn what_was_refused_or_records_no_values_says_so() {
    let home = Home::new();
    fs::write(home.path("roles.ndjson"), ROLES).unwrap();
    home.ok(&["import", "roles.ndjson"]);
    let log = home.ok(&["log", "deployer"]);
    assert!(log.contains("no changes: it was denied"), "{log}");
    let log = home.ok(&["log", "trent"]);
    assert!(!log.contains("both are the same"), "{log}");
    home.fails(1, &["blame", "trent"], "nothing is known of the fields of");
}

#[test]
fn objects_of_one_name_are_told_apart_by_words_that_work() {
    let home = Home::new();
    let record = |n: u32, kind: &str, id: &str, name: &str, place: u32| {
        format!(
            r#"{{"id":"w{n}","created_at":"2025-03-04T08:00:0{n}Z","scope":"workspace","workspace":{{"id":{place},"name":"place {place}"}},"activity":"Campaign","object_type":"{kind}","object_id":"{id}","object_name":"{name}","action":"updated","user":{{"id":5,"name":"Ines"}},"changes":[{{"attribute_name":"n","before":1,"after":{n}}}]}}"#
        ) + "\n"
    };
    let list = [
        record(1, "campaign", "deployer", "first", 1),
        record(2, "campaign", "77", "deployer", 1),
        record(3, "segment", "deployer", "third", 1),
        record(4, "segment", "deployer", "fourth", 2),
    ];
    fs::write(home.path("names.ndjson"), list.concat()).unwrap();
    home.ok(&["import", "names.ndjson"]);
    let run = home.run(&["log", "deployer"]);
    let words: Vec<&str> = run.err.lines().skip(1).filter_map(|line| line.split("  ").next()).collect();
    assert_eq!(words.len(), 4, "{}", run.err);
    let mut found: Vec<String> = Vec::new();
    for words in words {
        let text = home.ok(&["log", words]);
        assert_eq!(text.matches("by Ines").count(), 1, "{words}: {text}");
        found.push(text);
    }
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 4);
}

#[test]
fn an_interval_that_ends_before_it_begins_is_refused() {
    let home = cluster();
    home.fails(2, &["changes", "--since", "2025-03-06", "--until", "2025-03-01"], "which is no later");
}
