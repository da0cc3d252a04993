//! Answers of query interfaces from end to end: a row is the entry that the same row of CSV would be, is found, shown,
//! masked and read again like one.

use std::fs;
use std::io::Write as _;

use serde_json::{Value, json};

use super::home::{Home, lines};

/// Rows of a vendor's table, as its console exports them.
const NAMES: [&str; 8] = [
    "TimeGenerated",
    "OperationName",
    "Category",
    "Result",
    "Identity",
    "InitiatedBy",
    "TargetResources",
    "Type",
];

fn rows() -> Vec<[String; 8]> {
    let row = |n: usize| {
        [
            format!("2026-01-02T03:04:0{n}.1234567Z"),
            "Add user".to_owned(),
            "UserManagement".to_owned(),
            "success".to_owned(),
            "Ana".to_owned(),
            format!(r#"{{"user":{{"id":"u{n}","userPrincipalName":"ana@shop.example","ipAddress":"192.0.2.{n}"}}}}"#),
            r#"[{"id":"t1","displayName":"Bo","type":"User","modifiedProperties":[{"displayName":"Title","oldValue":"\"x\"","newValue":"\"y\""}]}]"#.to_owned(),
            "AuditLogs".to_owned(),
        ]
    };
    (1..4).map(row).collect()
}

fn csv() -> String {
    let quoted = |row: &[String; 8]| {
        let cells = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        cells.collect::<Vec<_>>().join(",")
    };
    let rows = rows();
    let lines = rows.iter().map(quoted);
    std::iter::once(NAMES.join(",")).chain(lines).map(|line| line + "\n").collect()
}

fn answers() -> Vec<(&'static str, Value)> {
    let typed = |name: &str, kind: &str| {
        NAMES.iter().map(|key| json!({name: key, kind: "string"})).collect::<Vec<_>>()
    };
    let wrapped =
        |cell: &str, row: &[String; 8]| row.iter().map(|value| json!({cell: value})).collect::<Vec<_>>();
    let rows = rows();
    let lake: Vec<Vec<Value>> = rows
        .iter()
        .map(|row| NAMES.iter().zip(row).map(|(name, cell)| json!({*name: cell})).collect())
        .collect();
    let insights: Vec<Vec<Value>> = rows
        .iter()
        .map(|row| NAMES.iter().zip(row).map(|(name, cell)| json!({"field": name, "value": cell})).collect())
        .collect();
    let bigquery: Vec<Value> = rows.iter().map(|row| json!({"f": wrapped("v", row)})).collect();
    vec![
        (
            "log-analytics",
            json!({"tables": [{"name": "PrimaryResult", "columns": typed("name", "type"), "rows": rows}]}),
        ),
        (
            "kusto",
            json!({"Tables": [{"TableName": "Table_0", "Columns": typed("ColumnName", "DataType"), "Rows": rows}]}),
        ),
        ("behind", json!({"datarows": rows, "schema": typed("name", "type")})),
        (
            "bigquery",
            json!({"schema": {"fields": typed("name", "type")}, "rows": bigquery, "jobComplete": true}),
        ),
        ("lake", json!({"QueryStatus": "FINISHED", "QueryResultRows": lake})),
        (
            "insights",
            json!({"results": insights, "statistics": {"recordsMatched": 3.0}, "status": "Complete"}),
        ),
    ]
}

/// What an entry says.
fn said(home: &Home, name: &str) -> Vec<Value> {
    let entries = lines(&home.ok(&["convert", name]));
    let fields =
        ["id", "format", "time", "actor", "ip", "action_code", "action", "outcome", "targets", "changes"];
    entries.iter().map(|entry| fields.iter().map(|field| entry[*field].clone()).collect()).collect()
}

#[test]
fn a_row_is_the_entry_that_it_is_in_a_table() {
    let home = Home::new();
    fs::write(home.path("table.csv"), csv()).unwrap();
    let expected = said(&home, "table.csv");
    assert_eq!(expected.len(), 3);
    assert!(
        expected[0][1] != "generic" && expected[0][3]["email"] == "ana@shop.example",
        "{:#}",
        expected[0]
    );
    for (name, answer) in answers() {
        fs::write(home.path(name), answer.to_string()).unwrap();
        assert_eq!(said(&home, name), expected, "{name}");
        fs::write(home.path(name), serde_json::to_string_pretty(&answer).unwrap()).unwrap();
        assert_eq!(said(&home, name), expected, "{name}, spread");
    }
}

#[test]
fn importing_pages_again_adds_nothing_and_reads_the_same() {
    let home = Home::new();
    let (_, answer) = &answers()[0];
    let (_, behind) = &answers()[2];
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend(answer.to_string().into_bytes());
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&bytes).unwrap();
    fs::write(home.path("one.json.gz"), packed.finish().unwrap()).unwrap();
    fs::write(home.path("two.json"), behind.to_string()).unwrap();
    home.ok(&["import", "one.json.gz"]);
    let before = home.ok(&["query", "--output", "ndjson", "--columns", "id,time,actor,raw"]);
    assert_eq!(before.lines().count(), 3);
    home.ok(&["import", "two.json"]);
    home.ok(&["reindex"]);
    home.ok(&["verify"]);
    assert_eq!(home.ok(&["query", "--output", "ndjson", "--columns", "id,time,actor,raw"]), before);
    assert_eq!(home.ok(&["query", "raw.Category:UserManagement", "--count"]).trim(), "3");
    assert_eq!(home.ok(&["query", "TargetResources", "--count"]).trim(), "3");
    // The record is the row as it came.
    let id = lines(&before)[0]["id"].as_str().unwrap().to_owned();
    let raw = home.ok(&["show", &id, "--raw"]);
    let cells: Vec<String> = serde_json::from_str(raw.trim()).unwrap();
    assert!(rows().iter().any(|row| row[..] == cells[..]), "{raw}");
    assert!(answer.to_string().contains(raw.trim()), "{raw}");
    // The same row twice in one answer is two entries.
    let twice = json!({"columns": ["time", "who"], "rows": [["2026-01-02T03:04:05Z", "ana"], ["2026-01-02T03:04:05Z", "ana"]]});
    fs::write(home.path("twice.json"), twice.to_string()).unwrap();
    home.ok(&["import", "twice.json"]);
    assert_eq!(home.ok(&["query", "--count"]).trim(), "5");
}

#[test]
fn secrets_of_columns_are_masked_in_rows_too() {
    let (password, token, short) = ("correct \"horse\" \u{e9}/x", "7f3k9q2m4x8w1z5v", "abcdefg");
    let names = ["time", "user", "password", "api_key", "secret", "config"];
    let config = json!({"password": short, "size": 3}).to_string();
    let row = json!(["2026-01-02T03:04:05Z", "ana", password, token, short, config]);
    let cells = row.as_array().unwrap();
    let escaped = row.to_string().replace('\u{e9}', "\\u00e9").replace("/x", "\\/x");
    let wrap = |key: &str| cells.iter().map(|cell| json!({key: cell})).collect::<Vec<_>>();
    let named = names.iter().map(|name| json!({"name": name, "type": "STRING"})).collect::<Vec<_>>();
    let infos = names.iter().map(|name| json!({"Name": name, "Type": "varchar"})).collect::<Vec<_>>();
    let pairs: Vec<Value> =
        names.iter().zip(cells).map(|(name, cell)| json!({"field": name, "value": cell})).collect();
    let single: Vec<Value> = names.iter().zip(cells).map(|(name, cell)| json!({*name: cell})).collect();
    let forms = [
        json!({"columns": names, "rows": [row]}).to_string(),
        format!(r#"{{"columns":{},"rows":[{escaped}]}}"#, json!(names)),
        json!({"schema": {"fields": named}, "rows": [{"f": wrap("v")}], "jobComplete": true}).to_string(),
        json!({"ResultSet": {"Rows": [{"Data": wrap("VarCharValue")}], "ResultSetMetadata": {"ColumnInfo": infos}}}).to_string(),
        json!({"QueryStatus": "FINISHED", "QueryResultRows": [single]}).to_string(),
        json!({"results": [pairs], "status": "Complete", "statistics": {}}).to_string(),
    ];
    for text in forms {
        let home = Home::new();
        fs::write(home.path("answer.json"), &text).unwrap();
        home.ok(&["import", "answer.json"]);
        let id = lines(&home.ok(&["query", "--output", "ndjson", "--columns", "id"]))[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        home.ok(&["export", "--to", "out.csv", "--csv-raw"]);
        home.ok(&["export", "--to", "out.html", "--output", "html"]);
        let mut shown = vec![
            home.ok(&["query", "--output", "ndjson", "--columns", "id,actor,title,summary,raw"]),
            home.ok(&["show", &id]),
            home.ok(&["show", &id, "--raw"]),
            home.ok(&["show", &id, "--output", "json"]),
            home.ok(&["convert", "answer.json"]),
        ];
        shown.extend(["out.csv", "out.html"].map(|name| fs::read_to_string(home.path(name)).unwrap()));
        for text in &shown {
            for secret in ["correct", "horse", token, short] {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
            assert!(text.contains("ana"), "{text}");
        }
        assert!(shown[2].contains("masked"), "{}", shown[2]);
        assert!(home.ok(&["--no-redact", "show", &id, "--raw"]).contains(token));
    }
}

#[test]
fn an_answer_says_what_it_is() {
    let home = Home::new();
    let empty = json!({"tables": [{"name": "PrimaryResult", "columns": [{"name": "TimeGenerated", "type": "datetime"}], "rows": []}]});
    fs::write(home.path("empty.json"), empty.to_string()).unwrap();
    let run = home.run(&["import", "empty.json"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.err.contains("an answer of Log Analytics without rows"), "{}", run.err);
    fs::write(home.path("full.json"), answers()[0].1.to_string()).unwrap();
    let tested = home.run(&["formats", "test", "full.json"]);
    assert!(
        format!("{}{}", tested.out, tested.err).contains("an answer of Log Analytics"),
        "{}{}",
        tested.out,
        tested.err
    );
}
