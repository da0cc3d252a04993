//! What a store asks of whoever reads records.

use super::{SourceInfo, StoredRecord};
use crate::domain::Entry;
use crate::domain::json::Node;

/// Reads stored records again. Ingest implements it; the store needs it for what no column holds.
pub trait Interpret: Send + Sync {
    /// Maps a record into its entries, in the order of their parts.
    fn entries(&self, record: &StoredRecord) -> Vec<Entry<'static>>;

    /// Maps a record into its entries with what it says of the objects they act on.
    fn history(&self, record: &StoredRecord) -> Vec<Entry<'static>> {
        self.entries(record)
    }

    /// Whether the objects of a format are told apart by their names.
    fn named_objects(&self, _format: &str) -> bool {
        false
    }

    /// Returns the action codes, patterns with `*`, by which objects of a format get another name, where their names
    /// identify them.
    fn renames(&self, _format: &str) -> Vec<String> {
        Vec::new()
    }

    /// Returns a number that changes with how records of a source of this format are mapped; `None` where there is
    /// no such format.
    fn version(&self, _format: &str) -> Option<u32> {
        None
    }

    /// Whether the ids of a format's objects are of all types, which may be told in different words.
    fn untyped_objects(&self, _format: &str) -> bool {
        false
    }

    /// Shows the record as one JSON document to `visit` (a CSV row as an object of its cells); does not call
    /// it where the record cannot be decoded.
    fn document(&self, raw: &[u8], source: &SourceInfo, visit: &mut dyn FnMut(Node<'_>));

    /// Shows texts to `visit` in which, together with the raw bytes, every string of some records' documents stands:
    /// as it is or, in a part that is JSON, escaped.
    fn texts(
        &self,
        records: &mut dyn Iterator<Item = &[u8]>,
        source: &SourceInfo,
        visit: &mut dyn FnMut(&str),
    ) {
        for raw in records {
            self.document(raw, source, &mut |node| visit(node.raw()));
        }
    }

    /// Shows the entries of a record to `visit`, of which only the parts and the changes need be right.
    fn changes(&self, record: &StoredRecord, visit: &mut dyn FnMut(&Entry<'_>)) {
        self.entries(record).iter().for_each(visit);
    }

    /// Returns keys of which a record holds at least one where a value before or after a change was decoded from
    /// a text that hides its strings, of ASCII letters, digits and `_-.`; `None` where any record may hide them. A
    /// search for such a value need not map what neither holds the value nor hides it.
    fn hiding_keys(&self) -> Option<Vec<String>> {
        None
    }

    /// Whether a format puts values before or after a change together, so that none need stand in the record.
    fn composes_changes(&self, _format: &str) -> bool {
        true
    }

    /// Whether the strings of a source's documents stand in the raw bytes as they are wherever the record
    /// holds no backslash, as they do in JSON. A search for a literal then need not decode such records.
    fn is_verbatim(&self, _source: &SourceInfo) -> bool {
        false
    }
}
