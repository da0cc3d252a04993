//! Records as query interfaces answer them: whatever rows and columns they came in, the entry is that of the record.

use auditty::ingest::format::Formats;
use auditty::ops::{ConvertOptions, convert};
use auditty::query::Cancel;
use serde_json::{Value, json};

fn entries(text: &str) -> Vec<Value> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("answer");
    std::fs::write(&path, text).unwrap();
    let mut out = Vec::new();
    let (names, options) = ([path.to_string_lossy()], ConvertOptions::default());
    convert(&names, &options, &Formats::builtin(), &mut out, &mut |_| {}, &Cancel::new()).unwrap();
    String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What of an entry is said by the record.
fn said(entry: &Value) -> Value {
    let fields =
        ["format", "time", "actor", "ip", "action_code", "action", "outcome", "targets", "event_type"];
    fields
        .iter()
        .map(|field| ((*field).to_owned(), entry[*field].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn cloudtrail(n: usize) -> Value {
    json!({
        "eventVersion": "1.08", "eventTime": format!("2026-05-14T09:0{n}:00Z"), "eventSource": "iam.amazonaws.com",
        "eventName": "DeleteUser", "awsRegion": "eu-west-1", "sourceIPAddress": "192.0.2.10", "userAgent": "shell, version 2",
        "userIdentity": {"type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": "arn:aws:iam::123456789012:user/ana", "userName": "ana"},
        "requestParameters": {"userName": "bo"}, "eventID": format!("e{n}"),
    })
}

fn okta(n: usize) -> Value {
    json!({
        "uuid": format!("u{n}"), "published": format!("2026-05-14T09:0{n}:00.000Z"), "eventType": "user.lifecycle.deactivate", "version": "0", "severity": "INFO",
        "displayMessage": "Deactivate user", "actor": {"id": "a1", "type": "User", "alternateId": "ana@shop.example", "displayName": "Ana"},
        "client": {"ipAddress": "192.0.2.11", "userAgent": {"rawUserAgent": "shell"}}, "outcome": {"result": "SUCCESS"},
        "target": [{"id": "b1", "type": "User", "alternateId": "bo@shop.example", "displayName": "Bo"}],
        "transaction": {"id": "t1", "type": "WEB"},
    })
}

fn github(n: usize) -> Value {
    json!({
        "@timestamp": 1_778_749_200_000_u64 + n as u64, "_document_id": format!("d{n}"), "action": "repo.destroy", "actor": "ana",
        "actor_ip": "192.0.2.12", "org": "shop", "repo": "shop/site", "operation_type": "remove", "user_agent": "shell",
    })
}

fn azure(n: usize) -> Value {
    json!({
        "time": format!("2026-05-14T09:0{n}:00.1234567Z"), "resourceId": "/SUBSCRIPTIONS/1/RESOURCEGROUPS/SHOP/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/VM1",
        "operationName": "MICROSOFT.COMPUTE/VIRTUALMACHINES/DELETE", "category": "Administrative", "resultType": "Success", "resultSignature": "Succeeded.",
        "callerIpAddress": "192.0.2.13", "correlationId": "c1", "level": "Information", "durationMs": 0,
        "identity": {"claims": {"name": "Ana", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": "ana@shop.example"}},
    })
}

/// Records in every form of an answer, by its name.
fn forms(records: &[Value]) -> Vec<(&'static str, Value)> {
    let names: Vec<&String> = records[0].as_object().unwrap().keys().collect();
    let row = |record: &Value| names.iter().map(|name| record[name.as_str()].clone()).collect::<Vec<_>>();
    let text = |value: Value| if value.is_string() { value } else { json!(value.to_string()) };
    let plain: Vec<Vec<Value>> = records.iter().map(row).collect();
    let texts: Vec<Vec<Value>> = plain.iter().map(|row| row.iter().cloned().map(text).collect()).collect();
    let described =
        |key: &str| names.iter().map(|name| json!({key: name, "type": "string"})).collect::<Vec<_>>();
    let wrap = |key: &str, row: &[Value]| row.iter().map(|cell| json!({key: cell})).collect::<Vec<_>>();
    let headed =
        || std::iter::once(json!(names)).chain(texts.iter().map(|row| json!(row))).collect::<Vec<_>>();
    let (name, label) = (described("name"), described("label"));
    let data = |row: &Vec<Value>| json!({"Data": wrap("VarCharValue", row)});
    let first = names.iter().map(|name| json!(name)).collect::<Vec<_>>();
    let athena: Vec<Value> = std::iter::once(&first).chain(&texts).map(data).collect();
    let pairs = |row: &Vec<Value>| {
        names.iter().zip(row).map(|(name, cell)| json!({"field": name, "value": cell})).collect::<Vec<_>>()
    };
    let single = |row: &Vec<Value>| {
        names.iter().zip(row).map(|(name, cell)| json!({name.as_str(): cell})).collect::<Vec<_>>()
    };
    let line = |record: &Value| json!(["1778749205000000000", record.to_string()]);
    let message = |record: &Value| json!([{"field": "@timestamp", "value": "2026-05-14 09:09:09.000"}, {"field": "@message", "value": record.to_string()}]);
    vec![
        ("workspace", json!({"tables": [{"name": "PrimaryResult", "columns": name, "rows": texts}]})),
        (
            "frames",
            json!([{"FrameType": "DataSetHeader", "Version": "v2.0"}, {"FrameType": "DataTable", "Columns": described("ColumnName"), "Rows": plain}, {"FrameType": "DataSetCompletion"}]),
        ),
        (
            "warehouse",
            json!({"resultSetMetaData": {"numRows": 2, "rowType": name}, "data": texts, "createdOn": 1_778_749_200_123_u64}),
        ),
        (
            "statement",
            json!({"status": {"state": "SUCCEEDED"}, "manifest": {"schema": {"columns": name}}, "result": {"data_array": texts}}),
        ),
        ("search", json!({"columns": name, "rows": plain, "cursor": "x"})),
        ("search values", json!({"took": 3, "columns": name, "values": texts})),
        ("compact", json!({"meta": name, "data": plain, "rows": 2, "statistics": {"elapsed": 0.1}})),
        ("fields", json!({"preview": false, "init_offset": 0, "fields": names, "rows": texts})),
        (
            "series",
            json!({"results": [{"statement_id": 0, "series": [{"name": "audit", "columns": names, "values": texts}]}]}),
        ),
        ("columns", json!({"id": "q", "columns": name, "data": plain, "stats": {"state": "FINISHED"}})),
        (
            "wrapped",
            json!({"kind": "k", "schema": {"fields": name}, "rows": texts.iter().map(|row| json!({"f": wrap("v", row)})).collect::<Vec<_>>(), "totalRows": "2"}),
        ),
        (
            "athena",
            json!({"ResultSet": {"Rows": athena, "ResultSetMetadata": {"ColumnInfo": described("Name")}}, "NextToken": "x"}),
        ),
        ("athena alone", json!({"ResultSet": {"Rows": athena}})),
        (
            "typed",
            json!({"Records": texts.iter().map(|row| wrap("stringValue", row)).collect::<Vec<_>>(), "ColumnMetadata": label}),
        ),
        (
            "lake",
            json!({"QueryStatus": "FINISHED", "QueryResultRows": texts.iter().map(single).collect::<Vec<_>>()}),
        ),
        ("pairs", json!({"results": texts.iter().map(pairs).collect::<Vec<_>>(), "status": "Complete"})),
        (
            "messages",
            json!({"results": records.iter().map(message).collect::<Vec<_>>(), "statistics": {"recordsMatched": 2.0}}),
        ),
        ("sheet", json!({"range": "A1:Z9", "majorDimension": "ROWS", "values": headed()})),
        ("lists", json!(headed())),
        (
            "lines",
            json!({"status": "success", "data": {"resultType": "streams", "result": [{"stream": {"app": "x"}, "values": records.iter().map(line).collect::<Vec<_>>()}]}}),
        ),
    ]
}

#[test]
fn records_in_answers_are_the_records() {
    for record in [cloudtrail, okta, github, azure] {
        let records: Vec<Value> = (1..4).map(record).collect();
        let plain = entries(&json!(records).to_string());
        let ids = |all: &[Value]| all.iter().map(|entry| entry["id"].clone()).collect::<Vec<_>>();
        let known = ids(&plain);
        let plain: Vec<Value> = plain.iter().map(said).collect();
        assert!(
            plain.len() == 3 && plain[0]["format"] != "generic" && !plain[0]["ip"].is_null(),
            "{plain:#?}"
        );
        for (form, answer) in forms(&records) {
            for text in [answer.to_string(), serde_json::to_string_pretty(&answer).unwrap()] {
                let all = entries(&text);
                let found: Vec<Value> = all.iter().map(said).collect();
                // Where the cells are what the record's members are, the record is the same one.
                let same = ["frames", "search", "compact", "columns"].contains(&form);
                assert!(!same || ids(&all) == known, "{form}: {text}");
                assert_eq!(found, plain, "{form}: {text}");
            }
        }
    }
}

#[test]
fn structs_and_keys_in_small_letters_are_read() {
    let identity = "{type=IAMUser, principalid=AIDAEXAMPLE, arn=arn:aws:iam::123456789012:user/ana, username=ana, sessioncontext=null}";
    let names = [
        "eventversion",
        "eventtime",
        "eventsource",
        "eventname",
        "sourceipaddress",
        "useridentity",
        "requestparameters",
    ];
    let cells = [
        "1.08",
        "2026-05-14T09:01:00Z",
        "iam.amazonaws.com",
        "DeleteUser",
        "192.0.2.10",
        identity,
        r#"{"userName":"bo"}"#,
    ];
    let data = |row: &[&str]| json!({"Data": row.iter().map(|cell| json!({"VarCharValue": cell})).collect::<Vec<_>>()});
    let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    for text in [
        json!({"ResultSet": {"Rows": [data(&names), data(&cells)]}}).to_string(),
        format!("{}\n{}\n", names.join(","), quoted.join(",")),
        json!({"columns": names.map(str::to_uppercase), "rows": [cells]}).to_string(),
    ] {
        let all = entries(&text);
        let entry = &all[0];
        assert_eq!(
            (all.len(), &entry["format"], &entry["time"]),
            (1, &json!("cloudtrail"), &json!("2026-05-14T09:01:00Z")),
            "{text}"
        );
        assert_eq!(
            (&entry["actor"]["name"], &entry["ip"], &entry["targets"][0]["name"]),
            (&json!("ana"), &json!("192.0.2.10"), &json!("bo")),
            "{entry:#}"
        );
    }
}

#[test]
fn the_record_is_the_row_as_it_came() {
    let text = r#"{"fields":["time","user","action"],"rows":[["2026-05-14T09:01:00Z", "ana","item.deleted"] ,["short"]]}"#;
    let all = entries(text);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["raw"], json!(["2026-05-14T09:01:00Z", "ana", "item.deleted"]), "{:#}", all[0]);
}
