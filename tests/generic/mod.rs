//! The generic mapper on vendors that have a format, as if they had none: agreement with what is stated of their
//! records, and else with what their own format says.

mod unseen;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use auditty::domain::{Entry, Ip, Outcome};
use auditty::ingest::format::Formats;

use crate::formats::{FIELDS, Tally, agrees, corpus, entries, map_all, records};

/// Percent of values met: time, actor, ip, action, outcome; the mean over vendors, so that none outweighs the
/// others by the number of its records.
const FLOOR: [f64; 5] = [96.0, 98.0, 98.0, 89.0, 88.0];

/// What a vendor's format puts together by knowledge that no record holds, so that nobody could guess it.
const BY_KNOWLEDGE: [(&str, &str); 3] = [
    // Codes made of a sentence: "Created grant" of "Created grant: .. for ..".
    ("carbonblack", "action"),
    // The state of an employee is taken for who acted, and codes are made of two fields.
    ("pushsecurity", "actor"),
    ("pushsecurity", "action"),
];

/// Whether the guess says what the vendor's own format says; `None` where that says nothing.
fn same(guess: &Entry<'_>, own: &Entry<'_>, field: usize) -> Option<bool> {
    let low = |text: &str| text.to_lowercase();
    match field {
        0 => own.time.as_ref().map(|time| guess.time.as_ref().is_some_and(|other| other.at == time.at)),
        1 => {
            let names = |entry: &Entry<'_>| -> Vec<String> {
                let parts = entry.actor.iter().flat_map(|actor| [&actor.name, &actor.email, &actor.id]);
                parts.flatten().map(|text| low(text)).collect()
            };
            let known = names(own);
            (!known.is_empty()).then(|| names(guess).iter().any(|name| known.contains(name)))
        }
        2 => match &own.ip {
            None | Some(Ip::Text(_)) => None,
            Some(ip) => Some(guess.ip.as_ref() == Some(ip)),
        },
        3 => own.action_code.as_deref().map(|code| {
            let said = [&guess.action_code, &guess.summary, &guess.activity];
            // `issue.opened` puts together what the record says apart: `action: opened`.
            let parts: Vec<String> = code.split(['.', ' ', ':', '/']).map(low).collect();
            let part = |text: &str| parts.contains(&low(text)) && guess.action == own.action;
            said.into_iter().flatten().any(|text| low(text) == low(code) || part(text))
        }),
        // That a log holds only what was done is known of its vendor: no record tells it.
        _ if own.outcome == Outcome::Success && guess.outcome == Outcome::Unknown => None,
        _ => (own.outcome != Outcome::Unknown).then(|| guess.outcome == own.outcome),
    }
}

fn tally(
    file: &Path,
    name: &str,
    formats: &Formats,
    stated: &BTreeMap<(String, u64), serde_json::Value>,
) -> Tally {
    let own = entries(file, formats);
    let guessed = map_all(&records(file, formats), formats, Some("generic"));
    let show = std::env::var_os("AUDITTY_CORPUS_SHOW").is_some();
    let mut tally = Tally::default();
    for (record, (own, guess)) in own.iter().zip(&guessed).enumerate() {
        let stated = stated.get(&(name.to_owned(), record as u64));
        for (field, name_of) in FIELDS.iter().enumerate() {
            let by_format =
                || own.iter().filter(|own| own.guessed.is_none()).find_map(|own| same(&guess[0], own, field));
            let answer = stated.and_then(|wanted| agrees(&guess[0], wanted, field)).or_else(by_format);
            let Some(met) = answer else { continue };
            tally.0[field].0 += u32::from(met);
            tally.0[field].1 += 1;
            if show && !met {
                let said = |entry: &Entry<'_>| match field {
                    0 => format!("{:?}", entry.time.as_ref().map(auditty::domain::Moment::rfc3339)),
                    1 => format!(
                        "{:?}",
                        entry.actor.as_ref().map(|actor| (&actor.name, &actor.email, &actor.id))
                    ),
                    2 => format!("{:?}", entry.ip),
                    3 => format!("{:?}", entry.action_code),
                    _ => format!("{:?}", entry.outcome),
                };
                eprintln!(
                    "  {name}:{record} {}: wanted {}, guessed {}",
                    name_of,
                    said(&own[0]),
                    said(&guess[0])
                );
            }
        }
    }
    tally
}

#[test]
fn the_generic_mapper_is_right_on_most_records_of_vendors_it_does_not_know() {
    let Some(corpus) = corpus() else { return };
    let formats = Formats::builtin();
    let mut folders: Vec<_> =
        fs::read_dir(corpus.join("formats")).unwrap().map(|f| f.unwrap().path()).collect();
    folders.sort();
    let (mut total, mut shares) = (Tally::default(), vec![Vec::new(); FIELDS.len()]);
    eprintln!("{:<28}{}", "guessed", FIELDS.map(|field| format!("{field:>12}")).concat());
    for folder in folders {
        let vendor = folder.file_name().unwrap().to_string_lossy().into_owned();
        let mut stated = BTreeMap::new();
        for line in fs::read_to_string(folder.join("expected.ndjson")).unwrap_or_default().lines() {
            let wanted: serde_json::Value = serde_json::from_str(line).unwrap();
            let file = wanted["file"].as_str().unwrap().to_owned();
            stated.insert((file, wanted["index"].as_u64().unwrap()), wanted);
        }
        let mut of_vendor = Tally::default();
        let Ok(inputs) = fs::read_dir(folder.join("input")) else { continue };
        for input in inputs {
            let path = input.unwrap().path();
            let name = format!("formats/{vendor}/input/{}", path.file_name().unwrap().to_string_lossy());
            let short = name.trim_start_matches("formats/").to_owned();
            let name = if stated.keys().any(|(file, _)| *file == name) { name } else { short };
            of_vendor.add(&tally(&path, &name, &formats, &stated));
        }
        eprintln!("{vendor:<28}{}", of_vendor.line());
        for (field, share) in shares.iter_mut().enumerate() {
            let known = BY_KNOWLEDGE.contains(&(vendor.as_str(), FIELDS[field]));
            if of_vendor.0[field].1 > 0 && !known {
                share.push(of_vendor.percent(field));
            }
        }
        total.add(&of_vendor);
    }
    eprintln!("{:<28}{}", "all records", total.line());
    let means: Vec<f64> = shares.iter().map(|of| of.iter().sum::<f64>() / of.len().max(1) as f64).collect();
    eprintln!(
        "{:<28}{}",
        "mean of vendors, %",
        means.iter().map(|mean| format!("{mean:>10.1}")).collect::<String>()
    );
    for (field, name) in FIELDS.iter().enumerate() {
        assert!(means[field] >= FLOOR[field], "{name}: {:.1} % is under {} %", means[field], FLOOR[field]);
    }
}
