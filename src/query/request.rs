//! What can be asked of a store, and what it answers, in domain types.
//!
//! No call assumes that two answers come from one state of the store: each carries what it needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::{Action, ActorKind, Class, EntryId, Field, Ip, Outcome, Scope, Timestamp};

use super::Filter;

/// Ask that running work stop. Clones share one flag.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Returns a flag that is not set.
    pub fn new() -> Cancel {
        Cancel::default()
    }

    /// Asks that the work stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the work should stop.
    pub fn cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Who waits for an answer: may stop the work and is told how far it is.
pub trait Watch {
    /// Whether the work should stop; asked every few milliseconds.
    fn cancelled(&self) -> bool;

    /// Called now and then during long scans with what is known so far: entries that matched, entries
    /// looked at, entries in all.
    fn progress(&mut self, _matched: u64, _seen: u64, _total: u64) {}

    /// Called with first rows of a page as soon as they are certain, before the page is complete.
    fn rows(&mut self, _rows: &[Row]) {}
}

/// Waits without interruption.
pub struct NoWatch;

impl Watch for NoWatch {
    fn cancelled(&self) -> bool {
        false
    }
}

impl Watch for Cancel {
    fn cancelled(&self) -> bool {
        Cancel::cancelled(self)
    }
}

/// What rows are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// Time; entries without one come last in either direction.
    #[default]
    Time,
    /// A field's shown value, upper and lower case alike; entries without one come last.
    Field(Field),
}

/// The order of rows. Ties are broken by time and position, newest first, whatever the direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    /// What by.
    pub key: SortKey,
    /// Greatest (newest) first.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Sort {
        Sort { key: SortKey::Time, descending: true }
    }
}

/// The place of an entry in the order of time, unique in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Time; entries without one order below all others here and are shown last.
    pub time: Option<Timestamp>,
    /// Number of the source in the store.
    pub source: u32,
    /// Number of the record in its source, counted from the oldest where the file is newest first.
    pub order: u64,
    /// Part of the record.
    pub part: u32,
}

/// Where a page begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Anchor {
    /// At the first row.
    First,
    /// So that the last row is its last.
    Last,
    /// With the row behind this one.
    After(Box<Row>),
    /// So that the row before this one is its last.
    Before(Box<Row>),
    /// Around this entry, with `above` rows before it; where the filter no longer lets it through, around
    /// the place where it would stand.
    Around {
        /// The entry.
        id: EntryId,
        /// Rows wanted before it.
        above: usize,
    },
    /// Around the first row at or behind this instant in the order shown.
    Time {
        /// The instant.
        at: Timestamp,
        /// Rows wanted before it.
        above: usize,
    },
    /// From the row with this number, from 0.
    Rank(u64),
}

/// A page to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct PageRequest {
    /// Which entries.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// From where.
    pub anchor: Anchor,
    /// How many at most.
    pub limit: usize,
}

/// Rows of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The rows in the order asked for.
    pub rows: Vec<Row>,
    /// Number of the first row in the whole selection, from 0.
    pub first: u64,
    /// Rows in the whole selection.
    pub total: u64,
    /// With [`Anchor::Around`] or [`Anchor::Time`]: index in `rows` of the entry, or of the one that stands
    /// where it would.
    pub focus: Option<usize>,
}

/// One entry as far as columns hold it: what a table shows without opening the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Identity.
    pub id: EntryId,
    /// Place in the order of time.
    pub position: Position,
    /// Decimals of a second the source gave.
    pub digits: u8,
    /// Which log.
    pub scope: Option<Scope>,
    /// Workspace.
    pub workspace: Option<Arc<str>>,
    /// Event type.
    pub event_type: Option<Arc<str>>,
    /// Class.
    pub class: Class,
    /// Activity.
    pub activity: Option<Arc<str>>,
    /// Canonical action.
    pub action: Action,
    /// The vendor's code.
    pub action_code: Option<Arc<str>>,
    /// Actor's label; `None` where there is no actor.
    pub actor: Option<Arc<str>>,
    /// Actor's e-mail.
    pub actor_email: Option<Arc<str>>,
    /// Actor's id.
    pub actor_id: Option<Arc<str>>,
    /// Actor's kind; unknown where there is no actor.
    pub kind: ActorKind,
    /// Address.
    pub ip: Option<Ip<'static>>,
    /// Country.
    pub country: Option<Arc<str>>,
    /// Outcome.
    pub outcome: Outcome,
    /// Type of the primary target.
    pub target_type: Option<Arc<str>>,
    /// Id of the primary target.
    pub target_id: Option<Arc<str>>,
    /// Name of the primary target.
    pub target_name: Option<Arc<str>>,
    /// Request id.
    pub request: Option<Arc<str>>,
    /// Session id.
    pub session: Option<Arc<str>>,
    /// Name of the source.
    pub source: Arc<str>,
    /// Name of the format.
    pub format: Arc<str>,
    /// Number of the record in its source, from 0.
    pub record: u64,
    /// Whether it has changes.
    pub has_diff: bool,
    /// Whether it has a note.
    pub noted: bool,
    /// Whether it is bookmarked.
    pub marked: bool,
}

/// The values of one field and how many entries have each.
#[derive(Clone, Debug, PartialEq)]
pub struct Facet {
    /// The field.
    pub field: Field,
    /// The values by falling count, then by text; at most as many as asked for.
    pub values: Vec<FacetValue>,
    /// Different values in all, `None` left out.
    pub distinct: u64,
    /// Entries without a value.
    pub without: u64,
}

/// One value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// The value as shown and as a filter takes it.
    pub value: Arc<str>,
    /// Entries that have it.
    pub count: u64,
}

/// Counts over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Buckets of one width, oldest first, without a gap.
    pub buckets: Vec<Bucket>,
    /// Entries without a time.
    pub timeless: u64,
}

/// One step of a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// First instant inside.
    pub from: Timestamp,
    /// First instant behind.
    pub until: Timestamp,
    /// Entries inside.
    pub count: u64,
}

/// An answer, or that it was stopped on request.
pub type Answer<T> = Option<T>;
