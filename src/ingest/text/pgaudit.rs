//! Lines of PostgreSQL's pgaudit: `LOG:  AUDIT: SESSION,1,1,DDL,CREATE TABLE,TABLE,public.t,"create ..",<none>`.

use super::object::Object;
use crate::ingest::csv;

/// What the cells behind the mark are, in their order.
const CELLS: [&str; 9] = [
    "audit_type",
    "statement_number",
    "substatement_number",
    "class",
    "command",
    "object_type",
    "object_name",
    "statement",
    "parameter",
];

const MARK: &str = "AUDIT: ";

/// Writes a line as a document; returns false where it is none. `user@database` before the mark, as prefixes of
/// lines have it, is the user and the database.
pub(super) fn write(text: &str, out: &mut Object<'_>) -> bool {
    let Some((before, cells)) = text.split_once(MARK) else { return false };
    // In a table of PostgreSQL's own the mark begins a cell.
    let quoted = before.ends_with('"');
    if quoted || !(cells.starts_with("SESSION,") || cells.starts_with("OBJECT,")) {
        return false;
    }
    let mut values = Vec::new();
    let closed = csv::for_each_cell(cells, ',', |cell| values.push(cell));
    if !closed || values.len() + 1 < CELLS.len() {
        return false;
    }
    if let Some((user, database)) = before.split_whitespace().find_map(session) {
        out.text("user", user);
        out.text("database", database);
    }
    for (key, value) in CELLS.iter().zip(&values).filter(|(_, value)| !value.is_empty()) {
        out.text(key, value);
    }
    true
}

/// Reads `ana@shop` and `user=ana,db=shop,..`.
fn session(word: &str) -> Option<(&str, &str)> {
    if let Some(rest) = word.strip_prefix("user=") {
        let (user, rest) = rest.split_once(',')?;
        let database = rest.split(',').find_map(|part| part.strip_prefix("db="));
        return Some((user, database.unwrap_or_default().trim_end_matches(':')));
    }
    let (user, database) = word.split_once('@')?;
    let plain = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    (plain(user) && plain(database)).then_some((user, database))
}
