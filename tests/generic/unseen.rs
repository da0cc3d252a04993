//! Records of vendors that have no format, with what is true of each: the generic mapper finds it, and invents
//! nothing.

use std::fs;

use auditty::domain::{Action, Entry, Moment, Outcome};
use auditty::ingest::format::Formats;
use toml::Value;

use crate::formats::{map_all, records};

const FIELDS: [&str; 8] = ["time", "actor", "ip", "action", "did", "target", "outcome", "changes"];

/// Percent of stated values met, by field, where no format but the generic one is asked.
const FLOOR: [f64; 8] = [98.0, 97.0, 97.5, 97.5, 100.0, 94.5, 97.5, 92.0];

/// The same where records are detected, as an import does: some are of a family that others know.
const FLOOR_DETECTED: [f64; 8] = [98.0, 97.0, 98.0, 97.5, 97.5, 93.5, 99.0, 92.0];

/// Most values that nothing states, of all that nothing states, in percent, by field.
const INVENTED: [f64; 8] = [0.0, 0.0, 0.0, 25.0, 0.0, 0.0, 2.0, 0.0];

/// The same where records are detected.
const INVENTED_DETECTED: [f64; 8] = [0.0, 7.0, 0.0, 43.0, 0.0, 0.0, 4.0, 0.5];

/// What was met, stated, invented and not stated.
#[derive(Clone, Copy, Default)]
struct Tally {
    met: u32,
    stated: u32,
    invented: u32,
    silent: u32,
}

impl Tally {
    fn met(self) -> f64 {
        share(self.met, self.stated)
    }

    fn invented(self) -> f64 {
        if self.silent == 0 { 0.0 } else { share(self.invented, self.silent) }
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 100.0 } else { f64::from(part) * 100.0 / f64::from(whole) }
}

/// What an entry says of a field, each way it says it.
fn said(entry: &Entry<'_>, field: &str) -> Vec<String> {
    let texts = |parts: Vec<Option<String>>| parts.into_iter().flatten().collect::<Vec<_>>();
    let own = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(str::to_owned);
    match field {
        "time" => entry.time.iter().map(Moment::rfc3339).collect(),
        "actor" => {
            entry.actor.iter().flat_map(|a| texts(vec![own(&a.name), own(&a.email), own(&a.id)])).collect()
        }
        "ip" => entry.ip.iter().map(ToString::to_string).collect(),
        "action" => texts(vec![own(&entry.action_code)]),
        "did" => Some(entry.action.as_str().to_owned()).into_iter().filter(|did| did != "other").collect(),
        "target" => {
            entry.targets.iter().flat_map(|t| texts(vec![own(&t.name), own(&t.id), own(&t.kind)])).collect()
        }
        "outcome" if entry.outcome == Outcome::Unknown => Vec::new(),
        "outcome" => vec![entry.outcome.as_str().to_owned()],
        _ => entry.changes.iter().map(|change| change.path.to_string()).collect(),
    }
}

/// What else of an entry says what was done, where its code does not.
fn told(entry: &Entry<'_>) -> Vec<String> {
    let texts = [&entry.action_code, &entry.summary, &entry.activity];
    let act = Some(entry.action.as_str()).filter(|_| entry.action != Action::Other);
    texts.into_iter().flatten().map(std::string::ToString::to_string).chain(act.map(str::to_owned)).collect()
}

fn wanted(entry: &Value, field: &str) -> Vec<String> {
    match entry.get(field) {
        Some(Value::Array(list)) => list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
        Some(value) => value.as_str().map(str::to_owned).into_iter().collect(),
        None => Vec::new(),
    }
}

fn agrees(field: &str, said: &[String], wanted: &[String]) -> bool {
    let low = |text: &str| text.trim().to_lowercase();
    if said.is_empty() {
        // An empty text among several truths: saying nothing is right too.
        return wanted.iter().any(|wanted| wanted.is_empty() || wanted == "unknown");
    }
    match field {
        "time" => wanted.iter().any(|wanted| same_time(&said[0], wanted)),
        "changes" => wanted.iter().all(|wanted| said.iter().any(|said| low(said) == low(wanted))),
        _ => said.iter().any(|said| wanted.iter().any(|wanted| low(said) == low(wanted))),
    }
}

/// Compares times; one without a year begins with a hyphen.
fn same_time(said: &str, wanted: &str) -> bool {
    match wanted.strip_prefix('-') {
        Some(rest) => said.ends_with(rest),
        None => {
            let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).ok();
            at(said).is_some() && at(said) == at(wanted)
        }
    }
}

/// Of the entries that were guessed this surely (below 50 %, below 80 %, above): how much of the first four fields
/// is right.
type Sureness = [Tally; 3];

fn measure(logs: &[Value], formats: &Formats, named: Option<&str>) -> ([Tally; 8], Sureness) {
    let show = std::env::var_os("AUDITTY_CORPUS_SHOW").is_some();
    let (mut tallies, mut sureness) = ([Tally::default(); 8], Sureness::default());
    let folder = tempfile::tempdir().unwrap();
    for log in logs {
        let name = log["name"].as_str().unwrap();
        let file = folder.path().join("log");
        fs::write(&file, log["raw"].as_str().unwrap()).unwrap();
        let found = map_all(&records(&file, formats), formats, named);
        let entries = log["entries"].as_array().unwrap();
        if found.len() != entries.len() && show {
            eprintln!("  {name}: {} records, {} found", entries.len(), found.len());
        }
        for (at, entry) in entries.iter().enumerate() {
            for (tally, field) in tallies.iter_mut().zip(FIELDS) {
                let said = found.get(at).map_or_else(Vec::new, |parts| said(&parts[0], field));
                let wanted = wanted(entry, field);
                if (field == "did" && wanted.is_empty()) || wanted.iter().any(|text| text == "?") {
                    continue;
                }
                // That a log holds only what was done is known of its vendor: no record tells it.
                let known = found.get(at).is_some_and(|parts| parts[0].guessed.is_none());
                if field == "outcome" && wanted.is_empty() && known && said == ["success"] {
                    continue;
                }
                let more = || found.get(at).filter(|_| field == "action").map(|parts| told(&parts[0]));
                let right = match wanted.is_empty() {
                    true => said.is_empty(),
                    false => {
                        agrees(field, &said, &wanted)
                            || more().is_some_and(|all| agrees(field, &all, &wanted))
                    }
                };
                let sure = found.get(at).and_then(|parts| parts[0].guessed);
                if let Some(sure) = sure.filter(|_| ["time", "actor", "ip", "action"].contains(&field)) {
                    let bin = &mut sureness[match sure {
                        0..50 => 0,
                        50..80 => 1,
                        _ => 2,
                    }];
                    bin.stated += 1;
                    bin.met += u32::from(right);
                }
                if wanted.is_empty() {
                    tally.silent += 1;
                    tally.invented += u32::from(!right);
                } else {
                    tally.stated += 1;
                    tally.met += u32::from(right);
                }
                if !right && show {
                    eprintln!("  {name}:{at} {field}: wanted {wanted:?}, said {said:?}");
                }
            }
        }
    }
    (tallies, sureness)
}

fn print(title: &str, tallies: &[Tally; 8]) {
    eprintln!("{title:<12}{}", FIELDS.map(|field| format!("{field:>12}")).concat());
    let line = |of: &dyn Fn(&Tally) -> String| tallies.iter().map(of).collect::<String>();
    eprintln!("{:<12}{}", "met", line(&|t| format!("{:>12}", format!("{}/{}", t.met, t.stated))));
    eprintln!("{:<12}{}", "met, %", line(&|t| format!("{:>12.1}", t.met())));
    eprintln!("{:<12}{}", "invented", line(&|t| format!("{:>12}", format!("{}/{}", t.invented, t.silent))));
}

/// Reads the logs of these files.
fn logs(texts: &[&str]) -> Vec<Value> {
    let mut logs = Vec::new();
    for text in texts {
        let file: toml::Table = text.parse().unwrap();
        logs.extend(file["log"].as_array().unwrap().clone());
    }
    logs
}

/// What it is called, the format that is asked, least met and most invented of each field in percent.
type Floor<'a> = (&'a str, Option<&'a str>, [f64; 8], [f64; 8]);

/// Measures the logs, by the generic mapper alone or as an import does, and holds the floors.
fn hold(logs: &[Value], floors: &[Floor<'_>]) {
    let formats = Formats::builtin();
    for (title, named, floor, most) in floors {
        let (tallies, sureness) = measure(logs, &formats, *named);
        print(title, &tallies);
        let said = sureness.map(|of| format!("{:>8.1} % of {}", of.met(), of.stated));
        eprintln!("{:<12}right where it is below 50, below 80, from 80 % sure: {}", "", said.join(","));
        // What is said to be surer is right more often.
        let surest = sureness[2].met();
        for (at, of) in sureness.iter().enumerate().take(2).filter(|(_, of)| of.stated >= 30) {
            // A few records more or less must not decide.
            assert!(of.met() <= surest + 2.0 + at as f64, "{said:?}");
        }
        for (at, tally) in tallies.iter().enumerate() {
            let (met, invented) = (tally.met(), tally.invented());
            assert!(met >= floor[at], "{title} {}: {met:.1} % is under {} %", FIELDS[at], floor[at]);
            assert!(invented <= most[at], "{title} {}: {invented:.1} % invented", FIELDS[at]);
        }
    }
}

#[test]
fn records_of_vendors_that_nobody_mapped_are_read_as_they_mean() {
    let texts = [include_str!("services.toml"), include_str!("systems.toml"), include_str!("vendors.toml")];
    hold(
        &logs(&texts),
        &[
            ("generic", Some("generic"), FLOOR, INVENTED),
            ("detected", None, FLOOR_DETECTED, INVENTED_DETECTED),
        ],
    );
}

#[test]
fn products_documented_only_by_their_makers_are_read_as_they_mean() {
    let logs = logs(&[include_str!("products.toml")]);
    hold(
        &logs,
        &[
            ("generic", Some("generic"), [100.0, 100.0, 96.0, 95.0, 97.0, 100.0, 97.0, 100.0], [0.0; 8]),
            ("detected", None, [100.0, 100.0, 95.0, 95.0, 93.0, 92.0, 97.0, 100.0], [0.0; 8]),
        ],
    );
}

#[test]
fn products_of_a_second_trial_are_read_as_they_mean() {
    let logs = logs(&[include_str!("second.toml")]);
    hold(
        &logs,
        &[
            ("generic", Some("generic"), [99.0, 99.0, 99.0, 99.0, 99.0, 91.0, 99.0, 99.0], [0.0; 8]),
            ("detected", None, [99.0, 99.0, 99.0, 99.0, 99.0, 91.0, 99.0, 99.0], [0.0; 8]),
        ],
    );
}

#[test]
fn products_of_a_third_trial_are_read_as_they_mean() {
    let logs = logs(&[include_str!("third.toml")]);
    hold(
        &logs,
        &[
            ("generic", Some("generic"), [99.0, 96.0, 96.0, 93.0, 96.0, 97.0, 92.0, 99.0], [0.0; 8]),
            ("detected", None, [99.0, 98.0, 96.0, 93.0, 96.0, 97.0, 92.0, 99.0], [0.0; 8]),
        ],
    );
}

#[test]
fn products_of_a_fourth_and_fifth_trial_are_read_as_they_mean() {
    let logs = logs(&[include_str!("fourth.toml"), include_str!("fifth.toml")]);
    hold(
        &logs,
        &[
            ("generic", Some("generic"), [97.0, 99.0, 99.0, 97.0, 97.0, 95.0, 99.0, 99.0], [0.0; 8]),
            (
                "detected",
                None,
                [97.0, 99.0, 99.0, 94.0, 97.0, 95.0, 99.0, 99.0],
                [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0],
            ),
        ],
    );
}
