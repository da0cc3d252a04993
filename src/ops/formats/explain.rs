//! Per record: which format it is of, which path filled which field, and what nothing read.

use std::collections::BTreeMap;

use super::super::import::{Overrides, Sampled, sample};
use super::leaves::{is_read, leaves, paths_of};
use super::masked;
use crate::domain::json::Doc;
use crate::ingest::Syntax;
use crate::ingest::format::{Filled, Formats, Mapper};

/// What the first records of a file are mapped to.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The records in the order of the file.
    pub records: Vec<Explained>,
    /// Records of each format.
    pub formats: BTreeMap<String, usize>,
    /// Paths that nothing reads, and in how many records they hold something; the commonest first.
    pub unread: Vec<(String, usize)>,
    /// Why some records could not be read.
    pub rejects: Vec<String>,
    /// There are more records than were looked at.
    pub more: bool,
    /// What its records are read as, where they are no JSON objects.
    pub container: Option<&'static str>,
}

/// What one record is mapped to.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Its number in the file.
    pub record: u64,
    /// The format it is of.
    pub format: String,
    /// Percent of confidence where the mapping was guessed.
    pub guessed: Option<u8>,
    /// Entries it gives.
    pub entries: usize,
    /// Which path filled which field.
    pub filled: Vec<Filled>,
    /// Paths that nothing reads, with their values.
    pub unread: Vec<(String, String)>,
}

/// Maps the first `most` records of a file and says how; `mask` hides their secrets.
///
/// # Errors
/// The file cannot be read, is no log, or no format has the name that was given.
pub fn explain(
    name: &str,
    formats: &Formats,
    overrides: &Overrides,
    most: usize,
    mask: bool,
) -> Result<Explanation, String> {
    let Sampled { setup, records, rejects, more } = sample(name, formats, overrides, most)?;
    let mut mapper = Mapper::new(formats.clone(), setup.format.clone(), setup.map.clone());
    let records = if mask { masked(records, formats, &setup.format.name) } else { records };
    let container = Some(setup.syntax()).filter(|syntax| **syntax != Syntax::Json).map(Syntax::name);
    let mut all = Explanation { rejects, more, container, ..Explanation::default() };
    let mut unread: BTreeMap<String, usize> = BTreeMap::new();
    for (record, text) in records {
        let mut doc = Doc::new();
        let Ok(root) = doc.parse(&text) else { continue };
        let (entries, filled) = mapper.explain(root);
        let Some(first) = entries.first() else { continue };
        let mut read: Vec<String> = filled.iter().flat_map(|one| paths_of(&one.path)).collect();
        read.sort_unstable();
        read.dedup();
        let left: Vec<_> = leaves(root).into_iter().filter(|(path, _)| !is_read(path, &read)).collect();
        for (path, _) in &left {
            *unread.entry(path.clone()).or_default() += 1;
        }
        *all.formats.entry(first.format.to_string()).or_default() += 1;
        all.records.push(Explained {
            record,
            format: first.format.to_string(),
            guessed: first.guessed,
            entries: entries.len(),
            filled: once(filled),
            unread: left,
        });
    }
    all.unread = unread.into_iter().collect();
    all.unread.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(all)
}

/// A path that was read for several entries of one record, or asked twice, is said once.
fn once(filled: Vec<Filled>) -> Vec<Filled> {
    let mut out: Vec<Filled> = Vec::new();
    for one in filled {
        if !out.contains(&one) {
            out.push(one);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_unless_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("keys");
        let record =
            r#"{"time":"2026-03-01T10:00:00Z","user":"ana","action":"key.made","password":"correct horse"}"#;
        std::fs::write(&file, record).unwrap();
        let shown = |mask| {
            let name = file.to_string_lossy();
            let all = explain(&name, &Formats::builtin(), &Overrides::default(), 10, mask).unwrap();
            let draft = crate::ops::formats::draft(&name, "keys", &Formats::builtin(), mask).unwrap();
            format!("{all:?} {draft}")
        };
        assert!(!shown(true).contains("correct horse"));
        assert_eq!(shown(false).matches("correct horse").count(), 2);
    }

    #[test]
    fn says_what_filled_what_and_what_was_left() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.ndjson");
        let record = r#"{"@timestamp":1772614530123,"_document_id":"d1","action":"repo.access","actor":"mira","org":"o","repo":"o/t","visibility":"public","odd":{"one":7}}"#;
        std::fs::write(&file, format!("{record}\n{record}\n")).unwrap();
        let name = file.to_string_lossy();
        let all = explain(&name, &Formats::builtin(), &Overrides::default(), 10, true).unwrap();
        assert_eq!((all.records.len(), all.formats.get("github"), all.more), (2, Some(&2), false));
        let filled = &all.records[0].filled;
        let is = |field: &str, path: &str, value: &str| {
            filled.iter().any(|one| one.field == field && one.path == path && one.value == value)
        };
        assert!(is("time", "@timestamp", "1772614530123") && is("actor.name", "actor", "mira"), "{filled:?}");
        assert!(all.unread.contains(&("odd.one".to_owned(), 2)), "{:?}", all.unread);
        assert!(!all.unread.iter().any(|(path, _)| path == "repo"));
    }
}
