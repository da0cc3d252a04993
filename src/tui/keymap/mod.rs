//! Which keys ask for which action, where.
//!
//! The built-in map and a user's file have one form (see `assets/keymap.toml`). Pure: the file's text is
//! handed in.

mod file;
mod hints;
mod key;

use crate::tui::action::{Action, Context};

pub use file::KeymapError;
pub use hints::{HintItem, hints};
pub use key::Key;

/// The built-in key map.
pub const DEFAULTS: &str = include_str!("../../../assets/keymap.toml");

/// Keys in a row that ask for one action; mostly one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sequence(Vec<Key>);

impl Sequence {
    /// Returns the keys.
    pub fn keys(&self) -> &[Key] {
        &self.0
    }

    /// Reads keys with blanks between them.
    pub fn parse(text: &str) -> Option<Sequence> {
        let keys: Option<Vec<Key>> = text.split_whitespace().map(Key::parse).collect();
        keys.filter(|keys| !keys.is_empty()).map(Sequence)
    }
}

impl std::fmt::Display for Sequence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let one_by_one = self.0.iter().all(|key| key.typed().is_some_and(|c| c != ' '));
        for (n, key) in self.0.iter().enumerate() {
            let gap = if n > 0 && !one_by_one { " " } else { "" };
            write!(f, "{gap}{key}")?;
        }
        Ok(())
    }
}

/// What keys pressed so far ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// An action.
    Action(Action),
    /// Nothing yet: they begin a longer sequence.
    Prefix,
    /// Nothing.
    None,
}

/// One line of the box that shows where a prefix leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Following {
    /// The key to press next.
    pub key: Key,
    /// The action, or `None` where more keys follow.
    pub action: Option<Action>,
}

/// A key bound to an action.
#[derive(Clone, Debug)]
struct Binding {
    action: Action,
    keys: Sequence,
}

/// All bindings.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Default for Keymap {
    fn default() -> Keymap {
        Keymap::load(None).expect("a test reads the built-in key map")
    }
}

impl Keymap {
    /// Returns the built-in map with a user's file over it: its name for errors, and its text.
    pub fn load(user: Option<(&str, &str)>) -> Result<Keymap, KeymapError> {
        let mut bound = file::read("the built-in key map", DEFAULTS)?;
        if let Some((name, text)) = user {
            file::merge(&mut bound, file::read(name, text)?);
            file::check_conflicts(name, text, &bound)?;
        }
        let bindings = bound
            .into_iter()
            .flat_map(|(action, entry)| entry.keys.into_iter().map(move |keys| Binding { action, keys }))
            .collect();
        Ok(Keymap { bindings })
    }

    /// Returns what `pressed` asks for in `context`. The nearest context that knows the keys wins.
    pub fn lookup(&self, context: Context, pressed: &[Key]) -> Lookup {
        for &place in context.chain() {
            let mut found = Lookup::None;
            for binding in self.of(place) {
                match binding.keys.keys().strip_prefix(pressed) {
                    Some([]) => return Lookup::Action(binding.action),
                    Some(_) => found = Lookup::Prefix,
                    None => {}
                }
            }
            if found != Lookup::None {
                return found;
            }
        }
        Lookup::None
    }

    /// Returns what one key asks for in a dialog.
    pub fn prompt(&self, key: Key) -> Option<Action> {
        match self.lookup(Context::Prompt, &[key]) {
            Lookup::Action(action) => Some(action),
            _ => None,
        }
    }

    /// Returns the keys that may follow a prefix, in the order of the help.
    pub fn following(&self, context: Context, prefix: &[Key]) -> Vec<Following> {
        let mut found: Vec<Following> = Vec::new();
        for &place in context.chain() {
            for binding in self.of(place) {
                let Some([key, rest @ ..]) = binding.keys.keys().strip_prefix(prefix) else { continue };
                if !found.iter().any(|earlier| earlier.key == *key) {
                    let action = rest.is_empty().then_some(binding.action);
                    found.push(Following { key: *key, action });
                }
            }
        }
        found
    }

    /// Returns the sequences of an action, the one to teach first.
    pub fn keys_of(&self, action: Action) -> impl Iterator<Item = &Sequence> {
        self.bindings.iter().filter(move |binding| binding.action == action).map(|binding| &binding.keys)
    }

    /// Returns the first keys of an action as shown; `None` where only the palette reaches it.
    pub fn key_label(&self, action: Action) -> Option<String> {
        self.keys_of(action).next().map(ToString::to_string)
    }

    /// Returns the action with its key as a toast says it: `Export (e)`.
    pub fn named(&self, action: Action) -> String {
        match self.key_label(action) {
            Some(keys) => format!("{} ({keys})", action.title()),
            None => action.title().to_owned(),
        }
    }

    fn of(&self, context: Context) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(move |binding| binding.action.context() == context)
    }
}

#[cfg(test)]
mod tests;
