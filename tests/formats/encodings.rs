//! Every way in which vendors write down what changed: the paths, the values and how each is known.

use auditty::domain::{Change, ChangeOp};
use auditty::ingest::format::Formats;
use serde_json::Value as Json;
use toml::Value;

use super::map_all;
use crate::home::Home;

/// A secret of Vault written three times: the pin is another one once, the rest stays.
const WRITES: [&str; 3] = [
    r#"{"time":"2026-04-05T08:00:00Z","type":"response","auth":{"display_name":"ldap-ann","entity_id":"e1"},"request":{"id":"r-1","operation":"create","mount_type":"kv","path":"secret/data/web","data":{"data":{"colour":"hmac-sha256:aa","shape":"hmac-sha256:bb"}},"remote_address":"203.0.113.3"},"response":{"mount_type":"kv"}}"#,
    r#"{"time":"2026-04-05T09:00:00Z","type":"response","auth":{"display_name":"ldap-ann","entity_id":"e1"},"request":{"id":"r-2","operation":"update","mount_type":"kv","path":"secret/data/web","data":{"data":{"colour":"hmac-sha256:ac","shape":"hmac-sha256:bb"}},"remote_address":"203.0.113.3"},"response":{"mount_type":"kv"}}"#,
    r#"{"time":"2026-04-05T10:00:00Z","type":"response","auth":{"display_name":"ldap-ann","entity_id":"e1"},"request":{"id":"r-3","operation":"update","mount_type":"kv","path":"secret/data/web","data":{"data":{"colour":"hmac-sha256:ac","shape":"hmac-sha256:bb"}},"remote_address":"203.0.113.3"},"response":{"mount_type":"kv"}}"#,
];

fn told(change: &Change<'_>) -> String {
    let value = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().unwrap_or("?").to_owned();
    let (before, after) = (value(&change.before), value(&change.after));
    let (provenance, path) = (change.provenance.as_str(), &change.path);
    match change.op {
        ChangeOp::Add => format!("{provenance}: + {path}: {after}"),
        ChangeOp::Remove => format!("{provenance}: - {path}: {before}"),
        ChangeOp::Replace => format!("{provenance}: ~ {path}: {before} -> {after}"),
    }
}

#[test]
fn every_encoding_of_change_is_read() {
    let table: Value = toml::from_str(include_str!("encodings.toml")).unwrap();
    let formats = Formats::builtin();
    let mut wrong = Vec::new();
    for case in table["encoding"].as_array().unwrap() {
        let (name, record) = (case["name"].as_str().unwrap(), case["record"].as_str().unwrap());
        let entries = map_all(&[record.to_owned()], &formats, None).remove(0);
        let wanted: Vec<&str> =
            case["changes"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        let found: Vec<String> = entries[0].changes.iter().map(told).collect();
        if entries[0].format != case["format"].as_str().unwrap() || found != wanted {
            wrong.push(format!("{name}: {} gives {found:#?}, not {wanted:#?}", entries[0].format));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn hashed_secrets_are_the_same_or_another_and_no_more() {
    let home = Home::new();
    std::fs::write(home.path("vault.ndjson"), WRITES.join("\n")).unwrap();
    home.ok(&["import", "vault.ndjson"]);
    let text = home.ok(&["log", "secret/data/web", "--output", "json"]);
    let steps: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let changes: Vec<&Vec<Json>> = steps.iter().map(|step| step["changes"].as_array().unwrap()).collect();
    assert_eq!(steps.len(), 3, "{text}");
    assert!(changes[0].is_empty(), "the same hash is the same value: {text}");
    assert_eq!(changes[1].len(), 1, "{text}");
    let change = &changes[1][0];
    assert_eq!(change["path"], "data.colour");
    assert_eq!((&change["op"], &change["provenance"]), (&Json::from("replace"), &Json::from("derived")));
    // Of two hashes nothing but that they differ can be shown: the values are whole.
    let whole = |value: &Json| {
        value.as_str().is_some_and(|text| text.starts_with("hmac-sha256:") || text.contains("masked"))
    };
    assert!(whole(&change["before"]) && whole(&change["after"]), "{change}");
    assert_ne!(change["before"], change["after"]);
    assert_eq!(changes[2].len(), 2, "{text}");
}
