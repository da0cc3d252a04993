//! Rows of CSV: cells, and a row as the JSON object that the rest of the program reads.
//!
//! RFC 4180 with what real exports add: any of four delimiters, spaces before a quote dropped, a quote inside an
//! unquoted cell taken as it stands. Framing ([`super::frame`]) and this module agree on where a row ends.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::domain::json::{Flat, cell_end, plain_end, push_escape, push_escaped, push_string};

/// Calls `each` with every cell of a row, unquoted; returns whether every quote closes. The row comes without
/// its line end.
pub fn for_each_cell<'a>(row: &'a str, delimiter: char, mut each: impl FnMut(Cow<'a, str>)) -> bool {
    let mut rest = row;
    loop {
        let (cell, tail) = next_cell(rest, delimiter);
        each(cell);
        match tail {
            Behind::Cell(tail) => rest = tail,
            Behind::End => return true,
            Behind::OpenQuote => return false,
        }
    }
}

/// What stands behind a cell.
enum Behind<'a> {
    /// A delimiter and this.
    Cell(&'a str),
    End,
    OpenQuote,
}

impl<'a> Behind<'a> {
    fn split(text: &'a str, delimiter: char) -> (&'a str, Behind<'a>) {
        match split_at(text, delimiter) {
            Some((cell, tail)) => (cell, Behind::Cell(tail)),
            None => (text, Behind::End),
        }
    }
}

/// Splits a text at a character that is ASCII; cells are short, so how that is looked for matters.
fn split_at(text: &str, mark: char) -> Option<(&str, &str)> {
    let at = memchr::memchr(u8::try_from(mark).ok()?, text.as_bytes())?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn next_cell(rest: &str, delimiter: char) -> (Cow<'_, str>, Behind<'_>) {
    let Some(quoted) = opened(rest, delimiter).strip_prefix('"') else {
        let (cell, behind) = Behind::split(rest, delimiter);
        return (Cow::Borrowed(cell), behind);
    };
    let mut cell = Cow::Borrowed("");
    let mut rest = quoted;
    loop {
        let Some((plain, tail)) = split_at(rest, '"') else {
            return (add(cell, rest), Behind::OpenQuote);
        };
        cell = add(cell, plain);
        match tail.strip_prefix('"') {
            Some(after) => {
                cell.to_mut().push('"');
                rest = after;
            }
            None => {
                // Text between the closing quote and the delimiter belongs to the cell.
                let (more, behind) = Behind::split(tail, delimiter);
                return (add(cell, more), behind);
            }
        }
    }
}

/// Returns a cell from its opening quote on, where only spaces stand before that: `"a", "b"`. Between bars cells are
/// set off by blanks.
fn opened(rest: &str, delimiter: char) -> &str {
    let inner = rest.trim_start_matches(' ');
    if delimiter != '|' && inner.starts_with('"') { inner } else { rest }
}

fn add<'a>(mut cell: Cow<'a, str>, more: &'a str) -> Cow<'a, str> {
    if cell.is_empty() {
        return Cow::Borrowed(more);
    }
    if !more.is_empty() {
        cell.to_mut().push_str(more);
    }
    cell
}

/// Why a row is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowError {
    /// More cells than columns: nobody knows what they are.
    TooManyCells {
        /// Cells of the row.
        cells: usize,
        /// Columns of the header.
        columns: usize,
    },
    /// A quote that never closes: half a row.
    OpenQuote,
    /// A line that does not keep to the columns of its table.
    Unaligned,
    /// More or fewer cells than columns, where a row has one for each.
    OtherCells {
        /// Cells of the row.
        cells: usize,
        /// Columns of the table.
        columns: usize,
    },
    /// No row of cells as the rows of its table are.
    NoCells,
}

impl std::fmt::Display for RowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RowError::TooManyCells { cells, columns } => {
                write!(f, "a row of {cells} cells under a header of {columns}")
            }
            RowError::OtherCells { cells, columns } => {
                write!(f, "a row of {cells} cells under {columns} columns")
            }
            RowError::NoCells => write!(f, "no row of cells as the rows of its table are"),
            RowError::OpenQuote => write!(f, "a row with a quote that never closes"),
            RowError::Unaligned => write!(f, "a line that does not keep to the columns of its table"),
        }
    }
}

/// A header ready to be written before the cells of every row.
#[derive(Debug, Default)]
pub struct Keys {
    names: Vec<String>,
    /// What stands before the value of each in a JSON object.
    heads: Vec<String>,
    /// Bytes of these.
    bytes: usize,
}

impl Keys {
    /// Makes these the names, where they are not.
    pub fn set(&mut self, header: &[String]) {
        if self.names == header {
            return;
        }
        self.names = header.to_vec();
        self.heads = header.iter().map(|name| Flat::head(name)).collect();
        self.bytes = self.heads.iter().map(|head| head.len() + 1).sum();
    }
}

/// Writes a row as a JSON object of its cells, all of them strings.
///
/// Cells that are missing at the end are left out, and empty ones behind the last column are ignored.
///
/// # Errors
/// More cells than columns, or a quote that never closes.
pub fn write_row(row: &str, delimiter: char, keys: &Keys, out: &mut Flat) -> Result<(), RowError> {
    out.begin(row.len() + keys.bytes);
    let mut cells = 0;
    let mut extra = 0;
    let mut rest = row;
    let closed = loop {
        cells += 1;
        let behind = match keys.heads.get(cells - 1) {
            Some(head) => out.member(head, |out| write_cell(rest, delimiter, out)),
            None => {
                let (cell, behind) = next_cell(rest, delimiter);
                extra = if cell.is_empty() { extra } else { cells };
                behind
            }
        };
        match behind {
            Behind::Cell(tail) => rest = tail,
            Behind::End => break true,
            Behind::OpenQuote => break false,
        }
    };
    out.end();
    match extra {
        _ if !closed => Err(RowError::OpenQuote),
        0 => Ok(()),
        cells => Err(RowError::TooManyCells { cells, columns: keys.heads.len() }),
    }
}

/// Writes the first cell of what is left of a row as it stands in a JSON string, without a copy of it on the way.
#[inline]
fn write_cell<'a>(rest: &'a str, delimiter: char, out: &mut String) -> Behind<'a> {
    if delimiter == '|' {
        let (cell, behind) = next_cell(rest, delimiter);
        push_escaped(out, bare(&cell));
        return behind;
    }
    match rest.as_bytes().first() {
        Some(b'"') => write_quoted(rest, delimiter, out),
        Some(b' ') if opened(rest, delimiter).starts_with('"') => {
            write_quoted(opened(rest, delimiter), delimiter, out)
        }
        _ => write_plain(rest, delimiter, out),
    }
}

/// Writes what stands up to the delimiter: that, and what JSON wants escaped, are looked for at once.
fn write_plain<'a>(rest: &'a str, delimiter: char, out: &mut String) -> Behind<'a> {
    let Ok(mark) = u8::try_from(delimiter) else {
        push_escaped(out, rest);
        return Behind::End;
    };
    let bytes = rest.as_bytes();
    let mut from = 0;
    loop {
        let at = cell_end(bytes, from, mark);
        out.push_str(rest.get(from..at).unwrap_or_default());
        from = at + 1;
        match bytes.get(at) {
            None => return Behind::End,
            Some(&byte) if byte == mark => return Behind::Cell(rest.get(from..).unwrap_or_default()),
            Some(&byte) => push_escape(out, byte),
        }
    }
}

/// Writes a cell that begins with a quote. Cells with JSON are full of quotes: they are found in the same pass as what
/// JSON wants escaped, which a byte before 0x80 always is.
fn write_quoted<'a>(rest: &'a str, delimiter: char, out: &mut String) -> Behind<'a> {
    let bytes = rest.as_bytes();
    let mut from = 1;
    loop {
        let at = plain_end(bytes, from);
        out.push_str(rest.get(from..at).unwrap_or_default());
        from = at + 1;
        match (bytes.get(at), bytes.get(at + 1)) {
            (None, _) => return Behind::OpenQuote,
            (Some(b'"'), Some(b'"')) => {
                out.push_str("\\\"");
                from = at + 2;
            }
            (Some(b'"'), _) => {
                // Text between the closing quote and the delimiter belongs to the cell.
                return write_plain(rest.get(from..).unwrap_or_default(), delimiter, out);
            }
            (Some(&byte), _) => push_escape(out, byte),
        }
    }
}

/// Between bars cells are set off by blanks, and quotes then stand inside them.
fn bare(cell: &str) -> &str {
    let cell = cell.trim();
    let inner = cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(cell)
}

/// Returns how many cells a row has.
pub fn count(row: &str, delimiter: char) -> usize {
    let mut cells = 0;
    for_each_cell(row, delimiter, |_| cells += 1);
    cells
}

/// Returns the names of the columns: trimmed, a nameless one called after its number, and a repeated one
/// numbered, so that no cell hides another.
pub fn header(row: &str, delimiter: char) -> Vec<String> {
    let mut cells = Vec::new();
    for_each_cell(row, delimiter, |cell| cells.push(cell));
    unique(cells.iter().map(|cell| &**cell))
}

/// Returns these names as [`header`] makes them of its cells.
pub(super) fn unique<'a>(given: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    for name in given {
        let number = names.len() + 1;
        let given = match name.trim() {
            "" => format!("column_{number}"),
            name => name.to_owned(),
        };
        let mut name = given.clone();
        let mut copy = 2;
        while !seen.insert(name.clone()) {
            name = format!("{given}_{copy}");
            copy += 1;
        }
        names.push(name);
    }
    names
}

/// Returns the characters at which the cells of an aligned line begin: those with two blanks or more before them.
pub fn starts(line: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut blanks = 2;
    for (at, c) in line.chars().enumerate() {
        match c {
            ' ' => blanks += 1,
            '\t' => blanks += 2,
            _ => {
                if blanks >= 2 {
                    starts.push(at);
                }
                blanks = 0;
            }
        }
    }
    starts
}

/// Cuts an aligned line into its cells; `None` where a word stands across the beginning of a column and two blanks
/// do not part as many cells either.
pub fn cut<'a>(line: &'a str, starts: &[usize]) -> Option<Vec<&'a str>> {
    let mut bytes = Vec::with_capacity(starts.len() + 1);
    let mut before = ' ';
    let mut next = starts.iter().peekable();
    let mut across = false;
    for (number, (at, c)) in line.char_indices().enumerate() {
        if next.peek().is_some_and(|&&start| start == number) {
            next.next();
            bytes.push(at);
            across |= number > 0 && before != ' ';
        }
        before = c;
    }
    if across {
        let own: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        return (own.len() == starts.len()).then_some(own);
    }
    let ends = bytes.iter().skip(1).copied().chain([line.len()]);
    Some(bytes.iter().zip(ends).map(|(&from, to)| line.get(from..to).unwrap_or_default().trim()).collect())
}

/// Writes cells as a JSON object under their header; those behind the last column are left out by [`cut`].
pub fn write_cells(cells: &[&str], header: &[String], out: &mut String) {
    out.push('{');
    for (at, (name, cell)) in header.iter().zip(cells).enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        push_string(out, name);
        out.push(':');
        push_string(out, cell);
    }
    out.push('}');
}

/// Returns names for the columns of a file that has none.
pub fn numbered(columns: usize) -> Vec<String> {
    (1..=columns).map(|number| format!("column_{number}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(row: &str) -> Vec<String> {
        let mut all = Vec::new();
        for_each_cell(row, ',', |cell| all.push(cell.into_owned()));
        all
    }

    #[test]
    fn rows_become_cells() {
        for (row, expected) in [
            ("a,b", vec!["a", "b"]),
            ("", vec![""]),
            (",", vec!["", ""]),
            ("\"a,b\",c", vec!["a,b", "c"]),
            ("\"say \"\"hi\"\"\",x", vec!["say \"hi\"", "x"]),
            ("\"\",\"\"", vec!["", ""]),
            ("\"two\nlines\",x", vec!["two\nlines", "x"]),
            ("5\" nail,x", vec!["5\" nail", "x"]),
            (" \"a\",  \"b, c\"", vec!["a", "b, c"]),
            (" a, b\"c\"", vec![" a", " b\"c\""]),
            ("\"a\"b,c", vec!["ab", "c"]),
            ("\"open,c", vec!["open,c"]),
            ("\"\"\"q\"\"\"", vec!["\"q\""]),
        ] {
            assert_eq!(cells(row), expected, "{row:?}");
        }
    }

    #[test]
    fn a_row_becomes_an_object() {
        let header = header(" id ,name,,name", ',');
        assert_eq!(header, ["id", "name", "column_3", "name_2"]);
        let mut keys = Keys::default();
        keys.set(&header);
        let write = |row: &str| {
            let mut out = Flat::default();
            write_row(row, ',', &keys, &mut out).map(|()| out.text().to_owned())
        };
        assert_eq!(write("1,\"a\"\"b\"").unwrap(), r#"{"id":"1","name":"a\"b"}"#);
        assert_eq!(write("1,2,3,4,,").unwrap(), r#"{"id":"1","name":"2","column_3":"3","name_2":"4"}"#);
        assert_eq!(write("1,2,3,4,5").unwrap_err(), RowError::TooManyCells { cells: 5, columns: 4 });
        assert_eq!(write("1,\"2").unwrap_err(), RowError::OpenQuote);
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_what_the_cells_are(row in "[ab,|;\"\\\\\n\t ]{0,40}") {
            for delimiter in [',', ';'] {
                let mut cells = Vec::new();
                let closed = for_each_cell(&row, delimiter, |cell| cells.push(cell.into_owned()));
                let mut keys = Keys::default();
                keys.set(&numbered(cells.len()));
                let mut out = Flat::default();
                proptest::prop_assert_eq!(write_row(&row, delimiter, &keys, &mut out).is_ok(), closed);
                let mut doc = crate::domain::json::Doc::new();
                let written: Vec<String> =
                    doc.parse(out.text()).unwrap().members().map(|(_, cell)| cell.as_str().unwrap().into_owned()).collect();
                proptest::prop_assert_eq!(written, cells);
            }
        }
    }
}
