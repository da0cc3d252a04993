//! Outcomes, classes and kinds of actors by the words for them.

use std::sync::OnceLock;

use super::lexicon::Lexicon;
use super::verbs::{has, session};
use super::words;
use crate::domain::{ActorKind, Class, Outcome};

const DENIED: &str = "denied deny denies forbidden unauthorized unauthorised blocked block refused disallowed \
     challenge accessdenied permissiondenied notauthorized notallowed verweigert abgelehnt denegado refusé";
const BAD: &str = "failed failure fail fails error errored errors invalid rejected unsuccessful unsuccessfully \
     false timeout expired cancelled canceled aborted failures nok exception fraud bad incorrect wrong critical \
     fehlgeschlagen fehler fallido errado échec echec échoué échouée fallita \
     mislukt falha";
const GOOD: &str = "success sucess succeeded successful successfully ok true yes allow allowed allows permit permitted \
     granted accept accepted completed complete passed pass done approved processed succeed succeeds authorized \
     finished erfolgreich erfolg exitoso éxito réussi réussie succès succes sucesso riuscito \
     geslaagd";

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
    // Short words that mean an outcome only where nothing else is said.
    match text {
        "Y" | "y" | "S" | "s" | "T" => return Some(Outcome::Success),
        "N" | "n" | "F" | "f" | "KO" | "ko" => return Some(Outcome::Failure),
        _ if text.eq_ignore_ascii_case("no") => return Some(Outcome::Failure),
        _ => {}
    }
    static WORDS: OnceLock<Lexicon<Outcome>> = OnceLock::new();
    let lexicon = WORDS.get_or_init(|| {
        Lexicon::new(&[(Outcome::Denied, DENIED), (Outcome::Failure, BAD), (Outcome::Success, GOOD)])
    });
    let words = words(text);
    if no_failure(&words) {
        return Some(Outcome::Success);
    }
    let found = lexicon.best(&words)?;
    let turned = found == Outcome::Success && has(&words, &["not", "un", "partial", "in"]);
    Some(if turned { Outcome::Failure } else { found })
}

/// `LOGIN_NO_ERROR`, `without errors`: what is denied is the failure.
fn no_failure(words: &[String]) -> bool {
    const NO: &[&str] = &["no", "not", "without", "non", "zero"];
    const BAD: &[&str] =
        &["error", "errors", "failure", "failures", "failed", "exception", "fault", "denied"];
    words.windows(2).any(|two| NO.contains(&two[0].as_str()) && BAD.contains(&two[1].as_str()))
}

/// Returns the outcome that an action's code tells of, which is never a success: `login_failed` says so,
/// `allow_list.update` does not.
pub(crate) fn failure(code: &str) -> Option<Outcome> {
    let words = words(code);
    if no_failure(&words) {
        return None;
    }
    if has(&words, &["denied", "forbidden", "unauthorized", "unauthorised"]) {
        return Some(Outcome::Denied);
    }
    has(&words, &["failed", "failure", "fails", "unsuccessful"]).then_some(Outcome::Failure)
}

/// Words for what was not let through.
const REFUSALS: &[&str] = &["declined", "rejected", "refused", "bounced", "dishonored"];

/// Things that somebody decides on: to decline an invitation is an act that went well.
const DECIDED: &[&str] = &[
    "invitation",
    "invitations",
    "invite",
    "invites",
    "offer",
    "request",
    "requests",
    "approval",
    "approvals",
    "change",
    "review",
    "pull",
    "merge",
    "suggestion",
    "application",
    "proposal",
    "quote",
    "timesheet",
    "expense",
    "leave",
    "event",
    "meeting",
    "agreement",
    "envelope",
    "document",
    "submission",
    "candidate",
    "recipient",
    "signer",
    "approver",
    "attendee",
];

/// Things that are blocked on purpose: to block a user is an act that went well.
const BLOCKABLE: &[&str] = &[
    "user",
    "users",
    "account",
    "accounts",
    "member",
    "members",
    "contact",
    "sender",
    "ip",
    "address",
    "domain",
    "domains",
    "device",
    "devices",
    "host",
    "card",
    "customer",
    "guest",
    "number",
    "url",
    "site",
    "app",
    "extension",
    "tenant",
    "profile",
    "subscriber",
    "port",
    "key",
];

/// Returns how an act ended that a code says was not let through: `payment.declined`, `request_blocked`.
pub(super) fn refused(words: &[String]) -> Option<Outcome> {
    if words.len() > 1 && has(words, &["blocked"]) && !has(words, BLOCKABLE) {
        return Some(Outcome::Denied);
    }
    (has(words, REFUSALS) && !has(words, DECIDED)).then_some(Outcome::Failure)
}

/// Whether a word only says that something was not let through.
pub(super) fn is_refusal(word: &str) -> bool {
    word == "blocked" || REFUSALS.contains(&word)
}

/// Returns the outcome that an action's code states: `login_failed` a failure, `login_success` a success. That something
/// is said to have been done, like `role.created`, states none: others write the same of what they tried.
pub(crate) fn told(code: &str) -> Option<Outcome> {
    const LET: &[&str] = &["accepted", "allowed", "permitted"];
    const THROUGH: &[&str] = &[
        "access",
        "login",
        "logon",
        "auth",
        "authentication",
        "connection",
        "request",
        "password",
        "publickey",
        "keyboard",
    ];
    let words = words(code);
    if no_failure(&words) {
        return Some(Outcome::Success);
    }
    if let Some(failed) = failure(code) {
        return Some(failed);
    }
    if has(&words, &["success", "succeed", "succeeded", "successful", "successfully"]) {
        return Some(Outcome::Success);
    }
    if let Some(refused) = refused(&words) {
        return Some(refused);
    }
    (has(&words, LET) && has(&words, THROUGH)).then_some(Outcome::Success)
}

/// Whether a text is a status of HTTP.
pub(crate) fn http_status(text: &str) -> bool {
    text.len() == 3 && text.parse::<u32>().is_ok_and(|code| (100..600).contains(&code))
}

const CLASSES: &[(Class, &str)] = &[
    (
        Class::DataExport,
        "export exports exported exporting download downloads downloaded downloading takeout exfiltration",
    ),
    (
        Class::Credentials,
        "key keys token tokens secret secrets credential credentials password passwords passphrase certificate \
         certificates cert certs mfa 2fa tfa otp totp u2f apikey apikeys webauthn passkey passkeys factor factors \
         passcode kms ssh pin fido authenticator recovery",
    ),
    (
        Class::Permissions,
        "role roles permission permissions privilege privileges member members membership memberships group \
         groups team teams policy policies grant grants access acl acls iam collaborator collaborators \
         invitation invitations invite invites invited rbac user users admin admins administrator \
         administrators scim provisioning account accounts owner owners ownership guest guests share shared \
         sharing entitlement entitlements rolebinding rolebindings clusterrole clusterrolebinding \
         serviceaccount serviceaccounts principal delegate delegation impersonate impersonation",
    ),
    (
        Class::Billing,
        "billing invoice invoices payment payments subscription subscriptions charge charges refund refunds \
         plan plans price prices purchase license licenses licence licences seat seats payout payouts coupon \
         coupons checkout order orders",
    ),
    (
        Class::Configuration,
        "setting settings config configuration configurations preferences preference sso saml oidc domain \
         domains webhook webhooks hook hooks integration integrations network networks firewall rule rules \
         ruleset vpc subnet instance instances cluster clusters deployment deployments security app application \
         applications apps dns zone feature features flag flags workspace workspaces organization organizations \
         organisation org project projects system service services configmap configmaps namespace namespaces \
         server servers environment environments connector connectors connection device devices agent agents \
         host hosts gateway route routes alert alerts monitor monitors job jobs pipeline pipelines workflow \
         workflows schedule tenant site sites branch vault node nodes pod pods",
    ),
    (
        Class::Content,
        "page pages template templates document documents file files message messages campaign campaigns post \
         posts article articles repo repos repository repositories issue issues comment comments folder folders \
         channel channels dashboard dashboards meeting meetings recording recordings doc docs drive email emails \
         mail mails space spaces board boards card cards task tasks note notes report reports envelope envelopes \
         notebook notebooks story ticket tickets asset assets image images item items signature webinar",
    ),
    (
        Class::Data,
        "data database databases table tables dataset datasets record records object objects bucket buckets \
         customer customers profile profiles segment segments query queries collection collections row rows \
         import imports imported storage backup backups warehouse index schema snapshot snapshots volume blob \
         contact contacts transaction transactions",
    ),
];

/// Returns the class that a word of an activity or code belongs to.
pub(crate) fn class(text: &str) -> Option<Class> {
    static WORDS: OnceLock<Lexicon<Class>> = OnceLock::new();
    let words = words(&super::spoken(text));
    const LOGIN: &[&str] =
        &["login", "logout", "signin", "signout", "logon", "logoff", "authentication", "session", "sessions"];
    if session(&words).is_some() || has(&words, LOGIN) {
        return Some(Class::Login);
    }
    WORDS.get_or_init(|| Lexicon::new(CLASSES)).best(&words)
}

const KINDS: &[(ActorKind, &str)] = &[
    (ActorKind::Anonymous, "anonymous unauthenticated public anon"),
    (ActorKind::Support, "support staff impersonator"),
    (ActorKind::Token, "token key apikey pat access_key"),
    (
        ActorKind::Service,
        "service serviceaccount serviceprincipal app application bot integration client api machine principal \
         robot connector oauth workload workflow",
    ),
    (ActorKind::System, "system automation scheduler internal systemprincipal automatic cron daemon"),
    (
        ActorKind::Member,
        "user member admin human person employee administrator owner regular customer collaborator operator agent \
         people guest analyst manager developer editor viewer",
    ),
];

/// Returns the kind of actor that a vendor's word means.
pub(crate) fn kind(text: &str) -> Option<ActorKind> {
    static WORDS: OnceLock<Lexicon<ActorKind>> = OnceLock::new();
    if let Some(known) = ActorKind::parse(text) {
        return Some(known);
    }
    WORDS.get_or_init(|| Lexicon::new(KINDS)).best(&words(text))
}
