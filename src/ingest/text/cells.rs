//! A message that is a row of cells, as firewalls write behind their syslog header.

use super::object::Object;
use super::stamp;
use crate::domain::ip::parse_addr;
use crate::ingest::csv;

/// Fewest cells that make a row.
const FEW: usize = 7;

/// Fewest cells between bars that make a row.
const BARRED: usize = 5;

/// Writes a row of cells that are parted by bars or pairs of colons with spaces around them; returns false where it is none.
pub(super) fn barred(text: &str, out: &mut Object<'_>) -> bool {
    let mark = if text.contains(" :: ") { " :: " } else { " | " };
    let cells = || text.split(mark).map(str::trim);
    let row = cells().count() >= BARRED && cells().any(|cell| parse_addr(cell).is_some());
    if row {
        numbered(cells(), out);
    }
    row
}

/// Writes a row of cells with bars between that begins with a time and holds an address; returns false where it is none.
pub(super) fn piped(text: &str, out: &mut Object<'_>) -> bool {
    let cells = || text.split('|').map(str::trim);
    let timed =
        || text.split('|').next().is_some_and(|cell| stamp::iso(cell.trim()) == Some(cell.trim().len()));
    let row =
        text.matches('|').count() + 1 >= BARRED && timed() && cells().any(|cell| parse_addr(cell).is_some());
    if row {
        numbered(cells(), out);
    }
    row
}

/// Writes cells as `column_1`, `column_2` and so on.
pub(super) fn numbered<'c>(cells: impl Iterator<Item = &'c str>, out: &mut Object<'_>) {
    for (at, cell) in cells.enumerate() {
        out.text(&format!("column_{}", at + 1), cell.trim());
    }
}

/// Writes a message as `column_1`, `column_2` ..; returns false where it is no row: of few cells, or with neither
/// a time nor an address in a cell of its own.
pub(super) fn write(text: &str, out: &mut Object<'_>) -> bool {
    if memchr::memchr_iter(b',', text.as_bytes()).take(FEW).count() + 1 < FEW {
        return false;
    }
    let mut cells = Vec::new();
    let closed = csv::for_each_cell(text, ',', |cell| cells.push(cell));
    let tells = |cell: &str| {
        stamp::iso(cell).is_some_and(|length| length == cell.len()) || parse_addr(cell).is_some()
    };
    if !closed || cells.len() < FEW || !cells.iter().any(|cell| tells(cell.trim())) {
        return false;
    }
    numbered(cells.iter().map(|cell| &**cell), out);
    true
}
