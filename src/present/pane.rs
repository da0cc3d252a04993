//! Lines of the detail with what they stand for: the path, the value to copy, what to filter by.

use std::ops::Range;
use std::sync::Arc;

use super::line::Line;
use crate::domain::{EntryId, Field};

/// Part of a text that many lines share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    text: Arc<str>,
    range: Range<usize>,
}

impl Excerpt {
    /// Returns the excerpt of a text; what is no part of it is empty.
    pub fn new(text: Arc<str>, range: Range<usize>) -> Excerpt {
        Excerpt { text, range }
    }

    /// Returns the whole of a text.
    pub fn whole(text: impl Into<Arc<str>>) -> Excerpt {
        let text = text.into();
        let range = 0..text.len();
        Excerpt { text, range }
    }

    /// Returns the text. It is the original, not sanitised.
    pub fn as_str(&self) -> &str {
        self.text.get(self.range.clone()).unwrap_or_default()
    }
}

/// One line of the detail, as wide as the pane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PaneLine {
    /// What it says.
    pub line: Line,
    /// Where in the object or record.
    pub path: Option<Arc<str>>,
    /// The value as it is copied.
    pub value: Option<Excerpt>,
    /// What to filter by to find more like it.
    pub filter: Option<(Field, Arc<str>)>,
    /// Number of the change it belongs to.
    pub change: Option<usize>,
    /// The change begins here.
    pub first: bool,
    /// A part that can be folded begins here: its number, the same however the text is laid out.
    pub fold: Option<usize>,
    /// The entry it is of, where that is not the one shown.
    pub entry: Option<EntryId>,
    /// The last entry that changed the same, and the next one, where the line is of a field's history.
    pub around: (Option<EntryId>, Option<EntryId>),
}

impl PaneLine {
    /// Returns a line that stands for nothing but itself.
    pub fn of(line: Line) -> PaneLine {
        PaneLine { line, ..PaneLine::default() }
    }

    /// Returns the line broken to a width, every part standing for the same.
    pub fn wrapped(mut self, width: usize, indent: usize) -> Vec<PaneLine> {
        // Taken out, so that a long line is not copied for each of its parts.
        let line = std::mem::take(&mut self.line);
        let parts = super::measure::wrap(&line, width, indent);
        let mut out: Vec<PaneLine> = Vec::with_capacity(parts.len());
        for (at, line) in parts.into_iter().enumerate() {
            let first = at == 0;
            let fold = if first { self.fold } else { None };
            out.push(PaneLine { line, fold, first: first && self.first, ..self.clone() });
        }
        out
    }
}
