//! `auditty views`: queries with their columns and order, kept under a name; and `--view NAME`, which uses one.

use std::io::Write as _;

use clap::{Args, Subcommand};

use super::context::{self, Context};
use super::output::stdout;
use super::{Failure, Global, Result, Status, argv};
use crate::ops::column::Column;
use crate::ops::open::Opened;
use crate::ops::views::{self, Body, View};
use crate::present::sanitise;
use crate::query::edit::{clear_time, time_terms};
use crate::query::{Filter, Sort};

/// List the views: queries kept under a name
#[derive(Debug, Args)]
#[command(
    after_help = "auditty --view NAME shows one, also with more words behind it; V lists them on the screen"
)]
pub(super) struct Views {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Keep a query under a name, in place of one with that name
    Save(Save),
    /// Forget a view
    Remove {
        /// Its name
        name: String,
    },
}

#[derive(Debug, Args)]
struct Save {
    /// Its name
    name: String,
    /// What to show: words, key:value, -key:value, since:7d ...
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// The columns, with commas between them
    #[arg(long, value_name = "C,..")]
    columns: Option<String>,
    /// The column to sort by; :asc or :desc behind it
    #[arg(long, value_name = "KEY")]
    sort: Option<String>,
}

pub(super) fn run(global: &Global, args: &Views) -> Result {
    let context = Context::new(global)?;
    match &args.what {
        None => list(&context),
        Some(What::Save(save)) => keep(&context, save),
        Some(What::Remove { name }) => remove(&context, name),
    }
}

fn list(context: &Context) -> Result {
    let views = views::all(&mut context.open()?.access()?)?;
    let mut out = stdout();
    let wide = views.iter().map(|view| view.name.chars().count()).max().unwrap_or(0);
    for view in views {
        let query = if view.body.query.is_empty() { "everything" } else { &view.body.query };
        let mut line = format!("{:<wide$}  {query}", view.name);
        for (what, value) in [("columns", view.body.columns.join(",")), ("sort", view.body.sort.clone())] {
            if !value.is_empty() {
                line.push_str(&format!("  --{what} {value}"));
            }
        }
        writeln!(out, "{}", sanitise::plain(&line))?;
    }
    out.flush()?;
    Ok(Status::Done)
}

fn keep(context: &Context, args: &Save) -> Result {
    let name = views::name(&args.name).map_err(Failure::unusable)?;
    let query = argv::join(&args.query);
    // What would not be understood later is said now.
    context.filter_of(&query)?;
    let columns = context::columns(args.columns.as_deref())?;
    let columns = columns.iter().map(|column| column.name().to_owned()).collect();
    let body = Body::new(query, columns, context::sort(args.sort.as_deref())?.unwrap_or_default());
    let opened = context.open_to_write(false)?;
    views::keep(opened.store.writer()?.as_mut(), name, Some(&body))?;
    context.tell(&sanitise::plain(&format!("view {name} kept")));
    Ok(Status::Done)
}

fn remove(context: &Context, name: &str) -> Result {
    let opened = context.open_to_write(false)?;
    let view = find(&mut opened.access()?, name)?;
    if !view.own {
        let why =
            format!("the view {name} is there from the start; one of your own with its name replaces it");
        return Err(Failure::unusable(why).into());
    }
    views::keep(opened.store.writer()?.as_mut(), name, None)?;
    context.tell(&sanitise::plain(&format!("view {name} forgotten")));
    Ok(Status::Done)
}

fn find(access: &mut crate::ops::Access, name: &str) -> Result<View> {
    let all = views::all(access)?;
    let names = all.iter().map(|view| view.name.as_str());
    let near = crate::config::nearest(name, names);
    let hint =
        near.map_or_else(|| "auditty views lists them".to_owned(), |near| format!("did you mean {near:?}?"));
    let missing = || Failure::unusable(format!("there is no view {name:?}; {hint}"));
    Ok(all.iter().find(|view| view.name == name).cloned().ok_or_else(missing)?)
}

/// What a view named on the command line adds to it.
pub(super) struct Chosen {
    filter: Filter,
    columns: Vec<Column>,
    sort: Sort,
}

impl Chosen {
    /// Returns what the view of this name shows, with more conditions; without a name, those alone.
    pub(super) fn new(
        context: &Context,
        opened: &Opened,
        name: Option<&str>,
        more: &Filter,
    ) -> Result<Chosen> {
        let Some(name) = name else {
            return Ok(Chosen { filter: more.clone(), columns: Vec::new(), sort: Sort::default() });
        };
        let body = find(&mut opened.access()?, name)?.body;
        let kept = context.filter_of(&body.query)?;
        // A range asked for takes the place of the view's, which it could not widen else.
        let kept = if time_terms(more).is_empty() { kept } else { clear_time(&kept) };
        let filter = kept.and(more);
        let columns = body.columns.iter().filter_map(|name| Column::parse(name)).collect();
        Ok(Chosen { filter, columns, sort: body.order() })
    }

    /// Returns the filter; the columns, where none were asked for otherwise; the order, likewise.
    pub(super) fn with(self, columns: Vec<Column>, sort: Option<Sort>) -> (Filter, Vec<Column>, Sort) {
        let columns = if columns.is_empty() { self.columns } else { columns };
        (self.filter, columns, sort.unwrap_or(self.sort))
    }
}
