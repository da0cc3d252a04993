//! What container is it? Read off the first bytes.

use crate::domain::json::{Doc, JsonErrorKind, Kind, Node};
use crate::ingest::decode::{Decoder, object_at_end};
use crate::ingest::relaxed;
use crate::ingest::syntax::Syntax;
use crate::ingest::text::{self, Form};

use super::answer::Answer;
use super::binary::binary;
use super::blocks::Blocks;
use super::close::closed;
use super::columns::{columns, names_column};
use super::envelope::{self, Behind};
use super::lines::Lines;
use super::rows::Rows;
use super::stream::{Stream, Unwrap};
use super::tabled::{self, Rule, Tabled};
use super::xml::{self, Xml};
use super::{Limits, Split, blank};

/// What formats know of containers.
pub struct Hints<'a> {
    /// Paths to arrays of records, like `["Records"]`, `["hits", "hits"]`.
    pub containers: &'a [Vec<String>],
    /// Whether an object is a record of a known format.
    pub known: &'a dyn Fn(Node<'_>) -> bool,
}

impl Hints<'_> {
    /// Returns hints that know nothing.
    pub const NONE: Hints<'static> = Hints { containers: &[], known: &|_| false };
}

/// Why a source gives no records.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotALog {
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// Something else.
    #[error("not a log: {0}")]
    Other(String),
    /// Damaged from the start.
    #[error("{0}")]
    Unreadable(String),
}

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sniffed {
    pub(super) syntax: Syntax,
    pub(super) plan: Plan,
    /// What stands before the header of a table.
    pub(super) titles: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// Rows of an answer; the number of its form.
    Answer {
        form: usize,
    },
    Lines {
        newline: u8,
        bulk: bool,
    },
    /// Events of several lines, each behind a line that is a time.
    Blocks,
    /// Messages of syslog with their length before them.
    Counted,
    Xml {
        around: u32,
    },
    Stream {
        unwrap: Option<Unwrap>,
    },
    Rows {
        newline: u8,
        skip: u32,
    },
    Tabled {
        newline: u8,
        rule: Rule,
    },
}

impl Sniffed {
    pub(super) fn split(&self, limits: &Limits, base: u64) -> Split {
        match (&self.plan, &self.syntax) {
            (Plan::Answer { form }, Syntax::Answer { columns, .. }) => Split::Answer(Answer::new(
                *form,
                columns.clone(),
                (limits.record, limits.slab.saturating_mul(4)),
                base,
            )),
            (Plan::Answer { .. }, _) => Split::Stream(Stream::new(None, limits.record, base)),
            (Plan::Lines { newline, bulk }, _) => {
                Split::Lines(Lines::new(*newline, limits.record, base).of_bulk(*bulk))
            }
            (Plan::Blocks, _) => Split::Blocks(Blocks::new(base)),
            (Plan::Counted, _) => Split::Lines(Lines::counted(limits.record, base)),
            (Plan::Xml { around }, _) => Split::Xml(Xml::new(*around, base)),
            (Plan::Rows { newline, skip }, Syntax::Csv { delimiter, .. }) => {
                Split::Rows(Rows::new(*delimiter as u8, *newline, *skip, limits.record, base))
            }
            (Plan::Rows { newline, .. }, _) => Split::Lines(Lines::new(*newline, limits.record, base)),
            (Plan::Tabled { newline, rule }, _) => {
                Split::Tabled(Tabled::new(rule.clone(), *newline, limits.record, base))
            }
            (Plan::Stream { unwrap }, _) => Split::Stream(Stream::new(unwrap.clone(), limits.record, base)),
        }
    }

    fn new(syntax: Syntax, plan: Plan) -> Sniffed {
        Sniffed { syntax, plan, titles: Vec::new() }
    }

    fn lines(sample: &[u8], syntax: Syntax) -> Sniffed {
        Sniffed::new(syntax, Plan::Lines { newline: newline(sample), bulk: false })
    }

    fn stream(unwrap: Option<Unwrap>) -> Sniffed {
        Sniffed::new(Syntax::Json, Plan::Stream { unwrap })
    }
}

/// Finds the container of a source that begins with `sample`; `whole` says that nothing follows.
pub(super) fn sniff(sample: &[u8], whole: bool, hints: &Hints<'_>) -> Result<Sniffed, NotALog> {
    let start = sample.iter().take_while(|&&byte| blank(byte) || matches!(byte, 0 | 0x1e)).count();
    let Some(&first) = sample.get(start) else {
        return if whole { Err(NotALog::Empty) } else { Ok(Sniffed::lines(sample, Syntax::Json)) };
    };
    if let Some(kind) = binary(sample) {
        return Err(NotALog::Other(kind));
    }
    let text = sample.get(start..).unwrap_or_default();
    let lines = first_lines(text, whole);
    match first {
        b'{' => match super::foreign::answer(text) {
            Some(kind) => Err(NotALog::Other(kind)),
            None => object(text, &lines, whole, hints),
        },
        b'[' => array(text, &lines, whole),
        b'<' if !text.get(1).is_some_and(u8::is_ascii_digit) && !lines.iter().any(|line| is_object(line)) => {
            elements(text, whole)
        }
        _ => other(text, &lines, whole),
    }
}

/// How many lines are looked at.
pub(super) const LINES: usize = 50;

/// Returns the first lines that are not blank; one that the sample cuts off is left out.
fn first_lines(text: &[u8], whole: bool) -> Vec<&str> {
    let end = newline(text);
    let mut lines: Vec<&[u8]> = text.split(|&byte| byte == end).collect();
    if !whole {
        lines.pop();
    }
    let texts = lines.iter().filter_map(|line| std::str::from_utf8(line).ok());
    let texts = texts
        .map(|line| line.trim_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '\0' | '\u{1e}')));
    texts.filter(|line| !line.is_empty()).take(LINES).collect()
}

/// Text of old Macs ends its lines with CR alone.
pub(super) fn newline(text: &[u8]) -> u8 {
    if !text.contains(&b'\n') && text.contains(&b'\r') { b'\r' } else { b'\n' }
}

fn is_object(line: &str) -> bool {
    line.starts_with('{') && Doc::new().parse(line).is_ok()
}

fn object(text: &[u8], lines: &[&str], whole: bool, hints: &Hints<'_>) -> Result<Sniffed, NotALog> {
    match json_object(text, lines, hints) {
        Some(found) => Ok(found),
        None if is_prose(text, lines) => other(text, lines, whole),
        None => Ok(Sniffed::stream(None)),
    }
}

/// Finds out how objects follow each other; `None` where not even the first one can be read.
fn json_object(text: &[u8], lines: &[&str], hints: &Hints<'_>) -> Option<Sniffed> {
    let objects = lines.iter().filter(|line| is_object(line)).count();
    if lines.len() > 1 && lines.first().is_some_and(|line| super::bulk::is_action(line.as_bytes())) {
        return Some(Sniffed::new(Syntax::Json, Plan::Lines { newline: newline(text), bulk: true }));
    }
    let mut doc = Doc::new();
    if let Some(Ok(first)) = lines.first().map(|line| doc.parse(line)) {
        let behind = if objects == 1 { Behind::Nothing } else { Behind::Lines };
        let unwrap = envelope::unwrap(first, behind, hints);
        if unwrap.is_some() {
            return Some(Sniffed::stream(unwrap));
        }
    }
    if objects > 0 && objects * 2 >= lines.len() || lines.first().is_some_and(|line| is_printed(line)) {
        return Some(Sniffed::lines(text, Syntax::Json));
    }
    if let Some(form) = mixed(lines) {
        return Some(Sniffed::lines(text, Syntax::Text { form }));
    }
    let first = closed(text);
    let mut doc = Doc::new();
    match first.as_deref().map(|text| doc.parse(text)) {
        Some(Ok(root)) => Some(Sniffed::stream(envelope::unwrap(root, behind(text, root), hints))),
        _ if objects > 0 => Some(Sniffed::lines(text, Syntax::Json)),
        _ if lines.len() > 1 && lines.iter().all(|line| half_object(line)) => {
            Some(Sniffed::lines(text, Syntax::Json))
        }
        _ => None,
    }
}

/// Whether a line is an object as a program prints its own, which is no JSON.
fn is_printed(line: &str) -> bool {
    let mut out = String::new();
    Doc::new().parse(line).is_err() && relaxed::write(line, &mut out)
}

/// Returns the form of lines of which some are objects and the others say themselves what they are.
fn mixed(lines: &[&str]) -> Option<Form> {
    if !lines.first().is_some_and(|line| is_object(line)) {
        return None;
    }
    let others: Vec<&str> = lines.iter().copied().filter(|line| !is_object(line)).collect();
    let inside = |line: &str| line.starts_with(['{', '}', '[', ']', '"', ' ', ',']);
    if others.is_empty() || others.iter().any(|line| inside(line)) { None } else { form(&others) }
}

fn behind(text: &[u8], root: Node<'_>) -> Behind {
    let end = root.offset() + root.raw().len();
    let rest = text.get(end..).unwrap_or_default();
    if rest.iter().all(|&byte| blank(byte)) { Behind::Nothing } else { Behind::Values }
}

/// Whether a line was meant to be an object of its own: it begins and ends as one, or is cut off.
fn half_object(line: &str) -> bool {
    let cut =
        |line: &str| matches!(Doc::new().parse(line), Err(error) if error.kind == JsonErrorKind::Truncated);
    line.starts_with('{') && (line.ends_with('}') || cut(line))
}

fn array(text: &[u8], lines: &[&str], whole: bool) -> Result<Sniffed, NotALog> {
    let stream = || Ok(Sniffed::stream(None));
    let log_line = || by_lines(text, lines);
    let first = closed(text);
    let mut doc = Doc::new();
    if let Some(Ok(root)) = first.as_deref().map(|text| doc.parse(text)) {
        // `[7] {...}`, `["x"] {...}`: a prefix in brackets looks like an array.
        let held = |item: Node<'_>| item.as_str().is_some_and(|text| text.trim_start().starts_with('{'));
        let prefix = root
            .index(0)
            .is_some_and(|item| !matches!(item.kind(), Kind::Object | Kind::Array) && !held(item));
        if !prefix {
            return stream();
        }
        // `[1] user ana signed in`, `[1.5], [2.5]`: what follows a value is a separator.
        let spoken = text.get(root.raw().len()..).unwrap_or_default();
        let spoken = spoken.iter().find(|&&byte| !blank(byte)).is_some_and(u8::is_ascii_alphanumeric);
        return match log_line() {
            Some(found) => Ok(found),
            None if spoken => other(text, lines, whole),
            None => stream(),
        };
    }
    match log_line() {
        Some(found) => Ok(found),
        None if is_prose(text, lines) => other(text, lines, whole),
        None => stream(),
    }
}

/// Whether a text that begins with a bracket and is no JSON was never meant to be: a time stands in the bracket, or a
/// word: `[2026-01-02 03:04:05] INFO ..`, `[main] ..`.
fn is_prose(text: &[u8], lines: &[&str]) -> bool {
    let Some(line) = lines.first() else { return false };
    if text::opening_time(line).is_some() {
        return true;
    }
    let inside = text.get(1..).unwrap_or_default().iter().find(|&&byte| !blank(byte));
    let word = inside.is_some_and(|&byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
    // An object without quotes around its names: `{a: 1}`.
    word && (text.first() == Some(&b'[') || lines.iter().any(|line| text::opens_with_time(line)))
}

/// Finds lines that are, or end in, one object each.
fn by_lines(text: &[u8], lines: &[&str]) -> Option<Sniffed> {
    let mut doc = Doc::new();
    let objects = lines.iter().filter(|line| is_object(line)).count();
    let ending = lines.iter().filter(|line| object_at_end(line, &mut doc).is_some()).count();
    if ending > objects && ending * 2 >= lines.len() {
        let form = form(lines).unwrap_or(Form::Json);
        return Some(Sniffed::lines(text, Syntax::Text { form }));
    }
    (objects > 0).then(|| Sniffed::lines(text, Syntax::Json))
}

fn elements(text: &[u8], whole: bool) -> Result<Sniffed, NotALog> {
    let html = |word: &[u8]| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    if html(b"<!doctype html") || html(b"<html") {
        return Err(NotALog::Other("an HTML page".to_owned()));
    }
    match xml::around(text, whole) {
        Some(around) => Ok(Sniffed::new(Syntax::Text { form: Form::Xml }, Plan::Xml { around })),
        None => Err(NotALog::Other("XML in which nothing says when it happened".to_owned())),
    }
}

/// Finds the form that most of the lines have.
fn form(lines: &[&str]) -> Option<Form> {
    let (mut doc, mut out) = (Doc::new(), String::new());
    let mut counts: Vec<(usize, Form)> = Vec::new();
    let mut formed = 0;
    for line in lines {
        out.clear();
        let Ok((form, _)) = text::read(line, &mut doc, &mut out) else { continue };
        if form == Form::Plain {
            continue;
        }
        formed += 1;
        match counts.iter_mut().find(|(_, known)| *known == form) {
            Some((count, _)) => *count += 1,
            None => counts.push((1, form)),
        }
    }
    let best = counts.into_iter().max_by_key(|(count, _)| *count);
    best.filter(|_| formed * 2 >= lines.len()).map(|(_, form)| form)
}

fn other(text: &[u8], lines: &[&str], whole: bool) -> Result<Sniffed, NotALog> {
    if text::counted(text).is_some() {
        return Ok(Sniffed::new(Syntax::Text { form: Form::Syslog }, Plan::Counted));
    }
    if super::blocks::are(lines) {
        return Ok(Sniffed::new(Syntax::Text { form: Form::Pairs }, Plan::Blocks));
    }
    if let Some(found) = directives(text).or_else(|| bars(text, lines)).or_else(|| strings(text, lines)) {
        return Ok(found);
    }
    if let Some(kind) = super::foreign::text(lines) {
        return Err(NotALog::Other(kind));
    }
    if let Some(found) = by_lines(text, lines) {
        return Ok(found);
    }
    if let Some(form) = form(lines) {
        // Cells may hold pairs: `"2026-..","{type=User, id=7}","Create"`.
        let quoted = lines.first().is_some_and(|line| line.starts_with('"') && !line.contains('='));
        let headed = |found: &Sniffed| {
            let names = lines.first().is_some_and(|line| !line.contains('='));
            names
                && matches!(&found.syntax, Syntax::Csv { header, .. } if header.len() > 3 && header.first().is_some_and(|name| name != "column_1"))
        };
        let table = columns(text, whole).filter(|found| form == Form::Pairs && (quoted || headed(found)));
        if let Some(found) = table {
            return Ok(found);
        }
        return Ok(Sniffed::lines(text, Syntax::Text { form }));
    }
    if let Some(found) = columns(text, whole).or_else(|| aligned(text, whole)) {
        return Ok(found);
    }
    let timed = lines.iter().filter(|line| text::opens_with_time(line)).count();
    if timed > 0 && timed * 2 >= lines.len() {
        return Ok(Sniffed::lines(text, Syntax::Text { form: Form::Plain }));
    }
    if let [b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n', ..] = text
        && std::str::from_utf8(text).is_ok_and(|text| Doc::new().parse(text).is_ok())
    {
        return Err(NotALog::Other("a single JSON value that is no object".to_owned()));
    }
    Err(NotALog::Other(
        "text in which no line says when it happened, without JSON and without columns".to_owned(),
    ))
}

/// Finds a table whose columns directives name.
fn directives(text: &[u8]) -> Option<Sniffed> {
    if text.first() != Some(&b'#') {
        return None;
    }
    let (known, delimiter) = tabled::directives(&String::from_utf8_lossy(text))?;
    let (header, others) = known.split_first()?;
    let syntax = Syntax::Csv { delimiter, header: header.clone(), others: others.to_vec() };
    let rule = Rule::Directives { known };
    Some(Sniffed::new(syntax, Plan::Tabled { newline: newline(text), rule }))
}

/// Finds a table drawn with bars: of Markdown, psql and mysql.
fn bars(text: &[u8], lines: &[&str]) -> Option<Sniffed> {
    let (header, skip) = tabled::bars(lines)?;
    let syntax = Syntax::Csv { delimiter: '|', header, others: Vec::new() };
    Some(Sniffed::new(syntax, Plan::Tabled { newline: newline(text), rule: Rule::Bars { skip } }))
}

/// Finds lines that are JSON strings, each with an object in it.
fn strings(text: &[u8], lines: &[&str]) -> Option<Sniffed> {
    let object = |line: &&&str| Decoder::new().decode(line.as_bytes(), &Syntax::Json).is_ok();
    let quoted = lines.iter().filter(|line| line.starts_with('"')).filter(object).count();
    (quoted > 0 && quoted * 2 >= lines.len()).then(|| Sniffed::lines(text, Syntax::Json))
}

/// Finds a table whose columns words above them name.
fn aligned(text: &[u8], whole: bool) -> Option<Sniffed> {
    let newline = newline(text);
    let mut lines: Vec<&[u8]> = text.split(|&byte| byte == newline).collect();
    if !whole {
        lines.pop();
    }
    let texts = lines.iter().filter_map(|line| std::str::from_utf8(line).ok()).map(str::trim_end);
    let lines: Vec<&str> = texts.filter(|line| !line.is_empty()).take(LINES).collect();
    let (header, starts) = tabled::aligned(&lines)?;
    header.iter().all(|name| names_column(name)).then(|| {
        let plan = Plan::Tabled { newline, rule: Rule::Aligned };
        Sniffed::new(Syntax::Aligned { starts, header }, plan)
    })
}
