//! A table on standard output: as wide as its cells, on a terminal no wider than the terminal.

use std::io::{self, Write};

use crate::domain::zone::Style;
use crate::ops::export::ExportPlan;
use crate::ops::{Access, Column, Detail, column};
use crate::present::Charset;
use crate::present::measure::{self, Align};
use crate::present::sanitise;
use crate::query::{Row, Watch};

use super::context::Context;
use super::{Result, output};

/// Rows that decide how wide the columns are.
const MEASURED: usize = 500;

/// Widest column but the last.
const WIDEST: usize = 48;

/// Prints the rows of a plan. Returns how many; `None` where it was interrupted.
pub(super) fn print(
    context: &Context,
    plan: &ExportPlan,
    access: &mut Access,
    out: &mut dyn Write,
    watch: &mut dyn Watch,
) -> Result<Option<u64>> {
    let mut table = Table::new(context, plan.columns.clone());
    let (mut rows, mut failed) = (0, None);
    if plan.limit == Some(0) {
        return Ok(Some(0));
    }
    let each = &mut |row: &Row, detail: Option<&Detail>| {
        match table.row(row, detail, out) {
            Ok(()) => rows += 1,
            Err(error) => failed = Some(error),
        }
        failed.is_none() && plan.limit.is_none_or(|limit| rows < limit)
    };
    if access.for_each(&plan.filter, plan.sort, column::opens(&plan.columns), watch, each)?.is_none() {
        return Ok(None);
    }
    if let Some(error) = failed {
        return Err(error.into());
    }
    table.settle(out)?;
    Ok(Some(rows))
}

struct Table<'a> {
    context: &'a Context,
    columns: Vec<Column>,
    charset: Charset,
    /// Columns of the terminal; `None` in a pipe.
    room: Option<usize>,
    /// Rows kept until the widths are known.
    waiting: Vec<Vec<String>>,
    widths: Vec<usize>,
}

impl<'a> Table<'a> {
    fn new(context: &'a Context, columns: Vec<Column>) -> Table<'a> {
        let charset = if context.config.settings.ascii { Charset::Ascii } else { Charset::Unicode };
        let room = output::to_terminal().then(output::width);
        Table { context, columns, charset, room, waiting: Vec::new(), widths: Vec::new() }
    }

    fn row(&mut self, row: &Row, detail: Option<&Detail>, out: &mut dyn Write) -> io::Result<()> {
        let cells: Vec<_> = self.columns.iter().map(|column| self.cell(*column, row, detail)).collect();
        if !self.widths.is_empty() {
            return self.line(&cells, out);
        }
        self.waiting.push(cells);
        if self.waiting.len() == MEASURED { self.settle(out) } else { Ok(()) }
    }

    fn cell(&self, column: Column, row: &Row, detail: Option<&Detail>) -> String {
        let zone = self.context.zone;
        let text = match column {
            Column::Time => match row.position.time {
                Some(at) => zone.format(at, Style::Seconds),
                None => "no time".to_owned(),
            },
            Column::Id => row.id.short(),
            other => other.text(row, detail, zone).into_owned(),
        };
        sanitise::plain_in(&text.replace(['\n', '\r', '\t'], " "), self.charset)
    }

    /// Decides on the widths and prints what waited.
    fn settle(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.widths.is_empty() && !self.waiting.is_empty() {
            let heads: Vec<String> = self.columns.iter().map(|column| self.heading(*column)).collect();
            self.widths = self.measure(&heads);
            self.line(&heads, out)?;
        }
        for cells in std::mem::take(&mut self.waiting) {
            self.line(&cells, out)?;
        }
        Ok(())
    }

    fn heading(&self, column: Column) -> String {
        match column {
            Column::Time => format!("TIMESTAMP ({})", self.context.zone.label(self.context.now)),
            other => other.title().to_owned(),
        }
    }

    fn measure(&self, heads: &[String]) -> Vec<usize> {
        let widest = |at: usize| {
            let cells =
                self.waiting.iter().filter_map(|cells| cells.get(at)).map(|cell| measure::width(cell));
            cells.max().unwrap_or(0).max(heads.get(at).map_or(0, |head| measure::width(head))).min(WIDEST)
        };
        (0..heads.len()).map(widest).collect()
    }

    fn line(&self, cells: &[String], out: &mut dyn Write) -> io::Result<()> {
        let mut line = String::new();
        for (at, cell) in cells.iter().enumerate() {
            let width = self.widths.get(at).copied().unwrap_or(0);
            if at + 1 == cells.len() {
                line.push_str(cell);
            } else if self.room.is_some() {
                line.push_str(&measure::pad(cell, width, Align::Left, self.charset));
                line.push_str("  ");
            } else {
                // In a pipe nothing is cut: somebody may search in it.
                line.push_str(cell);
                line.push_str(&" ".repeat(width.saturating_sub(measure::width(cell)) + 2));
            }
        }
        let line = line.trim_end();
        match self.room {
            Some(room) => writeln!(out, "{}", measure::cut(line, room, self.charset)),
            None => writeln!(out, "{line}"),
        }
    }
}
