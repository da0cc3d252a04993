//! Handing over to the screen.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::context::Context;
use super::output::to_screen;
use super::{Failure, Result, Status};
use crate::config::{Origin, Session};
use crate::domain::{EntryId, Timestamp};
use crate::ops::Column;
use crate::ops::open::Opened;
use crate::query::{Cancel, Filter, Sort};
use crate::tui::loading::Loading;
use crate::tui::{self, RunOptions};

/// How long the screen waits for files to be read, so that small ones are there in the first frame and
/// what cannot be read is said without a screen.
const HEAD_START: Duration = Duration::from_millis(250);

/// What the screen shows first.
#[derive(Clone, Debug, Default)]
pub(super) struct Start {
    /// The query.
    pub(super) filter: Filter,
    /// The columns and the order of a view.
    pub(super) view: Option<(Vec<Column>, Sort)>,
    /// The entry under the cursor.
    pub(super) entry: Option<EntryId>,
    /// What the header calls the store; empty for the user's own.
    pub(super) label: String,
    /// The arguments that show the same entries, where they are not of the user's own store.
    pub(super) command: Vec<String>,
    /// Files that are being read into the store.
    pub(super) loading: Option<Loading>,
    /// Whether what is shown is followed at the moment.
    pub(super) live: Option<Arc<AtomicBool>>,
}

/// Opens the screen until the user leaves it.
pub(super) fn run(context: &Context, opened: &Arc<Opened>, start: Start) -> Result {
    if !to_screen() {
        let why = "no screen can be drawn here (no terminal, or TERM=dumb); auditty query, show and export print lines";
        return Err(Failure::unusable(why).into());
    }
    let own = start.label.is_empty();
    let (begun, now) = (Instant::now(), context.now);
    // The data of a demonstration end at a time of their own, from which the clock goes on.
    let clock = Arc::new(move || {
        let passed = i64::try_from(begun.elapsed().as_nanos()).unwrap_or(i64::MAX);
        Timestamp(now.0.saturating_add(passed))
    });
    let mut options =
        RunOptions::new(&context.config, &context.env, opened.clone(), clock).map_err(Failure::unusable)?;
    options.tools.writable = !context.read_only;
    options.tools.loading = start.loading;
    options.setup.label = start.label;
    options.tools.live = start.live;
    options.setup.query_flag = !start.command.is_empty();
    options.setup.command = command(context, own, start.command);
    options.zone = context.zone;
    let file = context.config.paths.session();
    if !context.fresh {
        options.session = Session::load(&file);
        forget_settings(context, &mut options.session);
        let same = options.session.store.as_deref() == Some(opened.path.as_path());
        options.resume =
            own && same && start.view.is_none() && start.filter == Filter::all() && start.entry.is_none();
    }
    options.filter = start.filter;
    if let Some((columns, sort)) = start.view {
        options.sort = sort;
        if !columns.is_empty() {
            options.columns = columns.iter().map(|column| column.name().to_owned()).collect();
            options.session.columns.clear();
        }
    }
    options.entry = start.entry;
    let exit = tui::run(options).map_err(|error| Failure::unusable(format!("the terminal: {error}")))?;
    if own {
        let session = Session { store: Some(opened.path.clone()), ..exit.session };
        if let Err(error) = session.save(&file) {
            context.tell(&format!("the session could not be kept in {}: {error}", file.display()));
        }
    }
    if let Some(signal) = tui::terminal::ended_by() {
        super::signals::ended_by(signal);
    }
    Ok(if exit.interrupted { Status::Interrupted } else { Status::Done })
}

/// What a file, the environment or a flag sets is not restored from the last session.
fn forget_settings(context: &Context, session: &mut Session) {
    let set = |name| context.config.origin(name) != Origin::Default;
    let Session { theme, hints, layout, columns, .. } = session;
    for (name, value) in [("theme", theme), ("hints", hints), ("layout", layout)] {
        if set(name) {
            value.clear();
        }
    }
    if set("columns") {
        columns.clear();
    }
}

/// Returns the arguments that show the same entries: what was chosen by flags and bears on them, and those of the
/// subcommand or the store, where it is not the usual one.
fn command(context: &Context, own: bool, subcommand: Vec<String>) -> Vec<String> {
    let settings = &context.config.settings;
    let chosen = [("plan", "--plan", &settings.plan), ("tz", "--tz", &settings.tz)];
    let chosen =
        chosen.into_iter().filter(|(name, ..)| matches!(context.config.origin(name), Origin::Flag(_)));
    let mut words: Vec<String> =
        chosen.flat_map(|(_, flag, value)| [flag.to_owned(), value.clone()]).collect();
    words.extend(store(context, own));
    words.extend(subcommand);
    words
}

/// Returns the name of a file as another folder would need it; of what is no file, as it was given.
pub(super) fn anywhere(name: &str) -> String {
    let path = std::path::Path::new(name);
    let absolute = path.exists().then(|| std::path::absolute(path).ok()).flatten();
    absolute.map_or_else(|| name.to_owned(), |path| path.display().to_string())
}

/// Returns the arguments that name the store, where it is not the usual one.
fn store(context: &Context, own: bool) -> Vec<String> {
    let store = context.config.store();
    if own && store != context.config.paths.store() {
        // The command line may be run in another folder.
        let store = std::path::absolute(&store).unwrap_or(store);
        vec!["--store".to_owned(), store.display().to_string()]
    } else {
        Vec::new()
    }
}

/// Opens the screen while `load` fills the store on another thread, as soon as it says that something can be seen; leaving the screen cancels it.
pub(super) fn run_while(
    context: &Context,
    opened: &Arc<Opened>,
    start: Start,
    cancel: &Cancel,
    load: impl FnOnce(&dyn Fn()) -> Result + Send,
) -> Result {
    std::thread::scope(|scope| {
        let (done, ended) = channel();
        let work = move || {
            // Nobody listens any more when the screen was left before.
            let shown = || drop(done.send(None));
            let loaded = load(&shown);
            let _ = done.send(Some(loaded));
        };
        std::thread::Builder::new().name("auditty-load".to_owned()).spawn_scoped(scope, work)?;
        match ended.recv_timeout(HEAD_START) {
            Ok(None | Some(Ok(Status::Done))) | Err(RecvTimeoutError::Timeout) => {}
            Ok(Some(other)) => return other,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure::unusable("a fault while reading; please report it").into());
            }
        }
        super::signals::leave_to_screen();
        let status = run(context, opened, start);
        let left_early = ended.try_iter().flatten().all(|ended| ended.is_ok());
        cancel.cancel();
        match (status, left_early) {
            (Ok(status), true) => Ok(status),
            (Ok(_), false) => Err(Failure::unusable("a file could not be read to its end").into()),
            (failed, _) => failed,
        }
    })
}
