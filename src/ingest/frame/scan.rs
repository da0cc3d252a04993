//! Finds the end of a JSON value without understanding it, in pieces of any size.
//!
//! Checks only what shows where a broken value ends: brackets that do not match, an object where none can
//! stand, a line end inside a string. All else is for the decoder, which refuses the record alone.

use super::blank;
use crate::domain::json::plain_end;

/// Deeper nesting than any decoder follows; bounds what hostile input can make us remember.
const MAX_OPEN: usize = 1 << 16;

#[derive(Debug, Default)]
pub(super) struct Scan {
    open: Vec<u8>,
    want: Want,
    part: Part,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Want {
    #[default]
    Value,
    Key,
    Colon,
    /// A comma or a closing bracket.
    Next,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Between,
    Word,
    Text {
        escape: bool,
    },
}

/// How far a scan came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The window is used up.
    More,
    /// The value ends before this byte.
    End(usize),
    /// This byte cannot stand here.
    Bad(usize),
}

impl Scan {
    /// Returns a scan that stands behind the `[` of an array.
    pub(super) fn in_array() -> Scan {
        Scan { open: vec![b'['], ..Scan::default() }
    }

    /// Whether the value is complete if nothing follows: a number or word has no end of its own.
    pub(super) fn may_end(&self) -> bool {
        self.part == Part::Word && self.open.is_empty()
    }

    pub(super) fn run(&mut self, window: &[u8], mut at: usize) -> Step {
        loop {
            let step = match self.part {
                Part::Text { escape } => self.text(window, &mut at, escape),
                Part::Word => self.word(window, &mut at),
                Part::Between => self.between(window, &mut at),
            };
            if step != Step::More || at >= window.len() {
                return step;
            }
        }
    }

    /// Goes on inside a string up to its closing quote.
    #[inline]
    fn text(&mut self, window: &[u8], at: &mut usize, escape: bool) -> Step {
        let mut from = *at + usize::from(escape);
        loop {
            from = plain_end(window, from);
            match window.get(from) {
                Some(b'"') => {
                    *at = from + 1;
                    self.part = Part::Between;
                    return self.valued(*at);
                }
                Some(b'\\') => from += 2,
                Some(b'\n') => return Step::Bad(from),
                // Other control characters are for the decoder to refuse.
                Some(_) => from += 1,
                None => break,
            }
        }
        // A backslash was the last byte: what it escapes comes with the next window.
        self.part = Part::Text { escape: from > window.len() };
        *at = window.len();
        Step::More
    }

    fn word(&mut self, window: &[u8], at: &mut usize) -> Step {
        let rest = window.get(*at..).unwrap_or_default();
        let Some(found) = rest.iter().position(|&byte| blank(byte) || b",:{}[]\"".contains(&byte)) else {
            *at = window.len();
            return Step::More;
        };
        *at += found;
        self.part = Part::Between;
        self.valued(*at)
    }

    /// A key or scalar ended.
    fn valued(&mut self, at: usize) -> Step {
        self.want = if self.want == Want::Key { Want::Colon } else { Want::Next };
        if self.open.is_empty() { Step::End(at) } else { Step::More }
    }

    /// Goes from token to token; strings, which most of a record is made of, are passed over without leaving here.
    fn between(&mut self, window: &[u8], at: &mut usize) -> Step {
        while let Some(&byte) = window.get(*at) {
            let step = match (byte, self.want) {
                (b'"', Want::Value | Want::Key) => {
                    *at += 1;
                    self.part = Part::Text { escape: false };
                    self.text(window, at, false)
                }
                (b':', Want::Colon) => {
                    *at += 1;
                    self.want = Want::Value;
                    continue;
                }
                (b',', Want::Next) => {
                    *at += 1;
                    let object = self.open.last() == Some(&b'{');
                    self.want = if object { Want::Key } else { Want::Value };
                    continue;
                }
                (byte, _) if blank(byte) => {
                    *at += 1;
                    continue;
                }
                _ => self.token(byte, at),
            };
            if step != Step::More || self.part != Part::Between {
                return step;
            }
        }
        Step::More
    }

    fn token(&mut self, byte: u8, at: &mut usize) -> Step {
        let top = self.open.last().copied();
        match (byte, self.want) {
            (b'{' | b'[', Want::Value) if self.open.len() < MAX_OPEN => {
                self.open.push(byte);
                self.want = if byte == b'{' { Want::Key } else { Want::Value };
            }
            (b'}', _) if top == Some(b'{') => return self.close(at),
            (b']', _) if top == Some(b'[') => return self.close(at),
            (b'{' | b'[' | b'}' | b']' | b',' | b':' | b'"', _) | (_, Want::Next | Want::Colon) => {
                return Step::Bad(*at);
            }
            _ => self.part = Part::Word,
        }
        *at += 1;
        Step::More
    }

    fn close(&mut self, at: &mut usize) -> Step {
        *at += 1;
        self.open.pop();
        self.want = Want::Next;
        if self.open.is_empty() { Step::End(*at) } else { Step::More }
    }
}

/// Says that a value is broken JSON by the byte that stands `at` bytes behind its beginning.
pub(super) fn broken(byte: Option<u8>, at: u64) -> String {
    let what = match byte {
        Some(b'\n') => "a line end inside a string".to_owned(),
        Some(byte) if byte.is_ascii_graphic() => format!("'{}' cannot stand there", byte as char),
        _ => "a byte that cannot stand there".to_owned(),
    };
    format!("broken JSON: {what} (byte {at} of the record)")
}

#[cfg(test)]
mod tests;
