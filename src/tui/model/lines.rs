//! The lines of the table over the rows that are held: single entries, and change sets folded into one line
//! or unfolded under a line of their own. Pure.
//!
//! Rows are known by their rank; a place is a rank and whether the set's own line is meant. Rows that are not
//! held are a line each, until they come.

use std::collections::BTreeSet;

use crate::domain::EntryId;
use crate::ops::sets::sets;
use crate::query::Row;

/// Most entries of one line: longer sets are cut at ranks that this divides, so that a page of folded lines
/// needs no more rows than memory should hold, and every line's count is right.
pub const MOST: u64 = 1_000;

/// A line of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Rank of the row, of a set that of its first.
    pub rank: u64,
    /// Not the own line of an unfolded set, which stands above its first row.
    pub below_head: bool,
}

impl Spot {
    /// Returns the line of a row.
    pub fn row(rank: u64) -> Spot {
        Spot { rank, below_head: true }
    }

    /// Returns the own line of an unfolded set.
    pub fn head(rank: u64) -> Spot {
        Spot { rank, below_head: false }
    }
}

/// What a line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An entry of no set.
    Entry,
    /// A set, its entries not shown.
    Folded,
    /// A set whose entries follow.
    Head,
    /// An entry of an unfolded set.
    Member,
}

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableLine {
    /// What it shows.
    pub kind: Kind,
    /// Rank of its first entry.
    pub first: u64,
    /// Entries it stands for.
    pub count: u64,
    /// More of the set may lie beyond the rows that are held.
    pub open: bool,
}

impl TableLine {
    fn single(kind: Kind, rank: u64) -> TableLine {
        TableLine { kind, first: rank, count: 1, open: false }
    }

    /// Returns where it is.
    pub fn spot(&self) -> Spot {
        Spot { rank: self.first, below_head: self.kind != Kind::Head }
    }

    /// Whether it stands for a set.
    pub fn is_set(&self) -> bool {
        matches!(self.kind, Kind::Folded | Kind::Head)
    }

    /// Returns the ranks of the entries it stands for.
    pub fn ranks(&self) -> std::ops::Range<u64> {
        self.first..self.first + self.count
    }

    /// Returns the rank of the last entry that is out of sight below it or stands on it.
    fn last(&self) -> u64 {
        if self.kind == Kind::Folded { self.first + self.count - 1 } else { self.first }
    }
}

/// The lines of the rows that are held.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    lines: Vec<TableLine>,
    /// Rows in the whole selection.
    total: u64,
}

impl Lines {
    /// Makes the lines of rows, of which the first has this rank. Sets with one of the `unfolded` entries are
    /// unfolded.
    pub fn of(rows: &[Row], first: u64, total: u64, unfolded: &BTreeSet<EntryId>) -> Lines {
        let mut lines = Vec::with_capacity(rows.len());
        let end = first + rows.len() as u64;
        let mut rank = first;
        let entries = |lines: &mut Vec<TableLine>, ranks: std::ops::Range<u64>, kind| {
            lines.extend(ranks.map(|rank| TableLine::single(kind, rank)));
        };
        for set in sets(rows) {
            let ranks = first + set.start as u64..first + set.end as u64;
            entries(&mut lines, rank..ranks.start, Kind::Entry);
            rank = ranks.end;
            for piece in pieces(ranks) {
                let cut = piece.start == first && first > 0 || piece.end == end && end < total;
                let open = cut && piece.end - piece.start < MOST;
                let ids = &rows[(piece.start - first) as usize..(piece.end - first) as usize];
                let shown = !unfolded.is_empty() && ids.iter().any(|row| unfolded.contains(&row.id));
                let kind = if shown { Kind::Head } else { Kind::Folded };
                lines.push(TableLine { kind, first: piece.start, count: piece.end - piece.start, open });
                if shown {
                    entries(&mut lines, piece, Kind::Member);
                }
            }
        }
        entries(&mut lines, rank..end, Kind::Entry);
        Lines { lines, total }
    }

    /// Makes a line of each row.
    pub fn flat(first: u64, rows: usize, total: u64) -> Lines {
        let ranks = first..first + rows as u64;
        Lines { lines: ranks.map(|rank| TableLine::single(Kind::Entry, rank)).collect(), total }
    }

    /// Returns how many lines there are of the rows that are held.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether no row is held.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Returns the line at a place: that of the set for a row inside a folded one.
    pub fn at(&self, spot: Spot) -> Option<&TableLine> {
        self.lines.get(self.find(spot)?)
    }

    fn find(&self, spot: Spot) -> Option<usize> {
        let at = self.lines.partition_point(|line| line.spot() <= spot).checked_sub(1)?;
        (self.lines[at].last() >= spot.rank || self.lines[at].spot() == spot).then_some(at)
    }

    /// Returns the place of the line that shows it.
    pub fn settled(&self, spot: Spot) -> Spot {
        match self.at(spot) {
            Some(line) => line.spot(),
            // The set is no longer unfolded.
            None if !spot.below_head => {
                self.at(Spot::row(spot.rank)).map_or(Spot::row(spot.rank), TableLine::spot)
            }
            None => spot,
        }
    }

    /// Returns the place so many lines further down, or up; at the ends the first or last one.
    pub fn step(&self, from: Spot, by: i64) -> Spot {
        let (Some(first), Some(last)) = (self.lines.first(), self.lines.last()) else {
            return self.outside(from, by);
        };
        let Some(at) = self.find(from) else { return self.outside(from, by) };
        let to = (at as i64).saturating_add(by);
        let behind = to.saturating_sub(self.lines.len() as i64 - 1);
        if to < 0 && first.first > 0 {
            Spot::row(first.first.saturating_sub(to.unsigned_abs()))
        } else if behind > 0 && last.last() + 1 < self.total {
            Spot::row((last.last() + behind.unsigned_abs()).min(self.total - 1))
        } else {
            self.lines[to.clamp(0, self.lines.len() as i64 - 1).unsigned_abs() as usize].spot()
        }
    }

    /// Among rows that are not held each is a line.
    fn outside(&self, from: Spot, by: i64) -> Spot {
        let rank = from.rank.saturating_add_signed(by).min(self.total.saturating_sub(1));
        self.settled(Spot::row(rank))
    }

    /// Returns how many lines one place is below another, as far as rows are held.
    pub fn between(&self, from: Spot, to: Spot) -> u64 {
        match (self.find(from), self.find(to)) {
            (Some(from), Some(to)) => to.saturating_sub(from) as u64,
            _ => to.rank.saturating_sub(from.rank),
        }
    }

    /// Returns the place of the last line of all.
    pub fn last(&self) -> Spot {
        self.settled(Spot::row(self.total.saturating_sub(1)))
    }

    /// Returns the rank of the last entry that a place shows or stands for.
    pub fn end(&self, spot: Spot) -> u64 {
        self.at(spot).map_or(spot.rank, TableLine::last)
    }
}

/// Cuts what is longer than a line may stand for.
fn pieces(ranks: std::ops::Range<u64>) -> Vec<std::ops::Range<u64>> {
    if ranks.end - ranks.start <= MOST {
        return vec![ranks];
    }
    let mut pieces = Vec::new();
    let mut start = ranks.start;
    while start < ranks.end {
        let end = ((start / MOST + 1) * MOST).min(ranks.end);
        pieces.push(start..end);
        start = end;
    }
    pieces
}

#[cfg(test)]
mod tests;
