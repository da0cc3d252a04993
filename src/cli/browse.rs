//! `auditty browse`, and the bare form: the screen on a terminal, a table in a pipe or where TERM is dumb.

use std::sync::Arc;

use clap::Args;

use super::context::Context;
use super::query;
use super::shape::Shape;
use super::views::Chosen;
use super::{Global, Result, output};

/// Browse the store; into a pipe, print a table
#[derive(Debug, Args)]
#[command(after_help = super::query_help::LANGUAGE)]
pub(super) struct Browse {
    /// What to show: words, key:value, -key:value, since:7d ...
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// A view to begin with: its query, columns and order
    #[arg(long, value_name = "NAME")]
    view: Option<String>,
    #[command(flatten)]
    shape: Shape,
}

pub(super) fn run(global: &Global, args: &Browse) -> Result {
    if !output::to_screen() {
        return query::run(global, &args.shape.table(args.query.clone(), args.view.clone()));
    }
    let context = Context::new(global)?;
    let (columns, sort) = args.shape.read()?;
    let filter = if args.query.is_empty() && args.view.is_none() && !context.config.settings.query.is_empty()
    {
        context.filter_of(&context.config.settings.query)?
    } else {
        context.filter(&args.query)?
    };
    let opened = Arc::new(context.open_for_screen()?);
    let chosen = Chosen::new(&context, &opened, args.view.as_deref(), &filter)?;
    let (filter, columns, sort) = chosen.with(columns, sort);
    let view = (args.view.is_some() || args.shape.is_named()).then_some((columns, sort));
    super::screen::run(&context, &opened, super::screen::Start { filter, view, ..Default::default() })
}
