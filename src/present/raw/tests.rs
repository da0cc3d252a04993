use super::*;

const RECORD: &str =
    "{ \"b\": 1.0, \"a\": [1, \"x\\u001b\\n\"], \"b\": {},\n \"in\": \"{\\\"k\\\": [true]}\" }\r\n";

fn lines(raw: &[u8], width: usize, toggled: &[usize]) -> Vec<PaneLine> {
    let toggled = toggled.iter().copied().collect();
    raw_lines(raw, &RawOptions { width, toggled: &toggled, charset: Charset::Unicode })
}

fn shown(lines: &[PaneLine]) -> Vec<String> {
    lines.iter().map(|line| line.line.plain()).collect()
}

#[test]
fn keeps_what_the_vendor_wrote() {
    let all = lines(RECORD.as_bytes(), 60, &[]);
    let wanted = [
        "{",
        "  \"b\": 1.0,",
        "  \"a\": [",
        "    1,",
        "    \"x\\u001b\\n\"",
        "  ],",
        "  \"b\": {},",
        "  \"in\": \"{\\\"k\\\": [true]}\"",
        "}",
    ];
    assert_eq!(shown(&all), wanted);
    assert_eq!(all[4].path.as_deref(), Some("a[1]"));
    assert_eq!(all[4].value.as_ref().unwrap().as_str(), "\"x\\u001b\\n\"");
    assert_eq!(all[2].value.as_ref().unwrap().as_str(), "[1, \"x\\u001b\\n\"]");
    assert!(all[0].value.as_ref().unwrap().as_str().ends_with('}'));
}

#[test]
fn folds_and_opens_json_inside_strings() {
    let all = lines(RECORD.as_bytes(), 60, &[]);
    let (array, string) = (all[2].fold.unwrap(), all[7].fold.unwrap());
    let folded = lines(RECORD.as_bytes(), 60, &[array, string]);
    assert_eq!(
        shown(&folded),
        [
            "{",
            "  \"b\": 1.0,",
            "  \"a\": [ … 2 elements ],",
            "  \"b\": {},",
            "  \"in\": JSON in a string:",
            "    {",
            "      \"k\": [",
            "        true",
            "      ]",
            "    }",
            "  end of the string",
            "}"
        ]
    );
    assert_eq!(folded[7].path.as_deref(), Some("in.k[0]"));
    assert_eq!(folded[7].value.as_ref().unwrap().as_str(), "true");
    assert_eq!(folded[2].fold, Some(array));
    let inner = folded[6].fold.unwrap();
    assert!(
        shown(&lines(RECORD.as_bytes(), 60, &[string, inner]))
            .contains(&"      \"k\": [ … 1 element ]".to_owned())
    );
    let whole = all[0].fold.unwrap();
    assert_eq!(shown(&lines(RECORD.as_bytes(), 60, &[whole])), ["{ … 4 members }"]);
}

#[test]
fn what_is_no_json_is_text() {
    let all = lines(b"plain \x1b[31m\ttext\r\nsecond \xff line", 20, &[]);
    assert_eq!(
        shown(&all),
        ["not UTF-8; wrong bytes are shown as \u{fffd}", "plain ␛[31m    text", "second \u{fffd} line"]
    );
    assert_eq!(all[1].value.as_ref().unwrap().as_str(), "plain \u{1b}[31m\ttext");
    assert!(lines(b"", 20, &[]).is_empty());
}

#[test]
fn no_line_is_too_wide_however_deep() {
    let deep = format!("{}\"{}\"{}", "{\"key\":[".repeat(60), "word ".repeat(100), "]}".repeat(60));
    for width in [1, 7, 20, 80] {
        let all = lines(deep.as_bytes(), width, &[]);
        assert!(widest(&all) <= width, "{width}");
    }
    let bottom = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    assert_eq!(lines(bottom.as_bytes(), 40, &[]).len(), 1999);
}

#[test]
fn huge_records_open_folded() {
    let many: Vec<String> = (0..30_000).map(|n| format!("{{\"id\":{n},\"v\":[1,2]}}")).collect();
    let record = format!("{{\"list\":[{}]}}", many.join(","));
    let all = lines(record.as_bytes(), 80, &[]);
    assert_eq!(all.len(), 30_004);
    assert_eq!(all[2].line.plain(), "    { … 2 members },");
    let long = format!("\"{}\"", "x".repeat(300_000));
    let all = lines(long.as_bytes(), 80, &[]);
    assert_eq!(all.len(), MAX_PARTS + 1);
    assert!(all[MAX_PARTS].line.plain().contains("more lines"));
    assert_eq!(all[5].value.as_ref().unwrap().as_str(), long);
}
