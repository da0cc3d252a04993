//! What format authors ask: what a format does to a file, what a format says, and a first draft of a new one.

mod document;
mod draft;
mod explain;
mod leaves;

pub use document::{Documented, document};
pub use draft::draft;
pub use explain::{Explained, Explanation, explain};

use crate::domain::redact::Secrets;
use crate::ingest::format::Formats;

use super::mask::Redactors;

/// Returns records, each with its number, with the secrets hidden that a format or a name gives away.
fn masked(records: Vec<(u64, String)>, formats: &Formats, format: &str) -> Vec<(u64, String)> {
    let mut known = Redactors::new(formats.clone());
    let redactor = known.of(format);
    let mask = |(number, text): (u64, String)| {
        let hidden = redactor.json(&text, &mut Secrets::default());
        (number, hidden.unwrap_or(text))
    };
    records.into_iter().map(mask).collect()
}
