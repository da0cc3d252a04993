//! Lines of text as JSON documents: syslog, key=value, CEF, LEEF, auditd, XML, access logs, plain lines.
//!
//! A line alone decides how it is read, never its neighbours: so the same line gives the same document, and the same
//! id, in whatever file it stands. The document has a syslog header under `syslog`, the pairs of the payload at its
//! root (`cef` and `leef` hold the header of those, `extension` and `attributes` their pairs), what else the payload
//! says as `message`, who a sentence speaks of as `user` and `ip`, a row of cells as `column_1` and so on. An object at the end of a line that says itself when it happened is the document alone.

mod access;
mod auditd;
mod cef;
mod cells;
mod event;
mod object;
mod opening;
mod pairs;
mod pgaudit;
mod sentence;
mod stamp;
mod syslog;
#[cfg(test)]
mod tests;
mod xml;

use serde::{Deserialize, Serialize};

use self::object::Object;
pub(crate) use self::stamp::{counted, is_dated, opening_time, opens_with_time};
pub(crate) use self::xml::XmlError;
use super::decode::object_at_end;
use super::relaxed;
use crate::domain::json::{Doc, Node};

/// What a line of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Text with a JSON object at its end.
    Json,
    /// A line of syslog, RFC 3164 or RFC 5424.
    Syslog,
    /// Pairs of names and values.
    Pairs,
    /// ArcSight's common event format.
    Cef,
    /// QRadar's log event extended format.
    Leef,
    /// A record of the Linux audit daemon.
    Auditd,
    /// An XML element.
    Xml,
    /// A line of a web server's access log.
    Access,
    /// Words, with a time before them at best.
    Plain,
}

impl Form {
    /// Returns the name used in messages.
    pub fn name(self) -> &'static str {
        match self {
            Form::Json => "text with JSON",
            Form::Syslog => "syslog",
            Form::Pairs => "key=value lines",
            Form::Cef => "CEF",
            Form::Leef => "LEEF",
            Form::Auditd => "auditd",
            Form::Xml => "XML",
            Form::Access => "a web server's access log",
            Form::Plain => "lines of text",
        }
    }
}

/// Why a line is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// A header of CEF or LEEF that ends too early.
    Header(&'static str),
    /// Not well-formed XML.
    Xml(XmlError),
    /// It begins like an object and is none.
    NotJson,
}

impl std::fmt::Display for TextError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TextError::Header(which) => write!(f, "a {which} header that ends too early"),
            TextError::Xml(error) => write!(f, "not well-formed XML: {error}"),
            TextError::NotJson => write!(f, "it begins like a JSON object and is none"),
        }
    }
}

/// The document of a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read<'a> {
    /// This part of the line.
    Part(&'a str),
    /// What was written.
    Written,
}

/// Reads a line as a document, written to `out` where it is not a part of the line. `doc` is scratch.
pub(crate) fn read<'a>(
    line: &'a str,
    doc: &mut Doc,
    out: &mut String,
) -> Result<(Form, Read<'a>), TextError> {
    if let Some(plain) = without_colours(line) {
        let mut written = String::new();
        let (form, read) = read(&plain, doc, &mut written)?;
        out.push_str(match read {
            Read::Part(part) => part,
            Read::Written => &written,
        });
        return Ok((form, Read::Written));
    }
    if line.starts_with('{') {
        return match doc.parse(line) {
            Ok(_) => Ok((Form::Json, Read::Part(line))),
            Err(_) if relaxed::write(line, out) => Ok((Form::Json, Read::Written)),
            Err(_) => Err(TextError::NotJson),
        };
    }
    if line.contains('\n') {
        let mut object = Object::new(out);
        let written = event::write(line, &mut object);
        object.end();
        if written {
            return Ok((Form::Pairs, Read::Written));
        }
        out.clear();
    }
    let header = syslog::split(line);
    let (header, payload) = header.map_or((None, line), |(header, payload)| (Some(header), payload));
    let mut object = Object::new(out);
    if let Some(header) = &header {
        header.write(&mut object);
    }
    let above = match &header {
        None => Above::Nothing,
        Some(header) if header.is_dated() => Above::Dated,
        Some(_) => Above::Undated,
    };
    let form = body(payload, above, doc, &mut object)?;
    object.end();
    Ok(match form {
        Body::Object(part) => (if header.is_some() { Form::Syslog } else { Form::Json }, Read::Part(part)),
        Body::Form(Form::Json | Form::Pairs | Form::Plain) if header.is_some() => {
            (Form::Syslog, Read::Written)
        }
        Body::Form(form) => (form, Read::Written),
    })
}

/// Returns the document of a line that says itself what it is: one with a header of syslog, CEF, LEEF, of the audit
/// daemon, or an element of XML. Words and pairs may be anything.
pub(crate) fn document(line: &str) -> Option<String> {
    let headed = syslog::split(line).is_some()
        || cef::begins(line)
        || auditd::begins(line)
        || line.starts_with("<Event") && xml::begins(line);
    let mut out = String::new();
    match headed.then(|| read(line, &mut Doc::new(), &mut out))?.ok()? {
        (_, Read::Part(part)) => Some(part.to_owned()),
        (_, Read::Written) => Some(out),
    }
}

/// Returns the document of a line of pairs.
pub(crate) fn pairs(line: &str) -> Option<String> {
    let mut out = String::new();
    match read(line, &mut Doc::new(), &mut out).ok()? {
        (Form::Pairs | Form::Syslog, Read::Written) => Some(out),
        _ => None,
    }
}

/// Returns a line without the escape sequences that colour it; `None` where it has none.
pub(super) fn without_colours(line: &str) -> Option<String> {
    memchr::memchr(0x1b, line.as_bytes())?;
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('\x1b') {
        plain.push_str(before);
        rest = match behind.strip_prefix('[') {
            Some(sequence) => {
                let end = sequence.find(|c: char| ('@'..='~').contains(&c));
                end.and_then(|end| sequence.get(end + 1..)).unwrap_or_default()
            }
            None => behind,
        };
    }
    plain.push_str(rest);
    Some(plain)
}

enum Body<'a> {
    /// The document is this object alone.
    Object(&'a str),
    Form(Form),
}

/// What stands before the payload of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Above {
    Nothing,
    /// A header with the whole of a date.
    Dated,
    /// One whose time has no year, or none at all: what the payload says of it is better.
    Undated,
}

impl Above {
    /// Takes the time off a text that may begin with one, and returns what follows.
    fn time(self, text: &str) -> (Option<&str>, &str) {
        match self {
            Above::Dated => (None, text),
            Above::Undated => opening::time(text),
            Above::Nothing => match stamp::leading(text) {
                (None, rest) => (stamp::behind_words(text), rest),
                found => found,
            },
        }
    }
}

/// Writes what a line says behind its header.
fn body<'a>(text: &'a str, above: Above, doc: &mut Doc, out: &mut Object<'_>) -> Result<Body<'a>, TextError> {
    let headed = above != Above::Nothing;
    if cef::begins(text) {
        return cef::write(text, out).map(Body::Form);
    }
    if auditd::write(text, out) {
        return Ok(Body::Form(Form::Auditd));
    }
    if xml::begins(text) {
        return xml::write(text, out).map(|()| Body::Form(Form::Xml)).map_err(TextError::Xml);
    }
    if !headed && access::write(text, out) {
        return Ok(Body::Form(Form::Access));
    }
    if !headed && cells::piped(text, out) {
        return Ok(Body::Form(Form::Plain));
    }
    if let Some(part) = object_at_end(text, doc) {
        if doc.parse(part).is_ok_and(|root| says_when(root, 1)) {
            return Ok(Body::Object(part));
        }
        with_object(text, part, above, out);
        return Ok(Body::Form(Form::Json));
    }
    if let Some((before, object)) = relaxed::at_end(text) {
        with_object(&format!("{before}{object}"), &object, above, out);
        return Ok(Body::Form(Form::Json));
    }
    let (time, rest) = above.time(text);
    out.maybe("time", time);
    let rest = match opening::logged(rest).filter(|_| time.is_some() && !headed) {
        Some((level, logger, said)) => {
            out.text("level", level);
            out.text("logger", logger);
            said
        }
        None => rest,
    };
    if headed && opening::write(rest, time.is_some(), out) {
        return Ok(Body::Form(Form::Pairs));
    }
    if pgaudit::write(rest, out)
        || pairs::barred(rest, out)
        || pairs::write(rest, out)
        || headed && pairs::labelled(rest, out)
    {
        return Ok(Body::Form(Form::Pairs));
    }
    if (headed && cells::write(rest, out)) || cells::barred(rest, out) {
        return Ok(Body::Form(Form::Plain));
    }
    out.text("message", rest);
    let told = sentence::read(rest);
    out.maybe("user", told.user);
    out.maybe("ip", told.ip);
    Ok(Body::Form(Form::Plain))
}

/// Writes the members of an object that does not say when it happened, behind what stands before it.
fn with_object(text: &str, part: &str, above: Above, out: &mut Object<'_>) {
    let before = text.strip_suffix(part).unwrap_or_default();
    let (time, words) = above.time(before);
    out.maybe("time", time);
    let words = words.trim();
    if !words.is_empty() {
        out.text("prefix", words);
    }
    out.members(part);
}

/// Returns whom a sentence speaks of: `Failed password for ana from 192.0.2.7`.
pub(crate) fn somebody(text: &str) -> Option<&str> {
    sentence::read(text).user
}

/// Whether an object says when something happened, itself or in an object within it.
pub(crate) fn says_when(node: Node<'_>, depth: usize) -> bool {
    says_when_but(node, depth, &|_| false)
}

/// The same of its members but some.
pub(crate) fn says_when_but(node: Node<'_>, depth: usize, but: &dyn Fn(&str) -> bool) -> bool {
    use crate::domain::json::Kind;
    node.members().any(|(key, value)| {
        let key = key.decode();
        match value.kind() {
            _ if but(&key) => false,
            Kind::Object => depth > 0 && !about_paging(&key) && says_when(value, depth - 1),
            Kind::String => names_time(&key) && value.as_str().is_some_and(|text| looks_like_time(&text)),
            Kind::Number => names_time(&key) && value.as_f64().is_some_and(|number| number > 1e8),
            _ => false,
        }
    })
}

fn about_paging(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["meta", "page", "paging", "pagination", "links", "info", "_shards", "cursor", "request", "query"]
        .iter()
        .any(|word| key.contains(word))
}

fn names_time(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    ["time", "date", "created", "published", "occurred", "occured", "when"]
        .iter()
        .any(|word| lower.contains(word))
        || lower.ends_with("_at")
        || lower == "ts"
        || key.ends_with("At")
}

fn looks_like_time(text: &str) -> bool {
    text.len() >= 8 && text.len() <= 40 && text.bytes().filter(u8::is_ascii_digit).count() >= 4
}
