//! The command line: arguments, subcommands, what goes to standard output, and exit statuses.
//!
//! One file for each subcommand, with its `Args` and `run`; their doc comments are the help. Data go to
//! standard output, everything else to standard error. May use everything; nothing may use it.

mod argv;
mod failure;
mod output;
mod signals;
mod context;

mod confirm;
mod object;
mod paint;
mod sanitised;
mod screen;
mod shape;
mod table;
mod renamed;
mod timeless;

mod blame;
mod browse;
mod changes;
mod completions;
mod config;
mod convert;
mod demo;
mod derived;
mod diff;
mod export;
mod formats;
mod import;
mod log;
mod man;
mod open;
mod prune;
mod query;
mod query_help;
mod reindex;
mod show;
mod show_object;
mod sources;
mod stats;
mod verify;
mod view;
mod views;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

pub use failure::{Failure, Status};

/// How a subcommand ends.
pub(crate) type Result<T = Status> = anyhow::Result<T>;

/// Browse audit logs: who changed what, when, from where.
#[derive(Debug, Parser)]
#[command(name = "auditty", version, about, disable_help_subcommand = true, subcommand_required = true)]
#[command(override_usage = "auditty [OPTIONS] [QUERY]...\n       auditty [OPTIONS] <COMMAND>")]
#[command(
    after_help = "Without a subcommand the arguments are a query: auditty 'actor:ana*' -type:Security since:7d\n\
                        Exit status: 0 done; 1 nothing found; 2 wrong usage or unreadable input; 130 interrupted \
                        (143 by SIGTERM, 129 by SIGHUP)"
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Flags of every subcommand.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// The store's file [default: auditty.db in the data folder]
    #[arg(long, global = true, value_name = "PATH", hide_env_values = true, env = "AUDITTY_STORE")]
    store: Option<OsString>,
    /// Write nothing to the store
    #[arg(long, global = true)]
    read_only: bool,
    /// What the account's plan lets one see and export: essentials, premium, enterprise, none
    #[arg(long, global = true, value_name = "NAME")]
    plan: Option<String>,
    /// Time zone: utc, local or a name like Europe/Berlin
    #[arg(long, global = true, value_name = "ZONE")]
    tz: Option<String>,
    /// The file of settings
    #[arg(long, global = true, value_name = "PATH")]
    config: Option<PathBuf>,
    /// Colours of the screen, by name
    #[arg(long, global = true, value_name = "NAME")]
    theme: Option<String>,
    /// When to use colours
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    color: Option<Color>,
    /// Draw with plain ASCII
    #[arg(long, global = true)]
    ascii: bool,
    /// Begin afresh instead of where the last session ended
    #[arg(long, global = true)]
    fresh: bool,
    /// Show secrets that are masked otherwise
    #[arg(long, global = true)]
    no_redact: bool,
    /// Say only what went wrong
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say on standard error what was read, understood and done, and how long it took
    #[arg(short, long, global = true)]
    verbose: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Browse(browse::Browse),
    Open(open::Open),
    View(view::View),
    Demo(demo::Demo),
    Import(import::Import),
    Convert(convert::Convert),
    Query(query::Query),
    Show(show::Show),
    Log(log::Log),
    Blame(blame::Blame),
    Diff(diff::Diff),
    Changes(changes::Changes),
    Export(export::Export),
    Sources(sources::Sources),
    Formats(formats::Formats),
    Prune(prune::Prune),
    Verify(verify::Verify),
    Views(views::Views),
    Reindex(reindex::Reindex),
    Stats(stats::Stats),
    Config(config::Config),
    Completions(completions::Completions),
    Man(man::Man),
}

/// Runs the program with its arguments, the name of the program first.
pub fn main(argv: Vec<OsString>) -> ExitCode {
    let status = match parse(argv) {
        Ok(cli) => run(cli).unwrap_or_else(|error| failure::report(&error)),
        Err(status) => status,
    };
    ExitCode::from(if status == Status::Interrupted { signals::code() } else { status.code() })
}

fn parse(argv: Vec<OsString>) -> std::result::Result<Cli, Status> {
    let argv = argv::prepare(argv, &Cli::command()).map_err(|error| failure::report(&error))?;
    let matches = Cli::command().try_get_matches_from(argv).map_err(|error| usage(&error))?;
    Cli::from_arg_matches(&matches).map_err(|error| usage(&error))
}

/// Prints what clap has to say: help and version are data, the rest is wrong usage.
fn usage(error: &clap::Error) -> Status {
    // A closed pipe while printing the help is no error.
    let _ = error.print();
    if error.use_stderr() { Status::Unusable } else { Status::Done }
}

fn run(cli: Cli) -> Result {
    let global = cli.global;
    match cli.command {
        Command::Browse(args) => browse::run(&global, &args),
        Command::Open(args) => open::run(&global, &args),
        Command::View(args) => view::run(&global, &args),
        Command::Demo(args) => demo::run(&global, &args),
        Command::Import(args) => import::run(&global, &args),
        Command::Convert(args) => convert::run(&global, &args),
        Command::Query(args) => query::run(&global, &args),
        Command::Show(args) => show::run(&global, &args),
        Command::Log(args) => log::run(&global, &args),
        Command::Blame(args) => blame::run(&global, &args),
        Command::Diff(args) => diff::run(&global, &args),
        Command::Changes(args) => changes::run(&global, &args),
        Command::Export(args) => export::run(&global, &args),
        Command::Sources(args) => sources::run(&global, &args),
        Command::Formats(args) => formats::run(&global, &args),
        Command::Prune(args) => prune::run(&global, &args),
        Command::Verify(args) => verify::run(&global, &args),
        Command::Views(args) => views::run(&global, &args),
        Command::Reindex(args) => reindex::run(&global, &args),
        Command::Stats(args) => stats::run(&global, &args),
        Command::Config(args) => config::run(&global, &args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}
