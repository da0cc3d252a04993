//! Tables that name their columns in other ways than by a row.

use super::*;
use crate::ingest::Decoder;

/// A source with its records and its rejects apart.
struct Table {
    syntax: Syntax,
    records: Vec<String>,
    rejects: Vec<String>,
}

fn split(text: &str) -> Table {
    let found = frame(text.as_bytes()).unwrap();
    // The same however the bytes arrive.
    let slowly = frame_in(text.as_bytes(), &[7, 1, 3], limits(16, 1 << 20), &Hints::NONE).unwrap();
    assert_eq!(found.items, slowly.items);
    let mut table = Table { syntax: found.syntax, records: Vec::new(), rejects: Vec::new() };
    for (_, _, _, item) in found.items {
        match item {
            Ok(bytes) => table.records.push(String::from_utf8(bytes).unwrap()),
            Err(reason) => table.rejects.push(reason),
        }
    }
    table
}

#[test]
fn directives_name_the_columns() {
    let text = "#Software: Example\n#Fields: date time c-ip cs-method\n2026-01-02 03:04:05 192.0.2.7 GET\n\
                #Date: 2026-01-03\n#Fields: date time c-ip\n2026-01-03 03:04:05 192.0.2.8\n";
    let framed = split(text);
    let Syntax::Csv { delimiter, header, others } = framed.syntax.clone() else {
        panic!("{:?}", framed.syntax)
    };
    assert_eq!((delimiter, header.len(), others.len()), (' ', 4, 1));
    assert_eq!(framed.records, ["2026-01-02 03:04:05 192.0.2.7 GET", "2026-01-03 03:04:05 192.0.2.8"]);
    // As many columns of other names: nobody could tell the rows apart.
    let text = "#Fields: date time c-ip\n2026-01-02 03:04:05 192.0.2.7\n#Fields: date time s-ip\n\
                2026-01-03 03:04:05 192.0.2.8\n#Fields: date time c-ip\n2026-01-04 03:04:05 192.0.2.9\n";
    let framed = split(text);
    assert_eq!(framed.records, ["2026-01-02 03:04:05 192.0.2.7", "2026-01-04 03:04:05 192.0.2.9"]);
    assert_eq!(framed.rejects.len(), 1);
    let tabs =
        "#separator \\x09\n#fields\tts\tid.orig_h\n#types\ttime\taddr\n1795356191.1\t192.0.2.7\n#close\n";
    let framed = split(tabs);
    assert_eq!(framed.records, ["1795356191.1\t192.0.2.7"]);
}

#[test]
fn a_column_without_a_name_gets_one_where_every_row_has_it() {
    for (text, names, rejects) in [
        (
            "Level,Date and Time,Source,Event ID,Task Category\nInformation,14/05/2026 09:00:00,Own,4624,Logon,\"An account, \nana\"\n",
            "Level,Date and Time,Source,Event ID,Task Category,Message",
            0,
        ),
        ("time,who\n2026-05-14,ana,add\n2026-05-15,bo,go\n", "time,who,column_3", 0),
        // Rows that differ say nothing of a column, nor does one alone, and a counter stands before the others.
        ("time,who\n2026-05-14,ana,add\n2026-05-15,bo\n", "time,who", 1),
        ("time,who\n2026-05-14,ana,add\n", "time,who", 1),
        ("time,who\n1,2026-05-14,ana\n2,2026-05-15,bo\n", "time,who", 2),
    ] {
        let table = split(text);
        let Syntax::Csv { header, .. } = &table.syntax else { panic!("{:?}", table.syntax) };
        assert_eq!(header.join(","), names, "{text}");
        let mut decoder = Decoder::new();
        let bad = table.records.iter().filter(|row| decoder.decode(row.as_bytes(), &table.syntax).is_err());
        assert_eq!(bad.count(), rejects, "{text}");
    }
}

#[test]
fn words_above_columns_name_them() {
    let text = "WHEN                 WHO    WHAT\n-------------------  -----  ------\n\
                2026-01-02 03:04:05  ana    add key\n                     bo     leave\n2026-01-02 03:04:06  cecilia  go\n";
    let framed = split(text);
    let Syntax::Aligned { starts, header } = &framed.syntax else { panic!("{:?}", framed.syntax) };
    assert_eq!((starts.as_slice(), header.join(",")), ([0, 21, 28].as_slice(), "WHEN,WHO,WHAT".to_owned()));
    assert_eq!(framed.records.len(), 3);
    let mut decoder = Decoder::new();
    let read: Vec<String> = framed
        .records
        .iter()
        .map(|line| match decoder.decode(line.as_bytes(), &framed.syntax) {
            Ok(node) => node.raw().to_owned(),
            Err(error) => error.to_string(),
        })
        .collect();
    assert_eq!(read[0], r#"{"WHEN":"2026-01-02 03:04:05","WHO":"ana","WHAT":"add key"}"#);
    assert_eq!(read[1], r#"{"WHEN":"","WHO":"bo","WHAT":"leave"}"#);
    assert_eq!(read[2], r#"{"WHEN":"2026-01-02 03:04:06","WHO":"cecilia","WHAT":"go"}"#);
}

#[test]
fn a_time_with_words_behind_it_is_no_cell() {
    let text = "2026-01-02 03:04:05 UTC [7] ana LOG: A,1,2,x\n2026-01-02 03:04:06 UTC [7] ana LOG: B,1,2,y\n";
    assert!(matches!(split(text).syntax, Syntax::Text { .. }));
    let text = "Jan 2, 2026 3:04:05,123 PM /a by ana\nJan 2, 2026 3:04:06,123 PM /b by bo\n";
    assert!(matches!(split(text).syntax, Syntax::Text { .. }));
    let text = "2026-01-02 03:04:05,ana,x.created\n2026-01-02 03:04:06,bo,x.deleted\n";
    assert!(matches!(split(text).syntax, Syntax::Csv { .. }));
}
