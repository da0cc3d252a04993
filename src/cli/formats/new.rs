//! `auditty formats new`: a draft of a format file for a log that no format knows.

use std::io::Write as _;
use std::path::Path;

use clap::Args;

use super::super::context::Context;
use super::super::output::stdout;
use super::super::{Failure, Result, Status};
use crate::ops::formats::draft;

/// Print a commented format file for a log of an unknown vendor, from what can be guessed, ready to edit
#[derive(Debug, Args)]
pub(super) struct New {
    /// The log, or - for standard input
    #[arg(value_name = "LOG")]
    log: String,
    /// Name of the format; that of the file where nothing is said
    #[arg(long)]
    name: Option<String>,
}

pub(super) fn run(context: &Context, args: &New) -> Result {
    let formats = context.formats();
    let name = name_of(args.name.as_deref().unwrap_or(&args.log));
    let text =
        draft(&args.log, &name, &formats, context.config.settings.redact).map_err(Failure::unusable)?;
    let mut out = stdout();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    let folder = context.config.paths.formats();
    context.tell(&format!("write it to {}/{name}.toml to have it used", folder.display()));
    Ok(Status::Done)
}

/// Returns what a file is called as a format's name: lower-case letters, digits and hyphens.
fn name_of(text: &str) -> String {
    let file = Path::new(text).file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let stem = file.split('.').next().unwrap_or_default();
    let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    match plain.trim_matches('-') {
        "" => "my-vendor".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_becomes_a_formats() {
        for (file, expect) in
            [("/a/Acme Audit_2026.json.gz", "acme-audit-2026"), ("-", "my-vendor"), ("zebra", "zebra")]
        {
            assert_eq!(name_of(file), expect, "{file}");
        }
    }
}
