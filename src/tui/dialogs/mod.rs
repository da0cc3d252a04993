//! What is laid over the panes: prompts, menus, lists. Each is a state, a pure `update` and a `view`.
//!
//! A dialog knows no store, clock or file. What it must know of the world it asks for by [`Dialog::wants`]
//! and is given by [`Dialog::supply`]; what it wants done it says by an [`Intent`].

mod columns;
mod compare;
mod complete;
mod count;
mod confirm;
mod coverage;
mod export;
mod goto;
mod help;
mod history;
mod import;
mod message;
mod note;
mod palette;
mod query;
mod range;
mod rejects;
mod search;
mod shared;
mod sort;
mod values;
mod views;

use std::path::PathBuf;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::{EntryId, Field, IdPrefix, TimeSpan, Timestamp, Zone};
use crate::ops::coverage::{Coverage, Limits};
use crate::ops::history::{ObjectInfo, ObjectKey};
use crate::ops::views::{Body, View};
use crate::query::{Filter, Sort};
use crate::store::Reject;
use crate::tui::action::Action;
use crate::tui::keymap::{Key, Keymap};

pub use crate::tui::widgets::Look;
pub use columns::{ColumnItem, ColumnsDialog};
pub use compare::CompareDialog;
pub use confirm::Confirm;
pub use export::{ExportChoice, ExportDialog, ExportOutput, ExportRange, ExportRows, ExportSetup};
pub use goto::GoToDialog;
pub use help::Help;
pub use import::{ImportDialog, Importable, Lead};
pub use message::Message;
pub use note::NoteEditor;
pub use palette::Palette;
pub use query::QueryPrompt;
pub use range::RangeDialog;
pub use rejects::{RejectItem, RejectsDialog};
pub use search::SearchPrompt;
pub use sort::SortMenu;
pub use values::{ValueItem, ValuePicker};
pub use views::ViewsDialog;

/// What the user did to a dialog.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Pressed a key.
    Key(Key),
    /// Pasted text.
    Paste(String),
}

/// What a dialog may look at.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// The keys.
    pub keymap: &'a Keymap,
    /// Now, for ranges that reach back from it.
    pub now: Timestamp,
    /// The zone that days are of.
    pub zone: Zone,
    /// Rows of the screen.
    pub height: usize,
}

/// What a dialog answers to input.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// It stays open.
    Stay,
    /// It stays open, and this is to be done meanwhile.
    Do(Box<Intent>),
    /// It is to be closed; nothing changes.
    Close,
    /// It is to be closed, and then this is to be done.
    Finish(Box<Intent>),
}

impl Reply {
    pub(super) fn finish(intent: Intent) -> Reply {
        Reply::Finish(Box::new(intent))
    }
}

/// What a dialog wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Run an action, as if its key had been pressed. From the palette or the help, so the toast names its key.
    Run(Action),
    /// Show the entries of this query.
    Query {
        /// As typed, for the history.
        text: String,
        /// As understood.
        filter: Filter,
    },
    /// Search for this in the pane with the focus; empty text ends the search.
    Search(String),
    /// Limit the time; `None` lifts the limit.
    Range(Option<(String, TimeSpan)>),
    /// Go to the entry whose id begins so.
    GoToId(IdPrefix),
    /// Go to the first entry at or behind this instant.
    GoToTime(Timestamp),
    /// Compare what an entry left of its object.
    Compare {
        /// The entry.
        entry: EntryId,
        /// With this object; `None` with the same one.
        object: Option<ObjectKey>,
        /// As it was before this instant.
        at: Option<Timestamp>,
    },
    /// Export.
    Export(Box<ExportChoice>),
    /// Import what this name leads to.
    Import(String),
    /// Show these columns, by their keys, in this order.
    Columns(Vec<String>),
    /// Sort so.
    Sort(Sort),
    /// Filter by one more value, or take it out.
    ToggleValue(Field, Arc<str>),
    /// Set or clear the note on an entry.
    Note(EntryId, Option<String>),
    /// Show what a view shows.
    View(View),
    /// Keep what a view shows under this name, or forget it.
    KeepView(String, Option<Body>),
    /// Copy this; `what` names it in the toast.
    Copy {
        /// What it is.
        what: String,
        /// The text.
        text: String,
    },
    /// Quit although something is running.
    Quit,
}

/// What a dialog needs to know and does not yet.
#[derive(Clone, Debug, PartialEq)]
pub enum Want {
    /// How many entries match (under the plan's view).
    Count(Filter),
    /// Whether a file of this name exists, and can be made.
    File(PathBuf),
    /// What a name leads to that is to be imported, and names that begin so.
    Importable(String),
    /// What the sources cover.
    Coverage,
    /// Objects that a text names; of an empty one those that an entry's object may be compared with.
    Objects(EntryId, String),
    /// The views there are.
    Views,
    /// Records not parsed.
    Rejects {
        /// From this one.
        skip: u64,
        /// At most so many.
        limit: usize,
    },
}

/// An answer to a [`Want`].
#[derive(Clone, Debug, PartialEq)]
pub enum Supply {
    /// The count of a filter, or why there is none.
    Count(Filter, Result<u64, String>),
    /// What stands at a path.
    File(PathBuf, FileState),
    /// What a name leads to.
    Importable(String, Importable),
    /// The objects that a text names, or why there are none.
    Objects(String, Result<Vec<ObjectInfo>, String>),
    /// What the sources cover, and what their vendors do not record.
    Coverage(Vec<Coverage>, Vec<Limits>),
    /// The views there are.
    Views(Vec<View>),
    /// Records not parsed from `skip` on, with the name of their source, and how many there are in all.
    Rejects {
        /// The first one's number.
        skip: u64,
        /// The records.
        rejects: Vec<(Arc<str>, Reject)>,
        /// How many there are in all.
        total: u64,
    },
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Nothing, and it can be made.
    Free,
    /// A file.
    Exists,
    /// A folder, or a place where no file can be made: why.
    Unusable(String),
}

/// An open dialog.
#[derive(Clone, Debug)]
pub enum Dialog {
    /// `&`
    Query(QueryPrompt),
    /// `/`
    Search(SearchPrompt),
    /// `t`
    Range(RangeDialog),
    /// `D`
    Compare(CompareDialog),
    /// `i`
    GoTo(GoToDialog),
    /// `e`
    Export(Box<ExportDialog>),
    /// `I`
    Import(ImportDialog),
    /// `C`
    Columns(ColumnsDialog),
    /// `s`
    Sort(SortMenu),
    /// `/` in the filters
    Values(ValuePicker),
    /// `?`
    Help(Help),
    /// `:`
    Palette(Palette),
    /// `~`
    Rejects(RejectsDialog),
    /// `V`
    Views(ViewsDialog),
    /// `a`
    Note(NoteEditor),
    /// A question with yes and no.
    Confirm(Confirm),
    /// Something to read.
    Message(Message),
}

/// Calls the same function of whichever dialog is open.
macro_rules! each {
    ($dialog:expr, $open:ident => $call:expr) => {
        match $dialog {
            Dialog::Query($open) => $call,
            Dialog::Search($open) => $call,
            Dialog::Range($open) => $call,
            Dialog::Compare($open) => $call,
            Dialog::GoTo($open) => $call,
            Dialog::Export($open) => $call,
            Dialog::Import($open) => $call,
            Dialog::Columns($open) => $call,
            Dialog::Sort($open) => $call,
            Dialog::Values($open) => $call,
            Dialog::Help($open) => $call,
            Dialog::Palette($open) => $call,
            Dialog::Rejects($open) => $call,
            Dialog::Views($open) => $call,
            Dialog::Note($open) => $call,
            Dialog::Confirm($open) => $call,
            Dialog::Message($open) => $call,
        }
    };
}

impl Dialog {
    /// Lets it look at the world when it opens, so that what it starts with is understood and counted.
    #[must_use]
    pub fn opened(mut self, desk: &Desk<'_>) -> Dialog {
        self.update(Input::Paste(String::new()), desk);
        self
    }

    /// Takes a key or pasted text.
    #[expect(clippy::needless_pass_by_value, reason = "the caller is done with it")]
    pub fn update(&mut self, input: Input, desk: &Desk<'_>) -> Reply {
        each!(self, dialog => dialog.update(&input, desk))
    }

    /// Draws it into its part of `area`, the whole frame; returns where the terminal's cursor belongs.
    pub fn view(&self, desk: &Desk<'_>, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Option<Position> {
        each!(self, dialog => dialog.view(desk, look, area, buffer))
    }

    /// Returns what it needs to know and has not been told; asked again after every update.
    pub fn wants(&self) -> Vec<Want> {
        match self {
            Dialog::Query(dialog) => dialog.wants(),
            Dialog::Range(dialog) => dialog.wants(),
            Dialog::Compare(dialog) => dialog.wants(),
            Dialog::Export(dialog) => dialog.wants(),
            Dialog::Import(dialog) => dialog.wants(),
            Dialog::Rejects(dialog) => dialog.wants(),
            Dialog::Views(dialog) => dialog.wants(),
            _ => Vec::new(),
        }
    }

    /// Takes an answer; one it no longer asks for is ignored.
    pub fn supply(&mut self, supply: Supply) {
        match self {
            Dialog::Query(dialog) => dialog.supply(&supply),
            Dialog::Range(dialog) => dialog.supply(&supply),
            Dialog::Compare(dialog) => dialog.supply(supply),
            Dialog::Export(dialog) => dialog.supply(&supply),
            Dialog::Import(dialog) => dialog.supply(&supply),
            Dialog::Rejects(dialog) => dialog.supply(supply),
            Dialog::Views(dialog) => dialog.supply(supply),
            _ => {}
        }
    }
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
