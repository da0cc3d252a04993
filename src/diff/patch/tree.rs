//! A value that can be changed.

use super::PatchError;
use crate::diff::json::members;
use crate::domain::json::{Doc, Kind, Node, push_string};

/// A value that can be changed. Scalars keep their spelling, objects their order; of a repeated key only
/// the last value is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// JSON text of a scalar.
    Scalar(String),
    /// Elements.
    Array(Vec<Tree>),
    /// Members.
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// Returns `null`.
    pub fn null() -> Tree {
        Tree::Scalar("null".to_owned())
    }

    /// Copies a value.
    pub fn of(node: Node<'_>) -> Tree {
        match node.kind() {
            Kind::Array => Tree::Array(node.items().map(Tree::of).collect()),
            Kind::Object => {
                let last = members(node).into_iter();
                Tree::Object(last.map(|(key, value)| (key.into_owned(), Tree::of(value))).collect())
            }
            _ => Tree::Scalar(node.raw().to_owned()),
        }
    }

    /// Reads JSON text; `path` says where it stood, for the error.
    pub(super) fn parse(path: &str, text: Option<&str>) -> Result<Tree, PatchError> {
        let mut doc = Doc::new();
        match doc.parse(text.unwrap_or("null")) {
            Ok(node) => Ok(Tree::of(node)),
            Err(error) => Err(PatchError::Value { path: path.to_owned(), error }),
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Tree::Scalar(text) if text == "null")
    }

    /// Returns the value of a member; `None` where it is missing or this is no object.
    pub fn member(&self, key: &str) -> Option<&Tree> {
        let Tree::Object(members) = self else { return None };
        members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Whether two values mean the same: numbers by value, objects without regard to the order of keys.
    pub fn same(&self, other: &Tree) -> bool {
        let (mut a, mut b) = (Doc::new(), Doc::new());
        let (mine, its) = (self.to_json(), other.to_json());
        matches!((a.parse(&mine), b.parse(&its)), (Ok(x), Ok(y)) if x.same(&y))
    }

    /// Returns the value as JSON text.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Tree::Scalar(text) => out.push_str(text),
            Tree::Array(elements) => {
                out.push('[');
                for (at, element) in elements.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    element.write(out);
                }
                out.push(']');
            }
            Tree::Object(members) => {
                out.push('{');
                for (at, (key, value)) in members.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    push_string(out, key);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

/// Sets a member; a new one comes last.
pub(super) fn put(members: &mut Vec<(String, Tree)>, key: String, value: Tree) {
    match members.iter_mut().find(|(name, _)| *name == key) {
        Some((_, old)) => *old = value,
        None => members.push((key, value)),
    }
}
