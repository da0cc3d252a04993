//! The detail pane: what it shows, how, and a cursor in it. Pure.

use std::collections::BTreeSet;
use std::sync::Arc;

use ratatui::layout::Rect;

use crate::config::DiffLayout;
use crate::diff::json::ArrayMatch;
use crate::domain::{EntryId, TimeSpan, Timestamp, Zone};
use crate::ops;
use crate::ops::history::ObjectKey;
use crate::present::{Charset, Line, PaneLine};
use crate::query::Filter;

use super::slot::Slot;

/// What is shown of an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    /// What changed.
    #[default]
    Diff,
    /// The vendor's record.
    Raw,
    /// What surrounds the act.
    Metadata,
    /// The entries of the object with what each changed.
    History,
    /// Who set each field of the object.
    Blame,
}

pub use crate::present::SIDE_BY_SIDE;

/// What the detail is of.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// One entry.
    Entry(EntryId),
    /// Two entries: how the record of the later one differs.
    Pair(EntryId, EntryId),
    /// What two entries left of their objects: how the later state differs, of one object or of two.
    States(EntryId, EntryId),
    /// What an entry left of its object, against another object or moment.
    Against(EntryId, Box<Other>),
    /// What is different after a span of time, object by object.
    Net(Box<NetKey>),
}

/// What a state is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    /// The object; `None` for that of the entry itself.
    pub object: Option<ObjectKey>,
    /// As it was before this instant; `None` as it is last.
    pub at: Option<Timestamp>,
}

/// Of which entries a net change is.
#[derive(Clone, Debug, PartialEq)]
pub struct NetKey {
    /// Which entries count, whatever their time.
    pub filter: Filter,
    /// Between these instants.
    pub span: TimeSpan,
}

/// How lines are made.
#[derive(Clone, Debug, PartialEq)]
pub struct Making {
    /// What is shown.
    pub tab: Tab,
    /// Columns there are.
    pub width: usize,
    /// How a diff is laid out.
    pub layout: DiffLayout,
    /// Shows what did not change, too.
    pub unchanged: bool,
    /// Shows fields that change with every edit like all others.
    pub noise: bool,
    /// How elements of arrays are matched.
    pub arrays: ArrayMatch,
    /// Breaks lines that are too long; else they are cut.
    pub wrap: bool,
    /// Parts folded, by the number of the line that heads them.
    pub folded: BTreeSet<usize>,
    /// The zone of times.
    pub zone: Zone,
    /// Draws with plain ASCII.
    pub ascii: bool,
    /// Keys to name where something is folded.
    pub keys: Keys,
    /// Objects of a net change that are read.
    pub objects: usize,
}

/// Keys that change what is shown, as they are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Shows what did not change.
    pub unchanged: String,
    /// Shows what changes with every edit.
    pub noise: String,
    /// Matches arrays in another way.
    pub arrays: String,
    /// Compares.
    pub diff: String,
}

impl Making {
    /// Returns which signs marks are drawn with.
    pub fn charset(&self) -> Charset {
        if self.ascii { Charset::Ascii } else { Charset::Unicode }
    }
}

/// A detail asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct DetailKey {
    /// Of what.
    pub subject: Subject,
    /// Made how.
    pub making: Making,
    /// Of which state of the store.
    pub epoch: u64,
}

/// What the detail shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The entry; `None` where it cannot be shown. Of a pair the second.
    pub detail: Option<Arc<ops::Detail>>,
    /// Lines that stay at the top.
    pub head: Vec<Line>,
    /// The lines, as wide as the pane.
    pub lines: Vec<PaneLine>,
    /// Objects of a net change that are not read yet.
    pub left: usize,
    /// What the pane is called where it shows no single entry.
    pub title: Option<String>,
    /// What the help says of the entry and its vendor.
    pub about: Vec<Line>,
    /// The whole entry as text, as it is copied.
    pub entry_text: String,
    /// The record as it is copied: as it came, but for secrets.
    pub raw_copy: String,
    /// The text of the diff, as it is copied.
    pub diff_text: String,
    /// The JSON Patch of the diff, or why there is none.
    pub patch: Result<String, String>,
    /// The text of the metadata, as it is copied.
    pub metadata_text: String,
    /// What would undo the entry, as it is copied.
    pub undo_text: String,
}

impl Default for Shown {
    fn default() -> Shown {
        Shown {
            detail: None,
            head: Vec::new(),
            lines: Vec::new(),
            left: 0,
            title: None,
            about: Vec::new(),
            entry_text: String::new(),
            raw_copy: String::new(),
            diff_text: String::new(),
            patch: Err("there is no diff here".to_owned()),
            metadata_text: String::new(),
            undo_text: String::new(),
        }
    }
}

impl Shown {
    /// Returns the instant of the entry.
    pub fn time(&self) -> Option<Timestamp> {
        self.detail.as_ref()?.entry.time.as_ref().map(|time| time.at)
    }
}

/// The detail pane.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// The latest detail asked for.
    pub slot: Slot<DetailKey, Arc<Shown>>,
    /// What is shown.
    pub tab: Tab,
    /// How a diff is laid out.
    pub layout: DiffLayout,
    /// Shows what did not change, too.
    pub unchanged: bool,
    /// Shows fields that change with every edit like all others.
    pub noise: bool,
    /// How elements of arrays are matched.
    pub arrays: ArrayMatch,
    /// Cuts lines that are too long in place of breaking them.
    pub cut: bool,
    /// Parts folded or unfolded by hand.
    pub folded: BTreeSet<usize>,
    /// What is shown in place of the entry under the cursor: a comparison, a net change.
    pub beside: Option<Subject>,
    /// What the lines held are of.
    pub of: Option<(Subject, Tab)>,
    /// Line under the cursor.
    pub cursor: usize,
    /// First line shown.
    pub top: usize,
    /// Lines there are, those of the head included.
    pub height: usize,
    /// Columns there are.
    pub width: usize,
    /// Objects of a net change wanted beyond the first ones.
    pub more_objects: usize,
    /// Path of the field that is followed from entry to entry.
    pub follow: Option<Arc<str>>,
}

/// Objects of a net change that are read at first.
pub const FIRST_OBJECTS: usize = 60;

impl Detail {
    /// Returns what is shown, which may be of the entry before.
    pub fn shown(&self) -> Option<&Arc<Shown>> {
        self.slot.value()
    }

    /// Returns the line under the cursor.
    pub fn line(&self) -> Option<&PaneLine> {
        self.shown()?.lines.get(self.cursor)
    }

    /// Lines that scroll.
    pub fn body_height(&self) -> usize {
        let head = self.shown().map_or(0, |shown| shown.head.len());
        self.height.saturating_sub(head).max(1)
    }

    /// Sets the room there is.
    pub fn resize(&mut self, area: Rect) {
        self.height = usize::from(area.height);
        self.width = usize::from(area.width);
        self.show_cursor();
    }

    /// Returns how lines are to be made now.
    pub fn making(&self, zone: Zone, ascii: bool, keys: Keys) -> Making {
        let narrow = self.layout == DiffLayout::SideBySide && self.width < SIDE_BY_SIDE;
        let layout = if narrow { DiffLayout::Unified } else { self.layout };
        Making {
            tab: self.tab,
            width: self.width,
            layout,
            unchanged: self.unchanged,
            noise: self.noise,
            arrays: self.arrays,
            wrap: !self.cut,
            folded: self.folded.clone(),
            zone,
            ascii,
            keys,
            objects: FIRST_OBJECTS + self.more_objects,
        }
    }

    /// Wants more objects of a net change where the cursor comes near the end of those that are read.
    pub fn want_more(&mut self) {
        let Some(shown) = self.shown().filter(|shown| shown.left > 0) else { return };
        if !self.slot.loading() && self.cursor + 3 * self.body_height() >= shown.lines.len() {
            self.more_objects += (FIRST_OBJECTS + self.more_objects) / 2;
        }
    }

    /// Takes what came. Another entry or tab begins at its top, a history at the entry, and where a field is
    /// followed at that; the same one keeps its place.
    pub fn settle(&mut self) {
        let of = self.slot.key().map(|key| (key.subject.clone(), key.making.tab));
        if of != self.of {
            let begin = self.begin(of.as_ref());
            self.of = of;
            self.cursor = begin;
            self.top = begin.saturating_sub(1);
        }
        self.show_cursor();
    }

    fn begin(&mut self, of: Option<&(Subject, Tab)>) -> usize {
        let follow = self.follow.take();
        let (Some(shown), Some((subject, tab))) = (self.shown(), of) else { return 0 };
        let wanted = |line: &PaneLine| match (subject, tab) {
            (Subject::Entry(id), Tab::History) => line.first && line.entry == Some(*id),
            (_, Tab::Blame) => line.first && line.path.is_some() && line.path == follow,
            _ => false,
        };
        shown.lines.iter().position(wanted).unwrap_or(0)
    }

    /// Shows another tab.
    pub fn show(&mut self, tab: Tab) {
        if self.tab != tab {
            self.tab = tab;
            self.folded.clear();
        }
    }

    /// Moves the cursor by lines.
    pub fn move_by(&mut self, by: i64) {
        self.move_to((self.cursor as i64).saturating_add(by).max(0).unsigned_abs() as usize);
    }

    /// Moves the cursor to a line.
    pub fn move_to(&mut self, line: usize) {
        self.cursor = line;
        self.show_cursor();
    }

    /// Scrolls without moving the cursor, unless it would leave the screen.
    pub fn scroll_by(&mut self, by: i64) {
        let top = (self.top as i64).saturating_add(by).max(0).unsigned_abs() as usize;
        self.top = top.min(self.len().saturating_sub(self.body_height()));
        let last = self.top + self.body_height() - 1;
        self.cursor = self.cursor.clamp(self.top, last).min(self.len().saturating_sub(1));
    }

    /// Moves to the next or previous line for which `wanted` holds; returns whether there is one.
    pub fn seek(&mut self, forward: bool, wanted: impl Fn(&PaneLine) -> bool) -> bool {
        let Some(shown) = self.shown().cloned() else { return false };
        let lines = shown.lines.iter().enumerate();
        let cursor = self.cursor;
        let mut hits = lines.filter(|(_, line)| wanted(line)).map(|(at, _)| at);
        let hit =
            if forward { hits.find(|&at| at > cursor) } else { hits.take_while(|&at| at < cursor).last() };
        if let Some(at) = hit {
            self.move_to(at);
        }
        hit.is_some()
    }

    fn len(&self) -> usize {
        self.shown().map_or(0, |shown| shown.lines.len())
    }

    fn show_cursor(&mut self) {
        let height = self.body_height();
        self.cursor = self.cursor.min(self.len().saturating_sub(1));
        if self.cursor < self.top {
            self.top = self.cursor;
        } else if self.cursor >= self.top + height {
            self.top = self.cursor + 1 - height;
        }
        self.top = self.top.min(self.len().saturating_sub(height));
    }
}
