//! What the screen wants done, as data. The shell does it on named threads; this list says nothing of how.

use crate::domain::{EntryId, Zone};
use crate::query::Sort;

use super::dialogs::{ExportChoice, Want};
use super::model::Quest;
use super::model::detail::DetailKey;
use super::model::sidebar::CountsKey;
use super::model::slot::Ticket;
use super::model::table::PageKey;
use super::msg::Write;

/// Something to be done outside the model.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Read rows.
    Page(Ticket, PageKey),
    /// Read an entry and make its lines.
    Detail(Ticket, Box<DetailKey>),
    /// Count values and times.
    Counts(Ticket, Box<CountsKey>),
    /// Look for an entry.
    Quest(Ticket, Box<Quest>),
    /// Find out what a dialog wants to know.
    Errand(Ticket, Want),
    /// Stop finding out what no dialog wants to know any more.
    GiveUp,
    /// Put something on the clipboard; `what` names it in the toast.
    Copy {
        /// What it is.
        what: String,
        /// The text, as it came.
        text: String,
    },
    /// Make a text of rows, and put it on the clipboard.
    CopyRows(Box<ExportJob>),
    /// Write entries to a file.
    Export(Box<ExportJob>),
    /// Import what a name leads to.
    Import(String),
    /// Stop the export or the import.
    CancelJob,
    /// Write a note or bookmarks.
    Write(Write),
    /// Show an address in the browser.
    Browse(String),
    /// Use the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Stop until the shell brings the program back.
    Suspend,
    /// Draw everything anew.
    Repaint,
    /// Write a sequence to the terminal, between two frames.
    Send(String),
}

impl Effect {
    /// Whether it asks the store for something, or takes that back: what a key changes by itself is drawn first.
    pub fn is_question(&self) -> bool {
        matches!(
            self,
            Effect::Page(..)
                | Effect::Detail(..)
                | Effect::Counts(..)
                | Effect::Quest(..)
                | Effect::Errand(..)
                | Effect::GiveUp
        )
    }
}

/// Entries to be written out.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportJob {
    /// What was chosen.
    pub choice: ExportChoice,
    /// The entries, where not all that the filter lets through are meant.
    pub ids: Vec<EntryId>,
    /// The order.
    pub sort: Sort,
    /// The zone of times.
    pub zone: Zone,
}
