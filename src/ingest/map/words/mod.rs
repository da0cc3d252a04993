//! What the words of a vendor's code mean: actions, outcomes, classes, kinds of actors. The same for every
//! vendor; a format's own tables stand above it.

mod lexicon;
mod meaning;
mod verbs;

use std::borrow::Cow;

use crate::domain::case::capital;

pub(crate) use meaning::{class, failure, http_status, kind, outcome, told};
pub(crate) use verbs::{action, is_past, is_verb};

/// Whether a code tells of a session's beginning or end.
pub(crate) fn is_session(code: &str) -> bool {
    verbs::session(&words(&spoken(code))).is_some()
}

/// Returns a sentence without the pairs that it holds in parentheses, which say no act:
/// `Logon successful (type=A, method=P)`.
fn spoken(text: &str) -> Cow<'_, str> {
    let Some((before, behind)) = text.split_once('(') else { return Cow::Borrowed(text) };
    match behind.split_once(')') {
        Some((pairs, behind)) if pairs.contains('=') && !before.trim().is_empty() => {
            Cow::Owned(format!("{before}{behind}"))
        }
        _ => Cow::Borrowed(text),
    }
}

/// Splits a code into its words in lower case: at whatever is no letter or digit, and where a capital
/// begins.
pub(crate) fn words(code: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before: Option<char> = None;
    let mut rest = code.chars().peekable();
    while let Some(c) = rest.next() {
        let small_before = before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit());
        let small_behind = rest.peek().is_some_and(|n| n.is_lowercase());
        let acronym_ends = before.is_some_and(char::is_uppercase) && small_behind;
        let begins = c.is_uppercase() && (small_before || acronym_ends);
        if !c.is_alphanumeric() || begins {
            out.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        before = Some(c);
    }
    out.extend((!word.is_empty()).then_some(word));
    out
}

/// Returns words with spaces, the first with a capital: `user_login` becomes `User login`.
pub(crate) fn title(text: &str) -> String {
    capital(&words(text).join(" "))
}

/// Returns what a code acts on: the code less the verb it begins or ends with, as a title.
/// `CreateAccessKey` is about `Access key`.
pub(crate) fn subject(code: &str) -> Option<String> {
    let words = words(code);
    let rest = match words.as_slice() {
        [rest @ .., verb] if verbs::is_past(verb) => rest,
        [verb, rest @ ..] if is_verb(verb) => rest,
        [rest @ .., verb] if is_verb(verb) => rest,
        all => all,
    };
    (!rest.is_empty()).then(|| title(&rest.join(" ")))
}

#[cfg(test)]
mod tests;
