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

/// The text being read, and where.
struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    /// White space was passed over.
    spaced: bool,
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
        let mut reader = Reader { bytes, at: 0, spaced: false };
        let read = self.values(&mut reader);
        self.spaced = reader.spaced;
        if let (Ok(()), Some(root)) = (&read, self.tape.first_mut()) {
            root.spaced = reader.spaced;
        }
        read
    }

    /// Reads one value, and by way of the open containers all that it contains, up to the end of the text.
    fn values(&mut self, reader: &mut Reader<'_>) -> Result<(), JsonError> {
        loop {
            let opened = match reader.peek()? {
                b'{' => Some((Kind::Object, b'}')),
                b'[' => Some((Kind::Array, b']')),
                byte => {
                    self.scalar(reader, byte)?;
                    None
                }
            };
            if let Some((kind, end)) = opened {
                self.begin(kind, reader.at)?;
                reader.at += 1;
                if reader.peek()? == end {
                    self.close(reader);
                } else {
                    if kind == Kind::Object {
                        self.key(reader)?;
                    }
                    continue;
                }
            }
            if !self.next(reader)? {
                return Ok(());
            }
        }
    }

    /// Goes on behind a value to the next one; returns false at the end of the text.
    #[inline]
    fn next(&mut self, reader: &mut Reader<'_>) -> Result<bool, JsonError> {
        while let Some(&top) = self.open.last() {
            let byte = reader.peek()?;
            let item = &mut self.tape[top as usize];
            item.len += 1;
            let object = item.kind == Kind::Object;
            match byte {
                b',' => {
                    reader.at += 1;
                    if object {
                        self.key(reader)?;
                    }
                    return Ok(true);
                }
                b'}' if object => self.close(reader),
                b']' if !object => self.close(reader),
                _ => return Err(unexpected(reader.at, Some(&byte))),
            }
        }
        reader.skip_space();
        match reader.bytes.len() > reader.at {
            true => Err(JsonError { offset: reader.at, kind: JsonErrorKind::Trailing }),
            false => Ok(false),
        }
    }

    /// Reads a key and its colon.
    #[inline]
    fn key(&mut self, reader: &mut Reader<'_>) -> Result<(), JsonError> {
        match reader.peek()? {
            b'"' => self.read_string(reader)?,
            byte => return Err(unexpected(reader.at, Some(&byte))),
        }
        match reader.peek()? {
            b':' => reader.at += 1,
            byte => return Err(unexpected(reader.at, Some(&byte))),
        }
        Ok(())
    }

    fn begin(&mut self, kind: Kind, at: usize) -> Result<(), JsonError> {
        if self.open.len() == MAX_DEPTH {
            return Err(JsonError { offset: at, kind: JsonErrorKind::TooDeep });
        }
        self.open.push(self.tape.len() as u32);
        self.push(kind, at, at, false);
        Ok(())
    }

    fn close(&mut self, reader: &mut Reader<'_>) {
        reader.at += 1;
        if let Some(top) = self.open.pop() {
            let next = self.tape.len() as u32;
            let item = &mut self.tape[top as usize];
            item.end = reader.at as u32;
            item.next = next;
        }
    }

    #[inline]
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

    #[inline]
    fn scalar(&mut self, reader: &mut Reader<'_>, byte: u8) -> Result<(), JsonError> {
        match byte {
            b'"' => self.read_string(reader),
            b'-' | b'0'..=b'9' => {
                let end = number_end(reader.bytes, reader.at)?;
                self.push(Kind::Number, reader.at, end, false);
                reader.at = end;
                Ok(())
            }
            b't' => self.word(reader, b"true", Kind::Bool),
            b'f' => self.word(reader, b"false", Kind::Bool),
            b'n' => self.word(reader, b"null", Kind::Null),
            _ => Err(unexpected(reader.at, Some(&byte))),
        }
    }

    fn word(&mut self, reader: &mut Reader<'_>, word: &[u8], kind: Kind) -> Result<(), JsonError> {
        let (at, bytes) = (reader.at, reader.bytes);
        for (offset, expected) in word.iter().enumerate() {
            if bytes.get(at + offset) != Some(expected) {
                return Err(unexpected(at + offset, bytes.get(at + offset)));
            }
        }
        self.push(kind, at, at + word.len(), false);
        reader.at = at + word.len();
        Ok(())
    }

    #[inline]
    fn read_string(&mut self, reader: &mut Reader<'_>) -> Result<(), JsonError> {
        let (start, bytes) = (reader.at, reader.bytes);
        let mut at = start + 1;
        let mut escaped = false;
        loop {
            at = plain_end(bytes, at);
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    at = escape_end(bytes, at)?;
                }
                None => return Err(JsonError { offset: at, kind: JsonErrorKind::Truncated }),
                Some(&byte) => {
                    return Err(JsonError { offset: at, kind: JsonErrorKind::ControlInString(byte) });
                }
            }
        }
        self.push(Kind::String, start, at + 1, escaped);
        reader.at = at + 1;
        Ok(())
    }
}

impl Reader<'_> {
    /// Returns the next byte that is no white space.
    #[inline]
    fn peek(&mut self) -> Result<u8, JsonError> {
        match self.bytes.get(self.at) {
            Some(&byte) if byte > b' ' => Ok(byte),
            _ => {
                self.skip_space();
                let truncated = JsonError { offset: self.at, kind: JsonErrorKind::Truncated };
                self.bytes.get(self.at).copied().ok_or(truncated)
            }
        }
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
            self.spaced = true;
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
