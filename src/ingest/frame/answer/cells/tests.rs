use super::*;
use crate::domain::json::Doc;

fn plain(names: &[&str]) -> Vec<Column> {
    names.iter().map(|name| Column { name: (*name).to_owned(), ..Column::default() }).collect()
}

#[track_caller]
fn check(row: &str, cells: &Cells, columns: &[Column], expected: &str) {
    let (mut doc, mut out) = (Doc::new(), String::new());
    let written = write(doc.parse(row).unwrap(), cells, columns, &mut out);
    assert_eq!(written.map_or_else(|error| error.to_string(), |()| out), expected, "{row}");
}

fn bigquery() -> Cells {
    Cells::Wrapped { row: "f".into(), cell: "v".into() }
}

#[test]
fn plain_rows_keep_their_values() {
    let ab = plain(&["a", "b \"c\""]);
    check(r#"["1", 2.50]"#, &Cells::Plain, &ab, r#"{"a":"1","b \"c\"":2.50}"#);
    check(r#"[null, {"c": [1]}]"#, &Cells::Plain, &ab, r#"{"a":null,"b \"c\"":{"c": [1]}}"#);
    check(r#"["{\"c\":1}", "\u00e9"]"#, &Cells::Plain, &ab, r#"{"a":"{\"c\":1}","b \"c\"":"\u00e9"}"#);
    check("[1]", &Cells::Plain, &ab, "a row of 1 cells under 2 columns");
    check("[1,2,3]", &Cells::Plain, &ab, "a row of 3 cells under 2 columns");
    check("7", &Cells::Plain, &ab, "no row of cells as the rows of its table are");
    // A document among answers.
    check(r#"{"time":"2026-01-02"}"#, &Cells::Plain, &ab, r#"{"time":"2026-01-02"}"#);
}

#[test]
fn wrapped_rows_are_taken_out() {
    let athena = Cells::Wrapped { row: "Data".into(), cell: "VarCharValue".into() };
    let ab = plain(&["a", "b"]);
    check(r#"{"Data":[{"VarCharValue":"1"},{}]}"#, &athena, &ab, r#"{"a":"1","b":null}"#);
    check(
        r#"{"Data":[{"VarCharValue":"1"},{"x":1}]}"#,
        &athena,
        &ab,
        "no row of cells as the rows of its table are",
    );
    check(r#"{"f":[{"v":"1"},{"v":null}]}"#, &bigquery(), &ab, r#"{"a":"1","b":null}"#);
    check(r#"{"f":[{"v":[{"v":"1"},{"v":"2"}]},{"v":[]}]}"#, &bigquery(), &ab, r#"{"a":["1","2"],"b":[]}"#);
    let mut nested = plain(&["a", "b"]);
    nested[0].fields = plain(&["c", "d"]);
    nested[0].fields[1].fields = plain(&["x", "y"]);
    check(
        r#"{"f":[{"v":{"f":[{"v":"1"},{"v":[{"v":{"f":[{"v":"2"},{"v":"3"}]}}]}]}},{"v":"4"}]}"#,
        &bigquery(),
        &nested,
        r#"{"a":{"c":"1","d":[{"x":"2","y":"3"}]},"b":"4"}"#,
    );
}

#[test]
fn rows_that_name_their_cells() {
    let pairs = Cells::Pairs { name: "field".into(), value: "value".into() };
    check(
        r#"[{"field":"a","value":"1"},{"value":"2","field":"a"},{"field":" "}]"#,
        &pairs,
        &[],
        r#"{"a":"1","a_2":"2","column_3":null}"#,
    );
    check(
        r#"[{"field":"a","value":"1","more":2}]"#,
        &pairs,
        &[],
        "no row of cells as the rows of its table are",
    );
    check(r#"[{"a":"1"},{"b":"{\"c\":1}"}]"#, &Cells::Single, &[], r#"{"a":"1","b":"{\"c\":1}"}"#);
    check(r#"[{"a":"1","b":"2"}]"#, &Cells::Single, &[], "no row of cells as the rows of its table are");
    check("[]", &Cells::Single, &[], "{}");
}

#[test]
fn columns_are_named_once_and_bounded() {
    let form = ColumnForm { text: true, name: Some("name".into()), ..ColumnForm::default() };
    let read = |text: &str| {
        let mut doc = Doc::new();
        let columns = columns(doc.parse(text).unwrap(), &form)?;
        Some(columns.into_iter().map(|column| column.name).collect::<Vec<_>>())
    };
    assert_eq!(read(r#"["a","a","", " b "]"#).unwrap(), ["a", "a_2", "column_3", "b"]);
    assert_eq!(read(r#"[{"name":"a"},{"name":"b","type":7}]"#).unwrap(), ["a", "b"]);
    for none in ["[]", "[1]", r#"[{"x":"a"}]"#, r#"{"name":"a"}"#, r#"["a",["b"]]"#] {
        assert_eq!(read(none), None, "{none}");
    }
    let long = "\u{e4}".repeat(3000);
    let names = read(&format!(r#"["{long}","{long}x"]"#)).unwrap();
    assert_eq!((names[0].chars().count(), names[1].ends_with("\u{e4}_2")), (200, true));
}

#[test]
fn counted_times_become_times() {
    for (text, convert, expected) in [
        ("1767323045.5", Convert::Epoch, "2026-01-02T03:04:05.500Z"),
        ("1.767323045E9", Convert::Epoch, "2026-01-02T03:04:05Z"),
        ("1.7673230451234561E9", Convert::Epoch, "2026-01-02T03:04:05.123456Z"),
        ("1767323045123456", Convert::Epoch, "2026-01-02T03:04:05.123456Z"),
        ("1767323045.123456789 960", Convert::Epoch, "2026-01-02T03:04:05.123456789Z"),
        ("1767323045.000000000", Convert::Clock, "2026-01-02T03:04:05"),
        ("-0.5", Convert::Epoch, "1969-12-31T23:59:59.500Z"),
        ("20455", Convert::Days, "2026-01-02"),
    ] {
        assert_eq!(converted(text, convert).as_deref(), Some(expected), "{text}");
    }
    for text in ["", "x", "2026-01-02", "1e400", "99999999999", "1.2.3", "NaN", "9223372036854775807"] {
        assert_eq!(converted(text, Convert::Epoch), None, "{text}");
    }
    assert_eq!(converted("2026-01-02", Convert::Days), None);
    let column = Column { name: "t".into(), convert: Some(Convert::Epoch), fields: Vec::new() };
    check(r#"["soon"]"#, &Cells::Plain, std::slice::from_ref(&column), r#"{"t":"soon"}"#);
    check("[1767323045]", &Cells::Plain, &[column], r#"{"t":"2026-01-02T03:04:05Z"}"#);
}
