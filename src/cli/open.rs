//! `auditty open`: the screen, standing on one entry.

use std::sync::Arc;

use clap::Args;

use super::context::Context;
use super::{Global, Result, screen, show};

/// Browse the store, standing on an entry
#[derive(Debug, Args)]
pub(super) struct Open {
    /// The entry: a link, an id, or at least the first seven characters of one
    #[arg(value_name = "LINK|ID")]
    link: String,
}

pub(super) fn run(global: &Global, args: &Open) -> Result {
    let context = Context::new(global)?;
    let prefix = show::read(&args.link)?;
    let opened = Arc::new(context.open_for_screen()?);
    let id = show::find(&mut opened.access()?, &prefix)?;
    screen::run(&context, &opened, screen::Start { entry: Some(id), ..Default::default() })
}
