//! Does what the screen wants done: questions to the workers' threads, copies, notes, exports. What comes of
//! it comes back as messages. Touches no model.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use crate::domain::Timestamp;
use crate::ops::open::Opened;
use crate::store::{self, Store};

use super::clipboard::{Clipboard, ClipboardSetup, Copy};
use super::dialogs::Want;
use super::effects::Effect;
use super::exporting;
use super::importing;
use super::loading::Loading;
use super::model::Quest;
use super::model::detail::DetailKey;
use super::model::sidebar::CountsKey;
use super::model::table::PageKey;
use super::msg::{Msg, WorkerName, Write};
use super::readers::{CountsAnswers, DetailAnswers, ErrandAnswers, PageAnswers, QuestAnswers};
use super::running::Running;
use super::tidy::{IDLE, Tidy};
use super::worker::{Feed, OpenAccess, Poll, Worker};

/// How often the store is asked for its state.
const POLL: Duration = Duration::from_millis(50);

/// Tells the time by the clock on the wall.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the shell works with.
#[derive(Clone)]
pub struct Tools {
    /// The store.
    pub opened: Arc<Opened>,
    /// Notes and bookmarks may be written.
    pub writable: bool,
    /// The clock.
    pub clock: Clock,
    /// How to copy.
    pub clipboard: ClipboardSetup,
    /// Files that are being read into the store, where there are.
    pub loading: Option<Loading>,
    /// Whether what is shown is followed at the moment; `None` where it is not meant to be.
    pub live: Option<Arc<AtomicBool>>,
}

impl Tools {
    /// Returns what fills the store while it is looked at.
    fn feed(&self) -> Feed {
        Feed { loading: self.loading.clone(), live: self.live.clone() }
    }

    /// Returns what opens connections to read.
    pub fn open(&self) -> OpenAccess {
        let opened = self.opened.clone();
        Arc::new(move || opened.access())
    }
}

/// What only the thread that draws can do.
#[derive(Clone, Debug, PartialEq)]
pub enum OnScreen {
    /// Use the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Stop until the shell brings the program back.
    Suspend,
    /// Draw everything anew.
    Repaint,
    /// Write a sequence between two frames.
    Send(String),
}

/// Does effects.
pub struct Shell {
    tools: Tools,
    inbox: Sender<Msg>,
    page: Worker<PageKey>,
    detail: Worker<Box<DetailKey>>,
    counts: Worker<CountsKey>,
    quest: Worker<Box<Quest>>,
    errand: Worker<Want>,
    clipboard: Option<Clipboard>,
    writes: Option<Sender<Write>>,
    export: Option<Running>,
    import: Option<Running>,
    tidy: Option<Tidy>,
    _poll: Poll,
}

impl Shell {
    /// Starts the threads. Messages go to `inbox`.
    pub fn new(tools: Tools, inbox: Sender<Msg>) -> Shell {
        let open = || tools.open();
        let details = DetailAnswers::new(tools.opened.formats().clone(), tools.opened.mask);
        let errands = ErrandAnswers { formats: tools.opened.formats().clone() };
        Shell {
            page: Worker::spawn(WorkerName::Page, open(), inbox.clone(), PageAnswers),
            detail: Worker::spawn(WorkerName::Detail, open(), inbox.clone(), details),
            counts: Worker::spawn(WorkerName::Facets, open(), inbox.clone(), CountsAnswers::default()),
            quest: Worker::spawn(WorkerName::Lookup, open(), inbox.clone(), QuestAnswers),
            errand: Worker::spawn(WorkerName::Errand, open(), inbox.clone(), errands),
            clipboard: None,
            writes: None,
            export: None,
            import: None,
            tidy: tools.writable.then(|| Tidy::spawn(tools.opened.store.clone(), IDLE)),
            _poll: Poll::spawn(open(), inbox.clone(), POLL, tools.feed()),
            tools,
            inbox,
        }
    }

    /// Tells that somebody uses the screen, so that housekeeping waits.
    pub fn used(&self) {
        if let Some(tidy) = &self.tidy {
            tidy.used();
        }
    }

    /// Does an effect; returns what only the thread that draws can do.
    pub fn perform(&mut self, effect: Effect) -> Option<OnScreen> {
        let now = (self.tools.clock)();
        match effect {
            Effect::Page(ticket, key) => self.page.ask(ticket, key, now),
            Effect::Detail(ticket, key) => self.detail.ask(ticket, key, now),
            Effect::Counts(ticket, key) => self.counts.ask(ticket, *key, now),
            Effect::Quest(ticket, quest) => self.quest.ask(ticket, quest, now),
            Effect::Errand(ticket, want) => self.errand.ask(ticket, want, now),
            Effect::GiveUp => self.errand.cancel(),
            Effect::Copy { what, text } => self.copy(Copy { what, text }),
            Effect::CopyRows(rows) => exporting::copy_rows(&self.tools, *rows, &self.inbox),
            Effect::Export(job) => self.export = exporting::start(&self.tools, *job, &self.inbox),
            Effect::Import(name) => self.import = self.start_import(name),
            Effect::CancelJob => self.export.iter().chain(&self.import).for_each(Running::cancel),
            Effect::Write(write) => self.write(write),
            Effect::Browse(address) => self.browse(&address),
            Effect::Mouse(on) => return Some(OnScreen::Mouse(on)),
            Effect::Suspend => return Some(OnScreen::Suspend),
            Effect::Repaint => return Some(OnScreen::Repaint),
            Effect::Send(sequence) => return Some(OnScreen::Send(sequence)),
        }
        None
    }

    /// The clipboard's thread lives as long as the screen: some desktops lose what was copied when its owner
    /// goes.
    fn copy(&mut self, copy: Copy) {
        if self.clipboard.is_none() {
            let inbox = self.inbox.clone();
            let reply = move |copied| {
                let _ = inbox.send(Msg::Copied(Box::new(copied)));
            };
            self.clipboard = Clipboard::spawn(self.tools.clipboard.clone(), reply).ok();
        }
        let what = copy.what.clone();
        let sent = self.clipboard.as_ref().is_some_and(|clipboard| clipboard.copy(copy));
        if !sent {
            let _ = self.inbox.send(Msg::CopyFailed(format!("{what} was not copied: no thread to do it")));
        }
    }

    fn start_import(&self, name: String) -> Option<Running> {
        if self.tools.writable {
            return importing::start(&self.tools, name, &self.inbox);
        }
        let _ = self.inbox.send(Msg::Imported(Err(self.refused())));
        None
    }

    fn refused(&self) -> String {
        let path = self.tools.opened.path.display().to_string();
        store::StoreError::ReadOnly { path }.to_string()
    }

    fn write(&mut self, write: Write) {
        if !self.tools.writable {
            let _ = self.inbox.send(Msg::Written(Err(self.refused())));
            return;
        }
        let store = self.tools.opened.store.clone();
        let inbox = self.inbox.clone();
        let writes = self.writes.get_or_insert_with(|| spawn_writer(store, inbox));
        // The thread ends only after this end of the channel does.
        let _ = writes.send(write);
    }

    /// Asks the desktop to show an address. Its own words would corrupt the screen.
    fn browse(&self, address: &str) {
        let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
        let mut command = Command::new(program);
        command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let (inbox, address) = (self.inbox.clone(), address.to_owned());
        let work = move || {
            let done = command.status();
            let answer = match done {
                Ok(status) if status.success() => Ok(format!("opened {address}")),
                _ => Err(format!("{program} cannot open it; the address is {address}")),
            };
            let _ = inbox.send(Msg::Browsed(answer));
        };
        // Without a thread nothing is opened; the address can still be copied.
        let _ = std::thread::Builder::new().name("auditty-browse".to_owned()).spawn(work);
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        // Both are told before either is waited for.
        self.export.iter().chain(&self.import).for_each(Running::cancel);
    }
}

/// Writes notes and bookmarks in the order they were asked for.
fn spawn_writer(store: Arc<dyn Store>, inbox: Sender<Msg>) -> Sender<Write> {
    let (writes, queue) = channel::<Write>();
    let work = move || {
        for write in queue {
            let answer = write_one(store.as_ref(), write).map_err(|error| error.to_string());
            if inbox.send(Msg::Written(answer)).is_err() {
                return;
            }
        }
    };
    // Without a thread the channel is closed at once and nothing is written, which the next answer shows.
    let _ = std::thread::Builder::new().name("auditty-notes".to_owned()).spawn(work);
    writes
}

/// The connection is not kept: another process may want to write.
fn write_one(store: &dyn Store, write: Write) -> store::Result<String> {
    let mut writer = store.writer()?;
    Ok(match write {
        Write::Note(id, note) => {
            let note = note.filter(|note| !note.trim().is_empty());
            writer.set_note(id, note.as_deref())?;
            if note.is_some() { "note saved".to_owned() } else { "note taken away".to_owned() }
        }
        Write::Mark(ids, on) => {
            for id in &ids {
                writer.set_mark(*id, on)?;
            }
            let what = super::update::count_text(ids.len() as u64, "entry", "entries");
            if on { format!("{what} bookmarked") } else { format!("bookmark of {what} taken away") }
        }
        Write::View(name, body) => {
            crate::ops::views::keep(writer.as_mut(), &name, body.as_ref())?;
            format!("view {name} {}", if body.is_some() { "kept" } else { "forgotten" })
        }
    })
}
