//! Everything that can happen to the screen: one closed list. What comes from threads carries the ticket
//! of the question it answers.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::MouseEvent;

use crate::domain::{EntryId, TimeSpan, Timestamp};
use crate::query::{Facet, Histogram, Page, Row};
use crate::store::Generation;

use super::clipboard::Copied;
use super::dialogs::Supply;
use super::keymap::Key;
use super::model::detail::Shown;
use super::model::selection::Log;
use super::model::slot::Ticket;

/// An answer, or why there is none.
pub type Answered<T> = Result<T, String>;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Msg {
    /// The clock; sent before other messages and when something is due.
    Time(Now),
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// The screen has another size.
    Resize(u16, u16),
    /// The program is asked to stop by a signal.
    Suspend,
    /// The program runs again after it was suspended.
    Resumed,
    /// The program is asked to end by a signal.
    Terminate,
    /// What is shown is followed, or no longer.
    Live(bool),
    /// The store has another state.
    Generation(Generation),
    /// The first rows of a page that is still looked for.
    FirstRows(Ticket, Vec<Row>),
    /// A page.
    Page(Ticket, Answered<(Generation, Page)>),
    /// What the detail shows.
    Detail(Ticket, Answered<Arc<Shown>>),
    /// Counts for the sidebar.
    Facets(Ticket, Answered<Arc<Counts>>),
    /// What a dialog wanted to know.
    Supplied(Ticket, Answered<Supply>),
    /// What was looked for.
    Found(Ticket, Answered<Found>),
    /// How far files are read that the store is made of; `None` once they are.
    Loading(Option<Progress>),
    /// A note or bookmark was written, or why not.
    Written(Answered<String>),
    /// An address was shown in the browser, or not.
    Browsed(Answered<String>),
    /// Something was copied, and how.
    Copied(Box<Copied>),
    /// Something could not be copied: what to tell.
    CopyFailed(String),
    /// Rows were made into a text that is to be copied: what it is called, and the text.
    CopyReady(String, String),
    /// How far the export or import is: rows or bytes, of how many.
    JobProgress(u64, u64),
    /// The import waits for another process to end writing, of this name where it is known.
    ImportWaits(String),
    /// The import ended.
    Imported(Answered<Imported>),
    /// The export ended.
    Exported(Answered<Exported>),
    /// A thread panicked and was started again.
    WorkerDied(WorkerName, String),
}

/// What time it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// By the clock on the wall.
    pub wall: Option<Timestamp>,
    /// Since the screen opened.
    pub running: Duration,
}

/// The threads that answer questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WorkerName {
    /// Rows of the table.
    Page,
    /// The entry shown.
    Detail,
    /// Counts of the sidebar.
    Facets,
    /// What dialogs want to know, like the count of a query being typed.
    Errand,
    /// Searches and ids.
    Lookup,
}

impl std::fmt::Display for WorkerName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            WorkerName::Page => "page",
            WorkerName::Detail => "detail",
            WorkerName::Facets => "facets",
            WorkerName::Errand => "errand",
            WorkerName::Lookup => "lookup",
        })
    }
}

/// How far work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How far.
    pub done: u64,
    /// Of how much; 0 while that is unknown.
    pub total: u64,
}

/// Counts for the sidebar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// The state of the store they are of.
    pub generation: Generation,
    /// Values of each group under the other groups' filters.
    pub facets: Vec<Facet>,
    /// Counts over time.
    pub histogram: Histogram,
    /// The times of the first and the last entry.
    pub span: TimeSpan,
    /// Where nothing matches within the date range: entries before and after it that match the rest.
    pub beyond: Option<(u64, u64)>,
    /// Where nothing matches: entries that would, were they not outside the plan.
    pub outside: u64,
    /// Where nothing matches: why, and what was probably meant.
    pub advice: Vec<String>,
    /// What the store holds, whatever the filter.
    pub overview: Arc<Overview>,
}

/// What the store holds, whatever the filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overview {
    /// Entries.
    pub entries: u64,
    /// Files and streams.
    pub sources: usize,
    /// Records not parsed.
    pub rejects: u64,
    /// The logs there are.
    pub logs: Vec<Log>,
}

/// What a lookup found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// An entry to stand on.
    Row(Box<Row>, Hit),
    /// What derived changes add to a filter.
    Derived(Arc<crate::tui::model::Derived>),
    /// The entry is there, but the filter hides it.
    Elsewhere(Box<Row>),
    /// Nothing; with what to tell.
    Nothing(String),
    /// Several ids begin so.
    Several(Vec<Row>),
}

/// Which of the hits an entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hit {
    /// Its number, from 1; 0 where hits are not counted.
    pub number: u64,
    /// Of how many.
    pub total: u64,
    /// The search went around the end.
    pub wrapped: bool,
}

/// What an export did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Rows written.
    pub rows: u64,
    /// Where; `None` where it was cancelled.
    pub path: Option<PathBuf>,
    /// What else to tell, like cells guarded.
    pub note: String,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// What to tell; `None` where it was cancelled.
    pub text: Option<String>,
    /// All that was named was read and parsed.
    pub whole: bool,
}

/// An entry whose note or bookmark is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Sets or clears a note.
    Note(EntryId, Option<String>),
    /// Sets or clears bookmarks.
    Mark(Vec<EntryId>, bool),
    /// Keeps a view under a name, or forgets it.
    View(String, Option<crate::ops::views::Body>),
}
