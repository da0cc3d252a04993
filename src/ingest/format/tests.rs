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
