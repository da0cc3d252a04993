//! The mapper: ids, part numbers, JSON in strings, wrappers, hostile records.

use proptest::prelude::*;

use super::*;
use crate::domain::Outcome;
use crate::domain::json::quote;

fn map_with(formats: &Formats, name: &str, record: &str) -> (Vec<Entry<'static>>, MapInfo) {
    let mut doc = Doc::new();
    let root = doc.parse(record).unwrap();
    let mut mapper = Mapper::new(formats.clone(), formats.get(name).unwrap(), MapContext::default());
    let mut out = Vec::new();
    let info = mapper.map(root, Want::Full, &mut out);
    (out.into_iter().map(Entry::into_owned).collect(), info)
}

fn map(name: &str, record: &str) -> (Vec<Entry<'static>>, MapInfo) {
    map_with(&Formats::builtin(), name, record)
}

const GITHUB: &str =
    r#"{"@timestamp":1772614530123,"action":"team.create","actor":"a","org":"o","team":"o/t"}"#;

#[test]
fn records_in_lists_of_others_are_parts() {
    let formats = Formats::builtin();
    let team = |actor: &str| GITHUB.replace("\"a\"", &quote(actor));
    let (ana, bo) = (team("ana"), team("bo"));
    for delivery in [
        format!(
            r#"{{"logGroup":"g","logEvents":[{{"id":"1","message":{}}},{{"id":"2","message":{}}}]}}"#,
            quote(&ana),
            quote(&bo)
        ),
        format!(r#"{{"time":"2026-01-02T03:04:05Z","detail":{{"events":[{ana},{bo}]}}}}"#),
        format!(r#"{{"raw_logs":[{{"entries":[{{"data":{}}},{{"data":{}}}]}}]}}"#, quote(&ana), quote(&bo)),
        format!(r#"{{"message":{}}}"#, quote(&format!("[{ana},{bo}]"))),
        format!(r#"{{"streams":[{{"stream":{{}},"values":[["1",{}],["2",{}]]}}]}}"#, quote(&ana), quote(&bo)),
    ] {
        let (entries, _) = map_with(&formats, "generic", &delivery);
        let said: Vec<_> = entries
            .iter()
            .map(|entry| {
                (
                    entry.place.part,
                    &*entry.format,
                    entry.actor.as_ref().and_then(|actor| actor.name.as_deref()),
                )
            })
            .collect();
        assert_eq!(said, [(0, "github", Some("ana")), (1, "github", Some("bo"))], "{delivery}");
        assert_ne!(entries[0].id, entries[1].id);
    }
    // What no format knows stays one entry.
    let (entries, _) =
        map_with(&formats, "generic", r#"{"time":"2026-01-02T03:04:05Z","events":[{"a":1},{"a":2}]}"#);
    assert_eq!(entries.len(), 1);
}

#[test]
fn lines_that_a_collector_kept_are_read_as_lines() {
    let (entries, _) = map(
        "generic",
        r#"{"@timestamp":"2026-01-02T03:05:00Z","message":"CEF:0|Acme|Gate|1|100|login|3|rt=1767323045000 suser=ana src=192.0.2.7"}"#,
    );
    let entry = &entries[0];
    assert_eq!((&*entry.format, entry.ip.as_ref().unwrap().to_string().as_str()), ("cef", "192.0.2.7"));
    let (entries, _) = map(
        "generic",
        r#"{"time":"2026-01-02T03:05:00Z","message":"[LOG] 07:00 - username=ana@x.example, status=Failed Login, ipAddress=192.0.2.1"}"#,
    );
    let entry = &entries[0];
    assert_eq!(entry.actor.as_ref().unwrap().label(), "ana@x.example");
    assert_eq!(entry.ip.as_ref().unwrap().to_string(), "192.0.2.1");
}

#[test]
fn parts_of_a_text_are_cut_one_behind_the_other() {
    let text = "Subject:\nAccount Name: -\nNew Logon:\nAccount Name:\tana\nAddress: 192.0.2.4";
    let record = format!(r#"{{"acme_time":"2026-01-02T03:04:05Z","text":{}}}"#, quote(text));
    for (rule, expect) in [
        (r#"{ from = "text", after_first = ["New Logon:", "Account Name:"], before = "\n" }"#, Some("ana")),
        (r#"{ from = "text", after_first = ["Old Logon:", "Account Name:"], before = "\n" }"#, None),
        (r#"{ from = "text", after_first = "Nothing: ", needs_mark = true }"#, None),
        (r#"{ from = "text", after = "Address: ", needs_mark = true }"#, Some("192.0.2.4")),
        (r#"{ from = "text", after = "Nothing: " }"#, Some(text)),
    ] {
        let file = format!(
            "name = \"acme\"\ntitle = \"A\"\nvendor = \"A\"\n[detect]\nall = {{ acme_time = \"time\" }}\n[fields]\nreason = {rule}\n"
        );
        let formats = Formats::with("acme.toml", file);
        assert_eq!(formats.problems(false), [], "{rule}");
        let (entries, _) = map_with(&formats, "acme", &record);
        assert_eq!(entries[0].reason.as_deref(), expect, "{rule}");
    }
}

#[test]
fn a_collectors_time_stands_for_one_that_it_left_out() {
    let (entries, _) = map(
        "github",
        r#"{"@timestamp":"2026-01-02T03:04:05Z","action":"team.create","actor":"a","org":"o","team":"o/t"}"#,
    );
    assert_eq!(entries[0].time.as_ref().unwrap().rfc3339(), "2026-01-02T03:04:05Z");
    let (entries, _) = map(
        "cloudtrail",
        r#"{"@timestamp":"2026-01-02T03:04:05.000Z","eventVersion":"1.05","eventName":"ListUsers","eventSource":"iam.amazonaws.com","awsRegion":"r","userIdentity":{"type":"IAMUser","userName":"ana"}}"#,
    );
    assert_eq!(entries[0].time.as_ref().unwrap().rfc3339(), "2026-01-02T03:04:05.000Z");
}

#[test]
fn what_a_format_concludes_of_the_outcome_says_so() {
    let file = "name = \"acme\"\ntitle = \"A\"\nvendor = \"A\"\n[detect]\nall = { acme_time = \"time\" }\n[fields]\n\
        outcome = [{ from = \"status\", as = \"outcome\" }, \"=success\"]\n";
    let formats = Formats::with("acme.toml", file.to_owned());
    for (more, outcome, inferred) in [
        ("", Outcome::Success, true),
        (r#","status":"ok""#, Outcome::Success, false),
        (r#","status":"failed""#, Outcome::Failure, false),
    ] {
        let (entries, _) =
            map_with(&formats, "acme", &format!(r#"{{"acme_time":"2026-01-02T03:04:05Z"{more}}}"#));
        assert_eq!((entries[0].outcome, entries[0].outcome_inferred), (outcome, inferred), "{more}");
    }
}

#[test]
fn what_a_line_format_leaves_open_is_guessed_and_says_so() {
    let formats = Formats::builtin();
    let map = |record: &str| {
        let mut doc = Doc::new();
        let mut out = Vec::new();
        let root = doc.parse(record).unwrap();
        let mut mapper = Mapper::new(formats.clone(), formats.detect(&[root]), MapContext::default());
        mapper.map(root, Want::Full, &mut out);
        out.remove(0).into_owned()
    };
    let entry = map(
        r#"{"ts":1772600767.5,"level":"warn","msg":"finished call","grpc.method":"DeleteProject","grpc.code":"PermissionDenied","peer.address":"203.0.113.7:4411","auth.email":"ana@x.example"}"#,
    );
    assert_eq!((&*entry.format, entry.action_code.as_deref()), ("logfmt", Some("DeleteProject")));
    assert_eq!(entry.actor.unwrap().email.as_deref(), Some("ana@x.example"));
    assert_eq!((entry.ip.unwrap().to_string().as_str(), entry.outcome), ("203.0.113.7", Outcome::Denied));
    assert!(entry.guessed.is_some());
    // What the format read stays as it read it, and nothing is guessed where nothing is open.
    let entry = map(
        r#"{"ts":1772600767.5,"level":"info","msg":"role set","action":"role.set","user":"bo","client_ip":"203.0.113.8","owner":"cy"}"#,
    );
    assert_eq!((entry.actor.unwrap().name.as_deref(), entry.guessed), (Some("bo"), None));
}

#[test]
fn ids_come_from_content_alone() {
    let (compact, info) = map("github", GITHUB);
    let spaced = GITHUB.replace(':', ": ").replace("1772614530123", " 1772614530123\n");
    let (again, _) = map("github", &spaced);
    assert_eq!(compact[0].id, EntryId::of(GITHUB.as_bytes(), 0));
    assert_eq!(again[0].id, compact[0].id);
    let (generic, _) = map("generic", GITHUB);
    assert_eq!(generic[0].id, compact[0].id);
    assert!(info.unidentified);
    let with_id = GITHUB.replace("{\"@", "{\"_document_id\":\"x\",\"@");
    assert!(!map("github", &with_id).1.unidentified);
}

#[test]
fn a_record_of_another_format_is_detected_on_its_own() {
    let (entries, info) = map("okta", GITHUB);
    assert_eq!(entries[0].format, "github");
    assert!(info.redetected);
    let (entries, info) = map("github", r#"{"when":"2026-01-02T03:04:05Z","who":"ana@x.example","did":"x"}"#);
    assert_eq!(entries[0].format, "generic");
    assert!(info.redetected && entries[0].guessed.is_some());
}

#[test]
fn wrapped_records_are_found_and_keep_the_id_of_the_whole() {
    for wrapped in [
        format!("{{\"detail\":{GITHUB}}}"),
        format!("{{\"_source\":{GITHUB},\"_id\":\"1\"}}"),
        format!("{{\"message\":{}}}", quote(GITHUB)),
    ] {
        let (entries, _) = map("github", &wrapped);
        assert_eq!(entries[0].format, "github", "{wrapped}");
        assert_eq!(entries[0].action_code.as_deref(), Some("team.create"), "{wrapped}");
        assert_eq!(entries[0].id, EntryId::of(wrapped.as_bytes(), 0));
    }
}

#[test]
fn a_vendors_own_wrapper_does_not_make_another_entry() {
    let record = r#"{"eventVersion":"1.08","eventTime":"2026-03-04T05:06:07Z","eventSource":"s3.amazonaws.com","eventName":"ListBuckets","awsRegion":"eu-north-1","sourceIPAddress":"203.0.113.7","eventID":"e1","userIdentity":{"type":"IAMUser","userName":"Ana","principalId":"AIDA1"}}"#;
    let (delivered, _) = map("cloudtrail", record);
    let looked_up =
        format!("{{\"EventId\":\"e1\",\"EventName\":\"ListBuckets\",\"CloudTrailEvent\":{}}}", quote(record));
    let (looked_up, _) = map("cloudtrail", &looked_up);
    assert_eq!(looked_up[0].id, delivered[0].id);
    assert_eq!(looked_up[0].action_code, delivered[0].action_code);
}

#[test]
fn our_own_export_keeps_the_id() {
    let id = EntryId::of(GITHUB.as_bytes(), 0);
    let line = |id: &str| {
        format!(
            r#"{{"id":"{id}","time":null,"action":"created","format":"github","source":"s","record":0,"part":0,"raw":{GITHUB}}}"#
        )
    };
    let (entries, info) = map("auditty", &line(&id.to_string()));
    assert_eq!((entries[0].id, entries[0].action_code.as_deref()), (id, Some("team.create")));
    assert!(!info.unidentified);
    // The third of three identical records of a vendor without ids.
    let (entries, _) = map("auditty", &line(&id.nth(2).to_string()));
    assert_eq!(entries[0].id, id.nth(2));
    // A stated id that the record contradicts is not believed.
    let (entries, _) = map("auditty", &line(&EntryId::of(b"forged", 0).to_string()));
    assert_eq!(entries[0].id, id);
}

#[test]
fn context_overrides_what_records_say() {
    let formats = Formats::builtin();
    let context = MapContext {
        assume_tz: Some(chrono_tz::Europe::Berlin),
        scope: Some(crate::domain::Scope::Account),
        workspace: Some("mine".to_owned()),
        ..MapContext::default()
    };
    let mut mapper = Mapper::new(formats.clone(), formats.generic(), context);
    let mut doc = Doc::new();
    let root = doc.parse(r#"{"time":"2026-01-02 03:04:05","user":"x","org":"theirs"}"#).unwrap();
    let mut out = Vec::new();
    mapper.map(root, Want::Index, &mut out);
    assert_eq!(out[0].time.as_ref().unwrap().rfc3339(), "2026-01-02T02:04:05Z");
    assert_eq!(out[0].workspace.as_deref(), Some("mine"));
    assert_eq!(out[0].scope, Some(crate::domain::Scope::Account));
}

#[test]
fn explains_which_path_filled_which_field() {
    let formats = Formats::builtin();
    let mut mapper = Mapper::new(formats.clone(), formats.get("github").unwrap(), MapContext::default());
    let mut doc = Doc::new();
    let root = doc.parse(GITHUB).unwrap();
    let (entries, trace) = mapper.explain(root);
    assert_eq!(entries.len(), 1);
    let by = |field: &str, path: &str| trace.iter().any(|one| one.field == field && one.path == path);
    assert!(by("time", "@timestamp") && by("actor.name", "actor"), "{trace:?}");
}

#[test]
fn rules_read_by_their_place_give_what_rules_read_in_full_give() {
    let formats = Formats::builtin();
    let mut records = 0;
    for name in formats.names() {
        let format = formats.get(name).unwrap();
        let mut mapper = Mapper::new(formats.clone(), format.clone(), MapContext::default());
        for sample in &format.samples {
            let mut doc = Doc::new();
            let Ok(root) = doc.parse(&sample.record) else { continue };
            let mut mapped = Vec::new();
            mapper.map(root, Want::Full, &mut mapped);
            let mapped: Vec<_> = mapped.into_iter().map(Entry::into_owned).collect();
            // Who asks which path filled a field has every rule read in full.
            assert_eq!(mapped, mapper.explain(root).0, "{name}: {}", sample.record);
            records += 1;
        }
    }
    assert!(records > 100);
}

#[test]
fn base_64_is_decoded() {
    for (text, expect) in [("", ""), ("YQ==", "a"), ("YWI", "ab"), ("YWJj", "abc"), ("_-8=", "?")] {
        let decoded = decode_base64(text).unwrap();
        if expect != "?" {
            assert_eq!(decoded, expect.as_bytes());
        }
    }
    assert_eq!(decode_base64("a b"), None);
}

/// Any JSON, with keys that formats look for more often than chance would give them.
fn any_json() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        Just("time"),
        Just("id"),
        Just("actor"),
        Just("action"),
        Just("eventName"),
        Just("changes"),
        Just("target"),
        Just("created_at"),
        Just("userIdentity"),
        Just("raw"),
        Just("events"),
        Just("name"),
        Just("before"),
        Just("after"),
        Just("detail"),
        Just("resources"),
        Just("requestParameters"),
        Just("@timestamp"),
        Just("uuid"),
        Just("eventTime"),
        Just("eventSource"),
        Just("CloudTrailEvent"),
        Just("user"),
        Just("published"),
    ];
    let scalar = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_filter_map("finite", |n| n.is_finite().then(|| n.to_string())),
        "\\PC{0,12}".prop_map(|text| quote(&text)),
        Just("\"2026-01-02T03:04:05Z\"".to_owned()),
        Just("\"a.b\"".to_owned()),
        Just("\"{\\\"a\\\":[1,2]}\"".to_owned()),
        Just("\"\\ud800\"".to_owned()),
    ];
    scalar.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec((key.clone(), inner), 0..8).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// Any JSON gives at least one entry under any format, forced or not, and the index agrees with the whole.
    #[test]
    fn any_json_maps(record in any_json()) {
        let formats = Formats::builtin();
        let mut doc = Doc::new();
        let root = doc.parse(&record).unwrap();
        for format in formats.all() {
            for forced in [false, true] {
                let context = MapContext { forced, ..MapContext::default() };
                let mut mapper = Mapper::new(formats.clone(), format.clone(), context);
                let mut index = Vec::new();
                mapper.map(root, Want::Index, &mut index);
                let index: Vec<_> = index.into_iter().map(Entry::into_owned).collect();
                prop_assert!(!index.is_empty());
                let mut full = Vec::new();
                mapper.map(root, Want::Full, &mut full);
                prop_assert_eq!(index.len(), full.len());
                for (a, b) in index.iter().zip(&full) {
                    prop_assert_eq!(a.id, b.id);
                    prop_assert_eq!(&a.time, &b.time);
                    prop_assert_eq!(&a.actor, &b.actor);
                    prop_assert_eq!(&a.action_code, &b.action_code);
                    prop_assert_eq!((a.action, a.outcome, a.class), (b.action, b.outcome, b.class));
                    prop_assert_eq!(&a.targets, &b.targets);
                    let paths = |e: &Entry<'_>| e.changes.iter().map(|c| c.path.to_string()).collect::<Vec<_>>();
                    prop_assert_eq!(paths(a), paths(b));
                }
            }
        }
    }
}
