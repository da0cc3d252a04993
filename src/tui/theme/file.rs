//! A theme's file: `role = "bold red on black"`, one role a line.

use std::str::FromStr as _;

use ratatui::style::{Color, Modifier, Style};
use toml::de::DeValue;

use crate::config::document::{Document, Item, items};
use crate::config::{FileError, nearest};

use super::{ROLES, Theme};

/// What is wrong with a theme, and where.
pub type ThemeError = FileError;

/// Words for what text looks like beside its colour.
const MODIFIERS: [(&str, Modifier); 6] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
    ("crossed-out", Modifier::CROSSED_OUT),
];

/// The terminal's own colours.
const COLOURS: [(&str, Color); 17] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

/// Reads a theme. `base` names a built-in one for the roles that the file does not; without, the default is.
pub(super) fn read(name: &str, file: &str, text: &str) -> Result<Theme, ThemeError> {
    let document = Document { file, text };
    let table = document.parse()?;
    let items = items(table.get_ref());
    let mut styles = match items.iter().find(|item| item.key == "base") {
        Some(item) => base(document, *item)?.styles,
        None if is_complete(&items) => [Style::new(); ROLES.len()],
        None => Theme::default().styles,
    };
    for item in items.into_iter().filter(|item| item.key != "base") {
        let known = ROLES.iter().map(|(_, name)| *name);
        let (role, _) = ROLES
            .iter()
            .find(|(_, name)| *name == item.key)
            .ok_or_else(|| document.unknown(item.offset, "role", item.key, known))?;
        styles[*role as usize] = style(document, item)?;
    }
    Ok(Theme { name: name.to_owned(), styles })
}

/// The error of a name without a theme.
pub(super) fn no_theme(name: &str) -> ThemeError {
    let hint = nearest(name, Theme::names()).map_or_else(
        || format!("; there are {}", Theme::names().collect::<Vec<_>>().join(", ")),
        |near| format!("; did you mean {near}?"),
    );
    FileError { file: "theme".to_owned(), line: 0, message: format!("{name:?} is no theme{hint}") }
}

fn is_complete(items: &[Item<'_, '_>]) -> bool {
    ROLES.iter().all(|(_, name)| items.iter().any(|item| item.key == *name))
}

fn base(document: Document<'_>, item: Item<'_, '_>) -> Result<Theme, ThemeError> {
    let DeValue::String(name) = item.value else {
        return Err(document.error(item.offset, "base takes the name of a theme in quotes"));
    };
    Theme::built_in(name).ok_or_else(|| document.unknown(item.offset, "built-in theme", name, Theme::names()))
}

fn style(document: Document<'_>, item: Item<'_, '_>) -> Result<Style, ThemeError> {
    let DeValue::String(text) = item.value else {
        return Err(document.error(item.offset, format!("{} takes a text like \"bold red\"", item.key)));
    };
    parse(text).map_err(|word| {
        let known = MODIFIERS.iter().map(|(name, _)| *name).chain(COLOURS.iter().map(|(name, _)| *name));
        document.unknown(item.offset, "colour or style", &word, known)
    })
}

/// Reads `bold red on black`; an error is the word that is none.
fn parse(text: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut background = false;
    for word in text.split_whitespace() {
        if word == "on" {
            background = true;
        } else if let Some((_, modifier)) = MODIFIERS.iter().find(|(name, _)| *name == word) {
            style = style.add_modifier(*modifier);
        } else {
            let colour = colour(word).ok_or_else(|| word.to_owned())?;
            style = if background { style.bg(colour) } else { style.fg(colour) };
            background = false;
        }
    }
    Ok(style)
}

/// A name, `#rrggbb`, or a number of the 256.
fn colour(word: &str) -> Option<Color> {
    if word.starts_with('#') || word.bytes().all(|byte| byte.is_ascii_digit()) {
        return Color::from_str(word).ok();
    }
    COLOURS.iter().find(|(name, _)| *name == word).map(|(_, colour)| *colour)
}
