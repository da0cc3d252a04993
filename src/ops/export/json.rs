//! JSON: whole entries, or objects of the columns asked for.

use crate::domain::json::push_string;

use super::super::column::Column;

/// Writes rows as JSON objects, one a line or as one array. Without columns they are whole entries.
pub(super) struct Json {
    columns: Vec<Column>,
    array: bool,
}

impl Json {
    pub(super) fn new(columns: Vec<Column>, array: bool) -> Json {
        Json { columns, array }
    }

    fn key(&self, at: usize, out: &mut String) {
        out.push(if at == 0 { '{' } else { ',' });
        push_string(out, self.columns[at].name());
        out.push(':');
    }
}

impl super::Form for Json {
    fn begin(&self, out: &mut String) {
        out.push_str(if self.array { "[" } else { "" });
    }

    fn open(&self, first: bool, out: &mut String) {
        match (self.array, first) {
            (false, _) => {}
            (true, true) => out.push('\n'),
            (true, false) => out.push_str(",\n"),
        }
    }

    fn cell(&self, at: usize, text: &str, out: &mut String) -> bool {
        self.key(at, out);
        match self.columns[at] {
            _ if text.is_empty() => out.push_str("null"),
            // These are JSON texts or numbers already.
            Column::Before | Column::After | Column::Record => out.push_str(text),
            _ => push_string(out, text),
        }
        if at + 1 == self.columns.len() {
            out.push('}');
        }
        false
    }

    fn close(&self, out: &mut String) {
        out.push_str(if self.array { "" } else { "\n" });
    }

    fn end(&self, out: &mut String) {
        out.push_str(if self.array { "\n]\n" } else { "" });
    }
}
