//! What is known of an object over time, folded from what entry after entry says of it.
//!
//! Each field has its own line of *touches*: a value before and after, each known, known to be absent, or
//! unknown. Recorded changes give both sides, snapshots and patches the side after; what one entry left
//! behind is what the next one found, so a missing "before" is taken from the touch before it, and a value
//! that no entry so far named is learnt from the "before" of the first one that does. What nobody said stays
//! unknown. Where a recorded "before" is not what was left behind, an entry is missing, and that is told.
//!
//! An entry that lists what it changed did not change what else it shows: where that is not what was left behind,
//! an entry is missing too, and nobody is named for it. An entry that changed the object and does not say what makes
//! all unknown until the next word on it, and of entries of one instant whose order is not known none is what
//! another one left behind.
//!
//! A field is a path of keys; an array is one value, unless a change names an element of an array that is
//! not known whole. Blame looks into arrays whose elements all have an id, key or name of their own. Pure: entries are numbers here, in the order of time.

mod blame;
mod elements;
mod flatten;
mod fold;
mod items;
mod patch;
mod touches;
mod view;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub use blame::Blame;
pub use view::{Basis, Conflict, FieldState, Origin, StepChange, StepDiff};

/// What is known of a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Known {
    /// Nothing.
    #[default]
    Unknown,
    /// There is none.
    Absent,
    /// This JSON text.
    Value(Arc<str>),
}

impl Known {
    /// Returns the value of JSON text.
    pub fn json(text: &str) -> Known {
        Known::Value(text.into())
    }

    /// Whether something is known, be it that there is none.
    pub fn is_known(&self) -> bool {
        *self != Known::Unknown
    }

    /// Returns the JSON text, where there is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Known::Value(text) => Some(text),
            Known::Unknown | Known::Absent => None,
        }
    }

    /// Whether both are known to be the same, `null` and nothing told apart.
    pub fn is_exactly(&self, other: &Known) -> bool {
        self.text().is_some() == other.text().is_some() && self.same(other)
    }

    /// Whether both are known to be the same. `null` and nothing are: vendors write one for the other.
    pub fn same(&self, other: &Known) -> bool {
        match (self.text(), other.text()) {
            (Some(a), Some(b)) => flatten::same_json(a, b),
            (Some(text), None) | (None, Some(text)) => text == "null" && self.is_known() && other.is_known(),
            (None, None) => self.is_known() && other.is_known(),
        }
    }
}

/// What an entry did to its object as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It came to be.
    Created,
    /// Something of it changed, or may have.
    Changed,
    /// It ceased to be.
    Deleted,
    /// It was only looked at.
    Read,
}

/// One thing that an entry says of its object.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A field changed.
    Change {
        /// Which.
        path: String,
        /// Its value before.
        before: Known,
        /// Its value after.
        after: Known,
    },
    /// The entry shows a field on both sides, the same.
    Stayed {
        /// Which.
        path: String,
        /// Its value.
        value: Known,
    },
    /// The whole object, or all of a part of it.
    Whole {
        /// Path of the part; empty for the object.
        under: String,
        /// JSON text.
        json: String,
        /// As it was before the entry; else after.
        before: bool,
    },
    /// Some fields as they are after.
    Sparse {
        /// Path of the object that they are members of.
        under: String,
        /// JSON text of an object.
        json: String,
        /// The entry was to set them; else it only shows them.
        set: bool,
    },
    /// A JSON Patch (an array) or a merge patch (an object).
    Patch {
        /// Path of what it patches.
        under: String,
        /// JSON text.
        json: String,
        /// An object may also be a strategic merge patch of Kubernetes, which treats lists in another way.
        strategic: bool,
    },
}

/// What one entry says of its object.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it did to the whole.
    pub act: Act,
    /// What it says.
    pub facts: Vec<Fact>,
    /// It changed the object and says nothing of what: from here on any field may be another.
    pub blurs: bool,
    /// It enabled or disabled the object: what tells its status is another, and unknown where the entry does not say.
    pub toggles: bool,
    /// Number of the entries of one instant, as this is, whose order is not known; 0 where it is.
    pub tie: u32,
}

impl Step {
    /// Returns a step whose place among the others is known.
    pub fn new(act: Act, facts: Vec<Fact>) -> Step {
        Step { act, facts, blurs: false, toggles: false, tie: 0 }
    }
}

/// The fields of an object over time.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    fields: Vec<Field>,
    index: HashMap<String, usize>,
    acts: Vec<Act>,
    /// For each step the number of those it shares an instant with in unknown order, or 0.
    ties: Vec<u32>,
    /// Steps that changed the object without a word on what.
    blurs: Vec<usize>,
    /// Paths of what fields lie in.
    above: HashSet<String>,
    /// Touches of each step: field and its touch.
    steps: Vec<Vec<(usize, usize)>>,
    /// After each step whether the object exists, where that is known.
    exists: Vec<Option<bool>>,
    /// Parts that entries told whole, or made unknown. A field of such a part that was never named is not there, or
    /// not known.
    parts: HashMap<String, Vec<Word>>,
}

/// Entries, from the first to the last, that told a part of the object whole, or made it unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Word {
    first: usize,
    last: usize,
    whole: bool,
}

/// One field over time.
#[derive(Clone, Debug)]
struct Field {
    path: String,
    /// Path of the array it lies in, where it names an element.
    array: Option<String>,
    touches: Vec<Touch>,
}

/// What one entry says of a field.
#[derive(Clone, Debug)]
struct Touch {
    step: usize,
    /// The last step that showed the value after to be still so.
    confirmed: usize,
    before: Known,
    after: Known,
    how: How,
    /// Kept for what follows from it; it is no change of its own.
    quiet: bool,
}

/// How an entry speaks of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// It says that the field was changed.
    Named,
    /// It shows the field.
    Seen,
}

impl Timeline {
    /// Folds what entries say of one object, the oldest first.
    pub fn fold<'s>(steps: impl IntoIterator<Item = &'s Step>) -> Timeline {
        let mut timeline = Timeline::default();
        for step in steps {
            timeline.push(step);
        }
        timeline
    }

    /// Returns how many entries were folded.
    pub fn len(&self) -> usize {
        self.acts.len()
    }

    /// Whether no entry was folded.
    pub fn is_empty(&self) -> bool {
        self.acts.is_empty()
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod truth;
