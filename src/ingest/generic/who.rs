//! The actor and the target of an unknown record.

use super::leaf::Leaf;
use super::names::{self, Names};
use super::role::{self, Role};
use super::{Guess, how, what};
use crate::domain::json::Kind;
use crate::ingest::format::glob::fold;
use crate::ingest::format::plan::{Cut, How, Rule};
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
            !is_header(leaf)
                && (role.word() != "session" || leaf.keys.iter().any(|key| key.contains("user")))
                && !is_state(leaf)
                && !is_reference(leaf)
                && (!role.word().ends_with("by") || !is_address(leaf))
                && leaf.node.as_str().is_none_or(|text| !text.starts_with("/api/") && !is_code_place(&text))
        };
        let Some((score, role)) = self.ranked_role(names::actor_roles(), somebody) else {
            return match self.stray_email() {
                0 => self.spoken_actor(),
                sure => sure,
            };
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
        // `actor: "user"` beside `actor_metadata` says of what kind somebody is.
        let (mut kinds, mut ids) = (kinds, ids);
        let lone = |at: &usize| role.is_lone(&self.leaves[*at]) && names_a_kind(&self.leaves[*at]);
        if people.iter().chain(&emails).chain(&ids).any(|at| !lone(at)) {
            kinds.extend(people.iter().copied().filter(lone).take(1));
            for list in [&mut people, &mut emails, &mut ids] {
                list.retain(|at| !lone(at));
            }
        }
        let mut all = people.clone();
        all.extend(&emails);
        all.extend(&ids);
        let joined = people.first().copied().filter(|&at| self.with_address(at));
        let plan_email = self.rules(&all, |path| how(How::Email, path));
        let mut plan_name = self.rules(&people, |path| how(How::Name, path));
        if let Some(at) = joined {
            let cut = Cut { before_last: Some("/".into()), ..Cut::default() };
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
        let bare = |text: &String| shape::is_id(text) || !text.contains(['@', ' ', '.']);
        if known.is_empty() || !known.iter().all(bare) {
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

    /// Where nothing else tells of anybody, the record's sentence may: `Failed password for ana from 192.0.2.7`.
    fn spoken_actor(&mut self) -> u32 {
        let sentence = |leaf: &Leaf<'_>| {
            leaf.depth <= 1
                && !is_state(leaf)
                && leaf.node.as_str().is_some_and(|text| text.contains(' ') && text.len() <= 1000)
        };
        let said = self.ranked(names::summary(), sentence);
        let Some(&(_, at)) = said.first() else { return 0 };
        // What names somebody stays what it is: a sentence, free for other fields.
        let used = self.used[at];
        self.build.plan.actor.name = self.rules(&[at], |path| how(How::Somebody, path));
        self.used[at] = used;
        20
    }

    /// Returns the place of the actor or target that is best by name, and how good it is.
    pub(super) fn ranked_role(
        &self,
        roles: &Names,
        fits: impl Fn(&Leaf<'_>, &Role) -> bool,
    ) -> Option<(i32, Role)> {
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

    pub(super) fn in_role(&self, role: &Role, names: &Names) -> Vec<usize> {
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
}

/// Whether a value is an address: `requested_by: "203.0.113.7:4711"` says from where, not by whom.
fn is_address(leaf: &Leaf<'_>) -> bool {
    leaf.node.as_str().is_some_and(|text| what::address(&text).is_some())
}

/// Whether a leaf is of a line's header, and not of the structured data that it carries.
pub(super) fn is_header(leaf: &Leaf<'_>) -> bool {
    let mut keys = leaf.keys.iter();
    keys.next().is_some_and(|key| key == "syslog") && keys.next().is_none_or(|key| key != "structureddata")
}

/// Whether a value is a place in a program: `audit/audit.go:43`.
fn is_code_place(text: &str) -> bool {
    let Some((file, line)) = text.rsplit_once(':') else { return false };
    let numbered = !line.is_empty() && line.len() <= 6 && line.bytes().all(|byte| byte.is_ascii_digit());
    numbered
        && file.rsplit_once('.').is_some_and(|(_, ending)| {
            (1..=4).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_lowercase())
        })
}

/// Whether a value is nothing but the word for a kind of actor.
fn names_a_kind(leaf: &Leaf<'_>) -> bool {
    const KINDS: [&str; 14] = [
        "user",
        "identity",
        "service",
        "serviceaccount",
        "serviceuser",
        "machine",
        "machineidentity",
        "apikey",
        "token",
        "member",
        "application",
        "person",
        "human",
        "principal",
    ];
    leaf.node.as_str().is_some_and(|text| text.len() <= 24 && KINDS.contains(&fold(&text).as_str()))
}

/// Whether a leaf refers to a page of an API and names nobody: `links.self`, `related.actor`.
pub(super) fn is_reference(leaf: &Leaf<'_>) -> bool {
    const REFERENCES: [&str; 5] = ["links", "link", "related", "selflink", "href"];
    let far = leaf
        .keys
        .split_last()
        .is_some_and(|(_, above)| above.iter().any(|key| REFERENCES.contains(&key.as_str())));
    far || leaf.keys.last().is_some_and(|key| key == "href")
}

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
