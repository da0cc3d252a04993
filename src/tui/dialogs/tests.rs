//! Dialogs as a user meets them: keys in, replies and screens out.

use crossterm::event::KeyCode;
use ratatui::style::Modifier;

use crate::present::{Line, Role};
use crate::query::SortKey;
use crate::tui::action::Context;
use crate::tui::theme::Theme;

use super::testing::{NOW, Session, filter};
use super::*;

fn query(text: &str) -> Session {
    let history = vec!["ip:10.0.0.1".to_owned(), "outcome:denied".to_owned()];
    let values = vec![(Field::Actor, vec!["Ana Silva".into(), "Bo Lind".into()])];
    Session::new(Dialog::Query(QueryPrompt::new(text, history).with_values(values)))
}

#[test]
fn a_query_is_counted_while_it_is_typed() {
    let session = query("").kind("actor:bo");
    assert_eq!(session.dialog.wants(), [Want::Count(filter("actor:bo"))]);
    let session = session.count(301);
    assert_eq!(session.dialog.wants(), []);
    assert!(session.screen().contains("301 entries"));
    let session = session.kind(" x");
    assert!(session.screen().contains("301 entries ..."), "the last count stays in sight");
    let mut late = session;
    late.dialog.supply(Supply::Count(filter("actor:bo"), Ok(5)));
    assert!(!late.screen().contains(" 5 entries"), "an answer to an old question is ignored");
    late.press("enter")
        .finishes(Intent::Query { text: "actor:bo x".to_owned(), filter: filter("actor:bo x") });
}

#[test]
fn an_opened_query_is_counted_at_once() {
    assert_eq!(query("outcome:denied").dialog.wants(), [Want::Count(filter("outcome:denied"))]);
    query("outcome:denied").press("esc").closes();
}

#[test]
fn a_wrong_query_stays_with_a_caret_under_the_spot() {
    let session = query("").kind("scope:account actr:ana").press("enter").stays();
    insta::assert_snapshot!(session.screen());
    let (_, buffer, _) = session.draw(80, 24, true);
    let style = Theme::default().style(Role::Error);
    let y = 20;
    let wrong: String = (0..80)
        .filter(|x| buffer[(*x, y)].fg == style.fg.unwrap())
        .map(|x| buffer[(x, y)].symbol())
        .collect();
    assert!(wrong.starts_with("actr"), "{wrong}");
    assert_eq!(session.dialog.wants(), []);
}

#[test]
fn tab_completes_keys_and_values_in_turn() {
    let value = |session: &Session| match &session.dialog {
        Dialog::Query(prompt) => prompt.text().to_owned(),
        _ => unreachable!(),
    };
    let session = query("").kind("act").press("tab");
    assert_eq!(value(&session), "actor:");
    let session = session.press("tab tab");
    assert_eq!(value(&session), "activity:");
    let session = session.press("tab");
    assert_eq!(value(&session), "actor:");
    let session = session.press("shift-tab shift-tab");
    assert_eq!(value(&session), "action:");
    let session = query("").kind("actor:").press("tab");
    assert_eq!(value(&session), "actor:\"Ana Silva\"");
    let session = query("").kind("out").press("tab");
    assert_eq!(value(&session), "outcome:");
    let session = session.press("tab");
    assert_eq!(value(&session), "outcome:success");
}

#[test]
fn history_goes_back_and_returns_to_what_was_typed() {
    let value = |session: &Session| match &session.dialog {
        Dialog::Query(prompt) => prompt.text().to_owned(),
        _ => unreachable!(),
    };
    let session = query("").kind("x").press("up");
    assert_eq!(value(&session), "outcome:denied");
    let session = session.press("up up");
    assert_eq!(value(&session), "ip:10.0.0.1");
    let session = session.press("down down");
    assert_eq!(value(&session), "x");
}

#[test]
fn the_query_prompt_at_its_sizes() {
    let session = query("actor:\"Ana Silva\" since:7d").kind("out").count(637);
    insta::assert_snapshot!("query_80", session.screen());
    insta::assert_snapshot!("query_60", session.draw(60, 16, true).0);
    let (_, _, cursor) = session.draw(80, 24, true);
    assert_eq!(cursor.map(|at| at.y), Some(21));
}

#[test]
fn a_search_is_done_while_it_is_typed() {
    let session = Session::new(Dialog::Search(SearchPrompt::new("", vec!["old".to_owned()])));
    let session = session.kind("ab");
    assert_eq!(session.reply, Reply::Do(Box::new(Intent::Search("ab".to_owned()))));
    let session = session.press("left").stays();
    let screen = session.screen();
    assert!(screen.starts_with(" /ab ") && screen.ends_with("text, or /expression/"), "{screen}");
    let session = session.press("up");
    assert_eq!(session.reply, Reply::Do(Box::new(Intent::Search("old".to_owned()))));
    let session = session.press("down");
    assert_eq!(session.reply, Reply::Do(Box::new(Intent::Search("ab".to_owned()))));
    session.press("enter").finishes(Intent::Search("ab".to_owned()));
    Session::new(Dialog::Search(SearchPrompt::new("x", Vec::new()))).press("esc").closes();
}

fn range(typed: Option<&str>) -> Session {
    Session::new(Dialog::Range(RangeDialog::new(typed, filter("actor:bo"))))
}

#[test]
fn a_range_says_what_it_comes_to() {
    let session = range(None).kind("2026-01");
    assert_eq!(session.dialog.wants(), [Want::Count(filter("actor:bo time:2026-01"))]);
    let session = session.count(14);
    insta::assert_snapshot!("range", session.screen());
    let span = TimeSpan {
        from: Some(Timestamp(1_767_225_600_000_000_000)),
        until: Some(Timestamp(1_769_904_000_000_000_000)),
    };
    session.press("enter").finishes(Intent::Range(Some(("2026-01".to_owned(), span))));
}

#[test]
fn a_preset_is_chosen_by_moving() {
    let session = range(None).press("down down");
    assert!(session.screen().contains("2026-11-21 00:00 .. 2026-11-22 00:00 UTC"), "{}", session.screen());
    let session = session.press("up up").count(9);
    session.press("enter").finishes(Intent::Range(None));
    let session = range(Some("7d"));
    assert!(session.screen().contains("> Last 7 days"), "{}", session.screen());
}

#[test]
fn a_wrong_range_stays() {
    let session = range(None).kind("yesteday").press("enter").stays();
    assert!(session.screen().contains("did you mean yesterday?"), "{}", session.screen());
    session.press("esc").closes();
}

#[test]
fn one_goes_to_links_ids_and_times() {
    let goto = |text: &str| Session::new(Dialog::GoTo(GoToDialog::new())).paste(text).press("enter");
    goto("k7q2m9d").finishes(Intent::GoToId("k7q2m9d".parse().unwrap()));
    goto(" auditty://k7q2m9dk7q2m9d\n").finishes(Intent::GoToId("k7q2m9dk7q2m9d".parse().unwrap()));
    goto("1234567").finishes(Intent::GoToId("1234567".parse().unwrap()));
    goto("yesterday").finishes(Intent::GoToTime(Timestamp(1_795_219_200_000_000_000)));
    goto("1700000000").finishes(Intent::GoToTime(Timestamp(1_700_000_000_000_000_000)));
    let session = goto("k7q").stays();
    insta::assert_snapshot!("goto", session.screen());
    session.press("esc").closes();
}

fn columns() -> Vec<ColumnItem> {
    [
        ("activity", "Activity", true),
        ("time", "Timestamp", true),
        ("actor", "Team member", true),
        ("ip", "IP address", false),
    ]
    .map(|(key, title, on)| ColumnItem { key: key.to_owned(), title: title.to_owned(), on })
    .to_vec()
}

#[test]
fn columns_are_switched_and_moved() {
    let open = || Session::new(Dialog::Columns(ColumnsDialog::new(columns())));
    let chosen = |keys: &[&str]| Intent::Columns(keys.iter().map(|key| (*key).to_owned()).collect());
    open().press("G space K K enter").finishes(chosen(&["activity", "ip", "time", "actor"]));
    open().press("space j space enter").finishes(chosen(&["actor"]));
    open().press("J enter").finishes(chosen(&["time", "activity", "actor"]));
    open().press("0").finishes(chosen(&[]));
    let session = open().press("space j space j space enter").stays();
    insta::assert_snapshot!("columns", session.screen());
    session.press("q").closes();
}

#[test]
fn a_sort_has_its_usual_direction() {
    let keys = vec![SortKey::Time, SortKey::Field(Field::Actor), SortKey::Field(Field::Ip)];
    let open = || Session::new(Dialog::Sort(SortMenu::new(Sort::default(), keys.clone())));
    let sorted = |key, descending| Intent::Sort(Sort { key, descending });
    open().press("enter").finishes(sorted(SortKey::Time, true));
    open().press("space enter").finishes(sorted(SortKey::Time, false));
    open().press("j enter").finishes(sorted(SortKey::Field(Field::Actor), false));
    open().press("j j tab enter").finishes(sorted(SortKey::Field(Field::Ip), true));
    insta::assert_snapshot!("sort", open().press("j").screen());
}

fn values() -> Session {
    let value = |value: &str, count, on| ValueItem { value: value.into(), count, on };
    let values =
        vec![value("System", 1377, false), value("Ana Silva", 301, true), value("Bo\u{202e}", 2, false)];
    Session::new(Dialog::Values(ValuePicker::new(Field::Actor, values)))
}

#[test]
fn a_value_is_found_by_its_letters() {
    values().kind("sil").press("enter").finishes(Intent::ToggleValue(Field::Actor, "Ana Silva".into()));
    let session = values().kind("syst").press("tab");
    assert_eq!(session.reply, Reply::Do(Box::new(Intent::ToggleValue(Field::Actor, "System".into()))));
    insta::assert_snapshot!("values", values().screen());
    values().kind("zzz").press("enter").stays();
}

#[test]
fn the_palette_finds_commands_and_teaches_keys() {
    let open = || Session::new(Dialog::Palette(Palette::new()));
    open().kind("expo").press("enter").finishes(Intent::Run(Action::Export));
    open().kind("clear-marks").press("enter").finishes(Intent::Run(Action::ClearMarks));
    open().kind("copy raw").press("enter").finishes(Intent::Run(Action::CopyRaw));
    open().kind("no such thing").press("enter").stays();
    insta::assert_snapshot!("palette", open().kind("copy").screen());
    for &action in Action::ALL.iter().filter(|action| action.in_palette()) {
        let session = open().kind(action.title()).press("enter");
        assert_eq!(session.reply, Reply::Finish(Box::new(Intent::Run(action))), "{}", action.name());
    }
}

fn help(context: Context) -> Session {
    let about = vec![
        Line::of(Role::Strong, "Campaign").and(Role::Text, ": automated workflows"),
        Line::of(
            Role::Dim,
            "Not recorded: edits of people and custom objects, which stand in the vendor's Activity Logs",
        ),
    ];
    Session::new(Dialog::Help(Help::new(context, about)))
}

#[test]
fn help_begins_with_the_place_and_runs_what_is_chosen() {
    insta::assert_snapshot!("help", help(Context::Table).screen());
    help(Context::Sidebar).press("enter").finishes(Intent::Run(Action::ToggleValue));
    help(Context::Table).kind("vendor's page").press("enter").finishes(Intent::Run(Action::OpenVendorPage));
    let session = help(Context::Table).kind("activity logs");
    assert!(
        session.screen().contains("Activity Logs"),
        "a long line is read whole below: {}",
        session.screen()
    );
    help(Context::Table).kind("previous field").press("enter").stays();
}

#[test]
fn help_lists_every_action_once() {
    for &context in Context::ALL {
        let screen = help(context).draw(100, 240, true).0;
        for &action in Action::ALL {
            let label = action.label();
            let lines =
                screen.lines().filter(|line| line.trim_end_matches(['|', ' ', '#']).ends_with(&label));
            assert!(lines.count() >= 1, "{} is missing in {context:?}\n{screen}", action.name());
        }
    }
}

fn reject(record: u64) -> RejectItem {
    let raw = b"{\"a\": \xff\x1b[31m tail".to_vec();
    let reason = format!("byte 6: invalid UTF-8 in record {record}");
    ("audit.ndjson".into(), Reject { record, offset: record * 20, length: 18, reason, raw, sha256: None })
}

#[test]
fn rejects_are_paged_and_shown_byte_by_byte() {
    let mut session = Session::new(Dialog::Rejects(RejectsDialog::new()));
    assert_eq!(session.dialog.wants(), [Want::Rejects { skip: 0, limit: 100 }]);
    let rejects = (0..100).map(reject).collect();
    session.dialog.supply(Supply::Rejects { skip: 0, rejects, total: 1234 });
    assert_eq!(session.dialog.wants(), [Want::Rejects { skip: 100, limit: 100 }]);
    insta::assert_snapshot!("rejects", session.screen());
    let session = session.press("y");
    let Reply::Do(intent) = &session.reply else { panic!("{:?}", session.reply) };
    assert!(matches!(&**intent, Intent::Copy { what, .. } if what == "record 1 of audit.ndjson, not parsed"));
    let session = session.press("G");
    assert_eq!(session.dialog.wants().first(), Some(&Want::Rejects { skip: 1200, limit: 100 }));
    session.press("q").closes();
}

#[test]
fn the_sources_are_the_other_page_of_the_rejects() {
    let session = Session::new(Dialog::Rejects(RejectsDialog::new())).press("tab");
    assert_eq!(session.dialog.wants(), [Want::Coverage]);
    let mut session = session.stays();
    let source = crate::store::SourceInfo {
        name: "january.json".into(),
        format: "okta".into(),
        entries: 1204,
        rejects: 2,
        ..Default::default()
    };
    let found = vec![Coverage {
        source,
        findings: vec![crate::ops::coverage::Finding::AtCap(200_000)],
        formats: Vec::new(),
    }];
    let limits = vec![Limits {
        format: "okta".into(),
        title: "Okta System Log".to_owned(),
        not_recorded: vec!["Reads.".to_owned()],
        retention: None,
    }];
    session.dialog.supply(Supply::Coverage(found, limits));
    assert_eq!(session.dialog.wants(), []);
    let screen = session.screen();
    for words in [
        "january.json  1 204 entries, no times, okta, 2 not parsed",
        "200,000 rows: probably cut",
        "not recorded: Reads.",
    ] {
        assert!(screen.contains(words), "{screen}");
    }
    assert_eq!(session.press("tab").dialog.wants(), [Want::Rejects { skip: 0, limit: 100 }]);
}

#[test]
fn no_rejects_is_good_news() {
    let mut session = Session::new(Dialog::Rejects(RejectsDialog::new()));
    session.dialog.supply(Supply::Rejects { skip: 0, rejects: Vec::new(), total: 0 });
    assert_eq!(session.dialog.wants(), []);
    let session = session.press("j y").stays();
    assert!(session.screen().contains("every record was parsed"));
}

#[test]
fn a_note_is_written_kept_and_taken_away() {
    let id = EntryId([7; 16]);
    let open = |text: &str| Session::new(Dialog::Note(NoteEditor::new(id, text)));
    open("").kind("seen ").press("enter").finishes(Intent::Note(id, Some("seen".to_owned())));
    open("old").press("enter").closes();
    open("old").press("ctrl-u enter").finishes(Intent::Note(id, None));
    open("old").kind("q").press("esc").closes();
    assert!(open("old").press("ctrl-u").screen().contains("taken away"));
}

#[test]
fn a_question_is_not_answered_by_accident() {
    let lines = vec![Line::of(Role::Text, "An export is running.")];
    let open = || {
        Session::new(Dialog::Confirm(Confirm::new("Quit?", lines.clone(), "stop it and quit", Intent::Quit)))
    };
    open().press("y").finishes(Intent::Quit);
    open().press("n").closes();
    open().press("esc").closes();
    open().press("enter space q").closes();
    insta::assert_snapshot!("confirm", open().press("enter").stays().screen());
}

#[test]
fn a_message_scrolls_and_closes() {
    let lines = (0..40).map(|n| Line::of(Role::Text, format!("line {n}"))).collect();
    let session = Session::new(Dialog::Message(Message::new("Log", lines)));
    assert!(session.screen().contains("line 0") && !session.screen().contains("line 39"));
    let session = session.press("G");
    assert!(session.screen().contains("line 39"));
    session.press("q").closes();
}

fn all() -> Vec<Session> {
    let mut rejects = Session::new(Dialog::Rejects(RejectsDialog::new()));
    rejects.dialog.supply(Supply::Rejects { skip: 0, rejects: (0..3).map(reject).collect(), total: 3 });
    vec![
        query("actor:\"Ana Silva\" since:7d out"),
        range(Some("this month")),
        Session::new(Dialog::Search(SearchPrompt::new("x", Vec::new()))),
        Session::new(Dialog::GoTo(GoToDialog::new())),
        Session::new(Dialog::Columns(ColumnsDialog::new(columns()))),
        Session::new(Dialog::Sort(SortMenu::new(Sort::default(), vec![SortKey::Time]))),
        values(),
        help(Context::Diff),
        Session::new(Dialog::Palette(Palette::new())),
        Session::new(Dialog::Note(NoteEditor::new(EntryId([1; 16]), "note"))),
        Session::new(Dialog::Message(Message::new("T", vec![Line::of(Role::Text, "words")]))),
        Session::new(Dialog::Confirm(Confirm::new("T", Vec::new(), "do it", Intent::Quit))),
        Session::new(Dialog::Export(Box::new(ExportDialog::new(ExportSetup {
            columns: columns(),
            ..ExportSetup::default()
        })))),
        rejects,
    ]
}

#[test]
fn every_dialog_draws_at_every_size_and_in_ascii_alone_in_ascii() {
    for session in all() {
        for (width, height) in [(80, 24), (60, 16), (150, 45), (20, 5), (3, 2), (1, 1), (0, 0), (200, 3)] {
            let (text, _, cursor) = session.draw(width, height, true);
            let ours = text.chars().find(|c| !c.is_ascii() && *c != '\u{fffd}');
            assert_eq!(ours, None, "{:?} at {width}x{height}\n{text}", session.dialog);
            assert!(cursor.is_none_or(|at| at.x < width && at.y < height), "{cursor:?} at {width}x{height}");
        }
    }
}

#[test]
fn no_key_panics_and_none_but_close_closes_what_is_typed_in() {
    let keys = [
        "j",
        "enter",
        "tab",
        "shift-tab",
        "down",
        "up",
        "pageup",
        "pagedown",
        "left",
        "right",
        "space",
        "f5",
        "ctrl-w",
        "0",
        "é",
        "y",
    ];
    for mut session in all() {
        for key in keys.iter().cycle().take(60) {
            let desk = Desk { keymap: &session.keymap, now: NOW, zone: Zone::Utc, height: 24 };
            session.dialog.update(Input::Key(Key::parse(key).unwrap()), &desk);
            session.dialog.update(Input::Paste("a\nb\u{202e}".to_owned()), &desk);
        }
        session.draw(80, 24, false);
    }
}

#[test]
fn escape_closes_every_dialog() {
    for session in all() {
        let name = format!("{:?}", session.dialog);
        assert_eq!(session.press("esc").reply, Reply::Close, "{name}");
    }
}

#[test]
fn the_row_under_the_cursor_is_reversed_and_signed() {
    let (text, buffer, _) = values().draw(80, 24, true);
    let y = text.lines().position(|line| line.contains("> [ ]     1 377  System")).unwrap();
    let top = (0..24).find(|y| (0..80).any(|x| buffer[(x, *y)].symbol() == "+")).unwrap();
    let reversed =
        (0..80).filter(|x| buffer[(*x, top + y as u16)].modifier.contains(Modifier::REVERSED)).count();
    assert!(reversed > 40, "{reversed}\n{text}");
    assert_eq!(Key::plain(KeyCode::Esc), Key::parse("esc").unwrap());
}

#[test]
fn dialogs_on_a_small_screen() {
    let mut rejects = Session::new(Dialog::Rejects(RejectsDialog::new()));
    rejects.dialog.supply(Supply::Rejects { skip: 0, rejects: (0..3).map(reject).collect(), total: 3 });
    let small = [
        ("range_60", range(Some("this month")).count(14)),
        ("help_60", help(Context::Diff)),
        ("palette_60", Session::new(Dialog::Palette(Palette::new())).kind("fold")),
        ("columns_60", Session::new(Dialog::Columns(ColumnsDialog::new(columns())))),
        ("rejects_60", rejects),
    ];
    for (name, session) in small {
        insta::assert_snapshot!(name, session.draw(60, 16, true).0);
    }
}
