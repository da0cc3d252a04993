//! What roles look like. A theme is a TOML file; without colours the text still says everything.
//!
//! The screen is filled with [`Role::Text`] first: a theme may choose the background.

mod file;
mod glyphs;

use ratatui::style::{Modifier, Style};

use crate::present::Role;

pub use file::ThemeError;
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

/// The built-in themes, in the order in which one tries them.
const BUILT_IN: [(&str, &str); 6] = [
    ("default", include_str!("../../../assets/themes/default.toml")),
    ("dark", include_str!("../../../assets/themes/dark.toml")),
    ("light", include_str!("../../../assets/themes/light.toml")),
    ("high-contrast", include_str!("../../../assets/themes/high-contrast.toml")),
    ("colour-blind", include_str!("../../../assets/themes/colour-blind.toml")),
    ("mono", include_str!("../../../assets/themes/mono.toml")),
];

impl Theme {
    /// Returns the built-in theme of this name.
    pub fn built_in(name: &str) -> Option<Theme> {
        let name = if name.eq_ignore_ascii_case("color-blind") { "colour-blind" } else { name };
        let (name, text) = BUILT_IN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(file::read(name, name, text).expect("a test reads the built-in themes"))
    }

    /// Returns a theme by its name: built in, or of the user's own file (its name for errors, its text).
    ///
    /// # Errors
    /// The file says something that cannot be, or there is neither.
    pub fn load(name: &str, user: Option<(&str, &str)>) -> Result<Theme, ThemeError> {
        if let Some((file, text)) = user {
            return file::read(name, file, text);
        }
        Theme::built_in(name).ok_or_else(|| file::no_theme(name))
    }

    /// Returns the names of the built-in themes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Returns the built-in theme behind the one of this name, in a circle.
    pub fn after(name: &str) -> Theme {
        let at = Theme::names().position(|known| known == name).map_or(0, |at| at + 1);
        let next = Theme::names().nth(at % BUILT_IN.len()).unwrap_or("default");
        Theme::built_in(next).unwrap_or_default()
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns how a role looks.
    pub fn style(&self, role: Role) -> Style {
        let text = self.own(Role::Text);
        if role == Role::Text { text } else { text.patch(self.own(role)) }
    }

    /// Returns how a role looks in a row of another, such as [`Role::Selected`]: the row keeps its colours,
    /// the role its bold and underline.
    pub fn style_on(&self, row: Role, role: Role) -> Style {
        if matches!(row, Role::Selected | Role::SelectedDim) {
            let kept = self.own(role).add_modifier & (Modifier::BOLD | Modifier::UNDERLINED);
            return self.style(row).add_modifier(kept);
        }
        self.style(row).patch(self.own(role))
    }

    fn own(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }
}

impl Default for Theme {
    fn default() -> Theme {
        Theme::built_in("default").expect("a test reads the built-in themes")
    }
}

#[cfg(test)]
mod tests;
