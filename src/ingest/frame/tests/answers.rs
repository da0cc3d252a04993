//! Answers of queries: rows of cells under columns that stand elsewhere in the document.

use super::*;
use crate::ingest::Decoder;

/// What the records of a source are, decoded; rejects as `!reason`.
fn read(text: &str) -> Vec<String> {
    let framed = frame(text.as_bytes()).unwrap();
    // The same however the bytes arrive.
    let slowly = frame_in(text.as_bytes(), &[7, 1, 3], limits(16, 1 << 20), &Hints::NONE).unwrap();
    assert_eq!(framed, slowly, "{text}");
    let mut decoder = Decoder::new();
    framed
        .items
        .iter()
        .map(|(.., item)| match item {
            Ok(raw) => decoder
                .decode(raw, &framed.syntax)
                .map_or_else(|error| format!("!{error}"), |node| node.raw().to_owned()),
            Err(reason) => format!("!{reason}"),
        })
        .collect()
}

const T: &str = "2026-01-02T03:04:05Z";

fn row(who: &str) -> String {
    format!(r#"{{"time":"{T}","who":"{who}"}}"#)
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let text = text.replace("$T", T);
    let expected: Vec<String> = expected
        .iter()
        .map(|who| if who.starts_with(['!', '{']) { (*who).to_owned() } else { row(who) })
        .collect();
    assert_eq!(read(&text), expected, "{text}");
}

#[test]
fn columns_beside_or_near_their_rows() {
    for text in [
        r#"{"columns":[{"name":"time"},{"name":"who"}],"rows":[["$T","ana"],["$T","bo"]],"next":"x"}"#,
        r#"{"rows":[["$T","ana"],["$T","bo"]],"fields":["time","who"]}"#,
        r#"{"meta":[{"name":"time","type":"s"},{"name":"who","type":"s"}],"data":[["$T","ana"],["$T","bo"]]}"#,
        r#"{"createdOn":1778749200123,"about":{"rowType":[{"name":"time"},{"name":"who"}]},"data":[["$T","ana"],["$T","bo"]]}"#,
        r#"{"a":{"schema":{"columns":[{"name":"time"},{"name":"who"}]}},"b":{"data_array":[["$T","ana"],["$T","bo"]]}}"#,
        r#"{"tables":[{"columns":[{"name":"time"},{"name":"who"}],"rows":[["$T","ana"],["$T","bo"]]}]}"#,
        r#"{"results":[{"series":[{"columns":["time","who"],"values":[["$T","ana"]]},{"columns":["time","who"],"values":[["$T","bo"]]}]}]}"#,
        r#"{"t":{"names":["time","who"],"types":["TEXT","TEXT"],"rows":[["$T","ana"],["$T","bo"]]}}"#,
        r#"[{"kind":"a"},{"kind":"b","columns":["time","who"],"rows":[["$T","ana"],["$T","bo"]]},{"kind":"c"}]"#,
        r#"{"schema":{"fields":[{"name":"time"},{"name":"who"}]},"rows":[{"f":[{"v":"$T"},{"v":"ana"}]},{"f":[{"v":"$T"},{"v":"bo"}]}]}"#,
        r#"{"R":{"Rows":[{"D":[{"V":"time"},{"V":"who"}]},{"D":[{"V":"$T"},{"V":"ana"}]},{"D":[{"V":"$T"},{"V":"bo"}]}],"M":{"Info":[{"Name":"time"},{"Name":"who"}]}}}"#,
        r#"{"R":{"Rows":[{"D":[{"V":"time"},{"V":"who"}]},{"D":[{"V":"$T"},{"V":"ana"}]},{"D":[{"V":"$T"},{"V":"bo"}]}]}}"#,
        r#"{"results":[[{"field":"time","value":"$T"},{"field":"who","value":"ana"}],[{"field":"time","value":"$T"},{"field":"who","value":"bo"}]]}"#,
        r#"{"Rows":[[{"time":"$T"},{"who":"ana"}],[{"time":"$T"},{"who":"bo"}]],"Status":"DONE"}"#,
        r#"[["time","who"],["$T","ana"],["$T","bo"]]"#,
        "{\"fields\":[\"time\",\"who\"],\"rows\":[[\"$T\",\"ana\"]]}\n{\"fields\":[\"time\",\"who\"],\"rows\":[[\"$T\",\"bo\"]]}\n",
        "{\"fields\":[\"time\",\"who\"],\"rows\":[[\"$T\",\"ana\"]]}{\"rows\":[[\"$T\",\"bo\"]],\"fields\":[\"time\",\"who\"]}",
    ] {
        check(text, &["ana", "bo"]);
        let text = text.replace(",\"", ",\n \"").replace("],[", "],\n[").replace(":{", ": {\n");
        check(&text, &["ana", "bo"]);
    }
}

#[test]
fn lines_with_their_time_before_them() {
    let text = r#"{"data":{"result":[{"stream":{"app":"x"},"values":[["1767323045000000000","{\"who\":\"ana\"}"]]},{"stream":{},"values":[["1767323045000000000","in",{"a":"b"}]]}]}}"#;
    check(
        text,
        &[
            r#"{"timestamp":"1767323045000000000","line":{"who":"ana"}}"#,
            r#"{"timestamp":"1767323045000000000","line":"in","labels":{"a":"b"}}"#,
        ],
    );
}

#[test]
fn rows_that_do_not_fit_are_shown() {
    let lost = "!a row under columns that the beginning of the file does not name; make it a file of its own";
    for (text, expected) in [
        (
            r#"{"fields":["time","who"],"rows":[["$T","ana"],["$T"],["$T","bo"]]}"#,
            ["ana", "!a row of 1 cells under 2 columns", "bo"],
        ),
        (
            r#"{"fields":["time","who"],"rows":[["$T","ana"]]}{"fields":["who","time"],"rows":[["bo","$T"]]}{"rows":[["$T","bo"]]}"#,
            ["ana", lost, "bo"],
        ),
        (
            r#"{"rows":[["$T","ana"]],"fields":["time","who"]}{"rows":[["$T","bo"]],"fields":["who","time"]}"#,
            ["ana", "bo", "!other columns than those that the rows before them were read under"],
        ),
        (
            "{\"fields\":[\"time\",\"who\"],\"rows\":[\n[\"$T\",\"ana\"],\n[\"$T\" \"bo\"],\n[\"$T\",\"bo\"]]}",
            ["ana", "!broken JSON: '\"' cannot stand there (byte 24 of the record)", "bo"],
        ),
        (
            r#"{"fields":["time","who"],"rows":[["$T","ana"]]}{"error":"later"}{"rows":[["$T","bo"]]}"#,
            [
                "ana",
                "!an object without the list of records that this source began with (from byte 65)",
                "bo",
            ],
        ),
    ] {
        check(text, &expected);
    }
}

#[test]
fn tables_of_several_kinds() {
    let text = r#"{"tables":[{"columns":["time","who"],"rows":[["$T","ana"]]},{"columns":["key","n"],"rows":[["took",3]]},{"columns":["time","who","what"],"rows":[["$T","bo","left"]]}]}"#;
    check(text, &["ana", r#"{"time":"2026-01-02T03:04:05Z","who":"bo","what":"left"}"#]);
    let framed = frame(text.replace("$T", T).as_bytes()).unwrap();
    assert!(
        framed.envelope.contains(&("row".to_owned(), r#"["took",3]"#.to_owned())),
        "{:?}",
        framed.envelope
    );
}

#[test]
fn records_that_hold_tables_stay_records() {
    for text in [
        r#"{"time":"2026-01-02T03:04:05Z","fields":["x","y"],"rows":[[1,2],[3,4]]}"#,
        r#"[{"time":"2026-01-02T03:04:05Z","fields":["x","y"],"rows":[["2026-01-02","b"]]}]"#,
        r#"{"time":"2026-01-02T03:04:05Z","points":[[1,2],[3,4]],"tags":["a","b"]}"#,
    ] {
        let framed = frame(text.as_bytes()).unwrap();
        assert_eq!((framed.items.len(), framed.syntax), (1, Syntax::Json), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn answers_give_the_same_rows_in_pieces_of_any_size(
        pages in proptest::collection::vec((proptest::collection::vec("[a-z{\\[,\" ]{0,9}", 0..4), any::<bool>(), 0usize..5), 1..4),
        cut in 0usize..200,
        sizes in proptest::collection::vec(1usize..40, 1..5),
        slab in 16usize..200,
        record in 48usize..400,
    ) {
        let mut text = String::new();
        for (rows, behind, kind) in pages {
            let row = |who: &String| format!("[\"{T}\",{}]", crate::domain::json::quote(who));
            let rows: Vec<String> = rows.iter().map(row).collect();
            let rows = format!("\"rows\":[{}]", rows.join(",\n"));
            let fields = ["\"fields\":[\"time\",\"who\"]", "\"fields\":[\"who\",\"time\"]", "\"fields\":[{\"name\":\"time\"},{\"name\":\"who\"}]", "\"x\":1", "\"fields\":[\"t\""][kind];
            text.push_str(&if behind { format!("{{{rows},{fields}}}\n") } else { format!("{{{fields},{rows},\"next\":null}}") });
        }
        let kept = text.len().saturating_sub(cut / 4);
        let text = text.get(..kept).unwrap_or(&text).as_bytes();
        let whole = frame_in(text, &[usize::MAX], limits(1 << 20, record), &Hints::NONE);
        let pieces = frame_in(text, &sizes, limits(slab, record), &Hints::NONE);
        prop_assert_eq!(whole, pieces);
    }
}
