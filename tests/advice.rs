//! What is said where a question finds nothing, or was no question: an empty answer must not be a slip.

use std::fs;

use super::home::Home;

/// Returns what the program says of a query that finds nothing.
fn nothing(home: &Home, query: &str) -> String {
    let run = home.run(&["query", query]);
    assert_eq!((run.status, run.out.as_str()), (1, ""), "{query}: {}", run.err);
    run.err
}

#[test]
fn a_value_nobody_has_is_answered_with_those_there_are() {
    let home = Home::with_demo(2000);
    for (query, said) in [
        ("format:aws", "format:aws: there are customerio"),
        ("actor:ana", "actor:ana wants the whole value; actor:*ana* finds "),
        (
            "activity:\"Team*\"",
            "activity:\"Team*\": a star within quotes stands for itself; activity:Team* finds Team",
        ),
        ("activity:Campain", "activity:Campain: did you mean activity:Campaign?"),
        ("target:campaign", "target:campaign: not there, but activity:campaign has "),
        ("CAMPAIGN", "CAMPAIGN: capitals are searched as they are written; campaign finds "),
        ("country:DE", "no entry has a value of country"),
        ("since:2026-11-20 until:2026-11-10", "the time ranges have no instant in common"),
        ("zzz and qqq", "and: searched as words; only AND, OR, NOT in capitals join conditions"),
        ("action:deleted country:DE", "each condition alone: action:deleted "),
    ] {
        let told = nothing(&home, query);
        assert!(told.contains(said), "{query}: {told}");
    }
    let told = nothing(&home, "zzzqqq");
    assert_eq!(told.lines().count(), 1, "nothing is known about a word: {told}");
}

#[test]
fn a_file_is_no_query() {
    let home = Home::with_demo(20);
    let run = home.run(&["query", "demo.ndjson"]);
    assert_eq!(run.status, 2, "{}", run.err);
    assert!(run.err.contains("`auditty view demo.ndjson` looks at it"), "{}", run.err);
    assert_eq!(home.run(&["query", "\"demo.ndjson\""]).status, 1, "in quotes it is a text");
}

#[test]
fn a_verb_means_what_was_done_and_a_file_name_its_source() {
    let home = Home::with_demo(2000);
    let count = |query: &str| home.ok(&["query", query, "--count"]);
    assert_eq!(count("action:deleted"), count("action:delete"));
    assert_ne!(count("action:remove"), "0\n");
    fs::create_dir(home.path("logs")).unwrap();
    let record = r#"{"time":"2026-01-02T03:04:05Z","user":"bo","event":"sold","list":[{"x":1},{"x":2}]}"#;
    fs::write(home.path("logs/shop.ndjson"), record).unwrap();
    fs::write(home.path("logs/notes.zip"), b"PK\x03\x04 no log").unwrap();
    let run = home.run(&["import", "logs"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.err.contains("passed over logs/notes.zip: "), "{}", run.err);
    assert_eq!(count("source:shop.ndjson"), "1\n");
    assert_eq!(count("source:logs/shop.ndjson raw.list.x:2"), "1\n");
}

#[test]
fn a_range_asked_for_takes_the_place_of_the_views() {
    let home = Home::with_demo(2000);
    home.ok(&["views", "save", "late", "action:updated since:2025-12-01"]);
    let count = |more: &str| home.ok(&["query", "--view", "late", more, "--count"]);
    assert_eq!(count("since:2025-06-01"), home.ok(&["query", "action:updated since:2025-06-01", "--count"]));
    assert_eq!(
        count("actor:*a*"),
        home.ok(&["query", "action:updated since:2025-12-01 actor:*a*", "--count"])
    );
}
