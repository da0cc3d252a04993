//! JSON as the vendor wrote it: one pass over a borrowed text gives a flat tape of its values.
//!
//! A [`Doc`] keeps what a map-based value loses and an audit needs: the order of keys, keys that occur
//! twice, the spelling of every number, and the byte range of every value. It is reused from record to
//! record, so reading one costs no allocation. Nothing here knows a vendor, a file or a screen.

mod flat;
mod marks;
mod number;
mod parse;
mod path;
mod special;
mod text;
mod write;

pub use flat::Flat;
pub use number::{Number, number_eq};
pub use parse::{JsonError, JsonErrorKind, MAX_DEPTH};
pub use path::{Path, PathError, Step, append, append_key, joined};
pub(crate) use special::{cell_end, plain_end};
pub use text::{decode_into, decode_string, for_each_string};
pub(crate) use write::push_escape;
pub use write::{push_escaped, push_string, quote, write_compact};

use std::borrow::Cow;

use super::short::{Short, same as same_bytes};

/// The type of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number, kept as it is spelled.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// Returns the name as used in messages: `null`, `boolean`, `number`, `string`, `array`, `object`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Bool => "boolean",
            Kind::Number => "number",
            Kind::String => "string",
            Kind::Array => "array",
            Kind::Object => "object",
        }
    }
}

/// One value on the tape: its bytes, and where the value after it begins.
#[derive(Clone, Copy, Debug)]
struct Item {
    start: u32,
    end: u32,
    /// Index on the tape of the first item behind this value and all it contains.
    next: u32,
    /// Direct children: elements of an array, members of an object.
    len: u32,
    kind: Kind,
    /// A string with at least one backslash.
    escaped: bool,
    /// Of the root: the text holds white space outside its strings.
    spaced: bool,
}

/// The tape of one parsed text, reused for the next.
#[derive(Debug, Default)]
pub struct Doc {
    tape: Vec<Item>,
    open: Vec<parse::Open>,
    marks: marks::Marks,
    spaced: bool,
}

impl Doc {
    /// Returns an empty document.
    pub fn new() -> Doc {
        Doc::default()
    }

    /// Reads `text`, which must be exactly one JSON value with optional white space around it.
    ///
    /// # Errors
    /// The first byte that cannot be JSON (RFC 8259), nesting beyond [`MAX_DEPTH`], or a text of 4 GiB.
    pub fn parse<'a>(&'a mut self, text: &'a str) -> Result<Node<'a>, JsonError> {
        self.read(text)?;
        Ok(Node { text, tape: &self.tape, at: 0 })
    }

    /// Whether the last text held white space outside its strings.
    pub fn spaced(&self) -> bool {
        self.spaced
    }
}

/// A value inside a parsed text. Copying it is free.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    text: &'a str,
    tape: &'a [Item],
    at: u32,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.raw())
    }
}

impl<'a> Node<'a> {
    #[inline]
    fn item(&self) -> &'a Item {
        &self.tape[self.at as usize]
    }

    #[inline]
    fn with(&self, at: u32) -> Node<'a> {
        Node { text: self.text, tape: self.tape, at }
    }

    /// Returns the type.
    #[inline]
    pub fn kind(&self) -> Kind {
        self.item().kind
    }

    /// Returns the value as it is spelled in the text.
    #[inline]
    pub fn raw(&self) -> &'a str {
        let item = self.item();
        self.text.get(item.start as usize..item.end as usize).unwrap_or_default()
    }

    /// Whether the document holds no white space outside its strings, so that [`raw`](Node::raw) is already
    /// what [`write_compact`] would write.
    pub fn is_compact(&self) -> bool {
        self.tape.first().is_some_and(|root| !root.spaced)
    }

    /// Returns the offset of the value's first byte in the text.
    pub fn offset(&self) -> usize {
        self.item().start as usize
    }

    /// Returns the number of the value in its document, in the order of the text; keys are numbered too.
    /// All numbers are below that of values in the document, so that they can index a table beside it.
    pub fn ordinal(&self) -> usize {
        self.at as usize
    }

    /// Returns how many numbers the value takes: itself and all it contains, keys included.
    pub fn extent(&self) -> usize {
        (self.item().next - self.at) as usize
    }

    /// Returns the value of this [`ordinal`](Node::ordinal) of the same document; `None` beyond its end.
    #[inline]
    pub fn at_ordinal(&self, ordinal: usize) -> Option<Node<'a>> {
        (ordinal < self.tape.len()).then(|| self.with(ordinal as u32))
    }

    /// Whether the value is `null`.
    pub fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    /// Returns the string, decoded; `None` for any other type.
    pub fn as_str(&self) -> Option<Cow<'a, str>> {
        let item = self.item();
        if item.kind != Kind::String {
            return None;
        }
        let inner = self.text.get(item.start as usize + 1..item.end as usize - 1).unwrap_or_default();
        Some(if item.escaped { Cow::Owned(decode_string(inner)) } else { Cow::Borrowed(inner) })
    }

    /// Returns the text of a scalar as it stands in the document; `None` where that is another (escapes), and for `null`,
    /// arrays and objects.
    #[inline]
    pub fn plain(&self) -> Option<&'a str> {
        let item = self.item();
        let (start, end) = (item.start as usize, item.end as usize);
        match item.kind {
            Kind::String if !item.escaped => self.text.get(start + 1..end - 1),
            Kind::Number | Kind::Bool => self.text.get(start..end),
            _ => None,
        }
    }

    /// Returns the text of a scalar: a decoded string, a number or boolean as spelled; `None` for
    /// `null`, arrays and objects.
    pub fn scalar(&self) -> Option<Cow<'a, str>> {
        match self.kind() {
            Kind::String => self.as_str(),
            Kind::Number | Kind::Bool => Some(Cow::Borrowed(self.raw())),
            Kind::Null | Kind::Array | Kind::Object => None,
        }
    }

    /// Returns the boolean; `None` for any other type.
    pub fn as_bool(&self) -> Option<bool> {
        (self.kind() == Kind::Bool).then(|| self.raw() == "true")
    }

    /// Returns the number if it is an integer that fits; `None` otherwise.
    pub fn as_i64(&self) -> Option<i64> {
        if self.kind() == Kind::Number { self.raw().parse().ok() } else { None }
    }

    /// Returns the number, rounded to the nearest double; `None` for any other type.
    pub fn as_f64(&self) -> Option<f64> {
        if self.kind() == Kind::Number { self.raw().parse().ok() } else { None }
    }

    /// Returns the number of direct children: elements of an array, members of an object, else 0.
    pub fn len(&self) -> usize {
        self.item().len as usize
    }

    /// Whether the value has no children.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the elements of an array in order; nothing for any other type.
    pub fn items(&self) -> Items<'a> {
        let item = self.item();
        let left = if item.kind == Kind::Array { item.len } else { 0 };
        Items { node: *self, at: self.at + 1, left }
    }

    /// Returns the members of an object in the order of the text, repeated keys included; nothing for
    /// any other type.
    pub fn members(&self) -> Members<'a> {
        let item = self.item();
        let left = if item.kind == Kind::Object { item.len } else { 0 };
        Members { node: *self, at: self.at + 1, left }
    }

    /// Returns the value of a member, the last one where the key occurs more than once (as parsers of
    /// most languages do); `None` where it is missing or the value is no object.
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        let named = self.members().filter(|(name, _)| name.is(key));
        named.fold(None, |_, (_, value)| Some(value))
    }

    /// Returns the element at a position; `None` beyond the end or where the value is no array.
    pub fn index(&self, index: usize) -> Option<Node<'a>> {
        self.items().nth(index)
    }

    /// Returns the first value at a path; `None` where there is none.
    pub fn at(&self, path: &Path) -> Option<Node<'a>> {
        path.first(*self)
    }

    /// Whether two values mean the same: numbers by value, objects without regard to the order of
    /// their keys. Strings and numbers are never equal to each other.
    pub fn same(&self, other: &Node<'_>) -> bool {
        same(*self, *other)
    }
}

/// A key of an object.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    text: &'a str,
    item: &'a Item,
}

impl<'a> Key<'a> {
    /// Whether the decoded key is `name`.
    #[inline]
    pub fn is(&self, name: &str) -> bool {
        match self.item.escaped {
            true => decode_string(self.raw()) == name,
            false => same_bytes(self.bytes(), name.as_bytes()),
        }
    }

    /// Returns the bytes of the key as it stands in the text, between its quotes, where nothing in it is escaped.
    #[inline]
    pub(crate) fn plain(&self) -> Option<&'a [u8]> {
        (!self.item.escaped).then(|| self.bytes())
    }

    /// Returns the short form of what [`plain`](Key::plain) returns.
    #[inline]
    pub(crate) fn short(&self) -> Short {
        Short::within(self.text.as_bytes(), self.item.start as usize + 1, self.item.end as usize - 1)
    }

    /// Returns the key as it is spelled between its quotes.
    pub fn raw(&self) -> &'a str {
        self.text.get(self.item.start as usize + 1..self.item.end as usize - 1).unwrap_or_default()
    }

    /// Returns the decoded key.
    pub fn decode(&self) -> Cow<'a, str> {
        if self.item.escaped { Cow::Owned(decode_string(self.raw())) } else { Cow::Borrowed(self.raw()) }
    }

    /// Unlike a text, bytes may be cut anywhere, so that nobody need look where characters begin.
    #[inline]
    fn bytes(&self) -> &'a [u8] {
        let (start, end) = (self.item.start as usize + 1, self.item.end as usize - 1);
        self.text.as_bytes().get(start..end).unwrap_or_default()
    }
}

/// The elements of an array. See [`Node::items`].
pub struct Items<'a> {
    node: Node<'a>,
    at: u32,
    left: u32,
}

impl<'a> Iterator for Items<'a> {
    type Item = Node<'a>;

    #[inline]
    fn next(&mut self) -> Option<Node<'a>> {
        self.left = self.left.checked_sub(1)?;
        let node = self.node.with(self.at);
        self.at = node.item().next;
        Some(node)
    }
}

/// The members of an object. See [`Node::members`].
#[derive(Clone)]
pub struct Members<'a> {
    node: Node<'a>,
    at: u32,
    left: u32,
}

impl<'a> Iterator for Members<'a> {
    type Item = (Key<'a>, Node<'a>);

    #[inline]
    fn next(&mut self) -> Option<(Key<'a>, Node<'a>)> {
        self.left = self.left.checked_sub(1)?;
        // A key and its value lie side by side.
        let [item, value] = self.node.tape.get(self.at as usize..)?.first_chunk()?;
        let at = self.at + 1;
        self.at = value.next;
        Some((Key { text: self.node.text, item }, self.node.with(at)))
    }
}

fn same(a: Node<'_>, b: Node<'_>) -> bool {
    if a.kind() != b.kind() {
        return false;
    }
    match a.kind() {
        Kind::Null => true,
        Kind::Bool => a.raw() == b.raw(),
        Kind::Number => number_eq(a.raw(), b.raw()),
        Kind::String => a.as_str() == b.as_str(),
        Kind::Array => a.len() == b.len() && a.items().zip(b.items()).all(|(x, y)| same(x, y)),
        Kind::Object => {
            a.len() == b.len()
                && a.members().all(|(key, x)| b.get(&key.decode()).is_some_and(|y| same(x, y)))
                && b.members().all(|(key, _)| a.get(&key.decode()).is_some())
        }
    }
}

#[cfg(test)]
mod tests;
