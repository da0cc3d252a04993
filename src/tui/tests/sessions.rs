//! What is remembered from one session to the next.

use super::super::session::{Given, keep, restore, save};
use super::super::testing::{Harness, query};
use crate::config::{DiffLayout, HintStyle, Session};

#[test]
fn a_session_is_opened_again_where_it_was_left() {
    let mut h = Harness::new(150, 45, 60);
    h.model.selections.filter(query("type:Messaging"));
    h.keys("j j j m");
    let (at, saved) = (h.at(), save(&h.model));
    assert_eq!(saved.query, "type:Messaging");
    let mut again = Harness::unopened(60);
    restore(&mut again.model, &saved, true);
    again.send(super::super::msg::Msg::Resize(150, 45));
    assert_eq!((again.at(), again.query().as_str()), (at, "type:Messaging"));
    assert!(again.screen().contains("restored, u to drop"), "{}", again.screen());
    assert!(again.screen().contains("[m Metadata]"));
    again.keys("u");
    assert_eq!(again.query(), "");
    assert!(!again.screen().contains("restored"));
}

#[test]
fn flags_of_a_session_are_not_remembered() {
    let given = Given {
        theme: "dark".into(),
        hints: HintStyle::Short,
        columns: vec!["time".into()],
        layout: DiffLayout::Unified,
    };
    let before = Session { theme: "light".into(), ..Session::default() };
    let mut after = Session {
        theme: "dark".into(),
        hints: "off".into(),
        columns: vec!["time".into()],
        layout: "unified".into(),
        ..Session::default()
    };
    keep(&mut after, before, &given);
    assert_eq!((after.theme.as_str(), after.hints.as_str()), ("light", "off"));
    assert!(after.columns.is_empty() && after.layout.is_empty());
}
