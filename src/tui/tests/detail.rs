//! The detail, copies, keys that close.

use super::super::effects::Effect;
use super::super::layout::Pane;
use super::super::msg::{Msg, Write};
use super::super::testing::Harness;

fn copied(h: &mut Harness) -> (String, String) {
    match h.done.pop() {
        Some(Effect::Copy { what, text }) => (what, text),
        other => panic!("nothing copied but {other:?}; {}", h.toast()),
    }
}

#[test]
fn tabs_show_the_diff_the_record_and_the_metadata() {
    let mut h = Harness::new(150, 45, 60);
    assert!(h.screen().contains("+ Black Friday 2026"), "{}", h.screen());
    h.keys("r");
    assert!(h.screen().contains("\"client\": \"ui\""), "{}", h.screen());
    h.keys("m");
    assert!(h.screen().contains("203.0.113.5"), "{}", h.screen());
    h.keys("d x");
    assert!(!h.screen().contains("~ updated_at"), "x is a key of the diff, not of the table");
    h.keys("3 x");
    assert!(h.screen().contains("~ updated_at"), "{}", h.screen());
}

#[test]
fn the_history_of_the_object_and_who_set_what() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("H");
    let screen = h.screen();
    assert!(screen.contains("[H History]") && screen.contains("Black Friday 2026"), "{screen}");
    h.keys("3 } enter");
    assert!(h.screen().contains("the state then"), "{}", h.screen());
    h.keys("b");
    assert!(h.screen().contains("who set what"), "{}", h.screen());
    h.keys("y u");
    assert!(copied(&mut h).1.contains("to undo:"));
}

#[test]
fn changes_are_walked_and_values_copied() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("3 } }");
    h.keys("y p");
    assert_eq!(copied(&mut h), ("the path".to_owned(), "state".to_owned()));
    h.keys("}");
    assert!(h.toast().contains("no more changes"));
    h.keys("{ y p");
    assert_eq!(copied(&mut h).1, "name");
}

#[test]
fn copies_are_the_original() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("y r");
    let (what, text) = copied(&mut h);
    assert_eq!(what, "the raw data");
    assert!(text.starts_with("{\"id\":59,\"activity\":\"Campaign\""), "{text}");
    h.keys("Y");
    let id = h.model.current().unwrap();
    assert_eq!(copied(&mut h).1, format!("auditty://{id}"));
    h.keys("y i");
    assert_eq!(copied(&mut h).1, id.to_string());
    h.keys("y d");
    assert!(copied(&mut h).1.contains("+\"Black Friday 2026\"") || h.done.is_empty());
    h.keys("y m");
    assert!(copied(&mut h).1.contains("ana@ex.com") || h.done.is_empty());
    h.keys("y L");
    assert!(h.toast().contains("no page of the vendor"), "{}", h.toast());
    h.model.selections.filter(super::super::testing::query("actor:\"Ana Silva\""));
    h.keys("y q");
    assert_eq!(copied(&mut h).1, "auditty 'actor:\"Ana Silva\"'");
}

#[test]
fn a_prefix_shows_its_menu_and_esc_leaves_it() {
    let mut h = Harness::new(100, 30, 60);
    h.keys("y");
    assert!(h.screen().contains("Copy the raw data"), "{}", h.screen());
    h.keys("esc");
    assert!(!h.screen().contains("Copy the raw data"));
    h.keys("y z");
    assert!(h.toast().contains("y z does nothing here; ? lists the keys"), "{}", h.toast());
}

#[test]
fn two_marks_are_compared() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("space space d");
    assert!(h.screen().contains("Two entries compared"), "{}", h.screen());
    h.keys("3 esc");
    assert!(!h.screen().contains("Two entries compared"), "{}", h.screen());
    assert_eq!(h.model.focus, Pane::Detail);
}

#[test]
fn esc_steps_back_and_never_quits() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("3 z");
    assert!(h.model.layout.table.is_none());
    h.keys("esc");
    assert!(h.model.layout.table.is_some());
    h.keys("esc");
    assert_eq!(h.model.focus, Pane::Table);
    h.keys("esc esc esc");
    assert!(h.model.exit.is_none());
}

#[test]
fn q_closes_first_and_quits_only_after_a_while() {
    let mut h = Harness::new(100, 30, 60);
    h.keys("f");
    assert_eq!(h.model.focus, Pane::Sidebar);
    h.keys("q");
    assert_eq!(h.model.focus, Pane::Table);
    h.text("q");
    assert!(h.model.exit.is_none(), "pressed at once, it does not quit");
    h.keys("q");
    let exit = h.model.exit.clone().unwrap();
    assert_eq!(exit.session.entry, h.model.current().unwrap().to_string());
}

#[test]
fn ctrl_c_ends_even_in_a_prompt_after_closing_it() {
    let mut h = Harness::new(100, 30, 60);
    h.keys("& ctrl-c");
    assert!(h.model.dialogs.is_empty() && h.model.exit.is_none());
    h.keys("ctrl-c");
    assert!(h.model.exit.unwrap().interrupted);
}

#[test]
fn bookmarks_go_to_the_store_unless_it_is_read_only() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("M");
    let id = h.model.current().unwrap();
    assert_eq!(h.done.pop(), Some(Effect::Write(Write::Mark(vec![id], true))));
    h.send(Msg::Written(Ok("1 entry bookmarked".to_owned())));
    assert!(h.screen().contains("1 entry bookmarked"));
    h.model.setup.writable = false;
    h.keys("M");
    assert!(h.done.is_empty() && h.toast().contains("read only"));
}

#[test]
fn the_vendors_page_is_only_named_over_the_network() {
    let mut h = Harness::new(150, 45, 60);
    h.shelf.lock().unwrap().oracle.held.iter_mut().for_each(|held| {
        held.entry.link = Some("https://fly.example.com/entry/1".into());
    });
    h.keys("R o");
    assert_eq!(h.done.pop(), Some(Effect::Browse("https://fly.example.com/entry/1".to_owned())));
    h.model.setup.remote = true;
    h.keys("o");
    assert_eq!(copied(&mut h).1, "https://fly.example.com/entry/1");
    h.shelf.lock().unwrap().oracle.held.iter_mut().for_each(|held| {
        held.entry.link = Some("file:///etc/passwd".into());
    });
    h.keys("R o");
    assert!(h.done.is_empty(), "only web addresses are opened");
}

#[test]
fn times_go_through_zones_and_relative() {
    let mut h = Harness::new(150, 45, 60);
    assert!(h.screen().contains("TIMESTAMP (UTC)"));
    h.keys("T T");
    assert!(h.screen().contains("49 s ago"), "{}", h.screen());
}
