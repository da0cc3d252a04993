//! Masking secrets before anything is shown, copied or written: entries with their records, rows, values
//! that are counted, records not parsed. Who reads through an [`Access`](super::Access) gets them masked.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::json::write_compact;
use crate::domain::redact::{Redactor, Secrets, may_be_secret};
use crate::domain::{Change, Entry, Ip, redact};
use crate::ingest::format::{Format, Formats};
use crate::query::{Facet, Row};
use crate::store::{Interpret, Reject};

use super::Detail;

/// The texts of a row that come from its record.
macro_rules! texts {
    ($row:expr, $borrow:ident) => {
        [
            $row.workspace.$borrow(),
            $row.event_type.$borrow(),
            $row.activity.$borrow(),
            $row.action_code.$borrow(),
            $row.actor.$borrow(),
            $row.actor_email.$borrow(),
            $row.actor_id.$borrow(),
            $row.country.$borrow(),
            $row.target_type.$borrow(),
            $row.target_id.$borrow(),
            $row.target_name.$borrow(),
            $row.request.$borrow(),
            $row.session.$borrow(),
        ]
    };
}

/// What masks the secrets of each format: those it names, and those known by name and shape.
#[derive(Clone, Debug)]
pub struct Redactors {
    formats: Formats,
    known: HashMap<String, Redactor>,
}

impl Redactors {
    /// Returns what masks secrets of these formats.
    pub fn new(formats: Formats) -> Redactors {
        Redactors { formats, known: HashMap::new() }
    }

    /// Returns what masks the secrets of one format.
    pub fn of(&mut self, format: &str) -> &Redactor {
        if !self.known.contains_key(format) {
            let made = self.formats.get(format).map(|format| Redactor::new(&format.secret));
            self.known.insert(format.to_owned(), made.unwrap_or_default());
        }
        self.known.entry(format.to_owned()).or_default()
    }
}

/// Masks what formats name as secret, and what is known as such by name and shape.
#[derive(Clone, Debug)]
pub struct Masker {
    redactors: Redactors,
    any: Redactor,
    /// What masks the fields of objects, by format.
    states: HashMap<String, Redactor>,
    /// Texts of rows that have no shape of a secret.
    clean: Clean,
}

/// Texts that many rows share and that were found to be of no interest, so that they are looked at once. They are
/// kept, so that no other text can come to lie where one of them does.
#[derive(Clone, Debug, Default)]
pub(super) struct Clean(Vec<Option<Arc<str>>>);

impl Clean {
    const SLOTS: usize = 1 << 10;

    /// Whether a text has something, by a test whose "no" is remembered.
    fn has(&mut self, text: &Arc<str>, test: impl Fn(&str) -> bool) -> bool {
        if self.0.is_empty() {
            self.0.resize(Clean::SLOTS, None);
        }
        let at = (Arc::as_ptr(text).cast::<u8>() as usize >> 4) % Clean::SLOTS;
        let slot = &mut self.0[at];
        if slot.as_ref().is_some_and(|known| Arc::ptr_eq(known, text)) {
            return false;
        }
        let has = test(text);
        if !has {
            *slot = Some(text.clone());
        }
        has
    }
}

impl Masker {
    /// Returns a masker that knows these formats.
    pub fn new(formats: Formats) -> Masker {
        Masker {
            redactors: Redactors::new(formats),
            any: Redactor::default(),
            states: HashMap::new(),
            clean: Clean::default(),
        }
    }

    /// Masks the secrets of an entry and of its record.
    pub fn detail(&mut self, detail: &mut Detail, interpret: &dyn Interpret) {
        let redactor = self.redactors.of(&detail.entry.format);
        let mut secrets = Secrets::default();
        let record = &mut detail.record;
        let mut document = None;
        // A row of an answer may be an object too, whose keys are not its columns.
        if !record.raw.starts_with(b"{") || !interpret.is_verbatim(&record.source) {
            interpret.document(&record.raw, &record.source, &mut |node| {
                let mut text = String::new();
                write_compact(node, &mut text);
                document = Some(text);
            });
        }
        if let Some(raw) = redactor.raw(&record.raw, document.as_deref(), &mut secrets) {
            record.raw = raw;
            detail.masked = true;
        }
        detail.masked |= redactor.entry(&mut detail.entry, &mut secrets);
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
            let made = self.redactors.formats.get(format).map(|format| redactor_of_state(&format));
            self.states.insert(format.to_owned(), made.unwrap_or_default());
        }
        let mut entry = Entry { changes: std::mem::take(changes), ..Entry::blank("") };
        let any = self.states.get(format).is_some_and(|redactor| redactor.entry(&mut entry, secrets));
        *changes = entry.changes;
        any
    }

    /// Masks what a row alone shows to be a secret. What only its record tells is masked by
    /// [`Self::row_of`]; [`Self::is_open`] says which rows need that.
    pub fn row<'r>(&mut self, row: &'r Row) -> Cow<'r, Row> {
        let ip = matches!(&row.ip, Some(Ip::Text(text)) if redact::has_shape(text));
        let clean = &mut self.clean;
        if !ip && !texts!(row, as_ref).into_iter().flatten().any(|text| clean.has(text, redact::has_shape)) {
            return Cow::Borrowed(row);
        }
        let (mut row, mut secrets) = (row.clone(), Secrets::default());
        for text in texts!(row, as_mut).into_iter().flatten() {
            if let Some(masked) = self.any.text(text, &mut secrets) {
                *text = masked.into();
            }
        }
        if let Some(Ip::Text(text)) = &mut row.ip
            && let Some(masked) = self.any.text(text, &mut secrets)
        {
            *text = masked.into();
        }
        Cow::Owned(row)
    }

    /// Whether only the record of a row tells if it shows a secret: a name that looks like a key. Ids often
    /// do; those that a format takes for ids are ids, those that were guessed may be anything.
    pub fn is_open(row: &Row) -> bool {
        let open = |text: &Option<Arc<str>>| text.as_deref().is_some_and(may_be_secret);
        let label = open(&row.actor) && row.actor != row.actor_id;
        let ids = || [&row.actor_id, &row.target_id, &row.session, &row.request].into_iter().any(open);
        label || open(&row.target_name) || (row.format.as_ref() == "generic" && ids())
    }

    /// Whether [`Self::row`] may mask something of a row, or [`Self::is_open`] says that its record is to be asked.
    pub fn may_change(row: &Row) -> bool {
        let ip = matches!(&row.ip, Some(Ip::Text(text)) if redact::has_shape(text));
        ip || Masker::is_open(row)
            || texts!(row, as_ref).into_iter().flatten().any(|text| redact::has_shape(text))
    }

    /// Returns the row of an entry whose secrets are masked.
    pub fn row_of(row: &Row, detail: &Detail) -> Row {
        let made = Row::of(&detail.entry, row.position, row.noted, row.marked);
        let (source, format) = (row.source.clone(), row.format.clone());
        Row { source, format, record: row.record, has_diff: row.has_diff, ..made }
    }

    /// Masks values that are counted. Different ones stay different.
    pub fn facet(&self, facet: &mut Facet) {
        let mut secrets = Secrets::default();
        for counted in &mut facet.values {
            if let Some(masked) = self.any.text(&counted.value, &mut secrets) {
                counted.value = masked.into();
            }
        }
    }

    /// Masks a record that was not parsed.
    pub fn reject(&self, reject: &mut Reject) {
        let mut secrets = Secrets::default();
        if let Some(raw) = self.any.raw(&reject.raw, None, &mut secrets) {
            reject.raw = raw;
        }
        if let Some(reason) = self.any.text(&reject.reason, &mut secrets) {
            reject.reason = reason;
        }
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

/// Whether a row shows that something of it is masked.
pub fn is_masked(row: &Row) -> bool {
    shows_mask(row, &mut |text| redact::holds_mask(text))
}

/// Does the same for one row of many.
pub(super) fn is_one_masked(row: &Row, clean: &mut Clean) -> bool {
    shows_mask(row, &mut |text| clean.has(text, redact::holds_mask))
}

fn shows_mask(row: &Row, holds: &mut dyn FnMut(&Arc<str>) -> bool) -> bool {
    let ip = matches!(&row.ip, Some(Ip::Text(text)) if redact::holds_mask(text));
    ip || texts!(row, as_ref).into_iter().flatten().any(holds)
}
