//! Whole frames at the sizes that matter.

use ratatui::style::Modifier;

use super::super::testing::{Harness, shelf};

fn frame(name: &str, width: u16, height: u16, keys: &str) {
    let mut h = Harness::new(width, height, 60);
    h.keys(keys);
    insta::assert_snapshot!(name, h.screen());
}

#[test]
fn frames() {
    frame("80x24", 80, 24, "");
    frame("80x24_without_detail", 80, 24, "p");
    frame("80x24_filters", 80, 24, "f j j space");
    frame("100x30", 100, 30, "j m");
    frame("150x45", 150, 45, "");
    frame("150x45_raw", 150, 45, "r 3 j j");
    frame("220x60", 220, 60, "");
    frame("60x20", 60, 20, "");
    frame("60x20_detail", 60, 20, "enter");
}

#[test]
fn plain_ascii() {
    let h = Harness::with(150, 45, shelf(60), |_, skin| skin.ascii = true);
    let screen = h.screen();
    assert!(screen.is_ascii(), "{screen}");
    insta::assert_snapshot!("150x45_ascii", screen);
}

#[test]
fn every_size_is_drawn() {
    for width in (0..=230).step_by(7) {
        for height in (0..=62).step_by(3) {
            let mut h = Harness::new(width, height, 40);
            h.keys("j tab");
            let _ = h.buffer();
        }
    }
}

#[test]
fn the_selection_is_seen_without_colours() {
    let h = Harness::new(80, 24, 60);
    let buffer = h.buffer();
    let row = &buffer[(5, 2)];
    assert!(row.style().add_modifier.contains(Modifier::REVERSED), "{row:?}");
    assert!(!buffer[(5, 3)].style().add_modifier.contains(Modifier::REVERSED));
    assert_eq!(buffer[(0, 2)].symbol(), ">");
}

#[test]
fn twenty_entries_at_80x24() {
    let mut h = Harness::new(80, 24, 60);
    h.keys("p");
    let screen = h.screen();
    let rows = screen.lines().filter(|line| line.contains("updated ") || line.contains("Logged in")).count();
    assert_eq!(rows, 20, "{screen}");
    assert!(screen.lines().last().unwrap().starts_with(" ? help"));
}
