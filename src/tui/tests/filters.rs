//! Filters, logs, search.

use super::super::testing::{Harness, essentials, query, shelf};
use crate::domain::Target;
use crate::store::Reject;
use crate::tui::msg::{Msg, Progress};

fn reject() -> Reject {
    Reject { record: 3, offset: 90, length: 4, reason: "no JSON".into(), raw: b"oops".to_vec(), sha256: None }
}

#[test]
fn the_sidebar_toggles_excludes_and_clears() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("1 j j space");
    assert_eq!(h.query(), "type:Messaging");
    assert!(h.screen().contains("[x] Messaging"), "{}", h.screen());
    assert!(h.screen().contains("[ ] Security"), "counts are under the other groups");
    h.keys("j space");
    assert_eq!(h.query(), "type:Messaging,Security");
    h.keys("enter");
    assert_eq!(h.query(), "type:Security");
    h.keys("!");
    assert_eq!(h.query(), "-type:Security");
    assert!(h.screen().contains("[!] Security"), "{}", h.screen());
    h.keys("x");
    assert_eq!(h.query(), "");
    h.keys("u u");
    assert_eq!(h.query(), "type:Security");
    h.keys("ctrl-r X");
    assert_eq!(h.query(), "");
}

#[test]
fn groups_fold_and_show_more() {
    let mut h = Harness::new(150, 60, 60);
    h.keys("1 j h");
    assert!(!h.screen().contains("[ ] Messaging"));
    h.keys("l");
    assert!(h.screen().contains("[ ] Messaging"));
}

#[test]
fn filters_go_off_and_on_and_the_log_stays() {
    let mut h = Harness::new(150, 45, 60);
    h.model.selections.filter(query("actor:System"));
    h.keys("w w");
    assert_eq!(h.query(), "workspace:production actor:System");
    assert!(h.screen().contains("[production]"));
    h.keys("F");
    assert_eq!(h.query(), "workspace:production");
    assert!(h.screen().contains("off (F)"));
    h.keys("F W W");
    assert_eq!(h.query(), "actor:System");
}

#[test]
fn search_moves_to_hits_and_around_the_end() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("/");
    h.text("black fri");
    h.keys("enter");
    let first = h.at();
    assert_eq!(first % 6, 1);
    assert!(h.screen().contains("1 of 5"), "{}", h.screen());
    h.keys("n");
    assert!(h.at() < first);
    h.keys("N N");
    assert_eq!(h.at(), 7, "around to the last one");
    assert!(h.toast().contains("other end"));
    h.keys("esc");
    assert!(h.model.search.is_none());
    assert_eq!(h.at(), 7, "the cursor stays");
}

#[test]
fn a_search_that_is_given_up_goes_back() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("j j /");
    h.text("Digest");
    assert_ne!(h.at(), 57);
    h.keys("esc");
    assert_eq!(h.at(), 57);
    assert!(h.model.search.is_none());
}

#[test]
fn empty_says_what_would_match() {
    let mut h = Harness::new(150, 45, 60);
    h.model.selections.filter(query("time:2020 actor:System"));
    h.keys("2");
    assert!(h.screen().contains("0 of 60"), "{}", h.screen());
    let text = super::super::panes::table::empty_text(&h.model);
    assert_eq!(text[0], "nothing here 2020-01-01 00:00 .. 2021-01-01 00:00; 6 later (t to widen)");
    assert!(h.screen().contains("nothing here"), "{}", h.screen());
    let mut h = Harness::new(150, 45, 0);
    assert!(h.screen().contains("the store is empty"), "{}", h.screen());
    h.keys("j k G g } { y r space v =");
    assert!(h.model.exit.is_none());
}

#[test]
fn rejects_and_the_plan_stand_in_the_header() {
    let mut held = shelf(600);
    held.rejects = vec![reject(), reject()];
    let h = Harness::with(150, 45, held, |setup, _| setup.plan = essentials());
    assert!(h.screen().contains("! 2 records not parsed (~)"), "{}", h.screen());
    assert!(h.screen().contains("plan essentials"));
    assert!(h.model.table.total < 600, "the plan hides what is older");
}

#[test]
fn going_to_an_id_takes_filters_away_that_hide_it() {
    let mut h = Harness::new(150, 45, 60);
    let id = crate::domain::EntryId::of(&33u64.to_be_bytes(), 0);
    h.model.selections.filter(query("type:Messaging"));
    h.send(super::super::msg::Msg::Paste(format!("auditty://{id}")));
    assert_eq!(h.at(), 33);
    assert_eq!(h.query(), "", "{}", h.toast());
    assert!(h.toast().contains("u to undo"));
    h.keys("u");
    assert_eq!(h.query(), "type:Messaging");
    h.send(super::super::msg::Msg::Paste("0000000000".to_owned()));
    assert!(h.toast().contains("no entry with id"), "{}", h.toast());
}

#[test]
fn the_same_object_is_followed() {
    let mut h = Harness::new(150, 45, 60);
    let object = h.at() % 6;
    h.keys("<");
    assert_eq!(h.at() % 6, object);
    assert_eq!(h.at(), 47, "53 is a session");
    h.keys(">");
    assert_eq!(h.at(), 59);
    h.keys(">");
    assert!(h.toast().contains("no newer entry of 'Survey'"), "{}", h.toast());
}

#[test]
fn the_query_prompt_counts_and_filters() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("&");
    h.text("type:Security");
    assert!(h.screen().contains("15"), "{}", h.screen());
    h.keys("enter");
    assert_eq!(h.query(), "type:Security");
    assert_eq!(h.model.table.total, 15);
}

#[test]
fn masked_values_are_shown_nowhere_and_are_no_filter() {
    let token = format!("{}_{}", "ghp", "a1B2c3".repeat(6));
    let mut shelf = shelf(3);
    for held in &mut shelf.oracle.held {
        let actor = held.entry.actor.as_mut().unwrap();
        (actor.name, actor.email) = (Some(token.clone().into()), None);
        let name = Some(format!("deploy {token}").into());
        held.entry.targets = vec![Target { name, ..Target::default() }];
    }
    let mut h = Harness::with(150, 45, shelf, |_, _| {});
    let mut seen = h.screen();
    h.keys("1 j j");
    for _ in 0..30 {
        h.keys("j");
        if h.screen().contains("[masked") {
            break;
        }
    }
    seen += &h.screen();
    h.keys("2 m");
    seen += &h.screen();
    h.keys("r");
    seen += &h.screen();
    assert!(!seen.contains("ghp_"), "{seen}");
    assert!(seen.contains("masked"), "{seen}");
    h.keys("2 l l =");
    assert_eq!(h.query(), "");
    assert!(h.screen().contains("masked value cannot be filtered by"), "{}", h.screen());
}

#[test]
fn the_log_looked_at_is_always_seen() {
    for width in [60, 120, 220] {
        let mut shelf = shelf(60);
        for (number, held) in shelf.oracle.held.iter_mut().enumerate() {
            held.entry.workspace = Some(format!("tenant-{number:02}-of-many").into());
        }
        let mut h = Harness::with(width, 30, shelf, |_, _| {});
        h.keys(&"w ".repeat(21));
        let screen = h.screen();
        assert!(screen.contains("[tenant-"), "{screen}");
        let log = h.model.selections.now().log.title().to_owned();
        assert!(screen.contains(&format!("[{log}]")), "{screen}");
        assert!(screen.contains(&format!("workspace:{log}")), "{screen}");
    }
}

#[test]
fn counts_say_that_files_are_still_read() {
    let mut h = Harness::new(150, 45, 60);
    assert!(!h.screen().contains("so far"));
    h.send(Msg::Loading(Some(Progress { done: 30, total: 90 })));
    assert!(h.screen().contains("60 entries so far (33 % read)"), "{}", h.screen());
    h.keys("e");
    assert!(h.screen().contains("files are still being read"), "{}", h.screen());
    h.keys("esc");
    h.send(Msg::Loading(None));
    assert!(!h.screen().contains("so far"), "{}", h.screen());
}

#[test]
fn an_undone_filter_is_no_longer_told_of() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("2 l l !");
    assert!(h.screen().contains("without Team member"), "{}", h.screen());
    h.keys("u");
    assert!(!h.screen().contains("without Team member"), "{}", h.screen());
}

#[test]
fn what_a_range_came_to_is_always_seen() {
    let mut narrow = Harness::new(100, 30, 60);
    narrow.model.selections.filter(query("since:2026-11-20 until:2026-11-22"));
    narrow.keys("j");
    let status = "since:2026-11-20 until:2026-11-22   20 Nov 00:00 .. 23 Nov 00:00";
    assert!(narrow.screen().contains(status), "{}", narrow.screen());
    narrow.keys("F");
    assert!(
        !narrow.screen().contains("20 Nov 00:00 .."),
        "filters that are off came to nothing: {}",
        narrow.screen()
    );

    let mut wide = Harness::new(150, 45, 60);
    wide.model.selections.filter(query("since:2026-11-20 until:2026-11-22"));
    wide.keys("j");
    assert_eq!(wide.screen().matches("20 Nov 00:00 .. 23 Nov 00:00").count(), 1, "{}", wide.screen());
}

#[test]
fn everything_with_a_value_is_one_key_away() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("=");
    let kept = h.query();
    h.keys("l l *");
    assert_eq!(h.query(), "actor:\"Cy Park\"", "the filter before is dropped");
    assert!(h.toast().contains("everything with Team member: Cy Park"), "{}", h.toast());
    h.keys("u");
    assert_eq!(h.query(), kept);
    h.keys("h *");
    assert_eq!(h.query(), "time:2026-11-22T13:04:11.000000000Z..2026-11-22T15:04:11.000000000Z");
    let read = query(&h.query());
    assert_eq!(read, h.model.selections.now().filter, "what is shown can be typed");
}

#[test]
fn what_is_unfinished_in_a_query_is_offered_words_and_is_no_error_before_enter() {
    let mut h = Harness::new(80, 24, 60);
    for (typed, offered) in
        [("kind:s", "system"), ("outcome:f", "failure"), ("class:", "Permissions"), ("actor:", "Ana Silva")]
    {
        h.keys("&");
        h.text(typed);
        let screen = h.screen();
        let below: String = screen.lines().rev().take(3).collect();
        assert!(below.contains(offered) && !screen.contains('^'), "{typed}: {screen}");
        h.keys("esc");
    }
    h.keys("&");
    h.text("actor:");
    h.keys("enter");
    assert!(h.screen().contains("a value is missing"), "{}", h.screen());
}

#[test]
fn a_bad_expression_is_told_once_with_its_reason() {
    let mut h = Harness::new(80, 24, 60);
    h.keys("/");
    h.text("/[/");
    h.keys("enter");
    let screen = h.screen();
    assert_eq!(screen.matches("bad regular expression: ").count(), 1, "{screen}");
    assert!(!screen.contains("not found") && !screen.contains("/[/"), "{screen}");
}

#[test]
fn values_of_an_unfolded_group_are_scrolled_into_view() {
    use crate::domain::Field;
    use crate::tui::model::sidebar::{Item, SideLine};
    let mut h = Harness::new(150, 20, 60);
    h.keys("1");
    let lines = h.model.sidebar.lines(&h.model.shown_filter());
    let last: Field = lines
        .iter()
        .rev()
        .find_map(|line| match line {
            SideLine::Heading { field, distinct, .. } if *distinct > 0 => Some(*field),
            _ => None,
        })
        .unwrap();
    h.model.sidebar.fold(last, true);
    let filter = h.model.shown_filter();
    h.model.sidebar.move_to(&filter, Item::Heading(last));
    h.keys("enter");
    let lines = h.model.sidebar.lines(&filter);
    let of_group = |line: &SideLine| matches!(line, SideLine::Value { field, .. } if *field == last);
    let end = lines.iter().rposition(of_group).unwrap();
    assert!(end < h.model.sidebar.top + h.model.sidebar.height, "{}", h.screen());
}

#[test]
fn an_empty_table_says_what_was_probably_meant() {
    let mut h = Harness::new(150, 45, 60);
    h.model.selections.filter(query("type:Sec actor:\"Ana Silva\""));
    h.keys("2");
    let screen = h.screen();
    assert!(screen.contains("no entry matches") && screen.contains("type:*Sec*"), "{screen}");
    assert!(screen.contains("each condition alone"), "{screen}");
}

#[test]
fn a_heading_says_whether_values_are_chosen_or_left_out() {
    let mut h = Harness::new(150, 40, 60);
    let heading = |h: &Harness| {
        let screen = h.screen();
        let line = screen.lines().find(|line| line.contains("Event type")).unwrap_or_default();
        line.chars().take(30).collect::<String>().trim_end().to_owned()
    };
    h.keys("1 j j space");
    assert!(heading(&h).ends_with(" 1 of 2"), "{}", heading(&h));
    h.keys("x !");
    assert!(heading(&h).ends_with(" not 1 of 2"), "{}", heading(&h));
}
