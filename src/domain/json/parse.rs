//! The reader: one pass, no recursion, every byte checked against RFC 8259.

use super::marks::Marks;
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

/// The text being read. What reads a part of it returns where that ends, or nothing where it is no JSON: a place fits a
/// register, an error does not.
struct Reader<'t> {
    bytes: &'t [u8],
    marks: &'t Marks,
    /// White space was passed over.
    spaced: bool,
    error: Option<JsonError>,
}

/// A container whose end was not read yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    /// Its place on the tape.
    at: u32,
    /// Children read so far.
    len: u32,
    /// The byte it ends with; 0 where it stands for the text itself.
    end: u8,
}

impl Open {
    const TEXT: Open = Open { at: 0, len: 0, end: 0 };
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
        let mut marks = std::mem::take(&mut self.marks);
        marks.fill(bytes);
        let mut reader = Reader { bytes, marks: &marks, spaced: false, error: None };
        let read = self.values(&mut reader);
        let Reader { spaced, error, .. } = reader;
        (self.marks, self.spaced) = (marks, spaced);
        match (read, self.tape.first_mut()) {
            (Some(()), Some(root)) => root.spaced = spaced,
            _ => return Err(error.unwrap_or(truncated(bytes.len()))),
        }
        Ok(())
    }

    /// Reads one value, and by way of the open containers all that it contains, up to the end of the text.
    fn values(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        let mut open = Open::TEXT;
        let mut at = 0;
        loop {
            if open.end == b'}' {
                at = self.key(reader, at)?;
            }
            let (byte, start) = reader.peek(at)?;
            match byte {
                b'"' => at = self.string(reader, start)?,
                b'{' | b'[' => {
                    at = self.begin(byte, &mut open, reader, start)?;
                    match reader.peek(at)? {
                        (byte, end) if byte == open.end => at = self.close(&mut open, end),
                        _ => continue,
                    }
                }
                byte => at = self.word_or_number(reader, start, byte)?,
            }
            // Behind a value stands the next one, or the end of what contains it.
            loop {
                if open.end == 0 {
                    return reader.finish(at);
                }
                open.len += 1;
                match reader.peek(at)? {
                    (b',', comma) => {
                        at = comma + 1;
                        break;
                    }
                    (byte, end) if byte == open.end => at = self.close(&mut open, end),
                    (_, other) => return reader.unexpected(other),
                }
            }
        }
    }

    /// Reads a key and its colon.
    #[inline]
    fn key(&mut self, reader: &mut Reader<'_>, at: usize) -> Option<usize> {
        let end = match reader.peek(at)? {
            (b'"', start) => self.string(reader, start)?,
            (_, other) => return reader.unexpected(other),
        };
        match reader.peek(end)? {
            (b':', colon) => Some(colon + 1),
            (_, other) => reader.unexpected(other),
        }
    }

    /// Reads a string, whose first quote was seen.
    #[inline]
    fn string(&mut self, reader: &mut Reader<'_>, at: usize) -> Option<usize> {
        let mut end = reader.marks.plain_end(at + 1);
        let escaped = reader.bytes.get(end) != Some(&b'"');
        if escaped {
            end = reader.escaped_end(end)?;
        }
        self.push(Kind::String, at, end + 1, escaped);
        Some(end + 1)
    }

    fn begin(&mut self, byte: u8, open: &mut Open, reader: &mut Reader<'_>, at: usize) -> Option<usize> {
        if self.open.len() == MAX_DEPTH {
            return reader.fail(at, JsonErrorKind::TooDeep);
        }
        let (kind, end) = if byte == b'{' { (Kind::Object, b'}') } else { (Kind::Array, b']') };
        self.open.push(std::mem::replace(open, Open { at: self.tape.len() as u32, len: 0, end }));
        self.push(kind, at, at, false);
        Some(at + 1)
    }

    /// Ends the innermost container, whose last byte stands here.
    fn close(&mut self, open: &mut Open, at: usize) -> usize {
        let next = self.tape.len() as u32;
        let item = &mut self.tape[open.at as usize];
        (item.end, item.next, item.len) = (at as u32 + 1, next, open.len);
        *open = self.open.pop().unwrap_or(Open::TEXT);
        at + 1
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

    fn word_or_number(&mut self, reader: &mut Reader<'_>, at: usize, byte: u8) -> Option<usize> {
        match byte {
            b'-' | b'0'..=b'9' => match number_end(reader.bytes, at) {
                Ok(end) => {
                    self.push(Kind::Number, at, end, false);
                    Some(end)
                }
                Err(offset) => reader.fail(offset, JsonErrorKind::BadNumber),
            },
            b't' => self.word(reader, at, b"true", Kind::Bool),
            b'f' => self.word(reader, at, b"false", Kind::Bool),
            b'n' => self.word(reader, at, b"null", Kind::Null),
            _ => reader.unexpected(at),
        }
    }

    fn word(&mut self, reader: &mut Reader<'_>, at: usize, word: &[u8], kind: Kind) -> Option<usize> {
        let rest = reader.bytes.get(at..).unwrap_or_default();
        if !rest.starts_with(word) {
            let same = word.iter().zip(rest).take_while(|(expected, byte)| expected == byte).count();
            return reader.unexpected(at + same);
        }
        self.push(kind, at, at + word.len(), false);
        Some(at + word.len())
    }
}

impl Reader<'_> {
    /// Returns the first byte from here that is no white space, and where it stands.
    #[inline]
    fn peek(&mut self, at: usize) -> Option<(u8, usize)> {
        match self.bytes.get(at) {
            Some(&byte) if byte > b' ' => Some((byte, at)),
            _ => self.peek_behind_space(at),
        }
    }

    #[inline(never)]
    fn peek_behind_space(&mut self, at: usize) -> Option<(u8, usize)> {
        let at = self.skip_space(at);
        match self.bytes.get(at) {
            Some(byte) => Some((*byte, at)),
            None => self.fail(at, JsonErrorKind::Truncated),
        }
    }

    fn skip_space(&mut self, mut at: usize) -> usize {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(at) {
            at += 1;
            self.spaced = true;
        }
        at
    }

    /// Looks that nothing stands behind the value.
    fn finish(&mut self, at: usize) -> Option<()> {
        let at = self.skip_space(at);
        match self.bytes.len() > at {
            true => self.fail(at, JsonErrorKind::Trailing),
            false => Some(()),
        }
    }

    /// Returns the closing quote of a string whose first byte that is not plain stands here, and is no quote.
    #[inline(never)]
    fn escaped_end(&mut self, mut at: usize) -> Option<usize> {
        loop {
            match self.bytes.get(at) {
                Some(b'"') => return Some(at),
                Some(b'\\') => match escape_end(self.bytes, at) {
                    Ok(end) => at = self.marks.plain_end(end),
                    Err(error) => return self.fail(error.offset, error.kind),
                },
                None => return self.fail(at, JsonErrorKind::Truncated),
                Some(&byte) => return self.fail(at, JsonErrorKind::ControlInString(byte)),
            }
        }
    }

    #[cold]
    fn unexpected<T>(&mut self, offset: usize) -> Option<T> {
        let kind = self.bytes.get(offset).map_or(JsonErrorKind::Truncated, |&b| JsonErrorKind::Unexpected(b));
        self.fail(offset, kind)
    }

    #[cold]
    fn fail<T>(&mut self, offset: usize, kind: JsonErrorKind) -> Option<T> {
        self.error = Some(JsonError { offset, kind });
        None
    }
}

fn truncated(offset: usize) -> JsonError {
    JsonError { offset, kind: JsonErrorKind::Truncated }
}

fn escape_end(bytes: &[u8], at: usize) -> Result<usize, JsonError> {
    let bad = JsonError { offset: at, kind: JsonErrorKind::BadEscape };
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => match bytes.get(at + 2..at + 6) {
            Some(hex) if hex.iter().all(u8::is_ascii_hexdigit) => Ok(at + 6),
            Some(_) => Err(bad),
            None => Err(truncated(bytes.len())),
        },
        Some(_) => Err(bad),
        None => Err(truncated(bytes.len())),
    }
}

/// Returns where a number ends, or the byte at which it is none.
fn number_end(bytes: &[u8], start: usize) -> Result<usize, usize> {
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut at = start + usize::from(bytes.get(start) == Some(&b'-'));
    let whole = digits(at);
    if whole == at || (whole - at > 1 && bytes.get(at) == Some(&b'0')) {
        return Err(at);
    }
    at = whole;
    if bytes.get(at) == Some(&b'.') {
        let end = digits(at + 1);
        if end == at + 1 {
            return Err(at);
        }
        at = end;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let end = digits(at + 1 + sign);
        if end == at + 1 + sign {
            return Err(at);
        }
        at = end;
    }
    Ok(at)
}
