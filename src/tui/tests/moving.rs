//! Moving about in the entries.

use super::super::msg::Msg;
use super::super::testing::{Harness, query, shelf};
use crate::query::oracle::Oracle;

#[test]
fn lines_pages_and_ends() {
    let mut h = Harness::new(80, 24, 500);
    assert_eq!((h.at(), h.line()), (499, 0));
    h.keys("j j j k");
    assert_eq!((h.at(), h.line()), (497, 2));
    h.keys("G");
    assert_eq!(h.at(), 0);
    assert_eq!(h.line(), h.model.table.height - 1);
    h.keys("g");
    assert_eq!((h.at(), h.line()), (499, 0));
    h.keys("j pagedown");
    let page = h.model.table.height as u64;
    assert_eq!((h.at(), h.line()), (498 - page, 1), "a page keeps the line");
    h.keys("pageup ctrl-d");
    assert_eq!(h.at(), 498 - page / 2);
}

#[test]
fn all_of_a_long_list_is_reached_while_a_window_is_held() {
    let mut h = Harness::new(80, 24, 9_000);
    for _ in 0..800 {
        h.keys("pagedown");
        assert!(h.model.table.cursor_row().is_some(), "rows under the cursor are there at once");
    }
    assert_eq!(h.at(), 0);
    assert!(h.model.table.rows.len() <= 4096);
    for _ in 0..800 {
        h.keys("pageup");
    }
    assert_eq!((h.at(), h.model.table.first), (8_999, 0));
}

#[test]
fn days_are_jumped_over() {
    let mut h = Harness::new(80, 24, 400);
    let day = |h: &Harness| {
        let screen = h.screen();
        let row = screen.lines().find(|line| line.starts_with('>')).unwrap();
        row.split_whitespace()
            .find(|word| word.starts_with("2026-") || word.starts_with("2025-"))
            .unwrap()
            .to_owned()
    };
    assert_eq!(day(&h), "2026-11-22");
    h.keys("}");
    assert_eq!(day(&h), "2026-11-21");
    let first_of_day = h.at();
    h.keys("j {");
    assert_eq!(h.at(), first_of_day, "back to where this day begins");
    h.keys("{");
    assert_eq!(h.at(), 399);
    h.keys("G");
    let last = day(&h);
    h.keys("{ {");
    assert_ne!(day(&h), last);
    h.keys("} }");
    assert_eq!(h.at(), 0);
}

#[test]
fn the_row_keeps_its_line_when_the_screen_is_resized() {
    let mut h = Harness::new(200, 60, 500);
    h.keys("pagedown j j j");
    let (at, line) = (h.at(), h.line());
    h.send(Msg::Resize(200, 50));
    assert_eq!((h.at(), h.line()), (at, line));
    h.send(Msg::Resize(40, 10));
    assert!(h.screen().contains("60x16 needed, 40x10 here"), "{}", h.screen());
    h.send(Msg::Resize(80, 24));
    assert_eq!(h.at(), at);
    h.send(Msg::Resize(200, 60));
    assert_eq!(h.at(), at);
}

#[test]
fn the_row_keeps_its_line_when_the_filter_changes() {
    let mut h = Harness::new(150, 45, 500);
    h.keys("pagedown pagedown j j");
    let (at, line) = (h.at(), h.line());
    h.model.selections.filter(query("type:Messaging"));
    h.keys("2");
    let stays = at % 4 != 1;
    assert_eq!(h.at() == at, stays);
    assert_eq!(h.line(), line);
    h.keys("u");
    assert_eq!(h.line(), line);
}

#[test]
fn new_entries_leave_the_row_where_it_is() {
    let mut h = Harness::new(150, 45, 300);
    h.keys("j j j j");
    let (id, line) = (h.model.current(), h.line());
    {
        let mut held = h.shelf.lock().unwrap();
        let mut newer = shelf(10).oracle.held;
        for (n, entry) in newer.iter_mut().enumerate() {
            entry.entry.id = crate::domain::EntryId::of(&[n as u8], 9);
            entry.position.source = 2;
            entry.position.time = Some(super::super::testing::NOW);
        }
        let all: Vec<_> = held.oracle.held.iter().cloned().chain(newer).collect();
        held.oracle = Oracle { held: all };
        held.generation = 2;
    }
    h.send(Msg::Generation(crate::store::Generation(2)));
    assert_eq!(h.model.table.total, 310);
    assert_eq!((h.model.current(), h.line()), (id, line));
    assert_eq!(h.model.table.cursor, 14);
    assert!(h.screen().contains("10 new"), "{}", h.screen());
    h.keys("g");
    assert!(!h.screen().contains("10 new"), "seen now");
    assert!(!h.screen().contains(" live "));
    h.send(Msg::Live(true));
    assert!(h.screen().contains(" live "));
}

#[test]
fn marks_and_ranges() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("space space j v j j v");
    assert_eq!(h.model.table.marks.len(), 5);
    assert!(h.screen().contains("5 marked"));
    h.keys("k v j esc");
    assert_eq!(h.model.table.marks.len(), 5, "Esc leaves a range");
    h.keys("g space");
    assert_eq!(h.model.table.marks.len(), 4);
}

#[test]
fn columns_are_walked_and_give_their_value() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("l l =");
    assert_eq!(h.query(), "actor:\"Cy Park\"");
    h.keys("u h =");
    assert_eq!(h.query(), "time:2026-11-22");
    h.keys("u h h h !");
    assert_eq!(h.query(), "-activity:Campaign");
}

#[test]
fn what_a_followed_file_held_at_the_start_is_not_new() {
    let mut h = Harness::new(150, 45, 300);
    h.send(Msg::Generation(crate::store::Generation(1)));
    h.send(Msg::Live(true));
    h.send(Msg::Loading(None));
    {
        let mut held = h.shelf.lock().unwrap();
        held.oracle = shelf(900).oracle;
        held.generation = 2;
    }
    h.send(Msg::Generation(crate::store::Generation(2)));
    assert_eq!(
        (h.at(), h.line(), h.model.table.total),
        (899, 0, 900),
        "the newest, until the cursor is moved"
    );
    assert_eq!(h.model.table.unseen, 0, "{}", h.screen());
}
