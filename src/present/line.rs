//! Text with roles. A theme turns roles into colours; without colours the text still says everything.

use std::borrow::Cow;

/// What a piece of text is, for a theme to style.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Plain text.
    Text,
    /// Less important: separators, units, unchanged parts.
    Dim,
    /// More important: names, headings.
    Strong,
    /// A label in front of a value.
    Label,
    /// A heading of a pane or group.
    Title,
    /// Added.
    Added,
    /// Removed.
    Removed,
    /// Changed, where neither side alone is meant.
    Changed,
    /// The very words added within a changed text.
    AddedWord,
    /// The very words removed within a changed text.
    RemovedWord,
    /// A key of an object.
    Key,
    /// A string value.
    String,
    /// A number.
    Number,
    /// `true`, `false`, `null`.
    Constant,
    /// Brackets, commas, colons.
    Punctuation,
    /// A hit of the search.
    Match,
    /// A control or invisible character made visible.
    Escaped,
    /// A masked secret.
    Masked,
    /// A link.
    Link,
    /// Something went wrong.
    Error,
    /// Something to be careful about.
    Warning,
    /// Something went well.
    Good,
    /// The badge of the `System` actor and other kinds.
    Badge,
    /// Bar of a histogram or count.
    Bar,
    /// A key to press, in hints and help.
    Keycap,
    /// The row under the cursor, in the pane that has the focus.
    Selected,
    /// The row under the cursor in a pane without the focus.
    SelectedDim,
    /// A marked row.
    Marked,
}

/// A run of text of one role. The text is sanitised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub role: Role,
    /// What it says.
    pub text: Cow<'static, str>,
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its runs from left to right.
    pub spans: Vec<Span>,
}

impl Line {
    /// Returns an empty line.
    pub fn new() -> Line {
        Line::default()
    }

    /// Returns a line of one run.
    pub fn of(role: Role, text: impl Into<Cow<'static, str>>) -> Line {
        Line::new().and(role, text)
    }

    /// Returns the line with one more run; empty text adds none.
    pub fn and(mut self, role: Role, text: impl Into<Cow<'static, str>>) -> Line {
        self.push(role, text);
        self
    }

    /// Adds a run; empty text adds none.
    pub fn push(&mut self, role: Role, text: impl Into<Cow<'static, str>>) {
        let text = text.into();
        if !text.is_empty() {
            self.spans.push(Span { role, text });
        }
    }

    /// Returns the text without roles.
    pub fn plain(&self) -> String {
        self.spans.iter().map(|span| span.text.as_ref()).collect()
    }
}
