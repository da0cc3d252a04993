//! The loop: one inbox, one thread that draws. A frame is drawn when the inbox is empty and something changed; then
//! the store is asked, so that no frame competes with the questions of its own key. Between messages the thread sleeps
//! until something is due.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use crate::config::{ColorMode, Config, DiffLayout, Env, Session};
use crate::domain::{EntryId, Zone};
use crate::ops::open::Opened;
use crate::query::{Filter, Sort};

use super::clipboard::ClipboardSetup;
use super::effects::Effect;
use super::keymap::Keymap;
use super::loading::Loading;
use super::model::selection::Selection;
use super::model::times::Times;
use super::model::{Exit, Model, Setup, Skin};
use super::msg::{Msg, Now};
use super::session;
use super::shell::{Clock, OnScreen, Shell, Tools};
use super::terminal::{self, Modes, Screen, TerminalEvent};
use super::theme::Theme;
use super::update::{next_minute, start_at, update};
use super::view;

/// What the screen is opened with.
pub struct RunOptions {
    /// Reads and writes.
    pub tools: Tools,
    /// What stays as it is.
    pub setup: Setup,
    /// How things look.
    pub skin: Skin,
    /// The zone of times.
    pub zone: Zone,
    /// What to look at first.
    pub filter: Filter,
    /// The entry to stand on.
    pub entry: Option<EntryId>,
    /// Columns; none are the usual ones.
    pub columns: Vec<String>,
    /// The order of the entries.
    pub sort: Sort,
    /// How a diff is laid out.
    pub layout: DiffLayout,
    /// Folds change sets.
    pub fold_sets: bool,
    /// What is remembered of the session before.
    pub session: Session,
    /// Looks at what the session before looked at.
    pub resume: bool,
    /// How the terminal is taken over.
    pub modes: Modes,
}

impl RunOptions {
    /// Returns options by the settings, with the built-in keys and theme where the user has none of their own.
    ///
    /// # Errors
    /// The user's key map or theme cannot be understood: says where.
    pub fn new(config: &Config, env: &Env, opened: Arc<Opened>, clock: Clock) -> Result<RunOptions, String> {
        let settings = &config.settings;
        let var = |name: &str| env.var(name).map(str::to_owned);
        let mut clipboard = ClipboardSetup::new(var, config.paths.runtime.clone());
        clipboard.mode = settings.clipboard;
        clipboard.command.clone_from(&settings.clipboard_command);
        clipboard.osc52_limit = settings.osc52_limit;
        let setup = Setup {
            plan: opened.plan,
            remote: clipboard.ssh,
            export_folder: settings
                .export_folder
                .clone()
                .or_else(|| std::env::current_dir().ok())
                .unwrap_or_default(),
            export_folders: settings.export_folders.clone(),
            ..Setup::default()
        };
        Ok(RunOptions {
            tools: Tools { opened, writable: false, clock, clipboard, loading: None, live: None },
            setup,
            skin: skin(config, env)?,
            zone: Zone::parse(&settings.tz).map_err(|error| error.to_string())?,
            filter: Filter::all(),
            entry: None,
            columns: settings.columns.clone(),
            sort: Sort::default(),
            layout: settings.layout,
            fold_sets: settings.fold_sets,
            session: Session::default(),
            resume: false,
            modes: Modes::for_term(&var("TERM").unwrap_or_default(), settings.mouse),
        })
    }
}

/// Returns a file that may not be there: its name for errors, and its text.
fn read(path: Option<std::path::PathBuf>) -> Result<Option<(String, String)>, String> {
    let text = path.as_deref().and_then(|path| crate::config::read_optional(path).transpose());
    let text = text.transpose().map_err(|error| error.to_string())?;
    Ok(path.map(|path| path.display().to_string()).zip(text))
}

/// Returns the theme of this name: the user's own, or a built-in one.
///
/// # Errors
/// There is none, or the user's file cannot be understood: says where.
pub fn theme(config: &Config, name: &str) -> Result<Theme, String> {
    let own = read(config.paths.theme(name))?;
    let own = own.as_ref().map(|(file, text)| (file.as_str(), text.as_str()));
    Theme::load(name, own).map_err(|error| error.to_string())
}

/// The user's keys and theme, or the built-in ones.
fn skin(config: &Config, env: &Env) -> Result<Skin, String> {
    let keys = read(Some(config.paths.keymap()))?;
    let keys = keys.as_ref().map(|(name, text)| (name.as_str(), text.as_str()));
    let keymap = Keymap::load(keys).map_err(|error| error.to_string())?;
    let settings = &config.settings;
    let theme = theme(config, config.theme())?;
    Ok(Skin {
        keymap: Arc::new(keymap),
        theme: Arc::new(theme),
        ascii: settings.ascii,
        hints: settings.hints,
        links: links(config, env),
    })
}

/// Whether addresses may be marked as such: not on terminals that might print the mark, nor where a plain screen
/// is wished.
fn links(config: &Config, env: &Env) -> bool {
    let plain = env.var("NO_COLOR").is_some_and(|text| !text.is_empty()) || config.settings.ascii;
    let term = env.var("TERM").unwrap_or_default();
    !plain && config.settings.color != ColorMode::Never && !matches!(term, "" | "dumb" | "linux")
}

/// Opens the screen, and returns when the user leaves it.
///
/// # Errors
/// The terminal could not be taken over or written to.
pub fn run(options: RunOptions) -> io::Result<Exit> {
    let (inbox, messages) = channel();
    terminal::install_panic_hook();
    let mut screen = Screen::enter(options.modes)?;
    let clock = options.tools.clock.clone();
    let mut model = model(&options);
    let given = session::Given {
        theme: options.skin.theme.name().to_owned(),
        hints: options.skin.hints,
        columns: options.columns,
        layout: options.layout,
    };
    let before = options.session;
    listen(inbox.clone())?;
    let shell = Shell::new(options.tools, inbox);
    let (width, height) = screen.size()?;
    let mut app = Loop {
        model: &mut model,
        shell,
        screen: &mut screen,
        clock,
        begun: Instant::now(),
        questions: Vec::new(),
    };
    app.take(Msg::Resize(width, height))?;
    app.run(&messages)?;
    drop(app);
    let mut exit = model.exit.take().unwrap_or_default();
    session::keep(&mut exit.session, before, &given);
    Ok(exit)
}

fn model(options: &RunOptions) -> Model {
    let selection = Selection { filter: options.filter.clone(), ..Selection::default() };
    let setup = Setup { writable: options.tools.writable, ..options.setup.clone() };
    let mut model = Model::new(setup, options.skin.clone(), Times::new(options.zone), selection);
    model.now.wall = Some((options.tools.clock)());
    model.columns.clone_from(&options.columns);
    model.sort = options.sort;
    model.detail.layout = options.layout;
    model.table.folding = options.fold_sets;
    model.mouse = options.modes.mouse;
    model.read_on(options.tools.loading.as_ref().and_then(Loading::now));
    session::restore(&mut model, &options.session, options.resume);
    if let Some(id) = options.entry {
        start_at(&mut model, id.into());
    }
    model
}

/// Terminal events become messages.
fn listen(inbox: Sender<Msg>) -> io::Result<()> {
    let send = move |event| {
        let msg = match event {
            TerminalEvent::Key(key) => Msg::Key(key),
            TerminalEvent::Paste(text) => Msg::Paste(text),
            TerminalEvent::Mouse(event) => Msg::Mouse(event),
            TerminalEvent::Resize(width, height) => Msg::Resize(width, height),
            TerminalEvent::Suspend => Msg::Suspend,
            TerminalEvent::Continued => Msg::Resumed,
            TerminalEvent::Terminate(_) | TerminalEvent::Lost(_) => Msg::Terminate,
        };
        inbox.send(msg).is_ok()
    };
    terminal::spawn_reader(send).map(drop)
}

struct Loop<'a> {
    model: &'a mut Model,
    shell: Shell,
    screen: &'a mut Screen,
    clock: Clock,
    begun: Instant,
    /// Questions to the store, asked when the frame is drawn.
    questions: Vec<Effect>,
}

impl Loop<'_> {
    fn run(&mut self, messages: &Receiver<Msg>) -> io::Result<()> {
        while self.model.exit.is_none() {
            match messages.try_recv() {
                Ok(msg) => self.take(msg)?,
                Err(_) => {
                    self.draw()?;
                    // The terminal goes before the threads that are about to get work.
                    std::thread::yield_now();
                    self.ask();
                    match messages.recv_timeout(self.pause()) {
                        Ok(msg) => self.take(msg)?,
                        Err(RecvTimeoutError::Timeout) => self.tick()?,
                        Err(RecvTimeoutError::Disconnected) => return Ok(()),
                    }
                }
            }
        }
        Ok(())
    }

    fn now(&self) -> Now {
        Now { wall: Some((self.clock)()), running: self.begun.elapsed() }
    }

    fn tick(&mut self) -> io::Result<()> {
        self.update(Msg::Time(self.now()))
    }

    fn take(&mut self, msg: Msg) -> io::Result<()> {
        if matches!(msg, Msg::Key(_) | Msg::Paste(_) | Msg::Mouse(_) | Msg::Resize(..)) {
            self.shell.used();
        }
        self.tick()?;
        match msg {
            Msg::Resumed => {
                self.screen.resume()?;
                self.fit()?;
            }
            Msg::Resize(width, height) => self.screen.resize(width, height)?,
            _ => {}
        }
        self.update(msg)
    }

    fn update(&mut self, msg: Msg) -> io::Result<()> {
        for effect in update(self.model, msg) {
            if effect.is_question() {
                self.questions.push(effect);
                continue;
            }
            match self.shell.perform(effect) {
                Some(OnScreen::Mouse(on)) => self.screen.set_mouse(on)?,
                Some(OnScreen::Suspend) => self.suspend()?,
                Some(OnScreen::Repaint) => self.screen.redraw()?,
                Some(OnScreen::Send(sequence)) => self.screen.write_between_frames(&sequence)?,
                None => {}
            }
        }
        Ok(())
    }

    fn ask(&mut self) {
        for question in std::mem::take(&mut self.questions) {
            self.shell.perform(question);
        }
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.screen.suspend()?;
        self.fit()
    }

    /// The terminal may have been resized while it was not ours.
    fn fit(&mut self) -> io::Result<()> {
        let (width, height) = self.screen.size()?;
        self.screen.resize(width, height)?;
        self.update(Msg::Resize(width, height))
    }

    fn draw(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.model.changed) {
            return Ok(());
        }
        let model = &*self.model;
        self.screen.draw(|buffer| {
            let cursor = view::view(model, buffer);
            cursor.filter(|cursor| cursor.seen).map(|cursor| cursor.at)
        })
    }

    /// How long nothing changes by itself.
    fn pause(&self) -> Duration {
        let minute = Duration::from_nanos(next_minute(self.model.wall()).unsigned_abs());
        let now = self.begun.elapsed();
        let due = self.model.due().map(|due| due.saturating_sub(now));
        due.map_or(minute, |due| due.min(minute)).max(Duration::from_millis(1))
    }
}
