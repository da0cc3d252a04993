//! What an unknown record's act was done to.

use super::leaf::Leaf;
use super::names;
use super::role::{self, Role};
use super::who::{is_header, is_reference, is_state};
use super::{Guess, how, what};
use crate::domain::case::capital;
use crate::ingest::format::glob::Glob;
use crate::ingest::format::plan::{Condition, FieldRef, How, Rule, Rules, Source, TargetRules, Test};
use crate::ingest::format::shape;

impl Guess<'_> {
    pub(super) fn target(&mut self) {
        self.named_target();
        let kinded = self.kinded_target();
        self.spoken_target();
        if !kinded {
            self.stray_target();
        }
    }

    fn named_target(&mut self) {
        // An address is where somebody came from, also where the key says `source` or `client`.
        let thing = |leaf: &Leaf<'_>, role: &Role| {
            leaf.node.scalar().is_none_or(|text| what::address(&text).is_none() && !names::is_the_log(&text))
                && !(role.is_lone(leaf) && NOT_ALONE.contains(&role.word()) && !names_a_record(leaf, role))
                && !(role.is_lone(leaf) && leaf.depth > 0 && NOT_ALONE_BELOW.contains(&role.word()))
                && !is_state(leaf)
                && !is_reference(leaf)
                && !(role.word() == "device" && self.has_client())
                && !is_header(leaf)
                && (role.word() != "parent" || self.is_typed(role))
                && self.actor.as_ref().is_none_or(|actor| !actor.holds(leaf) && actor != role)
        };
        let Some((_, role)) = self.ranked_role(names::target_roles(), thing) else {
            if let Some(rules) = self.typed_object() {
                self.build.plan.targets.push(rules);
            }
            return;
        };
        let (kinds, mut ids, mut called) = (
            self.in_role(&role, names::type_of()),
            self.in_role(&role, names::id()),
            self.in_role(&role, names::person()),
        );
        // `target_email` names it as well.
        if called.is_empty() && ids.is_empty() {
            called = self.in_role(&role, names::email());
        }
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

    /// Whether a role says of what type it is and which: `parent_type` beside `parent_id`.
    fn is_typed(&self, role: &Role) -> bool {
        let says = |names: &names::Names| {
            self.leaves.iter().any(|leaf| {
                role.rest_of(leaf)
                    .is_some_and(|rest| names.score_text(&rest).is_some_and(|score| score >= 92))
            })
        };
        says(names::type_of()) && says(names::id())
    }

    /// A target of which only the kind is said: `taskId` is its id where the kind is `Task`. Returns whether there
    /// is one.
    fn kinded_target(&mut self) -> bool {
        let bare = |target: &TargetRules| target.id.is_empty() && target.name.is_empty();
        let Some(kind) = self.build.plan.targets.pop_if(|target| bare(target)).map(|target| target.kind)
        else {
            return false;
        };
        let Some(source) = kind.iter().next().map(|rule| rule.source.clone()) else { return false };
        let ids = (0..self.leaves.len()).filter(|&at| {
            let leaf = &self.leaves[at];
            let behind = leaf.words.len() > 1
                && leaf
                    .words
                    .last()
                    .is_some_and(|word| matches!(word.as_str(), "id" | "name" | "key" | "uuid"));
            let actor = self.actor.as_ref().is_some_and(|actor| actor.rest_of(leaf).is_some());
            behind && !actor && leaf.depth <= 1 && !is_state(leaf) && leaf.node.scalar().is_some()
        });
        for at in ids.take(12).collect::<Vec<usize>>() {
            let words = self.leaves[at].words.clone();
            let Some((last, head)) = words.split_last() else { continue };
            let condition = self.is_called(source.clone(), head);
            let rules = self.rules(&[at], Rule::path);
            let (id, name) =
                if last == "name" { (Rules::default(), rules) } else { (rules, Rules::default()) };
            let target =
                TargetRules { when: vec![condition], kind: kind.clone(), id, name, ..TargetRules::default() };
            self.build.plan.targets.push(target);
        }
        // `record_id` beside `resource_type`: the id of whatever it is.
        const IDS: [&str; 6] = ["recordid", "recorduuid", "externalid", "rowid", "primarykey", "pk"];
        let recorded = (0..self.leaves.len()).find(|&at| {
            let leaf = &self.leaves[at];
            leaf.depth == 0 && leaf.keys.last().is_some_and(|key| IDS.contains(&key.as_str()))
        });
        if let Some(at) = recorded {
            let id = self.rules(&[at], Rule::path);
            let target = TargetRules { otherwise: true, kind, id, ..TargetRules::default() };
            self.build.plan.targets.push(target);
        }
        true
    }

    /// Adds the condition that a value is these words, however they are put together.
    fn is_called(&mut self, source: Source, words: &[String]) -> u16 {
        let titles: Vec<String> = words.iter().map(|word| capital(word)).collect();
        let forms = [
            words.concat(),
            words.join("_"),
            words.join(" "),
            titles.join(" "),
            words.join("_").to_uppercase(),
            titles.concat(),
        ];
        let test = Test::AnyOf(forms.iter().map(|form| Glob::new(form)).collect());
        let conditions = &mut self.build.plan.conditions;
        conditions.push(Condition { source, test });
        (conditions.len() - 1) as u16
    }

    /// Whether the record tells of the program that somebody used.
    fn has_client(&self) -> bool {
        let client = |leaf: &Leaf<'_>| {
            names::client().score(leaf).is_some() || leaf.keys.last().is_some_and(|key| key == "devicetype")
        };
        self.leaves.iter().any(client)
    }

    /// An object that says of what type it is and which: `res: {kind: "api_key", id: "k1", label: "CI"}`, whatever
    /// it is called.
    fn typed_object(&mut self) -> Option<TargetRules> {
        const SELVES: [&str; 7] = ["id", "name", "label", "uuid", "title", "displayname", "uid"];
        let is_type =
            |leaf: &Leaf<'_>| leaf.keys.last().is_some_and(|key| matches!(key.as_str(), "type" | "kind"));
        let fits = |leaf: &Leaf<'_>| {
            let above = leaf.keys.split_last().map_or(&[][..], |(_, above)| above);
            let other = |key: &String| OTHERS.contains(&key.as_str());
            !above.is_empty()
                && leaf.depth <= 2
                && leaf.inside == 0
                && !above.iter().any(other)
                && !is_state(leaf)
                && role::role_of(leaf, names::actor_roles()).is_none()
                && !names::is_of_actor(leaf)
                && leaf
                    .node
                    .scalar()
                    .is_some_and(|text| !super::is_nothing(&text) && !names::is_the_log(&text))
        };
        let of = |leaf: &Leaf<'_>, typed: &Leaf<'_>| {
            let above = |leaf: &Leaf<'_>| leaf.keys.split_last().map(|(_, above)| above.to_vec());
            above(leaf) == above(typed) && leaf.inside == typed.inside
        };
        let places = 0..self.leaves.len();
        let typed = places.clone().filter(|&at| is_type(&self.leaves[at]) && fits(&self.leaves[at]));
        let (typed, selves) = typed
            .map(|at| {
                let own = |other: &usize| {
                    let leaf = &self.leaves[*other];
                    let named = leaf.keys.last().is_some_and(|key| SELVES.contains(&key.as_str()));
                    named && of(leaf, &self.leaves[at])
                };
                (at, places.clone().filter(own).collect::<Vec<usize>>())
            })
            .find(|(_, selves)| !selves.is_empty())?;
        let is_id = |at: &usize| {
            self.leaves[*at].keys.last().is_some_and(|key| matches!(key.as_str(), "id" | "uuid" | "uid"))
        };
        let (ids, called): (Vec<usize>, Vec<usize>) = selves.into_iter().partition(is_id);
        let title = self.rules(&[typed], |path| how(How::Title, path));
        self.build.plan.activity.splice(0..0, title);
        Some(TargetRules {
            kind: self.rules(&[typed], Rule::path),
            id: self.rules(&ids, Rule::path),
            name: self.rules(&called, Rule::path),
            ..TargetRules::default()
        })
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
        let globs = [word.to_owned(), capital(word), word.to_uppercase()];
        let globs = globs.iter().map(|word| Glob::new(&format!("*{word}*"))).collect();
        let test = if wanted { Test::AnyOf(globs) } else { Test::NoneOf(globs) };
        let conditions = &mut self.build.plan.conditions;
        conditions.push(Condition { source: Source::Field(FieldRef::ActionCode), test });
        (conditions.len() - 1) as u16
    }

    /// Where nothing is named like a target: `itemId` of a thing, or where a request went.
    fn stray_target(&mut self) {
        // Where a target has a place of its own, an entry that says none has none.
        if self.build.plan.targets.iter().any(|target| target.when.is_empty()) {
            return;
        }
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
        let mut rules = TargetRules { otherwise: true, ..TargetRules::default() };
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
                let named =
                    leaf.keys.last().is_some_and(|key| !matches!(key.as_str(), "src" | "source" | "what"));
                !is_reference(leaf) && leaf.node.as_str().is_some_and(|text| named || text.starts_with('/'))
            };
            let place = self.ranked(names::place(), text);
            rules.name = self.rules(&super::places(&place), Rule::path);
        }
        if !(rules.id.is_empty() && rules.name.is_empty()) {
            self.build.plan.targets.push(rules);
        }
    }
}

/// Objects with a type and an id that tell of something else than what was acted on.
const OTHERS: [&str; 36] = [
    "payload",
    "data",
    "body",
    "detail",
    "details",
    "properties",
    "event",
    "evt",
    "request",
    "req",
    "response",
    "session",
    "device",
    "client",
    "geo",
    "location",
    "context",
    "org",
    "organization",
    "tenant",
    "workspace",
    "company",
    "meta",
    "metadata",
    "page",
    "paging",
    "pagination",
    "authentication",
    "auth",
    "origin",
    "source",
    "agent",
    "host",
    "observer",
    "generator",
    "pages",
];

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

/// Whether the text of a lone `record` tells which one: `Customer: 100 Acme`.
fn names_a_record(leaf: &Leaf<'_>, role: &Role) -> bool {
    let text = leaf.node.as_str();
    role.word() == "record"
        && leaf.depth == 0
        && text.is_some_and(|text| text.contains(": ") || text.contains('#'))
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
