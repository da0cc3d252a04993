//! The key map's file: sections by context, in each `action = ["key", ...]`.

use std::collections::BTreeMap;

use toml::de::DeValue;

use crate::config::FileError;
use crate::config::document::{Document, Item, items};
use crate::tui::action::{Action, Context};

use super::Sequence;

/// What is wrong with a key map, and where.
pub type KeymapError = FileError;

/// The keys of one action.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its sequences, the one to teach first.
    pub(super) keys: Vec<Sequence>,
    /// Where the file says so; `None` where it is built in.
    offset: Option<usize>,
}

/// Every action that a file names.
pub(super) type Bound = BTreeMap<Action, Entry>;

/// Reads a file. Two actions that want one key are found by [`check_conflicts`], with the defaults merged in.
pub(super) fn read(name: &str, text: &str) -> Result<Bound, KeymapError> {
    let document = Document { file: name, text };
    let table = document.parse()?;
    let mut bound = Bound::new();
    for section in items(table.get_ref()) {
        let names = Context::ALL.iter().map(|context| context.name());
        let context = Context::parse(section.key)
            .ok_or_else(|| document.unknown(section.offset, "section", section.key, names))?;
        let DeValue::Table(actions) = section.value else {
            return Err(document.error(section.offset, format!("{} must be a section: [{0}]", section.key)));
        };
        for item in items(actions) {
            let (action, entry) = read_action(document, context, item)?;
            bound.insert(action, entry);
        }
    }
    Ok(bound)
}

fn read_action(
    document: Document<'_>,
    context: Context,
    item: Item<'_, '_>,
) -> Result<(Action, Entry), KeymapError> {
    let names = Action::ALL.iter().map(|action| action.name());
    let action =
        Action::parse(item.key).ok_or_else(|| document.unknown(item.offset, "action", item.key, names))?;
    if action.context() != context {
        let section = action.context().name();
        return Err(document.error(item.offset, format!("{} belongs in section [{section}]", item.key)));
    }
    let keys = match item.value {
        DeValue::String(text) => vec![read_keys(document, item, text)?],
        DeValue::Array(texts) => texts
            .iter()
            .map(|text| match text.get_ref() {
                DeValue::String(text) => read_keys(document, item, text),
                _ => Err(not_keys(document, item)),
            })
            .collect::<Result<_, _>>()?,
        _ => return Err(not_keys(document, item)),
    };
    Ok((action, Entry { keys, offset: Some(item.offset) }))
}

fn read_keys(document: Document<'_>, item: Item<'_, '_>, text: &str) -> Result<Sequence, KeymapError> {
    Sequence::parse(text).ok_or_else(|| {
        let message =
            format!("{text:?} is no key; write it like \"x\", \"ctrl-d\", \"space\", \"f2\" or \"y r\"");
        document.error(item.offset, message)
    })
}

fn not_keys(document: Document<'_>, item: Item<'_, '_>) -> KeymapError {
    document.error(item.offset, format!("{} takes a list of keys, like [\"x\"]", item.key))
}

/// Puts a user's entries over the built-in ones, which lose their place in a file.
pub(super) fn merge(bound: &mut Bound, user: Bound) {
    for entry in bound.values_mut() {
        entry.offset = None;
    }
    bound.extend(user);
}

/// Finds two actions of one context of which a key could not choose: the same keys, or one begins the other.
pub(super) fn check_conflicts(name: &str, text: &str, bound: &Bound) -> Result<(), KeymapError> {
    let all: Vec<(Action, &Entry, &Sequence)> = bound
        .iter()
        .flat_map(|(action, entry)| entry.keys.iter().map(move |keys| (*action, entry, keys)))
        .collect();
    for (n, (first, first_entry, keys)) in all.iter().enumerate() {
        for (second, second_entry, others) in all.iter().skip(n + 1) {
            if first.context() != second.context() || !overlap(keys, others) {
                continue;
            }
            let offset = second_entry.offset.max(first_entry.offset).unwrap_or(0);
            let message = conflict(*first, keys, *second, others);
            return Err(Document { file: name, text }.error(offset, message));
        }
    }
    Ok(())
}

fn overlap(a: &Sequence, b: &Sequence) -> bool {
    a.keys().starts_with(b.keys()) || b.keys().starts_with(a.keys())
}

fn conflict(first: Action, keys: &Sequence, second: Action, others: &Sequence) -> String {
    let section = first.context().name();
    let (first, second) = (first.name(), second.name());
    if keys == others {
        return format!(
            "{keys} is a key of both {first} and {second} in [{section}]; give one of them another key, or []"
        );
    }
    format!("in [{section}], {keys} of {first} and {others} of {second} begin alike; change one of them")
}
