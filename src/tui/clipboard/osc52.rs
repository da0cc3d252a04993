//! The terminal's own clipboard sequence.

use crossterm::Command as _;
use crossterm::clipboard::CopyToClipboard;

/// What common terminals take at most, in base64.
pub(super) const DEFAULT_LIMIT: usize = 74_994;

/// Longest piece that GNU screen passes through in one device control string.
const SCREEN_PIECE: usize = 256;

/// Returns the length in base64 of so many bytes.
pub const fn encoded_len(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

/// Returns the sequence that asks the terminal to copy a text.
pub(super) fn sequence(text: &str, screen: bool) -> Option<String> {
    let mut sequence = String::new();
    CopyToClipboard::to_clipboard_from(text).write_ansi(&mut sequence).ok()?;
    Some(if screen { through_screen(&sequence) } else { sequence })
}

/// GNU screen passes on what stands in device control strings, in pieces.
fn through_screen(sequence: &str) -> String {
    // The string's own end (`ESC \`) would end the first piece; BEL ends it as well.
    let inner = sequence.strip_suffix("\x1b\\").map_or_else(|| sequence.to_owned(), |s| format!("{s}\x07"));
    let pieces: Vec<char> = inner.chars().collect();
    pieces
        .chunks(SCREEN_PIECE)
        .map(|piece| format!("\x1bP{}\x1b\\", piece.iter().collect::<String>()))
        .collect()
}
