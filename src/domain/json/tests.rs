use super::*;

fn parses(text: &str) -> bool {
    Doc::new().parse(text).is_ok()
}

#[test]
fn keeps_order_spelling_and_repeated_keys() {
    let mut doc = Doc::new();
    let node = doc.parse(r#"{"b": 1.0, "a": [1, "x\n", null, true], "b": 2e3}"#).unwrap();
    let keys: Vec<_> = node.members().map(|(k, _)| k.decode().into_owned()).collect();
    assert_eq!(keys, ["b", "a", "b"]);
    assert_eq!(node.get("b").unwrap().raw(), "2e3");
    let list = node.get("a").unwrap();
    assert_eq!(list.len(), 4);
    assert_eq!(list.index(1).unwrap().as_str().unwrap(), "x\n");
    assert_eq!(list.raw(), r#"[1, "x\n", null, true]"#);
}

#[test]
fn refuses_what_is_not_json() {
    for bad in [
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "01",
        "1.",
        ".5",
        "+1",
        "nul",
        "\"a",
        "\"\u{1}\"",
        "\"\\x\"",
        "[1 2]",
        "{1:2}",
        "1 2",
        "[}",
        "{\"a\"}",
        "\"\\u12g4\"",
        "-",
        "tru",
        "[1]]",
        "'a'",
        "{,}",
        "\u{feff}[]",
    ] {
        assert!(!parses(bad), "{bad:?} was accepted");
    }
    for good in ["0", "-0.0e-1", " [ ] ", "{}", "\"\"", "[[[]]]", "\"\\ud800\"", "\"\u{7f}é日\"", "1E400"] {
        assert!(parses(good), "{good:?} was refused");
    }
    let deep = "[".repeat(MAX_DEPTH + 1);
    assert_eq!(Doc::new().parse(&deep).unwrap_err().kind, JsonErrorKind::TooDeep);
}

#[test]
fn decodes_escapes() {
    assert_eq!(decode_string(r#"a\u00e9\/\"\ud83d\ude00"#), "aé/\"😀");
    assert_eq!(decode_string(r"\ud800x"), r"\ud800x");
    assert_eq!(decode_string(r"\ud800\u0041"), r"\ud800A");
}

#[test]
fn paths_read_back_and_lead_to_values() {
    for text in ["a.b[0].c", "p[name=EMAIL].value", "a.\"x.y\"", "[*].id", "a[-1]", "\"\"[\"a=b\"=\"c]\"]"] {
        let path: Path = text.parse().unwrap();
        assert_eq!(path.to_string(), text);
    }
    let mut doc = Doc::new();
    let text = r#"{"a":{"b":[{"c":1},{"c":2,"name":"n"}]},"x.y":{"z":3}}"#;
    let node = doc.parse(text).unwrap();
    let at = |path: &str| node.at(&path.parse().unwrap()).map(|n| n.raw());
    assert_eq!(at("a.b[0].c"), Some("1"));
    assert_eq!(at("a.b[-1].c"), Some("2"));
    assert_eq!(at("a.b[name=n].c"), Some("2"));
    assert_eq!(at("x.y.z"), Some("3"));
    assert_eq!(at("a.q"), None);
    let mut all = Vec::new();
    "a.b[*].c".parse::<Path>().unwrap().visit(node, &mut |n| {
        all.push(n.raw());
        false
    });
    assert_eq!(all, ["1", "2"]);
}

#[test]
fn compares_by_value() {
    let same = |a: &str, b: &str| {
        let (mut x, mut y) = (Doc::new(), Doc::new());
        x.parse(a).unwrap().same(&y.parse(b).unwrap())
    };
    assert!(same(r#"{"a":1,"b":[1.0]}"#, r#"{"b":[10e-1],"a":1.00}"#));
    assert!(!same("1", "\"1\""));
    assert!(!same("[1,2]", "[2,1]"));
    assert!(!same("1e400", "1e401"));
}

#[test]
fn visits_strings_inside_strings() {
    let mut doc = Doc::new();
    let node = doc.parse(r#"{"k":"{\"in\":\"[\\\"deep\\\"]\"}"}"#).unwrap();
    let mut seen = Vec::new();
    for_each_string(node, &mut |s| {
        seen.push(s.to_owned());
        false
    });
    assert_eq!(seen, ["k", r#"{"in":"[\"deep\"]"}"#, "in", r#"["deep"]"#, "deep"]);
}

#[test]
fn compact_form_drops_only_white_space_between_tokens() {
    let mut doc = Doc::new();
    let node = doc.parse("{ \"a b\" : [ 1 , \"\\\" x\" ] }").unwrap();
    let mut out = String::new();
    write_compact(node, &mut out);
    assert_eq!(out, r#"{"a b":[1,"\" x"]}"#);
}

proptest::proptest! {
    #[test]
    fn agrees_with_serde_json_on_what_is_json(text in "[\\[\\]{}:,\"\\\\0-9a-fnulrtse. -]{0,24}") {
        let ours = Doc::new().parse(&text).is_ok();
        let theirs = serde_json::from_str::<Box<serde_json::value::RawValue>>(&text).is_ok();
        // serde_json checks lone surrogates, which RFC 8259 leaves open, and nothing else differs.
        proptest::prop_assert_eq!(ours, theirs, "{}", text);
    }

    #[test]
    fn quoting_reads_back(text in "\\PC*|[\\x00-\\x7f]*") {
        let quoted = quote(&text);
        let mut doc = Doc::new();
        let node = doc.parse(&quoted).unwrap();
        proptest::prop_assert_eq!(node.as_str().unwrap().into_owned(), text);
    }
}
