//! Addresses that the terminal knows as such (OSC 8).
//!
//! Every cell carries its own link, begun and ended: a frame may draw any part of it anew. The width is forced,
//! since the marks take no cells.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;

use crate::present::measure;

/// Makes the cells of an area lead to an address, where that is one of the web.
pub fn hyperlink(address: &str, area: Rect, buffer: &mut Buffer) {
    let Some(target) = target(address) else { return };
    let mut free = area.x;
    for position in area.intersection(buffer.area).positions() {
        let Some(cell) = buffer.cell_mut(position).filter(|_| position.x >= free) else { continue };
        let width = u16::try_from(measure::width(cell.symbol())).unwrap_or(1).max(1);
        let symbol = format!("\x1b]8;;{target}\x1b\\{}\x1b]8;;\x1b\\", cell.symbol());
        // A wide character stands in its cell and hides the next.
        free = position.x + width;
        cell.set_symbol(&symbol);
        cell.set_diff_option(CellDiffOption::ForcedWidth(NonZeroU16::new(width).unwrap_or(NonZeroU16::MIN)));
    }
}

/// Returns an address without anything that could end the mark early; `None` for what is no page.
fn target(address: &str) -> Option<String> {
    let known = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
    let plain = |byte: u8| {
        if (0x21..0x7f).contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    (known && address.len() <= 2_000).then(|| address.bytes().map(plain).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cell_carries_the_whole_link() {
        let mut buffer = Buffer::with_lines(["ab日c"]);
        hyperlink("https://example.com/\x1b é", Rect::new(1, 0, 3, 1), &mut buffer);
        let link = |text: &str| format!("\x1b]8;;https://example.com/%1B%20%C3%A9\x1b\\{text}\x1b]8;;\x1b\\");
        let symbols: Vec<&str> = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(symbols, ["a", &link("b"), &link("日"), " ", "c"]);
    }

    #[test]
    fn only_pages_are_linked() {
        for address in ["javascript:alert(1)", "file:///etc/passwd", "", "HTTPS"] {
            assert_eq!(target(address), None, "{address}");
        }
    }
}
