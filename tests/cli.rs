//! The program as a person runs it: subcommands, exit statuses, pipes.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::home::{Home, NOW, Run, lines};

#[test]
fn importing_twice_adds_nothing() {
    let home = Home::new();
    home.demo(300);
    let first = home.run(&["import", "demo.ndjson"]);
    assert_eq!(first.status, 0);
    assert!(first.out.is_empty(), "news went to standard output");
    assert!(first.err.contains("300 entries new; 0 duplicate; 0 rejected"), "{}", first.err);
    fs::copy(home.path("demo.ndjson"), home.path("again.ndjson")).unwrap();
    home.ok(&["import", "again.ndjson"]);
    assert_eq!(home.ok(&["query", "--count"]), "300\n");
}

#[test]
fn a_trial_import_makes_no_store() {
    let home = Home::new();
    home.demo(20);
    let run = home.run(&["import", "--dry-run", "demo.ndjson"]);
    assert!(run.err.contains("20 entries found"), "{}", run.err);
    assert!(!home.path(".local/share/auditty/auditty.db").exists());
}

#[test]
fn a_store_is_verified_against_its_records() {
    let home = Home::with_demo(300);
    let told = home.ok(&["verify"]);
    assert!(told.contains("entries   300 entries with the id and time that the record gives"), "{told}");
    assert!(told.ends_with("damage    none\n"), "{told}");
    // A format that reads another field as the time than when the records came.
    let format = |time: &str| {
        let folder = home.path(".config/auditty/formats");
        fs::create_dir_all(&folder).unwrap();
        let text = format!(
            "name = \"shop\"\ntitle = \"Shop\"\nvendor = \"Shop\"\n[detect]\nany = [{{ shop_event = \"string\" }}]\n[fields]\ntime = [\"{time}\"]\naction_code = [\"shop_event\"]\n"
        );
        fs::write(folder.join("shop.toml"), text).unwrap();
    };
    format("made");
    let record = r#"{"shop_event":"sold","made":"2026-01-02T03:04:05Z","seen":"2026-01-02T03:04:06Z"}"#;
    fs::write(home.path("shop.ndjson"), record).unwrap();
    home.ok(&["import", "shop.ndjson"]);
    assert!(home.ok(&["verify"]).contains("entries   301 entries"));
    format("seen");
    let run = home.run(&["verify"]);
    assert_eq!(run.status, 1, "{}", run.err);
    assert!(run.out.contains("of shop.ndjson, record 1: its record gives another time"), "{}", run.out);
    assert!(run.err.contains("auditty reindex"), "{}", run.err);
    assert!(home.ok(&["sources"]).contains("mapped by an older auditty or format: auditty reindex"));
    assert!(home.ok(&["stats"]).contains("older auditty or format in 1 source"));
    home.ok(&["reindex"]);
    assert!(home.ok(&["verify"]).contains("damage    none"));
    assert!(!home.ok(&["sources"]).contains("older auditty"));
    assert!(home.ok(&["stats"]).contains("mapping   up to date"));
}

#[test]
fn sources_name_the_formats_of_their_records() {
    let home = Home::new();
    let shop =
        |n: u32| format!("{{\"shop_event\":\"sold\",\"made\":\"2026-01-02T03:04:0{n}Z\",\"n\":{n}}}\n");
    let stripe = r#"{"id":"evt_1","object":"event","type":"customer.created","created":1770113472,"api_version":"x","livemode":true,"pending_webhooks":0,"request":{"id":null},"data":{"object":{"id":"cus_1","object":"customer"}}}"#;
    fs::write(home.path("mixed.ndjson"), format!("{}{}{stripe}\n", shop(1), shop(2))).unwrap();
    home.ok(&["import", "mixed.ndjson"]);
    let said = home.ok(&["sources"]);
    assert!(said.contains("generic 2 + stripe 1"), "{said}");
    let folder = home.path(".config/auditty/formats");
    fs::create_dir_all(&folder).unwrap();
    let text = "name = \"shop\"\ntitle = \"Shop\"\nvendor = \"Shop\"\n[detect]\nany = [{ shop_event = \"string\" }]\n\
                [fields]\ntime = [\"made\"]\naction_code = [\"shop_event\"]\n";
    fs::write(folder.join("shop.toml"), text).unwrap();
    home.ok(&["reindex"]);
    let said = lines(&home.ok(&["sources", "--json"]));
    assert_eq!(said[0]["formats"], serde_json::json!({"shop": 2, "stripe": 1}));
}

#[test]
fn events_of_the_framework_say_what_entries_say() {
    let home = Home::new();
    home.demo(400);
    let entries = lines(&home.ok(&["convert", "demo.ndjson"]));
    let mut events = lines(&home.ok(&["convert", "demo.ndjson", "--output", "ocsf"]));
    assert_eq!((entries.len(), events.len()), (400, 400));
    for (entry, event) in entries.iter().zip(&events) {
        assert_eq!(event["metadata"]["uid"], entry["id"]);
        let number = |key: &str| event[key].as_u64().unwrap();
        assert_eq!(number("type_uid"), number("class_uid") * 100 + number("activity_id"));
        assert_eq!(number("category_uid"), number("class_uid") / 1000);
        assert_eq!(serde_json::from_str::<Value>(event["raw_data"].as_str().unwrap()).unwrap(), entry["raw"]);
        let changes = event["unmapped"].get("changes").cloned().unwrap_or_else(|| Value::Array(Vec::new()));
        assert_eq!(changes, entry["changes"]);
    }
    let classes: Vec<_> = events.iter().map(|event| event["class_uid"].as_u64().unwrap()).collect();
    assert!(classes.contains(&3002) && classes.contains(&6003));
    // Read without the record, the framework's attributes alone say when, who, from where and how it ended.
    events.iter_mut().for_each(|event| drop(event.as_object_mut().unwrap().remove("raw_data")));
    let text: Vec<String> = events.iter().map(Value::to_string).collect();
    fs::write(home.path("events.ndjson"), text.join("\n")).unwrap();
    let again = lines(&home.ok(&["convert", "events.ndjson"]));
    assert_eq!(again.len(), 400);
    for (entry, again) in entries.iter().zip(&again) {
        assert_eq!(again["format"], "ocsf");
        for key in ["time", "ip", "outcome", "user_agent"] {
            assert_eq!(again[key], entry[key], "{key}: {entry}");
        }
        for key in ["name", "email"] {
            let known = &entry["actor"][key];
            assert!(known.is_null() || again["actor"][key] == *known, "{key}: {entry}");
        }
    }
}

#[test]
fn views_are_kept_shown_and_forgotten() {
    let home = Home::with_demo(400);
    assert!(
        home.ok(&["views"])
            .lines()
            .any(|line| line.starts_with("credentials") && line.contains("class:Credentials"))
    );
    home.ok(&[
        "views",
        "save",
        "by hand",
        "-kind:system",
        "scope:workspace",
        "--columns",
        "actor,title",
        "--sort",
        "actor:desc",
    ]);
    let list = home.ok(&["views"]);
    assert!(
        list.contains("by hand") && list.contains("-kind:system scope:workspace  --columns actor,title"),
        "{list}"
    );
    let plain = home.ok(&[
        "query",
        "-kind:system",
        "scope:workspace",
        "--columns",
        "actor,title",
        "--sort",
        "actor:desc",
        "--output",
        "csv",
    ]);
    assert!(plain.lines().count() > 50);
    assert_eq!(home.ok(&["query", "--view", "by hand", "--output", "csv"]), plain);
    assert_eq!(home.ok(&["export", "--view", "by hand", "--to", "-"]), plain);
    // More words narrow it; columns and order asked for go before its own.
    let narrow =
        home.ok(&["query", "--view", "by hand", "action:deleted", "--columns", "id", "--output", "csv"]);
    let same = home.ok(&[
        "query",
        "-kind:system",
        "scope:workspace",
        "action:deleted",
        "--columns",
        "id",
        "--sort",
        "actor:desc",
        "--output",
        "csv",
    ]);
    assert_eq!(narrow, same);
    assert_eq!(home.ok(&["--view", "by hand"]).lines().count(), plain.lines().count());
    home.fails(2, &["query", "--view", "by hnd"], "did you mean \"by hand\"?");
    home.fails(2, &["views", "save", "bad", "typ:Security"], "did you mean type");
    home.fails(2, &["views", "remove", "credentials"], "from the start");
    home.ok(&["views", "remove", "by hand"]);
    assert!(!home.ok(&["views"]).contains("by hand"));
}

#[test]
fn standard_input_is_imported() {
    let home = Home::new();
    home.demo(50);
    let mut import = home.command(&["import", "-"]);
    import.stdin(fs::File::open(home.path("demo.ndjson")).unwrap());
    assert!(import.status().unwrap().success());
    assert!(home.ok(&["sources"]).contains("stdin: 50 entries"));
}

#[test]
fn unreadable_input_is_status_2_and_leaves_the_store_alone() {
    let home = Home::with_demo(30);
    home.fails(2, &["import", "no/such/file"], "no/such/file");
    fs::write(home.path("empty"), "").unwrap();
    home.fails(2, &["import", "empty"], "empty");
    assert_eq!(home.ok(&["query", "--count"]), "30\n");
    // One that cannot be read does not stop the other, and is not forgotten either.
    home.demo_as("more.ndjson", 40);
    let run = home.run(&["import", "no/such/file", "more.ndjson"]);
    assert_eq!(run.status, 2, "{}", run.err);
    assert!(run.err.contains("no/such/file"));
    assert_eq!(home.ok(&["query", "--count"]), "70\n");
}

impl Home {
    pub(crate) fn demo_as(&self, name: &str, entries: u32) {
        let entries = entries.to_string();
        self.ok(&["demo", "--seed", "9", "--entries", &entries, "--now", NOW, "--write", name]);
    }
}

#[test]
fn the_bare_form_into_a_pipe_prints_a_table() {
    let home = Home::with_demo(400);
    let table = home.ok(&["-type:Security", "kind:member"]);
    let mut rows = table.lines();
    assert!(rows.next().unwrap().starts_with("ACTIVITY"));
    assert!(rows.clone().count() > 20);
    assert!(!table.contains("Logged in"));
    assert_eq!(home.run(&["no such words anywhere"]).status, 1);
}

#[test]
fn every_output_has_the_same_rows() {
    let home = Home::with_demo(200);
    let query = ["scope:workspace", "action:updated"];
    let with = |more: &[&str]| home.ok(&[&["query"], &query[..], more].concat());
    let count: usize = with(&["--count"]).trim().parse().unwrap();
    assert!(count > 50);
    assert_eq!(with(&[]).lines().count(), count + 1);
    let ids = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    let ndjson = lines(&with(&["--output", "ndjson"]));
    let from_ndjson: Vec<_> = ndjson.iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect();
    let json: Value = serde_json::from_str(&with(&["--output", "json"])).unwrap();
    assert_eq!(json.as_array().unwrap(), &ndjson);
    let csv = with(&["--output", "csv", "--columns", "id"]);
    assert!(csv.lines().all(|line| line.len() <= 26));
    assert_eq!(ids(&csv)[1..], from_ndjson[..]);
    let md = with(&["--output", "md", "--columns", "id"]);
    assert_eq!(md.lines().count(), count + 2);
    assert!(md.contains(&from_ndjson[0]));
    assert_eq!(with(&["--limit", "7"]).lines().count(), 8);
}

#[test]
fn values_are_counted() {
    let home = Home::with_demo(300);
    let table = home.ok(&["query", "--by", "scope"]);
    let sum: u32 =
        table.lines().map(|line| line.split_whitespace().next().unwrap().parse::<u32>().unwrap()).sum();
    assert_eq!(sum, 300);
    let rows = lines(&home.ok(&["query", "--by", "workspace", "--output", "ndjson"]));
    assert!(rows.iter().any(|row| row["workspace"] == "Production"), "{rows:?}");
    home.fails(2, &["query", "--by", "workspce"], "did you mean workspace?");
}

#[test]
fn sorting_is_by_any_column() {
    let home = Home::with_demo(200);
    let times = home.ok(&["query", "--sort", "time:asc", "--columns", "time", "--output", "csv"]);
    assert!(times.lines().skip(1).collect::<Vec<_>>().is_sorted());
    let actors =
        home.ok(&["query", "--sort", "actor", "--columns", "actor", "--output", "csv", "-actor:none"]);
    let actors: Vec<_> = actors.lines().skip(1).map(str::to_lowercase).collect();
    assert!(actors.is_sorted(), "{actors:?}");
    home.fails(2, &["query", "--sort", "time:up"], "no direction");
}

#[test]
fn a_wrong_query_shows_the_spot() {
    let home = Home::with_demo(10);
    home.fails(2, &["query", "word", "actr:ana"], "     ^^^^");
    home.fails(2, &["actr:ana"], "actor");
    home.fails(2, &["query", "since:sometime"], "sometime");
    let run = home.run(&["query", "since:2025-12", "--count"]);
    assert!(run.err.contains("since:2025-12 is ") && run.err.contains("2025-12-01 00:00 .."), "{}", run.err);
}

#[test]
fn one_entry_is_shown_by_link_id_and_prefix() {
    let home = Home::with_demo(100);
    let newest = lines(&home.ok(&["query", "has:diff", "--limit", "1", "--output", "ndjson"])).remove(0);
    let id = newest["id"].as_str().unwrap();
    for name in
        [format!("auditty://{id}"), id.to_owned(), id.chars().take(9).collect::<String>().to_uppercase()]
    {
        assert!(home.ok(&["show", &name]).contains(id), "{name}");
    }
    let raw = home.ok(&["show", id, "--raw"]);
    assert_eq!(serde_json::from_str::<Value>(&raw).unwrap(), newest["raw"]);
    assert!(home.ok(&["show", id, "--diff"]).contains(newest["changes"][0]["path"].as_str().unwrap()));
    let mut json: Value = serde_json::from_str(&home.ok(&["show", id, "--output", "json"])).unwrap();
    let diff = json.as_object_mut().unwrap().remove("diff").unwrap();
    let alone: Value = serde_json::from_str(&home.ok(&["show", id, "--diff", "--output", "json"])).unwrap();
    assert_eq!((&alone["diff"], &alone["changes"]), (&diff, &json["changes"]));
    assert_eq!(json, newest);
    home.fails(1, &["show", "0000000"], "no entry");
    home.fails(2, &["show", "short"], "at least 7");
    home.fails(1, &["open", "0000000"], "no entry");
}

#[test]
fn the_plan_binds_every_reading() {
    let home = Home::with_demo(400);
    let oldest =
        lines(&home.ok(&["query", "--sort", "time:asc", "--limit", "1", "--output", "ndjson"])).remove(0);
    let id = oldest["id"].as_str().unwrap();
    let essentials = |args: &[&str]| home.run(&[&["--plan", "essentials"], args].concat());
    let shown = essentials(&["show", id]);
    assert_eq!(shown.status, 1);
    assert!(shown.err.contains("outside the plan's 30 days"), "{}", shown.err);
    let by_id = essentials(&["query", &format!("id:{id}"), "--count"]);
    assert_eq!((by_id.status, by_id.out.as_str()), (1, "0\n"));
    let export = home.run(&["--plan", "premium", "export", "--to", "year.csv"]);
    assert!(export.err.contains("lets out only the last 365 days"), "{}", export.err);
    let rows = fs::read_to_string(home.path("year.csv")).unwrap().lines().count() - 1;
    let table = home.ok(&["--plan", "premium", "query"]).lines().count() - 1;
    assert!(rows < table && table == 400, "{rows} of {table}");
    let csv = home.ok(&["--plan", "premium", "query", "--output", "csv"]);
    assert_eq!(csv.lines().count() - 1, rows);
    home.fails(2, &["--plan", "gold", "query"], "gold");
}

#[test]
fn sources_are_listed_and_removed() {
    let home = Home::with_demo(60);
    home.demo_as("more.ndjson", 40);
    home.ok(&["import", "more.ndjson"]);
    let list = home.ok(&["sources"]);
    let named = list.lines().filter(|line| line.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    assert_eq!(named.count(), 2, "{list}");
    assert!(!list.contains("overlaps") && list.contains("not recorded: "), "no entry lies in both\n{list}");
    home.demo_as("late.ndjson", 30);
    let both = [fs::read(home.path("demo.ndjson")).unwrap(), fs::read(home.path("late.ndjson")).unwrap()];
    fs::write(home.path("twice.ndjson"), both.concat()).unwrap();
    home.ok(&["import", "twice.ndjson"]);
    let twice = home.ok(&["sources"]);
    assert!(twice.contains("overlaps"), "{twice}");
    home.ok(&["sources", "remove", "twice.ndjson", "--yes"]);
    assert!(list.contains("demo.ndjson: 60 entries") && list.contains("more.ndjson: 40 entries"), "{list}");
    assert_eq!(lines(&home.ok(&["sources", "--json"]))[0]["entries"], 60);
    home.fails(2, &["sources", "remove", "more.ndjson"], "--yes");
    home.fails(1, &["sources", "remove", "none.ndjson", "--yes"], "no source");
    home.ok(&["sources", "remove", "more.ndjson", "--yes"]);
    assert_eq!(home.ok(&["query", "--count"]), "60\n");
    home.fails(2, &["--read-only", "sources", "remove", "demo.ndjson", "--yes"], "read only");
}

#[test]
fn old_entries_are_pruned_after_it_was_said_what() {
    let home = Home::with_demo(200);
    let before = "2025-06-01";
    let old: u32 = home.ok(&["query", "until:2025-05-31", "--count"]).trim().parse().unwrap();
    assert!(old > 10);
    home.fails(2, &["prune", "--before", before], &format!("remove {old} entries from before 2025-06-01"));
    home.ok(&["prune", "--before", before, "--yes"]);
    assert_eq!(home.ok(&["query", "--count"]), format!("{}\n", 200 - old));
    assert_eq!(home.run(&["prune", "--before", before, "--yes"]).status, 1);
    home.fails(2, &["prune", "--before", "whenever"], "whenever");
}

#[test]
fn an_index_made_again_shows_the_same() {
    let home = Home::with_demo(120);
    let before = home.ok(&["query", "--output", "ndjson"]);
    let run = home.run(&["reindex"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.err.contains("120 entries"), "{}", run.err);
    assert!(home.ok(&["query", "--output", "ndjson"]) == before, "the entries differ");
}

#[test]
fn files_are_viewed_and_converted_without_a_store() {
    let home = Home::new();
    home.demo(80);
    assert_eq!(home.ok(&["view", "demo.ndjson"]).lines().count(), 81);
    let some = home.ok(&["view", "demo.ndjson", "--query", "-scope:account"]);
    assert!((2..80).contains(&some.lines().count()));
    let converted = lines(&home.ok(&["convert", "demo.ndjson"]));
    assert_eq!(converted.len(), 80);
    assert_eq!(converted[0]["format"], "customerio");
    assert!(!home.path(".local/share/auditty/auditty.db").exists());
    let temporary = home.path(".cache/auditty/temporary");
    assert_eq!(fs::read_dir(temporary).unwrap().count(), 0, "a temporary store was left");
    home.fails(2, &["view", "no/such/file"], "no/such/file");
    home.fails(2, &["convert", "no/such/file"], "no/such/file");
}

#[test]
fn the_demo_is_the_same_for_the_same_seed_and_time() {
    let home = Home::new();
    home.demo(500);
    let first = fs::read(home.path("demo.ndjson")).unwrap();
    let again = home.ok(&["demo", "--entries", "500", "--now", NOW, "--write", "-"]);
    assert_eq!(first, again.as_bytes());
    home.fails(2, &["demo", "--write", "demo.ndjson"], "--force");
    home.fails(2, &["demo", "--now", "soon"], "no time");
    let table = home.ok(&["demo", "--entries", "120", "--now", NOW]);
    assert_eq!(table.lines().count(), 121);
}

#[test]
fn formats_settings_and_state_are_told() {
    let home = Home::with_demo(20);
    let formats = home.ok(&["formats"]);
    assert!(formats.lines().any(|line| line.starts_with("customerio ")), "{formats}");
    assert!(home.ok(&["formats", "customerio"]).contains("not recorded"));
    home.fails(1, &["formats", "customeri"], "did you mean customerio?");
    assert!(home.ok(&["formats", "github"]).contains("actor.name"), "the mapping is part of the description");
    assert!(home.ok(&["stats"]).contains("entries   20"));
    assert!(home.ok(&["--tz", "Europe/Lisbon", "config"]).contains("--tz"));
}

#[test]
fn completions_and_the_manual_page_are_printed() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(home.ok(&["completions", shell]).contains("auditty"), "{shell}");
    }
    let page = home.ok(&["man"]);
    assert!(page.starts_with(".ie") || page.contains(".TH"), "no manual page");
    assert!(page.contains("auditty\\-import") || page.contains("auditty import"));
    assert!(home.ok(&["--help"]).contains("Exit status"));
    assert!(home.ok(&["--version"]).starts_with("auditty "));
}

#[test]
fn wrong_usage_is_status_2() {
    let home = Home::new();
    home.demo(5);
    home.fails(2, &["query"], "there is no store");
    home.fails(2, &["improt", "demo.ndjson"], "did you mean import?");
    home.fails(2, &["query", "--nope"], "--nope");
    home.fails(2, &["--store", "postgres://host/db", "query"], "not yet");
    home.fails(2, &["import", "demo.ndjson", "--format", "nope"], "nope");
    home.fails(2, &["import", "demo.ndjson", "--assume-tz", "Mars"], "Mars");
    fs::write(home.path("text.db"), "this is no database, whatever its name says").unwrap();
    let run = home.run(&["--store", "text.db", "query"]);
    assert_eq!(run.status, 2);
    assert_eq!(fs::read_to_string(home.path("text.db")).unwrap().len(), 43, "a foreign file was written to");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let home = Home::with_demo(2_000);
    for args in
        [&["query", "--output", "csv", "--columns", "id,time"][..], &["convert", "demo.ndjson"], &["man"]]
    {
        let mut child = home.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        reader.read_line(&mut String::new()).unwrap();
        drop(reader);
        let run = Run::of(&child.wait_with_output().unwrap());
        assert_eq!(run.status, 0, "{args:?}: {}", run.err);
        assert!(!run.err.contains("auditty:") && !run.err.contains("panicked"), "{args:?}: {}", run.err);
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_import_leaves_the_store_as_it_was() {
    let home = Home::with_demo(30);
    // A pipe that stays open: the import waits for more when the signal comes.
    let mut import = home.command(&["import", "-"]);
    let mut child = import.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    home.demo_as("more.ndjson", 3_000);
    std::io::Write::write_all(&mut input, &fs::read(home.path("more.ndjson")).unwrap()).unwrap();
    let signalled = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signalled.success());
    let run = Run::of(&child.wait_with_output().unwrap());
    drop(input);
    assert_eq!(run.status, 130, "{}", run.err);
    assert_eq!(home.ok(&["query", "--count"]), "30\n");
}

#[test]
fn a_format_is_drafted_tested_and_corrected() {
    let home = Home::with_demo(10);
    let log = home.path("zebra.ndjson");
    let record = |act: &str| {
        format!(
            r#"{{"zebra_at":"2026-03-04T05:06:07Z","zebra_user":{{"email":"ana@fjord.example"}},"did":"{act}","odd":{{"a":{{"b":{{"c":7}}}}}}}}"#
        )
    };
    std::fs::write(&log, ["role_created", "role_deleted"].map(record).join("\n")).unwrap();
    let (log, own) = (log.to_string_lossy().into_owned(), home.path("zebra.toml"));
    let draft = home.ok(&["formats", "new", &log]);
    assert!(draft.contains("name = \"zebra\"") && draft.contains("time = \"zebra_at\""), "{draft}");
    std::fs::write(&own, &draft).unwrap();
    let own = own.to_string_lossy().into_owned();
    let table = home.ok(&["formats", "test", "--file", &own, &log]);
    for wanted in ["record 1: zebra", "ana@fjord.example", "zebra_user.email", "read by nothing", "2  zebra"]
    {
        assert!(table.contains(wanted), "{wanted} is not in\n{table}");
    }
    let json =
        lines(&home.ok(&["formats", "test", "--file", &own, "--output", "json", "--limit", "1", &log]));
    assert_eq!((json.len(), json[0]["format"].as_str()), (1, Some("zebra")));
    std::fs::write(&own, draft.replace("[fields]", "[feilds]")).unwrap();
    home.fails(2, &["formats", "test", "--file", &own, &log], "did you mean 'fields'?");
    home.fails(1, &["formats", "test", "--format", "githb", &log], "did you mean github?");
}

#[test]
fn files_convert_to_the_rows_that_an_export_has() {
    let home = Home::new();
    home.demo(200);
    let twin = r#"{"timestamp":"2026-01-02T03:04:05Z","user":"=ana","action":"created"}"#;
    let demo = fs::read_to_string(home.path("demo.ndjson")).unwrap();
    fs::write(home.path("log.ndjson"), format!("{demo}{twin}\n{twin}\n")).unwrap();
    let run = home.run(&["convert", "log.ndjson", "--output", "csv"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.err.contains("4 cells got a ' in front"), "{}", run.err);
    home.ok(&["import", "log.ndjson"]);
    let exported = home.ok(&["query", "--output", "csv", "--sort", "time:asc"]);
    let sorted = |text: &str| {
        let mut lines: Vec<_> = text.split_inclusive("\r\n").skip(1).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&run.out), sorted(&exported));
    assert_eq!(run.out.lines().next(), exported.lines().next());
    assert_eq!(sorted(&run.out).len(), 202);
}
