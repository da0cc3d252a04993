use super::*;
use crate::ingest::{Decoder, Syntax};

fn named(names: &[&str]) -> Vec<Column> {
    names.iter().map(|name| Column::Plain((*name).to_owned())).collect()
}

fn check(row: &str, columns: &[Column], expected: &str) {
    let syntax = Syntax::Cells { columns: columns.to_vec(), others: vec![named(&["x", "y", "z"])] };
    let mut decoder = Decoder::new();
    let got = match decoder.decode(row.as_bytes(), &syntax) {
        Ok(node) => node.raw().to_owned(),
        Err(error) => error.to_string(),
    };
    assert_eq!(got, expected, "{row}");
}

#[test]
fn rows_become_objects_under_their_columns() {
    let ab = named(&["a", "b"]);
    check(r#"["1", 2]"#, &ab, r#"{"a":"1","b":2}"#);
    check(r#"[null, {"c":[1]}]"#, &ab, r#"{"a":null,"b":{"c":[1]}}"#);
    check(r#"["{\"c\":1}", "[1,"]"#, &ab, r#"{"a":{"c":1},"b":"[1,"}"#);
    check(r#"["{c=1, d=null}", "{c}"]"#, &ab, r#"{"a":{"c":"1","d":null},"b":"{c}"}"#);
    check(r#"["\u007b\"c\":1}", " [] "]"#, &ab, r#"{"a":{"c":1},"b":[]}"#);
    check("[1,2,3]", &ab, r#"{"x":1,"y":2,"z":3}"#);
    check("[1]", &ab, "a row of 1 cells under 2 columns");
    check("[1,2,3,4]", &ab, "a row of 4 cells under 2 columns");
    check(r#"{"time":"2026-01-02","a":[1]}"#, &ab, r#"{"time":"2026-01-02","a":[1]}"#);
    check("\"x\"", &ab, "neither a row of cells nor one of pairs of name and value");
}

#[test]
fn wrapped_cells_are_taken_out() {
    let ab = named(&["a", "b"]);
    check(r#"{"f":[{"v":"1"},{"v":null}]}"#, &ab, r#"{"a":"1","b":null}"#);
    check(r#"{"Data":[{"VarCharValue":"1"},{}]}"#, &ab, r#"{"a":"1","b":null}"#);
    check(r#"[{"stringValue":"1"},{"isNull":true}]"#, &ab, r#"{"a":"1","b":null}"#);
    check(r#"{"f":[{"v":[{"v":"1"},{"v":"2"}]},{"v":"{\"c\":1}"}]}"#, &ab, r#"{"a":["1","2"],"b":{"c":1}}"#);
    let record = |name: &str, fields| Column::Record { name: name.to_owned(), fields };
    let nested =
        [record("a", vec![Column::Plain("c".into()), record("d", ab.clone())]), Column::Plain("b".into())];
    check(
        r#"{"f":[{"v":{"f":[{"v":"1"},{"v":[{"v":{"f":[{"v":"2"},{"v":"3"}]}}]}]}},{"v":"4"}]}"#,
        &nested,
        r#"{"a":{"c":"1","d":[{"a":"2","b":"3"}]},"b":"4"}"#,
    );
}

#[test]
fn rows_of_pairs_name_their_cells() {
    check(
        r#"[{"field":"a","value":"1"},{"field":"a","value":"{\"c\":1}"}]"#,
        &[],
        r#"{"a":"1","a_2":{"c":1}}"#,
    );
    check(r#"[{"a":"1"},{"b":null}]"#, &[], r#"{"a":"1","b":null}"#);
    check(r#"[{"a":"1"},2]"#, &[], "neither a row of cells nor one of pairs of name and value");
    check("[]", &[], "{}");
}

#[test]
fn columns_are_described_by_texts_or_objects() {
    let read = |text: &str| {
        let mut doc = Doc::new();
        columns(doc.parse(text).unwrap())
            .map(|all| all.iter().map(|column| column.name().to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(read(r#"["a","a",""]"#).unwrap(), ["a", "a_2", "column_3"]);
    assert_eq!(read(r#"[{"type":"x","name":"a"},{"ColumnName":"b"}]"#).unwrap(), ["a", "b"]);
    for none in ["[]", "[1]", r#"[{"x":"a"}]"#, r#"{"name":"a"}"#, r#"["a",["b"]]"#] {
        assert_eq!(read(none), None, "{none}");
    }
}
