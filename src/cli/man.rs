//! `auditty man`: the manual page.

use std::io::Write as _;

use clap::{Args, CommandFactory as _};

use super::{Cli, Result, Status, output};

/// Print the manual page: auditty man | man -l -
#[derive(Debug, Args)]
pub(super) struct Man {}

pub(super) fn run(_: &Man) -> Result {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        clap_mangen::Man::new(sub.clone().bin_name(format!("auditty {}", sub.get_name())))
            .render(&mut page)?;
    }
    let mut out = output::stdout();
    out.write_all(&page)?;
    out.flush()?;
    Ok(Status::Done)
}
