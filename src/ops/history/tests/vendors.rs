//! Short histories of vendors whose truth is known: what renames, what enables and disables, settings of several units.

use super::*;
use crate::query::{ParseContext, parse};

/// A record of CloudTrail.
fn aws(minute: u32, event: &str, parameters: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.09","userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::1111:user/ana","accountId":"1111","userName":"ana"}},"eventTime":"2026-09-01T08:{minute:02}:00Z","eventSource":"iam.amazonaws.com","eventName":"{event}","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.1","requestParameters":{parameters},"responseElements":null,"eventID":"e{minute}","eventType":"AwsApiCall","recipientAccountId":"1111"}}"#
    )
}

/// A record of Google's administration.
fn google(minute: u32, event: &str, parameters: &[(&str, &str)]) -> String {
    let all: Vec<String> =
        parameters.iter().map(|(name, value)| format!(r#"{{"name":"{name}","value":"{value}"}}"#)).collect();
    format!(
        r#"{{"kind":"admin#reports#activity","id":{{"time":"2026-07-01T08:{minute:02}:00.000Z","uniqueQualifier":"{minute}","applicationName":"admin","customerId":"C01"}},"actor":{{"callerType":"USER","email":"ida@sage.example","profileId":"9"}},"events":[{{"type":"USER_SETTINGS","name":"{event}","parameters":[{}]}}]}}"#,
        all.join(",")
    )
}

/// A record of Okta.
fn okta(minute: u32, event: &str, details: &str) -> String {
    format!(
        r#"{{"uuid":"u{minute}","published":"2026-07-01T08:{minute:02}:00.000Z","eventType":"{event}","displayMessage":"x","actor":{{"id":"00u","type":"User","alternateId":"ana@x.example","displayName":"Ana"}},"outcome":{{"result":"SUCCESS"}},"target":[{{"id":"0pr","type":"PolicyRule","displayName":"MFA"{details}}}]}}"#
    )
}

fn one(access: &mut Access, text: &str) -> History {
    let found = find(access, text, &mut NoWatch).unwrap().unwrap();
    let Found::One(object) = found else { panic!("{text}: {found:?}") };
    load(access, &object.key, &mut NoWatch).unwrap().unwrap()
}

fn count(access: &mut Access, query: &str) -> u64 {
    let how = ParseContext { now: NOW, zone: crate::domain::Zone::Utc };
    access.count(&parse(query, &how).unwrap(), &mut NoWatch).unwrap().unwrap()
}

#[test]
fn a_renamed_user_is_one_object_and_its_successor_another() {
    let lines = [
        aws(1, "CreateUser", r#"{"userName":"svc","path":"/"}"#),
        aws(2, "UpdateUser", r#"{"userName":"svc","newUserName":"svc-prod","newPath":"/prod/"}"#),
        aws(
            3,
            "AttachUserPolicy",
            r#"{"userName":"svc-prod","policyArn":"arn:aws:iam::aws:policy/ReadOnly"}"#,
        ),
        aws(4, "CreateUser", r#"{"userName":"svc"}"#),
        aws(5, "DeleteUser", r#"{"userName":"svc"}"#),
    ];
    let (opened, _dir) = store(&lines.join("\n"));
    let mut access = opened.access().unwrap();
    let history = one(&mut access, "svc-prod");
    assert_eq!(history.rows.len(), 3);
    let paths: Vec<_> = history.changes(1).iter().map(|change| change.path.to_string()).collect();
    assert_eq!(paths, ["name", "path"]);
    let policy = r#"{"name":"svc-prod","path":"/prod/","attached_policies":{"arn:aws:iam::aws:policy/ReadOnly":"arn:aws:iam::aws:policy/ReadOnly"}}"#;
    let state = history.timeline.json_at(3).unwrap();
    assert!(Doc::new().parse(&state).unwrap().same(&Doc::new().parse(policy).unwrap()), "{state}");
    let found = find(&mut access, "svc", &mut NoWatch).unwrap().unwrap();
    let Found::Many(objects) = found else { panic!("{found:?}") };
    let told: Vec<_> = objects.iter().map(|object| (&*object.key.id, object.entries)).collect();
    assert_eq!(told, [("svc", 2), ("svc-prod", 3)]);
    assert_eq!(told_apart("svc", &objects), ["id:svc", "svc-prod"]);
    assert_eq!(one(&mut access, "id:svc").rows.len(), 2);
    assert_eq!(count(&mut access, "target:svc-prod"), 3);
    assert_eq!(count(&mut access, "target:svc"), 5);
    assert_eq!(count(&mut access, "-target:svc-prod"), 2);
}

#[test]
fn an_entry_that_is_missing_is_told_over_a_renaming() {
    let user = ("USER_EMAIL", "kim@x.example");
    let lines = [
        google(1, "CHANGE_LAST_NAME", &[user, ("OLD_VALUE", "Lee"), ("NEW_VALUE", "Ray")]),
        google(2, "RENAME_USER", &[user, ("NEW_VALUE", "kim.ray@x.example")]),
        google(
            3,
            "CHANGE_LAST_NAME",
            &[("USER_EMAIL", "kim.ray@x.example"), ("OLD_VALUE", "Raye"), ("NEW_VALUE", "Rae")],
        ),
        google(4, "SUSPEND_USER", &[("USER_EMAIL", "kim.ray@x.example")]),
    ];
    let (opened, _dir) = store(&lines.join("\n"));
    let mut access = opened.access().unwrap();
    let history = one(&mut access, "kim@x.example");
    assert_eq!(history.rows.len(), 4);
    assert_eq!(history.object.name.as_deref(), Some("kim.ray@x.example"));
    assert_eq!(history.conflict_texts(2, &history.diff(2)).len(), 1);
    assert_eq!(history.timeline.value_at("suspended", 4), Known::json("true"));
    let name = &history.changes(1)[0];
    assert_eq!(
        (name.before.as_deref(), name.after.as_deref()),
        (Some(r#""kim@x.example""#), Some(r#""kim.ray@x.example""#))
    );
}

#[test]
fn a_setting_has_a_value_in_each_unit() {
    let setting = |minute, unit, old, new| {
        let of = [("APPLICATION_NAME", "Gmail"), ("SETTING_NAME", "bypass"), ("ORG_UNIT_NAME", unit)];
        google(minute, "CHANGE_EMAIL_SETTING", &[&of[..], &[("OLD_VALUE", old), ("NEW_VALUE", new)]].concat())
    };
    let lines =
        [setting(1, "/", "off", "on"), setting(2, "/Sales", "off", "on"), setting(3, "/", "on", "off")];
    let (opened, _dir) = store(&lines.join("\n"));
    let histories = histories(&opened);
    assert_eq!(histories.len(), 2);
    for history in &histories {
        assert!((0..history.rows.len()).all(|at| history.conflict_texts(at, &history.diff(at)).is_empty()));
    }
}

#[test]
fn what_events_of_a_lifecycle_mean_is_known_or_nothing() {
    let status = r#","changeDetails":{"from":{},"to":{"status":"ACTIVE","mode":"1FA"}}"#;
    let lines = [
        okta(1, "policy.rule.add", status),
        okta(2, "policy.rule.deactivate", ""),
        okta(3, "policy.rule.activate", ""),
        okta(4, "user.lifecycle.activate", ""),
    ];
    let (opened, _dir) = store(&lines.join("\n"));
    let histories = histories(&opened);
    let line = &histories[0].timeline;
    let of = |path: &str, moment| line.value_at(path, moment);
    assert_eq!(of("status", 2), Known::json("\"INACTIVE\""));
    assert_eq!(of("status", 3), Known::json("\"ACTIVE\""));
    assert_eq!((of("status", 4), of("mode", 4)), (Known::Unknown, Known::json("\"1FA\"")));
}

/// A record of django-auditlog.
fn django(minute: u32, action: u32, changes: &str) -> String {
    format!(
        r#"{{"id":{minute},"content_type":12,"object_pk":"5","object_id":5,"object_repr":"Chair","action":{action},"changes":{changes},"actor":"ana","remote_addr":"192.0.2.9","timestamp":"2026-05-04T08:{minute:02}:00Z"}}"#
    )
}

#[test]
fn what_came_into_a_set_does_not_pass_for_the_set() {
    let lines = [
        django(1, 1, r#"{"price":["10","12"]}"#),
        django(2, 1, r#"{"tags":{"type":"m2m","operation":"add","objects":["red","blue"]}}"#),
        django(3, 1, r#"{"tags":{"type":"m2m","operation":"delete","objects":["red"]}}"#),
    ];
    let (opened, _dir) = store(&lines.join("\n"));
    let histories = histories(&opened);
    let history = &histories[0];
    let told = |at: usize| -> Vec<String> {
        let text = |change: &Change<'_>| {
            let value = change.after.as_deref().or(change.before.as_deref()).unwrap_or_default().to_owned();
            format!("{} {} {value}", change.op.as_str(), change.path)
        };
        history.changes(at).iter().map(text).collect()
    };
    assert_eq!(told(1), ["add tags \"red\"", "add tags \"blue\""]);
    assert_eq!(told(2), ["remove tags \"red\""]);
    assert_eq!(history.timeline.value_at("tags", 2), Known::Unknown);
    assert_eq!(history.timeline.value_at("price", 3), Known::json("\"12\""));
}

#[test]
fn what_stripe_shows_whole_tells_that_an_event_is_missing() {
    let event = |minute: u32, kind: &str, object: &str, previous: &str| {
        format!(
            r#"{{"id":"evt_{minute}","object":"event","created":{},"type":"customer.{kind}","livemode":false,"request":{{"id":"req"}},"data":{{"object":{object}{previous}}}}}"#,
            1_777_881_600 + minute * 60
        )
    };
    let of = |name: &str, metadata: &str| {
        format!(r#"{{"id":"cus_1","object":"customer","name":"{name}","metadata":{metadata}}}"#)
    };
    let lines = [
        event(0, "created", &of("Acme", "{}"), ""),
        event(
            5,
            "updated",
            &of("Acme", r#"{"tier":"gold"}"#),
            r#","previous_attributes":{"metadata":{"tier":null}}"#,
        ),
        event(9, "updated", &of("Acme Ltd", "{}"), r#","previous_attributes":{"metadata":{"tier":"gold"}}"#),
    ];
    let (opened, _dir) = store(&lines.join("\n"));
    let histories = histories(&opened);
    let history = &histories[0];
    let paths = |at: usize| -> Vec<String> {
        history.changes(at).iter().map(|change| change.path.to_string()).collect()
    };
    assert_eq!(paths(1), ["metadata.tier"], "the empty object is no change of its own");
    assert!(history.conflict_texts(1, &history.diff(1)).is_empty());
    let missing = history.conflict_texts(2, &history.diff(2));
    assert!(missing.len() == 1 && missing[0].contains("name"), "{missing:?}");
}

#[test]
fn a_creation_is_undone_by_deleting() {
    let lines = [
        aws(1, "CreateUser", r#"{"userName":"svc","path":"/"}"#),
        aws(2, "UpdateUser", r#"{"userName":"svc","newPath":"/prod/"}"#),
    ];
    let (opened, _dir) = store(&lines.join("\n"));
    let histories = histories(&opened);
    let undo = histories[0].undo(0).unwrap();
    assert_eq!(undo.lines, ["delete user 'svc'"]);
    assert_eq!((undo.patch, undo.since), (None, vec![("the object".to_owned(), 1)]));
    assert!(undo.without_patch.is_some());
    let undo = histories[0].undo(1).unwrap();
    assert_eq!(
        (undo.lines, undo.patch),
        (vec!["set `path` \"/prod/\" -> \"/\"".to_owned()], Some(r#"{"path":"/"}"#.to_owned()))
    );
}
