//! What is looked for in the store apart from the table's rows. Pure data.

use std::sync::Arc;

use crate::domain::{EntryId, IdPrefix};
use crate::query::{Expr, Filter, Row};

use super::table::ListKey;

/// Something looked for in the store, apart from the table's rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Quest {
    /// Counts the wishes, so that the same one twice is asked twice.
    pub number: u64,
    /// What is looked for.
    pub goal: Goal,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// An entry that meets a condition, from a row on.
    Search {
        /// Where the hits must be.
        list: Arc<ListKey>,
        /// The condition.
        needle: Expr,
        /// From this row; `None` from the start.
        from: Option<Box<Row>>,
        /// Whether the row itself may be the hit.
        inclusive: bool,
        /// Towards the start.
        backward: bool,
    },
    /// The next entry of the same object.
    Object {
        /// Entries that are in sight.
        filter: Filter,
        /// Those of the object, as far as its name alone tells.
        object: Filter,
        /// The object, for words.
        name: String,
        /// From this row.
        from: Box<Row>,
        /// Towards the newer ones.
        newer: bool,
    },
    /// Entries whose derived changes a filter means.
    Derived {
        /// The filter in force, less what was found so.
        filter: Filter,
        /// Objects to look at.
        most: usize,
    },
    /// An entry by its id.
    Id {
        /// The beginning of the id.
        prefix: IdPrefix,
        /// The filter in force.
        filter: Filter,
    },
}

/// What looking through derived changes gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Derived {
    /// The filter that asked for changes.
    pub of: Filter,
    /// Entries that it means by derived changes.
    pub ids: Vec<EntryId>,
    /// Objects looked at.
    pub seen: usize,
    /// All there are.
    pub all: bool,
}
