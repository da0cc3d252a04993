//! What was found in tables of patterns, by text: most texts come again.

use hashbrown::{Equivalent, HashMap};

use crate::ingest::format::glob::Table;

/// Most texts remembered per table before all are forgotten.
const MEMO: usize = 4096;

/// Rows of tables by the number of the table and the text.
pub(super) type Found = HashMap<(u16, String), Option<u32>>;

/// The same, to be asked with a borrowed text.
#[derive(Hash)]
struct Asked<'t>(u16, &'t str);

impl Equivalent<(u16, String)> for Asked<'_> {
    fn equivalent(&self, key: &(u16, String)) -> bool {
        self.0 == key.0 && self.1 == key.1
    }
}

/// Returns the row of a text in the table of this number.
pub(super) fn find<T>(table: &Table<T>, at: u16, text: &str, memo: &mut Found) -> Option<u32> {
    let exact = table.find_exact(text);
    if exact.is_some() || table.is_plain() {
        return exact;
    }
    if let Some(known) = memo.get(&Asked(at, text)) {
        return *known;
    }
    let row = table.find(text);
    remember(memo, (at, text.to_owned()), row);
    row
}

/// Keeps what was found for a text.
pub(super) fn remember<K: std::hash::Hash + Eq, V>(memo: &mut HashMap<K, V>, key: K, value: V) {
    if memo.len() >= MEMO {
        memo.clear();
    }
    memo.insert(key, value);
}
