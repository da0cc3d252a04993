//! `auditty completions`: a completion script for a shell.

use std::io::Write as _;

use clap::builder::PossibleValuesParser;
use clap::{Args, Command, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, Result, Status, output};
use crate::domain::Field;
use crate::ops::access::Step;
use crate::ops::{Column, views};
use crate::tui::theme::Theme;

/// Print a completion script for a shell
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Returns the command with the values that its flags usually take. The flags themselves take more: themes and views
/// of the user's own, several columns.
fn with_values(command: Command) -> Command {
    let mut command = command;
    let flags: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    for flag in flags {
        if let Some(values) = values(&flag) {
            command = command.mut_arg(flag, |arg| arg.value_parser(PossibleValuesParser::new(values)));
        }
    }
    if command.get_name() == "formats" {
        let names: Vec<&str> = crate::ingest::format::builtin_names().collect();
        command = command.mut_arg("name", |arg| arg.value_parser(PossibleValuesParser::new(names)));
    }
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, with_values))
}

fn values(flag: &str) -> Option<Vec<&'static str>> {
    let columns = || Column::ALL.iter().map(|column| column.name());
    let fields = || Field::ALL.iter().map(|field| field.key());
    match flag {
        "theme" => Some(Theme::names().collect()),
        // A name with a blank in it is more than one word for some shells.
        "view" => Some(views::built_in().filter(|name| !name.contains(' ')).collect()),
        "columns" => Some(columns().collect()),
        "sort" => Some(std::iter::once(Column::Time.name()).chain(fields()).collect()),
        "by" => Some(fields().chain(Step::ALL.iter().map(|step| step.as_str())).collect()),
        "format" => Some(crate::ingest::format::builtin_names().collect()),
        _ => None,
    }
}

pub(super) fn run(args: &Completions) -> Result {
    // Made in memory first: the generator panics where the pipe is closed.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut with_values(Cli::command()), "auditty", &mut script);
    let mut out = output::stdout();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Status::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_flags_are_offered() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut with_values(Cli::command()), "auditty", &mut script);
            let script = String::from_utf8(script).unwrap();
            for value in ["high-contrast", "deletions", "workspace", "month", "weekday", "cloudtrail"] {
                assert!(script.contains(value), "{shell}: {value}");
            }
        }
    }
}
