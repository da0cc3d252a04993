//! The cursor and the view over the lines of the table: moving, scrolling, folding change sets.

use crate::domain::EntryId;

use super::super::lines::{Kind, Lines, Spot, TableLine};
use super::Table;

impl Table {
    /// Returns the number of the line under the cursor on the screen.
    pub fn line(&self) -> usize {
        usize::try_from(self.lines.between(self.top, self.spot())).unwrap_or(0)
    }

    /// Returns the place of the cursor.
    pub(super) fn spot(&self) -> Spot {
        let spot = if self.on_head { Spot::head(self.cursor) } else { Spot::row(self.cursor) };
        self.lines.settled(spot)
    }

    /// Puts the cursor on a line; a line that the cursor is on already keeps the row inside.
    pub(super) fn place(&mut self, spot: Spot) {
        let spot = self.lines.settled(spot);
        if spot != self.spot() {
            (self.cursor, self.on_head) = (spot.rank, !spot.below_head);
        }
    }

    /// Returns the line under the cursor, where its row is held.
    pub fn cursor_line(&self) -> Option<&TableLine> {
        self.lines.at(self.spot())
    }

    /// Returns the ranks of the entries that a line stands for.
    pub fn ranks(&self, line: &TableLine) -> Vec<u64> {
        self.lines.ranks(line)
    }

    /// Returns the ranks that the line under the cursor stands for; others may lie between.
    pub fn cursor_ranks(&self) -> Vec<u64> {
        self.cursor_line().filter(|line| line.is_set()).map_or(vec![self.cursor], |line| self.ranks(line))
    }

    /// Returns the entries that the line under the cursor stands for.
    pub fn cursor_ids(&self) -> Vec<EntryId> {
        self.cursor_ranks().into_iter().filter_map(|rank| self.row(rank)).map(|row| row.id).collect()
    }

    /// Returns the lines that are seen, with the place of those whose rows are not held.
    pub fn seen(&self) -> impl Iterator<Item = (Spot, Option<&TableLine>)> {
        let mut next = (self.total > 0).then_some(self.top);
        let lines = std::iter::from_fn(move || {
            let here = next?;
            let below = self.lines.step(here, 1);
            next = (below > here).then_some(below);
            Some((here, self.lines.at(here)))
        });
        lines.take(self.height)
    }

    /// Moves the cursor by lines, scrolling as little as needed.
    pub fn move_by(&mut self, by: i64) {
        let to = self.lines.step(self.spot(), by);
        self.go(to);
    }

    /// Moves the cursor to a rank, scrolling as little as needed.
    pub fn move_to(&mut self, rank: u64) {
        let rank = rank.min(self.total.saturating_sub(1));
        // The row inside a folded set is remembered.
        (self.cursor, self.on_head) = (rank, false);
        self.moved();
    }

    /// Moves the cursor to a line of the screen.
    pub fn move_to_line(&mut self, line: usize) {
        let to = self.lines.step(self.top, line as i64);
        self.go(to);
    }

    /// Goes to the first or last line of all.
    pub fn to_end(&mut self, last: bool) {
        let first = self.lines.settled(Spot::head(0));
        let to = if last { self.lines.last() } else { first };
        self.go(to);
    }

    pub(super) fn go(&mut self, to: Spot) {
        self.place(to);
        self.moved();
    }

    pub(super) fn moved(&mut self) {
        self.moved = true;
        self.jump = None;
        self.show_cursor();
        self.remember();
    }

    /// Moves cursor and view by lines together, so that the cursor stays on its line.
    pub fn page_by(&mut self, by: i64) {
        let line = self.line() as i64;
        let to = self.lines.step(self.spot(), by);
        self.top = self.lines.step(to, -line);
        self.go(to);
    }

    /// Scrolls without moving the cursor, unless it would leave the screen.
    pub fn scroll_by(&mut self, by: i64) {
        self.moved = true;
        self.top = self.lines.step(self.top, by).min(self.last_top());
        let bottom = self.lines.step(self.top, self.height.max(1) as i64 - 1);
        self.place(self.spot().clamp(self.top, bottom.max(self.top)));
        self.remember();
    }

    /// Folds or unfolds the set of the line under the cursor, whose row stays; false where it has none.
    pub fn toggle_set(&mut self) -> bool {
        let Some(line) = self.cursor_line().copied().filter(TableLine::is_set) else { return false };
        let (ids, place) = (self.cursor_ids(), self.line() as i64);
        match line.kind {
            Kind::Head => self.unfolded.retain(|id| !ids.contains(id)),
            _ => self.unfolded.extend(self.current.filter(|id| ids.contains(id)).or(ids.first().copied())),
        }
        self.on_head = line.kind != Kind::Head && self.cursor == line.first;
        self.relay(place);
        self.moved();
        true
    }

    /// Folds change sets, or shows every entry by itself; the row under the cursor stays on its line.
    pub fn fold(&mut self, folding: bool) {
        let line = self.line() as i64;
        self.folding = folding;
        self.unfolded.clear();
        self.on_head = false;
        self.relay(line);
        self.show_cursor();
    }

    /// Makes the lines anew; the one under the cursor comes to be on this line of the screen.
    pub(super) fn relay(&mut self, line: i64) {
        self.lines = match self.folding {
            true => Lines::of(&self.rows, self.first, self.total, &self.unfolded),
            false => Lines::flat(self.first, self.rows.len(), self.total),
        };
        self.on_head &= !self.spot().below_head;
        self.top = self.lines.step(self.spot(), -line);
    }

    /// Unfolds the set that hides the row under the cursor.
    pub(super) fn reveal(&mut self) {
        let hidden = self.cursor_line().is_some_and(|line| line.kind == Kind::Folded);
        if let (true, Some(row)) = (hidden, self.cursor_row()) {
            let (id, line) = (row.id, self.line() as i64);
            self.unfolded.insert(id);
            self.relay(line);
        }
    }

    /// Moves the cursor to a row that is held and shows it, whatever is folded.
    pub fn stand_on(&mut self, rank: u64) {
        self.move_to(rank);
        self.reveal();
        self.show_cursor();
    }

    pub(super) fn last_top(&self) -> Spot {
        self.lines.step(self.lines.last(), -(self.height.max(1) as i64 - 1))
    }

    pub(super) fn show_cursor(&mut self) {
        let spot = self.spot();
        let height = self.height.max(1) as u64;
        self.top = self.lines.settled(self.top);
        if spot < self.top {
            self.top = spot;
        } else if self.lines.between(self.top, spot) >= height {
            self.top = self.lines.step(spot, 1 - height as i64);
        }
        self.top = self.top.min(self.last_top());
    }
}
