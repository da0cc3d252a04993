//! Records of vendors that no format knows: a plan guessed from the names and shapes of what is there.
//!
//! The guess is an ordinary plan, made once per shape of record. It never invents: every value is checked
//! again when it is mapped (a time must read as one, an address as one), and what fits nothing stays in the
//! raw record. The entry says that it was guessed and how surely.

mod change;
mod leaf;
mod names;

use leaf::Leaf;

use super::format::build::Builder;
use super::format::plan::{How, Plan, RECORD, Rule, Rules, Source, TargetRules};
use super::format::shape;
use super::map::words;
use crate::domain::json::{Kind, Node};

pub(crate) use leaf::shape_of;

/// Most ways to one field.
const WAYS: usize = 6;

/// Returns the plan for records of this shape.
pub(crate) fn plan_for(root: Node<'_>) -> Plan {
    let leaves = leaf::collect(root);
    let mut guess = Guess { build: Builder::new(), used: vec![false; leaves.len()], leaves };
    let time = guess.time();
    let actor = guess.actor();
    let action = guess.action();
    let ip = guess.ip();
    guess.target();
    guess.outcome();
    change::guess(root, &mut guess.build);
    guess.ids();
    guess.surroundings();
    let sure = [(time, 30), (actor, 25), (action, 25), (ip, 10), (true, 5)];
    guess.build.plan.guessed = Some(sure.iter().map(|&(found, points)| if found { points } else { 0 }).sum());
    guess.build.finish()
}

/// A plan being guessed.
struct Guess<'a> {
    build: Builder,
    leaves: Vec<Leaf<'a>>,
    /// Which leaves a field already took.
    used: Vec<bool>,
}

impl Guess<'_> {
    /// Returns the leaves that a list of names knows, the best first.
    fn ranked(&self, names: &[names::Name], fits: impl Fn(&Leaf<'_>) -> bool) -> Vec<usize> {
        self.ranked_by(|leaf| names::score(names, leaf), fits)
    }

    fn ranked_by(
        &self,
        score: impl Fn(&Leaf<'_>) -> Option<i32>,
        fits: impl Fn(&Leaf<'_>) -> bool,
    ) -> Vec<usize> {
        let mut ranked: Vec<(i32, usize)> = self
            .leaves
            .iter()
            .enumerate()
            .filter_map(|(at, leaf)| score(leaf).map(|score| (score - 6 * leaf.depth, at)))
            .filter(|&(score, at)| score > 0 && fits(&self.leaves[at]))
            .collect();
        ranked.sort_by_key(|&(score, at)| (-score, at));
        ranked.truncate(WAYS);
        ranked.into_iter().map(|(_, at)| at).collect()
    }

    fn rules(&mut self, ranked: &[usize], rule: impl Fn(super::format::plan::PathRef) -> Rule) -> Rules {
        let mut rules = Rules::default();
        for (rank, &at) in ranked.iter().enumerate() {
            if rank == 0 {
                self.used[at] = true;
            }
            let path = self.leaves[at].path.clone();
            let text = path.to_string();
            rules.push(rule(self.build.steps(RECORD, path, &text)));
        }
        rules
    }

    fn time(&mut self) -> bool {
        let ranked = self.ranked_by(names::time_score, |leaf| shape::looks_like_time(leaf.node));
        self.build.plan.time = self.rules(&ranked, Rule::path);
        !ranked.is_empty()
    }

    /// The actor's name, e-mail and id must come from one place: a person put together from two is invented.
    fn actor(&mut self) -> bool {
        let ranked = self.ranked_role(names::ACTOR_ROLES);
        let Some(role) = ranked else { return false };
        let part = |names: &[names::Name]| self.in_role(&role, names);
        let (emails, people, ids) = (part(names::EMAIL), part(names::PERSON), part(names::ID));
        let kinds = part(names::KIND);
        let how = |how: How| move |path| Rule { how, ..Rule::path(path) };
        let mut all = people.clone();
        all.extend(&emails);
        all.extend(&ids);
        let plan_email = self.rules(&all, how(How::Email));
        let plan_name = self.rules(&people, how(How::Name));
        let mut or_name = ids;
        or_name.extend(people);
        let plan_id = self.rules(&or_name, Rule::path);
        let mut plan_kind = self.rules(&kinds, how(How::Kind));
        plan_kind.extend(
            self.rules(&all, how(How::Kind)).into_iter().filter(|_| kinds.is_empty()).map(system_only),
        );
        let actor = &mut self.build.plan.actor;
        (actor.email, actor.name, actor.id, actor.kind) = (plan_email, plan_name, plan_id, plan_kind);
        true
    }

    /// Returns the place of the actor or target that is best by name.
    fn ranked_role(&self, roles: &[names::Name]) -> Option<leaf::Role> {
        let mut best: Option<(i32, leaf::Role)> = None;
        for leaf in &self.leaves {
            let Some((score, role)) = leaf::role_of(leaf, roles) else { continue };
            let usable = leaf.node.scalar().is_some_and(|text| !text.trim().is_empty());
            if usable && best.as_ref().is_none_or(|(known, _)| *known < score) {
                best = Some((score, role));
            }
        }
        best.map(|(_, role)| role)
    }

    fn in_role(&self, role: &leaf::Role, names: &[names::Name]) -> Vec<usize> {
        let mut found: Vec<(i32, usize)> = Vec::new();
        for (at, leaf) in self.leaves.iter().enumerate() {
            if let Some(rest) = role.rest_of(leaf)
                && let Some(score) = names::score_text(names, &rest)
            {
                found.push((score - 6 * leaf.depth, at));
            }
        }
        found.sort_by_key(|&(score, at)| (-score, at));
        found.truncate(WAYS);
        found.into_iter().map(|(_, at)| at).collect()
    }

    fn action(&mut self) -> bool {
        let short = |leaf: &Leaf<'_>| {
            let text = leaf.node.as_str();
            text.is_some_and(|text| {
                !text.is_empty()
                    && text.len() <= 120
                    && !shape::is_uuid(&text)
                    && !shape::looks_like_time(leaf.node)
            })
        };
        let mut ranked = self.ranked(names::ACTION, short);
        // Of two likely fields the one whose value holds a verb says what was done.
        let verb = |at: &usize| {
            let text = self.leaves[*at].node.as_str().unwrap_or_default();
            words::action(&text).is_none()
        };
        if ranked.len() > 1
            && verb(&ranked[0])
            && !verb(&ranked[1])
            && names::is_weak(&self.leaves[ranked[0]])
        {
            ranked.swap(0, 1);
        }
        let code = self.rules(&ranked, Rule::path);
        let verbs = self.rules(&ranked, |path| Rule { how: How::Verb, ..Rule::path(path) });
        let subject = self.rules(&ranked, |path| Rule { how: How::Subject, ..Rule::path(path) });
        let class = self.rules(&ranked, |path| Rule { how: How::Class, ..Rule::path(path) });
        let plan = &mut self.build.plan;
        (plan.action_code, plan.action, plan.activity, plan.class) = (code, verbs, subject, class);
        let ranked = self.ranked(names::CATEGORY, |leaf| leaf.node.kind() == Kind::String && short(leaf));
        let ranked: Vec<usize> = ranked.into_iter().filter(|&at| !self.used[at]).collect();
        self.build.plan.event_type = self.rules(&ranked, |path| Rule { how: How::Title, ..Rule::path(path) });
        !self.build.plan.action_code.is_empty()
    }

    fn ip(&mut self) -> bool {
        let ranked =
            self.ranked(names::IP, |leaf| shape::Shape::Ip.fits(leaf.node) || has_address(leaf.node));
        self.build.plan.ip = self.rules(&ranked, |path| Rule { how: How::Address, ..Rule::path(path) });
        let country = self.ranked(names::COUNTRY, |leaf| leaf.node.kind() == Kind::String);
        self.build.plan.country = self.rules(&country, Rule::path);
        !self.build.plan.ip.is_empty()
    }

    fn target(&mut self) {
        let Some(role) = self.ranked_role(names::TARGET_ROLES) else { return };
        let (kinds, ids, called) = (
            self.in_role(&role, names::TYPE),
            self.in_role(&role, names::ID),
            self.in_role(&role, names::PERSON),
        );
        let (kind, id, name) =
            (self.rules(&kinds, Rule::path), self.rules(&ids, Rule::path), self.rules(&called, Rule::path));
        let title = self.rules(&kinds, |path| Rule { how: How::Title, ..Rule::path(path) });
        let plan = &mut self.build.plan;
        plan.activity.splice(0..0, title);
        plan.targets.push(TargetRules { kind, id, name, ..TargetRules::default() });
    }

    fn outcome(&mut self) {
        let means = |leaf: &Leaf<'_>| leaf.node.scalar().is_some_and(|text| words::outcome(&text).is_some());
        let ranked = self.ranked(names::OUTCOME, means);
        self.build.plan.outcome = self.rules(&ranked, |path| Rule { how: How::Outcome, ..Rule::path(path) });
        let failed = self.ranked(names::FAILED, |leaf| leaf.node.kind() == Kind::Bool);
        let table = self.turned();
        let rules = self.rules(&failed, |path| Rule { words: Some(table), ..Rule::path(path) });
        self.build.plan.outcome.extend(rules);
        let reason = self.ranked(names::REASON, |leaf| leaf.node.kind() == Kind::String);
        self.build.plan.reason = self.rules(&reason, Rule::path);
    }

    /// `failed: true` is no success.
    fn turned(&mut self) -> u16 {
        let mut table = super::format::glob::Table::new(false);
        table.add("true", "failure".to_owned());
        table.add("false", "success".to_owned());
        self.build.plan.words.push(table);
        (self.build.plan.words.len() - 1) as u16
    }

    fn ids(&mut self) {
        let scalar = |leaf: &Leaf<'_>| leaf.node.scalar().is_some_and(|text| !text.is_empty());
        let event = self.ranked(names::EVENT_ID, |leaf| {
            leaf.depth < 2 && leaf.node.scalar().is_some_and(|text| shape::is_id(&text))
        });
        self.build.plan.id = self.rules(&event, Rule::path);
        let request = self.ranked(names::REQUEST, scalar);
        self.build.plan.request = self.rules(&request, Rule::path);
        let session = self.ranked(names::SESSION, scalar);
        self.build.plan.session = self.rules(&session, Rule::path);
        let workspace = self.ranked(names::WORKSPACE, scalar);
        self.build.plan.workspace = self.rules(&workspace, Rule::path);
    }

    /// Client, summary, and what no other field took.
    fn surroundings(&mut self) {
        let text = |leaf: &Leaf<'_>| leaf.node.kind() == Kind::String;
        let client = self.ranked(names::CLIENT, text);
        self.build.plan.user_agent = self.rules(&client, Rule::path);
        let summary = self.ranked(names::SUMMARY, |leaf| {
            leaf.node.as_str().is_some_and(|text| text.contains(' ') && text.len() <= 500)
        });
        self.build.plan.summary = self.rules(&summary, Rule::path);
        let rest: Vec<usize> = (0..self.leaves.len())
            .filter(|&at| !self.used[at] && self.leaves[at].depth < 3)
            .take(40)
            .collect();
        for at in rest {
            let rules = self.rules(&[at], Rule::path);
            let label = self.leaves[at].path.to_string();
            self.build.plan.metadata.push((label, rules));
        }
    }
}

/// Without a field for the kind only the words for the vendor's automation are read out of a name.
fn system_only(mut rule: Rule) -> Rule {
    if let Source::Path(_) = rule.source {
        rule.how = How::Kind;
    }
    rule
}

/// `203.0.113.7, 10.0.0.1`
fn has_address(node: Node<'_>) -> bool {
    let text = node.scalar();
    text.is_some_and(|text| {
        text.split(',').next().is_some_and(|first| crate::domain::ip::parse_addr(first.trim()).is_some())
    })
}

#[cfg(test)]
mod tests;
