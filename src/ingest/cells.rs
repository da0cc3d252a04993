//! Rows as query interfaces answer them: a list of cells under columns that stand elsewhere in the document, a list of
//! wrapped cells, or a list of pairs of name and value. Writes a row as the JSON object that the rest of the program reads.
//!
//! A cell that holds JSON as text, or a struct as SQL engines print it, is written as the value that it is, so that the
//! vendor's record comes out as it went into the table.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::csv::RowError;
use super::unquoted;
use crate::domain::json::{Doc, Kind, Node, push_string};

/// How deep records may lie in cells.
const DEPTH: usize = 16;

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Column {
    /// Its name.
    Plain(String),
    /// Its cells are records.
    Record {
        /// Its name.
        name: String,
        /// What they hold.
        fields: Vec<Column>,
    },
}

impl Column {
    /// Returns what it is called.
    pub fn name(&self) -> &str {
        match self {
            Column::Plain(name) | Column::Record { name, .. } => name,
        }
    }

    fn fields(&self) -> &[Column] {
        match self {
            Column::Plain(_) => &[],
            Column::Record { fields, .. } => fields,
        }
    }
}

/// Keys under which a column or a pair says what it is called, the surest first.
const NAMES: [&str; 14] = [
    "name",
    "Name",
    "field",
    "Field",
    "columnName",
    "ColumnName",
    "column_name",
    "column",
    "label",
    "Label",
    "key",
    "Key",
    "title",
    "id",
];

/// Keys under which a pair says its value.
const VALUES: [&str; 5] = ["value", "Value", "val", "stringValue", "v"];

/// Returns the columns that a list describes, by texts or by objects with a name; each name once.
pub(crate) fn columns(list: Node<'_>) -> Option<Vec<Column>> {
    described(list, DEPTH).filter(|columns| !columns.is_empty())
}

fn described(list: Node<'_>, depth: usize) -> Option<Vec<Column>> {
    let depth = depth.checked_sub(1)?;
    if list.kind() != Kind::Array {
        return None;
    }
    let mut seen = HashSet::new();
    list.items()
        .map(|item| {
            let given = match item.kind() {
                Kind::Object => NAMES.iter().find_map(|key| item.get(key)?.as_str())?,
                _ => item.as_str()?,
            };
            let name = once(&given, &mut seen);
            let fields = item.get("fields").and_then(|fields| described(fields, depth)).unwrap_or_default();
            Some(if fields.is_empty() { Column::Plain(name) } else { Column::Record { name, fields } })
        })
        .collect()
}

/// Returns a name that was not given before: nameless and repeated columns are numbered, so that no cell hides another.
fn once(given: &str, seen: &mut HashSet<String>) -> String {
    let given = match given.trim() {
        "" => format!("column_{}", seen.len() + 1),
        given => given.to_owned(),
    };
    let mut name = given.clone();
    let mut copy = 2;
    while !seen.insert(name.clone()) {
        name = format!("{given}_{copy}");
        copy += 1;
    }
    name
}

/// The cells of a row.
pub(crate) struct Cells<'a> {
    pub(crate) all: Vec<Node<'a>>,
    /// Each lies in an object of its own.
    wrapped: bool,
}

impl<'a> Cells<'a> {
    /// Returns the cells of a row: of a list, or of an object that holds nothing but one.
    pub(crate) fn of(row: Node<'a>) -> Option<Cells<'a>> {
        let single = |node: Node<'_>| node.kind() == Kind::Object && node.members().nth(1).is_none();
        if row.kind() == Kind::Array {
            let all: Vec<_> = row.items().collect();
            let plain = |node: Node<'_>| {
                node.members().all(|(_, value)| !matches!(value.kind(), Kind::Object | Kind::Array))
            };
            let wrapped = all.len() > 1 && all.iter().all(|cell| single(*cell) && plain(*cell));
            return Some(Cells { all, wrapped });
        }
        let inner = single(row).then(|| row.members().next()).flatten()?.1;
        let all: Vec<_> = (inner.kind() == Kind::Array).then(|| inner.items().collect())?;
        let wrapped = all.iter().all(|cell| single(*cell));
        // A list of objects is one of records.
        (wrapped || all.iter().all(|cell| cell.kind() != Kind::Object)).then_some(Cells { all, wrapped })
    }

    /// Whether the row repeats the names of its columns.
    pub(crate) fn repeat(&self, columns: &[Column]) -> bool {
        let same = |(cell, column): (&Node<'_>, &Column)| {
            self.value(*cell).and_then(|cell| cell.as_str()).is_some_and(|text| text == column.name())
        };
        self.all.len() == columns.len() && self.all.iter().zip(columns).all(same)
    }

    /// Returns the columns that the row names, as the first of a table may.
    pub(crate) fn names(&self) -> Option<Vec<Column>> {
        let mut seen = HashSet::new();
        let names =
            self.all.iter().map(|cell| Some(Column::Plain(once(&self.value(*cell)?.as_str()?, &mut seen))));
        names.collect()
    }

    fn value(&self, cell: Node<'a>) -> Option<Node<'a>> {
        if self.wrapped { unwrapped(cell) } else { Some(cell) }
    }
}

/// Returns what a cell's own object holds; nothing where that says that there is nothing.
fn unwrapped(cell: Node<'_>) -> Option<Node<'_>> {
    let (key, value) = cell.members().next()?;
    let nothing = value.as_bool() == Some(true) && key.decode().to_ascii_lowercase().contains("null");
    (!nothing).then_some(value)
}

/// Writes a row as a JSON object; `others` are columns that the source names elsewhere, told apart by their number.
/// Without columns the row is one of pairs. An object that is no row is a record of its own.
///
/// # Errors
/// Another number of cells than columns, or no row at all.
pub(crate) fn write(
    row: Node<'_>,
    columns: &[Column],
    others: &[Vec<Column>],
    out: &mut String,
) -> Result<(), RowError> {
    let Some(cells) = Cells::of(row) else {
        out.push_str(if row.kind() == Kind::Object { row.raw() } else { return Err(RowError::NoCells) });
        return Ok(());
    };
    if columns.is_empty() {
        return pairs(&cells.all, out).ok_or(RowError::NoCells);
    }
    let count = cells.all.len();
    let fits = |columns: &[Column]| columns.len() == count;
    let columns = match others.iter().find(|other| !fits(columns) && fits(other)) {
        Some(other) => other.as_slice(),
        None if fits(columns) => columns,
        None => return Err(RowError::OtherCells { cells: count, columns: columns.len() }),
    };
    record(&cells, columns, DEPTH, out);
    Ok(())
}

fn record(cells: &Cells<'_>, columns: &[Column], depth: usize, out: &mut String) {
    out.push('{');
    for (at, (column, cell)) in columns.iter().zip(&cells.all).enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        push_string(out, column.name());
        out.push(':');
        match cells.value(*cell) {
            Some(value) if cells.wrapped => inner(value, column.fields(), depth, out),
            Some(value) => content(value, out),
            None => out.push_str("null"),
        }
    }
    out.push('}');
}

/// Writes what a wrapped cell holds: a record of such cells, a list of them, or a value.
fn inner(value: Node<'_>, fields: &[Column], depth: usize, out: &mut String) {
    let deeper = depth.checked_sub(1);
    let cells = (value.kind() == Kind::Object).then(|| Cells::of(value)).flatten();
    match (cells, deeper) {
        (Some(cells), Some(depth)) if !fields.is_empty() && cells.all.len() == fields.len() => {
            record(&cells, fields, depth, out);
        }
        (_, Some(depth)) if value.kind() == Kind::Array => {
            out.push('[');
            for (at, item) in value.items().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                let single = item.kind() == Kind::Object && item.len() == 1;
                match if single { unwrapped(item) } else { Some(item) } {
                    Some(item) => inner(item, fields, depth, out),
                    None => out.push_str("null"),
                }
            }
            out.push(']');
        }
        _ => content(value, out),
    }
}

/// Writes a row of pairs: `[{"field": .., "value": ..}, ..]`, `[{"a": ..}, {"b": ..}]`.
fn pairs(row: &[Node<'_>], out: &mut String) -> Option<()> {
    let mut seen = HashSet::new();
    out.push('{');
    for (at, pair) in row.iter().enumerate() {
        let (name, value) = pair_of(*pair)?;
        out.push_str(if at == 0 { "" } else { "," });
        push_string(out, &once(&name, &mut seen));
        out.push(':');
        match value {
            Some(value) => content(value, out),
            None => out.push_str("null"),
        }
    }
    out.push('}');
    Some(())
}

/// Returns the name and the value of a pair.
pub(crate) fn pair_of(pair: Node<'_>) -> Option<(String, Option<Node<'_>>)> {
    let named = || {
        let name = NAMES.iter().find_map(|key| pair.get(key)?.as_str())?;
        Some((name.into_owned(), Some(VALUES.iter().find_map(|key| pair.get(key))?)))
    };
    if pair.kind() != Kind::Object {
        return None;
    }
    named().or_else(|| {
        let mut members = pair.members();
        let (key, value) = members.next().filter(|_| members.next().is_none())?;
        Some((key.decode().into_owned(), Some(value)))
    })
}

/// Writes a cell: what its text holds, where that is an object or a list.
fn content(value: Node<'_>, out: &mut String) {
    match opened(value) {
        Some(text) => out.push_str(&text),
        None => out.push_str(value.raw()),
    }
}

/// Returns the object or list that a text holds, as JSON.
pub(crate) fn opened(value: Node<'_>) -> Option<String> {
    let raw = value.raw();
    let mut inside = raw.strip_prefix('"')?.trim_start_matches([' ', '\t']).chars();
    if !matches!(inside.next(), Some('{' | '[' | '\\')) {
        return None;
    }
    let text = value.as_str()?;
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let mut doc = Doc::new();
    if doc.parse(text).is_ok() {
        return Some(text.to_owned());
    }
    let mut out = String::new();
    unquoted::write(text, &mut out).then_some(out)
}

#[cfg(test)]
mod tests;
