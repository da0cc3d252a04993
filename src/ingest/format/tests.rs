//! The built-in formats against their samples, and what a wrong file is told.

use super::*;

fn formats() -> Formats {
    let mut all = Vec::new();
    for (name, text) in builtin::ASSETS {
        all.push(Arc::new(
            compile::compile(&format!("{name}.toml"), text).unwrap_or_else(|error| panic!("{error}")),
        ));
    }
    Formats::assemble(all).unwrap()
}

#[test]
fn every_sample_maps_as_stated() {
    let formats = formats();
    let mut wrong = Vec::new();
    for format in formats.all() {
        wrong.extend(sample::problems(&formats, &format.name));
        if !format.generic {
            assert!(format.samples.len() >= 5, "{} has {} samples", format.name, format.samples.len());
            assert!(format.documentation.is_some(), "{} has no documentation link", format.name);
            assert!(!format.not_recorded.is_empty(), "{} does not say what is not recorded", format.name);
            assert!(format.retention.is_some(), "{} states no retention", format.name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_asset_is_compiled_in_under_its_name() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/formats");
    let mut files: Vec<String> = toml_files(&dir)
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
    assert_eq!(nameless, "format file x.toml, line 1: the format needs 'name'");
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
    std::fs::write(dir.path().join("acme.toml"), OWN).unwrap();
    let formats = load().unwrap();
    assert!(formats.get("acme").is_some() && formats.get("github").is_some());
    std::fs::write(dir.path().join("acme.toml"), OWN.replace("actor = \"Ana\"", "actor = \"Bo\"")).unwrap();
    let error = load().unwrap_err();
    assert_eq!(error.line, 13);
    assert!(error.message.contains("actor is 'Ana', not 'Bo'"), "{error}");
    // The user's own description of a vendor wins over the built-in one.
    std::fs::write(dir.path().join("acme.toml"), OWN.replace("\"acme\"", "\"github\"")).unwrap();
    assert_eq!(load().unwrap().get("github").unwrap().vendor, "Acme");
    assert!(Formats::load(Some(&dir.path().join("missing"))).is_ok());
}

#[test]
fn containers_name_the_arrays_of_known_vendors() {
    let containers: Vec<String> = formats().containers().iter().map(ToString::to_string).collect();
    assert!(containers.contains(&"Records".to_owned()) && containers.contains(&"audit_logs".to_owned()));
}
