//! Links to entries: `auditty://<id>`, the same for everybody who imported the record.

use crate::domain::id::IdError;
use crate::domain::{EntryId, IdPrefix};

/// What a link begins with.
pub const SCHEME: &str = "auditty://";

/// Returns the link to an entry.
pub fn link(id: EntryId) -> String {
    format!("{SCHEME}{id}")
}

/// Reads a link, an id, or at least the first seven characters of one.
///
/// # Errors
/// It is none of these.
pub fn read(text: &str) -> Result<IdPrefix, IdError> {
    let text = text.trim();
    let bare = text.get(..SCHEME.len()).filter(|start| start.eq_ignore_ascii_case(SCHEME));
    let id = bare.and_then(|_| text.get(SCHEME.len()..)).unwrap_or(text);
    id.trim_end_matches('/').parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_ids_and_prefixes_are_read() {
        let id = EntryId::of(b"x", 0);
        for text in [link(id), id.to_string(), id.short(), format!(" AUDITTY://{id}/ ")] {
            assert!(read(&text).unwrap().matches(id), "{text}");
        }
        assert_eq!(read("auditty://abc"), Err(IdError::TooShort));
        assert_eq!(read("https://x"), Err(IdError::BadChar(':')));
    }
}
