//! What was done and how it ended, in an unknown record.

use super::leaf::Leaf;
use super::{Field, Guess, again, how, learn, names, places, sureness};
use crate::domain::Outcome;
use crate::domain::ip::parse_addr;
use crate::domain::json::Kind;
use crate::ingest::format::plan::{FieldRef, How, Rule, Source};
use crate::ingest::format::shape;
use crate::ingest::map::words;

/// Longest code of an action.
const LONGEST: usize = 120;

impl Guess<'_> {
    /// Returns how sure it is, in percent.
    pub(super) fn action(&mut self) -> u32 {
        let score = |leaf: &Leaf<'_>| names::action().score(leaf).map(|score| score + worth(leaf));
        let mut ranked = self.ranked_by(Field::Action, score, is_code);
        if ranked.is_empty() {
            ranked = self.ranked_by(Field::Action, number_score, |leaf| leaf.node.scalar().is_some());
        }
        if ranked.is_empty() {
            ranked = self.ranked_by(Field::Action, |leaf| self.stray_code(leaf), is_code);
        }
        let found = places(&ranked);
        let code = self.rules(&found, Rule::path);
        // A sentence beside the code may hold the verb that the code does not.
        let mut verbs = self.rules(&found, |path| how(How::Verb, path));
        let subject = self.rules(&found, |path| how(How::Subject, path));
        let class = self.rules(&found, |path| how(How::Class, path));
        let said = self.ranked(names::summary(), |leaf| leaf.node.kind() == Kind::String);
        verbs.extend(self.rules(&places(&said), |path| how(How::Verb, path)));
        let plan = &mut self.build.plan;
        (plan.action_code, plan.action, plan.activity, plan.class) = (code, verbs, subject, class);
        let ranked_category =
            self.ranked(names::category(), |leaf| leaf.node.kind() == Kind::String && is_code(leaf));
        let free: Vec<usize> =
            places(&ranked_category).into_iter().filter(|&at| found.first() != Some(&at)).collect();
        let class = self.rules(&free, |path| how(How::Class, path));
        let event_type = self.rules(&free, |path| how(How::Title, path));
        let plan = &mut self.build.plan;
        plan.class.extend(class);
        plan.event_type = event_type;
        sureness(&ranked)
    }

    /// Where nothing is named like an action, a short code at the top that holds a verb is likely one.
    fn stray_code(&self, leaf: &Leaf<'_>) -> Option<i32> {
        let text = leaf.node.as_str()?;
        let free = self.leaves.iter().zip(&self.used).any(|(other, used)| !used && other.text == leaf.text);
        let code = text.contains(['_', '.', ':', '-']) && !text.contains(' ') && text.len() <= 60;
        (free && code && leaf.depth == 0 && words::action(&text).is_some()).then_some(20)
    }

    pub(super) fn outcome(&mut self) {
        let means = |leaf: &Leaf<'_>| leaf.node.scalar().is_some_and(|text| words::outcome(&text).is_some());
        let ranked = self.ranked(names::outcome(), means);
        let mut rules = self.rules(&places(&ranked), |path| how(How::Outcome, path));
        // `failed: true` is no success.
        let failed = self.ranked(names::failed(), |leaf| leaf.node.kind() == Kind::Bool);
        let turned = self.table(&[("true", "failure"), ("false", "success")]);
        rules.extend(self.rules(&places(&failed), |path| Rule { words: Some(turned), ..Rule::path(path) }));
        // `return_code: 1017`: nothing but 0 is well.
        let returned = self.ranked(names::returned(), is_whole);
        let code = self.table(&[("0", "success"), ("*", "failure")]);
        rules.extend(self.rules(&places(&returned), |path| Rule { words: Some(code), ..Rule::path(path) }));
        // `responseElements.ConsoleLogin = "Failure"`: a value that is nothing but an outcome.
        let said = self.ranked_by(Field::Other, |leaf| plain_outcome(leaf).then_some(40), |_| true);
        rules.extend(self.rules(&places(&said), |path| how(How::Outcome, path)));
        let errors = self.ranked_by(Field::Other, error_score, |leaf| leaf.node.kind() == Kind::String);
        let table = self.table(&[
            ("none", "success"),
            ("no error", "success"),
            ("ok", "success"),
            ("success", "success"),
            ("false", "success"),
            ("*denied*", "denied"),
            ("*unauthorized*", "denied"),
            ("*forbidden*", "denied"),
            ("*", "failure"),
        ]);
        rules.extend(self.rules(&places(&errors), |path| Rule { words: Some(table), ..Rule::path(path) }));
        rules.push(again(How::Told, FieldRef::ActionCode));
        // Where the source's other records name an error, one that names none went well.
        if learn::tells_failures(self.learned) {
            rules.push(Rule::of(Source::Constant(Outcome::Success.as_str().into())));
        }
        self.build.plan.outcome = rules;
        let reason = self.ranked(names::reason(), |leaf| leaf.node.kind() == Kind::String);
        self.build.plan.reason = self.rules(&places(&reason), Rule::path);
    }
}

/// Words that are nothing but an outcome.
pub(super) const OUTCOMES: &[&str] =
    &["success", "succeeded", "successful", "failure", "failed", "denied", "unsuccessful", "error"];

/// Whether a value is nothing but the word for an outcome.
fn plain_outcome(leaf: &Leaf<'_>) -> bool {
    let level = leaf.keys.last().is_some_and(|key| key.contains("level") || key.contains("severity"));
    let text = leaf.node.as_str();
    !level && leaf.depth <= 3 && text.is_some_and(|text| OUTCOMES.contains(&text.to_lowercase().as_str()))
}

fn is_whole(leaf: &Leaf<'_>) -> bool {
    leaf.node.scalar().is_some_and(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a leaf names what went wrong.
pub(super) fn tells_error(leaf: &Leaf<'_>) -> bool {
    let text = leaf.node.as_str();
    let said = text.is_some_and(|text| {
        !matches!(
            text.trim().to_lowercase().as_str(),
            "" | "none" | "no error" | "ok" | "success" | "false" | "-" | "0"
        )
    });
    said && error_score(leaf).is_some()
}

/// Returns how surely a text tells of an error, so that there was one.
fn error_score(leaf: &Leaf<'_>) -> Option<i32> {
    const NAMES: [&str; 10] = [
        "errormessage",
        "errorcode",
        "errormsg",
        "error",
        "failurereason",
        "errordescription",
        "errorreason",
        "exception",
        "failuremessage",
        "failreason",
    ];
    let last = leaf.keys.last()?;
    (leaf.depth <= 2 && NAMES.contains(&last.as_str())).then_some(40)
}

/// Whether a value can be the code of an action, or its sentence.
fn is_code(leaf: &Leaf<'_>) -> bool {
    let Some(text) = leaf.node.as_str() else { return false };
    !text.trim().is_empty()
        && text.len() <= LONGEST
        && text.contains(char::is_alphabetic)
        && !shape::is_uuid(&text)
        && !shape::is_email(&text)
        && address(&text).is_none()
        && !text.starts_with(['{', '[', '/'])
        && !text.contains("://")
        && !shape::looks_like_time(leaf.node)
}

/// Returns how surely a number is the code of an action: where nothing else is.
fn number_score(leaf: &Leaf<'_>) -> Option<i32> {
    const NAMES: [&str; 14] = [
        "eventtypeid",
        "actiontypeid",
        "activitytypeid",
        "activitytype",
        "actiontype",
        "eventtype",
        "action",
        "operation",
        "actioncode",
        "eventcode",
        "operationtype",
        "actionid",
        "type",
        "code",
    ];
    let digits =
        leaf.node.scalar().is_some_and(|text| text.len() <= 8 && text.bytes().all(|b| b.is_ascii_digit()));
    let place = NAMES.iter().position(|name| leaf.keys.last().is_some_and(|key| key == name))?;
    (digits && leaf.depth <= 1).then_some(50 - place as i32)
}

/// Returns how much more a value looks like an act than its name says.
fn worth(leaf: &Leaf<'_>) -> i32 {
    let Some(text) = leaf.node.as_str() else { return 0 };
    let weak = names::is_weak(leaf);
    let unsure = names::action().score(leaf).is_none_or(|score| score < 50);
    let code = text.contains(['_', '.', ':']) && !text.contains(' ');
    match words::action(&text) {
        // Things are seldom called like an act.
        Some(_) if code && leaf.keys.last().is_some_and(|key| key == "name") => 58,
        Some(_) if weak => 22,
        Some(_) => 8,
        None if unsure => -50,
        // Words that name the log itself and not what was done.
        None if weak && words::words(&text).iter().any(|word| word == "audit" || word == "log") => -30,
        None => 0,
    }
}

/// Reads an address, or the first of several: `203.0.113.7, 10.0.0.1`.
pub(super) fn address(text: &str) -> Option<std::net::IpAddr> {
    parse_addr(text.split(',').next()?.trim())
}
