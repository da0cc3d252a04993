//! Lines of a table that says itself what its columns are: by directives between them, as servers write their
//! extended logs (`#Fields: date time c-ip`), or by a first line whose words stand above the columns.
//!
//! A directive that names other columns than those that were found at the beginning makes what follows rejects:
//! a cell under a wrong name would be worse.

use super::lines::Lines;
use super::{Piece, What};
use crate::ingest::csv;

/// What stands between the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Lines that begin with `#`; one of them names the columns, each of these ways known.
    Directives { known: Vec<Vec<String>> },
    /// The line of the names, and lines of dashes.
    Aligned,
    /// Rules of dashes, and what a client says below its table. So many lines come before the first row.
    Bars { skip: u32 },
}

#[derive(Debug)]
pub(super) struct Tabled {
    lines: Lines,
    rule: Rule,
    /// Lines still to be passed over.
    skip: u32,
    /// The columns changed to some that nobody knows.
    lost: bool,
}

impl Tabled {
    pub(super) fn new(rule: Rule, newline: u8, limit: usize, base: u64) -> Tabled {
        let skip = match rule {
            Rule::Aligned => 1,
            Rule::Bars { skip } => skip,
            Rule::Directives { .. } => 0,
        };
        let lines = Lines::new(newline, limit, base);
        let lines = if rule == Rule::Aligned { lines.verbatim() } else { lines };
        Tabled { lines, rule, skip, lost: false }
    }

    pub(super) fn keep(&self) -> u64 {
        self.lines.keep()
    }

    pub(super) fn split(&mut self, window: &[u8], base: u64, end: bool, out: &mut Vec<Piece>) {
        let mut found = Vec::new();
        self.lines.split(window, base, end, &mut found);
        for mut piece in found {
            let line = piece
                .start
                .checked_sub(base)
                .and_then(|start| window.get(start as usize..(piece.end - base) as usize));
            if line.is_some_and(|line| self.is_between(line)) {
                continue;
            }
            if let (Rule::Bars { .. }, Some(line)) = (&self.rule, line) {
                let cells = between_bars(line);
                piece.end -= (line.len() - cells.end) as u64;
                piece.start += cells.start as u64;
            }
            if self.lost {
                piece.what = What::Bad(
                    "a row under columns that the beginning of the file does not name; make it a file of its own"
                        .to_owned(),
                );
            }
            out.push(piece);
        }
    }

    /// Whether a line is no row, and takes note of what it says.
    fn is_between(&mut self, line: &[u8]) -> bool {
        if self.skip > 0 {
            self.skip -= 1;
            return true;
        }
        match &self.rule {
            Rule::Directives { known } => {
                if line.first() != Some(&b'#') {
                    return false;
                }
                if let Some(columns) = std::str::from_utf8(line).ok().and_then(columns) {
                    self.lost = !known.contains(&columns);
                }
                true
            }
            Rule::Bars { .. } => is_rule(line) || is_footer(line),
            Rule::Aligned => line.iter().all(|byte| matches!(byte, b'-' | b'=' | b'+' | b'|' | b' ' | b'\t')),
        }
    }
}

/// Where the cells of a row lie: a bar in front says that there is one behind, which ends no cell.
fn between_bars(line: &[u8]) -> std::ops::Range<usize> {
    let end = line.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |last| last + 1);
    match line.get(..end) {
        Some([b'|', .., b'|']) => 1..end - 1,
        Some([b'|', ..]) => 1..end,
        _ => 0..end,
    }
}

/// Whether a line is drawn: dashes with crossings.
fn is_rule(line: &[u8]) -> bool {
    line.contains(&b'-')
        && line.iter().all(|byte| matches!(byte, b'-' | b'=' | b'+' | b'|' | b':' | b' ' | b'\t' | b'\r'))
}

/// `(3 rows)`, `3 rows in set (0.00 sec)`
fn is_footer(line: &[u8]) -> bool {
    let words = line.strip_prefix(b"(").unwrap_or(line);
    let digits = words.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && words.get(digits..).is_some_and(|rest| rest.starts_with(b" row")) && !line.contains(&b'|')
}

/// Returns the names of the columns of a table drawn with bars, and how many lines come before its first row.
pub(super) fn bars(lines: &[&str]) -> Option<(Vec<String>, u32)> {
    let rule = |line: &&str| is_rule(line.as_bytes()) && line.contains("--");
    // The names stand above the first rule, or between the first two.
    let at = lines.iter().take(3).position(|line| line.contains('|') && !rule(line))?;
    let below = lines.get(at + 1).filter(|line| rule(line))?;
    let names = lines.get(at)?.trim().trim_start_matches('|').trim_end_matches('|');
    let crossings = below.trim_matches(['|', '+', ' ']).matches(['|', '+']).count();
    let header = csv::header(names, '|');
    (header.len() > 1 && crossings + 1 == header.len()).then_some((header, at as u32 + 1))
}

/// Returns the columns that a directive names.
pub(super) fn columns(line: &str) -> Option<Vec<String>> {
    let rest = line.strip_prefix("#Fields:").or_else(|| line.strip_prefix("#fields"))?;
    let rest = rest.trim();
    let row = match rest.contains('\t') {
        true => csv::header(rest, '\t'),
        false => csv::header(&rest.split_whitespace().collect::<Vec<_>>().join(" "), ' '),
    };
    (!rest.is_empty()).then_some(row)
}

/// What directives say of the table below them: the ways its columns are named, and what parts the cells.
pub(super) fn directives(text: &str) -> Option<(Vec<Vec<String>>, char)> {
    let mut known: Vec<Vec<String>> = Vec::new();
    let mut row = None;
    for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        match line.strip_prefix('#') {
            Some(_) => {
                // Two ways with as many columns could not be told apart in a row.
                let new = columns(line).filter(|new| known.iter().all(|other| other.len() != new.len()));
                known.extend(new);
            }
            None if known.is_empty() => return None,
            None => row = row.or(Some(line)),
        }
    }
    let first = known.first()?;
    let tabs = row.is_none_or(|row| row.split('\t').count() == first.len()) && first.len() > 1;
    let delimiter = if tabs && row.is_some_and(|row| row.contains('\t')) { '\t' } else { ' ' };
    Some((known, delimiter))
}

/// Returns the names of columns that words set above them say, and the character at which each begins.
pub(super) fn aligned(lines: &[&str]) -> Option<(Vec<String>, Vec<usize>)> {
    let (first, rows) = lines.split_first()?;
    let starts = csv::starts(first);
    let rows: Vec<&&str> = rows.iter().filter(|row| row.chars().any(char::is_alphanumeric)).collect();
    let fits = rows.iter().filter(|row| csv::cut(row, &starts).is_some()).count();
    let filled = rows.iter().filter_map(|row| csv::cut(row, &starts));
    let several = filled.filter(|cells| cells.iter().filter(|cell| !cell.is_empty()).count() > 2).count();
    let table =
        starts.len() > 2 && !rows.is_empty() && fits * 5 >= rows.len() * 4 && several * 2 >= rows.len();
    let cells = table.then(|| csv::cut(first, &starts)).flatten()?;
    Some((csv::header(&cells.join("\t"), '\t'), starts))
}
