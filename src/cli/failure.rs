//! How the program ends: exit statuses, and what is said about errors.

use std::io::{self, Write as _};

use crate::present::sanitise;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It did what was asked.
    Done,
    /// Nothing was found.
    Nothing,
    /// Wrong usage, or input that cannot be read.
    Unusable,
    /// Interrupted by the user.
    Interrupted,
}

impl Status {
    /// Returns the exit status.
    pub fn code(self) -> u8 {
        match self {
            Status::Done => 0,
            Status::Nothing => 1,
            Status::Unusable => 2,
            Status::Interrupted => 130,
        }
    }
}

/// An error with an exit status of its own.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The exit status.
    pub status: Status,
    /// What went wrong; empty where everything was said already.
    pub message: String,
}

impl Failure {
    /// Returns the error of wrong usage or unreadable input.
    pub fn unusable(message: impl Into<String>) -> Failure {
        Failure { status: Status::Unusable, message: message.into() }
    }

    /// Returns the error that nothing was found.
    pub fn nothing(message: impl Into<String>) -> Failure {
        Failure { status: Status::Nothing, message: message.into() }
    }
}

/// Says what went wrong and returns how the program ends. That nobody reads the output any more is no error.
pub(super) fn report(error: &anyhow::Error) -> Status {
    if is_broken_pipe(error) {
        return Status::Done;
    }
    let failure = error.downcast_ref::<Failure>();
    let text = said_once(error);
    if !text.is_empty() {
        // What is quoted may come from a record or a query: nothing of it may act on the terminal.
        let text = text.lines().map(sanitise::plain).collect::<Vec<_>>().join("\n");
        // Where standard error is closed too, nobody can be told.
        let _ = writeln!(io::stderr(), "auditty: {text}");
    }
    failure.map_or(Status::Unusable, |failure| failure.status)
}

/// Joins an error with its causes; a cause that its effect already quotes is not said again.
fn said_once(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(broken))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn a_closed_pipe_is_success() {
        let error = anyhow::Error::from(io::Error::from(io::ErrorKind::BrokenPipe)).context("writing");
        assert_eq!(report(&error), Status::Done);
    }

    #[test]
    fn an_error_says_its_causes_once() {
        let inner = io::Error::other("disk full");
        let error =
            Err::<(), _>(inner).context("writing a.csv").context("writing a.csv: disk full").unwrap_err();
        assert_eq!(said_once(&error), "writing a.csv: disk full");
        assert_eq!(report(&anyhow::anyhow!("x")).code(), 2);
        assert_eq!(report(&Failure::nothing("none").into()).code(), 1);
    }
}
