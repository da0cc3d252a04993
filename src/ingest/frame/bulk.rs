//! Lines of a bulk request to Elasticsearch or OpenSearch: `{"index":{"_index":"logs"}}`, and the record behind.

use crate::domain::json::{Doc, Kind};

/// Longest such line.
const LONGEST: usize = 1024;

/// Whether a line says what is to be done with the next one.
pub(super) fn is_action(line: &[u8]) -> bool {
    const ACTIONS: [&str; 4] = ["index", "create", "update", "delete"];
    const OTHER: [&str; 6] =
        ["routing", "pipeline", "version", "version_type", "require_alias", "retry_on_conflict"];
    let short = line.len() <= LONGEST && line.starts_with(b"{");
    let Some(text) = std::str::from_utf8(line).ok().filter(|_| short) else { return false };
    let mut doc = Doc::new();
    let Ok(root) = doc.parse(text) else { return false };
    root.len() == 1
        && root.members().all(|(action, target)| {
            ACTIONS.contains(&&*action.decode())
                && target.kind() == Kind::Object
                && target.members().all(|(key, _)| {
                    let key = key.decode();
                    key.starts_with('_') || OTHER.contains(&&*key)
                })
        })
}
