//! Lines for a terminal that only passes text on: with the 16 colours of ANSI, or without any.

use super::line::{Line, Role};

/// With or without colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paint {
    /// Text alone.
    #[default]
    Plain,
    /// The terminal's own 16 colours.
    Ansi,
}

/// Returns lines as text, each ended by a line feed.
pub fn print<'l>(lines: impl IntoIterator<Item = &'l Line>, paint: Paint) -> String {
    let mut out = String::new();
    for line in lines {
        write_line(&mut out, line, paint);
        out.push('\n');
    }
    out
}

/// Appends a line without a line feed. Spaces at its end are left out.
pub fn write_line(out: &mut String, line: &Line, paint: Paint) {
    if paint == Paint::Plain {
        out.push_str(line.plain().trim_end_matches(' '));
        return;
    }
    let last = line.spans.iter().rposition(|span| !span.text.trim_end_matches(' ').is_empty());
    for (at, span) in line.spans.iter().enumerate().take(last.map_or(0, |last| last + 1)) {
        let text = if Some(at) == last { span.text.trim_end_matches(' ') } else { &span.text };
        match colour(span.role) {
            "" => out.push_str(text),
            code => {
                out.push_str("\u{1b}[");
                out.push_str(code);
                out.push('m');
                out.push_str(text);
                out.push_str("\u{1b}[0m");
            }
        }
    }
}

/// The parameters of the sequence that begins a role; empty for plain text.
fn colour(role: Role) -> &'static str {
    match role {
        Role::Text | Role::String | Role::Bar => "",
        Role::Dim | Role::Punctuation | Role::SelectedDim => "2",
        Role::Strong => "1",
        Role::Title => "1;4",
        Role::Label | Role::Number | Role::Constant => "36",
        Role::Key => "34",
        Role::Added | Role::Good => "32",
        Role::Removed | Role::Error => "31",
        Role::Changed | Role::Warning => "33",
        Role::AddedWord => "1;4;32",
        Role::RemovedWord => "1;4;31",
        Role::Match | Role::Selected => "7",
        Role::Escaped | Role::Masked => "35",
        Role::Link => "4;34",
        Role::Badge | Role::Keycap | Role::Marked => "1;36",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_spans_and_nothing_else() {
        let line = Line::of(Role::Added, "+ ").and(Role::Text, "new").and(Role::Dim, "   ");
        assert_eq!(print([&line], Paint::Plain), "+ new\n");
        assert_eq!(print([&line], Paint::Ansi), "\u{1b}[32m+ \u{1b}[0mnew\n");
        assert_eq!(print([&Line::new()], Paint::Ansi), "\n");
    }
}
