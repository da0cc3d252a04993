//! Comparing: two entries, two states, two objects, two instants; what is copied of a diff, and how it is shown.

use super::super::effects::Effect;
use super::super::model::detail::Subject;
use super::super::testing::{Harness, shelf, without_befores};
use crate::domain::{Action, Target};

/// The lines of the detail.
fn detail(h: &Harness) -> Vec<String> {
    let shown = h.model.detail.shown().cloned().unwrap();
    let head = shown.head.iter().map(crate::present::Line::plain);
    head.chain(shown.lines.iter().map(|line| line.line.plain())).collect()
}

/// Whether the detail says this, wherever its lines are broken.
fn says(h: &Harness, text: &str) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    words(&detail(h).join(" ")).contains(&words(text))
}

fn copied(h: &Harness) -> (String, String) {
    match h.done.last() {
        Some(Effect::Copy { what, text }) => (what.clone(), text.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_marks_compare_records_then_states_then_nothing() {
    let mut h = Harness::with(150, 45, without_befores(60), |_, _| {});
    // Campaigns 59 ('Survey') and 56 ('Win back').
    h.keys("space j j space d");
    assert!(matches!(h.model.detail.beside, Some(Subject::Pair(..))));
    assert!(says(&h, "Two entries compared"), "{:#?}", detail(&h));
    h.keys("d");
    assert!(says(&h, "Two states compared"), "{:#?}", detail(&h));
    assert!(says(&h, "- campaign 'Win back'  production") && says(&h, "+ campaign 'Survey'  staging"));
    assert!(says(&h, "derived from"), "{:#?}", detail(&h));
    h.keys("d");
    assert_eq!(h.model.detail.beside, None);
    h.keys("d esc");
    assert_eq!(h.model.detail.beside, None);
}

#[test]
fn two_moments_of_a_history_are_compared() {
    let mut h = Harness::with(150, 45, without_befores(60), |_, _| {});
    h.keys("H 3");
    assert!(h.model.detail.line().is_some_and(|line| line.first), "a history begins at the entry");
    h.keys("space } space");
    assert_eq!(h.model.table.marks.len(), 2);
    assert!(h.toast().contains("d compares"), "{}", h.toast());
    assert!(h.screen().contains(">*2026-"), "{}", h.screen());
    h.keys("d");
    assert!(says(&h, "Two states compared") && says(&h, "~ state"), "{:#?}", detail(&h));
    assert!(says(&h, "paused") && says(&h, "live"), "{:#?}", detail(&h));
    // The older one is what was before.
    let told = detail(&h).join(" ");
    let at = |day: &str| told.find(day).unwrap_or_else(|| panic!("{day}: {told}"));
    assert!(at("2026-11-21") < at("2026-11-22"), "{told}");
    let patch = {
        h.keys("y j");
        copied(&h)
    };
    assert_eq!(patch.0, "the JSON Patch");
    assert!(patch.1.contains(r#""op":"replace","path":"/state""#), "{}", patch.1);
}

#[test]
fn an_object_is_compared_with_another_and_with_itself() {
    let mut h = Harness::with(150, 45, without_befores(60), |_, _| {});
    h.keys("D");
    assert!(h.screen().contains("Compare with"), "{}", h.screen());
    assert!(
        h.screen().contains("campaign 'Welcome'  production"),
        "others of its type are offered\n{}",
        h.screen()
    );
    h.text("Digest");
    h.keys("enter");
    assert!(says(&h, "- campaign 'Survey'") && says(&h, "+ campaign 'Digest'"), "{:#?}", detail(&h));
    h.keys("esc D");
    h.text("@2026-11-21T00:00");
    h.keys("enter");
    assert!(says(&h, "+ campaign 'Survey'  staging  2026-11-20"), "{:#?}", detail(&h));
    h.keys("esc D");
    h.text("@2020-01-01");
    h.keys("enter");
    assert!(says(&h, "no state to compare") || says(&h, "before its first entry"), "{:#?}", detail(&h));
    h.keys("esc D");
    h.text("diges");
    assert!(h.screen().contains("campaign 'Digest'"), "a part of the name is enough\n{}", h.screen());
    h.keys("esc D");
    h.text("no such thing");
    assert!(h.screen().contains("no object has this id or exact name"), "{}", h.screen());
    h.keys("enter");
    assert!(!h.model.dialogs.is_empty(), "there is nothing to compare with");
    // A session names no object.
    h.keys("esc j j D");
    assert!(h.model.dialogs.is_empty() && h.toast().contains("names no object"), "{}", h.toast());
}

#[test]
fn the_changes_of_a_field_are_walked_from_the_blame() {
    let mut h = Harness::with(150, 45, without_befores(60), |_, _| {});
    let path = |h: &Harness| h.model.detail.line().and_then(|line| line.path.clone());
    h.keys("b 3");
    while path(&h).as_deref() != Some("state") {
        h.keys("j");
    }
    let (begin, field) = (h.at(), path(&h));
    h.keys("{");
    let before = h.at();
    assert!(before < begin, "{before} is an older entry than {begin}");
    assert_eq!(path(&h), field, "the field is kept\n{:#?}", detail(&h));
    h.keys("}");
    assert_eq!((h.at(), path(&h)), (begin, field));
    h.keys("}");
    assert_eq!(h.at(), begin);
    assert!(h.toast().contains("no other entry on that side"), "{}", h.toast());
}

#[test]
fn a_history_folds_wherever_one_is_in_an_entry() {
    let mut h = Harness::with(150, 45, without_befores(60), |_, _| {});
    h.keys("H 3 j enter");
    assert!(says(&h, "the state then:"), "{:#?}", detail(&h));
    h.keys("j enter");
    assert!(!says(&h, "the state then:"), "{:#?}", detail(&h));
}

#[test]
fn the_net_change_of_a_range() {
    let mut h = Harness::with(150, 45, without_befores(60), |_, _| {});
    h.keys("t");
    h.text("2026-11-21..");
    h.keys("enter B");
    let all = detail(&h);
    assert!(all[0].starts_with("Net change"), "{all:#?}");
    assert!(says(&h, "6 objects touched"), "{all:#?}");
    assert!(says(&h, "campaign 'Survey'  staging") && says(&h, "derived from"), "{all:#?}");
    // The filter is that of the screen, also when it changes.
    h.keys("&");
    h.keys("ctrl-u");
    h.text("time:2026-11-21.. workspace:staging");
    h.keys("enter");
    assert!(says(&h, "3 objects touched"), "{:#?}", detail(&h));
    h.keys("3 enter");
    assert!(says(&h, "..."), "the object is folded: {:#?}", detail(&h));
    h.keys("enter &");
    h.keys("ctrl-u");
    h.text("time:..2020");
    h.keys("enter");
    assert!(says(&h, "nothing was changed then"), "{:#?}", detail(&h));
    h.keys("esc");
    assert_eq!(h.model.detail.beside, None);
}

#[test]
fn more_objects_of_a_net_change_are_read_as_one_goes_down() {
    let mut shelf = shelf(200);
    for (n, held) in shelf.oracle.held.iter_mut().enumerate() {
        let (kind, id) = (Some("campaign".into()), Some(format!("c{n}").into()));
        held.entry.targets = vec![Target { kind, id, name: Some(format!("Number {n}.").into()) }];
        held.entry.action = Action::Updated;
    }
    let mut h = Harness::with(150, 45, shelf, |_, _| {});
    h.keys("B");
    assert!(says(&h, "200 objects touched, the 60 touched last so far"), "{:#?}", detail(&h));
    assert!(says(&h, "140 objects more are read as you go down"), "{:#?}", detail(&h));
    assert!(!says(&h, "'Number 100.'"));
    h.keys("3");
    for _ in 0..12 {
        h.keys("G");
    }
    assert!(says(&h, "'Number 100.'") && says(&h, "'Number 0.'"), "{:#?}", detail(&h));
    assert!(says(&h, "200 objects touched") && !says(&h, "so far"), "{:#?}", detail(&h));
}

#[test]
fn a_diff_is_copied_in_three_forms() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("y d");
    assert!(copied(&h).1.starts_with("--- Campaign 'Survey' updated (before)\n+++ "), "{}", copied(&h).1);
    h.keys("y j");
    let (what, patch) = copied(&h);
    assert_eq!(what, "the JSON Patch");
    assert!(patch.starts_with(r#"[{"op":"replace","path":"/name","value":"Black Friday 2026"}"#), "{patch}");
    h.keys("y K");
    let (_, markdown) = copied(&h);
    assert!(markdown.starts_with("### Campaign 'Survey' updated\n\n```diff\n---"), "{markdown}");
    assert!(markdown.ends_with("```\n"), "{markdown}");
    // Of a session there is none.
    let before = h.done.len();
    h.keys("j j y j");
    assert_eq!(h.done.len(), before);
    assert!(h.toast().contains("no diff"), "{}", h.toast());
}

#[test]
fn a_change_folds_and_lines_are_cut_at_will() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("d 3 s");
    let before = detail(&h).len();
    h.keys("j enter");
    assert!(detail(&h).len() < before && says(&h, "... 2 lines"), "{:#?}", detail(&h));
    h.keys("enter c");
    assert!(h.toast().contains("cut"), "{}", h.toast());
    assert_eq!(detail(&h).len(), before);
    h.keys("O");
    assert!(h.toast().contains("by content"), "{}", h.toast());
    h.keys("O");
    assert!(h.toast().contains("strictly by position"), "{}", h.toast());
    h.keys("O");
    assert!(h.toast().contains("by key"), "{}", h.toast());
    // Another entry begins unfolded.
    h.keys("j enter 2 j 3");
    assert!(h.model.detail.folded.is_empty());
}

#[test]
fn a_search_walks_through_the_diff() {
    let mut h = Harness::new(150, 45, 60);
    h.keys("d 3 /");
    h.text("2026");
    h.keys("enter");
    assert!(
        h.model.detail.line().unwrap().line.plain().contains("Black Friday 2026"),
        "{:?}",
        h.model.detail.line()
    );
    let at = h.model.detail.cursor;
    h.keys("n");
    assert!(h.model.detail.cursor == at || h.model.detail.line().unwrap().line.plain().contains("2026"));
}

#[test]
fn derived_changes_are_found_and_said() {
    let mut h = Harness::with(150, 45, without_befores(60), |_, _| {});
    h.keys("&");
    h.text("from:paused");
    h.keys("enter");
    let found = h.model.table.total;
    assert!(found > 0, "no record names it: derived changes alone do\n{}", h.screen());
    assert!(h.screen().contains("by derived changes of all 6 objects"), "{}", h.screen());
    assert!(h.screen().contains(&format!("{found} of 60")), "{}", h.screen());
    let shown = h.model.sidebar.counts().unwrap().histogram.buckets.iter().map(|b| b.count).sum::<u64>();
    assert_eq!(shown, found, "what is counted is what is listed");
    h.keys("P");
    assert!(h.toast().contains("all objects were looked at"), "{}", h.toast());
    h.keys("y q");
    assert_eq!(copied(&h).1, "auditty query --derived from:paused");
    h.keys("u");
    assert_eq!(h.model.table.total, 60);
    h.keys("P");
    assert!(h.toast().contains("no changed:, from: or to:"), "{}", h.toast());
}
