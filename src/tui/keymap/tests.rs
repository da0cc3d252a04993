use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::config::HintStyle;

use super::*;

fn keys(text: &str) -> Vec<Key> {
    Sequence::parse(text).unwrap().keys().to_vec()
}

fn fails(user: &str, expected: &str) {
    assert_eq!(Keymap::load(Some(("keymap.toml", user))).unwrap_err().to_string(), expected, "{user}");
}

#[test]
fn every_action_is_in_the_file_and_reachable() {
    let bound = file::read("defaults", DEFAULTS).unwrap();
    file::check_conflicts("defaults", DEFAULTS, &bound).unwrap();
    for &action in Action::ALL {
        let entry = bound.get(&action).unwrap_or_else(|| panic!("{} is not in keymap.toml", action.name()));
        assert!(action.in_palette() || !entry.keys.is_empty(), "{} cannot be reached", action.name());
    }
}

#[test]
fn keys_are_read_and_shown() {
    for (text, shown) in [
        ("G", "G"),
        ("{", "{"),
        ("-", "-"),
        ("ctrl-d", "Ctrl-d"),
        ("Ctrl-D", "Ctrl-d"),
        ("ctrl--", "Ctrl--"),
        ("alt-x", "Alt-x"),
        ("ctrl-alt-x", "Ctrl-Alt-x"),
        ("shift-tab", "Shift-Tab"),
        ("shift-g", "G"),
        ("space", "Space"),
        ("enter", "Enter"),
        ("esc", "Esc"),
        ("pgdn", "PgDn"),
        ("f2", "F2"),
        ("F12", "F12"),
        ("f", "f"),
        ("é", "é"),
    ] {
        assert_eq!(Key::parse(text).map(|key| key.to_string()).as_deref(), Some(shown), "{text}");
    }
    for text in ["", "ctrl-", "f0", "f25", "wibble", "hyper-x", " ", "ctrl-nokey", "\u{1b}"] {
        assert_eq!(Key::parse(text), None, "{text:?}");
    }
    assert_eq!(Sequence::parse("y r").unwrap().to_string(), "yr");
    assert_eq!(Sequence::parse("ctrl-x space").unwrap().to_string(), "Ctrl-x Space");
    assert_eq!(Sequence::parse("  "), None);
}

#[test]
fn terminals_that_send_shift_their_own_way_mean_the_same() {
    let key = |code, modifiers| Key::pressed(KeyEvent::new(code, modifiers)).unwrap();
    let (none, shift, ctrl) = (KeyModifiers::NONE, KeyModifiers::SHIFT, KeyModifiers::CONTROL);
    assert_eq!(key(KeyCode::Char('G'), shift), key(KeyCode::Char('G'), none));
    assert_eq!(key(KeyCode::Char('g'), shift), Key::char('G'));
    assert_eq!(key(KeyCode::Char('?'), shift), Key::char('?'));
    assert_eq!(key(KeyCode::BackTab, shift), key(KeyCode::Tab, shift));
    assert_eq!(key(KeyCode::BackTab, none), Key::parse("shift-tab").unwrap());
    assert_eq!(key(KeyCode::Char('D'), ctrl | shift), Key::parse("ctrl-d").unwrap());
    assert_eq!(key(KeyCode::Char('x'), KeyModifiers::SUPER), Key::char('x'));
    let released = KeyEvent::new_with_kind(KeyCode::Char('x'), none, KeyEventKind::Release);
    assert_eq!(Key::pressed(released), None);
    assert_eq!(Key::parse("ctrl-d").unwrap().typed(), None);
    assert_eq!(Key::char('ß').typed(), Some('ß'));
}

#[test]
fn the_nearest_context_wins() {
    let keymap = Keymap::default();
    let check = |context, pressed: &str, expected| {
        assert_eq!(keymap.lookup(context, &keys(pressed)), expected, "{context:?} {pressed}");
    };
    check(Context::Table, "space", Lookup::Action(Action::Mark));
    check(Context::Sidebar, "space", Lookup::Action(Action::ToggleValue));
    check(Context::Sidebar, "!", Lookup::Action(Action::ExcludeValue));
    check(Context::Table, "!", Lookup::Action(Action::DropValue));
    check(Context::Diff, "s", Lookup::Action(Action::CycleLayout));
    check(Context::Detail, "s", Lookup::Action(Action::Sort));
    check(Context::Diff, "enter", Lookup::Action(Action::ToggleFold));
    check(Context::Diff, "}", Lookup::Action(Action::NextChange));
    check(Context::Table, "}", Lookup::Action(Action::NextDay));
    check(Context::Table, "y", Lookup::Prefix);
    check(Context::Table, "y r", Lookup::Action(Action::CopyRaw));
    check(Context::Table, "y x", Lookup::None);
    check(Context::Table, "Y", Lookup::Action(Action::CopyLink));
    check(Context::Prompt, "j", Lookup::None);
    check(Context::Prompt, "esc", Lookup::Action(Action::Cancel));
    check(Context::Global, "ctrl-c", Lookup::Action(Action::Interrupt));
}

#[test]
fn a_prefix_shows_where_it_leads() {
    let keymap = Keymap::default();
    let following: String =
        keymap.following(Context::Table, &keys("y")).iter().map(|next| next.key.to_string()).collect();
    assert_eq!(following, "yrmdjKvplLickuq");
    assert_eq!(keymap.following(Context::Table, &keys("z")), []);
}

#[test]
fn a_users_file_takes_the_place_of_an_actions_keys() {
    let user = "[global]\nexport = \"x\"\nrange = []\ncopy-raw = [\"ctrl-x r\"]\n[table]\nmark = [\"m\", \"space\"]\n";
    let keymap = Keymap::load(Some(("keymap.toml", user))).unwrap();
    let lookup = |pressed: &str| keymap.lookup(Context::Table, &keys(pressed));
    assert_eq!(lookup("x"), Lookup::Action(Action::Export));
    assert_eq!(lookup("e"), Lookup::None);
    assert_eq!(lookup("t"), Lookup::None);
    assert_eq!(keymap.key_label(Action::Range), None);
    assert_eq!(keymap.named(Action::Range), "Time range");
    assert_eq!(keymap.named(Action::Export), "Export (x)");
    assert_eq!(lookup("ctrl-x"), Lookup::Prefix);
    assert_eq!(lookup("m"), Lookup::Action(Action::Mark), "the table's keys come before the global ones");
    assert_eq!(keymap.lookup(Context::Sidebar, &keys("m")), Lookup::Action(Action::ShowMetadata));
}

#[test]
fn a_key_that_cannot_choose_is_an_error() {
    fails(
        "[global]\nexport = [\"s\"]\n",
        "keymap.toml:2: s is a key of both export and sort in [global]; give one of them another key, or []",
    );
    fails(
        "# x\n[global]\n\nnote = [\"y\"]\n",
        "keymap.toml:4: in [global], yy of copy-entry and y of note begin alike; change one of them",
    );
    Keymap::load(Some(("k", "[global]\nexport = [\"s\"]\nsort = [\"e\"]\n"))).unwrap();
}

#[test]
fn what_cannot_be_says_where_and_what_was_meant() {
    fails("[global]\nexprot = [\"x\"]\n", "keymap.toml:2: \"exprot\" is no action; did you mean export?");
    fails("[tabel]\n", "keymap.toml:1: \"tabel\" is no section; did you mean table?");
    fails("[global]\nmark = [\"x\"]\n", "keymap.toml:2: mark belongs in section [table]");
    fails(
        "[global]\n\nexport = [\"crtl-x\"]\n",
        "keymap.toml:3: \"crtl-x\" is no key; write it like \"x\", \"ctrl-d\", \"space\", \"f2\" or \"y r\"",
    );
    fails("[global]\nexport = 3\n", "keymap.toml:2: export takes a list of keys, like [\"x\"]");
    fails("[global]\nexport = [3]\n", "keymap.toml:2: export takes a list of keys, like [\"x\"]");
    fails("global = 3\n", "keymap.toml:1: global must be a section: [global]");
    let torn = Keymap::load(Some(("keymap.toml", "[global\n"))).unwrap_err();
    assert_eq!((torn.file.as_str(), torn.line), ("keymap.toml", 1));
}

#[test]
fn hints_begin_with_help_and_follow_the_keys() {
    let shown = |keymap: &Keymap, context, style| {
        let items = hints(keymap, context, style);
        items.iter().map(|item| format!("{} {}", item.key, item.label)).collect::<Vec<_>>().join("  ")
    };
    let keymap = Keymap::default();
    for &context in Context::ALL.iter().filter(|context| **context != Context::Prompt) {
        assert!(shown(&keymap, context, HintStyle::Full).starts_with("? help  : commands"), "{context:?}");
    }
    let table = shown(&keymap, Context::Table, HintStyle::Full);
    assert!(table.contains("Enter open  Space mark  d diff") && table.contains("y copy..."), "{table}");
    let sidebar = shown(&keymap, Context::Sidebar, HintStyle::Full);
    assert!(
        sidebar.contains("/ find...") && !sidebar.contains("search"),
        "the group's / hides the search: {sidebar}"
    );
    assert_eq!(shown(&keymap, Context::Table, HintStyle::Off), "? help");
    assert!(shown(&keymap, Context::Table, HintStyle::Short).starts_with("? help  :   / "));
    let rebound = Keymap::load(Some(("k", "[global]\nhelp = [\"f1\"]\nexport = []\n"))).unwrap();
    let table = shown(&rebound, Context::Table, HintStyle::Full);
    assert!(table.starts_with("F1 help") && !table.contains("export"), "{table}");
}
