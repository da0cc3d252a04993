use super::*;
use std::borrow::Cow;

use crate::domain::{Actor, ActorKind, Change, ChangeOp, Entry, Ip, Provenance, Target};

fn masked(text: &str) -> Option<String> {
    Redactor::default().json(text, &mut Secrets::default())
}

/// Tokens are put together here so that no scanner of repositories takes this file for a leak.
fn token(parts: &[&str]) -> String {
    parts.concat()
}

#[test]
fn masks_by_name_and_says_how_long() {
    for (text, wanted) in [
        (r#"{"user":"ana", "password" : "hunter2"}"#, r#"{"user":"ana", "password" : "••••[masked 7]"}"#),
        (r#"{"Client-Secret":"a\nb"}"#, r#"{"Client-Secret":"••••[masked 3]"}"#),
        (r#"{"password":12345}"#, r#"{"password":"••••[masked 5]"}"#),
        (r#"{"refreshToken":["one","two"]}"#, r#"{"refreshToken":["••••[masked 3]","••••[masked 3 #2]"]}"#),
        (
            r#"{"body":"{\"password\":\"x1\",\"n\":1}"}"#,
            r#"{"body":"{\"password\":\"••••[masked 2]\",\"n\":1}"}"#,
        ),
        (r#"{"api_key":"9f86d081884c7d659a2f"}"#, r#"{"api_key":"••••[masked 20]"}"#),
    ] {
        assert_eq!(masked(text).as_deref(), Some(wanted), "{text}");
    }
}

#[test]
fn leaves_what_is_no_secret() {
    for text in [
        r#"{"password":""}"#,
        r#"{"password":"********"}"#,
        r#"{"password":"********67f4"}"#,
        r#"{"password":"[REDACTED]"}"#,
        r#"{"password":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#,
        r#"{"password":null,"client_secret":true}"#,
        r#"{"api_key":"ios key","token":"deploy","key":"customer-io-2026-campaign"}"#,
        r#"{"password_policy":"min 12","password_changed_at":"2026-01-01T00:00:00Z"}"#,
        r#"{"userIdentity":{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","principalId":"ASIAIOSFODNN7EXAMPLE"},"note":"AKIAIOSFODNN7EXAMPLE"}"#,
        r#"{"url":"https://example.com/a?b=c","mail":"ana@example.com:25"}"#,
        r#"{"text":"the basic plan, task=done, a bearer of news"}"#,
        r#"{"id":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","sha":"9f86d081884c7d659a2f"}"#,
    ] {
        assert_eq!(masked(text), None, "{text}");
    }
    assert_eq!(masked("no json, password=1234567"), None);
}

#[test]
fn masks_by_shape_wherever_it_stands() {
    let secrets = [
        token(&["gh", "p_", "abcdefghijklmnopqrstuvwxyz0123456789"]),
        token(&["xox", "b-", "123456789012-abcdefghijkl"]),
        token(&["sk_", "live_", "4eC39HqLyjWDarjtT1zdp7dc"]),
        token(&["ey", "JhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiIxMjM0In0.", "c2lnbmF0dXJl"]),
        token(&["-----BEGIN RSA PRIVATE", " KEY-----\nMIIEow\n-----END RSA PRIVATE", " KEY-----"]),
    ];
    for secret in &secrets {
        let text = format!("{{\"note\":{}}}", quote(&format!("used {secret} today")));
        let hidden = masked(&text).unwrap_or_else(|| panic!("{secret} was not masked"));
        assert_eq!(hidden, format!("{{\"note\":\"used ••••[masked {}] today\"}}", secret.chars().count()));
    }
    let url = r#"{"u":"postgres://ana:s3cret@db/x?access_token=abcdef123"}"#;
    assert_eq!(
        masked(url).unwrap(),
        r#"{"u":"postgres://ana:••••[masked 6]@db/x?access_token=••••[masked 9 #2]"}"#
    );
    let header = r#"{"h":"Bearer abcdefghijklmnop1234"}"#;
    assert_eq!(masked(header).unwrap(), r#"{"h":"Bearer ••••[masked 20]"}"#);
}

#[test]
fn masks_what_a_format_names() {
    let redactor = Redactor::new(&["cards[*].number", "blob"]);
    let text = r#"{"cards":[{"number":4111,"n":1},{"number":"42"}],"blob":{"a":["x"]},"number":"7"}"#;
    let mut secrets = Secrets::default();
    let hidden = redactor.json(text, &mut secrets).unwrap();
    assert!(!hidden.contains("4111") && !hidden.contains("\"42\"") && !hidden.contains("\"x\""));
    assert!(hidden.contains(r#""n":1"#) && hidden.contains(r#""number":"7""#));
    assert!(Doc::new().parse(&hidden).is_ok());
}

#[test]
fn masks_what_a_pattern_names() {
    let redactor = Redactor::new(&["*Password*", "*.key", "*credentials*"]);
    let masked = |text: &str| redactor.json(text, &mut Secrets::default());
    for (text, wanted) in [
        (r#"{"a":{"key":"abc"},"key":"abc"}"#, r#"{"a":{"key":"••••[masked 3]"},"key":"abc"}"#),
        (r#"{"list":[{"smtp_password_v2":"p"}]}"#, r#"{"list":[{"smtp_password_v2":"••••[masked 1]"}]}"#),
        (
            r#"{"credentials":{"a":"b","n":5,"at":"2026-01-01"}}"#,
            r#"{"credentials":{"a":"••••[masked 1]","n":5,"at":"2026-01-01"}}"#,
        ),
    ] {
        assert_eq!(masked(text).as_deref(), Some(wanted), "{text}");
    }
    assert_eq!(masked(r#"{"note":"reset it","a":[1]}"#), None);
    let mut entry = Entry::blank("test");
    entry.changes.push(Change {
        path: "smtp.old_password_x".into(),
        op: ChangeOp::Add,
        before: None,
        after: Some("\"abcd\"".into()),
        provenance: Provenance::Recorded,
    });
    assert!(redactor.entry(&mut entry, &mut Secrets::default()));
    assert_eq!(entry.changes[0].after.as_deref(), Some("\"••••[masked 4]\""));
}

#[test]
fn masks_the_value_of_a_field_that_is_named_beside_it() {
    assert_eq!(
        masked(r#"{"changes":[{"field":"user.password","old":"a1","new":"b2"},{"field":"x","new":"y"}]}"#)
            .unwrap(),
        r#"{"changes":[{"field":"user.password","old":"••••[masked 2]","new":"••••[masked 2 #2]"},{"field":"x","new":"y"}]}"#
    );
    let change = r#"{"attribute_name":"password","before":"a b","after":null}"#;
    assert_eq!(masked(change).unwrap(), change.replace("a b", "••••[masked 3]"));
    let maybe = r#"{"name":"api_key","value":"a1b2c3d4e5f6g7h8"}"#;
    assert_eq!(masked(maybe).unwrap(), maybe.replace("a1b2c3d4e5f6g7h8", "••••[masked 16]"));
    assert_eq!(masked(r#"{"name":"api_key","value":"Production"}"#), None);
    let header = r#"{"name":"Authorization","value":"Token x7"}"#;
    assert_eq!(masked(header).unwrap(), r#"{"name":"Authorization","value":"••••[masked 8]"}"#);
    assert_eq!(masked(r#"{"name":"password","kind":"field"}"#), None);
}

#[test]
fn masks_an_entry_and_what_its_record_gave_away() {
    let mut entry = Entry::blank("test");
    let change = |path: &'static str, before: &'static str, after: &'static str| Change {
        path: path.into(),
        op: ChangeOp::Replace,
        before: Some(before.into()),
        after: Some(after.into()),
        provenance: Provenance::Recorded,
    };
    entry.changes = vec![
        change("smtp.password", "\"old-one\"", "\"new-one\""),
        change("settings", r#"{"a":1}"#, r#"{"client_secret":"zzzz","a":1}"#),
        change("name", "\"a\"", "\"b\""),
    ];
    entry.summary = Some("set the code to 778899 for all".into());
    let mut secrets = Secrets::default();
    let redactor = Redactor::new(&["code"]);
    redactor.json(r#"{"code":"778899"}"#, &mut secrets).unwrap();
    assert!(redactor.entry(&mut entry, &mut secrets));
    assert_eq!(entry.changes[0].before.as_deref(), Some("\"••••[masked 7 #2]\""));
    assert_eq!(entry.changes[0].after.as_deref(), Some("\"••••[masked 7 #3]\""));
    assert!(!entry.changes[1].after.as_deref().unwrap().contains("zzzz"));
    assert_eq!(entry.changes[2].after.as_deref(), Some("\"b\""));
    assert_eq!(entry.summary.as_deref(), Some("set the code to ••••[masked 6] for all"));
    assert!(!redactor.entry(&mut Entry::blank("test"), &mut Secrets::default()));
}

#[test]
fn masks_every_text_of_an_entry() {
    let token = || Some(Cow::Owned(format!("ghp_{}", "a1".repeat(18))));
    let mut entry = Entry::blank("test");
    let actor = || Actor { name: token(), email: token(), id: token(), ..Actor::of(ActorKind::Member) };
    (entry.actor, entry.on_behalf_of) = (Some(actor()), Some(actor()));
    entry.targets = vec![Target { kind: token(), id: token(), name: token() }];
    for text in [
        &mut entry.workspace,
        &mut entry.event_type,
        &mut entry.activity,
        &mut entry.action_code,
        &mut entry.country,
        &mut entry.summary,
        &mut entry.reason,
        &mut entry.user_agent,
        &mut entry.link,
        &mut entry.session,
        &mut entry.request,
    ] {
        *text = token();
    }
    entry.ip = token().map(Ip::Text);
    entry.metadata = vec![("k".into(), quote(&token().unwrap()).into()), (token().unwrap(), "1".into())];
    entry.changes = vec![Change {
        path: token().unwrap(),
        op: ChangeOp::Add,
        before: None,
        after: token(),
        provenance: Provenance::Recorded,
    }];
    assert!(Redactor::default().entry(&mut entry, &mut Secrets::default()));
    assert!(!format!("{entry:?}").contains("ghp_"), "{entry:#?}");
}

#[test]
fn masks_fields_that_mostly_hold_secrets_but_not_the_names_of_some() {
    for (field, secret) in [
        ("secret", "wJalrXUtnEMI/K7MDENG/bPxRfiCY"),
        ("apikey", "abcdef0123"),
        ("x-api-key", "abcdef0123"),
        ("pwd", "Tr0ub4dor&3"),
        ("otp", "493201"),
        ("bearer", "a1-b2-c3"),
        ("u", "https://example.com/x?token=abcdefgh12"),
        ("u", &["https://hooks.slack", ".com/services/T0001/B0002/abcdefgh1234"].concat()),
    ] {
        let text = format!("{{{}:{}}}", quote(field), quote(secret));
        assert!(masked(&text).is_some(), "{text}");
    }
    for (field, name) in [("secret", "billing-webhook"), ("api_key", "Production"), ("pin", "no")] {
        let text = format!("{{{}:{}}}", quote(field), quote(name));
        assert_eq!(masked(&text), None, "{text}");
    }
}

#[test]
fn a_value_alone_may_leave_it_open() {
    assert!(may_be_secret("a1b2c3d4e5f6g7h8"));
    for text in ["Ana Silva", "customer-io-2026-launch", "0b5c1f9e-3a77-4f5d-9a31-27d0c0ffee11", ""] {
        assert!(!may_be_secret(text), "{text}");
    }
}

#[test]
fn masks_records_that_are_no_json() {
    let mut secrets = Secrets::default();
    let row = b"ana,hunter2 secret,2026";
    let cells = r#"{"user":"ana","password":"hunter2 secret","year":"2026"}"#;
    let hidden = Redactor::default().raw(row, Some(cells), &mut secrets).unwrap();
    assert_eq!(String::from_utf8(hidden).unwrap(), "ana,••••[masked 14],2026");
    assert!(!secrets.is_empty());
    let line = b"user=ana password=hunter2";
    let hidden = Redactor::default().raw(line, None, &mut Secrets::default()).unwrap();
    assert_eq!(String::from_utf8(hidden).unwrap(), "user=ana password=••••[masked 7]");
    assert_eq!(Redactor::default().raw(b"{\"a\":1}", None, &mut Secrets::default()), None);
}

proptest::proptest! {
    #[test]
    fn what_remains_is_json_and_masking_again_changes_nothing(
        key in "password|token|name|note",
        value in "[ -~é]{0,30}|sk_live_[a-zA-Z0-9]{12}",
    ) {
        let text = format!("{{{}:[{},1]}}", quote(&key), quote(&value));
        if let Some(hidden) = masked(&text) {
            proptest::prop_assert!(Doc::new().parse(&hidden).is_ok());
            proptest::prop_assert_eq!(masked(&hidden), None, "{}", hidden);
            if key == "password" && value.len() > 3 {
                proptest::prop_assert!(!hidden.contains(&quote(&value)));
            }
        }
    }
}
