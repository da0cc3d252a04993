//! Entries without a store as text: lines of JSON, or rows of CSV with the columns of an export.

use crate::domain::Entry;
use crate::query::{Position, Row};

use super::super::Detail;
use super::super::column::EXPORT;
use super::super::export::csv::Csv;
use super::super::json::write_entry;
use super::Form;

/// Writes entries.
pub(super) struct Writer {
    csv: Option<Csv>,
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn new(form: Form) -> Writer {
        let csv = match form {
            Form::Ndjson => None,
            Form::Csv { guard, zone } => Some(Csv::new(EXPORT.to_vec(), zone, guard)),
        };
        Writer { csv, bytes: Vec::new() }
    }

    /// Returns how many bytes of an entry's text stand before its id.
    pub(super) fn before_id(&self) -> usize {
        // The id is the first key, and the first column.
        if self.csv.is_some() { 0 } else { "{\"id\":\"".len() }
    }

    /// Appends an entry with the end of its line.
    pub(super) fn write(&mut self, entry: &Entry<'_>, raw: &[u8], masked: bool, out: &mut String) {
        let Some(csv) = &mut self.csv else {
            write_entry(entry, raw, masked, out);
            out.push('\n');
            return;
        };
        let place = &entry.place;
        let time = entry.time.as_ref().map(|moment| moment.at);
        let position = Position { time, source: 0, order: place.record, part: place.part };
        let row = Row::of(entry, position, false, false);
        let detail = Detail::of(entry.clone().into_owned());
        self.bytes.clear();
        csv.write_row(&row, Some(&detail), &mut self.bytes).expect("memory takes what is written");
        out.push_str(&String::from_utf8_lossy(&self.bytes));
    }

    /// Returns how many cells were guarded since it was asked last.
    pub(super) fn guarded(&mut self) -> u64 {
        self.csv.as_mut().map_or(0, Csv::take_guarded)
    }
}

/// Returns what stands before the first entry.
pub(super) fn header(form: Form) -> String {
    match form {
        Form::Ndjson => String::new(),
        Form::Csv { .. } => {
            let names: Vec<_> = EXPORT.iter().map(|column| column.name()).collect();
            names.join(",") + "\r\n"
        }
    }
}
