//! Events of the Windows event log as collectors write them to text: a line that is a time, lines of `Name=value`,
//! and a message of many lines, up to the next line that is a time.

use super::{Piece, What, blank};

#[derive(Debug)]
pub(super) struct Blocks {
    /// First byte of the event not yet complete.
    start: u64,
    /// First byte of the line not yet looked at.
    line: u64,
}

impl Blocks {
    pub(super) fn new(base: u64) -> Blocks {
        Blocks { start: base, line: base }
    }

    pub(super) fn keep(&self) -> u64 {
        self.start
    }

    pub(super) fn split(&mut self, window: &[u8], base: u64, end: bool, out: &mut Vec<Piece>) {
        // Of an event over the limit the window gives up the beginning.
        self.line = self.line.max(base);
        loop {
            let at = (self.line - base) as usize;
            let rest = window.get(at..).unwrap_or_default();
            let Some(length) = memchr::memchr(b'\n', rest) else { break };
            if rest.get(..length).is_some_and(begins) {
                self.close(window, base, self.line, out);
            }
            self.line += length as u64 + 1;
        }
        if end {
            let all = base + window.len() as u64;
            self.close(window, base, all, out);
            self.line = all;
        }
    }

    /// Gives out what lies between the last event's beginning and `end`.
    fn close(&mut self, window: &[u8], base: u64, end: u64, out: &mut Vec<Piece>) {
        let from = self.start.saturating_sub(base) as usize;
        let bytes = window.get(from..(end - base) as usize).unwrap_or_default();
        let before = bytes.iter().take_while(|&&byte| blank(byte)).count();
        let behind = bytes.iter().rev().take_while(|&&byte| blank(byte)).count();
        if before < bytes.len() {
            out.push(Piece {
                start: self.start + before as u64,
                end: end - behind as u64,
                what: What::Record,
            });
        }
        self.start = end;
    }
}

/// Whether the first lines are those of such events.
pub(super) fn are(lines: &[&str]) -> bool {
    matches!(lines, [time, name, ..] if begins(time.as_bytes()) && name.starts_with("LogName="))
}

/// Whether a line is a time alone: `01/02/2026 03:04:05 AM`.
fn begins(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let pattern = b"dd/dd/dddd dd:dd:dd hM";
    line.len() == pattern.len()
        && line.iter().zip(pattern).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            b'h' => matches!(byte, b'A' | b'P'),
            wanted => byte == wanted,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_end_where_the_next_one_begins_however_the_bytes_arrive() {
        let text = b"01/02/2026 03:04:05 AM\nLogName=Security\nMessage=a\n\nb\n\n01/02/2026 03:04:06 PM\r\nLogName=Security\r\nMessage=c\r\n";
        let mut wanted = Vec::new();
        Blocks::new(0).split(text, 0, true, &mut wanted);
        let texts: Vec<_> =
            wanted.iter().map(|piece| &text[piece.start as usize..piece.end as usize]).collect();
        assert_eq!(texts.len(), 2);
        assert!(texts[0].ends_with(b"Message=a\n\nb") && texts[1].ends_with(b"Message=c"));
        let (mut blocks, mut found) = (Blocks::new(0), Vec::new());
        for end in 1..=text.len() {
            let keep = blocks.keep();
            blocks.split(&text[keep as usize..end], keep, end == text.len(), &mut found);
        }
        assert_eq!(found, wanted);
        assert!(are(&["01/02/2026 03:04:05 AM", "LogName=Security"]));
        assert!(!are(&["01/02/2026 03:04:05 AM", "ana signed in"]));
    }

    #[test]
    fn where_the_window_gave_up_the_beginning_of_an_event_the_next_one_is_found() {
        let (mut blocks, mut found) = (Blocks::new(0), Vec::new());
        blocks.split(b"01/02/2026 03:04:05 AM\nLogName=Security\nMessage=long", 0, false, &mut found);
        let window = b"er\n01/02/2026 03:04:06 AM\nLogName=Security\nMessage=b";
        blocks.split(window, 1_000, true, &mut found);
        let places: Vec<_> = found.iter().map(|piece| (piece.start, piece.end)).collect();
        assert_eq!(places, [(0, 1_002), (1_003, 1_000 + window.len() as u64)]);
    }
}
