//! What an entry is called: `Campaign 'Black Friday' updated`, `Logged in`.

use super::line::{Line, Role};
use super::measure;
use super::sanitise::{self, Charset};
use crate::domain::case::capital;
use crate::domain::{Action, Entry, Outcome};
use crate::query::Row;

/// Fewest cells of an object's name that are worth showing.
const MIN_NAME: usize = 6;

/// Kinds that say nothing of what a thing is.
const VAGUE: &[&str] =
    &["resource", "object", "entity", "item", "target", "record", "other", "unknown", "url"];

/// Words that vendors use alike for somebody who is kept.
const PEOPLE: &[&str] = &[
    "user",
    "member",
    "person",
    "people",
    "customer",
    "profile",
    "account",
    "principal",
    "identity",
    "contact",
];

/// The parts of a title, as the record says them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// What kind of thing: `Campaign`.
    pub subject: String,
    /// Its name.
    pub name: Option<String>,
    /// The name is that of something else, which it was done for: `Password updated for 'Otto Lind'`.
    pub for_other: bool,
    /// What was done: `updated`.
    pub verb: String,
    /// That it failed.
    pub failed: Option<&'static str>,
}

/// Returns the title of a row, sanitised.
pub fn title(row: &Row) -> String {
    sanitise::plain(&Title::of_row(row).to_string())
}

/// Returns the title of an entry, sanitised.
pub fn title_of(entry: &Entry<'_>) -> String {
    sanitise::plain(&Title::of_entry(entry).to_string())
}

/// What a title is made from.
struct Facts<'a> {
    activity: Option<&'a str>,
    kind: Option<&'a str>,
    name: Option<&'a str>,
    id: Option<&'a str>,
    action: Action,
    code: Option<&'a str>,
    outcome: Outcome,
    summary: Option<&'a str>,
}

impl Title {
    /// Returns the title of a row.
    pub fn of_row(row: &Row) -> Title {
        Title::from(&Facts {
            activity: row.activity.as_deref(),
            kind: row.target_type.as_deref(),
            name: row.target_name.as_deref(),
            id: row.target_id.as_deref(),
            action: row.action,
            code: row.action_code.as_deref(),
            outcome: row.outcome,
            summary: None,
        })
    }

    /// Returns the title of an entry.
    pub fn of_entry(entry: &Entry<'_>) -> Title {
        let target = entry.target();
        Title::from(&Facts {
            activity: entry.activity.as_deref(),
            kind: target.and_then(|target| target.kind.as_deref()),
            name: target.and_then(|target| target.name.as_deref()),
            id: target.and_then(|target| target.id.as_deref()),
            action: entry.action,
            code: entry.action_code.as_deref(),
            outcome: entry.outcome,
            summary: entry.summary.as_deref(),
        })
    }

    fn from(facts: &Facts<'_>) -> Title {
        let failed = match (facts.action, facts.outcome) {
            (Action::LoginFailed, _) => None,
            (_, Outcome::Failure) => Some("failed"),
            (_, Outcome::Denied) => Some("denied"),
            _ => None,
        };
        if matches!(facts.action, Action::LoggedIn | Action::LoggedOut | Action::LoginFailed) {
            let verb = capital(facts.action.as_str());
            return Title { verb, failed, ..Title::default() };
        }
        let given = filled(facts.activity).or(filled(facts.kind)).map(str::trim);
        let verb = verb(facts, given);
        let subject = given.map(|subject| without_verb(subject, &verb)).unwrap_or_default();
        let name = filled(facts.name).or_else(|| filled(facts.id).filter(|id| id.len() <= 64));
        let name = name.map(str::trim).filter(|name| !name.eq_ignore_ascii_case(&subject));
        let for_other = name.is_some() && is_other(filled(facts.activity), filled(facts.kind));
        let mut title = Title { subject, name: name.map(str::to_owned), for_other, verb, failed };
        title.settle(facts);
        title
    }

    /// Leaves out what would be said twice, and says at least something.
    fn settle(&mut self, facts: &Facts<'_>) {
        // `Export exported` is `Exported`.
        let noun = self.subject.to_lowercase();
        if !noun.is_empty() && [format!("{noun}ed"), format!("{noun}d")].contains(&self.verb) {
            self.subject = capital(&std::mem::take(&mut self.verb));
        }
        if self.subject.is_empty() && self.name.is_none() && facts.action != Action::Other {
            self.verb = capital(&self.verb);
        }
        if self.subject.is_empty() && self.name.is_none() && self.verb.is_empty() {
            self.verb = filled(facts.summary).unwrap_or("Entry").to_owned();
        }
    }

    /// Returns the title as a line of at most `width` cells, its name standing out. The name gives way first,
    /// then the end.
    pub fn line(&self, width: usize, charset: Charset) -> Line {
        let whole = self.line_with(self.name.as_deref(), charset);
        let over = measure::line_width(&whole).saturating_sub(width);
        if over == 0 {
            return whole;
        }
        let name = self.name.as_deref().map(|name| sanitise::plain_in(name, charset)).unwrap_or_default();
        let room = measure::width(&name).saturating_sub(over);
        let shorter = if room >= MIN_NAME {
            self.line_with(Some(&measure::cut(&name, room, charset)), charset)
        } else {
            self.line_with(None, charset)
        };
        measure::fit_line(shorter, width, charset)
    }

    fn line_with(&self, name: Option<&str>, charset: Charset) -> Line {
        let mut line = Line::new();
        let text = |line: &mut Line, text: &str| {
            if !line.spans.is_empty() && !text.is_empty() {
                line.push(Role::Text, " ");
            }
            sanitise::push(line, Role::Text, text, charset);
        };
        let named = |line: &mut Line| {
            let Some(name) = name else { return };
            text(line, if self.for_other { "for '" } else { "'" });
            sanitise::push(line, Role::Strong, name, charset);
            line.push(Role::Text, "'");
        };
        text(&mut line, &self.subject);
        if self.for_other {
            text(&mut line, &self.verb);
            named(&mut line);
        } else {
            named(&mut line);
            text(&mut line, &self.verb);
        }
        if let Some(failed) = self.failed {
            line.push(Role::Error, format!(" ({failed})"));
        }
        line
    }
}

impl std::fmt::Display for Title {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (subject, verb) = (Some(self.subject.clone()), Some(self.verb.clone()));
        let quoted = self.name.as_ref().map(|name| match self.for_other {
            true => format!("for '{name}'"),
            false => format!("'{name}'"),
        });
        let parts = if self.for_other { [subject, verb, quoted] } else { [subject, quoted, verb] };
        let said: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        f.write_str(&said.join(" "))?;
        match self.failed {
            Some(failed) => write!(f, " ({failed})"),
            None => Ok(()),
        }
    }
}

/// Whether a target of this kind is not what the activity is about: no word of one is in the other.
fn is_other(activity: Option<&str>, kind: Option<&str>) -> bool {
    let (Some(activity), Some(kind)) = (activity, kind) else { return false };
    if spelt_alike(activity, kind) {
        return false;
    }
    let stems = |text: &str| -> Vec<String> {
        words(text)
            .into_iter()
            .map(|word| word.strip_suffix('s').map(str::to_owned).unwrap_or(word))
            .collect()
    };
    let (of_activity, of_kind) = (stems(activity), stems(kind));
    let any = |words: &[String], of: &[&str]| words.iter().any(|word| of.contains(&word.as_str()));
    if any(&of_kind, VAGUE) || any(&of_kind, PEOPLE) && any(&of_activity, PEOPLE) {
        return false;
    }
    let (whole_activity, whole_kind) = (of_activity.concat(), of_kind.concat());
    !of_activity.iter().any(|word| of_kind.contains(word))
        && !whole_activity.contains(&whole_kind)
        && !whole_kind.contains(&whole_activity)
}

/// Whether two texts have the same letters, in any case, with some sign between the same of them: `Ad Audience` and
/// `ad_audience`. Most titles need no closer look.
fn spelt_alike(a: &str, b: &str) -> bool {
    let same = |(a, b): (u8, u8)| {
        if a.is_ascii_alphanumeric() { a.eq_ignore_ascii_case(&b) } else { !b.is_ascii_alphanumeric() }
    };
    a.len() == b.len() && a.is_ascii() && b.is_ascii() && a.bytes().zip(b.bytes()).all(same)
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

/// What was done: the canonical word, else the vendor's code unless the subject says it already.
fn verb(facts: &Facts<'_>, subject: Option<&str>) -> String {
    if facts.action != Action::Other {
        return facts.action.as_str().to_owned();
    }
    let Some(code) = filled(facts.code).map(str::trim) else { return String::new() };
    match subject {
        Some(subject) if same_words(subject, code) => String::new(),
        Some(subject) => last_word(code, subject).unwrap_or_else(|| code.to_owned()),
        None => code.to_owned(),
    }
}

/// Of a code like `campaign.archived` the end, where its beginning only repeats the subject.
fn last_word(code: &str, subject: &str) -> Option<String> {
    let words = words(code);
    let known = self::words(subject);
    let rest = words.strip_prefix(known.as_slice()).filter(|rest| !rest.is_empty() && !known.is_empty())?;
    Some(rest.join(" "))
}

/// The subject without the verb at its end: `User created` and `created` make `User`.
fn without_verb(subject: &str, verb: &str) -> String {
    // Most end in another letter and need not be taken apart.
    let end = |text: &str| text.chars().rev().find(|c| c.is_alphanumeric()).map(|c| c.to_lowercase().last());
    if end(subject) != end(verb) {
        return subject.to_owned();
    }
    let (said, verb) = (words(subject), words(verb));
    let ends = !verb.is_empty() && said.len() > verb.len() && said.ends_with(&verb);
    if !ends {
        return subject.to_owned();
    }
    let keep = said.len() - verb.len();
    let mut kept: Vec<&str> = Vec::new();
    let mut count = 0;
    for word in subject.split_whitespace() {
        count += words(word).len();
        if count > keep {
            break;
        }
        kept.push(word);
    }
    if kept.is_empty() { subject.to_owned() } else { kept.join(" ") }
}

fn same_words(a: &str, b: &str) -> bool {
    words(a) == words(b)
}

/// The words of a phrase or code in lower case: `team.memberAdded` has three.
fn words(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut lower = false;
    for c in text.chars() {
        if !c.is_alphanumeric() || (lower && c.is_uppercase()) {
            out.push(String::new());
        }
        lower = c.is_lowercase();
        if c.is_alphanumeric()
            && let Some(word) = out.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    out.retain(|word| !word.is_empty());
    out
}

#[cfg(test)]
mod tests;
