//! What an object is known to be at a moment, to be compared with another object or moment.

use std::sync::Arc;

use crate::domain::Timestamp;
use crate::present::number::counted;

use super::History;

/// One of two states that are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The known fields as one JSON object.
    pub json: String,
    /// What the object is called.
    pub title: String,
    /// Its workspace.
    pub workspace: Option<Arc<str>>,
    /// Format of its entries.
    pub format: Arc<str>,
    /// When the last entry was that it is derived from.
    pub time: Option<Timestamp>,
    /// Entries that it is derived from.
    pub entries: usize,
    /// Fields whose value is not known.
    pub unknown: usize,
}

impl State {
    /// Says how it is known: `derived from 3 entries; partial: 1 field unknown`.
    pub fn basis(&self) -> String {
        let unknown = match self.unknown {
            0 => String::new(),
            unknown => format!("; partial: {} unknown", counted(unknown as u64, "field")),
        };
        format!("derived from {}{unknown}", counted(self.entries as u64, "entry"))
    }
}

impl History {
    /// Returns the state after so many entries; `None` where the object is known not to exist then.
    pub fn state(&self, moment: usize) -> Option<State> {
        let last = moment.checked_sub(1).and_then(|at| self.rows.get(at));
        Some(State {
            json: self.timeline.json_at(moment)?,
            title: self.object.title(),
            workspace: self.object.key.workspace.clone(),
            format: self.object.key.format.clone(),
            time: last.and_then(|row| row.position.time),
            entries: moment,
            unknown: self.unknown(moment).len(),
        })
    }
}
