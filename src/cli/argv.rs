//! Reading the bare form: which arguments are a query and which a subcommand, before clap sees them.
//!
//! `auditty QUERY` means `auditty browse QUERY`; names of subcommands win. An argument like `-actor:ana` is text
//! of a query, never a run of short flags, so it is marked for clap and unmarked by [`unmark`].

use std::ffi::OsString;
use std::path::Path;

use super::Failure;
use crate::config::nearest;

/// Stands before text of a query that clap would take for flags. No argument can begin with it by chance: it
/// is a control character.
const MARK: char = '\u{1}';

/// Makes the bare form explicit and marks negated terms.
pub(super) fn prepare(argv: Vec<OsString>, command: &clap::Command) -> anyhow::Result<Vec<OsString>> {
    let mut argv = argv;
    let end = argv.iter().position(|arg| arg == "--").unwrap_or(argv.len());
    for arg in argv.iter_mut().take(end).skip(1) {
        if let Some(text) = arg.to_str().filter(|text| is_query_text(text)) {
            *arg = format!("{MARK}{text}").into();
        }
    }
    // A flag that only browsing knows says what is meant before any word does.
    if let Some(at) = browsing(&argv, command) {
        argv.insert(at, "browse".into());
        return Ok(argv);
    }
    let Some(first) = first_positional(&argv, command) else {
        // Only flags: the store is browsed, unless help or version are asked for.
        let asks = |arg: &OsString| ["-h", "--help", "-V", "--version"].iter().any(|flag| arg == flag);
        if !argv.iter().any(asks) {
            argv.push("browse".into());
        }
        return Ok(argv);
    };
    let word = argv[first].to_string_lossy().into_owned();
    let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    if names.contains(&word.as_str()) {
        return Ok(argv);
    }
    refuse_near_miss(&word, argv.get(first + 1..).unwrap_or_default(), &names)?;
    argv.insert(first, "browse".into());
    Ok(argv)
}

/// Returns an argument as it was typed.
pub(super) fn unmark(text: &str) -> &str {
    text.strip_prefix(MARK).unwrap_or(text)
}

/// Joins the arguments of a query as they were typed.
pub(super) fn join(words: &[String]) -> String {
    words.iter().map(|word| unmark(word)).collect::<Vec<_>>().join(" ")
}

/// Whether an argument with a hyphen in front negates a term: `-key:value`, `-"a phrase"`, `-/re/`, `-(`, `-word`.
fn is_query_text(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('-') else { return false };
    let flags = |c: char| matches!(c, 'q' | 'v' | 'h' | 'V');
    let one_letter = rest.len() == 1 && rest.starts_with(|c: char| c.is_ascii_alphabetic());
    !rest.is_empty() && !rest.starts_with('-') && !one_letter && !rest.chars().all(flags)
}

/// Returns the index of a flag of browsing that stands before all words, as `--view NAME` does in the bare form.
fn browsing(argv: &[OsString], command: &clap::Command) -> Option<usize> {
    let browse = command.find_subcommand("browse")?;
    let first = first_positional(argv, command).unwrap_or(argv.len());
    let own = |arg: &OsString| {
        let flag = arg.to_str().and_then(|text| text.strip_prefix("--")?.split('=').next());
        flag.is_some_and(|flag| knows(browse, flag) && !knows(command, flag))
    };
    argv.get(1..first)?.iter().position(own).map(|at| at + 1)
}

/// Returns the index of the first argument that is neither a flag nor a flag's value.
fn first_positional(argv: &[OsString], command: &clap::Command) -> Option<usize> {
    let mut at = 1;
    while let Some(arg) = argv.get(at) {
        let Some(flag) = arg.to_str().and_then(|text| text.strip_prefix("--")) else {
            if arg.to_str().is_some_and(|text| text.starts_with('-') && text.len() > 1) {
                at += 1;
                continue;
            }
            return Some(at);
        };
        if flag.is_empty() {
            // Behind `--` everything is query.
            return Some(at);
        }
        at += if takes_value(command, flag) { 2 } else { 1 };
    }
    None
}

fn knows(command: &clap::Command, flag: &str) -> bool {
    command.get_arguments().any(|known| known.get_long() == Some(flag))
}

fn takes_value(command: &clap::Command, flag: &str) -> bool {
    let mut args = command.get_arguments();
    args.any(|arg| arg.get_long() == Some(flag) && arg.get_action().takes_values())
}

/// A misspelled subcommand with a file behind it was hardly meant as a query.
fn refuse_near_miss(word: &str, rest: &[OsString], names: &[&str]) -> anyhow::Result<()> {
    let near = nearest(word, names.iter().copied());
    let is_path = |arg: &OsString| !arg.is_empty() && Path::new(arg).exists();
    match near {
        Some(name) if rest.iter().any(is_path) => Err(Failure::unusable(format!(
            "{word:?} is no subcommand; did you mean {name}? (auditty browse {word} searches for the word)"
        ))
        .into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn prepared(line: &str) -> String {
        let argv = line.split(' ').map(OsString::from).collect();
        let argv = prepare(argv, &super::super::Cli::command()).unwrap();
        argv.iter().map(|arg| unmark(arg.to_str().unwrap())).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_bare_form_browses() {
        assert_eq!(prepared("auditty"), "auditty browse");
        assert_eq!(prepared("auditty actor:ana"), "auditty browse actor:ana");
        assert_eq!(prepared("auditty --plan premium word"), "auditty --plan premium browse word");
        assert_eq!(prepared("auditty --tz=utc -q word"), "auditty --tz=utc -q browse word");
        assert_eq!(prepared("auditty -actor:ana x"), "auditty browse -actor:ana x");
        assert_eq!(prepared("auditty demo --lean"), "auditty demo --lean");
        assert_eq!(prepared("auditty --help"), "auditty --help");
        assert_eq!(prepared("auditty -- demo"), "auditty browse -- demo");
        assert_eq!(prepared("auditty --view demo"), "auditty browse --view demo");
        assert_eq!(prepared("auditty --ascii --view=x since:7d"), "auditty --ascii browse --view=x since:7d");
        assert_eq!(prepared("auditty query --view x"), "auditty query --view x");
    }

    #[test]
    fn negated_terms_are_no_flags() {
        for text in ["-actor:ana", "-\"a b\"", "-/x/", "-(a", "-word", "-quiet:x"] {
            assert!(is_query_text(text), "{text}");
        }
        for flag in ["-q", "-vv", "-h", "-o", "-", "--store", "word"] {
            assert!(!is_query_text(flag), "{flag}");
        }
    }

    #[test]
    fn a_misspelled_subcommand_before_a_file_is_an_error() {
        let argv =
            |word: &str, file: &str| vec!["auditty".into(), OsString::from(word), OsString::from(file)];
        let command = super::super::Cli::command();
        let error = prepare(argv("demmo", "Cargo.toml"), &command).unwrap_err();
        assert!(error.to_string().contains("did you mean demo?"), "{error}");
        assert!(prepare(argv("demmo", "no/such/file"), &command).is_ok());
    }
}
