//! Exports: what they hold, what they replace, what comes back of them.

use std::fs;
use std::process::Command;

use auditty::ops::column::Column;
use serde_json::Value;

use super::home::Home;

#[test]
fn an_export_is_whole_private_and_overwrites_nothing() {
    let home = Home::with_demo(150);
    home.ok(&["export", "type:Messaging", "--to", "out.csv"]);
    let before = fs::read_to_string(home.path("out.csv")).unwrap();
    home.fails(2, &["export", "--to", "out.csv"], "--force");
    assert_eq!(fs::read_to_string(home.path("out.csv")).unwrap(), before);
    home.ok(&["export", "--to", "out.csv", "--force"]);
    let count = csv::Reader::from_path(home.path("out.csv")).unwrap().records().count();
    assert_eq!(count, 150);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(home.path("out.csv").metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let left: Vec<_> =
        fs::read_dir(home.dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".part")), "{left:?}");
    home.fails(2, &["export", "--to", "no/such/folder/x.csv"], "no/such/folder");
}

#[test]
fn a_column_holds_the_same_alone_as_among_all() {
    let home = Home::with_demo(120);
    let export = |columns: &str| -> Vec<csv::StringRecord> {
        let text = home.ok(&["export", "--columns", columns, "--to", "-"]);
        csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect()
    };
    let names: Vec<&str> = Column::ALL.iter().map(|column| column.name()).collect();
    let all = export(&names.join(","));
    assert_eq!(all.len(), 120);
    for (at, name) in names.iter().enumerate() {
        let alone = export(name);
        assert!(alone.iter().map(|row| &row[0]).eq(all.iter().map(|row| &row[at])), "{name}");
    }
}

#[test]
fn formulas_are_guarded_and_counted() {
    let home = Home::new();
    let record = |id: u32, name: &str| {
        format!(
            "{{\"id\":\"{id}\",\"created_at\":\"2026-01-01T00:00:0{id}Z\",\"scope\":\"account\",\
             \"event_type\":\"Administration\",\"activity\":\"Tag\",\"object_type\":\"tag\",\"object_id\":{id},\
             \"object_name\":{},\"action\":\"created\",\"user\":{{\"id\":1,\"name\":\"A\"}},\"changes\":[]}}\n",
            serde_json::to_string(name).unwrap()
        )
    };
    let names = ["=1+1", "@cmd", "'quoted", "plain"];
    let text: String = names.iter().zip(1..).map(|(name, id)| record(id, name)).collect();
    fs::write(home.path("in.ndjson"), text).unwrap();
    home.ok(&["import", "in.ndjson"]);
    let cells = |args: &[&str]| -> Vec<String> {
        let text =
            home.ok(
                &[&["query", "--output", "csv", "--columns", "target", "--sort", "time:asc"], args].concat()
            );
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.records().map(|row| row.unwrap()[0].to_owned()).collect()
    };
    assert_eq!(cells(&[]), ["'=1+1", "'@cmd", "''quoted", "plain"]);
    let run = home.run(&["export", "--to", "out.csv", "--columns", "target"]);
    assert!(run.err.contains("3 cells got a '"), "{}", run.err);
    home.ok(&["export", "--to", "raw.csv", "--columns", "target", "--csv-raw"]);
    assert!(fs::read_to_string(home.path("raw.csv")).unwrap().contains("\r\n=1+1\r\n"));
}

#[test]
fn our_own_ndjson_comes_back_the_same() {
    let home = Home::with_demo(250);
    home.ok(&["export", "--to", "out.ndjson", "--no-redact"]);
    let other = Home::new();
    fs::copy(home.path("out.ndjson"), other.path("out.ndjson")).unwrap();
    other.ok(&["import", "out.ndjson"]);
    let ids =
        |home: &Home| home.ok(&["query", "--output", "csv", "--columns", "id,time,activity,actor,target"]);
    // Not by assert_eq: a difference would print everything.
    let (ours, theirs) = (ids(&home), ids(&other));
    let differs = ours.lines().zip(theirs.lines()).find(|(a, b)| a != b);
    assert_eq!(differs, None);
    assert_eq!(ours.lines().count(), theirs.lines().count());
}

#[test]
fn our_own_csv_comes_back_the_same() {
    let home = Home::with_demo(400);
    home.ok(&["export", "--to", "out.csv", "--no-redact"]);
    let other = Home::new();
    fs::copy(home.path("out.csv"), other.path("out.csv")).unwrap();
    other.ok(&["import", "out.csv"]);
    let columns = "id,time,scope,workspace,event_type,activity,action,action_code,actor,actor_email,actor_id,\
                   actor_kind,ip,target_type,target_id,target_name,before,after,outcome,request,session";
    let rows = |home: &Home| home.ok(&["query", "--output", "csv", "--columns", columns, "--no-redact"]);
    // Not by assert_eq: a difference would print everything.
    let (ours, theirs) = (rows(&home), rows(&other));
    let differs = ours.lines().zip(theirs.lines()).find(|(a, b)| a != b);
    assert_eq!(differs, None);
    assert_eq!(ours.lines().count(), theirs.lines().count());
}

#[test]
fn a_manifest_says_how_an_export_was_made() {
    let home = Home::with_demo(300);
    let export =
        ["export", "action:updated since:2025-06-01", "--to", "q.csv", "--manifest", "--columns", "id,time"];
    let run = home.run(&export);
    assert_eq!(run.status, 0, "{}", run.err);
    let text = fs::read_to_string(home.path("q.csv.manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&text).unwrap();
    let file = fs::read(home.path("q.csv")).unwrap();
    let rows = file.split(|byte| *byte == b'\n').count() - 2;
    assert_eq!((&manifest["file"], &manifest["bytes"]), (&"q.csv".into(), &file.len().into()));
    assert_eq!(manifest["entries"], rows);
    assert_eq!(manifest["query"], "action:updated since:2025-06-01");
    assert_eq!(manifest["ranges"][0]["from"], "2025-06-01T00:00:00.000000000Z");
    assert_eq!(manifest["ranges"][0]["until"], Value::Null);
    assert_eq!(manifest["columns"], serde_json::json!(["id", "time"]));
    assert_eq!((&manifest["zone"], &manifest["plan"]), (&"utc".into(), &"none".into()));
    let source = &manifest["sources"][0];
    assert_eq!((&source["name"], &source["entries"]), (&"demo.ndjson".into(), &300.into()));
    assert_eq!(source["sha256"].as_str().unwrap().len(), 64);
    let sum = manifest["sha256"].as_str().unwrap();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(&file);
    assert_eq!(sum, digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    assert!(run.err.contains(sum), "{}", run.err);
    home.fails(2, &export, "q.csv.manifest.json exists already");
    home.fails(2, &["export", "--to", "-", "--manifest"], "a manifest lies beside a file");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_written_into_and_a_link_followed() {
    use std::os::unix::fs::FileTypeExt as _;
    let home = Home::with_demo(40);
    let wanted = home.ok(&["export", "--to", "-"]);
    let pipe = home.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).unwrap()
    });
    home.ok(&["export", "--to", "pipe", "--output", "csv", "--force"]);
    assert_eq!(reader.join().unwrap(), wanted);
    assert!(pipe.metadata().unwrap().file_type().is_fifo(), "it is still a pipe");

    fs::write(home.path("old.csv"), "old").unwrap();
    std::os::unix::fs::symlink("old.csv", home.path("link.csv")).unwrap();
    home.ok(&["export", "--to", "link.csv", "--force"]);
    assert!(home.path("link.csv").symlink_metadata().unwrap().is_symlink());
    assert_eq!(fs::read_to_string(home.path("old.csv")).unwrap(), wanted);
}

#[test]
fn entries_without_a_time_are_said_to_be_in_no_range() {
    let home = Home::new();
    let records = "{\"time\":\"2026-01-02T03:04:05Z\",\"user\":\"bo\",\"event\":\"item.sold\"}\n{\"user\":\"bo\",\"event\":\"item.sold\"}\n";
    fs::write(home.path("shop.ndjson"), records).unwrap();
    home.ok(&["import", "shop.ndjson"]);
    for args in [
        &["export", "time:2026", "--to", "-"][..],
        &["query", "time:2026"],
        &["query", "--count", "time:2026"],
    ] {
        let run = home.run(args);
        assert_eq!(run.status, 0, "{}", run.err);
        assert!(
            run.err.contains("left out by the time range: 1 entry without a time"),
            "{args:?}: {}",
            run.err
        );
    }
    assert!(!home.run(&["query", "actor:bo"]).err.contains("without a time"));
}
