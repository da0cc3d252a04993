//! The lines of the table over the rows that are held: single entries, and change sets folded into one line
//! or unfolded under a line of their own, whose entries keep their places among those of others. Pure.
//!
//! Rows are known by their rank; a place is a rank and whether the set's own line is meant. Rows that are not
//! held are a line each, until they come.

use std::collections::BTreeSet;

use crate::domain::EntryId;
use crate::ops::sets::{may_go_on, sets};
use crate::query::Row;

/// Most entries of one line: what reaches further is cut at ranks that this divides, so that a page of folded lines
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
    /// Where its ranks begin among those of all sets.
    members: usize,
    /// More of the set may lie above the rows that are held.
    pub open_above: bool,
    /// More of the set may lie below the rows that are held.
    pub open_below: bool,
}

impl TableLine {
    fn single(kind: Kind, rank: u64) -> TableLine {
        TableLine { kind, first: rank, count: 1, members: 0, open_above: false, open_below: false }
    }

    /// Returns where it is.
    pub fn spot(&self) -> Spot {
        Spot { rank: self.first, below_head: self.kind != Kind::Head }
    }

    /// Whether it stands for a set.
    pub fn is_set(&self) -> bool {
        matches!(self.kind, Kind::Folded | Kind::Head)
    }

    /// Whether more entries may belong to its set than are held.
    pub fn open(&self) -> bool {
        self.open_above || self.open_below
    }
}

/// The lines of the rows that are held.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    lines: Vec<TableLine>,
    /// For each row held the line that shows it or stands for it.
    owner: Vec<u32>,
    /// The ranks of the entries of sets, one set behind the other.
    members: Vec<u64>,
    /// Rank of the first row held.
    first: u64,
    /// Rows in the whole selection.
    total: u64,
}

impl Lines {
    /// Makes the lines of rows, of which the first has this rank. Sets with one of the `unfolded` entries are
    /// unfolded. A set stands where its first entry does; what others did in between follows it, or, where it is
    /// unfolded, stands in its place.
    pub fn of(rows: &[Row], first: u64, total: u64, unfolded: &BTreeSet<EntryId>) -> Lines {
        let mut made = Lines { first, total, owner: vec![0; rows.len()], ..Lines::default() };
        let mut of_row: Vec<Option<usize>> = vec![None; rows.len()];
        let mut heads: Vec<TableLine> = Vec::new();
        for piece in sets(rows).into_iter().flat_map(|set| pieces(set, first)) {
            piece.iter().for_each(|at| of_row[*at] = Some(heads.len()));
            heads.push(made.set(rows, &piece, unfolded));
        }
        let mut shown: Vec<Option<usize>> = vec![None; heads.len()];
        for (at, set) in of_row.into_iter().enumerate() {
            let rank = first + at as u64;
            let kind = match set {
                None => Kind::Entry,
                Some(set) => {
                    if shown[set].is_none() {
                        shown[set] = Some(made.lines.len());
                        made.lines.push(heads[set]);
                    }
                    Kind::Member
                }
            };
            if let Some(set) = set.filter(|set| heads[*set].kind == Kind::Folded) {
                made.owner[at] = shown[set].unwrap_or_default() as u32;
                continue;
            }
            made.owner[at] = made.lines.len() as u32;
            made.lines.push(TableLine::single(kind, rank));
        }
        made
    }

    /// Makes the line of a set of these rows.
    fn set(&mut self, rows: &[Row], set: &[usize], unfolded: &BTreeSet<EntryId>) -> TableLine {
        let (start, end) = (set[0], set[set.len() - 1]);
        let cut = (end - start) as u64 + 1 < MOST;
        let goes_on =
            |member: usize, edge: usize| may_go_on(&rows[member], &rows[edge], member.abs_diff(edge));
        let open_above = cut && self.first > 0 && goes_on(start, 0);
        let behind = self.first + (rows.len() as u64) < self.total;
        let open_below = cut && behind && goes_on(end, rows.len() - 1);
        let shown = !unfolded.is_empty() && set.iter().any(|at| unfolded.contains(&rows[*at].id));
        let (kind, members) = (if shown { Kind::Head } else { Kind::Folded }, self.members.len());
        let first = self.first;
        self.members.extend(set.iter().map(|at| first + *at as u64));
        let (rank, count) = (first + start as u64, set.len() as u64);
        TableLine { kind, first: rank, count, members, open_above, open_below }
    }

    /// Makes a line of each row.
    pub fn flat(first: u64, rows: usize, total: u64) -> Lines {
        let ranks = first..first + rows as u64;
        let lines = ranks.map(|rank| TableLine::single(Kind::Entry, rank)).collect();
        Lines { lines, owner: (0..rows as u32).collect(), members: Vec::new(), first, total }
    }

    /// Returns the ranks of the entries that a line stands for.
    pub fn ranks(&self, line: &TableLine) -> Vec<u64> {
        if !line.is_set() {
            return vec![line.first];
        }
        self.members.get(line.members..line.members + line.count as usize).unwrap_or_default().to_vec()
    }

    /// Returns the lines from one place to another, where both are held.
    pub fn lines_between(&self, from: Spot, to: Spot) -> &[TableLine] {
        match (self.find(from), self.find(to)) {
            (Some(from), Some(to)) => self.lines.get(from..=to).unwrap_or_default(),
            _ => &[],
        }
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
        let row = usize::try_from(spot.rank.checked_sub(self.first)?).ok()?;
        let at = *self.owner.get(row)? as usize;
        if spot.below_head {
            return Some(at);
        }
        // The set's own line stands right above its first row.
        at.checked_sub(1).filter(|above| self.lines.get(*above).is_some_and(|line| line.spot() == spot))
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
        let Some(at) = self.find(from) else { return self.outside(from, by) };
        let to = (at as i64).saturating_add(by);
        let behind = to.saturating_sub(self.lines.len() as i64 - 1);
        let end = self.first + self.owner.len() as u64;
        if to < 0 && self.first > 0 {
            Spot::row(self.first.saturating_sub(to.unsigned_abs()))
        } else if behind > 0 && end < self.total {
            Spot::row((end - 1 + behind.unsigned_abs()).min(self.total - 1))
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

    /// Returns the rank of the last row above the next line.
    pub fn end(&self, spot: Spot) -> u64 {
        let Some(at) = self.find(spot) else { return spot.rank };
        match self.lines.get(at + 1) {
            Some(next) => next.first.saturating_sub(1).max(self.lines[at].first),
            None => self.first + self.owner.len() as u64 - 1,
        }
    }
}

/// Cuts what reaches further than a line may.
fn pieces(set: Vec<usize>, first: u64) -> Vec<Vec<usize>> {
    let rank = |at: usize| first + at as u64;
    if ((set[set.len() - 1] - set[0]) as u64) < MOST {
        return vec![set];
    }
    set.chunk_by(|a, b| rank(*a) / MOST == rank(*b) / MOST).map(<[usize]>::to_vec).collect()
}

#[cfg(test)]
mod tests;
