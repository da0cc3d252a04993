//! What the screen wants done, as data. The shell does it on named threads; this list says nothing of how.

use crate::domain::EntryId;

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
    /// Put something on the clipboard; `what` names it in the toast.
    Copy {
        /// What it is.
        what: String,
        /// The text, as it came.
        text: String,
    },
    /// Make a text of rows, and put it on the clipboard.
    CopyRows {
        /// Which rows, in this order.
        ids: Vec<EntryId>,
        /// The columns, by their keys.
        columns: Vec<String>,
        /// As Markdown instead of CSV.
        markdown: bool,
    },
    /// Write entries to a file.
    Export(Box<ExportChoice>, Vec<EntryId>),
    /// Stop writing.
    CancelExport,
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
}
