use proptest::prelude::*;

use super::*;
use crate::query::arbitrary::{self, context};

fn read(text: &str) -> Filter {
    parse(text, &context()).unwrap_or_else(|error| panic!("{}", error.caret(text)))
}

/// Reads a text and prints it again.
#[track_caller]
fn check(text: &str, printed: &str) {
    let filter = read(text);
    assert_eq!(filter.to_string(), printed, "{text}");
    assert_eq!(read(printed), filter, "{printed}");
}

#[test]
fn words_and_operators() {
    check("", "");
    check("  \u{3000}\t", "");
    check("a b\u{a0}c", "a b c");
    check("a AND b", "a b");
    check("a OR b c", "a OR (b c)");
    check("(a OR b) c", "(a OR b) c");
    check("a (b (c d))", "a b c d");
    check("a OR (b OR c)", "a OR b OR c");
    check("-a", "-a");
    check("NOT a", "-a");
    check("-(a b)", "-(a b)");
    check("NOT (a OR b) c", "-(a OR b) c");
    check("--a", "-(-a)");
    check("NOT(a)", "-a");
    check("a OR(b)", "a OR b");
    check("or and not", "or and not");
    check("\"OR\" \"a b\"", "\"OR\" \"a b\"");
    check("-", "\"-\"");
    check("a - b", "a \"-\" b");
    check("()", "");
    check("-()", "-()");
    check("a ()", "a");
    check("() OR a", "() OR a");
    check("f(x) (g(y))", "\"f(x)\" \"g(y)\"");
    check("ORDER NOTE", "ORDER NOTE");
}

#[test]
fn words_with_colons_that_are_text() {
    for word in [
        "https://x/y?a=b:c",
        "12:30",
        "C:\\x",
        "arn:aws:iam::1:user/x",
        "::1",
        "fe80::1",
        "{\"a\":1}",
        "ä:b",
        ":",
        "a,b",
    ] {
        let expect = Filter { expr: Expr::Term(Term::Text(Text::new(word))) };
        assert_eq!(read(word), expect, "{word}");
    }
    check("team.add_member", "team.add_member");
    check("x=C\\temp", "\"x=C\\\\temp\"");
}

#[test]
fn conditions() {
    check("actor:ana", "actor:ana");
    check("ACTOR:Ana", "actor:Ana");
    check("actor:ana,bo", "actor:ana,bo");
    check("actor:\"Ana Silva\",none", "actor:\"Ana Silva\",none");
    check("actor:\"none\"", "actor:\"none\"");
    check("action:team.*", "action:team.*");
    check("action:**", "action:*");
    check("target:\"Black \"*\" x\"", "target:\"Black \"*\" x\"");
    check(r"target:50\*", "target:\"50*\"");
    check(r"target:a\\*", "target:\"a\\\\\"*");
    check("target:foo(bar)", "target:\"foo(bar)\"");
    check("(target:x)", "target:x");
    check("-target.type:x", "-target.type:x");
    check("actor:\"\"", "actor:\"\"");
    check("actor:\"a\\\"b\"", "actor:\"a\\\"b\"");
    check("source:https://x/y", "source:https://x/y");
    check("outcome:Failure,none", "outcome:Failure,none");
    check("class:\"log in/out\"", "class:\"log in/out\"");
    check("has:diff", "has:diff");
    check("has:diff,Note", "has:diff OR has:note");
    check("from:draft to:live", "from:draft to:live");
    check("changed:actions[id=9].*", "changed:\"actions[id=9].\"*");
    check("id:auditty://0abcdef,ABCDEFG", "id:0abcdef,abcdefg");
    check("code:x", "code:x");
}

#[test]
fn raw_paths() {
    check("raw.a.b:c", "raw.a.b:c");
    check("raw[0].b:c", "raw.[0].b:c");
    check("raw.\"a:b c\".d:e,f", "raw.\"a:b c\".d:e,f");
    check("raw.a[name=E:x].value:*", "raw.a[name=\"E:x\"].value:*");
    check("raw.a[*].b:none", "raw.a[*].b:none");
    check("raw.a", "raw.a");
    check("-raw.\"a)\":b", "-raw.\"a)\":b");
}

#[test]
fn addresses() {
    check("ip:10.0.0.1", "ip:10.0.0.1");
    check("ip:10.1.2.3/8", "ip:10.0.0.0/8");
    check("ip:10.0.0.1-10.0.0.9", "ip:10.0.0.1-10.0.0.9");
    check("ip:10.0.0.1..10.0.0.9", "ip:10.0.0.1-10.0.0.9");
    check("ip:10.0.0.0-10.0.0.255", "ip:10.0.0.0/24");
    check("ip:2001:db8::/32,::1", "ip:2001:db8::/32,::1");
    check("ip:10.0.*", "ip:10.0.*");
    check("ip:\"AWS Internal\"", "ip:\"AWS Internal\"");
    check("ip:console", "ip:\"console\"");
    check("ip:none", "ip:none");
    check("ip:\"10.0.0\"", "ip:\"10.0.0\"");
    check("ip:::/0", "ip:::/0");
}

#[test]
fn times() {
    check("since:7d", "since:7d");
    check("since:last week x", "since:\"last week\" x");
    check("time:\"last week\"", "time:\"last week\"");
    check("time:last-week", "time:last-week");
    check("time:2026-01-05T10:30+02:00..+2h", "time:2026-01-05T10:30+02:00..+2h");
    check("time:none", "-time:..");
    check("since:2026-01-05 10:30:15Z x", "since:\"2026-01-05 10:30:15Z\" x");
    check("(until:2026-01-05\u{3000}10:30)", "until:\"2026-01-05 10:30\"");
    check("since:2026-01-05 \"10:30\"", "since:2026-01-05 \"10:30\"");
    check("(until:yesterday)", "until:yesterday");
    check("since:\"2026-01-05 10:30\"", "since:\"2026-01-05 10:30\"");
}

#[test]
fn expressions() {
    check("/a b/", "/a b/");
    check("/a/i", "/(?i)a/");
    check(r"/a\/b\\/", r"/a\/b\\/");
    check("-/x/ (/y/)", "-/x/ /y/");
}

/// Checks where an error stands and what it says.
#[track_caller]
fn refuse(text: &str, spot: &str, words: &[&str]) {
    let error = parse(text, &context()).map(|filter| filter.to_string()).expect_err(text);
    assert_eq!(text.get(error.span.clone()), Some(spot), "{text}\n{}", error.caret(text));
    for word in words {
        assert!(error.to_string().contains(word), "{text}: no {word:?} in {error}");
    }
}

#[test]
fn errors_point_at_their_spot() {
    refuse("acter:ana", "acter", &["unknown key 'acter'", "did you mean actor?", "\"acter:ana\""]);
    refuse("x user:ana", "user", &["did you mean actor?"]);
    refuse("before:2026", "before", &["did you mean until?"]);
    refuse("s3:GetObject", "s3", &["unknown key", "\"s3:GetObject\"", "the keys are"]);
    refuse("acton:a:b", "acton", &["did you mean action?"]);
    refuse("a \"b", "\"", &["not closed"]);
    refuse("actor:\"b", "\"", &["not closed"]);
    refuse("raw.\"a:b", "\"", &["not closed"]);
    refuse("(a (b)", "(", &["not closed"]);
    refuse("a) b", ")", &["closes nothing"]);
    refuse("\"a\")", ")", &["closes nothing"]);
    refuse("/ab", "/", &["not closed", "\"/ab\""]);
    refuse("/etc/passwd", "", &["\"/etc/passwd\""]);
    refuse("/a(/", "/a(/", &["bad regular expression", "unclosed group"]);
    refuse("//", "//", &["nothing between"]);
    refuse("\"\"", "\"\"", &["nothing between"]);
    refuse("\"a\"b", "", &["space is missing"]);
    refuse("actor: ana", "", &["a value is missing", "actor:none"]);
    refuse("actor:a,,b", "", &["a value is missing"]);
    refuse("actor:(a OR b)", "(", &["actor:a,b"]);
    refuse("OR a", "OR", &["both sides"]);
    refuse("a OR", "OR", &["both sides"]);
    refuse("a OR OR b", "OR", &["both sides"]);
    refuse("(a OR )", "OR", &["both sides"]);
    refuse("AND a", "AND", &["both sides"]);
    refuse("a AND", "AND", &["both sides"]);
    refuse("a NOT", "NOT", &["NOT needs"]);
    refuse("outcome:sucess", "sucess", &["did you mean success?", "denied"]);
    refuse("kind:bot", "bot", &["it is one of member"]);
    refuse("has:dif", "dif", &["did you mean diff?"]);
    refuse("id:abc", "abc", &["at least 7"]);
    refuse("ip:10.0.0.300", "10.0.0.300", &["10.0.0.0/8"]);
    refuse("ip:10.0.0.0/40", "10.0.0.0/40", &["no address"]);
    refuse("ip:10.0.0.9-10.0.0.1", "10.0.0.9-10.0.0.1", &["backwards"]);
    refuse("since:yesterdya", "yesterdya", &["did you mean yesterday?"]);
    refuse("since:2026-01-05  25:30 x", "2026-01-05  25:30", &["is no time"]);
    refuse("a time:2026..2025", "2026..2025", &["ends before"]);
    refuse("since:..today", "..today", &["no start"]);
    refuse("raw:x", "raw:", &["raw.PATH:VALUE"]);
    refuse("raw.a..b:x", "", &["bad path"]);
}

#[test]
fn deep_nesting_is_refused_not_fatal() {
    for text in ["(".repeat(100_000), "-".repeat(100_000) + "a", "NOT ".repeat(100_000) + "a"] {
        let error = parse(&text, &context()).unwrap_err();
        assert!(error.message.contains("deeper than 64"), "{error}");
    }
}

#[test]
fn carets_stand_under_wide_text() {
    let text = "日本 acter:x";
    let error = parse(text, &context()).unwrap_err();
    let lines: Vec<String> = error.caret(text).lines().map(str::to_owned).collect();
    assert_eq!(lines[0], text);
    assert_eq!(lines[1], "     ^^^^^");
    assert!(lines[2].starts_with("unknown key 'acter'; did you mean actor? (to search"), "{}", lines[2]);
    let error = parse("a\tb OR", &context()).unwrap_err();
    assert_eq!(error.caret("a\tb OR").lines().take(2).collect::<Vec<_>>(), ["a b OR", "    ^^"]);
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(filter in arbitrary::filter()) {
        let printed = filter.to_string();
        match parse(&printed, &context()) {
            Ok(read) => prop_assert_eq!(read, filter, "{}", printed),
            Err(error) => prop_assert!(false, "{}", error.caret(&printed)),
        }
    }

    #[test]
    fn any_word_can_be_searched_for(word in "\\PC{1,12}|[-/\"():,*\\\\a ]{1,8}") {
        let filter = Filter { expr: Expr::Term(Term::Text(Text::new(word))) };
        prop_assert_eq!(parse(&filter.to_string(), &context()), Ok(filter));
    }

    #[test]
    fn any_value_can_be_asked_for(word in "\\PC{0,12}|[-/\"():,*\\\\a ]{0,8}") {
        let patterns = vec![crate::query::Pattern::Exact(word)];
        let filter = Filter { expr: Expr::Term(Term::Value(crate::domain::Field::Actor, patterns)) };
        prop_assert_eq!(parse(&filter.to_string(), &context()), Ok(filter));
    }

    #[test]
    fn no_text_breaks_it(text in "([-()\"/:,*\\\\ a]|OR|NOT|actor:|ip:|since:|raw\\.|\\PC){0,16}") {
        match parse(&text, &context()) {
            Ok(filter) => {
                let printed = filter.to_string();
                prop_assert_eq!(parse(&printed, &context()), Ok(filter), "{}", printed);
            }
            Err(error) => {
                prop_assert!(text.get(error.span.clone()).is_some());
                prop_assert!(!error.caret(&text).is_empty());
            }
        }
    }
}

#[test]
fn conditions_of_other_languages_are_not_searched_as_words() {
    for (typed, meant) in [
        ("actor=ana", "actor:ana"),
        ("x Actor==ana", "Actor:ana"),
        ("ip!=192.0.2.7", "-ip:192.0.2.7"),
        ("type<>Security", "-type:Security"),
        ("actor~ana", "actor:ana"),
        ("!type:Security", "-type:Security"),
        ("raw.a.b=c", "raw.a.b:c"),
        ("time>=2026-01-05", "since:2026-01-05"),
        ("actor=\"Ana Silva\"", "actor:\"...\""),
    ] {
        let error = parse(typed, &context()).unwrap_err();
        let hint = error.hint.as_deref().unwrap_or_default();
        assert!(hint.starts_with(&format!("write {meant}; to search")), "{typed}: {hint}");
    }
    for text in ["a=b", "x!", "=", "actor=", "!", "!x", "<actor>", "uid=0"] {
        assert!(matches!(read(text), Filter { expr: Expr::Term(Term::Text(_)) }), "{text}");
    }
    check("\"actor=ana\"", "\"actor=ana\"");
}
