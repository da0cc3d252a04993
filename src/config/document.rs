//! TOML with the line of everything in it, so that an error can point at what it means.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with a file of settings, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {message}", place(*line))]
pub struct FileError {
    /// The file as named to the user.
    pub file: String,
    /// The line, from 1; 0 where it is about no line.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

fn place(line: usize) -> String {
    if line == 0 { String::new() } else { format!(":{line}") }
}

/// A file's text with its name, to make errors of places in it.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The file as named to the user.
    pub file: &'a str,
    /// What it holds.
    pub text: &'a str,
}

/// A key with its value, and where the key stands.
#[derive(Clone, Copy, Debug)]
pub struct Item<'t, 'a> {
    /// The key.
    pub key: &'t str,
    /// The value.
    pub value: &'t DeValue<'a>,
    /// First byte of the key.
    pub offset: usize,
}

impl<'a> Document<'a> {
    /// Returns the table the text holds.
    pub fn parse(self) -> Result<Spanned<DeTable<'a>>, FileError> {
        DeTable::parse(self.text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            self.error(offset, error.message().replace('\n', ", "))
        })
    }

    /// Returns an error at the line of this byte.
    pub fn error(self, offset: usize, message: impl Into<String>) -> FileError {
        FileError { file: self.file.to_owned(), line: self.line(offset), message: message.into() }
    }

    /// Returns the line of a byte, from 1.
    pub fn line(self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset).unwrap_or(self.text.as_bytes());
        before.iter().filter(|&&byte| byte == b'\n').count() + 1
    }

    /// Returns the error of a word that is none of `known`, naming the nearest.
    pub fn unknown<'k>(
        self,
        offset: usize,
        what: &str,
        word: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) -> FileError {
        let hint = match super::nearest(word, known) {
            Some(near) => format!("; did you mean {near}?"),
            None => String::new(),
        };
        self.error(offset, format!("{word:?} is no {what}{hint}"))
    }
}

/// Returns the items of a table in the order of the file.
pub fn items<'t, 'a>(table: &'t DeTable<'a>) -> Vec<Item<'t, 'a>> {
    let mut items: Vec<Item<'t, 'a>> = table
        .iter()
        .map(|(key, value)| Item { key: key.get_ref(), value: value.get_ref(), offset: key.span().start })
        .collect();
    items.sort_by_key(|item| item.offset);
    items
}
