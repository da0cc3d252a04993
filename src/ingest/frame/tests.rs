mod answers;
mod tabled;

use std::io::Read;

use proptest::prelude::*;

use super::*;
use crate::ingest::source::Bytes;
use crate::ingest::syntax::Syntax;
use crate::ingest::text::Form;

/// Gives a text in reads of these lengths, over and over.
struct Pieces {
    text: Vec<u8>,
    at: usize,
    sizes: Vec<usize>,
    turn: usize,
}

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()].max(1);
        self.turn += 1;
        let count = size.min(out.len()).min(self.text.len() - self.at);
        out[..count].copy_from_slice(&self.text[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// Record, offset, length, and the bytes or the reason.
type Found = (u64, u64, u64, Result<Vec<u8>, String>);

/// What became of a source.
#[derive(Debug, PartialEq)]
struct Framed {
    syntax: Syntax,
    items: Vec<Found>,
    envelope: Vec<(String, String)>,
}

fn limits(slab: usize, record: usize) -> Limits {
    Limits { record, head: 8, sample: 4096, slab, first: slab }
}

fn frame_in(text: &[u8], sizes: &[usize], limits: Limits, hints: &Hints<'_>) -> Result<Framed, NotALog> {
    let reader = Pieces { text: text.to_vec(), at: 0, sizes: sizes.to_vec(), turn: 0 };
    let bytes = Bytes::from_file(Box::new(reader)).unwrap();
    let mut framer = Framer::open(bytes, hints, limits, &|| true)?;
    let syntax = framer.syntax().clone();
    let mut items = Vec::new();
    let mut buffer = Vec::new();
    loop {
        match framer.next(&mut buffer) {
            Next::End => break,
            Next::Idle => {}
            Next::Slab(slab) => {
                for item in &slab.items {
                    items.push(match item {
                        Item::Record { record, start, end } => {
                            let bytes = slab.bytes[*start..*end].to_vec();
                            (*record, slab.base + *start as u64, bytes.len() as u64, Ok(bytes))
                        }
                        Item::Reject(reject) => {
                            (reject.record, reject.offset, reject.length, Err(reject.reason.clone()))
                        }
                    });
                }
                buffer = slab.bytes;
            }
        }
    }
    Ok(Framed { syntax, items, envelope: framer.finish().envelope })
}

fn frame(text: &[u8]) -> Result<Framed, NotALog> {
    frame_in(text, &[usize::MAX], limits(1 << 20, 1 << 20), &Hints::NONE)
}

/// Records as text, rejects as `!reason`, in order.
fn shown(framed: &Framed) -> Vec<String> {
    let show = |item: &Result<Vec<u8>, String>| match item {
        Ok(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Err(reason) => format!("!{reason}"),
    };
    framed.items.iter().map(|(.., item)| show(item)).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let framed = frame(text.as_bytes()).unwrap();
    assert_eq!(shown(&framed), expected, "{text}");
    let numbers: Vec<u64> = framed.items.iter().map(|item| item.0).collect();
    assert_eq!(numbers, (0..numbers.len() as u64).collect::<Vec<_>>());
}

#[test]
fn lines_of_json() {
    check("{\"a\":1}\n{\"a\":2}\n", &[r#"{"a":1}"#, r#"{"a":2}"#]);
    check("\n  {\"a\":1} \r\n\r\n{\"a\":2}", &[r#"{"a":1}"#, r#"{"a":2}"#]);
    check("{\"a\":1}", &[r#"{"a":1}"#]);
    // What is no record goes to the decoder by itself, and the file goes on.
    check("{\"a\":1}\noops\n{\"a\":2}\n{\"a\":", &[r#"{"a":1}"#, "oops", r#"{"a":2}"#, r#"{"a":"#]);
    check("# made by a tool\n{\"a\":1}\n{\"a\":2}\n", &["# made by a tool", r#"{"a":1}"#, r#"{"a":2}"#]);
    check("{\"a\":1}\r{\"a\":2}\r", &[r#"{"a":1}"#, r#"{"a":2}"#]);
}

#[test]
fn arrays_of_json() {
    check("[]", &[]);
    check("[{\"a\":1},{\"a\":[{}]}]", &[r#"{"a":1}"#, r#"{"a":[{}]}"#]);
    check("[\n  {\n    \"a\": \"]}\"\n  },\n  {}\n]\n", &["{\n    \"a\": \"]}\"\n  }", "{}"]);
    check("[{\"a\":1}]\n[{\"a\":2}]", &[r#"{"a":1}"#, r#"{"a":2}"#]);
    check("[[{\"a\":1}],[{\"a\":2}]]", &[r#"{"a":1}"#, r#"{"a":2}"#]);
    check("[1,{\"a\":1},\"x\"]", &["1", r#"{"a":1}"#, "\"x\""]);
}

#[test]
fn objects_one_after_another() {
    check("{\"a\":1}{\"a\":2}", &[r#"{"a":1}"#, r#"{"a":2}"#]);
    check("{\"a\":1},{\"a\":2}\n", &[r#"{"a":1}"#, r#"{"a":2}"#]);
    check("\u{1e}{\"a\":1}\n\u{1e}{\"a\":2}\n", &[r#"{"a":1}"#, r#"{"a":2}"#]);
    check("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n", &["{\n  \"a\": 1\n}", "{\n  \"a\": 2\n}"]);
    check("{\n  \"a\": 1\n}", &["{\n  \"a\": 1\n}"]);
}

#[test]
fn envelopes_around_records() {
    let record = r#"{"eventTime":"2026-01-02T03:04:05Z","r":[{"x":1}]}"#;
    check(&format!(r#"{{"Records":[{record},{record}]}}"#), &[record, record]);
    check(&format!("{{\n \"next\": null,\n \"Anything\": [\n  {record}\n ]\n}}\n"), &[record]);
    check(&format!(r#"{{"took":3,"hits":{{"total":{{"value":1}},"hits":[{record}]}}}}"#), &[record]);
    check(&format!(r#"{{"Records":[{record}]}}{{"Records":[{record}]}}"#), &[record, record]);
    check(&format!(r#"{{"created":[{record}],"deleted":[{record}]}}"#), &[record, record]);
    let framed =
        frame(format!(r#"{{"n":"x","Records":[{record}],"meta":{{"a":1}},"tags":["t"]}}"#).as_bytes())
            .unwrap();
    let pairs = [("n", "\"x\""), ("meta", r#"{"a":1}"#), ("tags", r#"["t"]"#)];
    assert_eq!(framed.envelope, pairs.map(|(path, value)| (path.to_owned(), value.to_owned())));
}

#[test]
fn what_entries_speak_of_is_no_entry() {
    let (one, two) = (
        r#"{"id":"1","created_at":"2026-05-14T09:00:00Z"}"#,
        r#"{"id":"2","created_at":"2026-05-14T09:00:01Z"}"#,
    );
    for text in [
        format!(r#"{{"audit_log_entries":[{one},{two}],"users":[{{"id":"7","name":"ana"}},{{"id":"8"}}]}}"#),
        format!(r#"{{"users":[{{"id":"7","name":"ana"}}],"events":[{one},{two}],"apps":[]}}"#),
        // Nothing says that one of these is the log, and of the other log the entries have no time.
        format!(r#"{{"created":[{one}],"deleted":[{two}]}}"#),
    ] {
        check(&text, &[one, two]);
    }
    let untimed = r#"{"id":"2","action":"job.deleted"}"#;
    check(&format!(r#"{{"created":[{one}],"deleted":[{untimed}]}}"#), &[one, untimed]);
    check(&format!(r#"{{"events":[{one}],"event_details":[{untimed}]}}"#), &[one, untimed]);
}

#[test]
fn records_that_hold_arrays_are_no_envelopes() {
    let record = r#"{"published":"2026-01-02T03:04:05Z","target":[{"id":1},{"id":2}]}"#;
    check(record, &[record]);
    check(&format!("{record}\n{record}"), &[record, record]);
    let bare = r#"{"n":1,"target":[{"id":1}]}"#;
    check(&format!("{bare}\n{bare}"), &[bare, bare]);
}

#[test]
fn formats_know_their_envelopes_and_records() {
    let page =
        br#"{"links":[{"rel":"self"}],"results":[{"x":1},{"x":2}],"generatedAt":"2026-01-02T03:04:05Z"}"#;
    let containers = vec![vec!["results".to_owned()]];
    let inner = |node: crate::domain::json::Node<'_>| node.get("x").is_some();
    let hints = Hints { containers: &containers, known: &inner };
    let framed = frame_in(page, &[7], limits(64, 4096), &hints).unwrap();
    assert_eq!(shown(&framed), [r#"{"x":1}"#, r#"{"x":2}"#]);
    let outer = |node: crate::domain::json::Node<'_>| node.get("results").is_some();
    let hints = Hints { containers: &containers, known: &outer };
    let framed = frame_in(page, &[7], limits(64, 4096), &hints).unwrap();
    assert_eq!(framed.items.len(), 1);
}

#[test]
fn a_page_without_records_is_shown() {
    let text = r#"{"Records":[{"a":1}]}{"error":{"code":500}}{"Records":[]}"#;
    let containers = vec![vec!["Records".to_owned()]];
    let hints = Hints { containers: &containers, known: &|_| false };
    let framed = frame_in(text.as_bytes(), &[5], limits(32, 4096), &hints).unwrap();
    let reason = "!an object without the list of records that this source began with (from byte 21)";
    assert_eq!(shown(&framed), [r#"{"a":1}"#, reason]);
    assert_eq!(framed.items[1].2, 22);
}

#[test]
fn a_record_among_envelopes_is_one_itself() {
    let records = ["Records".to_owned()];
    let hints = Hints { containers: &[records.to_vec()], known: &|_| false };
    let one = r#"{"time":"2026-01-02T03:04:05Z","name":"a","tags":[1,2]}"#;
    let text = format!("{{\"Records\":[]}}\n{one}\n{{\"Records\":[{{\"a\":1}}]}}\n{one}\n");
    for size in [5, 4096] {
        let framed = frame_in(text.as_bytes(), &[size], limits(32, 4096), &hints).unwrap();
        assert_eq!(shown(&framed), [one, r#"{"a":1}"#, one]);
    }
}

#[test]
fn what_a_store_is_to_do_with_a_record_is_none() {
    check(
        "{\"index\":{\"_index\":\"logs\",\"_id\":\"1\"}}\n{\"a\":1}\n{\"create\":{}}\n{\"create\":{\"a\":2}}\n",
        &[r#"{"a":1}"#, r#"{"create":{"a":2}}"#],
    );
}

#[test]
fn a_broken_element_costs_itself() {
    // Balanced but wrong: the decoder refuses it alone.
    check(
        "[{\"a\":1},{\"a\":1,,},{\"a\":2}]",
        &[r#"{"a":1}"#, "!broken JSON: ',' cannot stand there (byte 7 of the record)", r#"{"a":2}"#],
    );
    // A brace is missing.
    let missing = "!broken JSON: '{' cannot stand there (byte 13 of the record)";
    check("[{\"a\":{\"b\":1},{\"a\":2},{\"a\":3}]", &[missing, r#"{"a":2}"#, r#"{"a":3}"#]);
    // A quote is missing, on lines and on one line.
    let text = "[\n  {\"a\": \"x},\n  {\"a\": 2}\n]";
    check(text, &["!broken JSON: a line end inside a string (byte 10 of the record)", r#"{"a": 2}"#]);
    let text = "[{\"a\":\"x},{\"a\":\"y\"},{\"a\":\"z\"}]";
    check(
        text,
        &[
            "!broken JSON: a byte that cannot stand there (byte 11 of the record)"
                .replace("a byte that", "'a'")
                .as_str(),
            r#"{"a":"z"}"#,
        ],
    );
    // An inner object of a pretty record is not taken for its neighbour.
    let text = "[\n  {\n    \"a\": 1]\n    \"b\":\n    {\n    }\n  },\n  {\n  }\n]";
    check(text, &["!broken JSON: ']' cannot stand there (byte 12 of the record)", "{\n  }"]);
}

#[test]
fn what_ends_early_says_so() {
    check("[{\"a\":1},{\"a\":", &[r#"{"a":1}"#, "!the source ends inside this record"]);
    check("[{\"a\":1},", &[r#"{"a":1}"#, "!the source ends before its list is closed"]);
    check("{\"Records\":[{\"a\":1}", &[r#"{"a":1}"#, "!the source ends before its list is closed"]);
    check(
        "[{\"a\":1}] tail\n{\"a\":2}",
        &[r#"{"a":1}"#, "!neither a record nor what stands between records", r#"{"a":2}"#],
    );
}

#[test]
fn text_before_json() {
    let text = "2026-01-02T03:04:05Z app: {\"a\":1}\n2026-01-02T03:04:06Z app: {\"a\":2}\n";
    let framed = frame(text.as_bytes()).unwrap();
    assert_eq!(framed.syntax, Syntax::Text { form: Form::Json });
    assert_eq!(framed.items.len(), 2);
    let framed = frame(b"[7] {\"a\":1}\n[8] {\"a\":2}\n").unwrap();
    assert_eq!(framed.syntax, Syntax::Text { form: Form::Json });
    assert_eq!(framed.items.len(), 2);
}

#[track_caller]
fn check_csv(text: &str, delimiter: char, header: &[&str], rows: &[&str]) {
    let framed = frame(text.as_bytes()).unwrap();
    let header = header.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(framed.syntax, Syntax::Csv { delimiter, header, others: Vec::new() }, "{text}");
    assert_eq!(shown(&framed), rows, "{text}");
}

#[test]
fn rows_of_csv() {
    check_csv("time,who,what\n1,a,x\n2,b,y", ',', &["time", "who", "what"], &["1,a,x", "2,b,y"]);
    check_csv("time;who\r\n1;\"a,\r\nb\"\r\n\r\n2;c\r\n", ';', &["time", "who"], &["1;\"a,\r\nb\"", "2;c"]);
    check_csv("time\twho\n1\t\n\t2\n", '\t', &["time", "who"], &["1\t", "\t2"]);
    check_csv("sep=|\ntime|who\n1|2\n", '|', &["time", "who"], &["1|2"]);
    check_csv("time,who\r1,2\r", ',', &["time", "who"], &["1,2"]);
    check_csv(
        "2026-01-02,a,1\n2026-01-03,b,2\n",
        ',',
        &["column_1", "column_2", "column_3"],
        &["2026-01-02,a,1", "2026-01-03,b,2"],
    );
    // Ragged rows are the decoder's to judge.
    check_csv("a,b,c\n1,2\n1,2,3,4\n", ',', &["a", "b", "c"], &["1,2", "1,2,3,4"]);
    // The title of a report stands before its header.
    let report = "Audit report\nMade for Acme;;\n\ntime;who;what\n1;a;x\n2;b;y\n";
    check_csv(report, ';', &["time", "who", "what"], &["1;a;x", "2;b;y"]);
    assert_eq!(frame(report.as_bytes()).unwrap().envelope[1].1, "\"Made for Acme;;\"");
    // A quote that never closes costs its row, not the file.
    check_csv("a,b\n1,\"open\n2,x\n3,y\n", ',', &["a", "b"], &["1,\"open", "2,x", "3,y"]);
}

#[test]
fn tables_drawn_with_bars_are_read() {
    let names = ["time", "who"];
    let markdown = "| time | who |\n|---|:---:|\n| 1 | a |\n| 2 |  |\n";
    check_csv(markdown, '|', &names, &[" 1 | a ", " 2 |  "]);
    check_csv(" time | who\n------+-----\n 1    | a\n(1 row)\n\n", '|', &names, &["1    | a"]);
    let mysql = "+------+-----+\n| time | who |\n+------+-----+\n| 1    | a   |\n+------+-----+\n1 row in set (0.00 sec)\n";
    check_csv(mysql, '|', &names, &[" 1    | a   "]);
}

#[test]
fn zeros_in_a_log_are_no_part_of_it() {
    let zeros = "\0".repeat(600);
    check(
        &format!("{zeros}{{\"a\":1}}\n{{\"a\":2}}\n{zeros}\n{{\"a\":3}}\n{zeros}"),
        &[r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":3}"#],
    );
    assert_eq!(frame(zeros.as_bytes()).unwrap_err().to_string(), "empty");
}

#[test]
fn objects_in_strings_are_records() {
    let two = "\"{\\\"a\\\":1}\"\n\"{\\\"a\\\":2}\"\n";
    check(two, &["\"{\\\"a\\\":1}\"", "\"{\\\"a\\\":2}\""]);
}

#[test]
fn names_of_columns_may_begin_with_an_at_sign() {
    check_csv("@timestamp,@message\n1,a\n2,b\n", ',', &["@timestamp", "@message"], &["1,a", "2,b"]);
    // Pairs in a cell are no line of pairs.
    let cells =
        "\"time\",\"who\"\n\"1\",\"{type=User, id=7, name=ana}\"\n\"2\",\"{type=User, id=8, name=bo}\"\n";
    let rows = ["\"1\",\"{type=User, id=7, name=ana}\"", "\"2\",\"{type=User, id=8, name=bo}\""];
    check_csv(cells, ',', &["time", "who"], &rows);
}

#[test]
fn what_is_no_log_says_what_it_is() {
    let reason = |text: &[u8]| frame(text).unwrap_err().to_string();
    assert_eq!(reason(b""), "empty");
    assert_eq!(reason(b" \n\t\n"), "empty");
    assert_eq!(reason(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "not a log: a PNG image");
    assert_eq!(reason(&[0x80, 0x81, 0x00, 0x01, 0x02]), "not a log: binary data");
    let mut tar = vec![b'x'; 600];
    tar[257..262].copy_from_slice(b"ustar");
    assert!(reason(&tar).starts_with("not a log: a tar archive"));
    assert!(reason(b"PK\x03\x04\x14\x00[Content_Types].xml").contains("Excel"));
    assert!(reason(b"PK\x03\x04\x14\x00audit.csv").contains("unzip"));
    assert!(reason(b"---\n- time: 1\n  who: ana\n").contains("YAML"));
    assert_eq!(
        reason(b"<?xml version=\"1.0\"?><a/>"),
        "not a log: XML in which nothing says when it happened"
    );
    assert_eq!(
        reason(b"# Title\n\nSome words.\n"),
        "not a log: text in which no line says when it happened, without JSON and without columns"
    );
    assert_eq!(reason(b"42"), "not a log: a single JSON value that is no object");
}

#[test]
fn a_record_over_the_limit_goes_by_with_its_head_and_hash() {
    for (text, records) in [
        (format!("{{\"a\":1}}\n{{\"b\":\"{}\"}}\n{{\"a\":2}}\n", "x".repeat(5000)), 3),
        (format!("[{{\"a\":1}},{{\"b\":\"{}\"}},{{\"a\":2}}]", "x".repeat(5000)), 3),
        (format!("k,v\n1,2\n3,\"{}\"\n5,6\n", "x".repeat(5000)), 3),
    ] {
        let reader = Pieces { text: text.into_bytes(), at: 0, sizes: vec![100], turn: 0 };
        let bytes = Bytes::from_file(Box::new(reader)).unwrap();
        let mut framer = Framer::open(bytes, &Hints::NONE, limits(256, 1000), &|| true).unwrap();
        let (mut items, mut longest) = (Vec::new(), 0);
        while let Next::Slab(slab) = framer.next(&mut Vec::new()) {
            longest = longest.max(slab.bytes.len());
            items.extend(slab.items);
        }
        assert_eq!(items.len(), records, "{items:?}");
        let Item::Reject(reject) = &items[1] else { panic!("{items:?}") };
        assert_eq!(reject.raw.len(), 8);
        assert!(reject.length > 5000);
        assert_eq!(reject.sha256.as_ref().unwrap().len(), 64);
        assert!(longest < 4096 + READ_AT_MOST, "held {longest} bytes");
    }
}

/// The sample of the tests and one read.
const READ_AT_MOST: usize = 2048;

fn sources() -> impl Strategy<Value = Vec<u8>> {
    let record = prop_oneof![
        Just(r#"{"a":1}"#.to_owned()),
        Just("{\n  \"a\": [{\"b\": \"}\"}],\n  \"t\": \"2026-01-02\"\n}".to_owned()),
        "\\{\"k\":\"[a-z\\\\\\\\{}\\[\\],:]{0,12}\"\\}",
        Just("{\"broken\":".to_owned()),
        Just("garbage".to_owned()),
        Just(format!("{{\"long\":\"{}\"}}", "y".repeat(300))),
    ];
    let joints = prop_oneof![Just("\n"), Just(","), Just(""), Just(",\n  "), Just("\r\n\r\n")];
    let wraps = prop_oneof![
        Just(("", "")),
        Just(("[", "]")),
        Just(("[\n  ", "\n]")),
        Just(("{\"n\":1,\"Records\":[", "],\"z\":\"end\"}")),
        Just(("time,who\n", "")),
    ];
    let built = (proptest::collection::vec(record, 0..8), joints, wraps).prop_map(
        |(records, joint, (head, tail))| format!("{head}{}{tail}", records.join(joint)).into_bytes(),
    );
    let rows = proptest::collection::vec("[a-z\",\n\r]{0,12}", 0..12)
        .prop_map(|rows| format!("time,who\n{}", rows.join("\n")).into_bytes());
    let noise = "[\\[\\]{}:,\"\\\\a1 \n\r\t|;é]{0,80}".prop_map(String::into_bytes);
    let element = prop_oneof![
        Just("<e><time>2026-01-02 03:04:05</time></e>".to_owned()),
        Just("<e t=\"2026-01-02\"/>".to_owned()),
        "<e>[a-z<>/!\"-]{0,12}",
        Just("words".to_owned()),
    ];
    let elements = proptest::collection::vec(element, 0..6).prop_map(|all| {
        format!("<es><e><time>2026-01-02 03:04:05</time></e>{}", all.join("\n")).into_bytes()
    });
    let counted = proptest::collection::vec("<[0-9]{1,2}>[a-z\n]{0,12}", 1..6).prop_map(|all| {
        all.iter().map(|one| format!("{} {one}", one.len())).collect::<String>().into_bytes()
    });
    prop_oneof![4 => built, 2 => rows, 2 => elements, 1 => counted, 3 => noise, 1 => proptest::collection::vec(any::<u8>(), 0..200)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn reads_of_any_size_give_the_same_records(
        text in sources(),
        sizes in proptest::collection::vec(1usize..40, 1..5),
        slab in 16usize..200,
        record in 64usize..400,
    ) {
        let whole = frame_in(&text, &[usize::MAX], limits(1 << 20, record), &Hints::NONE);
        let pieces = frame_in(&text, &sizes, limits(slab, record), &Hints::NONE);
        prop_assert_eq!(whole, pieces);
    }

    #[test]
    fn nothing_is_dropped(text in sources()) {
        if let Ok(framed) = frame(&text) {
            let mut seen = vec![false; text.len()];
            let mut last = 0;
            for (_, offset, length, item) in &framed.items {
                let (start, end) = (*offset as usize, (*offset + *length) as usize);
                prop_assert!(last <= start && end <= text.len(), "{:?}", framed.items);
                last = end;
                if let Ok(bytes) = item {
                    prop_assert_eq!(&text[start..end], &bytes[..]);
                }
                seen[start..end].fill(true);
            }
            // A header, the structure of an envelope and Excel's first line are kept with the source.
            let structured = !framed.envelope.is_empty() || text.starts_with(b"{\"n\"") || text.starts_with(b"<") || text[0].is_ascii_digit() || matches!(framed.syntax, Syntax::Csv { .. });
            let lost = |at: &usize| !seen[*at] && !b" \t\r\n,[]\x1e\xef\xbb\xbf".contains(&text[*at]);
            if !structured && let Some(at) = (0..text.len()).find(lost) {
                prop_assert!(false, "byte {} of {:?} is nowhere: {:?}", at, String::from_utf8_lossy(&text), framed);
            }
        }
    }
}

#[test]
fn lines_of_text() {
    let form = |text: &str| frame(text.as_bytes()).map(|framed| framed.syntax.name().to_owned());
    let line = "<34>1 2026-01-02T03:04:05Z gate su - - - x\n";
    assert_eq!(form(&line.repeat(3)).unwrap(), "syslog");
    assert_eq!(form("level=info msg=x user=a\nlevel=info msg=y user=b\n").unwrap(), "key=value lines");
    assert_eq!(form("2026-01-02 03:04:05 INFO x\n2026-01-02 03:04:06 INFO y\n").unwrap(), "lines of text");
    assert_eq!(form("CEF:0|a|b|c|d|e|f|x=y\nCEF:0|a|b|c|d|e|f|x=y\n").unwrap(), "CEF");
    // A table whose first column is a time is a table.
    assert_eq!(form("2026-01-02 03:04:05,ana,login\n2026-01-02 03:04:06,bo,login\n").unwrap(), "CSV");
}

#[test]
fn lines_that_begin_with_a_bracket_are_no_json() {
    for lines in [
        ["[2026-05-14 09:00:00,123] INFO user ana deleted job 7", "[2026-05-14 09:00:01,5] WARN bo left"],
        ["[2026-05-14T09:00:00.123Z] [INFO] user ana deleted job 7", "[2026-05-14T09:00:01Z] [INFO] bo left"],
        [
            "[Thu May 14 09:00:00 2026] [notice] ana signed in",
            "[Thu May 14 09:00:01 2026] [error] \"no, {no}\"",
        ],
        ["[main] 2026-05-14 09:00:00 INFO ana signed in", "[main] 2026-05-14 09:00:01 INFO bo signed in"],
        ["[7] 2026-05-14 09:00:00 INFO ana signed in", "[7] 2026-05-14 09:00:01 INFO bo signed in"],
        ["{main} started", "2026-05-14 09:00:01 INFO bo signed in"],
    ] {
        check(&lines.join("\n"), &lines);
    }
    let none = frame(b"[section]\nkey is none\n").unwrap_err().to_string();
    assert!(none.contains("no line says when"), "{none}");
    let broken = frame(br#"[{"time":"2026-05-14T09:00:00Z","who":ana},{"a":1}]"#).unwrap();
    assert_eq!(shown(&broken).last().unwrap(), r#"{"a":1}"#);
}

#[test]
fn objects_among_lines_of_other_kinds_are_lines() {
    let object = r#"{"time":"2026-01-02T03:04:05Z","a":1}"#;
    let line = "<34>1 2026-01-02T03:04:05Z gate su - - - x";
    for text in [
        format!("{object}\n{line}\n{line}\n"),
        format!("{line}\n{object}\n{object}\n"),
        format!("{object}\n{object}\n{line}\n"),
    ] {
        let lines: Vec<&str> = text.lines().collect();
        check(&text, &lines);
    }
    check("{'a': True, 'b': 'x'}\n", &["{'a': True, 'b': 'x'}"]);
}

#[test]
fn messages_of_syslog_with_their_length() {
    check("8 <1>x\ny\nz5 <2>ab\n7 <3>abcd", &["<1>x\ny\nz", "<2>ab", "<3>abcd"]);
    check("5 <2>ab\n<3>line\n6 <4>end", &["<2>ab", "<3>line", "<4>end"]);
    check("5 <2>ab99 <3>cut", &["<2>ab", "99 <3>cut"]);
}

#[test]
fn elements_of_xml() {
    let event =
        |n: u32| format!("<Event a=\"x>y\"><Time>2026-01-02 03:04:0{n}</Time><!-- </Event> --></Event>");
    let (one, two) = (event(1), event(2));
    check(&format!("<?xml version=\"1.0\"?>\n<Events>\n{one}\n{two}</Events>\n"), &[&one, &two]);
    check(&format!("{one}\r\n{two}\n"), &[&one, &two]);
    check(&format!("<Events>{one}</Events>"), &[&one]);
    check(&one, &[&one]);
    check(
        &format!("{one} words {two}<Event>"),
        &[&one, "!text outside of any element of the log", &two, "!the source ends inside this element"],
    );
}
