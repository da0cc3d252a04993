//! What secrets look like: the names of fields that hold them, and the shapes of well-known tokens.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Fields whose text is a secret whatever it looks like. Written without separators, in lower case.
const SECRET: &[&str] = &[
    "password",
    "passwd",
    "newpassword",
    "oldpassword",
    "currentpassword",
    "passwordconfirmation",
    "userpassword",
    "masteruserpassword",
    "adminpassword",
    "smtppassword",
    "passphrase",
    "secretkey",
    "secretaccesskey",
    "clientsecret",
    "appsecret",
    "apisecret",
    "sharedsecret",
    "webhooksecret",
    "signingsecret",
    "consumersecret",
    "secretstring",
    "secretbinary",
    "privatekey",
    "privatekeypem",
    "signingkey",
    "encryptionkey",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "authtoken",
    "bearertoken",
    "sessiontoken",
    "oauthtoken",
    "apitoken",
    "authorization",
    "proxyauthorization",
    "cookie",
    "setcookie",
    "otpsecret",
    "totpsecret",
    "mfasecret",
    "recoverycode",
    "recoverycodes",
    "backupcodes",
];

/// Fields that hold a secret or the name of one: only what looks random is masked.
const MAYBE: &[&str] =
    &["secret", "token", "apikey", "appkey", "key", "accesskey", "credential", "pwd", "pass"];

/// What vendors write in a secret's place.
const PLACEHOLDERS: &[&str] = &[
    "redacted",
    "filtered",
    "hidden",
    "masked",
    "secret",
    "sensitive",
    "none",
    "null",
    "hiddenduetosecurityreasons",
    "sensitivevalue",
    "removed",
];

/// How surely a field holds a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// Whatever is in it.
    Secret,
    /// If it looks random.
    Maybe,
    /// The id of something: that of an access key is no secret even though it has the shape of one.
    Id,
    /// It does not.
    Other,
}

/// Judges the name of a field, however it is separated and cased.
pub(super) fn name(field: &str) -> Name {
    let bare = bare(field);
    if SECRET.contains(&bare.as_str()) {
        Name::Secret
    } else if MAYBE.contains(&bare.as_str()) {
        Name::Maybe
    } else if bare.ends_with("id") {
        Name::Id
    } else {
        Name::Other
    }
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a text stands for a secret instead of being one: empty, stars, `[REDACTED]`.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let stars = text.chars().all(|c| matches!(c, '*' | '•' | '…'));
    let covered = stars || (text.len() > 2 && text.chars().all(|c| matches!(c, 'x' | 'X' | '.' | '-' | '*')));
    covered || super::is_masked(text) || PLACEHOLDERS.contains(&bare(text).as_str())
}

/// Whether a text looks random enough for a key: one long word of letters and digits in disorder.
pub(super) fn looks_random(text: &str) -> bool {
    let wordy = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '/' | '=' | '.');
    if text.len() < 16 || !text.chars().all(wordy) {
        return false;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    // A name like `customer-io-2026` has few digits at one place; a key has them all over.
    let switches = text
        .as_bytes()
        .windows(2)
        .filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit())
        .count();
    digits >= 2 && letters >= 2 && switches > text.len() / 8
}

/// Tokens that tell by their shape what they are. Where the expression has a group, that part is the secret.
static SHAPES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)",
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
        r"\bgh[pousr]_[A-Za-z0-9]{30,}\b",
        r"\bgithub_pat_[A-Za-z0-9_]{22,}\b",
        r"\bglpat-[A-Za-z0-9_-]{20,}",
        r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
        r"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}\b",
        r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}",
        r"\bAIza[0-9A-Za-z_-]{35}\b",
        r"\bya29\.[0-9A-Za-z_-]{20,}",
        r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
        r"\bnpm_[A-Za-z0-9]{36}\b",
        r"\bhv[sb]\.[A-Za-z0-9_-]{20,}",
        r"\bdop_v1_[0-9a-f]{64}\b",
        r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b",
        r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
        r"(?i)\bbearer\s+([A-Za-z0-9._~+/-]{16,}=*)",
        r"(?i)\bbasic\s+([A-Za-z0-9+/]{16,}=*)(?:$|\s)",
        r#"://[^/\s:@"]{1,200}:([^/\s@"]{1,200})@"#,
        r#"(?i)\b(?:password|passwd|client_secret|access_token|refresh_token|id_token|api_key|apikey|secret_key|x-amz-signature|x-amz-security-token|sig)=([^&\s"'<>,;]{4,})"#,
    ]
    .iter()
    .map(|shape| Regex::new(shape).expect("the expression is constant and tested"))
    .collect()
});

/// Texts one of which every shape holds, so that most strings need no expression.
const HINTS: &[&str] = &[
    "-----BEGIN",
    "AKIA",
    "ASIA",
    "gh",
    "glpat-",
    "xox",
    "sk_",
    "rk_",
    "sk-",
    "AIza",
    "ya29.",
    "SG.",
    "npm_",
    "hvs.",
    "hvb.",
    "dop_v1_",
    "shp",
    "eyJ",
    "earer",
    "EARER",
    "asic",
    "ASIC",
    "://",
    "=",
];

static HINT: LazyLock<Regex> = LazyLock::new(|| {
    let any: Vec<String> = HINTS.iter().map(|hint| regex::escape(hint)).collect();
    Regex::new(&any.join("|")).expect("the expression is constant and tested")
});

/// Returns where secrets stand in a text, by their shape, in order and apart.
pub(super) fn find(text: &str, key_id: bool) -> Vec<Range<usize>> {
    if text.len() < 8 || !HINT.is_match(text) {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for shape in SHAPES.iter() {
        for hit in shape.captures_iter(text) {
            let Some(secret) = hit.get(1).or_else(|| hit.get(0)) else { continue };
            let is_id =
                key_id && matches!(text.get(secret.start()..secret.start() + 4), Some("AKIA" | "ASIA"));
            if !is_id && !is_placeholder(secret.as_str()) {
                found.push(secret.range());
            }
        }
    }
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    found.retain(|range| {
        let apart = range.start >= end;
        end = end.max(range.end);
        apart
    });
    found
}
