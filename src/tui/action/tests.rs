use std::collections::BTreeSet;

use super::*;

#[test]
fn every_action_is_named_and_described() {
    let mut names = BTreeSet::new();
    for &action in Action::ALL {
        let name = action.name();
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{name}");
        assert!(names.insert(name), "{name} stands twice");
        assert_eq!(Action::parse(name), Some(action));
        assert!(action.title().starts_with(char::is_uppercase), "{name}");
        assert!(action.title().len() <= 32, "{name}: {}", action.title());
        assert!(action.help().ends_with('.') && action.help().len() <= 80, "{name}: {}", action.help());
    }
    assert_eq!(Action::parse("no-such-action"), None);
}

#[test]
fn titles_differ_within_the_palette() {
    let titles: Vec<_> = Action::ALL.iter().filter(|a| a.in_palette()).map(|a| a.title()).collect();
    let different: BTreeSet<_> = titles.iter().collect();
    assert_eq!(different.len(), titles.len());
}

#[test]
fn help_is_the_first_hint_everywhere() {
    for &action in Action::ALL {
        if let Some(hint) = action.hint() {
            assert_eq!(hint.place == 0, action == Action::Help);
            assert!(hint.label.len() <= 12);
        }
    }
}

#[test]
fn contexts_have_names_and_end_in_global() {
    for &context in Context::ALL {
        assert_eq!(Context::parse(context.name()), Some(context));
        let chain = context.chain();
        assert_eq!(chain.first(), Some(&context));
        assert_eq!(chain.last() == Some(&Context::Global), context != Context::Prompt);
    }
}
