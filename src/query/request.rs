//! What can be asked of a store, and what it answers, in domain types.
//!
//! No call assumes that two answers come from one state of the store: each carries what it needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::time::SECOND;
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

/// What rows are sorted by. The order is one of [`Sort`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// Time; entries without one come last in either direction.
    #[default]
    Time,
    /// A field's shown value ([`shown_value`](super::shown_value)) in the order of its
    /// [`sort_text`](super::sort_text); entries without one come last in either direction.
    Field(Field),
}

/// The order of rows.
///
/// By time the whole [`Position`] is the key: ascending is the reverse of descending, but that entries without
/// a time come last in both. By a field, ties are broken by position as if sorted by time, newest first,
/// whatever the direction. [`Sort::compare`] is this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    /// What by.
    pub key: SortKey,
    /// Greatest (newest) first.
    pub descending: bool,
}

impl Sort {
    /// Compares two rows by this order: the lesser one is shown first.
    pub fn compare(&self, a: &Row, b: &Row) -> std::cmp::Ordering {
        let SortKey::Field(field) = self.key else { return self.compare_positions(&a.position, &b.position) };
        let text = |row: &Row| row.shown_value(field).map(|value| super::sort_text(field, &value));
        let by_value = match (text(a), text(b)) {
            (Some(a), Some(b)) if self.descending => b.cmp(&a),
            (Some(a), Some(b)) => a.cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        by_value.then_with(|| Sort::default().compare_positions(&a.position, &b.position))
    }

    /// Compares two positions by this order of time.
    pub fn compare_positions(&self, a: &Position, b: &Position) -> std::cmp::Ordering {
        let order = if self.descending { b.cmp(a) } else { a.cmp(b) };
        b.time.is_some().cmp(&a.time.is_some()).then(order)
    }
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
///
/// With `Around`, `Time` and `Rank` the wanted row has a number `p` in the selection; the page begins at `p -
/// above` (`above` is 0 for `Rank` and counts as `limit - 1` where it is more), but never behind `total -
/// limit`, so that a page at the end is full.
#[derive(Clone, Debug, PartialEq)]
pub enum Anchor {
    /// At the first row.
    First,
    /// So that the last row is its last.
    Last,
    /// With the first row that sorts behind this one, be this one in the selection or not.
    After(Box<Row>),
    /// So that the last row that sorts before this one is its last.
    Before(Box<Row>),
    /// Around this entry, with `above` rows before it; where the filter no longer lets it through, around
    /// the row that took its place (the last row, where it would stand behind all). An entry that the store
    /// does not hold: as `First`, without a focus.
    Around {
        /// The entry.
        id: EntryId,
        /// Rows wanted before it.
        above: usize,
    },
    /// Around the first row at or behind this instant in the order shown: with [`SortKey::Time`] ascending the
    /// first at or after it, else the first at or before it. Where none is: around the first row without a
    /// time if sorted by time, else the last row.
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
    /// With [`Anchor::Around`], [`Anchor::Time`] or [`Anchor::Rank`]: index in `rows` of the row looked for;
    /// `None` where there are no rows.
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

/// Counts over time. The steps are those of [`Histogram::of_span`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Buckets of one width, oldest first, without a gap.
    pub buckets: Vec<Bucket>,
    /// Entries without a time.
    pub timeless: u64,
}

/// The widths a step may have, up to which steps are counted in days: every width divides the days of UTC.
const STEPS: &[i64] = &[
    1,
    1_000,
    1_000_000,
    10 * 1_000_000,
    100 * 1_000_000,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    60 * SECOND,
    2 * 60 * SECOND,
    5 * 60 * SECOND,
    10 * 60 * SECOND,
    15 * 60 * SECOND,
    30 * 60 * SECOND,
    3600 * SECOND,
    2 * 3600 * SECOND,
    3 * 3600 * SECOND,
    6 * 3600 * SECOND,
    12 * 3600 * SECOND,
];

/// A day of UTC.
const DAY: i64 = 86_400 * SECOND;

impl Histogram {
    /// Returns the start and width of the steps for entries from `first` to `last`: the narrowest round width
    /// of which at most `buckets` hold them all. Steps begin at whole multiples of their width since 1970,
    /// those of more than a day at whole days. `None` for no buckets or no time.
    pub fn steps(first: Timestamp, last: Timestamp, buckets: usize) -> Option<(i128, i64)> {
        let buckets = i128::try_from(buckets).ok().filter(|&buckets| buckets > 0)?;
        let (first, last) = (i128::from(first.0), i128::from(last.0.max(first.0)));
        let fits = |width: i64| {
            let from = first.div_euclid(i128::from(width)) * i128::from(width);
            ((last - from) / i128::from(width) < buckets).then_some((from, width))
        };
        if let Some(found) = STEPS.iter().copied().find_map(fits) {
            return Some(found);
        }
        let from = first.div_euclid(i128::from(DAY)) * i128::from(DAY);
        let days = (last - from) / i128::from(DAY) / buckets + 1;
        Some((from, i64::try_from(days).ok()?.checked_mul(DAY)?))
    }

    /// Returns the empty histogram of entries from `first` to `last`, with the steps of [`Histogram::steps`].
    pub fn of_span(first: Timestamp, last: Timestamp, buckets: usize) -> Histogram {
        let Some((from, width)) = Histogram::steps(first, last, buckets) else { return Histogram::default() };
        let clamp = |at: i128| Timestamp(at.clamp(i64::MIN.into(), i64::MAX.into()) as i64);
        let width = i128::from(width);
        let count = (i128::from(last.0.max(first.0)) - from) / width + 1;
        let bucket =
            |n| Bucket { from: clamp(from + n * width), until: clamp(from + (n + 1) * width), count: 0 };
        Histogram { buckets: (0..count).map(bucket).collect(), timeless: 0 }
    }
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
