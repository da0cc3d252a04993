//! Standard output and standard error: data, news, progress.

use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};
use std::time::{Duration, Instant};

pub(super) use crate::present::number::{counted, grouped, size};

/// Least time between two drawings of the progress line.
const EVERY: Duration = Duration::from_millis(100);

/// Returns standard output for data, buffered; whoever writes must flush it and look at the result.
pub(super) fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Says something on standard error, on a line of its own.
pub(super) fn say(text: &str) {
    // Where standard error is closed nobody can be told.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Returns how many columns the terminal has.
pub(super) fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    columns.or_else(crate::tui::terminal::columns).unwrap_or(80)
}

/// Whether standard output is a terminal.
pub(super) fn to_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether a screen can be drawn: on a terminal, and none that says of itself that it can do nothing but lines.
pub(super) fn to_screen() -> bool {
    to_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// A line on standard error that says how far the work is, on a terminal only.
#[derive(Debug)]
pub(super) struct Progress {
    shown: bool,
    quiet: bool,
    drawn: Option<Instant>,
    started: Instant,
    width: usize,
}

impl Progress {
    /// Returns the line; nothing is shown where standard error is no terminal or `quiet`.
    pub(super) fn new(quiet: bool) -> Progress {
        let shown = !quiet && io::stderr().is_terminal();
        Progress { shown, quiet, drawn: None, started: Instant::now(), width: 0 }
    }

    /// Whether nothing but errors is to be told.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Returns how long the work takes so far.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Shows a text in place of the last one, not too often.
    pub(super) fn show(&mut self, text: impl FnOnce(Duration) -> String) {
        if !self.shown || self.drawn.is_some_and(|drawn| drawn.elapsed() < EVERY) {
            return;
        }
        let text = text(self.started.elapsed());
        let blank = self.width.saturating_sub(text.chars().count());
        self.width = text.chars().count();
        self.drawn = Some(Instant::now());
        let mut err = io::stderr();
        let _ = write!(err, "\r{text}{:blank$}", "");
        let _ = err.flush();
    }

    /// Takes the line away.
    pub(super) fn clear(&mut self) {
        if self.drawn.take().is_some() {
            let _ = write!(io::stderr(), "\r{:width$}\r", "", width = self.width);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Returns how many per second.
pub(super) fn rate(n: u64, elapsed: Duration) -> u64 {
    (n as f64 / elapsed.as_secs_f64().max(0.001)) as u64
}
