//! Rows written down as one form has them: those of strips value by value, the others one by one.

use crate::domain::zone::Zone;
use crate::query::Row;
use crate::store::Result;

use super::super::Detail;
use super::super::access::{Sealed, Seen, Showing};
use super::super::column::Column;
use super::super::json::write_entry;
use super::super::mask::{Clean, is_one_masked};
use super::strips::Strips;
use super::{ExportPlan, Exported, Form, columns, form};

/// Writes rows down. Each thread has its own.
pub(super) struct Sheet {
    columns: Vec<Column>,
    zone: Zone,
    form: Box<dyn Form>,
    strips: Strips,
    clean: Clean,
    /// The row being written.
    text: String,
}

impl Sheet {
    pub(super) fn new(plan: &ExportPlan) -> Sheet {
        let columns = columns(plan).to_vec();
        Sheet {
            strips: Strips::new(&columns, plan.zone, form(plan)),
            columns,
            zone: plan.zone,
            form: form(plan),
            clean: Clean::default(),
            text: String::new(),
        }
    }

    /// Returns the text of rows, and what was done.
    pub(super) fn write(
        &mut self,
        showing: &mut Showing,
        rows: Sealed,
        first: bool,
    ) -> Result<(Vec<u8>, Exported)> {
        let mut out = Vec::with_capacity(rows.len() * 128);
        let mut done = Exported::default();
        self.strips.lay(rows.strips());
        showing.each(rows, &mut |seen| {
            let first = first && done.rows == 0;
            done.rows += 1;
            match seen {
                Seen::Plain(strip, row) => done.guarded += self.strips.row(strip, row, first, &mut out),
                Seen::Row(row, detail) => {
                    let masked = detail.is_some_and(|detail| detail.masked);
                    done.masked += u64::from(is_one_masked(row, &mut self.clean) || masked);
                    done.guarded += self.row(row, detail, first);
                    out.extend_from_slice(self.text.as_bytes());
                }
            }
            true
        })?;
        Ok((out, done))
    }

    fn row(&mut self, row: &Row, detail: Option<&Detail>, first: bool) -> u64 {
        self.text.clear();
        self.form.open(first, &mut self.text);
        match detail {
            Some(detail) if self.columns.is_empty() => {
                write_entry(&detail.entry, detail.raw(), detail.masked, &mut self.text);
                self.form.close(&mut self.text);
                0
            }
            _ => write_row(&*self.form, &self.columns, (row, detail), self.zone, &mut self.text),
        }
    }
}

/// Writes the cells of a row and its end; returns how many were guarded.
pub(super) fn write_row(
    form: &dyn Form,
    columns: &[Column],
    (row, detail): (&Row, Option<&Detail>),
    zone: Zone,
    out: &mut String,
) -> u64 {
    let cell = |(at, column): (usize, &Column)| form.cell(at, &column.text(row, detail, zone), out);
    let guarded = columns.iter().enumerate().map(cell).filter(|guarded| *guarded).count();
    form.close(out);
    guarded as u64
}
