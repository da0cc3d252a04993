//! A first draft of a format file for a log that no format knows: what the generic mapper guessed, written down
//! for a person to correct. It loads as it is, and its own samples pass.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::import::{Overrides, Sampled, sample};
use super::leaves::leaves;
use super::masked;
use crate::domain::json::Doc;
use crate::ingest::changes::Encoding;
use crate::ingest::format::plan::Rules;
use crate::ingest::format::{Filled, Formats, MapContext, Mapper, Want, field_text};

/// Records looked at.
const RECORDS: usize = 300;

/// Samples written.
const SAMPLES: usize = 5;

/// Fields that stand under `[fields]`, in the order of a format file.
const FIELDS: [&str; 17] = [
    "id",
    "time",
    "workspace",
    "event_type",
    "class",
    "activity",
    "action",
    "action_code",
    "summary",
    "ip",
    "country",
    "user_agent",
    "outcome",
    "reason",
    "request",
    "session",
    "scope",
];

/// Fields that a sample states, where the draft fills them.
const STATED: [&str; 9] =
    ["time", "actor", "ip", "action", "action_code", "class", "target", "outcome", "changes"];

/// What was guessed over all records: per field the ways to it and how often each was taken.
#[derive(Default)]
struct Guessed {
    ways: BTreeMap<&'static str, Vec<(Filled, usize)>>,
    changes: Vec<String>,
    /// Paths that every record has.
    everywhere: Option<Vec<String>>,
    confidence: Vec<u8>,
}

/// Writes a format file for the records of a file; `mask` hides secrets in its samples.
///
/// # Errors
/// The file cannot be read or is no log.
pub fn draft(file: &str, name: &str, formats: &Formats, mask: bool) -> Result<String, String> {
    let overrides = Overrides { format: Some("generic".to_owned()), ..Overrides::default() };
    let Sampled { setup, records, .. } = sample(file, formats, &overrides, RECORDS)?;
    let records = if mask { masked(records, formats, &setup.format.name) } else { records };
    let mut mapper = Mapper::new(formats.clone(), formats.generic(), setup.map.clone());
    let mut guessed = Guessed::default();
    for (_, text) in &records {
        let mut doc = Doc::new();
        let Ok(root) = doc.parse(text) else { continue };
        let (entries, filled) = mapper.explain(root);
        guessed.confidence.extend(entries.first().and_then(|entry| entry.guessed));
        guessed.add(filled);
        if let Some(plan) = mapper.guessed_plan() {
            for rules in &plan.changes {
                let block = changes_block(&rules.encoding);
                if !block.is_empty() && !guessed.changes.contains(&block) {
                    guessed.changes.push(block);
                }
            }
        }
        let present: Vec<String> = leaves(root).into_iter().map(|(path, _)| path).collect();
        guessed.everywhere = Some(match guessed.everywhere.take() {
            None => present,
            Some(known) => known.into_iter().filter(|path| present.contains(path)).collect(),
        });
    }
    let body = guessed.write(name);
    let samples = samples(&body, name, &records)?;
    Ok(format!("{body}{samples}"))
}

impl Guessed {
    fn add(&mut self, filled: Vec<Filled>) {
        for one in filled {
            let ways = self.ways.entry(one.field).or_default();
            match ways.iter_mut().find(|(known, _)| (&known.path, known.how) == (&one.path, one.how)) {
                Some((_, count)) => *count += 1,
                None => ways.push((one, 1)),
            }
        }
        self.ways.values_mut().for_each(|ways| ways.sort_by_key(|(_, count)| std::cmp::Reverse(*count)));
    }

    fn write(&self, name: &str) -> String {
        let mut out = String::new();
        let sure = self.confidence.iter().map(|&sure| u32::from(sure)).sum::<u32>();
        let sure = sure / (self.confidence.len().max(1) as u32);
        let _ = write!(
            out,
            "# A draft, guessed from {} records. Correct what is wrong, then delete the line `draft`: as long as it\n\
             # stands, entries say that they were guessed, and how surely.\n\
             # `auditty formats test FILE --file THIS` shows what it does to each record.\n\
             # Put it into the formats folder of auditty's configuration to have it used.\n\
             draft = {sure}\n\
             name = {}\ntitle = {}\nvendor = \"?\"\n\
             # documentation = \"https://..\"      # the vendor's page about these records\n\
             # not_recorded = [\"Reads of ..\"]    # what the vendor does not record, one sentence each\n\
             # retention = \"90 days\"\n# export_cap = 10000\n# newest_first = true\n\
             # noise = [\"updated_at\"]            # changed paths without meaning\n\
             # secret = [\"token.value\"]          # paths to mask\n\n",
            self.confidence.len(),
            quoted(name),
            quoted(&format!("{name} audit log")),
        );
        self.detection(&mut out);
        self.fields(&mut out);
        self.actor(&mut out);
        self.target(&mut out);
        for block in &self.changes {
            let _ = write!(out, "\n[[changes]]\n{block}");
        }
        self.metadata(&mut out);
        out
    }

    /// What every record has and few others do.
    fn detection(&self, out: &mut String) {
        out.push_str("# What a record must look like to be of this format; name keys that only this vendor has.\n[detect]\nall = { ");
        let everywhere = self.everywhere.clone().unwrap_or_default();
        let plain = |path: &&String| !path.contains('[') && !path.is_empty();
        let time = self.first("time").filter(|path| everywhere.contains(path));
        let mut all: Vec<String> = time.iter().map(|path| format!("{} = \"time\"", quoted(path))).collect();
        let named =
            ["action_code", "actor.id", "actor.email", "actor.name", "ip", "id", "outcome", "target.id"];
        let mut keys: Vec<String> = named.iter().filter_map(|field| self.first(field)).collect();
        keys.extend(everywhere.iter().filter(plain).take(6).cloned());
        keys.retain(|path| everywhere.contains(path) && plain(&path) && time.as_ref() != Some(path));
        let mut seen: Vec<String> = Vec::new();
        for key in keys {
            if !seen.contains(&key) && seen.len() < 5 {
                all.push(format!("{} = \"any\"", quoted(&key)));
                seen.push(key);
            }
        }
        out.push_str(&all.join(", "));
        out.push_str(" }\n\n");
    }

    /// Returns the path that most often filled a field.
    fn first(&self, field: &str) -> Option<String> {
        let ways = self.ways.get(field)?;
        ways.iter().map(|(way, _)| way.path.clone()).find(|path| !path.starts_with(['=', '$']))
    }

    fn fields(&self, out: &mut String) {
        out.push_str(
            "# A path, or several tried in order; `as` converts, `words` looks up in a table.\n[fields]\n",
        );
        for field in FIELDS {
            self.line(field, field, out);
        }
    }

    fn line(&self, field: &str, key: &str, out: &mut String) {
        let Some(ways) = self.ways.get(field) else { return };
        let rule = |(way, _): &(Filled, usize)| {
            let table = way.how == "text" && field == "outcome";
            match way.how {
                // Booleans turned round: `failed = true`.
                _ if table => format!(
                    "{{ from = {}, words = {{ true = \"failure\", false = \"success\" }} }}",
                    quoted(&way.path)
                ),
                "text" => quoted(&way.path),
                how => format!("{{ from = {}, as = \"{how}\" }}", quoted(&way.path)),
            }
        };
        let rules: Vec<String> = ways.iter().take(6).map(rule).collect();
        let example = ways.first().map(|(way, _)| one_line(&way.value)).unwrap_or_default();
        let _ = match rules.as_slice() {
            [one] => writeln!(out, "{key} = {one}   # {example}"),
            all => writeln!(out, "{key} = [{}]   # {example}", all.join(", ")),
        };
    }

    fn actor(&self, out: &mut String) {
        let parts = ["kind", "name", "email", "id"];
        let known = parts.map(|part| format!("actor.{part}"));
        if known.iter().any(|field| self.ways.contains_key(field.as_str())) {
            out.push_str("\n[actor]\n");
            for (part, field) in parts.iter().zip(&known) {
                self.line(field, part, out);
            }
        }
    }

    fn target(&self, out: &mut String) {
        let parts = ["type", "id", "name"];
        let known = parts.map(|part| format!("target.{part}"));
        if known.iter().any(|field| self.ways.contains_key(field.as_str())) {
            out.push_str("\n[[target]]\n");
            for (part, field) in parts.iter().zip(&known) {
                self.line(field, part, out);
            }
        }
    }

    fn metadata(&self, out: &mut String) {
        let Some(ways) = self.ways.get("metadata") else { return };
        out.push_str("\n# What else is worth seeing; the rest stays in the raw record.\n[metadata]\n");
        // What fills a field is shown there.
        let fields = self.ways.iter().filter(|(field, _)| **field != "metadata");
        let mut seen: Vec<String> =
            fields.flat_map(|(_, ways)| ways.iter().map(|(way, _)| way.path.clone())).collect();
        for (way, _) in ways.iter().filter(|(way, _)| !way.path.contains('[')).take(15) {
            if !seen.contains(&way.path) {
                let _ = writeln!(out, "{} = {}", quoted(&way.path), quoted(&way.path));
                seen.push(way.path.clone());
            }
        }
    }
}

/// Writes samples: records that differ in what was done, with the entry that the draft makes of them.
fn samples(body: &str, name: &str, records: &[(u64, String)]) -> Result<String, String> {
    let formats = Formats::with("draft", body.to_owned());
    let format = formats.get(name).ok_or_else(|| {
        let problems: Vec<String> = formats.problems(false).iter().map(ToString::to_string).collect();
        format!("the draft does not load: {}", problems.join("; "))
    })?;
    let mut mapper = Mapper::new(formats.clone(), format.clone(), MapContext::default());
    let mut out = String::from(
        "\n# Samples are tests: the format loads only while each record becomes the entry stated.\n\
         # Replace what is private before you pass this file on.\n",
    );
    let mut codes: Vec<String> = Vec::new();
    for (_, text) in records {
        let mut doc = Doc::new();
        let Ok(root) = doc.parse(text) else { continue };
        let mut entries = Vec::new();
        mapper.map(root, Want::Full, &mut entries);
        let Some(entry) = entries.first().filter(|entry| entries.len() == 1 && entry.format == name) else {
            continue;
        };
        let code = entry.action_code.clone().unwrap_or_default().into_owned();
        if codes.len() >= SAMPLES || codes.contains(&code) || text.contains("'''") || text.len() > 20_000 {
            continue;
        }
        let stated: Vec<String> = STATED
            .iter()
            .map(|&field| (field, field_text(entry, field)))
            .filter(|(_, value)| !value.is_empty() && !value.contains(['\n', '\'']))
            .map(|(field, value)| format!("{field} = {}", quoted(&value)))
            .collect();
        let about = quoted(&one_line(&code));
        let _ = write!(
            out,
            "\n[[sample]]\nabout = {about}\nrecord = '''{text}'''\nexpect = {{ {} }}\n",
            stated.join(", ")
        );
        codes.push(code);
    }
    Ok(out)
}

/// Returns the lines of a `[[changes]]` block.
fn changes_block(encoding: &Encoding) -> String {
    let at = |path: &str| if path.is_empty() { String::new() } else { format!("at = {}\n", quoted(path)) };
    let first = |rules: &Rules| rules.first().map(|rule| quoted(&rule.source.describe())).unwrap_or_default();
    let one = |paths: &[crate::domain::json::Path]| {
        paths.first().map(|path| quoted(&path.to_string())).unwrap_or_else(|| "[]".to_owned())
    };
    let head = format!("as = \"{}\"\n", encoding.name());
    let body = match encoding {
        Encoding::List { at: place, names, .. } => format!(
            "{}path = {}\nbefore = {}\nafter = {}\ndecode = true\n",
            at(&place.text),
            one(&names.path),
            one(&names.before),
            one(&names.after)
        ),
        Encoding::Pairs { at: place } => format!("{}decode = true\n", at(&place.text)),
        Encoding::Snapshots { before, after, .. } => format!(
            "before = {}\nafter = {}\ndecode = true\n",
            before.first().map(|path| quoted(&path.text)).unwrap_or_default(),
            after.first().map(|path| quoted(&path.text)).unwrap_or_default()
        ),
        Encoding::Scalar { name, before, after, .. } => {
            format!("path = {}\nbefore = {}\nafter = {}\n", first(name), first(before), first(after))
        }
        Encoding::Siblings { at: place, patterns, .. } => {
            let patterns: Vec<String> = patterns
                .iter()
                .map(|one| format!("[\"{}\", \"{}\", \"{}\"]", one.old, one.new, one.name))
                .collect();
            format!("{}patterns = [{}]\nboth = true\n", at(&place.text), patterns.join(", "))
        }
        _ => return String::new(),
    };
    format!("{head}{body}")
}

/// A text as TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => drop(write!(out, "\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn one_line(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control()).collect();
    match clean.char_indices().nth(50) {
        Some((at, _)) => format!("{}..", clean.get(..at).unwrap_or_default()),
        None => clean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_loads_and_maps_its_own_records() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.ndjson");
        let record = |action: &str, at: u32| {
            format!(
                r#"{{"zebra_time":"2026-03-04T05:06:{at:02}Z","performed_by":{{"email":"ana@fjord.example","id":7}},"client_ip":"203.0.113.7","what_happened":"{action}","thing":{{"kind":"x"}},"resource":{{"type":"role","id":"r1","name":"Ops"}},"changes":[{{"field":"a","old":1,"new":2}}],"success":true}}"#
            )
        };
        let actions =
            ["role.created", "role.updated", "role.deleted", "user.invited", "user.login", "x.read"];
        let text: Vec<String> = actions.iter().enumerate().map(|(at, a)| record(a, at as u32)).collect();
        std::fs::write(&file, text.join("\n")).unwrap();
        let toml = draft(&file.to_string_lossy(), "zebra", &Formats::builtin(), true).unwrap();
        let formats = Formats::with("zebra.toml", toml.clone());
        assert!(formats.problems(true).is_empty(), "{:?}\n{toml}", formats.problems(true));
        let format = formats.get("zebra").unwrap();
        assert_eq!(format.samples.len(), 5, "{toml}");
        let metadata =
            toml.split("[metadata]").nth(1).unwrap_or_default().split("[[sample]]").next().unwrap();
        assert!(!metadata.contains("zebra_time"), "the time twice in\n{toml}");
        assert!(format.draft.is_some_and(|sure| sure > 50), "{:?}", format.draft);
        let mut mapper = Mapper::new(formats.clone(), format.clone(), MapContext::default());
        let (mut doc, mut entries) = (Doc::new(), Vec::new());
        mapper.map(doc.parse(&text[0]).unwrap(), Want::Full, &mut entries);
        assert_eq!(entries[0].guessed, format.draft, "a draft is no knowledge");
        for wanted in [
            "action_code = \"what_happened\"",
            "\"zebra_time\"",
            "\"performed_by.email\"",
            "\"client_ip\"",
            "as = \"list\"",
        ] {
            assert!(toml.contains(wanted), "{wanted} is not in\n{toml}");
        }
        let mut doc = Doc::new();
        assert_eq!(formats.detect(&[doc.parse(&text[3]).unwrap()]).name, "zebra");
    }
}
