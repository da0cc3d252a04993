//! The reader: one pass, no recursion, every byte checked against RFC 8259.

use super::special::plain_end;
use super::{Doc, Item, Kind};

/// How deep arrays and objects may nest. Deeper texts are refused rather than risk the stack of whatever
/// walks them.
pub const MAX_DEPTH: usize = 1024;

/// Why a text is not JSON, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Offset in bytes from the start of the text.
    pub offset: usize,
    /// What is wrong there.
    pub kind: JsonErrorKind,
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// The text ends inside a value.
    Truncated,
    /// A byte that cannot stand there.
    Unexpected(u8),
    /// A control character inside a string, which JSON wants escaped.
    ControlInString(u8),
    /// A backslash with something JSON does not know.
    BadEscape,
    /// A number that breaks the grammar, like `01` or `1.`.
    BadNumber,
    /// Something behind the value.
    Trailing,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// 4 GiB or more.
    TooLong,
}

impl std::fmt::Display for JsonError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind {
            JsonErrorKind::Truncated => write!(f, "the JSON ends inside a value")?,
            JsonErrorKind::Unexpected(b) if b.is_ascii_graphic() => {
                write!(f, "'{}' cannot stand here in JSON", b as char)?;
            }
            JsonErrorKind::Unexpected(b) => write!(f, "byte 0x{b:02x} cannot stand here in JSON")?,
            JsonErrorKind::ControlInString(b) => {
                write!(f, "unescaped control character 0x{b:02x} in a string")?;
            }
            JsonErrorKind::BadEscape => write!(f, "unknown escape in a string")?,
            JsonErrorKind::BadNumber => write!(f, "malformed number")?,
            JsonErrorKind::Trailing => write!(f, "more text behind the JSON value")?,
            JsonErrorKind::TooDeep => write!(f, "nested deeper than {MAX_DEPTH} levels")?,
            JsonErrorKind::TooLong => write!(f, "a record of 4 GiB or more")?,
        }
        write!(f, " (byte {})", self.offset)
    }
}

impl std::error::Error for JsonError {}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    Value,
    /// A value or `]`, right behind `[`.
    ValueOrEnd,
    Key,
    /// A key or `}`, right behind `{`.
    KeyOrEnd,
    /// `,` or the end of the container, or the end of the text at the top.
    Next,
}

impl Doc {
    pub(super) fn read(&mut self, text: &str) -> Result<(), JsonError> {
        self.tape.clear();
        self.open.clear();
        self.spaced = false;
        let bytes = text.as_bytes();
        if bytes.len() >= u32::MAX as usize {
            return Err(JsonError { offset: 0, kind: JsonErrorKind::TooLong });
        }
        let mut at = 0;
        let mut want = Want::Value;
        loop {
            at = self.skip_space(bytes, at);
            let Some(&byte) = bytes.get(at) else {
                return if want == Want::Next && self.open.is_empty() {
                    if let Some(root) = self.tape.first_mut() {
                        root.spaced = self.spaced;
                    }
                    Ok(())
                } else {
                    Err(JsonError { offset: at, kind: JsonErrorKind::Truncated })
                };
            };
            match want {
                Want::Value | Want::ValueOrEnd => {
                    if byte == b']' && want == Want::ValueOrEnd {
                        at = self.close(at);
                        want = Want::Next;
                        continue;
                    }
                    match byte {
                        b'{' => {
                            self.begin(Kind::Object, at)?;
                            at += 1;
                            want = Want::KeyOrEnd;
                        }
                        b'[' => {
                            self.begin(Kind::Array, at)?;
                            at += 1;
                            want = Want::ValueOrEnd;
                        }
                        _ => {
                            at = self.scalar(bytes, at, byte)?;
                            want = Want::Next;
                        }
                    }
                }
                Want::Key | Want::KeyOrEnd => match byte {
                    b'"' => {
                        at = self.string(bytes, at)?;
                        at = self.skip_space(bytes, at);
                        match bytes.get(at) {
                            Some(b':') => at += 1,
                            other => return Err(unexpected(at, other)),
                        }
                        want = Want::Value;
                    }
                    b'}' if want == Want::KeyOrEnd => {
                        at = self.close(at);
                        want = Want::Next;
                    }
                    _ => return Err(unexpected(at, Some(&byte))),
                },
                Want::Next => {
                    let Some(&top) = self.open.last() else {
                        return Err(JsonError { offset: at, kind: JsonErrorKind::Trailing });
                    };
                    let item = &mut self.tape[top as usize];
                    item.len += 1;
                    let object = item.kind == Kind::Object;
                    match byte {
                        b',' => {
                            at += 1;
                            want = if object { Want::Key } else { Want::Value };
                        }
                        b'}' if object => at = self.close(at),
                        b']' if !object => at = self.close(at),
                        _ => return Err(unexpected(at, Some(&byte))),
                    }
                }
            }
        }
    }

    fn skip_space(&mut self, bytes: &[u8], mut at: usize) -> usize {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
            at += 1;
            self.spaced = true;
        }
        at
    }

    fn begin(&mut self, kind: Kind, at: usize) -> Result<(), JsonError> {
        if self.open.len() == MAX_DEPTH {
            return Err(JsonError { offset: at, kind: JsonErrorKind::TooDeep });
        }
        self.open.push(self.tape.len() as u32);
        self.push(kind, at, at, false);
        Ok(())
    }

    fn close(&mut self, at: usize) -> usize {
        if let Some(top) = self.open.pop() {
            let next = self.tape.len() as u32;
            let item = &mut self.tape[top as usize];
            item.end = at as u32 + 1;
            item.next = next;
        }
        at + 1
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize, escaped: bool) {
        let next = self.tape.len() as u32 + 1;
        self.tape.push(Item {
            start: start as u32,
            end: end as u32,
            next,
            len: 0,
            kind,
            escaped,
            spaced: false,
        });
    }

    fn scalar(&mut self, bytes: &[u8], at: usize, byte: u8) -> Result<usize, JsonError> {
        match byte {
            b'"' => self.string(bytes, at),
            b'-' | b'0'..=b'9' => {
                let end = number_end(bytes, at)?;
                self.push(Kind::Number, at, end, false);
                Ok(end)
            }
            b't' => self.word(bytes, at, "true", Kind::Bool),
            b'f' => self.word(bytes, at, "false", Kind::Bool),
            b'n' => self.word(bytes, at, "null", Kind::Null),
            _ => Err(unexpected(at, Some(&byte))),
        }
    }

    fn word(&mut self, bytes: &[u8], at: usize, word: &str, kind: Kind) -> Result<usize, JsonError> {
        for (offset, expected) in word.bytes().enumerate() {
            if bytes.get(at + offset) != Some(&expected) {
                return Err(unexpected(at + offset, bytes.get(at + offset)));
            }
        }
        self.push(kind, at, at + word.len(), false);
        Ok(at + word.len())
    }

    fn string(&mut self, bytes: &[u8], start: usize) -> Result<usize, JsonError> {
        let mut at = start + 1;
        let mut escaped = false;
        loop {
            at = plain_end(bytes, at);
            match bytes.get(at) {
                None => return Err(JsonError { offset: at, kind: JsonErrorKind::Truncated }),
                Some(b'"') => {
                    self.push(Kind::String, start, at + 1, escaped);
                    return Ok(at + 1);
                }
                Some(b'\\') => {
                    escaped = true;
                    at = escape_end(bytes, at)?;
                }
                Some(&byte) => {
                    return Err(JsonError { offset: at, kind: JsonErrorKind::ControlInString(byte) });
                }
            }
        }
    }
}

fn unexpected(offset: usize, byte: Option<&u8>) -> JsonError {
    let kind = byte.map_or(JsonErrorKind::Truncated, |&b| JsonErrorKind::Unexpected(b));
    JsonError { offset, kind }
}

fn escape_end(bytes: &[u8], at: usize) -> Result<usize, JsonError> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => match bytes.get(at + 2..at + 6) {
            Some(hex) if hex.iter().all(u8::is_ascii_hexdigit) => Ok(at + 6),
            Some(_) => Err(JsonError { offset: at, kind: JsonErrorKind::BadEscape }),
            None => Err(JsonError { offset: bytes.len(), kind: JsonErrorKind::Truncated }),
        },
        Some(_) => Err(JsonError { offset: at, kind: JsonErrorKind::BadEscape }),
        None => Err(JsonError { offset: bytes.len(), kind: JsonErrorKind::Truncated }),
    }
}

fn number_end(bytes: &[u8], start: usize) -> Result<usize, JsonError> {
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let bad = |offset: usize| JsonError { offset, kind: JsonErrorKind::BadNumber };
    let mut at = start + usize::from(bytes.get(start) == Some(&b'-'));
    let whole = digits(at);
    if whole == at || (whole - at > 1 && bytes.get(at) == Some(&b'0')) {
        return Err(bad(at));
    }
    at = whole;
    if bytes.get(at) == Some(&b'.') {
        let end = digits(at + 1);
        if end == at + 1 {
            return Err(bad(at));
        }
        at = end;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let end = digits(at + 1 + sign);
        if end == at + 1 + sign {
            return Err(bad(at));
        }
        at = end;
    }
    Ok(at)
}
