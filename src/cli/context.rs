//! What subcommands share: settings, the time of now, the store, and reading a query.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::output::{counted, say, size};
use super::{Color, Failure, Global, Result, argv};
use crate::config::{Config, Env, Flags};
use crate::domain::zone::Zone;
use crate::domain::{Field, Plan, TimeSpan, Timestamp};
use crate::ingest::format::{FormatError, Formats};
use crate::ops::access::Step;
use crate::ops::column::{self, Column, SortError};
use crate::ops::open::{self, Opened};
use crate::present::sanitise;
use crate::query::{Expr, Filter, ParseContext, Sort, Term, TimeTerm, describe, parse};

/// The settings in force and the time of now.
#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) env: Env,
    pub(super) config: Config,
    pub(super) plan: Plan,
    pub(super) zone: Zone,
    pub(super) now: Timestamp,
    pub(super) quiet: bool,
    verbose: bool,
    started: Instant,
    pub(super) read_only: bool,
    pub(super) fresh: bool,
}

impl Context {
    /// Reads the settings.
    pub(super) fn new(global: &Global) -> Result<Context> {
        let env = Env::of_process();
        let store = global.store.as_deref().map(|path| path.to_string_lossy().into_owned());
        let color = global.color.map(|color| match color {
            Color::Auto => "auto",
            Color::Always => "always",
            Color::Never => "never",
        });
        let flags = Flags::default()
            .text("store", "--store", store.as_deref())
            .text("plan", "--plan", global.plan.as_deref())
            .text("tz", "--tz", global.tz.as_deref())
            .text("theme", "--theme", global.theme.as_deref())
            .text("color", "--color", color)
            .switch("ascii", "--ascii", global.ascii, true)
            .switch("redact", "--no-redact", global.no_redact, false);
        let config = Config::load(&env, global.config.as_deref(), &flags)?;
        let plan = Plan::parse(&config.settings.plan).unwrap_or_default();
        let zone = Zone::parse(&config.settings.tz)?;
        // A slip in a flag is told also where nothing is drawn; one in a file must not be in the way of a script.
        if global.theme.is_some() {
            crate::tui::run::theme(&config, &config.settings.theme).map_err(Failure::unusable)?;
        }
        let (quiet, read_only, fresh) = (global.quiet, global.read_only, global.fresh);
        let (verbose, started, now) = (global.verbose, Instant::now(), now(None)?);
        let context = Context { env, config, plan, zone, now, quiet, verbose, started, read_only, fresh };
        context.explain(|| {
            let store = shown(&context.config.store());
            format!(
                "store {store} ({}); plan {plan}; zone {}",
                context.config.origin("store"),
                zone.label(now)
            )
        });
        Ok(context)
    }

    /// Says what was read, understood or done, with the time since the start, where that was asked for.
    pub(super) fn explain(&self, text: impl FnOnce() -> String) {
        if self.verbose {
            let passed = self.started.elapsed().as_secs_f64() * 1e3;
            say(&sanitise::plain(&format!("auditty: {passed:8.1} ms  {}", text())));
        }
    }

    /// Says something unless asked to be quiet.
    pub(super) fn tell(&self, text: &str) {
        if !self.quiet {
            say(text);
        }
    }

    /// Opens the store to read.
    pub(super) fn open(&self) -> Result<Opened> {
        self.open_with(true, false)
    }

    /// Opens the store to write; makes it where there is none and `create` is set.
    pub(super) fn open_to_write(&self, create: bool) -> Result<Opened> {
        if self.read_only {
            let path = self.config.store().display().to_string();
            return Err(crate::store::StoreError::ReadOnly { path }.into());
        }
        self.open_with(false, create)
    }

    /// Opens the store for the screen, which writes notes and marks where it may; one is made where there is none.
    pub(super) fn open_for_screen(&self) -> Result<Opened> {
        // One that was named by hand is not made: the name may be mistyped.
        let usual = self.config.store() == self.config.paths.store();
        self.open_with(self.read_only, usual && !self.read_only)
    }

    fn open_with(&self, read_only: bool, create: bool) -> Result<Opened> {
        let path = self.config.store();
        let there = path.try_exists().map_err(|error| {
            Failure::unusable(format!("the store {} cannot be looked at: {error}", path.display()))
        })?;
        if !create && !there {
            let why = format!("there is no store at {}; auditty import FILE makes one", path.display());
            return Err(Failure::unusable(why).into());
        }
        let opened = Opened::store(&path, read_only, create, &self.options())?;
        self.warn(&opened.formats().problems(false));
        if self.verbose {
            let stats = opened.access()?.stats()?;
            self.explain(|| {
                let (entries, blocks) = (counted(stats.entries, "entry"), counted(stats.blocks, "block"));
                let (segments, size) = (counted(stats.segments, "segment"), size(stats.file_bytes));
                let bare = counted(stats.unfiltered_blocks, "block");
                format!("opened: {entries} in {segments} and {blocks}, {size}; {bare} without a text filter")
            });
        }
        Ok(opened)
    }

    /// Returns the formats there are, and says which of the user's own are left out.
    pub(super) fn formats(&self) -> Formats {
        let formats = Formats::load(Some(&self.config.paths.formats()));
        self.warn(&formats.problems(true));
        formats
    }

    fn warn(&self, problems: &[FormatError]) {
        for problem in problems {
            self.tell(&format!("left out: {}", sanitise::plain(&problem.to_string())));
        }
    }

    /// Returns what it takes to open a store.
    pub(super) fn options(&self) -> open::Options {
        let formats = Some(self.config.paths.formats());
        open::Options { formats, plan: self.plan, now: self.now, mask: self.config.settings.redact }
    }

    /// Returns the folder for stores that are not kept.
    pub(super) fn temporary(&self) -> PathBuf {
        self.config.paths.cache.join("temporary")
    }

    /// Says what the time ranges of a query came to: an evidence must not depend on how `7d` is read.
    pub(super) fn echo(&self, filter: &Filter) {
        self.explain(|| match filter.to_string() {
            text if text.is_empty() => "query: everything".to_owned(),
            text => format!("query: {text}"),
        });
        let mut terms = Vec::new();
        times(&filter.expr, &mut terms);
        // `time:none` is all that lies outside of all time: there is no interval to name.
        for term in terms.into_iter().filter(|term| term.span != TimeSpan::default()) {
            let (key, typed) = (term.key.as_str(), &term.typed);
            self.tell(&sanitise::plain(&format!("{key}:{typed} is {}", describe(&term.span, self.zone))));
        }
    }

    /// Whether more is to be said than usual.
    pub(super) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Reads a query typed as arguments.
    pub(super) fn filter(&self, words: &[String]) -> Result<Filter> {
        let is_file = |word: &String| word.contains(['.', '/', '\\']) && Path::new(word).is_file();
        if let Some(file) = words.first().filter(|_| words.iter().all(is_file)) {
            let why = format!(
                "{file} is a file, and this is a query; `auditty view {file}` looks at it, `auditty import {file}` \
                 keeps it; to search for the text, write it in quotes: '\"{file}\"'"
            );
            return Err(Failure::unusable(sanitise::plain(&why)).into());
        }
        self.filter_of(&argv::join(words))
    }

    /// Reads a query; an error shows the spot.
    pub(super) fn filter_of(&self, text: &str) -> Result<Filter> {
        let context = ParseContext { now: self.now, zone: self.zone };
        parse(text, &context)
            .map_err(|error| Failure::unusable(format!("in the query\n{}", error.caret(text))).into())
    }
}

/// Collects the time ranges of a condition.
fn times<'f>(expr: &'f Expr, out: &mut Vec<&'f TimeTerm>) {
    match expr {
        Expr::And(terms) | Expr::Or(terms) => terms.iter().for_each(|term| times(term, out)),
        Expr::Not(inner) => times(inner, out),
        Expr::Term(Term::Time(term)) => out.push(term),
        Expr::All | Expr::Term(_) => {}
    }
}

/// Returns the time given, in RFC 3339 or as a date, or that of the clock.
pub(super) fn now(given: Option<&str>) -> Result<Timestamp> {
    let Some(text) = given else {
        return Ok(Timestamp::from_utc(chrono::Utc::now()).unwrap_or(Timestamp(0)));
    };
    let whole = chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
    let day = || text.parse::<chrono::NaiveDate>().ok()?.and_hms_opt(0, 0, 0).map(|time| time.and_utc());
    whole.or_else(day).and_then(Timestamp::from_utc).ok_or_else(|| {
        Failure::unusable(format!("{text:?} is no time; write it like 2026-01-05T10:30:00Z or 2026-01-05"))
            .into()
    })
}

/// Reads the columns of a table or export.
pub(super) fn columns(text: Option<&str>) -> Result<Vec<Column>> {
    let Some(text) = text else { return Ok(Vec::new()) };
    Column::parse_list(text).map_err(|name| {
        let names = Column::ALL.iter().map(|column| column.name());
        unknown("column", &name, names).into()
    })
}

/// Reads a field to count by, where steps of time were read before: who mistypes one is told of both.
pub(super) fn counted_by(name: &str) -> Result<Field> {
    let names = Field::ALL.iter().map(|field| field.key()).chain(Step::ALL.iter().map(|step| step.as_str()));
    column::parse_field(name).ok_or_else(|| unknown("field or time", name, names).into())
}

fn no_field(name: &str) -> Failure {
    unknown("field", name, Field::ALL.iter().map(|field| field.key()))
}

/// Reads an order: a column, `:asc` or `:desc` behind it. Times fall by default, other columns rise.
pub(super) fn sort(text: Option<&str>) -> Result<Option<Sort>> {
    let read = text.map(column::parse_sort).transpose();
    read.map_err(|error| match error {
        SortError::Column(name) => no_field(&name).into(),
        SortError::Direction(other) => {
            Failure::unusable(format!("{other:?} is no direction; write asc or desc")).into()
        }
    })
}

fn unknown<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str> + Clone) -> Failure {
    match crate::config::nearest(name, names.clone()) {
        Some(near) => Failure::unusable(format!("{name:?} is no {what}; did you mean {near}?")),
        None => {
            let all: Vec<_> = names.collect();
            Failure::unusable(format!("{name:?} is no {what}; there are {}", all.join(", ")))
        }
    }
}

/// Returns a path as it is said.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}
