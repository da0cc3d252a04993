use super::*;

fn keys(text: &str) -> Vec<Key> {
    Sequence::parse(text).unwrap().keys().to_vec()
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
