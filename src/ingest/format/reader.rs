//! Reads TOML with its places: every wrong word is reported with file, line and the nearest valid one.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with a format file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// The file's name.
    pub file: String,
    /// Line, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "format file {}: {}", self.file, self.message),
            line => write!(f, "format file {}, line {line}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for FormatError {}

/// An error before its file and line are known.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub(super) span: Range<usize>,
    pub(super) message: String,
}

impl Problem {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Problem {
        Problem { span, message: message.into() }
    }

    /// Adds the file and the line.
    pub(super) fn at(self, file: &str, text: &str) -> FormatError {
        let before = text.as_bytes().get(..self.span.start).unwrap_or_default();
        let line = 1 + before.iter().filter(|&&b| b == b'\n').count();
        FormatError { file: file.to_owned(), line, message: self.message }
    }
}

pub(super) type Result<T> = std::result::Result<T, Problem>;

/// Parses a text into its root table.
pub(super) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>> {
    DeTable::parse(text).map_err(|error| {
        Problem::new(error.span().unwrap_or_default(), error.message().replace('\n', "; ").to_lowercase())
    })
}

/// A value with its place.
#[derive(Clone, Copy)]
pub(super) struct Value<'t> {
    value: &'t DeValue<'t>,
    start: usize,
    end: usize,
}

impl<'t> Value<'t> {
    fn of(spanned: &'t Spanned<DeValue<'t>>) -> Value<'t> {
        let span = spanned.span();
        Value { value: spanned.get_ref(), start: span.start, end: span.end }
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    pub(super) fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(self.span(), message)
    }

    pub(super) fn text(&self) -> Result<&'t str> {
        self.value.as_str().ok_or_else(|| self.expected("a text"))
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        self.value.as_bool()
    }

    pub(super) fn number(&self) -> Option<i64> {
        let integer = self.value.as_integer()?;
        i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()
    }

    /// Returns the elements of an array.
    pub(super) fn list(&self) -> Option<Vec<Value<'t>>> {
        self.value.as_array().map(|array| array.iter().map(Value::of).collect())
    }

    /// Returns the elements of an array, or the one value as its only element.
    pub(super) fn each(&self) -> Vec<Value<'t>> {
        self.list().unwrap_or_else(|| vec![*self])
    }

    /// Returns the table, to be read under the name `what`.
    pub(super) fn table(&self, what: &'t str) -> Result<Section<'t>> {
        let table = self.value.as_table().ok_or_else(|| self.expected("a table"))?;
        Ok(Section::new(table, self.span(), what))
    }

    pub(super) fn is_table(&self) -> bool {
        self.value.is_table()
    }

    pub(super) fn expected(&self, what: &str) -> Problem {
        self.problem(format!("expected {what}, found {}", self.value.type_str()))
    }
}

/// A table whose every key must be taken.
pub(super) struct Section<'t> {
    table: &'t DeTable<'t>,
    span: Range<usize>,
    what: &'t str,
    known: Vec<&'static str>,
}

impl<'t> Section<'t> {
    pub(super) fn new(table: &'t DeTable<'t>, span: Range<usize>, what: &'t str) -> Section<'t> {
        Section { table, span, what, known: Vec::new() }
    }

    pub(super) fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(self.span.clone(), message)
    }

    /// Returns the value of a key, which counts as known from now on.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Value<'t>> {
        self.known.push(key);
        self.table.get(key).map(Value::of)
    }

    pub(super) fn text(&mut self, key: &'static str) -> Result<Option<&'t str>> {
        self.take(key).map(|value| value.text()).transpose()
    }

    pub(super) fn need(&mut self, key: &'static str) -> Result<Value<'t>> {
        let missing = format!("{} needs '{key}'", self.what);
        self.take(key).ok_or_else(|| self.problem(missing))
    }

    /// Whether there is such a key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// Reports all of these keys that are missing at once.
    pub(super) fn need_all(&self, keys: &[&str]) -> Result<()> {
        let missing: Vec<String> =
            keys.iter().filter(|key| !self.has(key)).map(|key| format!("'{key}'")).collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(self.problem(format!("{} needs {}", self.what, missing.join(", ")))),
        }
    }

    pub(super) fn flag(&mut self, key: &'static str) -> Result<bool> {
        match self.take(key) {
            None => Ok(false),
            Some(value) => value.boolean().ok_or_else(|| value.expected("true or false")),
        }
    }

    /// Returns a list of texts; one text counts as a list.
    pub(super) fn texts(&mut self, key: &'static str) -> Result<Vec<(&'t str, Range<usize>)>> {
        let Some(value) = self.take(key) else { return Ok(Vec::new()) };
        value.each().iter().map(|one| Ok((one.text()?, one.span()))).collect()
    }

    /// Returns a list of tables; one table counts as a list.
    pub(super) fn tables(&mut self, key: &'static str) -> Result<Vec<Section<'t>>> {
        let Some(value) = self.take(key) else { return Ok(Vec::new()) };
        value.each().iter().map(|one| one.table(key)).collect()
    }

    pub(super) fn section(&mut self, key: &'static str) -> Result<Option<Section<'t>>> {
        self.take(key).map(|value| value.table(key)).transpose()
    }

    /// Returns all members in the order of the file, whatever their keys.
    pub(super) fn members(&self) -> Vec<(&'t str, Range<usize>, Value<'t>)> {
        let mut all: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| (key.get_ref().as_ref(), key.span(), Value::of(value)))
            .collect();
        all.sort_by_key(|(_, span, _)| span.start);
        all
    }

    /// Reports the keys that nobody took, each with the nearest that is known, at the place of the first.
    pub(super) fn finish(self) -> Result<()> {
        let members = self.members();
        let mut unknown = members.iter().filter(|(key, ..)| !self.known.contains(key)).peekable();
        let Some((_, span, _)) = unknown.peek() else { return Ok(()) };
        let span = span.clone();
        let told = |key: &str| format!("unknown key '{key}' in {}{}", self.what, suggest(key, &self.known));
        let all: Vec<String> = unknown.map(|(key, ..)| told(key)).collect();
        Err(Problem::new(span, all.join("; ")))
    }
}

/// Returns `, did you mean 'x'?`, or the whole list where nothing is near.
pub(super) fn suggest(word: &str, known: &[&str]) -> String {
    match nearest(word, known) {
        Some(near) => format!(", did you mean '{near}'?"),
        None => format!("; known are {}", known.join(", ")),
    }
}

fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let limit = 1 + word.chars().count() / 3;
    let near = known.iter().map(|&k| (distance(word, k), k)).min_by_key(|&(distance, _)| distance)?;
    (near.0 <= limit).then_some(near.1)
}

/// Returns how many characters must be added, removed, replaced or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            let other = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let step = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(other);
            rows[i][j] = if swap { step.min(rows[i - 2][j - 2] + 1) } else { step };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_edits() {
        for (a, b, expect) in [("name", "name", 0), ("nmae", "name", 1), ("tim", "time", 1), ("", "ab", 2)] {
            assert_eq!(distance(a, b), expect, "{a} {b}");
        }
    }

    #[test]
    fn suggests_only_what_is_near() {
        assert_eq!(suggest("vendr", &["vendor", "title"]), ", did you mean 'vendor'?");
        assert_eq!(suggest("zzzzz", &["vendor", "title"]), "; known are vendor, title");
    }
}
