use super::page::MAX_LINES;
use super::*;
use crate::domain::{ChangeOp, Field};
use crate::present::Role;

fn change<'a>(path: &'a str, before: Option<&'a str>, after: Option<&'a str>) -> Change<'a> {
    let op = match (before, after) {
        (None, Some(_)) => ChangeOp::Add,
        (Some(_), None) => ChangeOp::Remove,
        _ => ChangeOp::Replace,
    };
    Change {
        path: path.into(),
        op,
        before: before.map(Into::into),
        after: after.map(Into::into),
        provenance: Provenance::Recorded,
    }
}

fn input<'a>(changes: &'a [Change<'a>]) -> DiffInput<'a> {
    DiffInput { changes, before: None, after: None, ..DiffInput::between("", "") }
}

const KEYS: DiffKeys<'static> = DiffKeys { unchanged: ".", noise: "x", arrays: "O" };

fn options(layout: Layout, width: usize) -> DiffOptions<'static> {
    DiffOptions { layout, width, charset: Charset::Ascii, keys: Some(KEYS), ..DiffOptions::default() }
}

fn text(view: &DiffView) -> String {
    view.lines.iter().map(|line| line.line.plain() + "\n").collect()
}

/// Lines with the roles that a theme would tell apart: `{word}` changed, `<esc>` made visible.
fn roles(view: &DiffView) -> String {
    let span = |span: &super::super::Span| match span.role {
        Role::AddedWord | Role::RemovedWord => format!("{{{}}}", span.text),
        Role::Escaped => format!("<{}>", span.text),
        Role::Masked => format!("#{}#", span.text),
        _ => span.text.to_string(),
    };
    view.lines.iter().map(|line| line.line.spans.iter().map(span).collect::<String>() + "\n").collect()
}

fn shown(changes: &[Change<'_>], layout: Layout, width: usize) -> String {
    let view = diff_lines(&input(changes), &options(layout, width));
    for line in &view.lines {
        assert!(crate::present::measure::line_width(&line.line) <= width, "{:?}", line.line.plain());
    }
    roles(&view)
}

const TEMPLATE: &str = "<html>\n<head><style>\n.lead { color: #222; }\n</style></head>\n<body>\n\
    {% if customer.first_name %}\n<p class=\"lead\">Hello {{ customer.first_name }}, good to see you.</p>\n\
    {% endif %}\n<p>Our autumn sale starts on Friday, 09:00.</p>\n\
    <a href=\"https://shop.example/sale?utm=mail\">To the sale</a>\n<hr>\n<p>{{ content.footer }}</p>\n</body>\n</html>\n";

fn template() -> [Change<'static>; 2] {
    let edited = TEMPLATE
        .replace("#222", "#c00")
        .replace("starts on Friday, 09:00", "starts this Friday at 08:00")
        .replace("<hr>\n", "<hr>\n<p>No longer interested? {% unsubscribe_url %}</p>\n");
    let quote = |text: &str| Some(crate::domain::json::quote(text).into());
    let body =
        Change { before: quote(TEMPLATE), after: quote(&edited), ..change("body", Some("1"), Some("2")) };
    [change("subject", Some("\"The sale is on\""), Some("\"The big sale is on, Ana\"")), body]
}

/// What the lines of changes filter by, each once.
fn filters(view: &DiffView) -> Vec<&str> {
    let mut paths: Vec<&str> = view.lines.iter().filter_map(|line| Some(&*line.filter.as_ref()?.1)).collect();
    paths.dedup();
    paths
}

#[test]
fn a_line_filters_by_the_path_that_other_entries_are_found_by() {
    let inside = [change(
        "trigger",
        Some(r#"{"type":"event","tags":["a"]}"#),
        Some(r#"{"type":"date","tags":["b"]}"#),
    )];
    let view = diff_lines(&input(&inside), &options(Layout::Fields, 80));
    assert_eq!(filters(&view), ["trigger.type", "trigger.tags"]);
    let positions =
        DiffOptions { arrays: crate::diff::json::ArrayMatch::Position, ..options(Layout::Fields, 80) };
    let list = [change(
        "steps",
        Some(r#"[{"id":1,"s":1},{"id":2,"s":1}]"#),
        Some(r#"[{"id":2,"s":1},{"id":1,"s":3}]"#),
    )];
    let view = diff_lines(&input(&list), &positions);
    assert_eq!(filters(&view), ["steps"], "paths by position are kept of no entry");
    let view =
        diff_lines(&DiffInput::between(r#"{"a":{"b":1}}"#, r#"{"a":{"b":2}}"#), &options(Layout::Fields, 80));
    assert_eq!(filters(&view), ["a.b"]);
}

#[test]
fn a_campaign() {
    let changes = [
        change("name", Some("\"Black Friday\""), Some("\"Black Friday 2026\"")),
        change("state", Some("\"draft\""), Some("\"live\"")),
        change(
            "actions",
            Some(r#"[{"id":8,"type":"email","subject":"Hi"},{"id":9,"type":"delay","delay_s":3600}]"#),
            Some(
                r#"[{"id":9,"type":"delay","delay_s":7200},{"id":8,"type":"email","subject":"Hi"},{"id":11,"type":"webhook","url":"https://hooks.example/a"}]"#,
            ),
        ),
        change("tags", Some(r#"["autumn","mail"]"#), Some(r#"["autumn","mail","promo"]"#)),
        change("updated_at", Some("1795356191"), Some("1795356999")),
    ];
    insta::assert_snapshot!("campaign_fields", shown(&changes, Layout::Fields, 62));
    insta::assert_snapshot!("campaign_side_by_side", shown(&changes, Layout::SideBySide, 100));
}

#[test]
fn a_template() {
    insta::assert_snapshot!("template_fields", shown(&template(), Layout::Fields, 62));
    insta::assert_snapshot!("template_unified", shown(&template(), Layout::Unified, 80));
    insta::assert_snapshot!("template_side_by_side", shown(&template(), Layout::SideBySide, 120));
}

#[test]
fn a_role() {
    let changes = [change(
        "permissions",
        Some(
            r#"["campaigns.read","campaigns.write","people.read","segments.read","segments.write","webhooks.read"]"#,
        ),
        Some(
            r#"["campaigns.read","people.read","people.export","segments.read","segments.write","webhooks.read","webhooks.write"]"#,
        ),
    )];
    insta::assert_snapshot!("role_fields", shown(&changes, Layout::Fields, 60));
    insta::assert_snapshot!("role_unified", shown(&changes, Layout::Unified, 60));
}

#[test]
fn a_segment() {
    let changes = [change(
        "conditions",
        Some(
            r#"{"and":[{"attribute":{"field":"plan","operator":"eq","value":"pro"}},{"event":{"name":"purchase","within_days":30}}]}"#,
        ),
        Some(
            r#"{"and":[{"attribute":{"field":"plan","operator":"in","value":["pro","team"]}},{"event":{"name":"purchase","within_days":14}},{"not":{"segment":7}}]}"#,
        ),
    )];
    insta::assert_snapshot!("segment_fields", shown(&changes, Layout::Fields, 62));
}

#[test]
fn a_policy() {
    let before = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::logs/*"}]}"#;
    let after = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}]}"#;
    let (before, after) = (crate::domain::json::quote(before), crate::domain::json::quote(after));
    let changes =
        [Change { provenance: Provenance::Derived, ..change("policyDocument", Some(&before), Some(&after)) }];
    insta::assert_snapshot!("policy_fields", shown(&changes, Layout::Fields, 70));
    insta::assert_snapshot!("policy_unified", shown(&changes, Layout::Unified, 70));
}

#[test]
fn values_that_are_easily_confused() {
    let changes = [
        change("number", Some("1"), Some("\"1\"")),
        change("spelling", Some("1"), Some("1.0")),
        change("null", Some("null"), Some("\"\"")),
        change("empty", Some("[]"), Some("{}")),
        change("came", None, Some("null")),
        change("went", Some("\"\""), None),
        Change { op: ChangeOp::Replace, ..change("unknown", None, Some("\"live\"")) },
        Change { op: ChangeOp::Replace, ..change("both", None, None) },
        change("space", Some("\"a\""), Some("\"a \"")),
        change("bytes", Some("\"a\\u001b[31m\""), Some("\"a\\u202eb\"")),
        change("line", Some("\"one\\ntwo\""), Some("\"one\\ntwo \"")),
        change("secret", Some("\"••••[masked 7]\""), Some("\"••••[masked 9 #2]\"")),
        change("broken", Some("{oops"), Some("{ooops")),
        change("type", Some("{\"a\":1}"), Some("\"text\"")),
    ];
    insta::assert_snapshot!("confusable_fields", shown(&changes, Layout::Fields, 62));
    insta::assert_snapshot!("confusable_unified", shown(&changes, Layout::Unified, 62));
}

#[test]
fn lines_know_their_change_path_and_value() {
    let changes = template();
    let view = diff_lines(&input(&changes), &options(Layout::Fields, 62));
    assert_eq!(view.first_lines().len(), 2);
    let first = &view.lines[view.first_lines()[1]];
    assert_eq!((first.change, first.path.as_deref()), (Some(1), Some("body")));
    assert_eq!(first.filter, Some((Field::Changed, "body".into())));
    let removed = view.lines.iter().find(|line| line.line.plain().contains("- .lead")).unwrap();
    assert_eq!(removed.value.as_ref().unwrap().as_str(), TEMPLATE);
    assert_eq!(removed.change, Some(1));
}

#[test]
fn noise_is_counted_and_can_be_seen() {
    let changes = [change("name", Some("1"), Some("2")), change("meta.etag", Some("1"), Some("2"))];
    let view = diff_lines(&input(&changes), &options(Layout::Fields, 62));
    assert_eq!(view.hidden, 1);
    assert_eq!(text(&view), "recorded by the vendor\n~ name   1 -> 2\nmeta.etag changed too (x)\n");
    let all = DiffOptions { noise: true, ..options(Layout::Fields, 62) };
    assert!(text(&diff_lines(&input(&changes), &all)).contains("~ meta.etag   1 -> 2"));
    // Where nothing else changed it is no noise.
    assert_eq!(diff_lines(&input(&changes[1..]), &all).hidden, 0);
    let patterns = ["list[*].at".to_owned()];
    let named = DiffInput { noise: &patterns, ..input(&changes) };
    let changes = [changes[0].clone(), change("list[id=4].at", Some("1"), Some("2"))];
    let named = DiffInput { changes: &changes, ..named };
    assert_eq!(diff_lines(&named, &options(Layout::Fields, 62)).hidden, 1);
}

#[test]
fn says_why_there_is_nothing() {
    let none = |action| text(&diff_lines(&DiffInput { action, ..input(&[]) }, &options(Layout::Fields, 80)));
    assert_eq!(none(Some(Action::LoggedIn)), "no changes: a session does not change an object\n");
    assert_eq!(
        none(Some(Action::Updated)),
        "no changes are known of this kind of record; its raw data has all it says\n"
    );
    assert_eq!(none(None), "both are the same\n");
    assert_eq!(none(Some(Action::Deleted)), "deleted; no values are known of it\n");
    let denied = DiffInput { action: Some(Action::Deleted), outcome: Outcome::Denied, ..input(&[]) };
    assert_eq!(text(&diff_lines(&denied, &options(Layout::Fields, 80))), "no changes: it was denied\n");
    let changes = [change("a", Some("1"), Some("2"))];
    let asked = DiffInput { changes: &changes, ..denied };
    let shown = text(&diff_lines(&asked, &options(Layout::Fields, 80)));
    assert!(shown.contains("denied: this was asked for, and nothing was changed"), "{shown}");
}

#[test]
fn two_documents_are_compared_whole() {
    let between = DiffInput::between(r#"{"a":1,"b":[1,2],"c":"x"}"#, r#"{"c":"x","b":[1,2,3],"a":1}"#);
    let view = diff_lines(&between, &options(Layout::Fields, 80));
    let wanted = "derived: computed, not recorded by the vendor\n+ b   3\n= 4 unchanged (.)\narrays matched by content (O)\n";
    assert_eq!(text(&view), wanted);
    let all = DiffOptions { unchanged: true, ..options(Layout::Fields, 80) };
    assert!(text(&diff_lines(&between, &all)).contains("= c   \"x\"\n"));
}

#[test]
fn side_by_side_needs_room() {
    let changes = template();
    let view = diff_lines(&input(&changes), &options(Layout::SideBySide, SIDE_BY_SIDE - 1));
    assert_eq!(view.layout, Layout::Unified);
}

#[test]
fn copied_text_is_a_unified_diff() {
    let changes = [change("a\u{1b}", Some("\"x\\u001b\""), Some("\"y\""))];
    let copied = diff_text("Role 'x' updated", &input(&changes), &DiffOptions::default());
    let wanted =
        "--- Role 'x' updated (before)\n+++ Role 'x' updated (after)\n@@ -1 +1 @@ a\u{1b}\n-x\u{1b}\n+y\n";
    assert_eq!(copied, wanted);
}

#[test]
fn huge_values_end_in_time_and_say_so() {
    let text = |word: &str| {
        let lines: Vec<String> = (0..60_000).map(|n| format!("{word} {} {n}\\n", n % 7)).collect();
        format!("\"{}\"", lines.concat())
    };
    let (before, after) = (text("old"), text("new"));
    let changes = [change("body", Some(&before), Some(&after))];
    let deadline = Some(Instant::now() + std::time::Duration::from_millis(50));
    let view = diff_lines(&input(&changes), &DiffOptions { deadline, ..options(Layout::Fields, 80) });
    assert!(view.lines.len() < 2 * MAX_LINES);
    assert!(super::tests::text(&view).contains("more lines"));
}

proptest::proptest! {
    #[test]
    fn any_change_can_be_shown(
        path in "[a-z.\\[\\]=\u{1b}]{0,12}",
        before in proptest::option::of("[\\[\\]{}\":,0-9a-b\\\\n \u{1b}]{0,20}"),
        after in proptest::option::of("[\\[\\]{}\":,0-9a-b\\\\n \u{1b}]{0,20}"),
        width in 1usize..140,
    ) {
        let changes = [change(&path, before.as_deref(), after.as_deref())];
        for layout in [Layout::Fields, Layout::Unified, Layout::SideBySide] {
            let view = diff_lines(&input(&changes), &options(layout, width));
            proptest::prop_assert_eq!(view.first_lines().len(), 1);
            for line in &view.lines {
                let plain = line.line.plain();
                proptest::prop_assert!(!plain.contains(char::is_control), "{:?}", plain);
            }
        }
    }
}

fn between(before: &str, after: &str, width: usize, layout: Layout) -> Vec<String> {
    let options = DiffOptions { width, layout, ..DiffOptions::default() };
    diff_lines(&DiffInput::between(before, after), &options)
        .lines
        .iter()
        .map(|line| line.line.plain())
        .collect()
}

#[test]
fn sets_tell_what_came_and_went_and_not_their_order() {
    let lines = between(r#"{"tags":["a","b","c"]}"#, r#"{"tags":["c","a","d"]}"#, 80, Layout::Fields);
    assert!(
        lines.contains(&r#"- tags   "b""#.to_owned()) && lines.contains(&r#"+ tags   "d""#.to_owned()),
        "{lines:#?}"
    );
    assert!(!lines.iter().any(|line| line.contains("moved")), "{lines:#?}");
    let lines = between(r#"{"tags":["a","b"]}"#, r#"{"tags":["b","a"]}"#, 80, Layout::Fields);
    assert!(lines.iter().any(|line| line.contains("moved")), "the order alone is told: {lines:#?}");
}

#[test]
fn equal_numbers_that_are_written_in_another_way_are_said() {
    let lines = between(
        r#"{"a":1,"b":{"c":[86400]},"d":2}"#,
        r#"{"a":"1","b":{"c":[86400.0]},"d":2}"#,
        90,
        Layout::Fields,
    );
    assert!(
        lines.iter().any(|line| line.starts_with("~ a") && line.contains("(number → string)")),
        "{lines:#?}"
    );
    let told = "= b.c[0]   86400 → 86400.0   (the same number, written in another way)";
    assert!(lines.iter().any(|line| line == told), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.starts_with("= d   ")));
}

#[test]
fn short_lists_stand_on_one_line() {
    let lines = between(r#"{"x":1}"#, r#"{"x":1,"api":["manage","view"]}"#, 80, Layout::Fields);
    assert!(lines.contains(&r#"+ api   ["manage","view"]"#.to_owned()), "{lines:#?}");
}

#[test]
fn lines_stand_beside_those_like_them() {
    let (before, after) = (r#"{"t":"one two three\nend"}"#, r#"{"t":"zero\nnew\none two four\nend"}"#);
    let lines = between(before, after, 100, Layout::SideBySide);
    let row = lines.iter().find(|line| line.contains("three")).unwrap();
    assert!(row.contains("one two four"), "{lines:#?}");
}

#[test]
fn long_lines_are_cut_where_wished() {
    let after = format!(r#"{{"t":"x {}"}}"#, "word ".repeat(60));
    for layout in [Layout::Fields, Layout::Unified, Layout::SideBySide] {
        let options = DiffOptions { width: 100, layout, cut: true, ..DiffOptions::default() };
        let view = diff_lines(&DiffInput::between(r#"{"t":"y"}"#, &after), &options);
        assert!(view.lines.iter().all(|line| crate::present::measure::line_width(&line.line) <= 100));
        assert!(view.lines.len() < 8, "{:#?}", view.lines.len());
    }
}

#[test]
fn both_sides_of_a_long_line_are_seen_at_once() {
    let rules: String = (0..20_000).map(|n| format!(".c{n}{{margin:{n}px}}")).collect();
    let before = format!("<style>{rules}.lead{{color:red}}{rules}</style><p>Good bye</p>");
    let after = before.replace("color:red", "color:blue").replace("Good bye", "See you");
    let (old, new) = (crate::domain::json::quote(&before), crate::domain::json::quote(&after));
    let changes = [change("body", Some(&old), Some(&new))];
    for (layout, width) in [(Layout::Fields, 80), (Layout::Unified, 80), (Layout::SideBySide, 150)] {
        let view = diff_lines(&input(&changes), &options(layout, width));
        let shown = text(&view);
        assert!(view.lines.len() < 24, "{shown}");
        for word in ["red", "blue", "bye", "See", "characters unchanged"] {
            assert!(shown.contains(word), "{word}: {shown}");
        }
        let line = |word| view.lines.iter().position(|line| line.line.plain().contains(word)).unwrap();
        assert!(line("red").abs_diff(line("blue")) <= 4, "{shown}");
    }
    // Nothing in common: both are told in turns, as far as there is room.
    let (old, new) = (format!("\"{}\"", "a".repeat(300_000)), format!("\"{}\"", "b".repeat(300_000)));
    let changes = [change("body", Some(&old), Some(&new))];
    let view = diff_lines(&input(&changes), &options(Layout::Unified, 80));
    assert!(view.lines.len() < MAX_LINES + 30);
    let first: String = text(&view).lines().take(24).collect();
    assert!(first.contains("- aaa") && first.contains("+ bbb"), "{first}");
    assert!(text(&view).contains("of this line, copied whole"));
}

#[test]
fn what_came_into_a_long_line_stands_on_the_first_screen() {
    let list: Vec<String> = (0..200).map(|n| format!("198.51.{n}.0/24")).collect();
    let mut longer = list.clone();
    longer.insert(120, "0.0.0.0/0".to_owned());
    let quote = |list: &[String]| crate::domain::json::quote(&list.join(", "));
    let (old, new) = (quote(&list), quote(&longer));
    for (before, after, sign) in [(&old, &new, '+'), (&new, &old, '-')] {
        let changes = [change("allowed", Some(before), Some(after))];
        for (layout, width) in [(Layout::Fields, 80), (Layout::Unified, 80), (Layout::SideBySide, 150)] {
            let view = diff_lines(&input(&changes), &options(layout, width));
            assert!(view.lines.len() < 24, "{}", text(&view));
            let shown = roles(&view);
            let marked = |text: &str| {
                text.split('{')
                    .skip(1)
                    .any(|part| part.split('}').next().is_some_and(|changed| changed.contains("0.0.0.0/0")))
            };
            assert!(marked(&shown), "{sign} {shown}");
        }
    }
}
