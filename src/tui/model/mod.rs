//! Everything the screen knows. Pure data: no clock, file, environment, thread or store.

pub mod detail;
pub mod lines;
pub mod quest;
pub mod search;
pub mod selection;
pub mod sidebar;
pub mod slot;
pub mod table;
pub mod times;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::Rect;

use crate::config::{HintStyle, Session};
use crate::domain::{EntryId, Field, Plan, Timestamp};
use crate::ops::history::pickaxe;
use crate::present::{Charset, Role};
use crate::query::{Filter, Sort};
use crate::store::Generation;

use super::action::{Action, Context};
use super::dialogs::{Desk, Dialog, Look, Want};
use super::keymap::{Key, Keymap};
use super::layout::{self, Layout, Mode, Pane, Wants};
use super::msg::{Now, Progress};
use super::theme::{Glyphs, Theme};

use detail::{Detail, Tab};
pub use quest::{Derived, Goal, Quest};
use search::Search;
use selection::{Selection, Selections};
use sidebar::Sidebar;
use slot::Slot;
use table::{ListKey, Table};
use times::Times;

/// How long a key that just closed something does not also quit.
pub const GRACE: Duration = Duration::from_millis(400);
/// How long a toast is seen.
pub const TOAST: Duration = Duration::from_secs(4);
/// How long something may run before the screen says so.
pub const BUSY_AFTER: Duration = Duration::from_millis(150);

/// What stays as it is while the screen is open.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The account's plan.
    pub plan: Plan,
    /// What the header calls the store; empty for the user's own.
    pub label: String,
    /// How the command line names the store or the files, to reproduce what is seen: arguments before the query.
    pub command: Vec<String>,
    /// The query stands behind `--query` there, and not bare.
    pub query_flag: bool,
    /// Notes and bookmarks can be written.
    pub writable: bool,
    /// The session comes over the network: nothing is opened on this machine.
    pub remote: bool,
    /// The folder that exports are offered to be saved in.
    pub export_folder: PathBuf,
    /// Folders of workspaces for exports.
    pub export_folders: std::collections::BTreeMap<String, PathBuf>,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            plan: Plan::NONE,
            label: String::new(),
            command: Vec::new(),
            query_flag: false,
            writable: false,
            remote: false,
            export_folder: PathBuf::from("."),
            export_folders: std::collections::BTreeMap::new(),
        }
    }
}

/// How things look and which keys there are.
#[derive(Clone, Debug)]
pub struct Skin {
    /// The keys.
    pub keymap: Arc<Keymap>,
    /// The styles.
    pub theme: Arc<Theme>,
    /// Draws with plain ASCII.
    pub ascii: bool,
    /// How much the hint bar says.
    pub hints: HintStyle,
    /// Addresses are marked as such for the terminal (OSC 8).
    pub links: bool,
}

/// Something told in passing.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// What sort of news.
    pub role: Role,
    /// The news.
    pub text: String,
    /// When it goes away.
    pub until: Duration,
}

/// Work that was asked for and goes on while the screen is used.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// What is done, like `export to entries.csv`.
    pub what: String,
    /// How far it is.
    pub done: u64,
    /// Of how much; 0 while that is unknown.
    pub total: u64,
    /// Begun while files were still read: it holds a part of them.
    pub partial: bool,
}

/// How the screen ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exit {
    /// What is to be remembered.
    pub session: Session,
    /// Ended by a signal or Ctrl-C.
    pub interrupted: bool,
}

/// Everything the screen knows.
#[derive(Debug)]
pub struct Model {
    /// What stays as it is.
    pub setup: Setup,
    /// How things look.
    pub skin: Skin,
    /// What time it is.
    pub now: Now,
    /// Where everything stands.
    pub layout: Layout,
    /// The size of the screen.
    pub area: Rect,
    /// The pane with the focus.
    pub focus: Pane,
    /// The detail is switched on.
    pub detail_on: bool,
    /// The sidebar is switched on, where there is room for it.
    pub sidebar_on: bool,
    /// The pane with the focus has the screen to itself.
    pub zoom: bool,
    /// The filter is that of the session before, and was not changed since.
    pub restored: bool,
    /// What is looked at.
    pub selections: Selections,
    /// The order of the entries.
    pub sort: Sort,
    /// The columns, by their keys.
    pub columns: Vec<String>,
    /// How times are shown.
    pub times: Times,
    /// The latest state of the store that an answer was of.
    pub generation: Generation,
    /// What is shown is followed at this moment.
    pub live: bool,
    /// Counts the states of the store seen, and the user's wishes to reload.
    pub epoch: u64,
    /// The list of rows wanted now; remade when it changes.
    pub list: Arc<ListKey>,
    /// The list was made once.
    pub list_made: bool,
    /// The entries.
    pub table: Table,
    /// The filters.
    pub sidebar: Sidebar,
    /// One entry.
    pub detail: Detail,
    /// The text looked for.
    pub search: Option<Search>,
    /// What derived changes add to a filter that asks for changes.
    pub derived: Option<Arc<Derived>>,
    /// What is looked for in the store.
    pub quest: Slot<Quest, ()>,
    /// A quest that is not yet sent.
    pub wanted: Option<Quest>,
    /// Counts the quests.
    pub quests: u64,
    /// The group whose values are picked from a list.
    pub picking: Option<Field>,
    /// What dialogs want to know.
    pub errand: Slot<Want, ()>,
    /// What is laid over the panes, the topmost last.
    pub dialogs: Vec<Dialog>,
    /// Keys of a sequence pressed so far.
    pub pressed: Vec<Key>,
    /// News, the latest last.
    pub toasts: Vec<Toast>,
    /// What went wrong and still holds.
    pub trouble: Option<String>,
    /// Work that goes on.
    pub job: Option<Job>,
    /// How far files are read that the store is made of.
    pub loading: Option<Progress>,
    /// What was exported the last time.
    pub last_export: Option<super::dialogs::ExportChoice>,
    /// Queries typed before.
    pub query_history: Vec<String>,
    /// Searches typed before.
    pub search_history: Vec<String>,
    /// When something was last closed.
    pub closed_at: Option<Duration>,
    /// When the oldest question still open was asked.
    pub busy_since: Option<Duration>,
    /// The mouse is used.
    pub mouse: bool,
    /// The screen ends.
    pub exit: Option<Exit>,
    /// Something to draw changed.
    pub changed: bool,
}

impl Model {
    /// Returns the model of a screen that has not been drawn.
    pub fn new(setup: Setup, skin: Skin, times: Times, selection: Selection) -> Model {
        Model {
            setup,
            skin,
            now: Now::default(),
            layout: Layout::default(),
            area: Rect::default(),
            focus: Pane::Table,
            detail_on: true,
            sidebar_on: true,
            zoom: false,
            restored: false,
            selections: Selections::new(selection),
            sort: Sort::default(),
            columns: Vec::new(),
            times,
            generation: Generation::default(),
            live: false,
            epoch: 0,
            list: Arc::new(ListKey { filter: Filter::all(), sort: Sort::default(), epoch: 0 }),
            list_made: false,
            table: Table::new(true),
            sidebar: Sidebar::default(),
            detail: Detail::default(),
            search: None,
            derived: None,
            quest: Slot::default(),
            wanted: None,
            quests: 0,
            picking: None,
            errand: Slot::default(),
            dialogs: Vec::new(),
            pressed: Vec::new(),
            toasts: Vec::new(),
            trouble: None,
            job: None,
            loading: None,
            last_export: None,
            query_history: Vec::new(),
            search_history: Vec::new(),
            closed_at: None,
            busy_since: None,
            mouse: false,
            exit: None,
            changed: true,
        }
    }

    /// Returns where keys are looked up.
    pub fn context(&self) -> Context {
        match self.focus {
            Pane::Table => Context::Table,
            Pane::Sidebar => Context::Sidebar,
            Pane::Detail if self.detail.beside.is_some() => Context::Diff,
            Pane::Detail if matches!(self.detail.tab, Tab::Diff | Tab::History | Tab::Blame) => Context::Diff,
            Pane::Detail => Context::Detail,
        }
    }

    /// Returns what a dialog may look at.
    pub fn desk(&self) -> Desk<'_> {
        Desk {
            keymap: &self.skin.keymap,
            now: self.wall(),
            zone: self.times.zone(),
            height: usize::from(self.area.height),
        }
    }

    /// Returns how things look.
    pub fn look(&self) -> Look<'_> {
        Look { theme: &self.skin.theme, glyphs: Glyphs::new(self.skin.ascii) }
    }

    /// Returns which signs marks are drawn with.
    pub fn charset(&self) -> Charset {
        if self.skin.ascii { Charset::Ascii } else { Charset::Unicode }
    }

    /// Returns the time by the clock on the wall.
    pub fn wall(&self) -> Timestamp {
        self.now.wall.unwrap_or(Timestamp(0))
    }

    /// Returns the filter in force, with what derived changes add.
    pub fn filter(&self) -> Filter {
        let filter = self.plain_filter();
        match self.derived_now() {
            Some(derived) => pickaxe::either(&filter, &derived.ids),
            None => filter,
        }
    }

    /// Returns the filter in force as it was chosen.
    pub fn plain_filter(&self) -> Filter {
        self.selections.now().effective()
    }

    /// Returns what derived changes add to the filter in force, once they were looked at.
    pub fn derived_now(&self) -> Option<&Arc<Derived>> {
        self.derived.as_ref().filter(|derived| derived.of == self.plain_filter())
    }

    /// Returns the filter as the sidebar shows it: empty where filters are off.
    pub fn shown_filter(&self) -> Filter {
        let now = self.selections.now();
        if now.off { Filter::all() } else { now.filter.clone() }
    }

    /// Returns the entry that the detail shows, or should.
    pub fn current(&self) -> Option<EntryId> {
        self.table.cursor_row().map(|row| row.id)
    }

    /// Places everything anew: after a resize, and when panes open or close.
    pub fn place(&mut self) {
        let sidebar = match layout::mode(self.area) {
            Mode::Wide => self.sidebar_on,
            _ => self.focus == Pane::Sidebar,
        };
        let wants = Wants { focus: self.focus, detail: self.detail_on, sidebar, zoom: self.zoom };
        let layout = layout::compute(self.area, &wants);
        if layout != self.layout {
            self.layout = layout;
            self.table.resize(self.layout.table_rows());
            if let Some(areas) = self.layout.detail {
                self.detail.resize(areas.body);
            }
            if let Some(areas) = self.layout.sidebar {
                self.sidebar.height = usize::from(areas.body.height);
            }
            self.changed = true;
        }
    }

    /// Takes whether what is shown is followed at this moment.
    pub fn follow(&mut self, live: bool) {
        self.live = live;
        self.table.following |= live;
    }

    /// Returns how many entries the store is known to hold: counts and rows come one after the other, and while files
    /// are read each tells of another moment.
    pub fn entries(&self) -> Option<u64> {
        let counted = self.sidebar.counts()?.overview.entries;
        let rows = if self.table.provisional { 0 } else { self.table.total };
        Some(if self.loading.is_some() { counted.max(rows) } else { counted })
    }

    /// Takes how far files are read.
    pub fn read_on(&mut self, loading: Option<Progress>) {
        self.loading = loading;
        self.table.growing = loading.is_some();
    }

    /// Gives a pane the focus, and shows it.
    pub fn focus(&mut self, pane: Pane) {
        self.focus = pane;
        match pane {
            Pane::Detail => self.detail_on = true,
            Pane::Sidebar => self.sidebar_on = true,
            Pane::Table => {}
        }
    }

    /// Tells something in passing.
    pub fn toast(&mut self, role: Role, text: impl Into<String>) {
        let text = text.into();
        self.toasts.retain(|toast| toast.text != text);
        self.toasts.push(Toast { role, text, until: self.now.running + TOAST });
        let surplus = self.toasts.len().saturating_sub(3);
        self.toasts.drain(..surplus);
        self.changed = true;
    }

    /// Tells that an action does not apply, with the reason.
    pub fn refuse(&mut self, action: Action, reason: &str) {
        self.toast(Role::Warning, format!("{}: {reason}", action.title()));
    }

    /// Whether questions are open.
    pub fn waiting(&self) -> bool {
        self.table.slot.loading()
            || self.detail.slot.loading()
            || self.sidebar.slot.loading()
            || self.quest.loading()
            || self.errand.loading()
    }

    /// Whether the screen should say that something runs.
    pub fn busy(&self) -> bool {
        self.job.is_some() || self.busy_since.is_some_and(|since| self.now.running >= since + BUSY_AFTER)
    }

    /// Returns when the screen changes by itself the next time, on the screen's own clock.
    pub fn due(&self) -> Option<Duration> {
        let toast = self.toasts.iter().map(|toast| toast.until).min();
        let busy = match self.busy_since {
            Some(since) if self.now.running < since + BUSY_AFTER => Some(since + BUSY_AFTER),
            Some(_) => Some(self.now.running + Duration::from_millis(250)),
            None => None,
        };
        [toast, busy].into_iter().flatten().min()
    }
}
