//! What changed, as lines: the changed fields, a unified diff, or before and after beside each other.

mod fields;
mod items;
mod page;
mod pieces;
mod plain;
mod rows;
mod value;

use std::time::Instant;

use super::pane::PaneLine;
use super::sanitise::Charset;
use crate::diff::json::ArrayMatch;
use crate::domain::{Action, Change, Entry, Outcome, Provenance};
use page::{Page, Subject};

pub use items::{Item, ItemKind, Items, Side};
pub use page::not_done;
pub use plain::diff_text;

/// Fewest columns for before and after beside each other.
pub const SIDE_BY_SIDE: usize = 96;

/// How a diff is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Layout {
    /// The changed fields.
    #[default]
    Fields,
    /// Each changed value as text, changed lines under each other.
    Unified,
    /// Each changed value as text, before and after beside each other; needs [`SIDE_BY_SIDE`] columns.
    SideBySide,
}

/// What a diff is made of.
#[derive(Clone, Copy, Debug)]
pub struct DiffInput<'a> {
    /// The changes that are known.
    pub changes: &'a [Change<'a>],
    /// The whole object before as JSON, if the record has it.
    pub before: Option<&'a str>,
    /// The whole object after as JSON, if the record has it.
    pub after: Option<&'a str>,
    /// How the difference of the whole objects is known, where no changes are given.
    pub snapshots: Provenance,
    /// Paths that change with every edit, beside the well-known ones.
    pub noise: &'a [String],
    /// What was done, to say why nothing changed.
    pub action: Option<Action>,
    /// How it ended: what was refused or failed changed nothing.
    pub outcome: Outcome,
    /// How the changes are known, where that is more than each says itself.
    pub basis: Option<&'a str>,
}

impl<'a> DiffInput<'a> {
    /// Returns the changes of an entry.
    pub fn of(entry: &'a Entry<'a>) -> DiffInput<'a> {
        DiffInput {
            changes: &entry.changes,
            before: None,
            after: None,
            snapshots: Provenance::Recorded,
            noise: &[],
            action: Some(entry.action),
            outcome: entry.outcome,
            basis: None,
        }
    }

    /// Returns how one JSON document differs from another.
    pub fn between(before: &'a str, after: &'a str) -> DiffInput<'a> {
        DiffInput {
            changes: &[],
            before: Some(before),
            after: Some(after),
            snapshots: Provenance::Derived,
            noise: &[],
            action: None,
            outcome: Outcome::Unknown,
            basis: None,
        }
    }
}

/// The keys that change what is shown, to be named where something is folded.
#[derive(Clone, Copy, Debug)]
pub struct DiffKeys<'a> {
    /// Shows what did not change.
    pub unchanged: &'a str,
    /// Shows what changes with every edit.
    pub noise: &'a str,
    /// Matches arrays in another way.
    pub arrays: &'a str,
}

/// How a diff is made.
#[derive(Clone, Copy, Debug)]
pub struct DiffOptions<'a> {
    /// How it is laid out.
    pub layout: Layout,
    /// Columns there are.
    pub width: usize,
    /// Cuts lines that are longer in place of breaking them.
    pub cut: bool,
    /// Shows what did not change, too.
    pub unchanged: bool,
    /// Shows fields that change with every edit like all others.
    pub noise: bool,
    /// How arrays are matched.
    pub arrays: ArrayMatch,
    /// How marks are drawn.
    pub charset: Charset,
    /// When to stop looking closer.
    pub deadline: Option<Instant>,
    /// The keys to name; `None` on paper and in pipes.
    pub keys: Option<DiffKeys<'a>>,
}

impl Default for DiffOptions<'_> {
    fn default() -> Self {
        DiffOptions {
            layout: Layout::Fields,
            width: 80,
            cut: false,
            unchanged: false,
            noise: false,
            arrays: ArrayMatch::Identity,
            charset: Charset::Unicode,
            deadline: None,
            keys: None,
        }
    }
}

/// A diff as lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DiffView {
    /// The lines, as wide as asked; each says which change it belongs to.
    pub lines: Vec<PaneLine>,
    /// The changes, those left out as noise included.
    pub items: Vec<Item>,
    /// Equal parts that are known.
    pub unchanged: usize,
    /// Changes left out because they come with every edit.
    pub hidden: usize,
    /// The layout used: without the room for columns it is unified.
    pub layout: Layout,
}

impl DiffView {
    /// Returns the first line of every change that is shown.
    pub fn first_lines(&self) -> Vec<usize> {
        self.lines.iter().enumerate().filter(|(_, line)| line.first).map(|(at, _)| at).collect()
    }
}

/// Lays out what changed.
pub fn diff_lines(input: &DiffInput<'_>, options: &DiffOptions<'_>) -> DiffView {
    let narrow = options.layout == Layout::SideBySide && options.width < SIDE_BY_SIDE;
    let layout = if narrow { Layout::Unified } else { options.layout };
    let items = match layout {
        Layout::Fields | Layout::SideBySide => items::expanded(input, options),
        Layout::Unified => items::whole(input, options),
    };
    let mut page = Page { options, lines: Vec::new(), coarse: items.coarse };
    if items.items.is_empty() {
        page.nothing(input);
    } else {
        page.heading(&items, input);
        let shown = items.items.iter().enumerate().filter(|(_, item)| options.noise || !item.noise);
        match layout {
            Layout::Fields => fields::draw(&mut page, &shown.collect::<Vec<_>>()),
            Layout::Unified => shown.for_each(|(at, item)| rows::unified(&mut page, &Subject::new(at, item))),
            Layout::SideBySide => {
                shown.for_each(|(at, item)| rows::side_by_side(&mut page, &Subject::new(at, item)));
            }
        }
    }
    page.foot(&items, layout);
    let hidden = items.items.iter().filter(|item| item.noise && !options.noise).count();
    DiffView { lines: page.lines, unchanged: items.equal_count, hidden, items: items.items, layout }
}

#[cfg(test)]
mod tests;
