//! The first records of one input, read and framed as an import does, for whoever looks at formats.

use super::reader::{Opening, Plan};
use super::setup::{Overrides, Setup};
use super::{Known, decode_reject};
use crate::domain::json::write_compact;
use crate::ingest::Decoder;
use crate::ingest::format::Formats;
use crate::ingest::frame::{Item, Next};
use crate::ingest::source::find;

/// The first records of an input, as JSON.
pub(in crate::ops) struct Sampled {
    /// How it is read and mapped.
    pub(in crate::ops) setup: Setup,
    /// Number and text of each record.
    pub(in crate::ops) records: Vec<(u64, String)>,
    /// Why some could not be read.
    pub(in crate::ops) rejects: Vec<String>,
    /// There are more records than were read.
    pub(in crate::ops) more: bool,
}

/// Reads at most `most` records of an input.
pub(in crate::ops) fn sample(
    name: &str,
    formats: &Formats,
    overrides: &Overrides,
    most: usize,
) -> Result<Sampled, String> {
    let found = find(&[name]);
    if let Some(problem) = found.problems.first() {
        return Err(format!("{}: {}", problem.name, problem.reason));
    }
    let plan = Plan::new(&found, formats, overrides, Known::default()).map_err(|error| error.to_string())?;
    let Opening { input, mut framer } = plan.open_first()?;
    let (mut made, mut records, mut rejects) = (None, Vec::new(), Vec::new());
    let mut decoder = Decoder::new();
    loop {
        let slab = match framer.next(&mut Vec::new()) {
            Next::End => None,
            Next::Idle => continue,
            Next::Slab(slab) => Some(slab),
        };
        let setup: &mut Setup =
            made.get_or_insert_with(|| super::setup::setup(&plan, &input, framer.syntax(), slab.as_ref()));
        let Some(slab) = slab else { break };
        for item in &slab.items {
            let (record, start, end) = match item {
                Item::Record { record, start, end } => (*record, *start, *end),
                Item::Reject(reject) => {
                    rejects.push(reject.reason.clone());
                    continue;
                }
            };
            if records.len() >= most {
                break;
            }
            match decoder.decode(slab.bytes.get(start..end).unwrap_or_default(), setup.syntax()) {
                Ok(root) => {
                    let mut text = String::new();
                    write_compact(root, &mut text);
                    records.push((record, text));
                }
                Err(error) => rejects.push(decode_reject(&slab, (record, start, end), &error).reason),
            }
        }
        if records.len() >= most {
            break;
        }
    }
    let more = records.len() >= most;
    let setup = made.ok_or_else(|| format!("{name}: holds no record"))?;
    Ok(Sampled { setup, records, rejects, more })
}
