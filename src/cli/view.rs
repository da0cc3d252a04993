//! `auditty view`: the screen on files alone; nothing is kept.

use std::sync::Arc;

use clap::Args;

use super::context::Context;
use super::import::{self, PUBLISH_EVERY, Reading};
use super::output::{Progress, to_screen};
use super::query;
use super::shape::Shape;
use super::{Failure, Global, Result, Status, argv, screen, signals};
use crate::ops::import::{self as ops, Follow, ImportError, Options};
use crate::ops::open::Opened;
use crate::query::Cancel;
use crate::tui::loading::Loading;

/// Browse files without importing them; nothing is kept
#[derive(Debug, Args)]
pub(super) struct View {
    /// What to read: a file, a folder, a pattern, or - for standard input
    #[arg(value_name = "FILE|-", required = true)]
    files: Vec<String>,
    /// What to show
    #[arg(long, value_name = "QUERY")]
    query: Option<String>,
    #[command(flatten)]
    shape: Shape,
    /// Go on as the files grow
    #[arg(long, short = 'f')]
    follow: bool,
    #[command(flatten)]
    reading: Reading,
}

impl View {
    /// Returns the arguments that read the same files the same way.
    fn command(&self) -> Vec<String> {
        let mut words = vec!["view".to_owned()];
        words.extend(self.files.iter().map(|name| screen::anywhere(name)));
        words.extend(self.follow.then(|| "--follow".to_owned()));
        words.extend(self.reading.words());
        words
    }
}

pub(super) fn run(global: &Global, args: &View) -> Result {
    let context = Context::new(global)?;
    let text = args.query.as_deref().map(argv::unmark).unwrap_or_default().to_owned();
    let filter = context.filter_of(&text)?;
    args.shape.read()?;
    let overrides = args.reading.overrides()?;
    let opened = Arc::new(Opened::temporary(&context.temporary(), &context.options())?);
    let follow = args.follow.then(|| Follow { names: args.files.clone(), ..Follow::default() });
    let live = follow.as_ref().map(|follow| follow.live.clone());
    let options = Options {
        overrides,
        dry_run: false,
        publish_every: Some(PUBLISH_EVERY),
        follow: follow.clone().filter(|_| to_screen()),
        now: Some(context.now),
    };
    let cancel = signals::cancel_on_interrupt();
    if !to_screen() {
        let read = load(&context, &opened, &args.files, &options, &cancel, &Shown::default())?;
        if read == Status::Interrupted {
            return Ok(read);
        }
        let printed = query::print_opened(&context, &opened, &args.shape.table(vec![text], None))?;
        return Ok(if read == Status::Done { printed } else { read });
    }
    let label = args.files.join(" ");
    let (view, command) = (args.shape.view()?, args.command());
    let loading = Loading::default();
    let start = screen::Start {
        filter,
        view,
        label,
        command,
        live,
        loading: Some(loading.clone()),
        ..Default::default()
    };
    screen::run_while(&context, &opened, start, &cancel, |shown| {
        let told = Shown { first: Some(shown), loading: loading.clone() };
        let loaded = load(&context, &opened, &args.files, &options, &cancel, &told);
        loading.end();
        loaded
    })
}

/// Who is told how far reading is.
#[derive(Default)]
struct Shown<'a> {
    /// Called when the first entries can be seen.
    first: Option<&'a dyn Fn()>,
    /// What the screen asks.
    loading: Loading,
}

/// Reads the files into the store that is not kept, and tells `shown` how far it is.
fn load(
    context: &Context,
    opened: &Opened,
    files: &[String],
    options: &Options,
    cancel: &Cancel,
    shown: &Shown<'_>,
) -> Result {
    let mut progress = Progress::new(context.quiet || to_screen());
    let mut show = |now: &ops::Progress| {
        shown.loading.tell(now.bytes, now.total.unwrap_or(0));
        if let Some(first) = shown.first.filter(|_| now.published == 1) {
            first();
        }
        progress.show(|elapsed| import::progress_text(now, elapsed));
    };
    let (store, formats) = (opened.store.as_ref(), opened.formats());
    let summary = match ops::import(files, options, store, formats, &mut show, cancel) {
        Err(ImportError::Cancelled) => return Ok(Status::Interrupted),
        other => other?,
    };
    progress.clear();
    if summary.nothing_read() {
        return Err(Failure::unusable(import::unread(&summary, false).join("\n")).into());
    }
    if !to_screen() {
        import::tell_unread(&summary, false);
        return Ok(if summary.left_unread() { Status::Unusable } else { Status::Done });
    }
    // The screen is in front of standard error, and tells the rejects of each source itself.
    Ok(Status::Done)
}
