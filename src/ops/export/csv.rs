//! CSV by RFC 4180, with cells guarded that a spreadsheet would run.

use crate::domain::zone::Zone;
use crate::query::Row;

use super::super::Detail;
use super::super::column::Column;

/// Writes rows as CSV.
pub(in crate::ops) struct Csv {
    columns: Vec<Column>,
    guard: bool,
}

/// Rows of CSV one after the other, without a store.
pub(in crate::ops) struct Lines {
    csv: Csv,
    zone: Zone,
    guarded: u64,
}

impl Csv {
    pub(in crate::ops) fn new(columns: Vec<Column>, guard: bool) -> Csv {
        Csv { columns, guard }
    }
}

impl Lines {
    pub(in crate::ops) fn new(columns: Vec<Column>, zone: Zone, guard: bool) -> Lines {
        Lines { csv: Csv::new(columns, guard), zone, guarded: 0 }
    }

    /// Writes one row.
    pub(in crate::ops) fn write(&mut self, row: &Row, detail: Option<&Detail>, out: &mut String) {
        self.guarded += super::sheet::write_row(&self.csv, &self.csv.columns, (row, detail), self.zone, out);
    }

    /// Returns how many cells were guarded since it was asked last.
    pub(in crate::ops) fn take_guarded(&mut self) -> u64 {
        std::mem::take(&mut self.guarded)
    }
}

impl super::Form for Csv {
    fn begin(&self, out: &mut String) {
        for (at, column) in self.columns.iter().enumerate() {
            self.cell(at, column.name(), out);
        }
        self.close(out);
    }

    fn cell(&self, at: usize, text: &str, out: &mut String) -> bool {
        let guarded = self.guard && is_formula(text);
        if at > 0 {
            out.push(',');
        }
        if text.is_empty() && self.columns.len() == 1 {
            // An empty line would be no row.
            out.push_str("\"\"");
        } else if text.bytes().any(|byte| matches!(byte, b'"' | b',' | b'\r' | b'\n')) {
            push_quoted(text, guarded, out);
        } else {
            out.extend(guarded.then_some('\''));
            out.push_str(text);
        }
        guarded
    }

    fn close(&self, out: &mut String) {
        out.push_str("\r\n");
    }
}

fn push_quoted(text: &str, guarded: bool, out: &mut String) {
    out.push('"');
    out.extend(guarded.then_some('\''));
    for (at, part) in text.split('"').enumerate() {
        if at > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push('"');
}

/// Whether a spreadsheet would take a cell for a formula, or it begins with the `'` that is put before such, so that
/// taking one away always gives the original back.
pub(super) fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\''])
}

#[cfg(test)]
mod tests {
    use super::super::Form as _;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_read_back(cells in proptest::collection::vec("[ab\",'=@\\r\\n\u{e4}]{0,4}", 1..5), guard: bool) {
            let csv = Csv::new(vec![Column::Id; cells.len()], guard);
            let mut out = String::new();
            let mut guarded = 0;
            for (at, cell) in cells.iter().enumerate() {
                guarded += usize::from(csv.cell(at, cell, &mut out));
            }
            csv.close(&mut out);
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_bytes());
            let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(rows.len(), 1);
            let expected: Vec<String> = cells.iter().map(|cell| match guard && is_formula(cell) {
                true => format!("'{cell}"),
                false => cell.clone(),
            }).collect();
            prop_assert_eq!(rows[0].iter().collect::<Vec<_>>(), expected);
            prop_assert_eq!(guarded, cells.iter().filter(|cell| guard && is_formula(cell)).count());
        }
    }
}
