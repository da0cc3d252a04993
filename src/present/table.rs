//! A table as plain lines: columns as wide as their values need, narrower where the screen is.

use super::line::{Line, Role};
use super::measure::{self, Align};
use super::sanitise::{self, Charset};

/// Spaces between columns.
const GAP: usize = 2;

/// Fewest cells of a column that had to give way.
const MIN_WIDTH: usize = 6;

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    /// Its heading.
    pub title: String,
    /// To which side its values are set.
    pub align: Align,
    /// Cells it takes.
    width: usize,
}

impl TableColumn {
    /// Returns a column as wide as its heading.
    pub fn new(title: &str, align: Align) -> TableColumn {
        let title = sanitise::plain(title);
        TableColumn { width: measure::width(&title), title, align }
    }
}

/// A table whose rows can be written one after the other.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<TableColumn>,
    charset: Charset,
    /// Whether values are cut at their column's width.
    cuts: bool,
}

impl Table {
    /// Returns a table with columns wide enough for these first rows. `width` is that of the screen: the
    /// widest columns give way until it holds them all. Without one nothing is cut.
    pub fn new<'c>(
        mut columns: Vec<TableColumn>,
        first: impl IntoIterator<Item = &'c [String]>,
        width: Option<usize>,
        charset: Charset,
    ) -> Table {
        for row in first {
            for (column, cell) in columns.iter_mut().zip(row) {
                column.width = column.width.max(measure::width(&sanitise::plain_in(cell, charset)));
            }
        }
        if let Some(width) = width {
            shrink(&mut columns, width);
        }
        Table { columns, charset, cuts: width.is_some() }
    }

    /// Returns the line of headings.
    pub fn head(&self) -> Line {
        let titles: Vec<String> = self.columns.iter().map(|column| column.title.clone()).collect();
        self.line(&titles, Role::Title)
    }

    /// Returns the line of a row.
    pub fn row(&self, cells: &[String]) -> Line {
        self.line(cells, Role::Text)
    }

    fn line(&self, cells: &[String], role: Role) -> Line {
        let mut line = Line::new();
        let shown: Vec<&TableColumn> = self.columns.iter().filter(|column| column.width > 0).collect();
        let texts = cells.iter().zip(&self.columns).filter(|(_, column)| column.width > 0);
        for (at, (cell, column)) in texts.enumerate() {
            let mut value = Line::new();
            sanitise::push(&mut value, role, cell, self.charset);
            if self.cuts {
                value = measure::cut_line(&value, column.width, self.charset);
            }
            let space = " ".repeat(column.width.saturating_sub(measure::line_width(&value)));
            let gap = if at + 1 < shown.len() { " ".repeat(GAP) } else { String::new() };
            let (before, behind) = match column.align {
                Align::Left => (String::new(), space),
                Align::Right => (space, String::new()),
            };
            line.push(Role::Text, before);
            line.spans.extend(value.spans);
            // What stands behind the last value is of no use.
            if at + 1 < shown.len() {
                line.push(Role::Text, behind + &gap);
            }
        }
        line
    }
}

/// Narrows the widest columns, then leaves out the last ones, until all fit.
fn shrink(columns: &mut [TableColumn], width: usize) {
    let total = |columns: &[TableColumn]| {
        let shown = columns.iter().filter(|column| column.width > 0);
        shown.map(|column| column.width + GAP).sum::<usize>().saturating_sub(GAP)
    };
    loop {
        let over = total(columns).saturating_sub(width);
        if over == 0 {
            return;
        }
        let mut widths: Vec<usize> = columns.iter().map(|column| column.width).collect();
        widths.sort_unstable_by_key(|&width| std::cmp::Reverse(width));
        widths.dedup();
        let widest = widths.first().copied().unwrap_or(0);
        if widest <= MIN_WIDTH {
            let shown = columns.iter().filter(|column| column.width > 0).count();
            let Some(last) = columns.iter_mut().rev().find(|column| column.width > 0) else { return };
            last.width = if shown > 1 { 0 } else { width };
            continue;
        }
        // The widest go down together, to the next wider one at most.
        let count = columns.iter().filter(|column| column.width == widest).count();
        let floor = widths.get(1).copied().unwrap_or(0).max(MIN_WIDTH);
        let step = over.div_ceil(count).min(widest - floor).max(1);
        for column in columns.iter_mut().filter(|column| column.width == widest) {
            column.width -= step;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn table(width: Option<usize>) -> Table {
        let columns = vec![
            TableColumn::new("ACTIVITY", Align::Left),
            TableColumn::new("N", Align::Right),
            TableColumn::new("MEMBER", Align::Left),
        ];
        let rows =
            [cells(&["Campaign 'Black Friday' updated", "7", "Ana"]), cells(&["日本", "1200", "Bo\u{1b}"])];
        Table::new(columns, rows.iter().map(Vec::as_slice), width, Charset::Ascii)
    }

    #[test]
    fn columns_are_as_wide_as_needed() {
        let table = table(None);
        assert_eq!(table.head().plain(), "ACTIVITY                            N  MEMBER");
        assert_eq!(
            table.row(&cells(&["日本", "12", "Bo\u{1b}"])).plain(),
            "日本                               12  Bo\\x1b"
        );
        let long = table.row(&cells(&["x", "123456", "y"]));
        assert_eq!(long.plain(), "x                                123456  y");
    }

    #[test]
    fn the_widest_give_way_on_a_screen() {
        let row = cells(&["Campaign 'Black Friday' updated", "7", "Ana"]);
        assert_eq!(table(Some(34)).row(&row).plain(), "Campaign 'Black Fri~     7  Ana");
        for width in 0..60 {
            let table = table(Some(width));
            assert!(measure::line_width(&table.row(&row)) <= width, "{width}");
            assert!(measure::line_width(&table.head()) <= width, "{width}");
        }
    }
}
