//! `auditty query`: rows of the store on standard output.

use std::io::Write as _;

use clap::{Args, ValueEnum};

use super::context::{self, Context};
use super::output::{counted, grouped, stdout, to_terminal};
use super::views::Chosen;
use super::{Failure, Global, Result, Status, derived, renamed, signals, table, timeless};
use crate::domain::Field;
use crate::ops::access::Step;
use crate::ops::advice::advice;
use crate::ops::column;
use crate::ops::export::{self, ExportPlan, Output};
use crate::ops::open::Opened;
use crate::query::{Cancel, Filter, NoWatch};

/// Print entries, how many there are, or how many of each value
#[derive(Debug, Args)]
#[command(after_help = super::query_help::LANGUAGE)]
pub(super) struct Query {
    /// What to show: words, key:value, -key:value, since:7d ...
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// A view to begin with: its query, columns and order
    #[arg(long, value_name = "NAME")]
    view: Option<String>,
    /// How to print them
    #[arg(long, short, value_enum, default_value = "table")]
    output: Form,
    /// The columns, with commas between them
    #[arg(long, value_name = "C,..")]
    columns: Option<String>,
    /// The column to sort by; :asc or :desc behind it
    #[arg(long, value_name = "KEY")]
    sort: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", value_parser = at_most)]
    limit: Option<u64>,
    /// Write cells of CSV as they are, also those that a spreadsheet would run
    #[arg(long)]
    csv_raw: bool,
    /// Print only how many entries there are
    #[arg(long, conflicts_with_all = ["columns", "sort", "limit"])]
    count: bool,
    /// Print how many entries there are of each value of a field, or of each hour, day, week, month,
    /// weekday or hour-of-day
    #[arg(long, value_name = "FIELD", conflicts_with_all = ["columns", "sort", "count"])]
    by: Option<String>,
    /// Look for changed:, from: and to: in derived changes, too; takes longer
    #[arg(long)]
    derived: bool,
}

/// What entries are counted by.
enum By {
    /// The values of a field.
    Field(Field),
    /// Their times.
    Step(Step),
}

impl By {
    fn read(name: &str) -> Result<By> {
        match Step::parse(&name.to_ascii_lowercase()) {
            Some(step) => Ok(By::Step(step)),
            None => context::counted_by(name).map(By::Field),
        }
    }
}

/// How rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// Columns of text
    Table,
    /// One JSON object a line
    Ndjson,
    /// One JSON array
    Json,
    /// Comma-separated values
    Csv,
    /// A table of Markdown
    Md,
}

impl Query {
    /// Returns the table of a query, or of a view narrowed by it.
    pub(super) fn table(query: Vec<String>, view: Option<String>) -> Query {
        Query {
            query,
            view,
            output: Form::Table,
            columns: None,
            sort: None,
            limit: None,
            csv_raw: false,
            count: false,
            by: None,
            derived: false,
        }
    }

    /// Returns it with columns and an order of its own.
    pub(super) fn shaped(self, columns: Option<String>, sort: Option<String>) -> Query {
        Query { columns, sort, ..self }
    }
}

/// Reads a limit. None at all would look like an answer: that nothing matches.
pub(super) fn at_most(text: &str) -> std::result::Result<u64, String> {
    match text.parse() {
        Ok(0) => {
            Err("it must be 1 or more; `auditty query --count` prints only how many there are".to_owned())
        }
        Ok(limit) => Ok(limit),
        Err(_) => Err("it must be a number, 1 or more".to_owned()),
    }
}

pub(super) fn run(global: &Global, args: &Query) -> Result {
    let context = Context::new(global)?;
    // What is wrong with the query is said before what is wrong with the store.
    context.filter(&args.query)?;
    let opened = context.open()?;
    print_opened(&context, &opened, args)
}

/// Prints what is asked of an opened store.
pub(super) fn print_opened(context: &Context, opened: &Opened, args: &Query) -> Result {
    let filter = context.filter(&args.query)?;
    let columns = context::columns(args.columns.as_deref())?;
    let sort = context::sort(args.sort.as_deref())?;
    let by = args.by.as_deref().map(By::read).transpose()?;
    let chosen = Chosen::new(context, opened, args.view.as_deref(), &filter)?;
    let (filter, columns, sort) = chosen.with(columns, sort);
    context.echo(&filter);
    let mut cancel = signals::cancel_on_interrupt();
    timeless::tell(context, opened, &filter, &mut cancel)?;
    renamed::tell(context, opened, &filter, &mut cancel)?;
    let filter = derived::filter(context, opened, filter, args.derived, &mut cancel)?;
    if args.count {
        return count(context, opened, &filter, cancel);
    }
    match by {
        Some(By::Field(field)) => return facet(context, opened, &filter, field, args, cancel),
        Some(By::Step(step)) => return calendar(context, opened, &filter, step, args, cancel),
        None => {}
    }
    let plan = ExportPlan {
        filter,
        sort,
        limit: args.limit,
        columns,
        output: output(args.output),
        zone: context.zone,
        guard: !args.csv_raw,
    };
    match args.output {
        Form::Table => print_table(context, opened, plan, cancel),
        _ => print(context, opened, &plan, cancel),
    }
}

fn output(form: Form) -> Output {
    match form {
        Form::Table | Form::Md => Output::Markdown,
        Form::Ndjson => Output::Ndjson,
        Form::Json => Output::Json,
        Form::Csv => Output::Csv,
    }
}

fn count(context: &Context, opened: &Opened, filter: &Filter, mut cancel: Cancel) -> Result {
    let Some(count) = opened.access()?.count(filter, &mut cancel)? else { return Ok(Status::Interrupted) };
    context.explain(|| format!("counted {}", counted(count, "entry")));
    let mut out = stdout();
    writeln!(out, "{count}")?;
    out.flush()?;
    if count == 0 {
        return nothing(context, opened, filter);
    }
    Ok(Status::Done)
}

fn print_table(context: &Context, opened: &Opened, mut plan: ExportPlan, mut cancel: Cancel) -> Result {
    if plan.columns.is_empty() {
        plan.columns = column::TABLE.to_vec();
    }
    let mut access = opened.access()?;
    let mut out = stdout();
    let rows = table::print(context, &plan, &mut access, &mut out, &mut cancel)?;
    out.flush()?;
    context.explain(|| format!("printed {}", counted(rows.unwrap_or(0), "entry")));
    match rows {
        None => Ok(Status::Interrupted),
        Some(0) => nothing(context, opened, &plan.filter),
        Some(_) => Ok(Status::Done),
    }
}

fn print(context: &Context, opened: &Opened, plan: &ExportPlan, mut cancel: Cancel) -> Result {
    let mut access = opened.access()?;
    let mut out = super::sanitised::Sanitised::new(stdout(), to_terminal());
    let Some(done) = export::write(plan, &mut access, &mut out, &mut cancel)? else {
        return Ok(Status::Interrupted);
    };
    out.flush()?;
    for remark in super::export::remarks(context.plan, &done) {
        context.tell(&remark);
    }
    context.explain(|| format!("printed {}", counted(done.rows, "entry")));
    if done.rows == 0 { nothing(context, opened, &plan.filter) } else { Ok(Status::Done) }
}

/// Says that nothing matched, and where more may be.
fn nothing(context: &Context, opened: &Opened, filter: &Filter) -> Result {
    let mut access = opened.access()?;
    let outside = access.outside(filter, &mut NoWatch)?.unwrap_or(0);
    if outside > 0 {
        let entries = if outside == 1 { "1 entry that matches is" } else { "entries that match are" };
        let count = if outside == 1 { String::new() } else { format!("{} ", grouped(outside)) };
        context.tell(&format!("nothing matches in sight; {count}{entries} {}", access.outside_text()));
        return Ok(Status::Nothing);
    }
    let all = access.count(&Filter::all(), &mut NoWatch)?.unwrap_or(0);
    context.tell(&format!("nothing matches; the store shows {}", counted(all, "entry")));
    let advice = if all > 0 { advice(&mut access, filter, &mut NoWatch)? } else { None };
    for sentence in advice.unwrap_or_default() {
        context.tell(&crate::present::sanitise::plain(&sentence));
    }
    Ok(Status::Nothing)
}

/// Returns how the program ends where so many were found.
pub(super) fn found(count: u64) -> Status {
    if count == 0 { Status::Nothing } else { Status::Done }
}

fn facet(
    context: &Context,
    opened: &Opened,
    filter: &Filter,
    field: Field,
    args: &Query,
    mut cancel: Cancel,
) -> Result {
    let top = args.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let mut access = opened.access()?;
    let Some(facets) = access.facets(&[(field, filter.clone())], top, &mut cancel)? else {
        return Ok(Status::Interrupted);
    };
    let Some(facet) = facets.into_iter().next() else {
        return Err(Failure::unusable(format!("{} cannot be counted", field.key())).into());
    };
    let values = facet.values.iter().map(|value| (value.value.to_string(), value.count)).collect();
    let without = (facet.without > 0).then_some(facet.without);
    print_counts(context, facet.field.key(), values, without, args.output)?;
    if facet.values.is_empty() && facet.without == 0 {
        return nothing(context, opened, filter);
    }
    Ok(Status::Done)
}

/// Prints how many entries there are in each stretch of the calendar, the newest first.
fn calendar(
    context: &Context,
    opened: &Opened,
    filter: &Filter,
    step: Step,
    args: &Query,
    mut cancel: Cancel,
) -> Result {
    let top = args.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let counted = opened.access()?.by_calendar(filter, step, context.zone, &mut cancel)?;
    let Some(mut counted) = counted else { return Ok(Status::Interrupted) };
    let none = counted.stretches.is_empty() && counted.timeless == 0;
    counted.stretches.truncate(top);
    let without = (counted.timeless > 0).then_some(counted.timeless);
    print_counts(context, step.as_str(), counted.stretches, without, args.output)?;
    if none { nothing(context, opened, filter) } else { Ok(Status::Done) }
}

/// Prints values with their counts; those without a value stand last as `none`.
fn print_counts(
    context: &Context,
    key: &str,
    values: Vec<(String, u64)>,
    without: Option<u64>,
    form: Form,
) -> Result<()> {
    context.explain(|| format!("counted {}", counted(values.len() as u64, "value")));
    let rows: Vec<_> = values.into_iter().chain(without.map(|count| ("none".to_owned(), count))).collect();
    let text = counts_text(key, &rows, form);
    let mut out = super::sanitised::Sanitised::new(stdout(), to_terminal() || form == Form::Table);
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Returns values with their counts as text.
fn counts_text(key: &str, rows: &[(String, u64)], form: Form) -> String {
    let quote = crate::domain::json::quote;
    let object = |(value, count): &(String, u64)| format!("{{\"{key}\":{},\"count\":{count}}}", quote(value));
    match form {
        Form::Table => {
            let width = rows.iter().map(|(_, count)| count.to_string().len()).max().unwrap_or(0);
            rows.iter()
                .map(|(value, count)| format!("{count:>width$}  {}\n", value.replace('\n', " ")))
                .collect()
        }
        Form::Ndjson => rows.iter().map(|row| object(row) + "\n").collect(),
        Form::Json => format!("[{}]\n", rows.iter().map(object).collect::<Vec<_>>().join(",\n")),
        Form::Md => {
            let line =
                |(value, count): &(String, u64)| format!("| {} | {count} |\n", value.replace('|', "\\|"));
            format!("| {key} | count |\n| --- | --- |\n{}", rows.iter().map(line).collect::<String>())
        }
        Form::Csv => {
            let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
            let guard = |text: &str| {
                let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']);
                if risky { format!("'{text}") } else { text.to_owned() }
            };
            let line = |(value, count): &(String, u64)| format!("{},{count}\r\n", cell(&guard(value)));
            format!("{key},count\r\n{}", rows.iter().map(line).collect::<String>())
        }
    }
}
