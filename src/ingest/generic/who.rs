//! The actor and the target of an unknown record.

use super::leaf::Leaf;
use super::names::{self, Names};
use super::role::{self, Role};
use super::{Guess, how, what};
use crate::domain::json::Kind;
use crate::ingest::format::glob::Glob;
use crate::ingest::format::plan::{Condition, Cut, FieldRef, How, Rule, Rules, Source, TargetRules, Test};
use crate::ingest::format::shape;

/// Words of keys that lead to somebody else than the actor.
const NOT_THE_ACTOR: [&str; 16] = [
    "target",
    "recipient",
    "owner",
    "invite",
    "member",
    "object",
    "resource",
    "affected",
    "contact",
    "support",
    "to",
    "new",
    "old",
    "before",
    "after",
    "customer",
];

impl Guess<'_> {
    /// The actor's name, e-mail and id must come from one place: a person put together from two is invented.
    /// Returns how sure it is, in percent.
    pub(super) fn actor(&mut self) -> u32 {
        // A header of syslog names the machine, and a session or program is nobody by itself.
        let somebody = |leaf: &Leaf<'_>, role: &Role| {
            leaf.keys.first().is_none_or(|key| key != "syslog")
                && (role.word() != "session" || leaf.keys.iter().any(|key| key.contains("user")))
                && !is_state(leaf)
        };
        let Some((score, role)) = self.ranked_role(names::actor_roles(), somebody) else {
            return self.stray_email();
        };
        let role = self.same_with_a_name(&role).unwrap_or(role);
        let (mut emails, mut people) =
            (self.in_role(&role, names::email()), self.in_role(&role, names::person()));
        let ids = self.in_role(&role, names::id());
        let kinds = self.in_role(&role, names::kind());
        for (at, leaf) in self.leaves.iter().enumerate() {
            let Some(rest) = role.beside(leaf) else { continue };
            if names::email().score_text(&rest).is_some() && !emails.contains(&at) {
                emails.push(at);
            }
            if names::person().score_text(&rest).is_some() && !people.contains(&at) {
                people.push(at);
            }
        }
        let mut all = people.clone();
        all.extend(&emails);
        all.extend(&ids);
        let joined = people.first().copied().filter(|&at| self.with_address(at));
        let plan_email = self.rules(&all, |path| how(How::Email, path));
        let mut plan_name = self.rules(&people, |path| how(How::Name, path));
        if let Some(at) = joined {
            let cut = Cut { before_last: Some("/".into()), ..NO_CUT };
            let place = self.place(at);
            plan_name.insert(0, Rule { cut: Some(cut), ..how(How::Name, place) });
        }
        let mut or_name = ids;
        or_name.extend(people);
        let plan_id = self.rules(&or_name, Rule::path);
        let mut plan_kind = self.rules(&kinds, |path| how(How::Kind, path));
        if kinds.is_empty() {
            // Of a name alone only the words for nobody in particular are believed.
            let nobody = self.table(&[
                ("system", "system"),
                ("automation", "system"),
                ("scheduler", "system"),
                ("anonymous", "anonymous"),
                ("unauthenticated", "anonymous"),
            ]);
            plan_kind.extend(self.rules(&all, |path| Rule { words: Some(nobody), ..Rule::path(path) }));
        }
        let actor = &mut self.build.plan.actor;
        (actor.email, actor.name, actor.id, actor.kind) = (plan_email, plan_name, plan_id, plan_kind);
        self.actor = Some(role);
        super::percent(score)
    }

    /// Where a role holds nothing but an id, returns another that holds the same id, and a name or address with it.
    fn same_with_a_name(&self, role: &Role) -> Option<Role> {
        let of = |role: &Role| -> Vec<String> {
            let own = self.leaves.iter().filter(|leaf| role.rest_of(leaf).is_some());
            own.filter_map(|leaf| leaf.node.scalar()).map(std::borrow::Cow::into_owned).collect()
        };
        let known = of(role);
        if known.is_empty() || !known.iter().all(|text| shape::is_id(text)) {
            return None;
        }
        let others = self.leaves.iter().filter_map(|leaf| role::role_of(leaf, names::actor_roles()));
        others.map(|(_, other)| other).filter(|other| other != role).find(|other| {
            let texts = of(other);
            texts.iter().any(|text| known.contains(text)) && texts.iter().any(|text| shape::is_email(text))
        })
    }

    /// Whether a value is a name with an address behind a slash: `ana/203.0.113.7`.
    pub(super) fn with_address(&self, at: usize) -> bool {
        let text = self.leaves[at].node.as_str();
        text.is_some_and(|text| {
            text.rsplit_once('/')
                .is_some_and(|(name, tail)| !name.is_empty() && what::address(tail).is_some())
        })
    }

    /// Where nothing is named like an actor, the only e-mail address that belongs to nobody else is one.
    fn stray_email(&mut self) -> u32 {
        let other = |leaf: &Leaf<'_>| {
            leaf.keys.iter().any(|key| NOT_THE_ACTOR.iter().any(|word| key.starts_with(word)))
        };
        let found: Vec<usize> = (0..self.leaves.len())
            .filter(|&at| {
                let leaf = &self.leaves[at];
                leaf.depth <= 2
                    && !other(leaf)
                    && leaf.node.as_str().is_some_and(|text| shape::is_email(&text))
            })
            .collect();
        let texts = found.iter().filter_map(|&at| self.leaves[at].node.as_str());
        let mut texts: Vec<_> = texts.collect();
        texts.sort_unstable();
        texts.dedup();
        if texts.len() != 1 {
            return 0;
        }
        drop(texts);
        self.build.plan.actor.email = self.rules(&found, |path| how(How::Email, path));
        25
    }

    /// Returns the place of the actor or target that is best by name, and how good it is.
    fn ranked_role(&self, roles: &Names, fits: impl Fn(&Leaf<'_>, &Role) -> bool) -> Option<(i32, Role)> {
        let mut best: Option<(i32, Role)> = None;
        for leaf in &self.leaves {
            let Some((score, role)) = role::role_of(leaf, roles) else { continue };
            let text = leaf.node.scalar();
            let usable = text
                .is_some_and(|text| !super::is_nothing(&text) && !shape::looks_like_time(leaf.node))
                && leaf.node.kind() != Kind::Bool
                && fits(leaf, &role);
            if usable && best.as_ref().is_none_or(|(known, _)| *known < score) {
                best = Some((score, role));
            }
        }
        best
    }

    fn in_role(&self, role: &Role, names: &Names) -> Vec<usize> {
        let mut found: Vec<(i32, usize)> = Vec::new();
        for (at, leaf) in self.leaves.iter().enumerate() {
            if let Some(rest) = role.rest_of(leaf)
                && let Some(score) = names.score_text(&rest)
            {
                found.push((score - 6 * leaf.depth, at));
            }
        }
        found.sort_by_key(|&(score, at)| (-score, at));
        found.truncate(super::WAYS);
        found.into_iter().map(|(_, at)| at).collect()
    }

    pub(super) fn target(&mut self) {
        self.named_target();
        self.spoken_target();
    }

    fn named_target(&mut self) {
        // An address is where somebody came from, also where the key says `source` or `client`.
        let thing = |leaf: &Leaf<'_>, role: &Role| {
            leaf.node.scalar().is_none_or(|text| what::address(&text).is_none() && !names_the_log(&text))
                && !(role.is_lone(leaf) && NOT_ALONE.contains(&role.word()))
                && !(role.is_lone(leaf) && leaf.depth > 0 && NOT_ALONE_BELOW.contains(&role.word()))
                && !is_state(leaf)
                && !(role.word() == "device" && self.has_client())
                && leaf.keys.first().is_none_or(|key| key != "syslog")
                && self.actor.as_ref().is_none_or(|actor| !actor.holds(leaf) && actor != role)
        };
        let Some((_, role)) = self.ranked_role(names::target_roles(), thing) else {
            return self.stray_target();
        };
        let (kinds, mut ids, mut called) = (
            self.in_role(&role, names::type_of()),
            self.in_role(&role, names::id()),
            self.in_role(&role, names::person()),
        );
        // One value is an id or a name, not both.
        let is_id = |at: usize| self.leaves[at].node.scalar().is_some_and(|text| shape::is_id(&text));
        called.retain(|&at| !(ids.contains(&at) && is_id(at)));
        ids.retain(|at| !called.contains(at));
        let (kind, id, name) =
            (self.rules(&kinds, Rule::path), self.rules(&ids, Rule::path), self.rules(&called, Rule::path));
        let title = self.rules(&kinds, |path| how(How::Title, path));
        let class = self.rules(&kinds, |path| how(How::Class, path));
        let plan = &mut self.build.plan;
        plan.activity.splice(0..0, title);
        plan.class.extend(class);
        plan.targets.push(TargetRules { kind, id, name, ..TargetRules::default() });
    }

    /// Whether the record tells of the program that somebody used.
    fn has_client(&self) -> bool {
        let client = |leaf: &Leaf<'_>| {
            names::client().score(leaf).is_some() || leaf.keys.last().is_some_and(|key| key == "devicetype")
        };
        self.leaves.iter().any(client)
    }

    /// What the act itself speaks of, where no other target is found: `service_name` in records of `service_create`.
    fn spoken_target(&mut self) {
        let things = (0..self.leaves.len()).filter_map(|at| {
            let leaf = &self.leaves[at];
            let word = spoken_of(leaf)?;
            let text = leaf.node.scalar().filter(|text| !text.trim().is_empty())?;
            let other =
                self.actor.as_ref().is_some_and(|actor| actor.rest_of(leaf).is_some() || actor.holds(leaf));
            let fits = leaf.depth <= 1 && !is_state(leaf) && !other && what::address(&text).is_none();
            fits.then_some((at, word))
        });
        let mut words: Vec<(String, Vec<usize>)> = Vec::new();
        for (at, word) in things {
            match words.iter_mut().find(|(known, _)| *known == word) {
                Some((_, places)) => places.push(at),
                None => words.push((word, vec![at])),
            }
        }
        for (word, places) in words.into_iter().take(4) {
            let condition = self.spoken(&word, true);
            let is_id = |at: &usize| self.leaves[*at].words.last().is_some_and(|word| word != "name");
            let (ids, called): (Vec<usize>, Vec<usize>) = places.into_iter().partition(is_id);
            let (id, name) = (self.rules(&ids, Rule::path), self.rules(&called, Rule::path));
            let kind = Rules::from_iter([Rule::of(Source::Constant(word.into()))]);
            self.build.plan.targets.push(TargetRules {
                when: vec![condition],
                otherwise: true,
                kind,
                id,
                name,
                ..TargetRules::default()
            });
        }
    }

    /// Adds the condition that the code of the act holds a word, or that it does not.
    pub(super) fn spoken(&mut self, word: &str, wanted: bool) -> u16 {
        let mut title: Vec<char> = word.chars().collect();
        title.iter_mut().take(1).for_each(|first| *first = first.to_ascii_uppercase());
        let title: String = title.into_iter().collect();
        let globs = [word.to_owned(), title, word.to_uppercase()];
        let globs = globs.iter().map(|word| Glob::new(&format!("*{word}*"))).collect();
        let test = if wanted { Test::AnyOf(globs) } else { Test::NoneOf(globs) };
        let conditions = &mut self.build.plan.conditions;
        conditions.push(Condition { source: Source::Field(FieldRef::ActionCode), test });
        (conditions.len() - 1) as u16
    }

    /// Where nothing is named like a target: `itemId` of a thing, or where a request went.
    fn stray_target(&mut self) {
        let free = |at: &usize| {
            let leaf = &self.leaves[*at];
            let text = leaf.node.scalar();
            leaf.depth <= 1
                && !is_state(leaf)
                && !self.used[*at]
                && text.is_some_and(|text| !text.trim().is_empty() && what::address(&text).is_none())
                && self.actor.as_ref().is_none_or(|actor| !actor.holds(leaf))
        };
        let stray = |at: &usize| thing_of(&self.leaves[*at]).is_some();
        let found = (0..self.leaves.len()).filter(free).filter(stray).min_by_key(|&at| self.leaves[at].depth);
        let mut rules = TargetRules::default();
        if let Some((word, _)) = found.and_then(|at| thing_of(&self.leaves[at])) {
            let same = |is_id: bool| -> Vec<usize> {
                let all = (0..self.leaves.len()).filter(free);
                all.filter(|&at| thing_of(&self.leaves[at]) == Some((word.clone(), is_id))).collect()
            };
            let (ids, called) = (same(true), same(false));
            (rules.id, rules.name) = (self.rules(&ids, Rule::path), self.rules(&called, Rule::path));
            rules.kind = Rules::from_iter([Rule::of(Source::Constant(word.into()))]);
        } else {
            // `src=/data/old` is a place, `source: "default"` none.
            let text = |leaf: &Leaf<'_>| {
                let named = leaf.keys.last().is_some_and(|key| !matches!(key.as_str(), "src" | "source"));
                leaf.node.as_str().is_some_and(|text| named || text.starts_with('/'))
            };
            let place = self.ranked(names::place(), text);
            rules.name = self.rules(&super::places(&place), Rule::path);
        }
        if !(rules.id.is_empty() && rules.name.is_empty()) {
            self.build.plan.targets.push(rules);
        }
    }
}

/// Roles that a lone value does not play: it tells where something is, not what was done to it.
const NOT_ALONE: [&str; 10] = [
    "app",
    "application",
    "device",
    "destination",
    "dest",
    "content",
    "base",
    "profile",
    "account",
    "record",
];

/// The same inside another object.
const NOT_ALONE_BELOW: [&str; 4] = ["role", "group", "policy", "subscription"];

/// Whether a leaf is part of what an object was or became, and not of who did it to what.
pub(super) fn is_state(leaf: &Leaf<'_>) -> bool {
    const STATES: [&str; 22] = [
        "representation",
        "old",
        "new",
        "before",
        "after",
        "previous",
        "next",
        "prev",
        "current",
        "oldvalue",
        "newvalue",
        "requestbody",
        "responsebody",
        "previousvalue",
        "priorstate",
        "resultingstate",
        "oldvalues",
        "newvalues",
        "oldentity",
        "newentity",
        "oldobject",
        "newobject",
    ];
    let above = leaf.keys.split_last().map_or(&[][..], |(_, above)| above);
    above.iter().any(|key| STATES.contains(&key.as_str()))
}

pub(super) const NO_CUT: Cut = Cut { after: None, after_first: None, before: None, before_last: None };

/// Whether a word says no more than that this is a log.
fn names_the_log(text: &str) -> bool {
    matches!(
        text,
        "event"
            | "Event"
            | "Audit"
            | "AUDIT"
            | "audit_log"
            | "audit"
            | "log"
            | "list"
            | "audit_event"
            | "audit_entry"
            | "entry"
            | "record"
    )
}

/// Returns the thing whose id or name a leaf is, of those that are a target only where the act speaks of them.
fn spoken_of(leaf: &Leaf<'_>) -> Option<String> {
    const THINGS: [&str; 24] = [
        "service",
        "server",
        "cluster",
        "app",
        "application",
        "device",
        "host",
        "instance",
        "job",
        "task",
        "token",
        "api",
        "team",
        "session",
        "role",
        "group",
        "policy",
        "deployment",
        "file",
        "field",
        "member",
        "user",
        "account",
        "agent",
    ];
    let [head, last] = leaf.words.as_slice() else { return None };
    (matches!(last.as_str(), "name" | "id" | "uuid") && THINGS.contains(&head.as_str())).then(|| head.clone())
}

/// Returns the thing whose id (true) or name a leaf is.
fn thing_of(leaf: &Leaf<'_>) -> Option<(String, bool)> {
    let (last, head) = leaf.words.split_last()?;
    let is_id = match last.as_str() {
        "id" | "sid" | "uuid" | "key" => true,
        "name" | "title" | "label" => false,
        _ => return None,
    };
    let known = !head.is_empty() && head.iter().all(|word| names::is_thing(word));
    (known && head.len() <= 3).then(|| (head.join("_"), is_id))
}
