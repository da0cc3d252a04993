//! Answers of queries: rows of cells under columns that stand elsewhere in the document.

use super::*;
use crate::ingest::Decoder;

const T: &str = "2026-01-02T03:04:05Z";

/// What the records of a source are, decoded; rejects as `!reason`.
fn read(text: &str) -> Vec<String> {
    let framed = frame(text.as_bytes()).unwrap();
    // The same however the bytes arrive.
    let slowly = frame_in(text.as_bytes(), &[7, 1, 3], limits(16, 1 << 20), &Hints::NONE).unwrap();
    assert_eq!(framed, slowly, "{text}");
    decoded(&framed)
}

fn decoded(framed: &Framed) -> Vec<String> {
    let mut decoder = Decoder::new();
    let mut decode = |raw: &[u8]| {
        let read = decoder.decode(raw, &framed.syntax);
        read.map_or_else(|error| format!("!{error}"), |node| node.raw().to_owned())
    };
    let show = |item: &Result<Vec<u8>, String>| match item {
        Ok(raw) => decode(raw),
        Err(reason) => format!("!{reason}"),
    };
    framed.items.iter().map(|(.., item)| item).map(show).collect()
}

fn form(text: &str) -> String {
    match frame(text.as_bytes()).unwrap().syntax {
        Syntax::Answer { form, .. } => form,
        other => other.name().to_owned(),
    }
}

/// One answer of each form, with two rows: `$T`, ana and `$T`, bo.
const FORMS: [(&str, &str); 24] = [
    (
        "log-analytics",
        r#"{"tables":[{"name":"PrimaryResult","columns":[{"name":"time","type":"datetime"},{"name":"who","type":"string"}],"rows":[["$T","ana"],["$T","bo"]]}],"statistics":{"query":{"executionTime":0.1}}}"#,
    ),
    (
        "kusto-1",
        r#"{"Tables":[{"TableName":"Table_0","Columns":[{"ColumnName":"time","DataType":"DateTime","ColumnType":"datetime"},{"ColumnName":"who","DataType":"String"}],"Rows":[["$T","ana"],["$T","bo"]]},{"TableName":"Table_1","Columns":[{"ColumnName":"Value","DataType":"String"}],"Rows":[["{\"Visualization\":null}"]]}]}"#,
    ),
    (
        "kusto-2",
        r#"[{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0"},{"FrameType":"DataTable","TableId":0,"TableKind":"QueryProperties","TableName":"@ExtendedProperties","Columns":[{"ColumnName":"Key","ColumnType":"string"}],"Rows":[["Visualization"]]},{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":[{"ColumnName":"time","ColumnType":"datetime"},{"ColumnName":"who","ColumnType":"string"}],"Rows":[["$T","ana"],["$T","bo"]]},{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}]"#,
    ),
    (
        "resource-graph",
        r#"{"totalRecords":2,"count":2,"data":{"columns":[{"name":"time","type":"string"},{"name":"who","type":"string"}],"rows":[["$T","ana"],["$T","bo"]]},"facets":[],"resultTruncated":"false"}"#,
    ),
    (
        "snowflake",
        r#"{"resultSetMetaData":{"numRows":2,"format":"jsonv2","partitionInfo":[{"rowCount":2,"uncompressedSize":50}],"rowType":[{"name":"time","type":"timestamp_ltz","nullable":true},{"name":"who","type":"text"}]},"data":[["1767323045.000000000","ana"],["1767323045.000000000","bo"]],"code":"090001","statementHandle":"01b","createdOn":1767323045123,"message":"Statement executed successfully."}"#,
    ),
    (
        "cloudtrail-lake",
        r#"{"QueryStatus":"FINISHED","QueryStatistics":{"ResultsCount":2,"TotalResultsCount":2},"QueryResultRows":[[{"time":"$T"},{"who":"ana"}],[{"time":"$T"},{"who":"bo"}]],"NextToken":"x"}"#,
    ),
    (
        "logs-insights",
        r#"{"results":[[{"field":"time","value":"$T"},{"field":"who","value":"ana"}],[{"field":"time","value":"$T"},{"field":"who","value":"bo"}]],"statistics":{"recordsMatched":2.0},"status":"Complete"}"#,
    ),
    (
        "athena",
        r#"{"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"time"},{"VarCharValue":"who"}]},{"Data":[{"VarCharValue":"$T"},{"VarCharValue":"ana"}]},{"Data":[{"VarCharValue":"$T"},{"VarCharValue":"bo"}]}],"ResultSetMetadata":{"ColumnInfo":[{"CatalogName":"hive","Name":"time","Type":"varchar"},{"Name":"who","Type":"varchar"}]}},"NextToken":"x"}"#,
    ),
    (
        "bigquery",
        r#"{"kind":"bigquery#queryResponse","schema":{"fields":[{"name":"time","type":"TIMESTAMP","mode":"NULLABLE"},{"name":"who","type":"STRING"}]},"jobReference":{"jobId":"j"},"totalRows":"2","rows":[{"f":[{"v":"1.767323045E9"},{"v":"ana"}]},{"f":[{"v":"1767323045000000"},{"v":"bo"}]}],"jobComplete":true,"creationTime":"1767323045123"}"#,
    ),
    (
        "databricks",
        r#"{"statement_id":"01e","status":{"state":"SUCCEEDED"},"manifest":{"format":"JSON_ARRAY","schema":{"column_count":2,"columns":[{"name":"time","position":0,"type_name":"TIMESTAMP","type_text":"TIMESTAMP"},{"name":"who","position":1,"type_name":"STRING","type_text":"STRING"}]},"total_row_count":2,"chunks":[{"chunk_index":0,"row_count":2}]},"result":{"chunk_index":0,"row_offset":0,"row_count":2,"data_array":[["$T","ana"],["$T","bo"]]}}"#,
    ),
    (
        "trino",
        r#"{"id":"q","infoUri":"http://h/q","stats":{"state":"QUEUED"}}
{"id":"q","infoUri":"http://h/q","columns":[{"name":"time","type":"varchar","typeSignature":{"rawType":"varchar","arguments":[]}},{"name":"who","type":"varchar"}],"data":[["$T","ana"]],"stats":{"state":"RUNNING"},"warnings":[]}
{"id":"q","infoUri":"http://h/q","columns":[{"name":"time","type":"varchar"},{"name":"who","type":"varchar"}],"data":[["$T","bo"]],"stats":{"state":"FINISHED"},"warnings":[]}"#,
    ),
    (
        "clickhouse",
        r#"{"meta":[{"name":"time","type":"DateTime"},{"name":"who","type":"String"}],"data":[["$T","ana"],["$T","bo"]],"rows":2,"statistics":{"elapsed":0.1,"rows_read":2}}"#,
    ),
    (
        "opensearch-sql",
        r#"{"schema":[{"name":"time","type":"timestamp"},{"name":"who","type":"text"}],"total":2,"datarows":[["$T","ana"],["$T","bo"]],"size":2,"status":200}"#,
    ),
    (
        "opensearch-sql",
        r#"{"datarows":[["$T","ana"],["$T","bo"]],"schema":[{"name":"time","type":"timestamp"},{"name":"who","type":"text"}]}"#,
    ),
    (
        "esql",
        r#"{"took":28,"is_partial":false,"columns":[{"name":"time","type":"date"},{"name":"who","type":"text"}],"values":[["$T","ana"],["$T","bo"]]}"#,
    ),
    (
        "elasticsearch-sql",
        r#"{"columns":[{"name":"time","type":"datetime"},{"name":"who","type":"text"}],"rows":[["$T","ana"],["$T","bo"]],"cursor":"s"}"#,
    ),
    (
        "influxdb",
        r#"{"results":[{"statement_id":0,"series":[{"name":"audit","columns":["time","who"],"values":[["$T","ana"]]},{"name":"more","columns":["time","who"],"values":[["$T","bo"]]}]}]}"#,
    ),
    (
        "druid-scan",
        r#"[{"segmentId":"s","columns":["time","who"],"events":[["$T","ana"]]},{"segmentId":"t","columns":["time","who"],"events":[["$T","bo"]]}]"#,
    ),
    (
        "metabase",
        r#"{"data":{"rows":[["$T","ana"],["$T","bo"]],"cols":[{"name":"time","base_type":"type/DateTime","display_name":"Time"},{"name":"who","base_type":"type/Text"}],"results_timezone":"UTC"},"started_at":"2026-01-02T03:04:05Z","row_count":2,"status":"completed"}"#,
    ),
    (
        "splunk-rows",
        r#"{"preview":false,"init_offset":0,"messages":[],"fields":["time","who"],"rows":[["$T","ana"],["$T","bo"]],"highlighted":{}}"#,
    ),
    (
        "splunk-rows",
        r#"{"preview":false,"fields":[{"name":"time"},{"name":"who"}],"rows":[["$T","ana"],["$T","bo"]]}"#,
    ),
    ("pandas-split", r#"{"columns":["time","who"],"index":[0,1],"data":[["$T","ana"],["$T","bo"]]}"#),
    ("columns-rows", r#"{"columns":["time","who"],"rows":[["$T","ana"],["$T","bo"]]}"#),
    ("fields-rows", r#"{"rows":[["$T","ana"],["$T","bo"]],"fields":["time","who"]}"#),
];

#[test]
fn every_form_gives_its_rows() {
    let row = |who: &str| format!(r#"{{"time":"{T}","who":"{who}"}}"#);
    for (name, text) in FORMS {
        let text = text.replace("$T", T);
        assert_eq!(form(&text), name, "{text}");
        assert_eq!(read(&text), [row("ana"), row("bo")], "{name}");
        let spread = spread(&text);
        assert_eq!((form(&spread).as_str(), read(&spread)), (name, vec![row("ana"), row("bo")]), "{spread}");
        // Members in the order of their keys, as some tools write them: columns may stand behind the rows.
        let mut sorted = String::new();
        for value in serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>() {
            sorted.push_str(&format!("{}\n", by_key(&value.unwrap())));
        }
        assert_eq!((form(&sorted).as_str(), read(&sorted)), (name, vec![row("ana"), row("bo")]), "{sorted}");
        // Two pages one after another.
        if name != "trino" {
            assert_eq!(read(&format!("{text}\n{text}\n")).len(), 4, "{name}");
        }
        assert!(text.is_char_boundary(text.len() / 2));
    }
    let all: Vec<&str> = FORMS.iter().map(|(name, _)| *name).collect();
    assert!(["splunk-rows", "bigquery", "kusto-2"].iter().all(|name| all.contains(name)));
}

/// The same document over several lines.
fn spread(text: &str) -> String {
    let mut out = String::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>() {
        out.push_str(&serde_json::to_string_pretty(&value.unwrap()).unwrap());
        out.push('\n');
    }
    out
}

fn by_key(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Object(members) => {
            let mut keys: Vec<&String> = members.keys().collect();
            keys.sort();
            let members: Vec<String> = keys
                .iter()
                .map(|key| format!("{}:{}", Value::from(key.as_str()), by_key(&members[*key])))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(by_key).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

#[test]
fn answers_without_rows_are_empty() {
    for text in [
        r#"{"tables":[{"name":"PrimaryResult","columns":[{"name":"time","type":"datetime"}],"rows":[]}]}"#,
        r#"{"results":[],"statistics":{"recordsMatched":0.0},"status":"Complete"}"#,
        r#"{"QueryStatus":"FINISHED","QueryResultRows":[]}"#,
        r#"{"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"a"}]}],"ResultSetMetadata":{"ColumnInfo":[{"Name":"a","Type":"varchar"}]}}}"#,
    ] {
        let framed = frame(text.as_bytes()).unwrap();
        assert!(
            framed.items.is_empty() && matches!(framed.syntax, Syntax::Answer { .. }),
            "{text}: {framed:?}"
        );
    }
}

#[track_caller]
fn check_read(text: &str, expected: &[&str]) {
    assert_eq!(read(text), expected, "{text}");
}

const TYPED: &str = r#""columns":[{"name":"a","type":"t"},{"name":"b","type":"t"}]"#;
const ONE: &str = r#"{"a":1,"b":2}"#;
const TWO: &str = r#"{"a":3,"b":4}"#;
const LOST: &str =
    "!a row under columns that the beginning of the file does not name; make it a file of its own";

#[test]
fn rows_that_do_not_fit_are_shown() {
    check_read(
        &format!(r#"{{{TYPED},"rows":[[1,2],[9],[9,9,9],[3,4]]}}"#),
        &[ONE, "!a row of 1 cells under 2 columns", "!a row of 3 cells under 2 columns", TWO],
    );
    let bytes = format!(r#"{{{TYPED},"rows":[["X",2],[1,2]]}}"#).replace('X', "\u{ff}").into_bytes();
    let bytes: Vec<u8> = bytes.into_iter().filter(|byte| *byte != 0xc3).collect();
    assert_eq!(decoded(&frame(&bytes).unwrap()), ["!invalid UTF-8 (byte 2 of the record)", ONE]);
    // Other columns on a later page, before and behind its rows, and named twice.
    let page = |columns: &str| format!(r#"{{{columns},"rows":[[1,2]]}}"#);
    let other = r#""columns":[{"name":"b","type":"t"},{"name":"a","type":"t"}]"#;
    check_read(&format!("{}\n{}\n{}", page(TYPED), page(other), page(TYPED)), &[ONE, LOST, ONE]);
    check_read(&format!("{}\n{{\"rows\":[[1,2]],{other}}}\n{}", page(TYPED), page(TYPED)), &[ONE, LOST, ONE]);
    // A page that names none goes on.
    check_read(&format!("{}\n{{\"rows\":[[3,4]],\"cursor\":\"x\"}}", page(TYPED)), &[ONE, TWO]);
    // A second table: under the same columns it is read, under others shown.
    let table = |columns: &str| format!(r#"{{"name":"t","columns":[{columns}],"rows":[[1,2]]}}"#);
    let ab = r#"{"name":"a","type":"t"},{"name":"b","type":"t"}"#;
    let xy = r#"{"name":"x","type":"t"},{"name":"y","type":"t"}"#;
    check_read(&format!(r#"{{"tables":[{},{},{}]}}"#, table(ab), table(xy), table(ab)), &[ONE, LOST, ONE]);
}

#[test]
fn broken_answers_cost_what_is_broken() {
    check_read(
        &format!("{{{TYPED},\"rows\":[\n[1,2],\n[9 9],\n[3,4]]}}"),
        &[ONE, "!broken JSON: '9' cannot stand there (byte 3 of the record)", TWO],
    );
    // On one line nobody knows where the next row begins.
    check_read(
        &format!("{{{TYPED},\"rows\":[[1,2],[9 9],[3,4]]}}\n{{{TYPED},\"rows\":[[3,4]]}}"),
        &[ONE, "!broken JSON: '9' cannot stand there (byte 3 of the record)", TWO],
    );
    let whole = format!(r#"{{{TYPED},"rows":[[1,2],[3,4]]}}"#);
    let cut = |end: &str| whole.get(..whole.find(end).unwrap() + end.len()).unwrap().to_owned();
    check_read(&cut("[1,2],["), &[ONE, "!the source ends inside this record"]);
    check_read(&cut("[1,2],"), &[ONE, "!the source ends before its list is closed"]);
    check_read(&cut("[3,4]]"), &[ONE, TWO, "!the source ends before its list is closed"]);
}

/// Documents that hold tables, or look like answers, and are none.
const NONE: [&str; 35] = [
    // Records, whatever they hold.
    r#"{"time":"2026-01-02T03:04:05Z","columns":["x","y"],"rows":[[1,2],[3,4]]}"#,
    r#"{"eventTime":"2026-01-02T03:04:05Z","meta":[{"name":"a","type":"t"}],"data":[["x"]]}"#,
    r#"{"columns":["x"],"rows":[["y"]],"created_at":1767323045}"#,
    // Something beside them that no form names.
    r#"{"columns":["x"],"rows":[["y"]],"events":[{"time":"2026-01-02T03:04:05Z"}]}"#,
    r#"{"events":[{"time":"2026-01-02T03:04:05Z"}],"columns":["x"],"rows":[["y"]]}"#,
    r#"{"fields":["x"],"rows":[["y"]],"preview":false,"messages":[{"time":"2026-01-02T03:04:05Z","who":"ana"}]}"#,
    r#"{"tables":[{"name":"t","columns":[{"name":"a","type":"t"}],"rows":[["x"]],"owner":"ana"}]}"#,
    r#"{"data":{"columns":[{"name":"a","type":"t"}],"rows":[["x"]]},"user":"ana"}"#,
    // Rows that do not fit where nothing else marks the form.
    r#"{"columns":["x","y"],"rows":[[1,2],[3]]}"#,
    r#"{"columns":["x","y"],"rows":[[1],[3]]}"#,
    r#"{"columns":["x","y"],"rows":[[1,2],{"time":"2026-01-02T03:04:05Z"}]}"#,
    r#"{"columns":["x","y"],"rows":[[1,2],7]}"#,
    // Rows of another kind, columns of another kind, or none.
    r#"{"data":[{"time":"2026-01-02T03:04:05Z","list":[[1,2]]}]}"#,
    r#"{"results":[{"time":"2026-01-02T03:04:05Z","rows":[["a"]],"columns":["b"]}]}"#,
    r#"{"results":[[{"field":"a","value":"1","more":2}]],"status":"Complete","statistics":{}}"#,
    r#"{"results":[[{"field":"a","value":"1"}]]}"#,
    r#"{"results":[[{"field":"a","value":"1"}]],"status":"ok","statistics":{}}"#,
    r#"{"columns":[],"rows":[[]]}"#,
    r#"{"columns":[{"label":"a"}],"rows":[["x"]]}"#,
    r#"{"rows":[["x"]]}"#,
    // The same member twice: nobody knows which is meant.
    r#"{"columns":["x"],"columns":["y"],"rows":[["z"]]}"#,
    r#"{"columns":["x"],"rows":[["y"]],"rows":[["z"]]}"#,
    // Not at the top.
    r#"[{"columns":["x"],"rows":[["y"]]}]"#,
    // Grouped series say in their tags what their rows do not.
    r#"{"results":[{"statement_id":0,"series":[{"name":"a","tags":{"h":"1"},"columns":["x"],"values":[["y"]]}]}]}"#,
    // No list of rows: they describe a table, or a query.
    r#"{"id":"t1","columns":[{"name":"a","type":"int"}]}"#,
    r#"{"index":"idx_users","columns":["email","name"]}"#,
    r#"{"status":"Complete","statistics":{"n":1}}"#,
    r#"{"QueryStatus":"FINISHED","QueryId":"x"}"#,
    r#"{"schema":[{"name":"a","type":"int"}],"status":"active","size":3}"#,
    r#"{"meta":[{"name":"a","type":"b"}],"rows":5,"statistics":{}}"#,
    r#"{"schema":{"fields":[{"name":"a","type":"STRING"}]},"location":"EU","etag":"x"}"#,
    r#"{"fields":["name","email"]}"#,
    r#"{"columns":["name","email"],"index":null}"#,
    r#"{"columns":["a"],"rows":[]}"#,
    r#"{"columns":["a"],"rows":null}"#,
];

#[test]
fn what_is_no_answer_is_read_as_ever() {
    for text in NONE {
        // Written anew, a member stands once.
        let spread =
            Some(spread(text)).filter(|spread| spread.matches('"').count() == text.matches('"').count());
        for text in [text.to_owned(), spread.unwrap_or_default(), format!("{text}\n{text}\n")] {
            let Ok(framed) = frame(text.as_bytes()) else { continue };
            assert!(!matches!(framed.syntax, Syntax::Answer { .. }), "{text}");
        }
    }
    // An answer with a record behind it, in the part that is looked at.
    let answer = r#"{"columns":["x"],"rows":[["y"]]}"#;
    let record = r#"{"time":"2026-01-02T03:04:05Z","who":"ana"}"#;
    for text in
        [format!("{answer}\n{record}\n"), format!("{record}\n{answer}\n"), format!("{answer}{record}")]
    {
        assert_eq!(form(&text), "JSON", "{text}");
    }
    // A vendor's record.
    let hints = Hints { containers: &[], known: &|node| node.get("index").is_some() };
    let text = r#"{"columns":["time","who"],"index":[0],"data":[["a","b"]]}"#;
    let framed = frame_in(text.as_bytes(), &[usize::MAX], limits(1 << 20, 1 << 20), &hints).unwrap();
    assert_eq!(framed.syntax, Syntax::Json);
}

#[test]
fn pages_of_forms_without_a_mark_have_columns_and_rows() {
    const OTHERS: [&str; 4] = [r#"{"rows":[["bo","ana"]]}"#, r#"{"rows":[]}"#, r#"{"columns":null}"#, "{}"];
    let page = |cell: &str| format!(r#"{{"columns":["a"],"rows":[["{cell}"]]}}"#);
    check_read(&format!("{}\n{}", page("x"), page("y")), &[r#"{"a":"x"}"#, r#"{"a":"y"}"#]);
    for other in OTHERS {
        assert_eq!(form(&format!("{}\n{other}\n{}", page("x"), page("y"))), "JSON", "{other}");
        // Behind what is looked at, it is shown.
        let pages = vec![page("x"); 20_000].join("\n");
        let framed = frame(format!("{pages}\n{other}\n{}", page("y")).as_bytes()).unwrap();
        let shown = decoded(&framed);
        let [.., row, reject, last] = shown.as_slice() else { panic!("{}", shown.len()) };
        assert_eq!((row.as_str(), last.as_str()), (r#"{"a":"x"}"#, r#"{"a":"y"}"#));
        assert!(reject.starts_with('!') && shown.len() == 20_002, "{other}: {reject} {}", shown.len());
    }
}

#[test]
fn what_stands_behind_what_is_looked_at_is_shown() {
    let rows = vec!["[1,2]"; 2000].join(",");
    let tail = |tail: &str| {
        let framed = frame(format!(r#"{{{TYPED},"rows":[{rows}]{tail}"#).as_bytes()).unwrap();
        let shown = decoded(&framed);
        assert!(shown.iter().take(2000).all(|row| row == ONE), "{:?}", shown.last());
        (shown.get(2000..).unwrap().join("|"), framed.envelope)
    };
    assert_eq!(tail(r#","cursor":"x"}"#), (String::new(), vec![("cursor".into(), "\"x\"".into())]));
    let (shown, _) = tail(r#","users":[{"id":1}]}"#);
    assert_eq!(shown, "!stands beside the rows and is no part of an answer of Elasticsearch SQL");
    let (shown, _) = tail(r#","cursor":[{"time":"2026-01-02T03:04:05Z"}]}"#);
    assert_eq!(shown, "!cursor stands beside the rows and holds records; make it a file of its own");
    let (shown, _) = tail("}\n{\"time\":\"2026-01-02T03:04:05Z\",\"who\":\"ana\"}\n{\"who\":\"bo\"}\n[1]");
    assert_eq!(
        shown,
        "{\"time\":\"2026-01-02T03:04:05Z\",\"who\":\"ana\"}|!a document among answers that is none|!a document among answers that is none"
    );
}

#[test]
fn columns_far_behind_their_rows() {
    let answer = |rows: usize| {
        let rows = vec!["[1,2]"; rows].join(",");
        format!(r#"{{"datarows":[{rows}],"schema":[{{"name":"a","type":"t"}},{{"name":"b","type":"t"}}]}}"#)
    };
    assert_eq!(read(&answer(3000)), vec![ONE; 3000]);
    // Longer than a record may be.
    let long = answer(60_000);
    let error = frame_in(long.as_bytes(), &[900], limits(1 << 20, 8000), &Hints::NONE).unwrap_err();
    assert_eq!(
        error.to_string(),
        "not a log: an answer of OpenSearch SQL whose columns are not named within its first 8000 bytes (record 0, byte 0); ask for pages of fewer rows"
    );
    // On a later page: its rows are shown as what could not be read, and what follows is read.
    let text = format!("{}\n{}\n{}", answer(10), answer(60_000), answer(10));
    let framed = frame_in(text.as_bytes(), &[900], limits(1 << 10, 8000), &Hints::NONE).unwrap();
    let shown = decoded(&framed);
    let rows = shown.iter().filter(|row| *row == ONE).count();
    assert_eq!(rows, 20, "{:?}", shown.iter().filter(|row| *row != ONE).take(3).collect::<Vec<_>>());
    assert!(shown.iter().filter(|row| *row != ONE).all(|row| row.starts_with('!')) && shown.len() > 20);
}

#[test]
fn a_turned_table_says_what_to_do() {
    let text = r#"{"preview":false,"init_offset":0,"fields":["time","who"],"columns":[["a","b","c"],["d","e","f"]]}"#;
    assert_eq!(
        frame(text.as_bytes()).unwrap_err().to_string(),
        "not a log: an answer of Splunk by columns (json_cols); ask for output_mode=json_rows or json"
    );
}

/// What stands somewhere in a wrapped array's records, and beside it.
fn tabled() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(r#""columns":["x","y"],"rows":[[1,2],[3,4]]"#.to_owned()),
        Just(r#""columns":[{"name":"x","type":"t"}],"values":[["a"]]"#.to_owned()),
        Just(r#""meta":[{"name":"x","type":"t"}],"rows":2"#.to_owned()),
        Just(r#""tables":[{"name":"t","columns":[{"name":"a","type":"b"}],"rows":[["x"]]}]"#.to_owned()),
        Just(r#""results":[[{"field":"a","value":"b"}]],"status":"Complete","statistics":{}"#.to_owned()),
        Just(r#""QueryResultRows":[[{"a":"b"}]],"QueryStatus":"FINISHED""#.to_owned()),
        Just(r#""fields":["x"],"preview":false"#.to_owned()),
        Just(r#""n":1"#.to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_record_of_a_wrapped_array_is_lost(
        key in prop_oneof![Just("rows"), Just("data"), Just("results"), Just("values"), Just("events"), Just("Rows"), Just("records"), Just("datarows"), Just("QueryResultRows")],
        inside in proptest::collection::vec(tabled(), 1..6),
        beside in proptest::option::of(tabled()),
        before in any::<bool>(),
        timed in any::<bool>(),
        pretty in any::<bool>(),
    ) {
        let time = if timed { r#","time":"2026-01-02T03:04:05Z""# } else { "" };
        let records: Vec<String> =
            inside.iter().enumerate().map(|(n, table)| format!(r#"{{"mark":"record-{n}"{time},{table}}}"#)).collect();
        let list = format!(r#""{key}":[{}]"#, records.join(","));
        let text = match (&beside, before) {
            (None, _) => format!("{{{list}}}"),
            (Some(beside), true) => format!("{{{beside},{list}}}"),
            (Some(beside), false) => format!("{{{list},{beside}}}"),
        };
        // Keys that stand twice are for the other tests.
        prop_assume!(beside.is_none_or(|beside| !beside.contains(&format!("\"{key}\""))));
        let text = if pretty { spread(&text) } else { text };
        let framed = frame(text.as_bytes()).unwrap();
        prop_assert_eq!(&framed.syntax, &Syntax::Json);
        let shown = shown(&framed).join("\n");
        for n in 0..inside.len() {
            prop_assert!(shown.contains(&format!("record-{n}")), "{}\n{}", text, shown);
        }
    }

    #[test]
    fn answers_give_the_same_rows_in_pieces_of_any_size(
        pages in proptest::collection::vec((proptest::collection::vec("[a-z{\\[,\" ]{0,9}", 0..4), any::<bool>(), 0usize..6), 1..4),
        cut in 0usize..200,
        sizes in proptest::collection::vec(1usize..40, 1..5),
        slab in 16usize..200,
        record in prop_oneof![4 => Just(1 << 20), 1 => 48usize..400],
    ) {
        let mut text = format!("{{{TYPED},\"rows\":[[0,0]]}}\n");
        for (rows, behind, kind) in pages {
            let row = |who: &String| format!("[\"{T}\",{}]", crate::domain::json::quote(who));
            let rows: Vec<String> = rows.iter().map(row).collect();
            let rows = format!("\"rows\":[{}]", rows.join(",\n"));
            let columns = [TYPED, "\"columns\":[\"b\",\"a\"]", "\"cursor\":7", "\"x\":[1]", "\"columns\":[\"t\"", "\"cursor\":[\"a\",{}]"][kind];
            text.push_str(&if behind { format!("{{{rows},{columns}}}\n") } else { format!("{{{columns},{rows},\"cursor\":null}}") });
        }
        let kept = text.len().saturating_sub(cut / 4);
        let text = text.get(..kept).unwrap_or(&text).as_bytes();
        let sample = |slab| Limits { sample: 90, ..limits(slab, record) };
        let whole = frame_in(text, &[usize::MAX], sample(1 << 20), &Hints::NONE);
        let pieces = frame_in(text, &sizes, sample(slab), &Hints::NONE);
        // What is longer than a record may be is found at the end of a read.
        if record > 400 {
            prop_assert_eq!(whole, pieces);
        }
    }
}
