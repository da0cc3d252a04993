//! A diff as plain text to be copied: unified, with the values as they are.

use super::items;
use super::{DiffInput, DiffOptions, rows};
use crate::diff::text::{self, Tag};

/// Equal lines around changed ones.
const CONTEXT: usize = 3;

/// Returns the changes as a unified diff, one section for each. It carries the original values; the caller
/// masks secrets before and does not print it to a terminal.
pub fn diff_text(title: &str, input: &DiffInput<'_>, options: &DiffOptions<'_>) -> String {
    use std::fmt::Write as _;
    let found = items::whole(input, options);
    let mut out = format!("--- {title} (before)\n+++ {title} (after)\n");
    for item in &found.items {
        let (before, after) = rows::shown(item);
        let delta = text::diff(&before, &after, options.deadline);
        for hunk in text::hunks(&delta.lines, CONTEXT) {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{} {}", hunk.heading(), item.path);
            for line in &delta.lines[hunk.lines.clone()] {
                let sign = match line.tag {
                    Tag::Equal => ' ',
                    Tag::Removed => '-',
                    Tag::Added => '+',
                };
                let _ = writeln!(out, "{sign}{}", line.text());
            }
        }
    }
    out
}
