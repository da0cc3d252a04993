//! `auditty config`: the settings in force.

use std::io::Write as _;

use clap::Args;

use super::context::Context;
use super::output::stdout;
use super::{Global, Result, Status};

/// Print the settings in force, where each comes from, and the folders
#[derive(Debug, Args)]
pub(super) struct Config {}

pub(super) fn run(global: &Global, _: &Config) -> Result {
    let context = Context::new(global)?;
    let mut out = stdout();
    for line in context.config.report() {
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(Status::Done)
}
