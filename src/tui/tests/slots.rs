//! Late, stale and failed answers; what runs is shown; an idle screen is not drawn.

use super::super::effects::Effect;
use super::super::msg::{Msg, Progress, WorkerName};
use super::super::testing::{Harness, query, shelf};
use crate::store::Generation;

#[test]
fn stale_answers_are_dropped() {
    let mut h = Harness::new(150, 45, 60);
    h.hold = true;
    h.model.selections.filter(query("type:Security"));
    h.keys("2");
    h.model.selections.filter(query("type:Messaging"));
    h.keys("2");
    h.settle();
    assert_eq!(h.model.table.total, 45);
    assert!(h.model.table.rows.iter().all(|row| row.event_type.as_deref() == Some("Messaging")));
}

#[test]
fn what_was_counted_is_remembered_while_the_store_stays_as_it_is() {
    let mut h = Harness::new(150, 45, 60);
    let counted = |h: &Harness| h.shelf.lock().unwrap().counted;
    let filtered = |h: &mut Harness, typed: &str| {
        h.model.selections.filter(query(typed));
        h.keys("2");
        (h.screen(), counted(h))
    };
    let (_, before) = filtered(&mut h, "outcome:failure");
    let (security, asked) = filtered(&mut h, "type:Security");
    assert_eq!(asked, before + 1);
    let (messaging, asked) = filtered(&mut h, "type:Messaging");
    assert_eq!(asked, before + 2);
    assert_eq!(filtered(&mut h, "type:Security"), (security.clone(), asked), "to");
    assert_eq!(filtered(&mut h, "type:Messaging"), (messaging, asked), "and fro");
    h.shelf.lock().unwrap().generation += 1;
    let (again, later) = filtered(&mut h, "type:Security");
    assert!(later > asked, "other entries are there");
    assert_eq!(again, security);
}

#[test]
fn what_runs_long_is_shown_and_what_is_there_stays() {
    let mut h = Harness::new(150, 45, 60);
    h.hold = true;
    h.model.selections.filter(query("type:Security"));
    h.keys("2");
    assert!(!h.screen().contains("reading"), "not at once: most answers come within a frame");
    h.wait(1_200);
    assert!(h.model.changed && h.screen().contains("reading"), "{}", h.screen());
    assert!(h.screen().contains("Campaign 'Survey'"), "the rows before stay");
    h.settle();
    h.wait(10);
    assert!(!h.screen().contains("reading"));
}

#[test]
fn what_no_dialog_wants_to_know_any_more_is_given_up() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("&");
    h.hold = true;
    h.text("outcome");
    assert!(h.model.errand.loading(), "a text so far, which is counted");
    h.text(":x");
    assert!(!h.model.errand.loading(), "no query: {}", h.screen());
    h.settle();
    assert_eq!(h.done, [Effect::GiveUp]);
    assert!(h.screen().contains("no outcome is called"), "{}", h.screen());
}

#[test]
fn a_failure_is_told_and_the_rows_stay() {
    let mut h = Harness::new(150, 45, 60);
    h.shelf.lock().unwrap().broken = Some("checksum differs".to_owned());
    h.keys("R");
    h.wait(10_000);
    assert!(h.screen().contains("segment 3 is damaged: checksum differs"), "{}", h.screen());
    assert!(h.screen().contains("Campaign 'Survey'"));
    h.shelf.lock().unwrap().broken = None;
    h.keys("R");
    h.wait(10_000);
    assert!(!h.screen().contains("damaged"), "{}", h.screen());
}

#[test]
fn a_worker_that_died_is_told() {
    let mut h = Harness::new(150, 45, 60);
    h.send(Msg::WorkerDied(WorkerName::Facets, "index out of bounds \u{1b}[31m".to_owned()));
    let screen = h.screen();
    assert!(screen.contains("the facets worker failed and was started again"), "{screen}");
    assert!(!screen.contains('\u{1b}'));
}

#[test]
fn an_idle_screen_is_not_drawn() {
    let mut h = Harness::new(150, 45, 60);
    h.model.changed = false;
    for _ in 0..20 {
        h.wait(900);
    }
    assert!(!h.model.changed);
    assert_eq!(h.model.due(), None);
}

#[test]
fn first_rows_of_a_long_scan_are_seen_at_once() {
    let mut h = Harness::new(150, 45, 60);
    let rows: Vec<_> = h.model.table.rows.iter().skip(2).step_by(4).take(3).cloned().collect();
    h.hold = true;
    h.model.selections.filter(query("\"Logged\""));
    h.keys("2");
    let ticket = super::super::model::slot::Ticket(2);
    h.send(Msg::FirstRows(ticket, rows));
    assert!(h.screen().contains("3+ so far"), "{}", h.screen());
    h.keys("j");
    let stood = h.model.current();
    h.model.selections.undo();
    h.model.selections.filter(query("type:Security"));
    h.keys("2");
    h.settle();
    assert_eq!(h.model.current(), stood);
}

/// Adds entries to what is held, as another state of the store.
fn grown(h: &Harness, entries: u64, generation: u64) {
    let mut held = h.shelf.lock().unwrap();
    held.oracle = shelf(entries).oracle;
    held.generation = generation;
}

#[test]
fn all_panes_end_in_the_same_state_of_the_store_whoever_sees_it_first() {
    let mut h = Harness::new(150, 45, 300);
    h.send(Msg::Generation(Generation(1)));
    grown(&h, 9_000, 2);
    h.keys("G");
    h.send(Msg::Generation(Generation(2)));
    let screen = h.screen();
    assert!(screen.contains("9 000 entries, ") && !screen.contains("300"), "{screen}");
    assert_eq!(h.model.table.total, 9_000);
}

#[test]
fn one_frame_tells_one_number_of_entries_while_files_are_read() {
    let mut h = Harness::new(150, 45, 300);
    h.send(Msg::Loading(Some(Progress { done: 18, total: 100 })));
    grown(&h, 9_000, 2);
    h.hold = true;
    h.keys("G R");
    // The rows are there before the counts.
    h.model.table.total = 9_000;
    let screen = h.screen();
    assert_eq!(screen.matches("9 000 entries so far").count(), 1, "{screen}");
    assert!(!screen.contains("300 entries") && screen.contains("9 000 so far"), "{screen}");
}
