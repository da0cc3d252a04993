//! What the words of a vendor's code mean: actions, outcomes, classes, kinds of actors. The same for every
//! vendor; a format's own tables stand above it.

use crate::domain::{Action, ActorKind, Class, Outcome};

/// Verbs in the form they have before `s`, `d`, `ed`, `ing`.
const VERBS: &[(Action, &[&str])] = &[
    (
        Action::Created,
        &[
            "create",
            "add",
            "insert",
            "new",
            "register",
            "invite",
            "provision",
            "generate",
            "issue",
            "launch",
            "run",
            "clone",
            "copy",
            "duplicate",
            "post",
            "make",
            "mint",
            "enroll",
            "open",
            "join",
            "schedule",
            "request",
            "allocate",
            "import_key",
            "submit",
            "send",
            "sent",
            "fork",
            "instantiate",
            "deploy",
        ],
    ),
    (
        Action::Updated,
        &[
            "update",
            "change",
            "modify",
            "edit",
            "set",
            "put",
            "patch",
            "rename",
            "replace",
            "move",
            "rotate",
            "reset",
            "transfer",
            "merge",
            "convert",
            "restore",
            "configure",
            "save",
            "write",
            "publish",
            "unpublish",
            "assign",
            "unassign",
            "attach",
            "detach",
            "associate",
            "disassociate",
            "upgrade",
            "downgrade",
            "renew",
            "sync",
            "archive",
            "unarchive",
            "link",
            "unlink",
            "migrate",
            "tag",
            "untag",
            "promote",
            "demote",
            "recover",
            "pin",
            "unpin",
            "reorder",
            "stop",
            "start",
            "restart",
            "reboot",
            "pause",
            "resume",
            "complete",
            "approve",
            "reject",
            "accept",
            "decline",
            "cancel",
            "confirm",
            "verify",
            "mark",
            "customize",
            "regenerate",
            "refresh",
            "reopen",
            "alter",
            "adjust",
            "switch",
            "resolve",
            "undelete",
            "undrop",
        ],
    ),
    (
        Action::Deleted,
        &[
            "delete",
            "remove",
            "destroy",
            "drop",
            "purge",
            "erase",
            "terminate",
            "expire",
            "trash",
            "deregister",
            "unregister",
            "clear",
            "deprovision",
            "release",
            "leave",
            "wipe",
            "truncate",
            "kick",
            "unenroll",
            "discard",
            "delet",
        ],
    ),
    (
        Action::Accessed,
        &[
            "access",
            "view",
            "read",
            "get",
            "list",
            "describe",
            "search",
            "query",
            "preview",
            "lookup",
            "head",
            "watch",
            "fetch",
            "show",
            "browse",
            "visit",
            "select",
            "test",
            "validate",
            "check",
            "head",
            "batchget",
            "scan",
            "impersonate",
            "simulate",
            "assume",
            "evaluate",
            "reveal",
        ],
    ),
    (Action::Exported, &["export", "download", "backup", "print", "dump", "unload", "extract"]),
    (Action::Imported, &["import", "upload", "ingest", "load"]),
    (Action::Granted, &["grant", "allow", "share", "authorize", "permit", "elevate", "delegate"]),
    (Action::Revoked, &["revoke", "deny", "unshare", "deauthorize", "withdraw", "unauthorize"]),
    (Action::Enabled, &["enable", "activate", "unlock", "unsuspend", "reactivate", "unblock", "resume"]),
    (Action::Disabled, &["disable", "deactivate", "lock", "suspend", "block", "freeze", "quarantine", "ban"]),
];

/// Splits a code into its words in lower case: at whatever is no letter or digit, and where a capital
/// begins.
pub(crate) fn words(code: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = code.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let small_before = before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit());
        let small_behind = chars.get(at + 1).is_some_and(|n| n.is_lowercase());
        let acronym_ends = before.is_some_and(char::is_uppercase) && small_behind;
        let begins = c.is_uppercase() && (small_before || acronym_ends);
        if !c.is_alphanumeric() || begins {
            out.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    out.extend((!word.is_empty()).then_some(word));
    out
}

/// Whether a word is one of a verb's forms: `create`, `creates`, `created`, `creating`.
fn is_form(word: &str, verb: &str) -> bool {
    let Some(ending) = word.strip_prefix(verb) else {
        // `modify` makes `modified`, `create` makes `creating`.
        let stem = verb.strip_suffix(['e', 'y']);
        let ending = stem.and_then(|stem| word.strip_prefix(stem));
        return matches!(ending, Some("ied" | "ies" | "ing" | "ion"));
    };
    match ending {
        "" | "s" | "d" | "ed" | "es" | "ing" => true,
        // `reset` makes `resetting`, `drop` makes `dropped`.
        _ => {
            let last = verb.chars().last();
            let doubled = ending.strip_prefix(|c| Some(c) == last);
            matches!(doubled, Some("ed" | "ing"))
        }
    }
}

fn verb_action(word: &str) -> Option<Action> {
    VERBS.iter().find(|(_, verbs)| verbs.iter().any(|verb| is_form(word, verb))).map(|&(action, _)| action)
}

fn has(words: &[String], any: &[&str]) -> bool {
    words.iter().any(|word| any.contains(&word.as_str()))
}

const FAILED: &[&str] = &[
    "fail",
    "failed",
    "failure",
    "fails",
    "invalid",
    "denied",
    "rejected",
    "unsuccessful",
    "error",
    "blocked",
    "bad",
    "incorrect",
];

/// Returns a session's beginning or end that the words tell of.
fn session(words: &[String]) -> Option<Action> {
    let pair = |a: &[&str], b: &[&str]| {
        words.windows(2).any(|two| a.contains(&two[0].as_str()) && b.contains(&two[1].as_str()))
    };
    const LOG: &[&str] = &["log", "logged", "logging", "sign", "signed", "signing", "logs", "signs"];
    let out = has(words, &["logout", "logoff", "signout", "signoff", "loggedout"])
        || pair(LOG, &["out", "off"])
        || (has(words, &["session"]) && has(words, &["end", "ended", "closed", "destroyed"]));
    if out {
        return Some(Action::LoggedOut);
    }
    let inside =
        has(words, &["login", "logon", "signin", "signon", "loggedin", "logins", "signins", "authenticated"])
            || pair(LOG, &["in", "on"])
            || (has(words, &["session"]) && has(words, &["start", "started", "opened"]))
            || (has(words, &["authentication", "authenticate", "auth"])
                && has(words, &["success", "succeeded", "user"]))
            || (has(words, &["authentication", "authenticate", "auth"]) && has(words, FAILED));
    // `login.settings_updated` changes a setting; nobody logs in.
    let thing = has(
        words,
        &["settings", "setting", "policy", "profile", "page", "url", "method", "config", "single"],
    );
    if !inside || thing {
        return None;
    }
    Some(if has(words, FAILED) { Action::LoginFailed } else { Action::LoggedIn })
}

/// Returns the canonical action of a vendor's code or sentence; `None` where no word of it is known.
pub(crate) fn action(code: &str) -> Option<Action> {
    if let Some(known) = Action::parse(code) {
        return Some(known);
    }
    let all = words(code);
    if let Some(session) = session(&all) {
        return Some(session);
    }
    // In `user.lifecycle.create` the last part holds the verb; in `CreateUserPolicy` the first word is it.
    let parts = code.split(['.', ':', '/']).rev();
    for part in parts {
        let found = words(part).iter().find_map(|word| verb_action(word));
        if found.is_some() {
            return found;
        }
    }
    match code {
        "C" | "c" | "INSERT" | "+" => Some(Action::Created),
        "U" | "u" | "~" => Some(Action::Updated),
        "D" | "d" | "-" => Some(Action::Deleted),
        "R" | "r" => Some(Action::Accessed),
        _ => None,
    }
}

/// Whether a word says what was done.
pub(crate) fn is_verb(word: &str) -> bool {
    verb_action(word).is_some()
}

/// Returns the outcome that a vendor's word, number or code means.
pub(crate) fn outcome(text: &str) -> Option<Outcome> {
    let text = text.trim();
    if let Ok(code) = text.parse::<u32>() {
        return match code {
            0 | 100..400 => Some(Outcome::Success),
            401 | 403 | 407 => Some(Outcome::Denied),
            1 | 400..600 => Some(Outcome::Failure),
            _ => None,
        };
    }
    let words = words(text);
    const DENIED: &[&str] = &[
        "denied",
        "deny",
        "forbidden",
        "unauthorized",
        "unauthorised",
        "blocked",
        "block",
        "refused",
        "disallowed",
        "challenge",
        "accessdenied",
    ];
    const BAD: &[&str] = &[
        "failed",
        "failure",
        "fail",
        "error",
        "errored",
        "invalid",
        "rejected",
        "unsuccessful",
        "false",
        "no",
        "ko",
        "timeout",
        "expired",
        "cancelled",
        "canceled",
        "aborted",
        "failures",
        "nok",
        "exception",
        "fraud",
        "f",
    ];
    const GOOD: &[&str] = &[
        "success",
        "succeeded",
        "successful",
        "successfully",
        "ok",
        "true",
        "yes",
        "allow",
        "allowed",
        "permit",
        "permitted",
        "granted",
        "accept",
        "accepted",
        "completed",
        "complete",
        "passed",
        "pass",
        "done",
        "approved",
        "s",
        "processed",
        "succeed",
    ];
    let not = has(&words, &["not", "un", "partial", "in"]);
    if has(&words, DENIED) {
        Some(Outcome::Denied)
    } else if has(&words, BAD) || (has(&words, GOOD) && not) {
        Some(Outcome::Failure)
    } else if has(&words, GOOD) {
        Some(Outcome::Success)
    } else {
        None
    }
}

/// Returns the class that a word of an activity or code belongs to.
pub(crate) fn class(text: &str) -> Option<Class> {
    const CLASSES: &[(Class, &[&str])] = &[
        (
            Class::DataExport,
            &["export", "exports", "exported", "download", "downloads", "downloaded", "takeout"],
        ),
        (
            Class::Credentials,
            &[
                "key",
                "keys",
                "token",
                "tokens",
                "secret",
                "secrets",
                "credential",
                "credentials",
                "password",
                "passwords",
                "certificate",
                "certificates",
                "cert",
                "mfa",
                "2fa",
                "apikey",
                "webauthn",
                "passkey",
                "factor",
                "passcode",
                "kms",
                "ssh",
            ],
        ),
        (
            Class::Permissions,
            &[
                "role",
                "roles",
                "permission",
                "permissions",
                "privilege",
                "privileges",
                "member",
                "members",
                "membership",
                "group",
                "groups",
                "team",
                "teams",
                "policy",
                "policies",
                "grant",
                "grants",
                "access",
                "acl",
                "iam",
                "collaborator",
                "invitation",
                "invite",
                "rbac",
                "user",
                "users",
                "admin",
                "scim",
                "provisioning",
                "account",
                "owner",
                "guest",
            ],
        ),
        (
            Class::Billing,
            &[
                "billing",
                "invoice",
                "invoices",
                "payment",
                "payments",
                "subscription",
                "charge",
                "charges",
                "refund",
                "plan",
                "price",
                "purchase",
                "license",
                "licenses",
                "seat",
                "payout",
                "coupon",
            ],
        ),
        (
            Class::Configuration,
            &[
                "setting",
                "settings",
                "config",
                "configuration",
                "preferences",
                "sso",
                "saml",
                "domain",
                "domains",
                "webhook",
                "webhooks",
                "integration",
                "integrations",
                "network",
                "firewall",
                "rule",
                "rules",
                "vpc",
                "instance",
                "cluster",
                "deployment",
                "security",
                "app",
                "application",
                "apps",
                "dns",
                "zone",
                "feature",
                "workspace",
                "organization",
                "org",
                "project",
                "system",
                "service",
                "configmap",
                "namespace",
                "server",
            ],
        ),
        (
            Class::Content,
            &[
                "page",
                "pages",
                "template",
                "templates",
                "document",
                "documents",
                "file",
                "files",
                "message",
                "messages",
                "campaign",
                "post",
                "posts",
                "article",
                "repo",
                "repository",
                "issue",
                "comment",
                "folder",
                "channel",
                "dashboard",
                "meeting",
                "recording",
                "doc",
                "docs",
                "drive",
                "email",
                "mail",
                "space",
            ],
        ),
        (
            Class::Data,
            &[
                "data",
                "database",
                "table",
                "dataset",
                "record",
                "records",
                "object",
                "objects",
                "bucket",
                "customer",
                "customers",
                "profile",
                "segment",
                "query",
                "collection",
                "row",
                "import",
                "storage",
                "backup",
            ],
        ),
    ];
    let words = words(text);
    if session(&words).is_some()
        || has(&words, &["login", "logout", "signin", "signout", "logon", "authentication"])
    {
        return Some(Class::Login);
    }
    CLASSES.iter().find(|(_, known)| has(&words, known)).map(|&(class, _)| class)
}

/// Returns the kind of actor that a vendor's word means.
pub(crate) fn kind(text: &str) -> Option<ActorKind> {
    if let Some(known) = ActorKind::parse(text) {
        return Some(known);
    }
    const KINDS: &[(ActorKind, &[&str])] = &[
        (ActorKind::Anonymous, &["anonymous", "unauthenticated", "public", "anon"]),
        (ActorKind::Support, &["support", "staff", "impersonator"]),
        (ActorKind::Token, &["token", "key", "apikey", "pat", "access_key"]),
        (
            ActorKind::Service,
            &[
                "service",
                "serviceaccount",
                "serviceprincipal",
                "app",
                "application",
                "bot",
                "integration",
                "client",
                "api",
                "machine",
                "principal",
                "robot",
                "connector",
                "oauth",
                "workload",
            ],
        ),
        (
            ActorKind::System,
            &["system", "automation", "scheduler", "internal", "systemprincipal", "automatic", "cron"],
        ),
        (
            ActorKind::Member,
            &[
                "user",
                "member",
                "admin",
                "human",
                "person",
                "employee",
                "administrator",
                "owner",
                "agent",
                "regular",
                "customer",
                "collaborator",
                "operator",
                "people",
            ],
        ),
    ];
    let words = words(text);
    KINDS.iter().find(|(_, known)| has(&words, known)).map(|&(kind, _)| kind)
}

/// Returns words with spaces, the first with a capital: `user_login` becomes `User login`.
pub(crate) fn title(text: &str) -> String {
    let joined = words(text).join(" ");
    let mut chars = joined.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => joined,
    }
}

/// Returns what a code acts on: the code less the verb it begins or ends with, as a title.
/// `CreateAccessKey` is about `Access key`.
pub(crate) fn subject(code: &str) -> Option<String> {
    let words = words(code);
    let rest = match words.as_slice() {
        [verb, rest @ ..] if is_verb(verb) => rest,
        [rest @ .., verb] if is_verb(verb) => rest,
        all => all,
    };
    (!rest.is_empty()).then(|| title(&rest.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        check("Add member to role", "created");
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
}
