//! What the hint bar says: the actions of a place by priority.

use crate::config::HintStyle;
use crate::tui::action::{Action, Context};

use super::{Keymap, Sequence};

/// One hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HintItem {
    /// The action; of a menu of sequences, its first.
    pub action: Action,
    /// The key as shown.
    pub key: String,
    /// One word, with "..." where a menu follows.
    pub label: String,
}

/// Returns the hints of a place, most important first; the help is always the first.
pub fn hints(keymap: &Keymap, context: Context, style: HintStyle) -> Vec<HintItem> {
    let mut found: Vec<(u8, usize, HintItem)> = Vec::new();
    for (rank, &place) in context.chain().iter().enumerate() {
        for &action in Action::ALL.iter().filter(|action| action.context() == place) {
            let Some(hint) = action.hint() else { continue };
            if let Some(item) = item(keymap, context, action, hint.label) {
                found.push((hint.place, rank, item));
            }
        }
    }
    found.sort_by_key(|(place, rank, _)| (*place, *rank));
    let mut items: Vec<HintItem> = found.into_iter().map(|(_, _, item)| item).collect();
    match style {
        HintStyle::Full => {}
        HintStyle::Short => items.iter_mut().skip(1).for_each(|item| item.label.clear()),
        HintStyle::Off => items.truncate(1),
    }
    items
}

/// A key that a nearer context takes for something else is no hint here.
fn item(keymap: &Keymap, context: Context, action: Action, label: &str) -> Option<HintItem> {
    let keys: &Sequence = keymap
        .keys_of(action)
        .find(|keys| keymap.lookup(context, keys.keys()) == super::Lookup::Action(action))?;
    let [first, rest @ ..] = keys.keys() else { return None };
    let menu = if action.opens_menu() || !rest.is_empty() { "..." } else { "" };
    Some(HintItem { action, key: first.to_string(), label: format!("{label}{menu}") })
}
