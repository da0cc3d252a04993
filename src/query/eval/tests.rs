use super::*;
use crate::domain::json::Doc;
use crate::domain::{
    Action, Actor, ActorKind, Change, ChangeOp, Class, EntryId, Ip, Moment, Outcome, Provenance, Scope,
    Target,
};
use crate::query::arbitrary::{NOW, context};

const RAW: &[u8] = br#"{"who":"Ana","note":"caf\u00e9 \/ d\u00e9j\u00e0","body":"{\"deep\":\"in\\nside\"}",
"errorCode":null,"tags":["a","B"],"n":1.50,"flat.key":"v","who":"Bo"} "#;

fn entry() -> Entry<'static> {
    let mut entry = Entry::blank("github");
    entry.id = EntryId::of(b"one", 0);
    entry.time = Some(Moment { at: NOW, digits: 0, text: "now".into() });
    entry.scope = Some(Scope::Workspace);
    entry.workspace = Some("Staging".into());
    entry.event_type = Some("Messaging".into());
    entry.class = Class::Content;
    entry.activity = Some("Campaign".into());
    entry.action = Action::LoggedIn;
    entry.action_code = Some("team.add_member".into());
    entry.actor = Some(Actor {
        kind: ActorKind::Member,
        name: Some("Ana Silva".into()),
        email: Some("ana@example.com".into()),
        id: Some("u-17".into()),
    });
    entry.ip = Ip::read("203.0.113.7".into());
    entry.targets = vec![
        Target { kind: Some("campaign".into()), id: Some("42".into()), name: Some("Welcome".into()) },
        Target { kind: Some("folder".into()), id: None, name: None },
    ];
    entry.changes = vec![
        change("state", Some("\"Draft\""), Some("\"live\"")),
        change("actions[id=9].delay_s", None, Some("[3600,\"x\"]")),
    ];
    entry.outcome = Outcome::Success;
    entry.place.source = "audit.ndjson".into();
    entry
}

fn change(path: &'static str, before: Option<&'static str>, after: Option<&'static str>) -> Change<'static> {
    Change {
        path: path.into(),
        op: ChangeOp::Replace,
        before: before.map(Into::into),
        after: after.map(Into::into),
        provenance: Provenance::Recorded,
    }
}

fn passes(entry: &Entry<'_>, raw: &[u8], query: &str) -> bool {
    let filter =
        crate::query::parse(query, &context()).unwrap_or_else(|error| panic!("{}", error.caret(query)));
    let mut doc = Doc::new();
    let document = std::str::from_utf8(raw).ok().and_then(|text| doc.parse(text).ok());
    matches(&filter, &Subject { entry, raw, document, noted: true, marked: false })
}

/// Checks which queries an entry passes, and that it does not pass their negation.
#[track_caller]
fn check(entry: &Entry<'_>, raw: &[u8], yes: &[&str], no: &[&str]) {
    for (queries, expect) in [(yes, true), (no, false)] {
        for query in queries {
            assert_eq!(passes(entry, raw, query), expect, "{query}");
            assert_eq!(passes(entry, raw, &format!("-({query})")), !expect, "-({query})");
        }
    }
}

#[test]
fn fields() {
    let yes = [
        "scope:workspace",
        "workspace:staging",
        "type:mess*",
        "class:content",
        "activity:CAMPAIGN",
        "action:logged_in",
        "action:\"logged in\"",
        "action:team.*",
        "code:team.add_member",
        "actor:\"ana silva\"",
        "actor:ANA@example.com",
        "actor:u-17",
        "actor:*silva",
        "kind:member",
        "target:welcome",
        "target:42",
        "target:folder",
        "target.type:folder",
        "target.id:42",
        "outcome:failure,success",
        "source:*.ndjson",
        "format:github",
        "changed:state",
        "changed:actions",
        "changed:actions[id=9]",
        "changed:*.delay_s",
        "country:none",
        "request:none session:none",
        "-country:de",
    ];
    let no = [
        "scope:account",
        "workspace:stag",
        "action:created",
        "action:none",
        "code:\"logged in\"",
        "actor:ana",
        "actor:system",
        "actor:none",
        "target:campaign",
        "target:none",
        "target.id:none",
        "changed:delay_s",
        "changed:action",
        "country:*",
        "kind:none",
    ];
    check(&entry(), RAW, &yes, &no);
}

#[test]
fn actors_without_a_name() {
    let mut entry = entry();
    entry.actor = Some(Actor::of(ActorKind::System));
    check(
        &entry,
        RAW,
        &["actor:system", "kind:system", "actor:*", "System"],
        &["actor:none", "actor:unknown"],
    );
    entry.actor = Some(Actor::of(ActorKind::Service));
    check(&entry, RAW, &["actor:service"], &["actor:none", "actor:system"]);
    entry.actor = Some(Actor { name: Some("Robot".into()), ..Actor::of(ActorKind::System) });
    check(&entry, RAW, &["actor:system", "actor:robot"], &["actor:none"]);
    entry.actor = None;
    check(&entry, RAW, &["actor:none", "kind:unknown", "kind:none"], &["actor:unknown", "kind:member"]);
}

#[test]
fn addresses_and_times() {
    let yes = [
        "ip:203.0.113.7",
        "ip:203.0.113.0/24",
        "ip:203.0.113.1-203.0.113.7",
        "ip:203.0.113.*",
        "ip:::ffff:203.0.113.7",
        "since:today until:now..+1m",
        "time:7d",
        "time:..",
    ];
    let no = [
        "ip:203.0.113.8",
        "ip:203.0.113.0/30",
        "ip:none",
        "ip:console",
        "until:now",
        "time:yesterday",
        "time:none",
    ];
    check(&entry(), RAW, &yes, &no);
    let mut entry = entry();
    (entry.ip, entry.time) = (None, None);
    check(
        &entry,
        RAW,
        &["ip:none", "time:none", "-time:7d"],
        &["ip:0.0.0.0/0", "time:..", "since:1970", "-time:none"],
    );
    entry.ip = Ip::read("AWS Internal".into());
    check(&entry, RAW, &["ip:\"aws internal\"", "ip:aws*"], &["ip:none", "ip:0.0.0.0/0", "ip:::/0"]);
}

#[test]
fn text_is_raw_bytes_decoded_strings_and_mapped_values() {
    let yes = [
        "caf\\u00e9",
        "café",
        "CAFÉ OR café",
        "\"café / déjà\"",
        "\"\\\"n\\\":1.50\"",
        "\"in\nside\"",
        "\"ana silva\"",
        "203.0.113",
        "errorcode",
        "errorCode",
        "logged",
        "success",
        "/d.j\u{e0}/",
        "/(?i)ANA/",
        "/^Ana Silva$/",
    ];
    let no = ["Café", "ErrorCode", "\"café  \"", "workspace", "account", "/ANA/", "github"];
    check(&entry(), RAW, &yes, &no);
}

#[test]
fn bytes_that_are_no_text_are_searched_too() {
    check(
        &Entry::blank("x"),
        b"\xff\xfeAna \xe9 STRASSE\xc3",
        &["ana", "Ana", "strasse", "/A.a/"],
        &["é", "straße", "ANA"],
    );
}

#[test]
fn fields_of_the_raw_record() {
    let yes = [
        "raw.who:bo",
        "raw.errorCode:none",
        "raw.errorCode:null",
        "raw.missing:none",
        "raw.tags:b",
        "raw.tags[0]:a",
        "raw.tags[*]:B",
        "raw.n:1.50",
        "raw.flat.key:v",
        "raw.tags:*",
    ];
    let no = [
        "raw.who:ana",
        "raw.tags:none",
        "raw.n:1.5",
        "raw.n:none",
        "raw.missing:*",
        "raw.errorCode:*",
        "raw.tags[9]:a",
    ];
    check(&entry(), RAW, &yes, &no);
    check(&entry(), b"not json", &["raw.who:none"], &["raw.who:*"]);
}

#[test]
fn fields_of_the_raw_record_lie_in_lists_too() {
    let raw = br#"{"target":[{"id":"a","on":[{"x":1}]},{"id":"b"}]}"#;
    let yes = [
        "raw.target.id:a",
        "raw.target.id:b",
        "raw.target[*].id:b",
        "raw.target.on.x:1",
        "raw.target[1].id:b",
    ];
    let no = ["raw.target.id:c", "raw.target[1].on.x:1", "raw.target.y:*", "raw.target.id:none"];
    check(&entry(), raw, &yes, &no);
}

#[test]
fn sides_of_changes_and_belongings() {
    let yes = [
        "from:draft",
        "to:live",
        "to:3600",
        "to:X",
        "to:draft,live",
        "has:diff",
        "has:note",
        "from:d*",
        "changed:state to:live",
    ];
    let no = ["from:live", "to:360", "from:none", "to:none", "has:mark", "to:\"\\\"live\\\"\""];
    check(&entry(), RAW, &yes, &no);
    let mut entry = entry();
    entry.changes = vec![change("a", None, Some("null"))];
    check(&entry, RAW, &["from:none", "to:null", "to:none", "has:diff"], &["to:*", "from:null"]);
    entry.changes = vec![
        change("t", Some(r#"{"type":"a","x":"same"}"#), Some(r#"{"type":"b","x":"same"}"#)),
        change("new", None, Some(r#"{"deep":[{"y":"inside"}]}"#)),
    ];
    entry.inner = vec![change("t.type", Some("\"a\""), Some("\"b\""))];
    let yes = ["changed:t", "changed:t.type", "changed:t.*", "from:a", "to:b", "to:inside"];
    check(&entry, RAW, &yes, &["changed:t.x", "from:b", "to:a", "from:same", "to:same", "from:none"]);
    entry.inner.clear();
    entry.changes.clear();
    check(&entry, RAW, &["changed:none", "from:none", "to:none"], &["has:diff", "changed:*"]);
}

#[test]
fn ids_and_logic() {
    let entry = entry();
    let id = entry.id.to_string();
    let yes = [
        &format!("id:{}", entry.id.short()) as &str,
        &format!("id:0000000,{id}"),
        &format!("id:auditty://{id}"),
        "",
        "()",
        "zebra OR ana",
        "ana -zebra",
        "NOT (zebra OR yak)",
    ];
    check(&entry, RAW, &yes, &["id:0000000", "zebra ana", "-()"]);
}
