//! Importing from the screen: what is asked for, what is told, and where it is refused.

use crate::tui::effects::Effect;
use crate::tui::msg::{Imported, Msg};
use crate::tui::testing::{Harness, shelf};

#[test]
fn a_file_is_imported_while_the_screen_is_used() {
    let mut h = Harness::new(100, 24, 12);
    h.keys("I");
    assert!(h.screen().contains("A file, a folder or a pattern"), "{}", h.screen());
    h.text("Cargo.toml");
    h.keys("enter");
    assert_eq!(h.done, [Effect::Import("Cargo.toml".to_owned())]);
    h.send(Msg::JobProgress(1, 4));
    assert!(h.screen().contains("import of Cargo.toml 25 % (Ctrl-C stops it)"), "{}", h.screen());
    h.keys("j I");
    assert!(h.toast().contains("is running"), "{}", h.toast());
    h.keys("ctrl-c");
    assert_eq!(h.done.last(), Some(&Effect::CancelJob));
    h.send(Msg::Imported(Ok(Imported::default())));
    assert_eq!(h.toast(), "import stopped; the store is as it was");
    assert!(h.model.exit.is_none() && h.model.job.is_none());
}

#[test]
fn what_an_import_did_is_told() {
    let mut h = Harness::new(100, 24, 12);
    let text = Some("a.json: 3 entries new; 0 duplicate".to_owned());
    h.send(Msg::Imported(Ok(Imported { text, whole: true })));
    assert_eq!(h.toast(), "a.json: 3 entries new; 0 duplicate");
    h.send(Msg::Imported(Err("a.json: no\u{1b}[31m log".to_owned())));
    h.wait(5_000);
    assert!(h.screen().contains("! a.json: no"), "{}", h.screen());
    assert!(!h.screen().contains('\u{1b}'));
}

#[test]
fn what_is_kept_nowhere_takes_no_files() {
    let mut demo = Harness::with(100, 24, shelf(4), |setup, _| setup.label = "sample data".to_owned());
    demo.keys("I");
    assert!(demo.toast().contains("nothing is kept"), "{}", demo.toast());
    let mut locked = Harness::with(100, 24, shelf(4), |setup, _| setup.writable = false);
    locked.keys("I");
    assert!(locked.toast().contains("read only"), "{}", locked.toast());
}
