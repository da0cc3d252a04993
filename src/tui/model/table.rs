//! The entries pane: a window of rows around what is seen, a cursor, and which page is wanted next.
//!
//! Pure. Rows are known by their number in the selection (rank); only a window of them is held. The row
//! under the cursor is remembered by id, so that it stays on its line when the selection changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::{EntryId, Timestamp};
use crate::query::{Anchor, Filter, Page, PageRequest, Row, Sort, SortKey};

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
    /// Rank of the row on the first line.
    pub top: u64,
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
    /// Where to go with the next page.
    pub jump: Option<Jump>,
    /// Marked entries.
    pub marks: BTreeSet<EntryId>,
    /// Where a range of marks began, while one is drawn.
    pub range_from: Option<u64>,
    /// Entries that came since the cursor left the newest.
    pub unseen: u64,
}

impl Table {
    /// Returns the row with this rank, if the window holds it.
    pub fn row(&self, rank: u64) -> Option<&Row> {
        let at = rank.checked_sub(self.first)?;
        self.rows.get(usize::try_from(at).ok()?)
    }

    /// Returns the row under the cursor.
    pub fn cursor_row(&self) -> Option<&Row> {
        self.row(self.cursor)
    }

    /// Returns the line of the row under the cursor.
    pub fn line(&self) -> usize {
        usize::try_from(self.cursor.saturating_sub(self.top)).unwrap_or(0)
    }

    /// Moves the cursor by rows, scrolling as little as needed.
    pub fn move_by(&mut self, by: i64) {
        self.move_to(self.cursor.saturating_add_signed(by));
    }

    /// Moves the cursor to a rank, scrolling as little as needed.
    pub fn move_to(&mut self, rank: u64) {
        self.cursor = rank.min(self.total.saturating_sub(1));
        self.moved = true;
        self.jump = None;
        self.show_cursor();
        self.remember();
    }

    /// Moves cursor and view by rows together, so that the cursor stays on its line.
    pub fn page_by(&mut self, by: i64) {
        let line = self.line() as u64;
        let cursor = self.cursor.saturating_add_signed(by).min(self.total.saturating_sub(1));
        self.top = cursor.saturating_sub(line);
        self.move_to(cursor);
    }

    /// Scrolls without moving the cursor, unless it would leave the screen.
    pub fn scroll_by(&mut self, by: i64) {
        self.moved = true;
        self.top = self.top.saturating_add_signed(by).min(self.last_top());
        let bottom = self.top + (self.height.max(1) as u64 - 1);
        self.cursor = self.cursor.clamp(self.top, bottom.max(self.top)).min(self.total.saturating_sub(1));
        self.remember();
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
            let stays = self.moved || (!self.growing && self.list.as_ref().is_some_and(same));
            return match self.current {
                Some(id) if stays => key(Anchor::Around { id, above }, limit + above),
                _ => key(Anchor::First, limit),
            };
        }
        self.extension().and_then(|(anchor, limit)| key(anchor, limit))
    }

    /// The page that extends the window over what is seen and a screen more on either side.
    fn extension(&self) -> Option<(Anchor, usize)> {
        let height = self.height.max(1) as u64;
        let end = self.first + self.rows.len() as u64;
        let seen = self.top..(self.top + height).min(self.total);
        let limit = CHUNK + 2 * self.height;
        if self.total == 0 {
            return None;
        }
        let overlaps = seen.start < end && seen.end > self.first;
        if !overlaps {
            return Some(match (self.top, seen.end) {
                (0, _) => (Anchor::First, limit),
                (_, last) if last == self.total => (Anchor::Last, limit),
                (top, _) => (Anchor::Rank(top.saturating_sub(height)), limit + self.height),
            });
        }
        if (seen.end + height).min(self.total) > end {
            return self.rows.last().map(|row| (Anchor::After(Box::new(row.clone())), limit));
        }
        if seen.start.saturating_sub(height) < self.first {
            return self.rows.first().map(|row| (Anchor::Before(Box::new(row.clone())), limit));
        }
        None
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
        if fresh {
            self.list = Some(key.list.clone());
            self.rows.clear();
            self.first = 0;
            self.top = 0;
            self.cursor = 0;
            self.provisional = true;
        }
        if self.provisional && rows.len() >= self.rows.len() {
            self.rows = rows.to_vec();
            self.total = rows.len() as u64;
        }
    }

    fn append(&mut self, page: Page) -> bool {
        let fits = page.first == self.first + self.rows.len() as u64 && page.total == self.total;
        if fits {
            self.rows.extend(page.rows);
            let surplus = self.rows.len().saturating_sub(WINDOW);
            self.rows.drain(..surplus);
            self.first += surplus as u64;
        }
        self.settle(fits)
    }

    fn prepend(&mut self, page: Page) -> bool {
        let fits = page.first + page.rows.len() as u64 == self.first && page.total == self.total;
        if fits {
            self.first = page.first;
            self.rows.splice(0..0, page.rows);
            self.rows.truncate(WINDOW);
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
        let line = self.line() as u64;
        let same = self.list.as_ref().is_some_and(|list| list.filter == key.list.filter);
        let came = if same && !self.provisional { page.total.saturating_sub(self.total) } else { 0 };
        self.unseen = if same { self.unseen + came } else { 0 };
        self.list = Some(key.list.clone());
        self.provisional = false;
        self.rows = page.rows;
        self.first = page.first;
        self.total = page.total;
        self.range_from = None;
        match (&key.anchor, page.focus) {
            (Anchor::Around { .. } | Anchor::Time { .. }, Some(focus)) => {
                let moved_to = self.current.filter(|_| self.jump.is_none());
                let at = moved_to.and_then(|id| self.rows.iter().position(|row| row.id == id));
                self.cursor = self.first + at.unwrap_or(focus) as u64;
                self.top = self.cursor.saturating_sub(line);
                self.jump = None;
            }
            (Anchor::Around { .. } | Anchor::Time { .. }, None) => self.jump = None,
            (Anchor::First, _) if !self.moved => (self.cursor, self.top) = (0, 0),
            _ => {}
        }
        self.cursor = self.cursor.min(self.total.saturating_sub(1));
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

    fn last_top(&self) -> u64 {
        self.total.saturating_sub(self.height.max(1) as u64)
    }

    fn show_cursor(&mut self) {
        let height = self.height.max(1) as u64;
        if self.cursor < self.top {
            self.top = self.cursor;
        } else if self.cursor >= self.top + height {
            self.top = self.cursor + 1 - height;
        }
        self.top = self.top.min(self.last_top());
    }

    /// Returns the rows of a mark range being drawn, as ranks.
    pub fn range(&self) -> Option<std::ops::RangeInclusive<u64>> {
        let from = self.range_from?;
        Some(from.min(self.cursor)..=from.max(self.cursor))
    }

    /// Whether a row is marked, or in the range being drawn.
    pub fn is_marked(&self, rank: u64, id: EntryId) -> bool {
        self.marks.contains(&id) || self.range().is_some_and(|range| range.contains(&rank))
    }
}
