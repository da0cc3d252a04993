//! Who a sentence speaks of, and from where: `Failed password for bo from 192.0.2.7 port 22`.
//!
//! Only what stands behind a word that says so is taken; the sentence itself stays whole beside it.

use crate::domain::ip::parse_addr;
use crate::ingest::map::words::is_past;

/// Somebody, and an address.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told<'a> {
    pub(super) user: Option<&'a str>,
    pub(super) ip: Option<&'a str>,
}

/// Words behind which somebody's name stands.
const SOMEBODY: [&str; 3] = ["user", "username", "administrator"];

/// Words before those that say that it is whoever did it.
const DOING: [&str; 6] = ["for", "by", "invalid", "unknown", "illegal", "as"];

/// Words behind a name that say the same.
const DID: [&str; 7] = ["from", "logged", "signed", "authenticated", "failed", "connected", "disconnected"];

/// Words that are no name.
const NO_NAME: [&str; 25] = [
    "from",
    "for",
    "by",
    "to",
    "in",
    "on",
    "at",
    "is",
    "was",
    "has",
    "with",
    "and",
    "the",
    "a",
    "an",
    "not",
    "user",
    "failed",
    "successful",
    "successfully",
    "logged",
    "error",
    "failure",
    "id",
    "name",
];

/// Reads a sentence.
pub(super) fn read(text: &str) -> Told<'_> {
    let words: Vec<&str> = text.split_whitespace().take(64).collect();
    let mut told = Told { user: doer(&words), ip: None };
    for (at, word) in words.iter().enumerate() {
        let low = word.trim_end_matches([':', ',']).to_ascii_lowercase();
        let Some(next) = words.get(at + 1) else { break };
        if told.ip.is_none()
            && matches!(
                low.as_str(),
                "from" | "rhost" | "ip" | "address" | "remote_ip" | "client_ip" | "source_ip"
            )
        {
            told.ip = address(next);
        }
        // `client : ana / 192.0.2.7`
        let slashed = *word == "/" && at >= 2 && words.get(at - 2) == Some(&":");
        if let Some(ip) = address(next).filter(|_| slashed && told.ip.is_none()) {
            told.ip = Some(ip);
            told.user = words.get(at - 1).and_then(|word| name(word)).or(told.user);
        }
        let then = words.get(at + 2).map_or("", |word| word.trim_end_matches([',', ':']));
        let before = at.checked_sub(1).and_then(|at| words.get(at)).map_or("", |word| *word);
        let quoted = next.starts_with(['\'', '"']);
        let somebody = SOMEBODY.contains(&low.as_str());
        let (said, by) = match low.as_str() {
            // `User ana - Remote_ip 192.0.2.7 - Command ..`: parts with a hyphen between.
            _ if somebody => {
                (quoted || then == "-" || DOING.contains(&before) || DID.contains(&then), before == "by")
            }
            // `for ana from 192.0.2.7`, `by ana from 192.0.2.7`, `done by ana`
            "for" => (then == "from", false),
            "by" => (matches!(then, "from" | "on" | ""), true),
            _ => (false, false),
        };
        // Whoever something was done by stands above whom it was done for.
        if said && (told.user.is_none() || by) {
            told.user = name(next).or(told.user);
        }
    }
    told
}

/// Returns whose name in brackets begins a sentence of what they did: `[ana] deleted user [bo]`.
fn doer<'a>(words: &[&'a str]) -> Option<&'a str> {
    let [first, verb, ..] = words else { return None };
    let bracketed = first.starts_with('[') && first.ends_with(']');
    // A single name in brackets may be that of a thread or a program.
    let named = words.iter().skip(2).any(|word| word.starts_with('['));
    (bracketed && named && is_past(verb)).then(|| name(first)).flatten()
}

/// Reads an address, less what a sentence puts around it.
fn address(word: &str) -> Option<&str> {
    let word = word.trim_matches(['(', ')', '[', ']', ',', '.', ';', '\'', '"']);
    parse_addr(word).map(|_| word)
}

fn name(word: &str) -> Option<&str> {
    let word = word.split('(').next().unwrap_or_default();
    let quoted = word.starts_with(['\'', '"', '<', '[']);
    let name = word.trim_matches(['\'', '"', '<', '>', '[', ']', ',', '.', ';', ':']);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '\\' | '+' | '$');
    let fits = !name.is_empty()
        && name.len() <= 128
        && name.chars().all(plain)
        && (quoted || !NO_NAME.contains(&name.to_ascii_lowercase().as_str()));
    fits.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_tell_who_and_where_from() {
        let check = |text: &str, user: &str, ip: &str| {
            let told = read(text);
            assert_eq!((told.user.unwrap_or_default(), told.ip.unwrap_or_default()), (user, ip), "{text}");
        };
        check("Accepted publickey for ana from 192.0.2.7 port 52222 ssh2", "ana", "192.0.2.7");
        check("Failed password for invalid user bo from 192.0.2.8 port 22", "bo", "192.0.2.8");
        check("Successful login for user 'ana' from: 192.0.2.7 (Local Database)", "ana", "192.0.2.7");
        check("session opened for user ana(uid=1000) by (uid=0)", "ana", "");
        check("/job/deploy/configSubmit by ana from 192.0.2.7", "ana", "192.0.2.7");
        check("Key rotated by cy.", "cy", "");
        check("[DENIED LOGIN] for client : ana / 192.0.2.7 .", "ana", "192.0.2.7");
        check("Connection from 192.0.2.9 closed", "", "192.0.2.9");
        check("the user was told to wait for an answer from support", "", "");
        check("connection to 192.0.2.9 refused by the server on port 22", "", "");
        check("new user: name=cy, UID=1002", "", "");
        check("Started by user ana, Parameters:[]", "ana", "");
        check("password of user 'bo' was reset by cy", "cy", "");
        check("Login Success", "", "");
        check("[ana] deleted user [bo].", "ana", "");
        check("[main] started 5 workers", "", "");
        check("user settings were updated", "", "");
        check("User ana - Remote_ip 192.0.2.7 - Command \"rm x\"", "ana", "192.0.2.7");
    }
}
