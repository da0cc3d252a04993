//! Change sets: folded, unfolded, marked, counted.

use super::super::effects::Effect;

use super::super::testing::{Harness, with_bulk};

/// 200 entries, of which the records 150 to 191 are one bulk action.
fn screen(width: u16, height: u16) -> Harness {
    Harness::with(width, height, with_bulk(200, 150..192), |_, _| {})
}

/// The lines of the table.
fn rows(h: &Harness) -> Vec<String> {
    let of_table = |line: &str| line.split('│').next().unwrap_or_default().trim_end().to_owned();
    h.screen().lines().map(of_table).filter(|line| line.contains("  2026-")).collect()
}

#[test]
fn a_bulk_action_is_one_line() {
    let mut h = screen(120, 40);
    let lines = rows(&h);
    let set = lines.iter().find(|line| line.contains("42 x")).unwrap();
    assert!(set.contains("▸ 42 x Profile Deletion") && set.contains("in 5 s"), "{set}");
    assert!(lines.iter().all(|line| !line.contains("profile 17")), "its entries are out of sight");
    // Eight entries are newer; the one behind the set is record 149.
    h.keys("j j j j j j j j");
    assert!(h.screen().contains("rows 9 to 50 "), "{}", h.screen());
    assert_eq!(h.at(), 191, "the detail shows its newest");
    h.keys("j");
    assert_eq!((h.at(), h.line()), (149, 9));
    h.keys("k k");
    assert_eq!((h.at(), h.line()), (192, 7));
    assert!(h.screen().contains("200"), "entries are counted, not lines");
}

#[test]
fn enter_unfolds_and_folds_again() {
    let mut h = screen(120, 40);
    h.keys("j j j j j j j j enter");
    let lines = rows(&h);
    assert!(lines[8].contains("▾ 42 x"), "{lines:#?}");
    assert!(lines[9].contains("  'profile 191' deleted"), "{}", lines[9]);
    assert_eq!((h.at(), h.line()), (191, 8), "the cursor is on the line of the set");
    h.keys("j j");
    assert_eq!((h.at(), h.line()), (190, 10));
    // On an entry Enter opens it, as everywhere.
    h.keys("enter");
    assert_eq!(h.model.focus, super::super::layout::Pane::Detail);
    h.keys("2 k k enter");
    assert!(rows(&h)[8].contains("▸ 42 x"));
    assert_eq!((h.at(), h.line()), (191, 8));
    h.keys("G");
    assert_eq!(h.at(), 0);
    h.keys("g");
    assert_eq!((h.at(), h.line()), (199, 0));
}

#[test]
fn the_row_is_remembered_while_sets_come_and_go() {
    let mut h = screen(120, 40);
    h.keys("c");
    assert!(rows(&h).iter().all(|line| !line.contains("42 x")));
    h.keys("j j j j j j j j j j j j");
    assert_eq!((h.at(), h.line()), (187, 12));
    h.keys("c");
    assert_eq!(h.at(), 187, "the row inside is still meant");
    assert!(rows(&h)[h.line()].contains("42 x"));
    h.keys("c");
    assert_eq!((h.at(), h.line()), (187, 8));
    // Unfolding the one set shows it among the others.
    h.keys("c enter");
    assert_eq!(h.at(), 187);
    assert!(rows(&h)[h.line()].contains("profile 187"));
}

#[test]
fn filters_and_what_arrives_keep_the_cursor() {
    let mut h = screen(120, 40);
    h.keys("j j j j j j j j");
    h.shelf.lock().unwrap().generation = 2;
    h.send(super::super::msg::Msg::Generation(crate::store::Generation(2)));
    assert_eq!((h.at(), h.line()), (191, 8));
    h.keys("=");
    assert_eq!(h.query(), "activity:\"Profile Deletion\"");
    assert!(rows(&h)[0].contains("42 x"), "{}", h.screen());
    assert!(h.screen().contains("42 of 200"), "{}", h.screen());
}

#[test]
fn a_line_stands_for_all_its_entries() {
    let mut h = screen(120, 40);
    h.keys("j j j j j j j j space");
    assert_eq!(h.model.table.marks.len(), 42);
    h.keys("y c");
    let ids = |h: &Harness| match h.done.last() {
        Some(Effect::CopyRows(job)) => job.ids.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(ids(&h), 42);
    h.keys("k space");
    assert!(h.model.table.marks.is_empty());
    h.keys("k y k");
    assert_eq!(ids(&h), 42, "without marks the line is meant");
    // A range that ends on the line takes all of it.
    h.keys("k k v j j v");
    assert_eq!(h.model.table.marks.len(), 44);
}

#[test]
fn a_hit_inside_a_set_unfolds_it() {
    let mut h = screen(120, 40);
    h.keys("/");
    h.text("profile 170");
    h.keys("enter");
    assert_eq!(h.at(), 170);
    assert!(rows(&h)[h.line()].contains("profile 170"), "{}", h.screen());
}

#[test]
fn long_sets_fill_the_screen_all_the_same() {
    let mut h = Harness::with(100, 24, with_bulk(9_000, 500..8_900), |_, _| {});
    let lines = rows(&h);
    assert!(lines.len() > 12, "{}", h.screen());
    h.keys("G g");
    let held = h.model.table.rows.len();
    assert!(held <= 9_000, "{held}");
    // Every entry is on one of the lines met on the way down.
    let mut seen = 0;
    let mut last = None;
    while last != Some(h.at()) {
        last = Some(h.at());
        let ranks = h.model.table.cursor_ranks();
        assert!(!h.model.table.cursor_line().unwrap().open(), "what is seen is counted whole");
        seen += ranks.len() as u64;
        h.keys("j");
    }
    assert_eq!(seen, 9_000);
}

#[test]
fn folded_lines_look_well() {
    let mut h = screen(80, 24);
    h.keys("p j j j j j j j j");
    insta::assert_snapshot!("sets_80x24", h.screen());
    let mut h = screen(150, 30);
    h.keys("j j j j j j j j enter");
    insta::assert_snapshot!("sets_150x30", h.screen());
}
