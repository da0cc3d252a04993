//! Output that may go to a terminal: there nothing of a record may act on it.

use std::io::{self, Write};

use crate::present::sanitise;

/// Passes bytes on; on a terminal line by line through the sanitiser.
pub(super) struct Sanitised<W: Write> {
    out: W,
    terminal: bool,
    line: Vec<u8>,
}

impl<W: Write> Sanitised<W> {
    /// Returns the output; without a terminal bytes are passed on as they are.
    pub(super) fn new(out: W, terminal: bool) -> Sanitised<W> {
        Sanitised { out, terminal, line: Vec::new() }
    }

    fn write_line(&mut self) -> io::Result<()> {
        let text = String::from_utf8_lossy(&self.line);
        let body = text.strip_suffix('\n').unwrap_or(&text);
        let body = body.strip_suffix('\r').unwrap_or(body);
        let safe: Vec<_> = body.split('\t').map(sanitise::plain).collect();
        self.out.write_all(safe.join("\t").as_bytes())?;
        if text.ends_with('\n') {
            self.out.write_all(b"\n")?;
        }
        self.line.clear();
        Ok(())
    }
}

impl<W: Write> Write for Sanitised<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.terminal {
            return self.out.write(bytes);
        }
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.write_line()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.line.is_empty() {
            self.write_line()?;
        }
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(terminal: bool, text: &str) -> String {
        let mut bytes = Vec::new();
        let mut out = Sanitised::new(&mut bytes, terminal);
        out.write_all(text.as_bytes()).unwrap();
        out.flush().unwrap();
        drop(out);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_terminal_gets_no_control_characters() {
        let hostile = "a\u{1b}[2Jb\tc\r\nlast\u{9b}x";
        assert_eq!(written(false, hostile), hostile);
        let safe = written(true, hostile);
        assert!(!safe.contains(['\u{1b}', '\u{9b}', '\r']), "{safe:?}");
        assert!(safe.contains("\tc\nlast"), "{safe:?}");
    }
}
