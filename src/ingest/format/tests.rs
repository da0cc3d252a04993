//! The built-in formats against their samples, and what a wrong file is told.

use std::sync::Arc;

use super::*;

fn formats() -> Formats {
    let formats = Formats::builtin();
    if let Some(error) = formats.compile_error() {
        panic!("{error}");
    }
    formats
}

#[test]
fn every_sample_maps_as_stated() {
    let formats = formats();
    let mut wrong = Vec::new();
    for format in formats.all() {
        wrong.extend(sample::problems(&formats, &format));
        if !format.generic {
            let mut need = |holds: bool, what: &str| {
                wrong.extend((!holds).then(|| format!("{} {what}", format.name)));
            };
            need(format.samples.len() >= 5, "has fewer than five samples");
            need(format.documentation.is_some(), "has no documentation link");
            need(!format.not_recorded.is_empty(), "does not say what is not recorded");
            need(format.retention.is_some(), "states no retention");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_asset_is_compiled_in_under_its_name() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/formats");
    let mut files: Vec<String> = known::toml_files(&dir)
        .unwrap()
        .iter()
        .map(|file| file.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let mut listed: Vec<String> = builtin::ASSETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut named: Vec<String> = formats().all().iter().map(|format| format.name.clone()).collect();
    for list in [&mut files, &mut listed, &mut named] {
        list.sort();
    }
    assert_eq!(files, listed);
    assert_eq!(named, listed);
}

#[test]
fn what_detection_asks_is_read_without_the_rest() {
    for (name, text) in builtin::ASSETS {
        let whole = compile::compile(name, text).unwrap_or_else(|error| panic!("{error}"));
        let head = head::Head::read(text).unwrap_or_else(|| panic!("{name}: its head is not read alone"));
        assert_eq!(head, head::Head::of(&whole), "{name}");
    }
}

/// The order is computed from all samples, which takes reading all formats: what most records do not need.
#[test]
fn most_samples_fit_one_format_alone() {
    let formats = formats();
    let detector = formats.detector();
    let (mut all, mut several) = (0, Vec::new());
    let (mut doc, mut found) = (crate::domain::json::Doc::new(), Vec::new());
    for format in formats.all() {
        for sample in &format.samples {
            let root = doc.parse(&sample.record).unwrap();
            let fitting = detector.fitting(root, &mut found);
            let vendors = fitting.filter(|at| !detector.heads()[*at].envelope).count();
            all += 1;
            several.extend((vendors > 1).then(|| format!("{}: {}", format.name, sample.about)));
        }
    }
    assert!(several.len() * 20 < all, "{}", several.join("\n"));
}

/// Returns the changes that a `[[changes]]` block finds in a record, and checks that the index sees the same
/// paths.
pub(crate) fn changes_of(block: &str, record: &str) -> Vec<String> {
    let text = format!("name = 'x'\ntitle = 'X'\nvendor = 'X'\n[[changes]]\n{block}\n");
    let format = Arc::new(compile::compile("x.toml", &text).unwrap_or_else(|error| panic!("{error}")));
    let mut doc = crate::domain::json::Doc::new();
    let root = doc.parse(record).unwrap();
    let context = MapContext { forced: true, ..MapContext::default() };
    let mut mapper = Mapper::new(formats(), format, context);
    let paths = |entry: &crate::domain::Entry<'_>| {
        entry.changes.iter().map(|c| c.path.to_string()).collect::<Vec<_>>()
    };
    let mut index = Vec::new();
    mapper.map(root, Want::Index, &mut index);
    let indexed = paths(&index[0]);
    assert!(index[0].changes.iter().all(|c| c.before.is_none() && c.after.is_none()));
    drop(index);
    let mut full = Vec::new();
    mapper.map(root, Want::Full, &mut full);
    assert_eq!(paths(&full[0]), indexed, "{record}");
    full[0].changes.iter().map(sample::change_text).collect()
}

/// A format file with `lines` after its head, and the error it gives.
fn wrong(lines: &str) -> String {
    let text = format!("name = 'x'\ntitle = 'X'\nvendor = 'X'\n{lines}");
    compile::compile("x.toml", &text).map(|_| ()).expect_err(lines).to_string()
}

#[test]
fn errors_name_the_line_and_the_nearest_word() {
    let check = |lines: &str, expect: &str| {
        assert_eq!(wrong(lines), format!("format file x.toml, {expect}"), "{lines}");
    };
    check("retenton = '1'", "line 4: unknown key 'retenton' in the format, did you mean 'retention'?");
    check("[fields]\n\ntiem = 'x'", "line 6: unknown key 'tiem' in fields, did you mean 'time'?");
    check("[fields]\naction = '=craeted'", "line 5: 'craeted' is no action, did you mean 'created'?");
    check(
        "[fields]\naction = { from = 'x', words = { C = 'creatd' } }",
        "line 5: 'creatd' is no action, did you mean 'created'?",
    );
    check("[fields]\ntime = { from = 'x', unit = 'min' }", "line 5: unknown unit 'min', did you mean 'ms'?");
    check("[fields]\ntime = 'a..b'", "line 5: 'a..b' is no path: expected a key (byte 2)");
    check("[fields]\ntime = 7", "line 5: expected a text, found integer");
    check(
        "[fields]\nip = '@.x'",
        "line 5: '@.x' is no path: '@' stands for an element of a list, but no 'each' is stated here",
    );
    check("[fields]\nsummary = '{a'", "line 5: unclosed '{' in a template");
    check("[fields]\nsummary = '{$actr}'", "line 5: unknown field '$actr', did you mean 'actor'?");
    check(
        "[[changes]]\nas = 'lists of'",
        "line 5: unknown encoding of changes 'lists of', did you mean 'lists'?",
    );
    check(
        "[[codes]]\nrows = { a = { action = 'deletd' } }",
        "line 5: 'deletd' is no action, did you mean 'deleted'?",
    );
    check(
        "[[sample]]\nrecord = '{'\nexpect = {}",
        "line 5: the sample's record is not JSON: the JSON ends inside a value (byte 1)",
    );
    check(
        "[[sample]]\nrecord = '{}'\nexpect = { tim = 'x' }",
        "line 6: unknown field 'tim', did you mean 'time'?",
    );
    assert!(wrong("x = [").starts_with("format file x.toml, line 4: "), "{}", wrong("x = ["));
    let nameless = compile::compile("x.toml", "title = 'X'").map(|_| ()).unwrap_err().to_string();
    assert_eq!(nameless, "format file x.toml, line 1: the format needs 'name', 'vendor'");
}

const OWN: &str = r#"
name = "acme"
title = "Acme"
vendor = "Acme"
[detect]
all = { acme_time = "time", acme_who = "string" }
[fields]
time = "acme_time"
action = "=created"
[actor]
name = "acme_who"
[[sample]]
record = '{"acme_time":"2026-01-02T03:04:05Z","acme_who":"Ana"}'
expect = { time = "2026-01-02T03:04:05Z", actor = "Ana", action = "created" }
"#;

#[test]
fn a_users_format_is_loaded_and_its_samples_are_checked() {
    let dir = tempfile::tempdir().unwrap();
    let load = || Formats::load(Some(dir.path()));
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("acme.toml", OWN);
    assert!(load().problems(true).is_empty(), "{:?}", load().problems(true));
    assert!(load().get("acme").is_some() && load().get("github").is_some());
    // The user's own description of a vendor wins over the built-in one.
    write("acme.toml", &OWN.replace("\"acme\"", "\"github\""));
    assert_eq!(load().get("github").unwrap().vendor, "Acme");
    assert!(load().all().iter().any(|format| format.vendor == "Acme"));
    write("being_written.toml", "\n");
    assert!(load().problems(true).is_empty(), "{:?}", load().problems(true));
    assert!(Formats::load(Some(&dir.path().join("missing"))).problems(true).is_empty());
}

#[test]
fn a_users_wrong_format_is_left_out_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let load = || Formats::load(Some(dir.path()));
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("acme.toml", &OWN.replace("actor = \"Ana\"", "actor = \"Bo\""));
    let problems = load().problems(false);
    assert_eq!((problems.len(), problems[0].line), (1, 13));
    assert!(problems[0].message.contains("actor is 'Ana', not 'Bo'"), "{}", problems[0]);
    assert!(load().get("acme").is_none() && load().get("github").is_some());
    // What is no format at all leaves the built-in one of that name in place.
    write("acme.toml", "name = 'github'\n[fields\n");
    assert_eq!((load().problems(false).len(), load().get("github").unwrap().vendor.as_str()), (1, "GitHub"));
    assert!(load().all().iter().any(|format| format.name == "github"));
    // A predicate that also fits another's records loses to the more specific one, and that is said.
    write("acme.toml", &OWN.replace("acme_time = \"time\", acme_who", "published = \"time\", eventType"));
    let greedy = OWN.replace("acme_time = \"time\", acme_who", "acme_time = \"time\", eventType");
    write("acme.toml", &greedy.replace("\"acme_who\":\"Ana\"", "\"eventType\":\"x\",\"acme_who\":\"Ana\""));
    assert!(load().problems(true).is_empty(), "{:?}", load().problems(true));
}

#[test]
fn containers_name_the_arrays_of_known_vendors() {
    let containers: Vec<String> = formats().containers().iter().map(ToString::to_string).collect();
    assert!(containers.contains(&"Records".to_owned()) && containers.contains(&"audit_logs".to_owned()));
}
