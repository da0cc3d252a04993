//! The generic mapper by table: records of vendors that nobody described.

use crate::domain::Entry;
use crate::domain::json::{Doc, Node};
use crate::ingest::format::{Formats, MapContext, Mapper, Want};

fn guess(record: &str) -> Entry<'static> {
    let formats = Formats::builtin();
    let mut mapper = Mapper::new(formats.clone(), formats.generic(), MapContext::default());
    let mut doc = Doc::new();
    let mut out = Vec::new();
    mapper.map(doc.parse(record).unwrap(), Want::Full, &mut out);
    assert_eq!(out[0].format, "generic", "{record}");
    out.remove(0).into_owned()
}

/// Compares `time | actor | ip | action code | action | outcome`.
fn check(record: &str, expect: &str) {
    let entry = guess(record);
    let found = format!(
        "{} | {} | {} | {} | {} | {}",
        entry.time.as_ref().map(crate::domain::time::Moment::rfc3339).unwrap_or_default(),
        entry.actor.as_ref().map(|actor| actor.label().to_owned()).unwrap_or_default(),
        entry.ip.as_ref().map(ToString::to_string).unwrap_or_default(),
        entry.action_code.as_deref().unwrap_or_default(),
        entry.action,
        entry.outcome,
    );
    assert_eq!(found, expect, "{record}");
}

#[test]
fn finds_fields_by_many_names() {
    check(
        r#"{"timestamp":"2026-03-04T05:06:07Z","actor":{"name":"Ana","email":"ana@x.example"},"ip":"203.0.113.7","action":"role.create","status":"success"}"#,
        "2026-03-04T05:06:07Z | Ana | 203.0.113.7 | role.create | created | success",
    );
    check(
        r#"{"eventTime":1772600767123,"userName":"bo","sourceIpAddress":"2001:db8::1","eventName":"DeleteThing","result":"Failure"}"#,
        "2026-03-04T05:06:07.123Z | bo | 2001:db8::1 | DeleteThing | deleted | failure",
    );
    check(
        r#"{"Date":"3/4/2026 5:06:07 AM","User":"cy@x.example","Client IP":"198.51.100.1:4433","Operation":"FileDownloaded","ResultStatus":"Succeeded"}"#,
        "2026-03-04T05:06:07Z | cy@x.example | 198.51.100.1 | FileDownloaded | exported | success",
    );
    check(
        r#"{"created":"2026-03-04 05:06:07","performed_by":{"user":{"display_name":"Di"}},"remote_addr":"10.0.0.1","event":{"type":"member_removed","time":"x"},"success":false}"#,
        "2026-03-04T05:06:07Z | Di | 10.0.0.1 | member_removed | deleted | failure",
    );
    check(
        r#"{"ts":1772600767,"admin_email":"ed@x.example","request.ip":"10.0.0.2","activity":"User logged in","response_code":403}"#,
        "2026-03-04T05:06:07Z | ed@x.example | 10.0.0.2 | User logged in | login failed | denied",
    );
    check(
        r#"{"when":1772600767000000,"principal_id":"9f1c2b1e-8a0b-4c9e-9a53-0d5f6f0c2a11","method":"settings.update","failed":true}"#,
        "2026-03-04T05:06:07.000000Z | 9f1c2b1e-8a0b-4c9e-9a53-0d5f6f0c2a11 |  | settings.update | updated | failure",
    );
}

#[test]
fn never_takes_one_thing_for_another() {
    // A version is no address, a target's name no actor, a number no time, an expiry no event.
    check(r#"{"version":"1.2.3.4","count":17,"target":{"name":"Ana"}}"#, " |  |  |  | other | unknown");
    check(r#"{"token":{"expires_at":"2030-01-01T00:00:00Z"},"port":443}"#, " |  |  |  | other | unknown");
    check("{}", " |  |  |  | other | unknown");
    check("[1,2]", " |  |  |  | other | unknown");
    check("null", " |  |  |  | other | unknown");
    let entry = guess(r#"{"user":{"id":7},"target_user":{"name":"Bo","email":"bo@x.example"}}"#);
    let actor = entry.actor.unwrap();
    assert_eq!((actor.id.as_deref(), actor.name, actor.email), (Some("7"), None, None));
    assert_eq!(entry.targets[0].name.as_deref(), Some("Bo"));
}

#[test]
fn says_how_sure_it_is() {
    let sure = |record: &str| guess(record).guessed.unwrap();
    let whole = sure(r#"{"time":"2026-03-04T05:06:07Z","user":"ana","ip":"10.0.0.1","action":"create"}"#);
    let half = sure(r#"{"time":"2026-03-04T05:06:07Z","x":1}"#);
    let none = sure(r#"{"x":1}"#);
    assert!(whole > 90 && (30..60).contains(&half) && none < 10, "{whole} {half} {none}");
}

#[test]
fn finds_changes_targets_and_ids() {
    let paths = |record: &str| guess(record).changes.iter().map(|c| c.path.to_string()).collect::<Vec<_>>();
    assert_eq!(paths(r#"{"changes":[{"field":"a","old":1,"new":2}]}"#), ["a"]);
    assert_eq!(paths(r#"{"diff":{"a":[1,2],"b":[null,1]}}"#), ["a", "b"]);
    assert_eq!(paths(r#"{"data":{"x":1},"before":{"a":1},"after":{"a":2}}"#), ["a"]);
    assert_eq!(paths(r#"{"old_name":"a","new_name":"b"}"#), ["name"]);
    assert_eq!(paths(r#"{"parameters":[{"name":"a","value":1}]}"#), [""; 0]);
    // The same inside a text, which is called after its key.
    let cell = r#"{"action":"update","audited_changes":"{\"status\":[\"draft\",\"sent\"]}","created_at":"2026-05-14T09:00:00Z"}"#;
    assert_eq!(paths(cell), ["status"]);
    assert_eq!(guess(cell).changes[0].after.as_deref(), Some("\"sent\""));
    assert_eq!(paths(r#"{"action":"update","points":"{\"at\":[1,2]}"}"#), [""; 0]);
    let entry = guess(
        r#"{"event_id":"9f1c2b1e-8a0b-4c9e-9a53-0d5f6f0c2a11","resource":{"type":"user_group","id":"g1","name":"Ops"},"request_id":"r","session":{"id":"s"},"organization":{"name":"Acme"},"user_agent":"curl","country":"NO"}"#,
    );
    assert_eq!(entry.targets[0].kind.as_deref(), Some("user_group"));
    assert_eq!((entry.targets[0].id.as_deref(), entry.targets[0].name.as_deref()), (Some("g1"), Some("Ops")));
    assert_eq!(entry.activity.as_deref(), Some("User group"));
    assert_eq!((entry.request.as_deref(), entry.session.as_deref()), (Some("r"), Some("s")));
    assert_eq!((entry.workspace.as_deref(), entry.user_agent.as_deref()), (Some("Acme"), Some("curl")));
    assert_eq!(entry.country.as_deref(), Some("NO"));
}

#[test]
fn pairs_in_lists_are_fields() {
    check(
        r#"{"time":"2026-03-04T05:06:07Z","details":[{"name":"user_email","value":"a@x.example"},{"name":"ip_address","value":"10.0.0.1"}],"event_name":"x_created"}"#,
        "2026-03-04T05:06:07Z | a@x.example | 10.0.0.1 | x_created | created | unknown",
    );
}

#[test]
fn a_failure_said_anywhere_is_no_success() {
    check(
        r#"{"time":"2026-03-04T05:06:07Z","user":"ana","eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Failure"}}"#,
        "2026-03-04T05:06:07Z | ana |  | ConsoleLogin | login failed | failure",
    );
    check(
        r#"{"time":"2026-03-04T05:06:07Z","user":"ana","event":"Login","LOGIN_STATUS":"LOGIN_NO_ERROR"}"#,
        "2026-03-04T05:06:07Z | ana |  | Login | logged in | success",
    );
    check(
        r#"{"time":"2026-03-04T05:06:07Z","user":"ana","event":"key.delete","error_message":"not allowed here"}"#,
        "2026-03-04T05:06:07Z | ana |  | key.delete | deleted | failure",
    );
    let isp =
        guess(r#"{"time":"2026-03-04T05:06:07Z","user":"ana","securitycontext":{"domain":"isp.example"}}"#);
    assert_eq!(isp.workspace, None);
}

#[test]
fn longer_names_and_other_peoples_words_are_understood() {
    check(
        r#"{"src_user_email":"ana@x.example","evt_ts_utc":"2026-03-04 05:06:07","src_ip_addr":"203.0.113.7","audit_operation_kind":"file.share"}"#,
        "2026-03-04T05:06:07Z | ana@x.example | 203.0.113.7 | file.share | granted | unknown",
    );
    check(
        r#"{"approved_by":"Di","approved_on":"2026-03-04T05:06:07Z","action_taken":"invoice approved"}"#,
        "2026-03-04T05:06:07Z | Di |  | invoice approved | updated | unknown",
    );
    check(
        r#"{"user_id":7,"email":"bo@x.example","event":"login","time":1772600767}"#,
        "2026-03-04T05:06:07Z | bo@x.example |  | login | logged in | unknown",
    );
    check(
        r#"{"contact":"cy@x.example","target_email":"di@x.example","date":"2026-03-04"}"#,
        "2026-03-04T00:00:00Z |  |  |  | other | unknown",
    );
}

/// Returns a mapper that has seen the first records of a source.
fn learned(roots: &[Node<'_>]) -> Mapper {
    let learned = crate::ingest::format::Learned::of(roots);
    let formats = Formats::builtin();
    let context = MapContext { learned, ..MapContext::default() };
    Mapper::new(formats.clone(), formats.generic(), context)
}

#[test]
fn records_of_one_source_tell_an_act_from_a_constant() {
    let texts: Vec<String> = (0..12)
        .map(|at| {
            let act = ["role.created", "role.deleted", "user.invited"][at % 3];
            format!(r#"{{"event":"audit trail","what_type":"{act}","ts":{},"by":"ana"}}"#, 1_772_600_767 + at)
        })
        .collect();
    let mut docs: Vec<Doc> = texts.iter().map(|_| Doc::new()).collect();
    let roots: Vec<_> = docs.iter_mut().zip(&texts).map(|(doc, text)| doc.parse(text).unwrap()).collect();
    let mut mapper = learned(&roots);
    let mut out = Vec::new();
    mapper.map(roots[0], Want::Full, &mut out);
    assert_eq!(out[0].action_code.as_deref(), Some("role.created"));
}

#[test]
fn what_texts_in_a_record_hold_is_read() {
    check(
        r#"{"at":"2026-03-04T05:06:07Z","payload":"{\"actor\":{\"email\":\"ana@x.example\"},\"ip\":\"203.0.113.7\",\"action\":\"role.create\"}"}"#,
        "2026-03-04T05:06:07Z | ana@x.example | 203.0.113.7 | role.create | created | unknown",
    );
}

#[test]
fn columns_without_names_are_known_by_what_they_hold() {
    let rows = [
        ("2026-03-04 05:06:07", "203.0.113.7", "ana", "UserCreatedEvent", "bo", "OK"),
        ("2026-03-04 05:06:08", "203.0.113.8", "cy", "LoginEvent", "-", "FAILED"),
    ];
    let texts = rows.map(|(at, ip, who, what, which, how)| {
        format!(
            r#"{{"column_1":"{at}","column_2":"{ip}","column_3":"{who}","column_4":"{what}","column_5":"{which}","column_6":"{how}"}}"#
        )
    });
    let mut docs: Vec<Doc> = texts.iter().map(|_| Doc::new()).collect();
    let roots: Vec<_> = docs.iter_mut().zip(&texts).map(|(doc, text)| doc.parse(text).unwrap()).collect();
    let mut mapper = learned(&roots);
    let mut said = Vec::new();
    for root in roots {
        let mut out = Vec::new();
        mapper.map(root, Want::Full, &mut out);
        let entry = &out[0];
        let name = entry.actor.as_ref().and_then(|actor| actor.name.as_deref()).unwrap_or_default();
        let target = entry.targets.first().and_then(|target| target.label()).unwrap_or_default();
        let code = entry.action_code.as_deref().unwrap_or_default();
        said.push(format!("{name} {} {code} {target} {}", entry.ip.as_ref().unwrap(), entry.outcome));
    }
    assert_eq!(said, ["ana 203.0.113.7 UserCreatedEvent bo success", "cy 203.0.113.8 LoginEvent  failure"]);
}

#[test]
fn the_far_end_of_a_connection_is_whence_it_came() {
    check(
        r#"{"timestamp":"2026-03-04T05:06:07Z","local":{"ip":"10.0.0.5"},"name":"login failure","real_userid":{"user":"ana"},"identity":{"user":"bo"},"remote":{"ip":"192.0.2.7"}}"#,
        "2026-03-04T05:06:07Z | ana | 192.0.2.7 | login failure | login failed | failure",
    );
    check(
        r#"{"time":"2026-03-04T05:06:07Z","user":"ana","remoteAddress":"ipv4:192.0.2.7:445","node_meta":{"ip":"10.0.0.1"},"event_type":"audit","operation":"role.grant"}"#,
        "2026-03-04T05:06:07Z | ana | 192.0.2.7 | role.grant | granted | unknown",
    );
}

#[test]
fn an_actor_that_is_only_an_id_is_called_as_elsewhere() {
    let entry = guess(
        r#"{"eventTime":"2026-03-04T05:06:07Z","sourceUser":"0000000000A1","operator":{"id":"0000000000A1","email":"ana@x.example"},"eventName":"RoleUpdated"}"#,
    );
    assert_eq!(entry.actor.unwrap().email.as_deref(), Some("ana@x.example"));
    let entry = guess(
        r#"{"eventTime":"2026-03-04T05:06:07Z","sourceUser":"0000000000A1","operator":{"id":"0000000000B2","email":"bo@x.example"},"eventName":"RoleUpdated"}"#,
    );
    assert_eq!(entry.actor.unwrap().email, None);
}

#[test]
fn what_the_act_speaks_of_is_its_target() {
    let target = |code: &str| {
        let entry = guess(&format!(
            r#"{{"time":"2026-03-04T05:06:07Z","actor":"ana@x.example","event_type":"{code}","service_name":"pg-1"}}"#
        ));
        entry.targets.first().and_then(|target| target.name.as_deref().map(str::to_owned))
    };
    assert_eq!(target("service_create").as_deref(), Some("pg-1"));
    assert_eq!(target("user_invited"), None);
}

#[test]
fn objects_called_old_and_new_are_compared() {
    let entry = guess(
        r#"{"timeStamp":1772600767123,"userName":"ana","eventType":"ENTITY_UPDATE","data":{"oldEntity":{"name":"a","net":"10.0.0.0/8"},"newEntity":{"name":"a","net":"10.1.0.0/16"}}}"#,
    );
    let paths: Vec<String> = entry.changes.iter().map(|change| change.path.to_string()).collect();
    assert_eq!(paths, ["net"]);
}

#[test]
fn an_object_with_a_type_and_an_id_is_the_target_whatever_it_is_called() {
    let target = |object: &str| {
        let entry = guess(&format!(
            r#"{{"time":"2026-03-04T05:06:07Z","actor":{{"type":"user","id":"u1"}},"action":"create",{object}}}"#
        ));
        let target = entry.targets.first()?.clone();
        Some(format!(
            "{} {} {}",
            target.kind?,
            target.id.unwrap_or_default(),
            target.name.unwrap_or_default()
        ))
    };
    assert_eq!(
        target(r#""res":{"kind":"api_key","id":"k1","label":"CI"}"#).as_deref(),
        Some("api_key k1 CI")
    );
    assert_eq!(target(r#""obj":{"type":"board","name":"Ops"}"#).as_deref(), Some("board  Ops"));
    assert_eq!(target(r#""context":{"type":"phone","id":"d1"}"#), None);
    assert_eq!(target(r#""payload":{"type":"audit","id":"e1"}"#), None);
}

#[test]
fn a_line_kept_as_text_says_itself_when_it_was() {
    check(
        r#"{"log":"{\"ts\":\"2026-03-04T05:06:07Z\",\"user\":\"ana\",\"action\":\"role.create\"}\n","stream":"stdout","time":"2026-03-04T05:06:09Z"}"#,
        "2026-03-04T05:06:07Z | ana |  | role.create | created | unknown",
    );
}

#[test]
fn whom_and_what_it_concerned_is_found_under_many_names() {
    for (record, target) in [
        (
            r#"{"at":"2026-03-04T05:06:07Z","type":"user.suspended","actor_email":"a@x.example","target_email":"b@x.example"}"#,
            "b@x.example",
        ),
        (
            r#"{"created_at":"2026-03-04T05:06:07Z","user_name":"ana","action":"INSERT","resource_type":"write_token","record_id":"r1"}"#,
            "r1",
        ),
        (
            r#"{"created_at":"2026-03-04T05:06:07Z","user_name":"ana","action":"update","target_ids":["i1","i2"]}"#,
            "i1",
        ),
    ] {
        let entry = guess(record);
        let found: Vec<&str> = entry.targets.iter().filter_map(|target| target.label()).collect();
        assert!(found.contains(&target), "{record}: {found:?}");
    }
}

#[test]
fn a_sentence_tells_who_where_nothing_else_does() {
    for (message, expect) in [
        (
            "Failed password for invalid user bo from 203.0.113.8 port 5",
            "bo | 203.0.113.8 | {} | login failed | failure",
        ),
        (
            "Accepted publickey for ana from 203.0.113.7 port 22",
            "ana | 203.0.113.7 | {} | logged in | success",
        ),
        ("Connection from 203.0.113.9 closed", " | 203.0.113.9 | {} | updated | unknown"),
    ] {
        let record = format!(r#"{{"time":"2026-05-14T09:00:00Z","message":"{message}"}}"#);
        check(&record, &format!("2026-05-14T09:00:00Z | {}", expect.replace("{}", message)));
    }
    // Somebody under a name of their own stands above whom the sentence names.
    let both =
        r#"{"time":"2026-05-14T09:00:00Z","user":"cy","message":"Failed password for bo from 203.0.113.8"}"#;
    assert_eq!(guess(both).actor.unwrap().label(), "cy");
}

#[test]
fn a_place_in_a_program_is_nobody_and_a_refusal_is_no_failure() {
    let entry = guess(
        r#"{"time":"2026-03-04T05:06:07Z","caller":"audit/audit.go:43","action":"user.create","user":"ana","origin":"web (192.0.2.7)"}"#,
    );
    assert_eq!(entry.actor.unwrap().label(), "ana");
    assert_eq!(entry.ip.unwrap().to_string(), "192.0.2.7");
    check(
        r#"{"time":"2026-03-04T05:06:07Z","user":"ana","action":"role.create","result":{"status":"Failure","code":403},"responseStatus":{"status":"Failure","code":403}}"#,
        "2026-03-04T05:06:07Z | ana |  | role.create | created | denied",
    );
}
