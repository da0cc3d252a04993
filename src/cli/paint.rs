//! Lines with roles as text for a terminal, in colours where they are wanted.

use super::context::Context;
use super::output;
use crate::config::ColorMode;
use crate::present::{Charset, Line, Role};

/// Returns the characters that marks are drawn with.
pub(super) fn charset(context: &Context) -> Charset {
    if context.config.settings.ascii { Charset::Ascii } else { Charset::Unicode }
}

/// Returns a line as text. It is sanitised already.
pub(super) fn paint(line: &Line, context: &Context) -> String {
    let colours = match context.config.settings.color {
        ColorMode::Always => true,
        ColorMode::Never => false,
        ColorMode::Auto => output::to_terminal() && !context.config.no_color,
    };
    if colours { coloured(line) } else { line.plain() }
}

fn coloured(line: &Line) -> String {
    let mut out = String::new();
    for span in &line.spans {
        match code(span.role) {
            "" => out.push_str(&span.text),
            code => out.extend(["\u{1b}[", code, "m", &span.text, "\u{1b}[0m"]),
        }
    }
    out
}

/// Returns the attributes of a role, of the terminal's own sixteen colours.
fn code(role: Role) -> &'static str {
    match role {
        Role::Added | Role::Good => "32",
        Role::Removed | Role::Error => "31",
        Role::AddedWord => "1;32",
        Role::RemovedWord => "1;31",
        Role::Changed | Role::Warning | Role::Masked => "33",
        Role::Dim | Role::Punctuation => "2",
        Role::Strong | Role::Title | Role::Keycap => "1",
        Role::Label | Role::Key => "36",
        Role::Link => "4",
        Role::Escaped | Role::Match => "7",
        _ => "",
    }
}
