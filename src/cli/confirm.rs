//! Asking before something is removed.

use std::io::{self, IsTerminal as _, Write as _};

use super::{Failure, Result};

/// Returns whether to do it: `yes` was given, or the user says so. Where nobody can be asked `yes` is wanted.
pub(super) fn confirm(what: &str, yes: bool) -> Result<bool> {
    if yes {
        return Ok(true);
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::unusable(format!("this would {what}; --yes does it")).into());
    }
    let mut err = io::stderr();
    write!(err, "{what}? [y/N] ")?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
