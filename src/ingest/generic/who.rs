//! The actor and the target of an unknown record.

use super::leaf::{self, Leaf};
use super::names::{self, Names};
use super::role::{self, Role};
use super::{Guess, how, what};
use crate::domain::json::Kind;
use crate::ingest::format::plan::{How, Rule, TargetRules};
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
        let Some((score, role)) = self.ranked_role(names::actor_roles(), |_| true) else {
            return self.stray_email();
        };
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
        let plan_email = self.rules(&all, |path| how(How::Email, path));
        let plan_name = self.rules(&people, |path| how(How::Name, path));
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
        super::percent(score)
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
    fn ranked_role(&self, roles: &Names, fits: impl Fn(&Leaf<'_>) -> bool) -> Option<(i32, Role)> {
        let mut best: Option<(i32, Role)> = None;
        for leaf in &self.leaves {
            let Some((score, role)) = role::role_of(leaf, roles) else { continue };
            let text = leaf.node.scalar();
            let usable = text
                .is_some_and(|text| !leaf::is_nothing(text.trim()) && !shape::looks_like_time(leaf.node))
                && leaf.node.kind() != Kind::Bool
                && fits(leaf);
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
        // An address is where somebody came from, also where the key says `source` or `client`.
        let thing = |leaf: &Leaf<'_>| leaf.node.scalar().is_none_or(|text| what::address(&text).is_none());
        let Some((_, role)) = self.ranked_role(names::target_roles(), thing) else { return };
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
}
