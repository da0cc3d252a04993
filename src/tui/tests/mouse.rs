//! What clicks do.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::super::msg::Msg;
use super::super::testing::Harness;
use crate::domain::Field;
use crate::query::SortKey;

/// Clicks on the first cell where the text stands, some cells to its right.
fn click(h: &mut Harness, text: &str, right: usize) {
    let screen = h.screen();
    let found = screen.lines().enumerate().find_map(|(row, line)| Some((row, line.split_once(text)?.0)));
    let (row, before) = found.unwrap_or_else(|| panic!("{text} is not on the screen: {screen}"));
    let column = (crate::present::measure::width(before) + right) as u16;
    let kind = MouseEventKind::Down(MouseButton::Left);
    h.send(Msg::Mouse(MouseEvent { kind, column, row: row as u16, modifiers: KeyModifiers::NONE }));
}

#[test]
fn clicks_do_what_stands_there() {
    let mut h = Harness::new(150, 45, 60);
    click(&mut h, "MEMBER", 1);
    assert_eq!(h.model.sort.key, SortKey::Time, "the mouse is off until it is asked for");
    h.keys("F2");
    click(&mut h, "MEMBER", 1);
    assert_eq!((h.model.sort.key, h.model.sort.descending), (SortKey::Field(Field::Actor), false));
    click(&mut h, "MEMBER", 1);
    assert!(h.model.sort.descending);
    click(&mut h, "m Metadata", 3);
    assert!(h.screen().contains("[m Metadata]"), "{}", h.screen());
    click(&mut h, "[ ] Cy Park", 1);
    assert_eq!(h.query(), "actor:\"Cy Park\"");
    click(&mut h, "[x] Cy Park", 6);
    assert_eq!(h.query(), "actor:\"Cy Park\"", "a click on the name only goes there");
}
