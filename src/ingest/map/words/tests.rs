//! The words by table.

use super::*;
use crate::domain::{Action, ActorKind, Class, Outcome};

#[test]
fn splits_codes() {
    assert_eq!(words("CreateIAMUser_v2.now"), ["create", "iam", "user", "v2", "now"]);
    assert_eq!(words("user.session-start"), ["user", "session", "start"]);
    assert_eq!(words(""), [""; 0]);
}

#[test]
fn verbs_become_actions() {
    let check = |code: &str, expect: &str| {
        assert_eq!(action(code).map_or("-", Action::as_str), expect, "{code}");
    };
    check("repo.create", "created");
    check("CreateAccessKey", "created");
    check("user.lifecycle.deactivate", "disabled");
    check("PutBucketPolicy", "updated");
    check("modified", "updated");
    check("ResettingPassword", "updated");
    check("file_downloaded", "exported");
    check("ConsoleLogin", "logged in");
    check("login_failure", "login failed");
    check("User signed in", "logged in");
    check("user.session.end", "logged out");
    check("login.settings_updated", "updated");
    check("logged in", "logged in");
    check("something", "-");
    check("D", "deleted");
    check("Add member to role", "granted");
    check("access_key_created", "created");
    check("GetSigninToken", "accessed");
    check("allow_guests_setting_updated", "updated");
    check("ACCESS_GRANTED", "granted");
    check("mfa.disabled", "disabled");
    check("sso_enabled", "enabled");
    check("payment.declined", "-");
    check("order_create_rejected", "created");
    check("request.blocked", "-");
    check("user.blocked", "disabled");
    check("invitation.declined", "updated");
    check("Authentication", "logged in");
    // Pairs in parentheses say how, not what.
    check("Logon successful (type=A, method=P)", "logged in");
    check("Logon (method) updated", "updated");
}

#[test]
fn codes_tell_how_it_ended() {
    for (code, expect) in [
        ("role.created", "-"),
        ("role.create", "-"),
        ("mfa.disabled", "-"),
        ("login_success", "success"),
        ("ACCEPTED LOGIN", "success"),
        ("user logged in", "-"),
        ("login_failed", "failure"),
        ("payment.declined", "failure"),
        ("message rejected", "failure"),
        ("request.blocked", "denied"),
        ("user.blocked", "-"),
        ("invitation.declined", "-"),
        ("access_denied", "denied"),
        ("Accepted publickey for ana from 192.0.2.7 port 22", "success"),
        ("export.requested", "-"),
    ] {
        assert_eq!(told(code).map_or("-", Outcome::as_str), expect, "{code}");
    }
}

#[test]
fn words_become_outcomes_classes_and_kinds() {
    for (text, expect) in [
        ("SUCCESS", "success"),
        ("200", "success"),
        ("403", "denied"),
        ("500", "failure"),
        ("AccessDenied", "denied"),
        ("unsuccessful", "failure"),
        ("not ok", "failure"),
        ("LOGIN_NO_ERROR", "success"),
        ("no failures", "success"),
        ("true", "success"),
    ] {
        assert_eq!(outcome(text).map_or("-", Outcome::as_str), expect, "{text}");
    }
    assert_eq!(outcome("purple"), None);
    assert_eq!(class("ApiKeyCreated"), Some(Class::Credentials));
    assert_eq!(class("user.login"), Some(Class::Login));
    assert_eq!(class("zebra"), None);
    assert_eq!(kind("ServiceAccount"), Some(ActorKind::Service));
    assert_eq!(kind("SystemPrincipal"), Some(ActorKind::Service));
    assert_eq!(title("user_login"), "User login");
    assert_eq!(subject("CreateAccessKey").as_deref(), Some("Access key"));
    assert_eq!(subject("create"), None);
}
