//! What was done and how it ended, in an unknown record.

use super::leaf::Leaf;
use super::names;
use super::{Field, Guess, again, how, places, sureness};
use crate::domain::ip::parse_addr;
use crate::domain::json::Kind;
use crate::ingest::format::plan::{FieldRef, How, Rule};
use crate::ingest::format::shape;
use crate::ingest::map::words;

/// Longest code of an action.
const LONGEST: usize = 120;

impl Guess<'_> {
    /// Returns how sure it is, in percent.
    pub(super) fn action(&mut self) -> u32 {
        let score = |leaf: &Leaf<'_>| names::action().score(leaf).map(|score| score + worth(leaf));
        let ranked = self.ranked_by(Field::Action, score, is_code);
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

    pub(super) fn outcome(&mut self) {
        let means = |leaf: &Leaf<'_>| leaf.node.scalar().is_some_and(|text| words::outcome(&text).is_some());
        let ranked = self.ranked(names::outcome(), means);
        let mut rules = self.rules(&places(&ranked), |path| how(How::Outcome, path));
        // `failed: true` is no success.
        let failed = self.ranked(names::failed(), |leaf| leaf.node.kind() == Kind::Bool);
        let turned = self.table(&[("true", "failure"), ("false", "success")]);
        rules.extend(self.rules(&places(&failed), |path| Rule { words: Some(turned), ..Rule::path(path) }));
        rules.push(again(How::Failure, FieldRef::ActionCode));
        self.build.plan.outcome = rules;
        let reason = self.ranked(names::reason(), |leaf| leaf.node.kind() == Kind::String);
        self.build.plan.reason = self.rules(&places(&reason), Rule::path);
    }
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

/// Returns how much more a value looks like an act than its name says.
fn worth(leaf: &Leaf<'_>) -> i32 {
    let Some(text) = leaf.node.as_str() else { return 0 };
    let weak = names::is_weak(leaf);
    match words::action(&text) {
        Some(_) if weak => 22,
        Some(_) => 8,
        // Words that name the log itself and not what was done.
        None if weak && words::words(&text).iter().any(|word| word == "audit" || word == "log") => -30,
        None => 0,
    }
}

/// Reads an address, or the first of several: `203.0.113.7, 10.0.0.1`.
pub(super) fn address(text: &str) -> Option<std::net::IpAddr> {
    parse_addr(text.split(',').next()?.trim())
}
