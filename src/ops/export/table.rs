//! Simple tables of Markdown and HTML.

use super::super::column::Column;

/// Writes rows as a table of Markdown.
pub(super) struct Markdown {
    columns: Vec<Column>,
}

/// Writes rows as a page with a table.
pub(super) struct Html {
    columns: Vec<Column>,
}

impl Markdown {
    pub(super) fn new(columns: Vec<Column>) -> Markdown {
        Markdown { columns }
    }
}

impl Html {
    pub(super) fn new(columns: Vec<Column>) -> Html {
        Html { columns }
    }
}

impl super::Form for Markdown {
    fn begin(&self, out: &mut String) {
        let names: Vec<_> = self.columns.iter().map(|column| column.name()).collect();
        out.push_str(&format!("| {} |\n|{}\n", names.join(" | "), " --- |".repeat(self.columns.len())));
    }

    fn open(&self, _: bool, out: &mut String) {
        out.push('|');
    }

    fn cell(&self, _: usize, text: &str, out: &mut String) -> bool {
        out.push(' ');
        out.push_str(&in_markdown(text));
        out.push_str(" |");
        false
    }

    fn close(&self, out: &mut String) {
        out.push('\n');
    }
}

impl super::Form for Html {
    fn begin(&self, out: &mut String) {
        out.push_str("<!doctype html>\n<meta charset=\"utf-8\">\n<title>Audit log</title>\n<table>\n<tr>");
        for column in &self.columns {
            out.push_str(&format!("<th>{}</th>", column.name()));
        }
        out.push_str("</tr>\n");
    }

    fn open(&self, _: bool, out: &mut String) {
        out.push_str("<tr>");
    }

    fn cell(&self, _: usize, text: &str, out: &mut String) -> bool {
        out.push_str("<td>");
        out.push_str(&in_html(text));
        out.push_str("</td>");
        false
    }

    fn close(&self, out: &mut String) {
        out.push_str("</tr>\n");
    }

    fn end(&self, out: &mut String) {
        out.push_str("</table>\n");
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
