//! A row of an answer as the JSON object of its cells under their columns' names: what a row of CSV becomes.
//!
//! Cells stay as they came: a number stays one, JSON in a text stays a text. Where a form says of a type that its
//! values are counted from 1970, the cell is written as the time it is. Whatever is needed to read a row again is in
//! [`Cells`] and [`Column`], which the store keeps, so that a changed list of forms changes no record.

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;
use crate::domain::json::{Kind, Node, push_string};
use crate::domain::time::SECOND;
use crate::ingest::csv::{self, RowError};

use super::form::ColumnForm;

/// Characters of a column's name that are kept.
const NAME: usize = 200;

/// Most columns of a table.
const COLUMNS: usize = 10_000;

/// How deep columns may lie in columns.
const DEPTH: usize = 16;

/// How a row holds its cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cells {
    /// `["a", 1]`
    #[default]
    Plain,
    /// `{"row": [{"cell": "a"}, {"cell": 1}]}`; a cell without a value is null.
    Wrapped {
        /// Key of the list.
        row: String,
        /// Key of each value.
        cell: String,
    },
    /// `[{"name": "x", "value": "a"}, ..]`
    Pairs {
        /// Key of a column's name.
        name: String,
        /// Key of the value.
        value: String,
    },
    /// `[{"x": "a"}, ..]`
    Single,
}

impl Cells {
    /// Whether each cell says the name of its column.
    pub(super) fn name_their_columns(&self) -> bool {
        matches!(self, Cells::Pairs { .. } | Cells::Single)
    }
}

/// What a cell is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Convert {
    /// Seconds since 1970 with a fraction, or microseconds without one, as a time in UTC. Words behind a space, such as
    /// the zone it is shown in, are left out.
    Epoch,
    /// The same for a clock of no known zone.
    Clock,
    /// Days since 1970, as a date.
    Days,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// What it is called, each column of a table otherwise.
    pub name: String,
    /// What its cells are written as, where not as they came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub convert: Option<Convert>,
    /// The columns of the records that are its cells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Column>,
}

/// Returns the columns that a list describes; `None` where it describes none, or not as the form says.
pub(super) fn columns(list: Node<'_>, form: &ColumnForm) -> Option<Vec<Column>> {
    described(list, form, DEPTH)
}

fn described(list: Node<'_>, form: &ColumnForm, depth: usize) -> Option<Vec<Column>> {
    if list.kind() != Kind::Array || list.is_empty() || list.len() > COLUMNS || depth == 0 {
        return None;
    }
    let read = |item: Node<'_>| {
        if form.text && item.kind() == Kind::String {
            return Some((item.as_str()?.into_owned(), Column::default()));
        }
        let name = item.get(form.name.as_ref()?)?.as_str()?.into_owned();
        let mut column = Column::default();
        if let Some(key) = &form.r#type {
            let given = item.get(key)?.as_str()?;
            column.convert = form.convert.get(&*given).copied();
        }
        if let Some(fields) = form.fields.as_ref().and_then(|key| item.get(key)) {
            column.fields = described(fields, form, depth - 1)?;
        }
        Some((name, column))
    };
    let all: Vec<(String, Column)> = list.items().map(read).collect::<Option<_>>()?;
    let names = csv::unique(all.iter().map(|(name, _)| cut(name)));
    Some(all.into_iter().zip(names).map(|((_, column), name)| Column { name, ..column }).collect())
}

/// Returns the beginning of a name that nobody would read to its end.
fn cut(name: &str) -> &str {
    name.char_indices().nth(NAME).and_then(|(end, _)| name.get(..end)).unwrap_or(name)
}

/// Returns how many cells a row has; `None` where it is no row of this kind.
pub(super) fn count(row: Node<'_>, cells: &Cells) -> Option<usize> {
    let list = listed(row, cells)?;
    let fits = |item: Node<'_>| match cells {
        Cells::Plain => true,
        Cells::Wrapped { cell, .. } => wrapped(item, cell).is_some(),
        Cells::Pairs { name, value } => pair(item, name, value).is_some(),
        Cells::Single => item.kind() == Kind::Object && item.len() == 1,
    };
    list.items().all(fits).then(|| list.len())
}

/// Returns the list in which the cells of a row lie.
fn listed<'a>(row: Node<'a>, cells: &Cells) -> Option<Node<'a>> {
    let list = match cells {
        Cells::Wrapped { row: key, .. } if row.kind() == Kind::Object && row.len() == 1 => row.get(key)?,
        Cells::Wrapped { .. } => return None,
        _ => row,
    };
    (list.kind() == Kind::Array).then_some(list)
}

/// Returns what a wrapped cell holds, `None` inside where that is nothing.
fn wrapped<'a>(item: Node<'a>, key: &str) -> Option<Option<Node<'a>>> {
    match (item.kind(), item.len()) {
        (Kind::Object, 0) => Some(None),
        (Kind::Object, 1) => item.get(key).map(Some),
        _ => None,
    }
}

/// Returns the value of a cell whose column stands elsewhere, if it has one.
fn held<'a>(item: Node<'a>, cells: &Cells) -> Option<Node<'a>> {
    match cells {
        Cells::Wrapped { cell, .. } => wrapped(item, cell).flatten(),
        _ => Some(item),
    }
}

fn pair<'a>(item: Node<'a>, name: &str, value: &str) -> Option<(String, Option<Node<'a>>)> {
    let given = item.get(name)?.as_str()?.into_owned();
    let known = item.members().all(|(key, _)| key.is(name) || key.is(value));
    known.then(|| (given, item.get(value)))
}

/// Whether a row repeats the names of its columns.
pub(super) fn repeats(row: Node<'_>, cells: &Cells, columns: &[Column]) -> bool {
    let Some(list) = listed(row, cells) else { return false };
    let text = |item| Some(held(item, cells)?.as_str()?.into_owned());
    let given: Vec<String> = list.items().filter_map(text).collect();
    given.len() == columns.len() && list.len() == columns.len() && {
        let names = csv::unique(given.iter().map(|name| cut(name)));
        names.iter().zip(columns).all(|(name, column)| *name == column.name)
    }
}

/// Writes a row as a JSON object. An object that is no row of this kind is a record as it stands.
///
/// # Errors
/// Another number of cells than columns, or no row at all.
pub(crate) fn write(
    row: Node<'_>,
    cells: &Cells,
    columns: &[Column],
    out: &mut String,
) -> Result<(), RowError> {
    let Some(count) = count(row, cells) else {
        let other = row.kind() == Kind::Object && listed(row, cells).is_none();
        out.push_str(if other { row.raw() } else { return Err(RowError::NoCells) });
        return Ok(());
    };
    let Some(list) = listed(row, cells) else { return Err(RowError::NoCells) };
    if cells.name_their_columns() {
        named(list, cells, out);
        return Ok(());
    }
    if count != columns.len() {
        return Err(RowError::OtherCells { cells: count, columns: columns.len() });
    }
    record(list, cells, columns, out);
    Ok(())
}

/// Writes cells that name their columns themselves.
fn named(list: Node<'_>, cells: &Cells, out: &mut String) {
    let one = |item: Node<'_>| match cells {
        Cells::Pairs { name, value } => {
            pair(item, name, value).map(|(name, value)| (name, value.map(|value| value.raw().to_owned())))
        }
        _ => item
            .members()
            .next()
            .map(|(key, value)| (key.decode().into_owned(), Some(value.raw().to_owned()))),
    };
    let all: Vec<_> = list.items().filter_map(one).collect();
    let names = csv::unique(all.iter().map(|(name, _)| cut(name)));
    out.push('{');
    for (at, (name, (_, value))) in names.iter().zip(&all).enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        push_string(out, name);
        out.push(':');
        out.push_str(value.as_deref().unwrap_or("null"));
    }
    out.push('}');
}

fn record(list: Node<'_>, cells: &Cells, columns: &[Column], out: &mut String) {
    out.push('{');
    for (at, (column, item)) in columns.iter().zip(list.items()).enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        push_string(out, &column.name);
        out.push(':');
        match held(item, cells) {
            Some(value) => inner(value, cells, column, out, DEPTH),
            None => out.push_str("null"),
        }
    }
    out.push('}');
}

/// Writes what a cell holds: a record of cells, a list of cells, or a value.
fn inner(value: Node<'_>, cells: &Cells, column: &Column, out: &mut String, depth: usize) {
    if let (Cells::Wrapped { cell, .. }, Some(depth)) = (cells, depth.checked_sub(1)) {
        let within = listed(value, cells).filter(|list| list.len() == column.fields.len());
        if let Some(list) = within.filter(|_| !column.fields.is_empty()) {
            return record(list, cells, &column.fields, out);
        }
        let repeated = value.kind() == Kind::Array;
        if repeated && value.items().all(|item| wrapped(item, cell).is_some()) {
            out.push('[');
            for (at, item) in value.items().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                match wrapped(item, cell).flatten() {
                    Some(item) => inner(item, cells, column, out, depth),
                    None => out.push_str("null"),
                }
            }
            return out.push(']');
        }
    }
    match column.convert.and_then(|convert| converted(&value.scalar()?, convert)) {
        Some(text) => push_string(out, &text),
        None => out.push_str(value.raw()),
    }
}

/// Seconds from which a whole number counts microseconds: the year 3,000,000 in seconds.
const MICROSECONDS: i64 = 100_000_000_000_000;

fn converted(text: &str, convert: Convert) -> Option<String> {
    let number = text.split(' ').next().unwrap_or_default();
    let time = match convert {
        Convert::Days => Timestamp(number.parse::<i64>().ok()?.checked_mul(86_400 * SECOND)?),
        Convert::Epoch | Convert::Clock => Timestamp(nanoseconds(number)?),
    };
    let digits = match time.0.rem_euclid(SECOND) {
        0 => 0,
        rest if rest % 1_000_000 == 0 => 3,
        rest if rest % 1_000 == 0 => 6,
        _ => 9,
    };
    let mut out = time.rfc3339(digits);
    match convert {
        Convert::Epoch => {}
        Convert::Clock => out.truncate(out.trim_end_matches('Z').len()),
        Convert::Days => out.truncate(10),
    }
    Some(out)
}

/// Returns the nanoseconds since 1970 that a number of seconds is, or of microseconds where it is that large.
fn nanoseconds(number: &str) -> Option<i64> {
    if number.contains(['e', 'E']) {
        let seconds: f64 = number.parse().ok()?;
        // A double holds microseconds of our times, and no more.
        return ((seconds * 1e6).round().abs() < 9e15)
            .then(|| ((seconds * 1e6).round() as i64).checked_mul(1_000))
            .flatten();
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let seconds: i64 = whole.parse().ok()?;
    if fraction.is_empty() && seconds.abs() >= MICROSECONDS {
        return seconds.checked_mul(1_000);
    }
    if fraction.len() > 12 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = format!("{fraction:0<9}");
    let rest: i64 = digits.get(..9)?.parse().ok()?;
    let rest = if whole.starts_with('-') { -rest } else { rest };
    seconds.checked_mul(SECOND)?.checked_add(rest)
}

#[cfg(test)]
mod tests;
