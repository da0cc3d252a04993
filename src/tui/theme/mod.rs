//! What roles look like. A theme is a TOML file; without colours the text still says everything.

mod glyphs;

use ratatui::style::{Modifier, Style};

use crate::present::Role;

pub use glyphs::Glyphs;

/// The styles of all roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    name: String,
    styles: [Style; ROLES.len()],
}

/// Every role, in the order of its declaration, with its name in a theme's file.
pub const ROLES: [(Role, &str); 28] = [
    (Role::Text, "text"),
    (Role::Dim, "dim"),
    (Role::Strong, "strong"),
    (Role::Label, "label"),
    (Role::Title, "title"),
    (Role::Added, "added"),
    (Role::Removed, "removed"),
    (Role::Changed, "changed"),
    (Role::AddedWord, "added-word"),
    (Role::RemovedWord, "removed-word"),
    (Role::Key, "key"),
    (Role::String, "string"),
    (Role::Number, "number"),
    (Role::Constant, "constant"),
    (Role::Punctuation, "punctuation"),
    (Role::Match, "match"),
    (Role::Escaped, "escaped"),
    (Role::Masked, "masked"),
    (Role::Link, "link"),
    (Role::Error, "error"),
    (Role::Warning, "warning"),
    (Role::Good, "good"),
    (Role::Badge, "badge"),
    (Role::Bar, "bar"),
    (Role::Keycap, "keycap"),
    (Role::Selected, "selected"),
    (Role::SelectedDim, "selected-dim"),
    (Role::Marked, "marked"),
];

impl Theme {
    /// Returns how a role looks.
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the theme without any colour.
    pub fn mono() -> Theme {
        let mut styles = [Style::new(); ROLES.len()];
        styles[Role::Selected as usize] = Style::new().add_modifier(Modifier::REVERSED);
        Theme { name: "mono".to_owned(), styles }
    }
}

impl Default for Theme {
    fn default() -> Theme {
        Theme::mono()
    }
}
