//! Logs of vendors that have no format: agreement of what is guessed with what their records say, and restraint
//! where they say nothing. The records are made up in the vendors' shapes; names, hosts and addresses are
//! those kept for documentation.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use auditty::domain::{Action, Entry, Ip, Outcome};
use auditty::ingest::format::Formats;

use crate::formats::entries;

const NAMES: [&str; 7] = ["time", "actor", "ip", "action", "outcome", "target", "changes"];

/// Percent of the stated values that are found.
const FLOOR: [f64; 7] = [93.0, 92.0, 92.0, 94.0, 92.0, 97.0, 90.0];

/// Most values that are found where there are none.
const INVENTED: [u32; 7] = [0; 7];

/// What one row of the table asks of one field.
enum Wanted<'t> {
    NotJudged,
    Nothing,
    /// One of these, or nothing where `-` is one of them.
    AnyOf(Vec<&'t str>),
}

impl<'t> Wanted<'t> {
    fn read(cell: &'t str) -> Wanted<'t> {
        match cell.trim() {
            "?" => Wanted::NotJudged,
            "-" => Wanted::Nothing,
            text => {
                let any: Vec<&str> = text.split(" / ").collect();
                if any.contains(&"?") { Wanted::NotJudged } else { Wanted::AnyOf(any) }
            }
        }
    }
}

/// Every word that an entry has for a field.
fn said(entry: &Entry<'_>, field: usize) -> Vec<String> {
    let owned = |texts: Vec<Option<&str>>| texts.into_iter().flatten().map(str::to_owned).collect();
    match field {
        0 => entry.time.iter().map(auditty::domain::Moment::rfc3339).collect(),
        1 => entry.actor.as_ref().map_or_else(Vec::new, |actor| {
            owned(vec![actor.email.as_deref(), actor.name.as_deref(), actor.id.as_deref()])
        }),
        2 => entry.ip.iter().filter(|ip| !matches!(ip, Ip::Text(_))).map(ToString::to_string).collect(),
        3 => {
            let act = Some(entry.action.as_str()).filter(|_| entry.action != Action::Other);
            owned(vec![
                entry.action_code.as_deref(),
                entry.summary.as_deref(),
                entry.activity.as_deref().filter(|_| entry.action_code.is_some()),
                act.filter(|_| entry.action_code.is_some()),
            ])
        }
        4 => owned(vec![Some(entry.outcome.as_str()).filter(|_| entry.outcome != Outcome::Unknown)]),
        5 => entry
            .targets
            .iter()
            .flat_map(|t| [&t.name, &t.id])
            .flatten()
            .map(std::string::ToString::to_string)
            .collect(),
        _ => entry.changes.iter().map(|change| change.path.to_string()).collect(),
    }
}

fn meets(wanted: &[&str], found: &[String], field: usize) -> bool {
    let at = |text: &str| {
        chrono::DateTime::parse_from_rfc3339(text).ok().and_then(|time| time.timestamp_nanos_opt())
    };
    if found.is_empty() && wanted.contains(&"-") {
        return true;
    }
    found.iter().any(|found| {
        wanted.iter().any(|wanted| match field {
            0 => at(wanted).is_some() && at(wanted) == at(found),
            _ => wanted.to_lowercase() == found.to_lowercase(),
        })
    })
}

#[test]
fn vendors_without_a_format_are_understood() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/unseen");
    let table = fs::read_to_string(folder.join("expected.txt")).unwrap();
    let formats = Formats::builtin();
    let mut files: BTreeMap<String, Vec<Vec<Entry<'static>>>> = BTreeMap::new();
    let (mut met, mut stated, mut invented, mut empty) = ([0u32; 7], [0u32; 7], [0u32; 7], [0u32; 7]);
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split(" | ").collect();
        let (file, record) = cells[0].split_once(' ').unwrap();
        let all = files.entry(file.to_owned()).or_insert_with(|| entries(&folder.join(file), &formats));
        let record: usize = record.parse().unwrap();
        let Some(entry) = all.get(record).and_then(|parts| parts.first()) else {
            eprintln!("  {file} has {} records, none is number {record}", all.len());
            stated.iter_mut().for_each(|count| *count += 1);
            continue;
        };
        for (field, cell) in cells.iter().skip(1).enumerate() {
            let found = said(entry, field);
            let miss = match Wanted::read(cell) {
                Wanted::NotJudged => false,
                Wanted::Nothing => {
                    // A sentence may stand where no act is told.
                    let found = if field == 3 {
                        entry.action_code.iter().map(std::string::ToString::to_string).collect()
                    } else {
                        found.clone()
                    };
                    empty[field] += 1;
                    invented[field] += u32::from(!found.is_empty());
                    !found.is_empty()
                }
                Wanted::AnyOf(any) => {
                    let hit = meets(&any, &found, field);
                    stated[field] += 1;
                    met[field] += u32::from(hit);
                    !hit
                }
            };
            if miss {
                eprintln!(
                    "  {file}:{record} ({}) {}: stated {cell}, found {found:?}",
                    entry.format, NAMES[field]
                );
            }
        }
    }
    eprintln!("{} files", files.len());
    for (field, name) in NAMES.iter().enumerate() {
        let percent = f64::from(met[field]) * 100.0 / f64::from(stated[field].max(1));
        eprintln!(
            "{name:<10}{:>4} of {:<4}{percent:>6.1} %   invented {} of {}",
            met[field], stated[field], invented[field], empty[field]
        );
    }
    for (field, name) in NAMES.iter().enumerate() {
        let percent = f64::from(met[field]) * 100.0 / f64::from(stated[field].max(1));
        assert!(percent >= FLOOR[field], "{name}: {percent:.1} % is under {} %", FLOOR[field]);
        assert!(invented[field] <= INVENTED[field], "{name}: {} values are invented", invented[field]);
    }
}
