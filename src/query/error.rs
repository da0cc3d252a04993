//! What is wrong with a query, and where.

use std::ops::Range;

use unicode_width::UnicodeWidthChar as _;

/// Why a text is no query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// The bytes of the text that are wrong; empty at a place where something is missing.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// The nearest valid word.
    pub suggestion: Option<String>,
    /// What to write instead.
    pub hint: Option<String>,
}

impl QueryError {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> QueryError {
        QueryError { span, message: message.into(), suggestion: None, hint: None }
    }

    pub(super) fn suggest(mut self, word: Option<impl Into<String>>) -> QueryError {
        self.suggestion = word.map(Into::into);
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> QueryError {
        self.hint = Some(hint.into());
        self
    }

    /// Returns the text with carets under the spot, and below it what is wrong: three lines.
    pub fn caret(&self, text: &str) -> String {
        let before = text.get(..self.span.start).unwrap_or(text);
        let wrong = text.get(self.span.clone()).unwrap_or_default();
        let carets = "^".repeat(width(wrong).max(1));
        format!("{}\n{}{carets}\n{self}", visible(text), " ".repeat(width(before)))
    }
}

/// Characters that move the cursor or nothing at all would push the carets off their spot.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_whitespace() {
                ' '
            } else if c.is_control() {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

fn width(text: &str) -> usize {
    visible(text).chars().map(|c| c.width().unwrap_or(0)).sum()
}

impl std::fmt::Display for QueryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        if let Some(word) = &self.suggestion {
            write!(f, "; did you mean {word}?")?;
        }
        match &self.hint {
            Some(hint) if self.suggestion.is_some() => write!(f, " ({hint})"),
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for QueryError {}
