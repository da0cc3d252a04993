//! What detection asks of a format file, read without the rest: what a record must look like, and where it may lie
//! in others. The whole file is compiled only for a format that some record is of.

use super::Format;
use super::compile;
use super::plan::{Detect, Unwrap};
use crate::domain::json::Path;

/// The part of a format that decides which records are its own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    pub(crate) name: String,
    pub(crate) generic: bool,
    pub(crate) envelope: bool,
    pub(crate) containers: Vec<Path>,
    pub(crate) unwrap: Vec<Unwrap>,
    pub(crate) detect: Detect,
}

impl Head {
    /// Reads the head of a format file that is known to be right; `None` where it cannot be read without the rest.
    pub(super) fn read(text: &str) -> Option<Head> {
        compile::head(&cut(text)).ok()
    }

    /// Returns the head of a compiled format.
    pub(super) fn of(format: &Format) -> Head {
        Head {
            name: format.name.clone(),
            generic: format.generic,
            envelope: format.envelope,
            containers: format.containers.clone(),
            unwrap: format.plan.unwrap.clone(),
            detect: format.plan.detect.clone(),
        }
    }
}

/// Returns the keys before the first table, and the table `[detect]`.
fn cut(text: &str) -> String {
    let (mut cut, mut wanted) = (String::new(), true);
    for line in text.lines() {
        if line.starts_with('[') {
            wanted = line.trim_end() == "[detect]";
        }
        if wanted && !line.starts_with('#') {
            cut.push_str(line);
            cut.push('\n');
        }
    }
    cut
}
