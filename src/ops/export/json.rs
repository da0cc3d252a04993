//! JSON: whole entries, or objects of the columns asked for.

use std::io::{self, Write};

use crate::domain::json::push_string;
use crate::domain::zone::Zone;
use crate::query::Row;

use super::super::Detail;
use super::super::column::Column;

/// Writes rows as JSON objects, one a line or as one array.
pub(super) struct Json {
    columns: Vec<Column>,
    zone: Zone,
    array: bool,
    rows: u64,
    text: String,
}

impl Json {
    /// Without columns whole entries are written.
    pub(super) fn new(columns: Vec<Column>, zone: Zone, array: bool) -> Json {
        Json { columns, zone, array, rows: 0, text: String::new() }
    }

    fn object(&mut self, row: &Row, detail: Option<&Detail>) {
        self.text.push('{');
        for (at, column) in self.columns.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            push_string(&mut self.text, column.name());
            self.text.push(':');
            let value = column.text(row, detail, self.zone);
            match column {
                _ if value.is_empty() => self.text.push_str("null"),
                // These are JSON texts or numbers already.
                Column::Before | Column::After | Column::Record => self.text.push_str(&value),
                _ => push_string(&mut self.text, &value),
            }
        }
        self.text.push('}');
    }
}

impl super::Rows for Json {
    fn goes_on(&mut self, rows_before: bool) {
        self.rows = u64::from(rows_before);
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.array { out.write_all(b"[") } else { Ok(()) }
    }

    fn row(&mut self, row: &Row, detail: Option<&Detail>, out: &mut dyn Write) -> io::Result<()> {
        self.text.clear();
        if self.array {
            self.text.push_str(if self.rows > 0 { ",\n" } else { "\n" });
        }
        self.rows += 1;
        match detail {
            Some(detail) if self.columns.is_empty() => {
                super::super::json::write_entry(&detail.entry, detail.raw(), detail.masked, &mut self.text);
            }
            _ => self.object(row, detail),
        }
        if !self.array {
            self.text.push('\n');
        }
        out.write_all(self.text.as_bytes())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.array { out.write_all(b"\n]\n") } else { Ok(()) }
    }
}
