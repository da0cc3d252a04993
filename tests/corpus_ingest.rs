//! Containers and decoding on files that others collected to break parsers.

use std::fs;
use std::path::{Path, PathBuf};

use auditty::domain::json::Doc;
use auditty::ingest::frame::{Framer, Hints, Item, Limits, Next};
use auditty::ingest::{Bytes, Decoder, Input, Syntax, csv};

/// Returns the folder of the corpus, or says that its tests did not run.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("AUDITTY_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: AUDITTY_CORPUS names no corpus");
    }
    folder
}

struct Read {
    syntax: Syntax,
    /// Decoded records as JSON text.
    records: Vec<String>,
    rejects: Vec<String>,
}

fn read(path: &Path) -> Result<Read, String> {
    let bytes = Bytes::open(&Input::file(path)).map_err(|error| error.to_string())?;
    let mut framer =
        Framer::open(bytes, &Hints::NONE, Limits::default(), &|| true).map_err(|error| error.to_string())?;
    let syntax = framer.syntax().clone();
    let mut decoder = Decoder::new();
    let (mut records, mut rejects) = (Vec::new(), Vec::new());
    loop {
        match framer.next(&mut Vec::new()) {
            Next::End => return Ok(Read { syntax, records, rejects }),
            Next::Idle => {}
            Next::Slab(slab) => {
                for item in &slab.items {
                    match item {
                        Item::Reject(reject) => rejects.push(reject.reason.clone()),
                        Item::Record { start, end, .. } => {
                            match decoder.decode(&slab.bytes[*start..*end], &syntax) {
                                Ok(node) => records.push(node.raw().to_owned()),
                                Err(error) => rejects.push(error.to_string()),
                            }
                        }
                    }
                }
            }
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn json_is_accepted_and_refused_as_the_standard_says() {
    let Some(corpus) = corpus() else { return };
    let (mut accepted, mut refused, mut open) = (0, 0, 0);
    for path in files(&corpus.join("nasty/JSONTestSuite/test_parsing")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let parses = std::str::from_utf8(&bytes).is_ok_and(|text| Doc::new().parse(text).is_ok());
        match name.get(..2) {
            Some("y_") => assert!(parses, "{name} was refused"),
            Some("n_") => assert!(!parses, "{name} was accepted"),
            _ => open += 1,
        }
        accepted += usize::from(parses);
        refused += usize::from(!parses);
        // As a source, whatever it is, it must neither panic nor hang nor vanish.
        match read(&path) {
            Ok(read) => {
                assert!(!bytes.is_empty() && read.records.len() + read.rejects.len() < 100_001, "{name}");
            }
            Err(reason) => assert!(!reason.is_empty(), "{name}"),
        }
    }
    assert!(
        accepted >= 95 && refused >= 180 && open >= 30,
        "{accepted} accepted, {refused} refused, {open} open"
    );
}

#[test]
fn repeated_keys_and_number_tokens_survive() {
    let Some(corpus) = corpus() else { return };
    let mut seen = 0;
    for path in files(&corpus.join("nasty/JSONTestSuite/test_transform")) {
        let bytes = fs::read(&path).unwrap();
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let mut doc = Doc::new();
        assert_eq!(doc.parse(&text).unwrap().raw(), text.trim(), "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 18, "{seen}");
}

#[test]
fn csv_spectrum_gives_the_cells_it_should() {
    let Some(corpus) = corpus() else { return };
    let mut seen = 0;
    for path in files(&corpus.join("nasty/csv-spectrum/csvs")) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(corpus.join(format!("nasty/csv-spectrum/json/{name}.json"))).unwrap();
        let mut doc = Doc::new();
        let expected = doc.parse(&text).unwrap();
        let read = read(&path).unwrap();
        assert_eq!(read.rejects, Vec::<String>::new(), "{name}");
        let listed = format!("[{}]", read.records.join(","));
        let mut doc = Doc::new();
        // Line ends in cells were changed on one side only by whoever copied these files.
        let expected_text = compact(&text).replace("\\r\\n", "\\n");
        let got = doc.parse(&listed).unwrap();
        // The numbers of that file were changed on one side only.
        let same = name == "location_coordinates"
            || got.same(&expected)
            || listed.replace("\\r\\n", "\\n") == expected_text;
        assert!(same, "{name}: {listed} is not {text}");
        seen += 1;
    }
    assert_eq!(seen, 12);
}

fn compact(text: &str) -> String {
    let mut doc = Doc::new();
    let mut out = String::new();
    auditty::domain::json::write_compact(doc.parse(text).unwrap(), &mut out);
    out
}

/// The `csv` crate is the oracle of rows and cells.
#[test]
fn csvkit_files_give_the_cells_another_reader_gives() {
    let Some(corpus) = corpus() else { return };
    let mut seen = 0;
    for path in files(&corpus.join("nasty/csvkit")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let plain = fs::read(&path).unwrap();
        if !name.ends_with(".csv") || std::str::from_utf8(&plain).is_err() {
            continue;
        }
        let Ok(Read { syntax: Syntax::Csv { delimiter, header, .. }, records, rejects }) = read(&path) else {
            continue;
        };
        let mut rows = oracle(&plain, delimiter);
        if header != csv::numbered(header.len()) {
            rows.remove(0);
        }
        let long =
            rows.iter().filter(|row| row.iter().skip(header.len()).any(|cell| !cell.is_empty())).count();
        assert_eq!(rejects.len(), long, "{name}: {rejects:?}");
        rows.retain(|row| !row.iter().skip(header.len()).any(|cell| !cell.is_empty()));
        assert_eq!(records.len(), rows.len(), "{name}");
        for (record, row) in records.iter().zip(&rows) {
            let mut doc = Doc::new();
            let node = doc.parse(record).unwrap();
            let cells: Vec<_> = node.members().map(|(_, cell)| cell.as_str().unwrap().into_owned()).collect();
            let row: Vec<_> = row.iter().take(header.len()).cloned().collect();
            assert_eq!(cells, row, "{name}");
        }
        seen += 1;
    }
    assert!(seen >= 40, "only {seen} files were read as CSV");
}

fn oracle(bytes: &[u8], delimiter: char) -> Vec<Vec<String>> {
    let mark = b"\xef\xbb\xbf";
    let bytes = bytes.strip_prefix(mark).unwrap_or(bytes);
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter as u8)
        .from_reader(bytes);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn files_of_vendors_hold_the_records_they_are_known_to_hold() {
    let Some(corpus) = corpus() else { return };
    let list = fs::read_to_string(corpus.join("SOURCES.tsv")).unwrap();
    let (mut right, mut wrong) = (0, Vec::new());
    for line in list.lines().skip(1) {
        let mut cells = line.split('\t');
        let (Some(file), Some(entries)) =
            (cells.next(), cells.next().and_then(|text| text.parse::<usize>().ok()))
        else {
            continue;
        };
        match read(&corpus.join("formats").join(file)) {
            Ok(read) if read.records.len() == entries && read.rejects.is_empty() => right += 1,
            Ok(read) => wrong.push(format!(
                "{file}: {} records and {} rejects instead of {entries}: {:?}",
                read.records.len(),
                read.rejects.len(),
                read.rejects.first()
            )),
            Err(reason) => wrong.push(format!("{file}: {reason}")),
        }
    }
    assert!(right > 500 && wrong.len() <= 2, "{right} right, {}", wrong.join("\n"));
}
