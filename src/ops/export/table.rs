//! Simple tables of Markdown and HTML.

use std::io::{self, Write};

use crate::domain::zone::Zone;
use crate::query::Row;

use super::super::Detail;
use super::super::column::Column;

/// Writes rows as a table of Markdown.
pub(super) struct Markdown {
    columns: Vec<Column>,
    zone: Zone,
}

/// Writes rows as a page with a table.
pub(super) struct Html {
    columns: Vec<Column>,
    zone: Zone,
}

impl Markdown {
    pub(super) fn new(columns: Vec<Column>, zone: Zone) -> Markdown {
        Markdown { columns, zone }
    }
}

impl Html {
    pub(super) fn new(columns: Vec<Column>, zone: Zone) -> Html {
        Html { columns, zone }
    }
}

impl super::Rows for Markdown {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let names: Vec<_> = self.columns.iter().map(|column| column.name()).collect();
        writeln!(out, "| {} |", names.join(" | "))?;
        writeln!(out, "|{}", " --- |".repeat(self.columns.len()))
    }

    fn row(&mut self, row: &Row, detail: Option<&Detail>, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "|")?;
        for column in &self.columns {
            write!(out, " {} |", in_markdown(&column.text(row, detail, self.zone)))?;
        }
        writeln!(out)
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

impl super::Rows for Html {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Audit log</title>\n<table>\n<tr>")?;
        for column in &self.columns {
            write!(out, "<th>{}</th>", column.name())?;
        }
        writeln!(out, "</tr>")
    }

    fn row(&mut self, row: &Row, detail: Option<&Detail>, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "<tr>")?;
        for column in &self.columns {
            write!(out, "<td>{}</td>", in_html(&column.text(row, detail, self.zone)))?;
        }
        writeln!(out, "</tr>")
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "</table>")
    }
}

/// Escapes what would end a cell or begin markup.
fn in_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '\n' | '\r' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

fn in_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_values_stays_text() {
        assert_eq!(in_markdown("a|b\n<i>`x`"), "a\\|b &lt;i>\\`x\\`");
        assert_eq!(in_html("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }
}
