//! One record's bytes into one JSON document, by the syntax of its source.

use std::fmt;

use crate::domain::json::{Doc, Flat, JsonError, Kind, Node};

use super::csv::{self, RowError};
use super::frame;
use super::relaxed;
use super::syntax::Syntax;
use super::text::{self, Read, TextError};

/// Reads records; lives in a worker and is reused from record to record.
#[derive(Debug, Default)]
pub struct Decoder {
    doc: Doc,
    /// What a text that is no JSON as it stands was written again for.
    again: Doc,
    row: String,
    cells: Flat,
    keys: csv::Keys,
}

/// Why a record could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// A byte that is no UTF-8, counted from the start of the record.
    Utf8(usize),
    /// Not JSON.
    Json(JsonError),
    /// JSON, but no object.
    NotAnObject(Kind),
    /// Not a line of text that can be read.
    Text(TextError),
    /// Not a row under its header.
    Row(RowError),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Utf8(at) => write!(f, "invalid UTF-8 (byte {at} of the record)"),
            DecodeError::Json(error) => write!(f, "not JSON: {error}"),
            DecodeError::NotAnObject(kind) => {
                let article = match kind {
                    Kind::Null => "",
                    Kind::Array | Kind::Object => "an ",
                    Kind::Bool | Kind::Number | Kind::String => "a ",
                };
                write!(f, "a record is a JSON object, this is {article}{}", kind.name())
            }
            DecodeError::Text(error) => write!(f, "{error}"),
            DecodeError::Row(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl Decoder {
    /// Returns a decoder.
    pub fn new() -> Decoder {
        Decoder::default()
    }

    /// Decodes a record into a document whose root is an object.
    ///
    /// # Errors
    /// What the record is instead, with its byte.
    pub fn decode<'a>(&'a mut self, raw: &'a [u8], syntax: &Syntax) -> Result<Node<'a>, DecodeError> {
        let line = utf8(raw)?;
        let node = match syntax {
            Syntax::Json => match self.doc.parse(line) {
                Ok(node) if node.kind() == Kind::Object => node,
                other => {
                    self.row.clear();
                    let found = match other {
                        Ok(node) => object_in_string(node, &mut self.row),
                        Err(_) => written_otherwise(line, &mut self.row) || is_line(line, &mut self.row),
                    };
                    match found {
                        true => self.again.parse(&self.row).map_err(DecodeError::Json)?,
                        false => other.map_err(DecodeError::Json)?,
                    }
                }
            },
            Syntax::Text { .. } => {
                self.row.clear();
                let (_, read) = text::read(line, &mut self.doc, &mut self.row).map_err(DecodeError::Text)?;
                let document = match read {
                    Read::Part(part) => part,
                    Read::Written => &self.row,
                };
                self.doc.parse(document).map_err(DecodeError::Json)?
            }
            Syntax::Csv { delimiter, header, others } => {
                let trimmed = trim_bars(line, *delimiter);
                let line = trimmed.as_deref().unwrap_or(line);
                let header = header_of(line, *delimiter, header, others);
                self.keys.set(header);
                csv::write_row(line, *delimiter, &self.keys, &mut self.cells).map_err(DecodeError::Row)?;
                self.doc.flat(&self.cells)
            }
            Syntax::Aligned { starts, header } => {
                self.row.clear();
                let cells = csv::cut(line, starts).ok_or(DecodeError::Row(RowError::Unaligned))?;
                csv::write_cells(&cells, header, &mut self.row);
                self.doc.parse(&self.row).map_err(DecodeError::Json)?
            }
            Syntax::Answer { cells, columns, .. } => {
                self.row.clear();
                let row = self.doc.parse(line).map_err(DecodeError::Json)?;
                frame::write(row, cells, columns, &mut self.row).map_err(DecodeError::Row)?;
                self.again.parse(&self.row).map_err(DecodeError::Json)?
            }
        };
        match node.kind() {
            Kind::Object => Ok(node),
            other => Err(DecodeError::NotAnObject(other)),
        }
    }
}

/// How many texts may lie in each other, each the JSON of the next.
const NESTED: usize = 3;

/// Writes the object that a JSON string holds, or that the string in it holds.
fn object_in_string(node: Node<'_>, out: &mut String) -> bool {
    let Some(text) = node.as_str() else { return false };
    let mut text = text.into_owned();
    for _ in 0..NESTED {
        let mut doc = Doc::new();
        let inner = match doc.parse(&text) {
            Ok(node) if node.kind() == Kind::Object => {
                out.push_str(&text);
                return true;
            }
            Ok(node) => node.as_str().map(std::borrow::Cow::into_owned),
            Err(_) => None,
        };
        let Some(inner) = inner else { return false };
        text = inner;
    }
    false
}

/// Writes the object that a line is once it is stripped of colours, or as programs print theirs.
fn written_otherwise(line: &str, out: &mut String) -> bool {
    if relaxed::write(line, out) {
        return true;
    }
    out.clear();
    match text::without_colours(line) {
        Some(plain) if Doc::new().parse(&plain).is_ok_and(|node| node.kind() == Kind::Object) => {
            out.push_str(&plain);
            true
        }
        _ => false,
    }
}

/// Writes the document of a line of text that stands among lines of JSON, where it says what it is. What begins like
/// JSON is broken, and no words.
fn is_line(line: &str, out: &mut String) -> bool {
    out.clear();
    if line.starts_with(['{', '[', '"']) {
        return false;
    }
    let mut doc = Doc::new();
    match text::read(line, &mut doc, out) {
        Ok((form, read)) if form != text::Form::Plain || text::opens_with_time(line) => {
            if let Read::Part(part) = read {
                out.clear();
                out.push_str(part);
            }
            true
        }
        _ => false,
    }
}

/// Returns a row without the white space around its bars, where it has any: tables set for reading have.
fn trim_bars(row: &str, delimiter: char) -> Option<String> {
    let spaced = delimiter == '|' && row.contains([' ', '\t']) && !row.contains('"');
    spaced.then(|| row.split('|').map(str::trim).collect::<Vec<_>>().join("|"))
}

/// Where a file names its columns in several ways, a row's length tells which it is under.
fn header_of<'h>(
    row: &str,
    delimiter: char,
    header: &'h [String],
    others: &'h [Vec<String>],
) -> &'h [String] {
    if others.is_empty() {
        return header;
    }
    let cells = csv::count(row, delimiter);
    let other = others.iter().find(|other| other.len() == cells && header.len() != cells);
    other.map_or(header, Vec::as_slice)
}

fn utf8(raw: &[u8]) -> Result<&str, DecodeError> {
    let text = simdutf8::compat::from_utf8(raw).map_err(|error| DecodeError::Utf8(error.valid_up_to()))?;
    // Files put together with `cat` carry the mark of each part.
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// How many braces of a line are tried before it is taken to hold no object.
const BRACES: usize = 16;

/// Returns the part of a line from its first brace on that is one JSON object.
pub(super) fn object_at_end<'a>(text: &'a str, doc: &mut Doc) -> Option<&'a str> {
    let braces = text.match_indices('{').take(BRACES);
    braces.filter_map(|(at, _)| text.get(at..)).find(|object| doc.parse(object).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &[u8], syntax: &Syntax, expected: &str) {
        let mut decoder = Decoder::new();
        let got = match decoder.decode(raw, syntax) {
            Ok(node) => node.raw().to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(got, expected, "{}", String::from_utf8_lossy(raw));
    }

    #[test]
    fn json_records() {
        check(br#"{"a":1}"#, &Syntax::Json, r#"{"a":1}"#);
        check(b"\xef\xbb\xbf{}", &Syntax::Json, "{}");
        check(br#""{\"a\":1}""#, &Syntax::Json, r#"{"a":1}"#);
        check(br#""\"{\\\"a\\\":1}\"""#, &Syntax::Json, r#"{"a":1}"#);
        check(b"{'a': None, 'b': True}", &Syntax::Json, r#"{"a":null,"b":true}"#);
        check(b"\x1b[32m{\"a\":1}\x1b[0m", &Syntax::Json, r#"{"a":1}"#);
        check(
            b"<14>plain",
            &Syntax::Json,
            r#"{"syslog":{"priority":14,"facility":"user","severity":"informational"},"message":"plain"}"#,
        );
        check(b"only words", &Syntax::Json, "not JSON: 'o' cannot stand here in JSON (byte 0)");
        check(b"\"a\"", &Syntax::Json, "a record is a JSON object, this is a string");
        check(b"7", &Syntax::Json, "a record is a JSON object, this is a number");
        check(b"[7]", &Syntax::Json, "a record is a JSON object, this is an array");
        check(b"null", &Syntax::Json, "a record is a JSON object, this is null");
        check(b"{\"a\":\"\xff\"}", &Syntax::Json, "invalid UTF-8 (byte 6 of the record)");
        check(br#"{"a":1"#, &Syntax::Json, "not JSON: the JSON ends inside a value (byte 6)");
    }

    #[test]
    fn lines_of_text() {
        let text = Syntax::Text { form: text::Form::Json };
        check(b"app {\"ts\":\"2026-01-02T03:04:05Z\"}", &text, r#"{"ts":"2026-01-02T03:04:05Z"}"#);
        check(b"a {b} {\"c\":2}", &text, r#"{"prefix":"a {b}","c":2}"#);
        check(b"no object", &text, r#"{"message":"no object"}"#);
        check(b"{\"c\":", &text, "it begins like a JSON object and is none");
    }

    #[test]
    fn rows_of_cells() {
        let syntax = Syntax::Csv { delimiter: ';', header: vec!["a".into(), "b".into()], others: Vec::new() };
        check(b"1;\"{\"\"x\"\":1}\"", &syntax, r#"{"a":"1","b":"{\"x\":1}"}"#);
        let bars = Syntax::Csv { delimiter: '|', header: vec!["a".into(), "b".into()], others: Vec::new() };
        check(b"ana  |  7 ", &bars, r#"{"a":"ana","b":"7"}"#);
        check(b"1;2;3", &syntax, "a row of 3 cells under a header of 2");
    }
}
