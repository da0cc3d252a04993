//! An entry as Markdown, to be pasted into a ticket or a mail. It carries the original values; the caller
//! masks secrets before.

use std::fmt::Write as _;

use super::diff_view::{DiffInput, DiffOptions, diff_text};
use super::metadata::{MetadataInput, facts};
use super::title::Title;
use crate::domain::zone::Zone;

/// Returns an entry with its facts and changes as Markdown.
pub fn entry(input: &MetadataInput<'_>, zone: Zone, options: &DiffOptions<'_>) -> String {
    let title = Title::of_entry(input.entry).to_string();
    let mut out = format!("### {}\n\n| | |\n|---|---|\n", text(&title));
    for fact in facts(input, zone) {
        let aside = fact.aside.map(|aside| format!(" ({})", text(&aside))).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "| {} | {}{aside} |", text(fact.label.trim()), text(&fact.value));
    }
    if !input.entry.changes.is_empty() {
        let diff = diff_text(&title, &DiffInput::of(input.entry), options);
        let fence = fence(&diff);
        let _ = write!(out, "\n{fence}diff\n{diff}{fence}\n");
    }
    out
}

/// Returns a diff as a block under its title.
pub fn diff(title: &str, diff: &str) -> String {
    let fence = fence(diff);
    format!("### {}\n\n{fence}diff\n{diff}{fence}\n", text(title))
}

/// Returns rows as a table of Markdown: headings, then one line for each row.
pub fn table(titles: &[&str], rows: &[Vec<String>]) -> String {
    let heads: Vec<String> = titles.iter().map(|title| text(title)).collect();
    let mut out = format!("| {} |\n|{}\n", heads.join(" | "), "---|".repeat(titles.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| text(cell)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out
}

/// Text in which nothing is markup and no line ends.
pub fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// A fence longer than any run of backticks inside.
fn fence(inside: &str) -> String {
    let longest = inside.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Action, Change, ChangeOp, Entry, Provenance, Target};

    #[test]
    fn an_entry_for_a_ticket() {
        let mut entry = Entry::blank("customerio");
        entry.activity = Some("Campaign".into());
        entry.action = Action::Updated;
        entry.targets.push(Target { name: Some("A|B *new*".into()), ..Target::default() });
        entry.changes.push(Change {
            path: "note".into(),
            op: ChangeOp::Replace,
            before: Some("\"a\"".into()),
            after: Some("\"```\\nb\"".into()),
            provenance: Provenance::Recorded,
        });
        let input = MetadataInput { entry: &entry, note: None, remarks: &[] };
        let made = super::entry(&input, Zone::Utc, &DiffOptions::default());
        assert!(made.starts_with("### Campaign 'A\\|B \\*new\\*' updated\n\n| | |\n|---|---|\n| When |"));
        assert!(made.contains("| Target | A\\|B \\*new\\* |\n"));
        assert!(made.contains("\n````diff\n--- Campaign"));
        assert!(made.ends_with("@@ -1 +1,2 @@ note\n-a\n+```\n+b\n````\n"));
    }

    #[test]
    fn rows_for_a_ticket() {
        let rows = [vec!["a\nb".to_owned(), "<c>".to_owned()]];
        assert_eq!(table(&["X", "Y"], &rows), "| X | Y |\n|---|---|\n| a b | \\<c\\> |\n");
    }
}
