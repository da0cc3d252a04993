//! Masking the secrets of one entry before it is shown or written.

use std::collections::HashMap;

use crate::domain::json::write_compact;
use crate::domain::redact::{Redactor, Secrets};
use crate::ingest::format::Formats;
use crate::store::Interpret;

use super::Detail;
use super::convert::redactor_of;

/// Masks what formats name as secret, and what is known as such by name and shape.
#[derive(Clone, Debug)]
pub struct Masker {
    formats: Formats,
    known: HashMap<String, Redactor>,
}

impl Masker {
    /// Returns a masker that knows these formats.
    pub fn new(formats: Formats) -> Masker {
        Masker { formats, known: HashMap::new() }
    }

    /// Masks the secrets of an entry and of its record. Returns whether there were any.
    pub fn mask(&mut self, detail: &mut Detail, interpret: &dyn Interpret) -> bool {
        let redactor = self.redactor(&detail.entry.format);
        let mut secrets = Secrets::default();
        let record = &mut detail.record;
        let mut document = None;
        if !record.raw.starts_with(b"{") {
            interpret.document(&record.raw, &record.source, &mut |node| {
                let mut text = String::new();
                write_compact(node, &mut text);
                document = Some(text);
            });
        }
        let masked = redactor.raw(&record.raw, document.as_deref(), &mut secrets);
        let any = masked.is_some();
        if let Some(raw) = masked {
            record.raw = raw;
        }
        redactor.entry(&mut detail.entry, &mut secrets) || any
    }

    fn redactor(&mut self, format: &str) -> &Redactor {
        if !self.known.contains_key(format) {
            let made = self.formats.get(format).map(|format| redactor_of(&format)).unwrap_or_default();
            self.known.insert(format.to_owned(), made);
        }
        self.known.entry(format.to_owned()).or_default()
    }
}
