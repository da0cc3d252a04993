//! What was done and how it ended, in an unknown record.

use super::leaf::Leaf;
use super::{Field, Guess, again, how, learn, names, places, sureness, who};
use crate::domain::Outcome;
use crate::domain::ip::parse_addr;
use crate::domain::json::Kind;
use crate::ingest::format::plan::{FieldRef, How, Rule, Rules, Source};
use crate::ingest::format::shape;
use crate::ingest::map::words;

/// Longest code of an action.
const LONGEST: usize = 120;

impl Guess<'_> {
    /// Returns how sure it is, in percent.
    pub(super) fn action(&mut self) -> u32 {
        let mut ranked = self.ranked_by(Field::Action, action_score, is_code);
        if ranked.is_empty() {
            ranked = self.ranked_by(Field::Action, number_score, |leaf| leaf.node.scalar().is_some());
        }
        if ranked.is_empty() {
            ranked = self.ranked_by(Field::Action, |leaf| self.stray_code(leaf), is_code);
        }
        if ranked.is_empty() {
            ranked = self.ranked_by(Field::Action, category_code, is_code);
        }
        self.without_acts(&mut ranked);
        let found = places(&ranked);
        let code = self.rules(&found, Rule::path);
        // A sentence beside the code may hold the verb that the code does not.
        let mut verbs = self.rules(&found, |path| how(How::Verb, path));
        let subject = self.rules(&found, |path| how(How::Subject, path));
        let class = self.rules(&found, |path| how(How::Class, path));
        let said = self
            .ranked(names::summary(), |leaf| leaf.node.kind() == Kind::String && !names::is_of_actor(leaf));
        verbs.extend(self.rules(&places(&said), |path| how(How::Verb, path)));
        let plan = &mut self.build.plan;
        (plan.action_code, plan.action, plan.activity, plan.class) = (code, verbs, subject, class);
        let ranked_category = self.ranked(names::category(), |leaf| {
            leaf.node.kind() == Kind::String
                && is_code(leaf)
                && !names::is_of_actor(leaf)
                && !is_type_of_part(leaf)
        });
        let free: Vec<usize> =
            places(&ranked_category).into_iter().filter(|&at| found.first() != Some(&at)).collect();
        // The service that an act is about is no category of it.
        let service = self.spoken("service", false);
        let thing =
            |guess: &Self, at: usize| guess.leaves[at].words.first().is_some_and(|word| word == "service");
        let things: Vec<bool> = free.iter().map(|&at| thing(self, at)).collect();
        let unless = |mut rules: Rules| {
            for (rule, _) in rules.iter_mut().zip(&things).filter(|(_, thing)| **thing) {
                rule.when.push(service);
            }
            rules
        };
        let class = unless(self.rules(&free, |path| how(How::Class, path)));
        let event_type = unless(self.rules(&free, |path| how(How::Title, path)));
        let plan = &mut self.build.plan;
        plan.class.extend(class);
        plan.event_type = event_type;
        sureness(&ranked)
    }

    /// What does not say when it was, or even by whom, tells of no act, unless it calls it one.
    fn without_acts(&self, ranked: &mut Vec<(i32, usize)>) {
        let plan = &self.build.plan;
        if !plan.time.is_empty() {
            return;
        }
        let least = if plan.actor.is_empty() { 70 } else { 40 };
        let named = |at: usize| names::action().score(&self.leaves[at]).is_some_and(|score| score >= least);
        ranked.retain(|&(score, at)| score >= 80 || named(at));
    }

    /// Where nothing is named like an action, a short code at the top that holds a verb is likely one.
    fn stray_code(&self, leaf: &Leaf<'_>) -> Option<i32> {
        let text = leaf.node.as_str()?;
        let free = self.leaves.iter().zip(&self.used).any(|(other, used)| !used && other.text == leaf.text);
        let code = text.contains(['_', '.', ':', '-']) && !text.contains(' ') && text.len() <= 60;
        (free && code && leaf.depth == 0 && words::action(&text).is_some()).then_some(20)
    }

    pub(super) fn outcome(&mut self) {
        let means = |leaf: &Leaf<'_>| {
            call_score(leaf).is_none()
                && leaf.node.scalar().is_some_and(|text| words::outcome(&text).is_some())
        };
        // `Result: 1` beside `Success: true` may count what was written.
        let plain = |leaf: &Leaf<'_>| {
            let counts = leaf.node.kind() == Kind::Number
                && leaf.node.scalar().is_some_and(|text| !words::http_status(&text));
            names::outcome().score(leaf).map(|score| if counts && score > 60 { score - 30 } else { score })
        };
        let ranked = self.ranked_by(Field::Other, plain, means);
        // A status that says why says more than the word for it: 403 beside `Failure`.
        let refused = self.ranked_by(Field::Other, refusal_score, |_| true);
        let table = self.table(&[("401", "denied"), ("403", "denied")]);
        let mut rules = self.rules(&places(&refused), |path| Rule { words: Some(table), ..Rule::path(path) });
        rules.extend(self.rules(&places(&ranked), |path| how(How::Outcome, path)));
        // `failed: true` is no success.
        let failed = self.ranked(names::failed(), |leaf| leaf.node.kind() == Kind::Bool);
        let turned = self.table(&[("true", "failure"), ("false", "success")]);
        rules.extend(self.rules(&places(&failed), |path| Rule { words: Some(turned), ..Rule::path(path) }));
        // `return_code: 1017`: nothing but 0 is well.
        let returned = self.ranked(names::returned(), is_whole);
        let code = self.table(&[("0", "success"), ("*", "failure")]);
        rules.extend(self.rules(&places(&returned), |path| Rule { words: Some(code), ..Rule::path(path) }));
        // `status: {code: 7}` of a remote call.
        let calls = self.ranked_by(Field::Other, call_score, |_| true);
        let code = self.table(&CALLS);
        rules.extend(self.rules(&places(&calls), |path| Rule { words: Some(code), ..Rule::path(path) }));
        // `responseElements.ConsoleLogin = "Failure"`: a value that is nothing but an outcome.
        let said = self.ranked_by(Field::Other, |leaf| plain_outcome(leaf).then_some(40), |_| true);
        rules.extend(self.rules(&places(&said), |path| how(How::Outcome, path)));
        let errors = self.ranked_by(Field::Other, error_score, |leaf| leaf.node.kind() != Kind::Bool);
        let table = self.table(&[
            ("none", "success"),
            ("no error", "success"),
            ("ok", "success"),
            ("success", "success"),
            ("false", "success"),
            ("0", "success"),
            ("*denied*", "denied"),
            ("*nopermission*", "denied"),
            ("*unauthorized*", "denied"),
            ("*forbidden*", "denied"),
            ("*", "failure"),
        ]);
        rules.extend(self.rules(&places(&errors), |path| Rule { words: Some(table), ..Rule::path(path) }));
        rules.push(again(How::Told, FieldRef::ActionCode));
        let said = self
            .ranked(names::summary(), |leaf| leaf.node.kind() == Kind::String && !names::is_of_actor(leaf));
        rules.extend(self.rules(&places(&said), |path| how(How::Told, path)));
        // Where the source's other records name an error, one that names none went well.
        if learn::tells_failures(self.learned) {
            rules.push(Rule::of(Source::Constant(Outcome::Success.as_str().into())));
        }
        self.build.plan.outcome = rules;
        let reason = self.ranked(names::reason(), |leaf| leaf.node.kind() == Kind::String);
        self.build.plan.reason = self.rules(&places(&reason), Rule::path);
    }
}

/// Returns how surely a category stands for the act, where nothing is called one: `audit.configuration`.
fn category_code(leaf: &Leaf<'_>) -> Option<i32> {
    let named = matches!(leaf.keys.as_slice(), [key] if key == "category" || key == "eventcategory");
    let code = leaf.node.as_str().is_some_and(|text| text.contains(['.', '_', ':']) && !text.contains(' '));
    (named && code).then_some(40)
}

/// Whether a leaf is the type of a part of the record, like `method.type`, that is none of the act.
fn is_type_of_part(leaf: &Leaf<'_>) -> bool {
    let [.., part, name] = leaf.keys.as_slice() else { return false };
    name == "type" && names::category().score_text(&format!("{part}{name}")).is_none()
}

/// Words that are nothing but an outcome.
pub(super) const OUTCOMES: &[&str] = &[
    "success",
    "succeeded",
    "successful",
    "failure",
    "failed",
    "fail",
    "denied",
    "granted",
    "unsuccessful",
    "error",
    "allowed",
    "permitted",
    "rejected",
    "refused",
    "forbidden",
];

/// What the statuses of remote calls mean, by number and by name.
const CALLS: [(&str, &str); 7] = [
    ("0", "success"),
    ("ok", "success"),
    ("7", "denied"),
    ("16", "denied"),
    ("*denied*", "denied"),
    ("unauthenticated", "denied"),
    ("*", "failure"),
];

/// Whether a spelled value is nothing but the word for an outcome: the guess asks this, so it is part of a record's
/// shape.
pub(super) fn outcome_word(raw: &str) -> bool {
    let text = raw.trim_matches('"');
    text.len() <= 12 && OUTCOMES.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether a value is nothing but the word for an outcome, and of the act itself.
fn plain_outcome(leaf: &Leaf<'_>) -> bool {
    const OTHER: [&str; 9] = [
        "old",
        "new",
        "before",
        "after",
        "previous",
        "changes",
        "parameters",
        "requestparameters",
        "payload",
    ];
    let level = leaf.keys.last().is_some_and(|key| key.contains("level") || key.contains("severity"));
    let other = level || leaf.keys.iter().any(|key| OTHER.contains(&key.as_str()));
    !other && leaf.depth <= 3 && leaf.node.kind() == Kind::String && outcome_word(leaf.node.raw())
}

/// Returns how surely a value is the status of a remote call, whose numbers have their own meaning.
fn call_score(leaf: &Leaf<'_>) -> Option<i32> {
    let joined = leaf.keys.concat();
    let small = leaf.node.scalar().and_then(|text| text.parse::<u8>().ok()).is_some_and(|code| code <= 16);
    let status = matches!(leaf.keys.as_slice(), [.., status, code] if status == "status" && code == "code")
        || leaf.keys.last().is_some_and(|key| key == "statuscode" || key == "grpcstatus");
    (small && status || joined.contains("grpc") && joined.ends_with("code")).then_some(40)
}

/// Returns how surely a number is the status of an answer over HTTP.
fn refusal_score(leaf: &Leaf<'_>) -> Option<i32> {
    const NAMES: [&str; 8] = [
        "statuscode",
        "httpstatus",
        "httpstatuscode",
        "responsestatuscode",
        "responsecode",
        "httpcode",
        "status",
        "httpresponsecode",
    ];
    let [above @ .., last] = leaf.keys.as_slice() else { return None };
    let code =
        last == "code" && above.last().is_some_and(|key| key.contains("status") || key.contains("response"));
    let named = code || NAMES.contains(&last.as_str());
    let three = || leaf.node.scalar().is_some_and(|text| words::http_status(&text));
    (named && leaf.depth <= 3 && !who::is_state(leaf) && three()).then_some(60)
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
        && !who::is_state(leaf)
        && text.len() <= LONGEST
        && text.contains(char::is_alphabetic)
        && !shape::is_uuid(&text)
        && !shape::is_email(&text)
        && address(&text).is_none()
        && (!text.starts_with(['{', '[', '/']) || is_remote_call(&text))
        && !text.contains("://")
        && !shape::looks_like_time(leaf.node)
        && !(shape::is_id(&text) && leaf.words.last().is_some_and(|word| word == "id"))
}

/// Whether a text names a method of a remote call: `/shop.v1.Orders/Cancel`.
fn is_remote_call(text: &str) -> bool {
    let Some((service, method)) = text.strip_prefix('/').and_then(|text| text.split_once('/')) else {
        return false;
    };
    let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_'));
    service.contains('.') && !method.is_empty() && plain(service) && plain(method)
}

/// Returns how surely a number is the code of an action: where nothing else is.
fn number_score(leaf: &Leaf<'_>) -> Option<i32> {
    const NAMES: [&str; 15] = [
        "eventtypeid",
        "audittype",
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
    // A `type` of one digit is an enumeration of anything.
    let vague = matches!(NAMES[place], "type" | "code") && leaf.node.raw().len() < 3;
    (digits && !vague && leaf.depth <= 1).then_some(50 - place as i32)
}

/// Returns how surely a leaf is the action's: by its name, and by how much its value looks like an act.
pub(super) fn action_score(leaf: &Leaf<'_>) -> Option<i32> {
    let text = leaf.node.as_str();
    let verb = text.as_deref().is_some_and(|text| words::action(text).is_some());
    // `trace_name`, `rpc_type`: a code that holds a verb under a name that says it is called so.
    let called = || {
        let name =
            leaf.words.last().is_some_and(|word| matches!(word.as_str(), "name" | "type" | "code" | "kind"));
        let code = text.as_deref().is_some_and(is_compound);
        (verb && code && name && leaf.words.len() > 1 && !names::is_others(leaf)).then_some(30)
    };
    // `category: "Modified"`: nothing but what was done.
    let only = || {
        let category = leaf.keys.last().is_some_and(|key| key.ends_with("category"));
        let word = text.as_deref().is_some_and(|text| {
            words::is_verb(&text.to_lowercase())
                || (2..4).contains(&words::words(text).len()) && words::is_session(text)
        });
        (category && word && leaf.depth <= 1 && !names::is_of_actor(leaf)).then_some(60)
    };
    let score = names::action().score(leaf).max(only()).or_else(called)?;
    // What somebody is called is no act.
    if score < 60 && names::is_of_actor(leaf) {
        return None;
    }
    Some(score + worth(leaf, verb) - if is_aside(leaf) { 20 } else { 0 })
}

/// Whether a leaf tells of one of several things that are not the acts.
fn is_aside(leaf: &Leaf<'_>) -> bool {
    const ACTS: [&str; 5] = ["event", "action", "operation", "activit", "act"];
    leaf.listed && !leaf.keys.iter().any(|key| ACTS.iter().any(|act| key.starts_with(act)))
}

/// Whether a code is put together from several words.
fn is_compound(text: &str) -> bool {
    !text.contains(' ') && words::words(text).len() > 1
}

/// Words for what a device let through or not.
const DISPOSITIONS: [&str; 8] = ["accept", "allow", "allowed", "deny", "drop", "pass", "permit", "permitted"];

/// Returns how much more a value looks like an act than its name says.
fn worth(leaf: &Leaf<'_>, verb: bool) -> i32 {
    const LEVELS: [&str; 16] = [
        "info",
        "information",
        "informational",
        "notice",
        "warn",
        "warning",
        "error",
        "critical",
        "debug",
        "low",
        "medium",
        "high",
        "alert",
        "fatal",
        "trace",
        "audit",
    ];
    let Some(text) = leaf.node.as_str() else { return 0 };
    let weak = names::is_weak(leaf);
    let unsure = names::action().score(leaf).is_none_or(|score| score < 50);
    // `resource-created`, not `update-server`.
    let joined = || text.contains('-') && words::words(&text).last().is_some_and(|word| words::is_past(word));
    let code = !text.contains(' ') && (text.contains(['_', '.', ':']) || joined());
    const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    // How a page was asked for says less than any word of what was done.
    if METHODS.contains(&&*text) {
        return -20;
    }
    if names::is_the_log(&text) {
        return -90;
    }
    // What a device did with it, beside what somebody did.
    if DISPOSITIONS.contains(&text.to_lowercase().as_str()) {
        return -12;
    }
    if LEVELS.contains(&text.to_lowercase().as_str()) {
        return -60;
    }
    match verb {
        // Things are seldom called like an act.
        true if code && leaf.keys.last().is_some_and(|key| key == "name") => 58,
        true if weak => 22,
        true => 8,
        false if unsure => -50,
        // Words that name the log itself and not what was done.
        false if weak && words::words(&text).iter().any(|word| word == "audit" || word == "log") => -30,
        false if !is_compound(&text) && !text.contains(' ') => -6,
        false => 0,
    }
}

/// Reads an address, or the first of several: `203.0.113.7, 10.0.0.1`.
pub(super) fn address(text: &str) -> Option<std::net::IpAddr> {
    parse_addr(text.split(',').next()?.trim())
}
