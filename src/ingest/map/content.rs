//! What the id of an entry is made of: the record's content less its white space.

use crate::domain::EntryId;
use crate::domain::json::{Node, write_compact};

/// What the id of an entry is made of.
pub(super) enum Content<'a> {
    /// The record is spelled without white space.
    Raw(&'a str),
    /// It lies less its white space in the scratch text.
    Compact,
}

impl<'a> Content<'a> {
    pub(super) fn of(root: Node<'a>, scratch: &mut String) -> Content<'a> {
        if root.is_compact() {
            return Content::Raw(root.raw());
        }
        scratch.clear();
        write_compact(root, scratch);
        Content::Compact
    }

    pub(super) fn id(&self, part: u32, scratch: &str) -> EntryId {
        match self {
            Content::Raw(text) => EntryId::of(text.as_bytes(), part),
            Content::Compact => EntryId::of(scratch.as_bytes(), part),
        }
    }
}
