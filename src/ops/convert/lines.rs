//! Entries without a store as text: lines of JSON in our words or the framework's, or rows of CSV with the columns
//! of an export.

use crate::domain::Entry;
use crate::ingest::format::Formats;
use crate::query::{Position, Row};

use super::super::Detail;
use super::super::column::EXPORT;
use super::super::export::csv::Lines;
use super::super::json::write_entry;
use super::{Form, ocsf};

/// Writes entries.
pub(super) enum Writer {
    Ndjson,
    Csv(Box<Lines>),
    Ocsf(Formats),
}

impl Writer {
    pub(super) fn new(form: Form, formats: &Formats) -> Writer {
        match form {
            Form::Ndjson => Writer::Ndjson,
            Form::Csv { guard, zone } => Writer::Csv(Box::new(Lines::new(EXPORT.to_vec(), zone, guard))),
            Form::Ocsf => Writer::Ocsf(formats.clone()),
        }
    }

    /// Returns how many bytes of an entry's text stand before its id.
    pub(super) fn before_id(&self) -> usize {
        match self {
            Writer::Ndjson => "{\"id\":\"".len(),
            // The first column.
            Writer::Csv(_) => 0,
            Writer::Ocsf(_) => ocsf::BEFORE_ID.len(),
        }
    }

    /// Appends an entry with the end of its line.
    pub(super) fn write(&mut self, entry: &Entry<'_>, raw: &[u8], masked: bool, out: &mut String) {
        match self {
            Writer::Ndjson => write_entry(entry, raw, masked, out),
            Writer::Ocsf(formats) => {
                let format = formats.get(&entry.format);
                let name = format.as_ref().map_or(entry.format.as_ref(), |format| &format.title);
                let vendor = format.as_ref().map_or("unknown", |format| &format.vendor);
                ocsf::write(entry, raw, masked, &ocsf::Product { name, vendor }, out);
            }
            Writer::Csv(lines) => {
                let place = &entry.place;
                let time = entry.time.as_ref().map(|moment| moment.at);
                let position = Position { time, source: 0, order: place.record, part: place.part };
                let row = Row::of(entry, position, false, false);
                let detail = Detail::of(entry.clone().into_owned());
                lines.write(&row, Some(&detail), out);
                return;
            }
        }
        out.push('\n');
    }

    /// Returns how many cells were guarded since it was asked last.
    pub(super) fn guarded(&mut self) -> u64 {
        match self {
            Writer::Csv(lines) => lines.take_guarded(),
            _ => 0,
        }
    }
}

/// Returns what stands before the first entry.
pub(super) fn header(form: Form) -> String {
    match form {
        Form::Ndjson | Form::Ocsf => String::new(),
        Form::Csv { .. } => {
            let names: Vec<_> = EXPORT.iter().map(|column| column.name()).collect();
            names.join(",") + "\r\n"
        }
    }
}
