//! The vendor's record as lines: JSON as a tree that folds, anything else as its text.
//!
//! The tree keeps the order of keys, repeated keys and the spelling of numbers and strings. A string that
//! holds JSON can be opened like an object. Only what is unfolded costs anything.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use super::line::{Line, Role};
use super::measure;
use super::pane::{Excerpt, PaneLine};
use super::sanitise::{self, Charset, Tabs};
use crate::domain::json::{Doc, Items, Kind, Members, Node, Path, Step};

/// How a record is shown.
#[derive(Clone, Copy, Debug)]
pub struct RawOptions<'a> {
    /// Columns there are.
    pub width: usize,
    /// Parts folded or unfolded by hand, by their number.
    pub toggled: &'a BTreeSet<usize>,
    /// How marks are drawn.
    pub charset: Charset,
}

/// Values from which on a record is shown folded below its second level.
const MANY: usize = 20_000;

/// How many times a string may hold JSON that holds a string that holds JSON.
const MAX_NESTED: usize = 8;

/// Most lines that one text is broken into; a longer one says how much is left out. Copying has it all.
const MAX_PARTS: usize = 2_000;

/// Returns the record as lines of at most the width.
pub fn raw_lines(raw: &[u8], options: &RawOptions<'_>) -> Vec<PaneLine> {
    let text = String::from_utf8_lossy(raw);
    let mut doc = Doc::new();
    match doc.parse(text.trim_end_matches(['\n', '\r'])) {
        Ok(root) => {
            let mut tree = Tree::new(options, &text);
            tree.open_below = if root.extent() > MANY { 2 } else { usize::MAX };
            tree.value(root);
            tree.out
        }
        Err(_) => text_lines(raw, &text, options),
    }
}

/// Shows what is no JSON line by line; bytes that are no UTF-8 are said.
fn text_lines(raw: &[u8], text: &str, options: &RawOptions<'_>) -> Vec<PaneLine> {
    let shared: Arc<str> = text.into();
    let mut out = Vec::new();
    if std::str::from_utf8(raw).is_err() {
        out.push(PaneLine::of(Line::of(Role::Warning, "not UTF-8; wrong bytes are shown as \u{fffd}")));
    }
    let mut at = 0;
    for piece in text.split_inclusive('\n') {
        let shown = piece.strip_suffix('\n').unwrap_or(piece);
        let shown = shown.strip_suffix('\r').unwrap_or(shown);
        let mut line = Line::new();
        sanitise::push(&mut line, Role::Text, shown, options.charset);
        let whole = PaneLine {
            line,
            value: Some(Excerpt::new(Arc::clone(&shared), at..at + shown.len())),
            ..PaneLine::default()
        };
        out.extend(limited(whole, options.width, 2));
        at += piece.len();
    }
    out
}

/// Breaks a line, but into no more parts than can be of use.
fn limited(line: PaneLine, width: usize, indent: usize) -> Vec<PaneLine> {
    let mut parts = line.wrapped(width, indent);
    if parts.len() > MAX_PARTS {
        let more = parts.len() - MAX_PARTS;
        parts.truncate(MAX_PARTS);
        let text = format!("{}... {more} more lines, copied whole", " ".repeat(indent));
        if let Some(last) = parts.last().cloned() {
            parts.push(PaneLine { line: Line::of(Role::Dim, text), ..last });
        }
    }
    parts
}

/// What stands in front of a value.
#[derive(Clone, Copy)]
enum Label<'a> {
    None,
    /// The key as it is spelled between its quotes.
    Key(&'a str),
}

/// What stands behind a value.
#[derive(Clone, Copy)]
enum Tail {
    None,
    Comma,
}

/// A container whose children are being shown.
struct Open<'n> {
    node: Node<'n>,
    items: Items<'n>,
    members: Members<'n>,
    /// Number of the next child.
    at: usize,
    tail: Tail,
}

struct Tree<'o> {
    options: &'o RawOptions<'o>,
    shared: Arc<str>,
    out: Vec<PaneLine>,
    path: Path,
    depth: usize,
    /// Level from which on containers are folded unless opened by hand.
    open_below: usize,
    /// Of which string inside which the values are; none at the top.
    inside: Option<usize>,
    nested: usize,
}

impl<'o> Tree<'o> {
    fn new(options: &'o RawOptions<'o>, text: &str) -> Tree<'o> {
        Tree {
            options,
            shared: text.into(),
            out: Vec::new(),
            path: Path::default(),
            depth: 0,
            open_below: usize::MAX,
            inside: None,
            nested: 0,
        }
    }

    /// The number by which a value is folded, the same whatever else is folded.
    fn number(&self, node: Node<'_>) -> usize {
        match self.inside {
            None => node.ordinal(),
            Some(outer) => {
                let mut hasher = DefaultHasher::new();
                (outer, node.ordinal()).hash(&mut hasher);
                // The upper half, where no ordinal of the record itself reaches.
                (hasher.finish() | 1 << 63) as usize
            }
        }
    }

    fn open(&self, node: Node<'_>, by_default: bool) -> bool {
        by_default != self.options.toggled.contains(&self.number(node))
    }

    /// Shows a value and all it holds. Containers wait on a stack of their own: they may nest deeper than
    /// the program's.
    fn value(&mut self, root: Node<'_>) {
        let mut open: Vec<Open<'_>> = Vec::new();
        self.begin(root, Label::None, Tail::None, &mut open);
        while let Some(container) = open.last_mut() {
            let at = container.at;
            container.at += 1;
            let tail = if at + 1 < container.node.len() { Tail::Comma } else { Tail::None };
            if at > 0 {
                self.path.steps.pop();
            }
            if let Some(element) = container.items.next() {
                self.path.steps.push(Step::Index(i32::try_from(at).unwrap_or(i32::MAX)));
                self.begin(element, Label::None, tail, &mut open);
            } else if let Some((key, value)) = container.members.next() {
                self.path.steps.push(Step::Key(key.decode().into_owned()));
                self.begin(value, Label::Key(key.raw()), tail, &mut open);
            } else if let Some(container) = open.pop() {
                self.end(container.node, container.tail);
            }
        }
    }

    /// Shows a scalar, or the line that opens a container.
    fn begin<'n>(&mut self, node: Node<'n>, label: Label<'_>, tail: Tail, open: &mut Vec<Open<'n>>) {
        match node.kind() {
            Kind::Array | Kind::Object if !node.is_empty() => {
                if self.open_container(node, label, tail) {
                    open.push(Open { node, items: node.items(), members: node.members(), at: 0, tail });
                }
            }
            Kind::String => self.string(node, label, tail),
            _ => {
                let line = self.start(label);
                let line = tailed(scalar(line, node, self.options.charset), tail);
                self.push(line, node, None);
            }
        }
    }

    /// Shows the line that opens a container, or its one line if it is folded; returns whether it is open.
    fn open_container(&mut self, node: Node<'_>, label: Label<'_>, tail: Tail) -> bool {
        let (open, close) = brackets(node);
        let number = Some(self.number(node));
        let line = self.start(label).and(Role::Punctuation, open);
        if self.open(node, self.depth < self.open_below) {
            self.push(line, node, number);
            self.depth += 1;
            return true;
        }
        let line = line.and(Role::Dim, self.summary(node)).and(Role::Punctuation, close);
        self.push(tailed(line, tail), node, number);
        false
    }

    fn end(&mut self, node: Node<'_>, tail: Tail) {
        self.depth -= 1;
        let line = self.start(Label::None).and(Role::Punctuation, brackets(node).1);
        self.push(tailed(line, tail), node, None);
    }

    fn summary(&self, node: Node<'_>) -> String {
        let noun = if node.kind() == Kind::Array { "element" } else { "member" };
        let dots = if self.options.charset == Charset::Ascii { "..." } else { "…" };
        format!(" {dots} {} {noun}{} ", node.len(), if node.len() == 1 { "" } else { "s" })
    }

    /// A string; one that holds JSON can be opened.
    fn string(&mut self, node: Node<'_>, label: Label<'_>, tail: Tail) {
        let text = node.as_str().unwrap_or_default();
        let mut doc = Doc::new();
        let inner = if self.nested < MAX_NESTED && holds_json(&text) { doc.parse(&text).ok() } else { None };
        let Some(inner) = inner.filter(|inner| !inner.is_empty()) else {
            let line = tailed(scalar(self.start(label), node, self.options.charset), tail);
            return self.push(line, node, None);
        };
        let number = Some(self.number(node));
        if !self.open(node, false) {
            let line = scalar(self.start(label), node, self.options.charset);
            return self.push(tailed(line, tail), node, number);
        }
        let line = self.start(label).and(Role::Dim, "JSON in a string:");
        self.push(line, node, number);
        self.inside(number, &text, inner);
        let line = self.start(Label::None).and(Role::Dim, "end of the string");
        self.push(tailed(line, tail), node, None);
    }

    /// Shows the JSON of a string one level deeper.
    fn inside(&mut self, number: Option<usize>, text: &str, inner: Node<'_>) {
        let outer = (std::mem::replace(&mut self.shared, text.into()), self.inside);
        self.inside = number;
        self.nested += 1;
        self.depth += 1;
        self.value(inner);
        self.depth -= 1;
        self.nested -= 1;
        (self.shared, self.inside) = outer;
    }

    fn start(&self, label: Label<'_>) -> Line {
        // Beyond half the width indenting would leave no room for what it is about.
        let indent = (2 * self.depth).min(self.options.width / 2);
        let mut line = Line::of(Role::Text, " ".repeat(indent));
        if let Label::Key(key) = label {
            line.push(Role::Key, "\"");
            sanitise::push_with(&mut line, Role::Key, key, self.options.charset, Tabs::Shown);
            line.push(Role::Key, "\"");
            line.push(Role::Punctuation, ": ");
        }
        line
    }

    fn push(&mut self, line: Line, node: Node<'_>, fold: Option<usize>) {
        let range = node.offset()..node.offset() + node.raw().len();
        let whole = PaneLine {
            line,
            path: Some(self.path.to_string().into()),
            value: Some(Excerpt::new(Arc::clone(&self.shared), range)),
            fold,
            ..PaneLine::default()
        };
        let indent = (2 * self.depth + 4).min(self.options.width / 2);
        self.out.extend(limited(whole, self.options.width, indent));
    }
}

fn brackets(node: Node<'_>) -> (&'static str, &'static str) {
    if node.kind() == Kind::Array { ("[", "]") } else { ("{", "}") }
}

fn tailed(line: Line, tail: Tail) -> Line {
    match tail {
        Tail::None => line,
        Tail::Comma => line.and(Role::Punctuation, ","),
    }
}

/// Whether a string looks like JSON worth opening.
fn holds_json(text: &str) -> bool {
    let text = text.trim();
    (text.starts_with('{') && text.ends_with('}')) || (text.starts_with('[') && text.ends_with(']'))
}

/// Adds a scalar, or an empty container, as it is spelled.
fn scalar(mut line: Line, node: Node<'_>, charset: Charset) -> Line {
    let role = match node.kind() {
        Kind::String => Role::String,
        Kind::Number => Role::Number,
        Kind::Bool | Kind::Null => Role::Constant,
        Kind::Array | Kind::Object => Role::Punctuation,
    };
    let raw: Cow<'_, str> = match node.kind() {
        Kind::Array => "[]".into(),
        Kind::Object => "{}".into(),
        _ => node.raw().into(),
    };
    sanitise::push_with(&mut line, role, &raw, charset, Tabs::Shown);
    line
}

/// Returns the cells the widest of the lines takes.
pub fn widest(lines: &[PaneLine]) -> usize {
    lines.iter().map(|line| measure::line_width(&line.line)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests;
