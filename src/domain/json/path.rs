//! Paths into a JSON value: `actor.name`, `targets[0].id`, `parameters[name=EMAIL].value`, `a."x.y"`.

use std::fmt::Write as _;
use std::str::FromStr;

use super::{Kind, Node};

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// `.key`: a member of an object.
    Key(String),
    /// `[3]`, or `[-1]` from the end: an element of an array.
    Index(i32),
    /// `[*]` or `.*`: every element of an array, every member of an object.
    Each,
    /// `[key=value]`: every element whose member `key` is the scalar `value`.
    Where(String, String),
}

/// A path into a JSON value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    /// The steps from the root; empty for the root itself.
    pub steps: Vec<Step>,
}

/// Why a text is no path, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    /// Offset in bytes.
    pub offset: usize,
    /// What is wrong there.
    pub message: &'static str,
}

impl std::fmt::Display for PathError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (byte {})", self.message, self.offset)
    }
}

impl std::error::Error for PathError {}

impl Path {
    /// Returns the first value the path leads to.
    pub fn first<'a>(&self, root: Node<'a>) -> Option<Node<'a>> {
        if let [Step::Key(key)] = self.steps.as_slice() {
            return root.get(key);
        }
        let mut found = None;
        visit(root, &self.steps, false, &mut |node| {
            found = Some(node);
            true
        });
        found
    }

    /// Calls `each` with every value the path leads to, in the order of the text, until it returns true.
    /// Returns whether it did.
    pub fn visit<'a>(&self, root: Node<'a>, each: &mut dyn FnMut(Node<'a>) -> bool) -> bool {
        visit(root, &self.steps, false, each)
    }

    /// Like [`visit`](Path::visit), but a key is also looked for in every element of a list that it meets, as
    /// people write paths who do not know where the lists are.
    pub fn visit_through_lists<'a>(&self, root: Node<'a>, each: &mut dyn FnMut(Node<'a>) -> bool) -> bool {
        visit(root, &self.steps, true, each)
    }

    /// Returns the path with one more step.
    pub fn then(&self, step: Step) -> Path {
        let mut steps = self.steps.clone();
        steps.push(step);
        Path { steps }
    }
}

fn visit<'a>(node: Node<'a>, steps: &[Step], through: bool, each: &mut dyn FnMut(Node<'a>) -> bool) -> bool {
    let Some((step, rest)) = steps.split_first() else { return each(node) };
    match step {
        Step::Key(_) if through && node.kind() == Kind::Array => {
            node.items().any(|element| visit(element, steps, through, each))
        }
        Step::Key(key) => match node.get(key) {
            Some(value) => visit(value, rest, through, each),
            None => visit_dotted(node, key, rest, through, each),
        },
        Step::Index(index) => {
            let at = if *index < 0 { node.len() as i64 + i64::from(*index) } else { i64::from(*index) };
            let element = usize::try_from(at).ok().and_then(|at| node.index(at));
            element.is_some_and(|element| visit(element, rest, through, each))
        }
        Step::Each => match node.kind() {
            Kind::Array => node.items().any(|element| visit(element, rest, through, each)),
            _ => node.members().any(|(_, value)| visit(value, rest, through, each)),
        },
        Step::Where(key, wanted) => node
            .items()
            .filter(|element| element.get(key).and_then(|v| v.scalar()).is_some_and(|v| v == *wanted))
            .any(|element| visit(element, rest, through, each)),
    }
}

/// Flattened records write `{"actor.name": ..}` where others nest: where `actor` is missing, the keys
/// joined by dots are tried, the shortest first.
fn visit_dotted<'a>(
    node: Node<'a>,
    first: &str,
    rest: &[Step],
    through: bool,
    each: &mut dyn FnMut(Node<'a>) -> bool,
) -> bool {
    if node.kind() != Kind::Object || !matches!(rest.first(), Some(Step::Key(_))) {
        return false;
    }
    let mut joined = first.to_owned();
    for (used, step) in rest.iter().enumerate() {
        let Step::Key(key) = step else { return false };
        joined.push('.');
        joined.push_str(key);
        if let Some(value) = node.get(&joined) {
            return visit(value, &rest[used + 1..], through, each);
        }
    }
    false
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    if at > 0 {
                        f.write_char('.')?;
                    }
                    write_word(f, key, "")?;
                }
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Each => f.write_str("[*]")?,
                Step::Where(key, value) => {
                    f.write_char('[')?;
                    write_word(f, key, "=")?;
                    f.write_char('=')?;
                    write_word(f, value, "=")?;
                    f.write_char(']')?;
                }
            }
        }
        Ok(())
    }
}

/// Appends the text of one path to that of another.
pub fn append(path: &mut String, inner: &str) {
    if !path.is_empty() && !inner.is_empty() && !inner.starts_with('[') {
        path.push('.');
    }
    path.push_str(inner);
}

/// Returns the text of one path behind another.
pub fn joined(outer: &str, inner: &str) -> String {
    let mut path = outer.to_owned();
    append(&mut path, inner);
    path
}

/// Appends a key to the text of a path.
pub fn append_key(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    write_word(path, key, "").expect("a string takes all");
}

/// Writes a key bare where that can be read back, else as a JSON string.
fn write_word(f: &mut impl std::fmt::Write, word: &str, also: &str) -> std::fmt::Result {
    let special = |c: char| matches!(c, '.' | '[' | ']' | '"' | '*') || c.is_control() || also.contains(c);
    if word.is_empty() || word.contains(special) {
        f.write_str(&super::quote(word))
    } else {
        f.write_str(word)
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Path, PathError> {
        let mut reader = Reader { text, at: 0 };
        let mut steps = Vec::new();
        if text.is_empty() {
            return Ok(Path { steps });
        }
        if !text.starts_with('[') {
            steps.push(reader.key()?);
        }
        while reader.at < text.len() {
            if reader.eat("[") {
                steps.push(reader.bracket()?);
            } else if reader.eat(".") {
                steps.push(reader.key()?);
            } else {
                return Err(reader.error("expected '.' or '['"));
            }
        }
        Ok(Path { steps })
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn error(&self, message: &'static str) -> PathError {
        PathError { offset: self.at, message }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn eat(&mut self, token: &str) -> bool {
        let eaten = self.rest().starts_with(token);
        if eaten {
            self.at += token.len();
        }
        eaten
    }

    fn key(&mut self) -> Result<Step, PathError> {
        if self.eat("*") {
            return Ok(Step::Each);
        }
        let key = self.word(&['.', '['])?;
        Ok(Step::Key(key))
    }

    /// Reads a quoted word, or a bare one up to any of `stops`.
    fn word(&mut self, stops: &[char]) -> Result<String, PathError> {
        if self.rest().starts_with('"') {
            return self.quoted();
        }
        let rest = self.rest();
        let end = rest.find(stops).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default().to_owned();
        if word.is_empty() {
            return Err(self.error("expected a key"));
        }
        self.at += end;
        Ok(word)
    }

    fn quoted(&mut self) -> Result<String, PathError> {
        let rest = self.rest();
        let mut escape = false;
        for (at, c) in rest.char_indices().skip(1) {
            if escape {
                escape = false;
            } else if c == '\\' {
                escape = true;
            } else if c == '"' {
                let word = super::decode_string(rest.get(1..at).unwrap_or_default());
                self.at += at + 1;
                return Ok(word);
            }
        }
        Err(self.error("unclosed quote"))
    }

    fn bracket(&mut self) -> Result<Step, PathError> {
        if self.eat("*]") {
            return Ok(Step::Each);
        }
        let word = self.word(&[']', '='])?;
        if self.eat("=") {
            let value = if self.rest().starts_with(']') { String::new() } else { self.word(&[']'])? };
            return if self.eat("]") {
                Ok(Step::Where(word, value))
            } else {
                Err(self.error("expected ']'"))
            };
        }
        let index = word.parse().map_err(|_| self.error("expected a number, '*' or key=value"))?;
        if self.eat("]") { Ok(Step::Index(index)) } else { Err(self.error("expected ']'")) }
    }
}
