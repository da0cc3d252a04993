//! The entries pane: a window of rows around what is seen, a cursor, and which page is wanted next.
//!
//! Pure. Rows are known by their number in the selection (rank); only a window of them is held. The row
//! under the cursor is remembered by id, so that it stays on its line when the selection changes. Change sets
//! among the rows held are folded into lines; the cursor remembers its row inside a folded one.

mod moves;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::{EntryId, Timestamp};
use crate::query::{Anchor, Filter, Page, PageRequest, Row, Sort, SortKey};

use super::lines::{Lines, Spot};
use super::slot::Slot;

/// Rows held at most.
const WINDOW: usize = 4096;
/// Rows asked for at least.
const CHUNK: usize = 128;

/// Which rows a table shows, in which order.
#[derive(Clone, Debug, PartialEq)]
pub struct ListKey {
    /// Which entries.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Counts the states of the store seen, and the user's wishes to reload.
    pub epoch: u64,
}

/// A page asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct PageKey {
    /// Which rows.
    pub list: Arc<ListKey>,
    /// From where, and how many.
    pub anchor: Anchor,
    /// How many at most.
    pub limit: usize,
}

impl PageKey {
    /// Returns the question to the store.
    pub fn request(&self) -> PageRequest {
        PageRequest {
            filter: self.list.filter.clone(),
            sort: self.list.sort,
            anchor: self.anchor.clone(),
            limit: self.limit,
        }
    }
}

/// Where to stand when the next page comes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Jump {
    /// On this entry, or where it would stand.
    Entry(EntryId),
    /// On the first entry at or behind this instant.
    Time(Timestamp),
}

/// The entries pane.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The latest page asked for.
    pub slot: Slot<PageKey, ()>,
    /// What the rows are of.
    pub list: Option<Arc<ListKey>>,
    /// The window of rows.
    pub rows: Vec<Row>,
    /// Rank of the first row held.
    pub first: u64,
    /// Rows in the whole selection; while `provisional`, as many as are known.
    pub total: u64,
    /// The rows are the first ones of a scan that still runs.
    pub provisional: bool,
    /// Rank of the row under the cursor.
    pub cursor: u64,
    /// The cursor is on the own line of an unfolded set, not on its first row.
    pub on_head: bool,
    /// The place on the first line.
    pub top: Spot,
    /// Lines for rows.
    pub height: usize,
    /// Column under the cursor.
    pub column: usize,
    /// The row under the cursor, as last known.
    pub current: Option<EntryId>,
    /// The user moved the cursor; before that the first row of another filter is meant.
    pub moved: bool,
    /// Files are still read: until the cursor is moved the first row is meant, whatever arrives.
    pub growing: bool,
    /// Files are followed: until the cursor is moved the first row is meant, as is what came last.
    pub following: bool,
    /// Where to go with the next page.
    pub jump: Option<Jump>,
    /// Marked entries.
    pub marks: BTreeSet<EntryId>,
    /// Where a range of marks began, while one is drawn.
    pub range_from: Option<u64>,
    /// Entries that came since the cursor left the newest.
    pub unseen: u64,
    /// Change sets are folded.
    pub folding: bool,
    /// Entries of which the sets are unfolded.
    pub unfolded: BTreeSet<EntryId>,
    /// The lines of the rows held.
    lines: Lines,
}

impl Table {
    /// Returns a table without rows that folds change sets, or does not.
    pub fn new(folding: bool) -> Table {
        Table { folding, ..Table::default() }
    }

    /// Returns the row with this rank, if the window holds it.
    pub fn row(&self, rank: u64) -> Option<&Row> {
        let at = rank.checked_sub(self.first)?;
        self.rows.get(usize::try_from(at).ok()?)
    }

    /// Returns the row under the cursor.
    pub fn cursor_row(&self) -> Option<&Row> {
        self.row(self.cursor)
    }

    /// Goes where the next page will show it.
    pub fn jump(&mut self, jump: Jump) {
        self.jump = Some(jump);
        self.moved = true;
        self.slot.reset();
    }

    /// Sets the lines there are for rows; the cursor keeps its line where it can.
    pub fn resize(&mut self, height: usize) {
        self.height = height;
        self.show_cursor();
    }

    /// Returns the page that is needed to show what the list asks for; `None` where all is there.
    pub fn wanted(&self, list: &Arc<ListKey>) -> Option<PageKey> {
        let key = |anchor, limit| Some(PageKey { list: list.clone(), anchor, limit });
        let above = self.line() + CHUNK / 2;
        let limit = CHUNK + 2 * self.height;
        match self.jump {
            Some(Jump::Entry(id)) => return key(Anchor::Around { id, above }, limit + above),
            Some(Jump::Time(at)) => return key(Anchor::Time { at, above }, limit + above),
            None => {}
        }
        if self.list.as_ref() != Some(list) || self.provisional {
            if let Some(asked) = self.slot.key().filter(|key| self.slot.loading() && key.list == *list) {
                return Some(asked.clone());
            }
            let same = |old: &Arc<ListKey>| old.filter == list.filter && old.sort == list.sort;
            let stays =
                self.moved || (!self.growing && !self.following && self.list.as_ref().is_some_and(same));
            return match self.current {
                Some(id) if stays => key(Anchor::Around { id, above }, limit + above),
                _ => key(Anchor::First, limit),
            };
        }
        self.extension().and_then(|(anchor, limit)| key(anchor, limit))
    }

    /// The page that extends the window over what is seen and a screen more on either side.
    fn extension(&self) -> Option<(Anchor, usize)> {
        if self.total == 0 {
            return None;
        }
        let height = self.height.max(1) as i64;
        let end = self.first + self.rows.len() as u64;
        let bottom = self.lines.step(self.top, height - 1);
        let seen = self.top.rank..self.lines.end(bottom) + 1;
        let limit = self.limit();
        let overlaps = seen.start < end && seen.end > self.first;
        if !overlaps {
            return Some(match (self.top.rank, seen.end) {
                (0, _) => (Anchor::First, limit),
                (_, last) if last == self.total => (Anchor::Last, limit),
                (top, _) => (Anchor::Rank(top.saturating_sub(height.unsigned_abs())), limit + self.height),
            });
        }
        let (above, below) = self.margins(&seen);
        let lines = self.lines.lines_between(self.top, bottom);
        if end < self.total && (below >= end || lines.iter().any(|line| line.open_below)) {
            return self.rows.last().map(|row| (Anchor::After(Box::new(row.clone())), limit));
        }
        if above < self.first || self.first > 0 && lines.iter().any(|line| line.open_above) {
            return self.rows.first().map(|row| (Anchor::Before(Box::new(row.clone())), limit));
        }
        None
    }

    /// Rows asked for: more where many lie on one line.
    fn limit(&self) -> usize {
        let folded = self.rows.len() >= 4 * self.lines.len().max(1);
        CHUNK + 2 * self.height + if folded { 8 * CHUNK } else { 0 }
    }

    /// The ranks held ready around those seen: a screen on either side, unless what is seen is much by itself.
    fn margins(&self, seen: &std::ops::Range<u64>) -> (u64, u64) {
        if seen.end - seen.start > WINDOW as u64 / 2 {
            return (seen.start, seen.end - 1);
        }
        let height = self.height.max(1) as i64;
        let above = self.lines.step(self.top, -height).rank;
        (above, self.lines.end(self.lines.step(self.top, 2 * height - 1)))
    }

    /// Takes a page. Returns false where it does not fit what is held (the store changed meanwhile): then
    /// all is asked again.
    pub fn take(&mut self, key: &PageKey, page: Page) -> bool {
        let extends = self.list.as_ref() == Some(&key.list) && !self.provisional;
        match key.anchor {
            Anchor::After(_) if extends => self.append(page),
            Anchor::Before(_) if extends => self.prepend(page),
            _ => {
                self.replace(key, page);
                true
            }
        }
    }

    /// Takes the first rows of a scan that still runs, to show meanwhile.
    pub fn take_first(&mut self, key: &PageKey, rows: &[Row]) {
        let fresh = self.list.as_ref() != Some(&key.list);
        let line = if fresh { 0 } else { self.line() as i64 };
        if fresh {
            self.list = Some(key.list.clone());
            self.rows.clear();
            self.first = 0;
            self.top = Spot::default();
            (self.cursor, self.on_head) = (0, false);
            self.provisional = true;
        }
        if self.provisional && rows.len() >= self.rows.len() {
            self.rows = rows.to_vec();
            self.total = rows.len() as u64;
            self.relay(line);
        }
    }

    fn append(&mut self, page: Page) -> bool {
        let fits = page.first == self.first + self.rows.len() as u64 && page.total == self.total;
        if fits {
            let line = self.line() as i64;
            let unseen = self.lines.step(self.top, -(self.height as i64)).rank.saturating_sub(self.first);
            self.rows.extend(page.rows);
            let surplus = self.rows.len().saturating_sub(WINDOW).min(unseen as usize);
            self.rows.drain(..surplus);
            self.first += surplus as u64;
            self.relay(line);
        }
        self.settle(fits)
    }

    fn prepend(&mut self, page: Page) -> bool {
        let fits = page.first + page.rows.len() as u64 == self.first && page.total == self.total;
        if fits {
            let line = self.line() as i64;
            let below = self.lines.step(self.top, 2 * self.height as i64);
            let needed = (self.lines.end(below) + 1).saturating_sub(page.first) as usize;
            self.first = page.first;
            self.rows.splice(0..0, page.rows);
            self.rows.truncate(WINDOW.max(needed));
            self.relay(line);
        }
        self.settle(fits)
    }

    fn settle(&mut self, fits: bool) -> bool {
        if !fits {
            self.list = None;
            self.slot.reset();
        }
        self.remember();
        fits
    }

    fn replace(&mut self, key: &PageKey, page: Page) {
        let line = self.line() as i64;
        let same = self.list.as_ref().is_some_and(|list| list.filter == key.list.filter);
        // What is still read was there before anybody looked: it is not new.
        let came = if same && !self.provisional && !self.growing {
            page.total.saturating_sub(self.total)
        } else {
            0
        };
        self.unseen = if same { self.unseen + came } else { 0 };
        self.list = Some(key.list.clone());
        self.provisional = false;
        self.rows = page.rows;
        self.first = page.first;
        self.total = page.total;
        self.range_from = None;
        let sought = matches!(self.jump, Some(Jump::Entry(_)));
        match (&key.anchor, page.focus) {
            (Anchor::Around { .. } | Anchor::Time { .. }, Some(focus)) => {
                let moved_to = self.current.filter(|_| self.jump.is_none());
                let at = moved_to.and_then(|id| self.rows.iter().position(|row| row.id == id));
                self.on_head &= self.jump.is_none();
                self.cursor = self.first + at.unwrap_or(focus) as u64;
                self.jump = None;
                self.relay(line);
            }
            (Anchor::Around { .. } | Anchor::Time { .. }, None) => {
                self.jump = None;
                self.relay(line);
            }
            (Anchor::First, _) if !self.moved => {
                (self.cursor, self.on_head) = (0, false);
                self.relay(0);
                self.top = self.lines.settled(Spot::head(0));
            }
            _ => self.relay(line),
        }
        self.cursor = self.cursor.min(self.total.saturating_sub(1));
        if sought {
            self.reveal();
        }
        self.show_cursor();
        self.remember();
    }

    /// Whether the newest row is under the cursor, in the order of the list.
    fn at_newest(&self) -> bool {
        match self.list.as_ref().map(|list| list.sort) {
            Some(Sort { key: SortKey::Time, descending: false }) => self.cursor + 1 >= self.total,
            Some(Sort { key: SortKey::Time, .. }) => self.cursor == 0,
            _ => true,
        }
    }

    fn remember(&mut self) {
        if self.at_newest() {
            self.unseen = 0;
        }
        if let Some(row) = self.cursor_row() {
            self.current = Some(row.id);
        }
    }

    /// Returns the rows of a mark range being drawn, as ranks.
    pub fn range(&self) -> Option<std::ops::RangeInclusive<u64>> {
        let from = self.range_from?;
        let here = self.cursor_line().filter(|line| line.is_set()).map_or(self.cursor, |line| line.first);
        Some(from.min(here)..=from.max(here))
    }

    /// Returns the entries of the range being drawn that are held, those of sets whose lines it holds included.
    pub fn range_ids(&self) -> Vec<EntryId> {
        let Some(range) = self.range() else { return Vec::new() };
        let lines = self.lines.lines_between(Spot::row(*range.start()), Spot::row(*range.end()));
        let sets = lines.iter().filter(|line| line.is_set()).flat_map(|line| self.ranks(line));
        let all: BTreeSet<u64> = range.chain(sets).collect();
        all.into_iter().filter_map(|rank| self.row(rank)).map(|row| row.id).collect()
    }

    /// Whether a row is marked, or in the range being drawn.
    pub fn is_marked(&self, rank: u64, id: EntryId) -> bool {
        self.marks.contains(&id) || self.range().is_some_and(|range| range.contains(&rank))
    }
}
