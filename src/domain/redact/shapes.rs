//! What secrets look like: the names of fields that hold them, and the shapes of well-known tokens.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

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
    "webhookurl",
];

/// Fields that mostly hold a secret and seldom the name of one: what is one word that no person would choose for a
/// name is masked.
const LIKELY: &[&str] = &[
    "secret",
    "apikey",
    "xapikey",
    "pwd",
    "pass",
    "passcode",
    "bearer",
    "otp",
    "totp",
    "pin",
    "authtokenvalue",
];

/// Fields that hold a secret or the name of one: only what looks random is masked.
const MAYBE: &[&str] = &["token", "appkey", "key", "accesskey", "credential", "credentials"];

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
    /// If it is no plain word.
    Likely,
    /// If it looks random.
    Maybe,
    /// It does not.
    Other,
}

/// Judges the name of a field, however it is separated and cased.
pub(super) fn name(field: &str) -> Name {
    let bare = bare(field);
    if SECRET.contains(&bare.as_str()) {
        Name::Secret
    } else if LIKELY.contains(&bare.as_str()) {
        Name::Likely
    } else if MAYBE.contains(&bare.as_str()) {
        Name::Maybe
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
    // Vendors that show the end of a secret hide the rest: `********67f4`.
    let end = text.trim_start_matches(['*', '•']).chars().count();
    if end <= 6 && text.chars().count() >= end + 4 {
        return true;
    }
    // No vendor writes so much where a secret was.
    if text.len() > 60 && !stars {
        return false;
    }
    let covered = stars || (text.len() > 2 && text.chars().all(|c| matches!(c, 'x' | 'X' | '.' | '-' | '*')));
    covered || super::is_masked(text) || PLACEHOLDERS.contains(&bare(text).as_str())
}

/// Whether a member of an object names what the others are the value of: `field`, `attribute_name`.
pub(super) fn is_label(key: &str) -> bool {
    const KEYS: &[&str] = &["field", "name", "key", "attribute", "path", "property", "setting", "column"];
    let bare = bare(key);
    KEYS.contains(&bare.strip_suffix("name").filter(|rest| !rest.is_empty()).unwrap_or(&bare))
}

/// Whether a member of an object that names a field holds that field's value.
pub(super) fn is_value_key(key: &str) -> bool {
    const KEYS: &[&str] = &[
        "value", "values", "old", "new", "from", "to", "before", "after", "oldvalue", "newvalue", "previous",
        "current",
    ];
    KEYS.contains(&bare(key).as_str())
}

/// Whether a text is a time or a date: digits and what stands between them.
pub(super) fn is_time(text: &str) -> bool {
    let parts = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | 'T' | 'Z' | '.' | '+' | ' ' | '/');
    (8..=35).contains(&text.len()) && text.chars().all(parts) && text.contains(['-', ':', '/'])
}

/// Whether a text is a UUID, which identifies and opens nothing.
pub(super) fn is_uuid(text: &str) -> bool {
    let hyphen = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, byte): (usize, u8)| if hyphen(at) { byte == b'-' } else { byte.is_ascii_hexdigit() };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

/// Whether a text is one word, too long or with too odd characters to be a name: `Tr0ub4dor&3`.
pub(super) fn is_no_name(text: &str) -> bool {
    let odd = |c: char| !c.is_alphabetic() && !matches!(c, '-' | '_' | '.' | '/' | ' ');
    let one = !text.contains(char::is_whitespace) && text.chars().count() >= 4;
    one && !is_uuid(text) && !is_time(text) && (text.chars().any(odd) || text.chars().count() >= 24)
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

/// A token that tells by its shape what it is: texts of which it holds one, and an expression. Where the
/// expression has a group, that part is the secret.
struct Shape {
    hints: &'static [&'static str],
    source: &'static str,
    /// Compiled for the first text with a hint: most shapes are never met, and all take ten milliseconds.
    compiled: OnceLock<Regex>,
}

impl Shape {
    fn regex(&self) -> &Regex {
        let compile = || Regex::new(self.source).expect("the expression is constant and tested");
        self.compiled.get_or_init(compile)
    }
}

/// Every shape: hints, expression. The ids of AWS keys (`AKIA...`) are none: they name a key, as a user name
/// names a user, and are what an investigation looks for; only the other half is secret.
const SHAPES: &[(&[&str], &str)] = &[
    (
        &["-----BEGIN"],
        r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)",
    ),
    (&["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], r"\bgh[pousr]_[A-Za-z0-9]{30,}\b"),
    (&["github_pat_"], r"\bgithub_pat_[A-Za-z0-9_]{22,}\b"),
    (&["glpat-"], r"\bglpat-[A-Za-z0-9_-]{20,}"),
    (&["xox"], r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    (&["sk_live_", "sk_test_", "rk_live_", "rk_test_"], r"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}\b"),
    (&["sk-"], r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}"),
    (&["AIza"], r"\bAIza[0-9A-Za-z_-]{35}\b"),
    (&["ya29."], r"\bya29\.[0-9A-Za-z_-]{20,}"),
    (&["SG."], r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    (&["npm_"], r"\bnpm_[A-Za-z0-9]{36}\b"),
    (&["hvs.", "hvb."], r"\bhv[sb]\.[A-Za-z0-9_-]{20,}"),
    (&["dop_v1_"], r"\bdop_v1_[0-9a-f]{64}\b"),
    (&["shpat_", "shpca_", "shppa_", "shpss_"], r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b"),
    (&["eyJ"], r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    (&["earer", "EARER"], r"(?i)\bbearer\s+([A-Za-z0-9._~+/-]{16,}=*)"),
    (&["asic ", "ASIC "], r"(?i)\bbasic\s+([A-Za-z0-9+/]{16,}=*)(?:$|\s)"),
    (&["hooks.slack.com/"], r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{20,})"),
    (
        &["?", "&"],
        r#"(?i)[?&;](?:auth|token|secret|signature|key|api[-_]?key|code|password|pwd)=([^&\s"'<>,;#]{8,})"#,
    ),
    (&["@"], r#"://[^/\s:@"]{1,200}:([^/\s@"]{1,200})@"#),
    (
        &["="],
        r#"(?i)\b(?:password|passwd|client_secret|access_token|refresh_token|id_token|api_key|apikey|secret_key|x-amz-signature|x-amz-security-token|sig)=([^&\s"'<>,;]{4,})"#,
    ),
];

static COMPILED: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let shape = |&(hints, source): &(_, _)| Shape { hints, source, compiled: OnceLock::new() };
    SHAPES.iter().map(shape).collect()
});

/// Any hint of any shape: one look at a text that has none, as nearly all have.
static HINTED: LazyLock<Regex> = LazyLock::new(|| {
    let hints: Vec<_> =
        SHAPES.iter().flat_map(|(hints, _)| hints.iter()).map(|hint| regex::escape(hint)).collect();
    Regex::new(&hints.join("|")).expect("the hints are constant and escaped")
});

/// What a record holds that has a secret in it: part of a field's name, or the beginning of a shape.
static SUSPECT: LazyLock<Regex> = LazyLock::new(|| {
    let parts = [
        r#"(?i:pass|pwd|secret|key|token|authoriz|cookie|recovery|backup|credential|bearer|basic\s|sig=|signature|otp|pin\\*"|webhook|auth=|code=|hooks\.slack)"#,
        r"-----BEGIN|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|[sr]k_|sk-|AIza|ya29\.|SG\.|npm_",
        r#"hv[sb]\.|dop_v1_|shp(?:at|ca|pa|ss)_|eyJ|:\\*/\\*/[^/\s"]*@"#,
    ];
    Regex::new(&parts.join("|")).expect("the expression is constant and tested")
});

/// Whether a JSON text may hold a secret. Escapes by number could hide a name, so a text with one may.
pub(super) fn suspect(json: &str) -> bool {
    SUSPECT.is_match(json) || json.contains("\\u")
}

/// Returns where secrets stand in a text, by their shape, in order and apart.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    if text.len() < 8 {
        return found;
    }
    let bytes = text.as_bytes();
    if !HINTED.is_match(text) {
        return found;
    }
    let holds = |hint: &str| memchr::memmem::find(bytes, hint.as_bytes()).is_some();
    for shape in COMPILED.iter().filter(|shape| shape.hints.iter().any(|hint| holds(hint))) {
        for hit in shape.regex().captures_iter(text) {
            let Some(secret) = hit.get(1).or_else(|| hit.get(0)) else { continue };
            if !is_placeholder(secret.as_str()) {
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
