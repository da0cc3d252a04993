//! Reads stored records again: the same syntax, format and zone as when they were imported, so that ids and parts
//! come out the same.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::domain::Entry;
use crate::domain::json::Node;
use crate::ingest::changes::Encoding;
use crate::ingest::format::{Formats, Mapper, Want};
use crate::ingest::syntax::Context;
use crate::ingest::text::Form;
use crate::ingest::{Decoder, Syntax, csv};
use crate::store::{Interpret, SourceInfo, StoredRecord};

use super::import::map_context;

/// Contexts whose mappers are kept; a store of thousands of sources must not hold all of them.
const CONTEXTS: usize = 64;

/// Reads records with the formats there are.
pub struct Interpreter {
    formats: Formats,
    ready: Mutex<HashMap<Arc<str>, Arc<Ready>>>,
    hides: OnceLock<Hides>,
}

/// Where the values of changes may stand otherwise than in the record's bytes.
struct Hides {
    /// Keys under which formats look for base 64; `None` where these could be any.
    keys: Option<Vec<String>>,
    /// Formats that read changes from texts, which may be put together.
    formats: HashSet<String>,
}

impl Hides {
    fn of(formats: &Formats) -> Hides {
        let mut hides = Hides { keys: None, formats: HashSet::new() };
        let mut keys: Vec<Option<String>> = Vec::new();
        for format in formats.all() {
            keys.extend(format.plan.base64_keys());
            if format.plan.changes.iter().any(|rules| matches!(rules.encoding, Encoding::Sentence { .. })) {
                hides.formats.insert(format.name.clone());
            }
        }
        keys.sort_unstable();
        keys.dedup();
        // A path without a key at its end could be anywhere, and a key of other characters spelled in other ways.
        let is_plain = |key: &String| key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
        hides.keys = keys.into_iter().map(|key| key.filter(is_plain)).collect();
        hides
    }
}

/// What is kept for the sources of one context.
struct Ready {
    context: Context,
    spare: Mutex<Vec<Tools>>,
}

/// What one thread needs to read records.
struct Tools {
    decoder: Decoder,
    mapper: Mapper,
}

impl Interpreter {
    /// Returns an interpreter with these formats.
    pub fn new(formats: Formats) -> Interpreter {
        Interpreter { formats, ready: Mutex::new(HashMap::new()), hides: OnceLock::new() }
    }

    /// Returns the formats it reads with.
    pub fn formats(&self) -> &Formats {
        &self.formats
    }

    fn ready(&self, source: &SourceInfo) -> Arc<Ready> {
        let mut known = locked(&self.ready);
        if let Some(ready) = known.get(&source.context) {
            return ready.clone();
        }
        if known.len() >= CONTEXTS {
            known.clear();
        }
        let ready = Ready { context: Context::read(&source.context), spare: Mutex::default() };
        let ready = Arc::new(ready);
        known.insert(source.context.clone(), ready.clone());
        ready
    }

    fn hides(&self) -> &Hides {
        self.hides.get_or_init(|| Hides::of(&self.formats))
    }

    fn with<T>(&self, source: &SourceInfo, run: impl FnOnce(&mut Tools, &Context) -> T) -> T {
        let ready = self.ready(source);
        let spare = locked(&ready.spare).pop();
        let mut tools = spare.unwrap_or_else(|| self.tools(&ready.context));
        let result = run(&mut tools, &ready.context);
        locked(&ready.spare).push(tools);
        result
    }

    fn tools(&self, context: &Context) -> Tools {
        // A format that was taken away leaves its records to whatever fits them now.
        let format = self.formats.get(&context.format).unwrap_or_else(|| self.formats.generic());
        let mapper = Mapper::new(self.formats.clone(), format, map_context(context));
        Tools { decoder: Decoder::new(), mapper }
    }

    /// Maps a record again, as the entries that the store holds of it.
    fn mapped(&self, record: &StoredRecord, want: Want) -> Vec<Entry<'static>> {
        self.with(&record.source, |tools, context| {
            let Ok(root) = tools.decoder.decode(&record.raw, &context.syntax) else { return Vec::new() };
            let mut entries = Vec::new();
            tools.mapper.map(root, want, &mut entries);
            let own = |entry: Entry<'_>| {
                let mut entry = entry.into_owned();
                entry.id = entry.id.nth(record.occurrence);
                entry.place.source = record.source.name.to_string().into();
                entry.place.record = record.record;
                entry.place.offset = record.offset;
                entry
            };
            entries.into_iter().map(own).collect()
        })
    }
}

impl Interpret for Interpreter {
    fn entries(&self, record: &StoredRecord) -> Vec<Entry<'static>> {
        self.mapped(record, Want::Full)
    }

    fn history(&self, record: &StoredRecord) -> Vec<Entry<'static>> {
        self.mapped(record, Want::History)
    }

    fn version(&self, format: &str) -> Option<u32> {
        self.formats.version_of(format)
    }

    fn untyped_objects(&self, format: &str) -> bool {
        self.formats.get(format).is_some_and(|format| format.untyped_objects())
    }

    fn renames(&self, format: &str) -> Vec<String> {
        self.formats.get(format).map(|format| format.renames().to_vec()).unwrap_or_default()
    }

    fn named_objects(&self, format: &str) -> bool {
        self.formats.get(format).is_some_and(|format| format.named_objects())
    }

    fn document(&self, raw: &[u8], source: &SourceInfo, visit: &mut dyn FnMut(Node<'_>)) {
        self.with(source, |tools, context| {
            if let Ok(root) = tools.decoder.decode(raw, &context.syntax) {
                visit(root);
            }
        });
    }

    fn texts(
        &self,
        records: &mut dyn Iterator<Item = &[u8]>,
        source: &SourceInfo,
        visit: &mut dyn FnMut(&str),
    ) {
        match &self.ready(source).context.syntax {
            // Cells between bars are trimmed and bared in ways of their own.
            Syntax::Csv { delimiter, header, others } if *delimiter != '|' => {
                header.iter().chain(others.iter().flatten()).for_each(|name| visit(name));
                for row in records.filter_map(|raw| std::str::from_utf8(raw).ok()) {
                    cells_beyond(row, *delimiter, visit);
                }
            }
            _ => records.for_each(|raw| self.document(raw, source, &mut |node| visit(node.raw()))),
        }
    }

    fn changes(&self, record: &StoredRecord, visit: &mut dyn FnMut(&Entry<'_>)) {
        self.with(&record.source, |tools, context| {
            let Ok(root) = tools.decoder.decode(&record.raw, &context.syntax) else { return };
            let mut entries = Vec::new();
            tools.mapper.map(root, Want::Changes, &mut entries);
            entries.iter().for_each(visit);
        });
    }

    fn hiding_keys(&self) -> Option<Vec<String>> {
        self.hides().keys.clone()
    }

    fn composes_changes(&self, format: &str) -> bool {
        self.hides().formats.contains(format)
    }

    fn is_verbatim(&self, source: &SourceInfo) -> bool {
        // A row doubles its quotes and does not hold the names of its columns.
        matches!(self.ready(source).context.syntax, Syntax::Json | Syntax::Text { form: Form::Json })
    }
}

impl std::fmt::Debug for Interpreter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Interpreter").finish_non_exhaustive()
    }
}

/// Shows the cells of a row that do not stand in it as they are, or may hold JSON with escapes.
fn cells_beyond(row: &str, delimiter: char, visit: &mut dyn FnMut(&str)) {
    csv::for_each_cell(row, delimiter, |cell| {
        if matches!(cell, Cow::Owned(_)) || cell.contains('\\') {
            visit(&cell);
        }
    });
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is guarded is a cache: whole after any panic.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
