//! Masking the secrets of one entry before it is shown or written.

use std::collections::HashMap;

use crate::domain::json::write_compact;
use crate::domain::redact::{Redactor, Secrets};
use crate::domain::{Change, Entry};
use crate::ingest::format::{Format, Formats};
use crate::store::Interpret;

use super::Detail;
use super::convert::redactor_of;

/// Masks what formats name as secret, and what is known as such by name and shape.
#[derive(Clone, Debug)]
pub struct Masker {
    formats: Formats,
    known: HashMap<String, Redactor>,
    /// The same for the fields of objects.
    states: HashMap<String, Redactor>,
}

impl Masker {
    /// Returns a masker that knows these formats.
    pub fn new(formats: Formats) -> Masker {
        Masker { formats, known: HashMap::new(), states: HashMap::new() }
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

    /// Masks the secrets of changes to an object of a format. The same `secrets` for all entries of an object
    /// let it be seen whether two of them have the same one.
    pub fn changes(
        &mut self,
        format: &str,
        changes: &mut Vec<Change<'static>>,
        secrets: &mut Secrets,
    ) -> bool {
        if !self.states.contains_key(format) {
            let made = self.formats.get(format).map(|format| redactor_of_state(&format)).unwrap_or_default();
            self.states.insert(format.to_owned(), made);
        }
        let mut entry = Entry { changes: std::mem::take(changes), ..Entry::blank("") };
        let any = self.states.get(format).is_some_and(|redactor| redactor.entry(&mut entry, secrets));
        *changes = entry.changes;
        any
    }

    fn redactor(&mut self, format: &str) -> &Redactor {
        if !self.known.contains_key(format) {
            let made = self.formats.get(format).map(|format| redactor_of(&format)).unwrap_or_default();
            self.known.insert(format.to_owned(), made);
        }
        self.known.entry(format.to_owned()).or_default()
    }
}

/// A path of the record that is a secret is one of the object too, behind the place where the record holds it.
fn redactor_of_state(format: &Format) -> Redactor {
    let mut patterns = format.secret.clone();
    let places = format.plan.state.rules.iter().flat_map(|rule| &rule.at);
    for place in places {
        let place = place.text.trim_end_matches("|json");
        let inside = format.secret.iter().filter_map(|path| path.strip_prefix(place)?.strip_prefix('.'));
        patterns.extend(inside.map(|path| format!("{}*", path.trim_end_matches('*'))));
    }
    Redactor::new(&patterns)
}
